#include "json/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "json/reader.h"

enum {
    DIGITS_KEPT = 780,             /* no double needs more than 767 digits to be told from its neighbours */
    EXPONENT_CAP = 1000000000,     /* far beyond what matters, far from overflow when a text's length is added */
    EXPONENT_PRINTED_CAP = 100000, /* with that many digits at most, everything beyond is 0 or infinite */
};

/* A number taken apart: digits without leading zeros, as an integer, times ten to the exponent. */
typedef struct decimal {
    char digits[DIGITS_KEPT + 16]; /* room for what to_double appends */
    int count;                     /* 0 for a zero */
    int64_t exponent;
    bool negative;
    bool cut; /* nonzero digits beyond DIGITS_KEPT were dropped */
} decimal;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void add_digit(decimal *number, char digit, bool fraction)
{
    if (number->count < DIGITS_KEPT) {
        if (number->count || digit != '0')
            number->digits[number->count++] = digit;
        number->exponent -= fraction;
    } else {
        number->cut |= digit != '0';
        number->exponent += !fraction;
    }
}

static int64_t parse_exponent(const char *at, const char *end)
{
    const bool negative = *at == '-';
    int64_t value = 0;

    if (*at == '-' || *at == '+')
        at++;
    for (; at < end; at++)
        if (value < EXPONENT_CAP)
            value = value * 10 + (*at - '0');
    return negative ? -value : value;
}

static void take_apart(weft_json text, decimal *number)
{
    const char *at = text.ptr, *end = text.ptr + text.len;
    bool fraction = false;

    number->count = 0;
    number->exponent = 0;
    number->cut = false;
    number->negative = *at == '-';
    if (*at == '-')
        at++;
    for (; at < end && *at != 'e' && *at != 'E'; at++) {
        if (*at == '.')
            fraction = true;
        else
            add_digit(number, *at, fraction);
    }
    if (at < end)
        number->exponent += parse_exponent(at + 1, end);
}

const char *weft__number_plain_int64(const char *at, const char *end, int64_t *ret_value)
{
    const bool negative = *at == '-';
    const char *digits = at + negative, *last = end - digits > 18 ? digits + 18 : end; /* too few to overflow */
    int64_t value = 0;

    for (at = digits; at < last && is_digit(*at); at++)
        value = value * 10 + (*at - '0');
    if (at == digits || (*digits == '0' && at > digits + 1))
        return NULL;
    if (at < end && (is_digit(*at) || *at == '.' || *at == 'e' || *at == 'E'))
        return NULL;
    *ret_value = negative ? -value : value;
    return at;
}

