/* compare/peer.h - what every client that is compared shares: its options, its request, and its measuring.
 *
 * A peer keeps `connections` requests under way until `warm_up` + `count` of them are answered. What it
 * spends on the last `count` is reported as one line of JSON, which the driver gathers and the table reads.
 */
#ifndef COMPARE_PEER_H
#define COMPARE_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

enum {
    PEER_BODY_BYTES = 200, /* of each request */
    PEER_HEAD_MAX = 512,
    PEER_TIMEOUT_MS = 30000, /* the deadline of each request, for peers that have deadlines */
};

typedef struct peer_run {
    const char *name;    /* "weft", "floor" */
    const char *row;     /* of the table; copied to the report */
    const char *work;    /* what is to be done: "post", "events", ... */
    const char *option;  /* what one peer has and others have not */
    const char *ca_file; /* PEM of the server's certificate; NULL = plain HTTP */
    uint16_t port;
    uint16_t plain_port; /* the same server without TLS */
    long count;
    long warm_up;
    int connections;
    bool stall;       /* report the longest stall of the loop instead of CPU */
    bool allocations; /* report allocations instead of CPU */

    long submitted;
    long answered;
    struct rusage began;
    struct rusage ended;
    uint64_t began_ns;
    uint64_t ended_ns;
} peer_run;

/* Reads the options; ends the process when they make no sense. */
void peer_init(peer_run *peer, const char *name, int argc, char **argv);

/* Whether there is another request to be sent, which the caller then sends. */
bool peer_take(peer_run *peer);
/* One was answered. True when it was the last. */
bool peer_answered(peer_run *peer);
/* Measuring by hand, for work that is not requests and answers. */
void peer_begin(peer_run *peer);
void peer_end(peer_run *peer);

/* The report: CPU, in ns for each of `count`. */
void peer_report_cpu(const peer_run *peer, long count);
/* The report of any other figure. */
void peer_report(const peer_run *peer, double value);

/* `{"prompt":"..."}`, PEER_BODY_BYTES long; static. And the prompt in it. */
const char *peer_body(void);
const char *peer_prompt(void);
/* Where requests go: "http://127.0.0.1:PORT" or https; static. */
const char *peer_base_url(const peer_run *peer);
/* A whole request, head and body; returns its length. */
size_t peer_request(const peer_run *peer, char text[PEER_HEAD_MAX + PEER_BODY_BYTES]);

/* A socket that is connected, and then does not block. Ends the process when there is none to be had. */
int peer_connect(const peer_run *peer);
/* Bytes of a whole answer, learned by asking once; 0 when there is none. */
size_t peer_learn_answer(const peer_run *peer);

/* Says what went wrong and ends the process. */
__attribute__((noreturn)) void peer_fail(const peer_run *peer, const char *what, const char *why);

#endif
