#include "base/text.h"

/* What a byte may be part of. */
enum { TOKEN = 1 << 0, QUERY = 1 << 1, SEGMENT = 1 << 2 };

static unsigned classes_of(char byte)
{
    if (weft__text_is_digit(byte) || weft__text_is_letter(byte))
        return TOKEN | QUERY | SEGMENT;
    switch (byte) {
    case '-':
    case '_':
    case '.':
    case '~':
        return TOKEN | QUERY | SEGMENT;
    case '$':
    case '&':
    case '+':
        return TOKEN | SEGMENT;
    case '=':
    case ':':
    case '@':
        return SEGMENT;
    case '!':
    case '#':
    case '%':
    case '\'':
    case '*':
    case '^':
    case '`':
    case '|':
        return TOKEN;
    default:
        return 0;
    }
}

bool weft__text_equal(weft_str a, weft_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Eight bytes with A to Z taken as a to z: to each that is a capital, 0x20 is added. */
static uint64_t lower_word(const char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word, seven_bits, from_a, beyond_z;

    memcpy(&word, at, sizeof(word));
    seven_bits = word & (ones * 0x7F);
    from_a = seven_bits + ones * (0x80 - 'A');
    beyond_z = seven_bits + ones * (0x80 - 'Z' - 1);
    return word + (((from_a ^ beyond_z) & ~word & (ones * 0x80)) >> 2);
}

bool weft__text_equal_nocase(weft_str a, weft_str b)
{
    size_t i = 0;

    if (a.len != b.len)
        return false;
    for (; i + 8 <= a.len; i += 8)
        if (lower_word(a.ptr + i) != lower_word(b.ptr + i))
            return false;
    /* The last word again, as far as it was not looked at. */
    if (i > 0)
        return lower_word(a.ptr + a.len - 8) == lower_word(b.ptr + b.len - 8);
    for (; i < a.len; i++)
        if (weft__text_lower(a.ptr[i]) != weft__text_lower(b.ptr[i]))
            return false;
    return true;
}

bool weft__text_equal_secret(weft_str a, weft_str b)
{
    volatile unsigned char differing = 0; /* volatile: the compiler may not leave the loop early */

    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        differing |= (unsigned char)(a.ptr[i] ^ b.ptr[i]);
    return differing == 0;
}

static bool is_blank(char byte)
{
    return byte == ' ' || byte == '\t';
}

weft_str weft__text_trim(weft_str text)
{
    while (text.len && is_blank(text.ptr[text.len - 1]))
        text.len--;
    while (text.len && is_blank(text.ptr[0])) {
        text.ptr++;
        text.len--;
    }
    return text;
}

static bool is_blank_or_line_end(char byte)
{
    return is_blank(byte) || byte == '\r' || byte == '\n';
}

weft_str weft__text_strip(weft_str text)
{
    while (text.len && is_blank_or_line_end(text.ptr[text.len - 1]))
        text.len--;
    while (text.len && is_blank_or_line_end(text.ptr[0])) {
        text.ptr++;
        text.len--;
    }
    return text;
}

/* The length of the sequence that `lead` begins and the range of its second byte; 0 when it begins none. */
static size_t utf8_sequence(unsigned char lead, unsigned char *ret_low, unsigned char *ret_high)
{
    *ret_low = 0x80;
    *ret_high = 0xBF;
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return 2;
    if (lead >= 0xE0 && lead <= 0xEF) {
        if (lead == 0xE0)
            *ret_low = 0xA0; /* below: overlong */
        else if (lead == 0xED)
            *ret_high = 0x9F; /* above: surrogates */
        return 3;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        if (lead == 0xF0)
            *ret_low = 0x90; /* below: overlong */
        else if (lead == 0xF4)
            *ret_high = 0x8F; /* above: past U+10FFFF */
        return 4;
    }
    return 0;
}

/* The length of the character at the front of `text`; 0 when there is none. `*ret_wrong` is how much of it is broken
 * then, to the byte at which that shows. */
static size_t utf8_character(const char *text, size_t len, size_t *ret_wrong)
{
    unsigned char low, high;
    size_t length = utf8_sequence((unsigned char)*text, &low, &high);

    for (*ret_wrong = 1; *ret_wrong < length; ++*ret_wrong) {
        unsigned char byte = *ret_wrong < len ? (unsigned char)text[*ret_wrong] : 0;

        if (byte < low || byte > high)
            return 0;
        low = 0x80;
        high = 0xBF;
    }
    return length;
}

bool weft__text_is_utf8(const char *text, size_t len)
{
    size_t at = 0, wrong;

    while (at < len) {
        size_t length = utf8_character(text + at, len - at, &wrong);

        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

static bool is_control(unsigned char byte)
{
    return byte < 0x20 || byte == 0x7F;
}

bool weft__text_has_control(const char *text)
{
    for (; text && *text; text++)
        if (is_control((unsigned char)*text))
            return true;
    return false;
}

static uint32_t code_point(const char *text, size_t length)
{
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t point = (unsigned char)text[0] & masks[length];

    for (size_t i = 1; i < length; i++)
        point = point << 6 | ((unsigned char)text[i] & 0x3F);
    return point;
}

/* What ends a line, moves a terminal's cursor, turns the direction of what follows, or cannot be seen at all. */
static bool is_deceptive(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x00, 0x1F},     {0x7F, 0x9F},     {0x61C, 0x61C},   {0x180E, 0x180E}, {0x200B, 0x200B},   {0x200E, 0x200F},
        {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF},
    };

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    return false;
}

void weft__text_clean(char *text)
{
    size_t len = strlen(text), wrong;
    char *to = text;

    for (size_t at = 0; at < len;) {
        size_t length = utf8_character(text + at, len - at, &wrong);

        if (length == 0) {
            *to++ = '?';
            at += wrong;
            continue;
        }
        if (is_deceptive(code_point(text + at, length))) {
            *to++ = ' ';
        } else {
            memmove(to, text + at, length);
            to += length;
        }
        at += length;
    }
    *to = '\0';
}

bool weft__text_is_token(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!(classes_of(text[i]) & TOKEN))
            return false;
    return len > 0;
}

