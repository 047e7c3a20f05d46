#include "http/pool.h"

#include <string.h>

#include "base/assert.h"

enum {
    OPENS_PER_TURN = 12, /* that are begun; how many of them are dialled in it is a matter of time */
    SHORTAGE_MS = 1000,
    STARTS_PER_LOOK = 8,  /* exchanges, between two looks at the clock */
    DEAD_PER_START = 16,  /* idle connections that turn out to be of no use, before a new one is opened instead */
    YOUNG_PER_TIMER = 32, /* idle connections that are looked at though their time is not over */
};

static void pump(weft__origin *origin);
static void on_admit(weft__task *task);
static void on_next_turn(weft__task *task);
static void on_short_timer(weft__timer *timer);
static void on_unused_timer(weft__timer *timer);
static void on_clear(weft__task *task);

/* What can be said of the counters without counting: see the header. */
static bool is_sound(const weft__origin *origin)
{
    const weft__pool *pool = origin->pool;
    const weft__origin_lane *calls = &origin->lanes[WEFT__LANE_CALLS], *streams = &origin->lanes[WEFT__LANE_STREAMS];

    return origin->open == calls->leased + streams->leased + origin->idle_count &&
           (origin->open == 0) == weft__list_is_empty(&origin->connections) &&
           (origin->idle_count == 0) == weft__list_is_empty(&origin->idle) &&
           (calls->queued > 0 || weft__list_is_empty(&calls->queue)) &&
           (streams->queued > 0 || weft__list_is_empty(&streams->queue)) && pool->open >= origin->open &&
           pool->idle >= origin->idle_count && pool->open >= pool->idle &&
           pool->queued >= calls->queued + streams->queued;
}

static void on_pump(weft__task *task)
{
    pump(WEFT__CONTAINER_OF(task, weft__origin, pump));
}

void weft__pool_init(weft__pool *pool, weft__loop *loop, weft__resolver *resolver, const weft__pool_limits *limits,
                     const weft__hash_key *key)
{
    memset(pool, 0, sizeof(*pool));
    pool->loop = loop;
    pool->resolver = resolver;
    pool->limits = *limits;
    pool->key = *key;
    weft__table_init(&pool->names, &loop->heap);
    weft__list_init(&pool->origins);
    weft__list_init(&pool->leaving);
    pool->clear.run = on_clear;
    weft__list_init(&pool->idlers);
    weft__list_init(&pool->waiting);
    weft__list_init(&pool->unused);
    weft__timer_init(&pool->unused_timer, on_unused_timer);
    pool->admit.run = on_admit;
    pool->next_turn.run = on_next_turn;
    pool->short_of = UINT32_MAX;
    weft__timer_init(&pool->short_timer, on_short_timer);
}

/* Somebody refers to it again, or it goes. */
static void use(weft__origin *origin)
{
    if (!weft__link_is_linked(&origin->unused))
        return;
    weft__list_remove(&origin->unused);
    origin->pool->unused_count--;
}

void weft__origin_free(weft__origin *origin)
{
    weft__loop *loop = origin->pool->loop;

    WEFT__ASSERT(origin->open == 0 && weft__list_is_empty(&origin->connections));
    WEFT__ASSERT(weft__list_is_empty(&origin->lanes[WEFT__LANE_CALLS].queue) &&
                 weft__list_is_empty(&origin->lanes[WEFT__LANE_STREAMS].queue));
    use(origin);
    weft__loop_cancel(loop, &origin->idle_timer);
    weft__loop_undefer(&origin->pump);
    weft__list_remove(&origin->link);
    weft__list_remove(&origin->waiting);
    weft__peers_free(&loop->heap, &origin->peers);
    weft__tls_peer_unref(origin->route.tls);
    weft__proxy_unref(origin->route.proxy);
    weft__free(&loop->heap, origin->name);
    weft__free(&loop->heap, origin->host);
    weft__free(&loop->heap, origin);
}

/* One step of what leaving takes: a connection is closed, or an origin that has none is gone. */
static void clear_once(weft__origin *origin)
{
    weft__link *link = weft__list_first(&origin->connections);

    if (link)
        weft__connection_close(WEFT__CONTAINER_OF(link, weft__connection, link));
    else
        weft__origin_free(origin);
}

/* A server may have thousands of connections, and an engine thousands of servers. The loop turns until all are gone:
 * nothing else need turn it, and what they hold may be secret. */
