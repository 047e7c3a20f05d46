#include "client/prefix.h"

#include <string.h>

#include "base/text.h"

/* The line at `*at`, its end included; false behind the last. */
static bool next_line(const char **at, const char *end, weft_str *ret_line, weft_str *ret_name)
{
    const char *line = *at, *stop, *colon;

    if (line >= end)
        return false;
    stop = memchr(line, '\n', (size_t)(end - line));
    *at = stop ? stop + 1 : end;
    colon = memchr(line, ':', (size_t)(*at - line));
    *ret_line = (weft_str){line, (size_t)(*at - line)};
    *ret_name = (weft_str){line, colon ? (size_t)(colon - line) : 0};
    return true;
}

bool weft__lines_have(const char *lines, size_t len, const char *name)
{
    const char *at = lines;
    weft_str line, found;

    while (next_line(&at, lines + len, &line, &found))
        if (weft__text_equal_nocase(found, weft__str(name)))
            return true;
    return false;
}

static bool is_named(weft_str name, const weft_pair *headers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (weft__text_equal_nocase(name, weft__str(headers[i].name)))
            return true;
    return false;
}

weft__prefix *weft__prefix_without(weft__prefix *prefix, const weft_pair *headers, size_t count)
{
    const char *at = prefix->text, *end = prefix->text + prefix->len;
    weft__prefix *other;
    weft_str line, name;
    bool any = false;

    for (size_t i = 0; i < count && !any; i++)
        any = weft__lines_have(prefix->text, prefix->len, headers[i].name);
    if (!any)
        return prefix;
    other = weft__alloc(prefix->heap, sizeof(*other) + prefix->len);
    if (other) {
        *other = (weft__prefix){.heap = prefix->heap, .refs = 1};
        while (next_line(&at, end, &line, &name)) {
            if (is_named(name, headers, count))
                continue;
            memcpy(other->text + other->len, line.ptr, line.len);
            other->len += (uint32_t)line.len;
        }
    }
    weft__prefix_unref(prefix);
    return other;
}
