/* json/decode.c - one walk over the text that fills structs as their tables say. */
#include "json/codec.h"

#include <string.h>

#include "base/assert.h"
#include "json/decoder.h"
#include "json/item_list.h"
#include "json/path.h"

_Static_assert((int)WEFT__TYPED_DEPTH < (int)WEFT__READER_DEPTH, "what has a type ends first");
_Static_assert(WEFT__EXTRA <= UINT8_MAX, "a field has a byte for its kind");

static weft__codec_status decode_struct(weft__decoder *d, const weft__type *type, weft__value kind, void *object);

/* A pointer member is written as bytes: `const T *` of any T goes through here. */
static void store_pointer(void *slot, const void *pointer)
{
    memcpy(slot, &pointer, sizeof(pointer));
}

/* A value of the wrong kind in a lenient type: passes over it, for the caller to leave zero. `start` and
 * `depth` are the reader's from before the value. */
static weft__codec_status pass_misfit(weft__decoder *d, const char *start, unsigned depth, weft_json *ret_raw)
{
    WEFT__ASSERT(start <= d->reader.at && depth <= d->reader.depth);
    d->reader.at = start;
    d->reader.depth = depth;
    return weft__take_raw(d, ret_raw);
}

/* The same for an item, which keeps its text where it can. */
static weft__codec_status pass_misfit_item(weft__decoder *d, const weft__field *field, const char *start,
                                           unsigned depth, void *slot)
{
    weft_json raw;
    weft__codec_status status = pass_misfit(d, start, depth, &raw);

    if (!status && field->kind == WEFT__LIST_OBJECT && field->type->flags & WEFT__HAS_OBJECT)
        *(weft_object *)slot = (weft_object){raw, field->type};
    return status;
}

static weft__codec_status decode_item(weft__decoder *d, const weft__field *field, void *slot)
{
    const weft__value kind = weft__reader_peek(&d->reader);
    const char *start = d->reader.at;
    const unsigned depth = d->reader.depth;
    weft__codec_status status;

    if (field->kind == WEFT__LIST_JSON)
        return weft__take_raw(d, slot);
    if (kind == WEFT__VALUE_NULL)
        return weft__take_raw(d, NULL);
    if (field->kind == WEFT__LIST_OBJECT)
        status = decode_struct(d, field->type, kind, slot);
    else if (field->kind == WEFT__LIST_CSTR)
        status = weft__take_cstr(d, kind, slot);
    else
        status = weft__take_str(d, field->flags, kind, slot);
    return status == WEFT__CODEC_MISMATCH && d->lenient ? pass_misfit_item(d, field, start, depth, slot) : status;
}

static weft__codec_status decode_items(weft__decoder *d, const weft__field *field, weft__item_list *list)
{
    if (!weft__reader_enter(&d->reader, WEFT__VALUE_ARRAY))
        return weft__decode_syntax(d);
    while (weft__reader_next_item(&d->reader)) {
        void *slot = weft__item_add(d, list);
        weft__codec_status status = slot ? decode_item(d, field, slot) : weft__decode_no_memory(d);

        if (status) {
            weft__path_prepend_index(d->error, slot ? list->count - 1 : list->count);
            return status;
        }
    }
    return d->reader.what ? weft__decode_syntax(d) : WEFT__CODEC_OK;
}

/* The value of a map's member, into `slot`; `*ret_taken` is false when it has no place in the map. */
static weft__codec_status decode_map_value(weft__decoder *d, const weft__field *field, void *slot, bool *ret_taken)
{
    const weft__value kind = weft__reader_peek(&d->reader);
    const bool composite = kind == WEFT__VALUE_ARRAY || kind == WEFT__VALUE_OBJECT;
    const char *start = d->reader.at;
    const unsigned depth = d->reader.depth;
    unsigned flags = 0;
    weft__codec_status status;

    *ret_taken = true;
    if (field->flags & WEFT__ANY_SCALAR) {
        flags = WEFT__TEXT_OR_JSON;
        *ret_taken = !composite && kind != WEFT__VALUE_NULL;
    }
    if (!*ret_taken || kind == WEFT__VALUE_NULL)
        return weft__take_raw(d, NULL);
    if (field->kind == WEFT__MAP_STR)
        status = weft__take_str(d, flags, kind, &((weft_str_pair *)slot)->value);
    else
        status = weft__take_cstr(d, kind, &((weft_pair *)slot)->value);
    return status == WEFT__CODEC_MISMATCH && d->lenient ? pass_misfit(d, start, depth, NULL) : status;
}

