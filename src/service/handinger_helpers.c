/* Reading Handinger's results: states, tokens. */
#include "weft/handinger.h"

#include <string.h>

#include "base/text.h"

static bool is(weft_str text, const char *word)
{
    return weft__text_equal(text, weft__str(word));
}

bool weft_handinger_task_is_final(const weft_handinger_task *task)
{
    return weft_handinger_task_is_completed(task) || weft_handinger_task_is_failed(task) ||
           weft_handinger_task_is_aborted(task);
}

bool weft_handinger_task_is_completed(const weft_handinger_task *task)
{
    return task && is(task->status, WEFT_HANDINGER_TASK_COMPLETED);
}

bool weft_handinger_task_is_failed(const weft_handinger_task *task)
{
    return task && is(task->status, WEFT_HANDINGER_TASK_ERROR);
}

bool weft_handinger_task_is_aborted(const weft_handinger_task *task)
{
    return task && is(task->status, WEFT_HANDINGER_TASK_ABORTED);
}

weft_handinger_schedule_kind weft_handinger_schedule_get_kind(const weft_handinger_schedule *schedule)
{
    if (!schedule)
        return WEFT_HANDINGER_SCHEDULE_KIND_OTHER;
    if (is(schedule->type, WEFT_HANDINGER_SCHEDULE_SCHEDULED))
        return WEFT_HANDINGER_SCHEDULE_KIND_SCHEDULED;
    if (is(schedule->type, WEFT_HANDINGER_SCHEDULE_DELAYED))
        return WEFT_HANDINGER_SCHEDULE_KIND_DELAYED;
    if (is(schedule->type, WEFT_HANDINGER_SCHEDULE_CRON))
        return WEFT_HANDINGER_SCHEDULE_KIND_CRON;
    if (is(schedule->type, WEFT_HANDINGER_SCHEDULE_INTERVAL))
        return WEFT_HANDINGER_SCHEDULE_KIND_INTERVAL;
    return WEFT_HANDINGER_SCHEDULE_KIND_OTHER;
}

bool weft_handinger_is_webhook_token(const char *token, const char *received)
{
    return token && *token && received && weft__text_equal_secret(weft__str(token), weft__str(received));
}
