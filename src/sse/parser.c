#include "sse/parser.h"

#include <string.h>

#include "sse/utf8.h"

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

/* Where one call stands. */
struct cursor {
    char *start; /* of the block: what the block's spans count from */
    char *next;  /* first byte not read */
    char *end;
};

void weft__sse_init(weft__sse *sse, weft__heap *heap, const weft__sse_options *options)
{
    size_t max =
        options && options->max_event_bytes ? options->max_event_bytes : WEFT__SSE_DEFAULT_MAX_EVENT_BYTES;

    memset(sse, 0, sizeof(*sse));
    weft__sse_block_init(&sse->block, heap);
    sse->retry_ms = -1;
    sse->max_event_bytes =
        max < WEFT__SSE_LARGEST_MAX_EVENT_BYTES ? (uint32_t)max : WEFT__SSE_LARGEST_MAX_EVENT_BYTES;
    sse->keep_unfinished = options && options->keep_unfinished;
}

void weft__sse_deinit(weft__sse *sse)
{
    weft__sse_block_drop(&sse->block);
    weft__free(sse->block.heap, sse->last_id);
    sse->last_id = NULL;
}

/* Forgets the block; gathered memory goes too. */
static void drop_block(weft__sse *sse)
{
    weft__sse_block_drop(&sse->block);
    sse->state = IN_PLACE;
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
static bool take_line(weft__sse *sse, char *start, size_t at, size_t len)
{
    char *line = start + at;
    size_t value;

    if (is_field(line, len, "data", &value))
        return weft__sse_block_add_data(&sse->block, start, at + value, len - value);
    if (is_field(line, len, "event", &value)) {
        weft__sse_block_set(&sse->block, WEFT__SSE_TYPE, at + value, len - value);
    } else if (is_field(line, len, "id", &value)) {
        if (!memchr(line + value, '\0', len - value)) /* such an id could not be sent back */
            weft__sse_block_set(&sse->block, WEFT__SSE_ID, at + value, len - value);
    } else if (is_field(line, len, "retry", &value)) {
        take_retry(sse, line + value, len - value);
    }
    return true;
}

static bool keep_last_id(weft__sse *sse, weft_str id)
{
    if (id.len >= sse->last_id_size) {
        char *resized = weft__resize(sse->block.heap, sse->last_id, id.len + 1);

        if (!resized)
            return false;
        sse->last_id = resized;
        sse->last_id_size = (uint32_t)id.len + 1;
    }
    memcpy(sse->last_id, id.ptr, id.len + 1);
    sse->last_id_len = (uint32_t)id.len;
    return true;
}

static bool fill_event(weft__sse *sse, char *start, weft__sse_event *ret_event)
{
    *ret_event = (weft__sse_event){.type = {"", 0}};
    return weft__sse_block_text(&sse->block, start, WEFT__SSE_DATA, &ret_event->data) &&
           (!weft__sse_block_has(&sse->block, WEFT__SSE_TYPE) ||
            weft__sse_block_text(&sse->block, start, WEFT__SSE_TYPE, &ret_event->type)) &&
           (!weft__sse_block_has(&sse->block, WEFT__SSE_ID) ||
            weft__sse_block_text(&sse->block, start, WEFT__SSE_ID, &ret_event->id));
}

/* A blank line. NEED_MORE when the block makes no event. */
static weft__sse_status end_block(weft__sse *sse, char *start, weft__sse_event *ret_event)
{
    bool has_data = weft__sse_block_has(&sse->block, WEFT__SSE_DATA);
    weft_str id = {NULL, 0};

    sse->event_bytes = 0;
    if (has_data) {
        if (!fill_event(sse, start, ret_event))
            return WEFT__SSE_NO_MEMORY;
        id = ret_event->id;
    } else if (weft__sse_block_has(&sse->block, WEFT__SSE_ID) &&
               !weft__sse_block_text(&sse->block, start, WEFT__SSE_ID, &id)) {
        return WEFT__SSE_NO_MEMORY;
    }
    if (id.ptr && !keep_last_id(sse, id))
        return WEFT__SSE_NO_MEMORY;
    weft__sse_block_forget(&sse->block);
    if (!has_data)
        return WEFT__SSE_NEED_MORE;
    sse->state = sse->block.gathered ? DELIVERED : IN_PLACE;
    return WEFT__SSE_EVENT;
}

/* After a line: what it left behind is kept, the rest of its bytes are not needed any more. */
static void settle(weft__sse *sse, struct cursor *cursor)
{
    if (!sse->block.held) {
        if (sse->block.gathered)
            drop_block(sse);
        cursor->start = cursor->next;
    } else if (sse->state == GATHERING) {
        sse->block.gathered->bytes.len = weft__sse_block_end(&sse->block);
        sse->line_at = (uint32_t)sse->block.gathered->bytes.len;
    }
}

/* The line from cursor->next to `line_end` is whole; steps over it. */
static weft__sse_status read_line(weft__sse *sse, struct cursor *cursor, const char *line_end,
                                  weft__sse_event *ret_event)
{
    size_t bytes = (size_t)(line_end - cursor->next) + 1;
    size_t at = (size_t)(cursor->next - cursor->start);
    size_t len = bytes - 1;

    if (!count_bytes(sse, bytes))
        return WEFT__SSE_TOO_LARGE;
    if (sse->state == GATHERING) {
        if (!weft__buffer_append(&sse->block.gathered->bytes, cursor->next, bytes))
            return WEFT__SSE_NO_MEMORY;
        cursor->start = sse->block.gathered->bytes.data;
        at = sse->line_at;
        len = sse->block.gathered->bytes.len - 1 - at;
    }
    cursor->next += bytes;
    sse->after_cr = *line_end == '\r';
    if (len && cursor->start[at] == ':' && sse->event_bytes == len + 1)
        sse->event_bytes = 0; /* a comment ahead of the event */
    if (!sse->past_bom) {
        sse->past_bom = true;
        if (len >= 3 && memcmp(cursor->start + at, "\xEF\xBB\xBF", 3) == 0) {
            at += 3;
            len -= 3;
        }
    }
    if (!len)
        return end_block(sse, cursor->start, ret_event);
    return take_line(sse, cursor->start, at, len) ? WEFT__SSE_NEED_MORE : WEFT__SSE_NO_MEMORY;
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
    if (!sse->block.held)
        cursor->start = cursor->next;
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

/* The feed ends inside a block: what is held of it, and the line begun, move to memory of the parser's own. */
static weft__sse_status keep_rest(weft__sse *sse, struct cursor *cursor)
{
    size_t rest = (size_t)(cursor->end - cursor->next);
    weft__buffer *bytes;

    if (!count_bytes(sse, rest))
        return WEFT__SSE_TOO_LARGE;
    if (sse->state == IN_PLACE) {
        size_t held = weft__sse_block_end(&sse->block);

        if (!held && !rest)
            return WEFT__SSE_NEED_MORE;
        if (!weft__sse_block_need_gathered(&sse->block) ||
            !weft__buffer_reserve(&sse->block.gathered->bytes, held + rest))
            return WEFT__SSE_NO_MEMORY;
        weft__buffer_append(&sse->block.gathered->bytes, cursor->start, held);
        sse->line_at = (uint32_t)held;
        sse->state = GATHERING;
    }
    bytes = &sse->block.gathered->bytes;
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

    if (sse->state != IN_PLACE || sse->block.held || sse->event_bytes || sse->after_cr || !sse->past_bom)
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
    struct cursor cursor = {.start = bytes, .next = bytes, .end = len ? bytes + len : bytes};
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
    if (!sse->keep_unfinished || sse->state != GATHERING ||
        !weft__sse_block_has(&sse->block, WEFT__SSE_DATA)) {
        drop_block(sse);
        return WEFT__SSE_NEED_MORE;
    }
    if (!fill_event(sse, sse->block.gathered->bytes.data, ret_event))
        return fail(sse, WEFT__SSE_NO_MEMORY);
    ret_event->unfinished = true;
    weft__sse_block_forget(&sse->block);
    sse->state = DELIVERED;
    return WEFT__SSE_EVENT;
}

weft_str weft__sse_last_id(const weft__sse *sse)
{
    return (weft_str){sse->last_id, sse->last_id_len};
}
