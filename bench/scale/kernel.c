#include "kernel.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scale.h"

enum { FIRST = 1 << 24, MOST = 1 << 21, MOST_LOOKS = 64 };

typedef struct end {
    struct end *next; /* that is ready, or free */
    const char *answer;
    size_t left; /* of it */
    void *data;  /* the set's */
    uint32_t wanted;
    bool is_open;
    bool is_asked;  /* and did not answer yet */
    bool is_listed; /* among those that may be ready */
} end;

static end *ends;
static end *unused;
static size_t made, open_count, requests;
static end *ready, **ready_back = &ready;
static int set = -1;
static const char *usual, *first;
static size_t first_left;

/* The system's, by the linker's doing. */
int __real_socket(int domain, int type, int protocol);
int __real_connect(int fd, const struct sockaddr *address, socklen_t len);
int __real_getsockopt(int fd, int level, int option, void *value, socklen_t *len);
int __real_setsockopt(int fd, int level, int option, const void *value, socklen_t len);
int __real_getpeername(int fd, struct sockaddr *address, socklen_t *len);
int __real_getsockname(int fd, struct sockaddr *address, socklen_t *len);
ssize_t __real_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __real_recv(int fd, void *bytes, size_t len, int flags);
int __real_close(int fd);

int __wrap_socket(int domain, int type, int protocol);
int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len);
int __wrap_getsockopt(int fd, int level, int option, void *value, socklen_t *len);
int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t len);
int __wrap_getpeername(int fd, struct sockaddr *address, socklen_t *len);
int __wrap_getsockname(int fd, struct sockaddr *address, socklen_t *len);
ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags);
ssize_t __wrap_recv(int fd, void *bytes, size_t len, int flags);
int __wrap_close(int fd);
int __wrap_epoll_create1(int flags);
int __wrap_epoll_ctl(int of, int operation, int fd, struct epoll_event *event);
int __wrap_epoll_wait(int of, struct epoll_event *events, int count, int timeout);

void kernel_answer(const char *text)
{
    usual = text;
}

void kernel_answer_first(size_t count, const char *text)
{
    first = text;
    first_left = count;
}

size_t kernel_connections(void)
{
    return open_count;
}

size_t kernel_requests(void)
{
    return requests;
}

static end *end_of(int fd)
{
    return fd >= FIRST ? &ends[fd - FIRST] : NULL;
}

static uint32_t readiness(const end *at)
{
    return at->wanted & ((at->left > 0 ? (uint32_t)EPOLLIN : 0U) | (uint32_t)EPOLLOUT);
}

/* The set is ready while anybody may be. */
static void list(end *at)
{
    uint64_t one = 1;

    if (at->is_listed || !readiness(at))
        return;
    if (!ready && write(set, &one, sizeof(one)) < 0)
        scale_fail("eventfd: %s", strerror(errno));
    at->is_listed = true;
    at->next = NULL;
    *ready_back = at;
    ready_back = &at->next;
}

static end *unlist(void)
{
    end *at = ready;
    uint64_t count;

    ready = at->next;
    at->is_listed = false;
    if (ready)
        return at;
    ready_back = &ready;
    if (read(set, &count, sizeof(count)) < 0)
        scale_fail("eventfd: %s", strerror(errno));
    return at;
}

static void give(end *at, const char *text)
{
    at->is_asked = !text;
    at->answer = text;
    at->left = text ? strlen(text) : 0;
    list(at);
}

void kernel_answer_waiting(const char *text)
{
    for (size_t i = 0; i < made; i++)
        if (ends[i].is_open && ends[i].is_asked)
            give(&ends[i], text);
}

int __wrap_socket(int domain, int type, int protocol)
{
    end *at = unused;

    if (domain != AF_INET)
        return __real_socket(domain, type, protocol);
    if (!ends)
        ends = mmap(NULL, MOST * sizeof(*ends), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                    0);
    if (ends == MAP_FAILED || (!at && made == MOST))
        scale_fail("no more than %d connections", MOST);
    if (at)
        unused = at->next;
    else
        at = &ends[made++];
    *at = (end){.is_open = true};
    open_count++;
    return FIRST + (int)(at - ends);
}

