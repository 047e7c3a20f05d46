/* What Stromboli can be asked. */
#include "service/stromboli_operations.h"

#include "service/stromboli_types.h"

/* One line of the contract's table, by the name of its function; the label is for messages, after "cannot". */
#define SEED(n, m, p, l) .name = (n), .method = (m), .path = (p), .label = (l), .seed = true

/* Its SDK has 30 s for everything, and loses every run that takes longer, while it goes on and costs. A container has
 * half an hour unless the request says otherwise (stromboli_deadline.c), and pulling an image ten minutes. A job that
 * began unheard is lost as well. */
static const weft_timeouts runs = {.connect_ms = 10000, .total_ms = WEFT__STROMBOLI_RUN_MS};
static const weft_timeouts starts = {.connect_ms = 10000, .total_ms = 2 * 60000};
static const weft_timeouts pulls = {.connect_ms = 10000, .total_ms = 12 * 60000};
static const weft_timeouts asks_registries = {.connect_ms = 10000, .total_ms = 60000};

/* A success without a body is one with nothing to say, as it is for Stromboli's own SDK. */
#define ASKS .flags = WEFT__OP_REPEATABLE | WEFT__OP_EMPTY_OK       /* looks something up */
#define ACTS .flags = WEFT__OP_EMPTY_OK                             /* changes or starts something: never asked twice */
#define ACTS_IN_SECRET .flags = WEFT__OP_EMPTY_OK | WEFT__OP_SECRET /* the same, with a token or a secret in it */

#define RESPONSE(type) .response = &weft__stromboli_##type##_type
#define NEEDS(member) .needs = #member
#define REQUEST(type) .request = &weft__stromboli_##type##_request_type
#define QUERY(type) .query = &weft__stromboli_##type##_query_type
#define CHECK(what) .check = weft__stromboli_objection_to_##what
#define INSPECT(hook) .inspect = weft__stromboli_inspect_##hook

#define TELLS(name) .deliver = weft__deliver_##name

WEFT__STROMBOLI_RESULTS(WEFT__DEFINE_DELIVER)

