#include "http/pool.h"

#include <stdio.h>
#include <string.h>

enum {
    FIRST_RETRY_TOKENS = 1000,
    OPENS_PER_TURN = 12,
    SHORTAGE_MS = 1000,
};

static void pump(weft__origin *origin);
static void on_feed(weft__task *task);
static void on_breathe(weft__task *task);
static void on_short_timer(weft__timer *timer);
static void on_left_timer(weft__timer *timer);

static void on_pump(weft__task *task)
{
    pump(WEFT__CONTAINER_OF(task, weft__origin, pump));
}

void weft__pool_init(weft__pool *pool, weft__loop *loop, weft__resolver *resolver, const weft__pool_limits *limits)
{
    memset(pool, 0, sizeof(*pool));
    pool->loop = loop;
    pool->resolver = resolver;
    pool->limits = *limits;
    weft__list_init(&pool->origins);
    weft__list_init(&pool->starving);
    weft__list_init(&pool->left);
    weft__timer_init(&pool->left_timer, on_left_timer);
    pool->feed.run = on_feed;
    pool->breathe.run = on_breathe;
    pool->short_of = UINT32_MAX;
    weft__timer_init(&pool->short_timer, on_short_timer);
}

static void close_all(weft__origin *origin)
{
    weft__link *link;

    while ((link = weft__list_first(&origin->connections)) != NULL)
        weft__connection_close(WEFT__CONTAINER_OF(link, weft__connection, link));
}

/* Somebody refers to it again, or it goes. */
static void take_back(weft__origin *origin)
{
    if (!weft__link_is_linked(&origin->left))
        return;
    weft__list_remove(&origin->left);
    origin->pool->left_count--;
}

static void origin_free(weft__origin *origin)
{
    weft__loop *loop = origin->pool->loop;

    take_back(origin);
    weft__loop_cancel(loop, &origin->idle_timer);
    weft__loop_undefer(&origin->pump);
    weft__list_remove(&origin->link);
    weft__list_remove(&origin->starving);
    while (origin->peers) {
        weft__peer *peer = origin->peers;

        origin->peers = peer->next;
        weft__free(&loop->heap, peer);
    }
    weft__tls_peer_unref(origin->route.tls);
    weft__proxy_unref(origin->route.proxy);
    weft__free(&loop->heap, origin->name);
    weft__free(&loop->heap, origin->host);
    weft__free(&loop->heap, origin);
}

void weft__pool_deinit(weft__pool *pool)
{
    weft__link *link;

    weft__loop_undefer(&pool->feed);
    weft__loop_undefer(&pool->breathe);
    weft__loop_cancel(pool->loop, &pool->short_timer);
    weft__loop_cancel(pool->loop, &pool->left_timer);
    while ((link = weft__list_first(&pool->origins)) != NULL) {
        weft__origin *origin = WEFT__CONTAINER_OF(link, weft__origin, link);

        close_all(origin);
        origin_free(origin);
    }
}

/* Has the timer fire when this connection's time is over, unless it fires before. */
static void time_idle(weft__origin *origin, const weft__connection *connection)
{
    uint64_t until = weft__now_ms() + weft__connection_idle_left_ms(connection);

    if (!weft__timer_is_set(&origin->idle_timer) || until < origin->idle_timer.deadline_ms)
        weft__loop_schedule(origin->pool->loop, &origin->idle_timer, until);
}

/* Closes the idle connections that have been so for too long, and sets the timer for the next. */
static void on_idle_timer(weft__timer *timer)
{
    weft__origin *origin = WEFT__CONTAINER_OF(timer, weft__origin, idle_timer);

    WEFT__LIST_EACH(link, &origin->idle) {
        weft__connection *connection = WEFT__CONTAINER_OF(link, weft__connection, idle_link);

        if (weft__connection_idle_left_ms(connection) == 0)
            weft__connection_close(connection);
        else
            time_idle(origin, connection);
    }
}

