/* threadpool.c - libuv's threads: names and work. Each request begins, and can no longer be cancelled, at one time of
 * the world's, and has ended at a later one; what it does is done on the loop's thread when it is reported.
 *
 * Hosts are called h0.test to h9.test; their addresses are 10.<host>.0.<n>, or fd00::10.<host>.0.<n>. */
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>

#include "loop.h"
#include "schedule.h"
#include "world.h"

typedef struct pool_request {
    struct pool_request *next;
    uv_req_t *req; /* libuv's, of the caller */
    bool begun, ready;
    int status;
    struct addrinfo *found;
} pool_request;

static pool_request *requests;

void threadpool_reset(void)
{
    requests = NULL;
}

unsigned threadpool_count(void)
{
    unsigned count = 0;

    for (const pool_request *each = requests; each; each = each->next)
        count++;
    return count;
}

bool threadpool_is_ready(void)
{
    for (const pool_request *each = requests; each; each = each->next)
        if (each->ready)
            return true;
    return false;
}

static pool_request **end_of(pool_request **list)
{
    while (*list)
        list = &(*list)->next;
    return list;
}

static void on_begun(void *arg)
{
    ((pool_request *)arg)->begun = true;
}

static void on_ready(void *arg)
{
    ((pool_request *)arg)->begun = ((pool_request *)arg)->ready = true;
}

static pool_request *start(void *req, uint64_t takes)
{
    pool_request *made = world_alloc(sizeof(*made));

    made->req = req;
    *end_of(&requests) = made;
    schedule_there(world.now + world_below(2 * MILLISECOND), on_begun, made);
    schedule_there(world.now + MILLISECOND + world_below(takes), on_ready, made);
    return made;
}

static struct sockaddr *address_of(uint32_t ip, bool is_ipv6)
{
    struct sockaddr_in *four;
    struct sockaddr_in6 *six;

    if (is_ipv6) {
        six = world_alloc(sizeof(*six));
        six->sin6_family = AF_INET6;
        six->sin6_addr.s6_addr[0] = 0xfd;
        memcpy(six->sin6_addr.s6_addr + 12, &ip, sizeof(ip));
        return (struct sockaddr *)six;
    }
    four = world_alloc(sizeof(*four));
    four->sin_family = AF_INET;
    four->sin_addr.s_addr = ip;
    return (struct sockaddr *)four;
}

static void add_address(pool_request *request, unsigned host)
{
    unsigned char ip[4] = {10, (unsigned char)host, 0, (unsigned char)(1 + world_below(6))};
    struct addrinfo *info = world_alloc(sizeof(*info)), **last = &request->found;
    bool is_ipv6 = world_chance(300) && world_has(FAULT_NAMES);
    uint32_t word;

    memcpy(&word, ip, sizeof(word));
    info->ai_addr = address_of(word, is_ipv6);
    info->ai_family = info->ai_addr->sa_family;
    info->ai_addrlen = is_ipv6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    while (*last)
        last = &(*last)->ai_next;
    *last = info;
}

int uv_getaddrinfo(uv_loop_t *loop, uv_getaddrinfo_t *req, uv_getaddrinfo_cb cb, const char *node, const char *service,
                   const struct addrinfo *hints)
{
    pool_request *made;
    unsigned count = 1 + (unsigned)world_below(world_has(FAULT_NAMES) ? 4 : 0);

    (void)loop, (void)service, (void)hints;
    if (world_strikes(FAULT_NAMES, 5))
        return UV_ENOMEM;
    world_log("%s is looked up", node);
    req->type = UV_GETADDRINFO;
    req->cb = cb;
    made = start(req, world_strikes(FAULT_NAMES, 100) ? 20 * SECOND : 20 * MILLISECOND);
    if (node[0] != 'h' || world_strikes(FAULT_NAMES, 60))
        made->status = world_chance(500) ? UV_EAI_NONAME : UV_EAI_AGAIN;
    for (unsigned i = 0; made->status == 0 && i < count; i++)
        add_address(made, (unsigned)(node[1] - '0'));
    return 0;
}

void uv_freeaddrinfo(struct addrinfo *found)
{
    (void)found; /* the world's */
}

int uv_queue_work(uv_loop_t *loop, uv_work_t *req, uv_work_cb work, uv_after_work_cb after)
{
    (void)loop;
    req->type = UV_WORK;
    req->work_cb = work;
    req->after_work_cb = after;
    start(req, world_strikes(FAULT_SLOW, 100) ? 2 * SECOND : 5 * MILLISECOND);
    return 0;
}

int uv_cancel(uv_req_t *req)
{
    for (pool_request *each = requests; each; each = each->next) {
        if (each->req != req)
            continue;
        if (each->begun)
            return UV_EBUSY;
        each->status = req->type == UV_WORK ? UV_ECANCELED : UV_EAI_CANCELED;
        each->begun = each->ready = true;
        return 0;
    }
    INVARIANT(SYSCALLS, false, "uv_cancel of a request that is not under way");
    return UV_EINVAL;
}

/* Those that are ready, in their order, which callbacks do not add to. */
static pool_request *take_ready(void)
{
    pool_request *due = NULL, **at = &requests;

    while (*at) {
        pool_request *each = *at;

        if (!each->ready) {
            at = &each->next;
            continue;
        }
        *at = each->next;
        each->next = NULL;
        *end_of(&due) = each;
    }
    return due;
}

static void report(const pool_request *request)
{
    uv_getaddrinfo_t *query = (uv_getaddrinfo_t *)request->req;
    uv_work_t *work = (uv_work_t *)request->req;

    if (request->req->type == UV_GETADDRINFO) {
        query->cb(query, request->status, request->status ? NULL : request->found);
        return;
    }
    if (request->status == 0)
        work->work_cb(work);
    work->after_work_cb(work, request->status);
}

void threadpool_report(void)
{
    pool_request *due = take_ready();

    for (; due; due = due->next)
        report(due);
}
