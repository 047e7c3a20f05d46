#include "archive/unpack.h"

#include "base/buffer.h"

enum {
    ENOUGH_BYTES = 64 * 1024, /* more than this waiting, and the sender is held back */
    MOST_BYTES = 1024 * 1024,
};

struct weft__unpack {
    weft__work work; /* first: a work is its unpack */
    weft__loop *loop;
    weft__extract *extract; /* the pool's while `working` */
    weft__buffer gathering; /* bytes to come */
    weft__buffer working_on;
    weft__unpack_cb *ready;
    weft__unpack_cb *gone; /* once it is abandoned */
    void *owner;
    weft_code code; /* of a problem on the loop's side */
    const char *problem;
    bool working;
    bool touched;    /* there is something to close */
    bool finishing;  /* everything has been given */
    bool last;       /* the work at hand knows that */
    bool closed;     /* and is done */
    bool waited_for; /* `ready` is owed */
    bool abandoned;
};

weft__unpack *weft__unpack_new(weft__loop *loop, const char *directory, const weft__extract_limits *limits,
                               weft__random *random, weft__unpack_cb *ready, void *owner)
{
    weft__unpack *unpack = weft__zalloc(&loop->heap, sizeof(*unpack));

    if (!unpack)
        return NULL;
    unpack->extract = weft__extract_new(&loop->heap, directory, limits, weft__random_next(random));
    if (!unpack->extract) {
        weft__free(&loop->heap, unpack);
        return NULL;
    }
    unpack->loop = loop;
    unpack->ready = ready;
    unpack->owner = owner;
    weft__buffer_init(&unpack->gathering, &loop->heap, MOST_BYTES);
    weft__buffer_init(&unpack->working_on, &loop->heap, MOST_BYTES);
    return unpack;
}

const char *weft__unpack_problem(const weft__unpack *unpack, weft_code *ret_code)
{
    if (unpack->problem) {
        *ret_code = unpack->code;
        return unpack->problem;
    }
    return unpack->working ? NULL : weft__extract_problem(unpack->extract, ret_code);
}

int weft__unpack_system_error(const weft__unpack *unpack)
{
    return unpack->problem ? 0 : weft__extract_system_error(unpack->extract);
}

bool weft__unpack_is_finished(const weft__unpack *unpack)
{
    return unpack->closed;
}

const weft__extract_counts *weft__unpack_get_counts(const weft__unpack *unpack)
{
    return weft__extract_get_counts(unpack->extract);
}

/* ---- On the pool's threads --------------------------------------------------------------------------- */

static void run_take(weft__work *work)
{
    weft__unpack *unpack = (weft__unpack *)(void *)work;
    bool good = weft__extract_take(unpack->extract, unpack->working_on.data, unpack->working_on.len);

    if (!unpack->last)
        return;
    if (good)
        weft__extract_finish(unpack->extract);
    weft__extract_close(unpack->extract);
}

static void run_close(weft__work *work)
{
    weft__extract_close(((weft__unpack *)(void *)work)->extract);
}

/* ---- On the loop ------------------------------------------------------------------------------------- */

static void unpack_free(weft__unpack *unpack)
{
    weft__heap *heap = &unpack->loop->heap;

    weft__buffer_deinit(&unpack->gathering);
    weft__buffer_deinit(&unpack->working_on);
    weft__extract_free(unpack->extract);
    weft__free(heap, unpack);
}

static void on_closed(weft__work *work)
{
    weft__unpack *unpack = (weft__unpack *)(void *)work;
    weft__unpack_cb *gone = unpack->gone;
    void *owner = unpack->owner;

    unpack_free(unpack);
    gone(owner);
}

/* True: `gone` comes. */
static bool close_extract(weft__unpack *unpack)
{
    unpack->work.run = run_close;
    unpack->work.done = on_closed;
    if (weft__work_start(unpack->loop, &unpack->work) == 0)
        return true;
    run_close(&unpack->work); /* better late than a file descriptor lost */
    return false;
}

static bool is_open(const weft__unpack *unpack)
{
    return unpack->touched && !unpack->closed;
}

bool weft__unpack_free(weft__unpack *unpack, weft__unpack_cb *gone)
{
    if (!unpack)
        return true;
    unpack->gone = gone;
    unpack->abandoned = true;
    weft__extract_stop(unpack->extract);
    if (unpack->working || (is_open(unpack) && close_extract(unpack)))
        return false;
    unpack_free(unpack);
    return true;
}

static void on_worked(weft__work *work);

static void fail(weft__unpack *unpack, weft_code code, const char *problem)
{
    unpack->code = code;
    unpack->problem = problem;
}

/* What the pool reads does not change while it works: `last` is set here, `finishing` at any time. */
static void start_work(weft__unpack *unpack)
{
    weft__buffer swap = unpack->working_on;

    unpack->working_on = unpack->gathering;
    unpack->gathering = swap;
    weft__buffer_clear(&unpack->gathering);
    unpack->work.run = run_take;
    unpack->work.done = on_worked;
    unpack->last = unpack->finishing;
    unpack->working = unpack->touched = true;
    if (weft__work_start(unpack->loop, &unpack->work) != 0) {
        unpack->working = false;
        fail(unpack, WEFT_E_FILE, "no thread to unpack with");
    }
}

static void on_worked(weft__work *work)
{
    weft__unpack *unpack = (weft__unpack *)(void *)work;
    weft_code code;

    unpack->working = false;
    unpack->closed = unpack->last;
    if (unpack->abandoned) {
        if (!is_open(unpack) || !close_extract(unpack))
            on_closed(work);
        return;
    }
    if (!unpack->closed && !weft__unpack_problem(unpack, &code) && (unpack->gathering.len > 0 || unpack->finishing))
        start_work(unpack);
    if (unpack->closed || weft__unpack_problem(unpack, &code) || (unpack->waited_for && !unpack->finishing)) {
        unpack->waited_for = false;
        unpack->ready(unpack->owner);
    }
}

bool weft__unpack_write(weft__unpack *unpack, const char *bytes, size_t len)
{
    if (!weft__buffer_append(&unpack->gathering, bytes, len))
        fail(unpack, WEFT_E_NO_MEMORY, "out of memory");
    if (unpack->problem)
        return true;
    if (!unpack->working)
        start_work(unpack);
    unpack->waited_for = unpack->gathering.len >= ENOUGH_BYTES;
    return !unpack->waited_for;
}

void weft__unpack_finish(weft__unpack *unpack)
{
    unpack->finishing = true;
    if (!unpack->working)
        start_work(unpack);
}
