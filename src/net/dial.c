#include "net/dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

#include "base/assert.h"

enum {
    NEXT_ATTEMPT_MS = 250, /* RFC 8305, section 5: until the next address joins the race */
    BACKLOG_WAIT_MS = 2,   /* until a full backlog is tried again; doubled each time */
    BACKLOG_WAIT_MAX_MS = 32
};

struct weft__dial {
    weft__loop *loop;         /* borrowed */
    weft__resolver *resolver; /* borrowed */
    const char *unix_path;    /* borrowed; NULL: dial `host` */
    const char *host;         /* borrowed */
    uint16_t port;
    weft__dial_cb *done;
    void *owner;
    weft__lookup lookup;                         /* its addresses are the ones to try, in order of trying */
    size_t tried;                                /* of those; a Unix socket counts as one */
    size_t under_way;                            /* of `attempts` */
    weft__socket *attempts[WEFT__MAX_ADDRESSES]; /* owned; NULL once failed */
    int last_status;                             /* why the last of the failed attempts failed */
    size_t last_address;
    uint64_t backlog_wait_ms;
    weft__timer timer; /* the next attempt */
    weft__task begin;  /* a Unix socket's first attempt, out of weft__dial_start */
};

static void write_target(const weft__dial *dial, char *text, size_t size)
{
    const struct sockaddr *address = &dial->lookup.addresses.items[dial->last_address].any;
    char host[INET6_ADDRSTRLEN] = "?";

    if (dial->unix_path) {
        snprintf(text, size, "%s", dial->unix_path);
        return;
    }
    uv_ip_name(address, host, sizeof(host));
    snprintf(text, size, address->sa_family == AF_INET6 ? "[%s]:%u" : "%s:%u", host, (unsigned)dial->port);
}

/* A lack on this machine, whichever the address. */
static bool is_shortage(int status)
{
    return status == UV_EMFILE || status == UV_ENFILE || status == UV_ENOMEM || status == UV_ENOBUFS;
}

static void describe_shortage(weft__failure *failure, int status)
{
    failure->system_error = status;
    failure->code = status == UV_ENOMEM ? WEFT_E_NO_MEMORY : WEFT_E_CONNECT;
    failure->no_descriptors = status == UV_EMFILE || status == UV_ENFILE;
    if (status == UV_EMFILE)
        snprintf(failure->text, sizeof(failure->text),
                 "too many open files; raise the limit (ulimit -n), or lower max_connections_per_origin");
    else if (status == UV_ENFILE)
        snprintf(failure->text, sizeof(failure->text),
                 "too many open files on this machine; raise the limit (sysctl fs.file-max)");
    else if (status == UV_ENOBUFS)
        snprintf(failure->text, sizeof(failure->text), "the system has no memory for another connection");
    else
        snprintf(failure->text, sizeof(failure->text), "out of memory");
}

static void describe_lookup(weft__failure *failure, int status)
{
    char reason[96];

    if (is_shortage(status) || status == UV_EAI_MEMORY) {
        describe_shortage(failure, status == UV_EAI_MEMORY ? UV_ENOMEM : status);
        return;
    }
    failure->system_error = status;
    failure->code = WEFT_E_NAME_NOT_FOUND;
    switch (status) {
    case UV_EAI_NONAME:
        snprintf(failure->text, sizeof(failure->text), "host name not found");
        return;
    case UV_EAI_NODATA:
    case UV_EAI_ADDRFAMILY:
        snprintf(failure->text, sizeof(failure->text), "the host name has no address");
        return;
    case UV_EAI_AGAIN:
        snprintf(failure->text, sizeof(failure->text), "the name service does not answer; try again later");
        return;
    default:
        snprintf(failure->text, sizeof(failure->text), "looking up the host name failed: %s",
                 uv_strerror_r(status, reason, sizeof(reason)));
    }
}

/* What became of one address, or of the Unix socket. */
static void describe_attempt(const weft__dial *dial, char *text, size_t size)
{
    char target[160], reason[96];

    write_target(dial, target, sizeof(target));
    switch (dial->last_status) {
    case UV_ENAMETOOLONG:
        snprintf(text, size, "the socket's path is too long: %zu bytes, %zu are possible", strlen(dial->unix_path),
                 sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1);
        return;
    case UV_ENOENT:
    case UV_ENOTDIR:
        snprintf(text, size, "no such socket: %s", target);
        return;
    case UV_EADDRNOTAVAIL:
        snprintf(text, size, "this machine has no free port or no fitting address for it (%s)", target);
        return;
    default:
        snprintf(text, size, "%s (%s)", uv_strerror_r(dial->last_status, reason, sizeof(reason)), target);
    }
}

