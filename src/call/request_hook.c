#include "call/request_hook.h"

#include <string.h>

#include "base/text.h"
#include "call/ending.h"
#include "client/pairs.h"

enum { FIRST_HEADERS = 16 };

struct weft_request {
    weft_call *call;
    weft_str target; /* a copy, for its NUL: in the request line more follows */
    size_t count;
    size_t capacity;
    weft_str_pair *headers; /* in the call's arena; so are the values, the names may lie in the call's head */
};

const char *weft_request_get_method(const weft_request *request)
{
    return request->call->operation->method;
}

weft_str weft_request_get_target(const weft_request *request)
{
    return request->target;
}

static bool is_named(const weft_str_pair *header, const char *name)
{
    return weft__text_equal_nocase(header->name, weft__str(name));
}

weft_str weft_request_get_header(const weft_request *request, const char *name)
{
    for (size_t i = 0; i < request->count; i++)
        if (is_named(&request->headers[i], name))
            return request->headers[i].value;
    return (weft_str){NULL, 0};
}

/* Values may be credentials. */
static void wipe_value(weft_str_pair *header)
{
    weft__wipe((char *)(uintptr_t)header->value.ptr, header->value.len);
}

static void take_out(weft_request *request, const char *name)
{
    size_t kept = 0;

    for (size_t i = 0; i < request->count; i++) {
        if (is_named(&request->headers[i], name))
            wipe_value(&request->headers[i]);
        else
            request->headers[kept++] = request->headers[i];
    }
    request->count = kept;
}

static bool make_room(weft_request *request)
{
    size_t capacity = request->capacity ? request->capacity * 2 : FIRST_HEADERS;
    weft_str_pair *grown;

    if (request->count < request->capacity)
        return true;
    grown = weft__arena_alloc(&request->call->arena, capacity * sizeof(*grown));
    if (!grown)
        return false;
    if (request->count)
        memcpy(grown, request->headers, request->count * sizeof(*grown));
    request->headers = grown;
    request->capacity = capacity;
    return true;
}

bool weft_request_set_header(weft_request *request, const char *name, const char *value)
{
    weft__arena *arena = &request->call->arena;
    weft_str_pair header;

    if (weft__header_objection(name))
        return false;
    if (!value) {
        take_out(request, name);
        return true;
    }
    if (weft__header_value_objection(value))
        return false;
    header.name = (weft_str){weft__arena_copy(arena, name, strlen(name)), strlen(name)};
    header.value = (weft_str){weft__arena_copy(arena, value, strlen(value)), strlen(value)};
    if (!header.name.ptr || !header.value.ptr || !make_room(request))
        return false;
    take_out(request, name);
    request->headers[request->count++] = header;
    return true;
}

static bool take_target(weft_request *request)
{
    weft_call *call = request->call;
    weft_str target = weft__encoded_target(call->request);

    request->target = (weft_str){weft__arena_copy(&call->arena, target.ptr, target.len), target.len};
    return request->target.ptr != NULL;
}

/* Adds the header lines of `text`, which weft has written itself: "Name: value\r\n" each. Values are copied to be
 * NUL-terminated. */
static bool add_lines(weft_request *request, const char *text, size_t len)
{
    weft__arena *arena = &request->call->arena;
    const char *end = text + len;

    while (text < end && *text != '\r') {
        const char *line_end = memchr(text, '\r', (size_t)(end - text));
        const char *colon = memchr(text, ':', (size_t)(line_end - text));
        weft_str_pair *header;

        if (!make_room(request))
            return false;
        header = &request->headers[request->count];
        header->name = (weft_str){text, (size_t)(colon - text)};
        header->value.len = (size_t)(line_end - colon) - 2;
        header->value.ptr = weft__arena_copy(arena, colon + 2, header->value.len);
        if (!header->value.ptr)
            return false;
        request->count++;
        text = line_end + 2;
    }
    return true;
}

static bool render(weft_request *request)
{
    weft_call *call = request->call;
    size_t end_len = call->request->has_source ? 0 : 2;
    size_t len = call->request->line_len + end_len;
    char *head, *at;

    for (size_t i = 0; i < request->count; i++)
        len += request->headers[i].name.len + request->headers[i].value.len + 4;
    head = at = weft__arena_bytes(&call->arena, len);
    if (!head)
        return false;
    memcpy(at, call->request->bytes, call->request->line_len);
    at += call->request->line_len;
    for (size_t i = 0; i < request->count; i++) {
        const weft_str_pair *header = &request->headers[i];

        memcpy(at, header->name.ptr, header->name.len);
        at += header->name.len;
        memcpy(at, ": ", 2);
        at += 2;
        memcpy(at, header->value.ptr, header->value.len);
        at += header->value.len;
        memcpy(at, "\r\n", 2);
        at += 2;
    }
    memcpy(at, "\r\n", end_len);
    call->request->head = head;
    call->request->head_len = (uint32_t)len;
    return true;
}

void weft__call_run_request_hooks(weft_call *call)
{
    weft_client *client = call->client;
    const weft__service *service = weft__client_service(client);
    weft_request *request = weft__arena_alloc(&call->arena, sizeof(*request));
    const char *rest = call->request->bytes + call->request->line_len;

    if (!request)
        goto no_memory;
    *request = (weft_request){.call = call};
    if (!take_target(request) || !add_lines(request, call->header_block->text, call->header_block->len) ||
        !add_lines(request, rest, call->request->body_at - call->request->line_len))
        goto no_memory;
    if (service->prepare)
        service->prepare(request, call->retries);
    if (client->on_request)
        client->on_request(call, request, client->hook_arg);
    weft__encoded_wipe_head(call->request);
    if (weft__call_is_running(call) && !render(request))
        goto no_memory;
    for (size_t i = 0; i < request->count; i++)
        wipe_value(&request->headers[i]);
    return;

no_memory:
    weft__call_fail_memory(call);
}
