#include "fanout/format.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Three digits of `value`, then `unit`. */
static const char *three_digits(char text[FORMAT_MAX], double value, const char *unit)
{
    int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;

    snprintf(text, FORMAT_MAX, "%.*f%s", decimals, value, unit);
    return text;
}

static const char *duration(char text[FORMAT_MAX], uint64_t ns, const char *microseconds)
{
    if (ns < 999500)
        return three_digits(text, (double)ns / 1e3, microseconds);
    if (ns < 999500000)
        return three_digits(text, (double)ns / 1e6, " ms");
    return three_digits(text, (double)ns / 1e9, " s");
}

const char *format_duration(char text[FORMAT_MAX], uint64_t ns)
{
    return duration(text, ns, " us");
}

const char *format_page_duration(char text[FORMAT_MAX], uint64_t ns)
{
    return duration(text, ns, " \xC2\xB5s");
}

const char *format_clock(char text[FORMAT_MAX], double seconds)
{
    uint64_t whole = seconds > 0 ? (uint64_t)seconds : 0;
    unsigned minutes = (unsigned)(whole / 60 % 60), rest = (unsigned)(whole % 60);

    if (whole >= 3600)
        snprintf(text, FORMAT_MAX, "%llu:%02u:%02u", (unsigned long long)(whole / 3600), minutes, rest);
    else
        snprintf(text, FORMAT_MAX, "%u:%02u", minutes, rest);
    return text;
}

const char *format_count(char text[FORMAT_MAX], uint64_t count)
{
    char digits[FORMAT_MAX];
    size_t len, at = 0;

    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
    len = strlen(digits);
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0)
            text[at++] = ',';
        text[at++] = digits[i];
    }
    text[at] = '\0';
    return text;
}

const char *format_rate(char text[FORMAT_MAX], double per_second)
{
    if (per_second < 999.5)
        return three_digits(text, per_second, "");
    return format_count(text, (uint64_t)llround(per_second));
}

const char *format_bytes(char text[FORMAT_MAX], uint64_t bytes)
{
    static const char *const units[] = {" B", " KiB", " MiB", " GiB", " TiB"};
    double value = (double)bytes;
    size_t unit = 0;

    while (value >= 1023.5 && unit + 1 < sizeof(units) / sizeof(units[0])) {
        value /= 1024;
        unit++;
    }
    if (unit == 0)
        snprintf(text, FORMAT_MAX, "%llu B", (unsigned long long)bytes);
    else
        three_digits(text, value, units[unit]);
    return text;
}
