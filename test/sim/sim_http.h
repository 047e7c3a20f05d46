/* sim_http.h - the HTTP/1.1 server under every simulated service.
 *
 * It reads requests (keep-alive, pipelined, chunked, `Expect: 100-continue`, all limits), hands each whole
 * one to `on_request`, and writes what it is answered, in order. An exchange is one request and its answer;
 * it is answered exactly once, in the callback or later, by sim_reply() or sim_stream_start(), and is not to
 * be touched after that. A connection that waits for a request holds no buffer, one that streams holds no
 * exchange, so that ten thousand of either stay small.
 *
 * The process must ignore SIGPIPE.
 */
#ifndef SIM_HTTP_H
#define SIM_HTTP_H

#include <llhttp.h>
#include <uv.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "sim_timers.h"
#include "weft/types.h"

typedef struct sim_http sim_http;
typedef struct sim_conn sim_conn;
typedef struct sim_exchange sim_exchange;
typedef struct sim_stream sim_stream;

enum { SIM_HEADERS_MAX = 64 };

typedef struct sim_http_options {
    const char *unix_path;            /* listen on this socket instead of TCP; borrowed */
    const char *host;                 /* an IPv4 or IPv6 address; borrowed */
    int port;                         /* 0 = any free one */
    size_t head_max_bytes;            /* a longer request head gets 431 */
    size_t body_max_bytes;            /* a longer body gets 413 */
    size_t connections_max;           /* further ones are closed at once; 0 = no limit */
    uint64_t idle_timeout_ms;         /* a connection that waits longer for a request is closed; 0 = never */
    uint64_t requests_per_connection; /* closed without notice after so many answers; 0 = never */
} sim_http_options;

typedef struct sim_http_counts {
    uint64_t connections, connections_open, connections_open_max, connections_refused;
    uint64_t requests, responses;
    uint64_t streams, streams_open, streams_open_max;
    uint64_t aborted; /* answers and streams that the client did not wait for */
    uint64_t bytes_in, bytes_out;
} sim_http_counts;

struct sim_http {
    uv_loop_t *loop; /* borrowed */
    sim_http_options options;
    sim_timers timers;
    weft__heap heap;
    sim_http_counts counts;
    /* A whole request. `user` is the owner's. */
    void (*on_request)(sim_http *http, sim_exchange *exchange);
    /* Bytes that are no acceptable request; the server answers them itself. `raw` is what was received. */
    void (*on_refused)(sim_http *http, int status, const char *reason, weft_str raw);
    void *user;

    /* The rest is the server's own. */
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } listener;
    sim_conn *conns;     /* owned list */
    sim_exchange *spare; /* owned list of exchanges for reuse */
    size_t spare_count;
    weft__buffer scratch; /* the response that is being built */
    weft__buffer piece;   /* the stream event that is being built */
    uint64_t date_ms;     /* loop time at which `date` was made */
    char date[40];
    char *read_memory; /* owned; one for all connections */
};

typedef struct sim_header {
    uint32_t name_at, name_len; /* into the exchange's raw bytes */
    uint32_t value_at, value_len;
} sim_header;

struct sim_exchange {
    sim_http *http;
    sim_conn *conn;
    sim_exchange *next_spare;
    weft__buffer raw; /* this request, and what came in behind it */
    size_t fed;       /* bytes of `raw` that the parser has seen; the request's length once whole */
    size_t target_at, target_len;
    size_t body_at, body_len; /* into `raw`, unless the body came in chunks */
    weft__buffer joined;      /* a body that came in chunks */
    sim_header headers[SIM_HEADERS_MAX];
    size_t header_count;
    bool in_value, head_done, whole, chunked, keep_alive, answered;
    bool cut;    /* reset the connection in the middle of the answer */
    int refusal; /* status of the refusal that a parser callback decided on */
    const char *refusal_reason;
    uint64_t hold_ms;  /* the answer goes out this much after it was given */
    weft__timer timer; /* runs while the answer is held */
    weft__buffer held;
    weft__buffer extra; /* header lines added by sim_reply_header */
    weft__arena arena;  /* for whoever answers; released after the answer */
    /* Called when the connection dies before the answer was given; NULL = nobody cares. */
    void (*gone)(sim_exchange *exchange);
    void *call; /* the owner's */
};

/* What `next` of a stream returns instead of a time. */
enum {
    SIM_STREAM_END = -1,   /* the body ends as it should */
    SIM_STREAM_RESET = -2, /* the connection is reset */
};

