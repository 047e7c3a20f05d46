#include "loop.h"

#include <stdlib.h>
#include <string.h>

#include "net.h"
#include "schedule.h"
#include "world.h"

enum { ACTIVE = 1, REFERENCED = 2, CLOSING = 4, PENDING = 8 }; /* of uv_handle_t.flags */
enum { MAX_HANDLES = 4096 };

typedef struct handle_list {
    uv_handle_t *items[MAX_HANDLES];
    unsigned count;
} handle_list;

uv_loop_t world_loop;
static handle_list handles, closing;

void loop_reset(void)
{
    memset(&world_loop, 0, sizeof(world_loop));
    handles.count = closing.count = 0;
    world_loop.time = world.now / MILLISECOND;
}

unsigned loop_handles(void)
{
    return handles.count;
}

/* The process is not always scheduled. */
uint64_t uv_hrtime(void)
{
    world.now += world_below(1500);
    if (world_strikes(FAULT_STALL, 1) && world_chance(200))
        world.now += world_below(world_chance(20) ? 4 * SECOND : 20 * MILLISECOND);
    return world.now;
}

uint64_t uv_now(const uv_loop_t *loop)
{
    return loop->time;
}

static void init_handle(void *memory, uv_handle_type type, uv_loop_t *loop)
{
    uv_handle_t *handle = memory;

    handle->type = type;
    handle->loop = loop;
    handle->flags = REFERENCED;
    handle->close_cb = NULL;
    if (handles.count == MAX_HANDLES)
        abort();
    handles.items[handles.count++] = handle;
}

static bool is_active(const uv_handle_t *handle, uv_handle_type type)
{
    return handle->type == type && (handle->flags & ACTIVE);
}

void uv_ref(uv_handle_t *handle)
{
    handle->flags |= REFERENCED;
}

void uv_unref(uv_handle_t *handle)
{
    handle->flags &= ~(unsigned)REFERENCED;
}

int uv_is_active(const uv_handle_t *handle)
{
    return (handle->flags & ACTIVE) != 0;
}

int uv_is_closing(const uv_handle_t *handle)
{
    return (handle->flags & CLOSING) != 0;
}

void uv_close(uv_handle_t *handle, uv_close_cb closed)
{
    INVARIANT(SYSCALLS, !(handle->flags & CLOSING), "a handle is closed twice");
    handle->flags = (handle->flags & ~(unsigned)(ACTIVE | PENDING)) | CLOSING;
    handle->close_cb = closed;
    closing.items[closing.count++] = handle;
}

int uv_async_init(uv_loop_t *loop, uv_async_t *async, uv_async_cb woken)
{
    if (world_strikes(FAULT_DESCRIPTORS, 20))
        return UV_EMFILE;
    init_handle(async, UV_ASYNC, loop);
    async->async_cb = woken;
    async->flags |= ACTIVE;
    return 0;
}

int uv_async_send(uv_async_t *async)
{
    async->flags |= PENDING;
    return 0;
}

int uv_timer_init(uv_loop_t *loop, uv_timer_t *timer)
{
    init_handle(timer, UV_TIMER, loop);
    return 0;
}

int uv_timer_start(uv_timer_t *timer, uv_timer_cb due, uint64_t timeout, uint64_t repeat)
{
    INVARIANT(SYSCALLS, repeat == 0, "weft repeats no timer");
    if (timer->flags & CLOSING)
        return UV_EINVAL;
    timer->timer_cb = due;
    timer->timeout = timer->loop->time + timeout < timeout ? UINT64_MAX : timer->loop->time + timeout;
    timer->flags |= ACTIVE;
    return 0;
}

int uv_timer_stop(uv_timer_t *timer)
{
    timer->flags &= ~(unsigned)ACTIVE;
    return 0;
}

int uv_idle_init(uv_loop_t *loop, uv_idle_t *idle)
{
    init_handle(idle, UV_IDLE, loop);
    return 0;
}

int uv_idle_start(uv_idle_t *idle, uv_idle_cb run)
{
    idle->idle_cb = run;
    idle->flags |= ACTIVE;
    return 0;
}

int uv_idle_stop(uv_idle_t *idle)
{
    idle->flags &= ~(unsigned)ACTIVE;
    return 0;
}

int uv_poll_init(uv_loop_t *loop, uv_poll_t *poll, int fd)
{
    init_handle(poll, UV_POLL, loop);
    poll->io_watcher.fd = fd;
    return 0;
}

int uv_poll_start(uv_poll_t *poll, int events, uv_poll_cb ready)
{
    INVARIANT(SYSCALLS, !(poll->flags & CLOSING), "a poll that closes is started");
    poll->poll_cb = ready;
    poll->io_watcher.pevents = (unsigned)events;
    poll->flags |= ACTIVE;
    return 0;
}

int uv_poll_stop(uv_poll_t *poll)
{
    poll->flags &= ~(unsigned)ACTIVE;
    return 0;
}

/* There is one thread. */
int uv_mutex_init(uv_mutex_t *mutex)
{
    (void)mutex;
    return 0;
}

void uv_mutex_destroy(uv_mutex_t *mutex)
{
    (void)mutex;
}

void uv_mutex_lock(uv_mutex_t *mutex)
{
    (void)mutex;
}

