#include "net/resolver.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>

#include "loop.h"
#include "test.h"
#include "test_memory.h"

/* The system's resolver, as libuv calls it on its threads: this program's definitions come before the C
 * library's. Names that end in ".test" are answered here, all others by the real one. */
static struct {
    uv_mutex_t lock;
    uv_cond_t changed;
    int begun; /* look-ups of .test names */
    int gate;  /* how many of them may go on */
    struct sockaddr_in address[2];
    struct addrinfo found[2];
} fake;

__attribute__((constructor)) static void fake_init(void)
{
    setenv("UV_THREADPOOL_SIZE", "4", 1); /* two serve look-ups: fill_pool counts on it */
    uv_mutex_init(&fake.lock);
    uv_cond_init(&fake.changed);
    for (int i = 0; i < 2; i++) {
        uv_ip4_addr(i ? "127.0.0.2" : "127.0.0.1", 0, &fake.address[i]);
        fake.found[i].ai_family = AF_INET;
        fake.found[i].ai_addr = (struct sockaddr *)&fake.address[i];
        fake.found[i].ai_addrlen = sizeof(fake.address[i]);
    }
    fake.found[0].ai_next = &fake.found[1];
}

int getaddrinfo(const char *host, const char *service, const struct addrinfo *hints, struct addrinfo **ret_found)
{
    static const char suffix[] = ".test";
    size_t len = strlen(host);

    if (len < sizeof(suffix) || strcmp(host + len - strlen(suffix), suffix) != 0) {
        int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **) = NULL;

        *(void **)(void *)&real = dlsym(RTLD_NEXT, "getaddrinfo");
        return real(host, service, hints, ret_found);
    }
    uv_mutex_lock(&fake.lock);
    fake.begun++;
    uv_cond_broadcast(&fake.changed);
    while (fake.gate == 0)
        uv_cond_wait(&fake.changed, &fake.lock);
    fake.gate--;
    uv_mutex_unlock(&fake.lock);
    if (strcmp(host, "missing.test") == 0)
        return EAI_NONAME;
    *ret_found = &fake.found[0];
    return 0;
}

void freeaddrinfo(struct addrinfo *found)
{
    void (*real)(struct addrinfo *) = NULL;

    if (found == &fake.found[0])
        return;
    *(void **)(void *)&real = dlsym(RTLD_NEXT, "freeaddrinfo");
    real(found);
}

static void fake_reset(int gate)
{
    uv_mutex_lock(&fake.lock);
    fake.begun = 0;
    fake.gate = gate;
    uv_mutex_unlock(&fake.lock);
}

static void fake_release(int count)
{
    uv_mutex_lock(&fake.lock);
    fake.gate += count;
    uv_cond_broadcast(&fake.changed);
    uv_mutex_unlock(&fake.lock);
}

static void fake_wait_begun(int count)
{
    uv_mutex_lock(&fake.lock);
    while (fake.begun < count)
        uv_cond_wait(&fake.changed, &fake.lock);
    uv_mutex_unlock(&fake.lock);
}

static uint64_t fake_now_ms;

static uint64_t fake_clock(void)
{
    return fake_now_ms;
}

/* A hook that answers when and as the test says. */
typedef struct test_hook {
    int asked;
    int status;
    size_t count; /* of the addresses to answer with */
    bool later;   /* keep the request for the test to answer */
    weft_resolve *request;
    char host[300];
} test_hook;

static void hook_answer(test_hook *hook, weft_resolve *request)
{
    struct sockaddr_in in[20];
    const struct sockaddr *list[20];

    for (size_t i = 0; i < hook->count; i++) {
        uv_ip4_addr("127.0.0.1", 99, &in[i]);
        in[i].sin_addr.s_addr = htonl((uint32_t)(0x7f000001 + i));
        list[i] = (struct sockaddr *)&in[i];
    }
    weft_resolve_answer(request, hook->status, list, hook->count);
}

static void on_resolve(weft_resolve *request, const char *host, void *arg)
{
    test_hook *hook = arg;

    hook->asked++;
    snprintf(hook->host, sizeof(hook->host), "%s", host);
    if (hook->later)
        hook->request = request;
    else
        hook_answer(hook, request);
}

typedef struct fixture {
    test_loop loop;
    weft__loop weft;
    weft__resolver *resolver;
    test_hook hook;
    bool closed;
} fixture;

