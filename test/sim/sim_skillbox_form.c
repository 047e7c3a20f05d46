/* sim_skillbox_form.c - multipart/form-data, taken apart as strictly as RFC 7578 allows. */
#include <string.h>
#include <strings.h>

#include "sim_skillbox.h"

/* The value of `key="VALUE"` or `key=VALUE` in a header's value. */
static weft_str parameter(weft_str header, const char *key)
{
    size_t key_len = strlen(key);

    for (size_t at = 0; at + key_len + 1 < header.len; at++) {
        const char *value = header.ptr + at + key_len + 1;
        size_t left = header.len - at - key_len - 1, len = 0;

        if (at > 0 && header.ptr[at - 1] != ' ' && header.ptr[at - 1] != ';')
            continue;
        if (strncasecmp(header.ptr + at, key, key_len) != 0 || value[-1] != '=')
            continue;
        if (*value == '"') {
            const char *end = memchr(value + 1, '"', left - 1);

            return end ? (weft_str){value + 1, (size_t)(end - value - 1)} : (weft_str){NULL, 0};
        }
        while (len < left && value[len] != ';' && value[len] != ' ')
            len++;
        return (weft_str){value, len};
    }
    return (weft_str){NULL, 0};
}

/* A header line of a part. */
static void take_line(skillbox_part *part, weft_str line)
{
    static const char disposition[] = "Content-Disposition: form-data;", type[] = "Content-Type: ";

    if (line.len > sizeof(disposition) - 1 && strncasecmp(line.ptr, disposition, sizeof(disposition) - 1) == 0) {
        part->name = parameter(line, "name");
        part->file_name = parameter(line, "filename");
    } else if (line.len > sizeof(type) - 1 && strncasecmp(line.ptr, type, sizeof(type) - 1) == 0) {
        part->content_type = (weft_str){line.ptr + sizeof(type) - 1, line.len - (sizeof(type) - 1)};
    }
}

/* The head of a part; the result is where its content begins, or NULL. */
static const char *take_head(skillbox_part *part, const char *at, const char *end)
{
    for (;;) {
        const char *stop = memmem(at, (size_t)(end - at), "\r\n", 2);

        if (!stop)
            return NULL;
        if (stop == at)
            return stop + 2;
        take_line(part, (weft_str){at, (size_t)(stop - at)});
        at = stop + 2;
    }
}

static bool fault(const char **ret_fault, const char *text)
{
    *ret_fault = text;
    return false;
}

bool skillbox_read_form(sim_call *call, skillbox_form *form, const char **ret_fault)
{
    weft_str type = sim_request_header(call->exchange, "content-type");
    weft_str body = sim_request_body(call->exchange), boundary = parameter(type, "boundary");
    const char *at = body.ptr, *end = body.ptr + body.len;
    char mark[80] = "\r\n--";
    size_t mark_len = boundary.len + 4;

    form->count = 0;
    if (!boundary.ptr || boundary.len == 0 || boundary.len > 70)
        return fault(ret_fault, "no multipart boundary param in Content-Type");
    memcpy(mark + 4, boundary.ptr, boundary.len);
    if (body.len < mark_len || memcmp(at, mark + 2, mark_len - 2) != 0)
        return fault(ret_fault, "multipart: NextPart: EOF");
    at += mark_len - 2;
    while (end - at >= 2 && memcmp(at, "\r\n", 2) == 0) {
        skillbox_part *part = &form->parts[form->count];
        const char *content, *stop;

        if (form->count == SKILLBOX_PARTS_MAX)
            return fault(ret_fault, "multipart: too many parts");
        memset(part, 0, sizeof(*part));
        content = take_head(part, at + 2, end);
        stop = content ? memmem(content - 2, (size_t)(end - content + 2), mark, mark_len) : NULL;
        if (!stop || !part->name.ptr)
            return fault(ret_fault, "multipart: NextPart: unexpected EOF");
        part->bytes = (weft_str){content, stop > content ? (size_t)(stop - content) : 0};
        form->count++;
        at = stop + mark_len;
    }
    if (end - at < 2 || memcmp(at, "--", 2) != 0)
        return fault(ret_fault, "multipart: NextPart: unexpected EOF");
    return true;
}

const skillbox_part *skillbox_part_named(const skillbox_form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++)
        if (form->parts[i].name.len == strlen(name) && memcmp(form->parts[i].name.ptr, name, strlen(name)) == 0)
            return &form->parts[i];
    return NULL;
}
