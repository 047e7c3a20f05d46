/* sim_handinger_workers.c - workers: made, looked at, changed and deleted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "json/codec.h"
#include "sim_handinger.h"

static const sim_member create_members[] = {
    {"instructions", SIM_STRING, NULL, NULL}, {"prompt", SIM_STRING, NULL, NULL},
    {"summary", SIM_STRING, NULL, NULL},      {"title", SIM_STRING, NULL, NULL},
    {"outputSchema", SIM_ANY, NULL, NULL},    {"visibility", SIM_STRING, NULL, NULL},
};
const sim_shape handinger_create_worker_shape = SIM_SHAPE("CreateWorker", create_members);

static const sim_member update_members[] = {
    {"instructions", SIM_STRING, NULL, NULL}, {"summary", SIM_STRING, NULL, NULL},    {"title", SIM_STRING, NULL, NULL},
    {"outputSchema", SIM_ANY, NULL, NULL},    {"visibility", SIM_STRING, NULL, NULL},
};
const sim_shape handinger_update_worker_shape = SIM_SHAPE("UpdateWorker", update_members);

/* ---- Finding ----------------------------------------------------------------------------------------- */

handinger_worker *handinger_look_up_worker(handinger *state, const char *id)
{
    handinger_worker *worker = state->workers[handinger_hash(id)];

    while (worker && strcmp(worker->id, id) != 0)
        worker = worker->next_in_bucket;
    return worker;
}

bool handinger_may_see(sim_call *call, const handinger_worker *worker)
{
    char user[HANDINGER_ID_SIZE];

    handinger_user(call, user);
    if (!worker->is_private || strcmp(worker->user_id, user) == 0)
        return true;
    handinger_error(call, 403, "You do not have access to this worker");
    return false;
}

handinger_worker *handinger_find_worker(sim_call *call, bool creator)
{
    handinger_worker *worker = handinger_look_up_worker(call->state, call->params[0].ptr);
    char user[HANDINGER_ID_SIZE];

    if (!worker || worker->deleted) {
        handinger_error(call, 404, "Worker not found");
        return NULL;
    }
    handinger_user(call, user);
    if (creator && strcmp(worker->user_id, user) != 0) {
        handinger_error(call, 403, "Only the worker creator can do this");
        return NULL;
    }
    if (!handinger_may_see(call, worker))
        return NULL;
    handinger_run_schedules(call->state, worker);
    return worker;
}

/* ---- Checking ---------------------------------------------------------------------------------------- */

static size_t characters(weft_str text)
{
    size_t count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.ptr[i] & 0xC0) != 0x80;
    return count;
}

/* Whether member `name`, if it is there, is text of an allowed length. False when it has answered. */
static bool check_text(sim_call *call, const char *name, size_t least, size_t most)
{
    weft_str body = sim_request_body(call->exchange), text;
    weft_json value;

    if (!weft__json_member(body.ptr, body.len, name, &value))
        return true;
    text = sim_json_text(&call->exchange->arena, body, name);
    if (!text.ptr)
        handinger_blame(call, "%s must be a string", name);
    else if (characters(text) < least)
        handinger_blame(call, "%s must have at least %zu characters", name, least);
    else if (characters(text) > most)
        handinger_blame(call, "%s must have at most %zu characters", name, most);
    else
        return true;
    return false;
}

static bool check_visibility(sim_call *call)
{
    weft_str body = sim_request_body(call->exchange), text;
    weft_json value;

    if (!weft__json_member(body.ptr, body.len, "visibility", &value))
        return true;
    text = sim_json_text(&call->exchange->arena, body, "visibility");
    if (text.ptr && (strcmp(text.ptr, "public") == 0 || strcmp(text.ptr, "private") == 0))
        return true;
    handinger_blame(call, "visibility must be public or private");
    return false;
}

