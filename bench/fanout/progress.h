/* fanout/progress.h - says how far things are: a line that renews itself on a terminal, else a plain line now
 * and then. */
#ifndef FANOUT_PROGRESS_H
#define FANOUT_PROGRESS_H

#include "fanout/tally.h"

#include <stdio.h>
#include <uv.h>

enum { PROGRESS_SAMPLES = 24 };

typedef struct progress_sample {
    uint64_t time; /* ns */
    uint64_t done;
    uint64_t events;
} progress_sample;

typedef struct fanout_progress {
    uv_timer_t timer;
    FILE *out;                 /* borrowed */
    const fanout_tally *tally; /* borrowed */
    uint64_t total;
    uint64_t began; /* ns */
    bool live;      /* a terminal that can be written over */
    bool colored;
    bool shown;                                /* the live line is on the screen */
    progress_sample samples[PROGRESS_SAMPLES]; /* a ring of the last seconds, for the rate */
    size_t sample_count;                       /* taken in all */
} fanout_progress;

/* Begins on `out`; NULL = quiet, and every function below does nothing but keep its promises. */
void progress_start(fanout_progress *progress, uv_loop_t *loop, FILE *out, const fanout_tally *tally, uint64_t total);
/* Takes the live line off the screen, so that something else can be said. */
void progress_clear(fanout_progress *progress);
/* Where it is no live line, how things stand at the end is said once more. */
void progress_stop(fanout_progress *progress);

#endif