typedef struct test_waiter {
    weft__lookup lookup;
    int answers;
    bool answered;
    void (*then)(struct test_waiter *waiter);
    struct test_waiter *other;
    fixture *fx;
} test_waiter;

static bool open_with(fixture *fx, bool hooked, const weft_allocator *allocator)
{
    memset(fx, 0, sizeof(*fx));
    if (!test_loop_open(&fx->loop) || !weft__loop_init(&fx->weft, &fx->loop.uv, allocator))
        return false;
    if (weft__loop_open(&fx->weft) != 0)
        return false;
    fx->hook.count = 1;
    fx->resolver = weft__resolver_new(&fx->weft, hooked ? on_resolve : NULL, &fx->hook);
    if (fx->resolver)
        weft__resolver_set_clock(fx->resolver, fake_clock);
    fake_now_ms = 1000000;
    return fx->resolver != NULL;
}

static void on_loop_closed(weft__loop *loop)
{
    fixture *fx = WEFT__CONTAINER_OF(loop, fixture, weft);

    fx->closed = true;
}

static bool close_all(fixture *fx)
{
    weft__resolver_close(fx->resolver);
    weft__loop_close(&fx->weft, on_loop_closed);
    if (!test_loop_run_until_set(&fx->loop, &fx->closed, "the loop to close"))
        return false;
    weft__loop_deinit(&fx->weft);
    return test_loop_close(&fx->loop);
}

static void on_done(weft__lookup *lookup)
{
    test_waiter *waiter = WEFT__CONTAINER_OF(lookup, test_waiter, lookup);

    waiter->answers++;
    waiter->answered = true;
    if (waiter->then)
        waiter->then(waiter);
}

static void start(fixture *fx, test_waiter *waiter, const char *host)
{
    waiter->fx = fx;
    waiter->lookup.done = on_done;
    weft__resolver_start(fx->resolver, &waiter->lookup, host);
}

/* Looks up and waits; the status. */
static int resolve(fixture *fx, test_waiter *waiter, const char *host)
{
    waiter->answered = false;
    start(fx, waiter, host);
    if (waiter->answered || !test_loop_run_until_set(&fx->loop, &waiter->answered, host))
        return 1;
    return waiter->lookup.status;
}

static const char *text_of(const test_waiter *waiter, size_t i)
{
    static char text[64];

    uv_ip_name(&waiter->lookup.addresses.items[i].any, text, sizeof(text));
    return text;
}

TEST(resolver_answers_addresses_from_their_text)
{
    fixture fx;
    test_waiter four = {0}, six = {0};

    CHECK(open_with(&fx, true, NULL));
    CHECK_EQ(resolve(&fx, &four, "192.0.2.7"), 0);
    CHECK_EQ(four.lookup.addresses.count, 1);
    CHECK_STR(text_of(&four, 0), "192.0.2.7");
    CHECK_EQ(resolve(&fx, &six, "2001:db8::7"), 0);
    CHECK_EQ(six.lookup.addresses.count, 1);
    CHECK_STR(text_of(&six, 0), "2001:db8::7");
    CHECK_EQ(fx.hook.asked, 0);
    CHECK(close_all(&fx));
}

TEST(resolver_never_answers_within_start)
{
    fixture fx;
    test_waiter literal = {0}, empty = {0}, first = {0}, known = {0};

    CHECK(open_with(&fx, true, NULL));
    start(&fx, &literal, "127.0.0.1");
    start(&fx, &empty, "");
    start(&fx, &first, "a.test");
    CHECK_EQ(literal.answers + empty.answers + first.answers, 0);
    CHECK(test_loop_run_until_set(&fx.loop, &first.answered, "a.test"));
    CHECK_EQ(empty.lookup.status, UV_EAI_NONAME);
    start(&fx, &known, "a.test");
    CHECK_EQ(known.answers, 0);
    CHECK(test_loop_run_until_set(&fx.loop, &known.answered, "a.test again"));
    CHECK_EQ(literal.answers, 1);
    CHECK_EQ(empty.answers, 1);
    CHECK_EQ(first.answers, 1);
    CHECK_EQ(known.answers, 1);
    CHECK(close_all(&fx));
}

