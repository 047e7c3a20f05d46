/* sim_stromboli_jobs.c - asynchronous jobs. What a job is at any moment follows from when it was made. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_stromboli.h"

/* Who is told when a job has ended. */
typedef struct job_hook {
    weft__timer timer;
    stromboli *state;      /* borrowed */
    struct job_entry *job; /* borrowed: its owner */
    char url[];
} job_hook;

typedef struct job_entry {
    struct job_entry *next_in_bucket;
    struct job_entry *younger;                 /* in the order in which they were made */
    stromboli_plan plan;                       /* owns its echo */
    uint64_t created_ms, started_ms, ended_ms; /* loop time */
    uint64_t cancelled_ms;                     /* 0 = it was not */
    job_hook *hook;                            /* owned; NULL = nobody is told, or was told already */
} job_entry;

struct stromboli_jobs {
    job_entry **buckets; /* owned */
    size_t bucket_count; /* a power of two */
    size_t count;
    job_entry *oldest, *youngest;
};

stromboli_jobs *stromboli_jobs_new(void)
{
    stromboli_jobs *jobs = calloc(1, sizeof(*jobs));

    if (!jobs)
        return NULL;
    jobs->bucket_count = 1024;
    jobs->buckets = calloc(jobs->bucket_count, sizeof(*jobs->buckets));
    if (!jobs->buckets) {
        free(jobs);
        return NULL;
    }
    return jobs;
}

static void forget_hook(job_entry *job)
{
    if (job->hook)
        sim_timer_stop(&job->hook->state->sim->http.timers, &job->hook->timer);
    free(job->hook);
    job->hook = NULL;
}

static void job_free(job_entry *job)
{
    forget_hook(job);
    free(job->plan.output.echo);
    free(job);
}

void stromboli_jobs_free(stromboli_jobs *jobs)
{
    if (!jobs)
        return;
    while (jobs->oldest) {
        job_entry *oldest = jobs->oldest;

        jobs->oldest = oldest->younger;
        job_free(oldest);
    }
    free(jobs->buckets);
    free(jobs);
}

size_t stromboli_jobs_count(const stromboli_jobs *jobs)
{
    return jobs->count;
}

static job_entry **bucket_of(const stromboli_jobs *jobs, uint64_t id)
{
    return &jobs->buckets[id & (jobs->bucket_count - 1)];
}

static void drop_oldest(stromboli_jobs *jobs)
{
    job_entry *oldest = jobs->oldest;
    job_entry **place = bucket_of(jobs, oldest->plan.id);

    while (*place != oldest)
        place = &(*place)->next_in_bucket;
    *place = oldest->next_in_bucket;
    jobs->oldest = oldest->younger;
    if (!jobs->oldest)
        jobs->youngest = NULL;
    jobs->count--;
    job_free(oldest);
}

/* Twice the buckets. Without memory for them the chains get longer, nothing else. */
static void grow(stromboli_jobs *jobs)
{
    size_t count = jobs->bucket_count * 2;
    job_entry **buckets = calloc(count, sizeof(*buckets));

    if (!buckets)
        return;
    free(jobs->buckets);
    jobs->buckets = buckets;
    jobs->bucket_count = count;
    for (job_entry *job = jobs->oldest; job; job = job->younger) {
        job->next_in_bucket = *bucket_of(jobs, job->plan.id);
        *bucket_of(jobs, job->plan.id) = job;
    }
}

static void on_ended(weft__timer *timer);

/* false when out of memory. */
static bool set_hook(stromboli *state, job_entry *job, weft_str url)
{
    if (!url.ptr || url.len == 0)
        return true;
    job->hook = calloc(1, sizeof(*job->hook) + url.len + 1);
    if (!job->hook)
        return false;
    job->hook->state = state;
    job->hook->job = job;
    memcpy(job->hook->url, url.ptr, url.len);
    weft__timer_init(&job->hook->timer, on_ended);
    sim_timer_start(&state->sim->http.timers, &job->hook->timer, job->ended_ms - job->created_ms);
    return true;
}

bool stromboli_jobs_add(stromboli *state, const stromboli_plan *plan, uint64_t pending_ms, uint64_t running_ms,
                        weft_str webhook_url)
{
    stromboli_jobs *jobs = state->jobs;
    job_entry *job = calloc(1, sizeof(*job));

    if (!job)
        return false;
    job->plan = *plan;
    job->created_ms = sim_now_ms(state->sim);
    job->started_ms = job->created_ms + pending_ms;
    job->ended_ms = job->started_ms + running_ms;
    if (!stromboli_copy_output(&job->plan.output, &plan->output) || !set_hook(state, job, webhook_url)) {
        job_free(job);
        return false;
    }
    if (jobs->count >= jobs->bucket_count)
        grow(jobs);
    job->next_in_bucket = *bucket_of(jobs, plan->id);
    *bucket_of(jobs, plan->id) = job;
    if (jobs->youngest)
        jobs->youngest->younger = job;
    else
        jobs->oldest = job;
    jobs->youngest = job;
    if (++jobs->count > state->sim->options.keep_jobs)
        drop_oldest(jobs);
    return true;
}

