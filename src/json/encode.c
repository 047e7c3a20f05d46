/* json/encode.c - structs as JSON text, as their tables say. */
#include "json/codec.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "json/path.h"
#include "json/reader.h"
#include "json/writer.h"

typedef struct encoder {
    weft__writer writer;
    weft__codec_error *error; /* borrowed */
} encoder;

static weft__codec_status encode_struct(encoder *e, const weft__type *type, const char *object);

static const char *const bad_text = "invalid UTF-8";

static weft__codec_status invalid(encoder *e, const char *what)
{
    e->error->what = what;
    return e->error->status = WEFT__CODEC_INVALID;
}

/* JSON text of the caller's is at fault, where the reader stands. */
static weft__codec_status invalid_text(encoder *e, const weft__reader *reader)
{
    e->error->offset = weft__reader_offset(reader);
    e->error->in_text = true;
    return invalid(e, reader->what);
}

/* `const T *` members of any T are read as bytes. */
static const void *load_pointer(const char *slot)
{
    const void *pointer;

    memcpy(&pointer, slot, sizeof(pointer));
    return pointer;
}

static size_t load_count(const weft__field *field, const char *object)
{
    size_t count;

    memcpy(&count, object + field->count_offset, sizeof(count));
    return count;
}

static weft__codec_status put_text(encoder *e, const char *text, size_t len)
{
    return weft__write_string(&e->writer, text, len) ? WEFT__CODEC_OK : invalid(e, bad_text);
}

/* JSON text of the caller's: whole, valid, without the white space around it. */
static weft__codec_status put_json(encoder *e, const char *text, size_t len)
{
    weft__reader reader;
    weft_json value;

    weft__reader_init(&reader, text, len);
    if (!weft__reader_skip(&reader, &value) || !weft__reader_finish(&reader))
        return invalid_text(e, &reader);
    weft__write_raw(&e->writer, value.ptr, value.len);
    return WEFT__CODEC_OK;
}

static weft__codec_status put_double(encoder *e, double value)
{
    return weft__write_double(&e->writer, value) ? WEFT__CODEC_OK : invalid(e, "expected a finite number");
}

/* The state of an optional member, whose struct begins with it in every optional type. */
static weft_presence optional_state(const char *slot)
{
    weft_presence state;

    memcpy(&state, slot, sizeof(state));
    return state;
}

static bool is_optional(const weft__field *field)
{
    return field->kind >= WEFT__OPT_BOOL && field->kind <= WEFT__OPT_CJSON;
}

/* Nothing to send, unless the field is WEFT__ALWAYS. */
static inline bool is_empty(const weft__field *field, const char *object)
{
    const void *slot = object + field->offset;

    switch ((weft__kind)field->kind) {
    case WEFT__STR:
    case WEFT__JSON:
    case WEFT__CJSON:
    case WEFT__OBJECT:
        return !load_pointer(slot); /* the pointer comes first in weft_str and weft_json */
    case WEFT__CSTR:
        return !load_pointer(slot) || !*(const char *)load_pointer(slot);
    case WEFT__BOOL:
        return !*(const bool *)slot;
    case WEFT__INT64:
        return *(const int64_t *)slot == 0;
    case WEFT__DOUBLE:
        return *(const double *)slot == 0;
    case WEFT__EXTRA:
        return true;
    default:
        return is_optional(field) ? optional_state(slot) == WEFT_PRESENCE_ABSENT : load_count(field, object) == 0;
    }
}

/* What stands for an empty WEFT__ALWAYS member. */
static void put_empty(encoder *e, const weft__field *field)
{
    switch ((weft__kind)field->kind) {
    case WEFT__STR:
    case WEFT__CSTR:
        weft__write_raw(&e->writer, "\"\"", 2);
        break;
    case WEFT__BOOL:
        weft__write_bool(&e->writer, false);
        break;
    case WEFT__INT64:
    case WEFT__DOUBLE:
        weft__write_int64(&e->writer, 0);
        break;
    case WEFT__LIST_STR:
    case WEFT__LIST_CSTR:
    case WEFT__LIST_OBJECT:
    case WEFT__LIST_JSON:
        weft__write_raw(&e->writer, "[]", 2);
        break;
    case WEFT__MAP_STR:
    case WEFT__MAP_CSTR:
        weft__write_raw(&e->writer, "{}", 2);
        break;
    default:
        weft__write_null(&e->writer);
        break;
    }
}

static weft__codec_status put_str_or_null(encoder *e, weft_str text)
{
    if (text.ptr)
        return put_text(e, text.ptr, text.len);
    weft__write_null(&e->writer);
    return WEFT__CODEC_OK;
}

