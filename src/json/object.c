/* json/object.c - the public questions to an object as it was received: weft/types.h. */
#include <string.h>

#include "json/codec.h"
#include "json/number.h"
#include "json/reader.h"

static const weft__field *declared_field(const weft__type *type, weft__quoted name)
{
    for (unsigned i = 0; type && i < type->field_count; i++) {
        const weft__field *field = &type->fields[i];

        if (field->kind != WEFT__EXTRA && weft__quoted_is(name, field->name, field->name_len))
            return field;
    }
    return NULL;
}

/* The number that the value is, or, in a type of such, that the string spells. */
static bool number_of(weft_json value, bool spelled, weft_json *ret_number)
{
    const weft__value kind = weft__value_kind(value);

    *ret_number = value;
    if (kind == WEFT__VALUE_STRING && spelled && value.len >= 2) {
        *ret_number = (weft_json){value.ptr + 1, value.len - 2};
        return weft__number_check(ret_number->ptr, ret_number->len);
    }
    return kind == WEFT__VALUE_NUMBER;
}

static bool fits_text(const weft__field *field, weft__value kind, bool spelled)
{
    return kind == WEFT__VALUE_STRING || field->flags & WEFT__TEXT_OR_JSON || (spelled && kind == WEFT__VALUE_NUMBER);
}

/* Whether the decoder takes a value that is not null for this field, in a type that takes spelled numbers or not. */
static bool fits(const weft__field *field, weft_json value, bool spelled)
{
    const weft__value kind = weft__value_kind(value);
    weft_json number;
    int64_t integer;
    double real;

    switch ((weft__kind)field->kind) {
    case WEFT__STR:
    case WEFT__CSTR:
    case WEFT__OPT_CSTR:
        return fits_text(field, kind, spelled);
    case WEFT__BOOL:
    case WEFT__OPT_BOOL:
        return kind == WEFT__VALUE_TRUE || kind == WEFT__VALUE_FALSE;
    case WEFT__INT64:
    case WEFT__OPT_INT64:
        return number_of(value, spelled, &number) && weft__number_int64(number, &integer);
    case WEFT__DOUBLE:
    case WEFT__OPT_DOUBLE:
        return number_of(value, spelled, &number) && weft__number_double(number, &real);
    case WEFT__OBJECT:
        return kind == WEFT__VALUE_OBJECT || (kind == WEFT__VALUE_STRING && field->type->scalar_field >= 0);
    case WEFT__LIST_STR:
    case WEFT__LIST_CSTR:
    case WEFT__LIST_OBJECT:
    case WEFT__LIST_JSON:
        return kind == WEFT__VALUE_ARRAY;
    case WEFT__MAP_STR:
    case WEFT__MAP_CSTR:
        return kind == WEFT__VALUE_OBJECT;
    default:
        return true; /* any JSON */
    }
}

weft_json weft_object_get(const weft_object *object, const char *name)
{
    weft_json value = {NULL, 0};

    if (object)
        weft__json_member(object->raw.ptr, object->raw.len, name, &value);
    return value;
}

weft_presence weft_object_get_state(const weft_object *object, const char *name)
{
    const weft_json value = weft_object_get(object, name);
    const weft__field *field;

    if (!value.ptr)
        return WEFT_PRESENCE_ABSENT;
    field = declared_field(object->type, (weft__quoted){name, strlen(name), false, false});
    if (weft__value_kind(value) == WEFT__VALUE_NULL)
        return WEFT_PRESENCE_NULL;
    if (field && !fits(field, value, object->type->flags & WEFT__SPELLED))
        return WEFT_PRESENCE_INVALID;
    return WEFT_PRESENCE_VALUE;
}

bool weft_object_next_extra(const weft_object *object, size_t *cursor, weft_json *ret_name, weft_json *ret_value)
{
    weft__reader reader;
    weft__member member;

    if (!object)
        return false;
    weft__reader_init_answer(&reader, object->raw.ptr, object->raw.len);
    if (*cursor > object->raw.len || !weft__reader_enter(&reader, WEFT__VALUE_OBJECT))
        return false;
    if (*cursor) {
        /* Behind the member found last: entered, and no longer fresh. */
        reader.at = object->raw.ptr + *cursor;
        reader.fresh = false;
    }
    while (weft__reader_member(&reader, &member)) {
        if (declared_field(object->type, member.name))
            continue;
        *cursor = weft__reader_offset(&reader);
        *ret_name = (weft_json){member.name.ptr, member.name.len};
        *ret_value = member.value;
        return true;
    }
    *cursor = object->raw.len + 1; /* asked again, still false */
    return false;
}
