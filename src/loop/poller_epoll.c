#include "loop/poller.h"

#if WEFT__POLLER_EPOLL

#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/assert.h"

/* Sockets are served for a share of a turn of the loop. What is left is told again in the next one; a batch is small,
 * because what is told and not served costs the kernel another look. */
enum { BATCH = 16 };

struct weft__poller {
    uv_poll_t poll;       /* of the set */
    int set;              /* owned */
    bool serving;         /* a batch holds sockets: none of them may be freed */
    weft__socket *closed; /* those that wait for that, by `owner` */
};

static void free_closed(weft__poller *poller, weft__heap *heap)
{
    while (poller->closed) {
        weft__socket *socket = poller->closed;

        WEFT__ASSERT(socket->fd == -1 && !poller->serving);
        poller->closed = socket->owner;
        weft__free(heap, socket);
    }
}

/* One event of the set. */
static void serve(weft__socket *socket, uint32_t ready)
{
    int events = 0;

    if (ready & (EPOLLIN | EPOLLRDHUP | EPOLLHUP))
        events |= UV_READABLE;
    if (ready & (EPOLLOUT | EPOLLHUP))
        events |= UV_WRITABLE;
    if (ready & (EPOLLRDHUP | EPOLLHUP))
        socket->ended = true;
    /* The set would go on telling, whether anybody wants to know or not. */
    if (ready & (EPOLLERR | EPOLLHUP)) {
        weft__poller_watch(socket, 0);
        events = UV_READABLE | UV_WRITABLE;
    } else if ((ready & EPOLLRDHUP) && !(socket->watching & UV_READABLE)) {
        weft__poller_watch(socket, socket->watching);
    }
    WEFT__ASSERT(socket->ready && events != 0);
    socket->ready(socket, events);
}

static int serve_batch(weft__poller *poller)
{
    struct epoll_event batch[BATCH];
    int count = epoll_wait(poller->set, batch, BATCH, 0);

    for (int i = 0; i < count; i++) {
        weft__socket *socket = batch[i].data.ptr;

        /* One before it may have closed it, or stopped watching. */
        if (socket->fd >= 0 && socket->watching)
            serve(socket, batch[i].events);
    }
    return count;
}

static void on_set_ready(uv_poll_t *poll, int status, int events)
{
    weft__loop *loop = poll->data;
    weft__poller *poller = loop->poller;

    (void)status;
    (void)events;
    /* In a forked child: what there is to read and write is the parent's. */
    if (weft__loop_is_forked(loop)) {
        uv_poll_stop(poll);
        return;
    }
    WEFT__ASSERT(!poller->serving);
    poller->serving = true;
    weft__loop_begin_share(loop);
    while (serve_batch(poller) == BATCH && weft__loop_has_time(loop))
        continue;
    poller->serving = false;
    free_closed(poller, &loop->heap);
}

static void on_closed(uv_handle_t *handle)
{
    weft__loop_handle_closed(handle->data);
}

static void close_set(weft__loop *loop)
{
    uv_close((uv_handle_t *)&loop->poller->poll, on_closed);
    close(loop->poller->set);
}

/* With the first socket, so that what can fail here fails a call, and an engine that has none needs no descriptor. */
static int open_set(weft__loop *loop)
{
    weft__poller *poller = weft__zalloc(&loop->heap, sizeof(*poller));
    int status = UV_ENOMEM;

    if (!poller)
        return status;
    poller->set = epoll_create1(EPOLL_CLOEXEC);
    status = poller->set < 0 ? -errno : uv_poll_init(loop->uv, &poller->poll, poller->set);
    if (status != 0)
        goto fail;
    weft__loop_handle_opened(loop);
    uv_unref((uv_handle_t *)&poller->poll);
    poller->poll.data = loop;
    loop->poller = poller;
    loop->close_poller = close_set;
    return uv_poll_start(&poller->poll, UV_READABLE, on_set_ready);

fail:
    if (poller->set >= 0)
        close(poller->set);
    weft__free(&loop->heap, poller);
    return status;
}

weft__socket *weft__poller_add(weft__loop *loop, int fd, int *ret_status)
{
    weft__socket *socket;

    WEFT__ASSERT(fd >= 0 && !loop->closing);
    *ret_status = loop->poller ? 0 : open_set(loop);
    if (*ret_status != 0)
        return NULL;
    socket = weft__zalloc(&loop->heap, sizeof(*socket));
    if (!socket) {
        *ret_status = -ENOMEM;
        return NULL;
    }
    socket->loop = loop;
    socket->fd = fd;
    return socket;
}

/* What a socket is in the set for. Errors and hang-ups are told of whatever is asked for: of a socket that nobody
 * watches, once and not in every turn. The peer's end comes with its last bytes, at no extra cost: a connection that
 * has it is not used again. */
static uint32_t wanted(const weft__socket *socket, int events)
{
    if (events == 0)
        return EPOLLET;
    return (socket->ended ? 0U : EPOLLRDHUP) | (events & UV_READABLE ? EPOLLIN : 0U) |
           (events & UV_WRITABLE ? EPOLLOUT : 0U);
}

int weft__poller_watch(weft__socket *socket, int events)
{
    struct epoll_event event = {.events = wanted(socket, events), .data.ptr = socket};
    /* Once it is in the set it stays, for only putting it there can fail: then the caller is at its beginning. */
    int operation = socket->in_set ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

    /* A forked child has the parent's set, not one of its own. */
    if (!weft__loop_is_forked(socket->loop) && epoll_ctl(socket->loop->poller->set, operation, socket->fd, &event) != 0)
        return -errno;
    socket->in_set = true;
    socket->watching = (uint8_t)events;
    return 0;
}

void weft__poller_remove(weft__socket *socket)
{
    weft__poller *poller = socket->loop->poller;

    WEFT__ASSERT(poller && socket->fd >= 0);
    /* Closing the descriptor does not take it out while a forked child has a copy. */
    if (socket->in_set && !weft__loop_is_forked(socket->loop))
        epoll_ctl(poller->set, EPOLL_CTL_DEL, socket->fd, NULL);
    socket->fd = -1;
    if (!poller->serving) {
        weft__free(&socket->loop->heap, socket);
        return;
    }
    socket->owner = poller->closed;
    poller->closed = socket;
}

#endif
