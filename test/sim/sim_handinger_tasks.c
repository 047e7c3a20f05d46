/* sim_handinger_tasks.c - tasks and their turns. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_handinger.h"

/* ---- Turns ------------------------------------------------------------------------------------------- */

const char *handinger_word(uint64_t seed, uint64_t index)
{
    static const char *const words[32] = {
        "sunny", "windy", "cloudy",  "mild", "warm",  "cool",   "dry",   "wet",  "today", "tomorrow", "north",
        "south", "coast", "hills",   "rain", "snow",  "fog",    "clear", "with", "and",   "then",     "later",
        "early", "late",  "degrees", "some", "light", "strong", "soft",  "from", "to",    "again",
    };
    sim_random random = {seed + index * UINT64_C(0xd1342543de82ef95)};

    return words[sim_random_next(&random) >> 59];
}

void handinger_write_output(weft__writer *writer, const handinger_turn *turn)
{
    if (turn->echo) {
        if (!weft__write_string(writer, turn->echo, strlen(turn->echo)))
            writer->out->failed = true;
        return;
    }
    /* The words need no escapes, so they go out as they are. */
    weft__write_raw(writer, "\"", 1);
    for (uint64_t i = 0; i < turn->words; i++) {
        if (i > 0)
            weft__buffer_append_char(writer->out, ' ');
        weft__buffer_append_text(writer->out, handinger_word(turn->seed, i));
    }
    weft__buffer_append_char(writer->out, '"');
}

const char *handinger_turn_status(const handinger_turn *turn, uint64_t now_ms)
{
    static const char *const ends[] = {"completed", "error", "aborted"};

    if (now_ms < turn->started_ms)
        return "pending";
    return now_ms < turn->ended_ms ? "running" : ends[turn->end];
}

bool handinger_task_is_running(const handinger_task *task, uint64_t now_ms)
{
    return now_ms < task->turns[task->turns_count - 1].ended_ms;
}

static bool asks_for(weft_str input, const char *word)
{
    size_t len = strlen(word);

    return input.len >= len && memcmp(input.ptr, word, len) == 0 && (input.ptr[len] == '\0' || input.ptr[len] == ' ');
}

handinger_task *handinger_add_task(handinger *state, handinger_worker *worker, const char *id, const char *user_id,
                                   const char *triggered_by, uint64_t at_ms)
{
    handinger_task *task = calloc(1, sizeof(*task)), **bucket = &state->tasks[handinger_hash(id)];

    if (!task)
        abort();
    snprintf(task->id, sizeof(task->id), "%s", id);
    snprintf(task->user_id, sizeof(task->user_id), "%s", user_id ? user_id : "");
    task->worker = worker;
    task->triggered_by = triggered_by;
    task->created_ms = at_ms;
    task->older = worker->newest_task;
    worker->newest_task = task;
    task->next_in_bucket = *bucket;
    *bucket = task;
    return task;
}

/* Every draw is made for every turn, so that one option does not shift what another one decides. */
handinger_turn *handinger_add_turn(handinger *state, handinger_task *task, weft_str input, sim_random *random,
                                   uint64_t at_ms)
{
    const sim_options *options = &state->sim->options;
    handinger_turn *turns = realloc(task->turns, (task->turns_count + 1) * sizeof(*turns)), *turn;
    bool fail, crash;

    if (!turns)
        abort();
    task->turns = turns;
    turn = &turns[task->turns_count++];
    memset(turn, 0, sizeof(*turn));
    handinger_id(random, "trn", turn->id);
    turn->input = handinger_copy(input.ptr);
    turn->seed = sim_random_next(random);
    turn->words = sim_random_between(random, options->tokens_low, options->tokens_high);
    fail = sim_random_chance(random, options->fail_rate) || asks_for(input, "sim:fail");
    crash = sim_random_chance(random, options->crash_rate) || asks_for(input, "sim:crash");
    turn->end = crash ? HANDINGER_ABORTED : fail ? HANDINGER_ERROR : HANDINGER_COMPLETED;
    if (asks_for(input, "sim:echo"))
        turn->echo = handinger_copy(input.ptr + (input.len > 8 ? 9 : 8));
    turn->started_ms = at_ms;
    turn->ended_ms = at_ms + sim_spread_draw(&options->job_duration, random);
    return turn;
}

void handinger_free_task(handinger_task *task)
{
    for (size_t i = 0; i < task->turns_count; i++) {
        free(task->turns[i].input);
        free(task->turns[i].echo);
    }
    free(task->turns);
    free(task);
}