bool weft__text_is_header_value(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (is_control((unsigned char)text[i]) && text[i] != '\t')
            return false;
    return true;
}

static const char upper_digits[] = "0123456789ABCDEF";

static bool append_escaped(weft__buffer *out, const char *text, size_t len, unsigned literal)
{
    size_t run = 0; /* literal bytes seen and not yet appended */

    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];
        char escape[3] = {'%', upper_digits[byte >> 4], upper_digits[byte & 15]};

        if (classes_of(text[i]) & literal) {
            run++;
            continue;
        }
        weft__buffer_append(out, text + i - run, run);
        run = 0;
        if (byte == ' ' && literal == QUERY)
            weft__buffer_append_char(out, '+');
        else
            weft__buffer_append(out, escape, sizeof(escape));
    }
    if (run)
        weft__buffer_append(out, text + len - run, run);
    return !out->failed;
}

bool weft__text_append_segment(weft__buffer *out, const char *text, size_t len)
{
    if (len == 0 || (len <= 2 && memcmp(text, "..", len) == 0))
        return false;
    return append_escaped(out, text, len, SEGMENT);
}

bool weft__text_append_query(weft__buffer *out, const char *text, size_t len)
{
    return append_escaped(out, text, len, QUERY);
}

int weft__text_hex_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit = weft__text_lower(digit);
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool weft__text_append_unescaped(weft__buffer *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        int high, low;

        if (text[i] != '%') {
            weft__buffer_append_char(out, text[i]);
            continue;
        }
        if (len - i < 3)
            return false;
        high = weft__text_hex_value(text[i + 1]);
        low = weft__text_hex_value(text[i + 2]);
        if (high < 0 || low < 0 || high + low == 0)
            return false;
        weft__buffer_append_char(out, (char)(high << 4 | low));
        i += 2;
    }
    return !out->failed;
}

bool weft__text_append_base64(weft__buffer *out, const void *bytes, size_t len)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *from = bytes;

    for (size_t i = 0; i < len; i += 3) {
        size_t left = len - i;
        unsigned second = left > 1 ? from[i + 1] : 0, third = left > 2 ? from[i + 2] : 0;
        unsigned group = (unsigned)from[i] << 16 | second << 8 | third;
        char quad[4] = {alphabet[group >> 18], alphabet[group >> 12 & 63], left > 1 ? alphabet[group >> 6 & 63] : '=',
                        left > 2 ? alphabet[group & 63] : '='};

        if (!weft__buffer_append(out, quad, sizeof(quad)))
            return false;
    }
    return !out->failed;
}

bool weft__text_parse_uint64(const char *text, size_t len, uint64_t *ret_value)
{
    uint64_t value = 0;

    if (len == 0)
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned digit = (unsigned)(text[i] - '0');

        if (!weft__text_is_digit(text[i]) || value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *ret_value = value;
    return true;
}
