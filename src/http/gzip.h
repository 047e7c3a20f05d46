/* http/gzip.h - decodes a body that was sent compressed, within limits. */
#ifndef WEFT_HTTP_GZIP_H
#define WEFT_HTTP_GZIP_H

#include "base/memory.h"

typedef struct weft__gzip weft__gzip;

typedef enum weft__gzip_status {
    WEFT__GZIP_MORE,   /* all input was used */
    WEFT__GZIP_OUTPUT, /* the output is full: take it and come again with what is left of the input */
    WEFT__GZIP_END,    /* the last member is complete */
    WEFT__GZIP_BROKEN, /* not gzip, or damaged */
    WEFT__GZIP_RATIO,  /* expands beyond all measure: a bomb */
    WEFT__GZIP_NO_MEMORY,
} weft__gzip_status;

/* Whether this build can decode gzip at all. */
bool weft__gzip_is_supported(void);
/* The version of zlib that runs; NULL when it is not supported. */
const char *weft__gzip_library(void);
/* NULL when out of memory or not supported. */
weft__gzip *weft__gzip_new(weft__heap *heap);
void weft__gzip_free(weft__gzip *gzip);
/* Whoever reads it has limits of his own: no expansion is too large. */
void weft__gzip_trust(weft__gzip *gzip);
/* What it keeps of a body, the last 32 KiB, is overwritten before it is freed. */
void weft__gzip_mark_secret(weft__gzip *gzip);
/* Whether what came so far may be all: it ends with a member's end, or nothing came. */
bool weft__gzip_is_whole(const weft__gzip *gzip);
/* Decodes from `*input` into `output`; moves `*input` on, sets `*ret_output` to the bytes written. */
weft__gzip_status weft__gzip_decode(weft__gzip *gzip, const char **input, size_t *input_len, char *output,
                                    size_t output_size, size_t *ret_output);

#endif
