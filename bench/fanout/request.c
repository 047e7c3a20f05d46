#include "fanout/request.h"

#include <stdio.h>
#include <string.h>

enum { PLACE_MAX = 120, SLIP_MIN = 4 /* shorter names are too easily alike */ };

#define FAIL(...) (snprintf(message, REQUEST_MESSAGE_MAX, __VA_ARGS__), false)

/* What the codec has against the line. */
static void explain(const weft__codec_error *error, char message[REQUEST_MESSAGE_MAX])
{
    switch (error->status) {
    case WEFT__CODEC_NO_MEMORY:
        snprintf(message, REQUEST_MESSAGE_MAX, "it does not fit into memory");
        break;
    case WEFT__CODEC_SYNTAX:
        snprintf(message, REQUEST_MESSAGE_MAX, "not JSON: %s at column %zu", error->what, error->offset + 1);
        break;
    default:
        snprintf(message, REQUEST_MESSAGE_MAX, "%s%s%s", error->path, *error->path ? ": " : "", error->what);
    }
}

void *request_decode(weft__arena *arena, const weft__type *type, weft_json text, char message[REQUEST_MESSAGE_MAX])
{
    weft__codec_error error = {.what = "", .path = ""};
    void *request = NULL;

    error.status = weft__decode(arena, type, text.ptr, text.len, &request, &error);
    if (error.status == WEFT__CODEC_OK)
        return request;
    explain(&error, message);
    return NULL;
}

/* ---- What is required ---- */

static const char *text_of(const void *request, const weft__field *field)
{
    const char *text;

    memcpy(&text, (const char *)request + field->offset, sizeof(text));
    return text;
}

static bool has_what_is_required(const weft__type *type, const void *request, char message[REQUEST_MESSAGE_MAX])
{
    for (size_t i = 0; i < type->field_count; i++) {
        const weft__field *field = &type->fields[i];
        const char *text;

        if ((field->kind != WEFT__CSTR && field->kind != WEFT__CJSON) ||
            !(field->flags & (WEFT__ALWAYS | WEFT__REQUIRED)))
            continue;
        text = text_of(request, field);
        if (!text || !*text)
            return FAIL("%s: missing or empty", field->name);
    }
    return true;
}

/* ---- Members without a place ---- */

/* Whether one slip of the hand, a letter too many, too few, wrong, or two swapped, makes `known` of `name`. */
static bool is_slip(weft_json name, const char *known, size_t known_len)
{
    size_t shorter = name.len < known_len ? name.len : known_len, front = 0, back = 0, left, known_left;

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

static const char *meant_name(const weft__type *type, weft_json name)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].kind != WEFT__EXTRA && is_slip(name, type->fields[i].name, type->fields[i].name_len))
            return type->fields[i].name;
    return NULL;
}

static const weft__field *extra_field(const weft__type *type)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].kind == WEFT__EXTRA)
            return &type->fields[i];
    return NULL;
}

static bool refuse(const weft__type *type, const char *place, weft_json name, const char *meant,
                   char message[REQUEST_MESSAGE_MAX])
{
    int len = (int)(name.len < PLACE_MAX ? name.len : PLACE_MAX);

    return FAIL("%s%.*s: no such member in %s%s%s%s", place, len, name.ptr, type->name, meant ? "; is \"" : "",
                meant ? meant : "", meant ? "\" meant?" : "");
}

/* {"name":value,...} of the members that `type` does not name; empty when there are none. */
static bool gather_unknown(weft__buffer *out, const weft__type *type, const weft_object *object, const char *place,
                           char message[REQUEST_MESSAGE_MAX])
{
    weft_json name, value;
    size_t cursor = 0;

    while (weft_object_next_extra(object, &cursor, &name, &value)) {
        const char *meant = meant_name(type, name);

        if (meant || !extra_field(type))
            return refuse(type, place, name, meant, message);
        weft__buffer_append(out, out->len ? ",\"" : "{\"", 2);
        weft__buffer_append(out, name.ptr, name.len);
        weft__buffer_append(out, "\":", 2);
        weft__buffer_append(out, value.ptr, value.len);
    }
    if (out->len)
        weft__buffer_append_char(out, '}');
    return !out->failed || FAIL("it does not fit into memory");
}

static bool keep_unknown(weft__arena *arena, const weft__type *type, void *request, const weft_object *object,
                         const char *place, char message[REQUEST_MESSAGE_MAX])
{
    weft__buffer text;
    const char *extra = NULL;
    bool kept;

    weft__buffer_init(&text, arena->heap, SIZE_MAX / 2);
    kept = gather_unknown(&text, type, object, place, message);
    if (kept && text.len) {
        extra = weft__arena_copy(arena, text.data, text.len);
        if (extra)
            memcpy((char *)request + extra_field(type)->offset, &extra, sizeof(extra));
        else
            kept = FAIL("it does not fit into memory");
    }
    weft__buffer_deinit(&text);
    return kept;
}

/* `place` is where `text` is within the line: "", or "podman.". */
static bool place_members(weft__arena *arena, const weft__type *type, void *request, weft_json text, const char *place,
                          char message[REQUEST_MESSAGE_MAX])
{
    weft_object object = {.raw = text, .type = type};

    if (!keep_unknown(arena, type, request, &object, place, message))
        return false;
    for (size_t i = 0; i < type->field_count; i++) {
        const weft__field *field = &type->fields[i];
        char inner_place[PLACE_MAX];
        void *inner;

        if (field->kind != WEFT__OBJECT)
            continue;
        memcpy(&inner, (char *)request + field->offset, sizeof(inner));
        if (!inner)
            continue;
        snprintf(inner_place, sizeof(inner_place), "%s%s.", place, field->name);
        if (!place_members(arena, field->type, inner, weft_object_get(&object, field->name), inner_place, message))
            return false;
    }
    return true;
}

bool request_check(weft__arena *arena, const weft__type *type, void *request, weft_json text,
                   char message[REQUEST_MESSAGE_MAX])
{
    return has_what_is_required(type, request, message) && place_members(arena, type, request, text, "", message);
}
