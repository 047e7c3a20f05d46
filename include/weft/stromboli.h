/**
 * weft/stromboli.h - Stromboli: Claude Code agents in Podman containers. API 0.4.
 *
 *     weft_client *api = weft_stromboli_client(engine, &(weft_client_options){
 *         .base_url = "http://localhost:8585",
 *         .token = token,
 *     }, &info);
 *
 * Defaults of this service: a call has 10 s to connect. What looks something up or changes it has 30 s in all, as
 * everything has in Stromboli's own SDK, which so gives up on every run that takes longer, while that goes on and
 * costs. Here what takes time is given it: weft_stromboli_run what the request allows its container, 30 minutes unless
 * it says otherwise, and 5 minutes more; weft_stromboli_pull_image the server's 10 minutes and 2 more;
 * weft_stromboli_run_async 2 minutes; weft_stromboli_search_images one. A stream has 10 s to connect and no other
 * limit; one event of it may have 1 MiB (weft_client_options.max_event_bytes = 0). The token is sent with every
 * request. What starts or changes something is sent again only when it cannot have been acted on; what looks something
 * up, also when the answer was lost: see weft_retry_options.
 *
 * Beside the rules in weft/weft.h, these hold for every function here:
 *
 *   Result: in `cb`, a pointer to the struct that the function's comment names; never NULL on success. A
 *           member that the server left out is zero, and so is all of it when a success came without a body.
 *   Errors: WEFT_E_INVALID       an argument is missing or wrong; nothing was sent
 *           WEFT_E_UNAUTHORIZED  no token, or one that is not, or no longer, good
 *           WEFT_E_UNAVAILABLE   also when the server was not set up for it ("Claude not configured", "JWT
 *                                authentication not configured"): nothing was begun, and it is not asked again
 *           WEFT_E_RATE_LIMITED  `retry_after_ms` has the wait, by Retry-After, else by X-RateLimit-Reset
 *           WEFT_E_BAD_REQUEST, WEFT_E_NOT_FOUND, WEFT_E_SERVER_ERROR and the others by HTTP
 *           status; the message has the server's own words. A function's comment names only what is
 *           particular to it.
 */
#ifndef WEFT_STROMBOLI_H
#define WEFT_STROMBOLI_H

#include "weft/client.h"
#include "weft/stream.h"
#include "weft/stromboli_types.h"
#include "weft/wait.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Makes a client of the Stromboli at `options->base_url`, which is required: servers listen on port 8080
 * unless told otherwise, the SDK's documentation has 8585. NULL when an option is wrong or memory is short;
 * `ret_error`, unless it is NULL, then says what.
 */
WEFT_API weft_client *weft_stromboli_client(weft_engine *engine, const weft_client_options *options,
                                            weft_error_info *ret_error);

/* ---- The service ------------------------------------------------------------------------------------- */

/**
 * How the service and its parts are. GET /health; needs no token. A degraded service is a success, too.
 * Result: weft_stromboli_health.
 */
WEFT_API weft_call *weft_stromboli_get_health(weft_client *client, const weft_call_options *options,
                                              weft_stromboli_health_cb *cb, void *arg);

/**
 * Whether the service has Claude's credentials, without which no run works. GET /claude/status.
 * Result: weft_stromboli_claude_status.
 */
WEFT_API weft_call *weft_stromboli_get_claude_status(weft_client *client, const weft_call_options *options,
                                                     weft_stromboli_claude_status_cb *cb, void *arg);

/**
 * The service's metrics as Prometheus text. GET /metrics; needs no token. Later servers have it elsewhere.
 * Result: weft_str, the text.
 */
WEFT_API weft_call *weft_stromboli_get_metrics(weft_client *client, const weft_call_options *options, weft_text_cb *cb,
                                               void *arg);

/* ---- Runs -------------------------------------------------------------------------------------------- */

