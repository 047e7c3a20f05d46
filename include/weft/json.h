/* weft/json.h - JSON text in hand: what results keep as weft_json, and any other JSON text, read without a tree.
 *
 * All functions take a slice of text that holds one JSON value, read it where it lies, allocate nothing and keep
 * nothing: what they give back points into the same text and lives as long. Reading is strict by RFC 8259 in all but
 * strings: where those of an answer hold bytes that are no UTF-8, or half of a surrogate pair, U+FFFD stands in what
 * they mean. A slice of anything else, of ptr NULL too, is of kind WEFT_JSON_KIND_NONE and answers every question with
 * false, nothing or the empty slice. Containers may nest 10 000 deep. Each question scans its value once: walk what you
 * want all of, and look up by name what you want little of.
 *
 *     weft_json data = weft_json_parse_str(event->data); (of an event; ptr NULL when it is no JSON)
 *     weft_json usage = weft_json_get_member(data, "usage");
 *     int64_t tokens;
 *
 *     if (weft_json_get_int64(weft_json_get_member(usage, "output_tokens"), &tokens))
 *         ...
 */
#ifndef WEFT_JSON_H
#define WEFT_JSON_H

#include "weft/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a value is. */
typedef enum weft_json_kind {
    WEFT_JSON_KIND_NONE = 0,   /**< no value: absent, or not JSON */
    WEFT_JSON_KIND_NULL = 1,   /**< `null` */
    WEFT_JSON_KIND_BOOL = 2,   /**< `true` or `false` */
    WEFT_JSON_KIND_NUMBER = 3, /**< a number of any size */
    WEFT_JSON_KIND_STRING = 4, /**< a text in quotes */
    WEFT_JSON_KIND_ARRAY = 5,  /**< `[…]` */
    WEFT_JSON_KIND_OBJECT = 6  /**< `{…}` */
} weft_json_kind;

/** The value that a NUL-terminated text holds, white space around it left out; the empty slice when it is not JSON. */
WEFT_API weft_json weft_json_parse(const char *text);
/** The same for text of a known length: the data of an event, the body of an answer. */
WEFT_API weft_json weft_json_parse_str(weft_str text);

/** The kind of a value, by how it begins. The rest of it is checked by whoever reads it. */
WEFT_API weft_json_kind weft_json_get_kind(weft_json value);

/** What weft_json_get_text and weft_json_quote return for what has no text. */
#define WEFT_JSON_NO_TEXT SIZE_MAX

/**
 * The text that a string means, its escapes undone, into `buffer` of `size` bytes, NUL-terminated unless `size` is 0;
 * what does not fit is left out by whole characters. Returns the length of all of the text, as snprintf does: `size` or
 * more means that it was cut, and asking with a `size` of 0 (`buffer` may be NULL) tells how much room it takes.
 * WEFT_JSON_NO_TEXT, and "" in the buffer, when the value is not a string. A text may hold NUL bytes of its own.
 */
WEFT_API size_t weft_json_get_text(weft_json string, char *buffer, size_t size);
/** Whether a string means exactly `text`. False for everything that is not a string. */
WEFT_API bool weft_json_is_text(weft_json string, const char *text);
/** A number whose exact value is an integer of 64 bits: 5, 5.0 and 5e2, not 5.5. False, and nothing written, else. */
WEFT_API bool weft_json_get_int64(weft_json number, int64_t *ret_value);
/** A number as the nearest double. False, and nothing written, for what is none, or is too large for one. */
WEFT_API bool weft_json_get_double(weft_json number, double *ret_value);
/** true or false. False, and nothing written, for everything else. */
WEFT_API bool weft_json_get_bool(weft_json value, bool *ret_value);

/** The value of the member called `name`, the last one of that name; the empty slice when there is none. */
WEFT_API weft_json weft_json_get_member(weft_json object, const char *name);
/**
 * Walks an object. Start with `*cursor` = 0 and call until it returns false. `ret_name` is a string value, quotes
 * included, as weft_json_get_text and weft_json_is_text take it. A broken object ends the walk early: weft_json_parse
 * tells it from a whole one.
 */
WEFT_API bool weft_json_next_member(weft_json object, size_t *cursor, weft_json *ret_name, weft_json *ret_value);
/** Walks an array, likewise. */
WEFT_API bool weft_json_next_item(weft_json array, size_t *cursor, weft_json *ret_item);

/**
 * Writes `text` as a JSON string, quotes included, into `buffer` of `size` bytes, NUL-terminated. Returns the length of
 * all of it; with `size` or more, which means that it does not fit, the buffer holds "". WEFT_JSON_NO_TEXT when the
 * text is not valid UTF-8.
 */
WEFT_API size_t weft_json_quote(weft_str text, char *buffer, size_t size);

#ifdef __cplusplus
}
#endif

#endif
