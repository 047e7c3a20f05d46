/* call/headers.h - the header lines of an answer, as its call keeps them. */
#ifndef WEFT_CALL_HEADERS_H
#define WEFT_CALL_HEADERS_H

#include "call/call.h"

/* The header lines of an answer as they came, but for the NULs behind what its user was given of them. */
struct weft__headers {
    size_t len;
    weft_str content_type; /* values, in the lines; NULL when there is none */
    weft_str content_encoding;
    char lines[];
};

/* Keeps the lines of `lines`; NULL when out of memory. */
weft__headers *weft__headers_keep(weft__arena *arena, weft_str lines);
weft_str weft__call_content_type(const weft_call *call);
weft_str weft__call_content_encoding(const weft_call *call);

#endif