/**
 * Runs a prompt and answers when the agent is done. POST /run.
 *
 *     weft_stromboli_run(api, &(weft_stromboli_run_request){
 *         .prompt = "Review this code",
 *         .podman = &(weft_stromboli_podman_options){.timeout = "10m"},
 *     }, NULL, on_run, NULL);
 *
 * The call has the time that the run has: `podman->timeout`, or the server's 30 minutes; that of the hooks, if
 * there are any (`hooks_timeout`, or as much as the container); that of a compose build (`build_timeout`, or 10
 * minutes); and 5 minutes more. Whoever does not want to keep a connection for that long starts it with
 * weft_stromboli_run_async. When the call ends early the run may go on at the server.
 *
 * Result: weft_stromboli_run_response, of what the server answered with 200. Not each is a success: look at `status`,
 *         or ask weft_stromboli_run_is_completed.
 * Errors: WEFT_E_SERVER_ERROR  the agent failed (500 with status "error"); also for what is wrong with the image,
 *                              volumes, workdir, hooks or timeout. The message has the server's words, and
 *                              `outcome` what they prove: ACTED_ON of "execution failed", NOT_ACTED_ON of what
 *                              was looked at before ("image validation failed", "invalid timeout duration", ...)
 *         WEFT_E_UNAVAILABLE   also when the service lacks Claude's credentials; then nothing was begun
 */
WEFT_API weft_call *weft_stromboli_run(weft_client *client, const weft_stromboli_run_request *request,
                                       const weft_call_options *options, weft_stromboli_run_cb *cb, void *arg);

/**
 * Starts a run and answers at once with the id of its job. POST /run/async. Cancelled, or out of time, after it was
 * sent there may be a job whose id nobody knows: the error's `outcome` is WEFT_OUTCOME_UNKNOWN then, and
 * weft_stromboli_list_jobs shows it. Follow it with weft_stromboli_wait_job, or have the server tell
 * `request->webhook_url`.
 * Result: weft_stromboli_run_async_response.
 */
WEFT_API weft_call *weft_stromboli_run_async(weft_client *client, const weft_stromboli_run_request *request,
                                             const weft_call_options *options, weft_stromboli_run_async_cb *cb,
                                             void *arg);

/**
 * Runs a prompt and hands out the container's output line by line, as it comes. GET /run/stream.
 *
 * Events without a type are lines of output, empty ones included; their data is plain text. The last event is
 * "done" (data: JSON with `id`, `session_id`, `status`, and of later servers `crash_info`), which ends the
 * stream well when it says that the run was completed, or "error" (data: text). Nothing is delivered after it.
 * The answer's head comes with the first event, so that `on_open` may be as late as the first line of output.
 *
 * Output cannot end, fail or forge its stream. The server splits it at line feeds and writes `data: ` before
 * each line; so here, other than by the standard, the stream's lines end at LF and CRLF only, and a CR within
 * one is data: a progress meter's, say. Of several types in one block the first counts, because the text of
 * an "error" may hold line feeds.
 *
 * Errors: WEFT_E_STREAM_ERROR       the run failed; the message has the "error" event's text. Or the run ended
 *                                   with "done", but as something else than "completed": `server_code` has the
 *                                   status, such as "crashed". The event was delivered as well
 *         WEFT_E_STREAM_UNFINISHED  the stream was cut before "done" or "error"
 *         by HTTP status            it did not open; the message has "stream request failed: "
 */
WEFT_API weft_stream *weft_stromboli_stream(weft_client *client, const weft_stromboli_stream_request *request,
                                            const weft_call_options *options, const weft_stream_callbacks *callbacks,
                                            void *arg);

/* ---- Jobs -------------------------------------------------------------------------------------------- */

/**
 * All jobs that the server remembers. GET /jobs.
 * Result: weft_stromboli_job_list.
 */
WEFT_API weft_call *weft_stromboli_list_jobs(weft_client *client, const weft_call_options *options,
                                             weft_stromboli_job_list_cb *cb, void *arg);

/**
 * One job as it stands. GET /jobs/{id}.
 * Result: weft_stromboli_job.
 */
WEFT_API weft_call *weft_stromboli_get_job(weft_client *client, const char *job_id, const weft_call_options *options,
                                           weft_stromboli_job_cb *cb, void *arg);

/**
 * Cancels a pending or running job. DELETE /jobs/{id}. The container may run on: a job that is cancelled can
 * later be found completed or failed.
 * Result: weft_stromboli_cancel_job_response.
 * Errors: WEFT_E_CONFLICT        it had already ended
 *         WEFT_E_REQUEST_FAILED  the server answered 200, but that it did not
 */
WEFT_API weft_call *weft_stromboli_cancel_job(weft_client *client, const char *job_id, const weft_call_options *options,
                                              weft_stromboli_cancel_job_cb *cb, void *arg);

/** `job` is seen first, or has another `status` than before. It lives until this returns. */
typedef void weft_stromboli_job_change_cb(const weft_stromboli_job *job, void *arg);

