#include "fanout/lossy.h"

#include <string.h>

/* Every byte beyond ASCII as a question mark. */
static void write_ascii(weft__writer *out, const char *text, size_t len)
{
    weft__buffer ascii;

    weft__buffer_init(&ascii, out->out->heap, SIZE_MAX / 2);
    for (size_t i = 0; i < len; i++)
        weft__buffer_append_char(&ascii, (unsigned char)text[i] < 0x80 ? text[i] : '?');
    if (ascii.failed)
        out->out->failed = true;
    else
        weft__write_string(out, ascii.data, ascii.len);
    weft__buffer_deinit(&ascii);
}

void lossy_string(weft__writer *out, const char *text, size_t len)
{
    size_t before = out->out->len;
    bool comma = out->comma;

    if (weft__write_string(out, text, len) || out->out->failed)
        return;
    out->out->len = before;
    out->comma = comma;
    write_ascii(out, text, len);
}

void lossy_text(weft__writer *out, const char *text)
{
    if (text)
        lossy_string(out, text, strlen(text));
    else
        weft__write_null(out);
}

void lossy_name(weft__writer *out, const char *name)
{
    weft__write_name(out, name, strlen(name));
}