static bool origin_fill(weft__origin *origin, const weft__url *url, weft__tls_config *tls)
{
    weft__heap *heap = &origin->pool->loop->heap;
    bool is_unix = url->scheme == WEFT__URL_UNIX;

    origin->name = weft__strdup(heap, url->origin.ptr);
    origin->host = weft__strdup(heap, is_unix ? url->socket_path.ptr : url->host.ptr);
    if (!origin->name || !origin->host)
        return false;
    origin->route.unix_path = is_unix ? origin->host : NULL;
    origin->route.host = is_unix ? NULL : origin->host;
    origin->route.port = url->port;
    origin->tls = tls;
    if (tls)
        origin->route.tls = weft__tls_peer_new(tls, origin->host, url->port);
    return !tls || origin->route.tls;
}

static weft__origin *origin_new(weft__pool *pool, const weft__url *url, weft__tls_config *tls, weft__proxy *proxy)
{
    weft__origin *origin = weft__zalloc(&pool->loop->heap, sizeof(*origin));

    if (!origin)
        return NULL;
    origin->retry_tokens = FIRST_RETRY_TOKENS;
    origin->pool = pool;
    origin->route.loop = pool->loop;
    origin->route.resolver = pool->resolver;
    origin->route.events = &weft__connection_transport_events;
    for (int i = 0; i < WEFT__LANES; i++)
        weft__list_init(&origin->lanes[i].queue);
    weft__list_init(&origin->connections);
    weft__list_init(&origin->idle);
    weft__timer_init(&origin->idle_timer, on_idle_timer);
    origin->pump.run = on_pump;
    weft__list_push_back(&pool->origins, &origin->link);
    if (!origin_fill(origin, url, tls)) {
        origin_free(origin);
        return NULL;
    }
    origin->route.proxy = proxy ? weft__proxy_ref(proxy) : NULL;
    return origin;
}

weft__origin *weft__pool_origin(weft__pool *pool, const weft__url *url, weft__tls_config *tls, weft__proxy *proxy)
{
    weft__origin *origin = NULL;

    WEFT__LIST_EACH(link, &pool->origins) {
        origin = WEFT__CONTAINER_OF(link, weft__origin, link);
        if (origin->tls == tls && weft__proxy_is_same(origin->route.proxy, proxy) &&
            strcmp(origin->name, url->origin.ptr) == 0)
            break;
        origin = NULL;
    }
    if (!origin)
        origin = origin_new(pool, url, tls, proxy);
    if (origin)
        weft__origin_ref(origin);
    return origin;
}

weft__origin *weft__origin_ref(weft__origin *origin)
{
    take_back(origin);
    origin->refs++;
    return origin;
}

static void close_origin(weft__origin *origin)
{
    close_all(origin);
    origin_free(origin);
}

static weft__origin *first_left(const weft__pool *pool)
{
    weft__link *link = weft__list_first(&pool->left);

    return link ? WEFT__CONTAINER_OF(link, weft__origin, left) : NULL;
}

/* By then its connections have been idle for as long as they may be. */
static void on_left_timer(weft__timer *timer)
{
    weft__pool *pool = WEFT__CONTAINER_OF(timer, weft__pool, left_timer);
    weft__origin *origin;

    while ((origin = first_left(pool)) != NULL) {
        uint64_t until = origin->left_ms + pool->limits.keep_alive_ms;

        if (until > weft__now_ms()) {
            weft__loop_schedule(pool->loop, timer, until);
            return;
        }
        close_origin(origin);
    }
}

void weft__origin_unref(weft__origin *origin)
{
    weft__pool *pool = origin->pool;

    if (--origin->refs > 0)
        return;
    origin->left_ms = weft__now_ms();
    weft__list_push_back(&pool->left, &origin->left);
    if (++pool->left_count > WEFT__ORIGINS_KEPT)
        close_origin(first_left(pool));
    if (!weft__timer_is_set(&pool->left_timer))
        weft__loop_schedule(pool->loop, &pool->left_timer, weft__now_ms() + pool->limits.keep_alive_ms);
}

