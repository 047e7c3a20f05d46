/* weft/types.h - the small value types that every other header uses. */
#ifndef WEFT_TYPES_H
#define WEFT_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* WEFT_STATIC is for those who build weft into a library of their own, and want its functions hidden there. */
#if defined(WEFT_STATIC)
#define WEFT_API
#elif defined(__GNUC__) || defined(__clang__)
#define WEFT_API __attribute__((visibility("default")))
#else
#define WEFT_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Text in a result. `ptr` is NUL-terminated (the NUL is not counted in `len`) and valid UTF-8: where the server sent
 * bytes that are none, or half a surrogate pair, U+FFFD stands, and the exact bytes are in the object's `raw` and in
 * weft_call_get_body. The text may hold NUL bytes of its own when the server sent "\u0000". `ptr` is NULL when the
 * server sent nothing, null, or a value that is no text.
 */
typedef struct weft_str {
    const char *ptr; /**< the text, or NULL when there is none */
    size_t len;      /**< bytes of it, the NUL at its end not counted */
} weft_str;

/**
 * A JSON value kept as the exact bytes that were received, which an answer's strings need not have in UTF-8. Not
 * NUL-terminated. `ptr` is NULL when the member was absent; the four bytes `null` when it was null.
 */
typedef struct weft_json {
    const char *ptr; /**< the first byte of the value, or NULL when there is none */
    size_t len;      /**< bytes of it */
} weft_json;

/** A name and a value: an environment variable, a label, a header. Both are text in a result. */
typedef struct weft_str_pair {
    weft_str name;  /**< left of the "=" or ":" */
    weft_str value; /**< right of it; perhaps empty */
} weft_str_pair;

/** A name and a value in a request. Both are required, NUL-terminated and copied. */
typedef struct weft_pair {
    const char *name;  /**< required */
    const char *value; /**< required; "" is a value */
} weft_pair;

/**
 * Whether an optional member is there. The zero value is WEFT_PRESENCE_ABSENT, so a zeroed request sends nothing and a
 * result that lacks the member says so.
 */
typedef enum weft_presence {
    WEFT_PRESENCE_ABSENT = 0, /**< not in the object; in a request: not sent */
    WEFT_PRESENCE_NULL = 1,   /**< an explicit JSON null */
    WEFT_PRESENCE_VALUE = 2,  /**< a value of the declared kind */
    WEFT_PRESENCE_INVALID = 3 /**< in results only: present, but not of the declared kind, or a number that does not
                                   fit: it reads as zero, and weft_object_get has its text */
} weft_presence;

/** A boolean for which absent, null, false and true all differ. */
typedef struct weft_opt_bool {
    weft_presence state; /**< WEFT_PRESENCE_VALUE when `value` counts */
    bool value;          /**< false in every other state */
} weft_opt_bool;

/** An integer for which absent, null and 0 all differ. */
typedef struct weft_opt_int64 {
    weft_presence state; /**< WEFT_PRESENCE_VALUE when `value` counts */
    int64_t value;       /**< 0 in every other state */
} weft_opt_int64;

/** A number for which absent, null and 0 all differ. */
typedef struct weft_opt_double {
    weft_presence state; /**< WEFT_PRESENCE_VALUE when `value` counts */
    double value;        /**< 0 in every other state */
} weft_opt_double;

/** Request text for which absent, null and "" all differ. `value` is copied when the request is submitted. */
typedef struct weft_opt_str {
    weft_presence state; /**< WEFT_PRESENCE_VALUE when `value` is sent */
    const char *value;   /**< NUL-terminated UTF-8; not looked at in every other state */
} weft_opt_str;

/** Request JSON for which absent, null and a value differ. `value` is JSON text, checked before it is sent. */
typedef struct weft_opt_json {
    weft_presence state; /**< WEFT_PRESENCE_VALUE when `value` is sent */
    const char *value;   /**< one JSON value; not looked at in every other state */
} weft_opt_json;

