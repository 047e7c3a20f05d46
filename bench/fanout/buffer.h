/* fanout/buffer.h - bytes that grow. Memory that runs out is sticky (`failed`), so that it is looked at once, at the
 * end. */
#ifndef FANOUT_BUFFER_H
#define FANOUT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* Zeroed is empty. */
typedef struct fanout_buffer {
    char *data; /* owned; NULL while nothing was ever put in */
    size_t len;
    size_t size;
    bool failed; /* something is missing */
} fanout_buffer;

/* Room for `more` bytes behind what is there. False when there is no memory for it. */
bool buffer_reserve(fanout_buffer *buffer, size_t more);
bool buffer_append(fanout_buffer *buffer, const void *bytes, size_t len);
bool buffer_append_char(fanout_buffer *buffer, char byte);
/* Empty, and whole again; the memory is kept. */
void buffer_clear(fanout_buffer *buffer);
/* Empty, with nothing owned. */
void buffer_deinit(fanout_buffer *buffer);

#endif
