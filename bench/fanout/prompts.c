#include "fanout/prompts.h"

#include "fanout/json.h"
#include "fanout/service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_STEP = 1 << 16, ITEMS_MIN = 64 };

/* What is at hand while a file is read. */
typedef struct loading {
    fanout_prompts *prompts;
    const fanout_options *options;
    weft_client *client;
    const char *path; /* for messages */
    size_t line;
    char *message; /* of PROMPTS_MESSAGE_MAX bytes */
} loading;

__attribute__((format(printf, 2, 3))) static bool fail(const loading *it, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(it->message, PROMPTS_MESSAGE_MAX, format, args);
    va_end(args);
    return false;
}

static bool fail_memory(const loading *it)
{
    return fail(it, "cannot read %s: it does not fit into memory", it->path);
}

static bool fail_line(const loading *it, const char *what)
{
    return fail(it, "%s:%zu: %s", it->path, it->line, what);
}

/* ---- The file ---- */

static bool read_all(const loading *it, int fd)
{
    fanout_buffer *text = &it->prompts->text;

    for (;;) {
        ssize_t count;

        if (!buffer_reserve(text, READ_STEP))
            return fail_memory(it);
        count = read(fd, text->data + text->len, READ_STEP);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(it, "cannot read %s: %s", it->path, strerror(errno));
        if (count == 0)
            return buffer_append_char(text, '\0') || fail_memory(it);
        text->len += (size_t)count;
    }
}

static bool read_file(const loading *it)
{
    const char *path = it->options->prompts_path;
    int fd;
    bool done;

    if (strcmp(path, "-") == 0)
        return read_all(it, STDIN_FILENO);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(it, "cannot open %s: %s", path, strerror(errno));
    done = read_all(it, fd);
    close(fd);
    return done;
}

/* ---- One line ---- */

/* NULL when there is no memory for it. */
static char *text_of(fanout_buffer *buffer)
{
    return buffer_append_char(buffer, '\0') ? buffer->data : NULL;
}

/* The line with one more member at its end; NULL when there is no memory for it. */
static char *with_member(weft_json line, const char *name, const char *value)
{
    fanout_buffer text = {0};
    weft_json first_name, first;
    size_t cursor = 0;
    char *whole;

    buffer_append(&text, line.ptr, line.len - 1);
    if (weft_json_next_member(line, &cursor, &first_name, &first))
        buffer_append_char(&text, ',');
    json_member_text(&(fanout_json){.out = &text}, name, value);
    buffer_append_char(&text, '}');
    whole = text_of(&text);
    if (!whole)
        buffer_deinit(&text);
    return whole;
}

static bool is_given(weft_json line, const char *name)
{
    return weft_json_get_kind(weft_json_get_member(line, name)) > WEFT_JSON_KIND_NULL;
}

/* What the command line says for all lines that do not say it themselves. */
static bool complete(const loading *it, fanout_prompt *prompt, weft_json line)
{
    const fanout_service *service = it->options->service;
    const char *value = NULL;
    const char *name = service->addition ? service->addition(it->options, &value) : NULL;

    if (!name || is_given(line, name))
        return true;
    prompt->completed = with_member(line, name, value);
    if (!prompt->completed)
        return fail_memory(it);
    prompt->arguments = prompt->completed;
    return true;
}

static bool make_streamed(const loading *it, fanout_prompt *prompt, weft_json line)
{
    const fanout_service *service = it->options->service;
    fanout_buffer text = {0};

    if (!service->stream_arguments)
        return true;
    service->stream_arguments(&(fanout_json){.out = &text}, line);
    prompt->streamed = text_of(&text);
    it->prompts->beyond_streams += service->is_beyond_streams && service->is_beyond_streams(line);
    if (prompt->streamed)
        return true;
    buffer_deinit(&text);
    return fail_memory(it);
}

/* Whether the library would send it, in each of the ways that it is going to be. */
static bool check(const loading *it, const fanout_prompt *prompt)
{
    const fanout_options *options = it->options;

    for (unsigned kind = 0; kind < FANOUT_KINDS; kind++) {
        fanout_mode mode = (fanout_mode)kind;
        weft_error_info error;

        if (options->mode == FANOUT_MIX ? !(options->service->mix & 1u << kind) : options->mode != mode)
            continue;
        if (!weft_operation_check(it->client, options->service->operation(options, mode),
                                  prompt_arguments(prompt, mode), &error))
            return fail_line(it, error.message);
    }
    return true;
}

static bool fill(const loading *it, fanout_prompt *prompt)
{
    const fanout_options *options = it->options;
    weft_json line = weft_json_parse(prompt->arguments);

    if (weft_json_get_kind(line) != WEFT_JSON_KIND_OBJECT)
        return check(it, prompt);
    if (options->service->says_mode && is_given(line, options->service->says_mode))
        return fail(it, "%s:%zu: %s: --mode says that", it->path, it->line, options->service->says_mode);
    if (!complete(it, prompt, line))
        return false;
    if ((options->mode == FANOUT_STREAM || options->mode == FANOUT_MIX) && !make_streamed(it, prompt, line))
        return false;
    return check(it, prompt);
}

static fanout_prompt *new_item(fanout_prompts *prompts)
{
    if (prompts->count == prompts->size) {
        size_t size = prompts->size ? prompts->size * 2 : ITEMS_MIN;
        fanout_prompt *items = realloc(prompts->items, size * sizeof(*items));

        if (!items)
            return NULL;
        prompts->items = items;
        prompts->size = size;
    }
    prompts->items[prompts->count] = (fanout_prompt){0};
    return &prompts->items[prompts->count++];
}

static bool read_line(const loading *it, const char *text, size_t len)
{
    fanout_prompt *prompt;

    if (memchr(text, '\0', len))
        return fail_line(it, "a NUL character is no JSON");
    prompt = new_item(it->prompts);
    if (!prompt)
        return fail_memory(it);
    prompt->arguments = text;
    prompt->line = it->line;
    return fill(it, prompt);
}

static bool is_blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r", text[i]) || !text[i])
            return false;
    return true;
}

static bool read_lines(loading *it)
{
    char *at = it->prompts->text.data, *end = at + it->prompts->text.len - 1;

    for (it->line = 1; at < end; it->line++) {
        char *stop = memchr(at, '\n', (size_t)(end - at));
        char *text = at;

        stop = stop ? stop : end;
        *stop = '\0';
        at = stop + 1;
        if (!is_blank(text, (size_t)(stop - text)) && !read_line(it, text, (size_t)(stop - text)))
            return false;
    }
    return it->prompts->count > 0 || fail(it, "%s holds no prompt", it->path);
}

/* ---- All of them ---- */

bool prompts_load(fanout_prompts *prompts, const fanout_options *options, weft_client *client,
                  char message[PROMPTS_MESSAGE_MAX])
{
    const char *path = options->prompts_path;
    loading it = {
        .prompts = prompts,
        .options = options,
        .client = client,
        .path = strcmp(path, "-") == 0 ? "standard input" : path,
        .message = message,
    };

    return read_file(&it) && read_lines(&it);
}

void prompts_deinit(fanout_prompts *prompts)
{
    for (size_t i = 0; i < prompts->count; i++) {
        free(prompts->items[i].completed);
        free(prompts->items[i].streamed);
    }
    free(prompts->items);
    buffer_deinit(&prompts->text);
    *prompts = (fanout_prompts){0};
}

const char *prompt_arguments(const fanout_prompt *prompt, fanout_mode mode)
{
    return mode == FANOUT_STREAM && prompt->streamed ? prompt->streamed : prompt->arguments;
}
