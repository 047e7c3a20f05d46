/* An event stream from any request, with the rule of its end. */
#include <string.h>

#include "call/ending.h"
#include "call/http_request.h"
#include "call/stream.h"
#include "client/words.h"

/* Where texts are copied to, one behind the other. */
typedef struct text_room {
    char *next;
} text_room;

static size_t room_for(const char *text)
{
    return text ? strlen(text) + 1 : 0;
}

static const char *keep(text_room *room, const char *text)
{
    char *copy = room->next;

    if (!text)
        return NULL;
    memcpy(copy, text, strlen(text) + 1);
    room->next += strlen(text) + 1;
    return copy;
}

/* A stream that no rule ends comes to its end when its connection does. */
static void take_rules(weft__stream_extras *extras, const weft_http_stream_options *end, text_room *room)
{
    extras->has_rules = true;
    extras->rules = (weft__stream_rules){
        .done_event = keep(room, end->done_event),
        .done_data = keep(room, end->done_data),
        .error_event = keep(room, end->error_event),
        .error_in_data = end->error_in_data,
        .close_is_done = end->close_is_done || (!end->done_event && !end->done_data),
        .keep_unfinished = end->keep_unfinished,
        .lf_only = end->lf_only,
        .words = weft__words_read,
    };
}

/* NULL when out of memory. */
static weft__stream_extras *make_extras(weft_client *client, const char *method, const weft_http_stream_options *end)
{
    size_t size = sizeof(weft__stream_extras) + room_for(method);
    weft__stream_extras *extras;
    text_room room;

    if (end)
        size += room_for(end->done_event) + room_for(end->done_data) + room_for(end->error_event);
    extras = weft__zalloc(&client->engine->loop.heap, size);
    if (!extras)
        return NULL;
    room.next = extras->texts;
    extras->operation.method = keep(&room, method);
    if (end)
        take_rules(extras, end, &room);
    return extras;
}

/* What a stream has no use for. */
static const char *objection(const weft_http_request *request)
{
    if (request->on_data)
        return "on_data: a stream's body comes as events";
    if (request->save_to)
        return "save_to: a stream's body comes as events";
    return request->on_progress ? "on_progress: a stream has no length to come to" : NULL;
}

static void ask(weft_stream *stream, const weft_http_request *request, const weft_call_options *options)
{
    weft_call *call = &stream->call;
    weft__operation *operation = &stream->extras->operation;
    const char *method = operation->method, *wrong = objection(request);
    weft__invocation invocation;
    weft__url url;

    if (wrong) {
        weft__call_fail(call, WEFT_E_INVALID, "%s", wrong);
        return;
    }
    if (!weft__http_request_name(call, request, operation))
        return;
    operation->method = method; /* the stream outlives the call's arena */
    if (!weft__http_request_invoke(call, request, operation, &url, &invocation))
        return;
    weft__stream_start(stream, &invocation, &request->body, options);
    weft__url_deinit(&call->engine->loop.heap, &url);
}

weft_stream *weft_http_stream(weft_client *client, const weft_http_request *request,
                              const weft_http_stream_options *end, const weft_call_options *options,
                              const weft_stream_callbacks *callbacks, void *arg)
{
    static const weft__operation nameless = {.label = "follow the stream", .method = "", .path = ""};
    weft__stream_extras *extras;
    weft_stream *stream;

    if (!client)
        return NULL;
    extras = make_extras(client, request && request->method ? request->method : "", end);
    if (!extras)
        return NULL;
    stream = weft__stream_new(client, options, callbacks, extras, arg);
    if (!stream)
        return NULL;
    stream->call.operation = &nameless;
    if (request)
        ask(stream, request, options);
    else
        weft__call_fail(&stream->call, WEFT_E_INVALID, "request is required");
    return stream;
}