static weft__codec_status decode_map_name(weft__decoder *d, const weft__field *field, weft__quoted name, void *slot)
{
    char *copy = weft__decode_bytes(d, weft__quoted_room(name) + 1);
    size_t len;

    if (!copy)
        return weft__decode_no_memory(d);
    len = weft__quoted_copy(name, copy);
    copy[len] = '\0';
    if (field->kind == WEFT__MAP_STR)
        ((weft_str_pair *)slot)->name = (weft_str){copy, len};
    else if (strlen(copy) == len)
        ((weft_pair *)slot)->name = copy;
    else
        return weft__decode_mismatch(d, name.ptr, "expected a name without \\u0000");
    return WEFT__CODEC_OK;
}

static weft__codec_status decode_map(weft__decoder *d, const weft__field *field, weft__item_list *list)
{
    weft__quoted name;

    if (!weft__reader_enter(&d->reader, WEFT__VALUE_OBJECT))
        return weft__decode_syntax(d);
    for (size_t index = 0; weft__reader_next_member(&d->reader, &name); index++) {
        void *slot = weft__item_add(d, list);
        weft__codec_status status = slot ? decode_map_name(d, field, name, slot) : weft__decode_no_memory(d);
        bool taken = true;

        if (!status)
            status = decode_map_value(d, field, slot, &taken);
        if (status) {
            /* By number: a name of the peer's choosing has no place in a message. */
            weft__path_prepend_index(d->error, index);
            return status;
        }
        if (!taken)
            weft__item_drop(d, list);
    }
    return d->reader.what ? weft__decode_syntax(d) : WEFT__CODEC_OK;
}

static size_t item_size(const weft__field *field)
{
    switch (field->kind) {
    case WEFT__LIST_STR:
        return sizeof(weft_str);
    case WEFT__LIST_CSTR:
        return sizeof(const char *);
    case WEFT__LIST_JSON:
        return sizeof(weft_json);
    case WEFT__MAP_STR:
        return sizeof(weft_str_pair);
    case WEFT__MAP_CSTR:
        return sizeof(weft_pair);
    default:
        return field->type->size;
    }
}

static weft__codec_status decode_many(weft__decoder *d, const weft__field *field, weft__value kind, char *object)
{
    const bool map = field->kind == WEFT__MAP_STR || field->kind == WEFT__MAP_CSTR;
    size_t *count = (void *)(object + field->count_offset);
    weft__item_list list;
    weft__codec_status status;

    WEFT__ASSERT(field->count_offset != field->offset && item_size(field) > 0);
    if (map && kind != WEFT__VALUE_OBJECT)
        return weft__decode_mismatch(d, d->reader.at, "expected an object");
    if (!map && kind != WEFT__VALUE_ARRAY)
        return weft__decode_mismatch(d, d->reader.at, "expected an array");
    weft__item_list_init(&list, item_size(field));
    status = map ? decode_map(d, field, &list) : decode_items(d, field, &list);
    status = weft__item_list_finish(d, &list, status);
    store_pointer(object + field->offset, list.items);
    *count = list.count;
    return status;
}

static weft__codec_status decode_child(weft__decoder *d, const weft__type *type, weft__value kind, void *slot)
{
    weft__codec_status status;
    void *child;

    WEFT__ASSERT(type->size > 0 && type->scalar_field < (int)type->field_count);
    if (kind != WEFT__VALUE_OBJECT && !(kind == WEFT__VALUE_STRING && type->scalar_field >= 0))
        return weft__decode_mismatch(d, d->reader.at, "expected an object");
    child = weft__decode_charge(d, type->size) ? weft__arena_zalloc(d->arena, type->size) : NULL;
    if (!child)
        return weft__decode_no_memory(d);
    status = decode_struct(d, type, kind, child);
    store_pointer(slot, child);
    return status;
}

