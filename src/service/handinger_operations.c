/* What Handinger can be asked. */
#include "service/handinger_operations.h"

#include "service/handinger_types.h"

/* One line of the contract's table, by the name of its function; the label is for messages, after "cannot". */
#define SEED(n, m, p, l) .name = (n), .method = (m), .path = (p), .label = (l), .seed = true

/* No limit of the service's own is documented. Its Go SDK waits ten minutes for an answer of any kind, its others one
 * minute for all of it: too little for an agent with an unlimited budget, which answers when it is done. */
static const weft_timeouts looks_up = {.connect_ms = 10000, .first_byte_ms = 60000, .idle_ms = 60000};
static const weft_timeouts writes_instructions = {.connect_ms = 10000, .first_byte_ms = 5 * 60000, .idle_ms = 60000};
static const weft_timeouts runs = {.connect_ms = 10000, .first_byte_ms = 60 * 60000};

/* Handinger's SDK retries everything alike; what would cost twice is kept from it here. */
#define REPEATS .flags = WEFT__OP_REPEATABLE, .timeouts = &looks_up
#define REPEATS_IN_SECRET                                                                                              \
    .flags = WEFT__OP_REPEATABLE | WEFT__OP_SECRET, .timeouts = &looks_up /* the webhook's token */

#define RESPONSE(type) .response = &weft__handinger_##type##_type
#define REQUEST(type) .request = &weft__handinger_##type##_request_type

#define QUERY(type) .query = &weft__handinger_##type##_query_type
#define CHECK(what) .check = weft__handinger_objection_to_##what

#define WORKER "/api/workers/{workerId}"

#define CREATE_SCHEDULE                                                                                                \
    SEED("CreateSchedule", "POST", WORKER "/schedules", "create the schedule"), TELLS(handinger_schedule),             \
        REQUEST(create_schedule), RESPONSE(schedule), CHECK(schedule)
#define CREATE_TASK                                                                                                    \
    SEED("CreateTask", "POST", "/api/tasks", "run the task"), TELLS(handinger_worker), REQUEST(create_task),           \
        RESPONSE(worker), CHECK(task), .timeouts = &runs

#define TELLS(name) .deliver = weft__deliver_##name

WEFT__HANDINGER_RESULTS(WEFT__DEFINE_DELIVER)