/**
 * Waits until a job is completed, failed, crashed or cancelled: see weft/wait.h. GET /jobs/{id}, again and again.
 * `wait` and `on_change` may be NULL.
 * Result: weft_stromboli_job, as it ended. A failed job is no error of the wait: ask weft_stromboli_job_is_completed.
 */
WEFT_API weft_call *weft_stromboli_wait_job(weft_client *client, const char *job_id, const weft_wait_options *wait,
                                            weft_stromboli_job_change_cb *on_change, const weft_call_options *options,
                                            weft_stromboli_job_cb *cb, void *arg);

/* ---- Sessions ---------------------------------------------------------------------------------------- */

/**
 * All conversations that are kept. GET /sessions.
 * Result: weft_stromboli_session_list.
 */
WEFT_API weft_call *weft_stromboli_list_sessions(weft_client *client, const weft_call_options *options,
                                                 weft_stromboli_session_list_cb *cb, void *arg);

/**
 * Deletes a conversation and all its data, for good. DELETE /sessions/{id}.
 * Result: weft_stromboli_delete_session_response.
 * Errors: WEFT_E_REQUEST_FAILED  the server answered 200, but that it did not
 */
WEFT_API weft_call *weft_stromboli_delete_session(weft_client *client, const char *session_id,
                                                  const weft_call_options *options,
                                                  weft_stromboli_delete_session_cb *cb, void *arg);

/**
 * A page of a conversation's messages, oldest first. GET /sessions/{id}/messages. `page` NULL = the first.
 * Result: weft_stromboli_message_list.
 */
WEFT_API weft_call *weft_stromboli_list_messages(weft_client *client, const char *session_id,
                                                 const weft_stromboli_list_messages_options *page,
                                                 const weft_call_options *options, weft_stromboli_message_list_cb *cb,
                                                 void *arg);

/**
 * One message of a conversation. GET /sessions/{id}/messages/{message_id}.
 * Result: weft_stromboli_message.
 * Errors: WEFT_E_DECODE  also when the answer holds no message
 */
WEFT_API weft_call *weft_stromboli_get_message(weft_client *client, const char *session_id, const char *message_id,
                                               const weft_call_options *options, weft_stromboli_message_cb *cb,
                                               void *arg);

/* ---- Tokens ------------------------------------------------------------------------------------------ */

/**
 * A pair of tokens for `client_id`, which becomes their subject. POST /auth/token. With authentication
 * switched on the client's token must already be a good one. The client goes on with its old token: see
 * weft_client_set_token.
 * Result: weft_stromboli_token.
 */
WEFT_API weft_call *weft_stromboli_create_token(weft_client *client, const char *client_id,
                                                const weft_call_options *options, weft_stromboli_token_cb *cb,
                                                void *arg);

/**
 * A new pair of tokens for a refresh token. POST /auth/refresh. The client goes on with its old token.
 * Result: weft_stromboli_token.
 */
WEFT_API weft_call *weft_stromboli_refresh_token(weft_client *client, const char *refresh_token,
                                                 const weft_call_options *options, weft_stromboli_token_cb *cb,
                                                 void *arg);

/**
 * Whether the client's token is good, and whose. GET /auth/validate.
 * Result: weft_stromboli_token_validation.
 * Errors: WEFT_E_UNAUTHORIZED  also when the client has no token; then nothing was sent
 */
WEFT_API weft_call *weft_stromboli_validate_token(weft_client *client, const weft_call_options *options,
                                                  weft_stromboli_token_validation_cb *cb, void *arg);

/**
 * Has the server refuse the client's token from now on. POST /auth/logout. The client keeps it: clear it with
 * weft_client_set_token(client, NULL, NULL).
 * Result: weft_stromboli_log_out_response.
 * Errors: WEFT_E_UNAUTHORIZED  also when the client has no token; then nothing was sent
 */
WEFT_API weft_call *weft_stromboli_log_out(weft_client *client, const weft_call_options *options,
                                           weft_stromboli_log_out_cb *cb, void *arg);

/* ---- Secrets ----------------------------------------------------------------------------------------- */

/**
 * The secrets that runs can be given. GET /secrets.
 * Result: weft_stromboli_secret_list.
 * Errors: WEFT_E_SECRETS_ERROR  the server answered 200 with an error
 */
WEFT_API weft_call *weft_stromboli_list_secrets(weft_client *client, const weft_call_options *options,
                                                weft_stromboli_secret_list_cb *cb, void *arg);

