/* sim_options.h - everything that a command line can ask of the simulator. */
#ifndef SIM_OPTIONS_H
#define SIM_OPTIONS_H

#include "sim_http.h"
#include "sim_random.h"

typedef struct sim_options {
    sim_http_options http;
    const char *service; /* at / */
    const char *listed;  /* whose operations --list-operations is to list; NULL = everybody's */
    uint64_t seed;
    sim_spread latency;               /* of every answer */
    sim_spread run_duration;          /* of a run that is waited for, on top of the latency */
    sim_spread job_pending;           /* before an asynchronous job runs */
    sim_spread job_duration;          /* while it runs */
    sim_spread first_event_delay;     /* of a stream */
    sim_spread token_interval;        /* between a stream's events */
    uint64_t tokens_low, tokens_high; /* words in an output, events in a stream */
    double fail_rate, crash_rate, drop_rate, stream_error_rate, stream_cut_rate, unavailable_rate;
    double rate_limit; /* requests per second; 0 = none */
    double rate_burst;
    const char *retry_after;     /* "auto", "none" or what the header is to say */
    const char *token;           /* bearer needed; NULL = none */
    const char *webhook_secret;  /* Stromboli signs its webhooks with it; NULL = it does not */
    const char *internal_secret; /* of agentserver's gateways */
    const char *without;         /* agentserver's features that are switched off, with commas between; NULL = none */
    bool crash_as_crashed;       /* jobs end "crashed", not "failed" */
    bool degraded;               /* health */
    bool unconfigured;           /* Claude has no credentials */
    bool lenient;
    bool exit_with_stdin;
    uint64_t record_requests, record_bytes;
    uint64_t keep_sessions, keep_jobs;
    int stats_fd; /* -1 = none */
} sim_options;

typedef enum sim_options_result {
    SIM_RUN,
    SIM_EXIT_OK, /* --help was printed, or wanted */
    SIM_LIST_OPERATIONS,
    SIM_EXIT_USAGE, /* what is wrong was printed */
} sim_options_result;

sim_options_result sim_options_parse(int argc, char **argv, sim_options *ret_options);

#endif
