/* json/decode_scalar.c - the values that are no containers, as their tables want them. */
#include "json/decoder.h"

#include <string.h>

#include "json/number.h"

weft__codec_status weft__decode_no_memory(weft__decoder *d)
{
    d->error->what = d->full ? "takes more memory than the limit" : "out of memory";
    return d->error->status = d->full ? WEFT__CODEC_TOO_LARGE : WEFT__CODEC_NO_MEMORY;
}

weft__codec_status weft__decode_syntax(weft__decoder *d)
{
    d->error->what = d->reader.what;
    d->error->offset = weft__reader_offset(&d->reader);
    return d->error->status = WEFT__CODEC_SYNTAX;
}

/* The value that started at `start` is of another kind than its member. */
weft__codec_status weft__decode_mismatch(weft__decoder *d, const char *start, const char *what)
{
    d->error->what = what;
    d->error->offset = (size_t)(start - d->reader.text);
    return d->error->status = WEFT__CODEC_MISMATCH;
}

static weft__codec_status copy_text(weft__decoder *d, const char *text, size_t len, weft_str *ret_text)
{
    char *copy = weft__decode_bytes(d, len + 1);

    if (!copy)
        return weft__decode_no_memory(d);
    memcpy(copy, text, len);
    copy[len] = '\0';
    *ret_text = (weft_str){copy, len};
    return WEFT__CODEC_OK;
}

weft__codec_status weft__take_string(weft__decoder *d, weft_str *ret_text)
{
    weft__quoted string;
    char *copy;
    size_t len;

    if (!weft__reader_quoted(&d->reader, &string))
        return weft__decode_syntax(d);
    if (!string.escaped && !string.broken)
        return copy_text(d, string.ptr, string.len, ret_text);
    copy = weft__decode_bytes(d, weft__quoted_room(string) + 1);
    if (!copy)
        return weft__decode_no_memory(d);
    len = weft__quoted_copy(string, copy);
    copy[len] = '\0';
    *ret_text = (weft_str){copy, len};
    return WEFT__CODEC_OK;
}

weft__codec_status weft__take_raw(weft__decoder *d, weft_json *ret_value)
{
    return weft__reader_skip(&d->reader, ret_value) ? WEFT__CODEC_OK : weft__decode_syntax(d);
}

weft__codec_status weft__take_str(weft__decoder *d, unsigned flags, weft__value kind, weft_str *ret_text)
{
    weft__codec_status status;
    weft_json raw;

    if (kind == WEFT__VALUE_STRING)
        return weft__take_string(d, ret_text);
    if (!(flags & WEFT__TEXT_OR_JSON) && !(d->spelled && kind == WEFT__VALUE_NUMBER))
        return weft__decode_mismatch(d, d->reader.at, "expected a string");
    status = weft__take_raw(d, &raw);
    return status ? status : copy_text(d, raw.ptr, raw.len, ret_text);
}

weft__codec_status weft__take_cstr(weft__decoder *d, weft__value kind, const char **ret_text)
{
    const char *start = d->reader.at;
    weft_str text;
    weft__codec_status status = weft__take_str(d, 0, kind, &text);

    if (status)
        return status;
    if (strlen(text.ptr) != text.len)
        return weft__decode_mismatch(d, start, "expected a string without \\u0000");
    *ret_text = text.ptr;
    return WEFT__CODEC_OK;
}

weft__codec_status weft__take_cjson(weft__decoder *d, const char **ret_text)
{
    weft_json raw;
    weft_str text;
    weft__codec_status status = weft__take_raw(d, &raw);

    if (!status)
        status = copy_text(d, raw.ptr, raw.len, &text);
    if (!status)
        *ret_text = text.ptr;
    return status;
}

static weft__codec_status take_number(weft__decoder *d, weft__value kind, weft_json *ret_number)
{
    const char *start = d->reader.at;
    weft__quoted string;

    if (kind == WEFT__VALUE_NUMBER)
        return weft__reader_number(&d->reader, ret_number) ? WEFT__CODEC_OK : weft__decode_syntax(d);
    if (!d->spelled || kind != WEFT__VALUE_STRING)
        return weft__decode_mismatch(d, start, "expected a number");
    if (!weft__reader_quoted(&d->reader, &string))
        return weft__decode_syntax(d);
    if (!weft__number_check(string.ptr, string.len))
        return weft__decode_mismatch(d, start, "expected a number");
    *ret_number = (weft_json){string.ptr, string.len};
    return WEFT__CODEC_OK;
}

weft__codec_status weft__take_int64(weft__decoder *d, weft__value kind, int64_t *ret_value)
{
    const char *start = d->reader.at, *behind = NULL;
    weft__codec_status status;
    weft_json number;

    if (kind == WEFT__VALUE_NUMBER)
        behind = weft__number_plain_int64(start, d->reader.end, ret_value);
    if (behind) {
        d->reader.at = behind;
        return WEFT__CODEC_OK;
    }
    status = take_number(d, kind, &number);
    if (!status && !weft__number_int64(number, ret_value))
        return weft__decode_mismatch(d, start, "expected an integer of at most 64 bits");
    return status;
}

weft__codec_status weft__take_double(weft__decoder *d, weft__value kind, double *ret_value)
{
    const char *start = d->reader.at;
    weft_json number;
    weft__codec_status status = take_number(d, kind, &number);

    if (!status && !weft__number_double(number, ret_value))
        return weft__decode_mismatch(d, start, "expected a number that fits a double");
    return status;
}

weft__codec_status weft__take_bool(weft__decoder *d, weft__value kind, bool *ret_value)
{
    if (kind != WEFT__VALUE_TRUE && kind != WEFT__VALUE_FALSE)
        return weft__decode_mismatch(d, d->reader.at, "expected true or false");
    *ret_value = kind == WEFT__VALUE_TRUE;
    return weft__take_raw(d, NULL);
}
