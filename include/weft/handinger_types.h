/* weft/handinger_types.h - what Handinger takes and gives: requests, results, and the words in them.
 *
 * Each struct names the operations that use it. In requests, an optional (weft_opt_str and its kin) is sent
 * by its state: not at all, as null, or as its value, "" and 0 and false included; plain text that is NULL or
 * empty is not sent, unless the field says otherwise. weft checks only what could not be sent or would be
 * read as something else; lengths and ranges, which are given here, are the server's to check.
 *
 * In results a member that the server did not send, sent as null, or sent as something else, is zero: text
 * has ptr NULL, a list has count 0, an object is NULL. weft_object_get_state tells the four apart for every
 * member; an optional integer has it in its state. A number where text belongs is taken as text, text that
 * spells a number as a number. Words that weft does not know are kept as they came. Integers have 64 bits.
 */
#ifndef WEFT_HANDINGER_TYPES_H
#define WEFT_HANDINGER_TYPES_H

#include "weft/http.h"
#include "weft/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Words ------------------------------------------------------------------------------------------- */

/* `visibility` of a worker. */
#define WEFT_HANDINGER_VISIBILITY_PUBLIC "public"   /* all members of the organization; the server's default */
#define WEFT_HANDINGER_VISIBILITY_PRIVATE "private" /* invited members only */

/* `budget` of a task or schedule. */
#define WEFT_HANDINGER_BUDGET_LOW "low"             /* quick: a single tool call */
#define WEFT_HANDINGER_BUDGET_STANDARD "standard"   /* the server's default */
#define WEFT_HANDINGER_BUDGET_HIGH "high"           /* several steps */
#define WEFT_HANDINGER_BUDGET_UNLIMITED "unlimited" /* no cap of what it spends */

/* `stream` of weft_handinger_get_worker_options: text, where a task's `stream` is a boolean. */
#define WEFT_HANDINGER_STREAM_TRUE "true"
#define WEFT_HANDINGER_STREAM_FALSE "false"

/* `type` of a schedule, asked for or found. Others may be found. */
#define WEFT_HANDINGER_SCHEDULE_SCHEDULED "scheduled" /* once, at a time */
#define WEFT_HANDINGER_SCHEDULE_DELAYED "delayed"     /* once, after a while */
#define WEFT_HANDINGER_SCHEDULE_CRON "cron"           /* by a cron expression */
#define WEFT_HANDINGER_SCHEDULE_INTERVAL "interval"   /* again and again */

/* `status` of a worker; it never tells of errors, a task's does. */
#define WEFT_HANDINGER_WORKER_RUNNING "running"
#define WEFT_HANDINGER_WORKER_COMPLETED "completed"
#define WEFT_HANDINGER_WORKER_PENDING "pending"

/* `status` of a task. The last three are final, until a follow-up turn sets it running again. */
#define WEFT_HANDINGER_TASK_PENDING "pending"
#define WEFT_HANDINGER_TASK_RUNNING "running"
#define WEFT_HANDINGER_TASK_COMPLETED "completed"
#define WEFT_HANDINGER_TASK_ERROR "error"
#define WEFT_HANDINGER_TASK_ABORTED "aborted"

/* `triggered_by` of a task. */
#define WEFT_HANDINGER_TRIGGERED_BY_API "api"
#define WEFT_HANDINGER_TRIGGERED_BY_EMAIL "email"
#define WEFT_HANDINGER_TRIGGERED_BY_SCHEDULE "schedule"
#define WEFT_HANDINGER_TRIGGERED_BY_UI "ui"

/* `request_status` of a webhook execution. */
#define WEFT_HANDINGER_WEBHOOK_SUCCESS "success" /* the endpoint answered 2xx */
#define WEFT_HANDINGER_WEBHOOK_ERROR "error"     /* it answered something else, or not at all */

/* Constants in results. */
#define WEFT_HANDINGER_OBJECT_WORKER "worker"            /* `object` of a worker */
#define WEFT_HANDINGER_OUTPUT_MESSAGE "message"          /* `type` of an output */
#define WEFT_HANDINGER_OUTPUT_ASSISTANT "assistant"      /* its `role` */
#define WEFT_HANDINGER_OUTPUT_COMPLETED "completed"      /* its `status` */
#define WEFT_HANDINGER_CONTENT_OUTPUT_TEXT "output_text" /* `type` of its content */
#define WEFT_HANDINGER_SOURCE_URL "url"                  /* `type` of a source */

