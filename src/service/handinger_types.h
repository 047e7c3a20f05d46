/* service/handinger_types.h - Handinger's types as the codec knows them. */
#ifndef WEFT_SERVICE_HANDINGER_TYPES_H
#define WEFT_SERVICE_HANDINGER_TYPES_H

#include "json/codec.h"
#include "weft/handinger_types.h"

/* Bodies of requests. */
extern const weft__type weft__handinger_create_worker_request_type;
extern const weft__type weft__handinger_update_worker_request_type;
extern const weft__type weft__handinger_create_task_request_type;
extern const weft__type weft__handinger_create_schedule_request_type;
/* Queries. */
extern const weft__type weft__handinger_worker_query_type;
extern const weft__type weft__handinger_executions_query_type;
extern const weft__type weft__handinger_set_webhook_request_type;

/* The same with `when` as an object of its own, which is how the codec sends one. */
typedef struct weft__handinger_schedule_request {
    const char *input;
    const weft_handinger_when *when;
    const char *budget;
    const char *extra;
} weft__handinger_schedule_request;

/* Bodies of answers. All are lenient: Handinger's SDK takes what it can read of an answer, and so do we. */
extern const weft__type weft__handinger_worker_template_type;
extern const weft__type weft__handinger_worker_type;
extern const weft__type weft__handinger_delete_worker_response_type;
extern const weft__type weft__handinger_worker_email_type;
extern const weft__type weft__handinger_schedule_type;
extern const weft__type weft__handinger_schedule_list_type;
extern const weft__type weft__handinger_cancel_schedule_response_type;
extern const weft__type weft__handinger_webhook_type;
extern const weft__type weft__handinger_webhook_execution_list_type;
extern const weft__type weft__handinger_task_with_turns_type;
extern const weft__type weft__handinger_delete_task_response_type;

#endif
