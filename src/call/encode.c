#include "call/encode.h"

#include <string.h>

#include "base/text.h"
#include "call/ending.h"
#include "client/pairs.h"

enum {
    MAX_SEGMENT_BYTES = 16384,    /* of an id in a path, not escaped */
    KEPT_SCRATCH_BYTES = 1 << 20, /* a scratch buffer that grew beyond this is given back */
};

/* The path template with its {names} replaced, each by one escaped segment. */
static bool append_path(weft_call *call, const weft__invocation *invocation, weft__buffer *out)
{
    const char *template = invocation->operation->path;
    size_t next = 0;

    while (*template) {
        const char *open = strchr(template, '{');
        const char *close = open ? strchr(open, '}') : NULL;
        const char *value, *name;
        int name_len;

        if (!close)
            return weft__buffer_append_text(out, template) || weft__call_fail_memory(call);
        weft__buffer_append(out, template, (size_t)(open - template));
        value = invocation->segments[next];
        name = invocation->segment_names[next] ? invocation->segment_names[next] : open + 1;
        name_len = invocation->segment_names[next] ? (int)strlen(name) : (int)(close - open - 1);
        next++;
        if (value && strlen(value) > MAX_SEGMENT_BYTES) {
            weft__call_fail(call, WEFT_E_INVALID, "%.*s: is longer than %d bytes", name_len, name, MAX_SEGMENT_BYTES);
            return false;
        }
        if (!value || !weft__text_append_segment(out, value, strlen(value))) {
            if (out->failed)
                return weft__call_fail_memory(call);
            weft__call_fail(call, WEFT_E_INVALID, "%.*s: %s", name_len, name,
                            !value || !*value ? "must not be empty"
                                              : "cannot be part of a path: '.' and '..' name another place");
            return false;
        }
        template = close + 1;
    }
    return true;
}

static bool is_utf8(const char *text)
{
    return weft__text_is_utf8(text, strlen(text));
}

/* What a request without a name has in its query is told by number. */
static bool append_items(weft_call *call, const weft__invocation *invocation, const weft__query_item *items,
                         size_t count, char *separator, weft__buffer *out)
{
    for (size_t i = 0; i < count; i++) {
        const weft__query_item *item = &items[i];

        if (!item->value)
            continue;
        if (invocation->url && !(is_utf8(item->name) && is_utf8(item->value))) {
            weft__call_fail(call, WEFT_E_INVALID, "query[%zu]: invalid UTF-8", i);
            return false;
        }
        if (!is_utf8(item->value)) {
            weft__call_fail(call, WEFT_E_INVALID, "%s: invalid UTF-8", item->name);
            return false;
        }
        weft__query_append_item(out, separator, item->name, item->value);
    }
    return true;
}

/* What the operation has in its query. */
static bool append_options(weft_call *call, const weft__invocation *invocation, char *separator, weft__buffer *out)
{
    const char *negative;
    weft__query query;

    if (!invocation->options || !invocation->operation->query)
        return true;
    negative = weft__query_of(invocation->operation->query, invocation->options, &query);
    if (negative) {
        weft__call_fail(call, WEFT_E_INVALID, "%s: must not be negative", negative);
        return false;
    }
    return append_items(call, invocation, query.items, query.count, separator, out);
}

/* What the options of the call add. */
static bool append_own_query(weft_call *call, const weft__invocation *invocation, const weft_call_options *options,
                             char separator, weft__buffer *out)
{
    weft__span *own = &call->request->own_query;
    size_t begin = out->len + 1;
    weft_error_info fault;

    if (invocation->as_before && own->len > 0) {
        weft__buffer_append_char(out, separator);
        weft__buffer_append(out, call->request->first + own->at, own->len);
    }
    if (!options || options->query_count == 0)
        return true;
    if (!weft__query_append(out, separator, options->query, options->query_count, &fault)) {
        weft__call_fail(call, fault.code, "%s", fault.message);
        return false;
    }
    *own = (weft__span){(uint32_t)begin, (uint32_t)(out->len - begin)};
    return true;
}

/* The parameters of operation, client and call, in that order. The client's are for its own base URL; where a redirect
 * leads, they went into it already. */
static bool append_query(weft_call *call, const weft__invocation *invocation, const weft_call_options *options,
                         char separator, weft__buffer *out)
{
    const weft_client *client = call->client;

    if (!append_items(call, invocation, invocation->query, invocation->query_count, &separator, out) ||
        !append_options(call, invocation, &separator, out))
        return false;
    if (*client->query && call->request->redirects == 0 && !invocation->anonymous &&
        call->exchange.origin == client->origin) {
        weft__buffer_append_char(out, separator);
        weft__buffer_append_text(out, client->query);
        separator = '&';
    }
    return append_own_query(call, invocation, options, separator, out);
}

