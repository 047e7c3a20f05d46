#include "base/utf8.h"

#include <stdint.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD"
enum { REPLACEMENT_LEN = 3 };

/* What may follow a lead byte: how many bytes, and the range of the first of them. */
typedef struct lead {
    unsigned more; /* 0: the byte cannot begin a character of more than one byte */
    unsigned char low;
    unsigned char high;
} lead;

static lead classify(unsigned char byte)
{
    if (byte < 0xC2 || byte > 0xF4)
        return (lead){0, 0, 0};
    if (byte < 0xE0)
        return (lead){1, 0x80, 0xBF};
    if (byte < 0xF0) /* E0: no overlong forms; ED: no surrogates */
        return (lead){2, byte == 0xE0 ? 0xA0 : 0x80, byte == 0xED ? 0x9F : 0xBF};
    /* F0: no overlong forms; F4: nothing above U+10FFFF */
    return (lead){3, byte == 0xF0 ? 0x90 : 0x80, byte == 0xF4 ? 0x8F : 0xBF};
}

size_t weft__utf8_measure(const char *text, size_t len, bool *ret_valid)
{
    const unsigned char *at = (const unsigned char *)text;
    lead expected = classify(at[0]);
    size_t seen = 1;

    while (seen <= expected.more && seen < len && at[seen] >= expected.low && at[seen] <= expected.high) {
        expected.low = 0x80;
        expected.high = 0xBF;
        seen++;
    }
    *ret_valid = expected.more && seen == expected.more + 1;
    return seen;
}

static uint64_t load(const char *at)
{
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    return word;
}

static size_t ascii_prefix(const char *text, size_t len)
{
    const uint64_t high_bits = UINT64_C(0x8080808080808080);
    size_t at = 0;

    while (len - at >= 32 &&
           !((load(text + at) | load(text + at + 8) | load(text + at + 16) | load(text + at + 24)) & high_bits))
        at += 32;
    while (len - at >= 8 && !(load(text + at) & high_bits))
        at += 8;
    while (at < len && (unsigned char)text[at] < 0x80)
        at++;
    return at;
}

/* The length of the longest prefix without a wrong byte. */
static size_t valid_prefix(const char *text, size_t len)
{
    size_t at = ascii_prefix(text, len);
    bool valid;

    while (at < len) {
        size_t step = weft__utf8_measure(text + at, len - at, &valid);

        if (!valid)
            break;
        at += step;
        at += ascii_prefix(text + at, len - at);
    }
    return at;
}

bool weft__utf8_is_valid(const char *text, size_t len)
{
    return ascii_prefix(text, len) == len || valid_prefix(text, len) == len;
}

size_t weft__utf8_repaired_len(const char *text, size_t len)
{
    size_t total = 0;
    bool valid;

    for (;;) {
        size_t good = valid_prefix(text, len);

        total += good;
        if (good == len)
            return total;
        good += weft__utf8_measure(text + good, len - good, &valid);
        text += good;
        len -= good;
        total += REPLACEMENT_LEN;
    }
}

void weft__utf8_repair(char *target, const char *text, size_t len)
{
    bool valid;

    for (;;) {
        size_t good = valid_prefix(text, len);

        memcpy(target, text, good);
        if (good == len)
            return;
        target += good;
        memcpy(target, REPLACEMENT, REPLACEMENT_LEN);
        target += REPLACEMENT_LEN;
        good += weft__utf8_measure(text + good, len - good, &valid);
        text += good;
        len -= good;
    }
}
