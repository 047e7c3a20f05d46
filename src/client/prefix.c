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

static bool have(weft_str lines, weft_str name)
{
    const char *at = lines.ptr;
    weft_str line, found;

    while (next_line(&at, lines.ptr + lines.len, &line, &found))
        if (weft__text_equal_nocase(found, name))
            return true;
    return false;
}

bool weft__lines_have(const char *lines, size_t len, const char *name)
{
    return have((weft_str){lines, len}, weft__str(name));
}

/* Whether any line of `text` has the name of one in `lines`. */
static bool have_any(weft_str text, weft_str lines)
{
    const char *at = lines.ptr;
    weft_str line, name;

    while (next_line(&at, lines.ptr + lines.len, &line, &name))
        if (have(text, name))
            return true;
    return false;
}

weft__prefix *weft__prefix_without(weft__prefix *prefix, weft_str lines)
{
    const char *at = prefix->text, *end = prefix->text + prefix->len;
    weft__prefix *other;
    weft_str line, name;

    if (!have_any((weft_str){prefix->text, prefix->len}, lines))
        return prefix;
    other = weft__alloc(prefix->heap, sizeof(*other) + prefix->len);
    if (other) {
        *other = (weft__prefix){.heap = prefix->heap, .refs = 1, .generation = prefix->generation};
        while (next_line(&at, end, &line, &name)) {
            if (have(lines, name))
                continue;
            memcpy(other->text + other->len, line.ptr, line.len);
            other->len += (uint32_t)line.len;
        }
    }
    weft__prefix_unref(prefix);
    return other;
}
