#include "fanout/prompts.h"

#include "fanout/service.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { READ_STEP = 1 << 16 };

#define FAIL(...) (snprintf(message, PROMPTS_MESSAGE_MAX, __VA_ARGS__), false)

static bool read_all(weft__buffer *text, int fd, const char *path, char message[PROMPTS_MESSAGE_MAX])
{
    for (;;) {
        ssize_t count;

        if (!weft__buffer_reserve(text, READ_STEP))
            return FAIL("cannot read %s: it does not fit into memory", path);
        count = read(fd, text->data + text->len, READ_STEP);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return FAIL("cannot read %s: %s", path, strerror(errno));
        if (count == 0)
            return true;
        text->len += (size_t)count;
    }
}

static bool read_file(weft__buffer *text, const char *path, char message[PROMPTS_MESSAGE_MAX])
{
    int fd;
    bool done;

    if (strcmp(path, "-") == 0)
        return read_all(text, STDIN_FILENO, "standard input", message);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return FAIL("cannot open %s: %s", path, strerror(errno));
    done = read_all(text, fd, path, message);
    close(fd);
    return done;
}

static bool read_line(fanout_prompts *prompts, weft_json text, const fanout_options *options, const char *path,
                      size_t line, char message[PROMPTS_MESSAGE_MAX])
{
    const fanout_service *service = options->service;
    char wrong[REQUEST_MESSAGE_MAX];
    fanout_prompt prompt = {.line = line};

    prompt.request = service->read(&prompts->arena, text, options, wrong);
    if (!prompt.request)
        return FAIL("%s:%zu: %s", path, line, wrong);
    if (!weft__buffer_append(&prompts->items, &prompt, sizeof(prompt)))
        return FAIL("cannot read %s: it does not fit into memory", path);
    prompts->count++;
    prompts->beyond_streams += service->is_beyond_streams && service->is_beyond_streams(prompt.request);
    return true;
}

static bool is_blank(weft_json text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!strchr(" \t\r", text.ptr[i]) || !text.ptr[i])
            return false;
    return true;
}

static bool read_lines(fanout_prompts *prompts, const fanout_options *options, const char *path,
                       char message[PROMPTS_MESSAGE_MAX])
{
    const char *at = prompts->text.data, *end = at + prompts->text.len;

    for (size_t line = 1; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        weft_json text = {.ptr = at, .len = (size_t)((stop ? stop : end) - at)};

        at = stop ? stop + 1 : end;
        if (!is_blank(text) && !read_line(prompts, text, options, path, line, message))
            return false;
    }
    return prompts->count > 0 || FAIL("%s holds no prompt", path);
}

bool prompts_load(fanout_prompts *prompts, const fanout_options *options, char message[PROMPTS_MESSAGE_MAX])
{
    const char *path = options->prompts_path;

    weft__heap_init(&prompts->heap, NULL);
    weft__arena_init(&prompts->arena, &prompts->heap);
    weft__buffer_init(&prompts->text, &prompts->heap, SIZE_MAX / 2);
    weft__buffer_init(&prompts->items, &prompts->heap, SIZE_MAX / 2);
    prompts->count = prompts->beyond_streams = 0;
    return read_file(&prompts->text, path, message) &&
           read_lines(prompts, options, strcmp(path, "-") == 0 ? "standard input" : path, message);
}

void prompts_deinit(fanout_prompts *prompts)
{
    weft__buffer_deinit(&prompts->items);
    weft__buffer_deinit(&prompts->text);
    weft__arena_release(&prompts->arena);
    weft__heap_deinit(&prompts->heap);
}
