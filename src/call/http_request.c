#include "call/http_request.h"

#include <string.h>

#include "base/text.h"
#include "call/ending.h"

static bool is_method(const char *method, const char *name)
{
    return strcmp(method, name) == 0;
}

/* The length of a dot at the front of `text`, as it is or escaped; 0 when there is none. */
static size_t dot_len(const char *text)
{
    if (*text == '.')
        return 1;
    return text[0] == '%' && text[1] == '2' && (text[2] == 'e' || text[2] == 'E') ? 3 : 0;
}

static bool is_dot_segment(const char *segment, size_t len)
{
    size_t dots = dot_len(segment);

    if (dots > 0 && dots < len)
        dots += dot_len(segment + dots);
    return len > 0 && dots == len;
}

/* What is wrong with a path; NULL when it stays below the base URL's. */
static const char *path_objection(const char *path)
{
    if (path[0] != '/')
        return "path: must begin with '/'";
    if (path[1] == '/')
        return "path: must not begin with '//', which would name a host";
    if (strpbrk(path, "?#"))
        return "path: must not have a query or a fragment; escape '?' and '#' (weft_path_escape)";
    while (*path) {
        size_t len = strcspn(++path, "/");

        if (is_dot_segment(path, len))
            return "path: must not have '.' or '..' as a segment, which would leave the base URL";
        path += len;
    }
    return NULL;
}

/* What is wrong with a request; NULL when nothing is. */
static const char *objection(const weft_http_request *request)
{
    if (!request->method || !*request->method)
        return "method: is required";
    if (!weft__text_is_token(request->method, strlen(request->method)))
        return "method: has characters that no method may have";
    if (is_method(request->method, "CONNECT"))
        return "method: CONNECT asks a proxy for a tunnel; weft does so by itself (weft_client_options.proxy)";
    if (is_method(request->method, "TRACE"))
        return "method: TRACE would have the credentials sent back";
    if (!request->path == !request->url)
        return "exactly one of path and url is required";
    if (request->path && path_objection(request->path))
        return path_objection(request->path);
    if (request->accept && !weft__text_is_header_value(request->accept, strlen(request->accept)))
        return "accept: has characters that no header may have";
    for (size_t i = 0; i < request->query_count; i++)
        if (!request->query[i].name || !request->query[i].value)
            return "query: a name or a value is missing";
    return NULL;
}

/* The URL that the request is for, checked and taken apart; the path below the base URL is one as well. */
static bool resolve_url(weft_call *call, const weft_http_request *request, weft__url *ret_url)
{
    weft_client *client = call->client;
    weft__heap *heap = &client->engine->loop.heap;
    weft__url_error error;
    bool ok;

    if (request->url) {
        ok = weft__url_parse(heap, weft__str(request->url), 0, ret_url, &error);
    } else {
        char *target =
            weft__arena_printf(&call->arena, "%s%s", client->url.path.ptr ? client->url.path.ptr : "", request->path);

        if (!target) {
            weft__call_fail_memory(call);
            return false;
        }
        ok = weft__url_resolve(heap, &client->url, weft__str(target), ret_url, &error);
    }
    if (!ok && error.no_memory)
        weft__call_fail_memory(call);
    else if (!ok)
        weft__call_fail(call, WEFT_E_INVALID, "%s: %s", request->url ? "url" : "path", error.text);
    return ok;
}

/* A request in the client's own words may be one that its service has a name for: a GET that starts a run, say. */
static const weft__operation *find_operation(const weft_client *client, const weft_http_request *request)
{
    const weft__service *service = client->service;

    for (size_t i = 0; request->path && i < service->operation_count; i++)
        if (strcmp(service->operations[i].path, request->path) == 0 &&
            is_method(request->method, service->operations[i].method))
            return &service->operations[i];
    return NULL;
}

static bool asks_only(const weft_http_request *request, const weft__operation *known)
{
    if (known)
        return (known->flags & WEFT__OP_REPEATABLE) != 0;
    return is_method(request->method, "GET") || is_method(request->method, "HEAD") ||
           is_method(request->method, "OPTIONS");
}

bool weft__http_request_name(weft_call *call, const weft_http_request *request, weft__operation *ret_operation)
{
    const char *wrong = objection(request);
    const weft__operation *known;

    if (wrong) {
        weft__call_fail(call, WEFT_E_INVALID, "%s", wrong);
        return false;
    }
    known = find_operation(call->client, request);
    *ret_operation = (weft__operation){
        .name = "Request",
        .label = call->operation->label,
        .method = weft__arena_copy(&call->arena, request->method, strlen(request->method)),
        .path = "",
        .flags = request->repeatable || asks_only(request, known) ? WEFT__OP_REPEATABLE : 0,
        .timeouts = known ? known->timeouts : NULL,
    };
    if (ret_operation->method)
        return true;
    weft__call_fail_memory(call);
    return false;
}

/* NULL when out of memory. */
static weft__query_item *copy_query(weft_call *call, const weft_http_request *request)
{
    weft__query_item *query = weft__arena_zalloc(&call->arena, (request->query_count + 1) * sizeof(*query));

    for (size_t i = 0; query && i < request->query_count; i++)
        query[i] = (weft__query_item){request->query[i].name, request->query[i].value};
    return query;
}

bool weft__http_request_invoke(weft_call *call, const weft_http_request *request, const weft__operation *operation,
                               weft__url *ret_url, weft__invocation *ret_invocation)
{
    const weft__query_item *query = copy_query(call, request);

    if (!query) {
        weft__call_fail_memory(call);
        return false;
    }
    *ret_invocation = (weft__invocation){
        .operation = operation,
        .url = ret_url,
        .query = query,
        .query_count = request->query_count,
        .accept = request->accept,
        .anonymous = request->anonymous,
        .max_redirects = request->max_redirects,
    };
    return resolve_url(call, request, ret_url);
}

size_t weft_path_escape(const char *segment, char *text, size_t size)
{
    weft__heap heap;
    weft__buffer escaped;
    size_t len = 0;

    weft__heap_init(&heap, NULL);
    weft__buffer_init(&escaped, &heap, SIZE_MAX);
    if (weft__text_append_segment(&escaped, segment, strlen(segment)) && escaped.len < size) {
        memcpy(text, escaped.data, escaped.len);
        text[escaped.len] = '\0';
        len = escaped.len;
    }
    weft__buffer_deinit(&escaped);
    return len;
}