/* Data of the event that ends a stream where the server sends one. */
#define WEFT_HANDINGER_DONE_DATA "[DONE]"
/* Where the client connects unless it is told otherwise. */
#define WEFT_HANDINGER_BASE_URL "https://handinger.com/"
/* The header that brings a webhook's token. */
#define WEFT_HANDINGER_TOKEN_HEADER "X-Handinger-Token"

/* ---- Requests ---------------------------------------------------------------------------------------- */

/** weft_handinger_create_worker; all optional. */
typedef struct weft_handinger_create_worker_request {
    weft_opt_str instructions;   /**< the system prompt of every task; at most 20 000 characters */
    weft_opt_str prompt;         /**< what to make instructions from where there are none; at most 10 000 */
    weft_opt_str summary;        /**< the purpose in a line; at most 80; made from `prompt` if there is one */
    weft_opt_str title;          /**< the name that people see; 1 to 200; none = one by chance */
    weft_opt_json output_schema; /**< JSON Schema, draft 7: every answer is checked against it */
    const char *visibility;      /**< WEFT_HANDINGER_VISIBILITY_* */
    const char *extra;           /**< JSON object whose members are added, and win over those above */
} weft_handinger_create_worker_request;

/** weft_handinger_update_worker: what is not sent stays as it is. Tasks that run keep the old instructions. */
typedef struct weft_handinger_update_worker_request {
    weft_opt_str instructions;   /**< replaces the system prompt; at most 20 000 characters */
    weft_opt_str summary;        /**< at most 80 */
    weft_opt_str title;          /**< 1 to 200 */
    weft_opt_json output_schema; /**< weft_null_json() clears it: answers are free text again */
    const char *visibility;      /**< WEFT_HANDINGER_VISIBILITY_* */
    const char *extra;           /**< JSON object whose members are added, and win over those above */
} weft_handinger_update_worker_request;

/** weft_handinger_get_worker. */
typedef struct weft_handinger_get_worker_options {
    const char *stream; /**< WEFT_HANDINGER_STREAM_FALSE, or none; for the other: weft_handinger_stream_worker */
} weft_handinger_get_worker_options;

/** A file for a task: from disk, read while it is sent, or from memory. */
typedef struct weft_handinger_file {
    const char *path;  /**< of a file, which must not change meanwhile; or: */
    const void *bytes; /**< its content, `bytes_len` long; copied */
    size_t bytes_len;
    const char *name;         /**< as the server sees it; NULL = the last part of `path`, else "anonymous_file" */
    const char *content_type; /**< NULL = application/octet-stream */
} weft_handinger_file;

/**
 * weft_handinger_create_task, weft_handinger_stream_task. Sent as JSON; with files as multipart/form-data,
 * which knows neither null nor `extra`.
 */
typedef struct weft_handinger_create_task_request {
    const char *input;      /**< required: what the agent is to do; "" is sent, and refused by the server */
    weft_opt_str task_id;   /**< an earlier task, which gets another turn; or an id of your choice for a new one */
    weft_opt_str worker_id; /**< none = a new worker, with `input` as its instructions */
    const char *budget;     /**< WEFT_HANDINGER_BUDGET_* */
    weft_opt_bool stream;   /**< false, or not sent; weft_handinger_stream_task sends true */
    const char *extra;      /**< JSON object whose members are added, and win over those above */
    const weft_handinger_file *files; /**< put into the worker's workspace before the task begins */
    size_t files_count;
    const char *files_name; /**< of their form fields; NULL = "files[]". A lone file may be called "files", too */
    weft_progress_cb *on_progress; /**< of weft_handinger_create_task with files, or NULL; has the call's `arg` */
    bool repeatable;               /**< not sent: to run twice does no harm, so retry as Handinger's own SDK does */
} weft_handinger_create_task_request;

