#include "json/reader.h"

#include "base/assert.h"

enum { MARK_LEN = 3 };

const unsigned char weft__value_of_byte[256] = {
    ['n'] = WEFT__VALUE_NULL,   ['f'] = WEFT__VALUE_FALSE,  ['t'] = WEFT__VALUE_TRUE,   ['"'] = WEFT__VALUE_STRING,
    ['['] = WEFT__VALUE_ARRAY,  ['{'] = WEFT__VALUE_OBJECT, ['-'] = WEFT__VALUE_NUMBER, ['0'] = WEFT__VALUE_NUMBER,
    ['1'] = WEFT__VALUE_NUMBER, ['2'] = WEFT__VALUE_NUMBER, ['3'] = WEFT__VALUE_NUMBER, ['4'] = WEFT__VALUE_NUMBER,
    ['5'] = WEFT__VALUE_NUMBER, ['6'] = WEFT__VALUE_NUMBER, ['7'] = WEFT__VALUE_NUMBER, ['8'] = WEFT__VALUE_NUMBER,
    ['9'] = WEFT__VALUE_NUMBER,
};

/* The text ends at the fault, so that nothing is read from then on, with no check elsewhere. */
bool weft__reader_fail(weft__reader *reader, const char *at, const char *what)
{
    WEFT__ASSERT(reader->text <= at && at <= reader->end);
    if (!reader->what) {
        reader->what = what;
        reader->at = reader->end = at;
    }
    return false;
}

static bool fail_at_end(weft__reader *reader)
{
    return weft__reader_fail(reader, reader->end, "unexpected end of the text");
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

static bool has_mark(const char *text, size_t len)
{
    return len >= MARK_LEN && memcmp(text, "\xef\xbb\xbf", MARK_LEN) == 0;
}

void weft__reader_init(weft__reader *reader, const char *text, size_t len)
{
    *reader = (weft__reader){.text = text, .at = text, .end = len ? text + len : text};
    if (has_mark(text, len))
        weft__reader_fail(reader, text, "a byte order mark is not allowed");
}

void weft__reader_init_answer(weft__reader *reader, const char *text, size_t len)
{
    *reader = (weft__reader){.text = text, .at = text, .end = len ? text + len : text, .lenient = true};
    if (has_mark(text, len))
        reader->at += MARK_LEN;
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
        weft__reader_fail(reader, reader->at, "expected a value");
    return kind;
}

bool weft__reader_string(weft__reader *reader, weft__quoted *ret_string)
{
    if (!skip_space(reader))
        return fail_at_end(reader);
    if (*reader->at != '"')
        return weft__reader_fail(reader, reader->at, "expected a string");
    return weft__reader_quoted(reader, ret_string);
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
        return weft__reader_fail(reader, reader->at, "expected a number");
    end = scan_number(reader->at, reader->end, &fault);
    if (!end)
        return weft__reader_fail(reader, fault, "malformed number");
    *ret_number = (weft_json){reader->at, (size_t)(end - reader->at)};
    reader->at = end;
    return true;
}

static bool read_word(weft__reader *reader, const char *word, size_t len)
{
    if ((size_t)(reader->end - reader->at) < len || memcmp(reader->at, word, len) != 0)
        return weft__reader_fail(reader, reader->at, "expected a value");
    reader->at += len;
    return true;
}

bool weft__reader_enter(weft__reader *reader, weft__value kind)
{
    WEFT__ASSERT(kind == WEFT__VALUE_ARRAY || kind == WEFT__VALUE_OBJECT);
    if (!skip_space(reader))
        return fail_at_end(reader);
    if (weft__value_of_byte[(unsigned char)*reader->at] != kind)
        return weft__reader_fail(reader, reader->at,
                                 kind == WEFT__VALUE_OBJECT ? "expected an object" : "expected an array");
    if (reader->depth >= WEFT__READER_DEPTH)
        return weft__reader_fail(reader, reader->at, "nested too deep");
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
    WEFT__ASSERT(reader->depth > 0 && !reader->what); /* a container is entered, and goes on */
    reader->fresh = false;
    if (*reader->at == close) {
        reader->at++;
        reader->depth--;
        return false;
    }
    if (fresh)
        return true;
    if (*reader->at != ',')
        return weft__reader_fail(reader, reader->at, expected);
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
        return weft__reader_fail(reader, reader->at, "expected a member's name");
    if (!weft__reader_quoted(reader, ret_name))
        return false;
    if (!skip_space(reader))
        return fail_at_end(reader);
    if (*reader->at != ':')
        return weft__reader_fail(reader, reader->at, "expected ':'");
    reader->at++;
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
        return weft__reader_quoted(reader, &string);
    default:
        return false;
    }
}

/* A loop with a bit per level, not recursion: the text decides how deep it goes, not the stack. */
static bool skip_container(weft__reader *reader, weft__value kind)
{
    const unsigned outside = reader->depth;
    uint64_t objects[WEFT__READER_DEPTH / 64 + 1]; /* set level by level: most are never needed */
    weft__quoted name;

    for (;;) {
        bool more;

        if (kind == WEFT__VALUE_ARRAY || kind == WEFT__VALUE_OBJECT) {
            const unsigned level = reader->depth - outside;

            WEFT__ASSERT(reader->depth >= outside && level <= WEFT__READER_DEPTH);
            if (!weft__reader_enter(reader, kind))
                return false;
            if (level % 64 == 0)
                objects[level / 64] = 0;
            objects[level / 64] &= ~(UINT64_C(1) << (level % 64));
            objects[level / 64] |= (uint64_t)(kind == WEFT__VALUE_OBJECT) << (level % 64);
        } else if (!skip_scalar(reader, kind)) {
            return false;
        }
        do {
            const unsigned level = reader->depth - outside - 1;

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
        return weft__reader_fail(reader, reader->at, "expected nothing after the value");
    return true;
}

weft__value weft__value_kind(weft_json value)
{
    return value.len ? (weft__value)weft__value_of_byte[(unsigned char)*value.ptr] : WEFT__VALUE_NONE;
}
