/* sim_handinger_schedules.c - what is to run later, and what has become due. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/codec.h"
#include "sim_handinger.h"

#include "base/time.h"

enum { SECONDS_MAX = 31536000 };

static const sim_member when_members[] = {
    {"type", SIM_STRING, NULL, "type"},           {"date", SIM_STRING, NULL, NULL},
    {"delayInSeconds", SIM_INTEGER, NULL, NULL},  {"cron", SIM_STRING, NULL, NULL},
    {"intervalSeconds", SIM_INTEGER, NULL, NULL},
};
static const sim_shape when_shape = SIM_SHAPE("When", when_members);

static const sim_member schedule_members[] = {
    {"input", SIM_STRING, NULL, "input"},
    {"when", SIM_OBJECT, &when_shape, "when"},
    {"budget", SIM_STRING, NULL, NULL},
};
const sim_shape handinger_schedule_shape = SIM_SHAPE("CreateSchedule", schedule_members);

/* ---- Making one -------------------------------------------------------------------------------------- */

/* The one of `words` that member `path` is; NULL when it is none. */
static const char *word_of(weft_str text, const char *const *words, size_t count)
{
    for (size_t i = 0; text.ptr && i < count; i++)
        if (strcmp(text.ptr, words[i]) == 0)
            return words[i];
    return NULL;
}

/* Members of `when` beside its type; exactly one is right, and which one. */
static bool has_only(sim_call *call, const char *name)
{
    static const char *const all[] = {"date", "delayInSeconds", "cron", "intervalSeconds"};
    weft_json when = sim_json_at(sim_request_body(call->exchange), "when"), value;

    for (size_t i = 0; i < 4; i++)
        if (weft__json_member(when.ptr, when.len, all[i], &value) != (strcmp(all[i], name) == 0))
            return false;
    return true;
}

static uint64_t loop_time(const sim_server *sim, int64_t unix_ms)
{
    return unix_ms > sim->epoch_ms ? (uint64_t)(unix_ms - sim->epoch_ms) : 0;
}

static bool read_seconds(sim_call *call, const char *name, int64_t *ret_seconds)
{
    char path[32];

    snprintf(path, sizeof(path), "when.%s", name);
    return has_only(call, name) && weft__json_int64(sim_json_at(sim_request_body(call->exchange), path), ret_seconds) &&
           *ret_seconds >= 1 && *ret_seconds <= SECONDS_MAX;
}

/* Fills in when it runs; false when `when` does not say so as it should. */
static bool read_when(sim_call *call, handinger_schedule *schedule)
{
    static const char *const types[] = {"scheduled", "delayed", "cron", "interval"};
    weft__arena *arena = &call->exchange->arena;
    weft_str body = sim_request_body(call->exchange), text;
    weft_time at;

    schedule->type = word_of(sim_json_text(arena, body, "when.type"), types, 4);
    if (!schedule->type)
        return false;
    if (schedule->type == types[0]) {
        at = weft_time_parse(sim_json_text(arena, body, "when.date"));
        schedule->due_ms = loop_time(call->sim, at / 1000000);
        return has_only(call, "date") && at != WEFT_TIME_NONE;
    }
    if (schedule->type == types[2]) {
        text = sim_json_text(arena, body, "when.cron");
        if (!has_only(call, "cron") || !text.ptr || handinger_cron_next(text.ptr, 0) < 0)
            return false;
        schedule->cron = handinger_copy(text.ptr);
        schedule->due_ms = loop_time(
            call->sim,
            handinger_cron_next(text.ptr, (call->sim->epoch_ms + (int64_t)sim_now_ms(call->sim)) / 1000) * 1000);
        return true;
    }
    if (!read_seconds(call, schedule->type == types[1] ? "delayInSeconds" : "intervalSeconds", &schedule->seconds))
        return false;
    schedule->due_ms = sim_now_ms(call->sim) + (uint64_t)schedule->seconds * 1000;
    return true;
}

static void write_schedule(sim_call *call, weft__writer *writer, const handinger_schedule *schedule)
{
    weft__write_object(writer);
    sim_put_text(writer, "id", schedule->id);
    sim_put_text(writer, "budget", schedule->budget);
    if (schedule->cron)
        sim_put_text(writer, "cron", schedule->cron);
    if (strcmp(schedule->type, "delayed") == 0)
        sim_put_int(writer, "delayInSeconds", schedule->seconds);
    sim_put_text(writer, "input", schedule->input);
    if (strcmp(schedule->type, "interval") == 0)
        sim_put_int(writer, "intervalSeconds", schedule->seconds);
    handinger_put_time(writer, call->sim, "nextRunAt", schedule->due_ms);
    sim_put_text(writer, "type", schedule->type);
    weft__write_object_end(writer);
}

