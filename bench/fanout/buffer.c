#include "fanout/buffer.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE_MIN = 64 };

bool buffer_reserve(fanout_buffer *buffer, size_t more)
{
    size_t size = buffer->size ? buffer->size : SIZE_MIN;
    char *data;

    if (more <= buffer->size - buffer->len)
        return !buffer->failed;
    if (buffer->failed || more > SIZE_MAX / 4 - buffer->len) {
        buffer->failed = true;
        return false;
    }
    while (size < buffer->len + more)
        size *= 2;
    data = realloc(buffer->data, size);
    if (!data) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->size = size;
    return true;
}

bool buffer_append(fanout_buffer *buffer, const void *bytes, size_t len)
{
    if (!buffer_reserve(buffer, len))
        return false;
    if (len > 0)
        memcpy(buffer->data + buffer->len, bytes, len);
    buffer->len += len;
    return true;
}

bool buffer_append_char(fanout_buffer *buffer, char byte)
{
    return buffer_append(buffer, &byte, 1);
}

void buffer_clear(fanout_buffer *buffer)
{
    buffer->len = 0;
    buffer->failed = false;
}

void buffer_deinit(fanout_buffer *buffer)
{
    free(buffer->data);
    *buffer = (fanout_buffer){0};
}