static void clear(weft__pool *pool)
{
    weft__link *link;

    while ((link = weft__list_first(&pool->leaving)) != NULL && weft__loop_has_time(pool->loop))
        clear_once(WEFT__CONTAINER_OF(link, weft__origin, link));
    if (link)
        weft__loop_defer(pool->loop, &pool->clear);
    if (link && !pool->clearing)
        weft__loop_hold(pool->loop);
    else if (!link && pool->clearing)
        weft__loop_release(pool->loop);
    pool->clearing = link != NULL;
}

static void on_clear(weft__task *task)
{
    clear(WEFT__CONTAINER_OF(task, weft__pool, clear));
}

static void close_origin(weft__origin *origin)
{
    weft__pool *pool = origin->pool;

    use(origin);
    weft__table_remove(&pool->names, &origin->entry);
    weft__list_push_back(&pool->leaving, &origin->link);
    clear(pool);
}

bool weft__pool_close(weft__pool *pool)
{
    weft__link *link;

    weft__loop_undefer(&pool->admit);
    weft__loop_undefer(&pool->next_turn);
    weft__loop_cancel(pool->loop, &pool->short_timer);
    weft__loop_cancel(pool->loop, &pool->unused_timer);
    while ((link = weft__list_first(&pool->origins)) != NULL && weft__loop_has_time(pool->loop))
        close_origin(WEFT__CONTAINER_OF(link, weft__origin, link));
    if (link || !weft__list_is_empty(&pool->leaving))
        return false;
    WEFT__ASSERT(pool->open == 0 && pool->idle == 0 && pool->queued == 0 && pool->unused_count == 0);
    weft__loop_undefer(&pool->clear);
    weft__table_deinit(&pool->names);
    return true;
}

/* Has the timer fire when this connection's time is over, unless it fires before. */
static void time_idle(weft__origin *origin, const weft__connection *connection)
{
    uint64_t until = weft__now_ms() + weft__connection_idle_left_ms(connection);

    if (!weft__timer_is_set(&origin->idle_timer) || until < origin->idle_timer.deadline_ms)
        weft__loop_schedule(origin->pool->loop, &origin->idle_timer, until);
}

/* Closes the idle connections that have been so for too long, as many as there is time for, and sets the timer for the
 * next. The longest idle are looked at first: behind some whose time is not over there may be others, by what the
 * server has said, whose is; the server will close those. */
static void on_idle_timer(weft__timer *timer)
{
    weft__origin *origin = WEFT__CONTAINER_OF(timer, weft__origin, idle_timer);
    weft__loop *loop = origin->pool->loop;
    weft__link *link = origin->idle.head.prev, *before;
    unsigned young = 0;

    for (; link != &origin->idle.head && young < YOUNG_PER_TIMER; link = before) {
        weft__connection *connection = WEFT__CONTAINER_OF(link, weft__connection, idle_link);

        before = link->prev;
        if (weft__connection_idle_left_ms(connection) > 0) {
            time_idle(origin, connection);
            young++;
        } else if (weft__loop_has_time(loop)) {
            weft__connection_close(connection);
        } else {
            weft__loop_schedule(loop, timer, weft__now_ms());
            return;
        }
    }
}

void weft__origin_init(weft__origin *origin, weft__pool *pool)
{
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
}

weft__origin *weft__origin_ref(weft__origin *origin)
{
    use(origin);
    origin->refs++;
    return origin;
}

static weft__origin *first_unused(const weft__pool *pool)
{
    weft__link *link = weft__list_first(&pool->unused);

    return link ? WEFT__CONTAINER_OF(link, weft__origin, unused) : NULL;
}