/* A schema is an object; null only where one is cleared. */
static bool check_schema(sim_call *call, bool may_be_null)
{
    weft_str body = sim_request_body(call->exchange);
    weft_json value;

    if (!weft__json_member(body.ptr, body.len, "outputSchema", &value) || value.ptr[0] == '{' ||
        (may_be_null && value.ptr[0] == 'n'))
        return true;
    handinger_blame(call, "outputSchema must be an object%s", may_be_null ? " or null" : "");
    return false;
}

/* ---- Making and changing ----------------------------------------------------------------------------- */

handinger_worker *handinger_make_worker(sim_call *call, const char *instructions, const char *title)
{
    static const char *const dogs[] = {"Biscuit", "Rex", "Waffles", "Luna", "Pickle", "Maple", "Otis", "Juno"};
    handinger *state = call->state;
    handinger_worker *worker = calloc(1, sizeof(*worker)), **bucket;

    if (!worker)
        abort();
    handinger_id(&call->random, "wrk", worker->id);
    handinger_user(call, worker->user_id);
    worker->instructions = handinger_copy(instructions);
    worker->summary = handinger_copy("");
    worker->title = handinger_copy(title ? title : dogs[sim_random_next(&call->random) % 8]);
    worker->created_ms = worker->updated_ms = sim_now_ms(call->sim);
    bucket = &state->workers[handinger_hash(worker->id)];
    worker->next_in_bucket = *bucket;
    *bucket = worker;
    return worker;
}

static void set_text(char **text, const char *value)
{
    free(*text);
    *text = value ? handinger_copy(value) : NULL;
}

/* Takes what the body has; the rest stays. */
static void take_members(sim_call *call, handinger_worker *worker)
{
    weft__arena *arena = &call->exchange->arena;
    weft_str body = sim_request_body(call->exchange), text;
    weft_json schema;

    if ((text = sim_json_text(arena, body, "instructions")).ptr)
        set_text(&worker->instructions, text.ptr);
    if ((text = sim_json_text(arena, body, "summary")).ptr)
        set_text(&worker->summary, text.ptr);
    if ((text = sim_json_text(arena, body, "title")).ptr)
        set_text(&worker->title, text.ptr);
    if ((text = sim_json_text(arena, body, "visibility")).ptr)
        worker->is_private = strcmp(text.ptr, "private") == 0;
    if (weft__json_member(body.ptr, body.len, "outputSchema", &schema))
        set_text(&worker->schema, schema.ptr[0] == '{' ? weft__arena_copy(arena, schema.ptr, schema.len) : NULL);
}

/* What follows from a prompt where it is all that there is. */
static void generate(sim_call *call, handinger_worker *worker)
{
    weft_str body = sim_request_body(call->exchange);
    weft_str prompt = sim_json_text(&call->exchange->arena, body, "prompt");
    char text[256];

    if (!prompt.ptr || prompt.len == 0)
        return;
    if (!worker->instructions[0]) {
        snprintf(text, sizeof(text), "You are an agent for this: %.200s", prompt.ptr);
        set_text(&worker->instructions, text);
    }
    if (!worker->summary[0]) {
        snprintf(text, sizeof(text), "%.60s", prompt.ptr);
        set_text(&worker->summary, text);
    }
}

static void write_template(sim_call *call, const handinger_worker *worker)
{
    weft__writer writer;
    char url[160];

    snprintf(url, sizeof(url), "https://handinger.test/worker/%s", worker->id);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "id", worker->id);
    handinger_put_time(&writer, call->sim, "createdAt", worker->created_ms);
    sim_put_text(&writer, "instructions", worker->instructions);
    sim_put_text(&writer, "organizationId", "org_sim");
    sim_put_name(&writer, "outputSchema");
    weft__write_raw(&writer, worker->schema ? worker->schema : "null", worker->schema ? strlen(worker->schema) : 4);
    sim_put_text(&writer, "summary", worker->summary);
    sim_put_text(&writer, "title", worker->title);
    handinger_put_time(&writer, call->sim, "updatedAt", worker->updated_ms);
    sim_put_text(&writer, "url", url);
    sim_put_text(&writer, "userId", worker->user_id);
    sim_put_text(&writer, "visibility", worker->is_private ? "private" : "public");
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void handinger_create_worker(sim_call *call)
{
    handinger_worker *worker;

    handinger_check_accept(call, "application/json");
    if (!check_text(call, "instructions", 0, 20000) || !check_text(call, "prompt", 0, 10000) ||
        !check_text(call, "summary", 0, 80) || !check_text(call, "title", 1, 200) || !check_visibility(call) ||
        !check_schema(call, false))
        return;
    worker = handinger_make_worker(call, "", NULL);
    take_members(call, worker);
    generate(call, worker);
    write_template(call, worker);
}

