/* fanout/outcome.h - how one run ended. Everything in it is borrowed for the moment in which it is told. */
#ifndef FANOUT_OUTCOME_H
#define FANOUT_OUTCOME_H

#include "fanout/options.h"
#include "weft/weft.h"

typedef struct fanout_outcome {
    uint64_t run;        /* 0 for the first that was started */
    size_t prompt_index; /* 0 for the first of the file */
    size_t prompt_line;
    fanout_mode mode;
    uint64_t begun;    /* ns, since the whole workload began */
    uint64_t response; /* ns, from when it was due */
    uint64_t service;  /* ns, from when it was submitted */
    uint64_t first;    /* ns to the first event, for streams; 0 = none came */
    uint64_t events;   /* for streams */
    weft_call_details details;
    /* What the service said; ptr NULL where it did not. A failed run may have output too. */
    weft_str id, status, session_id, output;
    weft_json structured_output, usage, crash_info;
    weft_outcome acted; /* whether the service has acted on it: what has been paid for, or may have been */
    /* Why it failed; `failure` is NULL when it did not. */
    const char *failure; /* a kind: "WEFT_E_CONNECT", "status crashed" */
    const char *message;
    const weft_error *error; /* NULL when the run was answered, but not completed */
} fanout_outcome;

#endif