static void schedule_free(handinger_schedule *schedule)
{
    free(schedule->input);
    free(schedule->cron);
    free(schedule);
}

void handinger_create_schedule(sim_call *call)
{
    static const char *const budgets[] = {"low", "standard", "high", "unlimited"};
    weft__arena *arena = &call->exchange->arena;
    weft_str body = sim_request_body(call->exchange);
    handinger_worker *worker = handinger_find_worker(call, false);
    handinger_schedule *schedule, **last;
    weft__writer writer;
    weft_json budget;

    if (!worker)
        return;
    schedule = calloc(1, sizeof(*schedule));
    if (!schedule)
        abort();
    schedule->input = handinger_copy(sim_json_text(arena, body, "input").ptr);
    schedule->budget = budgets[1];
    if (weft__json_member(body.ptr, body.len, "budget", &budget))
        schedule->budget = word_of(sim_json_text(arena, body, "budget"), budgets, 4);
    if (!schedule->budget || !read_when(call, schedule)) {
        handinger_blame(call, schedule->budget ? "when is not one of scheduled, delayed, cron and interval, whole"
                                               : "budget must be low, standard, high or unlimited");
        schedule_free(schedule);
        return;
    }
    handinger_id(&call->random, "sch", schedule->id);
    for (last = &worker->schedules; *last; last = &(*last)->next)
        ;
    *last = schedule;
    sim_answer_begin(call, &writer);
    write_schedule(call, &writer, schedule);
    sim_answer_end(call, 200);
}

/* ---- Time passes ------------------------------------------------------------------------------------- */

/* When it runs next; false when it does not. */
static bool go_on(const handinger *state, handinger_schedule *schedule)
{
    int64_t next;

    if (schedule->cron) {
        next = handinger_cron_next(schedule->cron, (state->sim->epoch_ms + (int64_t)schedule->due_ms) / 1000);
        schedule->due_ms = loop_time(state->sim, next * 1000);
        return next > 0;
    }
    schedule->due_ms += (uint64_t)schedule->seconds * 1000;
    return strcmp(schedule->type, "interval") == 0;
}

static void run(handinger *state, handinger_worker *worker, const handinger_schedule *schedule)
{
    sim_random random = sim_random_for(state->sim->options.seed, 0x7363686564756c65, state->made++);
    handinger_task *task;
    char id[HANDINGER_ID_SIZE];

    handinger_id(&random, "tsk", id);
    task = handinger_add_task(state, worker, id, NULL, "schedule", schedule->due_ms);
    handinger_add_turn(state, task, (weft_str){schedule->input, strlen(schedule->input)}, &random, schedule->due_ms);
}

void handinger_run_schedules(handinger *state, handinger_worker *worker)
{
    handinger_schedule **place = &worker->schedules;

    while (*place) {
        handinger_schedule *schedule = *place;
        bool stays = true;

        while (stays && schedule->due_ms <= sim_now_ms(state->sim)) {
            run(state, worker, schedule);
            stays = go_on(state, schedule);
        }
        if (stays) {
            place = &schedule->next;
        } else {
            *place = schedule->next;
            schedule_free(schedule);
        }
    }
}

void handinger_free_schedules(handinger_worker *worker)
{
    while (worker->schedules) {
        handinger_schedule *schedule = worker->schedules;

        worker->schedules = schedule->next;
        schedule_free(schedule);
    }
}

/* ---- Listing and cancelling -------------------------------------------------------------------------- */

void handinger_list_schedules(sim_call *call)
{
    const handinger_worker *worker = handinger_find_worker(call, false);
    weft__writer writer;

    if (!worker)
        return;
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "schedules");
    weft__write_array(&writer);
    for (const handinger_schedule *schedule = worker->schedules; schedule; schedule = schedule->next)
        write_schedule(call, &writer, schedule);
    weft__write_array_end(&writer);
    sim_put_text(&writer, "workerId", worker->id);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void handinger_cancel_schedule(sim_call *call)
{
    handinger_worker *worker = handinger_find_worker(call, false);
    handinger_schedule **place, *schedule;
    weft__writer writer;

    if (!worker)
        return;
    place = &worker->schedules;
    while (*place && strcmp((*place)->id, call->params[1].ptr) != 0)
        place = &(*place)->next;
    schedule = *place;
    if (!schedule) {
        handinger_error(call, 404, "Schedule not found");
        return;
    }
    *place = schedule->next;
    schedule_free(schedule);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "cancelled", true);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}
