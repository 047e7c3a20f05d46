/* A message's content is text, a list of blocks, or an object that holds one of the two. */
#include "service/stromboli_content.h"

#include "service/stromboli_types.h"

/* The first byte says what a JSON value is; 0 for none. */
static char kind_of(weft_json value)
{
    return value.ptr && value.len > 0 ? value.ptr[0] : 0;
}

static weft__codec_status decode(weft__arena *arena, const weft__type *type, weft_json text, void **ret_value)
{
    weft__codec_error error;

    return weft__decode(arena, type, text.ptr, text.len, ret_value, &error);
}

/* The objects among the items of the list, as blocks. */
static weft__codec_status read_blocks(weft__arena *arena, weft_json list, weft_stromboli_message_content *body)
{
    weft_stromboli_content_block *blocks;
    weft__codec_status status;
    weft__codec_error error;
    weft__list_result items;

    body->has_blocks = true;
    status = weft__decode_list(arena, &weft__stromboli_content_block_type, list.ptr, list.len, &items, &error);
    if (status)
        return status;
    blocks = (weft_stromboli_content_block *)(uintptr_t)items.items; /* the decoder's own */
    body->blocks = blocks;
    for (size_t i = 0; i < items.count; i++) {
        if (kind_of(blocks[i].object.raw) == '{')
            blocks[body->blocks_count++] = blocks[i];
        else
            body->skipped_count++;
    }
    return WEFT__CODEC_OK;
}

/* Content that is text or a list. */
static weft__codec_status read_form(weft__arena *arena, weft_json content, weft_stromboli_message_content *body)
{
    if (kind_of(content) == '"') {
        body->text = weft__json_string(arena, content);
        return body->text.ptr ? WEFT__CODEC_OK : WEFT__CODEC_NO_MEMORY;
    }
    return kind_of(content) == '[' ? read_blocks(arena, content, body) : WEFT__CODEC_OK;
}

static weft__codec_status read_content(weft__arena *arena, weft_stromboli_message *message)
{
    weft_stromboli_message_content *body;
    weft__codec_status status;
    void *decoded;

    if (kind_of(message->content) != '{') {
        body = weft__arena_zalloc(arena, sizeof(*body));
        message->body = body;
        return body ? read_form(arena, message->content, body) : WEFT__CODEC_NO_MEMORY;
    }
    status = decode(arena, &weft__stromboli_message_content_type, message->content, &decoded);
    if (status)
        return status;
    body = decoded;
    message->body = body;
    body->has_blocks = kind_of(body->content) == 'n';
    return read_form(arena, body->content, body);
}

weft__codec_status weft__stromboli_read_message(weft__arena *arena, weft_stromboli_message *message)
{
    weft__codec_status status = read_content(arena, message);
    void *tool;

    if (status || kind_of(message->tool_result) != '{')
        return status;
    status = decode(arena, &weft__stromboli_tool_result_type, message->tool_result, &tool);
    if (!status)
        message->tool = tool;
    return status;
}
