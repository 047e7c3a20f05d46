/* sim_skillbox.c - the simulated Skillbox: its operations, who may ask, how it says no. */
#include "sim_skillbox.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/text.h"

static const char text_plain[] = "text/plain; charset=utf-8";
/* What a key is for, unless it is one of a service, which may be for anybody. */
static const char usual_tenant[] = "tenant-42";

static void answer_error(sim_call *call, int status, const char *code, const char *message)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "error", code);
    sim_put_text(&writer, "message", message);
    weft__write_object_end(&writer);
    sim_answer_end(call, status);
}

void skillbox_error(sim_call *call, int status, const char *code, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    answer_error(call, status, code, text);
}

void skillbox_blame(sim_call *call, int status, const char *code, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    sim_malformed(call->sim, "skillbox %s %s: %s", call->operation->method, call->operation->path, text);
    answer_error(call, status, code, text);
}

void skillbox_no_content(sim_call *call)
{
    sim_reply(call->exchange, 204, NULL, "", 0);
}

/* ---- Small things ------------------------------------------------------------------------------------ */

const char *skillbox_tenant(sim_call *call)
{
    weft_str header = sim_request_header(call->exchange, "x-tenant-id");
    char *copy = header.len ? weft__arena_copy(&call->exchange->arena, header.ptr, header.len) : NULL;

    return copy ? copy : usual_tenant;
}

void skillbox_uuid(sim_random *random, uint64_t number, char ret_uuid[SKILLBOX_UUID_SIZE])
{
    uint64_t bits = sim_random_next(random);

    snprintf(ret_uuid, SKILLBOX_UUID_SIZE, "%08x-%04x-4%03x-%04x-%012llx", (unsigned)(bits >> 32),
             (unsigned)(bits >> 16 & 0xffff), (unsigned)(bits & 0xfff), (unsigned)(0x8000 | (bits >> 50)),
             (unsigned long long)(number & UINT64_C(0xffffffffffff)));
}

bool skillbox_uuid_number(weft_str text, uint64_t *ret_number)
{
    if (text.len != SKILLBOX_UUID_SIZE - 1)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? text.ptr[i] != '-' : weft__text_hex_value(text.ptr[i]) < 0)
            return false;
    }
    *ret_number = strtoull(text.ptr + 24, NULL, 16);
    return true;
}

void skillbox_put_time(weft__writer *writer, const sim_server *sim, const char *name, uint64_t at_ms)
{
    int64_t ms = sim->epoch_ms + (int64_t)at_ms;
    time_t at = (time_t)(ms / 1000);
    char text[48];
    size_t len;
    struct tm utc;

    len = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", gmtime_r(&at, &utc));
    snprintf(text + len, sizeof(text) - len, ".%03dZ", (int)(ms % 1000));
    sim_put_text(writer, name, text);
}

/* ---- The service ------------------------------------------------------------------------------------- */

static void health(sim_call *call)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "status", "ok");
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

static void ready(sim_call *call)
{
    bool degraded = call->sim->options.degraded;
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "status", degraded ? "not_ready" : "ready");
    sim_put_name(&writer, "checks");
    weft__write_object(&writer);
    sim_put_text(&writer, "postgres", degraded ? "connection refused" : "ok");
    weft__write_object_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, degraded ? 503 : 200);
}

static void begin(sim_call *call)
{
    weft_str given = sim_request_header(call->exchange, "x-request-id");
    sim_random random = sim_random_for(call->sim->options.seed, 0x736b696c6c626f78, call->sim->requests);
    char id[129];

    if (given.ptr && given.len > 0 && given.len < sizeof(id))
        snprintf(id, sizeof(id), "%.*s", (int)given.len, given.ptr);
    else
        skillbox_uuid(&random, call->sim->requests, id);
    sim_reply_header(call->exchange, "X-Request-ID", id);
}

/* ---- Who may ask ------------------------------------------------------------------------------------- */

static bool deny(sim_call *call, int status, const char *code, const char *message)
{
    call->sim->unauthorized += status == 401;
    answer_error(call, status, code, message);
    return false;
}

/* Without --token no key is needed; one that is sent must look like one all the same. */
static bool check_key(sim_call *call, weft_str *ret_key)
{
    const char *needed = call->sim->options.token;
    weft_str value = sim_request_header(call->exchange, "authorization");

    *ret_key = (weft_str){NULL, 0};
    if (!value.ptr)
        return !needed || deny(call, 401, "unauthorized", "missing Authorization header");
    if (value.len < 7 || strncasecmp(value.ptr, "Bearer ", 7) != 0)
        return deny(call, 401, "unauthorized", "Authorization header must use Bearer scheme");
    *ret_key = weft__text_trim((weft_str){value.ptr + 7, value.len - 7});
    if (ret_key->len == 0)
        return deny(call, 401, "unauthorized", "empty bearer token");
    if (needed && !weft__text_equal(*ret_key, weft__str(needed)))
        return deny(call, 401, "unauthorized", "invalid or revoked API key");
    return true;
}

