#include "net/resolver.h"

#include <string.h>

#include "base/assert.h"

typedef enum name_state {
    NAME_NEW,       /* nothing was asked yet */
    NAME_ASKED,     /* the hook or libuv has been asked; look-ups wait */
    NAME_KNOWN,     /* answered, well or badly; nothing waits */
    NAME_ABANDONED, /* in no list; goes when libuv hands its query back */
} name_state;

/* What is known about one host name. */
typedef struct weft__name {
    weft__link link;
    weft__resolver *resolver; /* borrowed; gone once the name is abandoned */
    weft__loop *loop;         /* borrowed; outlives the query, which holds it */
    name_state state;
    int status; /* the answer: 0 with addresses, or a libuv error */
    weft__addresses addresses;
    uint64_t answered_ms;
    uint64_t expires_ms;   /* stale from then on */
    weft__list waiters;    /* of weft__lookup */
    weft__task ask;        /* has the hook asked from the loop, where it may do anything */
    weft_resolve *request; /* the hook's; it frees it by answering */
    uv_getaddrinfo_t query;
    char host[];
} weft__name;

/* Lives until the hook answers, and so beyond the engine if it must: it needs nothing of the engine's. */
struct weft_resolve {
    weft__name *name; /* NULL once nobody wants the answer */
    weft_allocator allocator;
    char host[];
};

struct weft__resolver {
    weft__loop *loop; /* borrowed */
    weft_resolve_cb *hook;
    void *hook_arg;
    uint64_t (*now_ms)(void);
    weft__list names; /* asked for most recently first */
    size_t count;
    weft__list settled; /* look-ups that have their answer and will report it in the loop's next turn */
};

static uint64_t monotonic_ms(void)
{
    return weft__now_ms();
}

weft__resolver *weft__resolver_new(weft__loop *loop, weft_resolve_cb *hook, void *hook_arg)
{
    weft__resolver *resolver = weft__zalloc(&loop->heap, sizeof(*resolver));

    if (!resolver)
        return NULL;
    resolver->loop = loop;
    resolver->hook = hook;
    resolver->hook_arg = hook_arg;
    resolver->now_ms = monotonic_ms;
    weft__list_init(&resolver->names);
    weft__list_init(&resolver->settled);
    return resolver;
}

void weft__resolver_set_clock(weft__resolver *resolver, uint64_t (*now_ms)(void))
{
    resolver->now_ms = now_ms;
}

/* Takes IPv4 and IPv6 addresses; skips other families, repetitions, and what there is no room for. */
static void add_address(weft__addresses *addresses, const struct sockaddr *address)
{
    size_t n = addresses->count;

    if (n == WEFT__MAX_ADDRESSES || !address)
        return;
    memset(&addresses->items[n], 0, sizeof(addresses->items[n]));
    if (address->sa_family == AF_INET) {
        addresses->items[n].in.sin_family = AF_INET;
        addresses->items[n].in.sin_addr = ((const struct sockaddr_in *)(const void *)address)->sin_addr;
    } else if (address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)address;

        addresses->items[n].in6.sin6_family = AF_INET6;
        addresses->items[n].in6.sin6_addr = in6->sin6_addr;
        addresses->items[n].in6.sin6_scope_id = in6->sin6_scope_id;
    } else {
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (memcmp(&addresses->items[i], &addresses->items[n], sizeof(addresses->items[n])) == 0)
            return;
    addresses->count++;
}

static bool parse_literal(const char *host, weft__addresses *addresses)
{
    struct sockaddr_in in;
    struct sockaddr_in6 in6;

    addresses->count = 0;
    if (uv_ip4_addr(host, 0, &in) == 0)
        add_address(addresses, (const struct sockaddr *)&in);
    else if (strchr(host, ':') && uv_ip6_addr(host, 0, &in6) == 0)
        add_address(addresses, (const struct sockaddr *)&in6);
    return addresses->count > 0;
}

static void report(weft__task *task)
{
    weft__lookup *lookup = WEFT__CONTAINER_OF(task, weft__lookup, report);

    weft__list_remove(&lookup->link);
    lookup->done(lookup);
}

/* The one way from state to state. */
static void enter(weft__name *name, name_state state)
{
    WEFT__ASSERT(state != NAME_ASKED || name->state == NAME_NEW || name->state == NAME_KNOWN);
    WEFT__ASSERT((state != NAME_KNOWN && state != NAME_ABANDONED) || name->state == NAME_ASKED);
    name->state = state;
}

/* All answers go out this way, from the loop's next turn: a look-up may then be started, cancelled or
 * answered anywhere, inside the hook and inside another look-up's callback. */