/* ---- Running ----------------------------------------------------------------------------------------- */

static handinger_task *look_up(handinger *state, const char *id)
{
    handinger_task *task = state->tasks[handinger_hash(id)];

    while (task && strcmp(task->id, id) != 0)
        task = task->next_in_bucket;
    return task;
}

/* The worker that is wished for, that of the task, or a new one; NULL when it has answered. */
static handinger_worker *worker_for(sim_call *call, const handinger_wish *wish, const handinger_task *task)
{
    handinger_worker *worker = task ? task->worker : NULL;

    if (wish->worker_id.ptr) {
        worker = handinger_look_up_worker(call->state, wish->worker_id.ptr);
        if (task && worker != task->worker) {
            handinger_error(call, 409, "The task belongs to another worker");
            return NULL;
        }
    } else if (!worker) {
        return handinger_make_worker(call, wish->input.ptr, NULL);
    }
    if (!worker || worker->deleted) {
        handinger_error(call, 404, "Worker not found");
        return NULL;
    }
    return handinger_may_see(call, worker) ? worker : NULL;
}

static void keep_files(handinger_worker *worker, const handinger_wish *wish)
{
    for (size_t i = 0; i < wish->files_count; i++) {
        handinger_file *file = &worker->files[worker->files_count++ % HANDINGER_FILES_MAX];

        free(file->name);
        free(file->media_type);
        file->name = wish->files[i].name ? handinger_copy(wish->files[i].name) : NULL;
        file->media_type = handinger_copy(wish->files[i].media_type);
        file->size = wish->files[i].size;
    }
}

/* Answers with the worker as it will be when the turn has ended, which is when the answer goes out. */
static void answer_when_done(sim_call *call, const handinger_worker *worker, handinger_turn *turn)
{
    uint64_t duration_ms = sim_spread_draw(&call->sim->options.run_duration, &call->random);
    weft__writer writer;

    handinger_check_accept(call, "application/json");
    turn->ended_ms = turn->started_ms + duration_ms;
    if (asks_for((weft_str){turn->input, strlen(turn->input)}, "sim:hang")) {
        turn->ended_ms = UINT64_MAX;
        return; /* the exchange stays unanswered until the client gives up */
    }
    call->exchange->hold_ms += duration_ms;
    call->exchange->cut |= asks_for((weft_str){turn->input, strlen(turn->input)}, "sim:drop");
    sim_answer_begin(call, &writer);
    handinger_write_worker(call, &writer, worker, turn->ended_ms);
    sim_answer_end(call, 200);
}

void handinger_create_task(sim_call *call)
{
    handinger *state = call->state;
    handinger_wish wish;
    handinger_task *task;
    handinger_worker *worker;
    handinger_turn *turn;
    char id[HANDINGER_ID_SIZE], user[HANDINGER_ID_SIZE];

    if (!handinger_read_wish(call, &wish))
        return;
    task = wish.task_id.ptr ? look_up(state, wish.task_id.ptr) : NULL;
    worker = worker_for(call, &wish, task);
    if (!worker)
        return;
    if (task && handinger_task_is_running(task, sim_now_ms(call->sim))) {
        handinger_error(call, 409, "The task is running");
        return;
    }
    handinger_run_schedules(state, worker);
    handinger_user(call, user);
    if (wish.task_id.ptr)
        snprintf(id, sizeof(id), "%s", wish.task_id.ptr);
    else
        handinger_id(&call->random, "tsk", id);
    if (!task)
        task = handinger_add_task(state, worker, id, user, "api", sim_now_ms(call->sim));
    keep_files(worker, &wish);
    turn = handinger_add_turn(state, task, wish.input, &call->random, sim_now_ms(call->sim));
    if (wish.stream)
        handinger_stream_turn(call, task, turn);
    else
        answer_when_done(call, worker, turn);
}

/* ---- Looking and archiving --------------------------------------------------------------------------- */

