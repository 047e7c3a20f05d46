/* fanout/run.h - one request on its way through a service: submitted, followed, and its end told. */
#ifndef FANOUT_RUN_H
#define FANOUT_RUN_H

#include "fanout/buffer.h"
#include "fanout/options.h"
#include "fanout/outcome.h"
#include "fanout/prompts.h"
#include "fanout/tally.h"

typedef struct fanout_run fanout_run;

/* What all runs share. */
typedef struct run_context {
    weft_client *client;
    const fanout_options *options;
    fanout_tally *tally;
    bool keep_output;    /* streams: gather the text, for the results */
    uint64_t began;      /* ns, uv_hrtime: the start of the whole workload */
    uint32_t cancelling; /* jobs that the service has been asked to cancel, unanswered */
    void (*on_end)(fanout_run *run, const fanout_outcome *outcome); /* the run is free again when it is called */
    void (*on_cancelled)(struct run_context *context);              /* `cancelling` is one less */
    void *arg;
} run_context;

typedef enum run_state {
    RUN_FREE,
    RUN_ANSWERING, /* waits for one answer, which is the end */
    RUN_STARTING,  /* waits for the id of a job that the service starts */
    RUN_WAITING,   /* for the job to end */
    RUN_STREAMING
} run_state;

struct fanout_run {
    run_context *context;  /* borrowed */
    fanout_run *next_free; /* the workload's */
    run_state state;
    bool unwanted; /* starting, but cancelled: its job will be, too, as soon as it has a name */
    fanout_mode mode;
    uint64_t number;
    size_t prompt_index;
    const fanout_prompt *prompt; /* borrowed */
    uint64_t due;                /* ns, uv_hrtime: when it should have been submitted; 0 = there is no schedule */
    uint64_t begun;              /* ns: when it was */
    uint64_t first;              /* ns: first event; 0 = none yet */
    uint64_t last;               /* ns: latest event */
    uint64_t events;
    weft_call *call;      /* in flight, else NULL */
    weft_stream *stream;  /* in flight, else NULL */
    char id[160];         /* of the job at the service */
    fanout_buffer output; /* streams: the text so far */
    fanout_buffer done;   /* streams: the data of the final event */
    fanout_buffer texts;  /* of the answer, while its end is told */
};

/* ---- For the workload ---- */

void run_init(fanout_run *run, run_context *context);
void run_deinit(fanout_run *run);

/* Submits a free run whose number, prompt, mode and due time are set. May end it at once when there is no
 * memory. */
void run_start(fanout_run *run);

/* Asks a run that is not free to end soon; it ends as cancelled. A job is cancelled at the service too; one
 * whose id is not known yet is waited for, unless `at_once`. */
void run_cancel(fanout_run *run, bool at_once);

/* ---- For the services, whose `start` sets `state` and `call` or `stream` ---- */

/* The deadlines of a call that may take as long as the whole run, and of one look at a job. */
weft_call_options run_options(const fanout_run *run);
weft_call_options run_look_options(void);
/* What is left of the run's time, for a wait; 0 = there is no limit. */
uint32_t run_timeout_left_ms(const fanout_run *run);

/* Sends what the run's prompt says, by the name that the service gives to it. False when there is no memory for it. */
bool run_submit(fanout_run *run, weft_operation_cb *cb);
bool run_stream(fanout_run *run, const weft_stream_callbacks *callbacks);

/* For a service: what it was asked to end, by `abandon`, is answered for. */
void run_abandoned(run_context *context);

/* The call that carries the run is over: how long it took to have a connection. Once per run. */
void run_connected(const fanout_run *run, const weft_call *call);
/* The job has an id. False when nobody wants it any more, and the run has ended. */
bool run_has_job(fanout_run *run, weft_call *call, weft_str id);
/* The wait for the job failed; one that may still be going is cancelled at the service. */
void run_wait_failed(fanout_run *run, fanout_outcome *outcome, weft_call *call, const weft_error *error);
/* A stream's event with some of the output. */
void run_has_output(fanout_run *run, weft_str text);
/* What the events had, as output. */
weft_str run_output(const fanout_run *run);

/* Every ending comes through one of these. `outcome` has what the service said; `call` may be NULL. */
void run_ended(fanout_run *run, fanout_outcome *outcome, weft_call *call);
void run_failed(fanout_run *run, fanout_outcome *outcome, weft_call *call, const weft_error *error);
/* The service answered, with `outcome->status`; that is a failure unless it is `good`. `why` may be NULL. */
void run_ended_with_status(fanout_run *run, fanout_outcome *outcome, weft_call *call, bool good, const char *why);
/* `call` is the one whose answer there was no room for, or NULL when there was none for the call itself. */
void run_failed_for_memory(fanout_run *run, weft_call *call);

#endif
