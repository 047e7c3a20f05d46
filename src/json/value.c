/* json/value.c - single questions to JSON text: is it valid, what is in this member, what does this value
 * say. */
#include "json/codec.h"

#include <string.h>

#include "json/number.h"
#include "json/path.h"
#include "json/reader.h"

weft__codec_status weft__json_check(const char *text, size_t len, weft__codec_error *error)
{
    weft__reader reader;

    weft__codec_error_clear(error);
    weft__reader_init(&reader, text, len);
    if (weft__reader_skip(&reader, NULL) && weft__reader_finish(&reader))
        return WEFT__CODEC_OK;
    error->status = WEFT__CODEC_SYNTAX;
    error->what = reader.what;
    error->offset = weft__reader_offset(&reader);
    weft__path_finish(error);
    return error->status;
}

bool weft__json_is_answer(const char *text, size_t len)
{
    weft__reader reader;

    weft__reader_init_answer(&reader, text, len);
    return weft__reader_skip(&reader, NULL) && weft__reader_finish(&reader);
}

char weft__json_begin(const char *text, size_t len)
{
    weft__reader reader;

    weft__reader_init_answer(&reader, text, len);
    return weft__reader_peek(&reader) != WEFT__VALUE_NONE ? *reader.at : '\0';
}

weft_object weft__json_object(const char *text, size_t len)
{
    return weft__json_begin(text, len) == '{' ? (weft_object){{text, len}, NULL} : (weft_object){{NULL, 0}, NULL};
}

bool weft__json_member(const char *text, size_t len, const char *name, weft_json *ret_value)
{
    const size_t name_len = strlen(name);
    weft__reader reader;
    weft__member member;
    weft_json last = {NULL, 0};

    weft__reader_init_answer(&reader, text, len);
    if (!weft__reader_enter(&reader, WEFT__VALUE_OBJECT))
        return false;
    while (weft__reader_member(&reader, &member))
        if (weft__quoted_is(member.name, name, name_len))
            last = member.value;
    if (reader.what || !last.ptr)
        return false;
    *ret_value = last;
    return true;
}

weft_str weft__json_string(weft__arena *arena, weft_json value)
{
    weft__reader reader;
    weft__quoted string;
    weft_str text = {NULL, 0};
    char *copy;

    weft__reader_init_answer(&reader, value.ptr, value.len);
    if (!weft__reader_string(&reader, &string) || !weft__reader_finish(&reader))
        return text;
    copy = weft__arena_bytes(arena, weft__quoted_room(string) + 1);
    if (!copy)
        return text;
    text.len = weft__quoted_copy(string, copy);
    copy[text.len] = '\0';
    text.ptr = copy;
    return text;
}

bool weft__json_int64(weft_json value, int64_t *ret_value)
{
    return weft__number_check(value.ptr, value.len) && weft__number_int64(value, ret_value);
}
