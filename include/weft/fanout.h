/*
 * weft/fanout.h - many calls under one limit of concurrency and one of rate.
 *
 * With a struct of your own, here `batch`, that holds the fan-out, the client, the requests and what came out:
 *
 *     static void on_run(weft_call *call, const weft_error *error, const weft_stromboli_run_response *result,
 *                        void *arg)
 *     {
 *         struct batch *batch = arg;
 *
 *         batch->failed += error != NULL;
 *         weft_fanout_done(batch->fanout);
 *     }
 *
 *     static bool start_one(weft_fanout *fanout, uint64_t index, uint64_t due_ns, void *arg)
 *     {
 *         struct batch *batch = arg;
 *
 *         if (!weft_stromboli_run(batch->api, &batch->requests[index], NULL, on_run, batch))
 *             weft_fanout_done(fanout);
 *         return true;
 *     }
 *
 *     batch->fanout = weft_fanout_start(engine, &(weft_fanout_options){
 *         .count = 10000, .concurrency = 200, .next = start_one, .end = on_end, .arg = batch,
 *     }, &problem);
 */
#ifndef WEFT_FANOUT_H
#define WEFT_FANOUT_H

#include "weft/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_fanout weft_fanout;

/**
 * Starts item number `index`, from 0 in order: submit a call or a stream, or several in a row, and call
 * weft_fanout_done when the item is over, from its last callback or at once when there was nothing to do. `due_ns` is
 * when the item was to start, on uv_hrtime's clock: earlier than now when a rate could not be kept because
 * `concurrency` was used up. `arg`, from the options, is the only context: whatever item number `index` needs is found
 * through it. When submitting returned NULL (no memory, and no callback will come) the item is over too: call
 * weft_fanout_done and return true. Return false when there is no such item: then none is asked for again.
 */
typedef bool weft_fanout_next_cb(weft_fanout *fanout, uint64_t index, uint64_t due_ns, void *arg);

/** Nothing is in flight and nothing will be: fires once, from the loop; the fan-out is gone when it returns. */
typedef void weft_fanout_end_cb(weft_fanout *fanout, void *arg);

/** `next` and `end` are required. */
typedef struct weft_fanout_options {
    uint64_t count;            /**< items in all; 0 = until `next` returns false, or weft_fanout_stop */
    uint32_t concurrency;      /**< items in flight at most; 0 = 32 */
    double per_second;         /**< items started per second at most, evenly spaced; 0 = no limit */
    uint32_t ramp_up_ms;       /**< the rate, or without one the concurrency, grows evenly to its full over this
                                    time; 0 = at once */
    weft_fanout_next_cb *next; /**< required: starts the next item */
    weft_fanout_end_cb *end;   /**< required: called once, when all is over */
    void *arg;                 /**< handed to both */
} weft_fanout_options;

/** What a fan-out has come to. */
typedef struct weft_fanout_progress {
    uint64_t started;   /**< items for which `next` returned true */
    uint64_t done;      /**< of those: told to be over by weft_fanout_done */
    uint32_t in_flight; /**< the difference of the two */
} weft_fanout_progress;

/**
 * Begins a fan-out: `next` is first called from the loop, never within this function. Close the engine only after
 * `end`, or stop the fan-out first: an engine does not finish closing while a fan-out lives.
 *
 * Returns: NULL, with `ret_error` filled unless that is NULL, when the engine is NULL, closing or of the process that
 *          this one was forked from, `next` or `end` is missing, a number makes no sense, or memory is short. Neither
 *          callback is called then.
 */
WEFT_API weft_fanout *weft_fanout_start(weft_engine *engine, const weft_fanout_options *options,
                                        weft_error_info *ret_error);

/** One item is over: there is room for the next. Exactly once per item for which `next` returned true. */
WEFT_API void weft_fanout_done(weft_fanout *fanout);

/** Starts nothing more; `end` fires when what is in flight is done. Calls go on: cancel them if they should not. */
WEFT_API void weft_fanout_stop(weft_fanout *fanout);

/** Changes the limit for items not yet started; 0 pauses. For those who learn what a service bears as they go. */
WEFT_API void weft_fanout_set_concurrency(weft_fanout *fanout, uint32_t concurrency);

/** Fills `*ret_progress`; in `next`, in `end`, and whenever the fan-out lives. */
WEFT_API void weft_fanout_get_progress(const weft_fanout *fanout, weft_fanout_progress *ret_progress);

#ifdef __cplusplus
}
#endif

#endif