static weft__codec_status put_item(encoder *e, const weft__field *field, const char *item)
{
    const char *text;

    switch ((weft__kind)field->kind) {
    case WEFT__LIST_STR:
        return put_str_or_null(e, *(const weft_str *)(const void *)item);
    case WEFT__LIST_CSTR:
        text = load_pointer(item);
        return text ? put_text(e, text, strlen(text)) : WEFT__CODEC_OK;
    case WEFT__LIST_JSON:
        return put_json(e, ((const weft_json *)(const void *)item)->ptr, ((const weft_json *)(const void *)item)->len);
    default:
        return encode_struct(e, field->type, item);
    }
}

static weft__codec_status put_list(encoder *e, const weft__field *field, const char *object, size_t item_size)
{
    const char *items = load_pointer(object + field->offset);
    const size_t count = load_count(field, object);

    if (!items)
        return invalid(e, "a list of this length cannot be NULL");
    weft__write_array(&e->writer);
    for (size_t i = 0; i < count; i++) {
        weft__codec_status status = put_item(e, field, items + i * item_size);

        if (status) {
            weft__path_prepend_index(e->error, i);
            return status;
        }
    }
    weft__write_array_end(&e->writer);
    return WEFT__CODEC_OK;
}

static weft__codec_status put_str_pair(encoder *e, const weft_str_pair *pair)
{
    if (!weft__write_name(&e->writer, pair->name.ptr, pair->name.len))
        return invalid(e, bad_text);
    return put_str_or_null(e, pair->value);
}

static weft__codec_status put_pair(encoder *e, const weft_pair *pair)
{
    if (!pair->name || !pair->value)
        return invalid(e, pair->name ? "a value is missing" : "a name is missing");
    if (!weft__write_name(&e->writer, pair->name, strlen(pair->name)))
        return invalid(e, bad_text);
    return put_text(e, pair->value, strlen(pair->value));
}

static weft__codec_status put_map(encoder *e, const weft__field *field, const char *object)
{
    const void *items = load_pointer(object + field->offset);
    const size_t count = load_count(field, object);

    if (!items)
        return invalid(e, "a map of this length cannot be NULL");
    weft__write_object(&e->writer);
    for (size_t i = 0; i < count; i++) {
        weft__codec_status status = field->kind == WEFT__MAP_STR ? put_str_pair(e, (const weft_str_pair *)items + i)
                                                                 : put_pair(e, (const weft_pair *)items + i);

        if (status) {
            weft__path_prepend_index(e->error, i);
            return status;
        }
    }
    weft__write_object_end(&e->writer);
    return WEFT__CODEC_OK;
}

static weft__codec_status put_cstr(encoder *e, const char *text)
{
    return text ? put_text(e, text, strlen(text)) : invalid(e, "a text that is set cannot be NULL");
}

static weft__codec_status put_cjson(encoder *e, const char *text)
{
    return text ? put_json(e, text, strlen(text)) : invalid(e, "JSON text that is set cannot be NULL");
}

static weft__codec_status put_optional(encoder *e, const weft__field *field, const void *slot)
{
    const weft_presence state = optional_state(slot);

    if (state == WEFT_PRESENCE_NULL) {
        weft__write_null(&e->writer);
        return WEFT__CODEC_OK;
    }
    if (state != WEFT_PRESENCE_VALUE)
        return invalid(e, "the state is none of absent, null and value");
    switch ((weft__kind)field->kind) {
    case WEFT__OPT_BOOL:
        weft__write_bool(&e->writer, ((const weft_opt_bool *)slot)->value);
        return WEFT__CODEC_OK;
    case WEFT__OPT_INT64:
        weft__write_int64(&e->writer, ((const weft_opt_int64 *)slot)->value);
        return WEFT__CODEC_OK;
    case WEFT__OPT_DOUBLE:
        return put_double(e, ((const weft_opt_double *)slot)->value);
    case WEFT__OPT_CSTR:
        return put_cstr(e, ((const weft_opt_str *)slot)->value);
    default:
        return put_cjson(e, ((const weft_opt_json *)slot)->value);
    }
}