static void write_turn(sim_call *call, weft__writer *writer, const handinger_task *task, size_t index)
{
    const handinger_turn *turn = &task->turns[index];
    uint64_t now_ms = sim_now_ms(call->sim);
    bool done = now_ms >= turn->ended_ms, good = done && turn->end == HANDINGER_COMPLETED;

    weft__write_object(writer);
    sim_put_text(writer, "id", turn->id);
    if (done)
        handinger_put_time(writer, call->sim, "completedAt", turn->ended_ms);
    else
        handinger_put_null(writer, "completedAt");
    sim_put_int(writer, "credits", good ? (int64_t)turn->words : 0);
    sim_put_int(writer, "durationMs", done ? (int64_t)(turn->ended_ms - turn->started_ms) : 0);
    sim_put_text(writer, "input", turn->input);
    sim_put_int(writer, "inputTokens", done ? (int64_t)strlen(turn->input) : 0);
    sim_put_name(writer, "outputText");
    if (good)
        handinger_write_output(writer, turn);
    else
        weft__write_text(writer, "");
    sim_put_int(writer, "outputTokens", good ? (int64_t)turn->words : 0);
    sim_put_text(writer, "role", "user");
    sim_put_int(writer, "seq", (int64_t)index);
    handinger_put_time(writer, call->sim, "startedAt", turn->started_ms);
    sim_put_text(writer, "status", handinger_turn_status(turn, now_ms));
    sim_put_name(writer, "structuredOutput");
    if (good && task->worker->schema)
        weft__write_raw(writer, "{\"answer\":42}", 13);
    else
        weft__write_null(writer);
    sim_put_text(writer, "taskId", task->id);
    weft__write_object_end(writer);
}

static void write_totals(weft__writer *writer, const handinger_task *task, uint64_t now_ms)
{
    uint64_t credits = 0, duration_ms = 0;

    for (size_t i = 0; i < task->turns_count; i++) {
        const handinger_turn *turn = &task->turns[i];

        if (now_ms < turn->ended_ms)
            continue;
        credits += turn->end == HANDINGER_COMPLETED ? turn->words : 0;
        duration_ms += turn->ended_ms - turn->started_ms;
    }
    sim_put_name(writer, "totals");
    weft__write_object(writer);
    sim_put_int(writer, "credits", (int64_t)credits);
    sim_put_int(writer, "durationMs", (int64_t)duration_ms);
    sim_put_int(writer, "turnCount", (int64_t)task->turns_count);
    weft__write_object_end(writer);
}

static void write_task(sim_call *call, weft__writer *writer, const handinger_task *task)
{
    const handinger_turn *last = &task->turns[task->turns_count - 1];
    uint64_t now_ms = sim_now_ms(call->sim);
    char url[256], title[64];

    snprintf(url, sizeof(url), "https://handinger.test/worker/%s/task/%s", task->worker->id, task->id);
    snprintf(title, sizeof(title), "%.40s", task->turns[0].input);
    weft__write_object(writer);
    sim_put_text(writer, "id", task->id);
    if (now_ms >= last->ended_ms)
        handinger_put_time(writer, call->sim, "completedAt", last->ended_ms);
    else
        handinger_put_null(writer, "completedAt");
    handinger_put_time(writer, call->sim, "createdAt", task->created_ms);
    handinger_put_optional(writer, "createdByUserId", task->user_id[0] ? task->user_id : NULL);
    sim_put_text(writer, "organizationId", "org_sim");
    sim_put_text(writer, "status", handinger_turn_status(last, now_ms));
    sim_put_text(writer, "title", title);
    write_totals(writer, task, now_ms);
    sim_put_text(writer, "triggeredBy", task->triggered_by);
    sim_put_text(writer, "url", url);
    sim_put_text(writer, "workerId", task->worker->id);
    weft__write_object_end(writer);
}

/* The task of the path; NULL when it has answered. */
static handinger_task *find_task(sim_call *call)
{
    handinger_task *task = look_up(call->state, call->params[0].ptr);

    if (!task) {
        handinger_error(call, 404, "Task not found");
        return NULL;
    }
    return handinger_may_see(call, task->worker) ? task : NULL;
}

void handinger_get_task(sim_call *call)
{
    const handinger_task *task = find_task(call);
    weft__writer writer;

    if (!task)
        return;
    handinger_check_accept(call, "application/json");
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "task");
    write_task(call, &writer, task);
    sim_put_name(&writer, "turns");
    weft__write_array(&writer);
    for (size_t i = 0; i < task->turns_count; i++)
        write_turn(call, &writer, task, i);
    weft__write_array_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void handinger_delete_task(sim_call *call)
{
    handinger_task *task = find_task(call);
    char user[HANDINGER_ID_SIZE];
    weft__writer writer;

    if (!task)
        return;
    handinger_user(call, user);
    if (strcmp(task->worker->user_id, user) != 0) {
        handinger_error(call, 403, "Only the worker creator can archive its tasks");
        return;
    }
    task->archived = true;
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "archived", true);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}
