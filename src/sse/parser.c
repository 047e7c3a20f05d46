#include "sse/parser.h"

#include <string.h>

#include "base/buffer.h"
#include "sse/utf8.h"

enum { DATA, TYPE, ID, FIELDS = WEFT__SSE_FIELDS };
#define BIT(field) ((uint8_t)(1u << (field)))

enum state {
    IN_PLACE,  /* what the block gave so far lies in the bytes being fed */
    GATHERING, /* it lies in gathered->bytes, and the rest of the block is appended there */
    DELIVERED, /* gathered memory belongs to the event that was handed out; the next call frees it */
    TOO_LARGE,
    NO_MEMORY,
};

/* A search for a line end looks at this much for one kind before it looks for the other, so that a stream
 * without line feeds does not have all of a feed searched again for each line. */
enum { SEARCH_WINDOW = 1024 };

struct weft__sse_gathered {
    weft__buffer bytes;
    char *aside[FIELDS]; /* owned */
};

/* Where one call stands. */
struct cursor {
    char *block; /* start of what the block's spans count from */
    char *next;  /* first byte not read */
    char *end;
};

void weft__sse_init(weft__sse *sse, weft__heap *heap, const weft__sse_options *options)
{
    size_t max =
        options && options->max_event_bytes ? options->max_event_bytes : WEFT__SSE_DEFAULT_MAX_EVENT_BYTES;

    memset(sse, 0, sizeof(*sse));
    sse->heap = heap;
    sse->retry_ms = -1;
    sse->max_event_bytes =
        max < WEFT__SSE_LARGEST_MAX_EVENT_BYTES ? (uint32_t)max : WEFT__SSE_LARGEST_MAX_EVENT_BYTES;
    sse->keep_unfinished = options && options->keep_unfinished;
}

static void free_gathered(weft__sse *sse)
{
    if (!sse->gathered)
        return;
    for (int field = 0; field < FIELDS; field++)
        weft__free(sse->heap, sse->gathered->aside[field]);
    weft__buffer_deinit(&sse->gathered->bytes);
    weft__free(sse->heap, sse->gathered);
    sse->gathered = NULL;
}

void weft__sse_deinit(weft__sse *sse)
{
    free_gathered(sse);
    weft__free(sse->heap, sse->last_id);
    sse->last_id = NULL;
}

static bool need_gathered(weft__sse *sse)
{
    if (sse->gathered)
        return true;
    sse->gathered = weft__zalloc(sse->heap, sizeof(*sse->gathered));
    if (!sse->gathered)
        return false;
    weft__buffer_init(&sse->gathered->bytes, sse->heap, SIZE_MAX / 2);
    return true;
}

/* Forgets the block; gathered memory goes too. */
static void drop_block(weft__sse *sse)
{
    free_gathered(sse);
    sse->state = IN_PLACE;
    sse->held = 0;
    sse->aside = 0;
}

static weft__sse_status fail(weft__sse *sse, weft__sse_status status)
{
    drop_block(sse);
    sse->state = status == WEFT__SSE_TOO_LARGE ? TOO_LARGE : NO_MEMORY;
    return status;
}

static bool count_bytes(weft__sse *sse, size_t bytes)
{
    if (bytes > sse->max_event_bytes - sse->event_bytes)
        return false;
    sse->event_bytes += (uint32_t)bytes;
    return true;
}

static char *find_line_end(char *from, const char *end)
{
    while (from < end) {
        size_t window = (size_t)(end - from);
        char *line_feed, *carriage_return;

        if (*from == '\n')
            return from;
        if (window > SEARCH_WINDOW)
            window = SEARCH_WINDOW;
        line_feed = memchr(from, '\n', window);
        carriage_return = memchr(from, '\r', line_feed ? (size_t)(line_feed - from) : window);
        if (carriage_return || line_feed)
            return carriage_return ? carriage_return : line_feed;
        from += window;
    }
    return NULL;
}

/* Whether the line is of that field: `name`, `name:value` or `name: value`. */
static inline bool is_field(const char *line, size_t len, const char *name, size_t *ret_value_at)
{
    size_t at = strlen(name);

    if (len < at || memcmp(line, name, at) != 0 || (len > at && line[at] != ':'))
        return false;
    if (len > at)
        at++;
    if (len > at && line[at] == ' ')
        at++;
    *ret_value_at = at;
    return true;
}

static void set_field(weft__sse *sse, int field, size_t at, size_t len)
{
    if (sse->aside & BIT(field)) {
        weft__free(sse->heap, sse->gathered->aside[field]);
        sse->gathered->aside[field] = NULL;
        sse->aside &= (uint8_t)~BIT(field);
    }
    sse->fields[field] = (weft__sse_span){(uint32_t)at, (uint32_t)len};
    sse->held |= BIT(field);
}