static weft__codec_status put_value(encoder *e, const weft__field *field, const char *object)
{
    const void *slot = object + field->offset;

    switch ((weft__kind)field->kind) {
    case WEFT__STR:
        return put_text(e, ((const weft_str *)slot)->ptr, ((const weft_str *)slot)->len);
    case WEFT__CSTR:
        return put_cstr(e, load_pointer(slot));
    case WEFT__BOOL:
        weft__write_bool(&e->writer, *(const bool *)slot);
        return WEFT__CODEC_OK;
    case WEFT__INT64:
        weft__write_int64(&e->writer, *(const int64_t *)slot);
        return WEFT__CODEC_OK;
    case WEFT__DOUBLE:
        return put_double(e, *(const double *)slot);
    case WEFT__JSON:
        return put_json(e, ((const weft_json *)slot)->ptr, ((const weft_json *)slot)->len);
    case WEFT__CJSON:
        return put_cjson(e, load_pointer(slot));
    case WEFT__OBJECT:
        return encode_struct(e, field->type, load_pointer(slot));
    case WEFT__LIST_STR:
        return put_list(e, field, object, sizeof(weft_str));
    case WEFT__LIST_CSTR:
        return put_list(e, field, object, sizeof(const char *));
    case WEFT__LIST_JSON:
        return put_list(e, field, object, sizeof(weft_json));
    case WEFT__LIST_OBJECT:
        return put_list(e, field, object, field->type->size);
    case WEFT__MAP_STR:
    case WEFT__MAP_CSTR:
        return put_map(e, field, object);
    default:
        return put_optional(e, field, slot);
    }
}

static const weft__field *extra_field(const weft__type *type)
{
    const weft__field *last = type->fields + type->field_count - 1;

    return type->field_count && last->kind == WEFT__EXTRA ? last : NULL;
}

/* The caller's extra members: added behind the others, of which those of the same name were left out. */
static weft__codec_status put_extra(encoder *e, const char *extra)
{
    weft__reader reader;
    weft__member member;

    weft__reader_init(&reader, extra, strlen(extra));
    if (weft__reader_enter(&reader, WEFT__VALUE_OBJECT)) {
        while (weft__reader_member(&reader, &member)) {
            weft__write_raw_name(&e->writer, member.name.ptr, member.name.len);
            weft__write_raw(&e->writer, member.value.ptr, member.value.len);
        }
    }
    return weft__reader_finish(&reader) ? WEFT__CODEC_OK : invalid_text(e, &reader);
}

/* Whether the table's variants, or the caller's extra members, leave this field out. */
static bool is_left_out(const weft__field *field, const char *tag, const char *extra)
{
    weft_json value;

    if (field->kind == WEFT__EXTRA || (field->flags & WEFT__VARIANT && (!tag || strcmp(field->variant, tag) != 0)))
        return true;
    return extra && weft__json_member(extra, strlen(extra), field->name, &value);
}

/* A member that is not empty, or has to be there all the same. */
static weft__codec_status put_member(encoder *e, const weft__field *field, const char *object)
{
    const bool empty = is_empty(field, object);

    if (empty && field->flags & WEFT__REQUIRED)
        return invalid(e, "required");
    /* A table's names are plain. */
    weft__write_raw_name(&e->writer, field->name, field->name_len);
    if (!empty)
        return put_value(e, field, object);
    put_empty(e, field);
    return WEFT__CODEC_OK;
}

static weft__codec_status encode_struct(encoder *e, const weft__type *type, const char *object)
{
    const weft__field *extra_at = extra_field(type), *field = type->fields, *end = field + type->field_count;
    const char *extra = extra_at ? load_pointer(object + extra_at->offset) : NULL;
    const char *tag = type->tag_field >= 0 ? load_pointer(object + type->fields[type->tag_field].offset) : NULL;
    weft__codec_status status = WEFT__CODEC_OK;

    WEFT__ASSERT(type->tag_field < (int)type->field_count);
    WEFT__ASSERT(type->tag_field < 0 || type->fields[type->tag_field].kind == WEFT__CSTR);
    weft__write_object(&e->writer);
    for (; field < end; field++) {
        /* First, for of the many members that a request may have most are not there. */
        if (!(field->flags & (WEFT__REQUIRED | WEFT__ALWAYS)) && is_empty(field, object))
            continue;
        if (is_left_out(field, tag, extra))
            continue;
        status = put_member(e, field, object);
        if (status)
            goto fail;
    }
    field = extra_at;
    if (extra)
        status = put_extra(e, extra);
    if (status)
        goto fail;
    weft__write_object_end(&e->writer);
    return WEFT__CODEC_OK;
fail:
    weft__path_prepend_name(e->error, field->name, field->name_len);
    return status;
}

weft__codec_status weft__encode(weft__buffer *out, const weft__type *type, const void *value, weft__codec_error *error)
{
    const size_t start = out->len;
    encoder e = {.error = error};
    weft__codec_status status;

    weft__codec_error_clear(error);
    weft__writer_init(&e.writer, out);
    status = encode_struct(&e, type, value);
    if (!status && out->failed) {
        status = error->status = e.writer.too_large ? WEFT__CODEC_TOO_LARGE : WEFT__CODEC_NO_MEMORY;
        error->what = e.writer.too_large ? "larger than the limit" : "out of memory";
    }
    if (status) {
        WEFT__ASSERT(error->status == status && error->what && out->len >= start);
        out->len = start; /* half a value is of no use */
        weft__path_finish(error);
    }
    return status;
}
