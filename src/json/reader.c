#include "json/reader.h"

#include "json/scan.h"

const unsigned char weft__value_of_byte[256] = {
    ['n'] = WEFT__VALUE_NULL,   ['f'] = WEFT__VALUE_FALSE,  ['t'] = WEFT__VALUE_TRUE,
    ['"'] = WEFT__VALUE_STRING, ['['] = WEFT__VALUE_ARRAY,  ['{'] = WEFT__VALUE_OBJECT,
    ['-'] = WEFT__VALUE_NUMBER, ['0'] = WEFT__VALUE_NUMBER, ['1'] = WEFT__VALUE_NUMBER,
    ['2'] = WEFT__VALUE_NUMBER, ['3'] = WEFT__VALUE_NUMBER, ['4'] = WEFT__VALUE_NUMBER,
    ['5'] = WEFT__VALUE_NUMBER, ['6'] = WEFT__VALUE_NUMBER, ['7'] = WEFT__VALUE_NUMBER,
    ['8'] = WEFT__VALUE_NUMBER, ['9'] = WEFT__VALUE_NUMBER,
};

/* The first fault stays. The text ends at it, so that nothing is read from then on, with no check elsewhere. */
static bool fail(weft__reader *reader, const char *at, const char *what)
{
    if (!reader->what) {
        reader->what = what;
        reader->at = reader->end = at;
    }
    return false;
}

static bool fail_at_end(weft__reader *reader)
{
    return fail(reader, reader->end, "unexpected end of the text");
}

/* Passes over white space; false at the end of the text. */
static inline bool skip_space(weft__reader *reader)
{
    const char *at = reader->at;

    while (at < reader->end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    reader->at = at;
    return at < reader->end;
}

void weft__reader_init(weft__reader *reader, const char *text, size_t len)
{
    *reader = (weft__reader){.text = text, .at = text, .end = text + len};
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        fail(reader, text, "a byte order mark is not allowed");
}

weft__value weft__reader_peek_slowly(weft__reader *reader)
{
    weft__value kind;

    if (!skip_space(reader)) {
        fail_at_end(reader);
        return WEFT__VALUE_NONE;
    }
    kind = weft__value_of_byte[(unsigned char)*reader->at];
    if (kind == WEFT__VALUE_NONE)
        fail(reader, reader->at, "expected a value");
    return kind;
}

/* Four hexadecimal digits; -1 when they are not. */
static int hex4(const char *at)
{
    int value = 0;

    for (int i = 0; i < 4; i++) {
        const char c = at[i];

        value <<= 4;
        if (c >= '0' && c <= '9')
            value |= c - '0';
        else if (c >= 'a' && c <= 'f')
            value |= c - 'a' + 10;
        else if (c >= 'A' && c <= 'F')
            value |= c - 'A' + 10;
        else
            return -1;
    }
    return value;
}

/* Checks the \u escape at `at`, or the pair of them that makes one character; returns its end. */
static const char *scan_unicode_escape(weft__reader *reader, const char *at)
{
    int unit = reader->end - at >= 6 ? hex4(at + 2) : -1;

    if (unit < 0) {
        fail(reader, at, "a \\u escape needs four hexadecimal digits");
        return NULL;
    }
    if (unit < 0xd800 || unit > 0xdfff)
        return at + 6;
    if (unit < 0xdc00 && reader->end - at >= 12 && at[6] == '\\' && at[7] == 'u') {
        int low = hex4(at + 8);

        if (low >= 0xdc00 && low <= 0xdfff)
            return at + 12;
    }
    fail(reader, at, "half a surrogate pair in a string");
    return NULL;
}

/* The letters that make an escape of two bytes. */
static const bool is_escape_letter[256] = {
    ['"'] = true, ['\\'] = true, ['/'] = true, ['b'] = true,
    ['f'] = true, ['n'] = true,  ['r'] = true, ['t'] = true,
};

/* Checks the escape at `at`; returns its end. */
static inline const char *scan_escape(weft__reader *reader, const char *at)
{
    if (reader->end - at < 2) {
        fail_at_end(reader);
        return NULL;
    }
    if (is_escape_letter[(unsigned char)at[1]])
        return at + 2;
    if (at[1] == 'u')
        return scan_unicode_escape(reader, at);
    fail(reader, at, "unknown escape in a string");
    return NULL;
}

/* Checks the well-formed sequences of bytes from 0x80 up that start at `at`; returns the end of them. */
static const char *scan_beyond_ascii(weft__reader *reader, const char *at)
{
    do {
        unsigned size = weft__scan_utf8(at, reader->end);

        if (!size) {
            fail(reader, at, "invalid UTF-8 in a string");
            return NULL;
        }
        at += size;
    } while (at < reader->end && (signed char)*at < 0);
    return at;
}

/* Passes over plain bytes and the escapes of two bytes; returns where something else is, or the end of the
 * text. Goes through each block once, by its bits: where the next load is from does not wait for what the
 * last one held. */
static inline const char *scan_simple(const char *at, const char *end, bool *escaped)
{
    while (end - at > WEFT__SCAN_BLOCK) { /* one more, as an escape may reach beyond its block */
        weft__scan_bits special = weft__scan_block(at);
        unsigned next = WEFT__SCAN_BLOCK;

        while (special) {
            const unsigned index = weft__scan_first(special);

            next = index + 1;
            if (at[index] == '\\' && is_escape_letter[(unsigned char)at[index + 1]]) {
                *escaped = true;
                next++;
            } else {
                return at + index;
            }
            special = weft__scan_from(special, next);
        }
        at += next > WEFT__SCAN_BLOCK ? next : WEFT__SCAN_BLOCK;
    }
    return weft__scan_plain(at, end);
}

/* The string whose opening quote is at reader->at. */
static bool read_string(weft__reader *reader, weft__quoted *ret_string)
{
    const char *start = reader->at + 1, *at = start;
    bool escaped = false;

    for (;;) {
        at = scan_simple(at, reader->end, &escaped);
        if (at == reader->end)
            return fail(reader, at, "a string has no end");
        if (*at == '"')
            break;
        if (*at == '\\') {
            escaped = true;
            at = scan_escape(reader, at);
        } else if ((signed char)*at < 0) {
            at = scan_beyond_ascii(reader, at);
        } else {
            return fail(reader, at, "a control character in a string must be escaped");
        }
        if (!at)
            return false;
    }
    *ret_string = (weft__quoted){start, (size_t)(at - start), escaped};
    reader->at = at + 1;
    return true;
}

bool weft__reader_string(weft__reader *reader, weft__quoted *ret_string)
{
    if (!skip_space(reader))
        return fail_at_end(reader);
    if (*reader->at != '"')
        return fail(reader, reader->at, "expected a string");
    return read_string(reader, ret_string);
}

static inline const char *scan_digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at;
}