static void settle(weft__resolver *resolver, weft__lookup *lookup, int status)
{
    WEFT__ASSERT(!weft__link_is_linked(&lookup->link) && (status != 0 || lookup->addresses.count > 0));
    lookup->name = NULL;
    lookup->status = status;
    weft__list_push_back(&resolver->settled, &lookup->link);
    weft__loop_defer(resolver->loop, &lookup->report);
}

static weft__name *find(weft__resolver *resolver, const char *host)
{
    WEFT__LIST_EACH(link, &resolver->names) {
        weft__name *name = WEFT__CONTAINER_OF(link, weft__name, link);

        if (strcmp(name->host, host) == 0)
            return name;
    }
    return NULL;
}

/* Out of the table, but not freed. */
static void take_out(weft__name *name)
{
    WEFT__ASSERT(name->resolver->count > 0 && weft__link_is_linked(&name->link));
    weft__list_remove(&name->link);
    name->resolver->count--;
}

/* Names that are being looked up are wanted, and bounded by those who wait. */
static void forget_oldest(weft__resolver *resolver)
{
    weft__link *head = &resolver->names.head, *link = head->prev;

    while (resolver->count > WEFT__NAMES_KEPT && link != head) {
        weft__name *name = WEFT__CONTAINER_OF(link, weft__name, link);

        link = link->prev;
        if (name->state != NAME_KNOWN)
            continue;
        take_out(name);
        weft__free(&resolver->loop->heap, name);
    }
}

static uint64_t believed_ms(int status)
{
    switch (status) {
    case 0:
        return WEFT__NAME_FOUND_MS;
    case UV_ENOMEM: /* these say something about the moment, not about the name */
    case UV_EAI_MEMORY:
    case UV_ECANCELED:
    case UV_EAI_CANCELED:
        return 0;
    default:
        return WEFT__NAME_FAILED_MS;
    }
}

/* `name->addresses` is filled in. */
static void answer(weft__name *name, int status)
{
    weft__link *link;

    if (status == 0 && name->addresses.count == 0)
        status = UV_EAI_NODATA;
    if (status != 0)
        name->addresses.count = 0;
    enter(name, NAME_KNOWN);
    name->status = status;
    name->answered_ms = name->resolver->now_ms();
    name->expires_ms = name->answered_ms + believed_ms(status);
    while ((link = weft__list_pop_front(&name->waiters)) != NULL) {
        weft__lookup *lookup = WEFT__CONTAINER_OF(link, weft__lookup, link);

        lookup->addresses = name->addresses;
        settle(name->resolver, lookup, status);
    }
    forget_oldest(name->resolver);
}

static void on_query(uv_getaddrinfo_t *query, int status, struct addrinfo *found)
{
    weft__name *name = query->data;
    weft__loop *loop = name->loop;

    if (name->state == NAME_ABANDONED) {
        weft__free(&loop->heap, name);
    } else {
        name->addresses.count = 0;
        for (struct addrinfo *info = found; info; info = info->ai_next)
            add_address(&name->addresses, info->ai_addr);
        answer(name, status);
    }
    uv_freeaddrinfo(found);
    weft__loop_handle_closed(loop); /* last: the loop may go with it */
}

static void ask_hook(weft__task *task)
{
    weft__name *name = WEFT__CONTAINER_OF(task, weft__name, ask);
    weft__resolver *resolver = name->resolver;
    size_t size = strlen(name->host) + 1;
    weft_resolve *request = weft__alloc(&name->loop->heap, sizeof(*request) + size);

    if (!request) {
        name->addresses.count = 0;
        answer(name, UV_ENOMEM);
        return;
    }
    request->name = name;
    request->allocator = name->loop->heap.allocator;
    memcpy(request->host, name->host, size);
    name->request = request;
    resolver->hook(request, request->host, resolver->hook_arg); /* last: it may close the engine */
}

static void ask(weft__name *name)
{
    /* Not AI_ADDRCONFIG: glibc does not count loopback addresses, so a machine without a network would not
     * find its own localhost. Addresses of a family that the machine lacks fail at once when they are
     * dialled. */
    static const struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    int status;

    enter(name, NAME_ASKED);
    if (name->resolver->hook) {
        weft__loop_defer(name->loop, &name->ask);
        return;
    }
    status = uv_getaddrinfo(name->loop->uv, &name->query, on_query, name->host, NULL, &hints);
    if (status == 0) {
        weft__loop_handle_opened(name->loop);
        return;
    }
    name->addresses.count = 0;
    answer(name, status);
}