int __wrap_connect(int fd, const struct sockaddr *address, socklen_t len)
{
    if (!end_of(fd))
        return __real_connect(fd, address, len);
    errno = EINPROGRESS;
    return -1;
}

int __wrap_getsockopt(int fd, int level, int option, void *value, socklen_t *len)
{
    if (!end_of(fd))
        return __real_getsockopt(fd, level, option, value, len);
    memset(value, 0, *len);
    return 0;
}

int __wrap_setsockopt(int fd, int level, int option, const void *value, socklen_t len)
{
    return end_of(fd) ? 0 : __real_setsockopt(fd, level, option, value, len);
}

static int name(struct sockaddr *address, socklen_t *len, int port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};

    memcpy(address, &in, *len < sizeof(in) ? *len : sizeof(in));
    *len = sizeof(in);
    return 0;
}

int __wrap_getpeername(int fd, struct sockaddr *address, socklen_t *len)
{
    return end_of(fd) ? name(address, len, 80) : __real_getpeername(fd, address, len);
}

int __wrap_getsockname(int fd, struct sockaddr *address, socklen_t *len)
{
    return end_of(fd) ? name(address, len, 1) : __real_getsockname(fd, address, len);
}

ssize_t __wrap_sendmsg(int fd, const struct msghdr *message, int flags)
{
    end *at = end_of(fd);
    size_t len = 0;

    if (!at)
        return __real_sendmsg(fd, message, flags);
    for (size_t i = 0; i < message->msg_iovlen; i++)
        len += message->msg_iov[i].iov_len;
    requests++;
    give(at, first_left > 0 ? first : usual);
    first_left -= first_left > 0;
    return (ssize_t)len;
}

ssize_t __wrap_recv(int fd, void *bytes, size_t len, int flags)
{
    end *at = end_of(fd);

    if (!at)
        return __real_recv(fd, bytes, len, flags);
    if (at->left == 0) {
        errno = EAGAIN;
        return -1;
    }
    if (len > at->left)
        len = at->left;
    memcpy(bytes, at->answer, len);
    if (!(flags & MSG_PEEK)) {
        at->answer += len;
        at->left -= len;
    }
    return (ssize_t)len;
}

int __wrap_close(int fd)
{
    end *at = end_of(fd);

    if (!at)
        return __real_close(fd);
    at->is_open = false;
    at->wanted = 0;
    open_count--;
    /* One that is listed is free once it was looked at: epoll_wait sees to it. */
    if (at->is_listed)
        return 0;
    at->next = unused;
    unused = at;
    return 0;
}

int __wrap_epoll_create1(int flags)
{
    (void)flags;
    set = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return set;
}

int __wrap_epoll_ctl(int of, int operation, int fd, struct epoll_event *event)
{
    end *at = end_of(fd);

    (void)of;
    at->wanted = operation == EPOLL_CTL_DEL ? 0 : event->events;
    if (operation != EPOLL_CTL_DEL) {
        at->data = event->data.ptr;
        list(at);
    }
    return 0;
}

int __wrap_epoll_wait(int of, struct epoll_event *events, int count, int timeout)
{
    end *told[MOST_LOOKS];
    int n = 0;

    (void)of;
    (void)timeout;
    /* Those that are ready no more take a look as well. */
    for (int looks = 0; ready && n < count && looks < MOST_LOOKS; looks++) {
        end *at = unlist();
        uint32_t now = readiness(at);

        if (!at->is_open) {
            at->next = unused;
            unused = at;
        } else if (now) {
            told[n] = at;
            events[n++] = (struct epoll_event){.events = now, .data.ptr = at->data};
        }
    }
    /* Behind the others, until it is ready no more. */
    for (int i = 0; i < n; i++)
        list(told[i]);
    return n;
}
