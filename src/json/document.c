/* json/document.c - the public questions to JSON text in hand: weft/json.h. */
#include "weft/json.h"

#include <string.h>

#include "base/text.h"
#include "json/number.h"
#include "json/reader.h"
#include "json/scan.h"
#include "json/writer.h"

static const weft_json nothing = {NULL, 0};

weft_json weft_json_parse_str(weft_str text)
{
    weft__reader reader;
    weft_json value;

    weft__reader_init_answer(&reader, text.ptr, text.len);
    return weft__reader_skip(&reader, &value) && weft__reader_finish(&reader) ? value : nothing;
}

weft_json weft_json_parse(const char *text)
{
    return weft_json_parse_str((weft_str){text, text ? strlen(text) : 0});
}

weft_json_kind weft_json_get_kind(weft_json value)
{
    static const weft_json_kind kinds[] = {
        [WEFT__VALUE_NONE] = WEFT_JSON_KIND_NONE,     [WEFT__VALUE_NULL] = WEFT_JSON_KIND_NULL,
        [WEFT__VALUE_FALSE] = WEFT_JSON_KIND_BOOL,    [WEFT__VALUE_TRUE] = WEFT_JSON_KIND_BOOL,
        [WEFT__VALUE_NUMBER] = WEFT_JSON_KIND_NUMBER, [WEFT__VALUE_STRING] = WEFT_JSON_KIND_STRING,
        [WEFT__VALUE_ARRAY] = WEFT_JSON_KIND_ARRAY,   [WEFT__VALUE_OBJECT] = WEFT_JSON_KIND_OBJECT,
    };

    return value.len > 0 ? kinds[weft__value_kind(value)] : WEFT_JSON_KIND_NONE;
}

/* ---- single values ----------------------------------------------------------------------------------------------- */

/* Whether the value is one string and nothing else. */
static bool read_string(weft_json value, weft__quoted *ret_string)
{
    weft__reader reader;

    weft__reader_init_answer(&reader, value.ptr, value.len);
    return weft__reader_string(&reader, ret_string) && weft__reader_finish(&reader);
}

/* Text on its way into a caller's buffer, which may be too small for all of it. */
typedef struct target {
    char *buffer;
    size_t size;
    size_t len;  /* of all of it */
    size_t kept; /* of what is in the buffer */
} target;

/* Whole characters, or a whole escape. Once one is left out, so are all behind it. */
static void put(target *to, const char *bytes, size_t len)
{
    if (len > 0 && to->kept == to->len && len < to->size - to->kept) {
        memcpy(to->buffer + to->kept, bytes, len);
        to->kept += len;
    }
    to->len += len;
}

static size_t finish(const target *to, bool is_cut_fine)
{
    if (to->size > 0)
        to->buffer[is_cut_fine || to->kept == to->len ? to->kept : 0] = '\0';
    return to->len;
}

static size_t no_text(char *buffer, size_t size)
{
    if (size > 0)
        buffer[0] = '\0';
    return WEFT_JSON_NO_TEXT;
}

/* Of a string without flaws: what stands between its escapes stands for itself. */
static size_t meant_len(weft__quoted quoted)
{
    const char *at = quoted.ptr, *end = quoted.ptr + quoted.len;
    char character[4];
    size_t len = quoted.len;

    while ((at = memchr(at, '\\', (size_t)(end - at))) != NULL) {
        const char *escape = at;
        size_t meant = weft__quoted_next(&at, end, character);

        len -= (size_t)(at - escape) - meant;
    }
    return len;
}

size_t weft_json_get_text(weft_json string, char *buffer, size_t size)
{
    target to = {.buffer = buffer, .size = size};
    weft__quoted quoted;
    char character[4];

    if (!read_string(string, &quoted))
        return no_text(buffer, size);
    if (!quoted.broken && size == 0)
        return meant_len(quoted);
    if (!quoted.broken && quoted.len < size) {
        to.len = to.kept = weft__quoted_copy(quoted, buffer);
        return finish(&to, true);
    }
    for (const char *at = quoted.ptr, *end = quoted.ptr + quoted.len; at < end;) {
        size_t len = weft__quoted_next(&at, end, character);

        put(&to, character, len);
    }
    return finish(&to, true);
}

