/* sim_skillbox_runs.c - runs of skills, their records, logs and archives. */
#include "sim_skillbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

typedef enum run_end { RUN_SUCCESS, RUN_FAILED, RUN_TIMEOUT, RUN_CRASHED } run_end;
typedef enum run_archive {
    ARCHIVE_NONE,
    ARCHIVE_GOOD,
    ARCHIVE_EXPIRED,
    ARCHIVE_TRAVERSAL,
    ARCHIVE_TRUNCATED
} run_archive;

typedef struct run_record {
    char id[SKILLBOX_UUID_SIZE]; /* "" = free place */
    char name[SKILLBOX_NAME_SIZE];
    char version[SKILLBOX_VERSION_SIZE];
    char tenant[64];
    char error[200];                  /* "" on success */
    char *input;                      /* owned; JSON text, or NULL */
    uint64_t rows;                    /* in the output */
    uint64_t created_ms, finished_ms; /* loop time */
    uint32_t signature;
    run_end end;
    run_archive archive;
    bool quiet; /* no output */
} run_record;

struct skillbox_runs {
    run_record *ring; /* owned */
    size_t size;
    uint64_t count; /* the next one's number */
};

static const sim_member run_members[] = {
    {"skill", SIM_STRING, NULL, NULL},        {"version", SIM_STRING, NULL, NULL},
    {"input", SIM_ANY, NULL, NULL},           {"env", SIM_STRING_MAP, NULL, NULL},
    {"input_files", SIM_STRINGS, NULL, NULL}, {"session_id", SIM_STRING, NULL, NULL},
    {"entrypoint", SIM_STRING, NULL, NULL}, /* sent by the SDK, and ignored */
};
const sim_shape skillbox_run_shape = SIM_SHAPE("RunRequest", run_members);

skillbox_runs *skillbox_runs_new(size_t keep)
{
    skillbox_runs *runs = calloc(1, sizeof(*runs));

    if (!runs)
        return NULL;
    runs->size = keep ? keep : 1;
    runs->ring = calloc(runs->size, sizeof(*runs->ring));
    if (runs->ring)
        return runs;
    free(runs);
    return NULL;
}

void skillbox_runs_free(skillbox_runs *runs)
{
    if (!runs)
        return;
    for (size_t i = 0; i < runs->size && i < runs->count; i++)
        free(runs->ring[i].input);
    free(runs->ring);
    free(runs);
}

/* The record of that id; NULL when it is no UUID or not remembered. */
static run_record *find(sim_call *call, weft_str id)
{
    skillbox_runs *runs = ((skillbox *)call->state)->runs;
    uint64_t number;
    run_record *run;

    if (!skillbox_uuid_number(id, &number))
        return NULL;
    run = &runs->ring[number % runs->size];
    return weft__text_equal(id, weft__str(run->id)) ? run : NULL;
}

/* ---- Running ----------------------------------------------------------------------------------------- */

/* The skill to run; a pinned version that is not there gives none, and the run fails. False: it has answered. */
static bool choose_skill(sim_call *call, const char *name, const char *version, const skillbox_skill **ret_skill)
{
    const skillbox_skill *skill;
    const char *status;

    *ret_skill = NULL;
    if (!*name) {
        skillbox_blame(call, 400, "bad_request", "'skill' is required");
        return false;
    }
    if (!skillbox_check_name(call, name) || (*version && !skillbox_check_version(call, version)))
        return false;
    skill = skillbox_skill_find(call->state, name, version);
    status = skill ? skillbox_skill_status(call->sim, skill) : "";
    if (!skill || strcmp(status, "pending") == 0 || strcmp(status, "scanning") == 0) {
        if (*version && strcmp(version, "latest") != 0)
            return true;
        skillbox_error(call, 404, "not_found", "skill not found: %s@latest", name);
        return false;
    }
    if (strcmp(status, "available") != 0) {
        skillbox_error(call, 409, "skill_not_available", "runner: skill not available (status: %s)", status);
        return false;
    }
    *ret_skill = skill;
    return true;
}