/* Puts text that the block's bytes cannot hold into memory of its own; takes `text`. */
static void set_aside(weft__sse *sse, int field, char *text, size_t len)
{
    weft__free(sse->heap, sse->gathered->aside[field]);
    sse->gathered->aside[field] = text;
    sse->fields[field].len = (uint32_t)len;
    sse->aside |= BIT(field);
}

/* Moves a type or id that stands behind the data out of the way of more data. Each is copied at most once. */
static bool clear_way(weft__sse *sse, const char *block, int field)
{
    weft__sse_span span = sse->fields[field];
    char *copy;

    if (!(sse->held & BIT(field)) || (sse->aside & BIT(field)) || span.at < sse->fields[DATA].at)
        return true;
    if (!need_gathered(sse))
        return false;
    copy = weft__alloc(sse->heap, (size_t)span.len + 1);
    if (!copy)
        return false;
    memcpy(copy, block + span.at, span.len);
    set_aside(sse, field, copy, span.len);
    return true;
}

/* Later data lines are moved down to the first: the data of a block is one run of bytes. */
static bool add_data(weft__sse *sse, char *block, size_t at, size_t len)
{
    weft__sse_span *data = &sse->fields[DATA];
    char *data_end;

    if (!(sse->held & BIT(DATA))) {
        set_field(sse, DATA, at, len);
        return true;
    }
    if (!clear_way(sse, block, TYPE) || !clear_way(sse, block, ID))
        return false;
    data_end = block + data->at + data->len;
    *data_end = '\n';
    memmove(data_end + 1, block + at, len);
    data->len += (uint32_t)len + 1;
    return true;
}

static void take_retry(weft__sse *sse, const char *digits, size_t len)
{
    int64_t value = 0;

    if (!len)
        return;
    for (size_t i = 0; i < len; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return;
        value = value * 10 + (digits[i] - '0');
        if (value > INT32_MAX) /* three weeks; the rest of the digits must still be digits */
            value = INT32_MAX;
    }
    sse->retry_ms = value;
}

/* One line of a block, not blank. False when out of memory. */
static bool take_line(weft__sse *sse, char *block, size_t at, size_t len)
{
    char *line = block + at;
    size_t value;

    if (is_field(line, len, "data", &value))
        return add_data(sse, block, at + value, len - value);
    if (is_field(line, len, "event", &value)) {
        set_field(sse, TYPE, at + value, len - value);
    } else if (is_field(line, len, "id", &value)) {
        if (!memchr(line + value, '\0', len - value)) /* such an id could not be sent back */
            set_field(sse, ID, at + value, len - value);
    } else if (is_field(line, len, "retry", &value)) {
        take_retry(sse, line + value, len - value);
    }
    return true;
}

/* The text of a field that the block gave: terminated, repaired where it was not UTF-8. */
static bool field_text(weft__sse *sse, char *block, int field, weft_str *ret_text)
{
    size_t len = sse->fields[field].len;
    char *text = sse->aside & BIT(field) ? sse->gathered->aside[field] : block + sse->fields[field].at;

    if (!weft__utf8_is_valid(text, len)) {
        size_t repaired_len = weft__utf8_repaired_len(text, len);
        char *repaired = need_gathered(sse) ? weft__alloc(sse->heap, repaired_len + 1) : NULL;

        if (!repaired)
            return false;
        weft__utf8_repair(repaired, text, len);
        set_aside(sse, field, repaired, repaired_len);
        text = repaired;
        len = repaired_len;
    }
    text[len] = '\0'; /* where its line end, already read, was */
    *ret_text = (weft_str){text, len};
    return true;
}

static bool keep_last_id(weft__sse *sse, weft_str id)
{
    if (id.len >= sse->last_id_size) {
        char *resized = weft__resize(sse->heap, sse->last_id, id.len + 1);

        if (!resized)
            return false;
        sse->last_id = resized;
        sse->last_id_size = (uint32_t)id.len + 1;
    }
    memcpy(sse->last_id, id.ptr, id.len + 1);
    sse->last_id_len = (uint32_t)id.len;
    return true;
}

static bool fill_event(weft__sse *sse, char *block, weft__sse_event *ret_event)
{
    *ret_event = (weft__sse_event){.type = {"", 0}};
    return field_text(sse, block, DATA, &ret_event->data) &&
           (!(sse->held & BIT(TYPE)) || field_text(sse, block, TYPE, &ret_event->type)) &&
           (!(sse->held & BIT(ID)) || field_text(sse, block, ID, &ret_event->id));
}

