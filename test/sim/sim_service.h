/* sim_service.h - what a simulated service is, and what the simulator does for it.
 *
 * The simulator reads requests, finds the operation, counts and records, draws latency and mishaps, and
 * checks rate limit, query and body against the operation's declaration. The service words its own refusals
 * and does what is left. Every service is reachable below /NAME (http://127.0.0.1:8585/skillbox/v1/skills);
 * the one that --service names is at / as well.
 *
 * To add a service:
 *   1. write sim_NAME.c (and sim_NAME_PART.c beside it when it outgrows 400 lines) with a table of sim_operation
 *      in the order of contracts/operations.tsv, the sim_shape of each request body, and a `const sim_service`;
 *   2. declare that in sim_services.h, add it to the list in sim_services.c and the files to meson.build;
 *   3. keep its state behind open/close/reset, and answer with sim_answer_*, never by chance of its own: draw
 *      from call->random, which depends on nothing but the seed, the operation and its count;
 *   4. word errors as the contract does. What no real server would send belongs into sim_malformed only.
 */
#ifndef SIM_SERVICE_H
#define SIM_SERVICE_H

#include "json/writer.h"
#include "sim_http.h"
#include "sim_json.h"
#include "sim_options.h"
#include "sim_random.h"
#include "sim_webhook.h"

typedef struct sim_call sim_call;
typedef struct sim_service sim_service;

enum {
    SIM_PARAMS_MAX = 4,
    SIM_QUERY_MAX = 16,
    SIM_MISHAPS_MAX = 32,
};

enum {
    SIM_OPEN = 1 << 0,     /* never rate limited, needs no authorization, has no mishaps */
    SIM_RAW_BODY = 1 << 1, /* the body is not JSON: the handler checks it */
    SIM_BODY_OPTIONAL = 1 << 2,
};

typedef struct sim_operation {
    const char *origin; /* "seed" or "beyond" */
    const char *method;
    const char *path; /* "/jobs/{id}"; a segment in braces matches any one that is not empty */
    const char *name; /* as in contracts/operations.tsv */
    void (*handle)(sim_call *call);
    unsigned flags;
    int errors;            /* the service's own: how this operation words an error */
    const char *query;     /* parameters it knows, separated by spaces; NULL = none */
    const sim_shape *body; /* NULL = none */
    const char *listed;    /* the path as contracts/operations.tsv has it, should it differ; NULL = `path` */
} sim_operation;

typedef enum sim_refusal {
    SIM_NO_ROUTE,
    SIM_RATE_LIMITED,
    SIM_UNAVAILABLE,
    SIM_BAD_QUERY,
    SIM_BAD_BODY, /* `text` is the fault, in Go's words; call->fault has its parts */
    SIM_NO_MEMORY,
} sim_refusal;

struct sim_service {
    const char *name;
    const sim_operation *operations;
    size_t operation_count;
    bool decodes_path_first;        /* %2F separates segments, as in routers that match the decoded path */
    void *(*open)(sim_server *sim); /* the state; NULL when out of memory */
    void (*close)(void *state);
    void (*reset)(void *state);
    /* Adds the headers that every answer has. May be NULL. */
    void (*begin)(sim_call *call);
    /* true, or false when it has answered. May be NULL. */
    bool (*authorize)(sim_call *call);
    /* Answers with the service's own words. `call->operation` is NULL for SIM_NO_ROUTE. */
    void (*refuse)(sim_call *call, sim_refusal why, const char *text);
    /* Answers in one of the shapes that its errors have; false for a shape that it does not know. NULL: requests
     * cannot ask for an answer by X-Sim-Answer, or the service sees to that itself. */
    bool (*word)(sim_call *call, int status, const char *shape, const char *text);
};

typedef struct sim_pair {
    weft_str name;
    weft_str value;
} sim_pair;

