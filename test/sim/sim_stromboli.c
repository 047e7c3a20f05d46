/* sim_stromboli.c - Stromboli's operations, its errors, and the small answers: health, status, metrics. */
#include "sim_stromboli.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char text_plain[] = "text/plain; charset=utf-8";

void stromboli_plain_error(sim_call *call, int status, const char *text)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "error", text);
    weft__write_object_end(&writer);
    sim_answer_end(call, status);
}

static void error_members(sim_call *call, weft__writer *writer)
{
    switch (call->operation->errors) {
    case STROMBOLI_RUN:
        sim_put_text(writer, "id", "");
        sim_put_text(writer, "status", "error");
        break;
    case STROMBOLI_NAMED:
    case STROMBOLI_RESULT:
        sim_put_bool(writer, "success", false);
        if (call->operation->errors == STROMBOLI_NAMED && call->params[0].ptr)
            sim_put_str(writer, "name", call->params[0]);
        break;
    case STROMBOLI_SECRETS:
    case STROMBOLI_SESSIONS:
        sim_put_name(writer, call->operation->errors == STROMBOLI_SECRETS ? "secrets" : "sessions");
        weft__write_null(writer);
        break;
    default:
        break;
    }
}

static void answer_error(sim_call *call, int status, const char *text)
{
    weft__writer writer;

    if (call->operation->errors == STROMBOLI_TEXT) {
        sim_answer_text(call, status, text_plain, text);
        return;
    }
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    error_members(call, &writer);
    sim_put_text(&writer, "error", text);
    weft__write_object_end(&writer);
    sim_answer_end(call, status);
}

void stromboli_error(sim_call *call, int status, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    answer_error(call, status, text);
}

void stromboli_blame(sim_call *call, int status, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    sim_malformed(call->sim, "stromboli %s: %s", call->operation->name, text);
    answer_error(call, status, text);
}

void stromboli_uuid(sim_random random, char ret_uuid[STROMBOLI_UUID_SIZE])
{
    uint64_t high = sim_random_next(&random), low = sim_random_next(&random);

    snprintf(ret_uuid, STROMBOLI_UUID_SIZE, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(high >> 32),
             (unsigned)(high >> 16 & 0xffff), (unsigned)(high & 0xfff), (unsigned)(0x8000 | (low >> 48 & 0x3fff)),
             (unsigned long long)(low & UINT64_C(0xffffffffffff)));
}

bool stromboli_is_uuid(weft_str text)
{
    if (text.len != STROMBOLI_UUID_SIZE - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? text.ptr[i] != '-' : weft__text_hex_value(text.ptr[i]) < 0)
            return false;
    }
    return true;
}

static void health(sim_call *call)
{
    bool degraded = call->sim->options.degraded;
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "name", "stromboli");
    sim_put_text(&writer, "status", degraded ? "degraded" : "ok");
    sim_put_text(&writer, "version", "0.4.0-alpha");
    sim_put_name(&writer, "components");
    weft__write_array(&writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "name", "podman");
    sim_put_text(&writer, "status", "ok");
    weft__write_object_end(&writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "name", "claude-credentials-file");
    sim_put_text(&writer, "status", degraded ? "error" : "ok");
    if (degraded)
        sim_put_text(&writer, "error", "credentials file not found");
    weft__write_object_end(&writer);
    weft__write_array_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

static void claude_status(sim_call *call)
{
    bool configured = !call->sim->options.unconfigured;
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "configured", configured);
    sim_put_text(&writer, "message", configured ? "Claude is configured" : "Run 'make claude-setup' to configure");
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

static void metrics(sim_call *call)
{
    const stromboli *state = call->state;
    char text[512];

    snprintf(text, sizeof(text),
             "# HELP stromboli_http_requests_total Requests received.\n"
             "# TYPE stromboli_http_requests_total counter\n"
             "stromboli_http_requests_total %llu\n"
             "# HELP stromboli_jobs Jobs remembered.\n"
             "# TYPE stromboli_jobs gauge\n"
             "stromboli_jobs %zu\n"
             "# HELP stromboli_streams_open Streams open now.\n"
             "# TYPE stromboli_streams_open gauge\n"
             "stromboli_streams_open %llu\n",
             (unsigned long long)call->sim->requests, stromboli_jobs_count(state->jobs),
             (unsigned long long)call->sim->http.counts.streams_open);
    sim_answer_text(call, 200, "text/plain; version=0.0.4; charset=utf-8", text);
}

static void begin(sim_call *call)
{
    weft_str given = sim_request_header(call->exchange, "x-request-id");
    sim_random random = sim_random_for(call->sim->options.seed, 0x7265717565737469, call->sim->requests);
    char id[129];

    if (given.ptr && given.len > 0 && given.len < sizeof(id))
        snprintf(id, sizeof(id), "%.*s", (int)given.len, given.ptr);
    else
        snprintf(id, sizeof(id), "%016llx", (unsigned long long)sim_random_next(&random));
    sim_reply_header(call->exchange, "X-Request-Id", id);
}