static weft__codec_status decode_value(weft__decoder *d, const weft__field *field, weft__value kind, char *object)
{
    void *slot = object + field->offset;

    switch ((weft__kind)field->kind) {
    case WEFT__STR:
        return weft__take_str(d, field->flags, kind, slot);
    case WEFT__CSTR:
        return weft__take_cstr(d, kind, slot);
    case WEFT__BOOL:
        return weft__take_bool(d, kind, slot);
    case WEFT__INT64:
        return weft__take_int64(d, kind, slot);
    case WEFT__DOUBLE:
        return weft__take_double(d, kind, slot);
    case WEFT__OPT_BOOL:
        ((weft_opt_bool *)slot)->state = WEFT_PRESENCE_VALUE;
        return weft__take_bool(d, kind, &((weft_opt_bool *)slot)->value);
    case WEFT__OPT_INT64:
        ((weft_opt_int64 *)slot)->state = WEFT_PRESENCE_VALUE;
        return weft__take_int64(d, kind, &((weft_opt_int64 *)slot)->value);
    case WEFT__OPT_DOUBLE:
        ((weft_opt_double *)slot)->state = WEFT_PRESENCE_VALUE;
        return weft__take_double(d, kind, &((weft_opt_double *)slot)->value);
    case WEFT__OPT_CSTR:
        ((weft_opt_str *)slot)->state = WEFT_PRESENCE_VALUE;
        return weft__take_cstr(d, kind, &((weft_opt_str *)slot)->value);
    case WEFT__OPT_CJSON:
        ((weft_opt_json *)slot)->state = WEFT_PRESENCE_VALUE;
        return weft__take_cjson(d, &((weft_opt_json *)slot)->value);
    case WEFT__JSON:
        return weft__take_raw(d, slot);
    case WEFT__CJSON:
        return weft__take_cjson(d, slot);
    case WEFT__OBJECT:
        return decode_child(d, field->type, kind, slot);
    default:
        return decode_many(d, field, kind, object);
    }
}

/* Zero again, in case an earlier member of the same name left something; an optional says why it is empty. */
static void clear_member(const weft__field *field, char *object, weft_presence state)
{
    void *slot = object + field->offset;

    switch ((weft__kind)field->kind) {
    case WEFT__STR:
    case WEFT__JSON:
        memset(slot, 0, sizeof(weft_str));
        break;
    case WEFT__BOOL:
        *(bool *)slot = false;
        break;
    case WEFT__INT64:
        *(int64_t *)slot = 0;
        break;
    case WEFT__DOUBLE:
        *(double *)slot = 0;
        break;
    case WEFT__OPT_BOOL:
        *(weft_opt_bool *)slot = (weft_opt_bool){state, false};
        break;
    case WEFT__OPT_INT64:
        *(weft_opt_int64 *)slot = (weft_opt_int64){state, 0};
        break;
    case WEFT__OPT_DOUBLE:
        *(weft_opt_double *)slot = (weft_opt_double){state, 0};
        break;
    case WEFT__OPT_CSTR:
        *(weft_opt_str *)slot = (weft_opt_str){state, NULL};
        break;
    case WEFT__OPT_CJSON:
        *(weft_opt_json *)slot = (weft_opt_json){state, NULL};
        break;
    case WEFT__CSTR:
    case WEFT__CJSON:
    case WEFT__OBJECT:
    case WEFT__EXTRA:
        store_pointer(slot, NULL);
        break;
    default:
        store_pointer(slot, NULL);
        *(size_t *)(void *)(object + field->count_offset) = 0;
        break;
    }
}

