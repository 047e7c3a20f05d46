/* test/support/fault_connection.h - one accepted connection of a fault_server, and the script it plays.
 *
 * The two halves of fault_server know each other through this header; tests include fault_server.h.
 */
#ifndef WEFT_TEST_FAULT_CONNECTION_H
#define WEFT_TEST_FAULT_CONNECTION_H

#include "fault_server.h"

typedef enum play_state {
    PLAY_RUNNING,  /* at a step that waits for the peer, or for room to send */
    PLAY_WAITING,  /* at WAIT() */
    PLAY_DRAINING, /* after CLOSE(): sending has ended, what comes is dropped */
    PLAY_SILENT,   /* at HOLD(), or past the last step */
    PLAY_QUIET,    /* at EXPECT_NOTHING_MORE() */
    PLAY_ENDED,    /* the socket is closed */
} play_state;

typedef struct fault_connection {
    struct fault_connection *next;
    fault_server *server; /* borrowed */
    uv_poll_t poll;
    int fd;
    bool poll_closed; /* the close callback came: the memory may go */
    play_state state;
    fault_script script;
    size_t step;
    size_t sent;       /* of the current step's bytes */
    size_t rounds;     /* completed by REPEAT() */
    size_t read_limit; /* bytes per turn */
    char *input;       /* owned, NUL-terminated: received and not yet expected */
    size_t input_len;
    bool peer_ended;     /* no more bytes will come */
    bool peer_gone;      /* sending failed: the peer has reset or closed */
    const char *request; /* the last one read; owned by the server */
    size_t request_len;
} fault_connection;

/* Takes `fd` and plays as far as the script goes by itself. NULL, with the test failed and `fd` closed, when
 * there is no memory. */
fault_connection *fault_connection_start(fault_server *server, test_loop *loop, int fd, fault_script script);
/* From PLAY_WAITING to the next step. */
void fault_connection_release(fault_connection *connection);
/* True unless a step still waits to be met. */
bool fault_connection_settled(const fault_connection *connection);
/* Fails the test for the step that the connection stands at, if it is one that had to be met. */
void fault_connection_report(fault_connection *connection);
/* Closes the socket and the handle; `reset` sends RST. Harmless when repeated. */
void fault_connection_end(fault_connection *connection, bool reset);
/* After `poll_closed` is set. */
void fault_connection_free(fault_connection *connection);

/* What a connection tells its server. `text` is taken: malloc'ed and NUL-terminated. */
void fault_server_record(fault_server *server, char *text, size_t len);
void fault_server_expect_nothing_more(fault_server *server, const script_step *step);
void fault_server_fail(fault_server *server);

#endif
