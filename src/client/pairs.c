#include "client/pairs.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

const char *weft__header_objection(const char *name)
{
    static const struct {
        const char *name, *why;
    } reserved[] = {
        {"host", "it is the URL's to say"},
        {"content-length", "weft frames the body by itself"},
        {"transfer-encoding", "weft frames the body by itself"},
        {"trailer", "weft sends no trailers"},
        {"content-type", "it is set with the body"},
        {"connection", "connections are weft's own to keep"},
        {"upgrade", "weft speaks HTTP/1.1 only"},
        {"te", "weft takes no other transfer coding than chunked"},
        {"expect", "weft sends a body at once and waits for no 100 Continue"},
    };

    if (!name || !*name)
        return "a header without a name";
    if (!weft__text_is_token(name, strlen(name)))
        return "the name has characters that no header's name may have";
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        if (weft__text_equal_nocase(weft__str(name), weft__str(reserved[i].name)))
            return reserved[i].why;
    return NULL;
}

const char *weft__header_value_objection(const char *value)
{
    if (!value)
        return "the value is missing";
    return weft__text_is_header_value(value, strlen(value)) ? NULL : "the value has characters that no header may have";
}

static const char *query_objection(const weft_pair *item)
{
    if (!item->name || !item->value)
        return "a name or a value is missing";
    if (!weft__text_is_utf8(item->name, strlen(item->name)) || !weft__text_is_utf8(item->value, strlen(item->value)))
        return "invalid UTF-8";
    return NULL;
}

void weft__header_append(weft__buffer *out, const char *name, const char *scheme, const char *value)
{
    weft__buffer_append_text(out, name);
    weft__buffer_append_text(out, ": ");
    if (scheme)
        weft__buffer_append_text(out, scheme);
    weft__buffer_append_text(out, value);
    weft__buffer_append_text(out, "\r\n");
}

bool weft__headers_append(weft__buffer *out, const weft_pair *headers, size_t count, weft_error_info *ret_error)
{
    for (size_t i = 0; i < count; i++) {
        const char *why = weft__header_objection(headers[i].name);

        if (!why)
            why = weft__header_value_objection(headers[i].value);
        if (why) {
            weft__fail_new(ret_error, WEFT_E_INVALID, "headers[%zu] (%.64s): %s", i,
                           headers[i].name ? headers[i].name : "", why);
            return false;
        }
        weft__header_append(out, headers[i].name, NULL, headers[i].value);
    }
    return true;
}

void weft__query_append_item(weft__buffer *out, char *separator, const char *name, const char *value)
{
    if (*separator)
        weft__buffer_append_char(out, *separator);
    weft__text_append_query(out, name, strlen(name));
    weft__buffer_append_char(out, '=');
    weft__text_append_query(out, value, strlen(value));
    *separator = '&';
}

bool weft__query_append(weft__buffer *out, char separator, const weft_pair *query, size_t count,
                        weft_error_info *ret_error)
{
    for (size_t i = 0; i < count; i++) {
        const char *why = query_objection(&query[i]);

        if (why) {
            weft__fail_new(ret_error, WEFT_E_INVALID, "query[%zu]: %s", i, why);
            return false;
        }
        weft__query_append_item(out, &separator, query[i].name, query[i].value);
    }
    return true;
}
