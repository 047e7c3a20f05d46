/* A client of Handinger: its options, and what the environment adds to them. */
#include "weft/handinger.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "client/client.h"
#include "client/pairs.h"
#include "service/handinger_operations.h"

/* What a client is made from; texts and headers are in the arena. */
typedef struct sources {
    weft__arena arena;
    weft_client_options options;
    weft_pair *headers; /* those of the options, then those of the environment that they lack */
    size_t count;
    const char *fault; /* of a line; static */
} sources;

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

/* What is wrong with a header of the environment; NULL when nothing is. */
static const char *fault_of(const weft_pair *header)
{
    const char *why = weft__header_objection(header->name);

    return why ? why : weft__header_value_objection(header->value);
}

/* One line of the variable; one without a colon is none. False when out of memory, or with a fault. */
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
    it->fault = fault_of(&header);
    if (it->fault)
        return false;
    if (!has_header(it, header.name))
        it->headers[it->count++] = header;
    return true;
}

static bool fail(weft_error_info *ret_error, weft_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool fail(weft_error_info *ret_error, weft_code code, const char *format, ...)
{
    va_list args;

    if (!ret_error)
        return false;
    ret_error->code = code;
    va_start(args, format);
    vsnprintf(ret_error->message, sizeof(ret_error->message), format, args);
    va_end(args);
    return false;
}

static bool add_lines(sources *it, const char *text, weft_error_info *ret_error)
{
    size_t most = it->options.headers_count + 1, number = 1;

    for (const char *at = text; *at; at++)
        most += *at == '\n';
    it->headers = weft__arena_zalloc(&it->arena, most * sizeof(*it->headers));
    if (!it->headers)
        return fail(ret_error, WEFT_E_NO_MEMORY, "out of memory");
    for (size_t i = 0; i < it->options.headers_count; i++)
        it->headers[it->count++] = it->options.headers[i];
    for (; *text; number++) {
        size_t len = strcspn(text, "\n");

        if (!add_line(it, text, len))
            return it->fault ? fail(ret_error, WEFT_E_INVALID, "Handinger: HANDINGER_CUSTOM_HEADERS: line %zu: %s",
                                    number, it->fault)
                             : fail(ret_error, WEFT_E_NO_MEMORY, "out of memory");
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
    if (!lines || add_lines(&it, lines, ret_error))
        client = weft__client_new(engine, &weft__handinger_service, &it.options, ret_error);
    weft__arena_release(&it.arena);
    return client;
}
