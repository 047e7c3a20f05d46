/* CONNECT: RFC 9110, section 9.3.6. */
#include "net/tunnel.h"

#include <errno.h>
#include <llhttp.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"

enum { MAX_ANSWER_BYTES = 16 * 1024 };

struct weft__tunnel {
    weft__socket *socket;     /* borrowed */
    const weft__proxy *proxy; /* borrowed */
    weft__tunnel_cb *done;
    void *owner;
    weft__task start; /* the first write waits for a turn: nobody is told from within weft__tunnel_open */
    char *request;    /* owned, wiped: it may hold a password */
    size_t request_len;
    size_t sent;
    llhttp_settings_t settings;
    llhttp_t parser;
    size_t received;
    bool answered; /* the head is whole; the parser has the status */
};

static void tunnel_free(weft__tunnel *tunnel)
{
    weft__heap *heap = &tunnel->socket->loop->heap;

    weft__loop_undefer(&tunnel->start);
    weft__wipe(tunnel->request, tunnel->request_len);
    weft__free(heap, tunnel->request);
    weft__free(heap, tunnel);
}

void weft__tunnel_close(weft__tunnel *tunnel)
{
    if (tunnel)
        tunnel_free(tunnel);
}

static void finish(weft__tunnel *tunnel, const weft__failure *failure)
{
    weft__tunnel_cb *done = tunnel->done;
    void *owner = tunnel->owner;

    weft__socket_watch(tunnel->socket, 0);
    tunnel_free(tunnel);
    done(failure, owner);
}

static void describe(const weft__tunnel *tunnel, const char *text, weft__failure *failure)
{
    failure->code = WEFT_E_PROXY;
    snprintf(failure->text, sizeof(failure->text), "the proxy %.100s %.90s", tunnel->proxy->url.authority.ptr, text);
}

static void fail(weft__tunnel *tunnel, const char *text)
{
    weft__failure failure = {.code = WEFT_E_PROXY};

    describe(tunnel, text, &failure);
    finish(tunnel, &failure);
}

static void fail_lost(weft__tunnel *tunnel, int status)
{
    weft__failure failure = {.loss = status ? WEFT_LOSS_RESET : WEFT_LOSS_ENDED, .system_error = status};
    char text[90];

    snprintf(text, sizeof(text), "broke the connection off: %s", status ? uv_strerror(status) : "closed");
    describe(tunnel, text, &failure);
    finish(tunnel, &failure);
}

static const char *words_for(int status)
{
    switch (status) {
    case 401:
    case 407:
        return "wants other credentials";
    case 403:
        return "does not allow it";
    case 502:
    case 503:
    case 504:
        return "cannot reach the host";
    default:
        return "refused";
    }
}

static void judge(weft__tunnel *tunnel)
{
    int status = tunnel->parser.status_code;
    char text[64];

    if (status >= 200 && status <= 299) {
        finish(tunnel, NULL);
        return;
    }
    snprintf(text, sizeof(text), "%s (%d)", words_for(status), status);
    fail(tunnel, text);
}

/* The head is all that there is to read: what follows a 2xx is the other end's, and the rest of a refusal is not
 * needed. Nobody but the proxy may have spoken yet, for in TLS the client begins. */
static int on_head(llhttp_t *parser)
{
    weft__tunnel *tunnel = parser->data;

    if (parser->status_code < 200)
        return 0;
    tunnel->answered = true;
    return HPE_PAUSED;
}

static void receive(weft__tunnel *tunnel)
{
    char *bytes = tunnel->socket->loop->read_buffer;
    ssize_t got = weft__socket_receive(tunnel->socket, bytes, MAX_ANSWER_BYTES);
    llhttp_errno_t status;

    WEFT__ASSERT(!tunnel->answered && tunnel->received <= MAX_ANSWER_BYTES);
    if (got == -EAGAIN)
        return;
    if (got <= 0) {
        fail_lost(tunnel, (int)got);
        return;
    }
    tunnel->received += (size_t)got;
    status = llhttp_execute(&tunnel->parser, bytes, (size_t)got);
    if (tunnel->answered)
        judge(tunnel);
    else if (status != HPE_OK)
        fail(tunnel, "does not speak HTTP");
    else if (tunnel->received > MAX_ANSWER_BYTES)
        fail(tunnel, "sent an endless answer");
}

static void send_request(weft__tunnel *tunnel)
{
    while (tunnel->sent < tunnel->request_len) {
        struct iovec part = {tunnel->request + tunnel->sent, tunnel->request_len - tunnel->sent};
        ssize_t sent = weft__socket_send(tunnel->socket, &part, 1);

        if (sent == -EAGAIN) {
            weft__socket_watch(tunnel->socket, WEFT__READABLE | WEFT__WRITABLE);
            return;
        }
        if (sent < 0) {
            fail_lost(tunnel, (int)sent);
            return;
        }
        tunnel->sent += (size_t)sent;
    }
    WEFT__ASSERT(tunnel->sent == tunnel->request_len);
    weft__socket_watch(tunnel->socket, WEFT__READABLE);
}

static void on_ready(weft__socket *socket, int events)
{
    weft__tunnel *tunnel = socket->owner;

    if ((events & WEFT__WRITABLE) && tunnel->sent < tunnel->request_len)
        send_request(tunnel);
    else if (events & WEFT__READABLE)
        receive(tunnel);
}

static void on_start(weft__task *task)
{
    send_request(WEFT__CONTAINER_OF(task, weft__tunnel, start));
}

static bool render_request(weft__tunnel *tunnel, const char *host, uint16_t port)
{
    weft__heap *heap = &tunnel->socket->loop->heap;
    bool is_address6 = strchr(host, ':') != NULL;
    size_t size = 2 * strlen(host) + strlen(tunnel->proxy->credentials) + 64;

    tunnel->request = weft__alloc(heap, size);
    if (!tunnel->request)
        return false;
    tunnel->request_len =
        (size_t)snprintf(tunnel->request, size, "CONNECT %s%s%s:%u HTTP/1.1\r\nHost: %s%s%s:%u\r\n%s\r\n",
                         is_address6 ? "[" : "", host, is_address6 ? "]" : "", port, is_address6 ? "[" : "", host,
                         is_address6 ? "]" : "", port, tunnel->proxy->credentials);
    WEFT__ASSERT(tunnel->request_len < size);
    return true;
}

weft__tunnel *weft__tunnel_open(weft__socket *socket, const weft__proxy *proxy, const char *host, uint16_t port,
                                weft__tunnel_cb *done, void *owner)
{
    weft__heap *heap = &socket->loop->heap;
    weft__tunnel *tunnel = weft__zalloc(heap, sizeof(*tunnel));

    if (!tunnel)
        return NULL;
    tunnel->socket = socket;
    tunnel->proxy = proxy;
    tunnel->done = done;
    tunnel->owner = owner;
    tunnel->start.run = on_start;
    if (!render_request(tunnel, host, port)) {
        weft__free(heap, tunnel);
        return NULL;
    }
    llhttp_settings_init(&tunnel->settings);
    tunnel->settings.on_headers_complete = on_head;
    llhttp_init(&tunnel->parser, HTTP_RESPONSE, &tunnel->settings);
    tunnel->parser.data = tunnel;
    socket->owner = tunnel;
    socket->ready = on_ready;
    weft__loop_defer(socket->loop, &tunnel->start);
    return tunnel;
}
