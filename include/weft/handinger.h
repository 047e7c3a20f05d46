/**
 * weft/handinger.h - Handinger: reusable agent workers, and the tasks they run. API of May 2026.
 *
 *     weft_client *api = weft_handinger_client(engine, &(weft_client_options){.token = key}, &info);
 *     weft_handinger_create_task(api, &(weft_handinger_create_task_request){
 *         .input = "Weather in Barcelona today?",
 *         .worker_id = weft_some_str("wrk_9aQ2"),
 *     }, NULL, on_worker, NULL);
 *
 * A worker is a template: instructions, and perhaps the schema of its answers. A task is a conversation with
 * a worker, and costs money; a turn is one input of it with its output.
 *
 * Defaults of this service: calls and streams have 10 s to connect. The answer to weft_handinger_create_task
 * begins when the agent is done: within an hour, for no limit of the service's own is documented, and an agent
 * whose budget is unlimited takes its time. That is more than Handinger's SDKs wait (10 minutes in Go, one in
 * the others). All else has a minute until the answer begins, and then may not fall silent for a minute; but
 * for weft_handinger_create_worker, whose instructions may have to be written first, five, and for streams and
 * requests of weft_http_send ten until they begin, and no limit from then on.
 * weft_timeouts.first_byte_ms and idle_ms are of each attempt, total_ms is of all.
 *
 * Retries are those of Handinger's own SDK, twice unless weft_retry_options says otherwise: when no answer
 * came, and on 408, 409, 429 and 500 and above; `x-should-retry: true` in an answer has it made again
 * whatever the status, `x-should-retry: false` never. An answer that broke off is not asked for again, nor is
 * a stream that has begun. The wait is what Retry-After-Ms or Retry-After say, up to
 * weft_retry_options.max_retry_after_ms, unless that is 0, else first_backoff_ms (500 ms), doubled each time up to
 * max_backoff_ms (8 s), less a random part of at most a quarter.
 *
 * What begins a task or schedules one - weft_handinger_create_task, weft_handinger_stream_task and
 * weft_handinger_create_schedule - is kept from running twice: it is made again only when it cannot have been
 * acted on (weft_outcome), which is when no connection was made, nothing was sent, or the answer was 429, or 503 with
 * Retry-After; `x-should-retry: true` alone is no proof of that. Otherwise the error's `outcome` says so. A `task_id`
 * of your own is no protection, for a second request with it would be a second turn; but with it
 * weft_handinger_get_task can tell whether the first one ran. Set `repeatable` in the request, and it is retried as
 * all others are.
 *
 * How the options of Handinger's own SDKs are put here: for all requests in weft_client_options, for one in
 * weft_call_options, and for a group of them by a client of its own, which shares the engine's connections.
 * Headers and query parameters are in both; on_request and on_response stand for middleware, are called for
 * each attempt, and can set, replace and take out headers; the timeout of one attempt is connect_ms,
 * first_byte_ms and idle_ms; another base URL is another client; members to add to a body, or to replace in
 * it, are in `extra`. The answer beside its result is in weft_call_get_body, weft_call_get_header and
 * weft_call_get_details.
 *
 * Endpoints that have no function here, such as a list of workers, are asked with weft_http_send, on
 * the same client and under the same rules: the SDKs' verbs Get, Post, Put, Patch, Delete and Execute are its
 * `method`; their params are `query`, or in `body` the members `json`, `bytes` with a `content_type`,
 * `file_path` or `parts`; their result is a weft_http_response, its body with whatever type it has, or in
 * pieces by `on_data`. The path is the one that is sent: "/api/tasks", with ids escaped by weft_path_escape.
 * Set `repeatable` for retries like the above.
 *
 * Beside the rules in weft/weft.h, these hold for every function here:
 *
 *   Result: in `cb`, a pointer to the struct that the function's comment names; never NULL on success. A
 *           member that the server left out, sent as null, or sent as something else, is zero;
 *           weft_object_get_state tells these apart.
 *   Errors: WEFT_E_INVALID       an argument is missing or wrong; nothing was sent
 *           WEFT_E_UNAUTHORIZED  no API key, or one that is not, or no longer, good
 *           WEFT_E_FORBIDDEN     the key has no access, or, where only who made the worker has it, is not
 *                                theirs
 *           WEFT_E_RATE_LIMITED  `retry_after_ms` has the wait
 *           WEFT_E_BAD_REQUEST, WEFT_E_NOT_FOUND, WEFT_E_CONFLICT, WEFT_E_UNPROCESSABLE, WEFT_E_SERVER_ERROR and
 *           the others by HTTP status; the message has the server's own words, `error->body` all that it
 *           said. A function's comment names only what is particular to it.
 */
