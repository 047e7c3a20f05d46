/* A time that parses, formats to a text that parses to it; the loose reader takes all that the strict one
 * takes; a wait is always within its bounds. A line feed parts the text from a second header's value. */
#include "base/time.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_times(weft_str text)
{
    char out[WEFT__TIME_SIZE];
    weft_time strict = weft_time_parse(text), loose = weft__time_parse_loose(text);

    require(strict == WEFT_TIME_NONE || strict == loose);
    if (loose == WEFT_TIME_NONE)
        return;
    weft__time_format(loose, out);
    require(weft_time_parse((weft_str){out, strlen(out)}) == loose);
}

static void check_waits(const char *first, const char *second, size_t len)
{
    const int64_t now_ms[] = {0, 1779438600000, -1, INT64_MIN, INT64_MAX};
    char out[WEFT__DURATION_SIZE];

    for (size_t i = 0; i < sizeof(now_ms) / sizeof(now_ms[0]); i++) {
        int64_t whole = weft__retry_after(first, second, now_ms[i], false);
        int64_t fractional = weft__retry_after(first, second, now_ms[i], true);

        require(whole >= -1 && whole <= WEFT__RETRY_AFTER_MAX_MS);
        require(fractional >= -1 && fractional <= WEFT__RETRY_AFTER_MAX_MS);
        require(strlen(weft__duration_format(fractional, out)) < WEFT__DURATION_SIZE);
    }
    if (len >= sizeof(int64_t)) {
        int64_t any;
        char time[WEFT__TIME_SIZE];

        memcpy(&any, first, sizeof(any));
        require(strlen(weft__duration_format(any, out)) < WEFT__DURATION_SIZE);
        require(strlen(weft__time_format(any, time)) < WEFT__TIME_SIZE);
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
    check_waits(text, line ? line + 1 : NULL, size);
    free(text);
    return 0;
}
