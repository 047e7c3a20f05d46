#include "client/keep.h"

#include <string.h>

static bool keep_text(weft__arena *arena, const char *text, const char **ret_kept)
{
    *ret_kept = text ? weft__arena_copy(arena, text, strlen(text)) : NULL;
    return *ret_kept || !text;
}

bool weft__keep_invocation(weft__arena *arena, const weft__invocation *invocation, weft__invocation *ret_kept)
{
    *ret_kept = *invocation;
    for (size_t i = 0; i < sizeof(invocation->segments) / sizeof(invocation->segments[0]); i++)
        if (!keep_text(arena, invocation->segments[i], &ret_kept->segments[i]))
            return false;
    return keep_text(arena, invocation->header_value, &ret_kept->header_value);
}

static bool keep_pairs(weft__arena *arena, const weft_pair *pairs, size_t count, const weft_pair **ret_kept)
{
    weft_pair *kept = weft__arena_zalloc(arena, count * sizeof(*kept) + 1);

    if (!kept)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!keep_text(arena, pairs[i].name, &kept[i].name) || !keep_text(arena, pairs[i].value, &kept[i].value))
            return false;
    *ret_kept = kept;
    return true;
}

bool weft__keep_options(weft__arena *arena, const weft_call_options *options, weft_call_options *ret_kept)
{
    *ret_kept = options ? *options : (weft_call_options){0};
    ret_kept->group = NULL; /* the whole is of it, not each of its parts */
    return keep_pairs(arena, ret_kept->headers, ret_kept->headers_count, &ret_kept->headers) &&
           keep_pairs(arena, ret_kept->query, ret_kept->query_count, &ret_kept->query);
}