static weft__codec_status decode_member(weft__decoder *d, const weft__field *field, char *object)
{
    const weft__value kind = weft__reader_peek(&d->reader);
    const char *start = d->reader.at;
    const unsigned depth = d->reader.depth;
    weft__codec_status status;

    if (kind == WEFT__VALUE_NONE)
        return weft__decode_syntax(d);
    if (kind == WEFT__VALUE_NULL && field->kind != WEFT__JSON && field->kind != WEFT__CJSON) {
        clear_member(field, object, WEFT_PRESENCE_NULL);
        return weft__take_raw(d, NULL);
    }
    if (kind == WEFT__VALUE_STRING && field->kind == WEFT__STR)
        return weft__take_string(d, (void *)(object + field->offset)); /* most members of all */
    status = decode_value(d, field, kind, object);
    if (status != WEFT__CODEC_MISMATCH || !d->lenient)
        return status;
    clear_member(field, object, WEFT_PRESENCE_INVALID);
    return pass_misfit(d, start, depth, NULL);
}

static inline bool is_named(const weft__field *field, weft__quoted name)
{
    if (field->kind == WEFT__EXTRA)
        return false; /* a label for messages, not a name on the wire */
    if (name.escaped || name.broken)
        return weft__quoted_is(name, field->name, field->name_len);
    return field->name_len == name.len && weft__same_bytes(field->name, name.ptr, name.len);
}

/* Where the name of the next member stands in the table, from `hint` on and then from the top; field_count when it does
 * not. */
static unsigned find_field(const weft__type *type, weft__quoted name, unsigned hint)
{
    for (unsigned i = hint; i < type->field_count; i++)
        if (is_named(&type->fields[i], name))
            return i;
    for (unsigned i = 0; i < hint; i++)
        if (is_named(&type->fields[i], name))
            return i;
    return type->field_count;
}

/* Servers write members in the order of their own struct, which is mostly the order of the table, and leave out some:
 * the name is looked for where it is most likely to be, and only when it is not there read by itself. */
static unsigned guess_field(weft__decoder *d, const weft__type *type, unsigned hint)
{
    const char *place = weft__reader_name_place(&d->reader);

    for (unsigned i = place ? hint : type->field_count; i < type->field_count; i++) {
        const weft__field *field = &type->fields[i];

        if (field->kind != WEFT__EXTRA && weft__reader_name_is(&d->reader, place, field->name, field->name_len))
            return i;
    }
    return type->field_count;
}

/* The field that the next member belongs to, NULL when the type has none for it. False at the object's end,
 * or at a fault. `*hint` is the place in the table behind the field found last. */
static bool next_field(weft__decoder *d, const weft__type *type, unsigned *hint, const weft__field **ret_field)
{
    unsigned index = guess_field(d, type, *hint);
    weft__quoted name;

    if (index == type->field_count) {
        if (!weft__reader_next_member(&d->reader, &name))
            return false;
        index = find_field(type, name, *hint);
    }
    *ret_field = NULL;
    if (index < type->field_count) {
        *ret_field = &type->fields[index];
        *hint = index + 1;
    }
    return true;
}

static weft__codec_status decode_members(weft__decoder *d, const weft__type *type, char *object)
{
    const weft__field *field;
    unsigned hint = 0;

    if (d->reader.depth >= WEFT__TYPED_DEPTH)
        weft__reader_fail(&d->reader, d->reader.at, "nested too deep");
    if (!weft__reader_enter(&d->reader, WEFT__VALUE_OBJECT))
        return weft__decode_syntax(d);
    while (next_field(d, type, &hint, &field)) {
        weft__codec_status status = field ? decode_member(d, field, object) : weft__take_raw(d, NULL);

        if (status) {
            if (field)
                weft__path_prepend_name(d->error, field->name, field->name_len);
            return status;
        }
    }
    return d->reader.what ? weft__decode_syntax(d) : WEFT__CODEC_OK;
}

