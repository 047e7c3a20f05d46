#include "compose/copy.h"

#include <string.h>

static bool copy_text(weft__arena *arena, const char *text, const char **ret_copy)
{
    *ret_copy = text ? weft__arena_copy(arena, text, strlen(text)) : NULL;
    return *ret_copy || !text;
}

bool weft__copy_invocation(weft__arena *arena, const weft__invocation *invocation, weft__invocation *ret_copy)
{
    *ret_copy = *invocation;
    for (size_t i = 0; i < sizeof(invocation->segments) / sizeof(invocation->segments[0]); i++)
        if (!copy_text(arena, invocation->segments[i], &ret_copy->segments[i]))
            return false;
    return copy_text(arena, invocation->header_value, &ret_copy->header_value);
}

static size_t room_for(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

static const char *place(char **at, const char *text)
{
    char *copy = *at;

    if (!text)
        return NULL;
    memcpy(copy, text, room_for(text));
    *at += room_for(text);
    return copy;
}

weft_error *weft__copy_error(weft__heap *heap, const weft_error *error)
{
    size_t texts = room_for(error->message) + room_for(error->server_message) + room_for(error->server_code);
    weft_error *copy = weft__alloc(heap, sizeof(*copy) + texts);
    char *at;

    if (!copy)
        return NULL;
    at = (char *)(copy + 1);
    *copy = *error;
    copy->message = place(&at, error->message);
    copy->server_message = place(&at, error->server_message);
    copy->server_code = place(&at, error->server_code);
    copy->body = (weft_str){NULL, 0};
    return copy;
}

static bool copy_pairs(weft__arena *arena, const weft_pair *pairs, size_t count, const weft_pair **ret_copy)
{
    weft_pair *copy = weft__arena_zalloc(arena, count * sizeof(*copy) + 1);

    if (!copy)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!copy_text(arena, pairs[i].name, &copy[i].name) || !copy_text(arena, pairs[i].value, &copy[i].value))
            return false;
    *ret_copy = copy;
    return true;
}

bool weft__copy_options(weft__arena *arena, const weft_call_options *options, weft_call_options *ret_copy)
{
    *ret_copy = options ? *options : (weft_call_options){0};
    ret_copy->group = NULL; /* the whole is of it, not each of its parts */
    return copy_pairs(arena, ret_copy->headers, ret_copy->headers_count, &ret_copy->headers) &&
           copy_pairs(arena, ret_copy->query, ret_copy->query_count, &ret_copy->query);
}