TEST(resolver_finds_localhost_by_the_systems_resolver)
{
    fixture fx;
    test_waiter waiter = {0};

    CHECK(open_with(&fx, false, NULL));
    CHECK_EQ(resolve(&fx, &waiter, "localhost"), 0);
    CHECK(waiter.lookup.addresses.count > 0);
    CHECK(close_all(&fx));
}

TEST(resolver_asks_once_for_all_who_wait)
{
    fixture fx;
    test_waiter waiters[50];

    memset(waiters, 0, sizeof(waiters));
    fake_reset(0);
    CHECK(open_with(&fx, false, NULL));
    for (int i = 0; i < 50; i++)
        start(&fx, &waiters[i], "shared.test");
    CHECK_EQ(fx.weft.open_handles, 3 + 1);
    fake_wait_begun(1);
    fake_release(1);
    CHECK(test_loop_run_until_set(&fx.loop, &waiters[49].answered, "the last waiter"));
    for (int i = 0; i < 50; i++) {
        CHECK_EQ(waiters[i].answers, 1);
        CHECK_EQ(waiters[i].lookup.status, 0);
        CHECK_EQ(waiters[i].lookup.addresses.count, 2);
    }
    CHECK_STR(text_of(&waiters[0], 1), "127.0.0.2");
    CHECK_EQ(fake.begun, 1);
    CHECK_EQ(fx.weft.open_handles, 3);
    CHECK(close_all(&fx));
}

TEST(resolver_passes_on_that_the_system_knows_no_such_name)
{
    fixture fx;
    test_waiter waiter = {0};

    fake_reset(1);
    CHECK(open_with(&fx, false, NULL));
    CHECK_EQ(resolve(&fx, &waiter, "missing.test"), UV_EAI_NONAME);
    CHECK_EQ(waiter.lookup.addresses.count, 0);
    CHECK(close_all(&fx));
}

TEST(resolver_refuses_a_name_that_libuv_refuses_at_once)
{
    fixture fx;
    test_waiter waiter = {0};
    char host[400];

    memset(host, 'a', sizeof(host) - 1);
    host[sizeof(host) - 1] = '\0';
    CHECK(open_with(&fx, false, NULL));
    CHECK(resolve(&fx, &waiter, host) < 0);
    CHECK_EQ(waiter.answers, 1);
    CHECK_EQ(fx.weft.open_handles, 3);
    CHECK(close_all(&fx));
}

TEST(resolver_believes_addresses_for_thirty_seconds)
{
    fixture fx;
    test_waiter waiter = {0};

    CHECK(open_with(&fx, true, NULL));
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), 0);
    fake_now_ms += 29999;
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), 0);
    CHECK_EQ(waiter.lookup.addresses.count, 1);
    CHECK_EQ(fx.hook.asked, 1);
    fake_now_ms += 1;
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), 0);
    CHECK_EQ(fx.hook.asked, 2);
    CHECK(close_all(&fx));
}

TEST(resolver_believes_a_failure_for_one_second)
{
    fixture fx;
    test_waiter waiter = {0};

    CHECK(open_with(&fx, true, NULL));
    fx.hook.status = UV_EAI_AGAIN;
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), UV_EAI_AGAIN);
    fake_now_ms += 999;
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), UV_EAI_AGAIN);
    CHECK_EQ(fx.hook.asked, 1);
    fake_now_ms += 1;
    fx.hook.status = 0;
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), 0);
    CHECK_EQ(fx.hook.asked, 2);
    CHECK(close_all(&fx));
}

TEST(resolver_believes_addresses_in_doubt_for_one_second)
{
    fixture fx;
    test_waiter waiter = {0};

    CHECK(open_with(&fx, true, NULL));
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), 0);
    weft__resolver_doubt(fx.resolver, "a.test");
    weft__resolver_doubt(fx.resolver, "unknown.test");
    fake_now_ms += 999;
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), 0);
    CHECK_EQ(fx.hook.asked, 1);
    fake_now_ms += 1;
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), 0);
    CHECK_EQ(fx.hook.asked, 2);
    CHECK(close_all(&fx));
}

