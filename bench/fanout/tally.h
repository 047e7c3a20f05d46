/* fanout/tally.h - the figures of a whole workload: counts by outcome, and how long everything took. */
#ifndef FANOUT_TALLY_H
#define FANOUT_TALLY_H

#include "fanout/histogram.h"
#include "fanout/options.h"
#include "fanout/timeline.h"

/* Durations in nanoseconds. Those of failed runs are kept apart: a fast refusal is no fast answer. */
typedef struct mode_tally {
    uint64_t started;
    uint64_t succeeded;
    uint64_t failed;
    uint64_t events;             /* streams: output events */
    fanout_histogram response;   /* succeeded: from when the run was due to its end */
    fanout_histogram service;    /* succeeded: from when it was submitted to its end */
    fanout_histogram failure;    /* failed: from when it was submitted to its end */
    fanout_histogram first;      /* streams: to the first event; async: to the job's acceptance */
    fanout_histogram gap;        /* streams: between two events of one stream */
    fanout_histogram connection; /* to having a connection, waiting for a free one and connecting included */
} mode_tally;

enum { TALLY_KINDS_MAX = 48, TALLY_KIND_NAME_MAX = 48, TALLY_EXAMPLE_MAX = 256, TALLY_LATE_MS = 10 };

/* Failures with the same name and HTTP status. */
typedef struct failure_kind {
    char name[TALLY_KIND_NAME_MAX]; /* "WEFT_E_CONNECT", or "status crashed" for a run that was answered so */
    int http_status;                /* 0 = no answer */
    uint64_t count;
    uint64_t example_run;
    char example[TALLY_EXAMPLE_MAX]; /* the message of the first */
} failure_kind;

typedef struct fanout_tally {
    mode_tally modes[FANOUT_KINDS];
    fanout_histogram latency;            /* response times of all that succeeded, for the live line */
    failure_kind kinds[TALLY_KINDS_MAX]; /* the last is "other" when there are more */
    size_t kind_count;
    fanout_timeline timeline;
    uint64_t retries;  /* requests sent again */
    uint64_t late;     /* runs that started more than TALLY_LATE_MS after they were due */
    uint64_t late_max; /* ns: the latest of all */
} fanout_tally;

/* False when out of memory; tally_deinit is due either way. */
bool tally_init(fanout_tally *tally, uint64_t now);
void tally_deinit(fanout_tally *tally);

/* A run starts, `late` ns after it was due. */
void tally_started_one(fanout_tally *tally, fanout_mode mode, uint64_t late);
/* One run's end. */
void tally_succeeded(fanout_tally *tally, fanout_mode mode, uint64_t now, uint64_t response, uint64_t service);
void tally_failed(fanout_tally *tally, fanout_mode mode, uint64_t now, uint64_t service);
/* Why it failed. */
void tally_failure(fanout_tally *tally, const char *name, int http_status, const char *message, uint64_t run);

uint64_t tally_started(const fanout_tally *tally);
uint64_t tally_succeeded_count(const fanout_tally *tally);
uint64_t tally_failed_count(const fanout_tally *tally);
static inline uint64_t tally_done(const fanout_tally *tally)
{
    return tally_succeeded_count(tally) + tally_failed_count(tally);
}

#endif
