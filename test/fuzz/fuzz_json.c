/* Any bytes, read as every sample type. What must hold: the codec, the check and the reader agree on what is
 * JSON; what was decoded encodes to text that decodes to the same; the object's view agrees with the
 * decoder's. */
#include <stdint.h>

#include "../support/json_sample.h"
#include "json/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
    if (!holds)
        abort();
}

/* A walk by enter and next, level by level, against skip, which walks by itself. */
static bool walk(weft__reader *reader)
{
    const weft__value kind = weft__reader_peek(reader);
    weft__quoted name;

    if (kind == WEFT__VALUE_ARRAY) {
        if (weft__reader_enter(reader, kind))
            while (weft__reader_next_item(reader) && walk(reader))
                continue;
    } else if (kind == WEFT__VALUE_OBJECT) {
        if (weft__reader_enter(reader, kind))
            while (weft__reader_next_member(reader, &name) && walk(reader))
                continue;
    } else {
        weft__reader_skip(reader, NULL);
    }
    return !reader->what;
}

static bool is_json(const char *text, size_t size)
{
    weft__codec_error error;
    weft__reader reader;
    bool valid;

    weft__reader_init(&reader, text, size);
    valid = walk(&reader) && weft__reader_finish(&reader);
    must(valid == (weft__json_check(text, size, &error) == WEFT__CODEC_OK));
    must(valid || (error.what && error.offset == weft__reader_offset(&reader) && error.offset <= size));
    return valid;
}

/* The object's own account of its members, which decoded strictly. */
static void look_into(const weft_object *object, const weft__type *type)
{
    weft_json name, value;
    size_t cursor = 0;

    for (unsigned i = 0; i < type->field_count; i++) {
        const char *declared = type->fields[i].name;
        const weft_presence state = weft_object_state(object, declared);

        must(state != WEFT_INVALID);
        must((state == WEFT_ABSENT) == !weft_object_get(object, declared).ptr);
    }
    while (weft_object_next_extra(object, &cursor, &name, &value))
        must(value.len > 0 && cursor <= object->raw.len);
}

/* Entries that are null are not sent, so that a list of them is [] at first and then nothing. */
static bool has_null_entries(const weft__type *type, const request *value)
{
    bool found = false;

    for (size_t i = 0; (type == &request_type || type == &always_type) && i < value->texts_count; i++)
        found |= !value->texts[i];
    return found;
}

/* Encoding what was decoded, decoding that, encoding again: both texts are the same. */
static void go_round(fixture *fx, const weft__type *type, weft__buffer *first)
{
    void *again;

    if (has_null_entries(type, fx->value))
        return;
    if (weft__encode(first, type, fx->value, &fx->error)) {
        must(fx->error.status == WEFT__CODEC_INVALID); /* a null where requests need text, or a misfit */
        return;
    }
    must(weft__decode(&fx->arena, type, first->data, first->len, &again, &fx->error) == WEFT__CODEC_OK);
    must(weft__encode(&fx->out, type, again, &fx->error) == WEFT__CODEC_OK);
    must(fx->out.len == first->len && memcmp(fx->out.data, first->data, first->len) == 0);
}

static void try_type(const weft__type *type, const char *text, size_t size, bool valid)
{
    weft__codec_status status;
    weft__buffer first;
    fixture fx;

    begin(&fx, 0);
    weft__buffer_init(&first, &fx.heap, SIZE_MAX);
    status = weft__decode(&fx.arena, type, text, size, &fx.value, &fx.error);
    must(status == fx.error.status);
    must(valid ? status != WEFT__CODEC_SYNTAX : status != WEFT__CODEC_OK);
    must(status == WEFT__CODEC_OK || (fx.error.what && fx.error.path[0] && fx.error.offset <= size));
    if (status == WEFT__CODEC_OK && type == &result_type)
        look_into(&((const result *)fx.value)->object, type);
    if (status == WEFT__CODEC_OK)
        go_round(&fx, type, &first);
    weft__buffer_deinit(&first);
    must(end(&fx));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const bool valid = is_json(text, size);

    try_type(&result_type, text, size, valid);
    try_type(&lenient_type, text, size, valid);
    try_type(&request_type, text, size, valid);
    try_type(&always_type, text, size, valid);
    return 0;
}
