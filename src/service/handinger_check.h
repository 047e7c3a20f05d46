/* service/handinger_check.h - what is wrong with a request before it is sent: NULL when nothing is. */
#ifndef WEFT_SERVICE_HANDINGER_CHECK_H
#define WEFT_SERVICE_HANDINGER_CHECK_H

#include "service/handinger_types.h"
#include "weft/handinger_types.h"

/* Ids that become part of a path, in the order in which they are missed. */
const char *weft__handinger_check_worker(const char *worker_id);
const char *weft__handinger_check_task_id(const char *task_id);
const char *weft__handinger_check_schedule_id(const char *worker_id, const char *schedule_id);

const char *weft__handinger_check_get_worker(const char *worker_id, const weft_handinger_get_worker_options *query);
const char *weft__handinger_check_update_worker(const char *worker_id,
                                                const weft_handinger_update_worker_request *request);
const char *weft__handinger_check_schedule(const weft__handinger_schedule_request *request);
const char *weft__handinger_check_set_webhook(const char *worker_id, const weft_handinger_set_webhook_request *request);
const char *weft__handinger_check_executions(const char *worker_id,
                                             const weft_handinger_list_webhook_executions_options *page);
const char *weft__handinger_check_each_execution(const char *worker_id,
                                                 const weft_handinger_list_webhook_executions_options *page,
                                                 bool has_each);
/* For weft_handinger_create_task and, with `is_stream`, weft_handinger_stream_task. */
const char *weft__handinger_check_task(const weft_handinger_create_task_request *request, bool is_stream);

#endif