void weft__origin_drop(weft__origin *origin)
{
    if (--origin->refs == 0)
        close_origin(origin);
}

void weft__pool_forget(weft__pool *pool, const weft__tls_config *tls)
{
    WEFT__LIST_EACH(link, &pool->left) {
        weft__origin *origin = WEFT__CONTAINER_OF(link, weft__origin, left);

        if (!tls || origin->tls == tls)
            close_origin(origin);
    }
}

/* Makes room below the pool's limit by closing another origin's longest idle connection. */
static bool evict_idle(weft__pool *pool)
{
    WEFT__LIST_EACH(link, &pool->origins) {
        weft__origin *origin = WEFT__CONTAINER_OF(link, weft__origin, link);
        weft__link *oldest = weft__list_last(&origin->idle);

        if (oldest) {
            weft__connection_close(WEFT__CONTAINER_OF(oldest, weft__connection, idle_link));
            return true;
        }
    }
    return false;
}

/* The most recently used idle connection that is still good. */
static weft__connection *take_idle(weft__origin *origin)
{
    weft__link *link;

    while ((link = weft__list_first(&origin->idle)) != NULL) {
        weft__connection *connection = WEFT__CONTAINER_OF(link, weft__connection, idle_link);

        if (weft__connection_is_usable(connection)) {
            weft__list_remove(&connection->idle_link);
            origin->idle_count--;
            origin->pool->idle--;
            return connection;
        }
        weft__connection_close(connection);
    }
    return NULL;
}

static bool has_place(const weft__pool *pool)
{
    return pool->open < pool->limits.connections && pool->open < pool->short_of;
}

/* Sockets are opened a few at a time: a thousand in one turn would hold up the loop for milliseconds. */
static bool is_out_of_breath(const weft__pool *pool)
{
    return pool->opened_this_turn >= OPENS_PER_TURN;
}

/* Whether the pool has a place for one more connection of this origin. Whoever starves goes first. */
static bool take_place(weft__origin *origin)
{
    weft__pool *pool = origin->pool;
    bool is_its_turn = pool->fed == origin || weft__list_is_empty(&pool->starving);

    if (is_its_turn && !is_out_of_breath(pool) && (has_place(pool) || evict_idle(pool))) {
        pool->fed = NULL;
        pool->opened_this_turn++;
        weft__loop_defer(pool->loop, &pool->breathe);
        return true;
    }
    if (!weft__link_is_linked(&origin->starving))
        weft__list_push_back(&pool->starving, &origin->starving);
    return false;
}

/* Gives the exchange a connection, idle or new, or fails it. False when the limits leave none: it has to wait. */
static bool start(weft__origin *origin, weft__exchange *exchange)
{
    weft__pool *pool = origin->pool;
    weft__origin_lane *lane = &origin->lanes[exchange->lane];
    weft__connection *connection;

    if (lane->leased >= pool->limits.per_origin[exchange->lane])
        return false;
    connection = exchange->fresh ? NULL : take_idle(origin);
    if (connection) {
        lane->leased++;
        weft__connection_lease(connection, exchange);
        return true;
    }
    if (!take_place(origin))
        return false;
    connection = weft__connection_open(origin, exchange);
    if (!connection) {
        static const weft__failure failure = {WEFT_E_NO_MEMORY, "out of memory for a connection"};

        exchange->state = WEFT__EXCHANGE_OFF;
        exchange->events->failed(exchange, &failure);
        return true;
    }
    lane->leased++;
    pool->open++;
    origin->open++;
    weft__list_push_back(&origin->connections, &connection->link);
    return true;
}

/* In the origin's queue, or in a list of the client's that is counted with it. */
static void enqueue(weft__origin *origin, weft__exchange *exchange, weft__list *list)
{
    origin->lanes[exchange->lane].queued++;
    origin->pool->queued++;
    exchange->state = WEFT__EXCHANGE_QUEUED;
    weft__list_push_back(list, &exchange->link);
}

