/* http/response_parser.h - the answer to one HTTP/1.1 request, from bytes to headers and body.
 *
 * llhttp does the parsing, strict, with no lenient flag; around it stand the checks that not all of its
 * versions make: a lone CR or LF, folded header lines, a status line by the letter, transfer codings other than
 * chunked, limits. What two parsers would read differently is refused, whoever the other one is. Interim
 * answers (1xx) are read past; 101 is refused, since weft never asks for another protocol.
 *
 * One parser lives in each connection and is reset for each exchange. Bytes go in by
 * weft__response_parser_feed; headers, head and body come out by callbacks, inside it; how things stand is
 * what it returns. A callback may pause or stop the parser by what it returns, and do nothing else to it: not
 * feed, finish, reset or deinit.
 */
#ifndef WEFT_HTTP_RESPONSE_PARSER_H
#define WEFT_HTTP_RESPONSE_PARSER_H

#include <llhttp.h>

#include "base/buffer.h"
#include "http/head_lines.h"
#include "weft/types.h"

#define WEFT__QUOTE_(number) #number
#define WEFT__QUOTE(number) WEFT__QUOTE_(number)
#define WEFT__LLHTTP_VERSION                                                                                           \
    WEFT__QUOTE(LLHTTP_VERSION_MAJOR) "." WEFT__QUOTE(LLHTTP_VERSION_MINOR) "." WEFT__QUOTE(LLHTTP_VERSION_PATCH)

enum {
    WEFT__PARSE_MAX_INTERIM_ANSWERS = 16,
};

/* How long the server keeps the connection, when it did not say. */
#define WEFT__KEEP_ALIVE_UNKNOWN UINT32_MAX

typedef enum weft__parse_status {
    WEFT__PARSE_NEED_MORE, /* every byte was used; the answer goes on */
    WEFT__PARSE_PAUSED,    /* a callback asked for it; feed the rest later, even when there is none */
    WEFT__PARSE_DONE,      /* the answer is whole; bytes not used do not belong to it: close the connection */
    /* From here on the answer is lost, and every later call says the same. */
    WEFT__PARSE_STOPPED,          /* a callback asked for it */
    WEFT__PARSE_CLOSED,           /* the connection ended before the first byte of an answer */
    WEFT__PARSE_TRUNCATED,        /* it ended in the middle of one */
    WEFT__PARSE_MALFORMED,        /* not an answer by the rules of HTTP/1.1 */
    WEFT__PARSE_HEAD_TOO_LARGE,   /* a head, or what stands between two parts of a chunked body */
    WEFT__PARSE_TOO_MANY_HEADERS, /* in one head */
    WEFT__PARSE_NO_MEMORY,
} weft__parse_status;

typedef enum weft__parse_flow {
    WEFT__PARSE_GO,
    WEFT__PARSE_PAUSE, /* feed returns WEFT__PARSE_PAUSED */
    WEFT__PARSE_STOP,  /* feed returns WEFT__PARSE_STOPPED */
} weft__parse_flow;

/* All are called inside weft__response_parser_feed, with the `arg` of reset. */
typedef struct weft__response_events {
    /* The header lines of the answer (http/fields.h); not of interim answers, not trailers. Valid for the call. False:
     * no memory for them. */
    bool (*on_fields)(void *arg, weft_str lines);
    /* Right after the lines. `content_length` is the length of the body to come: 0 when there is none by the
     * rules, -1 when it is not known ahead. */
    weft__parse_flow (*on_head)(void *arg, int status, int64_t content_length);
    /* A part of the body, once for each run of bytes that lies together in the fed bytes. `*used` is `len` at
     * the call; a callback that pauses may set it to less, and gets the rest again when that is fed again. */
    weft__parse_flow (*on_body)(void *arg, char *bytes, size_t len, size_t *used);
} weft__response_events;

typedef struct weft__response_limits {
    uint32_t max_head_bytes; /* status line, headers and blank line */
    uint16_t max_headers;    /* 65,533 of them are counted at most */
} weft__response_limits;

