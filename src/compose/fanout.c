#include "weft/fanout.h"

#include <math.h>

#include "engine/engine.h"

enum {
    DEFAULT_CONCURRENCY = 32,
    STARTS_PER_TURN = 256,
    FOREVER_S = 1000000000, /* some thirty years */
};

struct weft_fanout {
    weft__member member;
    weft_engine *engine; /* referenced, and its loop is held */
    weft_fanout_options options;
    weft__task pump;
    weft__timer timer; /* until the next item is due, or the ramp allows one more */
    uint64_t began_ns;
    uint64_t started;
    uint64_t done;
    bool exhausted; /* nothing more will be started */
    bool pumping;
};

static uint32_t in_flight(const weft_fanout *fanout)
{
    return (uint32_t)(fanout->started - fanout->done);
}

/* Items that may be in flight now. A ramp without a rate is one of concurrency. */
static uint32_t room_for(const weft_fanout *fanout, uint64_t now_ns)
{
    const weft_fanout_options *options = &fanout->options;
    uint64_t since_ms = (now_ns - fanout->began_ns) / 1000000;

    if (options->per_second > 0 || since_ms >= options->ramp_up_ms || options->concurrency == 0)
        return options->concurrency;
    return 1 + (uint32_t)((uint64_t)(options->concurrency - 1) * since_ms / options->ramp_up_ms);
}

/* Seconds after the beginning at which item `index` is due: the rate grows evenly during the ramp, so the items
 * started by then grow with the square of the time. */
static double due_after(const weft_fanout_options *options, uint64_t index)
{
    double ramp = options->ramp_up_ms / 1e3;
    double in_ramp = options->per_second * ramp / 2;

    if ((double)index < in_ramp)
        return sqrt(2 * ramp * (double)index / options->per_second);
    return ramp + ((double)index - in_ramp) / options->per_second;
}

/* When the next item is to start by the rate; 0 when there is none. */
static uint64_t due_ns(const weft_fanout *fanout)
{
    double after;

    if (fanout->options.per_second <= 0)
        return 0;
    after = due_after(&fanout->options, fanout->started);
    /* Beyond that the conversion is undefined, and may well come to "now". */
    if (!(after < FOREVER_S))
        after = FOREVER_S;
    return fanout->began_ns + (uint64_t)(after * 1e9);
}

static void wake_at(weft_fanout *fanout, uint64_t at_ns)
{
    weft__loop_schedule(&fanout->engine->loop, &fanout->timer, at_ns / 1000000 + 1);
}

/* Starts one item. False when none can be started now; a timer or weft_fanout_done will look again. */
static bool start_one(weft_fanout *fanout)
{
    uint64_t now = weft__now_ns();
    uint64_t due = due_ns(fanout);
    uint32_t room = room_for(fanout, now);

    if (fanout->exhausted)
        return false;
    if (in_flight(fanout) >= room) {
        if (room < fanout->options.concurrency)
            wake_at(fanout, now + 1000000);
        return false;
    }
    if (due > now) {
        wake_at(fanout, due);
        return false;
    }
    fanout->started++;
    if (!fanout->options.next(fanout, fanout->started - 1, due ? due : now, fanout->options.arg)) {
        fanout->started--;
        fanout->exhausted = true;
        return false;
    }
    if (fanout->options.count && fanout->started >= fanout->options.count)
        fanout->exhausted = true;
    return true;
}

static void finish(weft_fanout *fanout)
{
    weft_engine *engine = fanout->engine;

    fanout->options.end(fanout, fanout->options.arg);
    /* Only now: `end` may have stopped it once more, or changed its limit. */
    weft__loop_cancel(&engine->loop, &fanout->timer);
    weft__loop_undefer(&fanout->pump);
    weft__engine_leave(engine, &fanout->member);
    weft__free(&engine->loop.heap, fanout);
    weft__loop_release(&engine->loop);
    weft__engine_unref(engine);
}

/* Starts what may be started. An item that is over while it is being started only leaves its place. */
static void pump(weft_fanout *fanout)
{
    int starts = 0;

    if (fanout->pumping)
        return;
    fanout->pumping = true;
    while (starts < STARTS_PER_TURN && start_one(fanout))
        starts++;
    fanout->pumping = false;
    /* The rest, and the end, wait a turn: what was started is served in between, and nobody is called back from
     * within weft_fanout_done. */
    if (starts == STARTS_PER_TURN || (fanout->exhausted && in_flight(fanout) == 0))
        weft__loop_defer(&fanout->engine->loop, &fanout->pump);
}

static void on_pump(weft__task *task)
{
    weft_fanout *fanout = WEFT__CONTAINER_OF(task, weft_fanout, pump);

    if (fanout->exhausted && in_flight(fanout) == 0)
        finish(fanout);
    else
        pump(fanout);
}

static void on_timer(weft__timer *timer)
{
    weft_fanout *fanout = WEFT__CONTAINER_OF(timer, weft_fanout, timer);

    pump(fanout);
}

/* What is wrong with the options; NULL when nothing is. */
static const char *find_fault(const weft_fanout_options *options)
{
    if (!options)
        return "the options are NULL";
    if (!options->next)
        return "next is required";
    if (!options->end)
        return "end is required";
    if (!isfinite(options->per_second) || options->per_second < 0)
        return "per_second: is negative, or no finite number";
    return NULL;
}

weft_fanout *weft_fanout_start(weft_engine *engine, const weft_fanout_options *options, weft_error_info *ret_error)
{
    const char *fault = find_fault(options);
    weft_fanout *fanout;

    if (!weft__engine_is_open(engine, ret_error))
        return NULL;
    if (fault) {
        weft__fail_new(ret_error, WEFT_E_INVALID, "%s", fault);
        return NULL;
    }
    fanout = weft__zalloc(&engine->loop.heap, sizeof(*fanout));
    if (!fanout) {
        weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    fanout->engine = engine;
    fanout->options = *options;
    if (options->concurrency == 0)
        fanout->options.concurrency = DEFAULT_CONCURRENCY;
    fanout->pump.run = on_pump;
    weft__timer_init(&fanout->timer, on_timer);
    fanout->began_ns = weft__now_ns();
    weft__engine_join(engine, &fanout->member, NULL);
    weft__engine_ref(engine);
    weft__loop_hold(&engine->loop);
    weft__loop_defer(&engine->loop, &fanout->pump);
    return fanout;
}

void weft_fanout_done(weft_fanout *fanout)
{
    fanout->done++;
    pump(fanout);
}

void weft_fanout_stop(weft_fanout *fanout)
{
    if (!fanout)
        return;
    fanout->exhausted = true;
    weft__loop_defer(&fanout->engine->loop, &fanout->pump);
}

void weft_fanout_set_concurrency(weft_fanout *fanout, uint32_t concurrency)
{
    fanout->options.concurrency = concurrency;
    weft__loop_defer(&fanout->engine->loop, &fanout->pump);
}

void weft_fanout_get_progress(const weft_fanout *fanout, weft_fanout_progress *ret_progress)
{
    *ret_progress = (weft_fanout_progress){
        .started = fanout->started,
        .done = fanout->done,
        .in_flight = in_flight(fanout),
    };
}