bool weft__number_int64(weft_json text, int64_t *ret_value)
{
    uint64_t value = 0;
    decimal number;

    if (weft__number_plain_int64(text.ptr, text.ptr + text.len, ret_value))
        return true;
    take_apart(text, &number);
    while (number.count && number.digits[number.count - 1] == '0') {
        number.count--;
        number.exponent++;
    }
    if (!number.count) {
        *ret_value = 0;
        return true;
    }
    if (number.cut || number.exponent < 0 || number.count + number.exponent > 19)
        return false;
    for (int i = 0; i < number.count; i++)
        value = value * 10 + (uint64_t)(number.digits[i] - '0');
    for (; number.exponent; number.exponent--)
        value *= 10;
    if (value > (uint64_t)INT64_MAX + number.negative)
        return false;
    *ret_value = number.negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

/* strtod() gets digits and an exponent, but never a decimal point, whose look depends on the host's locale. */
static double to_double(decimal *number)
{
    int64_t exponent = number->exponent;
    double value;

    if (!number->count)
        return number->negative ? -0.0 : 0.0;
    if (number->cut) {
        /* Whatever was cut off only matters as "a little more than this". */
        number->digits[number->count++] = '1';
        exponent--;
    }
    if (exponent > EXPONENT_PRINTED_CAP)
        exponent = EXPONENT_PRINTED_CAP;
    if (exponent < -EXPONENT_PRINTED_CAP)
        exponent = -EXPONENT_PRINTED_CAP;
    snprintf(number->digits + number->count, sizeof(number->digits) - (size_t)number->count, "e%d", (int)exponent);
    value = strtod(number->digits, NULL);
    return number->negative ? -value : value;
}

/* Few digits and a small exponent: both are exact as doubles, so one operation rounds correctly. */
static bool small_double(const decimal *number, double *ret_value)
{
#if FLT_EVAL_METHOD == 0
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    int64_t digits = 0;
    double value;

    if (number->count > 15 || number->exponent > 22 || number->exponent < -22)
        return false;
    for (int i = 0; i < number->count; i++)
        digits = digits * 10 + (number->digits[i] - '0');
    value = (double)digits;
    value = number->exponent < 0 ? value / powers[-number->exponent] : value * powers[number->exponent];
    *ret_value = number->negative ? -value : value;
    return true;
#else
    (void)number;
    (void)ret_value;
    return false;                               /* wider intermediates would round twice */
#endif
}

bool weft__number_double(weft_json text, double *ret_value)
{
    decimal number;
    double value;

    take_apart(text, &number);
    if (!small_double(&number, &value))
        value = to_double(&number);
    if (!isfinite(value))
        return false;
    *ret_value = value;
    return true;
}

bool weft__number_check(const char *text, size_t len)
{
    weft__reader reader;
    weft_json number;

    weft__reader_init(&reader, text, len);
    return weft__reader_number(&reader, &number) && number.ptr == text && number.len == len;
}

size_t weft__number_print_int64(int64_t value, char ret_text[WEFT__NUMBER_TEXT_MAX])
{
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char reversed[WEFT__NUMBER_TEXT_MAX];
    size_t count = 0, len = 0;

    do {
        reversed[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        ret_text[len++] = '-';
    while (count)
        ret_text[len++] = reversed[--count];
    return len;
}

/* The usual case, without the cost of printing and reading: a few decimals, as of costs and seconds. An
 * integer divided by a power of ten rounds once, as reading the decimal does; and no other decimal of up to
 * 15 digits gives the same double. 0 when the value is not of that kind. */
static int few_digits(double value, char digits[WEFT__NUMBER_TEXT_MAX], int *ret_power)
{
    int count = 0;

#if FLT_EVAL_METHOD == 0
    double scale = 1;

    for (int decimals = 0; decimals <= 6 && value * scale < 1e15 && value >= 1e-6; decimals++, scale *= 10) {
        const int64_t scaled = (int64_t)(value * scale + 0.5);

        if ((double)scaled / scale != value)
            continue;
        count = (int)weft__number_print_int64(scaled, digits);
        *ret_power = count - 1 - decimals;
        break;
    }
#else
    (void)value, (void)digits, (void)ret_power; /* wider intermediates would round twice */
#endif
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return count;
}

/* The first `precision` digits of a positive double, trailing zeros dropped, and the power of ten of the
 * first. */
static int print_digits(double value, int precision, char digits[WEFT__NUMBER_TEXT_MAX], int *ret_power)
{
    char text[WEFT__NUMBER_TEXT_MAX + 16];
    int count = 0;
    const char *at;

    snprintf(text, sizeof(text), "%.*e", precision - 1, value);
    for (at = text; *at != 'e'; at++)
        if (is_digit(*at)) /* anything else is the locale's decimal point */
            digits[count++] = *at;
    *ret_power = (int)strtol(at + 1, NULL, 10);
    while (count > 1 && digits[count - 1] == '0')
        count--;
    return count;
}

static bool reads_back(double value, const char *digits, int count, int power)
{
    decimal number = {.count = count, .exponent = power - (count - 1)};

    memcpy(number.digits, digits, (size_t)count);
    return to_double(&number) == value;
}

/* The digits with a decimal point in or before them, or zeros behind them. */
static size_t place_plain(const char *digits, int count, int power, char *out)
{
    size_t len = 0;

    if (power < 0) {
        out[len++] = '0';
        out[len++] = '.';
        for (int i = -1; i > power; i--)
            out[len++] = '0';
    }
    for (int i = 0; i < count || i <= power; i++) {
        if (i == power + 1 && power >= 0)
            out[len++] = '.';
        out[len++] = i < count ? digits[i] : '0';
    }
    return len;
}

static size_t place_scientific(const char *digits, int count, int power, char *out)
{
    size_t len = 0;

    out[len++] = digits[0];
    if (count > 1)
        out[len++] = '.';
    for (int i = 1; i < count; i++)
        out[len++] = digits[i];
    return len + (size_t)sprintf(out + len, "e%d", power);
}

size_t weft__number_print_double(double value, char ret_text[WEFT__NUMBER_TEXT_MAX])
{
    /* 15 digits print every shorter decimal as itself, but only where doubles have their full precision. */
    int precision = fabs(value) < DBL_MIN ? 1 : 15, count, power;
    char digits[WEFT__NUMBER_TEXT_MAX];
    size_t len = 0;

    WEFT__ASSERT(isfinite(value));
    if (signbit(value))
        ret_text[len++] = '-';
    value = fabs(value);
    count = few_digits(value, digits, &power);
    while (!count) {
        count = print_digits(value, precision, digits, &power);
        if (value > 0 && precision < 17 && !reads_back(value, digits, count, power)) {
            precision++;
            count = 0;
        }
    }
    if (power >= -7 && power < 17)
        return len + place_plain(digits, count, power, ret_text + len);
    return len + place_scientific(digits, count, power, ret_text + len);
}
