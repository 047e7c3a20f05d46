#include "client/words.h"

#include <string.h>

#include "base/text.h"
#include "json/codec.h"

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
static weft__words words_of_object(weft__arena *arena, weft_json error)
{
    weft__words found = {.message = text_of(arena, error, "message"), .code = text_of(arena, error, "code")};

    found.code = either(found.code, text_of(arena, error, "type"));
    return found;
}

/* {"error": "..."} with the sentence; or with a word, and the sentence beside it (RFC 6749 and others). */
static weft__words words_of_text(weft__arena *arena, weft_json body)
{
    const char *error = text_of(arena, body, "error");
    const char *sentence = either(text_of(arena, body, "error_description"), text_of(arena, body, "message"));

    if (!sentence)
        return (weft__words){.message = error, .code = text_of(arena, body, "code")};
    return (weft__words){.message = sentence, .code = either(text_of(arena, body, "code"), error)};
}

/* {"type": "...", "title": "...", "detail": "..."} (RFC 9457). */
static weft__words words_of_problem(weft__arena *arena, weft_json body)
{
    const char *title = text_of(arena, body, "title"), *detail = text_of(arena, body, "detail");
    const char *type = text_of(arena, body, "type");

    if (title && detail)
        detail = weft__arena_printf(arena, "%s: %s", title, detail);
    if (type && strcmp(type, "about:blank") == 0)
        type = NULL;
    return (weft__words){.message = either(detail, title), .code = either(text_of(arena, body, "code"), type)};
}

bool weft__words_tell_error(weft_str body)
{
    weft_json error;

    return weft__json_member(body.ptr, body.len, "error", &error) &&
           (*error.ptr == '{' || (*error.ptr == '"' && error.len > 2));
}

weft__words weft__words_read(weft__arena *arena, weft_str text)
{
    weft_json body = {text.ptr, text.len}, error;
    weft__words found = {.message = NULL};

    if (weft__json_begin(body.ptr, body.len) != '{')
        return found;
    if (weft__json_member(body.ptr, body.len, "error", &error) && *error.ptr == '{')
        found = words_of_object(arena, error);
    if (!found.message)
        found = words_of_text(arena, body);
    if (!found.message)
        found = words_of_problem(arena, body);
    found.said = found.message;
    return found;
}
