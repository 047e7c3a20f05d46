#include "call/feed.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "call/deadline.h"
#include "call/ending.h"
#include "http/connection.h"

enum {
    PIECE_BYTES = 64 * 1024,
    PIECE_AT = 64,  /* the lines that end the head, and the chunk's first line, stand ahead of it */
    TAIL_BYTES = 8, /* "\r\n0\r\n\r\n", or a byte too much */
};

typedef enum weft__feed_stage {
    FEED_AT_REST,
    FEED_REWINDING,  /* nothing goes out before that is done */
    FEED_AT_HEAD,    /* the head goes out, but for its last lines */
    FEED_AFTER_HEAD, /* which go with the first piece */
    FEED_SENDING,
} weft__feed_stage;

struct weft__feed {
    weft_call *call; /* borrowed */
    weft_body_read_cb *read;
    weft_body_rewind_cb *rewind; /* or NULL */
    void *arg;
    uint64_t size;   /* of the body; 0 = nobody said, and it is sent chunked */
    uint64_t taken;  /* of it from the caller, in this attempt */
    weft__task task; /* asks him, from the loop */
    char *room;      /* owned; NULL at rest: what is sent, and around the piece what frames it */
    size_t held;     /* bytes of the piece that are not part of what is sent yet */
    size_t begin;    /* of what is sent, in `room` */
    size_t end;
    uint64_t before;  /* bytes of the body that were sent ahead of it */
    size_t frame;     /* bytes ahead of the body's in it */
    size_t piece;     /* and how many of the body's there are */
    uint8_t stage;    /* weft__feed_stage */
    bool touched : 1; /* something was taken since the beginning: another attempt has to rewind */
    bool ended : 1;   /* he has said that this is all */
    bool waits : 1;   /* he has said that there is no more for now */
    bool asking : 1;  /* he is being asked */
    bool closed : 1;  /* meanwhile */
    char content_type[];
};

static void on_task(weft__task *task);

weft__feed *weft__feed_new(weft_call *call, const weft_body *body)
{
    const char *type = body->content_type ? body->content_type : "application/octet-stream";
    weft__feed *feed = weft__zalloc(&call->engine->loop.heap, sizeof(*feed) + strlen(type) + 1);

    if (!feed)
        return NULL;
    feed->call = call;
    feed->read = body->read;
    feed->rewind = body->rewind;
    feed->arg = body->read_arg;
    feed->size = body->read_size;
    feed->task.run = on_task;
    memcpy(feed->content_type, type, strlen(type) + 1);
    return feed;
}

const char *weft__feed_content_type(const weft__feed *feed)
{
    return feed->content_type;
}

uint64_t weft__feed_size(const weft__feed *feed)
{
    return feed->size;
}

uint64_t weft__feed_sent(const weft__feed *feed)
{
    uint64_t offset = feed->call->exchange.offset, of_piece = offset > feed->frame ? offset - feed->frame : 0;

    if (feed->begin == feed->end)
        return feed->before;
    return feed->before + (of_piece < feed->piece ? of_piece : feed->piece);
}

/* While there is nothing to send for want of more from the caller, the server is not silent. */
static void set_starved(weft__feed *feed, bool starved)
{
    weft_call *call = feed->call;

    if (call->attempt.starved && !starved)
        call->exchange.progress_ms = weft__now_ms();
    call->attempt.starved = starved;
    weft__call_watch(call);
}

void weft__feed_rest(weft__feed *feed)
{
    weft__heap *heap = &feed->call->engine->loop.heap;

    weft__loop_undefer(&feed->task);
    if (feed->room)
        weft__wipe(feed->room, PIECE_AT + PIECE_BYTES + TAIL_BYTES);
    weft__free(heap, feed->room);
    feed->room = NULL;
    feed->begin = feed->end = feed->held = feed->frame = feed->piece = 0;
    feed->taken = feed->before = 0;
    feed->ended = feed->waits = false;
    feed->stage = FEED_AT_REST;
    feed->call->attempt.starved = false;
}