/* Fills the zeroed struct at `object` from the value of `kind` that comes next. */
static weft__codec_status decode_struct(weft__decoder *d, const weft__type *type, weft__value kind, void *object)
{
    const bool outer_lenient = d->lenient, outer_spelled = d->spelled;
    const char *start = d->reader.at;
    weft__codec_status status;

    if (kind == WEFT__VALUE_STRING && type->scalar_field >= 0)
        return decode_member(d, &type->fields[type->scalar_field], object);
    if (kind != WEFT__VALUE_OBJECT)
        return weft__decode_mismatch(d, start, "expected an object");
    d->lenient |= (type->flags & WEFT__LENIENT) != 0;
    d->spelled |= (type->flags & WEFT__SPELLED) != 0;
    status = decode_members(d, type, object);
    d->lenient = outer_lenient;
    d->spelled = outer_spelled;
    if (type->flags & WEFT__HAS_OBJECT)
        *(weft_object *)object = (weft_object){{start, (size_t)(d->reader.at - start)}, type};
    return status;
}

static weft__codec_status finish(weft__decoder *d, weft__codec_status status)
{
    if (!status && !weft__reader_finish(&d->reader))
        status = weft__decode_syntax(d);
    if (status)
        weft__path_finish(d->error);
    else
        weft__codec_error_clear(d->error); /* a lenient type may have left a trace */
    return status;
}

static void begin(weft__decoder *d, weft__arena *arena, const weft__type *type, const char *text, size_t len,
                  weft__codec_error *error)
{
    *d = (weft__decoder){.arena = arena, .error = error};
    weft__codec_error_clear(error);
    if (type->flags & WEFT__LENIENT)
        weft__reader_init_answer(&d->reader, text, len);
    else
        weft__reader_init(&d->reader, text, len);
}

weft__codec_status weft__decode(weft__arena *arena, const weft__type *type, const char *text, size_t len,
                                void **ret_value, weft__codec_error *error)
{
    weft__codec_status status;
    weft__value kind;
    void *object;
    weft__decoder d;

    begin(&d, arena, type, text, len, error);
    kind = weft__reader_peek(&d.reader);
    object = weft__decode_charge(&d, type->size) ? weft__arena_zalloc(arena, type->size) : NULL;
    if (!object)
        status = weft__decode_no_memory(&d);
    else
        status = kind == WEFT__VALUE_NONE ? weft__decode_syntax(&d) : decode_struct(&d, type, kind, object);
    status = finish(&d, status);
    if (!status)
        *ret_value = object;
    return status;
}

static weft__codec_status decode_array(weft__decoder *d, const weft__type *type, weft__item_list *list,
                                       weft_json *ret_raw)
{
    const weft__field field = {.kind = WEFT__LIST_OBJECT, .type = type};
    const char *start = d->reader.at;
    weft__codec_status status = decode_items(d, &field, list);

    *ret_raw = (weft_json){start, (size_t)(d->reader.at - start)};
    return status;
}

static weft__codec_status decode_top_list(weft__decoder *d, const weft__type *type, weft__item_list *list,
                                          weft_json *ret_raw)
{
    d->lenient = (type->flags & WEFT__LENIENT) != 0; /* of its items as well */
    switch (weft__reader_peek(&d->reader)) {
    case WEFT__VALUE_NONE:
        return weft__decode_syntax(d);
    case WEFT__VALUE_NULL:
        return weft__take_raw(d, NULL);
    case WEFT__VALUE_ARRAY:
        return decode_array(d, type, list, ret_raw);
    default:
        return weft__decode_mismatch(d, d->reader.at, "expected an array");
    }
}

weft__codec_status weft__decode_list(weft__arena *arena, const weft__type *type, const char *text, size_t len,
                                     weft__list_result *ret_list, weft__codec_error *error)
{
    weft__item_list list;
    weft_json raw = {NULL, 0};
    weft__codec_status status;
    weft__decoder d;

    begin(&d, arena, type, text, len, error);
    weft__item_list_init(&list, type->size);
    status = decode_top_list(&d, type, &list, &raw);
    status = finish(&d, weft__item_list_finish(&d, &list, status));
    if (!status)
        *ret_list = (weft__list_result){{raw, NULL}, list.items, list.count};
    return status;
}