static weft__name *name_new(weft__resolver *resolver, const char *host)
{
    size_t size = strlen(host) + 1;
    weft__name *name = weft__zalloc(&resolver->loop->heap, sizeof(*name) + size);

    if (!name)
        return NULL;
    memcpy(name->host, host, size);
    name->resolver = resolver;
    name->loop = resolver->loop;
    name->state = NAME_NEW;
    name->ask.run = ask_hook;
    name->query.data = name;
    weft__list_init(&name->waiters);
    weft__list_push_front(&resolver->names, &name->link);
    resolver->count++;
    forget_oldest(resolver);
    return name;
}

void weft__resolver_start(weft__resolver *resolver, weft__lookup *lookup, const char *host)
{
    weft__name *name;

    WEFT__ASSERT(lookup->done && !lookup->name && !weft__link_is_linked(&lookup->link));
    lookup->report.run = report;
    if (parse_literal(host, &lookup->addresses)) {
        settle(resolver, lookup, 0);
        return;
    }
    if (host[0] == '\0') {
        settle(resolver, lookup, UV_EAI_NONAME);
        return;
    }
    name = find(resolver, host);
    if (!name)
        name = name_new(resolver, host);
    if (!name) {
        settle(resolver, lookup, UV_ENOMEM);
        return;
    }
    weft__list_push_front(&resolver->names, &name->link);
    if (name->state == NAME_KNOWN && resolver->now_ms() < name->expires_ms) {
        lookup->addresses = name->addresses;
        settle(resolver, lookup, name->status);
        return;
    }
    lookup->name = name;
    weft__list_push_back(&name->waiters, &lookup->link);
    if (name->state != NAME_ASKED)
        ask(name);
}

/* Gives up on a name that was asked for. What the hook or libuv still answers goes nowhere. */
static void abandon(weft__name *name)
{
    WEFT__ASSERT(name->state == NAME_ASKED && weft__list_is_empty(&name->waiters));
    take_out(name);
    if (name->resolver->hook) {
        weft__loop_undefer(&name->ask);
        if (name->request)
            name->request->name = NULL;
        weft__free(&name->loop->heap, name);
        return;
    }
    enter(name, NAME_ABANDONED);
    name->resolver = NULL;
}

void weft__resolver_cancel(weft__lookup *lookup)
{
    weft__name *name = lookup->name;

    lookup->name = NULL;
    weft__list_remove(&lookup->link);
    weft__loop_undefer(&lookup->report);
    if (!name || !weft__list_is_empty(&name->waiters))
        return;
    /* A query that libuv has begun cannot be taken back: whoever asks next had better wait for it than begin
     * another. The hook is asked anew, in case it has lost the first question. */
    if (name->resolver->hook || uv_cancel((uv_req_t *)&name->query) == 0)
        abandon(name);
}

void weft__resolver_doubt(weft__resolver *resolver, const char *host)
{
    weft__name *name = find(resolver, host);
    uint64_t doubted_ms;

    if (!name || name->state != NAME_KNOWN)
        return;
    doubted_ms = name->answered_ms + WEFT__NAME_FAILED_MS;
    if (doubted_ms < name->expires_ms)
        name->expires_ms = doubted_ms;
}

/* Drops look-ups without a word. */
static void drop_all(weft__list *lookups)
{
    weft__link *link;

    while ((link = weft__list_pop_front(lookups)) != NULL) {
        weft__lookup *lookup = WEFT__CONTAINER_OF(link, weft__lookup, link);

        lookup->name = NULL;
        weft__loop_undefer(&lookup->report);
    }
}

void weft__resolver_close(weft__resolver *resolver)
{
    weft__link *link;

    if (!resolver)
        return;
    drop_all(&resolver->settled);
    while ((link = weft__list_first(&resolver->names)) != NULL) {
        weft__name *name = WEFT__CONTAINER_OF(link, weft__name, link);

        drop_all(&name->waiters);
        if (name->state == NAME_ASKED) {
            if (!resolver->hook)
                uv_cancel((uv_req_t *)&name->query);
            abandon(name);
        } else {
            take_out(name);
            weft__free(&resolver->loop->heap, name);
        }
    }
    weft__free(&resolver->loop->heap, resolver);
}

void weft_resolve_answer(weft_resolve *request, int status, const struct sockaddr *const *addresses, size_t count)
{
    weft__name *name = request->name;

    if (name) {
        name->request = NULL;
        name->addresses.count = 0;
        for (size_t i = 0; i < count; i++)
            add_address(&name->addresses, addresses[i]);
        answer(name, status);
    }
    request->allocator.release(request, request->allocator.context);
}
