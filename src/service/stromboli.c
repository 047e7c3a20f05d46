/* Stromboli's public functions: each checks its arguments and names its operation. */
#include "weft/stromboli.h"

#include <string.h>

#include "compose/wait.h"
#include "service/common.h"
#include "service/stromboli_check.h"
#include "service/stromboli_operations.h"
#include "service/stromboli_types.h"

static const weft__operation *operation(int index)
{
    return &weft__stromboli_operations[index];
}

weft_client *weft_stromboli_client(weft_engine *engine, const weft_client_options *options, weft_error_info *ret_error)
{
    weft_client_options ours = options ? *options : (weft_client_options){0};

    if (ours.max_event_bytes == 0)
        ours.max_event_bytes = WEFT_STROMBOLI_MAX_EVENT_BYTES;
    return weft__client_new(engine, &weft__stromboli_service, &ours, ret_error);
}

/* ---- The service ------------------------------------------------------------------------------------- */

weft_call *weft_stromboli_get_health(weft_client *client, const weft_call_options *options,
                                     weft_stromboli_health_cb *cb, void *arg)
{
    return weft__service_submit_plain(&weft__stromboli_service, client, WEFT__STROMBOLI_GET_HEALTH, options,
                                      WEFT__CALLBACK(stromboli_health, cb, arg));
}

weft_call *weft_stromboli_get_claude_status(weft_client *client, const weft_call_options *options,
                                            weft_stromboli_claude_status_cb *cb, void *arg)
{
    return weft__service_submit_plain(&weft__stromboli_service, client, WEFT__STROMBOLI_GET_CLAUDE_STATUS, options,
                                      WEFT__CALLBACK(stromboli_claude_status, cb, arg));
}

weft_call *weft_stromboli_get_metrics(weft_client *client, const weft_call_options *options, weft_text_cb *cb,
                                      void *arg)
{
    return weft__service_submit_plain(&weft__stromboli_service, client, WEFT__STROMBOLI_GET_METRICS, options,
                                      WEFT__CALLBACK(text, cb, arg));
}

/* ---- Runs -------------------------------------------------------------------------------------------- */

static weft_call *submit_run(weft_client *client, int index, const weft_stromboli_run_request *request,
                             const weft_call_options *options, weft__hook hook)
{
    weft__invocation invocation = {.operation = operation(index), .request = request};

    return weft__service_submit(&weft__stromboli_service, client, &invocation, options, hook);
}

weft_call *weft_stromboli_run(weft_client *client, const weft_stromboli_run_request *request,
                              const weft_call_options *options, weft_stromboli_run_cb *cb, void *arg)
{
    return submit_run(client, WEFT__STROMBOLI_RUN, request, options, WEFT__CALLBACK(stromboli_run, cb, arg));
}

weft_call *weft_stromboli_run_async(weft_client *client, const weft_stromboli_run_request *request,
                                    const weft_call_options *options, weft_stromboli_run_async_cb *cb, void *arg)
{
    return submit_run(client, WEFT__STROMBOLI_RUN_ASYNC, request, options,
                      WEFT__CALLBACK(stromboli_run_async, cb, arg));
}

weft_stream *weft_stromboli_stream(weft_client *client, const weft_stromboli_stream_request *request,
                                   const weft_call_options *options, const weft_stream_callbacks *callbacks, void *arg)
{
    weft__invocation invocation = {
        .operation = operation(WEFT__STROMBOLI_STREAM),
        .service = &weft__stromboli_service,
        .options = request,
    };

    return weft__stream_submit(client, &invocation, options, callbacks, arg);
}

/* ---- Jobs -------------------------------------------------------------------------------------------- */

static const char job_id_required[] = "job ID is required";

weft_call *weft_stromboli_list_jobs(weft_client *client, const weft_call_options *options,
                                    weft_stromboli_job_list_cb *cb, void *arg)
{
    return weft__service_submit_plain(&weft__stromboli_service, client, WEFT__STROMBOLI_LIST_JOBS, options,
                                      WEFT__CALLBACK(stromboli_job_list, cb, arg));
}

weft_call *weft_stromboli_get_job(weft_client *client, const char *job_id, const weft_call_options *options,
                                  weft_stromboli_job_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__stromboli_service, client, WEFT__STROMBOLI_GET_JOB, "job_id", job_id,
                                      job_id_required, options, WEFT__CALLBACK(stromboli_job, cb, arg));
}

