/* test/support/breaking_proxy.h - a proxy that breaks once, at a byte of the request or of the answer.
 *
 * It passes on byte by byte what a client and the server behind it say to each other, until it breaks where the plan
 * says, in the plan's way; every request after that is passed on whole. What happened can be read off it afterwards:
 *
 *     breaking_proxy_start(&proxy, &loop, server_port);
 *     breaking_proxy_plan(&proxy, &(breaking_plan){
 *         .request_bytes = ALL_BYTES, .answer_bytes = 17, .end = BREAK_RESETS});
 *     ... start a run at http://127.0.0.1:proxy.port, run the loop ...
 *     CHECK_EQ(proxy.seen.given, 17);
 *     CHECK(breaking_proxy_stop(&proxy));
 */
#ifndef WEFT_TEST_BREAKING_PROXY_H
#define WEFT_TEST_BREAKING_PROXY_H

#include <stdint.h>
#include <uv.h>

#include "loop.h"

#define ALL_BYTES SIZE_MAX

typedef enum breaking_end {
    BREAK_STAYS,   /* the connection stays, and serves again */
    BREAK_ENDS,    /* FIN; what still comes in is read and dropped */
    BREAK_RESETS,  /* RST */
    BREAK_SILENCE, /* nothing more is said or passed on */
} breaking_end;

typedef struct breaking_plan {
    unsigned pass;        /* requests that are passed on whole before the one that breaks */
    size_t request_bytes; /* passed on of the request before it breaks; ALL_BYTES: it breaks in the answer */
    size_t answer_bytes;  /* given to the client of the answer; or kept back, where it says something itself */
    const char *own;      /* borrowed: what it says itself when it breaks; NULL = nothing */
    size_t own_len;
    breaking_end end;
    bool deaf;                   /* it reads no more once it broke: a large request remains unsent */
    const char *then;            /* borrowed: the whole answer to every later request; NULL = they are passed on */
    void (*on_break)(void *arg); /* NULL = none; called when all that is to be said is on its way */
    void *arg;
} breaking_plan;

/* Since the plan was made. */
typedef struct breaking_view {
    bool broke;
    unsigned requests; /* that began to come, on whatever connection */
    size_t passed;     /* bytes of the request that breaks, to the server */
    size_t answered;   /* of the server's answer to it */
    size_t given;      /* of that, to the client */
    size_t asked_head; /* length of the request's head; 0 while it is not whole */
    size_t head;       /* and of the answer's */
} breaking_view;

typedef struct breaking_link breaking_link;

typedef struct breaking_proxy {
    test_loop *loop;
    uv_tcp_t tcp;
    int port;
    int server_port; /* at 127.0.0.1 */
    breaking_plan plan;
    breaking_view seen;
    breaking_link *links;
} breaking_proxy;

/* On 127.0.0.1, without holding the loop. False, with the test failed, when it cannot listen. */
bool breaking_proxy_start(breaking_proxy *proxy, test_loop *loop, int server_port);
/* For the requests that come from now on. Connections that are left of the last plan end. */
void breaking_proxy_plan(breaking_proxy *proxy, const breaking_plan *plan);
/* False, with the test failed, when its connections do not come to their end. */
bool breaking_proxy_stop(breaking_proxy *proxy);

#endif
