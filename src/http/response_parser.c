#include "http/response_parser.h"

#include <string.h>

#include "base/assert.h"
#include "base/text.h"
#include "http/fields.h"
#include "http/persistence.h"

enum state {
    READING_HEAD,
    READING_BODY,
    COMPLETE, /* the body ended in the same feed that a callback paused */
    ENDED,    /* parser->ended says how */
};

_Static_assert(ENDED < 1 << 4 && WEFT__PARSE_NO_MEMORY < 1 << 4, "the parser has four bits for each");

static const char no_memory[] = "out of memory";
static const char stopped[] = "stopped by the caller";
static const char framing_too_large[] = "too much between two parts of the body";

static weft__response_parser *parser_of(llhttp_t *llhttp)
{
    return (weft__response_parser *)llhttp; /* its first member */
}

static weft__parse_status end_with(weft__response_parser *parser, weft__parse_status status, const char *reason)
{
    WEFT__ASSERT(status > WEFT__PARSE_DONE && reason);
    if (parser->state != ENDED)
        parser->in_body = parser->state == READING_BODY;
    parser->state = ENDED;
    parser->ended = (unsigned)status & 15u;
    parser->reason = reason;
    return status;
}

/* Ends it from inside llhttp, which stops at any negative answer; run_llhttp looks at the state first. */
static int end_inside(weft__response_parser *parser, weft__parse_status status, const char *reason)
{
    end_with(parser, status, reason);
    return -1;
}

static void drop_split(weft__response_parser *parser)
{
    if (!parser->split)
        return;
    weft__buffer_wipe(parser->split);
    weft__buffer_deinit(parser->split);
    weft__free(parser->heap, parser->split);
    parser->split = NULL;
}

/* Keeps what has come of a head: its lines are read once it is whole. */
static bool keep_split(weft__response_parser *parser, const char *bytes, size_t len)
{
    if (!parser->split) {
        parser->split = weft__alloc(parser->heap, sizeof(*parser->split));
        if (!parser->split)
            return false;
        weft__buffer_init(parser->split, parser->heap, parser->lines.max_bytes);
        parser->split->secret = true; /* a session's cookie may be in it */
    }
    return weft__buffer_append(parser->split, bytes, len);
}

/* 1: no body, whatever the headers say. llhttp does not know of HEAD, and 8.1 reads a body after 304. */
static int on_headers_complete(llhttp_t *llhttp)
{
    weft__response_parser *parser = parser_of(llhttp);
    int status = llhttp->status_code;

    parser->head_complete = true;
    if (status == 101)
        return 0;
    return parser->is_head_request || status < 200 || status == 204 || status == 304;
}

/* Where a byte stands in the lines between two parts of the body: sizes of chunks, and trailers. */
enum framing_place { FRAMING_LINE_START, FRAMING_INSIDE, FRAMING_AFTER_CR, FRAMING_REFUSED };

/* These lines end as those of the head do, and none of them is folded or has no name. */
static const char *check_framing_byte(weft__response_parser *parser, char byte)
{
    bool is_start = parser->framing_place == FRAMING_LINE_START;

    if ((parser->framing_place == FRAMING_AFTER_CR) != (byte == '\n'))
        return byte == '\n' ? "line feed without carriage return" : "carriage return without line feed";
    if (is_start && (byte == ' ' || byte == '\t' || byte == ':'))
        return "white space or a colon in the place of a name or a size";
    parser->framing_place = byte == '\r' ? FRAMING_AFTER_CR : byte == '\n' ? FRAMING_LINE_START : FRAMING_INSIDE;
    return NULL;
}

static bool refuse_framing(weft__response_parser *parser, weft__parse_status status, const char *reason)
{
    parser->framing_place = FRAMING_REFUSED;
    end_with(parser, status, reason);
    return false;
}

