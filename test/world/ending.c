#include <stdio.h>
#include <string.h>

#include "ledger.h"
#include "user.h"

static uint64_t longest_turn(void)
{
    uint64_t turn = world.now - world.turn_began;

    return turn > world.longest_turn ? turn : world.longest_turn;
}

static bool acts(const user_call *call)
{
    switch (call->kind) {
    case USER_RUN:
    case USER_ASYNC_RUN:
    case USER_STREAM:
    case USER_POST:
    case USER_UPLOAD:
        return true;
    default:
        return false;
    }
}

/* Looks and waits for them change nothing; cancelling a job does, though twice is no harm. */
static bool asks_only(const user_call *call)
{
    return !acts(call) && call->kind != USER_CANCEL_JOB;
}

static void check_deadline(const user_call *call, const weft_error *error)
{
    uint64_t took = world.now - call->began, allowed = call->total_ms * MILLISECOND;
    /* The end waits for the threads that have a file in hand, two seconds for each of two pieces at most. */
    uint64_t files = call->kind == USER_UPLOAD || call->kind == USER_SAVE ? 6 * SECOND : 0;
    bool fired = error && error->code == WEFT_E_TIMEOUT_TOTAL && call->kind != USER_WAIT;

    if (!call->total_ms)
        return;
    INVARIANT(DEADLINE, took <= allowed + files + 3 * longest_turn() + 10 * MILLISECOND,
              "%d ends %.3f s after it began, %u ms are allowed: %s", call->number, (double)took / 1e9, call->total_ms,
              error ? error->message : "well");
    INVARIANT(DEADLINE, !fired || took >= allowed, "%d ends %.3f ms before its deadline", call->number,
              (double)(allowed - took) / 1e6);
}

static void check_reason(const user_call *call, const weft_error *error)
{
    const uint32_t scarce = FAULT_MEMORY | FAULT_DESCRIPTORS | FAULT_NAMES;

    INVARIANT(REASON, error->code != WEFT_E_CANCELLED || call->cancelled, "%d was not cancelled: %s", call->number,
              error->message);
    INVARIANT(REASON, error->code != WEFT_E_CLOSED || call->closed, "the client of %d was not closed: %s", call->number,
              error->message);
    INVARIANT(REASON, error->code != WEFT_E_NO_MEMORY || (world.recipe.faults & scarce), "%d had memory: %s",
              call->number, error->message);
    INVARIANT(RESULT, error->message && *error->message, "%d fails without a message", call->number);
}

/* Against the ledger; `details` has the same of a success. */
static void check_outcome(const user_call *call, const weft_call_details *details, const char *message)
{
    const ledger_entry *entry = ledger_get(call->number);

    INVARIANT(TWICE, !acts(call) || entry->acted <= 1, "%d was acted on %u times", call->number, entry->acted);
    INVARIANT(OUTCOME, !asks_only(call) || details->outcome == WEFT_OUTCOME_NOT_ACTED_ON,
              "%d only asks, and its outcome is %s: %s", call->number, weft_outcome_name(details->outcome), message);
    if (!acts(call))
        return;
    INVARIANT(OUTCOME, details->outcome != WEFT_OUTCOME_NOT_ACTED_ON || entry->acted == 0,
              "%d was acted on, and its outcome is not_acted_on: %s", call->number, message);
    INVARIANT(OUTCOME, details->outcome != WEFT_OUTCOME_ACTED_ON || entry->acted == 1 || entry->masked,
              "%d was not acted on, and its outcome is acted_on: %s", call->number, message);
    INVARIANT(OUTCOME, details->outcome != WEFT_OUTCOME_UNKNOWN || details->bytes_sent > 0,
              "nothing of %d was sent, and its outcome is unknown: %s", call->number, message);
}

void user_check_end(user_call *call, const weft_call *handle, const weft_error *error)
{
    const char *message = error ? error->message : "well";
    weft_call_details details;

    user_enter_callback("an end");
    INVARIANT(OUTSIDE, call->submitted, "%d ends within the function that submits it", call->number);
    INVARIANT(ONCE, call->live, "%d ends twice", call->number);
    call->live = false;
    user.live--;
    weft_call_get_details(handle, &details);
    world_log("%d ends after %.3f s and %u attempts, %s: %s", call->number, (double)(world.now - call->began) / 1e9,
              details.attempts, weft_outcome_name(details.outcome), message);
    check_deadline(call, error);
    if (error)
        check_reason(call, error);
    INVARIANT(OUTCOME, !error || error->outcome == details.outcome, "%d has two outcomes: %s", call->number, message);
    check_outcome(call, &details, message);
}

void user_check_text(const user_call *call, const char *what, weft_str text, const char *expected)
{
    bool same = text.ptr && text.len == strlen(expected) && memcmp(text.ptr, expected, text.len) == 0;

    INVARIANT(RESULT, same, "%d: %s is \"%.*s\", not \"%s\"", call->number, what, (int)text.len,
              text.ptr ? text.ptr : "", expected);
}

void user_check_stream_end(const user_call *call, const weft_error *error)
{
    const ledger_entry *entry = ledger_get(call->number);

    INVARIANT(RESULT, error || (call->done_event && entry->done_planned), "stream %d ends well without its final event",
              call->number);
    INVARIANT(RESULT, call->next_event <= entry->events, "stream %d got %u events, %u were sent", call->number,
              call->next_event, entry->events);
}
