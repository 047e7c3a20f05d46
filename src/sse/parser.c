#include "sse/parser.h"

#include <string.h>

#include "base/assert.h"
#include "sse/line.h"
#include "sse/fast.h"
#include "base/utf8.h"

_Static_assert((uint64_t)WEFT__SSE_LARGEST_MAX_EVENT_BYTES < UINT32_MAX / 2, "spans and lengths have 32 bits");

enum state {
    IN_PLACE,  /* what the block gave so far lies in the bytes being fed */
    GATHERING, /* it lies in gathered->bytes, and the rest of the block is appended there */
    DELIVERED, /* gathered memory belongs to the event that was handed out; the next call frees it */
    TOO_LARGE,
    NO_MEMORY,
};

/* Where one call stands. */
struct cursor {
    char *start; /* of the block: what the block's spans count from */
    char *next;  /* first byte not read */
    char *seen;  /* no line end lies between next and here */
    char *end;
};

void weft__sse_init(weft__sse *sse, weft__heap *heap, const weft__sse_options *options)
{
    size_t max = options->max_event_bytes;

    WEFT__ASSERT(max > 0);
    memset(sse, 0, sizeof(*sse));
    weft__sse_block_init(&sse->block, heap);
    sse->max_event_bytes = max < WEFT__SSE_LARGEST_MAX_EVENT_BYTES ? (uint32_t)max : WEFT__SSE_LARGEST_MAX_EVENT_BYTES;
    sse->keep_unfinished = options->keep_unfinished;
    sse->lf_only = options->lf_only;
    sse->first_type_counts = options->first_type_counts;
    sse->tell_comments = options->tell_comments;
    sse->tell_retries = options->tell_retries;
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
    WEFT__ASSERT(status == WEFT__SSE_TOO_LARGE || status == WEFT__SSE_NO_MEMORY);
    drop_block(sse);
    sse->state = status == WEFT__SSE_TOO_LARGE ? TOO_LARGE : NO_MEMORY;
    return status;
}

static bool count_bytes(weft__sse *sse, size_t bytes)
{
    WEFT__ASSERT(sse->event_bytes <= sse->max_event_bytes);
    if (bytes > sse->max_event_bytes - sse->event_bytes)
        return false;
    sse->event_bytes += (uint32_t)bytes;
    return true;
}

/* NULL when there is none up to the end of the feed. */
static inline char *find_line_end(weft__sse *sse, struct cursor *cursor)
{
    char *from = cursor->seen > cursor->next ? cursor->seen : cursor->next;

    cursor->seen = weft__sse_line_end(from, cursor->end, &sse->block.wide);
    if (sse->lf_only)
        cursor->seen = weft__sse_find_line_feed(cursor->seen, cursor->end, &sse->block.wide);
    return cursor->seen < cursor->end ? cursor->seen : NULL;
}

static bool is_number(const char *digits, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (digits[i] < '0' || digits[i] > '9')
            return false;
    return len > 0;
}

uint32_t weft__sse_retry_ms(weft_str digits)
{
    uint64_t value = 0;

    for (size_t i = 0; i < digits.len && value < INT32_MAX; i++)
        value = value * 10 + (uint64_t)(digits.ptr[i] - '0');
    return value < INT32_MAX ? (uint32_t)value : INT32_MAX;
}

static bool takes_type(const weft__sse *sse)
{
    return !sse->first_type_counts || !weft__sse_block_has(&sse->block, WEFT__SSE_TYPE);
}

/* One line of a block, not blank. False when out of memory. */
static bool take_line(weft__sse *sse, char *start, size_t at, size_t len)
{
    char *line = start + at;
    size_t value;

    switch (*line) {
    case 'd':
        return !weft__sse_is_field(line, len, "data", &value) ||
               weft__sse_block_add_data(&sse->block, start, at + value, len - value);
    case 'e':
        if (weft__sse_is_field(line, len, "event", &value) && takes_type(sse))
            weft__sse_block_set(&sse->block, WEFT__SSE_TYPE, at + value, len - value);
        break;
    case 'i':
        if (weft__sse_is_field(line, len, "id", &value) &&
            !memchr(line + value, '\0', len - value)) /* such an id could not be sent back */
            weft__sse_block_set(&sse->block, WEFT__SSE_ID, at + value, len - value);
        break;
    }
    return true;
}

