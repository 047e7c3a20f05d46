/* sim_handinger_form.c - the body of POST /api/tasks: JSON, or multipart/form-data taken apart. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "json/codec.h"
#include "sim_handinger.h"

static const sim_member task_members[] = {
    {"input", SIM_STRING, NULL, "input"}, {"stream", SIM_BOOL, NULL, NULL},   {"taskId", SIM_STRING, NULL, NULL},
    {"workerId", SIM_STRING, NULL, NULL}, {"budget", SIM_STRING, NULL, NULL},
};
static const sim_shape task_shape = SIM_SHAPE("CreateTask", task_members);

/* ---- What both forms have in common ------------------------------------------------------------------ */

static bool is_budget(weft_str text)
{
    static const char *const budgets[] = {"low", "standard", "high", "unlimited"};

    for (size_t i = 0; i < 4; i++)
        if (strcmp(text.ptr, budgets[i]) == 0)
            return true;
    return false;
}

static bool check_wish(sim_call *call, const handinger_wish *wish)
{
    if (!wish->input.ptr || wish->input.len == 0)
        handinger_blame(call, "input is required");
    else if (wish->task_id.ptr && (wish->task_id.len == 0 || wish->task_id.len >= HANDINGER_ID_SIZE))
        handinger_blame(call, "taskId must have 1 to %d bytes", HANDINGER_ID_SIZE - 1);
    else if (wish->worker_id.ptr && wish->worker_id.len == 0)
        handinger_blame(call, "workerId must not be empty");
    else if (wish->budget.ptr && !is_budget(wish->budget))
        handinger_blame(call, "budget must be low, standard, high or unlimited");
    else
        return true;
    return false;
}

/* ---- JSON -------------------------------------------------------------------------------------------- */

/* Whether a member is null, which none of these may be. */
static const char *null_member(weft_str body)
{
    for (size_t i = 0; i < sizeof(task_members) / sizeof(task_members[0]); i++) {
        weft_json value;

        if (weft__json_member(body.ptr, body.len, task_members[i].name, &value) && value.ptr[0] == 'n')
            return task_members[i].name;
    }
    return NULL;
}

static bool read_json(sim_call *call, handinger_wish *wish)
{
    weft__arena *arena = &call->exchange->arena;
    weft_str body = sim_request_body(call->exchange);
    sim_fault fault = {.kind = SIM_FAULT_NONE};
    const char *null;

    if (!sim_json_check(body, &task_shape, call->sim->options.lenient, &fault)) {
        handinger_blame(call, "%s", fault.text);
        return false;
    }
    null = null_member(body);
    if (null) {
        handinger_blame(call, "%s must not be null", null);
        return false;
    }
    wish->input = sim_json_text(arena, body, "input");
    wish->task_id = sim_json_text(arena, body, "taskId");
    wish->worker_id = sim_json_text(arena, body, "workerId");
    wish->budget = sim_json_text(arena, body, "budget");
    wish->stream = sim_json_true(body, "stream");
    return true;
}

/* ---- multipart/form-data (RFC 7578) ------------------------------------------------------------------ */

/* One part: its head's fields, and its content. */
typedef struct form_part {
    weft_str name, file_name, type; /* ptr NULL = not said; in the arena */
    weft_str content;
} form_part;

/* The parameter `name` of a header's value, its quotes and backslashes resolved; ptr NULL when it is absent. */
static weft_str parameter(weft__arena *arena, weft_str value, const char *name)
{
    size_t name_len = strlen(name), len = 0;
    char *text;

    for (const char *at = memchr(value.ptr, ';', value.len); at;
         at = memchr(at, ';', value.len - (size_t)(at - value.ptr))) {
        const char *end = value.ptr + value.len;

        while (++at < end && *at == ' ')
            ;
        if ((size_t)(end - at) <= name_len + 1 || strncasecmp(at, name, name_len) != 0 || at[name_len] != '=')
            continue;
        at += name_len + 1;
        text = weft__arena_bytes(arena, (size_t)(end - at) + 1);
        if (!text)
            return (weft_str){NULL, 0};
        if (*at == '"') {
            for (at++; at < end && *at != '"'; at++)
                text[len++] = *at == '\\' && at + 1 < end ? *++at : *at;
        } else {
            for (; at < end && *at != ';'; at++)
                text[len++] = *at;
        }
        text[len] = '\0';
        return (weft_str){text, len};
    }
    return (weft_str){NULL, 0};
}

/* The lines of a part's head. What is wrong with them, or NULL. */
static const char *read_part_head(weft__arena *arena, weft_str head, form_part *part)
{
    const char *at = head.ptr, *end = head.ptr + head.len;

    while (at < end) {
        const char *stop = memmem(at, (size_t)(end - at), "\r\n", 2);
        weft_str line = {at, (size_t)((stop ? stop : end) - at)};

        if (line.len > 20 && strncasecmp(line.ptr, "Content-Disposition:", 20) == 0) {
            weft_str value = {line.ptr + 20, line.len - 20};

            if (!memmem(value.ptr, value.len, "form-data", 9))
                return "a part that is no form-data";
            part->name = parameter(arena, value, "name");
            part->file_name = parameter(arena, value, "filename");
        } else if (line.len > 13 && strncasecmp(line.ptr, "Content-Type:", 13) == 0) {
            weft_str value = weft__text_trim((weft_str){line.ptr + 13, line.len - 13});

            part->type = (weft_str){weft__arena_copy(arena, value.ptr, value.len), value.len};
        } else {
            return "a part's header that is not known";
        }
        at = line.ptr + line.len + 2;
    }
    return part->name.ptr ? NULL : "a part without a name";
}

