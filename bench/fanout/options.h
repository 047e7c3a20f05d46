/* fanout/options.h - what the command line asked for. */
#ifndef FANOUT_OPTIONS_H
#define FANOUT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How a request reaches the service. All but the last are kinds of run; MIX takes several in turn. */
typedef enum fanout_mode {
    FANOUT_RUN,    /* the service's plainest way: usually one request, answered when the agent is done */
    FANOUT_ASYNC,  /* starts a job, then polls it */
    FANOUT_STREAM, /* one event stream */
    FANOUT_TURN,   /* one turn of codex */
    FANOUT_MIX
} fanout_mode;

enum {
    FANOUT_KINDS = 4,
    OPTIONS_REPORTS_MAX = 4,
    OPTIONS_PERCENTILES_MAX = 24,
    OPTIONS_HEADERS_MAX = 32,
    OPTIONS_HEADER_NAME_MAX = 128
};

struct fanout_service;

typedef struct fanout_options {
    const struct fanout_service *service;
    const char *url;
    const char *token;                        /* NULL = none */
    const char *token_path;                   /* NULL = none */
    const char *headers[OPTIONS_HEADERS_MAX]; /* "Name: value" */
    size_t header_count;
    const char *ca_path; /* NULL = the system's certificates */
    const char *cert_path, *key_path;
    bool insecure;
    const char *proxy;     /* a URL, "env" for the environment's, or NULL */
    const char *skill;     /* Skillbox: of lines that name none; or NULL */
    const char *workspace; /* agentserver: of tasks, and of turns that name none; or NULL */
    fanout_mode mode;
    const char *prompts_path; /* "-" = standard input */
    uint64_t requests;        /* 0 = each prompt once */
    uint32_t concurrency;     /* runs in flight, at most */
    uint32_t connections;     /* 0 = as many as `concurrency` */
    uint32_t timeout_ms;      /* of one run, from its start to its end; 0 = none */
    uint32_t retries;         /* of a request that cannot have been acted on */
    uint32_t poll_ms;         /* the first pause between two polls of a job; 0 = the library's */
    double rate;              /* runs started per second; 0 = as fast as they are answered */
    uint32_t ramp_up_ms;
    const char *results_path; /* NULL = none; "-" = standard output */
    const char *report_paths[OPTIONS_REPORTS_MAX];
    size_t report_count;
    double percentiles[OPTIONS_PERCENTILES_MAX]; /* for the JSON report, besides the usual ones */
    size_t percentile_count;
    bool quiet;
} fanout_options;

typedef enum options_outcome {
    OPTIONS_GO,
    OPTIONS_HELP,    /* --help was given */
    OPTIONS_VERSION, /* --version was given */
    OPTIONS_WRONG    /* the message says what */
} options_outcome;

enum { OPTIONS_MESSAGE_MAX = 512 };

/* Reads the command line; texts in `*ret_options` point into `argv`. `message` is filled with OPTIONS_WRONG. */
options_outcome options_parse(int argc, char **argv, fanout_options *ret_options, char message[OPTIONS_MESSAGE_MAX]);

/* Connections that may be open at once: a mix has as many for its streams as for its calls. */
uint32_t options_connections(const fanout_options *options);

const char *options_mode_name(fanout_mode mode);

/* One line per option, as --help shows them. */
void options_print(void (*print)(const char *flag, const char *description));

#endif