/* Reads what is not body. That must not go on for ever between two parts of it: chunk extensions, trailers, zeros. */
static bool read_framing(weft__response_parser *parser, const char *up_to)
{
    if (parser->framing_place == FRAMING_REFUSED)
        return false;
    for (const char *at = parser->mark; at < up_to; at++) {
        const char *fault;

        if (parser->framing_bytes++ == parser->lines.max_bytes)
            return refuse_framing(parser, WEFT__PARSE_HEAD_TOO_LARGE, framing_too_large);
        fault = check_framing_byte(parser, *at);
        if (fault)
            return refuse_framing(parser, WEFT__PARSE_MALFORMED, fault);
    }
    return true;
}

static inline weft__parse_status give_body(weft__response_parser *parser, char *bytes, size_t len)
{
    size_t used = len;
    weft__parse_flow flow = parser->events->on_body(parser->llhttp.data, bytes, len, &used);

    WEFT__ASSERT(used <= len && (used == len || flow == WEFT__PARSE_PAUSE));
    parser->body_held = 0;
    if (flow == WEFT__PARSE_STOP)
        return end_with(parser, WEFT__PARSE_STOPPED, stopped);
    if (flow == WEFT__PARSE_GO)
        return WEFT__PARSE_NEED_MORE;
    parser->body_held = (uint32_t)(len - used);
    return WEFT__PARSE_PAUSED;
}

static int on_body(llhttp_t *llhttp, const char *bytes, size_t len)
{
    weft__response_parser *parser = parser_of(llhttp);
    char *body = parser->mark + (bytes - parser->mark); /* the same, mutable as it was fed */

    if (!len)
        return 0;
    WEFT__ASSERT(parser->state == READING_BODY && bytes >= parser->mark && parser->body_held == 0);
    if (!read_framing(parser, bytes))
        return -1;
    parser->framing_bytes = 0;
    parser->framing_place = FRAMING_INSIDE;
    parser->mark = body + len;
    switch (give_body(parser, body, len)) {
    case WEFT__PARSE_NEED_MORE:
        return 0;
    case WEFT__PARSE_PAUSED:
        return HPE_PAUSED;
    default:
        return -1;
    }
}

static int on_chunk_header(llhttp_t *llhttp)
{
    if (llhttp->content_length > INT64_MAX)
        return end_inside(parser_of(llhttp), WEFT__PARSE_MALFORMED, "chunk size too large");
    return 0;
}

static int on_message_complete(llhttp_t *llhttp)
{
    weft__response_parser *parser = parser_of(llhttp);

    parser->message_complete = true;
    parser->keep_alive = llhttp_should_keep_alive(llhttp);
    return HPE_PAUSED; /* what follows is not of this answer */
}

static const llhttp_settings_t settings = {
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_chunk_header = on_chunk_header,
    .on_message_complete = on_message_complete,
};

void weft__response_parser_init(weft__response_parser *parser, weft__heap *heap, const weft__response_events *events)
{
    memset(parser, 0, sizeof(*parser));
    parser->heap = heap;
    parser->events = events;
    weft__response_parser_reset(parser, false, NULL);
}

void weft__response_parser_limit(weft__response_parser *parser, const weft__response_limits *limits)
{
    WEFT__ASSERT(limits->max_head_bytes > 0 && limits->max_headers > 0);
    parser->lines.max_bytes = limits->max_head_bytes;
    /* As far as they are counted. */
    parser->lines.max_headers = limits->max_headers < UINT16_MAX - 2 ? limits->max_headers : UINT16_MAX - 2;
}

void weft__response_parser_deinit(weft__response_parser *parser)
{
    drop_split(parser);
}

static void begin_head(weft__response_parser *parser)
{
    void *arg = parser->llhttp.data;

    llhttp_init(&parser->llhttp, HTTP_RESPONSE, &settings);
    parser->llhttp.data = arg;
    parser->state = READING_HEAD;
    parser->lines = (weft__head_lines){
        .max_bytes = parser->lines.max_bytes,
        .max_headers = parser->lines.max_headers,
    };
    parser->head_complete = false;
    parser->message_complete = false;
    parser->keep_alive = false;
    parser->closes = false;
    parser->has_coding = false;
    parser->keep_alive_s = WEFT__KEEP_ALIVE_UNKNOWN;
}