/* The only place that reports. The dial is gone by then, so that the callback may do anything. */
static void finish(weft__dial *dial, weft__socket *winner, const weft__failure *failure)
{
    weft__dial_cb *done = dial->done;
    void *owner = dial->owner;

    WEFT__ASSERT((winner != NULL) != (failure != NULL));
    if (winner)
        dial->loop->stats.connections_opened++;
    else
        dial->loop->stats.connections_failed++;
    weft__dial_cancel(dial);
    done(winner, failure, owner);
}

/* Nothing is under way, and nothing is left to try. */
static void fail(weft__dial *dial)
{
    weft__failure failure = {.code = WEFT_E_CONNECT, .system_error = dial->last_status};
    int len = 0;

    WEFT__ASSERT(dial->under_way == 0 && dial->last_status < 0);
    if (is_shortage(dial->last_status)) {
        describe_shortage(&failure, dial->last_status);
    } else {
        if (dial->tried > 1)
            len = snprintf(failure.text, sizeof(failure.text), "all %zu addresses failed; last: ", dial->tried);
        describe_attempt(dial, failure.text + len, sizeof(failure.text) - (size_t)len);
        if (!dial->unix_path)
            weft__resolver_doubt(dial->resolver, dial->host);
    }
    finish(dial, NULL, &failure);
}

static void try_next(weft__dial *dial);

/* TCP can connect to itself: where nothing listens on a port that the system also hands out to clients, a
 * client that tries often enough is handed the very port it dials, and from then on keeps the server from
 * listening. */
static bool met_itself(const weft__dial *dial, const weft__socket *socket, size_t i)
{
    struct sockaddr_in6 own; /* larger than sockaddr_in */
    socklen_t len = sizeof(own);

    return !dial->unix_path && getsockname(socket->fd, (struct sockaddr *)&own, &len) == 0 &&
           memcmp(&own, &dial->lookup.addresses.items[i], len) == 0;
}

static void on_ready(weft__socket *socket, int events)
{
    weft__dial *dial = socket->owner;
    int status = weft__socket_status(socket);
    size_t i = 0;

    (void)events;
    while (dial->attempts[i] != socket)
        i++;
    WEFT__ASSERT(i < dial->tried && dial->under_way > 0);
    if (status == 0 && met_itself(dial, socket, i))
        status = -ECONNREFUSED;
    dial->attempts[i] = NULL;
    dial->under_way--;
    if (status == 0) {
        weft__socket_watch(socket, 0);
        socket->connected_ns = weft__now_ns();
        socket->ready = NULL;
        socket->owner = NULL;
        finish(dial, socket, NULL);
        return;
    }
    weft__socket_close(socket);
    dial->last_status = status;
    dial->last_address = i;
    try_next(dial); /* a refusal is worth no wait */
}

/* Begins one attempt. A connection that stands at once is reported like any other: when it is writable. */
static int attempt(weft__dial *dial, size_t i, const struct sockaddr *address, socklen_t len)
{
    int status = 0;
    weft__socket *socket = weft__socket_connect(dial->loop, address, len, &status);

    WEFT__ASSERT(i < WEFT__MAX_ADDRESSES && !dial->attempts[i] && (socket || status < 0));
    if (!socket)
        return status;
    socket->ready = on_ready;
    socket->owner = dial;
    status = weft__socket_watch(socket, WEFT__WRITABLE);
    if (status != 0) {
        weft__socket_close(socket);
        return status;
    }
    dial->attempts[i] = socket;
    dial->under_way++;
    return 0;
}

static int attempt_address(weft__dial *dial, size_t i)
{
    struct sockaddr *address = &dial->lookup.addresses.items[i].any;

    if (address->sa_family == AF_INET6) {
        dial->lookup.addresses.items[i].in6.sin6_port = htons(dial->port);
        return attempt(dial, i, address, sizeof(struct sockaddr_in6));
    }
    dial->lookup.addresses.items[i].in.sin_port = htons(dial->port);
    return attempt(dial, i, address, sizeof(struct sockaddr_in));
}