/* Private but for its size. */
typedef struct weft__response_parser {
    llhttp_t llhttp;                     /* llhttp.data is the caller's `arg` */
    weft__heap *heap;                    /* borrowed */
    const weft__response_events *events; /* borrowed, static */
    weft__buffer *split;                 /* owned; the first part of a head that is split over feeds, else NULL */
    char *mark;             /* borrowed from one feed: its start, or the end of the last part of the body */
    const char *reason;     /* static; why it ended */
    uint64_t received;      /* bytes of the answer, interim ones included, up to here */
    uint32_t body_held;     /* bytes of the body that a callback has not taken; they are fed again */
    uint32_t framing_bytes; /* read since the last part of the body */
    uint32_t keep_alive_s;  /* what the answer allows, or WEFT__KEEP_ALIVE_UNKNOWN */
    weft__head_lines lines;
    unsigned state : 4;
    unsigned ended : 4;    /* a weft__parse_status above DONE, once there is one */
    uint8_t framing_place; /* in a line of what stands between the parts of the body */
    uint8_t interim_answers;
    bool is_head_request : 1;
    bool head_complete : 1;
    bool message_complete : 1;
    bool keep_alive : 1;
    bool closes : 1;     /* the head says so, in words that llhttp may not know */
    bool has_coding : 1; /* a Transfer-Encoding */
    bool in_body : 1;
} weft__response_parser;

/* What went wrong, for messages: "invalid chunk size at byte 123 of the response body". */
typedef struct weft__parse_problem {
    const char *reason; /* static */
    uint64_t position;  /* bytes of the whole answer before it, head and interim answers included */
    bool in_body;
} weft__parse_problem;

/* `events` lives as long as the parser, which has no limits yet. */
void weft__response_parser_init(weft__response_parser *parser, weft__heap *heap, const weft__response_events *events);
void weft__response_parser_deinit(weft__response_parser *parser);

/* The limits of the exchanges to come, each above 0; before the first of them, too. Copied. */
void weft__response_parser_limit(weft__response_parser *parser, const weft__response_limits *limits);
/* Before each exchange. The answer to a HEAD request has no body, whatever its headers say. */
void weft__response_parser_reset(weft__response_parser *parser, bool is_head_request, void *arg);

/* Reads the answer, at most 4 GiB of it at a time. `bytes` is mutable because on_body hands it on. `*ret_used` is less
 * than `len` when a callback paused or stopped, when the answer ended, and when it failed. */
weft__parse_status weft__response_parser_feed(weft__response_parser *parser, char *bytes, size_t len, size_t *ret_used);

/* The connection has ended and every byte was fed. DONE when the end of the connection is the end of the
 * body, or the body was whole; else CLOSED or TRUNCATED. */
weft__parse_status weft__response_parser_finish(weft__response_parser *parser);

/* Whether the connection may carry another exchange; asked after DONE. */
static inline bool weft__response_parser_keeps_alive(const weft__response_parser *parser)
{
    bool has_length = parser->llhttp.flags & F_CONTENT_LENGTH;

    /* Faulty framing is read, but the connection is trusted no more: a transfer coding in HTTP/1.0, a length among the
     * trailers, a body where 204 says that there is none. */
    if (parser->has_coding && (parser->llhttp.http_minor == 0 || has_length))
        return false;
    if (parser->llhttp.status_code == 204 && (parser->has_coding || (has_length && parser->llhttp.content_length > 0)))
        return false;
    return parser->keep_alive && !parser->closes;
}

/* For how many seconds after the answer, as far as the server said; asked after DONE. */
static inline uint32_t weft__response_parser_keep_alive_s(const weft__response_parser *parser)
{
    return parser->keep_alive_s;
}

/* The one that it was given. */
static inline weft__heap *weft__response_parser_heap(const weft__response_parser *parser)
{
    return parser->heap;
}

/* After a status above STOPPED. */
void weft__response_parser_explain(const weft__response_parser *parser, weft__parse_problem *ret_problem);

#endif