/* clang-format off */
const weft__operation weft__stromboli_operations[WEFT__STROMBOLI_OPERATION_COUNT] = {
    [WEFT__STROMBOLI_GET_HEALTH] = {
        SEED("GetHealth", "GET", "/health", "get the health status"),
        TELLS(stromboli_health),
        RESPONSE(health), ASKS, INSPECT(health),
    },
    [WEFT__STROMBOLI_GET_CLAUDE_STATUS] = {
        SEED("GetClaudeStatus", "GET", "/claude/status", "get Claude's status"),
        TELLS(stromboli_claude_status),
        RESPONSE(claude_status), ASKS,
    },
    [WEFT__STROMBOLI_RUN] = {
        SEED("Run", "POST", "/run", "run the prompt"),
        TELLS(stromboli_run),
        REQUEST(run), RESPONSE(run_response), ACTS, .timeouts = &runs,
        CHECK(run), WEFT__RARE(.deadline = weft__stromboli_run_deadline),
    },
    [WEFT__STROMBOLI_RUN_ASYNC] = {
        SEED("RunAsync", "POST", "/run/async", "start the run"),
        TELLS(stromboli_run_async),
        REQUEST(run), RESPONSE(run_async_response), NEEDS(job_id), ACTS, .timeouts = &starts, CHECK(run),
    },
    [WEFT__STROMBOLI_STREAM] = {
        SEED("Stream", "GET", "/run/stream", "stream the run"), QUERY(stream), CHECK(stream),
    },
    [WEFT__STROMBOLI_LIST_JOBS] = {
        SEED("ListJobs", "GET", "/jobs", "list the jobs"),
        TELLS(stromboli_job_list),
        RESPONSE(job_list), ASKS, INSPECT(jobs),
    },
    [WEFT__STROMBOLI_GET_JOB] = {
        SEED("GetJob", "GET", "/jobs/{id}", "get the job"),
        TELLS(stromboli_job),
        RESPONSE(job), NEEDS(id), ASKS,
    },
    [WEFT__STROMBOLI_CANCEL_JOB] = {
        SEED("CancelJob", "DELETE", "/jobs/{id}", "cancel the job"),
        TELLS(stromboli_cancel_job),
        RESPONSE(cancel_job_response), ACTS, INSPECT(cancel_job),
    },
    [WEFT__STROMBOLI_LIST_SESSIONS] = {
        SEED("ListSessions", "GET", "/sessions", "list the sessions"),
        TELLS(stromboli_session_list),
        RESPONSE(session_list), ASKS, INSPECT(sessions),
    },
    [WEFT__STROMBOLI_DELETE_SESSION] = {
        SEED("DeleteSession", "DELETE", "/sessions/{id}", "destroy the session"),
        TELLS(stromboli_delete_session),
        RESPONSE(delete_session_response), ACTS, INSPECT(delete_session),
    },
    [WEFT__STROMBOLI_LIST_MESSAGES] = {
        SEED("ListMessages", "GET", "/sessions/{id}/messages", "get the messages"),
        TELLS(stromboli_message_list),
        RESPONSE(message_list), ASKS, INSPECT(messages), QUERY(messages), CHECK(messages),
    },
    [WEFT__STROMBOLI_GET_MESSAGE] = {
        SEED("GetMessage", "GET", "/sessions/{id}/messages/{message_id}", "get the message"),
        TELLS(stromboli_message),
        RESPONSE(message_response), ASKS, INSPECT(message),
    },
    [WEFT__STROMBOLI_CREATE_TOKEN] = {
        SEED("CreateToken", "POST", "/auth/token", "create a token"),
        TELLS(stromboli_token),
        REQUEST(token), RESPONSE(token), NEEDS(access_token), ACTS_IN_SECRET, CHECK(get_token),
    },
    [WEFT__STROMBOLI_REFRESH_TOKEN] = {
        SEED("RefreshToken", "POST", "/auth/refresh", "refresh the token"),
        TELLS(stromboli_token),
        REQUEST(refresh), RESPONSE(token), NEEDS(access_token), ACTS_IN_SECRET, CHECK(refresh_token),
    },
    [WEFT__STROMBOLI_VALIDATE_TOKEN] = {
        SEED("ValidateToken", "GET", "/auth/validate", "validate the token"),
        TELLS(stromboli_token_validation),
        RESPONSE(token_validation), ASKS, CHECK(no_token),
    },
    [WEFT__STROMBOLI_LOG_OUT] = {
        SEED("LogOut", "POST", "/auth/logout", "log out"),
        TELLS(stromboli_log_out),
        RESPONSE(log_out_response), ACTS, CHECK(no_token),
    },
    [WEFT__STROMBOLI_LIST_SECRETS] = {
        SEED("ListSecrets", "GET", "/secrets", "list the secrets"),
        TELLS(stromboli_secret_list),
        RESPONSE(secret_list), ASKS, INSPECT(secrets),
    },
    [WEFT__STROMBOLI_CREATE_SECRET] = {
        SEED("CreateSecret", "POST", "/secrets", "create the secret"),
        TELLS(stromboli_secret_change),
        REQUEST(create_secret), RESPONSE(secret_change), ACTS_IN_SECRET, INSPECT(create_secret),
        CHECK(create_secret),
    },
    [WEFT__STROMBOLI_GET_SECRET] = {
        SEED("GetSecret", "GET", "/secrets/{name}", "get the secret"),
        TELLS(stromboli_secret),
        RESPONSE(secret), ASKS,
    },
    [WEFT__STROMBOLI_DELETE_SECRET] = {
        SEED("DeleteSecret", "DELETE", "/secrets/{name}", "delete the secret"),
        TELLS(stromboli_secret_change),
        RESPONSE(secret_change), ACTS, INSPECT(delete_secret),
    },
    [WEFT__STROMBOLI_LIST_IMAGES] = {
        SEED("ListImages", "GET", "/images", "list the images"),
        TELLS(stromboli_image_list),
        RESPONSE(image_list), ASKS, INSPECT(images),
    },
    [WEFT__STROMBOLI_GET_IMAGE] = {
        SEED("GetImage", "GET", "/images/{name}", "get the image"),
        TELLS(stromboli_image),
        RESPONSE(image), ASKS, INSPECT(image), WEFT__RARE(.otherwise = weft__stromboli_find_image),
    },
    [WEFT__STROMBOLI_SEARCH_IMAGES] = {
        SEED("SearchImages", "GET", "/images/search", "search for images"),
        TELLS(stromboli_image_match_list),
        RESPONSE(image_match_list), ASKS, INSPECT(image_matches), .timeouts = &asks_registries,
        QUERY(search), CHECK(search_images),
    },
    [WEFT__STROMBOLI_PULL_IMAGE] = {
        SEED("PullImage", "POST", "/images/pull", "pull the image"),
        TELLS(stromboli_pull_image),
        REQUEST(pull_image), RESPONSE(pull_image_response), ACTS, .timeouts = &pulls, CHECK(pull_image),
    },
    [WEFT__STROMBOLI_GET_METRICS] = {
        .name = "GetMetrics", .method = "GET", .path = "/metrics", .label = "get the metrics",
        TELLS(text),
        .flags = WEFT__OP_REPEATABLE | WEFT__OP_TEXT,
    },
};
/* clang-format on */

/* Without "done" or "error" a stream was cut. Its last event counts even when the blank line is missing.
 *
 * The server writes each line of the container's output, split at line feeds, as `data: LINE`: a CR in it is output, be
 * it of a progress meter or of somebody who would like to write events. The text of an "error" is the only one that can
 * hold line feeds: what it says of types comes after the server's own. */
static const weft__stream_rules stream_rules = {
    .done_event = WEFT_STROMBOLI_EVENT_DONE,
    .error_event = WEFT_STROMBOLI_EVENT_ERROR,
    .keep_unfinished = true,
    .lf_only = true,
    .first_type_counts = true,
    .doubt = weft__stromboli_doubt_done,
};

const weft__service weft__stromboli_service = {
    .name = "Stromboli",
    .operations = weft__stromboli_operations,
    .operation_count = WEFT__STROMBOLI_OPERATION_COUNT,
    .timeouts = {.connect_ms = 10000, .total_ms = 30000},
    .stream_timeouts = {.connect_ms = 10000},
    .stream = &stream_rules,
    .explain = weft__stromboli_explain,
};