/* A path with one slash too many or too few is sent on to the operation that it means. */
static bool redirect(sim_call *call)
{
    const sim_operation *operations = call->service->operations;
    const char *method = sim_request_method(call->exchange);
    size_t len = strlen(call->path);
    char other[512];

    if (len < 2 || len + 2 > sizeof(other) || call->path[len - 1] != '/')
        return false;
    snprintf(other, sizeof(other), "%.*s", (int)(len - 1), call->path);
    for (size_t i = 0; i < call->service->operation_count; i++) {
        if (strcmp(operations[i].method, method) != 0 || strcmp(operations[i].path, other) != 0)
            continue;
        sim_reply_header(call->exchange, "Location", other);
        sim_reply(call->exchange, strcmp(method, "GET") == 0 ? 301 : 307, text_plain, "", 0);
        return true;
    }
    return false;
}

static void refuse_body(sim_call *call, const char *text)
{
    bool run = call->operation->errors == STROMBOLI_RUN;
    bool auth = strncmp(call->operation->path, "/auth/", 6) == 0;

    stromboli_error(call, 400, "%s%s", run ? "Invalid request: " : auth ? "invalid request: " : "", text);
}

static void refuse(sim_call *call, sim_refusal why, const char *text)
{
    switch (why) {
    case SIM_NO_ROUTE:
        if (!redirect(call))
            sim_answer_text(call, 404, "text/plain", "404 page not found");
        break;
    case SIM_RATE_LIMITED:
        stromboli_plain_error(call, 429, "rate limit exceeded");
        break;
    case SIM_UNAVAILABLE:
        stromboli_error(call, 503, "service temporarily unavailable");
        break;
    case SIM_BAD_QUERY:
        stromboli_error(call, 400, "%s", text);
        break;
    case SIM_BAD_BODY:
        refuse_body(call, text);
        break;
    case SIM_NO_MEMORY:
        sim_reply(call->exchange, 500, NULL, "", 0);
        break;
    }
}

/* ---- Answers that were asked for ---------------------------------------------------------------------- */

/* {"success":false} with what the request named, and the error unless the server forgets to say. */
static void write_result(sim_call *call, weft__writer *writer, const char *error)
{
    weft_str image = sim_json_text(&call->exchange->arena, sim_request_body(call->exchange), "image");
    weft_str name = sim_json_text(&call->exchange->arena, sim_request_body(call->exchange), "name");

    sim_put_bool(writer, "success", false);
    if (image.ptr)
        sim_put_str(writer, "image", image);
    else if (name.ptr)
        sim_put_str(writer, "name", name);
    else if (call->params[0].ptr)
        sim_put_str(writer, call->operation->errors == STROMBOLI_RESULT ? "session_id" : "name", call->params[0]);
    if (error)
        sim_put_text(writer, "error", error);
}

/* An image of which nothing is known, as some versions answer for one that is not there. */
static void write_zeroed(weft__writer *writer, const char *error)
{
    sim_put_text(writer, "repository", "");
    sim_put_text(writer, "tag", "");
    sim_put_int(writer, "size", 0);
    sim_put_bool(writer, "compatible", false);
    sim_put_int(writer, "compatibility_rank", 0);
    sim_put_text(writer, "error", error);
}

/* {"images":null,"error"}: what a list is called is the last part of its path. */
static void write_list(sim_call *call, weft__writer *writer, const char *error)
{
    sim_put_name(writer, strrchr(call->operation->path, '/') + 1);
    weft__write_null(writer);
    sim_put_text(writer, "error", error);
}

static bool word(sim_call *call, int status, const char *shape, const char *text)
{
    weft__writer writer;

    if (strcmp(shape, "error") == 0) {
        answer_error(call, status, text);
        return true;
    }
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    if (strcmp(shape, "plain") == 0)
        sim_put_text(&writer, "error", text);
    else if (strcmp(shape, "message") == 0)
        sim_put_text(&writer, "message", text);
    else if (strcmp(shape, "result") == 0)
        write_result(call, &writer, text);
    else if (strcmp(shape, "unsaid") == 0)
        write_result(call, &writer, NULL);
    else if (strcmp(shape, "list") == 0)
        write_list(call, &writer, text);
    else if (strcmp(shape, "zeroed") == 0)
        write_zeroed(&writer, text);
    else
        return false;
    weft__write_object_end(&writer);
    sim_answer_end(call, status);
    return true;
}

