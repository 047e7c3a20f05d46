/* service/stromboli_operations.h - Stromboli's table of operations and the hooks that the table names. */
#ifndef WEFT_SERVICE_STROMBOLI_OPERATIONS_H
#define WEFT_SERVICE_STROMBOLI_OPERATIONS_H

#include "client/operation.h"
#include "weft/stromboli_types.h"

enum {
    WEFT__STROMBOLI_GET_HEALTH,
    WEFT__STROMBOLI_GET_CLAUDE_STATUS,
    WEFT__STROMBOLI_RUN,
    WEFT__STROMBOLI_RUN_ASYNC,
    WEFT__STROMBOLI_STREAM,
    WEFT__STROMBOLI_LIST_JOBS,
    WEFT__STROMBOLI_GET_JOB,
    WEFT__STROMBOLI_CANCEL_JOB,
    WEFT__STROMBOLI_LIST_SESSIONS,
    WEFT__STROMBOLI_DELETE_SESSION,
    WEFT__STROMBOLI_LIST_MESSAGES,
    WEFT__STROMBOLI_GET_MESSAGE,
    WEFT__STROMBOLI_CREATE_TOKEN,
    WEFT__STROMBOLI_REFRESH_TOKEN,
    WEFT__STROMBOLI_VALIDATE_TOKEN,
    WEFT__STROMBOLI_LOG_OUT,
    WEFT__STROMBOLI_LIST_SECRETS,
    WEFT__STROMBOLI_CREATE_SECRET,
    WEFT__STROMBOLI_GET_SECRET,
    WEFT__STROMBOLI_DELETE_SECRET,
    WEFT__STROMBOLI_LIST_IMAGES,
    WEFT__STROMBOLI_GET_IMAGE,
    WEFT__STROMBOLI_SEARCH_IMAGES,
    WEFT__STROMBOLI_PULL_IMAGE,
    WEFT__STROMBOLI_GET_METRICS,
    WEFT__STROMBOLI_OPERATION_COUNT,
};

/* A container's usual time, and a margin. */
enum { WEFT__STROMBOLI_RUN_MS = 35 * 60000 };

extern const weft__operation weft__stromboli_operations[WEFT__STROMBOLI_OPERATION_COUNT];
extern const weft__service weft__stromboli_service;

/* The default for the whole of a run, by what its request allows container, hooks and compose build; as
 * weft__invocation.total_ms. */
uint32_t weft__stromboli_run_deadline(const void *request);

/* What the arguments of an operation lack: weft__operation.check. */
#define WEFT__STROMBOLI_OBJECTION(what)                                                                                \
    const char *weft__stromboli_objection_to_##what(weft_client *client, const weft__invocation *invocation,           \
                                                    weft_code *code);
WEFT__STROMBOLI_OBJECTION(run)
WEFT__STROMBOLI_OBJECTION(stream)
WEFT__STROMBOLI_OBJECTION(messages)
WEFT__STROMBOLI_OBJECTION(no_token)
WEFT__STROMBOLI_OBJECTION(get_token)
WEFT__STROMBOLI_OBJECTION(refresh_token)
WEFT__STROMBOLI_OBJECTION(create_secret)
WEFT__STROMBOLI_OBJECTION(search_images)
WEFT__STROMBOLI_OBJECTION(pull_image)

/* Of failures: message and code by the contract's rules. */
void weft__stromboli_explain(weft__response *response);

/* Of a stream's "done": whether the run crashed all the same. */
weft__words weft__stromboli_doubt_done(weft__arena *arena, weft_str data);

/* Of successes. Lists lose their null entries; answers that say "no" inside a 2xx become failures. */
void weft__stromboli_inspect_health(weft__response *response);
void weft__stromboli_inspect_jobs(weft__response *response);
void weft__stromboli_inspect_cancel_job(weft__response *response);
void weft__stromboli_inspect_sessions(weft__response *response);
void weft__stromboli_inspect_delete_session(weft__response *response);
void weft__stromboli_inspect_messages(weft__response *response);
void weft__stromboli_inspect_message(weft__response *response);
void weft__stromboli_inspect_secrets(weft__response *response);
void weft__stromboli_inspect_create_secret(weft__response *response);
void weft__stromboli_inspect_delete_secret(weft__response *response);
void weft__stromboli_inspect_image(weft__response *response);
void weft__stromboli_inspect_images(weft__response *response);
void weft__stromboli_inspect_image_matches(weft__response *response);

/* GetImage's way out for names with a slash, which servers do not route: looks for the name in the list of images. */
const weft__operation *weft__stromboli_find_image(weft__response *response);

/* The types of results, by the names of their callbacks. */
#define WEFT__STROMBOLI_RESULTS(X)                                                                                     \
    X(stromboli_health, weft_stromboli_health)                                                                         \
    X(stromboli_run_async, weft_stromboli_run_async_response)                                                          \
    X(stromboli_cancel_job, weft_stromboli_cancel_job_response)                                                        \
    X(stromboli_claude_status, weft_stromboli_claude_status)                                                           \
    X(stromboli_delete_session, weft_stromboli_delete_session_response)                                                \
    X(stromboli_image, weft_stromboli_image)                                                                           \
    X(stromboli_image_list, weft_stromboli_image_list)                                                                 \
    X(stromboli_image_match_list, weft_stromboli_image_match_list)                                                     \
    X(stromboli_job, weft_stromboli_job)                                                                               \
    X(stromboli_job_list, weft_stromboli_job_list)                                                                     \
    X(stromboli_log_out, weft_stromboli_log_out_response)                                                              \
    X(stromboli_message, weft_stromboli_message)                                                                       \
    X(stromboli_message_list, weft_stromboli_message_list)                                                             \
    X(stromboli_pull_image, weft_stromboli_pull_image_response)                                                        \
    X(stromboli_run, weft_stromboli_run_response)                                                                      \
    X(stromboli_secret, weft_stromboli_secret)                                                                         \
    X(stromboli_secret_change, weft_stromboli_secret_change)                                                           \
    X(stromboli_secret_list, weft_stromboli_secret_list)                                                               \
    X(stromboli_session_list, weft_stromboli_session_list)                                                             \
    X(stromboli_token, weft_stromboli_token)                                                                           \
    X(stromboli_token_validation, weft_stromboli_token_validation)

WEFT__STROMBOLI_RESULTS(WEFT__DECLARE_DELIVER)

#endif