#ifndef WEFT_HANDINGER_H
#define WEFT_HANDINGER_H

#include "weft/client.h"
#include "weft/handinger_types.h"
#include "weft/http.h"
#include "weft/stream.h"
#include "weft/wait.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Makes a client of Handinger. `options->token` is the API key. What is left empty is taken from the
 * environment, now: HANDINGER_API_KEY for the key, HANDINGER_BASE_URL for `base_url`, which is otherwise
 * WEFT_HANDINGER_BASE_URL; the lines of HANDINGER_CUSTOM_HEADERS, "Name: value", are headers that
 * `options->headers` lacks. Without a key requests go without one. NULL when an option is wrong or memory is
 * short; `ret_error`, unless it is NULL, then says what, and names the variable where that is to blame.
 */
WEFT_API weft_client *weft_handinger_client(weft_engine *engine, const weft_client_options *options,
                                            weft_error_info *ret_error);

/* ---- Workers ----------------------------------------------------------------------------------------- */

/**
 * Makes a worker. POST /api/workers. Runs nothing. `request` NULL = all defaults.
 * Result: weft_handinger_worker_template.
 */
WEFT_API weft_call *weft_handinger_create_worker(weft_client *client,
                                                 const weft_handinger_create_worker_request *request,
                                                 const weft_call_options *options,
                                                 weft_handinger_worker_template_cb *cb, void *arg);

/**
 * A worker as it stands, with the messages of its most recent task. GET /api/workers/{workerId}. `query` may
 * be NULL.
 * Result: weft_handinger_worker.
 */
WEFT_API weft_call *weft_handinger_get_worker(weft_client *client, const char *worker_id,
                                              const weft_handinger_get_worker_options *query,
                                              const weft_call_options *options, weft_handinger_worker_cb *cb,
                                              void *arg);

/**
 * Replays the messages of a worker's most recent task, then hands out what its active task says, if there is
 * one, as it comes. GET /api/workers/{workerId}?stream=true. The stream's end is a good one. One that broke
 * is taken up by asking again, which replays everything.
 *
 * Neither the types nor the data of events are documented: weft_handinger_read_event tells what can be told.
 * Lines end as the standard for event streams has it, at LF, CRLF and CR: events are the service's own, and
 * those seen are JSON, in which no line end can be.
 */
WEFT_API weft_stream *weft_handinger_stream_worker(weft_client *client, const char *worker_id,
                                                   const weft_call_options *options,
                                                   const weft_stream_callbacks *callbacks, void *arg);

/**
 * Changes what `request` sends of a worker, and only that. PATCH /api/workers/{workerId}. For who made it.
 * Result: weft_handinger_worker_template.
 */
WEFT_API weft_call *weft_handinger_update_worker(weft_client *client, const char *worker_id,
                                                 const weft_handinger_update_worker_request *request,
                                                 const weft_call_options *options,
                                                 weft_handinger_worker_template_cb *cb, void *arg);

/**
 * Deletes a worker: it is found no more; its tasks, files, schedules and integrations stay on record.
 * DELETE /api/workers/{workerId}. For who made it.
 * Result: weft_handinger_delete_worker_response.
 */
WEFT_API weft_call *weft_handinger_delete_worker(weft_client *client, const char *worker_id,
                                                 const weft_call_options *options, weft_handinger_delete_worker_cb *cb,
                                                 void *arg);

/**
 * The address to which a worker can be written. GET /api/workers/{workerId}/email.
 * Result: weft_handinger_worker_email.
 */