/**
 * When to run. One of weft_handinger_at, weft_handinger_after, weft_handinger_cron and weft_handinger_every
 * makes one. `type` says which of the other members is sent; one that is not of its type must be zero.
 */
typedef struct weft_handinger_when {
    const char *type;         /**< WEFT_HANDINGER_SCHEDULE_*; required */
    const char *date;         /**< of "scheduled": RFC 3339, "2026-06-01T09:00:00Z" */
    int64_t delay_s; /**< of "delayed": 1 to 31 536 000, a year */
    const char *cron;         /**< of "cron": "0 9 * * 1-5"; the time zone is not documented: take it for UTC */
    int64_t interval_s; /**< of "interval": 1 to 31 536 000 */
} weft_handinger_when;

/** Once, at an RFC 3339 time. */
static inline weft_handinger_when weft_handinger_at(const char *date)
{
    weft_handinger_when when = {WEFT_HANDINGER_SCHEDULE_SCHEDULED, date, 0, NULL, 0};
    return when;
}
/** Once, so many seconds from now. */
static inline weft_handinger_when weft_handinger_after(int64_t seconds)
{
    weft_handinger_when when = {WEFT_HANDINGER_SCHEDULE_DELAYED, NULL, seconds, NULL, 0};
    return when;
}
/** By a cron expression. */
static inline weft_handinger_when weft_handinger_cron(const char *expression)
{
    weft_handinger_when when = {WEFT_HANDINGER_SCHEDULE_CRON, NULL, 0, expression, 0};
    return when;
}
/** Every so many seconds. */
static inline weft_handinger_when weft_handinger_every(int64_t seconds)
{
    weft_handinger_when when = {WEFT_HANDINGER_SCHEDULE_INTERVAL, NULL, 0, NULL, seconds};
    return when;
}

/** weft_handinger_create_schedule. */
typedef struct weft_handinger_create_schedule_request {
    const char *input;        /**< required: what to run; "" is sent, and refused by the server */
    weft_handinger_when when; /**< required */
    const char *budget;       /**< WEFT_HANDINGER_BUDGET_* */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
    bool repeatable;          /**< not sent: as in a task's request */
} weft_handinger_create_schedule_request;