/* Whether a line is told; NEED_MORE for one that is not. */
static weft__sse_status what_is_told(const weft__sse *sse, const char *line, size_t len, size_t *ret_value)
{
    if (sse->tell_comments && *line == ':') {
        *ret_value = len > 1 && line[1] == ' ' ? 2 : 1;
        return WEFT__SSE_COMMENT;
    }
    if (sse->tell_retries && weft__sse_is_field(line, len, "retry", ret_value) &&
        is_number(line + *ret_value, len - *ret_value))
        return WEFT__SSE_RETRY;
    return WEFT__SSE_NEED_MORE;
}

/* Tells a line ahead of the end of its block: what the block gave so far is kept until it goes on. */
static weft__sse_status tell(weft__sse *sse, struct cursor *cursor, char *text, size_t len, weft__sse_status what,
                             weft_event *ret_event)
{
    weft__sse_block *block = &sse->block;

    if (block->held && sse->state == IN_PLACE) {
        if (!weft__sse_block_gather(block, cursor->start, weft__sse_block_end(block)))
            return WEFT__SSE_NO_MEMORY;
        sse->state = GATHERING;
    }
    *ret_event = (weft_event){.unfinished = false};
    if (!weft__sse_block_comment(block, text, len, &ret_event->data))
        return WEFT__SSE_NO_MEMORY;
    if (block->held) {
        block->gathered->len = weft__sse_block_end(block);
        sse->line_at = (uint32_t)block->gathered->len;
    } else {
        sse->state = block->gathered ? DELIVERED : IN_PLACE;
    }
    return what;
}

bool weft__sse_keep_last_id(weft__sse *sse, weft_str id)
{
    if (id.len >= sse->last_id_size) {
        char *resized = weft__resize(sse->block.heap, sse->last_id, id.len + 1);

        if (!resized)
            return false;
        sse->last_id = resized;
        sse->last_id_size = (uint32_t)id.len + 1;
    }
    WEFT__ASSERT(id.ptr && id.len < sse->last_id_size);
    memcpy(sse->last_id, id.ptr, id.len);
    sse->last_id[id.len] = '\0';
    sse->last_id_len = (uint32_t)id.len;
    return true;
}

static bool fill_event(weft__sse *sse, char *start, weft_event *ret_event)
{
    weft__sse_block *block = &sse->block;

    *ret_event = (weft_event){.unfinished = false};
    return weft__sse_block_text(block, start, WEFT__SSE_DATA, &ret_event->data) &&
           (!weft__sse_block_has(block, WEFT__SSE_TYPE) || !block->fields[WEFT__SSE_TYPE].len ||
            weft__sse_block_text(block, start, WEFT__SSE_TYPE, &ret_event->type)) &&
           (!weft__sse_block_has(block, WEFT__SSE_ID) ||
            weft__sse_block_text(block, start, WEFT__SSE_ID, &ret_event->id));
}

/* A blank line. NEED_MORE when the block makes no event. */
static weft__sse_status end_block(weft__sse *sse, char *start, weft_event *ret_event)
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
    if (id.ptr && !weft__sse_keep_last_id(sse, id))
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
        WEFT__ASSERT(weft__sse_block_end(&sse->block) <= sse->block.gathered->len);
        sse->block.gathered->len = weft__sse_block_end(&sse->block);
        sse->line_at = (uint32_t)sse->block.gathered->len;
    }
}

static weft__sse_status take_text(weft__sse *sse, struct cursor *cursor, size_t at, size_t len, weft_event *ret_event)
{
    size_t value = 0;
    weft__sse_status told;

    if (!len)
        return end_block(sse, cursor->start, ret_event);
    told = what_is_told(sse, cursor->start + at, len, &value);
    if (told != WEFT__SSE_NEED_MORE)
        return tell(sse, cursor, cursor->start + at + value, len - value, told, ret_event);
    return take_line(sse, cursor->start, at, len) ? WEFT__SSE_NEED_MORE : WEFT__SSE_NO_MEMORY;
}