/* The end of the number at `at`; NULL when a digit is missing, with `*ret_fault` where. */
static const char *scan_number(const char *at, const char *end, const char **ret_fault)
{
    const char *digits;

    if (at < end && *at == '-')
        at++;
    digits = at;
    at = scan_digits(at, end);
    *ret_fault = at;
    if (at == digits)
        return NULL;
    if (*digits == '0' && at > digits + 1) {
        *ret_fault = digits + 1;
        return NULL;
    }
    if (at < end && *at == '.') {
        digits = at + 1;
        *ret_fault = at = scan_digits(digits, end);
        if (at == digits)
            return NULL;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        digits = at + 1;
        if (digits < end && (*digits == '+' || *digits == '-'))
            digits++;
        *ret_fault = at = scan_digits(digits, end);
        if (at == digits)
            return NULL;
    }
    return at;
}

bool weft__reader_number(weft__reader *reader, weft_json *ret_number)
{
    const char *end, *fault;

    if (!skip_space(reader))
        return fail_at_end(reader);
    if (weft__value_of_byte[(unsigned char)*reader->at] != WEFT__VALUE_NUMBER)
        return fail(reader, reader->at, "expected a number");
    end = scan_number(reader->at, reader->end, &fault);
    if (!end)
        return fail(reader, fault, "malformed number");
    *ret_number = (weft_json){reader->at, (size_t)(end - reader->at)};
    reader->at = end;
    return true;
}

static bool read_word(weft__reader *reader, const char *word, size_t len)
{
    if ((size_t)(reader->end - reader->at) < len || memcmp(reader->at, word, len) != 0)
        return fail(reader, reader->at, "expected a value");
    reader->at += len;
    return true;
}

bool weft__reader_enter(weft__reader *reader, weft__value kind)
{
    if (!skip_space(reader))
        return fail_at_end(reader);
    if (weft__value_of_byte[(unsigned char)*reader->at] != kind)
        return fail(reader, reader->at,
                    kind == WEFT__VALUE_OBJECT ? "expected an object" : "expected an array");
    if (reader->depth >= WEFT__READER_DEPTH)
        return fail(reader, reader->at, "nested too deep");
    reader->at++;
    reader->depth++;
    reader->fresh = true;
    return true;
}