/* A blank line. NEED_MORE when the block makes no event. */
static weft__sse_status end_block(weft__sse *sse, char *block, weft__sse_event *ret_event)
{
    bool has_data = (sse->held & BIT(DATA)) != 0;
    weft_str id = {NULL, 0};

    sse->event_bytes = 0;
    if (has_data) {
        if (!fill_event(sse, block, ret_event))
            return WEFT__SSE_NO_MEMORY;
        id = ret_event->id;
    } else if ((sse->held & BIT(ID)) && !field_text(sse, block, ID, &id)) {
        return WEFT__SSE_NO_MEMORY;
    }
    if (id.ptr && !keep_last_id(sse, id))
        return WEFT__SSE_NO_MEMORY;
    sse->held = 0;
    sse->aside = 0;
    if (!has_data)
        return WEFT__SSE_NEED_MORE;
    sse->state = sse->gathered ? DELIVERED : IN_PLACE;
    return WEFT__SSE_EVENT;
}

/* The end of what the block gave so far, with room for a terminator. */
static size_t held_end(const weft__sse *sse)
{
    size_t end = 0;

    for (int field = 0; field < FIELDS; field++) {
        size_t after = (size_t)sse->fields[field].at + sse->fields[field].len + 1;

        if ((sse->held & ~sse->aside & BIT(field)) && after > end)
            end = after;
    }
    return end;
}

/* After a line: what it left behind is kept, the rest of its bytes are not needed any more. */
static void settle(weft__sse *sse, struct cursor *cursor)
{
    if (!sse->held) {
        if (sse->gathered)
            drop_block(sse);
        cursor->block = cursor->next;
    } else if (sse->state == GATHERING) {
        sse->gathered->bytes.len = held_end(sse);
        sse->line_at = (uint32_t)sse->gathered->bytes.len;
    }
}

/* The line from cursor->next to `line_end` is whole; steps over it. */
static weft__sse_status read_line(weft__sse *sse, struct cursor *cursor, const char *line_end,
                                  weft__sse_event *ret_event)
{
    size_t bytes = (size_t)(line_end - cursor->next) + 1;
    size_t at = (size_t)(cursor->next - cursor->block);
    size_t len = bytes - 1;

    if (!count_bytes(sse, bytes))
        return WEFT__SSE_TOO_LARGE;
    if (sse->state == GATHERING) {
        if (!weft__buffer_append(&sse->gathered->bytes, cursor->next, bytes))
            return WEFT__SSE_NO_MEMORY;
        cursor->block = sse->gathered->bytes.data;
        at = sse->line_at;
        len = sse->gathered->bytes.len - 1 - at;
    }
    cursor->next += bytes;
    sse->after_cr = *line_end == '\r';
    if (len && cursor->block[at] == ':' && sse->event_bytes == len + 1)
        sse->event_bytes = 0; /* a comment ahead of the event */
    if (!sse->past_bom) {
        sse->past_bom = true;
        if (len >= 3 && memcmp(cursor->block + at, "\xEF\xBB\xBF", 3) == 0) {
            at += 3;
            len -= 3;
        }
    }
    if (!len)
        return end_block(sse, cursor->block, ret_event);
    return take_line(sse, cursor->block, at, len) ? WEFT__SSE_NEED_MORE : WEFT__SSE_NO_MEMORY;
}

/* The second half of a CRLF. It counts, unless the line was blank or a comment ahead of the event. */
static bool skip_line_feed(weft__sse *sse, struct cursor *cursor)
{
    if (!sse->after_cr || cursor->next == cursor->end)
        return true;
    sse->after_cr = false;
    if (*cursor->next != '\n')
        return true;
    cursor->next++;
    if (!sse->held)
        cursor->block = cursor->next;
    return !sse->event_bytes || count_bytes(sse, 1);
}

static weft__sse_status read_lines(weft__sse *sse, struct cursor *cursor, weft__sse_event *ret_event)
{
    for (;;) {
        weft__sse_status status;
        const char *line_end;

        if (!skip_line_feed(sse, cursor))
            return WEFT__SSE_TOO_LARGE;
        line_end = find_line_end(cursor->next, cursor->end);
        if (!line_end)
            return WEFT__SSE_NEED_MORE;
        status = read_line(sse, cursor, line_end, ret_event);
        if (status != WEFT__SSE_NEED_MORE)
            return status;
        settle(sse, cursor);
    }
}

/* The feed ends inside a block: what is held of it, and the line begun, move to memory of the parser's own.
 */