weft_call *weft_stromboli_cancel_job(weft_client *client, const char *job_id, const weft_call_options *options,
                                     weft_stromboli_cancel_job_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__stromboli_service, client, WEFT__STROMBOLI_CANCEL_JOB, "job_id", job_id,
                                      job_id_required, options, WEFT__CALLBACK(stromboli_cancel_job, cb, arg));
}

static bool job_is_final(const void *result)
{
    return weft_stromboli_job_is_final(result);
}

static weft_str job_status(const void *result)
{
    return ((const weft_stromboli_job *)result)->status;
}

WEFT__DEFINE_TELL_CHANGE(stromboli_job, weft_stromboli_job)

static const weft__wait_kind end_of_job = {
    .unfinished = "the job had not ended",
    .is_final = job_is_final,
    .status = job_status,
    .tell_change = tell_stromboli_job_change,
};

weft_call *weft_stromboli_wait_job(weft_client *client, const char *job_id, const weft_wait_options *wait,
                                   weft_stromboli_job_change_cb *on_change, const weft_call_options *options,
                                   weft_stromboli_job_cb *cb, void *arg)
{
    weft__invocation look = {
        .operation = operation(WEFT__STROMBOLI_GET_JOB),
        .segments = {job_id},
        .segment_names = {"job_id"},
        .service = &weft__stromboli_service,
        .invalid = weft__require(job_id, job_id_required),
    };

    return weft__wait_submit(client,
                             &(weft__wait){
                                 .kind = &end_of_job,
                                 .invocation = &look,
                                 .options = wait,
                                 .on_change = WEFT__ON_CHANGE(stromboli_job, on_change, arg),
                             },
                             options, WEFT__CALLBACK(stromboli_job, cb, arg));
}

/* ---- Sessions ---------------------------------------------------------------------------------------- */

weft_call *weft_stromboli_list_sessions(weft_client *client, const weft_call_options *options,
                                        weft_stromboli_session_list_cb *cb, void *arg)
{
    return weft__service_submit_plain(&weft__stromboli_service, client, WEFT__STROMBOLI_LIST_SESSIONS, options,
                                      WEFT__CALLBACK(stromboli_session_list, cb, arg));
}

weft_call *weft_stromboli_delete_session(weft_client *client, const char *session_id, const weft_call_options *options,
                                         weft_stromboli_delete_session_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__stromboli_service, client, WEFT__STROMBOLI_DELETE_SESSION, "session_id",
                                      session_id, "session ID is required", options,
                                      WEFT__CALLBACK(stromboli_delete_session, cb, arg));
}

weft_call *weft_stromboli_list_messages(weft_client *client, const char *session_id,
                                        const weft_stromboli_list_messages_options *page,
                                        const weft_call_options *options, weft_stromboli_message_list_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = operation(WEFT__STROMBOLI_LIST_MESSAGES),
        .segments = {session_id},
        .segment_names = {"session_id"},
        .options = page,
    };

    return weft__service_submit(&weft__stromboli_service, client, &invocation, options,
                                WEFT__CALLBACK(stromboli_message_list, cb, arg));
}

weft_call *weft_stromboli_get_message(weft_client *client, const char *session_id, const char *message_id,
                                      const weft_call_options *options, weft_stromboli_message_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = operation(WEFT__STROMBOLI_GET_MESSAGE),
        .segments = {session_id, message_id},
        .segment_names = {"session_id", "message_id"},
        .invalid = weft__stromboli_check_message(session_id, message_id),
    };

    return weft__service_submit(&weft__stromboli_service, client, &invocation, options,
                                WEFT__CALLBACK(stromboli_message, cb, arg));
}

/* ---- Tokens ------------------------------------------------------------------------------------------ */

weft_call *weft_stromboli_create_token(weft_client *client, const char *client_id, const weft_call_options *options,
                                       weft_stromboli_token_cb *cb, void *arg)
{
    weft__stromboli_token_request request = {client_id};
    weft__invocation invocation = {
        .operation = operation(WEFT__STROMBOLI_CREATE_TOKEN),
        .request = &request,
    };

    return weft__service_submit(&weft__stromboli_service, client, &invocation, options,
                                WEFT__CALLBACK(stromboli_token, cb, arg));
}

weft_call *weft_stromboli_refresh_token(weft_client *client, const char *refresh_token,
                                        const weft_call_options *options, weft_stromboli_token_cb *cb, void *arg)
{
    weft__stromboli_refresh_request request = {refresh_token};
    weft__invocation invocation = {
        .operation = operation(WEFT__STROMBOLI_REFRESH_TOKEN),
        .request = &request,
    };

    return weft__service_submit(&weft__stromboli_service, client, &invocation, options,
                                WEFT__CALLBACK(stromboli_token, cb, arg));
}