TEST(resolver_forgets_the_name_that_was_not_asked_for_the_longest)
{
    fixture fx;
    test_waiter waiter = {0};
    char host[32];

    CHECK(open_with(&fx, true, NULL));
    for (int i = 0; i < WEFT__NAMES_KEPT; i++) {
        snprintf(host, sizeof(host), "h%d.test", i);
        CHECK_EQ(resolve(&fx, &waiter, host), 0);
    }
    CHECK_EQ(resolve(&fx, &waiter, "h0.test"), 0);
    CHECK_EQ(fx.hook.asked, WEFT__NAMES_KEPT);
    CHECK_EQ(resolve(&fx, &waiter, "one-more.test"), 0); /* in place of h1.test */
    CHECK_EQ(resolve(&fx, &waiter, "h0.test"), 0);
    CHECK_EQ(fx.hook.asked, WEFT__NAMES_KEPT + 1);
    CHECK_EQ(resolve(&fx, &waiter, "h1.test"), 0);
    CHECK_EQ(fx.hook.asked, WEFT__NAMES_KEPT + 2);
    CHECK(close_all(&fx));
}

TEST(resolver_takes_sixteen_addresses_of_the_hooks_and_none_twice)
{
    fixture fx;
    test_waiter waiter = {0};

    CHECK(open_with(&fx, true, NULL));
    fx.hook.count = 20;
    CHECK_EQ(resolve(&fx, &waiter, "many.test"), 0);
    CHECK_EQ(waiter.lookup.addresses.count, WEFT__MAX_ADDRESSES);
    CHECK_STR(text_of(&waiter, 15), "127.0.0.16");
    CHECK_EQ(waiter.lookup.addresses.items[0].in.sin_port, 0);
    CHECK_STR(fx.hook.host, "many.test");
    CHECK(close_all(&fx));
}

TEST(resolver_skips_what_the_hook_repeats_or_what_is_no_internet_address)
{
    fixture fx;
    test_waiter waiter = {0};
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr other = {.sa_family = AF_UNIX};
    const struct sockaddr *list[] = {
        (struct sockaddr *)&in6, &other, (struct sockaddr *)&in, NULL, (struct sockaddr *)&in6, (struct sockaddr *)&in};

    uv_ip4_addr("127.0.0.1", 1, &in);
    uv_ip6_addr("::1", 2, &in6);
    CHECK(open_with(&fx, true, NULL));
    fx.hook.later = true;
    start(&fx, &waiter, "a.test");
    CHECK_UNTIL(&fx.loop, fx.hook.request);
    weft_resolve_answer(fx.hook.request, 0, list, 6);
    CHECK(test_loop_run_until_set(&fx.loop, &waiter.answered, "the answer"));
    CHECK_EQ(waiter.lookup.addresses.count, 2);
    CHECK_STR(text_of(&waiter, 0), "::1");
    CHECK_STR(text_of(&waiter, 1), "127.0.0.1");
    CHECK(close_all(&fx));
}

TEST(resolver_takes_a_success_without_addresses_for_a_failure)
{
    fixture fx;
    test_waiter waiter = {0};

    CHECK(open_with(&fx, true, NULL));
    fx.hook.count = 0;
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), UV_EAI_NODATA);
    CHECK(close_all(&fx));
}

TEST(resolver_cancel_is_final_and_the_others_still_get_their_answer)
{
    fixture fx;
    test_waiter gone = {0}, stays = {0};

    CHECK(open_with(&fx, true, NULL));
    fx.hook.later = true;
    start(&fx, &gone, "a.test");
    start(&fx, &stays, "a.test");
    CHECK_UNTIL(&fx.loop, fx.hook.request);
    weft__resolver_cancel(&gone.lookup);
    weft__resolver_cancel(&gone.lookup);
    hook_answer(&fx.hook, fx.hook.request);
    CHECK(test_loop_run_until_set(&fx.loop, &stays.answered, "the other waiter"));
    CHECK_EQ(gone.answers, 0);
    CHECK_EQ(stays.answers, 1);
    CHECK(close_all(&fx));
}

TEST(resolver_cancel_takes_back_an_answer_on_its_way)
{
    fixture fx;
    test_waiter waiter = {0};

    CHECK(open_with(&fx, true, NULL));
    start(&fx, &waiter, "127.0.0.1");
    weft__resolver_cancel(&waiter.lookup);
    test_loop_turn(&fx.loop);
    test_loop_turn(&fx.loop);
    CHECK_EQ(waiter.answers, 0);
    CHECK(close_all(&fx));
}