WEFT_API weft_call *weft_handinger_get_worker_email(weft_client *client, const char *worker_id,
                                                    const weft_call_options *options,
                                                    weft_handinger_worker_email_cb *cb, void *arg);

/* ---- Schedules --------------------------------------------------------------------------------------- */

/**
 * Has a worker run something later, or again and again. POST /api/workers/{workerId}/schedules. Not made
 * twice: see above.
 *
 *     weft_handinger_create_schedule(api, "wrk_9aQ2", &(weft_handinger_create_schedule_request){
 *         .input = "Daily report",
 *         .when = weft_handinger_cron("0 9 * * 1-5"),
 *     }, NULL, on_schedule, NULL);
 *
 * Result: weft_handinger_schedule.
 */
WEFT_API weft_call *weft_handinger_create_schedule(weft_client *client, const char *worker_id,
                                                   const weft_handinger_create_schedule_request *request,
                                                   const weft_call_options *options, weft_handinger_schedule_cb *cb,
                                                   void *arg);

/**
 * A worker's schedules, all of them. GET /api/workers/{workerId}/schedules.
 * Result: weft_handinger_schedule_list.
 */
WEFT_API weft_call *weft_handinger_list_schedules(weft_client *client, const char *worker_id,
                                                  const weft_call_options *options, weft_handinger_schedule_list_cb *cb,
                                                  void *arg);

/**
 * Cancels a schedule. DELETE /api/workers/{workerId}/schedules/{scheduleId}.
 * Result: weft_handinger_cancel_schedule_response.
 */
WEFT_API weft_call *weft_handinger_cancel_schedule(weft_client *client, const char *worker_id, const char *schedule_id,
                                                   const weft_call_options *options,
                                                   weft_handinger_cancel_schedule_cb *cb, void *arg);

/* ---- Webhooks; for who made the worker --------------------------------------------------------------- */

/**
 * Where the outcomes of a worker's tasks are delivered. GET /api/workers/{workerId}/webhook.
 * Result: weft_handinger_webhook, both members null when there is none.
 */
WEFT_API weft_call *weft_handinger_get_webhook(weft_client *client, const char *worker_id,
                                               const weft_call_options *options, weft_handinger_webhook_cb *cb,
                                               void *arg);

/**
 * Sets, replaces or removes a worker's webhook. PUT /api/workers/{workerId}/webhook. The first URL makes a
 * token, which further ones keep.
 * Result: weft_handinger_webhook.
 */
WEFT_API weft_call *weft_handinger_set_webhook(weft_client *client, const char *worker_id,
                                               const weft_handinger_set_webhook_request *request,
                                               const weft_call_options *options, weft_handinger_webhook_cb *cb,
                                               void *arg);

/**
 * Removes a worker's webhook and its token. DELETE /api/workers/{workerId}/webhook.
 * Result: weft_handinger_webhook, both members null.
 */
WEFT_API weft_call *weft_handinger_delete_webhook(weft_client *client, const char *worker_id,
                                                  const weft_call_options *options, weft_handinger_webhook_cb *cb,
                                                  void *arg);

/**
 * Gives a worker's webhook a new token; the old one is void at once, the URL stays.
 * POST /api/workers/{workerId}/webhook/regenerate-token. A retry makes yet another: the one in the result is
 * the good one.
 * Result: weft_handinger_webhook.
 */
WEFT_API weft_call *weft_handinger_regenerate_webhook_token(weft_client *client, const char *worker_id,
                                                            const weft_call_options *options,
                                                            weft_handinger_webhook_cb *cb, void *arg);

/**
 * A page of the attempts to deliver, newest first. GET /api/workers/{workerId}/webhook/executions. `page`
 * NULL = the first.
 * Result: weft_handinger_webhook_execution_list.
 */
WEFT_API weft_call *weft_handinger_list_webhook_executions(weft_client *client, const char *worker_id,
                                                           const weft_handinger_list_webhook_executions_options *page,
                                                           const weft_call_options *options,
                                                           weft_handinger_webhook_execution_list_cb *cb, void *arg);

/** One of many. It lives for the call. False: enough, no more of them. */
typedef bool weft_handinger_each_webhook_execution_cb(const weft_handinger_webhook_execution *execution, void *arg);

