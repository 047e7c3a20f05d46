#include "loop/loop.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"

static void on_timer(uv_timer_t *timer);
static void on_idle(uv_idle_t *idle);
static void on_async(uv_async_t *async);
static void on_overtime(weft__task *task);

enum { STEPS_PER_LOOK = 8 }; /* of the wheel's, between two looks at the clock */

/* Cheaper than asking for the process id with each call: the kernel empties the page in a child. */
static volatile char *mark_home(void)
{
#ifdef MADV_WIPEONFORK
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    char *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (page == MAP_FAILED)
        return NULL;
    if (madvise(page, size, MADV_WIPEONFORK) != 0) {
        munmap(page, size);
        return NULL;
    }
    *page = 1;
    return page;
#else
    return NULL;
#endif
}

bool weft__loop_init(weft__loop *loop, uv_loop_t *uv, const weft_allocator *allocator)
{
    memset(loop, 0, sizeof(*loop));
    loop->uv = uv;
    loop->armed_ms = UINT64_MAX;
    weft__list_init(&loop->tasks);
    weft__list_init(&loop->due);
    loop->overtime.run = on_overtime;
    weft__heap_init(&loop->heap, allocator);
    weft__wheel_init(&loop->wheel, weft__now_ms());
    loop->read_buffer = weft__alloc(&loop->heap, WEFT__READ_BUFFER_BYTES);
    if (!loop->read_buffer)
        return false;
    loop->home = mark_home();
    return true;
}

int weft__loop_open(weft__loop *loop)
{
    /* The only one that can fail; timer and idle handles own nothing. */
    int status = uv_async_init(loop->uv, &loop->async, on_async);

    WEFT__ASSERT(loop->open_handles == 0);
    if (status != 0)
        return status;
    uv_timer_init(loop->uv, &loop->timer);
    uv_idle_init(loop->uv, &loop->idle);
    loop->async.data = loop->timer.data = loop->idle.data = loop;
    loop->open_handles = 3;
    uv_unref((uv_handle_t *)&loop->async);
    uv_unref((uv_handle_t *)&loop->timer);
    uv_unref((uv_handle_t *)&loop->idle);
    return 0;
}

static void on_handle_closed(uv_handle_t *handle)
{
    weft__loop_handle_closed(handle->data);
}

void weft__loop_close(weft__loop *loop, weft__loop_cb *closed)
{
    WEFT__ASSERT(!loop->closing && closed && loop->open_handles >= 3);
    loop->closing = true;
    loop->closed = closed;
    /* A closing handle keeps the loop running until its callback, whether it is referenced or not. */
    uv_close((uv_handle_t *)&loop->async, on_handle_closed);
    uv_close((uv_handle_t *)&loop->timer, on_handle_closed);
    uv_close((uv_handle_t *)&loop->idle, on_handle_closed);
    if (loop->close_poller)
        loop->close_poller(loop);
}

static bool run_first_task(weft__loop *loop)
{
    weft__link *link = weft__list_pop_front(&loop->due);
    weft__task *task;

    if (!link)
        return false;
    task = WEFT__CONTAINER_OF(link, weft__task, link);
    task->run(task);
    return true;
}

/* Tasks deferred by these wait for the next turn, so that sockets are served in between. */
static void run_tasks(weft__loop *loop)
{
    weft__list_take(&loop->due, &loop->tasks);
    weft__loop_begin_share(loop);
    while (run_first_task(loop) && weft__loop_has_time(loop))
        continue;
}

/* The last ones, for which there is no other turn. */
static void run_all_tasks(weft__loop *loop)
{
    while (!weft__loop_is_done(loop)) {
        weft__list_take(&loop->due, &loop->tasks);
        run_first_task(loop);
    }
}

void weft__loop_handle_closed(weft__loop *loop)
{
    WEFT__ASSERT(loop->open_handles > 0);
    loop->open_handles--;
    if (loop->open_handles > 0 || !loop->closing)
        return;
    /* Connections that closed last are freed by tasks for which no turn was left. */
    run_all_tasks(loop);
    loop->closed(loop);
}