void weft__feed_close(weft__feed *feed)
{
    if (!feed)
        return;
    feed->closed = true;
    weft__loop_undefer(&feed->task);
    if (feed->asking)
        return;
    weft__feed_rest(feed);
    weft__free(&feed->call->engine->loop.heap, feed);
}

/* Whoever was asked may have ended the call: false, and the feed is gone. */
static bool end_asking(weft__feed *feed)
{
    feed->asking = false;
    if (!feed->closed)
        return true;
    weft__feed_close(feed);
    return false;
}

/* ---- asking ---------------------------------------------------------------------------------------------------- */

/* False: the call is over, and the feed with it. */
static bool fail(weft__feed *feed, const char *text)
{
    weft__call_fail(feed->call, WEFT_E_BODY, "the body %s", text);
    return false;
}

/* How much may come now: beyond the length that was said one byte, which says that it was wrong. */
static size_t room_left(const weft__feed *feed)
{
    uint64_t left = feed->size - feed->taken;

    if (feed->size == 0 || left > PIECE_BYTES)
        return PIECE_BYTES;
    return left > 0 ? (size_t)left : 1;
}

static bool check_length(weft__feed *feed)
{
    char text[96];

    if (feed->size == 0 || (feed->taken <= feed->size && (!feed->ended || feed->taken == feed->size)))
        return true;
    if (feed->taken > feed->size)
        snprintf(text, sizeof(text), "is longer than the %" PRIu64 " bytes that were said", feed->size);
    else
        snprintf(text, sizeof(text), "ended after %" PRIu64 " of the %" PRIu64 " bytes that were said", feed->taken,
                 feed->size);
    return fail(feed, text);
}

static void note_touched(weft__feed *feed)
{
    feed->touched = true;
    if (!feed->rewind)
        feed->call->max_retries = 0;
}

static bool take_answer(weft__feed *feed, weft_body_next next, const weft_body_room *room)
{
    char text[512];

    if (next == WEFT_BODY_NEXT_FAILED) {
        snprintf(text, sizeof(text), "could not be read: %s", room->problem ? room->problem : "no reason was given");
        return fail(feed, text);
    }
    if (room->len > room->size)
        return fail(feed, "was given more bytes than there was room for");
    feed->held += room->len;
    feed->taken += room->len;
    feed->ended = next == WEFT_BODY_NEXT_END;
    feed->waits = next == WEFT_BODY_NEXT_LATER || (next == WEFT_BODY_NEXT_MORE && room->len == 0);
    if (room->len > 0 || feed->ended)
        note_touched(feed);
    return check_length(feed);
}

/* One question. False: the call is over, and the feed with it. */
static bool ask_once(weft__feed *feed)
{
    weft_body_room room = {.bytes = feed->room + PIECE_AT + feed->held, .size = room_left(feed)};
    weft_body_next next;

    feed->asking = true;
    next = feed->read(feed->call, &room, feed->arg);
    return end_asking(feed) && take_answer(feed, next, &room);
}

/* All that was said is there, but not yet that this is the end. */
static bool is_unconfirmed(const weft__feed *feed)
{
    return feed->size > 0 && feed->taken == feed->size && !feed->ended;
}

static size_t write_ahead(weft__feed *feed, const char *text)
{
    feed->begin -= strlen(text);
    memcpy(feed->room + feed->begin, text, strlen(text));
    return strlen(text);
}

static void append(weft__feed *feed, const char *text)
{
    memcpy(feed->room + feed->end, text, strlen(text));
    feed->end += strlen(text);
}

static void add_chunk(weft__feed *feed)
{
    char line[24];

    if (feed->piece > 0) {
        snprintf(line, sizeof(line), "%zx\r\n", feed->piece);
        feed->frame += write_ahead(feed, line);
        append(feed, "\r\n");
    }
    if (feed->ended)
        append(feed, "0\r\n\r\n");
}