/** weft_handinger_set_webhook. */
typedef struct weft_handinger_set_webhook_request {
    weft_opt_str url;  /**< required: an absolute https URL of at most 2 048 characters, or weft_null_str(), which
                            removes the webhook and its token */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_handinger_set_webhook_request;

/** weft_handinger_list_webhook_executions, weft_handinger_each_webhook_execution. */
typedef struct weft_handinger_list_webhook_executions_options {
    weft_opt_int64 page; /**< from 1, 50 executions each; not sent = the server's, 1 */
} weft_handinger_list_webhook_executions_options;

/* ---- Results: workers -------------------------------------------------------------------------------- */

/** weft_handinger_create_worker, weft_handinger_update_worker. */
typedef struct weft_handinger_worker_template {
    weft_object object;
    weft_str id;              /**< "wrk_..."; older ones "t_org_..._w_..." */
    weft_str created_at;      /**< `createdAt`: ISO 8601, or null; see weft_time_parse */
    weft_str instructions;    /**< may be empty */
    weft_str organization_id; /**< `organizationId`: "org_..." */
    weft_json output_schema;  /**< `outputSchema`: exact; null = none */
    weft_str summary;         /**< may be empty */
    weft_str title;           /**< the name that people see */
    weft_str updated_at;      /**< `updatedAt`: ISO 8601, or null */
    weft_str url;             /**< of its page */
    weft_str user_id;         /**< `userId`: who made it: "usr_..." */
    weft_str visibility;      /**< WEFT_HANDINGER_VISIBILITY_* */
} weft_handinger_worker_template;
/** A weft_done_cb with a weft_handinger_worker_template. */
typedef void weft_handinger_worker_template_cb(weft_call *call, const weft_error *error,
                                               const weft_handinger_worker_template *result, void *arg);

/** A file that a worker made or was given. */
typedef struct weft_handinger_worker_file {
    weft_object object;
    weft_str filename;   /**< or null */
    weft_str media_type; /**< `mediaType`: "image/png" */
    weft_str url;        /**< to fetch it from; see weft_http_request */
    weft_opt_int64 size_bytes; /**< `size`, where it is known */
} weft_handinger_worker_file;

/** A piece of what a worker said. */
typedef struct weft_handinger_worker_output_content {
    weft_object object;
    weft_str text; /**< the piece's text */
    weft_str type; /**< WEFT_HANDINGER_CONTENT_OUTPUT_TEXT */
} weft_handinger_worker_output_content;

/** What a worker said. */
typedef struct weft_handinger_worker_output {
    weft_object object;
    weft_str id;                                         /**< of this output */
    const weft_handinger_worker_output_content *content; /**< its pieces, in order */
    size_t content_count;
    weft_str role;   /**< WEFT_HANDINGER_OUTPUT_ASSISTANT */
    weft_str status; /**< WEFT_HANDINGER_OUTPUT_COMPLETED */
    weft_str type;   /**< WEFT_HANDINGER_OUTPUT_MESSAGE */
} weft_handinger_worker_output;

/** A page that a worker quotes. */
typedef struct weft_handinger_worker_source {
    weft_object object;
    weft_str id;    /**< of this source */
    weft_str title; /**< or null */
    weft_str type;  /**< WEFT_HANDINGER_SOURCE_URL */
    weft_str url;   /**< of the page */
} weft_handinger_worker_source;

/** What a task used up, as far as it is known. */
typedef struct weft_handinger_worker_usage {
    weft_object object;
    weft_opt_int64 credits;     /**< Handinger's unit of account: what the task cost; absent or null when unknown */
    weft_opt_int64 duration_ms; /**< `durationMs` */
} weft_handinger_worker_usage;

/** One message of a conversation: weft_handinger_read_message. */
typedef struct weft_handinger_message {
    weft_object object; /**< what else is in it: weft_object_get(&message->object, "parts") and so on */
    weft_str id;   /**< of the message; ptr NULL where it has none */
    weft_str role; /**< "user", "assistant" */
    weft_str text; /**< its `text`, or `content`, or those of its parts that are text, one behind the other; ptr NULL
                        when it has none */
} weft_handinger_message;

/** weft_handinger_create_task, weft_handinger_get_worker: a worker and its most recent task. */
typedef struct weft_handinger_worker {
    weft_object object;
    weft_str id;                             /**< "wrk_..." */
    weft_opt_int64 created_at_unix_s;        /**< `created_at`: seconds since 1970, or null */
    weft_json error;                         /**< exact; null so far */
    const weft_handinger_worker_file *files; /**< what the worker made or was given */
    size_t files_count;
    weft_json incomplete_details; /**< exact; null so far */
    const weft_json *messages;    /**< the conversation: each message exact, for its form is not documented:
                                       weft_handinger_read_message reads what can be told */
    size_t messages_count;
    weft_json metadata;                         /**< exact: an object */
    weft_str object_type;                       /**< `object`: WEFT_HANDINGER_OBJECT_WORKER */
    const weft_handinger_worker_output *output; /**< what it said, in order; `output_text` has the text of it */
    size_t output_count;
    weft_str output_text;                        /**< the answer; may be empty */
    bool running;                                /**< a task is under way */
    const weft_handinger_worker_source *sources; /**< the pages that it quotes */
    size_t sources_count;
    weft_str status;                          /**< WEFT_HANDINGER_WORKER_* */
    weft_json structured_output;              /**< exact; null without an output schema */
    weft_str url;                             /**< of its page */
    const weft_handinger_worker_usage *usage; /**< or none */
} weft_handinger_worker;
/** A weft_done_cb with a weft_handinger_worker. */
typedef void weft_handinger_worker_cb(weft_call *call, const weft_error *error, const weft_handinger_worker *result,
                                      void *arg);

/** weft_handinger_delete_worker. */
typedef struct weft_handinger_delete_worker_response {
    weft_object object;
    bool deleted; /**< true */
} weft_handinger_delete_worker_response;
/** A weft_done_cb with a weft_handinger_delete_worker_response. */
typedef void weft_handinger_delete_worker_cb(weft_call *call, const weft_error *error,
                                             const weft_handinger_delete_worker_response *result, void *arg);

/** weft_handinger_get_worker_email. */
typedef struct weft_handinger_worker_email {
    weft_object object;
    weft_str email; /**< mail to it starts a task */
} weft_handinger_worker_email;
/** A weft_done_cb with a weft_handinger_worker_email. */
typedef void weft_handinger_worker_email_cb(weft_call *call, const weft_error *error,
                                            const weft_handinger_worker_email *result, void *arg);

/* ---- Results: tasks ---------------------------------------------------------------------------------- */

/** What a task's turns used up together. */
typedef struct weft_handinger_task_totals {
    weft_object object;
    int64_t credits;     /**< Handinger's unit of account: what all turns cost; 0 while the first one runs */
    int64_t duration_ms; /**< `durationMs`: on the wall clock */
    int64_t turn_count;  /**< `turnCount` */
} weft_handinger_task_totals;

/** A conversation with a worker. */
typedef struct weft_handinger_task {
    weft_object object;
    weft_str id;                              /**< "tsk_...", or the id of your choice */
    weft_str completed_at;                    /**< `completedAt`: ISO 8601; null until it ended */
    weft_str created_at;                      /**< `createdAt`: ISO 8601 */
    weft_str created_by_user_id;              /**< `createdByUserId`; null of mail and schedules */
    weft_str organization_id;                 /**< `organizationId` */
    weft_str status;                          /**< WEFT_HANDINGER_TASK_*; see weft_handinger_task_is_final */
    weft_str title;                           /**< the name that people see */
    const weft_handinger_task_totals *totals; /**< of all its turns; NULL when the server sent none */
    weft_str triggered_by;                    /**< `triggeredBy`: WEFT_HANDINGER_TRIGGERED_BY_* */
    weft_str url;                             /**< of its page */
    weft_str worker_id;                       /**< `workerId` */
} weft_handinger_task;

/** One input and its output. */
typedef struct weft_handinger_task_turn {
    weft_object object;
    weft_str id;                 /**< "trn_..." */
    weft_str completed_at;       /**< `completedAt`: ISO 8601; null while it runs */
    int64_t credits;             /**< Handinger's unit of account: what the turn cost; 0 while it runs */
    int64_t duration_ms;         /**< `durationMs` */
    weft_str input;              /**< what the agent was asked */
    int64_t input_tokens;        /**< `inputTokens` */
    weft_str output_text;        /**< `outputText`; may be empty */
    int64_t output_tokens;       /**< `outputTokens` */
    weft_str role;               /**< "user"; free text */
    int64_t seq;                 /**< its place, from 0 */
    weft_str started_at;         /**< `startedAt`: ISO 8601 */
    weft_str status;             /**< "completed"; free text */
    weft_json structured_output; /**< `structuredOutput`: exact; null without an output schema */
    weft_str task_id;            /**< `taskId` */
} weft_handinger_task_turn;

/** weft_handinger_get_task, weft_handinger_wait_task. */
typedef struct weft_handinger_task_with_turns {
    weft_object object;
    const weft_handinger_task *task;       /**< the conversation itself; NULL when the server sent none */
    const weft_handinger_task_turn *turns; /**< none from later servers */
    size_t turns_count;
} weft_handinger_task_with_turns;
/** A weft_done_cb with a weft_handinger_task_with_turns. */
typedef void weft_handinger_task_with_turns_cb(weft_call *call, const weft_error *error,
                                               const weft_handinger_task_with_turns *result, void *arg);

/** weft_handinger_delete_task. */
typedef struct weft_handinger_delete_task_response {
    weft_object object;
    bool archived; /**< true */
} weft_handinger_delete_task_response;
/** A weft_done_cb with a weft_handinger_delete_task_response. */
typedef void weft_handinger_delete_task_cb(weft_call *call, const weft_error *error,
                                           const weft_handinger_delete_task_response *result, void *arg);

/* ---- Results: schedules ------------------------------------------------------------------------------ */

/**
 * weft_handinger_create_schedule, weft_handinger_list_schedules. One of four, told by `type`: see
 * weft_handinger_schedule_get_kind. One of another type has the common members, and all of it in `object`.
 */
typedef struct weft_handinger_schedule {
    weft_object object;
    weft_str id;              /**< "sch_..." */
    weft_str budget;          /**< WEFT_HANDINGER_BUDGET_* */
    weft_str input;           /**< what it runs */
    weft_str next_run_at;     /**< `nextRunAt`: RFC 3339; see weft_time_parse */
    weft_str type;            /**< WEFT_HANDINGER_SCHEDULE_* */
    int64_t delay_s; /**< `delayInSeconds` of "delayed" */
    weft_str cron;            /**< of "cron" */
    int64_t interval_s; /**< `intervalSeconds` of "interval" */
} weft_handinger_schedule;
/** A weft_done_cb with a weft_handinger_schedule. */
typedef void weft_handinger_schedule_cb(weft_call *call, const weft_error *error, const weft_handinger_schedule *result,
                                        void *arg);

/** weft_handinger_list_schedules. */
typedef struct weft_handinger_schedule_list {
    weft_object object;
    const weft_handinger_schedule *items; /**< the worker's schedules */
    size_t count;
    weft_str worker_id; /**< `workerId` */
} weft_handinger_schedule_list;
/** A weft_done_cb with a weft_handinger_schedule_list. */
typedef void weft_handinger_schedule_list_cb(weft_call *call, const weft_error *error,
                                             const weft_handinger_schedule_list *result, void *arg);

/** weft_handinger_cancel_schedule. */
typedef struct weft_handinger_cancel_schedule_response {
    weft_object object;
    bool cancelled; /**< true */
} weft_handinger_cancel_schedule_response;
/** A weft_done_cb with a weft_handinger_cancel_schedule_response. */
typedef void weft_handinger_cancel_schedule_cb(weft_call *call, const weft_error *error,
                                               const weft_handinger_cancel_schedule_response *result, void *arg);

/* ---- Results: webhooks ------------------------------------------------------------------------------- */

/** weft_handinger_get_webhook, _update_webhook, _delete_webhook, _regenerate_webhook_token. */
typedef struct weft_handinger_webhook {
    weft_object object;
    weft_str token; /**< comes with each delivery; null = no webhook. See weft_handinger_is_webhook_token */
    weft_str url;   /**< where deliveries go; null = no webhook */
} weft_handinger_webhook;
/** A weft_done_cb with a weft_handinger_webhook. */
typedef void weft_handinger_webhook_cb(weft_call *call, const weft_error *error, const weft_handinger_webhook *result,
                                       void *arg);

/** An attempt to deliver. */
typedef struct weft_handinger_webhook_execution {
    weft_object object;
    weft_str id;                    /**< "whe_..." */
    weft_str created_at;            /**< `createdAt`: RFC 3339; see weft_time_parse */
    int64_t duration_ms;            /**< `durationMs` */
    weft_str error_message;         /**< `errorMessage`: why it is in error, else null */
    weft_str request_status;        /**< `requestStatus`: WEFT_HANDINGER_WEBHOOK_* */
    weft_opt_int64 response_status; /**< `responseStatus`: the endpoint's HTTP status; null when not reached */
    weft_str task_id;               /**< `taskId`, or null */
    weft_str task_title;            /**< `taskTitle`, or null */
    weft_str url;                   /**< that was tried */
    weft_str worker_id;             /**< `workerId` */
} weft_handinger_webhook_execution;

/** weft_handinger_list_webhook_executions: a page. */
typedef struct weft_handinger_webhook_execution_list {
    weft_object object;
    const weft_handinger_webhook_execution *items; /**< newest first */
    size_t count;
    int64_t page;        /**< this one, from 1 */
    int64_t page_count;  /**< `pageCount` */
    int64_t total_count; /**< `totalCount`: executions on record */
} weft_handinger_webhook_execution_list;
/** A weft_done_cb with a weft_handinger_webhook_execution_list. */
typedef void weft_handinger_webhook_execution_list_cb(weft_call *call, const weft_error *error,
                                                      const weft_handinger_webhook_execution_list *result, void *arg);

#ifdef __cplusplus
}
#endif

#endif
