#include "json/writer.h"

#include <math.h>
#include <string.h>

#include "json/number.h"
#include "json/scan.h"

void weft__writer_init(weft__writer *writer, weft__buffer *out)
{
    *writer = (weft__writer){.out = out};
}

static inline void put(weft__writer *writer, const char *bytes, size_t len)
{
    weft__buffer *out = writer->out;

    if (len > out->cap - out->len && !out->failed && len > out->max - out->len)
        writer->too_large = true;
    weft__buffer_append(out, bytes, len);
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

static void put_escape(weft__writer *writer, unsigned char byte)
{
    static const char hex[] = "0123456789abcdef";
    static const char letters[0x20] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    char escape[6] = {'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]};

    if (byte >= 0x20)
        escape[1] = (char)byte; /* a quote or a backslash */
    else if (letters[byte])
        escape[1] = letters[byte];
    put(writer, escape, escape[1] == 'u' ? 6 : 2);
}

static bool put_string(weft__writer *writer, const char *text, size_t len)
{
    const char *run = text, *at = text, *end = text + len;

    put(writer, "\"", 1);
    while ((at = weft__scan_plain(at, end)) < end) {
        if ((signed char)*at < 0) {
            unsigned size = weft__scan_utf8(at, end);

            if (!size)
                return false;
            at += size;
            continue;
        }
        put(writer, run, (size_t)(at - run));
        put_escape(writer, (unsigned char)*at);
        run = ++at;
    }
    put(writer, run, (size_t)(end - run));
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
    begin_value(writer);
    put(writer, "\"", 1);
    put(writer, text, len);
    put(writer, "\":", 2);
    writer->comma = false;
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

    weft__write_raw(writer, text, weft__number_print_int64(value, text));
}

bool weft__write_double(weft__writer *writer, double value)
{
    char text[WEFT__NUMBER_TEXT_MAX];

    if (!isfinite(value))
        return false;
    weft__write_raw(writer, text, weft__number_print_double(value, text));
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