static bool check_variable(weft_str name, weft_str value, void *arg)
{
    static const char *const refused[] = {"PATH",       "HOME",      "LD_PRELOAD",  "LD_LIBRARY_PATH",
                                          "PYTHONPATH", "NODE_PATH", "NODE_OPTIONS"};
    run_record *run = arg;
    bool good = strncasecmp(name.ptr, "SANDBOX_", 8) != 0 && strncasecmp(name.ptr, "SKILL_", 6) != 0;

    (void)value;
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        good = good && strcmp(name.ptr, refused[i]) != 0;
    if (!good)
        snprintf(run->error, sizeof(run->error), "env var \"%.100s\" is not allowed", name.ptr);
    return good;
}

/* What is to become of the run: by its skill, its environment, its input, and chance. */
static void decide(sim_call *call, const skillbox_skill *skill, const char *wish, run_record *run)
{
    const sim_options *options = &call->sim->options;
    weft_str body = sim_request_body(call->exchange);
    bool fail = sim_random_chance(&call->random, options->fail_rate);
    bool crash = sim_random_chance(&call->random, options->crash_rate);

    run->end = RUN_FAILED;
    if (!skill) {
        snprintf(run->error, sizeof(run->error), "loading skill: %.120s@%.40s not found", run->name, run->version);
    } else if (!sim_json_each(&call->exchange->arena, body, "env", check_variable, run)) {
        return;
    } else if (crash || strcmp(wish, "crash") == 0) {
        run->end = RUN_CRASHED;
        snprintf(run->error, sizeof(run->error), "creating execution record: connection refused");
    } else if (fail || strcmp(wish, "fail") == 0) {
        snprintf(run->error, sizeof(run->error), "command exited with code 1");
    } else if (strcmp(wish, "timeout") == 0) {
        run->end = RUN_TIMEOUT;
        snprintf(run->error, sizeof(run->error), "execution timed out after 2m0s");
    } else {
        run->end = RUN_SUCCESS;
    }
    run->quiet = run->end != RUN_SUCCESS || strcmp(wish, "quiet") == 0;
    run->archive = run->quiet                       ? ARCHIVE_NONE
                   : strcmp(wish, "expired") == 0   ? ARCHIVE_EXPIRED
                   : strcmp(wish, "traversal") == 0 ? ARCHIVE_TRAVERSAL
                   : strcmp(wish, "truncated") == 0 ? ARCHIVE_TRUNCATED
                                                    : ARCHIVE_GOOD;
}

/* A place in the ring, blank but for its id. */
static run_record *place(sim_call *call)
{
    skillbox_runs *runs = ((skillbox *)call->state)->runs;
    run_record *run = &runs->ring[runs->count % runs->size];

    free(run->input);
    memset(run, 0, sizeof(*run));
    skillbox_uuid(&call->random, runs->count++, run->id);
    run->signature = (uint32_t)sim_random_next(&call->random);
    run->rows = sim_random_between(&call->random, call->sim->options.tokens_low, call->sim->options.tokens_high);
    return run;
}

/* ---- Telling ----------------------------------------------------------------------------------------- */

static const char *status_of(const run_record *run)
{
    static const char *const words[] = {"success", "failed", "timeout", "failed"};

    return words[run->end];
}

static void write_output(weft__writer *writer, const run_record *run)
{
    sim_put_name(writer, "output");
    weft__write_object(writer);
    sim_put_int(writer, "row_count", (int64_t)run->rows);
    sim_put_name(writer, "input");
    if (run->input)
        weft__write_raw(writer, run->input, strlen(run->input));
    else
        weft__write_raw(writer, "{}", 2);
    weft__write_object_end(writer);
}

/* The presigned URL of the archive: at this very server, under the name by which the client knows it. */
static void write_files(sim_call *call, weft__writer *writer, const run_record *run)
{
    weft_str host = sim_request_header(call->exchange, "host");
    char url[512];

    snprintf(url, sizeof(url),
             "http://%.*s/skillbox/executions/%s/executions/%s/files.tar.gz?X-Amz-Algorithm=AWS4-HMAC-SHA256"
             "&X-Amz-Expires=%s&X-Amz-Signature=%08x",
             (int)host.len, host.ptr, run->tenant, run->id, run->archive == ARCHIVE_EXPIRED ? "0" : "3600",
             run->signature);
    sim_put_text(writer, "files_url", url);
    sim_put_name(writer, "files_list");
    weft__write_raw(writer, "[\"summary.txt\",\"plots/a.png\"]", 29);
}