static bool authorize(sim_call *call)
{
    weft_str tenant = sim_request_header(call->exchange, "x-tenant-id");
    weft_str key;
    bool of_service;

    if (sim_request_header_count(call->exchange, "authorization") > 1 ||
        sim_request_header_count(call->exchange, "x-tenant-id") > 1)
        sim_malformed(call->sim, "skillbox: a credential was sent twice");
    if (!check_key(call, &key))
        return false;
    of_service = !key.ptr || (key.len >= 10 && memcmp(key.ptr, "sk-service", 10) == 0);
    if (tenant.ptr && !of_service && !weft__text_equal(tenant, weft__str(usual_tenant)))
        return deny(call, 403, "forbidden", "X-Tenant-ID header does not match the API key's tenant");
    return true;
}

/* ---- How it says no ---------------------------------------------------------------------------------- */

static void refuse(sim_call *call, sim_refusal why, const char *text)
{
    switch (why) {
    case SIM_NO_ROUTE:
        sim_answer_text(call, 404, text_plain, "404 page not found\n");
        break;
    case SIM_RATE_LIMITED: /* the real server has no limit; a proxy before it may */
        answer_error(call, 429, "rate_limited", "too many requests");
        break;
    case SIM_UNAVAILABLE:
        answer_error(call, 503, "service_unavailable", "service temporarily unavailable");
        break;
    case SIM_BAD_QUERY:
        answer_error(call, 400, "bad_request", text);
        break;
    case SIM_BAD_BODY:
        skillbox_error(call, 400, "bad_request", "invalid JSON body: %s", text);
        break;
    case SIM_NO_MEMORY:
        sim_reply(call->exchange, 500, NULL, "", 0);
        break;
    }
}

/* ---- Answers that were asked for ---------------------------------------------------------------------- */

static const char *code_for(int status)
{
    static const struct {
        int status;
        const char *code;
    } codes[] = {
        {400, "bad_request"},
        {401, "unauthorized"},
        {403, "forbidden"},
        {404, "not_found"},
        {409, "conflict"},
        {413, "too_large"},
        {415, "unsupported_media_type"},
        {422, "invalid_request"},
        {503, "service_unavailable"},
        {504, "timeout"},
    };

    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (codes[i].status == status)
            return codes[i].code;
    return "internal_error";
}

/* "CODE: MESSAGE" when the first word is one; the code is cut off `*message` then. */
static const char *code_of(sim_call *call, int status, const char **message)
{
    size_t len = strspn(*message, "abcdefghijklmnopqrstuvwxyz_");
    const char *code;

    if (len == 0 || strncmp(*message + len, ": ", 2) != 0)
        return code_for(status);
    code = weft__arena_copy(&call->exchange->arena, *message, len);
    *message += len + 2;
    return code ? code : "";
}

static bool word(sim_call *call, int status, const char *shape, const char *text)
{
    const char *message = text, *code = code_of(call, status, &message);
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    if (strcmp(shape, "result") == 0) { /* as a run that failed with the server */
        sim_put_text(&writer, "execution_id", "");
        sim_put_text(&writer, "status", "failed");
        sim_put_int(&writer, "duration_ms", 0);
        sim_put_text(&writer, "error", text);
    } else if (strcmp(shape, "code") == 0) {
        sim_put_text(&writer, "error", code);
    } else if (strcmp(shape, "error") == 0 || strcmp(shape, "details") == 0) {
        sim_put_text(&writer, "error", code);
        sim_put_text(&writer, "message", message);
        if (*shape == 'd') {
            sim_put_name(&writer, "details");
            weft__write_raw(&writer, "{\"scan_id\":\"7d0f3a52\"}", 22);
        }
    } else {
        return false;
    }
    weft__write_object_end(&writer);
    sim_answer_end(call, status);
    return true;
}

/* The path of an archive stands for the presigned URL that a run has told. */
#define ARCHIVE_PATH "/executions/{tenant}/executions/{id}/files.tar.gz"

