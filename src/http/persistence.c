#include "http/persistence.h"

#include <string.h>

#include "base/text.h"
#include "http/fields.h"

/* Takes what stands before the next separator, without white space around it; false when nothing is left. */
static bool take_element(weft_str *list, const char *separators, weft_str *ret_element)
{
    size_t len = 0;

    if (list->len == 0)
        return false;
    while (len < list->len && !strchr(separators, list->ptr[len]))
        len++;
    *ret_element = weft__text_trim((weft_str){list->ptr, len});
    len += len < list->len;
    list->ptr += len;
    list->len -= len;
    return true;
}

/* Whether one of the options is "close", or none that is understood: "close;" is the end for one who reads on. */
static bool says_close(weft_str options)
{
    static const weft_str close = {"close", 5};
    weft_str option;

    while (take_element(&options, ",", &option))
        if (option.len > 0 && (!weft__text_is_token(option.ptr, option.len) || weft__text_equal_nocase(option, close)))
            return true;
    return false;
}

/* Digits, which may stand in quotes; false when there is anything else. */
static bool read_number(weft_str text, uint32_t *ret_value)
{
    uint64_t value = 0;

    if (text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"')
        text = (weft_str){text.ptr + 1, text.len - 2};
    for (size_t i = 0; i < text.len; i++) {
        if (!weft__text_is_digit(text.ptr[i]))
            return false;
        value = value * 10 + (uint64_t)(text.ptr[i] - '0');
        if (value > UINT32_MAX)
            value = UINT32_MAX;
    }
    *ret_value = (uint32_t)value;
    return text.len > 0;
}

/* "timeout=5, max=100": of several times the shortest counts, and a `max` of nothing is the end. */
static void read_parameters(weft__persistence *persistence, weft_str parameters)
{
    static const weft_str timeout = {"timeout", 7}, max = {"max", 3};
    weft_str parameter, name;
    uint32_t value;

    while (take_element(&parameters, ",;", &parameter)) {
        if (!take_element(&parameter, "=", &name) || !read_number(weft__text_trim(parameter), &value))
            continue;
        if (weft__text_equal_nocase(name, timeout) && value < persistence->timeout_s)
            persistence->timeout_s = value;
        else if (weft__text_equal_nocase(name, max) && value == 0)
            persistence->closes = true;
    }
}

weft__persistence weft__persistence_read(weft_str lines)
{
    static const weft_str connection = {"connection", 10}, keep_alive = {"keep-alive", 10};
    weft__persistence persistence = {.timeout_s = UINT32_MAX};
    weft_str line;

    while (weft__fields_next(&lines, &line)) {
        if (weft__field_is(line, connection))
            persistence.closes |= says_close(weft__field_value(line, connection.len));
        else if (weft__field_is(line, keep_alive))
            read_parameters(&persistence, weft__field_value(line, keep_alive.len));
    }
    return persistence;
}
