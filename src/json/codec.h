/* json/codec.h - typed structs from JSON text and back, driven by tables.
 *
 * A type is declared once, as a table of its members; one walker decodes and one encodes. The same table can
 * serve both directions: every kind is read and written, "request" and "result" below say where it belongs. A
 * new type is data, not code.
 *
 * What the reader accepts is said in json/reader.h; a lenient type is read as an answer is. Beyond that, when
 * decoding:
 *   - of members with the same name the last one wins; a map keeps them all, in order
 *   - null is absent, but for the optional types and JSON, which can tell; a null in a list is a zeroed item
 *   - an integer is a number whose exact value is one and fits 64 bits: 5, 5.0 and 5e2, not 5.5
 *   - a number too large for a double is a mismatch, not infinity
 *   - types nest at most WEFT__TYPED_DEPTH deep; what no type names, as deep as the reader goes
 */
#ifndef WEFT_JSON_CODEC_H
#define WEFT_JSON_CODEC_H

#include "base/buffer.h"
#include "base/memory.h"
#include "weft/types.h"

typedef enum weft__kind {
    WEFT__STR,         /* weft_str                                    result text */
    WEFT__CSTR,        /* const char *                                request text; NULL or "" omitted */
    WEFT__BOOL,        /* bool                                        false omitted */
    WEFT__INT64,       /* int64_t                                     0 omitted */
    WEFT__DOUBLE,      /* double                                      0 omitted; NaN and infinities refused */
    WEFT__OPT_BOOL,    /* weft_opt_bool                               sent by its state */
    WEFT__OPT_INT64,   /* weft_opt_int64 */
    WEFT__OPT_DOUBLE,  /* weft_opt_double */
    WEFT__OPT_CSTR,    /* weft_opt_str                                requests only */
    WEFT__OPT_CJSON,   /* weft_opt_json                               requests only; checked before it is sent */
    WEFT__JSON,        /* weft_json                                   result: exact bytes, any value */
    WEFT__CJSON,       /* const char *                                request: JSON text, checked, sent as it is */
    WEFT__OBJECT,      /* const T *                                   NULL when absent or null, omitted when NULL */
    WEFT__LIST_STR,    /* const weft_str *items; size_t count         null is an empty list */
    WEFT__LIST_CSTR,   /* const char *const *items; size_t count      request; empty omitted, NULL entries skipped */
    WEFT__LIST_OBJECT, /* const T *items; size_t count                both directions */
    WEFT__LIST_JSON,   /* const weft_json *items; size_t count        result: exact bytes of each element */
    WEFT__MAP_STR,     /* const weft_str_pair *items; size_t count    result: object of strings, in order received */
    WEFT__MAP_CSTR,    /* const weft_pair *items; size_t count        request: object of strings; empty omitted */
    WEFT__EXTRA,       /* const char *                                request, last of its table: a JSON object whose
                                                                     members are added,
                                                                     overriding members of the same name; the field's
                                                                     own name is only for messages */
} weft__kind;

enum {
    WEFT__ALWAYS = 1 << 0,       /* request: sent even when empty, zero or false (a NULL list as [], a NULL map as {}, a
                              NULL string as "", a NULL object, NULL JSON text and an absent optional as null) */
    WEFT__REQUIRED = 1 << 1,     /* request: encoding fails with WEFT_E_INVALID when empty; the message names the field.
                                An optional that is null is not empty */
    WEFT__ANY_SCALAR = 1 << 2,   /* WEFT__MAP_STR: numbers, booleans are taken as their text, other values skipped */
    WEFT__TEXT_OR_JSON = 1 << 3, /* WEFT__STR: a value that is no string is taken as its exact JSON text */
    WEFT__VARIANT = 1 << 4,      /* request: has a `variant`, and is of a kind that has no type */
};

typedef struct weft__type weft__type;

typedef struct weft__field {
    const char *name; /* on the wire */
    uint16_t name_len;
    uint8_t kind; /* weft__kind */
    uint8_t flags;
    uint16_t offset;
    uint16_t count_offset; /* of the size_t that goes with a list or map */
    union {
        const weft__type *type; /* of an object, or of a list's elements */
        const char *variant;    /* WEFT__VARIANT: only sent when the type's tag field holds this text */
    };
} weft__field;

enum {
    WEFT__LENIENT = 1 << 0,    /* of answers: a member or list item of the wrong kind is left zero instead of failing
                               the decode, an optional gets WEFT_PRESENCE_INVALID, an item with an object has its text;
                               bytes that are no text become U+FFFD. Holds for the types inside it too */
    WEFT__HAS_OBJECT = 1 << 1, /* the struct begins with a weft_object, filled by the decoder */
    WEFT__SPELLED = 1 << 2,    /* strings that spell a number are taken as numbers, and numbers as text; likewise */
};

enum { WEFT__TYPED_DEPTH = 512 };

struct weft__type {
    const char *name; /* for messages: "run request" */
    const weft__field *fields;
    uint16_t field_count;
    uint16_t flags;
    uint32_t size;        /* of the struct */
    int16_t tag_field;    /* index of the WEFT__CSTR field that `variant` is compared with; -1 = none */
    int16_t scalar_field; /* index of the WEFT__STR field that takes the value when a string stands where this
                             object is expected (older servers sent names instead of objects); -1 = none */
};

/* One line per member. `T` is the struct, `m` its member, `n` the name on the wire. */
#define WEFT__FIELD_(T, m, n, k, f, co, ...)                                                                           \
    {                                                                                                                  \
        .name = (n), .name_len = sizeof(n) - 1, .kind = (k), .flags = (f), .offset = offsetof(T, m),                   \
        .count_offset = (co), __VA_ARGS__                                                                              \
    }