/* clang-format off */
static const sim_operation operations[] = {
    {"seed", "POST", "/v1/executions", "Run", skillbox_run, 0, 0, NULL, &skillbox_run_shape},
    {"seed", "GET", "/v1/executions/{id}", "GetExecution", skillbox_get_execution, 0, 0, NULL, NULL},
    {"seed", "GET", "/v1/executions/{id}/logs", "GetExecutionLogs", skillbox_get_logs, 0, 0, NULL, NULL},
    {"seed", "GET", "/v1/skills", "ListSkills", skillbox_list_skills, 0, 0, "status", NULL},
    {"seed", "GET", "/v1/skills/{name}/{version}", "GetSkill", skillbox_get_skill, 0, 0, NULL, NULL},
    {"seed", "POST", "/v1/skills", "RegisterSkill", skillbox_register_skill, SIM_RAW_BODY, 0, NULL, NULL},
    {"seed", "GET", "/health", "Health", health, SIM_OPEN, 0, NULL, NULL},
    {"seed", "GET", ARCHIVE_PATH, "DownloadFiles", skillbox_download, SIM_OPEN, 0,
     "X-Amz-Algorithm X-Amz-Expires X-Amz-Signature", NULL, "{files_url}"},
    {"beyond", "GET", "/ready", "-", ready, SIM_OPEN, 0, NULL, NULL},
    {"beyond", "POST", "/v1/skills/from-fields", "UpsertSkillFromFields", skillbox_upsert_skill, 0, 0, NULL,
     &skillbox_fields_shape},
    {"beyond", "POST", "/v1/skills/validate", "-", skillbox_validate_skill, SIM_RAW_BODY, 0, NULL, NULL},
    {"beyond", "GET", "/v1/skills/{name}/{version}/files", "GetSkillFiles, GetSkillFile",
     skillbox_get_skill_files, 0, 0, "path", NULL},
    {"beyond", "DELETE", "/v1/skills/{name}/{version}", "DeleteSkill", skillbox_delete_skill, 0, 0, NULL, NULL},
    {"beyond", "DELETE", "/v1/skills/{name}", "DeleteSkillAllVersions", skillbox_delete_skill_versions, 0, 0,
     NULL, NULL},
    {"beyond", "PUT", "/v1/skills/{name}/files", "PutSkillFile", skillbox_put_skill_file, 0, 0, NULL,
     &skillbox_put_file_shape},
    {"beyond", "PUT", "/v1/skills/{name}/files-batch", "PutSkillFiles", skillbox_put_skill_files, 0, 0, NULL,
     &skillbox_put_files_shape},
    {"beyond", "GET", "/v1/skills/{name}/versions", "ListSkillVersions", skillbox_list_versions, 0, 0, NULL, NULL},
    {"beyond", "GET", "/v1/skills/{name}/diff", "SkillDiff", skillbox_diff, 0, 0, "from to", NULL},
    {"beyond", "PUT", "/v1/skills/{name}/active", "SetActiveVersion", skillbox_set_active, 0, 0, NULL,
     &skillbox_active_shape},
    {"beyond", "POST", "/v1/files", "UploadFile, UploadFileFromReader", skillbox_upload_file, SIM_RAW_BODY, 0, NULL,
     NULL},
    {"beyond", "GET", "/v1/files", "ListFiles", skillbox_list_files, 0, 0,
     "session_id execution_id limit offset", NULL},
    {"beyond", "GET", "/v1/files/{id}", "GetFile", skillbox_get_file, 0, 0, NULL, NULL},
    {"beyond", "GET", "/v1/files/{id}/download", "DownloadFile", skillbox_download_file, 0, 0, NULL, NULL},
    {"beyond", "PUT", "/v1/files/{id}", "UpdateFile", skillbox_update_file, SIM_RAW_BODY, 0, NULL, NULL},
    {"beyond", "DELETE", "/v1/files/{id}", "DeleteFile", skillbox_delete_file, 0, 0, NULL, NULL},
    {"beyond", "GET", "/v1/files/{id}/versions", "ListFileVersions", skillbox_list_file_versions, 0, 0, NULL, NULL},
    {"beyond", "GET", "/v1/sessions/{id}/files", "ListSessionFiles", skillbox_list_session_files, 0, 0, NULL, NULL},
    {"beyond", "GET", "/v1/sessions/{id}/files/{filename}", "GetSessionFile", skillbox_get_session_file, 0, 0,
     NULL, NULL},
    {"beyond", "DELETE", "/v1/sessions/{id}/files/{filename}", "DeleteSessionFile", skillbox_delete_session_file,
     0, 0, NULL, NULL},
    {"beyond", "DELETE", "/v1/sessions/{id}", "DeleteSession", skillbox_delete_session, 0, 0, NULL, NULL},
};
/* clang-format on */

/* ---- State ------------------------------------------------------------------------------------------- */

static void forget(skillbox *state)
{
    skillbox_skills_free(state->skills);
    skillbox_runs_free(state->runs);
    skillbox_files_free(state->files);
}

static bool begin_afresh(skillbox *state)
{
    state->skills = skillbox_skills_new(state->sim);
    state->runs = skillbox_runs_new((size_t)state->sim->options.keep_jobs);
    state->files = skillbox_files_new();
    return state->skills && state->runs && state->files;
}

static void close_state(void *memory)
{
    forget(memory);
    free(memory);
}

static void *open_state(sim_server *sim)
{
    skillbox *state = calloc(1, sizeof(*state));

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

const sim_service sim_skillbox = {
    .name = "skillbox",
    .operations = operations,
    .operation_count = sizeof(operations) / sizeof(operations[0]),
    .open = open_state,
    .close = close_state,
    .reset = reset_state,
    .begin = begin,
    .authorize = authorize,
    .refuse = refuse,
    .word = word,
};
