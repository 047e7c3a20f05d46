/* loop/loop.h - what weft adds to the caller's uv loop: one timer, one idle handle, one wake-up, one poller.
 *
 * Every callback of weft runs from here: deadlines from the wheel, deferred tasks from the idle handle, posts from
 * the async handle, sockets from the poller. None of the handles keeps uv_run going by itself; holds do.
 *
 * Nothing of it holds up the loop, however much there is to do at one time. In one turn of the loop each of the three,
 * what is due by the clock, tasks and sockets, takes at most a share of it, and a step more; what is left over is taken
 * up in the next turn, in the order it came in, and in between the host's handles are served. What a task or a callback
 * does by the dozen, it does for as long as weft__loop_has_time says so.
 */
#ifndef WEFT_LOOP_LOOP_H
#define WEFT_LOOP_LOOP_H

#include <uv.h>

#include "base/list.h"
#include "base/memory.h"
#include "base/wheel.h"
#include "weft/engine.h"

enum {
    WEFT__READ_BUFFER_BYTES = 64 * 1024,
    WEFT__DONE_AT_ONCE = 16,     /* of what a function of the caller's asks for by the thousand; the rest is paced */
    WEFT__SHARE_NS = 300 * 1000, /* a third of a millisecond for each of the three: a turn is one */
};

typedef struct weft__loop weft__loop;
typedef struct weft__task weft__task;
typedef struct weft__poller weft__poller;
typedef void weft__task_cb(weft__task *task);
typedef void weft__loop_cb(weft__loop *loop);

/* Work for the next turn of the loop, or one soon after; embedded in what it is about. A zeroed task is not waiting. */
struct weft__task {
    weft__link link;
    weft__task_cb *run;
};

struct weft__loop {
    uv_loop_t *uv; /* the caller's */
    weft__heap heap;
    weft__wheel wheel;
    weft_engine_stats stats;     /* counters; the gauges are filled in when asked for */
    volatile char *home;         /* owned page that reads 0 in a forked child; NULL where the kernel cannot do that */
    weft__poller *poller;        /* owned; NULL before the first socket */
    weft__loop_cb *close_poller; /* part of the loop's closing; NULL where there is nothing to close */
    char *read_buffer;           /* owned; every connection reads into it, one at a time */
    uint64_t armed_ms;           /* when the timer fires; UINT64_MAX = it is stopped */
    uint32_t tcp_timeout_ms;     /* a peer that acknowledges nothing for so long has vanished; 0 = nobody asks */
    uint32_t holds;              /* calls, streams and closings that keep uv_run going */
    uint32_t open_handles;       /* uv handles that have not reported their closing */
    bool closing;
    weft__list tasks;    /* for the next turn */
    weft__list due;      /* whose turn has come, the longest ago first */
    uint64_t until_ns;   /* the share of the turn that was begun last ends then */
    weft__task overtime; /* what is due by the clock was more than a share */
    weft__loop_cb *wake; /* runs after another thread's weft__loop_wake */
    weft__loop_cb *closed;
    uv_timer_t timer;
    uv_idle_t idle;
    uv_async_t async;
    weft_log_cb *log;
    void *log_arg;
    weft_log_level log_level;
};

/* Memory only. False when there is none; nothing stays behind then. */
bool weft__loop_init(weft__loop *loop, uv_loop_t *uv, const weft_allocator *allocator);
/* Opens the handles: the last thing in the making of an engine that can fail, for handles take turns of the loop to
 * close. A libuv error, or 0. */
int weft__loop_open(weft__loop *loop);
/* Closes the handles; `closed` fires when the last one is gone, those that others count included. */
void weft__loop_close(weft__loop *loop, weft__loop_cb *closed);
/* Frees the rest; from `closed` or after it. */
void weft__loop_deinit(weft__loop *loop);

/* Whether this process is a fork of the one that the loop was opened in: its sockets belong to the parent. */
static inline bool weft__loop_is_forked(const weft__loop *loop)
{
    return loop->home && *loop->home == 0;
}

/* While anything holds the loop, uv_run does not return. */
void weft__loop_hold(weft__loop *loop);
void weft__loop_release(weft__loop *loop);

/* Monotonic, exact: not the loop's cached time, which a long callback leaves behind. */
static inline uint64_t weft__now_ns(void)
{
    return uv_hrtime();
}
static inline uint64_t weft__now_ms(void)
{
    return uv_hrtime() / 1000000;
}

/* Sets `timer` to fire no earlier than `deadline_ms` on the clock of weft__now_ms. */
void weft__loop_schedule(weft__loop *loop, weft__timer *timer, uint64_t deadline_ms);
void weft__loop_cancel(weft__loop *loop, weft__timer *timer);

/* Runs `task` in the loop's next turn, or, where there are more than a turn has time for, in its order in one after
 * that. Harmless when it is waiting already. */
void weft__loop_defer(weft__loop *loop, weft__task *task);
void weft__loop_undefer(weft__task *task);
/* No task waits. */
static inline bool weft__loop_is_done(const weft__loop *loop)
{
    return weft__list_is_empty(&loop->tasks) && weft__list_is_empty(&loop->due);
}

/* Begins a share of this turn. */
static inline void weft__loop_begin_share(weft__loop *loop)
{
    loop->until_ns = weft__now_ns() + WEFT__SHARE_NS;
}
/* Whether the share of the turn in which this runs has time for more. False outside the loop's turns. */
static inline bool weft__loop_has_time(const weft__loop *loop)
{
    return weft__now_ns() < loop->until_ns;
}

/* From any thread, while the loop is not closing: has `wake` run on the loop's thread. */
void weft__loop_wake(weft__loop *loop);

/* Counts a uv handle that is closed with weft__loop_handle_closed from its close callback. */
static inline void weft__loop_handle_opened(weft__loop *loop)
{
    loop->open_handles++;
}
void weft__loop_handle_closed(weft__loop *loop);

/* One line of log, if `level` is wanted. Never a secret. */
void weft__log(weft__loop *loop, weft_log_level level, const char *format, ...)
#if defined(__GNUC__) || defined(__clang__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

#endif
