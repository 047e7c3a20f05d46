/* json/decoder.h - what the two halves of the decoder share. No other file includes it. */
#ifndef WEFT_JSON_DECODER_H
#define WEFT_JSON_DECODER_H

#include "json/codec.h"
#include "json/reader.h"

typedef struct weft__decoder {
    weft__reader reader;
    weft__arena *arena;       /* borrowed */
    weft__codec_error *error; /* borrowed */
    bool lenient;             /* inside a WEFT__LENIENT type, however deep */
    bool spelled;             /* inside a WEFT__SPELLED type, however deep */
    bool full;                /* it was the arena's room that was short, not memory */
} weft__decoder;

/* Takes so much of the arena's room; false when there is less. */
static inline bool weft__decode_charge(weft__decoder *d, size_t size)
{
    if (size > d->arena->room) {
        d->full = true;
        return false;
    }
    d->arena->room -= size;
    return true;
}
/* Room for text. NULL: weft__decode_no_memory says why. */
static inline char *weft__decode_bytes(weft__decoder *d, size_t size)
{
    return weft__decode_charge(d, size) ? weft__arena_bytes(d->arena, size) : NULL;
}

/* Each fills the error and returns its status. A mismatch is the fault of the value that started at `start`. */
weft__codec_status weft__decode_no_memory(weft__decoder *d);
weft__codec_status weft__decode_syntax(weft__decoder *d);
weft__codec_status weft__decode_mismatch(weft__decoder *d, const char *start, const char *what);

/* Each reads the value that comes next, of which the caller has seen the `kind`. A mismatch found by the kind
 * has read nothing yet. `flags` are the field's. */
weft__codec_status weft__take_str(weft__decoder *d, unsigned flags, weft__value kind, weft_str *ret_text);
weft__codec_status weft__take_string(weft__decoder *d, weft_str *ret_text); /* of kind WEFT__VALUE_STRING */
weft__codec_status weft__take_cstr(weft__decoder *d, weft__value kind, const char **ret_text);
weft__codec_status weft__take_bool(weft__decoder *d, weft__value kind, bool *ret_value);
weft__codec_status weft__take_int64(weft__decoder *d, weft__value kind, int64_t *ret_value);
weft__codec_status weft__take_double(weft__decoder *d, weft__value kind, double *ret_value);
/* Any value: as the slice of the text, which may be passed over with NULL; or as a NUL-terminated copy of it. */
weft__codec_status weft__take_raw(weft__decoder *d, weft_json *ret_value);
weft__codec_status weft__take_cjson(weft__decoder *d, const char **ret_text);

#endif
