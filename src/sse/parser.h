/* sse/parser.h - server-sent events, from bytes to events.
 *
 * Follows the WHATWG event stream rules at any split of the bytes, with these stated choices:
 *   - an event's id is the one its own block gave; the last id of the stream is asked for separately;
 *   - `retry` is told to who asks, nothing here reconnects; comments likewise;
 *   - where options.lf_only asks for it, a CR ends no line by itself: for services that write lines of other
 * people's output behind `data:`, and split it at line feeds alone; options.first_type_counts is for the same
 * services, whose text of an error may hold line feeds, and so a type of its own;
 *   - at the end of the stream, an event that had at least one whole data line and no blank line is
 * delivered, flagged `unfinished`, where options.keep_unfinished asks for it, else discarded as the rules
 * say. A last line without its line end is dropped either way.
 *
 * The caller pulls: one call delivers at most one event, so that it can pause, cancel or free between events.
 * An event whose bytes lie in one feed is delivered where it lies: the parser writes into the fed bytes, and
 * the event's text points into them. Only an event split over feeds is gathered, and that memory is given
 * back by the next call. A stream between two events holds no memory but its last id.
 */
#ifndef WEFT_SSE_PARSER_H
#define WEFT_SSE_PARSER_H

#include "sse/block.h"
#include "weft/stream.h"

enum {
    WEFT__SSE_LARGEST_MAX_EVENT_BYTES = 1 << 30,
};

typedef enum weft__sse_status {
    WEFT__SSE_NEED_MORE, /* every byte was used; from weft__sse_finish: nothing is left */
    WEFT__SSE_EVENT,     /* an event; call again with the bytes not used yet */
    WEFT__SSE_COMMENT,   /* likewise a comment, where options.tell_comments asks for them; its text is the `data` */
    WEFT__SSE_RETRY,     /* likewise a `retry` of digits, where options.tell_retries asks: weft__sse_retry_ms */
    WEFT__SSE_TOO_LARGE, /* an event exceeds max_event_bytes; sticky */
    WEFT__SSE_NO_MEMORY, /* sticky */
} weft__sse_status;

typedef struct weft__sse_options {
    /* Every byte of an event counts: line ends, names, comments and unknown fields inside it, its blank line.
     * Comments ahead of its first field do not, or a stream of heartbeats would hit the limit one day.
     * Above 0; at most 1 GiB. */
    size_t max_event_bytes;
    bool keep_unfinished;
    bool lf_only;           /* lines end at LF and CRLF, and a CR anywhere else is data */
    bool first_type_counts; /* another `event` line in the same block changes nothing */
    bool tell_comments;
    bool tell_retries;
} weft__sse_options;

typedef struct weft__sse {
    weft__sse_block block; /* the one that is read */
    char *last_id;         /* owned, NUL-terminated; NULL until the stream gave an id */
    uint32_t last_id_len;
    uint32_t last_id_size;
    uint32_t max_event_bytes;
    uint32_t event_bytes; /* of the block, so far */
    uint32_t line_at;     /* start of the unfinished line in the gathered bytes */
    uint8_t state;
    bool after_cr; /* a line feed that comes next belongs to the line end before it */
    bool past_bom; /* the first line was read */
    bool keep_unfinished : 1;
    bool lf_only : 1;
    bool first_type_counts : 1;
    bool tell_comments : 1;
    bool tell_retries : 1;
} weft__sse;

/* `options` are copied. */
void weft__sse_init(weft__sse *sse, weft__heap *heap, const weft__sse_options *options);
void weft__sse_deinit(weft__sse *sse);

/* Reads up to the end of the next event. `ret_used` says how many of the bytes are done with; the caller
 * comes back with the rest, until WEFT__SSE_NEED_MORE; without any, where weft__sse_holds_memory says so.
 * The event is valid until the next call on the parser, and as long as the fed bytes are. Its text is
 * NUL-terminated, valid UTF-8 (wrong bytes became U+FFFD), and may hold NUL bytes of its own; a type that is ""
 * is none. */
weft__sse_status weft__sse_feed(weft__sse *sse, char *bytes, size_t len, size_t *ret_used, weft_event *ret_event);

/* What a WEFT__SSE_RETRY says: its digits, of which INT32_MAX, three weeks, is the most. */
uint32_t weft__sse_retry_ms(weft_str digits);

/* After an event: whether it lies in memory of the parser's own, which the next call gives back, be it without
 * bytes. */
static inline bool weft__sse_holds_memory(const weft__sse *sse)
{
    return sse->block.gathered != NULL;
}

/* The stream ended cleanly, and every byte was fed. WEFT__SSE_EVENT at most once. */
weft__sse_status weft__sse_finish(weft__sse *sse, weft_event *ret_event);

/* The id that a reconnection would send: of the newest block that gave one, whether or not it had data. ptr
 * is NULL when none did. Valid until the next call on the parser. */
weft_str weft__sse_last_id(const weft__sse *sse);
/* For the parser itself. False when out of memory. */
bool weft__sse_keep_last_id(weft__sse *sse, weft_str id);

#endif
