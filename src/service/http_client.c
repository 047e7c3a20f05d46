/* A client of any HTTP service: what is known of none in particular. */
#include <string.h>

#include "base/text.h"
#include "client/operation.h"

/* What a JSON error answer says, in the shapes that are in use. */
typedef struct words {
    const char *message; /* NULL = nothing */
    const char *code;    /* for programs; or NULL */
} words;

/* A member that is a text with something in it; NULL otherwise. */
static const char *text_of(weft__arena *arena, weft_json object, const char *name)
{
    weft_json value;
    weft_str text;

    if (!weft__json_member(object.ptr, object.len, name, &value))
        return NULL;
    text = weft__text_strip(weft__json_string(arena, value));
    return text.len > 0 ? weft__arena_copy(arena, text.ptr, text.len) : NULL;
}

static const char *either(const char *text, const char *other)
{
    return text ? text : other;
}

/* {"error": {"message": "...", "code": "...", "type": "..."}} */
static words words_of_object(weft__arena *arena, weft_json error)
{
    words found = {text_of(arena, error, "message"), text_of(arena, error, "code")};

    found.code = either(found.code, text_of(arena, error, "type"));
    return found;
}

/* {"error": "..."} with the sentence; or with a word, and the sentence beside it (RFC 6749 and others). */
static words words_of_text(weft__arena *arena, weft_json body)
{
    const char *error = text_of(arena, body, "error");
    const char *sentence = either(text_of(arena, body, "error_description"), text_of(arena, body, "message"));

    if (!sentence)
        return (words){error, text_of(arena, body, "code")};
    return (words){sentence, either(text_of(arena, body, "code"), error)};
}

/* {"type": "...", "title": "...", "detail": "..."} (RFC 9457). */
static words words_of_problem(weft__arena *arena, weft_json body)
{
    const char *title = text_of(arena, body, "title"), *detail = text_of(arena, body, "detail");
    const char *type = text_of(arena, body, "type");

    if (title && detail)
        detail = weft__arena_printf(arena, "%s: %s", title, detail);
    if (type && strcmp(type, "about:blank") == 0)
        type = NULL;
    return (words){either(detail, title), either(text_of(arena, body, "code"), type)};
}

static words read_words(weft__arena *arena, weft_json body)
{
    weft_json error;
    words found = {NULL, NULL};

    if (weft__json_begin(body.ptr, body.len) != '{')
        return found;
    if (weft__json_member(body.ptr, body.len, "error", &error) && *error.ptr == '{')
        found = words_of_object(arena, error);
    if (!found.message)
        found = words_of_text(arena, body);
    return found.message ? found : words_of_problem(arena, body);
}

/* The core has read the message already where the body is no JSON. */
static void explain(weft__response *response)
{
    words found = read_words(response->arena, (weft_json){response->body.ptr, response->body.len});

    if (found.message)
        response->message = found.message;
    response->server_code = found.code;
}

static const weft__stream_rules stream_rules = {.close_is_done = true};

static const weft__service any_service = {
    .name = "",
    .timeouts = {.connect_ms = 10000, .first_byte_ms = 300000, .idle_ms = 60000},
    .stream_timeouts = {.connect_ms = 10000, .first_byte_ms = 300000, .idle_ms = 300000},
    .stream = &stream_rules,
    .explain = explain,
};

weft_client *weft_http_client(weft_engine *engine, const weft_client_options *options, weft_error_info *ret_error)
{
    return weft__client_new(engine, &any_service, options, ret_error);
}