TEST(resolver_ignores_the_hooks_answer_after_the_last_waiter_left_and_asks_anew)
{
    fixture fx;
    test_waiter gone = {0}, next = {0};
    weft_resolve *late;

    CHECK(open_with(&fx, true, NULL));
    fx.hook.later = true;
    start(&fx, &gone, "a.test");
    CHECK_UNTIL(&fx.loop, fx.hook.request);
    late = fx.hook.request;
    weft__resolver_cancel(&gone.lookup);
    fx.hook.later = false;
    fx.hook.count = 2;
    CHECK_EQ(resolve(&fx, &next, "a.test"), 0);
    CHECK_EQ(fx.hook.asked, 2);
    fx.hook.count = 1;
    hook_answer(&fx.hook, late);
    CHECK_EQ(resolve(&fx, &next, "a.test"), 0);
    CHECK_EQ(next.lookup.addresses.count, 2);
    CHECK_EQ(gone.answers, 0);
    CHECK(close_all(&fx));
}

TEST(resolver_does_not_ask_the_hook_for_a_name_that_was_cancelled_first)
{
    fixture fx;
    test_waiter waiter = {0};

    CHECK(open_with(&fx, true, NULL));
    start(&fx, &waiter, "a.test");
    weft__resolver_cancel(&waiter.lookup);
    test_loop_turn(&fx.loop);
    test_loop_turn(&fx.loop);
    CHECK_EQ(fx.hook.asked, 0);
    CHECK(close_all(&fx));
}

TEST(resolver_joins_a_system_look_up_that_cannot_be_taken_back)
{
    fixture fx;
    test_waiter gone = {0}, next = {0};

    fake_reset(0);
    CHECK(open_with(&fx, false, NULL));
    start(&fx, &gone, "slow.test");
    fake_wait_begun(1);
    weft__resolver_cancel(&gone.lookup);
    start(&fx, &next, "slow.test");
    CHECK_EQ(fx.weft.open_handles, 3 + 1);
    fake_release(1);
    CHECK(test_loop_run_until_set(&fx.loop, &next.answered, "the second waiter"));
    CHECK_EQ(next.lookup.status, 0);
    CHECK_EQ(gone.answers, 0);
    CHECK_EQ(fake.begun, 1);
    CHECK(close_all(&fx));
}

/* One system look-up per thread of libuv's pool that serves them, so that the next one has to queue. */
enum { POOL_FILL = 2 };

static bool fill_pool(fixture *fx, test_waiter *waiters)
{
    fake_reset(0);
    for (int i = 0; i < POOL_FILL; i++)
        start(fx, &waiters[i], i ? "fill-1.test" : "fill-0.test");
    fake_wait_begun(POOL_FILL);
    return fx->weft.open_handles == 3 + POOL_FILL;
}

static bool only_the_pool_is_left(void *arg)
{
    return ((fixture *)arg)->weft.open_handles == 3 + POOL_FILL;
}

TEST(resolver_takes_back_a_system_look_up_that_has_not_begun)
{
    fixture fx;
    test_waiter fill[POOL_FILL] = {0}, gone = {0};

    CHECK(open_with(&fx, false, NULL));
    CHECK(fill_pool(&fx, fill));
    start(&fx, &gone, "queued.test");
    CHECK_EQ(fx.weft.open_handles, 3 + POOL_FILL + 1);
    weft__resolver_cancel(&gone.lookup);
    CHECK(test_loop_run_until(&fx.loop, only_the_pool_is_left, &fx, "the look-up to be taken back"));
    CHECK_EQ(fake.begun, POOL_FILL);
    fake_release(POOL_FILL);
    CHECK(test_loop_run_until_set(&fx.loop, &fill[1].answered, "the pool"));
    CHECK_EQ(gone.answers, 0);
    CHECK(close_all(&fx));
}

static bool only_running_queries_are_left(void *arg)
{
    return ((fixture *)arg)->weft.open_handles == POOL_FILL;
}