/**
 * All attempts to deliver, newest first, from page `page` on (NULL = the first) to the last one: fetches page
 * after page and hands each execution to `each`, with `arg`, until it says that it is enough. `options` are
 * those of each page. An execution that is recorded meanwhile moves the others, so that one may come twice:
 * look at its `id`.
 * Result: weft_handinger_webhook_execution_list, the last page that was fetched.
 */
WEFT_API weft_call *weft_handinger_each_webhook_execution(weft_client *client, const char *worker_id,
                                                          const weft_handinger_list_webhook_executions_options *page,
                                                          weft_handinger_each_webhook_execution_cb *each,
                                                          const weft_call_options *options,
                                                          weft_handinger_webhook_execution_list_cb *cb, void *arg);

/**
 * For the receiver of deliveries: whether `received`, the value of WEFT_HANDINGER_TOKEN_HEADER, is the
 * webhook's token. Takes as long for a wrong one as for the right one. False when either is NULL or empty. On
 * any thread.
 */
WEFT_API bool weft_handinger_is_webhook_token(const char *token, const char *received);

/* ---- Tasks ------------------------------------------------------------------------------------------- */

/**
 * Runs a task, or another turn of one, and answers when the agent is done. POST /api/tasks. Files are sent
 * from disk while they are read. Not run twice: see above.
 *
 *     weft_handinger_create_task(api, &(weft_handinger_create_task_request){
 *         .input = "Summarise the attached file.",
 *         .worker_id = weft_some_str("wrk_9aQ2"),
 *         .files = &(weft_handinger_file){.path = "/tmp/a.csv", .content_type = "text/csv"},
 *         .files_count = 1,
 *     }, NULL, on_worker, NULL);
 *
 * When the call ends early the task goes on at the server. To find it again choose its `task_id`: the result
 * is the worker, which does not say what the task is called. weft_handinger_wait_task takes that id.
 *
 * Result: weft_handinger_worker. That there is one does not mean that the agent succeeded:
 *         weft_handinger_get_task knows.
 * Errors: WEFT_E_FILE  a file could not be read; the message names it
 */
WEFT_API weft_call *weft_handinger_create_task(weft_client *client, const weft_handinger_create_task_request *request,
                                               const weft_call_options *options, weft_handinger_worker_cb *cb,
                                               void *arg);

/**
 * The same, with events while the agent works. POST /api/tasks with `stream` true. The stream ends well when
 * the server ends it, or with an event whose data is WEFT_HANDINGER_DONE_DATA, which is delivered. Events:
 * as of weft_handinger_stream_worker.
 */
WEFT_API weft_stream *weft_handinger_stream_task(weft_client *client, const weft_handinger_create_task_request *request,
                                                 const weft_call_options *options,
                                                 const weft_stream_callbacks *callbacks, void *arg);

/**
 * A task and its turns. GET /api/tasks/{taskId}.
 * Result: weft_handinger_task_with_turns.
 */
WEFT_API weft_call *weft_handinger_get_task(weft_client *client, const char *task_id, const weft_call_options *options,
                                            weft_handinger_task_with_turns_cb *cb, void *arg);

/** The task of `task` is seen first, or has another `status` than before. It lives until this returns. */
typedef void weft_handinger_task_change_cb(const weft_handinger_task_with_turns *task, void *arg);

/**
 * Waits until a task is completed, in error or aborted: see weft/wait.h. GET /api/tasks/{taskId}, again and again.
 * `wait` and `on_change` may be NULL. An earlier turn's end counts, too: wait after the follow-up turn has begun.
 * Result: weft_handinger_task_with_turns, as it ended. A task in error is no error of the wait: ask
 *         weft_handinger_task_is_completed.
 */
WEFT_API weft_call *weft_handinger_wait_task(weft_client *client, const char *task_id, const weft_wait_options *wait,
                                             weft_handinger_task_change_cb *on_change, const weft_call_options *options,
                                             weft_handinger_task_with_turns_cb *cb, void *arg);

/**
 * Archives a task: it is listed no more, its turns and files are kept. DELETE /api/tasks/{taskId}. For who
 * made the worker.
 * Result: weft_handinger_delete_task_response.
 */