/* clang-format off */
const weft__operation weft__handinger_operations[WEFT__HANDINGER_OPERATION_COUNT] = {
    [WEFT__HANDINGER_CREATE_WORKER] = {
        SEED("CreateWorker", "POST", "/api/workers", "create the worker"),
        TELLS(handinger_worker_template),
        REQUEST(create_worker), RESPONSE(worker_template), .flags = WEFT__OP_REPEATABLE,
        .timeouts = &writes_instructions, /* a model does, from `prompt` */
    },
    [WEFT__HANDINGER_GET_WORKER] = {
        SEED("GetWorker", "GET", WORKER, "get the worker"),
        TELLS(handinger_worker),
        RESPONSE(worker), .flags = WEFT__OP_REPEATABLE | WEFT__OP_MAY_STREAM, .timeouts = &looks_up,
        QUERY(worker), CHECK(worker_query),
    },
    [WEFT__HANDINGER_UPDATE_WORKER] = {
        SEED("UpdateWorker", "PATCH", WORKER, "update the worker"),
        TELLS(handinger_worker_template),
        REQUEST(update_worker), RESPONSE(worker_template), REPEATS,
    },
    [WEFT__HANDINGER_DELETE_WORKER] = {
        SEED("DeleteWorker", "DELETE", WORKER, "delete the worker"),
        TELLS(handinger_delete_worker),
        RESPONSE(delete_worker_response), REPEATS,
    },
    [WEFT__HANDINGER_GET_WORKER_EMAIL] = {
        SEED("GetWorkerEmail", "GET", WORKER "/email", "get the worker's address"),
        TELLS(handinger_worker_email),
        RESPONSE(worker_email), REPEATS,
    },
    [WEFT__HANDINGER_CREATE_SCHEDULE] = {CREATE_SCHEDULE, .timeouts = &looks_up},
    [WEFT__HANDINGER_LIST_SCHEDULES] = {
        SEED("ListSchedules", "GET", WORKER "/schedules", "list the schedules"),
        TELLS(handinger_schedule_list),
        RESPONSE(schedule_list), REPEATS,
    },
    [WEFT__HANDINGER_CANCEL_SCHEDULE] = {
        SEED("CancelSchedule", "DELETE", WORKER "/schedules/{scheduleId}", "cancel the schedule"),
        TELLS(handinger_cancel_schedule),
        RESPONSE(cancel_schedule_response), REPEATS,
    },
    [WEFT__HANDINGER_GET_WEBHOOK] = {
        SEED("GetWebhook", "GET", WORKER "/webhook", "get the webhook"),
        TELLS(handinger_webhook),
        RESPONSE(webhook), REPEATS_IN_SECRET,
    },
    [WEFT__HANDINGER_SET_WEBHOOK] = {
        SEED("SetWebhook", "PUT", WORKER "/webhook", "set the webhook"),
        TELLS(handinger_webhook),
        REQUEST(set_webhook), RESPONSE(webhook), REPEATS_IN_SECRET,
        CHECK(webhook),
    },
    [WEFT__HANDINGER_DELETE_WEBHOOK] = {
        SEED("DeleteWebhook", "DELETE", WORKER "/webhook", "delete the webhook"),
        TELLS(handinger_webhook),
        RESPONSE(webhook), REPEATS_IN_SECRET,
    },
    [WEFT__HANDINGER_LIST_WEBHOOK_EXECUTIONS] = {
        SEED("ListWebhookExecutions", "GET", WORKER "/webhook/executions",
             "list the webhook's executions"),
        TELLS(handinger_webhook_execution_list),
        RESPONSE(webhook_execution_list), REPEATS,
        QUERY(executions), CHECK(executions),
    },
    [WEFT__HANDINGER_REGENERATE_WEBHOOK_TOKEN] = {
        SEED("RegenerateWebhookToken", "POST", WORKER "/webhook/regenerate-token",
             "regenerate the webhook's token"),
        TELLS(handinger_webhook),
        RESPONSE(webhook), REPEATS_IN_SECRET,
    },
    [WEFT__HANDINGER_CREATE_TASK] = {CREATE_TASK, .flags = WEFT__OP_MAY_STREAM},
    [WEFT__HANDINGER_GET_TASK] = {
        SEED("GetTask", "GET", "/api/tasks/{taskId}", "get the task"),
        TELLS(handinger_task_with_turns),
        RESPONSE(task_with_turns), REPEATS,
    },
    [WEFT__HANDINGER_DELETE_TASK] = {
        SEED("DeleteTask", "DELETE", "/api/tasks/{taskId}", "delete the task"),
        TELLS(handinger_delete_task),
        RESPONSE(delete_task_response), REPEATS,
    },
};
/* clang-format on */

const weft__operation weft__handinger_create_schedule_repeatable = {CREATE_SCHEDULE, REPEATS};
const weft__operation weft__handinger_create_task_repeatable = {CREATE_TASK, .flags = WEFT__OP_REPEATABLE};

/* No event is documented but for the last one, which need not come. */
static const weft__stream_rules stream_rules = {
    .done_data = WEFT_HANDINGER_DONE_DATA,
    .done_ends = true,
    .close_is_done = true,
};

const weft__service weft__handinger_service = {
    .name = "Handinger",
    .operations = weft__handinger_operations,
    .operation_count = WEFT__HANDINGER_OPERATION_COUNT,
    .timeouts = {.connect_ms = 10000, .first_byte_ms = 600000},
    .stream_timeouts = {.connect_ms = 10000, .first_byte_ms = 600000},
    .stream = &stream_rules,
    .default_base_url = WEFT_HANDINGER_BASE_URL,
    .token_variable = "HANDINGER_API_KEY",
    .base_url_variable = "HANDINGER_BASE_URL",
    .explain = weft__handinger_explain,
    .may_retry = weft__handinger_may_retry,
    .retry_delay = weft__handinger_retry_delay,
    .prepare = weft__handinger_prepare,
};
