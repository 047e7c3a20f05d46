#include "operation/arguments.h"

#include <stdarg.h>
#include <stdio.h>

#include "operation/parameters.h"
#include "weft/json.h"

enum { PLACE_MAX = 120, SLIP_MIN = 4 /* shorter names are too easily alike */ };

typedef struct reading {
    weft__arena *arena;
    const weft__operation *operation;
    weft__arguments *to;
} reading;

__attribute__((format(printf, 2, 3))) static bool fail(const reading *at, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(at->to->problem, sizeof(at->to->problem), format, arguments);
    va_end(arguments);
    return false;
}

static bool fail_memory(const reading *at)
{
    at->to->no_memory = true;
    return fail(at, "out of memory");
}

/* ---- values of known places ---- */

/* A segment or a header: the text of a string, or a number as it is written. */
static bool read_text(const reading *at, const char *name, weft_json value, const char **ret_text)
{
    weft_json_kind kind = weft_json_get_kind(value);

    if (kind == WEFT_JSON_KIND_NONE || kind == WEFT_JSON_KIND_NULL)
        return true;
    if (kind == WEFT_JSON_KIND_STRING)
        *ret_text = weft__json_string(at->arena, value).ptr;
    else if (kind == WEFT_JSON_KIND_NUMBER)
        *ret_text = weft__arena_copy(at->arena, value.ptr, value.len);
    else
        return fail(at, "%s: expected a string", name);
    if (!*ret_text)
        return fail_memory(at);
    return strlen(*ret_text) == weft__json_string(at->arena, value).len || kind == WEFT_JSON_KIND_NUMBER ||
           fail(at, "%s: has a NUL character", name);
}

static bool read_segments(const reading *at, weft_json object)
{
    weft__invocation *invocation = &at->to->invocation;
    weft__path_parameter parameter = {0};
    char name[WEFT__PATH_NAME_MAX];

    for (size_t i = 0; weft__path_parameter_next(at->operation, &parameter, name); i++) {
        if (!read_text(at, name, weft_json_get_member(object, name), &invocation->segments[i]))
            return false;
        if (!invocation->segments[i] || !*invocation->segments[i])
            return fail(at, "%s: is required", name);
    }
    return true;
}

static bool read_header(const reading *at, weft_json object)
{
    const char *name = weft__operation_header(at->operation);

    return !name || read_text(at, name, weft_json_get_member(object, name), &at->to->invocation.header_value);
}

/* The members that `type` knows, as its struct. */
static bool read_struct(const reading *at, const weft__type *type, weft_json object, void **ret_value)
{
    weft__codec_error error = {.what = "", .path = ""};

    error.status = weft__decode(at->arena, type, object.ptr, object.len, ret_value, &error);
    if (error.status == WEFT__CODEC_OK)
        return true;
    if (error.status == WEFT__CODEC_NO_MEMORY)
        return fail_memory(at);
    return fail(at, "%s%s%s", error.path, *error.path ? ": " : "", error.what);
}

/* ---- members without a place ---- */

/* Whether one slip of the hand, a letter too many, too few, wrong, or two swapped, makes `known` of `name`. */
static bool is_slip(weft_json name, const char *known)
{
    size_t known_len = strlen(known), shorter = name.len < known_len ? name.len : known_len;
    size_t front = 0, back = 0, left, known_left;

    if (shorter < SLIP_MIN)
        return false;
    while (front < shorter && name.ptr[front] == known[front])
        front++;
    while (back < shorter - front && name.ptr[name.len - 1 - back] == known[known_len - 1 - back])
        back++;
    left = name.len - front - back;
    known_left = known_len - front - back;
    if (left <= 1 && known_left <= 1)
        return true;
    return left == 2 && known_left == 2 && name.ptr[front] == known[front + 1] && name.ptr[front + 1] == known[front];
}

static const char *meant_member(const weft__type *type, weft_json name)
{
    for (size_t i = 0; type && i < type->field_count; i++)
        if (type->fields[i].kind != WEFT__EXTRA && is_slip(name, type->fields[i].name))
            return type->fields[i].name;
    return NULL;
}

/* NULL, or the parameter that was meant by a name that is none. */
static const char *meant_parameter(const weft__operation *operation, weft_json name, char path_name[])
{
    weft__path_parameter parameter = {0};
    const char *meant;

    while (weft__path_parameter_next(operation, &parameter, path_name))
        if (is_slip(name, path_name))
            return path_name;
    meant = meant_member(operation->query, name);
    return meant ? meant : meant_member(operation->request, name);
}

static bool is_name(weft_json name, const char *known)
{
    return name.len == strlen(known) && memcmp(name.ptr, known, name.len) == 0;
}

/* Whether the name is that of something beside the body. */
static bool is_beside_body(const weft__operation *operation, weft_json name)
{
    const char *header = weft__operation_header(operation);
    weft__path_parameter parameter = {0};
    char path_name[WEFT__PATH_NAME_MAX];

    while (weft__path_parameter_next(operation, &parameter, path_name))
        if (is_name(name, path_name))
            return true;
    for (size_t i = 0; operation->query && i < operation->query->field_count; i++)
        if (is_name(name, operation->query->fields[i].name))
            return true;
    return header && is_name(name, header);
}