static void put_logs(weft__writer *writer, const run_record *run)
{
    char text[320];

    if (run->end == RUN_SUCCESS)
        snprintf(text, sizeof(text), "Analysis complete: %llu rows\n", (unsigned long long)run->rows);
    else
        snprintf(text, sizeof(text), "Traceback (most recent call last): ...\n");
    sim_put_text(writer, "logs", text);
}

static void write_result(sim_call *call, weft__writer *writer, const run_record *run)
{
    sim_put_text(writer, "status", status_of(run));
    if (!run->quiet)
        write_output(writer, run);
    if (run->archive != ARCHIVE_NONE)
        write_files(call, writer, run);
    put_logs(writer, run);
    sim_put_int(writer, "duration_ms", (int64_t)(run->finished_ms - run->created_ms));
    if (*run->error) {
        sim_put_text(writer, "error", run->error);
    } else {
        sim_put_name(writer, "error");
        weft__write_null(writer);
    }
}

static void answer_crash(sim_call *call, const run_record *run)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "execution_id", "");
    sim_put_text(&writer, "status", "failed");
    sim_put_int(&writer, "duration_ms", 0);
    sim_put_text(&writer, "error", run->error);
    weft__write_object_end(&writer);
    sim_answer_end(call, 500);
}

static void answer_run(sim_call *call, const run_record *run)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "execution_id", run->id);
    write_result(call, &writer, run);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

static bool take_input(sim_call *call, run_record *run)
{
    weft_json input = sim_json_at(sim_request_body(call->exchange), "input");

    if (!input.ptr)
        return true;
    run->input = malloc(input.len + 1);
    if (!run->input)
        return false;
    memcpy(run->input, input.ptr, input.len);
    run->input[input.len] = '\0';
    return true;
}

void skillbox_run(sim_call *call)
{
    weft__arena *arena = &call->exchange->arena;
    weft_str body = sim_request_body(call->exchange);
    weft_str name = sim_json_text(arena, body, "skill"), version = sim_json_text(arena, body, "version");
    weft_str wish = sim_json_text(arena, body, "input.sim"), session = sim_json_text(arena, body, "session_id");
    const skillbox_skill *skill;
    run_record *run;
    uint64_t duration;

    if (!choose_skill(call, name.ptr ? name.ptr : "", version.ptr ? version.ptr : "", &skill))
        return;
    run = place(call);
    snprintf(run->name, sizeof(run->name), "%s", name.ptr);
    snprintf(run->version, sizeof(run->version), "%s", skill ? skill->version : version.ptr);
    snprintf(run->tenant, sizeof(run->tenant), "%s", skillbox_tenant(call));
    decide(call, skill, wish.ptr ? wish.ptr : "", run);
    duration = sim_spread_draw(&call->sim->options.run_duration, &call->random);
    run->created_ms = sim_now_ms(call->sim) + call->exchange->hold_ms;
    run->finished_ms = run->created_ms + duration;
    call->exchange->hold_ms += duration;
    if (!take_input(call, run) ||
        (session.len > 0 && run->end == RUN_SUCCESS &&
         !skillbox_files_leave(call, session.ptr, run->id, "summary.txt", "left for the next run\n"))) {
        call->service->refuse(call, SIM_NO_MEMORY, NULL);
        return;
    }
    if (wish.ptr && strcmp(wish.ptr, "hang") == 0) {
        run->finished_ms = UINT64_MAX;
        return; /* the exchange stays unanswered until the client gives up */
    }
    if (run->end == RUN_CRASHED) {
        answer_crash(call, run);
        run->id[0] = '\0';
    } else {
        answer_run(call, run);
    }
}

/* ---- Looking back ------------------------------------------------------------------------------------ */

/* The record that the path names; NULL when it has answered. The real server cannot read one with an empty column:
 * while it runs, and without input or output. */
