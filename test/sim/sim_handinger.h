/* sim_handinger.h - between the files of the simulated Handinger: workers, tasks, schedules, webhooks.
 *
 * Written against contracts/handinger.md. A key is needed always; whose it is says its text, so that two keys are two
 * people of one organization. With --token only that key is good, and it followed by '.' and more, which is somebody
 * else's. Nothing runs: what a task, a schedule or a delivery is at any moment follows from when it was made. Words
 * of an output are never stored, a number says which they are.
 *
 * The words at the beginning of a prompt that the other services know (sim:fail and so on) are known in a task's input:
 * sim:fail ends it in error, sim:crash aborts it. Any error that a server or a proxy might answer with is had by the
 * request header X-Sim-Answer: a status, and perhaps how it is worded (error, object, message, text, html, empty,
 * broken); with X-Sim-Header: a header line for it, and X-Sim-Times: only that many attempts of a call get it, told by
 * their X-Stainless-Retry-Count.
 */
#ifndef SIM_HANDINGER_H
#define SIM_HANDINGER_H

#include "sim_service.h"

enum { HANDINGER_ID_SIZE = 72, HANDINGER_BUCKETS = 1024, HANDINGER_FILES_MAX = 32, HANDINGER_PAGE = 50 };

typedef enum handinger_end { HANDINGER_COMPLETED, HANDINGER_ERROR, HANDINGER_ABORTED } handinger_end;

typedef struct handinger_file {
    char *name; /* owned, as all texts here; NULL = none was given */
    char *media_type;
    size_t size;
} handinger_file;

typedef struct handinger_turn {
    char id[HANDINGER_ID_SIZE];
    char *input;
    uint64_t seed, words; /* of its output */
    char *echo;           /* the output itself, when the input asked for it; else NULL */
    handinger_end end;
    uint64_t started_ms, ended_ms; /* loop time */
    bool delivered;                /* its webhook was called, or there was none */
} handinger_turn;

typedef struct handinger_worker handinger_worker;

typedef struct handinger_task {
    struct handinger_task *next_in_bucket;
    struct handinger_task *older; /* of the same worker */
    handinger_worker *worker;
    char id[HANDINGER_ID_SIZE];
    char user_id[HANDINGER_ID_SIZE];
    const char *triggered_by; /* static */
    uint64_t created_ms;
    handinger_turn *turns; /* owned */
    size_t turns_count;
    bool archived;
} handinger_task;

typedef struct handinger_schedule {
    struct handinger_schedule *next;
    char id[HANDINGER_ID_SIZE];
    const char *type, *budget; /* static */
    char *input, *cron;
    int64_t seconds; /* of "delayed" and "interval" */
    uint64_t due_ms; /* loop time; of "cron" it is made anew after each run */
} handinger_schedule;

typedef struct handinger_execution {
    struct handinger_execution *older;
    char id[HANDINGER_ID_SIZE], task_id[HANDINGER_ID_SIZE];
    char *url, *title;
    uint64_t at_ms;
    int status; /* of the endpoint; 0 = it was not reached */
} handinger_execution;

struct handinger_worker {
    struct handinger_worker *next_in_bucket;
    char id[HANDINGER_ID_SIZE];
    char user_id[HANDINGER_ID_SIZE]; /* who made it */
    char *instructions, *summary, *title;
    char *schema; /* JSON, or NULL */
    bool is_private, deleted;
    uint64_t created_ms, updated_ms;
    char *webhook_url, *webhook_token;
    handinger_file files[HANDINGER_FILES_MAX]; /* the newest */
    size_t files_count;                        /* ever */
    handinger_task *newest_task;               /* owned, with the older ones */
    handinger_schedule *schedules;             /* owned, in the order in which they were made */
    handinger_execution *newest_execution;     /* owned, with the older ones */
    size_t executions_count;
};

typedef struct handinger {
    sim_server *sim;
    handinger_worker *workers[HANDINGER_BUCKETS]; /* owned */
    handinger_task *tasks[HANDINGER_BUCKETS];     /* the workers' */
    uint64_t made;                                /* ids given out for what happens by itself */
} handinger;

/* What POST /api/tasks asks for, in either form. Texts live in the exchange's arena; ptr NULL = not given. */
typedef struct handinger_wish {
    weft_str input, task_id, worker_id, budget;
    bool stream;
    handinger_file files[HANDINGER_FILES_MAX]; /* borrowed from the arena */
    size_t files_count;
} handinger_wish;

