/* files/reader.h - reads the files of a request's body, a piece ahead of the one that is sent.
 *
 * Files are read on libuv's pool; pipes and terminals from the loop, as they become readable. A reader serves one
 * attempt: it has a copy of the segments, whose sizes it learns, so that a thread that still reads for an attempt
 * before disturbs nobody.
 */
#ifndef WEFT_FILES_READER_H
#define WEFT_FILES_READER_H

#include "loop/work.h"

/* Read and sent at a time; a reader holds two of them. With less, going to the pool and back costs more than reading: a
 * GiB from the page cache to a socket takes 0.7 s of CPU by 64 KiB, 0.4 s by 256 and 0.28 s by 512, which is curl's. */
enum { WEFT__PIECE_BYTES = 512 * 1024 };

typedef struct weft__segment {
    const char *bytes; /* memory; or NULL: */
    const char *path;  /* a file */
    uint64_t size;     /* of a file: as it was when it was looked at last */
    uint64_t inode;    /* which file that was */
    bool is_unsized;   /* a file whose length shows when it has been read */
    bool is_pipe;      /* or a device: read once, from its beginning to its end */
} weft__segment;

/* A piece of a file. */
typedef struct weft__piece {
    char *bytes; /* owned; NULL until it is needed */
    size_t cap;
    size_t len; /* 0 when the file's end showed late */
    bool ends;  /* nothing of the file is left */
    bool is_full;
} weft__piece;

typedef struct weft__reader weft__reader;
/* From the loop: what was asked for has come, or failed (weft__reader_problem); or the reader is gone. */
typedef void weft__reader_cb(void *owner);

/* `segments` are copied, the texts are not. NULL when out of memory. */
weft__reader *weft__reader_new(weft__loop *loop, const weft__segment *segments, size_t count, weft__reader_cb *ready,
                               void *owner);
/* `ready` will not come. True: it is gone, and nothing touches the files any more; false: that will be so when `gone`
 * comes. NULL is fine. */
bool weft__reader_free(weft__reader *reader, weft__reader_cb *gone);

/* Looks at the files, whether they are there and may be read, and how long they are; then `ready`. */
void weft__reader_check(weft__reader *reader);
/* The same, and reads on from there, with a `ready` for that and one for each piece. What the segments say so far is
 * taken for a hint. */
void weft__reader_begin(weft__reader *reader);
/* As they are known since then. */
const weft__segment *weft__reader_segments(const weft__reader *reader);
/* The next piece of the next file; NULL while it has not come. */
const weft__piece *weft__reader_piece(const weft__reader *reader);
/* Done with that piece: there is room for another. A problem may show, without `ready`. */
void weft__reader_release(weft__reader *reader);

/* A thread of the pool is at work. */
bool weft__reader_is_working(const weft__reader *reader);
/* What can be read only once has been opened. */
bool weft__reader_is_spent(const weft__reader *reader);
/* What went wrong with a file, "cannot open PATH: no such file"; NULL when nothing did. */
const char *weft__reader_problem(const weft__reader *reader);
/* What the system said to that, by libuv's number; 0 where it had no part in it. */
int weft__reader_system_error(const weft__reader *reader);

#endif