void weft__response_parser_reset(weft__response_parser *parser, bool is_head_request, void *arg)
{
    drop_split(parser);
    parser->llhttp.data = arg;
    parser->is_head_request = is_head_request;
    parser->mark = NULL;
    parser->reason = NULL;
    parser->received = 0;
    parser->body_held = 0;
    parser->ended = 0;
    parser->interim_answers = 0;
    parser->in_body = false;
    begin_head(parser);
}

/* PAUSED when a callback paused or the message is complete; `*ret_used` is where it stands. */
static weft__parse_status run_llhttp(weft__response_parser *parser, char *bytes, size_t len, size_t *ret_used)
{
    static char nothing[1];
    llhttp_errno_t error;

    if (!len)
        bytes = nothing; /* the caller may have none */
    if (llhttp_get_errno(&parser->llhttp) == HPE_PAUSED)
        llhttp_resume(&parser->llhttp);
    parser->mark = bytes;
    error = llhttp_execute(&parser->llhttp, bytes, len);
    *ret_used = error == HPE_OK ? len : (size_t)(llhttp_get_error_pos(&parser->llhttp) - bytes);
    WEFT__ASSERT(*ret_used <= len);
    parser->received += *ret_used;
    if (parser->state == ENDED)
        return (weft__parse_status)parser->ended;
    if (error != HPE_OK && error != HPE_PAUSED && error != HPE_PAUSED_UPGRADE)
        return end_with(parser, WEFT__PARSE_MALFORMED, llhttp_get_error_reason(&parser->llhttp));
    return error == HPE_OK ? WEFT__PARSE_NEED_MORE : WEFT__PARSE_PAUSED;
}

/* False for all but one "chunked": nothing else is asked for, and the length of the body would be in doubt. */
static bool check_codings(weft__response_parser *parser, weft_str lines)
{
    static const weft_str name = {"transfer-encoding", 17}, chunked = {"chunked", 7};
    weft_str line;

    while (weft__fields_next(&lines, &line)) {
        if (!weft__field_is(line, name))
            continue;
        if (parser->has_coding || !weft__text_equal_nocase(weft__field_value(line, name.len), chunked))
            return false;
        parser->has_coding = true;
    }
    return true;
}

/* "HTTP/1.1 200 OK": a status of exactly three digits, and a reason that is text (RFC 9112, section 4). `line` is
 * without its line feed. */
static const char *find_fault_of_status_line(weft_str line)
{
    static const char version[] = "HTTP/1.";
    enum { VERSION = sizeof(version) - 1, STATUS = VERSION + 2, REASON = STATUS + 3 };

    if (line.len <= REASON || memcmp(line.ptr, version, VERSION) != 0 ||
        (line.ptr[VERSION] != '0' && line.ptr[VERSION] != '1') || line.ptr[VERSION + 1] != ' ')
        return "not HTTP/1.0 or HTTP/1.1";
    for (size_t i = STATUS; i < REASON; i++)
        if (!weft__text_is_digit(line.ptr[i]))
            return "status code of other than three digits";
    if (line.ptr[REASON] != ' ' && line.ptr[REASON] != '\r')
        return "status code of other than three digits";
    return weft__text_is_header_value(line.ptr + REASON, line.len - REASON - 1)
               ? NULL
               : "control character in the reason phrase";
}

