#include "base/url_parts.h"

enum { MAX_SHOWN = 80 };

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
        if (!weft__text_is_letter(byte) && !weft__text_is_digit(byte) && byte != '+' && byte != '-' && byte != '.')
            break;
    }
    return scheme;
}

static bool is_prefix(weft_str text, const char *prefix)
{
    size_t len = strlen(prefix);

    return text.len >= len && weft__text_equal_nocase((weft_str){text.ptr, len}, (weft_str){prefix, len});
}

/* Whether a message may repeat it: short and plain, and nobody's password. */
static bool is_fit_to_show(weft_str text)
{
    if (text.len == 0 || text.len > MAX_SHOWN)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] <= ' ' || text.ptr[i] >= 0x7F || strchr("@\"?#", text.ptr[i]))
            return false;
    return true;
}

const char *weft__url_guess_prefix(weft_str text, weft_str *ret_rest)
{
    bool is_http = is_prefix(text, "http:"), is_https = is_prefix(text, "https:");
    const char *at, *end;

    if (!is_fit_to_show(text))
        return NULL;
    at = text.ptr + (is_http ? 5 : is_https ? 6 : 0);
    end = text.ptr + text.len;
    while ((is_http || is_https) && at < end && *at == '/')
        at++;
    *ret_rest = weft__url_slice(at, end);
    if (at == end)
        return NULL;
    if (*at == '/')
        return "unix:";
    if (is_http || is_https)
        return is_https ? "https://" : "http://";
    /* A name with dots in it and no port is out in the world; anything else is close by. */
    return memchr(at, '.', ret_rest->len) && !memchr(at, ':', ret_rest->len) && !weft__text_is_digit(*at) ? "https://"
                                                                                                          : "http://";
}

weft__url_parts weft__url_split(weft_str text)
{
    const char *end = weft__url_find(text, "#"), *path_end = weft__url_find(weft__url_slice(text.ptr, end), "?");
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