/* By then its connections have been idle for as long as they may be. */
static void on_unused_timer(weft__timer *timer)
{
    weft__pool *pool = WEFT__CONTAINER_OF(timer, weft__pool, unused_timer);
    weft__origin *origin;

    while ((origin = first_unused(pool)) != NULL) {
        uint64_t until = origin->unused_since_ms + pool->limits.keep_alive_ms;

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

    WEFT__ASSERT(origin->refs > 0 && !weft__link_is_linked(&origin->unused));
    if (--origin->refs > 0)
        return;
    origin->unused_since_ms = weft__now_ms();
    weft__list_push_back(&pool->unused, &origin->unused);
    if (++pool->unused_count > WEFT__ORIGINS_KEPT)
        close_origin(first_unused(pool));
    if (!weft__timer_is_set(&pool->unused_timer))
        weft__loop_schedule(pool->loop, &pool->unused_timer, weft__now_ms() + pool->limits.keep_alive_ms);
}

void weft__origin_drop(weft__origin *origin)
{
    WEFT__ASSERT(origin->refs > 0);
    if (--origin->refs == 0)
        close_origin(origin);
}

void weft__pool_forget(weft__pool *pool, const weft__tls_config *tls)
{
    WEFT__LIST_EACH(link, &pool->unused) {
        weft__origin *origin = WEFT__CONTAINER_OF(link, weft__origin, unused);

        if (!tls || origin->tls == tls)
            close_origin(origin);
    }
}

/* Makes room below the pool's limit by closing the connection that has been idle for the longest, whosever it is. */
static bool evict_idle(weft__pool *pool)
{
    weft__link *longest = weft__list_first(&pool->idlers);

    if (longest)
        weft__connection_close(WEFT__CONTAINER_OF(longest, weft__connection, task.link));
    return longest != NULL;
}

static void leave_idle(weft__origin *origin, weft__connection *connection)
{
    WEFT__ASSERT(weft__link_is_linked(&connection->idle_link) && origin->idle_count > 0 && origin->pool->idle > 0);
    weft__list_remove(&connection->idle_link);
    weft__list_remove(&connection->task.link);
    origin->idle_count--;
    origin->pool->idle--;
}

/* The most recently used idle connection that is still good. Where the first few are not, the server has gone away, and
 * the others are as good as those. */
static weft__connection *take_idle(weft__origin *origin)
{
    weft__link *link;

    for (int dead = 0; dead < DEAD_PER_START && (link = weft__list_first(&origin->idle)) != NULL; dead++) {
        weft__connection *connection = WEFT__CONTAINER_OF(link, weft__connection, idle_link);

        if (weft__connection_is_usable(connection)) {
            leave_idle(origin, connection);
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
static bool has_opened_enough(const weft__pool *pool)
{
    return pool->opened_this_turn >= OPENS_PER_TURN;
}

/* Whether the pool has a place for one more connection of this origin. Whoever waits goes first. */
static bool take_place(weft__origin *origin)
{
    weft__pool *pool = origin->pool;
    bool is_its_turn = pool->admitted == origin || weft__list_is_empty(&pool->waiting);

    if (is_its_turn && !has_opened_enough(pool) && (has_place(pool) || evict_idle(pool))) {
        pool->admitted = NULL;
        pool->opened_this_turn++;
        weft__loop_defer(pool->loop, &pool->next_turn);
        return true;
    }
    if (!weft__link_is_linked(&origin->waiting))
        weft__list_push_back(&pool->waiting, &origin->waiting);
    return false;
}

/* In the origin's queue, or in a list of the client's that is counted with it; at the back, and where it is in one
 * already it changes over. */
static void enqueue(weft__origin *origin, weft__exchange *exchange, weft__list *list)
{
    if (exchange->state != WEFT__EXCHANGE_QUEUED) {
        weft__exchange_enter(exchange, WEFT__EXCHANGE_QUEUED);
        origin->lanes[exchange->lane].queued++;
        origin->pool->queued++;
    }
    weft__list_push_back(list, &exchange->link);
}

static void dequeue(weft__origin *origin, weft__exchange *exchange)
{
    WEFT__ASSERT(origin == exchange->origin && origin->lanes[exchange->lane].queued > 0 && origin->pool->queued > 0);
    weft__exchange_enter(exchange, WEFT__EXCHANGE_OFF);
    origin->lanes[exchange->lane].queued--;
    origin->pool->queued--;
    weft__list_remove(&exchange->link);
}

/* Opens a connection for it, or fails it. */
static void open_for(weft__origin *origin, weft__exchange *exchange)
{
    static const weft__failure failure = {WEFT_E_NO_MEMORY, "out of memory for a connection"};
    weft__connection *connection = weft__connection_open(origin, exchange);

    if (!connection) {
        weft__exchange_fail(exchange, &failure);
        return;
    }
    origin->lanes[exchange->lane].leased++;
    origin->pool->open++;
    origin->open++;
    weft__list_push_back(&origin->connections, &connection->link);
    WEFT__ASSERT(is_sound(origin));
    weft__exchange_move(exchange, WEFT__EXCHANGE_CONNECTING);
}

/* Gives the exchange a connection, idle or new, or fails it. False when the limits leave none: it waits, or goes on
 * waiting in its place. */
static bool start(weft__origin *origin, weft__exchange *exchange)
{
    weft__origin_lane *lane = &origin->lanes[exchange->lane];
    weft__connection *connection;

    if (lane->leased >= origin->pool->limits.per_origin[exchange->lane])
        return false;
    connection = exchange->fresh ? NULL : take_idle(origin);
    if (!connection && !take_place(origin))
        return false;
    if (exchange->state == WEFT__EXCHANGE_QUEUED)
        dequeue(origin, exchange);
    if (!connection) {
        open_for(origin, exchange);
        return true;
    }
    lane->leased++;
    WEFT__ASSERT(is_sound(origin));
    weft__connection_lease(connection, exchange);
    return true;
}

/* Connections that the lane may still open: who waits for one of those waits for the next turn, not in the queue. */
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

    WEFT__ASSERT(exchange->state == WEFT__EXCHANGE_OFF && exchange->origin == origin && exchange->events);
    /* Nobody overtakes: whoever waits goes first. */
    if (weft__list_is_empty(&lane->queue) && start(origin, exchange))
        return true;
    if (is_full(origin, exchange->lane))
        return false;
    enqueue(origin, exchange, &lane->queue);
    exchange->events->moved(exchange);
    return true;
}

void weft__parking_init(weft__parking *parking)
{
    for (int lane = 0; lane < WEFT__LANES; lane++) {
        weft__list_init(&parking->connecting[lane]);
        weft__list_init(&parking->queued[lane]);
    }
}

bool weft__origin_park(weft__origin *origin, weft__exchange *exchange, weft__parking *parking, bool was_let_in)
{
    weft__list *queue = &origin->lanes[exchange->lane].queue;
    weft__list *place = &parking->queued[exchange->lane];

    if (!was_let_in && is_full(origin, exchange->lane))
        return false;
    if (exchange->state == WEFT__EXCHANGE_CONNECTING)
        place = &parking->connecting[exchange->lane];
    else if (exchange->state == WEFT__EXCHANGE_OFF && !weft__list_is_empty(queue))
        place = queue;
    enqueue(origin, exchange, place);
    return true;
}

void weft__origin_unpark(weft__origin *origin, weft__parking *parking)
{
    for (int lane = 0; lane < WEFT__LANES; lane++) {
        weft__list *queue = &origin->lanes[lane].queue, *parked = &parking->connecting[lane];

        weft__list_take(parked, &parking->queued[lane]);
        weft__list_take(parked, queue);
        weft__list_take(queue, parked);
    }
    weft__loop_defer(origin->pool->loop, &origin->pump);
}

bool weft__origin_wait(weft__origin *origin, weft__exchange *exchange)
{
    weft__pool *pool = origin->pool;
    weft__origin_lane *lane = &origin->lanes[exchange->lane];

    if (pool->open == 0)
        return false;
    pool->short_of = pool->open;
    weft__loop_schedule(pool->loop, &pool->short_timer, weft__now_ms() + SHORTAGE_MS);
    enqueue(origin, exchange, &lane->queue);
    weft__list_push_front(&lane->queue, &exchange->link); /* it was its turn */
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
    return exchange->events->turn(exchange) || start(origin, exchange);
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

/* A limit that was raised, or many connections that became free at once, would let thousands start in one turn. */
static void pump(weft__origin *origin)
{
    for (unsigned started = 1; pump_once(origin); started++) {
        if (started % STARTS_PER_LOOK == 0 && !weft__loop_has_time(origin->pool->loop)) {
            weft__loop_defer(origin->pool->loop, &origin->pump);
            return;
        }
    }
}

static void admit_waiting(weft__pool *pool)
{
    if (!weft__list_is_empty(&pool->waiting))
        weft__loop_defer(pool->loop, &pool->admit);
}

/* Places below the pool's limit are free: one each for those that wait, in turn. */
static void on_admit(weft__task *task)
{
    weft__pool *pool = WEFT__CONTAINER_OF(task, weft__pool, admit);
    weft__link *link;
    bool has_time = true;

    while (has_time && !has_opened_enough(pool) && (has_place(pool) || pool->idle > 0) &&
           (link = weft__list_pop_front(&pool->waiting)) != NULL) {
        pool->admitted = WEFT__CONTAINER_OF(link, weft__origin, waiting);
        pump(pool->admitted);
        pool->admitted = NULL;
        has_time = weft__loop_has_time(pool->loop);
    }
    if (!has_time)
        admit_waiting(pool);
}

static void on_next_turn(weft__task *task)
{
    weft__pool *pool = WEFT__CONTAINER_OF(task, weft__pool, next_turn);

    pool->opened_this_turn = 0;
    on_admit(&pool->admit);
}

static void on_short_timer(weft__timer *timer)
{
    weft__pool *pool = WEFT__CONTAINER_OF(timer, weft__pool, short_timer);

    pool->short_of = UINT32_MAX;
    weft__loop_defer(pool->loop, &pool->admit);
}

/* Whether an origin gives up the connection that it could use again, for another that waits and has less: else
 * those who came first would keep their places as long as they have something to ask. Who waits though there is a place
 * waits for a turn in which it may be taken, and needs nobody else's. */
static bool must_hand_over(const weft__origin *origin)
{
    if (has_place(origin->pool))
        return false;
    WEFT__LIST_EACH(link, &origin->pool->waiting) {
        const weft__origin *other = WEFT__CONTAINER_OF(link, weft__origin, waiting);

        if (other != origin)
            return other->open == 0 || other->open + 1 < origin->open;
    }
    return false;
}

/* Else it is closed: there are idle ones enough, or another origin needs its place more. */
static bool is_kept(const weft__origin *origin, const weft__connection *connection)
{
    bool is_one_too_many =
        origin->idle_count >= origin->pool->limits.idle && weft__list_is_empty(&origin->lanes[connection->lane].queue);

    return !is_one_too_many && !must_hand_over(origin);
}

void weft__origin_release(weft__origin *origin, weft__connection *connection)
{
    weft__pool *pool = origin->pool;

    WEFT__ASSERT(!connection->exchange && origin->lanes[connection->lane].leased > 0);
    if (!is_kept(origin, connection)) {
        weft__connection_close(connection);
        weft__list_remove(&origin->waiting); /* it queues up again, behind whoever gets the place */
        return;
    }
    weft__connection_enter(connection, WEFT__CONNECTION_IDLE);
    origin->lanes[connection->lane].leased--;
    weft__list_push_front(&origin->idle, &connection->idle_link);
    weft__list_push_back(&pool->idlers, &connection->task.link);
    origin->idle_count++;
    pool->idle++;
    WEFT__ASSERT(is_sound(origin));
    /* Those that only the pool's own limit ends come to it one after the other. */
    if (!weft__timer_is_set(&origin->idle_timer) || connection->idle_limit_ms < pool->limits.keep_alive_ms)
        time_idle(origin, connection);
}

void weft__origin_serve(weft__origin *origin)
{
    pump(origin);
    admit_waiting(origin->pool);
}

void weft__origin_forget(weft__origin *origin, weft__connection *connection, bool was_idle)
{
    WEFT__ASSERT(connection->state == WEFT__CONNECTION_CLOSED && weft__link_is_linked(&connection->link));
    if (was_idle) {
        leave_idle(origin, connection);
    } else {
        WEFT__ASSERT(origin->lanes[connection->lane].leased > 0);
        origin->lanes[connection->lane].leased--;
        /* Maybe from within a caller's function: what waits is served from the loop. */
        weft__loop_defer(origin->pool->loop, &origin->pump);
    }
    weft__list_remove(&connection->link);
    origin->open--;
    origin->pool->open--;
    WEFT__ASSERT(is_sound(origin));
    admit_waiting(origin->pool);
}

void weft__exchange_cancel(weft__exchange *exchange)
{
    weft__origin *origin = exchange->origin;
    weft__connection *connection = exchange->connection;

    exchange->connection = NULL;
    if (exchange->state == WEFT__EXCHANGE_QUEUED) {
        dequeue(origin, exchange);
        if (weft__list_is_empty(&origin->lanes[WEFT__LANE_CALLS].queue) &&
            weft__list_is_empty(&origin->lanes[WEFT__LANE_STREAMS].queue))
            weft__list_remove(&origin->waiting);
    } else if (exchange->state != WEFT__EXCHANGE_OFF) {
        weft__exchange_enter(exchange, WEFT__EXCHANGE_OFF);
        weft__connection_close(connection);
    }
}