/* A body that is produced piece by piece. The service embeds it as the first member of its own structure. */
struct sim_stream {
    sim_conn *conn;
    weft__timer timer;
    char *head; /* owned; the response head until it was sent */
    size_t head_len;
    bool chunked;
    bool waiting; /* for the socket to take more */
    bool hidden;  /* not counted as an open stream: a long body, not a live one */
    /* Appends one piece; the result is the milliseconds until the next one, or SIM_STREAM_END or _RESET. */
    int64_t (*next)(sim_stream *stream, weft__buffer *out);
    /* Frees the structure that holds this one: the stream is over, whichever way. */
    void (*release)(sim_stream *stream);
};

/* 0, or a libuv error. `http` is zeroed except for options, callbacks and user. */
int sim_http_open(sim_http *http, uv_loop_t *loop);
/* "http://127.0.0.1:8585" or "unix:/path". */
void sim_http_address(const sim_http *http, char *text, size_t size);
/* Closes listener and connections; run the loop until it is empty, then sim_http_free. */
void sim_http_close(sim_http *http);
void sim_http_free(sim_http *http);

/* The request. Views end with the answer; none is NUL-terminated. */
weft_str sim_request_raw(const sim_exchange *exchange);
const char *sim_request_method(const sim_exchange *exchange);
weft_str sim_request_target(const sim_exchange *exchange);
weft_str sim_request_body(const sim_exchange *exchange);
/* The first header of that name; ptr NULL when there is none. */
weft_str sim_request_header(const sim_exchange *exchange, const char *name);
size_t sim_request_header_count(const sim_exchange *exchange, const char *name);

/* Adds a header to the answer to come. */
void sim_reply_header(sim_exchange *exchange, const char *name, const char *value);
/* Answers. `content_type` NULL sends none. The body is copied. */
void sim_reply(sim_exchange *exchange, int status, const char *content_type, const void *body, size_t len);
/* Answers 200 with a body made by `stream`, whose head and first piece leave after `after_ms`. */
void sim_stream_start(sim_exchange *exchange, sim_stream *stream, const char *content_type, uint64_t after_ms);
/* Kills the connection without an answer: RST on TCP. */
void sim_abort(sim_exchange *exchange);

/* Between sim_http.c, sim_request.c and sim_reply.c. */
enum sim_conn_state {
    SIM_CONN_READING,   /* waits for a request, or is in the middle of one */
    SIM_CONN_ANSWERING, /* a whole request is with the service */
    SIM_CONN_STREAMING, /* `stream` makes the body */
    SIM_CONN_FLUSHING,  /* closes once the queued bytes are out */
    SIM_CONN_LINGERING, /* sent FIN; reads and drops until the peer closes, so that no RST eats the answer */
    SIM_CONN_CLOSED,    /* waits for libuv's close callback */
};

struct sim_conn {
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv;
    sim_http *http;
    sim_conn *next, *previous;
    llhttp_t parser;
    sim_exchange *exchange; /* owned; NULL while nothing was received */
    sim_stream *stream;     /* owned while STREAMING */
    weft__timer timer;      /* idle and lingering limits */
    uint64_t answers;
    uint32_t queued; /* uv_write requests under way */
    uint8_t state;   /* sim_conn_state */
    bool keep_alive; /* of the answer under way */
    bool advancing;  /* sim_conn_advance is on the stack */
    bool reading;    /* uv_read_start is in force */
};

/* Sends what the socket takes and queues the rest; nothing when the connection is gone. */
void sim_conn_send(sim_conn *conn, const char *bytes, size_t len);
/* After the last byte of an answer: the next request, or the end of the connection. */
void sim_conn_answered(sim_conn *conn);
/* Handles as many of the received requests as can be answered now. */
void sim_conn_advance(sim_conn *conn);
void sim_conn_close(sim_conn *conn, bool reset);
extern const llhttp_settings_t sim_request_settings;
sim_exchange *sim_exchange_take(sim_conn *conn);
void sim_exchange_give_back(sim_exchange *exchange);
/* Makes room for the next request: keeps what came in behind this one. false when there is nothing. */
bool sim_exchange_next(sim_exchange *exchange);
void sim_exchange_free(sim_exchange *exchange);
void sim_stream_run(sim_stream *stream);
void sim_refuse(sim_conn *conn, int status, const char *reason);

#endif