TEST(resolver_close_waits_for_the_systems_look_ups_and_tells_nobody)
{
    fixture fx;
    test_waiter fill[POOL_FILL] = {0}, queued = {0}, literal = {0};

    CHECK(open_with(&fx, false, NULL));
    CHECK(fill_pool(&fx, fill));
    start(&fx, &queued, "queued.test");
    start(&fx, &literal, "127.0.0.1");
    weft__resolver_close(fx.resolver);
    weft__loop_close(&fx.weft, on_loop_closed);
    CHECK(test_loop_run_until(&fx.loop, only_running_queries_are_left, &fx, "the rest to close"));
    CHECK(!fx.closed);
    weft__resolver_cancel(&queued.lookup);
    weft__resolver_cancel(&literal.lookup);
    fake_release(POOL_FILL);
    CHECK(test_loop_run_until_set(&fx.loop, &fx.closed, "the loop to close"));
    CHECK_EQ(fill[0].answers + fill[1].answers + queued.answers + literal.answers, 0);
    weft__loop_deinit(&fx.weft);
    CHECK(test_loop_close(&fx.loop));
}

TEST(resolver_hook_may_answer_after_everything_is_closed)
{
    fixture fx;
    test_waiter waiter = {0};

    CHECK(open_with(&fx, true, NULL));
    fx.hook.later = true;
    start(&fx, &waiter, "a.test");
    CHECK_UNTIL(&fx.loop, fx.hook.request);
    CHECK(close_all(&fx));
    hook_answer(&fx.hook, fx.hook.request);
    CHECK_EQ(waiter.answers, 0);
}

static void close_within(test_waiter *waiter)
{
    weft__resolver_close(waiter->fx->resolver);
    waiter->fx->resolver = NULL;
}

TEST(resolver_may_be_closed_within_an_answer)
{
    fixture fx;
    test_waiter first = {.then = close_within}, second = {0};

    CHECK(open_with(&fx, true, NULL));
    start(&fx, &first, "a.test");
    start(&fx, &second, "a.test");
    CHECK(test_loop_run_until_set(&fx.loop, &first.answered, "the first waiter"));
    CHECK(close_all(&fx));
    CHECK_EQ(first.answers, 1);
    CHECK_EQ(second.answers, 0);
}

static void close_in_hook(weft_resolve *request, const char *host, void *arg)
{
    fixture *fx = arg;

    weft__resolver_close(fx->resolver);
    fx->resolver = NULL;
    fx->hook.asked += strcmp(host, "a.test") == 0; /* still there */
    hook_answer(&fx->hook, request);
}

TEST(resolver_may_be_closed_within_the_hook)
{
    fixture fx;
    test_waiter waiter = {0};

    CHECK(open_with(&fx, true, NULL));
    weft__resolver_close(fx.resolver);
    fx.resolver = weft__resolver_new(&fx.weft, close_in_hook, &fx);
    start(&fx, &waiter, "a.test");
    CHECK_UNTIL(&fx.loop, !fx.resolver);
    CHECK_EQ(fx.hook.asked, 1);
    CHECK_EQ(waiter.answers, 0);
    CHECK(close_all(&fx));
}

static void cancel_other(test_waiter *waiter)
{
    weft__resolver_cancel(&waiter->other->lookup);
}

TEST(resolver_look_up_may_be_cancelled_within_anothers_answer)
{
    fixture fx;
    test_waiter second = {0}, first = {.then = cancel_other, .other = &second};

    CHECK(open_with(&fx, true, NULL));
    start(&fx, &first, "a.test");
    start(&fx, &second, "a.test");
    CHECK(test_loop_run_until_set(&fx.loop, &first.answered, "the first waiter"));
    test_loop_turn(&fx.loop);
    CHECK_EQ(second.answers, 0);
    CHECK(close_all(&fx));
}

TEST(resolver_reports_every_failed_allocation_and_does_not_remember_it)
{
    test_memory memory = {0};
    weft_allocator allocator = test_allocator(&memory);
    fixture fx;
    test_waiter waiter = {0};

    CHECK(open_with(&fx, true, &allocator));
    test_memory_grant(&memory, 0);
    CHECK(!weft__resolver_new(&fx.weft, NULL, NULL));
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), UV_ENOMEM); /* no room for the name */
    test_memory_grant(&memory, 1);
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), UV_ENOMEM); /* none for the request */
    CHECK_EQ(fx.hook.asked, 0);
    test_memory_grant(&memory, 2);
    CHECK_EQ(resolve(&fx, &waiter, "a.test"), 0);
    CHECK_EQ(waiter.answers, 3);
    CHECK(close_all(&fx));
}