void handinger_update_worker(sim_call *call)
{
    handinger_worker *worker = handinger_find_worker(call, true);

    if (!worker || !check_text(call, "instructions", 0, 20000) || !check_text(call, "summary", 0, 80) ||
        !check_text(call, "title", 1, 200) || !check_visibility(call) || !check_schema(call, true))
        return;
    take_members(call, worker);
    worker->updated_ms = sim_now_ms(call->sim);
    write_template(call, worker);
}

void handinger_delete_worker(sim_call *call)
{
    handinger_worker *worker = handinger_find_worker(call, true);
    weft__writer writer;

    if (!worker)
        return;
    worker->deleted = true;
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "deleted", true);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void handinger_get_worker_email(sim_call *call)
{
    const handinger_worker *worker = handinger_find_worker(call, false);
    weft__writer writer;
    char email[128];

    if (!worker)
        return;
    snprintf(email, sizeof(email), "%s@in.handinger.test", worker->id + 4);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "email", email);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void handinger_free_worker(handinger_worker *worker)
{
    for (size_t i = 0; i < HANDINGER_FILES_MAX; i++) {
        free(worker->files[i].name);
        free(worker->files[i].media_type);
    }
    while (worker->newest_task) {
        handinger_task *task = worker->newest_task;

        worker->newest_task = task->older;
        handinger_free_task(task);
    }
    handinger_free_schedules(worker);
    handinger_free_executions(worker);
    free(worker->instructions);
    free(worker->summary);
    free(worker->title);
    free(worker->schema);
    free(worker->webhook_url);
    free(worker->webhook_token);
    free(worker);
}

/* ---- The worker and its most recent task ------------------------------------------------------------- */

static void write_files(weft__writer *writer, const handinger_worker *worker)
{
    size_t count = worker->files_count < HANDINGER_FILES_MAX ? worker->files_count : HANDINGER_FILES_MAX;

    sim_put_name(writer, "files");
    weft__write_array(writer);
    for (size_t i = 0; i < count; i++) {
        const handinger_file *file = &worker->files[(worker->files_count - count + i) % HANDINGER_FILES_MAX];
        char url[160];

        snprintf(url, sizeof(url), "https://handinger.test/f/%s/%zu", worker->id, i);
        weft__write_object(writer);
        handinger_put_optional(writer, "filename", file->name);
        sim_put_text(writer, "mediaType", file->media_type);
        sim_put_text(writer, "url", url);
        sim_put_int(writer, "size", (int64_t)file->size);
        weft__write_object_end(writer);
    }
    weft__write_array_end(writer);
}

static void write_output_list(weft__writer *writer, const handinger_turn *turn)
{
    sim_put_name(writer, "output");
    weft__write_array(writer);
    if (turn) {
        weft__write_object(writer);
        sim_put_text(writer, "id", turn->id);
        sim_put_name(writer, "content");
        weft__write_array(writer);
        weft__write_object(writer);
        sim_put_name(writer, "text");
        handinger_write_output(writer, turn);
        sim_put_text(writer, "type", "output_text");
        weft__write_object_end(writer);
        weft__write_array_end(writer);
        sim_put_text(writer, "role", "assistant");
        sim_put_text(writer, "status", "completed");
        sim_put_text(writer, "type", "message");
        weft__write_object_end(writer);
    }
    weft__write_array_end(writer);
}

