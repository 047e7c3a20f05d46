/* test/support/client_rig.h - an engine, a client of Stromboli and a scripted server on one loop.
 *
 *     client_rig rig;
 *     outcome run = {0};
 *
 *     CHECK(rig_open(&rig, NULL, NULL));
 *     fault_server_play(rig.server, SCRIPT(answers_once), 1);
 *     weft_stromboli_get_metrics(rig.client, NULL, on_text_outcome, &run);
 *     CHECK(rig_run(&rig));
 *     CHECK_EQ(run.code, WEFT_OK);
 *     CHECK(rig_end(&rig));
 *
 * rig_end() closes the engine and finds what was left behind: a call not reported, a gauge above 0, a handle, a
 * step of a script, a byte of memory.
 */
#ifndef WEFT_TEST_CLIENT_RIG_H
#define WEFT_TEST_CLIENT_RIG_H

#include <stdatomic.h>

#include "any_result.h"
#include "fault_server.h"
#include "loop.h"
#include "weft/weft.h"

/* What the engine allocates, counted; from any thread. */
typedef struct counted_memory {
    atomic_long live;
    atomic_long bytes;     /* held now */
    atomic_long peak;      /* the most that was held at once; a test may lower it to `bytes` */
    atomic_ulong count;    /* allocations so far, resizes included */
    unsigned long fail_at; /* this one fails, from 1; 0 = none */
    bool fail_from_then;   /* and every later one */
} counted_memory;

typedef struct client_rig {
    test_loop loop;
    counted_memory memory;
    fault_server *server;
    weft_engine *engine; /* NULL once it has closed */
    weft_client *client;
    weft_error_info error; /* why there is no engine, or no client */
    unsigned engine_closes;
} client_rig;

/* Everything, the server on TCP. Both options may be NULL; a client without a base URL asks the rig's server. */
bool rig_open(client_rig *rig, const weft_engine_options *engine, const weft_client_options *client);
/* The same with a server of the test's choice. */
bool rig_open_on(client_rig *rig, const fault_server_options *server, const weft_engine_options *engine,
                 const weft_client_options *client);
/* The loop and the server only; then the engine, which is counted. For tests of memory, which set `memory.fail_at` in
 * between: neither function then takes a failure amiss. */
bool rig_open_bare(client_rig *rig, const fault_server_options *server);
bool rig_engine(client_rig *rig, const weft_engine_options *options);
/* Another client; NULL, with the test failed, when it is refused. */
weft_client *rig_client(client_rig *rig, const weft_client_options *options);
/* Runs until nothing is in flight. */
bool rig_run(client_rig *rig);
/* Closes the engine unless it was closed, ends server and loop, and looks for what was left behind. */
bool rig_end(client_rig *rig);
/* For weft_engine_close: what rig_end() waits for. */
void rig_engine_closed(void *arg);
weft_engine_stats rig_stats(const client_rig *rig);

/* What a call came to. */
typedef struct call_outcome {
    unsigned count; /* reports; must be 1 in the end */
    weft_code code;
    int status;
    weft_outcome outcome;
    int64_t retry_after_ms;
    char message[512];
    char text[256]; /* of the body, as far as it fits */
    size_t body_len;
    weft_call_details details;
    uint64_t at_ms; /* when it was reported, on uv_hrtime's clock */
    unsigned order; /* the how manyth of all outcomes it was, from 1 */
    /* For the test: runs within the callback. */
    void (*then)(struct call_outcome *outcome, weft_call *call);
    void *arg;
} call_outcome;

/* `arg` is an outcome. on_stromboli_run_outcome and the like, below, are callbacks that call it. */
void on_outcome(weft_call *call, const weft_error *error, const void *result, void *arg);

#define ON_OUTCOME(name, type) ANY_RESULT(on_outcome, on_##name##_outcome, type)
EVERY_RESULT(ON_OUTCOME)
NO_RESULT(on_outcome, on_done_outcome)
#undef ON_OUTCOME

/* What a stream said. */
typedef struct stream_log {
    unsigned opens;
    unsigned events;
    unsigned ends;
    unsigned unfinished;
    weft_code code;
    int status;
    weft_outcome outcome;
    char message[512];
    char text[1024]; /* "type:data|" for each event, as far as it fits */
    size_t bytes;    /* of data */
    weft_call_details details;
    void (*at_open)(struct stream_log *heard, weft_stream *stream);
    void (*at_event)(struct stream_log *heard, weft_stream *stream);
    void (*at_end)(struct stream_log *heard, weft_stream *stream);
    weft_stream *stream;
    void *arg;
} stream_log;

/* Those of a stream whose `arg` is a log. */
const weft_stream_callbacks *rig_stream_callbacks(void);
/* Streams "hi" from the rig's client into `heard`. */
weft_stream *rig_stream(client_rig *rig, stream_log *heard, const weft_call_options *options);

/* Now, in milliseconds, on the clock of outcome.at_ms. */
uint64_t rig_now_ms(void);
/* Calls `function` from a timer of the loop; until then the loop is held. */
void rig_later(client_rig *rig, uint32_t delay_ms, void (*function)(void *arg), void *arg);

/* Answers that scripts are made of. */
#define ANSWER_OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define ANSWER_RUN                                                                                                     \
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n{\"status\":\"completed\"}"
#define ANSWER_EVENTS "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"

#endif