static void dequeue(weft__origin *origin, weft__exchange *exchange)
{
    weft__list_remove(&exchange->link);
    origin->lanes[exchange->lane].queued--;
    origin->pool->queued--;
}

/* Connections that the lane may still open: who waits for one of those waits for a breath, not in the queue. */
static uint64_t room_for(const weft__origin *origin, uint8_t lane)
{
    const weft__pool *pool = origin->pool;
    uint64_t in_lane = pool->limits.per_origin[lane] - origin->lanes[lane].leased;
    uint64_t in_pool = pool->limits.connections > pool->open ? pool->limits.connections - pool->open : 0;

    return in_lane < in_pool ? in_lane : in_pool;
}

static bool is_full(const weft__origin *origin, uint8_t lane)
{
    return origin->lanes[lane].queued >= origin->pool->limits.queued + room_for(origin, lane);
}

bool weft__origin_submit(weft__origin *origin, weft__exchange *exchange)
{
    weft__origin_lane *lane = &origin->lanes[exchange->lane];

    /* Nobody overtakes: whoever waits goes first. */
    if (weft__list_is_empty(&lane->queue) && start(origin, exchange))
        return true;
    if (is_full(origin, exchange->lane))
        return false;
    enqueue(origin, exchange, &lane->queue);
    exchange->events->moved(exchange);
    return true;
}

bool weft__origin_hold(weft__origin *origin, weft__exchange *exchange, weft__list *held, bool was_let_in)
{
    if (!was_let_in && is_full(origin, exchange->lane))
        return false;
    enqueue(origin, exchange, held);
    return true;
}

void weft__origin_resume(weft__origin *origin, weft__exchange *exchange)
{
    weft__origin_lane *lane = &origin->lanes[exchange->lane];

    dequeue(origin, exchange);
    exchange->state = WEFT__EXCHANGE_OFF;
    if (!weft__list_is_empty(&lane->queue) || !start(origin, exchange))
        enqueue(origin, exchange, &lane->queue);
}

bool weft__origin_wait(weft__origin *origin, weft__exchange *exchange)
{
    weft__pool *pool = origin->pool;
    weft__origin_lane *lane = &origin->lanes[exchange->lane];

    if (pool->open == 0)
        return false;
    pool->short_of = pool->open;
    weft__loop_schedule(pool->loop, &pool->short_timer, weft__now_ms() + SHORTAGE_MS);
    lane->queued++;
    pool->queued++;
    exchange->state = WEFT__EXCHANGE_QUEUED;
    weft__list_push_front(&lane->queue, &exchange->link);
    exchange->events->moved(exchange);
    return true;
}

static bool pump_lane(weft__origin *origin, weft__origin_lane *lane)
{
    weft__exchange *exchange;
    weft__link *link = weft__list_first(&lane->queue);

    if (!link)
        return false;
    exchange = WEFT__CONTAINER_OF(link, weft__exchange, link);
    dequeue(origin, exchange);
    exchange->state = WEFT__EXCHANGE_OFF;
    if (exchange->events->postpone(exchange) || start(origin, exchange))
        return true;
    /* Back to the front: it keeps its place. */
    lane->queued++;
    origin->pool->queued++;
    exchange->state = WEFT__EXCHANGE_QUEUED;
    weft__list_push_front(&lane->queue, &exchange->link);
    return false;
}

/* The lanes take turns: where the pool's limit is short, a long queue in one must not hold up the other. */
static bool pump_once(weft__origin *origin)
{
    for (unsigned i = 1; i <= WEFT__LANES; i++) {
        unsigned lane = (origin->pumped_lane + i) % WEFT__LANES;

        if (pump_lane(origin, &origin->lanes[lane])) {
            origin->pumped_lane = lane;
            return true;
        }
    }
    return false;
}

static void pump(weft__origin *origin)
{
    while (pump_once(origin))
        ;
}

