/* json/reader.h - a pull reader over JSON text that lies in memory whole.
 *
 * One pass, no tree, no allocation: the reader hands out slices of the text. What it accepts is RFC 8259, and
 * where that leaves room:
 *   - the text is well-formed UTF-8 without a byte order mark
 *   - containers nest at most WEFT__READER_DEPTH deep
 *   - \u escapes that make half a surrogate pair are refused: they have no UTF-8
 * That holds for what is sent. An answer is read by weft__reader_init_answer, which passes over a mark and takes
 * strings with bytes that are no UTF-8, or with half a pair, as `broken`: U+FFFD stands for those in what is meant.
 * In both:
 *   - numbers of any size are accepted and kept as their text (json/number.h converts)
 *   - an object may repeat a name; the reader hands out every member, and whoever looks one up takes the last
 *
 * The first fault ends the reading: every function fails from then on, `what` says what is wrong and
 * `at` points to it.
 *
 *     weft__reader reader;
 *     weft__member member;
 *
 *     weft__reader_init(&reader, text, len);
 *     if (weft__reader_enter(&reader, WEFT__VALUE_OBJECT))
 *         while (weft__reader_member(&reader, &member))
 *             use(member.name, member.kind, member.value);
 *     if (!weft__reader_finish(&reader))
 *         complain(reader.what, weft__reader_offset(&reader));
 */
#ifndef WEFT_JSON_READER_H
#define WEFT_JSON_READER_H

#include <string.h>

#include "weft/types.h"

enum { WEFT__READER_DEPTH = 10000 }; /* as much as services written in Go read and write */

typedef enum weft__value {
    WEFT__VALUE_NONE, /* no value starts here */
    WEFT__VALUE_NULL,
    WEFT__VALUE_FALSE,
    WEFT__VALUE_TRUE,
    WEFT__VALUE_NUMBER,
    WEFT__VALUE_STRING,
    WEFT__VALUE_ARRAY,
    WEFT__VALUE_OBJECT,
} weft__value;

/* A string as it stands in the text, between its quotes. */
typedef struct weft__quoted {
    const char *ptr;
    size_t len;
    bool escaped; /* holds a backslash, so the bytes are not yet the text that is meant */
    bool broken;  /* of an answer: holds what is no text; the meaning may take more bytes than stand here */
} weft__quoted;

typedef struct weft__member {
    weft__quoted name;
    weft_json value; /* exact text, checked */
    weft__value kind;
} weft__member;

typedef struct weft__reader {
    const char *text; /* borrowed */
    const char *at;
    const char *end;
    const char *what; /* static; NULL until a fault is met */
    unsigned depth;   /* containers entered and not yet left */
    bool fresh;       /* nothing was read of the container entered last */
    bool lenient;     /* the text is an answer's */
} weft__reader;

void weft__reader_init(weft__reader *reader, const char *text, size_t len);
void weft__reader_init_answer(weft__reader *reader, const char *text, size_t len);

/* memcmp() for names, which are short: without a call. */
static inline bool weft__same_bytes(const char *a, const char *b, size_t len)
{
    uint64_t first[2], last[2];
    uint32_t half[4];

    if (len - 8 <= 8) {
        memcpy(&first[0], a, 8);
        memcpy(&first[1], b, 8);
        memcpy(&last[0], a + len - 8, 8);
        memcpy(&last[1], b + len - 8, 8);
        return ((first[0] ^ first[1]) | (last[0] ^ last[1])) == 0;
    }
    if (len - 4 < 4) {
        memcpy(&half[0], a, 4);
        memcpy(&half[1], b, 4);
        memcpy(&half[2], a + len - 4, 4);
        memcpy(&half[3], b + len - 4, 4);
        return ((half[0] ^ half[1]) | (half[2] ^ half[3])) == 0;
    }
    return memcmp(a, b, len) == 0;
}

/* What a value's first byte says of it. */
extern const unsigned char weft__value_of_byte[256];

/* What starts next, white space passed over. WEFT__VALUE_NONE is a fault. */
weft__value weft__reader_peek_slowly(weft__reader *reader);
static inline weft__value weft__reader_peek(weft__reader *reader)
{
    weft__value kind = WEFT__VALUE_NONE;

    if (reader->at < reader->end)
        kind = (weft__value)weft__value_of_byte[(unsigned char)*reader->at];
    return kind != WEFT__VALUE_NONE ? kind : weft__reader_peek_slowly(reader);
}

/* Reads a whole value of any kind, checking all of it. `ret_value` may be NULL. */
bool weft__reader_skip(weft__reader *reader, weft_json *ret_value);
/* Reads a string, or a number's text; any other value is a fault. */
bool weft__reader_string(weft__reader *reader, weft__quoted *ret_string);
bool weft__reader_number(weft__reader *reader, weft_json *ret_number);
/* The same as weft__reader_string for whoever has seen that the next byte is a quote. */
bool weft__reader_quoted(weft__reader *reader, weft__quoted *ret_string);

/* Enters an array or object, as `kind` says; any other value is a fault. Then the matching one of the
 * functions below is called until it returns false, which leaves the container, or is a fault. After each
 * true exactly one value is to be read. */
bool weft__reader_enter(weft__reader *reader, weft__value kind);
bool weft__reader_next_item(weft__reader *reader);
bool weft__reader_next_member(weft__reader *reader, weft__quoted *ret_name);
/* Guesses at the next member's name. When it is due, with no white space on the way, the first is the place behind its
 * opening quote, else NULL. The second is true when exactly this name is there, spelled plainly and with its colon
 * behind it; the reader then stands behind that, as after next_member. Else nothing was read. */
static inline const char *weft__reader_name_place(const weft__reader *reader)
{
    const char *at = reader->at;

    if (reader->end - at < 2)
        return NULL;
    if (!reader->fresh && *at++ != ',')
        return NULL;
    return *at == '"' ? at + 1 : NULL;
}

static inline bool weft__reader_name_is(weft__reader *reader, const char *place, const char *name, size_t len)
{
    if ((size_t)(reader->end - place) < len + 2 || place[len] != '"' || place[len + 1] != ':' ||
        !weft__same_bytes(place, name, len))
        return false;
    reader->at = place + len + 2;
    reader->fresh = false;
    return true;
}

/* As next_member, with the value read too. */
bool weft__reader_member(weft__reader *reader, weft__member *ret_member);

/* Nothing but white space is left, and no fault was met. */
bool weft__reader_finish(weft__reader *reader);

/* Makes this the reader's fault, if it is the first; returns false. */
bool weft__reader_fail(weft__reader *reader, const char *at, const char *what);

static inline size_t weft__reader_offset(const weft__reader *reader)
{
    return (size_t)(reader->at - reader->text);
}

/* The kind of a value that was read before, by its first byte. */
weft__value weft__value_kind(weft_json value);

/* The next character that a string means, as UTF-8 in `out`, whose length is returned; moves `*at` past what stands for
 * it. The string was read before, and ends at `end`. */
size_t weft__quoted_next(const char **at, const char *end, char out[4]);
/* The most bytes that the meaning of a string takes: its length, unless it is broken. */
size_t weft__quoted_room(weft__quoted string);
/* A string that was read before, as the text that is meant. `out` has weft__quoted_room() and gets no NUL; returns
 * the bytes written. */
size_t weft__quoted_copy(weft__quoted string, char *out);
/* Whether the string means exactly these bytes. */
bool weft__quoted_is(weft__quoted string, const char *text, size_t len);

#endif
