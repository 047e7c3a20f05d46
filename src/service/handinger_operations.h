/* service/handinger_operations.h - Handinger's table of operations and the hooks that the table names. */
#ifndef WEFT_SERVICE_HANDINGER_OPERATIONS_H
#define WEFT_SERVICE_HANDINGER_OPERATIONS_H

#include "client/operation.h"
#include "weft/handinger_types.h"

enum {
    WEFT__HANDINGER_CREATE_WORKER,
    WEFT__HANDINGER_GET_WORKER,
    WEFT__HANDINGER_UPDATE_WORKER,
    WEFT__HANDINGER_DELETE_WORKER,
    WEFT__HANDINGER_GET_WORKER_EMAIL,
    WEFT__HANDINGER_CREATE_SCHEDULE,
    WEFT__HANDINGER_LIST_SCHEDULES,
    WEFT__HANDINGER_CANCEL_SCHEDULE,
    WEFT__HANDINGER_GET_WEBHOOK,
    WEFT__HANDINGER_SET_WEBHOOK,
    WEFT__HANDINGER_DELETE_WEBHOOK,
    WEFT__HANDINGER_LIST_WEBHOOK_EXECUTIONS,
    WEFT__HANDINGER_REGENERATE_WEBHOOK_TOKEN,
    WEFT__HANDINGER_CREATE_TASK,
    WEFT__HANDINGER_GET_TASK,
    WEFT__HANDINGER_DELETE_TASK,
    WEFT__HANDINGER_OPERATION_COUNT,
};

/* What the arguments of an operation lack: weft__operation.check. */
#define WEFT__HANDINGER_OBJECTION(what)                                                                                \
    const char *weft__handinger_objection_to_##what(weft_client *client, const weft__invocation *invocation,           \
                                                    weft_code *code);
WEFT__HANDINGER_OBJECTION(worker_query)
WEFT__HANDINGER_OBJECTION(schedule)
WEFT__HANDINGER_OBJECTION(webhook)
WEFT__HANDINGER_OBJECTION(executions)
WEFT__HANDINGER_OBJECTION(task)

extern const weft__operation weft__handinger_operations[WEFT__HANDINGER_OPERATION_COUNT];
/* Those that are kept from running twice, for callers who say that they need not be. */
extern const weft__operation weft__handinger_create_schedule_repeatable;
extern const weft__operation weft__handinger_create_task_repeatable;
extern const weft__service weft__handinger_service;

/* Of failures: the message by the contract's rules. */
void weft__handinger_explain(weft__response *response);
/* Retries as Handinger's own SDK has them, but for what must not run twice. */
bool weft__handinger_may_retry(const weft__retry_case *failed);
uint32_t weft__handinger_retry_delay(weft__random *random, const weft_retry_options *options, uint32_t retry);
/* Tells the server which attempt it is. */
void weft__handinger_prepare(weft_request *request, uint32_t retry);

/* The types of results, by the names of their callbacks. */
#define WEFT__HANDINGER_RESULTS(X)                                                                                     \
    X(handinger_cancel_schedule, weft_handinger_cancel_schedule_response)                                              \
    X(handinger_delete_task, weft_handinger_delete_task_response)                                                      \
    X(handinger_delete_worker, weft_handinger_delete_worker_response)                                                  \
    X(handinger_schedule, weft_handinger_schedule)                                                                     \
    X(handinger_schedule_list, weft_handinger_schedule_list)                                                           \
    X(handinger_task_with_turns, weft_handinger_task_with_turns)                                                       \
    X(handinger_webhook, weft_handinger_webhook)                                                                       \
    X(handinger_webhook_execution_list, weft_handinger_webhook_execution_list)                                         \
    X(handinger_worker, weft_handinger_worker)                                                                         \
    X(handinger_worker_email, weft_handinger_worker_email)                                                             \
    X(handinger_worker_template, weft_handinger_worker_template)

WEFT__HANDINGER_RESULTS(WEFT__DECLARE_DELIVER)

#endif