static bool append_target(weft_call *call, const weft__invocation *invocation, weft__buffer *out)
{
    if (weft__origin_is_forwarded(call->exchange.origin))
        weft__buffer_append_text(out, call->exchange.origin->name);
    if (invocation->url) {
        weft_str path = invocation->url->path;

        return weft__buffer_append(out, path.len ? path.ptr : "/", path.len ? path.len : 1) ||
               weft__call_fail_memory(call);
    }
    weft__buffer_append(out, call->client->url.path.ptr, call->client->url.path.len);
    return append_path(call, invocation, out);
}

static bool append_request_line(weft_call *call, const weft__invocation *invocation, const weft_call_options *options,
                                weft__buffer *out)
{
    char separator = '?';

    weft__buffer_append_text(out, invocation->operation->method);
    weft__buffer_append_char(out, ' ');
    call->request->target_at = (uint32_t)out->len;
    if (!append_target(call, invocation, out))
        return false;
    call->request->path_len = (uint32_t)out->len;
    if (invocation->url && invocation->url->query.ptr) {
        weft__buffer_append_char(out, '?');
        weft__buffer_append(out, invocation->url->query.ptr, invocation->url->query.len);
        separator = '&';
    }
    if (!append_query(call, invocation, options, separator, out))
        return false;
    weft__buffer_append_text(out, " HTTP/1.1\r\n");
    call->request->line_len = (uint32_t)out->len;
    return !out->failed || weft__call_fail_memory(call);
}

static bool append_headers(weft_call *call, const weft_call_options *options, weft__buffer *out)
{
    weft_error_info fault;

    if (!options || weft__headers_append(out, options->headers, options->headers_count, &fault))
        return true;
    weft__call_fail(call, fault.code, "%s", fault.message);
    return false;
}

/* Those of the call only: its options', and the invocation's unless the options have one of that name. */
static bool append_own_headers(weft_call *call, const weft__invocation *invocation, const weft_call_options *options,
                               weft__buffer *out)
{
    weft__span *own = &call->request->own_headers;
    const weft__operation_rare *rare = invocation->operation->rare;
    size_t begin = out->len;

    if (invocation->as_before) {
        weft__buffer_append(out, call->request->first + own->at, own->len);
        return true;
    }
    if (!append_headers(call, options, out))
        return false;
    if (invocation->header_value && rare && rare->header &&
        (out->failed || !weft__header_lines_have(out->data + begin, out->len - begin, rare->header)))
        weft__header_append(out, rare->header, rare->header_scheme, invocation->header_value);
    if (out->len > begin)
        *own = (weft__span){(uint32_t)begin, (uint32_t)(out->len - begin)};
    return true;
}

/* Whether this method says how long its body is even when it has none (RFC 9110, section 8.6). */
static bool states_length(const char *method)
{
    return strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0 && strcmp(method, "DELETE") != 0;
}

static const char *accepted(const weft__invocation *invocation, bool is_stream)
{
    const weft__operation_rare *rare = invocation->operation->rare;

    if (invocation->accept)
        return invocation->accept;
    if (rare && rare->accept)
        return rare->accept;
    if (is_stream)
        return "text/event-stream";
    return invocation->operation->flags & WEFT__OP_TEXT ? "*/*" : "application/json";
}

static void append_accept(weft_call *call, const weft__invocation *invocation, weft__buffer *out)
{
    bool is_stream = call->exchange.lane == WEFT__LANE_STREAMS;
    weft__span *accept = &call->request->accept;

    weft__buffer_append_text(out, "Accept: ");
    accept->at = (uint32_t)out->len;
    weft__buffer_append_text(out, accepted(invocation, is_stream));
    accept->len = (uint32_t)out->len - accept->at;
    /* A compressed stream would hide its events in the compressor's buffers. */
    if (is_stream)
        weft__buffer_append_text(out, "\r\nCache-Control: no-cache\r\nAccept-Encoding: identity\r\n");
    else
        weft__buffer_append_text(out, weft__gzip_is_supported() ? "\r\nAccept-Encoding: gzip\r\n"
                                                                : "\r\nAccept-Encoding: identity\r\n");
}

