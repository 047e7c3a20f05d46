#include "http/gzip.h"

#ifdef WEFT_HAVE_ZLIB

#include <limits.h>
#include <string.h>
#define ZLIB_CONST /* what is read is not written */
#include <zlib.h>

#include "base/assert.h"

enum {
    GZIP_ONLY = 16,      /* added to zlib's window bits: a gzip header and nothing else */
    MAX_RATIO = 256,     /* text that means something is far below; a bomb is near 1000 */
    RATIO_FROM = 1 << 20 /* a short body may be all one byte */
};

struct weft__gzip {
    weft__heap *heap; /* borrowed */
    z_stream stream;
    uint64_t taken; /* bytes of all members before this one, as they came and as they went */
    uint64_t given;
    bool begun;   /* a byte came */
    bool ended;   /* a member is complete; another may follow */
    bool trusted; /* however much it expands */
    bool secret;  /* its memory is overwritten */
};

/* zlib does not say how large what it gives back is. */
typedef union block {
    size_t size; /* of what follows */
    max_align_t aligned;
} block;

static void *zlib_alloc(void *owner, unsigned count, unsigned size)
{
    const weft__gzip *gzip = owner;
    block *made = weft__alloc(gzip->heap, sizeof(*made) + (size_t)count * size);

    if (!made)
        return NULL;
    made->size = (size_t)count * size;
    return made + 1;
}

static void zlib_free(void *owner, void *memory)
{
    const weft__gzip *gzip = owner;
    block *made = (block *)memory - 1;

    if (gzip->secret)
        weft__wipe(memory, made->size);
    weft__free(gzip->heap, made);
}

bool weft__gzip_is_supported(void)
{
    return true;
}

const char *weft__gzip_library(void)
{
    return zlibVersion();
}

weft__gzip *weft__gzip_new(weft__heap *heap)
{
    weft__gzip *gzip = weft__zalloc(heap, sizeof(*gzip));

    if (!gzip)
        return NULL;
    gzip->heap = heap;
    gzip->stream.zalloc = zlib_alloc;
    gzip->stream.zfree = zlib_free;
    gzip->stream.opaque = gzip;
    if (inflateInit2(&gzip->stream, MAX_WBITS + GZIP_ONLY) != Z_OK) {
        weft__free(heap, gzip);
        return NULL;
    }
    return gzip;
}

void weft__gzip_free(weft__gzip *gzip)
{
    if (!gzip)
        return;
    inflateEnd(&gzip->stream);
    weft__free(gzip->heap, gzip);
}

void weft__gzip_trust(weft__gzip *gzip)
{
    gzip->trusted = true;
}

void weft__gzip_mark_secret(weft__gzip *gzip)
{
    gzip->secret = true;
}

/* All members count together: a bomb may come in many small pieces. */
static bool is_bomb(const weft__gzip *gzip)
{
    uint64_t taken = gzip->taken + gzip->stream.total_in, given = gzip->given + gzip->stream.total_out;

    return !gzip->trusted && given > RATIO_FROM && given / MAX_RATIO > taken;
}

bool weft__gzip_is_whole(const weft__gzip *gzip)
{
    return gzip->ended || !gzip->begun;
}

static weft__gzip_status status_of(weft__gzip *gzip, int result)
{
    switch (result) {
    case Z_STREAM_END:
        gzip->ended = true;
        if (is_bomb(gzip))
            return WEFT__GZIP_RATIO;
        return gzip->stream.avail_in > 0 ? WEFT__GZIP_OUTPUT : WEFT__GZIP_END;
    case Z_OK:
    case Z_BUF_ERROR:
        if (is_bomb(gzip))
            return WEFT__GZIP_RATIO;
        return gzip->stream.avail_out == 0 ? WEFT__GZIP_OUTPUT : WEFT__GZIP_MORE;
    case Z_MEM_ERROR:
        return WEFT__GZIP_NO_MEMORY;
    default:
        return WEFT__GZIP_BROKEN;
    }
}

weft__gzip_status weft__gzip_decode(weft__gzip *gzip, const char **input, size_t *input_len, char *output,
                                    size_t output_size, size_t *ret_output)
{
    z_stream *stream = &gzip->stream;
    size_t feed = *input_len < UINT_MAX ? *input_len : UINT_MAX;
    weft__gzip_status status;

    WEFT__ASSERT(output_size > 0 && output_size <= UINT_MAX);
    *ret_output = 0;
    if (gzip->ended) {
        if (*input_len == 0)
            return WEFT__GZIP_END;
        /* Members may follow each other (RFC 1952, section 2.2). */
        gzip->ended = false;
        gzip->taken += stream->total_in;
        gzip->given += stream->total_out;
        if (inflateReset(stream) != Z_OK)
            return WEFT__GZIP_BROKEN;
    }
    gzip->begun = gzip->begun || feed > 0;
    stream->next_in = (const Bytef *)*input;
    stream->avail_in = (unsigned)feed;
    stream->next_out = (Bytef *)output;
    stream->avail_out = (unsigned)output_size;
    status = status_of(gzip, inflate(stream, Z_NO_FLUSH));
    WEFT__ASSERT(stream->avail_in <= feed && stream->avail_out <= output_size);
    *input += feed - stream->avail_in;
    *input_len -= feed - stream->avail_in;
    *ret_output = output_size - stream->avail_out;
    return status;
}

#else

bool weft__gzip_is_whole(const weft__gzip *gzip)
{
    (void)gzip;
    return true;
}

void weft__gzip_trust(weft__gzip *gzip)
{
    (void)gzip;
}

void weft__gzip_mark_secret(weft__gzip *gzip)
{
    (void)gzip;
}

bool weft__gzip_is_supported(void)
{
    return false;
}

const char *weft__gzip_library(void)
{
    return NULL;
}

weft__gzip *weft__gzip_new(weft__heap *heap)
{
    (void)heap;
    return NULL;
}

void weft__gzip_free(weft__gzip *gzip)
{
    (void)gzip;
}

weft__gzip_status weft__gzip_decode(weft__gzip *gzip, const char **input, size_t *input_len, char *output,
                                    size_t output_size, size_t *ret_output)
{
    (void)gzip;
    (void)input;
    (void)input_len;
    (void)output;
    (void)output_size;
    *ret_output = 0;
    return WEFT__GZIP_BROKEN;
}

#endif
