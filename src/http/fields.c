#include "http/fields.h"

#include <string.h>

#include "base/assert.h"
#include "base/text.h"

bool weft__fields_next(weft_str *lines, weft_str *ret_line)
{
    const char *end = lines->len > 0 ? memchr(lines->ptr, '\n', lines->len) : NULL;

    if (!end)
        return false;
    *ret_line = (weft_str){lines->ptr, (size_t)(end - lines->ptr)};
    lines->ptr = end + 1;
    lines->len -= ret_line->len + 1;
    return true;
}

static bool ends_name(char byte)
{
    return byte == ':' || byte == '\0';
}

bool weft__field_is(weft_str line, weft_str name)
{
    return line.len > name.len && ends_name(line.ptr[name.len]) &&
           weft__text_equal_nocase((weft_str){line.ptr, name.len}, name);
}

weft_str weft__field_name(weft_str line)
{
    size_t len = 0;

    while (len < line.len && !ends_name(line.ptr[len]))
        len++;
    return (weft_str){line.ptr, len};
}

static bool is_around_value(char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\0';
}

weft_str weft__field_value(weft_str line, size_t name_len)
{
    weft_str value = {line.ptr + name_len + 1, line.len - name_len - 1};

    WEFT__ASSERT(line.len > name_len && ends_name(line.ptr[name_len]));
    /* From its end, so that one of nothing else does not end up at the line's own end. */
    while (value.len > 0 && is_around_value(value.ptr[value.len - 1]))
        value.len--;
    for (; value.len > 0 && is_around_value(*value.ptr); value.len--)
        value.ptr++;
    return value;
}
