#include "fanout/prompts.h"

#include "json/codec.h"
#include "service/stromboli_types.h"

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

/* A member that a run request does not have would silently not be sent, so a mistyped name is an error.
 * `place` is the path of `object` within the line, "" at its top. False with the member's path in `found`. */
static bool names_are_known(weft_json object, const weft__type *type, const char *place, char found[160])
{
    weft_object members = {.raw = object, .type = type};
    weft_json name, value;
    size_t cursor = 0;

    if (weft_object_next_extra(&members, &cursor, &name, &value)) {
        snprintf(found, 160, "%s%s%.*s", place, *place ? "." : "", (int)(name.len < 100 ? name.len : 100),
                 name.ptr);
        return false;
    }
    for (size_t i = 0; i < type->field_count; i++) {
        const weft__field *field = &type->fields[i];
        char inner[160];

        if (field->kind != WEFT__OBJECT || weft_object_state(&members, field->name) != WEFT_VALUE)
            continue;
        snprintf(inner, sizeof(inner), "%s%s%s", place, *place ? "." : "", field->name);
        if (!names_are_known(weft_object_get(&members, field->name), field->type, inner, found))
            return false;
    }
    return true;
}

static bool decode_line(fanout_prompts *prompts, weft_json text, const char *path, size_t line,
                        fanout_prompt *ret_prompt, char message[PROMPTS_MESSAGE_MAX])
{
    weft__codec_error error = {.what = "", .path = ""};
    const weft_stromboli_run_request *request;
    void *value = NULL;
    char found[160];

    switch (weft__decode(&prompts->arena, &weft__stromboli_run_request_type, text.ptr, text.len, &value,
                         &error)) {
    case WEFT__CODEC_OK:
        break;
    case WEFT__CODEC_NO_MEMORY:
        return FAIL("cannot read %s: it does not fit into memory", path);
    case WEFT__CODEC_SYNTAX:
        return FAIL("%s:%zu: not JSON: %s at column %zu", path, line, error.what, error.offset + 1);
    default:
        return FAIL("%s:%zu: %s%s%s", path, line, error.path, *error.path ? ": " : "", error.what);
    }
    request = value;
    if (!request || !request->prompt || !*request->prompt)
        return FAIL("%s:%zu: prompt: missing or empty", path, line);
    if (!names_are_known(text, &weft__stromboli_run_request_type, "", found))
        return FAIL("%s:%zu: %s: a run request has no such member", path, line, found);
    *ret_prompt = (fanout_prompt){.request = request, .line = line};
    return true;
}

static bool is_beyond_streams(const weft_stromboli_run_request *request)
{
    static const weft_stromboli_claude_options nothing;
    weft_stromboli_claude_options claude;

    if (request->webhook_url || request->podman || request->extra)
        return true;
    if (!request->claude)
        return false;
    memcpy(&claude, request->claude, sizeof(claude)); /* bytes and all: the decoder zeroes the padding, too */
    claude.session_id = NULL;
    return memcmp(&claude, &nothing, sizeof(claude)) != 0;
}

static bool is_blank(weft_json text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!strchr(" \t\r", text.ptr[i]) || !text.ptr[i])
            return false;
    return true;
}

static bool decode_lines(fanout_prompts *prompts, const char *path, char message[PROMPTS_MESSAGE_MAX])
{
    const char *at = prompts->text.data, *end = at + prompts->text.len;

    for (size_t line = 1; at < end; line++) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        weft_json text = {.ptr = at, .len = (size_t)((stop ? stop : end) - at)};
        fanout_prompt prompt;

        at = stop ? stop + 1 : end;
        if (is_blank(text))
            continue;
        if (!decode_line(prompts, text, path, line, &prompt, message))
            return false;
        if (!weft__buffer_append(&prompts->items, &prompt, sizeof(prompt)))
            return FAIL("cannot read %s: it does not fit into memory", path);
        prompts->count++;
        prompts->beyond_streams += is_beyond_streams(prompt.request);
    }
    return prompts->count > 0 || FAIL("%s holds no prompt", path);
}

bool prompts_load(fanout_prompts *prompts, const char *path, char message[PROMPTS_MESSAGE_MAX])
{
    weft__heap_init(&prompts->heap, NULL);
    weft__arena_init(&prompts->arena, &prompts->heap);
    weft__buffer_init(&prompts->text, &prompts->heap, SIZE_MAX / 2);
    weft__buffer_init(&prompts->items, &prompts->heap, SIZE_MAX / 2);
    prompts->count = prompts->beyond_streams = 0;
    return read_file(&prompts->text, path, message) &&
           decode_lines(prompts, strcmp(path, "-") == 0 ? "standard input" : path, message);
}

void prompts_deinit(fanout_prompts *prompts)
{
    weft__buffer_deinit(&prompts->items);
    weft__buffer_deinit(&prompts->text);
    weft__arena_release(&prompts->arena);
    weft__heap_deinit(&prompts->heap);
}