static weft__sse_status keep_rest(weft__sse *sse, struct cursor *cursor)
{
    size_t rest = (size_t)(cursor->end - cursor->next);
    weft__buffer *bytes;

    if (!count_bytes(sse, rest))
        return WEFT__SSE_TOO_LARGE;
    if (sse->state == IN_PLACE) {
        size_t held = held_end(sse);

        if (!held && !rest)
            return WEFT__SSE_NEED_MORE;
        if (!need_gathered(sse) || !weft__buffer_reserve(&sse->gathered->bytes, held + rest))
            return WEFT__SSE_NO_MEMORY;
        weft__buffer_append(&sse->gathered->bytes, cursor->block, held);
        sse->line_at = (uint32_t)held;
        sse->state = GATHERING;
    }
    bytes = &sse->gathered->bytes;
    if (!weft__buffer_append(bytes, cursor->next, rest))
        return WEFT__SSE_NO_MEMORY;
    cursor->next = cursor->end;
    return WEFT__SSE_NEED_MORE;
}

/* The common case, and nothing else: one data line and its blank line, whole, at the start of a block. False
 * leaves all as it was, and the general way is taken. */
static bool read_plain_event(weft__sse *sse, struct cursor *cursor, weft__sse_event *ret_event)
{
    enum { NAME_LEN = 5 }; /* data: */
    size_t left = (size_t)(cursor->end - cursor->next), len;
    char *text, *line_end;

    if (sse->state != IN_PLACE || sse->held || sse->event_bytes || sse->after_cr || !sse->past_bom)
        return false;
    if (left < NAME_LEN + 2 || memcmp(cursor->next, "data:", NAME_LEN) != 0)
        return false;
    if (left > SEARCH_WINDOW)
        left = SEARCH_WINDOW;
    text = cursor->next + NAME_LEN;
    line_end = memchr(text, '\n', left - NAME_LEN - 1);
    if (!line_end || line_end[1] != '\n' || (size_t)(line_end + 2 - cursor->next) > sse->max_event_bytes)
        return false;
    text += *text == ' ';
    len = (size_t)(line_end - text);
    if (memchr(text, '\r', len) || !weft__utf8_is_valid(text, len))
        return false;
    *line_end = '\0';
    *ret_event = (weft__sse_event){.type = {"", 0}, .data = {text, len}};
    cursor->next = line_end + 2;
    return true;
}

static bool has_failed(const weft__sse *sse, weft__sse_status *ret_status)
{
    *ret_status = sse->state == TOO_LARGE ? WEFT__SSE_TOO_LARGE : WEFT__SSE_NO_MEMORY;
    return sse->state == TOO_LARGE || sse->state == NO_MEMORY;
}

static weft__sse_status read_event(weft__sse *sse, struct cursor *cursor, weft__sse_event *ret_event)
{
    weft__sse_status status;

    if (has_failed(sse, &status))
        return status;
    if (sse->state == DELIVERED)
        drop_block(sse);
    status = read_lines(sse, cursor, ret_event);
    if (status == WEFT__SSE_NEED_MORE)
        status = keep_rest(sse, cursor);
    return status == WEFT__SSE_NEED_MORE || status == WEFT__SSE_EVENT ? status : fail(sse, status);
}

weft__sse_status weft__sse_feed(weft__sse *sse, char *bytes, size_t len, size_t *ret_used,
                                weft__sse_event *ret_event)
{
    struct cursor cursor = {.block = bytes, .next = bytes, .end = len ? bytes + len : bytes};
    weft__sse_status status = WEFT__SSE_EVENT;

    if (!read_plain_event(sse, &cursor, ret_event))
        status = read_event(sse, &cursor, ret_event);
    *ret_used = (size_t)(cursor.next - bytes);
    return status;
}

weft__sse_status weft__sse_finish(weft__sse *sse, weft__sse_event *ret_event)
{
    weft__sse_status status;

    if (has_failed(sse, &status))
        return status;
    if (!sse->keep_unfinished || sse->state != GATHERING || !(sse->held & BIT(DATA))) {
        drop_block(sse);
        return WEFT__SSE_NEED_MORE;
    }
    if (!fill_event(sse, sse->gathered->bytes.data, ret_event))
        return fail(sse, WEFT__SSE_NO_MEMORY);
    ret_event->unfinished = true;
    sse->held = 0;
    sse->aside = 0;
    sse->state = DELIVERED;
    return WEFT__SSE_EVENT;
}

weft_str weft__sse_last_id(const weft__sse *sse)
{
    return (weft_str){sse->last_id, sse->last_id_len};
}