/* Why the head is refused, though each of its lines is well formed; NULL when it is not. */
static const char *find_fault(weft__response_parser *parser, weft_str status_line, weft_str lines)
{
    const llhttp_t *llhttp = &parser->llhttp;
    const char *fault = find_fault_of_status_line(status_line);

    if (fault)
        return fault;
    if (llhttp->status_code < 100)
        return "status code below 100";
    if (llhttp->status_code == 101)
        return "switch to another protocol";
    if (llhttp->status_code < 200 && parser->interim_answers == WEFT__PARSE_MAX_INTERIM_ANSWERS)
        return "too many interim answers";
    if (parser->lines.has_t && !check_codings(parser, lines))
        return "transfer coding other than chunked";
    if (parser->has_coding && !(llhttp->flags & F_CHUNKED))
        return "transfer coding that not everybody reads as chunked";
    if (parser->has_coding && (llhttp->flags & F_CONTENT_LENGTH))
        return "both a content length and a transfer coding";
    if ((llhttp->flags & F_CONTENT_LENGTH) && llhttp->content_length > INT64_MAX)
        return "content length too large";
    return NULL;
}

static void read_persistence(weft__response_parser *parser, weft_str lines)
{
    weft__persistence persistence = weft__persistence_read(lines);

    parser->closes = persistence.closes;
    parser->keep_alive_s = persistence.timeout_s;
}

static int64_t body_length(const weft__response_parser *parser)
{
    if (parser->message_complete)
        return 0;
    return parser->llhttp.flags & F_CONTENT_LENGTH ? (int64_t)parser->llhttp.content_length : -1;
}

/* `head` is all of it. */
static weft__parse_status take_head(weft__response_parser *parser, weft_str head)
{
    const char *fault;
    weft_str lines = head, status_line;
    weft__parse_flow flow;

    WEFT__ASSERT(parser->state == READING_HEAD && head.len >= 4 && head.ptr[head.len - 1] == '\n');
    weft__fields_next(&lines, &status_line);
    lines.len -= 2; /* the blank line */
    fault = find_fault(parser, status_line, lines);
    if (fault)
        return end_with(parser, WEFT__PARSE_MALFORMED, fault);
    if (parser->llhttp.status_code < 200) {
        parser->interim_answers++;
        begin_head(parser);
        return WEFT__PARSE_NEED_MORE;
    }
    if (parser->lines.has_persistence)
        read_persistence(parser, lines);
    if (!parser->events->on_fields(parser->llhttp.data, lines))
        return end_with(parser, WEFT__PARSE_NO_MEMORY, no_memory);
    parser->state = parser->message_complete ? COMPLETE : READING_BODY;
    parser->framing_bytes = 0;
    parser->framing_place = FRAMING_LINE_START;
    flow = parser->events->on_head(parser->llhttp.data, parser->llhttp.status_code, body_length(parser));
    if (flow == WEFT__PARSE_STOP)
        return end_with(parser, WEFT__PARSE_STOPPED, stopped);
    if (flow == WEFT__PARSE_PAUSE)
        return WEFT__PARSE_PAUSED;
    return parser->state == COMPLETE ? WEFT__PARSE_DONE : WEFT__PARSE_NEED_MORE;
}

static weft__parse_status take_split_head(weft__response_parser *parser)
{
    weft__parse_status status = take_head(parser, (weft_str){parser->split->data, parser->split->len});

    drop_split(parser);
    return status;
}

static weft__parse_status read_head(weft__response_parser *parser, char *bytes, size_t len, size_t *ret_used)
{
    static const weft__parse_status refusals[] = {
        [WEFT__HEAD_REFUSED] = WEFT__PARSE_MALFORMED,
        [WEFT__HEAD_TOO_LARGE] = WEFT__PARSE_HEAD_TOO_LARGE,
        [WEFT__HEAD_TOO_MANY] = WEFT__PARSE_TOO_MANY_HEADERS,
    };
    const char *reason;
    size_t good;
    weft__head_verdict verdict = weft__head_lines_read(&parser->lines, bytes, len, &good, &reason);
    bool complete = verdict == WEFT__HEAD_COMPLETE;
    weft__parse_status status = run_llhttp(parser, bytes, good, ret_used); /* its fault, if any, comes earlier */

    if (parser->state == ENDED)
        return status;
    if (verdict > WEFT__HEAD_COMPLETE)
        return end_with(parser, refusals[verdict], reason);
    if (complete != parser->head_complete || *ret_used != good)
        return end_with(parser, WEFT__PARSE_MALFORMED, "head ends in the wrong place");
    if (complete && !parser->split)
        return take_head(parser, (weft_str){bytes, good});
    if (good > 0 && !keep_split(parser, bytes, good))
        return end_with(parser, WEFT__PARSE_NO_MEMORY, no_memory);
    return complete ? take_split_head(parser) : WEFT__PARSE_NEED_MORE;
}