/**
 * Stores a secret. POST /secrets.
 * Result: weft_stromboli_secret_change.
 * Errors: WEFT_E_SECRET_EXISTS         there is one of that name
 *         WEFT_E_INVALID_SECRET_NAME   the server does not like the name
 *         WEFT_E_SECRET_CREATE_ERROR   the server answered 201 with an error
 *         WEFT_E_SECRET_CREATE_FAILED  the server answered 201, but that it did not
 */
WEFT_API weft_call *weft_stromboli_create_secret(weft_client *client,
                                                 const weft_stromboli_create_secret_request *request,
                                                 const weft_call_options *options, weft_stromboli_secret_change_cb *cb,
                                                 void *arg);

/**
 * What is known of a secret, its value excepted. GET /secrets/{name}.
 * Result: weft_stromboli_secret.
 */
WEFT_API weft_call *weft_stromboli_get_secret(weft_client *client, const char *name, const weft_call_options *options,
                                              weft_stromboli_secret_cb *cb, void *arg);

/**
 * Deletes a secret, for good; containers that use it may fail. DELETE /secrets/{name}.
 * Result: weft_stromboli_secret_change.
 * Errors: WEFT_E_REQUEST_FAILED  the server answered 200, but that it did not
 */
WEFT_API weft_call *weft_stromboli_delete_secret(weft_client *client, const char *name,
                                                 const weft_call_options *options, weft_stromboli_secret_change_cb *cb,
                                                 void *arg);

/* ---- Images ------------------------------------------------------------------------------------------ */

/**
 * The images that the server has, the most compatible first. GET /images.
 * Result: weft_stromboli_image_list.
 */
WEFT_API weft_call *weft_stromboli_list_images(weft_client *client, const weft_call_options *options,
                                               weft_stromboli_image_list_cb *cb, void *arg);

/**
 * One image that the server has. GET /images/{name}, with `name` a repository and perhaps a tag:
 * "python:3.12-slim". Servers do not route a name with a slash: when one answers so, the call asks for the
 * list of images (GET /images) and looks for `name` there, which then lacks labels and rank_description.
 * Result: weft_stromboli_image.
 * Errors: WEFT_E_IMAGE_NOT_FOUND  it is not there; weft_stromboli_pull_image fetches it. Of one that is not in the
 *                                 list `http_status` is 404 as well, and the error has no body
 */
WEFT_API weft_call *weft_stromboli_get_image(weft_client *client, const char *name, const weft_call_options *options,
                                             weft_stromboli_image_cb *cb, void *arg);

/**
 * Searches the registries that the server knows for `query`, which is required. GET /images/search. `search` NULL = all
 * defaults.
 * Result: weft_stromboli_image_match_list.
 * Errors: WEFT_E_SERVER_ERROR  also, with `http_status` 502, when a registry failed
 */
WEFT_API weft_call *weft_stromboli_search_images(weft_client *client, const char *query,
                                                 const weft_stromboli_search_images_options *search,
                                                 const weft_call_options *options,
                                                 weft_stromboli_image_match_list_cb *cb, void *arg);

/**
 * Has the server fetch an image. POST /images/pull. The server allows 10 minutes, the call 12.
 * Result: weft_stromboli_pull_image_response.
 * Errors: WEFT_E_IMAGE_PULL_FAILED  the registry or the server could not
 */
WEFT_API weft_call *weft_stromboli_pull_image(weft_client *client, const weft_stromboli_pull_image_request *request,
                                              const weft_call_options *options, weft_stromboli_pull_image_cb *cb,
                                              void *arg);

/* ---- Reading events ---------------------------------------------------------------------------------- */

/**
 * Reads the last event of weft_stromboli_stream, WEFT_STROMBOLI_EVENT_DONE: how the run ended, as weft_stromboli_run
 * would have answered it. `output` is what the events before it brought, and mostly not in it.
 *
 * When:    within `on_event`, with the stream and the event that it was given.
 * Memory:  the result lives until `on_event` returns.
 * Returns: NULL when the event is another one, its data is no JSON object, or memory is short.
 */
WEFT_API const weft_stromboli_run_response *weft_stromboli_read_done(weft_stream *stream, const weft_event *event);

/* ---- Reading results; these allocate nothing, may be used on any thread, and take NULL for what has nothing -- */

/** `status` is "ok". */
WEFT_API bool weft_stromboli_health_is_ok(const weft_stromboli_health *health);
/** `status` is "ok". */
WEFT_API bool weft_stromboli_component_is_ok(const weft_stromboli_component *component);

