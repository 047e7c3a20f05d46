#include "fanout/json.h"

#include "weft/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 20 }; /* of 64 bits */

static void begin_value(fanout_json *json)
{
    if (json->comma)
        buffer_append_char(json->out, ',');
    json->comma = true;
}

static void begin(fanout_json *json, char bracket)
{
    begin_value(json);
    buffer_append_char(json->out, bracket);
    json->comma = false;
}

static void end(fanout_json *json, char bracket)
{
    buffer_append_char(json->out, bracket);
    json->comma = true;
}

void json_object(fanout_json *json)
{
    begin(json, '{');
}

void json_object_end(fanout_json *json)
{
    end(json, '}');
}

void json_array(fanout_json *json)
{
    begin(json, '[');
}

void json_array_end(fanout_json *json)
{
    end(json, ']');
}

/* False when it is not UTF-8. Most texts have nothing to escape. */
static bool put_quoted(fanout_json *json, weft_str text)
{
    fanout_buffer *out = json->out;
    size_t room = text.len + 3, len;

    if (!buffer_reserve(out, room))
        return true;
    len = weft_json_quote(text, out->data + out->len, room);
    if (len == WEFT_JSON_NO_TEXT)
        return false;
    if (len >= room && buffer_reserve(out, len + 1))
        weft_json_quote(text, out->data + out->len, len + 1);
    if (!out->failed)
        out->len += len;
    return true;
}

static void put_ascii(fanout_json *json, weft_str text)
{
    fanout_buffer ascii = {0};

    for (size_t i = 0; i < text.len; i++)
        buffer_append_char(&ascii, (unsigned char)text.ptr[i] < 0x80 ? text.ptr[i] : '?');
    if (ascii.failed)
        json->out->failed = true;
    else
        put_quoted(json, (weft_str){ascii.data, ascii.len});
    buffer_deinit(&ascii);
}

void json_name(fanout_json *json, const char *name)
{
    size_t len = strlen(name);
    char *at;

    if (!buffer_reserve(json->out, len + 4))
        return;
    at = json->out->data + json->out->len;
    if (json->comma)
        *at++ = ',';
    *at++ = '"';
    memcpy(at, name, len);
    memcpy(at + len, "\":", 2);
    json->out->len = (size_t)(at + len + 2 - json->out->data);
    json->comma = false;
}

void json_raw_name(fanout_json *json, weft_json name)
{
    json_raw(json, name);
    buffer_append_char(json->out, ':');
    json->comma = false;
}

void json_str(fanout_json *json, weft_str text)
{
    begin_value(json);
    if (!put_quoted(json, text))
        put_ascii(json, text);
}

void json_text(fanout_json *json, const char *text)
{
    if (text)
        json_str(json, (weft_str){text, strlen(text)});
    else
        json_raw(json, (weft_json){"null", 4});
}

/* In decimal, `digits` of them at least; returns their number. */
static size_t print_digits(char text[DIGITS_MAX], uint64_t value, size_t digits)
{
    char reversed[DIGITS_MAX];
    size_t len = 0;

    for (; value > 0 || len < digits; value /= 10)
        reversed[len++] = (char)('0' + value % 10);
    for (size_t i = 0; i < len; i++)
        text[i] = reversed[len - 1 - i];
    return len;
}

void json_int(fanout_json *json, uint64_t value)
{
    char text[DIGITS_MAX];

    json_raw(json, (weft_json){text, print_digits(text, value, 1)});
}

void json_number(fanout_json *json, double value)
{
    char text[40] = "null";

    for (int digits = 15; isfinite(value) && digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    json_raw(json, (weft_json){text, strlen(text)});
}

void json_bool(fanout_json *json, bool value)
{
    json_raw(json, value ? (weft_json){"true", 4} : (weft_json){"false", 5});
}

void json_raw(fanout_json *json, weft_json value)
{
    begin_value(json);
    buffer_append(json->out, value.ptr, value.len);
}

void json_member_str(fanout_json *json, const char *name, weft_str text)
{
    json_name(json, name);
    json_str(json, text);
}

void json_member_text(fanout_json *json, const char *name, const char *text)
{
    json_name(json, name);
    json_text(json, text);
}

void json_member_int(fanout_json *json, const char *name, uint64_t value)
{
    json_name(json, name);
    json_int(json, value);
}

void json_member_number(fanout_json *json, const char *name, double value)
{
    json_name(json, name);
    json_number(json, value);
}

void json_member_bool(fanout_json *json, const char *name, bool value)
{
    json_name(json, name);
    json_bool(json, value);
}

void json_member_object(fanout_json *json, const char *name)
{
    json_name(json, name);
    json_object(json);
}

void json_member_ms(fanout_json *json, const char *name, uint64_t ns)
{
    char text[2 * DIGITS_MAX];
    uint64_t us = ns / 1000;
    size_t len = print_digits(text, us / 1000, 1);

    if (us % 1000) {
        text[len++] = '.';
        len += print_digits(text + len, us % 1000, 3);
        while (text[len - 1] == '0')
            len--;
    }
    json_name(json, name);
    json_raw(json, (weft_json){text, len});
}
