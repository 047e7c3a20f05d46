#include "sse/fast.h"

#include <string.h>

#include "sse/line.h"
#include "base/utf8.h"

static bool is_free_of_nul(const char *text, size_t len)
{
    return !memchr(text, '\0', len);
}

/* The lines ahead of the data: one type and id, in any order. Answers where they end; NULL for a line that is not
 * whole, or anything else. */
static char *read_type_and_id(char *line, char *end, bool *wide, weft_event *event)
{
    while (line < end && (*line == 'e' || *line == 'i')) {
        char *line_end = weft__sse_line_end(line, end, wide);
        size_t len = (size_t)(line_end - line), value;

        if (line_end == end || *line_end != '\n')
            return NULL;
        if (!event->type.ptr && weft__sse_is_field(line, len, "event", &value))
            event->type = (weft_str){line + value, len - value};
        else if (weft__sse_is_field(line, len, "id", &value) && is_free_of_nul(line + value, len - value))
            event->id = (weft_str){line + value, len - value};
        else
            return NULL;
        line = line_end + 1;
    }
    return line;
}

/* They lie in the fed bytes, which may be written to. */
static void end_type_and_id(char *bytes, weft_event *event)
{
    if (event->id.ptr)
        *(bytes + (event->id.ptr - bytes) + event->id.len) = '\0';
    if (event->type.len > 0)
        *(bytes + (event->type.ptr - bytes) + event->type.len) = '\0';
    else
        event->type.ptr = NULL;
}

/* Says how many bytes the event took. 0 leaves the bytes as they were, and of the block all but `wide`. `*seen` is
 * how many bytes hold no line end. */
static inline size_t read_fast(weft__sse *sse, char *bytes, char *end, size_t *seen, weft_event *event)
{
    enum { NAME_LEN = 5 }; /* data: */
    char *line = bytes, *text, *line_end;
    bool *wide = &sse->block.wide;
    size_t used;

    *event = (weft_event){.unfinished = false};
    if (line < end && *line != 'd' && !(line = read_type_and_id(bytes, end, wide, event)))
        return 0;
    if (end - line < NAME_LEN + 2 || memcmp(line, "data:", NAME_LEN) != 0)
        return 0;
    text = line + NAME_LEN;
    text += *text == ' ';
    line_end = weft__sse_line_end(text, end, wide);
    if (line == bytes)
        *seen = (size_t)(line_end - bytes);
    used = (size_t)(line_end - bytes) + 2;
    if (end - line_end < 2 || line_end[0] != '\n' || line_end[1] != '\n' || used > sse->max_event_bytes)
        return 0;
    if ((*wide && !weft__utf8_is_valid(bytes, used)) || (event->id.ptr && !weft__sse_keep_last_id(sse, event->id)))
        return 0;
    *wide = false;
    event->data = (weft_str){text, (size_t)(line_end - text)};
    *line_end = '\0';
    if (line != bytes)
        end_type_and_id(bytes, event);
    return used;
}

weft__sse_status weft__sse_feed(weft__sse *sse, char *bytes, size_t len, size_t *ret_used, weft_event *ret_event)
{
    size_t used;

    *ret_used = 0;
    if (sse->block.fresh && len && (used = read_fast(sse, bytes, bytes + len, ret_used, ret_event)) != 0) {
        *ret_used = used;
        return WEFT__SSE_EVENT;
    }
    return weft__sse_read_any(sse, bytes, len, ret_used, ret_event);
}