/* What a turn was told, or what it said. */
static void write_message(weft__writer *writer, const handinger_turn *turn, bool is_output)
{
    weft__write_object(writer);
    sim_put_text(writer, "role", is_output ? "assistant" : "user");
    sim_put_name(writer, "text");
    if (is_output)
        handinger_write_output(writer, turn);
    else
        weft__write_text(writer, turn->input);
    weft__write_object_end(writer);
}

static void write_messages(weft__writer *writer, const handinger_task *task, uint64_t now_ms)
{
    sim_put_name(writer, "messages");
    weft__write_array(writer);
    for (size_t i = 0; task && i < task->turns_count; i++) {
        write_message(writer, &task->turns[i], false);
        if (strcmp(handinger_turn_status(&task->turns[i], now_ms), "completed") == 0)
            write_message(writer, &task->turns[i], true);
    }
    weft__write_array_end(writer);
}

void handinger_write_worker(sim_call *call, weft__writer *writer, const handinger_worker *worker, uint64_t now_ms)
{
    static const char one_source[] =
        "[{\"id\":\"src_1\",\"title\":null,\"type\":\"url\",\"url\":\"https://example.com/\"}]";
    const handinger_task *task = worker->newest_task;
    const handinger_turn *turn = task ? &task->turns[task->turns_count - 1] : NULL;
    bool running = task && handinger_task_is_running(task, now_ms);
    bool done = turn && strcmp(handinger_turn_status(turn, now_ms), "completed") == 0;
    char url[160];

    snprintf(url, sizeof(url), "https://handinger.test/worker/%s", worker->id);
    weft__write_object(writer);
    sim_put_text(writer, "id", worker->id);
    sim_put_int(writer, "created_at", (call->sim->epoch_ms + (int64_t)worker->created_ms) / 1000);
    handinger_put_null(writer, "error");
    write_files(writer, worker);
    handinger_put_null(writer, "incomplete_details");
    write_messages(writer, task, now_ms);
    sim_put_name(writer, "metadata");
    weft__write_raw(writer, "{}", 2);
    sim_put_text(writer, "object", "worker");
    write_output_list(writer, done ? turn : NULL);
    sim_put_name(writer, "output_text");
    if (done)
        handinger_write_output(writer, turn);
    else
        weft__write_text(writer, "");
    sim_put_bool(writer, "running", running);
    sim_put_name(writer, "sources");
    weft__write_raw(writer, done ? one_source : "[]", done ? sizeof(one_source) - 1 : 2);
    sim_put_text(writer, "status", running ? "running" : task ? "completed" : "pending");
    sim_put_name(writer, "structured_output");
    if (done && worker->schema)
        weft__write_raw(writer, "{\"answer\":42}", 13);
    else
        weft__write_null(writer);
    sim_put_text(writer, "url", url);
    if (done) {
        sim_put_name(writer, "usage");
        weft__write_object(writer);
        sim_put_int(writer, "credits", (int64_t)turn->words);
        sim_put_int(writer, "durationMs", (int64_t)(turn->ended_ms - turn->started_ms));
        weft__write_object_end(writer);
    }
    weft__write_object_end(writer);
}

void handinger_get_worker(sim_call *call)
{
    weft_str stream = sim_query(call, "stream");
    const handinger_worker *worker = handinger_find_worker(call, false);
    weft__writer writer;

    if (!worker)
        return;
    if (stream.ptr && strcmp(stream.ptr, "true") != 0 && strcmp(stream.ptr, "false") != 0) {
        handinger_blame(call, "stream must be true or false");
        return;
    }
    if (stream.ptr && strcmp(stream.ptr, "true") == 0) {
        handinger_stream_replay(call, worker);
        return;
    }
    handinger_check_accept(call, "application/json");
    sim_answer_begin(call, &writer);
    handinger_write_worker(call, &writer, worker, sim_now_ms(call->sim));
    sim_answer_end(call, 200);
}
