/* Reading Handinger's events and messages, whose forms nobody has documented: what has been seen is told. */
#include "weft/handinger.h"

#include "base/text.h"
#include "client/operation.h"
#include "json/codec.h"
#include "service/handinger_types.h"
#include "weft/json.h"

/* All that is told of an event or a message. */
typedef struct told {
    weft_object object;
    weft_str type;
    weft_str id;
    weft_str role;
    weft_str text;
    weft_str delta;
    weft_json content;
    weft_json parts;
} told;

#define T told
static const weft__field told_fields[] = {
    WEFT__FIELD(T, type, "type", WEFT__STR, 0),    WEFT__FIELD(T, id, "id", WEFT__STR, 0),
    WEFT__FIELD(T, role, "role", WEFT__STR, 0),    WEFT__FIELD(T, text, "text", WEFT__STR, 0),
    WEFT__FIELD(T, delta, "delta", WEFT__STR, 0),  WEFT__FIELD(T, content, "content", WEFT__JSON, 0),
    WEFT__FIELD(T, parts, "parts", WEFT__JSON, 0),
};
static const weft__type told_type = WEFT__RESULT_TYPE(T, "message", told_fields);
#undef T

static bool is(weft_str text, const char *word)
{
    return weft__text_equal(text, weft__str(word));
}

/* The text of a part of a message; the empty slice for a picture, a call of a tool, and what is no part at all. */
static weft_json text_of_part(weft_json part)
{
    weft_json type = weft_json_get_member(part, "type");

    if (weft_json_is_text(type, "text") || weft_json_is_text(type, WEFT_HANDINGER_CONTENT_OUTPUT_TEXT))
        return weft_json_get_member(part, "text");
    return (weft_json){NULL, 0};
}

/* Writes them one behind the other, as far as there is room; returns their length together. WEFT_JSON_NO_TEXT when none
 * of the parts is text. */
static size_t join_parts(weft_json parts, char *buffer, size_t size)
{
    size_t total = WEFT_JSON_NO_TEXT, cursor = 0;
    weft_json part;

    while (weft_json_next_item(parts, &cursor, &part)) {
        size_t used = total == WEFT_JSON_NO_TEXT ? 0 : total;
        size_t len = weft_json_get_text(text_of_part(part), size ? buffer + used : NULL, size ? size - used : 0);

        if (len != WEFT_JSON_NO_TEXT)
            total = used + len;
    }
    return total;
}

/* False when memory is short. */
static bool take_parts(weft__arena *arena, weft_json parts, weft_str *text)
{
    size_t len = join_parts(parts, NULL, 0);
    char *joined;

    if (len == WEFT_JSON_NO_TEXT)
        return true;
    joined = weft__arena_bytes(arena, len + 1);
    if (!joined)
        return false;
    join_parts(parts, joined, len + 1);
    *text = (weft_str){joined, len};
    return true;
}

/* Sets `text` from what stands in its place. False when memory is short. */
static bool find_text(weft__arena *arena, told *it)
{
    if (it->text.ptr)
        return true;
    if (weft_json_get_kind(it->content) == WEFT_JSON_KIND_STRING) {
        it->text = weft__json_string(arena, it->content);
        return it->text.ptr != NULL;
    }
    return take_parts(arena, weft_json_get_kind(it->parts) == WEFT_JSON_KIND_ARRAY ? it->parts : it->content,
                      &it->text);
}

static weft__codec_status read_told(weft__arena *arena, const char *text, size_t len, told **ret_told)
{
    weft__codec_status status;
    weft__codec_error error;
    void *decoded;

    status = weft__decode(arena, &told_type, text, len, &decoded, &error);
    if (!status)
        *ret_told = decoded;
    return status;
}

static bool read_object(weft__arena *arena, told *it, weft_handinger_event *event)
{
    event->object = it->object;
    event->type = it->type;
    event->kind = WEFT_HANDINGER_EVENT_KIND_OBJECT;
    if (is(it->type, "text-delta") && it->delta.ptr) {
        event->kind = WEFT_HANDINGER_EVENT_KIND_DELTA;
        event->text = it->delta;
    } else if (it->role.ptr) {
        event->kind = WEFT_HANDINGER_EVENT_KIND_MESSAGE;
        event->role = it->role;
        if (!find_text(arena, it))
            return false;
        event->text = it->text;
    }
    return true;
}

const weft_handinger_event *weft_handinger_read_event(weft_stream *stream, const weft_event *event)
{
    weft__arena *arena = weft__event_arena(stream);
    weft_handinger_event *read = arena && event ? weft__arena_zalloc(arena, sizeof(*read)) : NULL;
    told *it;

    if (!read)
        return NULL;
    if (is(event->data, WEFT_HANDINGER_DONE_DATA)) {
        read->kind = WEFT_HANDINGER_EVENT_KIND_DONE;
        return read;
    }
    switch (read_told(arena, event->data.ptr, event->data.len, &it)) {
    case WEFT__CODEC_OK:
        return read_object(arena, it, read) ? read : NULL;
    case WEFT__CODEC_NO_MEMORY:
        return NULL;
    default:
        read->text = event->data;
        return read;
    }
}

const weft_handinger_message *weft_handinger_read_message(weft_call *call, weft_json message)
{
    weft__arena *arena = weft__call_arena(call);
    weft_handinger_message *read = arena ? weft__arena_zalloc(arena, sizeof(*read)) : NULL;
    told *it;

    if (!read || read_told(arena, message.ptr, message.len, &it) || !find_text(arena, it))
        return NULL;
    *read = (weft_handinger_message){.object = it->object, .id = it->id, .role = it->role, .text = it->text};
    return read;
}