WEFT_API weft_call *weft_handinger_delete_task(weft_client *client, const char *task_id,
                                               const weft_call_options *options, weft_handinger_delete_task_cb *cb,
                                               void *arg);

/* ---- Reading results; these allocate nothing, may be used on any thread, and take NULL for what has nothing -- */

/** It has ended: completed, in error or aborted. An unknown status is not taken for an end. */
WEFT_API bool weft_handinger_task_is_final(const weft_handinger_task *task);
/** `status` is "completed": the one success. */
WEFT_API bool weft_handinger_task_is_completed(const weft_handinger_task *task);
/** `status` is "error". */
WEFT_API bool weft_handinger_task_is_failed(const weft_handinger_task *task);
/** `status` is "aborted": somebody stopped it. */
WEFT_API bool weft_handinger_task_is_aborted(const weft_handinger_task *task);

/** The four kinds of schedules. */
typedef enum weft_handinger_schedule_kind {
    WEFT_HANDINGER_SCHEDULE_KIND_OTHER = 0,     /**< another type, or none: see its `type` and `object` */
    WEFT_HANDINGER_SCHEDULE_KIND_SCHEDULED = 1, /**< once, at a time: see `next_run_at` */
    WEFT_HANDINGER_SCHEDULE_KIND_DELAYED = 2,   /**< has `delay_s` */
    WEFT_HANDINGER_SCHEDULE_KIND_CRON = 3,      /**< has `cron` */
    WEFT_HANDINGER_SCHEDULE_KIND_INTERVAL = 4,  /**< has `interval_s` */
} weft_handinger_schedule_kind;

/** By its `type`; WEFT_HANDINGER_SCHEDULE_KIND_OTHER of NULL. */
WEFT_API weft_handinger_schedule_kind weft_handinger_schedule_get_kind(const weft_handinger_schedule *schedule);

/* ---- Reading events and messages --------------------------------------------------------------------- */

/* Their forms are not documented. These read what has been seen, and whatever they do not know stays in `object`. */

/** What an event is. */
typedef enum weft_handinger_event_kind {
    WEFT_HANDINGER_EVENT_KIND_TEXT = 0,    /**< data that is no JSON object: `text` is all of it */
    WEFT_HANDINGER_EVENT_KIND_OBJECT = 1,  /**< a JSON object of another kind than those below; most have a `type` */
    WEFT_HANDINGER_EVENT_KIND_DELTA = 2,   /**< the next piece of what the agent says: `text` */
    WEFT_HANDINGER_EVENT_KIND_MESSAGE = 3, /**< a whole message of the conversation: `role` and `text` */
    WEFT_HANDINGER_EVENT_KIND_DONE = 4     /**< WEFT_HANDINGER_DONE_DATA: the last one */
} weft_handinger_event_kind;

/** An event, read. */
typedef struct weft_handinger_event {
    weft_object object; /**< of an object: weft_object_get(&event->object, "id") and so on; else raw.ptr NULL */
    weft_handinger_event_kind kind; /**< which of the members below it has */
    weft_str type; /**< of an object; ptr NULL when it has none */
    weft_str role; /**< of a message: "user", "assistant" */
    weft_str text; /**< as the kind has it: of a message as weft_handinger_message has it; else ptr NULL */
} weft_handinger_event;

/**
 * Reads an event of weft_handinger_stream_worker or weft_handinger_stream_task.
 *
 * When:    within `on_event`, with the stream and the event that it was given.
 * Memory:  the result lives until `on_event` returns.
 * Returns: NULL when one of them is NULL, or memory is short.
 */
WEFT_API const weft_handinger_event *weft_handinger_read_event(weft_stream *stream, const weft_event *event);

/**
 * Reads one of a worker's `messages`.
 *
 * When:    within the callback whose call and result they are of, or later with a call that is kept.
 * Memory:  lives as long as the result.
 * Returns: NULL when the message is no JSON object, `call` is NULL, or memory is short.
 */
WEFT_API const weft_handinger_message *weft_handinger_read_message(weft_call *call, weft_json message);

#ifdef __cplusplus
}
#endif

#endif
