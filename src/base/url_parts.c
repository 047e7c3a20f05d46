#include "base/url_parts.h"

const char *weft__url_find(weft_str text, const char *wanted)
{
    const char *at = text.ptr, *end = text.ptr + text.len;

    while (at < end && (*at == '\0' || !strchr(wanted, *at)))
        at++;
    return at;
}

weft_str weft__url_take_scheme(weft_str *text)
{
    weft_str scheme = {text->ptr, 0};

    if (text->len == 0 || !weft__text_is_letter(text->ptr[0]))
        return scheme;
    for (size_t i = 1; i < text->len; i++) {
        char byte = text->ptr[i];

        if (byte == ':') {
            scheme.len = i;
            *text = weft__url_slice(text->ptr + i + 1, text->ptr + text->len);
            break;
        }
        if (!weft__text_is_letter(byte) && !weft__text_is_digit(byte) && byte != '+' && byte != '-' &&
            byte != '.')
            break;
    }
    return scheme;
}

weft__url_parts weft__url_split(weft_str text)
{
    const char *end = weft__url_find(text, "#"),
               *path_end = weft__url_find(weft__url_slice(text.ptr, end), "?");
    weft__url_parts parts = {.path = weft__url_slice(text.ptr, path_end)};

    if (path_end < end)
        parts.query = weft__url_slice(path_end + 1, end);
    if (parts.path.len < 2 || memcmp(parts.path.ptr, "//", 2) != 0)
        return parts;
    parts.has_authority = true;
    parts.authority = weft__url_slice(text.ptr + 2, path_end);
    parts.path = weft__url_slice(weft__url_find(parts.authority, "/"), path_end);
    parts.authority = weft__url_slice(parts.authority.ptr, parts.path.ptr);
    return parts;
}
