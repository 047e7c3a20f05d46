/* json/decode.c - one walk over the text that fills structs as their tables say. */
#include "json/codec.h"

#include <string.h>

#include "json/decoder.h"
#include "json/path.h"

/* An array that grows in the arena, doubling; what it outgrows stays behind there, as much again at most. */
typedef struct item_list {
    char *items;
    size_t count;
    size_t cap;
    size_t item_size;
} item_list;

static weft__codec_status decode_struct(weft__decoder *d, const weft__type *type, weft__value kind, void *object);

/* A pointer member is written as bytes: `const T *` of any T goes through here. */
static void store_pointer(void *slot, const void *pointer)
{
    memcpy(slot, &pointer, sizeof(pointer));
}

/* A zeroed item at the end of the list; NULL when out of memory. */
static void *list_add(weft__decoder *d, item_list *list)
{
    char *slot;

    if (list->count == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : list->item_size > 64 ? 2 : 8;
        char *items = cap <= SIZE_MAX / 2 / list->item_size ? weft__arena_alloc(d->arena, cap * list->item_size) : NULL;

        if (!items)
            return NULL;
        if (list->count)
            memcpy(items, list->items, list->count * list->item_size);
        list->items = items;
        list->cap = cap;
    }
    slot = list->items + list->count++ * list->item_size;
    memset(slot, 0, list->item_size);
    return slot;
}

/* A value of the wrong kind in a lenient type: passes over it, for the caller to leave zero. `start` and
 * `depth` are the reader's from before the value. */
static weft__codec_status pass_misfit(weft__decoder *d, const char *start, unsigned depth)
{
    d->reader.at = start;
    d->reader.depth = depth;
    return weft__take_raw(d, NULL);
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
    return status == WEFT__CODEC_MISMATCH && d->lenient ? pass_misfit(d, start, depth) : status;
}

