#include "loop/poller.h"

#if !WEFT__POLLER_EPOLL

#include <errno.h>

/* Nothing is shared between the sockets. */
typedef struct polled {
    weft__socket socket; /* first: it is what is handed out */
    uv_poll_t poll;
} polled;

static uv_poll_t *poll_of(weft__socket *socket)
{
    return &((polled *)(void *)socket)->poll;
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    weft__socket *socket = poll->data;

    /* In a forked child: what there is to read and write is the parent's. */
    if (weft__loop_is_forked(socket->loop)) {
        uv_poll_stop(poll);
        socket->watching = 0;
        return;
    }
    /* libuv has stopped the poll. */
    if (status < 0) {
        socket->watching = 0;
        events = UV_READABLE | UV_WRITABLE;
    }
    if (events & UV_DISCONNECT) {
        socket->ended = true;
        events |= UV_READABLE;
        /* libuv would go on telling, whether anybody wants to know or not. */
        if (!(socket->watching & UV_READABLE))
            weft__poller_watch(socket, socket->watching);
    }
    socket->ready(socket, events & (UV_READABLE | UV_WRITABLE));
}

weft__socket *weft__poller_add(weft__loop *loop, int fd, int *ret_status)
{
    polled *made = weft__zalloc(&loop->heap, sizeof(*made));

    *ret_status = made ? uv_poll_init(loop->uv, &made->poll, fd) : -ENOMEM;
    if (*ret_status != 0) {
        weft__free(&loop->heap, made);
        return NULL;
    }
    uv_unref((uv_handle_t *)&made->poll);
    weft__loop_handle_opened(loop);
    made->poll.data = &made->socket;
    made->socket.loop = loop;
    made->socket.fd = fd;
    return &made->socket;
}

int weft__poller_watch(weft__socket *socket, int events)
{
    uv_poll_t *poll = poll_of(socket);
    /* The peer's end comes with its last bytes, at no extra cost: a connection that has it is not used again. */
    int end = socket->ended ? 0 : UV_DISCONNECT;
    int status = events ? uv_poll_start(poll, events | end, on_poll) : uv_poll_stop(poll);

    if (status == 0)
        socket->watching = (uint8_t)events;
    return status;
}

static void on_closed(uv_handle_t *handle)
{
    weft__socket *socket = handle->data;
    weft__loop *loop = socket->loop;

    weft__free(&loop->heap, socket);
    weft__loop_handle_closed(loop);
}

void weft__poller_remove(weft__socket *socket)
{
    socket->fd = -1;
    uv_close((uv_handle_t *)poll_of(socket), on_closed);
}

#endif
