#include "json/writer.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "json/number.h"
#include "json/scan.h"

void weft__writer_init(weft__writer *writer, weft__buffer *out)
{
    *writer = (weft__writer){.out = out};
}

/* More memory for `len` bytes; false when the buffer has failed. */
static bool grow(weft__writer *writer, size_t len)
{
    weft__buffer *out = writer->out;

    if (!out->failed && len > out->max - out->len)
        writer->too_large = true;
    return weft__buffer_reserve(out, len);
}

/* Room for `len` more bytes, for the caller to fill; NULL when the buffer has failed. */
static inline char *room(weft__writer *writer, size_t len)
{
    weft__buffer *out = writer->out;

    if ((out->failed || out->cap - out->len < len) && !grow(writer, len))
        return NULL;
    WEFT__ASSERT(out->cap - out->len >= len);
    out->len += len;
    return out->data + out->len - len;
}

static inline void put(weft__writer *writer, const char *bytes, size_t len)
{
    char *to = room(writer, len);

    if (to && len)
        memcpy(to, bytes, len);
}

static void begin_value(weft__writer *writer)
{
    if (writer->comma)
        put(writer, ",", 1);
    writer->comma = true;
}

static void open_bracket(weft__writer *writer, const char *bracket)
{
    begin_value(writer);
    put(writer, bracket, 1);
    writer->comma = false;
}

static void close_bracket(weft__writer *writer, const char *bracket)
{
    put(writer, bracket, 1);
    writer->comma = true;
}

void weft__write_object(weft__writer *writer)
{
    open_bracket(writer, "{");
}

void weft__write_object_end(weft__writer *writer)
{
    close_bracket(writer, "}");
}

void weft__write_array(weft__writer *writer)
{
    open_bracket(writer, "[");
}

void weft__write_array_end(weft__writer *writer)
{
    close_bracket(writer, "]");
}

size_t weft__escape_byte(unsigned char byte, char escape[6])
{
    static const char hex[] = "0123456789abcdef";
    static const char letters[0x20] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};

    escape[0] = '\\';
    escape[1] = byte < 0x20 ? letters[byte] : (char)byte; /* a quote or a backslash */
    if (escape[1])
        return 2;
    memcpy(escape + 1, "u00", 3);
    escape[4] = hex[byte >> 4];
    escape[5] = hex[byte & 15];
    return 6;
}

static void put_escape(weft__writer *writer, unsigned char byte)
{
    char escape[6];
    size_t len = weft__escape_byte(byte, escape);

    put(writer, escape, len);
}

/* Passes over text that stands for itself, a block at a time; returns where something else is, or a place before which
 * there is none and behind which the UTF-8 is at fault, or the last block begins. */
static const char *pass_blocks(const char *at, const char *last)
{
    weft__scan_bits due = 0; /* bytes that a character of the block before still needs */

    for (at = weft__scan_plain_blocks(at, last); at < last; at += WEFT__SCAN_BLOCK) {
        const weft__scan_bits was_due = due;
        bool fault;
        const weft__scan_bits special = weft__scan_text(at, &due, &fault);

        if (special)
            return at + weft__scan_first(special);
        if (fault)
            return weft__scan_character(at, was_due);
    }
    return weft__scan_character(at, due);
}

const char *weft__pass_text(const char *at, const char *end)
{
    if (end - at >= WEFT__SCAN_BLOCK) {
        const char *last = end - WEFT__SCAN_BLOCK;

        at = pass_blocks(at, last);
        /* The last bytes with some that were passed before, if that is enough to say that nothing is among them. */
        if (at >= last && !weft__scan_from(weft__scan_block(weft__scan_load(last)), (unsigned)(at - last)))
            return end;
    }
    while (at < end) {
        const unsigned size = weft__is_plain(*at) ? 1 : (signed char)*at < 0 ? weft__scan_utf8(at, end) : 0;

        if (!size)
            break;
        at += size;
    }
    return at;
}

static bool put_string(weft__writer *writer, const char *text, size_t len)
{
    const char *end = text + len, *at = weft__pass_text(text, end);
    char *to;

    if (at == end) { /* most texts */
        to = room(writer, len + 2);
        if (to) {
            to[0] = to[len + 1] = '"';
            if (len)
                memcpy(to + 1, text, len);
        }
        return true;
    }
    put(writer, "\"", 1);
    for (; at < end; at = weft__pass_text(text, end)) {
        put(writer, text, (size_t)(at - text));
        if ((signed char)*at < 0)
            return false;
        put_escape(writer, (unsigned char)*at);
        text = at + 1;
    }
    put(writer, text, (size_t)(end - text));
    put(writer, "\"", 1);
    return true;
}

bool weft__write_name(weft__writer *writer, const char *name, size_t len)
{
    bool ok;

    begin_value(writer);
    ok = put_string(writer, name, len);
    put(writer, ":", 1);
    writer->comma = false;
    return ok;
}

void weft__write_raw_name(weft__writer *writer, const char *text, size_t len)
{
    char *to = room(writer, writer->comma + len + 3);

    if (!to)
        return;
    if (writer->comma)
        *to++ = ',';
    writer->comma = false;
    to[0] = '"';
    memcpy(to + 1, text, len);
    to[len + 1] = '"';
    to[len + 2] = ':';
}

bool weft__write_string(weft__writer *writer, const char *text, size_t len)
{
    begin_value(writer);
    return put_string(writer, text, len);
}

bool weft__write_text(weft__writer *writer, const char *text)
{
    return weft__write_string(writer, text, strlen(text));
}

void weft__write_int64(weft__writer *writer, int64_t value)
{
    char text[WEFT__NUMBER_TEXT_MAX];
    size_t len = weft__number_print_int64(value, text);

    weft__write_raw(writer, text, len);
}

bool weft__write_double(weft__writer *writer, double value)
{
    char text[WEFT__NUMBER_TEXT_MAX];
    size_t len;

    if (!isfinite(value))
        return false;
    len = weft__number_print_double(value, text);
    weft__write_raw(writer, text, len);
    return true;
}

void weft__write_bool(weft__writer *writer, bool value)
{
    weft__write_raw(writer, value ? "true" : "false", value ? 4 : 5);
}

void weft__write_null(weft__writer *writer)
{
    weft__write_raw(writer, "null", 4);
}

void weft__write_raw(weft__writer *writer, const char *text, size_t len)
{
    begin_value(writer);
    put(writer, text, len);
}