weft_call *weft_stromboli_validate_token(weft_client *client, const weft_call_options *options,
                                         weft_stromboli_token_validation_cb *cb, void *arg)
{
    return weft__service_submit_plain(&weft__stromboli_service, client, WEFT__STROMBOLI_VALIDATE_TOKEN, options,
                                      WEFT__CALLBACK(stromboli_token_validation, cb, arg));
}

weft_call *weft_stromboli_log_out(weft_client *client, const weft_call_options *options, weft_stromboli_log_out_cb *cb,
                                  void *arg)
{
    return weft__service_submit_plain(&weft__stromboli_service, client, WEFT__STROMBOLI_LOG_OUT, options,
                                      WEFT__CALLBACK(stromboli_log_out, cb, arg));
}

/* ---- Secrets ----------------------------------------------------------------------------------------- */

static const char secret_name_required[] = "secret name is required";

weft_call *weft_stromboli_list_secrets(weft_client *client, const weft_call_options *options,
                                       weft_stromboli_secret_list_cb *cb, void *arg)
{
    return weft__service_submit_plain(&weft__stromboli_service, client, WEFT__STROMBOLI_LIST_SECRETS, options,
                                      WEFT__CALLBACK(stromboli_secret_list, cb, arg));
}

weft_call *weft_stromboli_create_secret(weft_client *client, const weft_stromboli_create_secret_request *request,
                                        const weft_call_options *options, weft_stromboli_secret_change_cb *cb,
                                        void *arg)
{
    weft__invocation invocation = {
        .operation = operation(WEFT__STROMBOLI_CREATE_SECRET),
        .request = request,
    };

    return weft__service_submit(&weft__stromboli_service, client, &invocation, options,
                                WEFT__CALLBACK(stromboli_secret_change, cb, arg));
}

weft_call *weft_stromboli_get_secret(weft_client *client, const char *name, const weft_call_options *options,
                                     weft_stromboli_secret_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__stromboli_service, client, WEFT__STROMBOLI_GET_SECRET, "name", name,
                                      secret_name_required, options, WEFT__CALLBACK(stromboli_secret, cb, arg));
}

weft_call *weft_stromboli_delete_secret(weft_client *client, const char *name, const weft_call_options *options,
                                        weft_stromboli_secret_change_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__stromboli_service, client, WEFT__STROMBOLI_DELETE_SECRET, "name", name,
                                      secret_name_required, options, WEFT__CALLBACK(stromboli_secret_change, cb, arg));
}

/* ---- Images ------------------------------------------------------------------------------------------ */

weft_call *weft_stromboli_list_images(weft_client *client, const weft_call_options *options,
                                      weft_stromboli_image_list_cb *cb, void *arg)
{
    return weft__service_submit_plain(&weft__stromboli_service, client, WEFT__STROMBOLI_LIST_IMAGES, options,
                                      WEFT__CALLBACK(stromboli_image_list, cb, arg));
}

weft_call *weft_stromboli_get_image(weft_client *client, const char *name, const weft_call_options *options,
                                    weft_stromboli_image_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__stromboli_service, client, WEFT__STROMBOLI_GET_IMAGE, "name", name,
                                      "image name is required", options, WEFT__CALLBACK(stromboli_image, cb, arg));
}

weft_call *weft_stromboli_search_images(weft_client *client, const char *query,
                                        const weft_stromboli_search_images_options *search,
                                        const weft_call_options *options, weft_stromboli_image_match_list_cb *cb,
                                        void *arg)
{
    weft__stromboli_search ours = {
        .query = query,
        .limit = search ? search->limit : 0,
        .no_trunc = search && search->no_trunc,
    };
    weft__invocation invocation = {.operation = operation(WEFT__STROMBOLI_SEARCH_IMAGES), .options = &ours};

    return weft__service_submit(&weft__stromboli_service, client, &invocation, options,
                                WEFT__CALLBACK(stromboli_image_match_list, cb, arg));
}

weft_call *weft_stromboli_pull_image(weft_client *client, const weft_stromboli_pull_image_request *request,
                                     const weft_call_options *options, weft_stromboli_pull_image_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = operation(WEFT__STROMBOLI_PULL_IMAGE),
        .request = request,
    };

    return weft__service_submit(&weft__stromboli_service, client, &invocation, options,
                                WEFT__CALLBACK(stromboli_pull_image, cb, arg));
}
