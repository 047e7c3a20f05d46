/* loop/work.h - blocking work on libuv's thread pool. */
#ifndef WEFT_LOOP_WORK_H
#define WEFT_LOOP_WORK_H

#include "loop/loop.h"

typedef struct weft__work weft__work;

/* Embedded in what it is about, which must live until `done`. The engine does not finish closing before that. */
struct weft__work {
    uv_work_t request;
    weft__loop *loop;
    void (*run)(weft__work *work);  /* on a thread of the pool: touches nothing but its own */
    void (*done)(weft__work *work); /* on the loop's thread, always once */
};

/* A libuv error, or 0; after an error `done` does not come. */
int weft__work_start(weft__loop *loop, weft__work *work);

#endif
