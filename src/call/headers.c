#include "call/headers.h"

#include <string.h>

#include "http/fields.h"

/* Behind each name and value stands a byte that says nothing more once the line has been found. */
static weft_str terminate(weft_str text)
{
    *(char *)(uintptr_t)(text.ptr + text.len) = '\0';
    return text;
}

/* Those that every answer is asked for, at one look. */
static void note(weft__headers *headers, weft_str line)
{
    static const weft_str type = {"content-type", 12}, encoding = {"content-encoding", 16};

    if ((*line.ptr | 0x20) != 'c')
        return;
    if (!headers->content_type.ptr && weft__field_is(line, type))
        headers->content_type = terminate(weft__field_value(line, type.len));
    else if (!headers->content_encoding.ptr && weft__field_is(line, encoding))
        headers->content_encoding = terminate(weft__field_value(line, encoding.len));
}

weft__headers *weft__headers_keep(weft__arena *arena, weft_str lines)
{
    weft__headers *headers = weft__arena_alloc(arena, sizeof(*headers) + lines.len);
    weft_str rest, line;

    if (!headers)
        return NULL;
    *headers = (weft__headers){.len = lines.len};
    memcpy(headers->lines, lines.ptr, lines.len);
    rest = (weft_str){headers->lines, headers->len};
    while (weft__fields_next(&rest, &line))
        note(headers, line);
    return headers;
}

static weft_str lines_of(const weft_call *call)
{
    WEFT__ASSERT(weft__call_is_alive(call));
    return call->attempt.headers ? (weft_str){call->attempt.headers->lines, call->attempt.headers->len}
                                 : (weft_str){NULL, 0};
}

weft_str weft_call_get_header(const weft_call *call, const char *name)
{
    weft_str lines = lines_of(call), wanted = {name, strlen(name)}, line;

    while (weft__fields_next(&lines, &line))
        if (weft__field_is(line, wanted))
            return terminate(weft__field_value(line, wanted.len));
    return (weft_str){NULL, 0};
}

bool weft_call_get_header_at(const weft_call *call, size_t index, weft_str_pair *ret_header)
{
    weft_str lines = lines_of(call), line;

    do {
        if (!weft__fields_next(&lines, &line))
            return false;
    } while (index-- > 0);
    ret_header->name = terminate(weft__field_name(line));
    ret_header->value = terminate(weft__field_value(line, ret_header->name.len));
    return true;
}

weft_str weft__call_content_type(const weft_call *call)
{
    return call->attempt.headers ? call->attempt.headers->content_type : (weft_str){NULL, 0};
}

weft_str weft__call_content_encoding(const weft_call *call)
{
    return call->attempt.headers ? call->attempt.headers->content_encoding : (weft_str){NULL, 0};
}