static const weft__field *extra_field(const weft__type *type)
{
    for (size_t i = 0; type && i < type->field_count; i++)
        if (type->fields[i].kind == WEFT__EXTRA)
            return &type->fields[i];
    return NULL;
}

/* `place` is where the member stands: "", or "podman.". */
static bool refuse(const reading *at, const char *place, weft_json name, const char *meant)
{
    int len = (int)(name.len < PLACE_MAX ? name.len : PLACE_MAX);

    return fail(at, "%s%.*s: no such argument of %s%s%s%s", place, len, name.ptr, at->operation->name,
                meant ? "; is \"" : "", meant ? meant : "", meant ? "\" meant?" : "");
}

static void append_member(weft__buffer *out, weft_json name, weft_json value)
{
    weft__buffer_append(out, out->len ? ",\"" : "{\"", 2);
    weft__buffer_append(out, name.ptr, name.len);
    weft__buffer_append(out, "\":", 2);
    weft__buffer_append(out, value.ptr, value.len);
}

/* {"name":value,...} of the members that `type` does not name; empty when there are none. */
static bool gather_unknown(const reading *at, const weft__type *type, weft_json text, const char *place,
                           weft__buffer *out)
{
    const weft_object object = {.raw = text, .type = type};
    char path_name[WEFT__PATH_NAME_MAX];
    weft_json name, value;
    size_t cursor = 0;

    while (weft_object_next_extra(&object, &cursor, &name, &value)) {
        const char *meant;

        if (!*place && is_beside_body(at->operation, name))
            continue;
        meant = *place ? meant_member(type, name) : meant_parameter(at->operation, name, path_name);
        if (meant || !extra_field(type))
            return refuse(at, place, name, meant);
        append_member(out, name, value);
    }
    if (out->len)
        weft__buffer_append_char(out, '}');
    return !out->failed || fail_memory(at);
}

/* What a later server may know goes into the struct's `extra`. */
static bool keep_unknown(const reading *at, const weft__type *type, void *value, weft_json text, const char *place)
{
    weft__buffer unknown;
    const char *extra = NULL;
    bool kept;

    weft__buffer_init(&unknown, at->arena->heap, SIZE_MAX / 2);
    kept = gather_unknown(at, type, text, place, &unknown);
    if (kept && unknown.len) {
        extra = weft__arena_copy(at->arena, unknown.data, unknown.len);
        if (extra)
            memcpy((char *)value + extra_field(type)->offset, &extra, sizeof(extra));
        else
            kept = fail_memory(at);
    }
    weft__buffer_deinit(&unknown);
    return kept;
}

static bool place_members(const reading *at, const weft__type *type, void *value, weft_json text, const char *place)
{
    if (!keep_unknown(at, type, value, text, place))
        return false;
    for (size_t i = 0; i < type->field_count; i++) {
        const weft__field *field = &type->fields[i];
        char inner_place[PLACE_MAX];
        void *inner;

        if (field->kind != WEFT__OBJECT)
            continue;
        memcpy(&inner, (char *)value + field->offset, sizeof(inner));
        if (!inner)
            continue;
        snprintf(inner_place, sizeof(inner_place), "%s%s.", place, field->name);
        if (!place_members(at, field->type, inner, weft_json_get_member(text, field->name), inner_place))
            return false;
    }
    return true;
}

/* ---- all of it ---- */

static bool read_body(const reading *at, weft_json object)
{
    static const weft__type nothing = {.name = "", .tag_field = -1, .scalar_field = -1};
    const weft__type *type = at->operation->request;
    void *request = NULL;

    if (!type)
        return place_members(at, &nothing, NULL, object, "");
    if (!read_struct(at, type, object, &request) || !place_members(at, type, request, object, ""))
        return false;
    at->to->invocation.request = request;
    return true;
}

static bool read_query(const reading *at, weft_json object)
{
    void *options = NULL;

    if (!at->operation->query)
        return true;
    if (!read_struct(at, at->operation->query, object, &options))
        return false;
    at->to->invocation.options = options;
    return true;
}

/* Where the text breaks off being JSON. */
static bool explain_syntax(const reading *at, const char *text)
{
    weft__codec_error error = {.what = "expected an object"};

    if (weft__json_check(text, strlen(text), &error) == WEFT__CODEC_OK)
        return fail(at, "the arguments are no JSON object");
    return fail(at, "the arguments are not JSON: %s at byte %zu", error.what, error.offset);
}

bool weft__arguments_read(weft__arena *arena, const weft__operation *operation, const char *text,
                          weft__arguments *ret_arguments)
{
    const reading at = {arena, operation, ret_arguments};
    const char *given = text ? text : "{}";
    weft__codec_error error;
    weft_json object;

    *ret_arguments = (weft__arguments){.invocation = {.operation = operation}};
    object = weft_json_parse(given);
    if (weft_json_get_kind(object) != WEFT_JSON_KIND_OBJECT ||
        weft__json_check(given, strlen(given), &error) != WEFT__CODEC_OK)
        return explain_syntax(&at, given);
    return read_segments(&at, object) && read_query(&at, object) && read_header(&at, object) && read_body(&at, object);
}
