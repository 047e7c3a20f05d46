/* client/source.h - a request body that is given in pieces: memory and files, one after the other. */
#ifndef WEFT_CLIENT_SOURCE_H
#define WEFT_CLIENT_SOURCE_H

#include "base/random.h"
#include "transport/work.h"
#include "weft/http.h"

enum { WEFT__PIECE_BYTES = 64 * 1024 };

typedef struct weft__source weft__source;

/* What a source waited for has come, or failed: weft__source_problem. From the loop. */
typedef void weft__source_cb(void *owner);

/* Takes the body apart; files are not touched yet. NULL with a text that says what is wrong with it, static or in
 * `problem`, which has room for 128 bytes; "" when out of memory. */
weft__source *weft__source_new(weft__loop *loop, const weft_body *body, weft__random *random, weft__source_cb *ready,
                               void *owner, char problem[128]);
/* `ready` will not be called; files are closed when the pool's thread has let go of them. NULL is fine. */
void weft__source_free(weft__source *source);

/* The Content-Type header's value. */
const char *weft__source_content_type(const weft__source *source);
/* Opens the files and learns their sizes, then `ready`. */
void weft__source_open(weft__source *source);
/* Bytes of the whole body; once open. */
uint64_t weft__source_size(const weft__source *source);
/* Bytes before the body, which end the head; once open. */
size_t weft__source_head_len(const weft__source *source);

/* Starts over: the next piece is the first, which is the end of the request's head. At any time, also while the
 * pool's thread reads. */
void weft__source_rewind(weft__source *source);
/* Fetches the next piece. True: it is there; false: `ready` comes. */
bool weft__source_next(weft__source *source);
/* The piece at hand; NULL before the first, of no length while the next is fetched. */
const char *weft__source_piece(const weft__source *source, size_t *ret_len);
/* Whether the piece at hand is the last. */
bool weft__source_is_last(const weft__source *source);
/* What went wrong with a file, "cannot open PATH: no such file"; NULL when nothing did. */
const char *weft__source_problem(const weft__source *source);

#endif
