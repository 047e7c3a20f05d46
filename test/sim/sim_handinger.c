/* sim_handinger.c - Handinger's operations, its keys and its errors. */
#include "sim_handinger.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/text.h"

/* ---- Small helpers ----------------------------------------------------------------------------------- */

unsigned handinger_hash(const char *id)
{
    unsigned hash = 2166136261u;

    for (; *id; id++)
        hash = (hash ^ (unsigned char)*id) * 16777619u;
    return hash % HANDINGER_BUCKETS;
}

char *handinger_copy(const char *text)
{
    char *copy = strdup(text);

    if (!copy)
        abort();
    return copy;
}

void handinger_id(sim_random *random, const char *prefix, char ret_id[HANDINGER_ID_SIZE])
{
    snprintf(ret_id, HANDINGER_ID_SIZE, "%s_%016llx", prefix, (unsigned long long)sim_random_next(random));
}

void handinger_put_null(weft__writer *writer, const char *name)
{
    sim_put_name(writer, name);
    weft__write_null(writer);
}

void handinger_put_optional(weft__writer *writer, const char *name, const char *value)
{
    if (value)
        sim_put_text(writer, name, value);
    else
        handinger_put_null(writer, name);
}

void handinger_put_time(weft__writer *writer, const sim_server *sim, const char *name, uint64_t at_ms)
{
    char seconds[32], text[40];

    sim_time_text(sim, at_ms, seconds);
    snprintf(text, sizeof(text), "%.19s.%03dZ", seconds, (int)((sim->epoch_ms + (int64_t)at_ms) % 1000));
    sim_put_text(writer, name, text);
}

void handinger_check_accept(sim_call *call, const char *type)
{
    weft_str accept = sim_request_header(call->exchange, "accept");

    if (accept.ptr && !memmem(accept.ptr, accept.len, type, strlen(type)) && !memmem(accept.ptr, accept.len, "*/*", 3))
        sim_malformed(call->sim, "handinger %s: Accept does not allow %s", call->operation->name, type);
}

/* ---- Errors ------------------------------------------------------------------------------------------ */

static void answer_error(sim_call *call, int status, const char *text)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "error", text);
    weft__write_object_end(&writer);
    sim_answer_end(call, status);
}

void handinger_error(sim_call *call, int status, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    answer_error(call, status, text);
}

void handinger_blame(sim_call *call, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    sim_malformed(call->sim, "handinger %s: %s", call->operation->name, text);
    answer_error(call, 400, text);
}

static void refuse(sim_call *call, sim_refusal why, const char *text)
{
    switch (why) {
    case SIM_NO_ROUTE:
        sim_answer_text(call, 404, "text/html; charset=utf-8", "<!doctype html><title>404</title>");
        break;
    case SIM_RATE_LIMITED:
        answer_error(call, 429, "Rate limit exceeded");
        break;
    case SIM_UNAVAILABLE:
        answer_error(call, 503, "Service unavailable");
        break;
    case SIM_BAD_QUERY:
    case SIM_BAD_BODY:
        answer_error(call, 400, text);
        break;
    case SIM_NO_MEMORY:
        sim_reply(call->exchange, 500, NULL, "", 0);
        break;
    }
}

/* ---- The error that a request asks for --------------------------------------------------------------- */

static void answer_worded(sim_call *call, int status, const char *shape)
{
    static const char text[] = "asked for by X-Sim-Answer";
    char json[128];

    if (strcmp(shape, "error") == 0)
        answer_error(call, status, text);
    else if (strcmp(shape, "text") == 0)
        sim_answer_text(call, status, "text/plain", text);
    else if (strcmp(shape, "html") == 0)
        sim_answer_text(call, status, "text/html", "<html>bad gateway</html>");
    else if (strcmp(shape, "empty") == 0)
        sim_reply(call->exchange, status, NULL, "", 0);
    else {
        snprintf(json, sizeof(json),
                 strcmp(shape, "object") == 0    ? "{\"error\":{\"message\":\"%s\"}}"
                 : strcmp(shape, "message") == 0 ? "{\"message\":\"%s\"}"
                                                 : "{\"error\":\"%s",
                 text);
        sim_answer_text(call, status, "application/json", json);
    }
}

static int number_in(weft_str text, int otherwise)
{
    int64_t number;
    size_t len = 0;

    while (len < text.len && weft__text_is_digit(text.ptr[len]))
        len++;
    return sim_number((weft_str){text.ptr, len}, &number) && number < 1000 ? (int)number : otherwise;
}

/* Whether the request asked for an error, and got it. */
static bool answer_as_asked(sim_call *call)
{
    weft_str asked = sim_request_header(call->exchange, "x-sim-answer");
    weft_str header = sim_request_header(call->exchange, "x-sim-header");
    weft_str times = sim_request_header(call->exchange, "x-sim-times");
    int attempt = number_in(sim_request_header(call->exchange, "x-stainless-retry-count"), 0);
    char shape[16] = "error", line[256], name[64], value[192];

    if (!asked.ptr || (times.ptr && attempt >= number_in(times, 0)))
        return false;
    if (asked.len > 4)
        snprintf(shape, sizeof(shape), "%.*s", (int)(asked.len - 4), asked.ptr + 4);
    snprintf(line, sizeof(line), "%.*s", header.ptr ? (int)header.len : 0, header.ptr ? header.ptr : "");
    if (sscanf(line, "%63[^:]: %191[^\n]", name, value) == 2)
        sim_reply_header(call->exchange, name, value);
    answer_worded(call, number_in(asked, 500), shape);
    return true;
}