/** It has ended: completed, failed or crashed. An unknown status is not taken for an end. */
WEFT_API bool weft_stromboli_run_is_final(const weft_stromboli_run_response *run);
/** `status` is "completed": the one success. */
WEFT_API bool weft_stromboli_run_is_completed(const weft_stromboli_run_response *run);
/** `status` is "error" or "crashed". Most failures have no result: they are the call's error. */
WEFT_API bool weft_stromboli_run_is_failed(const weft_stromboli_run_response *run);
/** `status` is "crashed", or there is a `crash_info`. */
WEFT_API bool weft_stromboli_run_is_crashed(const weft_stromboli_run_response *run);

/** It has ended: completed, failed, crashed or cancelled. An unknown status is not taken for an end. */
WEFT_API bool weft_stromboli_job_is_final(const weft_stromboli_job *job);
/** `status` is "completed": the one success. */
WEFT_API bool weft_stromboli_job_is_completed(const weft_stromboli_job *job);
/** `status` is "failed" or "crashed". */
WEFT_API bool weft_stromboli_job_is_failed(const weft_stromboli_job *job);
/** `status` is "crashed", or there is a `crash_info`: some servers say "failed" then. */
WEFT_API bool weft_stromboli_job_is_crashed(const weft_stromboli_job *job);
/** `status` is "cancelled". */
WEFT_API bool weft_stromboli_job_is_cancelled(const weft_stromboli_job *job);
/** `status` is "pending": it has not begun. */
WEFT_API bool weft_stromboli_job_is_pending(const weft_stromboli_job *job);
/** `status` is "running" or "pending": it has not ended. */
WEFT_API bool weft_stromboli_job_is_running(const weft_stromboli_job *job);

/** The content of a message that is plain text; false, and nothing written, when it is not. */
WEFT_API bool weft_stromboli_message_get_text(const weft_stromboli_message *message, weft_str *ret_text);

/**
 * The content of a message that is a list of blocks; false, and nothing written, when it is none. An empty
 * list is true. `*ret_skipped`: entries of the list that are no objects. The last two pointers may be NULL.
 */
WEFT_API bool weft_stromboli_message_get_blocks(const weft_stromboli_message *message,
                                                const weft_stromboli_content_block **ret_blocks, size_t *ret_count,
                                                size_t *ret_skipped);

/* ---- Compatibility ----------------------------------------------------------------------------------- */

/* The API that this client was written for, and those that it works with. */
#define WEFT_STROMBOLI_API_VERSION       "0.4.0-alpha"
#define WEFT_STROMBOLI_API_VERSION_RANGE ">=0.4.0-alpha <0.5.0"

/** How a server's version compares with what this client was written for. */
typedef enum weft_stromboli_compatibility_status {
    WEFT_STROMBOLI_COMPATIBILITY_STATUS_COMPATIBLE = 0,   /**< within the range */
    WEFT_STROMBOLI_COMPATIBILITY_STATUS_INCOMPATIBLE = 1, /**< outside the range */
    WEFT_STROMBOLI_COMPATIBILITY_STATUS_UNKNOWN = 2       /**< no semantic version */
} weft_stromboli_compatibility_status;

/** The outcome of a check. */
typedef struct weft_stromboli_compatibility {
    weft_stromboli_compatibility_status status; /**< what the function returned */
    const char *server_version;                 /**< as it was given; borrowed */
    const char *client_version;                 /**< weft's */
    const char *target_api_version;             /**< WEFT_STROMBOLI_API_VERSION */
    const char *supported_range;                /**< WEFT_STROMBOLI_API_VERSION_RANGE */
    char message[256];                          /**< a sentence; cut off when the version is very long */
} weft_stromboli_compatibility;

/**
 * Compares the `version` of a health response with the supported range. Prereleases count, those of 0.5.0
 * included; build metadata does not. NULL is as "". Returns the status, and fills `*ret_compatibility` unless
 * it is NULL.
 */
WEFT_API weft_stromboli_compatibility_status weft_stromboli_check_compatibility(
    const char *server_version, weft_stromboli_compatibility *ret_compatibility);

/** Whether the version is within the range; false, too, when it is none. */
WEFT_API bool weft_stromboli_is_compatible(const char *server_version);

/** "compatible", "incompatible", "unknown"; "unknown" for any other number. Static. */
WEFT_API const char *weft_stromboli_compatibility_name(weft_stromboli_compatibility_status status);

/** For a program's start: unless the version is compatible, writes why to standard error and aborts. */
WEFT_API void weft_stromboli_must_be_compatible(const char *server_version);

#ifdef __cplusplus
}
#endif

#endif