/* The line from cursor->next to `line_end` is whole; steps over it. */
static weft__sse_status read_line(weft__sse *sse, struct cursor *cursor, const char *line_end, weft_event *ret_event)
{
    size_t bytes = (size_t)(line_end - cursor->next) + 1;
    size_t at = (size_t)(cursor->next - cursor->start);
    size_t len = bytes - 1;

    WEFT__ASSERT(cursor->next <= line_end && line_end < cursor->end);
    WEFT__ASSERT(sse->state == IN_PLACE ? cursor->start <= cursor->next
                                        : sse->state == GATHERING && sse->block.gathered);
    if (!count_bytes(sse, bytes))
        return WEFT__SSE_TOO_LARGE;
    if (sse->state == GATHERING) {
        if (!weft__sse_block_gather(&sse->block, cursor->next, bytes))
            return WEFT__SSE_NO_MEMORY;
        cursor->start = sse->block.gathered->bytes;
        at = sse->line_at;
        len = sse->block.gathered->len - 1 - at;
    }
    cursor->next += bytes;
    sse->after_cr = *line_end == '\r';
    if (len && cursor->start[at] == ':' && sse->event_bytes == len + 1)
        sse->event_bytes = 0; /* a comment ahead of the event */
    if (sse->lf_only && len && cursor->start[at + len - 1] == '\r')
        len--;
    if (!sse->past_bom) {
        sse->past_bom = true;
        if (len >= 3 && memcmp(cursor->start + at, "\xEF\xBB\xBF", 3) == 0) {
            at += 3;
            len -= 3;
        }
    }
    return take_text(sse, cursor, at, len, ret_event);
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

static weft__sse_status read_lines(weft__sse *sse, struct cursor *cursor, weft_event *ret_event)
{
    for (;;) {
        weft__sse_status status;
        const char *line_end;

        if (!skip_line_feed(sse, cursor))
            return WEFT__SSE_TOO_LARGE;
        line_end = find_line_end(sse, cursor);
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

    if (!count_bytes(sse, rest))
        return WEFT__SSE_TOO_LARGE;
    if (sse->state == IN_PLACE) {
        size_t held = weft__sse_block_end(&sse->block);

        WEFT__ASSERT(held <= (size_t)(cursor->next - cursor->start));
        if (!held && !rest)
            return WEFT__SSE_NEED_MORE;
        if (!weft__sse_block_reserve(&sse->block, held + rest) ||
            !weft__sse_block_gather(&sse->block, cursor->start, held))
            return WEFT__SSE_NO_MEMORY;
        sse->line_at = (uint32_t)held;
        sse->state = GATHERING;
    }
    if (!weft__sse_block_gather(&sse->block, cursor->next, rest))
        return WEFT__SSE_NO_MEMORY;
    cursor->next = cursor->end;
    return WEFT__SSE_NEED_MORE;
}

static bool has_failed(const weft__sse *sse, weft__sse_status *ret_status)
{
    *ret_status = sse->state == TOO_LARGE ? WEFT__SSE_TOO_LARGE : WEFT__SSE_NO_MEMORY;
    return sse->state == TOO_LARGE || sse->state == NO_MEMORY;
}

weft__sse_status weft__sse_read_any(weft__sse *sse, char *bytes, size_t len, size_t *ret_used, weft_event *ret_event)
{
    struct cursor cursor = {.start = bytes, .next = bytes, .seen = bytes, .end = len ? bytes + len : bytes};
    weft__sse_status status;

    cursor.seen += *ret_used;
    *ret_used = 0;
    if (has_failed(sse, &status))
        return status;
    if (sse->state == DELIVERED)
        drop_block(sse);
    sse->block.fresh = false;
    status = read_lines(sse, &cursor, ret_event);
    if (status == WEFT__SSE_NEED_MORE)
        status = keep_rest(sse, &cursor);
    WEFT__ASSERT(cursor.next <= cursor.end);
    *ret_used = (size_t)(cursor.next - bytes);
    if (status == WEFT__SSE_TOO_LARGE || status == WEFT__SSE_NO_MEMORY)
        return fail(sse, status);
    sse->block.fresh =
        sse->state == IN_PLACE && !sse->block.held && !sse->event_bytes && !sse->after_cr && sse->past_bom;
    return status;
}

weft__sse_status weft__sse_finish(weft__sse *sse, weft_event *ret_event)
{
    weft__sse_status status;

    if (has_failed(sse, &status))
        return status;
    if (!sse->keep_unfinished || sse->state != GATHERING || !weft__sse_block_has(&sse->block, WEFT__SSE_DATA)) {
        drop_block(sse);
        return WEFT__SSE_NEED_MORE;
    }
    if (!fill_event(sse, sse->block.gathered->bytes, ret_event))
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