#define WEFT__FIELD(T, m, n, k, f) WEFT__FIELD_(T, m, n, k, f, 0, .type = NULL)
#define WEFT__FIELD_VARIANT(T, m, n, k, f, v) WEFT__FIELD_(T, m, n, k, (f) | WEFT__VARIANT, 0, .variant = (v))
#define WEFT__FIELD_OBJECT(T, m, n, t, f) WEFT__FIELD_(T, m, n, WEFT__OBJECT, f, 0, .type = (t))
/* Lists and maps: member `m` and its count `m_count`. */
#define WEFT__FIELD_LIST(T, m, n, k, f) WEFT__FIELD_(T, m, n, k, f, offsetof(T, m##_count), .type = NULL)
#define WEFT__FIELD_OBJECTS(T, m, n, t, f)                                                                             \
    WEFT__FIELD_(T, m, n, WEFT__LIST_OBJECT, f, offsetof(T, m##_count), .type = (t))
/* The one list of a list's envelope: `items` and `count`. */
#define WEFT__FIELD_ITEMS(T, n, t) WEFT__FIELD_(T, items, n, WEFT__LIST_OBJECT, 0, offsetof(T, count), .type = (t))

#define WEFT__TYPE_(T, title, table, fl, tag, scalar)                                                                  \
    {                                                                                                                  \
        .name = (title), .fields = (table), .field_count = sizeof(table) / sizeof((table)[0]), .flags = (fl),          \
        .size = sizeof(T), .tag_field = (tag), .scalar_field = (scalar)                                                \
    }
#define WEFT__REQUEST_TYPE(T, title, table) WEFT__TYPE_(T, title, table, 0, -1, -1)
#define WEFT__RESULT_TYPE(T, title, table) WEFT__TYPE_(T, title, table, WEFT__HAS_OBJECT | WEFT__LENIENT, -1, -1)
/* The same for a service whose own SDK takes numbers and their spelling for each other. */
#define WEFT__SPELLED_TYPE(T, title, table)                                                                            \
    WEFT__TYPE_(T, title, table, WEFT__HAS_OBJECT | WEFT__LENIENT | WEFT__SPELLED, -1, -1)
/* The same whose member number `scalar` may stand for all of it. */
#define WEFT__RESULT_TYPE_OR_TEXT(T, title, table, scalar)                                                             \
    WEFT__TYPE_(T, title, table, WEFT__HAS_OBJECT | WEFT__LENIENT, -1, scalar)

typedef enum weft__codec_status {
    WEFT__CODEC_OK = 0,
    WEFT__CODEC_NO_MEMORY,
    WEFT__CODEC_SYNTAX,    /* not JSON: `offset` says where */
    WEFT__CODEC_MISMATCH,  /* JSON of another shape: `path` says where */
    WEFT__CODEC_INVALID,   /* encode: a required field is empty, or JSON text of the caller's is none */
    WEFT__CODEC_TOO_LARGE, /* encode: the buffer's ceiling; decode: the arena's room */
} weft__codec_status;

typedef struct weft__codec_error {
    weft__codec_status status;
    size_t offset;    /* into the text, for SYNTAX and MISMATCH, and for INVALID with `in_text` */
    const char *what; /* static: "expected a string", "invalid UTF-8" */
    bool in_text;     /* encode: `offset` is into JSON text of the caller's, that of the field at `path` */
    char path[160];   /* "jobs[3].id", cut at the front with "..." when it is longer; "the document" at the top.
                          Items of maps are told by number: their names are data */
} weft__codec_error;

/* Reads `text`, one JSON value with nothing but white space after it, into a zeroed struct of `type` allocated
 * in `arena`. `text` must live as long as the struct: raw slices point into it. Strings are copied, NUL-terminated.
 * Absent and null members leave the zero value; unknown members are skipped, but checked. What it takes of the arena
 * is subtracted from the arena's room. */
weft__codec_status weft__decode(weft__arena *arena, const weft__type *type, const char *text, size_t len,
                                void **ret_value, weft__codec_error *error);

/* What every list is in a public header, with a type to its items. */
typedef struct weft__list_result {
    weft_object object; /* of an array: its text, without a type */
    const void *items;
    size_t count;
} weft__list_result;

/* The same for a top-level array of `type`. null is an empty array. */
weft__codec_status weft__decode_list(weft__arena *arena, const weft__type *type, const char *text, size_t len,
                                     weft__list_result *ret_list, weft__codec_error *error);

/* Appends `value` as JSON. A surrogate or invalid UTF-8 in a string is CODEC_INVALID with its path. On failure
 * nothing is appended; the buffer's `failed` stays set when it was memory or its ceiling. */
weft__codec_status weft__encode(weft__buffer *out, const weft__type *type, const void *value, weft__codec_error *error);

/* Whether `text` is exactly one JSON value, by the strict reader. */
weft__codec_status weft__json_check(const char *text, size_t len, weft__codec_error *error);

/* The same of an answer; and the first byte of the value that an answer begins with, 0 when there is none. */
bool weft__json_is_answer(const char *text, size_t len);
char weft__json_begin(const char *text, size_t len);
/* The text as an object without a type, where it begins as one; else nothing. */
weft_object weft__json_object(const char *text, size_t len);

/* The exact text of member `name` of the object `text`, the last one of that name; false when `text` does not
 * begin with an object or it has none such. What follows the object is not looked at. */
bool weft__json_member(const char *text, size_t len, const char *name, weft_json *ret_value);

/* The string that `value` holds, decoded into the arena; ptr NULL when it is no string or memory is short. */
weft_str weft__json_string(weft__arena *arena, weft_json value);
/* The integer that `value` holds; false when it is none, or does not fit. */
bool weft__json_int64(weft_json value, int64_t *ret_value);

#endif
