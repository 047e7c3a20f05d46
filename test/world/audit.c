#include "call/call.h"
#include "client/client.h"
#include "engine/engine.h"
#include "user.h"

static unsigned length(const weft__list *list)
{
    unsigned count = 0;

    WEFT__LIST_EACH(link, list)
        count++;
    return count;
}

/* The deadline of the stage that a call is in; 0 = none. */
static uint32_t stage_limit(const weft_call *call, bool paused)
{
    switch (call->exchange.state) {
    case WEFT__EXCHANGE_QUEUED:
        return call->timeouts.queue_ms;
    case WEFT__EXCHANGE_CONNECTING:
        return call->timeouts.connect_ms;
    case WEFT__EXCHANGE_WAITING:
        return call->timeouts.first_byte_ms;
    case WEFT__EXCHANGE_SENDING:
        return call->timeouts.idle_ms;
    case WEFT__EXCHANGE_RECEIVING:
        return paused ? 0 : call->timeouts.idle_ms;
    default:
        return 0;
    }
}

static void audit_stage(const user_call *call, uint64_t turn)
{
    const weft_call *inside = call->call;
    const weft__connection *connection = inside->exchange.connection;
    bool paused = call->paused || (connection && connection->state == WEFT__CONNECTION_PAUSED);
    uint32_t limit = inside->state == WEFT__CALL_TRYING ? stage_limit(inside, paused) : 0;
    uint64_t since = inside->exchange.progress_ms;

    INVARIANT(STAGE, !limit || world.now <= (since + limit) * MILLISECOND + 4 * turn + 12 * MILLISECOND,
              "%d has been in state %d for %.3f s, %u ms are allowed", call->number, inside->exchange.state,
              (double)(world.now - since * MILLISECOND) / 1e9, limit);
}

static void audit_stages(void)
{
    uint64_t turn = world.now - world.turn_began;

    turn = turn > world.longest_turn ? turn : world.longest_turn;
    for (unsigned i = 1; i <= user.call_count; i++)
        if (user.calls[i].live && user.calls[i].kind != USER_WAIT)
            audit_stage(&user.calls[i], turn);
}

/* One that was tried before, or whose files were looked for first, may stand elsewhere, and so may a part of a wait. */
static bool has_order(const weft_call *call)
{
    if (world_has(FAULT_REFUSAL) || call->retries || call->is_part || call->begun)
        return false;
    return ((const user_call *)call->arg)->kind != USER_UPLOAD;
}

static void audit_order(const weft__list *exchanges, const char *name)
{
    const weft_call *before[WEFT__LANES] = {NULL};

    WEFT__LIST_EACH(link, exchanges) {
        const weft_call *call = WEFT__CONTAINER_OF(link, weft_call, exchange.link);
        const weft_call *last = before[call->exchange.lane];

        if (!has_order(call))
            continue;
        INVARIANT(ORDER, !last || last->client != call->client || last->started_ns <= call->started_ns,
                  "%s: %d stands behind %d", name, ((const user_call *)call->arg)->number,
                  ((const user_call *)last->arg)->number);
        before[call->exchange.lane] = call;
    }
}

static void audit_lane(const weft__origin *origin, unsigned lane, unsigned leased)
{
    const weft__pool *pool = origin->pool;
    const weft__list *queue = &origin->lanes[lane].queue;
    bool has_place =
        leased < pool->limits.per_origin[lane] && pool->open < pool->limits.connections && pool->open < pool->short_of;

    INVARIANT(COUNTERS, leased == origin->lanes[lane].leased, "%s: %u leased, counted %u", origin->name, leased,
              origin->lanes[lane].leased);
    INVARIANT(COUNTERS, leased <= pool->limits.per_origin[lane], "%s: %u leased, %u are allowed", origin->name, leased,
              pool->limits.per_origin[lane]);
    INVARIANT(WAKE, !has_place || weft__list_is_empty(queue) || !weft__loop_is_done(pool->loop) || user.closing,
              "%s: %u wait in lane %u; %u leased, %u open", origin->name, length(queue), lane, leased, pool->open);
    audit_order(queue, origin->name);
}

static void audit_origin(const weft__origin *origin)
{
    unsigned leased[WEFT__LANES] = {0};

    INVARIANT(COUNTERS, length(&origin->idle) == origin->idle_count, "%s: %u idle, counted %u", origin->name,
              length(&origin->idle), origin->idle_count);
    INVARIANT(COUNTERS, length(&origin->connections) == origin->open, "%s: %u open, counted %u", origin->name,
              length(&origin->connections), origin->open);
    WEFT__LIST_EACH(link, &origin->connections) {
        const weft__connection *connection = WEFT__CONTAINER_OF(link, weft__connection, link);

        if (connection->state == WEFT__CONNECTION_IDLE)
            continue;
        leased[connection->lane]++;
        INVARIANT(COUNTERS, connection->exchange && connection->exchange->connection == connection,
                  "%s: a leased connection serves nobody", origin->name);
    }
    for (unsigned lane = 0; lane < WEFT__LANES; lane++)
        audit_lane(origin, lane, leased[lane]);
}

typedef struct pool_sums {
    unsigned open, idle, queued;
} pool_sums;

static void audit_origins(const weft__list *origins, pool_sums *sums)
{
    WEFT__LIST_EACH(link, origins) {
        const weft__origin *origin = WEFT__CONTAINER_OF(link, weft__origin, link);

        audit_origin(origin);
        sums->open += origin->open;
        sums->idle += origin->idle_count;
        for (unsigned lane = 0; lane < WEFT__LANES; lane++)
            sums->queued += origin->lanes[lane].queued;
    }
}

static void audit_pool(const weft__pool *pool)
{
    pool_sums sums = {0};

    audit_origins(&pool->origins, &sums);
    audit_origins(&pool->leaving, &sums);
    INVARIANT(COUNTERS, sums.open == pool->open && sums.idle == pool->idle && sums.queued == pool->queued,
              "the pool counts %u open, %u idle, %u queued; there are %u, %u, %u", pool->open, pool->idle, pool->queued,
              sums.open, sums.idle, sums.queued);
    INVARIANT(COUNTERS, pool->open <= pool->limits.connections, "%u connections, %u are allowed", pool->open,
              pool->limits.connections);
    INVARIANT(WAKE, pool->short_of == UINT32_MAX || world_has(FAULT_DESCRIPTORS),
              "the pool believes that descriptors are short, and they never were");
}

void user_audit(void)
{
    weft_engine_stats stats;

    if (user_is_closed() || world.violated)
        return;
    weft_engine_get_stats(user.engine, &stats);
    INVARIANT(COUNTERS, stats.calls_in_flight == user.live, "%u calls in flight by weft's count, %u by the user's",
              stats.calls_in_flight, user.live);
    audit_pool(&user.engine->pool);
    if (world.turns % 8 == 0)
        audit_stages();
}
