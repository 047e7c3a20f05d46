#include "base/url.h"
#include "base/url_parts.h"

/* Appends `base` up to where the path begins. */
static void append_base(weft__buffer *out, const weft__url *base)
{
    if (base->scheme != WEFT__URL_UNIX) {
        weft__buffer_append(out, base->origin.ptr, base->origin.len);
        return;
    }
    weft__buffer_append_text(out, "http+unix://");
    weft__text_append_segment(out, base->socket_path.ptr, base->socket_path.len);
}

/* Writes an absolute URL for a reference that has no scheme. */
static void append_resolved(weft__buffer *out, const weft__url *base, weft_str reference)
{
    weft__url_parts parts = weft__url_split(reference);
    weft_str directory = base->path;

    if (parts.has_authority) {
        weft__buffer_append_text(out, base->scheme == WEFT__URL_HTTPS ? "https:" : "http:");
        weft__buffer_append(out, reference.ptr, reference.len);
        return;
    }
    append_base(out, base);
    if (parts.path.len == 0 || parts.path.ptr[0] != '/') {
        while (parts.path.len > 0 && directory.len > 0 && directory.ptr[directory.len - 1] != '/')
            directory.len--;
        weft__buffer_append(out, directory.ptr, directory.len);
        if (directory.len == 0)
            weft__buffer_append_char(out, '/');
    }
    weft__buffer_append(out, parts.path.ptr, parts.path.len);
    if (parts.path.len == 0 && !parts.query.ptr)
        parts.query = base->query;
    if (parts.query.ptr) {
        weft__buffer_append_char(out, '?');
        weft__buffer_append(out, parts.query.ptr, parts.query.len);
    }
}

bool weft__url_resolve(weft__heap *heap, const weft__url *base, weft_str reference, weft__url *ret_url,
                       weft__url_error *ret_error)
{
    weft_str rest = reference.len ? reference : weft__str("");
    weft__buffer text;
    bool ok;

    if (weft__url_take_scheme(&rest).len > 0 || reference.len > WEFT__URL_MAX_BYTES)
        return weft__url_parse(heap, reference, 0, ret_url, ret_error);
    /* Room for more than a URL, escapes of the base included: it is the parser that says what is too long. */
    weft__buffer_init(&text, heap, 8 * WEFT__URL_MAX_BYTES);
    text.secret = true;
    append_resolved(&text, base, rest);
    ok = !text.failed;
    if (ok)
        ok = weft__url_parse(heap, (weft_str){text.data, text.len}, WEFT__URL_SOCKET, ret_url, ret_error);
    else
        *ret_error = (weft__url_error){.no_memory = true, .text = "out of memory"};
    weft__buffer_wipe(&text);
    weft__buffer_deinit(&text);
    return ok;
}
