#include "client/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"

static const char *word_of(bool flag)
{
    return flag ? "true" : "false";
}

static const char *print(char number[24], int64_t value)
{
    snprintf(number, 24, "%" PRId64, value);
    return number;
}

/* The value of an optional member; NULL when it is not to be sent. A query has no null. */
static const char *optional_value(const weft__field *field, const void *slot, char number[24])
{
    const weft_opt_bool *flag = slot;
    const weft_opt_int64 *integer = slot;
    const weft_opt_str *text = slot;

    switch ((weft__kind)field->kind) {
    case WEFT__OPT_BOOL:
        return flag->state == WEFT_PRESENCE_VALUE ? word_of(flag->value) : NULL;
    case WEFT__OPT_INT64:
        return integer->state == WEFT_PRESENCE_VALUE ? print(number, integer->value) : NULL;
    default:
        WEFT__ASSERT(field->kind == WEFT__OPT_CSTR);
        return text->state == WEFT_PRESENCE_VALUE ? text->value : NULL;
    }
}

static const char *value_of(const weft__field *field, const void *slot, char number[24])
{
    const char *text;

    switch ((weft__kind)field->kind) {
    case WEFT__CSTR:
        memcpy(&text, slot, sizeof(text));
        return text && (*text || field->flags & WEFT__ALWAYS) ? text : NULL;
    case WEFT__BOOL:
        return *(const bool *)slot ? word_of(true) : NULL;
    case WEFT__INT64:
        return *(const int64_t *)slot ? print(number, *(const int64_t *)slot) : NULL;
    default:
        return optional_value(field, slot, number);
    }
}

const char *weft__query_of(const weft__type *type, const void *options, weft__query *ret_query)
{
    WEFT__ASSERT(type->field_count <= WEFT__MAX_QUERY_ITEMS);
    ret_query->count = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        const weft__field *field = &type->fields[i];
        char *number = ret_query->numbers[ret_query->count];
        const char *value = value_of(field, (const char *)options + field->offset, number);

        if (!value)
            continue;
        if (value == number && *number == '-')
            return field->name;
        ret_query->items[ret_query->count++] = (weft__query_item){field->name, value};
    }
    return NULL;
}
