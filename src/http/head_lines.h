/* http/head_lines.h - the lines of a response's head, before the parser sees them.
 *
 * Finds where the head ends, keeps it within its limits, and refuses what not every version of llhttp does: a
 * CR or an LF alone, and a header line folded over two.
 */
#ifndef WEFT_HTTP_HEAD_LINES_H
#define WEFT_HTTP_HEAD_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Zeroed but for its limits, it stands before the first byte of a head. */
typedef struct weft__head_lines {
    uint32_t max_bytes;   /* of the whole head */
    uint32_t bytes;       /* read so far */
    uint16_t max_headers; /* at most UINT16_MAX - 2 */
    uint16_t count;       /* lines begun, the status line included */
    uint8_t place;        /* where in a line the next byte stands */
    bool has_t;           /* a line begins with a T: there may be a Transfer-Encoding */
    bool has_persistence; /* a line may be a Connection or a Keep-Alive */
} weft__head_lines;

typedef enum weft__head_verdict {
    WEFT__HEAD_GOES_ON,
    WEFT__HEAD_COMPLETE,
    WEFT__HEAD_REFUSED,
    WEFT__HEAD_TOO_LARGE,
    WEFT__HEAD_TOO_MANY,
} weft__head_verdict;

/* Reads up to the end of the head, of the bytes, or of what is allowed. `*ret_read` bytes are good; a verdict
 * after COMPLETE is about the byte that follows them, and `*ret_reason` says why. The verdict does not depend
 * on how the head is split. */
weft__head_verdict weft__head_lines_read(weft__head_lines *lines, const char *bytes, size_t len, size_t *ret_read,
                                         const char **ret_reason);

#endif
