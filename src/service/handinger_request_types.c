/* The bodies of Handinger's requests. */
#include "service/handinger_types.h"

/* One line per member of T; N is its name on the wire. */
#define NEEDED(m, n) WEFT__FIELD(T, m, n, WEFT__CSTR, WEFT__ALWAYS)
#define TEXT(m, n) WEFT__FIELD(T, m, n, WEFT__CSTR, 0)
#define OPT_TEXT(m, n) WEFT__FIELD(T, m, n, WEFT__OPT_CSTR, 0)
#define OPT_JSON(m, n) WEFT__FIELD(T, m, n, WEFT__OPT_CJSON, 0)
#define EXTRA() WEFT__FIELD(T, extra, "extra", WEFT__EXTRA, 0)

#define T weft_handinger_create_worker_request
static const weft__field create_worker_fields[] = {
    OPT_TEXT(instructions, "instructions"),
    OPT_TEXT(prompt, "prompt"),
    OPT_TEXT(summary, "summary"),
    OPT_TEXT(title, "title"),
    TEXT(visibility, "visibility"),
    OPT_JSON(output_schema, "outputSchema"),
    EXTRA(),
};
const weft__type weft__handinger_create_worker_request_type = WEFT__REQUEST_TYPE(T, "worker", create_worker_fields);
#undef T

#define T weft_handinger_update_worker_request
static const weft__field update_worker_fields[] = {
    OPT_TEXT(instructions, "instructions"),
    OPT_TEXT(summary, "summary"),
    OPT_TEXT(title, "title"),
    TEXT(visibility, "visibility"),
    OPT_JSON(output_schema, "outputSchema"),
    EXTRA(),
};
const weft__type weft__handinger_update_worker_request_type =
    WEFT__REQUEST_TYPE(T, "worker's changes", update_worker_fields);
#undef T

#define T weft_handinger_create_task_request
static const weft__field create_task_fields[] = {
    NEEDED(input, "input"),
    OPT_TEXT(task_id, "taskId"),
    OPT_TEXT(worker_id, "workerId"),
    TEXT(budget, "budget"),
    WEFT__FIELD(T, stream, "stream", WEFT__OPT_BOOL, 0),
    EXTRA(),
};
const weft__type weft__handinger_create_task_request_type = WEFT__REQUEST_TYPE(T, "task", create_task_fields);
#undef T

#define T weft_handinger_when
#define OF(m, n, kind, of) WEFT__FIELD_VARIANT(T, m, n, kind, WEFT__ALWAYS, of)
static const weft__field when_fields[] = {
    NEEDED(type, "type"),
    OF(date, "date", WEFT__CSTR, WEFT_HANDINGER_SCHEDULE_SCHEDULED),
    OF(delay_s, "delayInSeconds", WEFT__INT64, WEFT_HANDINGER_SCHEDULE_DELAYED),
    OF(cron, "cron", WEFT__CSTR, WEFT_HANDINGER_SCHEDULE_CRON),
    OF(interval_s, "intervalSeconds", WEFT__INT64, WEFT_HANDINGER_SCHEDULE_INTERVAL),
};
static const weft__type when_type = WEFT__TYPE_(T, "when", when_fields, 0, 0, -1);
#undef OF
#undef T

#define T weft__handinger_schedule_request
static const weft__field create_schedule_fields[] = {
    NEEDED(input, "input"),
    WEFT__FIELD_OBJECT(T, when, "when", &when_type, WEFT__ALWAYS),
    TEXT(budget, "budget"),
    EXTRA(),
};
const weft__type weft__handinger_create_schedule_request_type =
    WEFT__REQUEST_TYPE(T, "schedule", create_schedule_fields);
#undef T

#define T weft_handinger_set_webhook_request
static const weft__field set_webhook_fields[] = {
    WEFT__FIELD(T, url, "url", WEFT__OPT_CSTR, WEFT__ALWAYS),
    EXTRA(),
};
const weft__type weft__handinger_set_webhook_request_type = WEFT__REQUEST_TYPE(T, "webhook", set_webhook_fields);
#undef T

#define T weft_handinger_get_worker_options
static const weft__field worker_query_fields[] = {TEXT(stream, "stream")};
const weft__type weft__handinger_worker_query_type = WEFT__REQUEST_TYPE(T, "worker", worker_query_fields);
#undef T

#define T weft_handinger_list_webhook_executions_options
static const weft__field executions_query_fields[] = {WEFT__FIELD(T, page, "page", WEFT__OPT_INT64, 0)};
const weft__type weft__handinger_executions_query_type =
    WEFT__REQUEST_TYPE(T, "page of executions", executions_query_fields);
#undef T