/* The rest of the head. With a source it lacks its last lines: the source knows how long the body is. */
static bool append_head(weft_call *call, const weft__invocation *invocation, const weft_call_options *options,
                        const weft__buffer *body, weft__buffer *out)
{
    bool has_body = invocation->bytes.ptr || (invocation->request && invocation->operation->request);

    append_accept(call, invocation, out);
    if (invocation->content_type && (has_body || invocation->has_source)) {
        weft__buffer_append_text(out, "Content-Type: ");
        weft__buffer_append_text(out, invocation->content_type);
        weft__buffer_append_text(out, "\r\n");
    } else if (has_body || invocation->has_source) {
        weft__buffer_append_text(out, "Content-Type: application/json\r\n");
    }
    if (!append_own_headers(call, invocation, options, out))
        return false;
    call->request->has_source = invocation->has_source;
    if (invocation->has_source)
        return !out->failed || weft__call_fail_memory(call);
    if (has_body || states_length(call->operation->method)) {
        weft__buffer_append_text(out, "Content-Length: ");
        weft__buffer_append_uint(out, body->len);
        return weft__buffer_append_text(out, "\r\n\r\n") || weft__call_fail_memory(call);
    }
    return weft__buffer_append_text(out, "\r\n") || weft__call_fail_memory(call);
}

static bool encode_body(weft_call *call, const weft__invocation *invocation, weft__buffer *body)
{
    weft__codec_error error;
    weft__codec_status status;

    if (invocation->bytes.ptr)
        return weft__buffer_append(body, invocation->bytes.ptr, invocation->bytes.len) || weft__call_fail_memory(call);
    if (!invocation->request || !invocation->operation->request)
        return true;
    status = weft__encode(body, invocation->operation->request, invocation->request, &error);
    if (status == WEFT__CODEC_OK)
        return true;
    if (status == WEFT__CODEC_NO_MEMORY)
        return weft__call_fail_memory(call);
    if (error.in_text)
        weft__call_fail(call, WEFT_E_INVALID, "%s: %s at byte %zu", error.path, error.what, error.offset);
    else
        weft__call_fail(call, WEFT_E_INVALID, "%s: %s", error.path, error.what);
    return false;
}

static void tidy(weft__buffer *scratch)
{
    weft__buffer_clear(scratch);
    if (scratch->cap > KEPT_SCRATCH_BYTES)
        weft__buffer_deinit(scratch);
}

/* Line, head and body into one block of the call's arena, by way of the engine's scratch buffers. */
bool weft__call_encode(weft_call *call, const weft__invocation *invocation, const weft_call_options *options)
{
    weft__buffer *head = &call->engine->scratch;
    weft__buffer *body = &call->engine->scratch_body;
    char *request = NULL;

    weft__buffer_clear(head);
    weft__buffer_clear(body);
    body->secret = invocation->operation->flags & WEFT__OP_SECRET;
    call->exchange.secret = body->secret;
    if (!encode_body(call, invocation, body) || !append_request_line(call, invocation, options, head) ||
        !append_head(call, invocation, options, body, head))
        goto done;
    request = weft__arena_bytes(&call->arena, head->len + body->len);
    if (!request) {
        weft__call_fail_memory(call);
        goto done;
    }
    memcpy(request, head->data, head->len);
    if (body->len)
        memcpy(request + head->len, body->data, body->len);
    call->request->bytes = request;
    if (!call->request->first)
        call->request->first = request;
    call->request->body_at = (uint32_t)head->len;
    call->request->len = head->len + body->len;
done:
    if (body->secret)
        weft__buffer_wipe(body);
    if (head->data)
        weft__wipe(head->data, head->len);
    tidy(head);
    tidy(body);
    return request != NULL;
}

/* The new request's line before `rest`, which is the old request's: what the caller added to it goes along. */
static bool keep_rest(weft_call *call, const char *rest, size_t rest_len)
{
    char *request = weft__arena_bytes(&call->arena, call->request->line_len + rest_len);

    if (!request)
        return weft__call_fail_memory(call);
    memcpy(request, call->request->bytes, call->request->line_len);
    memcpy(request + call->request->line_len, rest, rest_len);
    call->request->bytes = request;
    call->request->len = call->request->line_len + rest_len;
    call->request->body_at = (uint32_t)call->request->len;
    return true;
}

bool weft__call_encode_redirect(weft_call *call, const weft__url *to, bool keeps_headers)
{
    const weft__encoded *request = call->request;
    const char *rest = request->bytes + request->line_len;
    size_t rest_len = request->len - request->line_len;
    weft__invocation next = {
        .operation = call->operation,
        .url = to,
        .accept = weft__arena_copy(&call->arena, request->bytes + request->accept.at, request->accept.len),
    };

    if (!next.accept)
        return weft__call_fail_memory(call);
    return weft__call_encode(call, &next, NULL) && (!keeps_headers || keep_rest(call, rest, rest_len));
}