static job_entry *find(const stromboli_jobs *jobs, weft_str id)
{
    unsigned long long number;
    char *end;

    if (id.len != 20 || memcmp(id.ptr, "job-", 4) != 0)
        return NULL;
    number = strtoull(id.ptr + 4, &end, 16);
    if (*end)
        return NULL;
    for (job_entry *job = *bucket_of(jobs, number); job; job = job->next_in_bucket)
        if (job->plan.id == number)
            return job;
    return NULL;
}

typedef enum job_status { JOB_PENDING, JOB_RUNNING, JOB_COMPLETED, JOB_FAILED, JOB_CRASHED, JOB_CANCELLED } job_status;

static job_status status_of(const sim_server *sim, const job_entry *job)
{
    uint64_t now_ms = sim_now_ms(sim);

    if (job->cancelled_ms)
        return JOB_CANCELLED;
    if (now_ms < job->started_ms)
        return JOB_PENDING;
    if (now_ms < job->ended_ms)
        return JOB_RUNNING;
    if (job->plan.end == STROMBOLI_CRASHED)
        return JOB_CRASHED;
    return job->plan.end == STROMBOLI_FAILED ? JOB_FAILED : JOB_COMPLETED;
}

static uint64_t updated_ms(const job_entry *job, job_status status)
{
    if (status == JOB_CANCELLED)
        return job->cancelled_ms;
    if (status == JOB_PENDING)
        return job->created_ms;
    return status == JOB_RUNNING ? job->started_ms : job->ended_ms;
}

static void write_result(weft__writer *writer, const job_entry *job, job_status status)
{
    const stromboli_output *output = &job->plan.output;
    char text[200];

    if (status == JOB_COMPLETED || status == JOB_CRASHED) {
        sim_put_name(writer, "output");
        stromboli_write_output(writer, output, status == JOB_CRASHED ? output->words / 2 : output->words);
    }
    if (status == JOB_FAILED) {
        stromboli_failure_text(output, job->plan.end, text, sizeof(text));
        sim_put_text(writer, "error", text);
    }
    if (status == JOB_COMPLETED || status == JOB_CRASHED)
        sim_put_text(writer, "session_id", job->plan.session_id);
}

/* The members with which every account of a job begins; `id_name` is what it calls the id. */
static void write_outcome(const sim_server *sim, weft__writer *writer, const job_entry *job, const char *id_name)
{
    static const char *const names[] = {"pending", "running", "completed", "failed", "crashed", "cancelled"};
    job_status status = status_of(sim, job);
    bool hidden = status == JOB_CRASHED && !sim->options.crash_as_crashed;
    char id[24];

    snprintf(id, sizeof(id), "job-%016llx", (unsigned long long)job->plan.id);
    sim_put_text(writer, id_name, id);
    sim_put_text(writer, "status", names[hidden ? JOB_FAILED : status]);
    write_result(writer, job, status);
}

static void on_ended(weft__timer *timer)
{
    job_hook *hook = WEFT__CONTAINER_OF(timer, job_hook, timer);
    sim_server *sim = hook->state->sim;
    weft__buffer body;
    weft__writer writer;

    weft__buffer_init(&body, &sim->http.heap, SIZE_MAX / 2);
    weft__writer_init(&writer, &body);
    weft__write_object(&writer);
    write_outcome(sim, &writer, hook->job, "job_id");
    weft__write_object_end(&writer);
    if (body.failed)
        abort();
    stromboli_call_webhook(hook->state, hook->url, (weft_str){body.data, body.len});
    weft__buffer_deinit(&body);
    forget_hook(hook->job);
}

static void write_job(const sim_server *sim, weft__writer *writer, const job_entry *job)
{
    job_status status = status_of(sim, job);
    char text[40];

    weft__write_object(writer);
    write_outcome(sim, writer, job, "id");
    sim_time_text(sim, job->created_ms, text);
    sim_put_text(writer, "created_at", text);
    sim_time_text(sim, updated_ms(job, status), text);
    sim_put_text(writer, "updated_at", text);
    if (status == JOB_CRASHED)
        stromboli_write_crash(writer, &job->plan.output);
    weft__write_object_end(writer);
}

void stromboli_list_jobs(sim_call *call)
{
    const stromboli *state = call->state;
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "jobs");
    weft__write_array(&writer);
    for (const job_entry *job = state->jobs->oldest; job; job = job->younger)
        write_job(call->sim, &writer, job);
    weft__write_array_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void stromboli_get_job(sim_call *call)
{
    const stromboli *state = call->state;
    const job_entry *job = find(state->jobs, call->params[0]);
    weft__writer writer;

    if (!job) {
        stromboli_error(call, 404, "job not found");
        return;
    }
    sim_answer_begin(call, &writer);
    write_job(call->sim, &writer, job);
    sim_answer_end(call, 200);
}

void stromboli_cancel_job(sim_call *call)
{
    const stromboli *state = call->state;
    job_entry *job = find(state->jobs, call->params[0]);
    weft__writer writer;

    if (!job) {
        stromboli_error(call, 404, "job not found");
        return;
    }
    if (status_of(call->sim, job) > JOB_RUNNING) {
        stromboli_error(call, 409, "cannot cancel job (already completed, failed, or cancelled)");
        return;
    }
    job->cancelled_ms = sim_now_ms(call->sim);
    if (job->hook)
        sim_timer_start(&call->sim->http.timers, &job->hook->timer, 0);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "cancelled", true);
    sim_put_str(&writer, "job_id", call->params[0]);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}