/** Sends the boolean, false too. */
static inline weft_opt_bool weft_some_bool(bool value)
{
    weft_opt_bool opt = {WEFT_PRESENCE_VALUE, value};
    return opt;
}
/** Sends null. */
static inline weft_opt_bool weft_null_bool(void)
{
    weft_opt_bool opt = {WEFT_PRESENCE_NULL, false};
    return opt;
}
/** Sends the integer, 0 too. */
static inline weft_opt_int64 weft_some_int64(int64_t value)
{
    weft_opt_int64 opt = {WEFT_PRESENCE_VALUE, value};
    return opt;
}
/** Sends null. */
static inline weft_opt_int64 weft_null_int64(void)
{
    weft_opt_int64 opt = {WEFT_PRESENCE_NULL, 0};
    return opt;
}
/** Sends the number, 0 too. */
static inline weft_opt_double weft_some_double(double value)
{
    weft_opt_double opt = {WEFT_PRESENCE_VALUE, value};
    return opt;
}
/** Sends null. */
static inline weft_opt_double weft_null_double(void)
{
    weft_opt_double opt = {WEFT_PRESENCE_NULL, 0};
    return opt;
}
/** Sends the text, "" too. */
static inline weft_opt_str weft_some_str(const char *value)
{
    weft_opt_str opt = {WEFT_PRESENCE_VALUE, value};
    return opt;
}
/** Sends null. */
static inline weft_opt_str weft_null_str(void)
{
    weft_opt_str opt = {WEFT_PRESENCE_NULL, NULL};
    return opt;
}
/** Sends this JSON text. */
static inline weft_opt_json weft_some_json(const char *value)
{
    weft_opt_json opt = {WEFT_PRESENCE_VALUE, value};
    return opt;
}
/** Sends null. */
static inline weft_opt_json weft_null_json(void)
{
    weft_opt_json opt = {WEFT_PRESENCE_NULL, NULL};
    return opt;
}

/**
 * The first member of every result but a text (weft_str) and a weft_operation_result, which is JSON as a whole: the
 * object as it was received. It is how absent, null, valid and wrong-kind members are told apart, and how members that
 * weft does not name are read.
 *
 * A list, called weft_SERVICE_ITEM_list, has `items` and `count` behind it, and then what else came with them. Where
 * the service answers with a bare array, `raw` is that array, and has no members.
 */
typedef struct weft_object {
    weft_json raw;                /**< the object's exact text; ptr is NULL when there was none, or null. In a list, of
                                       an item that was no object, the text of that: all else of it is zero */
    const struct weft__type *type; /**< the library's own */
} weft_object;

/**
 * The state of the member called `name` on the wire, whether weft declares it or not; WEFT_PRESENCE_ABSENT of an object
 * that is NULL. Cost: one scan of the object.
 */
WEFT_API weft_presence weft_object_get_state(const weft_object *object, const char *name);

/**
 * The exact text of the member called `name`; ptr is NULL when it is absent, or the object is NULL. The last one wins
 * when it is repeated.
 */
WEFT_API weft_json weft_object_get(const weft_object *object, const char *name);

/**
 * Walks the members that weft does not declare for this type. Start with `*cursor` = 0 and call until it
 * returns false. `ret_name` is the member's name as it stands in the text, escapes included and not
 * NUL-terminated; `ret_value` is its exact text.
 */
WEFT_API bool weft_object_next_extra(const weft_object *object, size_t *cursor, weft_json *ret_name,
                                     weft_json *ret_value);

/** Nanoseconds since 1970-01-01T00:00:00Z, leap seconds not counted. WEFT_TIME_NONE when there is no time. */
typedef int64_t weft_time;
/** No time: the least that a weft_time can be. */
#define WEFT_TIME_NONE INT64_MIN

/**
 * Reads every time that one of the four services sends as text: RFC 3339 ("2026-05-22T08:30:00Z",
 * "…08:30:00.25+02:00"), and what is written nearly so: a small t or z, or a space for the T; no seconds; a comma
 * before the fraction; "+0200" and "+02". Without an offset it is in UTC, and a date alone is its midnight. A fraction
 * may have any length; beyond nanoseconds it is cut off. WEFT_TIME_NONE when the text is empty, of no such form ("10
 * days ago"), or outside the years 1678 to 2261.
 */
WEFT_API weft_time weft_time_parse(weft_str text);

/** Where memory comes from. All three functions are needed; `context` is handed through. */
typedef struct weft_allocator {
    void *(*alloc)(size_t size, void *context);                /**< NULL when out of memory */
    void *(*resize)(void *memory, size_t size, void *context); /**< as realloc, `memory` is never NULL */
    void (*release)(void *memory, void *context);              /**< `memory` is never NULL */
    void *context;                                             /**< handed to all three */
} weft_allocator;

#ifdef __cplusplus
}
#endif

#endif