/* Until an attempt is under way, or none is left. */
static void try_next(weft__dial *dial)
{
    weft__loop_cancel(dial->loop, &dial->timer);
    while (dial->tried < dial->lookup.addresses.count) {
        size_t i = dial->tried++;
        int status = attempt_address(dial, i);

        if (status == 0) {
            if (dial->tried < dial->lookup.addresses.count)
                weft__loop_schedule(dial->loop, &dial->timer, weft__now_ms() + NEXT_ATTEMPT_MS);
            return;
        }
        dial->last_status = status;
        dial->last_address = i;
    }
    if (dial->under_way == 0)
        fail(dial);
}

static void try_unix(weft__dial *dial)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t len = strlen(dial->unix_path);
    int status = UV_ENAMETOOLONG;

    dial->tried = 1;
    if (len < sizeof(address.sun_path)) {
        memcpy(address.sun_path, dial->unix_path, len + 1);
        status = attempt(dial, 0, (const struct sockaddr *)&address, sizeof(address));
    }
    if (status == 0)
        return;
    if (status == -EAGAIN) {
        /* The backlog is full, and no event tells when it is not. The caller's deadline ends the waiting. */
        weft__loop_schedule(dial->loop, &dial->timer, weft__now_ms() + dial->backlog_wait_ms);
        if (dial->backlog_wait_ms < BACKLOG_WAIT_MAX_MS)
            dial->backlog_wait_ms *= 2;
        return;
    }
    dial->last_status = status;
    fail(dial);
}

static void on_timer(weft__timer *timer)
{
    weft__dial *dial = WEFT__CONTAINER_OF(timer, weft__dial, timer);

    if (dial->unix_path)
        try_unix(dial);
    else
        try_next(dial);
}

static void on_begin(weft__task *task)
{
    try_unix(WEFT__CONTAINER_OF(task, weft__dial, begin));
}

/* RFC 8305, section 4: the families take turns, beginning with the resolver's first choice, so that a family
 * that does not work costs one wait and not one for each of its addresses. */
static void interleave(weft__addresses *addresses)
{
    weft__addresses sorted = {.count = 0};
    bool taken[WEFT__MAX_ADDRESSES] = {false};
    sa_family_t wanted = addresses->items[0].any.sa_family;

    WEFT__ASSERT(addresses->count > 0 && addresses->count <= WEFT__MAX_ADDRESSES);
    while (sorted.count < addresses->count) {
        size_t pick = addresses->count;

        for (size_t i = addresses->count; i-- > 0;)
            if (!taken[i] && (addresses->items[i].any.sa_family == wanted))
                pick = i;
        wanted = wanted == AF_INET ? AF_INET6 : AF_INET;
        if (pick == addresses->count)
            continue; /* that family has run out: the other has its turn */
        taken[pick] = true;
        sorted.items[sorted.count++] = addresses->items[pick];
    }
    *addresses = sorted;
}

static void on_lookup(weft__lookup *lookup)
{
    weft__dial *dial = WEFT__CONTAINER_OF(lookup, weft__dial, lookup);
    weft__failure failure = {0};

    WEFT__ASSERT(lookup->status <= 0 && dial->tried == 0 && dial->under_way == 0);
    if (lookup->status != 0) {
        describe_lookup(&failure, lookup->status);
        finish(dial, NULL, &failure);
        return;
    }
    interleave(&lookup->addresses);
    try_next(dial);
}

weft__dial *weft__dial_start(weft__loop *loop, weft__resolver *resolver, const char *unix_path, const char *host,
                             uint16_t port, weft__dial_cb *done, void *owner)
{
    weft__dial *dial = weft__zalloc(&loop->heap, sizeof(*dial));

    if (!dial)
        return NULL;
    dial->loop = loop;
    dial->resolver = resolver;
    dial->unix_path = unix_path;
    dial->host = host;
    dial->port = port;
    dial->done = done;
    dial->owner = owner;
    dial->backlog_wait_ms = BACKLOG_WAIT_MS;
    weft__timer_init(&dial->timer, on_timer);
    dial->begin.run = on_begin;
    dial->lookup.done = on_lookup;
    if (unix_path)
        weft__loop_defer(loop, &dial->begin);
    else
        weft__resolver_start(resolver, &dial->lookup, host);
    return dial;
}

void weft__dial_cancel(weft__dial *dial)
{
    weft__resolver_cancel(&dial->lookup);
    weft__loop_undefer(&dial->begin);
    weft__loop_cancel(dial->loop, &dial->timer);
    for (size_t i = 0; i < WEFT__MAX_ADDRESSES; i++)
        weft__socket_close(dial->attempts[i]);
    weft__free(&dial->loop->heap, dial);
}