/* What a callback left of the body, as far as it is fed. */
static weft__parse_status read_held_body(weft__response_parser *parser, char *bytes, size_t len, size_t *ret_used)
{
    size_t held = parser->body_held, now = held < len ? held : len;
    weft__parse_status status = WEFT__PARSE_NEED_MORE;

    *ret_used = 0;
    if (!now)
        return status;
    status = give_body(parser, bytes, now);
    WEFT__ASSERT(parser->body_held <= now);
    *ret_used = now - parser->body_held;
    parser->body_held = (uint32_t)(held - *ret_used);
    return status;
}

static weft__parse_status read_body(weft__response_parser *parser, char *bytes, size_t len, size_t *ret_used)
{
    weft__parse_status status = read_held_body(parser, bytes, len, ret_used);
    size_t held = *ret_used, used;

    if (status != WEFT__PARSE_NEED_MORE || parser->body_held)
        return status;
    if (held)
        bytes += held;
    status = run_llhttp(parser, bytes, len - held, &used);
    WEFT__ASSERT(parser->body_held <= used);
    *ret_used += used - parser->body_held;
    if (parser->state == ENDED && status != WEFT__PARSE_MALFORMED)
        return status;
    /* Ahead of what llhttp found: fed byte by byte, the limit is hit before it gets there. */
    if (!read_framing(parser, used ? bytes + used : parser->mark))
        return (weft__parse_status)parser->ended;
    if (!parser->message_complete)
        return status;
    parser->state = COMPLETE;
    return WEFT__PARSE_DONE;
}

weft__parse_status weft__response_parser_feed(weft__response_parser *parser, char *bytes, size_t len, size_t *ret_used)
{
    weft__parse_status status = WEFT__PARSE_NEED_MORE;
    size_t used = 0;

    do {
        char *at = len ? bytes + used : bytes;
        size_t step = 0;

        if (parser->state == READING_HEAD)
            status = read_head(parser, at, len - used, &step);
        else if (parser->state == READING_BODY)
            status = read_body(parser, at, len - used, &step);
        else
            status = parser->state == COMPLETE ? WEFT__PARSE_DONE : (weft__parse_status)parser->ended;
        used += step;
    } while (status == WEFT__PARSE_NEED_MORE && used < len);
    if (status == WEFT__PARSE_DONE && used < len)
        parser->keep_alive = false;
    *ret_used = used;
    return status;
}

weft__parse_status weft__response_parser_finish(weft__response_parser *parser)
{
    size_t used;
    weft__parse_status status = weft__response_parser_feed(parser, NULL, 0, &used); /* ends a pause */

    if (status != WEFT__PARSE_NEED_MORE)
        return status;
    if (!parser->received)
        return end_with(parser, WEFT__PARSE_CLOSED, "connection closed before an answer");
    if (parser->state == READING_HEAD)
        return end_with(parser, WEFT__PARSE_TRUNCATED, "connection closed in the middle of the head");
    if (!parser->body_held)
        llhttp_finish(&parser->llhttp);
    if (!parser->message_complete)
        return end_with(parser, WEFT__PARSE_TRUNCATED, "connection closed in the middle of the body");
    parser->state = COMPLETE;
    return WEFT__PARSE_DONE;
}

void weft__response_parser_explain(const weft__response_parser *parser, weft__parse_problem *ret_problem)
{
    *ret_problem = (weft__parse_problem){
        .reason = parser->reason ? parser->reason : "nothing wrong",
        .position = parser->received,
        .in_body = parser->in_body,
    };
}