/* One request, from its arrival to its answer. Lives in the exchange's arena. */
struct sim_call {
    sim_server *sim;
    sim_exchange *exchange;
    const sim_service *service;
    const sim_operation *operation;
    void *state; /* the service's */
    sim_random random;
    uint64_t ordinal;                /* of this operation's requests, from 0 */
    const sim_fault *fault;          /* while a body is refused, else NULL */
    const char *path;                /* decoded, NUL-terminated, without the mount */
    weft_str params[SIM_PARAMS_MAX]; /* decoded, NUL-terminated, in the order of the path */
    sim_pair query[SIM_QUERY_MAX];   /* decoded, NUL-terminated */
    size_t query_count;
};

/* A request that no correct client sends. */
typedef struct sim_mishap {
    uint64_t number; /* of the request */
    char text[240];
} sim_mishap;

typedef struct sim_mount {
    const sim_service *service;
    void *state;
    uint64_t *counts; /* owned; one for each operation */
    uint64_t unrouted;
} sim_mount;

typedef struct sim_recorder sim_recorder;

struct sim_server {
    sim_options options;
    sim_http http;
    sim_mount *mounts; /* owned */
    size_t mount_count;
    weft__buffer body; /* the body that is being written */
    uint64_t malformed;
    sim_mishap mishaps[SIM_MISHAPS_MAX]; /* a ring: the newest is at (malformed - 1) % SIM_MISHAPS_MAX */
    uint64_t requests;                   /* the control requests below /__sim not counted */
    uint64_t rate_limited, unavailable, dropped, unauthorized;
    double tokens; /* of the rate limit's bucket */
    uint64_t refilled_ms;
    int64_t epoch_ms; /* Unix time in milliseconds at loop time 0 */
    sim_recorder *recorder;
    sim_webhooks webhooks;
};

/* Counts a malformed request. The answer is up to the caller. */
void sim_malformed(sim_server *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The query parameter's text; ptr NULL when it is absent. */
weft_str sim_query(const sim_call *call, const char *name);
/* Digits only, and no more than fit. */
bool sim_number(weft_str text, int64_t *ret_number);

/* sim_asked.c: the answer that a request asks for, whatever it is; false when it asks for none. See --help. */
bool sim_answer_asked(sim_call *call);

/* Answers with JSON. Between begin and end the body is written with `writer`. */
void sim_answer_begin(sim_call *call, weft__writer *ret_writer);
void sim_answer_end(sim_call *call, int status);
void sim_answer_text(sim_call *call, int status, const char *content_type, const char *text);

/* A member of the object that is being written. */
void sim_put_text(weft__writer *writer, const char *name, const char *value);
void sim_put_str(weft__writer *writer, const char *name, weft_str value);
void sim_put_int(weft__writer *writer, const char *name, int64_t value);
void sim_put_bool(weft__writer *writer, const char *name, bool value);
void sim_put_name(weft__writer *writer, const char *name);

/* RFC 3339, whole seconds, of `at_ms` in loop time. */
void sim_time_text(const sim_server *sim, uint64_t at_ms, char ret_text[32]);
uint64_t sim_now_ms(const sim_server *sim);

/* sim_router.c */
void sim_route(sim_http *http, sim_exchange *exchange);
void sim_route_refused(sim_http *http, int status, const char *reason, weft_str raw);

/* sim_record.c: the last requests, byte for byte. */
sim_recorder *sim_recorder_new(size_t requests, size_t request_max_bytes);
void sim_recorder_free(sim_recorder *recorder);
void sim_recorder_clear(sim_recorder *recorder);
void sim_record(sim_recorder *recorder, uint64_t number, weft_str raw);
/* What became of the request recorded last: a static name, or NULL. */
void sim_record_operation(sim_recorder *recorder, const char *service, const char *operation);
void sim_record_write(const sim_recorder *recorder, weft__writer *writer);
/* The request recorded `back` requests ago; ptr NULL when there is none. */
weft_str sim_record_raw(const sim_recorder *recorder, size_t back);

/* sim_control.c: the requests below /__sim. */
void sim_control(sim_server *sim, sim_exchange *exchange, weft_str path);
void sim_write_stats(sim_server *sim, weft__buffer *out);
void sim_reset(sim_server *sim);

#endif