/* Places below the pool's limit are free: one each for those that starve, in turn. */
static void on_feed(weft__task *task)
{
    weft__pool *pool = WEFT__CONTAINER_OF(task, weft__pool, feed);
    weft__link *link;

    while (!is_out_of_breath(pool) && (has_place(pool) || pool->idle > 0) &&
           (link = weft__list_pop_front(&pool->starving)) != NULL) {
        pool->fed = WEFT__CONTAINER_OF(link, weft__origin, starving);
        pump(pool->fed);
        pool->fed = NULL;
    }
}

static void on_breathe(weft__task *task)
{
    weft__pool *pool = WEFT__CONTAINER_OF(task, weft__pool, breathe);

    pool->opened_this_turn = 0;
    on_feed(&pool->feed);
}

static void on_short_timer(weft__timer *timer)
{
    weft__pool *pool = WEFT__CONTAINER_OF(timer, weft__pool, short_timer);

    pool->short_of = UINT32_MAX;
    weft__loop_defer(pool->loop, &pool->feed);
}

static void feed_starving(weft__pool *pool)
{
    if (!weft__list_is_empty(&pool->starving))
        weft__loop_defer(pool->loop, &pool->feed);
}

/* Whether an origin gives up the connection that it could use again, for another that starves and has less: else
 * those who came first would keep their places as long as they have something to ask. */
static bool must_hand_over(const weft__origin *origin)
{
    WEFT__LIST_EACH(link, &origin->pool->starving) {
        const weft__origin *hungry = WEFT__CONTAINER_OF(link, weft__origin, starving);

        if (hungry != origin)
            return hungry->open == 0 || hungry->open + 1 < origin->open;
    }
    return false;
}

void weft__origin_release(weft__origin *origin, weft__connection *connection, weft__lane lane)
{
    weft__pool *pool = origin->pool;

    origin->lanes[lane].leased--;
    if (connection->state == WEFT__CONNECTION_IDLE) {
        bool is_one_too_many =
            origin->idle_count >= pool->limits.idle && weft__list_is_empty(&origin->lanes[lane].queue);

        if (is_one_too_many || must_hand_over(origin)) {
            weft__connection_close(connection);
            weft__list_remove(&origin->starving); /* it queues up again, behind whoever gets the place */
            return;
        }
        weft__list_push_front(&origin->idle, &connection->idle_link);
        origin->idle_count++;
        pool->idle++;
        /* Those that only the pool's own limit ends come to it one after the other. */
        if (!weft__timer_is_set(&origin->idle_timer) || connection->idle_limit_ms < pool->limits.keep_alive_ms)
            time_idle(origin, connection);
        return;
    }
    /* Closed, maybe from within a caller's function: what waits is served from the loop. */
    weft__loop_defer(pool->loop, &origin->pump);
}

void weft__origin_serve(weft__origin *origin)
{
    pump(origin);
    feed_starving(origin->pool);
}

void weft__origin_forget(weft__origin *origin, weft__connection *connection, bool was_idle)
{
    /* Else the link shares its place with something else. */
    if (was_idle && weft__link_is_linked(&connection->idle_link)) {
        weft__list_remove(&connection->idle_link);
        origin->idle_count--;
        origin->pool->idle--;
    }
    weft__list_remove(&connection->link);
    origin->open--;
    origin->pool->open--;
    feed_starving(origin->pool);
}

void weft__exchange_cancel(weft__exchange *exchange)
{
    weft__origin *origin = exchange->origin;
    weft__connection *connection = exchange->connection;
    weft__exchange_state state = exchange->state;

    exchange->state = WEFT__EXCHANGE_OFF;
    exchange->connection = NULL;
    if (state == WEFT__EXCHANGE_QUEUED) {
        dequeue(origin, exchange);
        if (weft__list_is_empty(&origin->lanes[WEFT__LANE_CALLS].queue) &&
            weft__list_is_empty(&origin->lanes[WEFT__LANE_STREAMS].queue))
            weft__list_remove(&origin->starving);
    } else if (connection) {
        weft__connection_close(connection);
    }
}
