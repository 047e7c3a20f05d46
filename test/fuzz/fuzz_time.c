/* A time that parses, written by the C library, parses to itself; a wait is always within its bounds. A line feed parts
 * the text from a second header's value. */
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

#include "../support/time_text.h"

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_times(weft_str text)
{
    char again[TIME_TEXT_SIZE];
    weft_time time = weft_time_parse(text);

    if (time == WEFT_TIME_NONE)
        return;
    time_text(time, again);
    require(weft_time_parse((weft_str){again, strlen(again)}) == time);
}

static void check_waits(const char *first, const char *second)
{
    const int64_t now_ms[] = {0, 1779438600000, -1, INT64_MIN, INT64_MAX};

    for (size_t i = 0; i < sizeof(now_ms) / sizeof(now_ms[0]); i++) {
        int64_t whole = weft__retry_after(first, second, now_ms[i], false);
        int64_t fractional = weft__retry_after(first, second, now_ms[i], true);

        require(whole >= -1 && whole <= WEFT__RETRY_AFTER_MAX_MS);
        require(fractional >= -1 && fractional <= WEFT__RETRY_AFTER_MAX_MS);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Exactly the text, so that a sanitizer sees a step past it. */
    char *text = malloc(size + 1), *line;

    if (!text)
        return 0;
    if (size)
        memcpy(text, data, size);
    text[size] = '\0';
    check_times((weft_str){(const char *)data, size});
    line = memchr(text, '\n', size);
    if (line)
        *line = '\0';
    check_waits(text, line ? line + 1 : NULL);
    free(text);
    return 0;
}