/* Passes the comma that is due, or leaves the container at `close`. True when another entry is due. */
static inline bool next_entry(weft__reader *reader, char close, const char *expected)
{
    const bool fresh = reader->fresh;

    if (!skip_space(reader))
        return fail_at_end(reader);
    reader->fresh = false;
    if (*reader->at == close) {
        reader->at++;
        reader->depth--;
        return false;
    }
    if (fresh)
        return true;
    if (*reader->at != ',')
        return fail(reader, reader->at, expected);
    reader->at++;
    return true;
}

bool weft__reader_next_item(weft__reader *reader)
{
    return next_entry(reader, ']', "expected ',' or ']'") && weft__reader_peek(reader) != WEFT__VALUE_NONE;
}

bool weft__reader_next_member(weft__reader *reader, weft__quoted *ret_name)
{
    if (!next_entry(reader, '}', "expected ',' or '}'"))
        return false;
    if (!skip_space(reader))
        return fail_at_end(reader);
    if (*reader->at != '"')
        return fail(reader, reader->at, "expected a member's name");
    if (!read_string(reader, ret_name))
        return false;
    if (!skip_space(reader))
        return fail_at_end(reader);
    if (*reader->at != ':')
        return fail(reader, reader->at, "expected ':'");
    reader->at++;
    return true;
}

bool weft__reader_next_is(weft__reader *reader, const char *name, size_t len)
{
    const size_t comma = !reader->fresh;
    const char *at = reader->at;

    if ((size_t)(reader->end - at) < comma + len + 3 || (comma && *at != ','))
        return false;
    at += comma;
    if (at[0] != '"' || at[len + 1] != '"' || at[len + 2] != ':' || memcmp(at + 1, name, len) != 0)
        return false;
    reader->at = at + len + 3;
    reader->fresh = false;
    return true;
}

bool weft__reader_member(weft__reader *reader, weft__member *ret_member)
{
    if (!weft__reader_next_member(reader, &ret_member->name))
        return false;
    ret_member->kind = weft__reader_peek(reader);
    return weft__reader_skip(reader, &ret_member->value);
}

static bool skip_scalar(weft__reader *reader, weft__value kind)
{
    weft__quoted string;
    weft_json number;

    switch (kind) {
    case WEFT__VALUE_NULL:
        return read_word(reader, "null", 4);
    case WEFT__VALUE_FALSE:
        return read_word(reader, "false", 5);
    case WEFT__VALUE_TRUE:
        return read_word(reader, "true", 4);
    case WEFT__VALUE_NUMBER:
        return weft__reader_number(reader, &number);
    case WEFT__VALUE_STRING:
        return read_string(reader, &string);
    default:
        return false;
    }
}

/* A loop with a bit per level, not recursion: the text decides how deep it goes, not the stack. */
static bool skip_container(weft__reader *reader, weft__value kind)
{
    const unsigned outside = reader->depth;
    uint64_t objects[WEFT__READER_DEPTH / 64] = {0};
    weft__quoted name;

    for (;;) {
        bool more;

        if (kind == WEFT__VALUE_ARRAY || kind == WEFT__VALUE_OBJECT) {
            const unsigned level = reader->depth;

            if (!weft__reader_enter(reader, kind))
                return false;
            objects[level / 64] &= ~(UINT64_C(1) << (level % 64));
            objects[level / 64] |= (uint64_t)(kind == WEFT__VALUE_OBJECT) << (level % 64);
        } else if (!skip_scalar(reader, kind)) {
            return false;
        }
        do {
            unsigned level = reader->depth - 1;

            if (reader->depth == outside)
                return true;
            more = (objects[level / 64] >> (level % 64)) & 1 ? weft__reader_next_member(reader, &name)
                                                             : weft__reader_next_item(reader);
            if (reader->what)
                return false;
        } while (!more);
        kind = weft__reader_peek(reader);
    }
}

bool weft__reader_skip(weft__reader *reader, weft_json *ret_value)
{
    weft__value kind = weft__reader_peek(reader);
    const char *start = reader->at;
    bool ok;

    if (kind == WEFT__VALUE_ARRAY || kind == WEFT__VALUE_OBJECT)
        ok = skip_container(reader, kind);
    else
        ok = skip_scalar(reader, kind);
    if (ok && ret_value)
        *ret_value = (weft_json){start, (size_t)(reader->at - start)};
    return ok;
}

bool weft__reader_finish(weft__reader *reader)
{
    if (reader->what)
        return false;
    if (reader->depth)
        return fail_at_end(reader);
    if (skip_space(reader))
        return fail(reader, reader->at, "expected nothing after the value");
    return true;
}

weft__value weft__value_kind(weft_json value)
{
    return value.len ? (weft__value)weft__value_of_byte[(unsigned char)*value.ptr] : WEFT__VALUE_NONE;
}
