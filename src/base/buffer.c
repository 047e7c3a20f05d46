#include "base/buffer.h"

#include <string.h>

#include "base/assert.h"

void weft__buffer_init(weft__buffer *buffer, weft__heap *heap, size_t max)
{
    memset(buffer, 0, sizeof(*buffer));
    buffer->heap = heap;
    buffer->max = max;
}

void weft__buffer_deinit(weft__buffer *buffer)
{
    weft__free(buffer->heap, buffer->data);
    buffer->data = NULL;
    buffer->len = buffer->cap = 0;
}

bool weft__buffer_reserve(weft__buffer *buffer, size_t extra)
{
    size_t cap = buffer->cap ? buffer->cap : 256;
    char *data;

    WEFT__ASSERT(buffer->heap && buffer->len <= buffer->cap && buffer->cap <= buffer->max);
    if (!buffer->failed && buffer->cap - buffer->len >= extra)
        return true;
    if (buffer->failed || extra > buffer->max - buffer->len)
        goto fail;
    while (cap - buffer->len < extra && cap <= buffer->max / 2)
        cap *= 2;
    if (cap - buffer->len < extra || cap > buffer->max)
        cap = buffer->max;
    data = buffer->secret ? weft__resize_secret(buffer->heap, buffer->data, buffer->cap, cap)
                          : weft__resize(buffer->heap, buffer->data, cap);
    if (!data)
        goto fail;
    buffer->data = data;
    buffer->cap = cap;
    WEFT__ASSERT(cap <= buffer->max && cap - buffer->len >= extra);
    return true;
fail:
    buffer->failed = true;
    return false;
}

bool weft__buffer_append_slowly(weft__buffer *buffer, const void *bytes, size_t len)
{
    if (!weft__buffer_reserve(buffer, len))
        return false;
    if (len)
        memcpy(buffer->data + buffer->len, bytes, len);
    buffer->len += len;
    return true;
}

bool weft__buffer_append_uint(weft__buffer *buffer, uint64_t value)
{
    char digits[20];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    return weft__buffer_append(buffer, digits + at, sizeof(digits) - at);
}

void weft__buffer_wipe(weft__buffer *buffer)
{
    WEFT__ASSERT(buffer->len <= buffer->cap);
    if (buffer->data)
        weft__wipe(buffer->data, buffer->cap);
}
