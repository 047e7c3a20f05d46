#include "fanout/values.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool value_whole(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value)
{
    char *end;
    unsigned long long value;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno || *end || value < min || value > max)
        return false;
    *ret_value = value;
    return true;
}

bool value_whole_32(const char *text, uint32_t min, uint32_t max, uint32_t *ret_value)
{
    uint64_t value;

    if (!value_whole(text, min, max, &value))
        return false;
    *ret_value = (uint32_t)value;
    return true;
}

bool value_number(const char *text, double *ret_value, const char **ret_rest)
{
    char *end;

    if (*text != '.' && (*text < '0' || *text > '9'))
        return false;
    errno = 0;
    *ret_value = strtod(text, &end);
    *ret_rest = end;
    return !errno && end != text && isfinite(*ret_value);
}

bool value_duration(const char *text, uint32_t *ret_ms)
{
    static const struct {
        const char *suffix;
        double ms;
    } units[] = {{"", 1000}, {"s", 1000}, {"ms", 1}, {"m", 60000}, {"h", 3600000}};
    const char *rest;
    double value;

    if (!value_number(text, &value, &rest))
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(rest, units[i].suffix) != 0)
            continue;
        value *= units[i].ms;
        if (value > 7 * 86400e3)
            return false;
        /* Next to nothing is not nothing, which would mean no limit. */
        *ret_ms = (uint32_t)ceil(value);
        return true;
    }
    return false;
}
