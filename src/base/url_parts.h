/* base/url_parts.h - where the parts of a URL begin and end, before anything is checked. For url*.c only. */
#ifndef WEFT_BASE_URL_PARTS_H
#define WEFT_BASE_URL_PARTS_H

#include "base/text.h"

/* Slices of the text that was taken apart; a fragment is left out. */
typedef struct weft__url_parts {
    bool has_authority; /* "//" stood before the path */
    weft_str authority;
    weft_str path;
    weft_str query; /* without '?'; ptr is NULL when there was none */
} weft__url_parts;

static inline weft_str weft__url_slice(const char *from, const char *to)
{
    weft_str str = {from, (size_t)(to - from)};
    return str;
}

/* The first of the bytes in `wanted`, or the end of the text. */
const char *weft__url_find(weft_str text, const char *wanted);
/* Takes "scheme:" off the front of the text; an empty slice when it begins with none. */
weft_str weft__url_take_scheme(weft_str *text);
/* Takes apart what follows the scheme. */
weft__url_parts weft__url_split(weft_str text);
/* For messages: what was probably meant to stand before `ret_rest`, which is the text without what stood there
 * instead. NULL when that is anybody's guess, or the text is not one to repeat: it may hold a password. */
const char *weft__url_guess_prefix(weft_str text, weft_str *ret_rest);

#endif
