/* The one owner of retries: whether an attempt that failed is made again, and when. */
#include "call/retry.h"

#include "call/deadline.h"
#include "call/ending.h"

enum {
    TOKENS_PER_RETRY = 10,
    TOKENS_PER_CALL = 1,    /* in the long run, one retry for ten calls */
    MOST_TOKENS = 10 * 100, /* and a hundred at once */
};

void weft__retry_deposit(weft__origin *origin)
{
    if (origin->retry_debt > 0)
        origin->retry_debt -= TOKENS_PER_CALL;
}

/* Retries that nobody asked for may not become a storm of their own; those that the server has timed are free. "At
 * once" is no time: all would come back together. */
static bool withdraw(weft__origin *origin)
{
    if (origin->retry_debt > MOST_TOKENS - TOKENS_PER_RETRY)
        return false;
    origin->retry_debt += TOKENS_PER_RETRY;
    return true;
}

static bool is_repeatable(const weft_call *call)
{
    return (call->operation->flags & WEFT__OP_REPEATABLE) != 0;
}

bool weft__retry_usual(const weft__retry_case *failed)
{
    weft_code code = failed->error->code;

    if (code == WEFT_E_CONNECT || code == WEFT_E_CONNECTION_LOST || weft__timeout_may_pass(code))
        return weft__retry_is_harmless(failed);
    switch (failed->status) {
    case 408:
    case 429:
    case 502:
    case 503:
    case 504:
        return weft__retry_is_harmless(failed);
    default:
        return false;
    }
}

/* A random part of a ceiling that doubles with each attempt. */
static uint32_t usual_delay(weft_call *call, uint32_t retry)
{
    const weft_retry_options *options = &call->client->retries;
    uint64_t ceiling = options->first_backoff_ms;

    while (retry-- > 0 && ceiling < options->max_backoff_ms)
        ceiling *= 2;
    if (ceiling > options->max_backoff_ms)
        ceiling = options->max_backoff_ms;
    return (uint32_t)weft__random_below(&call->engine->random, ceiling + 1);
}

/* A connection that had died while it was idle says nothing of the server: no need to wait. */
static bool was_stale(const weft__retry_case *failed)
{
    return failed->error->code == WEFT_E_CONNECTION_LOST && failed->call->attempt.reused &&
           failed->call->attempt.status == 0 && failed->call->retries == 0;
}

static uint32_t delay_of(const weft__retry_case *failed)
{
    weft_call *call = failed->call;
    const weft__service *service = weft__client_service(call->client);

    if (failed->error->retry_after_ms > 0)
        return (uint32_t)failed->error->retry_after_ms;
    if (was_stale(failed))
        return 0;
    if (service->retry_delay)
        return service->retry_delay(&call->engine->random, &call->client->retries, call->retries);
    return usual_delay(call, call->retries);
}

static bool may_pass(const weft__retry_case *failed)
{
    const weft__service *service = weft__client_service(failed->call->client);

    return service->may_retry ? service->may_retry(failed) : weft__retry_usual(failed);
}

static bool is_wanted(const weft__retry_case *failed)
{
    weft_call *call = failed->call;
    weft__retry_case harmless = *failed;

    if (call->retries >= call->max_retries || weft__call_is_doomed(call) ||
        failed->error->code == WEFT_E_TIMEOUT_TOTAL || call->attempt.permanent)
        return false;
    if (may_pass(failed))
        return true;
    harmless.repeatable = true;
    call->withheld = !failed->repeatable && failed->error->outcome == WEFT_OUTCOME_UNKNOWN && may_pass(&harmless);
    return false;
}

bool weft__call_retry(weft_call *call, const weft_error *error)
{
    weft__retry_case failed = {
        .call = call,
        .error = error,
        .status = call->attempt.status,
        .repeatable = is_repeatable(call),
    };
    weft_client *client = call->client;
    uint64_t now = weft__now_ms();
    uint32_t delay;
    bool asked = error->retry_after_ms > 0;

    if (asked && (error->code == WEFT_E_RATE_LIMITED || error->code == WEFT_E_UNAVAILABLE) &&
        error->retry_after_ms <= client->retries.max_retry_after_ms)
        weft__cooldown_begin(&client->cooldowns, call->exchange.origin, now + (uint64_t)error->retry_after_ms + 1);
    if (!is_wanted(&failed) || (asked && error->retry_after_ms > client->retries.max_retry_after_ms))
        return false;
    delay = delay_of(&failed);
    if (call->timeouts.total_ms && now + delay >= call->started_ns / 1000000 + call->timeouts.total_ms)
        return false;
    if (!asked && !withdraw(call->exchange.origin)) {
        weft__log(&call->engine->loop, WEFT_LOG_LEVEL_INFO, "no retry, the budget of %s is used up: %s",
                  call->exchange.origin->name, error->message);
        call->unaffordable = true;
        return false;
    }
    call->retries++;
    call->begun = false;
    call->in_doubt = call->in_doubt || error->outcome != WEFT_OUTCOME_NOT_ACTED_ON;
    weft__log(&call->engine->loop, WEFT_LOG_LEVEL_INFO, "retry %u in %u ms: %s", call->retries, delay, error->message);
    if (client->on_retry) {
        client->on_retry(call, error, delay, client->hook_arg);
        if (weft__call_end_if_doomed(call))
            return true;
    }
    weft__call_forget_answer(call);
    call->retry_at_ms = now + delay + 1;
    weft__call_enter(call, WEFT__CALL_WAITING);
    weft__call_watch(call);
    return true;
}
