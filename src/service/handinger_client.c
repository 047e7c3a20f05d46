/* A client of Handinger: its options, and what the environment adds to them. */
#include "weft/handinger.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "client/engine.h"
#include "service/handinger_operations.h"

/* What a client is made from; texts and headers are in the arena. */
typedef struct sources {
    weft__arena arena;
    weft_client_options options;
    weft_pair *headers; /* those of the options, then those of the environment that they lack */
    size_t count;
} sources;

static bool is_given(const char *text)
{
    return text && *text;
}

static const char *unless_given(const char *text, const char *variable)
{
    return is_given(text) ? text : getenv(variable);
}

static bool has_header(const sources *it, const char *name)
{
    for (size_t i = 0; i < it->count; i++)
        if (it->headers[i].name && weft__text_equal_nocase(weft__str(it->headers[i].name), weft__str(name)))
            return true;
    return false;
}

static const char *keep(sources *it, weft_str text)
{
    text = weft__text_trim(text);
    return weft__arena_copy(&it->arena, text.ptr, text.len);
}

/* One line of the variable; one without a colon is none. False when out of memory. */
static bool add_line(sources *it, const char *line, size_t len)
{
    const char *colon = memchr(line, ':', len);
    weft_pair header;

    if (!colon)
        return true;
    if (line[len - 1] == '\r')
        len--;
    header.name = keep(it, (weft_str){line, (size_t)(colon - line)});
    header.value = keep(it, (weft_str){colon + 1, len - (size_t)(colon + 1 - line)});
    if (!header.name || !header.value)
        return false;
    if (!has_header(it, header.name))
        it->headers[it->count++] = header;
    return true;
}

static bool add_lines(sources *it, const char *text)
{
    size_t most = it->options.headers_count + 1;

    for (const char *at = text; *at; at++)
        most += *at == '\n';
    it->headers = weft__arena_zalloc(&it->arena, most * sizeof(*it->headers));
    if (!it->headers)
        return false;
    for (size_t i = 0; i < it->options.headers_count; i++)
        it->headers[it->count++] = it->options.headers[i];
    while (*text) {
        size_t len = strcspn(text, "\n");

        if (!add_line(it, text, len))
            return false;
        text += len + (text[len] == '\n');
    }
    it->options.headers = it->headers;
    it->options.headers_count = it->count;
    return true;
}

weft_client *weft_handinger_client(weft_engine *engine, const weft_client_options *options, weft_error_info *ret_error)
{
    const char *lines = getenv("HANDINGER_CUSTOM_HEADERS");
    weft_client *client = NULL;
    sources it = {.options = options ? *options : (weft_client_options){0}};

    if (!engine) /* says so */
        return weft__client_new(NULL, &weft__handinger_service, options, ret_error);
    weft__arena_init(&it.arena, &engine->loop.heap);
    it.options.token = unless_given(it.options.token, "HANDINGER_API_KEY");
    it.options.base_url = unless_given(it.options.base_url, "HANDINGER_BASE_URL");
    if (!lines || add_lines(&it, lines))
        client = weft__client_new(engine, &weft__handinger_service, &it.options, ret_error);
    else if (ret_error)
        *ret_error = (weft_error_info){.code = WEFT_E_NO_MEMORY, .message = "out of memory"};
    weft__arena_release(&it.arena);
    return client;
}