void weft__loop_deinit(weft__loop *loop)
{
    WEFT__ASSERT(loop->open_handles == 0 && weft__loop_is_done(loop));
    if (loop->home)
        munmap((void *)(uintptr_t)loop->home, (size_t)sysconf(_SC_PAGESIZE));
    weft__free(&loop->heap, loop->poller);
    weft__free(&loop->heap, loop->read_buffer);
    weft__heap_deinit(&loop->heap);
}

void weft__loop_hold(weft__loop *loop)
{
    if (loop->holds++ == 0 && !loop->closing)
        uv_ref((uv_handle_t *)&loop->async);
}

void weft__loop_release(weft__loop *loop)
{
    WEFT__ASSERT(loop->holds > 0);
    if (--loop->holds == 0 && !loop->closing)
        uv_unref((uv_handle_t *)&loop->async);
}

/* The uv timer counts from the loop's cached time, so it may fire early; the wheel then says how much is left. */
static void arm(weft__loop *loop)
{
    uint64_t now = weft__now_ms();
    uint64_t wait = weft__wheel_next(&loop->wheel, now);

    /* Whoever turns the wheel arms the timer, or turns it on in the next turn. */
    if (loop->closing || loop->wheel.advancing || weft__link_is_linked(&loop->overtime.link))
        return;
    if (wait == UINT64_MAX) {
        loop->armed_ms = UINT64_MAX;
        uv_timer_stop(&loop->timer);
        return;
    }
    if (now + wait == loop->armed_ms && uv_is_active((uv_handle_t *)&loop->timer))
        return;
    loop->armed_ms = now + wait;
    uv_timer_start(&loop->timer, on_timer, wait, 0);
}

/* For as long as this share lasts. */
static void turn_wheel(weft__loop *loop)
{
    do
        weft__wheel_advance(&loop->wheel, weft__now_ms(), STEPS_PER_LOOK);
    while (weft__wheel_is_behind(&loop->wheel) && weft__loop_has_time(loop));
    if (weft__wheel_is_behind(&loop->wheel))
        weft__loop_defer(loop, &loop->overtime);
    else
        arm(loop);
}

static void on_timer(uv_timer_t *timer)
{
    weft__loop *loop = timer->data;

    loop->armed_ms = UINT64_MAX;
    weft__loop_begin_share(loop);
    turn_wheel(loop);
}

/* From the idle handle, not by a uv timer of no time, which libuv before 1.48 fires within the same turn. */
static void on_overtime(weft__task *task)
{
    turn_wheel(WEFT__CONTAINER_OF(task, weft__loop, overtime));
}

void weft__loop_schedule(weft__loop *loop, weft__timer *timer, uint64_t deadline_ms)
{
    weft__wheel_schedule(&loop->wheel, timer, deadline_ms);
    if (deadline_ms < loop->armed_ms)
        arm(loop);
}

void weft__loop_cancel(weft__loop *loop, weft__timer *timer)
{
    /* The uv timer stays armed: one idle wake-up is cheaper than re-arming it for every call. */
    weft__wheel_cancel(&loop->wheel, timer);
}

void weft__loop_defer(weft__loop *loop, weft__task *task)
{
    WEFT__ASSERT(task->run);
    if (weft__link_is_linked(&task->link))
        return;
    if (weft__loop_is_done(loop) && !loop->closing)
        uv_idle_start(&loop->idle, on_idle);
    weft__list_push_back(&loop->tasks, &task->link);
}

void weft__loop_undefer(weft__task *task)
{
    weft__list_remove(&task->link);
}

static void on_idle(uv_idle_t *idle)
{
    weft__loop *loop = idle->data;

    run_tasks(loop);
    if (weft__loop_is_done(loop))
        uv_idle_stop(&loop->idle);
}

static void on_async(uv_async_t *async)
{
    weft__loop *loop = async->data;

    WEFT__ASSERT(loop->wake);
    loop->wake(loop);
}

void weft__loop_wake(weft__loop *loop)
{
    uv_async_send(&loop->async);
}

void weft__log(weft__loop *loop, weft_log_level level, const char *format, ...)
{
    char line[512];
    va_list args;

    if (!loop->log || level > loop->log_level)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    loop->log(level, line, loop->log_arg);
}