static const sim_operation operations[] = {
    {"seed", "GET", "/health", "Health", health, SIM_OPEN, 0, NULL, NULL},
    {"seed", "GET", "/claude/status", "ClaudeStatus", claude_status, 0, 0, NULL, NULL},
    {"seed", "POST", "/run", "Run", stromboli_run, 0, STROMBOLI_RUN, NULL, &stromboli_run_shape},
    {"seed", "POST", "/run/async", "RunAsync", stromboli_run_async, 0, STROMBOLI_RUN, NULL, &stromboli_run_shape},
    {"seed", "GET", "/run/stream", "Stream", stromboli_run_stream, 0, STROMBOLI_TEXT, "prompt workdir session_id",
     NULL},
    {"seed", "GET", "/jobs", "ListJobs", stromboli_list_jobs, 0, 0, NULL, NULL},
    {"seed", "GET", "/jobs/{id}", "GetJob", stromboli_get_job, 0, STROMBOLI_RUN, NULL, NULL},
    {"seed", "DELETE", "/jobs/{id}", "CancelJob", stromboli_cancel_job, 0, STROMBOLI_RUN, NULL, NULL},
    {"seed", "GET", "/sessions", "ListSessions", stromboli_list_sessions, 0, STROMBOLI_SESSIONS, NULL, NULL},
    {"seed", "DELETE", "/sessions/{id}", "DestroySession", stromboli_delete_session, 0, STROMBOLI_RESULT, NULL, NULL},
    {"seed", "GET", "/sessions/{id}/messages", "GetMessages", stromboli_get_messages, 0, 0, "limit offset", NULL},
    {"seed", "GET", "/sessions/{id}/messages/{message_id}", "GetMessage", stromboli_get_message, 0, 0, NULL, NULL},
    {"seed", "POST", "/auth/token", "GetToken", stromboli_get_token, SIM_OPEN, 0, NULL, &stromboli_token_shape},
    {"seed", "POST", "/auth/refresh", "RefreshToken", stromboli_refresh_token, SIM_OPEN, 0, NULL,
     &stromboli_refresh_shape},
    {"seed", "GET", "/auth/validate", "ValidateToken", stromboli_validate_token, SIM_OPEN, 0, NULL, NULL},
    {"seed", "POST", "/auth/logout", "Logout", stromboli_log_out, SIM_OPEN, 0, NULL, NULL},
    {"seed", "GET", "/secrets", "ListSecrets", stromboli_list_secrets, 0, STROMBOLI_SECRETS, NULL, NULL},
    {"seed", "POST", "/secrets", "CreateSecret", stromboli_create_secret, 0, STROMBOLI_NAMED, NULL,
     &stromboli_secret_shape},
    {"seed", "GET", "/secrets/{name}", "GetSecret", stromboli_get_secret, 0, STROMBOLI_NAMED, NULL, NULL},
    {"seed", "DELETE", "/secrets/{name}", "DeleteSecret", stromboli_delete_secret, 0, STROMBOLI_NAMED, NULL, NULL},
    {"seed", "GET", "/images", "ListImages", stromboli_list_images, 0, 0, NULL, NULL},
    {"seed", "GET", "/images/{name}", "GetImage", stromboli_get_image, 0, 0, NULL, NULL},
    {"seed", "GET", "/images/search", "SearchImages", stromboli_search_images, 0, 0, "q limit no_trunc", NULL},
    {"seed", "POST", "/images/pull", "PullImage", stromboli_pull_image, 0, 0, NULL, &stromboli_pull_shape},
    {"beyond", "GET", "/metrics", "Metrics", metrics, SIM_OPEN, STROMBOLI_TEXT, NULL, NULL},
};

static void forget(stromboli *state)
{
    stromboli_jobs_free(state->jobs);
    stromboli_history_free(state->history);
    stromboli_tokens_free(state->tokens);
    stromboli_secrets_free(state->secrets);
    stromboli_images_free(state->images);
}

static bool begin_afresh(stromboli *state)
{
    state->jobs = stromboli_jobs_new();
    state->history = stromboli_history_new((size_t)state->sim->options.keep_sessions);
    state->tokens = stromboli_tokens_new();
    state->secrets = stromboli_secrets_new();
    state->images = stromboli_images_new();
    return state->jobs && state->history && state->tokens && state->secrets && state->images;
}

static void close_state(void *memory)
{
    forget(memory);
    free(memory);
}

static void *open_state(sim_server *sim)
{
    stromboli *state = calloc(1, sizeof(*state));

    if (!state)
        return NULL;
    state->sim = sim;
    if (begin_afresh(state))
        return state;
    close_state(state);
    return NULL;
}

/* A test tool that runs out of memory here has nothing better to do than to end. */
static void reset_state(void *memory)
{
    forget(memory);
    if (!begin_afresh(memory))
        abort();
}

const sim_service sim_stromboli = {
    .name = "stromboli",
    .operations = operations,
    .operation_count = sizeof(operations) / sizeof(operations[0]),
    .decodes_path_first = true,
    .open = open_state,
    .close = close_state,
    .reset = reset_state,
    .begin = begin,
    .authorize = stromboli_authorize,
    .refuse = refuse,
    .word = word,
};