static const run_record *recorded(sim_call *call)
{
    const run_record *run = find(call, call->params[0]);
    uint64_t number;

    if (!skillbox_uuid_number(call->params[0], &number)) {
        skillbox_error(call, 500, "internal_error", "failed to retrieve execution");
        return NULL;
    }
    if (!run) {
        skillbox_error(call, 404, "not_found", "execution not found");
        return NULL;
    }
    if (!call->sim->options.lenient && (sim_now_ms(call->sim) < run->finished_ms || !run->input || run->quiet)) {
        skillbox_error(call, 500, "internal_error", "failed to retrieve execution");
        return NULL;
    }
    return run;
}

void skillbox_get_execution(sim_call *call)
{
    const run_record *run = recorded(call);
    weft__writer writer;

    if (!run)
        return;
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "execution_id", run->id);
    sim_put_text(&writer, "skill_name", run->name);
    sim_put_text(&writer, "skill_version", run->version);
    sim_put_text(&writer, "tenant_id", run->tenant);
    write_result(call, &writer, run);
    if (run->input) {
        sim_put_name(&writer, "input");
        weft__write_raw(&writer, run->input, strlen(run->input));
    }
    skillbox_put_time(&writer, call->sim, "created_at", run->created_ms);
    skillbox_put_time(&writer, call->sim, "finished_at", run->finished_ms);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void skillbox_get_logs(sim_call *call)
{
    const run_record *run = recorded(call);
    char text[320];

    if (!run)
        return;
    snprintf(text, sizeof(text), "Analysis complete: %llu rows\n", (unsigned long long)run->rows);
    sim_answer_text(call, 200, "text/plain; charset=utf-8", text);
}

/* ---- The archive ------------------------------------------------------------------------------------- */

static void answer_xml(sim_call *call, int status, const char *code, const char *message)
{
    char text[300];

    snprintf(text, sizeof(text),
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>", code,
             message);
    sim_answer_text(call, status, "application/xml", text);
}

static skillbox_text *archived(const run_record *run)
{
    skillbox_text *texts = NULL;
    char summary[120];
    bool good;

    snprintf(summary, sizeof(summary), "execution %s\nrows %llu\n", run->id, (unsigned long long)run->rows);
    good = skillbox_texts_put(&texts, "summary.txt", 11, summary, strlen(summary)) &&
           skillbox_texts_put(&texts, "plots/a.png", 11, "\x89PNG\r\n\x1a\n", 8);
    if (good && run->archive == ARCHIVE_TRAVERSAL)
        good = skillbox_texts_put(&texts, "../evil.txt", 11, "evil", 4);
    if (good)
        return texts;
    skillbox_texts_free(texts);
    return NULL;
}

static bool is_signed(sim_call *call, const run_record *run)
{
    weft_str signature = sim_query(call, "X-Amz-Signature");
    char expected[16];

    snprintf(expected, sizeof(expected), "%08x", run->signature);
    return weft__text_equal(signature, weft__str(expected));
}

void skillbox_download(sim_call *call)
{
    const run_record *run = find(call, call->params[1]);
    weft__buffer *body = &call->sim->body;
    skillbox_text *texts;

    /* A URL that is signed must not come with another authorization. */
    if (sim_request_header(call->exchange, "authorization").ptr ||
        sim_request_header(call->exchange, "x-tenant-id").ptr) {
        sim_malformed(call->sim, "skillbox DownloadFiles: credentials sent to a presigned URL");
        answer_xml(call, 400, "InvalidRequest", "Only one auth mechanism allowed");
        return;
    }
    if (!run || run->archive == ARCHIVE_NONE) {
        answer_xml(call, 404, "NoSuchKey", "The specified key does not exist.");
        return;
    }
    if (!is_signed(call, run) || run->archive == ARCHIVE_EXPIRED) {
        answer_xml(call, 403, "AccessDenied", is_signed(call, run) ? "Request has expired" : "Signature mismatch");
        return;
    }
    texts = archived(run);
    weft__buffer_clear(body);
    skillbox_write_tar_gz(body, texts);
    if (!texts || body->failed)
        call->service->refuse(call, SIM_NO_MEMORY, NULL);
    else
        sim_reply(call->exchange, 200, "application/gzip", body->data,
                  run->archive == ARCHIVE_TRUNCATED ? body->len / 2 : body->len);
    skillbox_texts_free(texts);
}