/* ---- Keys -------------------------------------------------------------------------------------------- */

/* The key behind "Bearer "; ptr NULL when there is none. */
static weft_str key_of(const sim_call *call)
{
    weft_str value = sim_request_header(call->exchange, "authorization");

    if (!value.ptr || value.len < 8 || strncasecmp(value.ptr, "bearer ", 7) != 0 ||
        memchr(value.ptr + 7, ' ', value.len - 7))
        return (weft_str){NULL, 0};
    return (weft_str){value.ptr + 7, value.len - 7};
}

void handinger_user(const sim_call *call, char ret_id[HANDINGER_ID_SIZE])
{
    weft_str key = key_of(call);
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (unsigned char)key.ptr[i]) * 16777619u;
    snprintf(ret_id, HANDINGER_ID_SIZE, "usr_%08x", (unsigned)hash);
}

static bool is_good_key(const sim_call *call, weft_str key)
{
    const char *wanted = call->sim->options.token;
    size_t len = wanted ? strlen(wanted) : 0;

    if (!key.ptr)
        return false;
    return !wanted || (key.len >= len && memcmp(key.ptr, wanted, len) == 0 && (key.len == len || key.ptr[len] == '.'));
}

static bool authorize(sim_call *call)
{
    weft_str value = sim_request_header(call->exchange, "authorization");
    weft_str key = key_of(call);

    if (answer_as_asked(call))
        return false;
    if (sim_request_header_count(call->exchange, "authorization") > 1 || (value.ptr && !key.ptr))
        sim_malformed(call->sim, "handinger %s: Authorization is not one Bearer key", call->operation->name);
    if (is_good_key(call, key))
        return true;
    call->sim->unauthorized++;
    answer_error(call, 401, value.ptr ? "Invalid API key" : "Missing API key");
    return false;
}

/* ---- The service ------------------------------------------------------------------------------------- */

#define WORKER "/api/workers/{workerId}"

static const sim_operation operations[] = {
    {"seed", "POST", "/api/workers", "Workers.New", handinger_create_worker, 0, 0, NULL, &handinger_create_worker_shape,
     NULL},
    {"seed", "GET", WORKER, "Workers.Get", handinger_get_worker, 0, 0, "stream", NULL, NULL},
    {"seed", "PATCH", WORKER, "Workers.Update", handinger_update_worker, 0, 0, NULL, &handinger_update_worker_shape,
     NULL},
    {"seed", "DELETE", WORKER, "Workers.Delete", handinger_delete_worker, 0, 0, NULL, NULL, NULL},
    {"seed", "GET", WORKER "/email", "Workers.GetEmail", handinger_get_worker_email, 0, 0, NULL, NULL, NULL},
    {"seed", "POST", WORKER "/schedules", "Workers.Schedules.New", handinger_create_schedule, 0, 0, NULL,
     &handinger_schedule_shape, NULL},
    {"seed", "GET", WORKER "/schedules", "Workers.Schedules.List", handinger_list_schedules, 0, 0, NULL, NULL, NULL},
    {"seed", "DELETE", WORKER "/schedules/{scheduleId}", "Workers.Schedules.Cancel", handinger_cancel_schedule, 0, 0,
     NULL, NULL, NULL},
    {"seed", "GET", WORKER "/webhook", "Workers.Webhooks.Get", handinger_get_webhook, 0, 0, NULL, NULL, NULL},
    {"seed", "PUT", WORKER "/webhook", "Workers.Webhooks.Update", handinger_update_webhook, 0, 0, NULL,
     &handinger_webhook_shape, NULL},
    {"seed", "DELETE", WORKER "/webhook", "Workers.Webhooks.Delete", handinger_delete_webhook, 0, 0, NULL, NULL, NULL},
    {"seed", "GET", WORKER "/webhook/executions", "Workers.Webhooks.ListExecutions", handinger_list_executions, 0, 0,
     "page", NULL, NULL},
    {"seed", "POST", WORKER "/webhook/regenerate-token", "Workers.Webhooks.RegenerateToken", handinger_regenerate_token,
     0, 0, NULL, NULL, NULL},
    {"seed", "POST", "/api/tasks", "Tasks.New", handinger_create_task, SIM_RAW_BODY, 0, NULL, NULL, NULL},
    {"seed", "GET", "/api/tasks/{taskId}", "Tasks.Get", handinger_get_task, 0, 0, NULL, NULL, NULL},
    {"seed", "DELETE", "/api/tasks/{taskId}", "Tasks.Delete", handinger_delete_task, 0, 0, NULL, NULL, NULL},
};

static void forget(handinger *state)
{
    for (size_t i = 0; i < HANDINGER_BUCKETS; i++) {
        while (state->workers[i]) {
            handinger_worker *worker = state->workers[i];

            state->workers[i] = worker->next_in_bucket;
            handinger_free_worker(worker);
        }
        state->tasks[i] = NULL;
    }
    state->made = 0;
}

static void *open_state(sim_server *sim)
{
    handinger *state = calloc(1, sizeof(*state));

    if (state)
        state->sim = sim;
    return state;
}

static void close_state(void *memory)
{
    forget(memory);
    free(memory);
}

static void reset_state(void *memory)
{
    forget(memory);
}

const sim_service sim_handinger = {
    .name = "handinger",
    .operations = operations,
    .operation_count = sizeof(operations) / sizeof(operations[0]),
    .open = open_state,
    .close = close_state,
    .reset = reset_state,
    .authorize = authorize,
    .refuse = refuse,
};
