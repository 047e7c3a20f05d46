/* test/support/fault_server.h - a server that does exactly what a script says, faults included.
 *
 * It lives on the test's own loop, so that a test is repeatable to the turn, and it keeps no loop alive. Each
 * accepted connection plays one script from its first step to its last:
 *
 *     static const script_step cut_mid_event[] = {
 *         EXPECT("GET /run/stream?prompt=hi HTTP/1.1"),
 *         SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\ndata: tw"),
 *         RESET(),
 *         EXPECT_NOTHING_MORE(),
 *     };
 *     fault_server *server = fault_server_start(&loop, NULL);
 *     fault_server_play(server, SCRIPT(cut_mid_event), 1);
 *     ... start a call to fault_server_url(server), test_loop_run(&loop) ...
 *     CHECK(fault_server_stop(server));
 *
 * An unmet step fails the test at the step's own line; so do a connection that no script awaits, and a script
 * that no connection came for. After the last step the connection stays open and silent, as HOLD() does.
 */
#ifndef WEFT_TEST_FAULT_SERVER_H
#define WEFT_TEST_FAULT_SERVER_H

#include "loop.h"

#include <stdbool.h>
#include <stddef.h>

enum script_op {
    SCRIPT_EXPECT,
    SCRIPT_EXPECT_HEAD,
    SCRIPT_EXPECT_RAW,
    SCRIPT_AND_CONTAINS,
    SCRIPT_AND_LACKS,
    SCRIPT_AND_BODY,
    SCRIPT_SEND,
    SCRIPT_SEND_BYTEWISE,
    SCRIPT_READ_SLOW,
    SCRIPT_WAIT,
    SCRIPT_CLOSE,
    SCRIPT_RESET,
    SCRIPT_EXPECT_CLOSE,
    SCRIPT_EXPECT_NOTHING_MORE,
    SCRIPT_HOLD,
    SCRIPT_REPEAT,
};

typedef struct script_step {
    enum script_op op;
    const char *bytes;
    size_t len; /* of `bytes`, or the step's number */
    const char *file;
    int line;
} script_step;

typedef struct fault_script {
    const script_step *steps; /* borrowed until fault_server_stop() */
    size_t count;
} fault_script;

#define SCRIPT(steps) ((fault_script){(steps), sizeof(steps) / sizeof((steps)[0])})
#define SCRIPT_STEP(op, bytes, len)                                                                                    \
    {                                                                                                                  \
        (op), (bytes), (len), __FILE__, __LINE__                                                                       \
    }
#define SCRIPT_TEXT(op, text) SCRIPT_STEP(op, text, sizeof(text) - 1)

/* Reads one whole request, its body included, and finds `text` in it. */
#define EXPECT(text) SCRIPT_TEXT(SCRIPT_EXPECT, text)
/* Reads one whole request, whose head, up to and with the empty line, is exactly `text`. */
#define EXPECT_HEAD(text) SCRIPT_TEXT(SCRIPT_EXPECT_HEAD, text)
/* Reads exactly the bytes of `text`, HTTP or not. */
#define EXPECT_RAW(text) SCRIPT_TEXT(SCRIPT_EXPECT_RAW, text)
/* More about the request read last on this connection. */
#define AND_CONTAINS(text) SCRIPT_TEXT(SCRIPT_AND_CONTAINS, text)
#define AND_LACKS(text) SCRIPT_TEXT(SCRIPT_AND_LACKS, text)
#define AND_BODY(text) SCRIPT_TEXT(SCRIPT_AND_BODY, text)

/* Sends a literal, NUL bytes included; what a peer that is gone did not take is dropped without complaint. */
#define SEND(text) SCRIPT_TEXT(SCRIPT_SEND, text)
#define SEND_DATA(bytes, len) SCRIPT_STEP(SCRIPT_SEND, bytes, len)
/* One byte per turn of the loop. */
#define SEND_BYTEWISE(text) SCRIPT_TEXT(SCRIPT_SEND_BYTEWISE, text)
/* From here on takes at most `count` bytes per turn, through a small receive buffer. */
#define READ_SLOW(count) SCRIPT_STEP(SCRIPT_READ_SLOW, NULL, count)
/* Silent until the test calls fault_server_release(). */
#define WAIT() SCRIPT_STEP(SCRIPT_WAIT, NULL, 0)

/* Ends the sending side (FIN); what still comes in is read and dropped until the peer closes. */
#define CLOSE() SCRIPT_STEP(SCRIPT_CLOSE, NULL, 0)
/* Ends the connection at once with RST. */
#define RESET() SCRIPT_STEP(SCRIPT_RESET, NULL, 0)
/* The peer closes or resets, without sending anything more. */
#define EXPECT_CLOSE() SCRIPT_STEP(SCRIPT_EXPECT_CLOSE, NULL, 0)
/* Until the test ends no byte comes on this connection, and no further connection: a script's last step. */
#define EXPECT_NOTHING_MORE() SCRIPT_STEP(SCRIPT_EXPECT_NOTHING_MORE, NULL, 0)
/* Open and silent until the test ends; reads nothing. */
#define HOLD() SCRIPT_STEP(SCRIPT_HOLD, NULL, 0)
/* Plays the script from its first step again, until the peer closes between two rounds. */
#define REPEAT() SCRIPT_STEP(SCRIPT_REPEAT, NULL, 0)

typedef struct fault_server fault_server;

typedef struct fault_server_options {
    const char *host; /* NULL = 127.0.0.1; also ::1 */
    int port;         /* 0 = a free one */
    bool unix_socket; /* listens on a socket file of its own instead */
    bool deaf;        /* TCP only: never accepts, and leaves no room in the queue, so that connecting hangs */
} fault_server_options;

/* `options` NULL = TCP on 127.0.0.1. NULL, with the test failed, when it cannot listen. */
fault_server *fault_server_start(test_loop *loop, const fault_server_options *options);
/* The next `times` connections that no earlier script awaits play `script`; 0 = all that come, if any. */
void fault_server_play(fault_server *server, fault_script script, unsigned times);
/* Lets one connection go on that stands at WAIT(). False, with the test failed, when there is none. */
bool fault_server_release(fault_server *server);
/* Plays out what is left to play, then ends everything. False, with the test failed, if a step was unmet. */
bool fault_server_stop(fault_server *server);

/* http://HOST:PORT, or http://localhost for a socket file. */
const char *fault_server_url(const fault_server *server);
int fault_server_port(const fault_server *server);
/* The socket file; NULL for TCP. */
const char *fault_server_socket_path(const fault_server *server);
size_t fault_server_connection_count(const fault_server *server);
/* Connections that stand at WAIT() now. */
size_t fault_server_waiting_count(const fault_server *server);
size_t fault_server_request_count(const fault_server *server);
/* A request as it came, NUL-terminated, in the order in which requests were whole; NULL past the last.
 * `ret_len` may be NULL. Lives until fault_server_stop(). */
const char *fault_server_request(const fault_server *server, size_t index, size_t *ret_len);

/* A TCP port of 127.0.0.1 on which nothing listens. */
int fault_server_dead_port(void);

#endif
