/* fanout/results.h - the file of results: one JSON line per run, in order of completion. */
#ifndef FANOUT_RESULTS_H
#define FANOUT_RESULTS_H

#include "fanout/buffer.h"
#include "fanout/outcome.h"

enum { RESULTS_MESSAGE_MAX = 512 };

typedef struct fanout_results {
    const char *path;      /* borrowed */
    int fd;                /* -1 = not open */
    fanout_buffer pending; /* whole lines that wait to be written together */
    uint64_t lines;
    bool failed; /* what was wrong first is in `message`; nothing is written any more */
    char message[RESULTS_MESSAGE_MAX];
} fanout_results;

/* Opens and empties the file; "-" is standard output. False with `message` filled. */
bool results_open(fanout_results *results, const char *path);
/* False once writing has failed. */
bool results_write(fanout_results *results, const fanout_outcome *outcome);
/* Writes what is pending. False, with `message` filled, when any line was lost. */
bool results_close(fanout_results *results);

#endif