/* The next part, from `*at` on, which stands behind a boundary. What is wrong, or NULL; `*at` NULL at the end. */
static const char *next_part(weft__arena *arena, const char **at, const char *end, weft_str mark, form_part *part)
{
    const char *head, *stop;

    *part = (form_part){.name = {NULL, 0}};
    if (end - *at >= 2 && memcmp(*at, "--", 2) == 0) {
        const char *rest = *at + 2;

        *at = NULL;
        return rest == end || (end - rest == 2 && memcmp(rest, "\r\n", 2) == 0) ? NULL : "bytes behind the last part";
    }
    if (end - *at < 2 || memcmp(*at, "\r\n", 2) != 0)
        return "a boundary without its line end";
    head = *at + 2;
    stop = memmem(head, (size_t)(end - head), "\r\n\r\n", 4);
    if (!stop)
        return "a part without an empty line";
    part->content.ptr = stop + 4;
    *at = memmem(stop + 4, (size_t)(end - stop - 4), mark.ptr, mark.len);
    if (!*at)
        return "a part without its end";
    part->content.len = (size_t)(*at - part->content.ptr);
    *at += mark.len;
    return read_part_head(arena, (weft_str){head, (size_t)(stop - head)}, part);
}

static const char *take_file(handinger_wish *wish, const form_part *part)
{
    bool is_list = strcmp(part->name.ptr, "files[]") == 0;

    if (!is_list && strcmp(part->name.ptr, "files") != 0)
        return "a file under a name that is not known";
    if (!is_list && wish->files_count > 0)
        return "files is one file; several are files[]";
    if (wish->files_count == HANDINGER_FILES_MAX)
        return "too many files";
    if (!part->type.ptr)
        return "a file without a Content-Type";
    wish->files[wish->files_count++] = (handinger_file){
        .name = (char *)(uintptr_t)part->file_name.ptr,
        .media_type = (char *)(uintptr_t)part->type.ptr,
        .size = part->content.len,
    };
    return NULL;
}

static const char *take_text(weft__arena *arena, handinger_wish *wish, const form_part *part)
{
    struct {
        const char *name;
        weft_str *value;
    } members[] = {
        {"input", &wish->input}, {"taskId", &wish->task_id}, {"workerId", &wish->worker_id}, {"budget", &wish->budget}};
    weft_str text = {weft__arena_copy(arena, part->content.ptr, part->content.len), part->content.len};

    if (part->type.ptr)
        return "a text with a Content-Type";
    if (!weft__text_is_utf8(text.ptr, text.len))
        return "a text that is not UTF-8";
    if (strcmp(part->name.ptr, "stream") == 0) {
        wish->stream = strcmp(text.ptr, "true") == 0;
        return wish->stream || strcmp(text.ptr, "false") == 0 ? NULL : "stream is neither true nor false";
    }
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        if (strcmp(part->name.ptr, members[i].name) != 0)
            continue;
        if (members[i].value->ptr)
            return "a text that stands twice";
        *members[i].value = text;
        return NULL;
    }
    return "a text under a name that is not known";
}

static const char *read_parts(sim_call *call, weft_str boundary, handinger_wish *wish)
{
    weft__arena *arena = &call->exchange->arena;
    weft_str body = sim_request_body(call->exchange);
    char mark[80];
    int len = snprintf(mark, sizeof(mark), "\r\n--%s", boundary.ptr);
    const char *at = body.ptr + len - 2, *end = body.ptr + body.len;
    const char *wrong = NULL;

    if (len >= (int)sizeof(mark) || body.len < (size_t)len || memcmp(body.ptr, mark + 2, (size_t)len - 2) != 0)
        return "the body does not begin with its boundary";
    for (;;) {
        form_part part;

        wrong = next_part(arena, &at, end, (weft_str){mark, (size_t)len}, &part);
        if (wrong || !at)
            return wrong;
        wrong = part.file_name.ptr ? take_file(wish, &part) : take_text(arena, wish, &part);
        if (wrong)
            return wrong;
    }
}

static bool read_form(sim_call *call, weft_str type, handinger_wish *wish)
{
    weft_str boundary = parameter(&call->exchange->arena, type, "boundary");
    const char *wrong = boundary.len > 0 && boundary.len <= 70 ? read_parts(call, boundary, wish)
                                                               : "multipart/form-data without a boundary";

    if (wrong)
        handinger_blame(call, "%s", wrong);
    return !wrong;
}

bool handinger_read_wish(sim_call *call, handinger_wish *ret_wish)
{
    weft_str type = sim_request_header(call->exchange, "content-type");

    *ret_wish = (handinger_wish){.stream = false};
    if (type.ptr && type.len >= 16 && strncasecmp(type.ptr, "application/json", 16) == 0 &&
        (type.len == 16 || type.ptr[16] == ';'))
        return read_json(call, ret_wish) && check_wish(call, ret_wish);
    if (type.ptr && type.len > 19 && strncasecmp(type.ptr, "multipart/form-data", 19) == 0)
        return read_form(call, type, ret_wish) && check_wish(call, ret_wish);
    handinger_blame(call, "Content-Type is neither application/json nor multipart/form-data");
    return false;
}