/* What the head lacks. */
static void add_lines(weft__feed *feed)
{
    char line[64] = "Transfer-Encoding: chunked\r\n\r\n";

    if (feed->size > 0)
        snprintf(line, sizeof(line), "Content-Length: %" PRIu64 "\r\n\r\n", feed->size);
    feed->frame += write_ahead(feed, line);
}

/* Makes of what is held what is sent next. */
static void compose(weft__feed *feed)
{
    feed->begin = feed->end = PIECE_AT;
    if (!is_unconfirmed(feed)) {
        feed->piece = feed->held;
        feed->end += feed->held;
        feed->held = 0;
        if (feed->size == 0)
            add_chunk(feed);
    }
    if (feed->stage == FEED_AFTER_HEAD)
        add_lines(feed);
    feed->stage = FEED_SENDING;
}

/* Asks until there is something to send, or no more for now. False: the call is over, and the feed with it. */
static bool ask(weft__feed *feed)
{
    do {
        if (!ask_once(feed))
            return false;
    } while (is_unconfirmed(feed) && !feed->waits);
    compose(feed);
    feed->call->exchange.more = !feed->ended;
    set_starved(feed, feed->begin == feed->end && !feed->ended);
    return true;
}

/* ---- an attempt ------------------------------------------------------------------------------------------------ */

/* False: the call is over, and the feed with it. */
static bool go_back(weft__feed *feed)
{
    bool done;

    feed->asking = true;
    done = feed->rewind(feed->call, feed->arg);
    if (!end_asking(feed))
        return false;
    if (!done)
        return fail(feed, "could not be rewound for another attempt");
    feed->touched = false;
    feed->stage = FEED_AT_HEAD;
    return true;
}

/* False: the call is over, and the feed with it. */
static bool make_room(weft__feed *feed)
{
    if (!feed->room)
        feed->room = weft__alloc(&feed->call->engine->loop.heap, PIECE_AT + PIECE_BYTES + TAIL_BYTES);
    if (feed->room)
        return true;
    return weft__call_fail_memory(feed->call);
}

static void on_task(weft__task *task)
{
    weft__feed *feed = WEFT__CONTAINER_OF(task, weft__feed, task);
    weft_call *call = feed->call;

    feed->waits = false;
    if (feed->stage == FEED_AT_REST || feed->begin < feed->end || feed->ended)
        return;
    if (feed->stage == FEED_REWINDING ? !go_back(feed) : !make_room(feed) || !ask(feed))
        return;
    if (call->exchange.connection)
        weft__connection_continue(call->exchange.connection);
}

static void ask_later(weft__feed *feed)
{
    weft__loop_defer(&feed->call->engine->loop, &feed->task);
}

void weft__feed_begin(weft__feed *feed)
{
    weft__feed_rest(feed);
    feed->call->exchange.more = true;
    feed->stage = feed->touched ? FEED_REWINDING : FEED_AT_HEAD;
    if (feed->touched)
        ask_later(feed);
}

void weft__feed_resume(weft__feed *feed)
{
    if (feed->stage >= FEED_AFTER_HEAD)
        ask_later(feed);
}

int weft__feed_gather(const weft__feed *feed, struct iovec *parts)
{
    if (feed->stage == FEED_AT_HEAD)
        return 0;
    if (feed->begin == feed->end)
        return -1;
    parts[0] = (struct iovec){feed->room + feed->begin, feed->end - feed->begin};
    return 1;
}

bool weft__feed_next(weft__feed *feed)
{
    switch ((weft__feed_stage)feed->stage) {
    case FEED_AT_HEAD: /* maybe within a function of the caller's */
        feed->stage = FEED_AFTER_HEAD;
        ask_later(feed);
        return false;
    case FEED_SENDING:
        break;
    case FEED_AT_REST:
    case FEED_REWINDING:
    case FEED_AFTER_HEAD:
        return false;
    }
    feed->before += feed->piece;
    feed->frame = feed->piece = 0;
    feed->begin = feed->end;
    if (!feed->waits)
        return ask(feed) && feed->begin < feed->end;
    set_starved(feed, true);
    return false;
}