size_t weft_json_quote(weft_str text, char *buffer, size_t size)
{
    target to = {.buffer = buffer, .size = size};
    const char *from = text.ptr ? text.ptr : "", *end = from + text.len;
    char escape[6];

    put(&to, "\"", 1);
    for (const char *at = weft__pass_text(from, end); at < end; at = weft__pass_text(from, end)) {
        put(&to, from, (size_t)(at - from));
        if ((signed char)*at < 0)
            return no_text(buffer, size);
        put(&to, escape, weft__escape_byte((unsigned char)*at, escape));
        from = at + 1;
    }
    put(&to, from, (size_t)(end - from));
    put(&to, "\"", 1);
    return finish(&to, false);
}

bool weft_json_is_text(weft_json string, const char *text)
{
    weft__quoted quoted;

    /* Most names are told from another by how they begin. */
    if (string.len > 2 && weft__is_plain(string.ptr[1]) && string.ptr[1] != *text)
        return false;
    return read_string(string, &quoted) && weft__quoted_is(quoted, text, strlen(text));
}

bool weft_json_get_int64(weft_json number, int64_t *ret_value)
{
    return weft__number_check(number.ptr, number.len) && weft__number_int64(number, ret_value);
}

bool weft_json_get_double(weft_json number, double *ret_value)
{
    return weft__number_check(number.ptr, number.len) && weft__number_double(number, ret_value);
}

bool weft_json_get_bool(weft_json value, bool *ret_value)
{
    bool is_true = value.len == 4 && memcmp(value.ptr, "true", 4) == 0;

    if (!is_true && !(value.len == 5 && memcmp(value.ptr, "false", 5) == 0))
        return false;
    *ret_value = is_true;
    return true;
}

/* ---- containers -------------------------------------------------------------------------------------------------- */

/* Enters the container, or goes on in it behind what was found last: `*cursor` bytes of it are done with. */
static bool go_on(weft__reader *reader, weft_json container, weft__value kind, size_t cursor)
{
    weft__reader_init_answer(reader, container.ptr, container.len);
    if (cursor > container.len || !weft__reader_enter(reader, kind))
        return false;
    if (cursor > 0) {
        reader->at = container.ptr + cursor;
        reader->fresh = false;
    }
    return true;
}

/* Asked again, it says no again. */
static bool end(weft_json container, size_t *cursor)
{
    *cursor = container.len + 1;
    return false;
}

bool weft_json_next_member(weft_json object, size_t *cursor, weft_json *ret_name, weft_json *ret_value)
{
    weft__reader reader;
    weft__member member;

    if (!go_on(&reader, object, WEFT__VALUE_OBJECT, *cursor) || !weft__reader_member(&reader, &member))
        return end(object, cursor);
    *cursor = weft__reader_offset(&reader);
    *ret_name = (weft_json){member.name.ptr - 1, member.name.len + 2};
    *ret_value = member.value;
    return true;
}

bool weft_json_next_item(weft_json array, size_t *cursor, weft_json *ret_item)
{
    weft__reader reader;

    if (!go_on(&reader, array, WEFT__VALUE_ARRAY, *cursor) || !weft__reader_next_item(&reader) ||
        !weft__reader_skip(&reader, ret_item))
        return end(array, cursor);
    *cursor = weft__reader_offset(&reader);
    return true;
}

weft_json weft_json_get_member(weft_json object, const char *name)
{
    const size_t name_len = strlen(name);
    weft__reader reader;
    weft__member member;
    weft_json last = nothing;

    if (!go_on(&reader, object, WEFT__VALUE_OBJECT, 0))
        return nothing;
    while (weft__reader_member(&reader, &member))
        if (weft__quoted_is(member.name, name, name_len))
            last = member.value;
    return reader.what ? nothing : last;
}