void uv_mutex_unlock(uv_mutex_t *mutex)
{
    (void)mutex;
}

int uv_random(uv_loop_t *loop, uv_random_t *request, void *bytes, size_t len, unsigned flags, uv_random_cb done)
{
    (void)loop, (void)request, (void)flags, (void)done;
    for (size_t i = 0; i < len; i++)
        ((unsigned char *)bytes)[i] = (unsigned char)world_random();
    return 0;
}

bool loop_is_alive(void)
{
    const unsigned alive = ACTIVE | REFERENCED;

    if (closing.count || threadpool_count())
        return true;
    for (unsigned i = 0; i < handles.count; i++)
        if ((handles.items[i]->flags & alive) == alive)
            return true;
    return false;
}

static void forget(const uv_handle_t *handle)
{
    for (unsigned i = 0; i < handles.count; i++)
        if (handles.items[i] == handle) {
            handles.items[i] = handles.items[--handles.count];
            return;
        }
}

static void run_closing(void)
{
    static handle_list due;

    due.count = closing.count;
    memcpy(due.items, closing.items, closing.count * sizeof(*due.items));
    closing.count = 0;
    for (unsigned i = 0; i < due.count; i++) {
        forget(due.items[i]);
        due.items[i]->close_cb(due.items[i]);
    }
}

static uv_timer_t *first_timer(void)
{
    uv_timer_t *first = NULL;

    for (unsigned i = 0; i < handles.count; i++) {
        uv_timer_t *timer = (uv_timer_t *)handles.items[i];

        if (is_active(handles.items[i], UV_TIMER) && (!first || timer->timeout < first->timeout))
            first = timer;
    }
    return first;
}

static void run_timers(void)
{
    uv_timer_t *timer;

    while ((timer = first_timer()) && timer->timeout <= world_loop.time) {
        timer->flags &= ~(unsigned)ACTIVE;
        timer->timer_cb(timer);
    }
}

static void run_idles(void)
{
    for (unsigned i = handles.count; i-- > 0;)
        if (i < handles.count && is_active(handles.items[i], UV_IDLE))
            ((uv_idle_t *)handles.items[i])->idle_cb((uv_idle_t *)handles.items[i]);
}

static void run_asyncs(void)
{
    for (unsigned i = 0; i < handles.count; i++) {
        uv_handle_t *handle = handles.items[i];

        if (handle->type != UV_ASYNC || !(handle->flags & PENDING))
            continue;
        handle->flags &= ~(unsigned)PENDING;
        ((uv_async_t *)handle)->async_cb((uv_async_t *)handle);
    }
}

/* What a poll is to be told; an error beside it is NET_ERROR. */
static unsigned readiness(const uv_poll_t *poll)
{
    return net_readiness(poll->io_watcher.fd) & (poll->io_watcher.pevents | NET_ERROR);
}

static void serve_poll(uv_poll_t *poll)
{
    unsigned ready = readiness(poll);

    if ((ready & NET_ERROR) && world_has(FAULT_STALL)) { /* as libuv does on EPOLLERR alone */
        poll->flags &= ~(unsigned)ACTIVE;
        poll->poll_cb(poll, UV_EBADF, 0);
    } else if (ready & ~(unsigned)NET_ERROR) {
        poll->poll_cb(poll, 0, (int)(ready & ~(unsigned)NET_ERROR));
    }
}

static void run_polls(void)
{
    for (unsigned i = handles.count; i-- > 0;)
        if (i < handles.count && is_active(handles.items[i], UV_POLL))
            serve_poll((uv_poll_t *)handles.items[i]);
}

static bool is_due(const uv_handle_t *handle)
{
    if (handle->flags & PENDING || is_active(handle, UV_IDLE))
        return true;
    return is_active(handle, UV_POLL) && readiness((const uv_poll_t *)handle) != 0;
}

static bool something_is_due(void)
{
    if (closing.count || threadpool_is_ready())
        return true;
    for (unsigned i = 0; i < handles.count; i++)
        if (is_due(handles.items[i]))
            return true;
    return false;
}

/* Sleeps until something happens, and a little longer. */
static bool wait(void)
{
    uint64_t next = schedule_next();
    const uv_timer_t *timer = first_timer();

    if (timer && timer->timeout < UINT64_MAX / MILLISECOND && timer->timeout * MILLISECOND < next)
        next = timer->timeout * MILLISECOND;
    if (next == UINT64_MAX)
        return false;
    if (next > world.now)
        world.now = next + world_below(world_has(FAULT_STALL) ? 300000 : 20000);
    return true;
}

static void note_turn(void)
{
    if (world.now - world.turn_began > world.longest_turn)
        world.longest_turn = world.now - world.turn_began;
}

bool loop_turn(void)
{
    world.turns++;
    world.turn_began = world.now;
    world_loop.time = world.now / MILLISECOND;
    run_timers();
    run_idles();
    schedule_catch_up();
    note_turn();
    if (!something_is_due() && !wait())
        return false;
    world.turn_began = world.now;
    world_loop.time = world.now / MILLISECOND;
    schedule_catch_up();
    schedule_run_user();
    run_polls();
    run_asyncs();
    threadpool_report();
    run_closing();
    note_turn();
    return true;
}