/* sim_handinger.c */
void handinger_error(sim_call *call, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Counts the request as malformed and answers 400. */
void handinger_blame(sim_call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The key's owner. */
void handinger_user(const sim_call *call, char ret_id[HANDINGER_ID_SIZE]);
void handinger_id(sim_random *random, const char *prefix, char ret_id[HANDINGER_ID_SIZE]);
/* RFC 3339 with milliseconds. */
void handinger_put_time(weft__writer *writer, const sim_server *sim, const char *name, uint64_t at_ms);
void handinger_put_null(weft__writer *writer, const char *name);
/* A member that is null when `value` is NULL. */
void handinger_put_optional(weft__writer *writer, const char *name, const char *value);
/* strdup that ends the process when memory is short: a test tool has nothing better to do. */
char *handinger_copy(const char *text);
/* Whether the request's Accept allows `type`; counts it as malformed when not. */
void handinger_check_accept(sim_call *call, const char *type);
unsigned handinger_hash(const char *id);

/* sim_handinger_workers.c */
extern const sim_shape handinger_create_worker_shape, handinger_update_worker_shape;
/* The worker of the path; NULL when it has answered. With `creator` only who made it may. */
handinger_worker *handinger_find_worker(sim_call *call, bool creator);
handinger_worker *handinger_look_up_worker(handinger *state, const char *id);
handinger_worker *handinger_make_worker(sim_call *call, const char *instructions, const char *title);
/* Whether the caller may see it; false when it has answered. */
bool handinger_may_see(sim_call *call, const handinger_worker *worker);
void handinger_write_worker(sim_call *call, weft__writer *writer, const handinger_worker *worker, uint64_t now_ms);
void handinger_free_worker(handinger_worker *worker);
void handinger_create_worker(sim_call *call);
void handinger_get_worker(sim_call *call);
void handinger_update_worker(sim_call *call);
void handinger_delete_worker(sim_call *call);
void handinger_get_worker_email(sim_call *call);

/* sim_handinger_tasks.c */
const char *handinger_word(uint64_t seed, uint64_t index);
void handinger_write_output(weft__writer *writer, const handinger_turn *turn);
const char *handinger_turn_status(const handinger_turn *turn, uint64_t now_ms);
bool handinger_task_is_running(const handinger_task *task, uint64_t now_ms);
/* A new turn of a new or an older task; the plan is drawn from `random`. */
handinger_task *handinger_add_task(handinger *state, handinger_worker *worker, const char *id, const char *user_id,
                                   const char *triggered_by, uint64_t at_ms);
handinger_turn *handinger_add_turn(handinger *state, handinger_task *task, weft_str input, sim_random *random,
                                   uint64_t at_ms);
void handinger_free_task(handinger_task *task);
void handinger_create_task(sim_call *call);
void handinger_get_task(sim_call *call);
void handinger_delete_task(sim_call *call);

/* sim_handinger_form.c: the body of POST /api/tasks. False when it has answered. */
bool handinger_read_wish(sim_call *call, handinger_wish *ret_wish);

/* sim_handinger_stream.c */
/* How long the stream of a turn will take from now on, drawn as the stream itself will. */
uint64_t handinger_stream_ms(const sim_options *options, sim_random random, const handinger_turn *turn);
void handinger_stream_turn(sim_call *call, const handinger_task *task, const handinger_turn *turn);
void handinger_stream_replay(sim_call *call, const handinger_worker *worker);

/* sim_handinger_schedules.c */
extern const sim_shape handinger_schedule_shape;
/* What has become due in the time that has passed. */
void handinger_run_schedules(handinger *state, handinger_worker *worker);
void handinger_free_schedules(handinger_worker *worker);
void handinger_create_schedule(sim_call *call);
void handinger_list_schedules(sim_call *call);
void handinger_cancel_schedule(sim_call *call);

/* sim_handinger_cron.c: the next Unix second after `after` that the expression means; -1 when it is none. */
int64_t handinger_cron_next(const char *expression, int64_t after);

/* sim_handinger_webhooks.c */
extern const sim_shape handinger_webhook_shape;
void handinger_free_executions(handinger_worker *worker);
void handinger_get_webhook(sim_call *call);
void handinger_update_webhook(sim_call *call);
void handinger_delete_webhook(sim_call *call);
void handinger_list_executions(sim_call *call);
void handinger_regenerate_token(sim_call *call);

#endif