static weft__codec_status decode_items(weft__decoder *d, const weft__field *field, item_list *list)
{
    if (!weft__reader_enter(&d->reader, WEFT__VALUE_ARRAY))
        return weft__decode_syntax(d);
    while (weft__reader_next_item(&d->reader)) {
        void *slot = list_add(d, list);
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
    return status == WEFT__CODEC_MISMATCH && d->lenient ? pass_misfit(d, start, depth) : status;
}

static weft__codec_status decode_map_name(weft__decoder *d, const weft__field *field, weft__quoted name, void *slot)
{
    char *copy = weft__arena_bytes(d->arena, name.len + 1);
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

static weft__codec_status decode_map(weft__decoder *d, const weft__field *field, item_list *list)
{
    weft__quoted name;

    if (!weft__reader_enter(&d->reader, WEFT__VALUE_OBJECT))
        return weft__decode_syntax(d);
    for (size_t index = 0; weft__reader_next_member(&d->reader, &name); index++) {
        void *slot = list_add(d, list);
        weft__codec_status status = slot ? decode_map_name(d, field, name, slot) : weft__decode_no_memory(d);
        bool taken = true;

        if (!status)
            status = decode_map_value(d, field, slot, &taken);
        if (status) {
            /* By number: a name of the peer's choosing has no place in a message. */
            weft__path_prepend_index(d->error, index);
            return status;
        }
        list->count -= !taken;
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
    item_list list = {.item_size = item_size(field)};
    weft__codec_status status;

    if (map && kind != WEFT__VALUE_OBJECT)
        return weft__decode_mismatch(d, d->reader.at, "expected an object");
    if (!map && kind != WEFT__VALUE_ARRAY)
        return weft__decode_mismatch(d, d->reader.at, "expected an array");
    status = map ? decode_map(d, field, &list) : decode_items(d, field, &list);
    store_pointer(object + field->offset, list.count ? list.items : NULL);
    *count = list.count;
    return status;
}

static weft__codec_status decode_child(weft__decoder *d, const weft__type *type, weft__value kind, void *slot)
{
    weft__codec_status status;
    void *child;

    if (kind != WEFT__VALUE_OBJECT && !(kind == WEFT__VALUE_STRING && type->scalar_field >= 0))
        return weft__decode_mismatch(d, d->reader.at, "expected an object");
    child = weft__arena_zalloc(d->arena, type->size);
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
        ((weft_opt_bool *)slot)->state = WEFT_VALUE;
        return weft__take_bool(d, kind, &((weft_opt_bool *)slot)->value);
    case WEFT__OPT_INT64:
        ((weft_opt_int64 *)slot)->state = WEFT_VALUE;
        return weft__take_int64(d, kind, &((weft_opt_int64 *)slot)->value);
    case WEFT__OPT_DOUBLE:
        ((weft_opt_double *)slot)->state = WEFT_VALUE;
        return weft__take_double(d, kind, &((weft_opt_double *)slot)->value);
    case WEFT__OPT_CSTR:
        ((weft_opt_str *)slot)->state = WEFT_VALUE;
        return weft__take_cstr(d, kind, &((weft_opt_str *)slot)->value);
    case WEFT__OPT_CJSON:
        ((weft_opt_json *)slot)->state = WEFT_VALUE;
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
        clear_member(field, object, WEFT_NULL);
        return weft__take_raw(d, NULL);
    }
    if (kind == WEFT__VALUE_STRING && field->kind == WEFT__STR)
        return weft__take_string(d, (void *)(object + field->offset)); /* most members of all */
    status = decode_value(d, field, kind, object);
    if (status != WEFT__CODEC_MISMATCH || !d->lenient)
        return status;
    clear_member(field, object, WEFT_INVALID);
    return pass_misfit(d, start, depth);
}

static inline bool is_named(const weft__field *field, weft__quoted name)
{
    if (field->kind == WEFT__EXTRA)
        return false; /* a label for messages, not a name on the wire */
    if (name.escaped)
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
    const bool outer_lenient = d->lenient;
    const char *start = d->reader.at;
    weft__codec_status status;

    if (kind == WEFT__VALUE_STRING && type->scalar_field >= 0)
        return decode_member(d, &type->fields[type->scalar_field], object);
    if (kind != WEFT__VALUE_OBJECT)
        return weft__decode_mismatch(d, start, "expected an object");
    d->lenient |= (type->flags & WEFT__LENIENT) != 0;
    status = decode_members(d, type, object);
    d->lenient = outer_lenient;
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

static void begin(weft__decoder *d, weft__arena *arena, const char *text, size_t len, weft__codec_error *error)
{
    *d = (weft__decoder){.arena = arena, .error = error};
    weft__codec_error_clear(error);
    weft__reader_init(&d->reader, text, len);
}

weft__codec_status weft__decode(weft__arena *arena, const weft__type *type, const char *text, size_t len,
                                void **ret_value, weft__codec_error *error)
{
    weft__codec_status status;
    weft__value kind;
    void *object;
    weft__decoder d;

    begin(&d, arena, text, len, error);
    kind = weft__reader_peek(&d.reader);
    object = weft__arena_zalloc(arena, type->size);
    if (!object)
        status = weft__decode_no_memory(&d);
    else
        status = kind == WEFT__VALUE_NONE ? weft__decode_syntax(&d) : decode_struct(&d, type, kind, object);
    status = finish(&d, status);
    if (!status)
        *ret_value = object;
    return status;
}

weft__codec_status weft__decode_list(weft__arena *arena, const weft__type *type, const char *text, size_t len,
                                     void **ret_items, size_t *ret_count, weft__codec_error *error)
{
    const weft__field field = {.kind = WEFT__LIST_OBJECT, .type = type};
    item_list list = {.item_size = type->size};
    weft__codec_status status;
    weft__value kind;
    weft__decoder d;

    begin(&d, arena, text, len, error);
    kind = weft__reader_peek(&d.reader);
    if (kind == WEFT__VALUE_NONE)
        status = weft__decode_syntax(&d);
    else if (kind == WEFT__VALUE_NULL)
        status = weft__take_raw(&d, NULL);
    else if (kind == WEFT__VALUE_ARRAY)
        status = decode_items(&d, &field, &list);
    else
        status = weft__decode_mismatch(&d, d.reader.at, "expected an array");
    status = finish(&d, status);
    if (status)
        return status;
    *ret_items = list.count ? list.items : NULL;
    *ret_count = list.count;
    return status;
}
