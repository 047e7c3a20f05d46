/* test/support/text_is.h - whether a text, or JSON, of a result is the one that was expected. */
#ifndef WEFT_TEST_TEXT_IS_H
#define WEFT_TEST_TEXT_IS_H

#include <stdbool.h>
#include <string.h>

#include "weft/types.h"

static inline bool is(weft_str text, const char *expected)
{
    return text.ptr && text.len == strlen(expected) && memcmp(text.ptr, expected, text.len + 1) == 0;
}

static inline bool json_is(weft_json json, const char *expected)
{
    return json.ptr && json.len == strlen(expected) && memcmp(json.ptr, expected, json.len) == 0;
}

#endif
