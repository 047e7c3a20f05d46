/* Any bytes, read as every sample type. What must hold: the codec, the check and the reader agree on what is
 * JSON, in requests and in answers; text of an answer is UTF-8; what was decoded encodes to text that decodes to the
 * same; the object's view agrees with the decoder's; no more is taken than the arena has room for. */
#include <stdint.h>

#include "../support/json_sample.h"
#include "base/utf8.h"
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

/* What an answer may be, a request may not always; never the other way about. */
static bool is_answer(const char *text, size_t size)
{
    weft__reader reader;
    bool valid;

    weft__reader_init_answer(&reader, text, size);
    valid = walk(&reader) && weft__reader_finish(&reader);
    must(valid == weft__json_is_answer(text, size));
    return valid;
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

/* Text is UTF-8, whatever it was made of. */
static void check_text(weft_str text)
{
    must(!text.ptr || (weft__utf8_is_valid(text.ptr, text.len) && text.ptr[text.len] == '\0'));
}

static void check_texts(const result *r)
{
    check_text(r->text);
    for (size_t i = 0; i < r->texts_count; i++)
        check_text(r->texts[i]);
    for (size_t i = 0; i < r->labels_count; i++) {
        check_text(r->labels[i].name);
        check_text(r->labels[i].value);
    }
}

/* The object's own account of its members; none of those that decoded strictly are invalid. */
static void look_into(const weft_object *object, const weft__type *type)
{
    weft_json name, value;
    size_t cursor = 0;

    for (unsigned i = 0; i < type->field_count; i++) {
        const char *declared = type->fields[i].name;
        const weft_presence state = weft_object_get_state(object, declared);

        must(state != WEFT_PRESENCE_INVALID || type->flags & WEFT__LENIENT);
        must((state == WEFT_PRESENCE_ABSENT) == !weft_object_get(object, declared).ptr);
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
    if (status == WEFT__CODEC_OK && type->flags & WEFT__HAS_OBJECT) {
        look_into(&((const result *)fx.value)->object, type);
        check_texts(fx.value);
    }
    if (status == WEFT__CODEC_OK)
        go_round(&fx, type, &first);
    weft__buffer_deinit(&first);
    must(end(&fx));
}

/* With less room than it takes: refused for that, at whatever place, and for nothing else. */
static void try_in_less_room(const weft__type *type, const char *text, size_t size)
{
    weft__codec_status status;
    size_t taken;
    fixture fx;

    begin(&fx, 0);
    if (weft__decode(&fx.arena, type, text, size, &fx.value, &fx.error) == WEFT__CODEC_OK) {
        taken = SIZE_MAX - fx.arena.room;
        fx.arena.room = taken / 2;
        must(weft__decode(&fx.arena, type, text, size, &fx.value, &fx.error) == WEFT__CODEC_TOO_LARGE);
        must(fx.error.what && fx.arena.room <= taken / 2);
        fx.arena.room = taken;
        status = weft__decode(&fx.arena, type, text, size, &fx.value, &fx.error);
        must(status == WEFT__CODEC_OK && fx.arena.room == 0);
    }
    must(end(&fx));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const bool valid = is_json(text, size), answer = is_answer(text, size);

    must(answer || !valid);
    try_type(&result_type, text, size, valid);
    try_type(&answer_type, text, size, answer);
    try_type(&spelled_type, text, size, answer);
    try_in_less_room(&answer_type, text, size);
    try_type(&request_type, text, size, valid);
    try_type(&always_type, text, size, valid);
    return 0;
}
