/* A message's content is text, a list of blocks, or an object that holds one of the two. */
#include "service/stromboli_content.h"

#include "service/stromboli_types.h"

/* The first byte says what a JSON value is; 0 for none. */
static char kind_of(weft_json value)
{
    return value.ptr && value.len > 0 ? value.ptr[0] : 0;
}

static bool decode(weft__arena *arena, const weft__type *type, weft_json text, void **ret_value)
{
    weft__codec_error error;

    return weft__decode(arena, type, text.ptr, text.len, ret_value, &error) == WEFT__CODEC_OK;
}

/* The objects among `items`, as blocks. */
static bool read_blocks(weft__arena *arena, const weft_json *items, size_t count, weft_stromboli_message_content *body)
{
    weft_stromboli_content_block *blocks = weft__arena_zalloc(arena, (count ? count : 1) * sizeof(*blocks));

    if (!blocks)
        return false;
    body->blocks = blocks;
    for (size_t i = 0; i < count; i++) {
        void *block;

        if (kind_of(items[i]) != '{') {
            body->skipped_count++;
            continue;
        }
        if (!decode(arena, &weft__stromboli_content_block_type, items[i], &block))
            return false;
        blocks[body->blocks_count++] = *(const weft_stromboli_content_block *)block;
    }
    return true;
}

/* `content`, which is member "content" of the object `holder`, where it is text or a list. */
static bool read_form(weft__arena *arena, weft_json holder, weft_json content, weft_stromboli_message_content *body)
{
    const weft__stromboli_content_list *list;
    void *decoded;

    if (kind_of(content) == '"') {
        body->text = weft__json_string(arena, content);
        return body->text.ptr != NULL;
    }
    if (kind_of(content) != '[')
        return true;
    body->has_blocks = true;
    /* The codec takes a list apart only as a member: so by the object around it. */
    if (!decode(arena, &weft__stromboli_content_list_type, holder, &decoded))
        return false;
    list = decoded;
    return read_blocks(arena, list->content, list->content_count, body);
}

static bool read_content(weft__arena *arena, weft_stromboli_message *message)
{
    weft_stromboli_message_content *body;
    void *decoded;

    if (kind_of(message->content) != '{') {
        body = weft__arena_zalloc(arena, sizeof(*body));
        message->body = body;
        return body && read_form(arena, message->object.raw, message->content, body);
    }
    if (!decode(arena, &weft__stromboli_message_content_type, message->content, &decoded))
        return false;
    body = decoded;
    message->body = body;
    if (kind_of(body->content) == 'n')
        return read_blocks(arena, NULL, 0, body) && (body->has_blocks = true);
    return read_form(arena, message->content, body->content, body);
}

bool weft__stromboli_read_message(weft__arena *arena, weft_stromboli_message *message)
{
    void *tool;

    if (!read_content(arena, message))
        return false;
    if (kind_of(message->tool_result) != '{')
        return true;
    if (!decode(arena, &weft__stromboli_tool_result_type, message->tool_result, &tool))
        return false;
    message->tool = tool;
    return true;
}
