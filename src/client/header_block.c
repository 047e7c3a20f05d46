#include "client/header_block.h"

#include <string.h>

#include "base/text.h"

weft__header_block *weft__header_block_new(weft__heap *heap, const weft__buffer *lines)
{
    weft__header_block *block = weft__alloc(heap, sizeof(*block) + lines->len);

    if (!block)
        return NULL;
    *block = (weft__header_block){.heap = heap, .refs = 1, .len = (uint32_t)lines->len};
    memcpy(block->text, lines->data, lines->len);
    return block;
}

weft__header_block *weft__header_block_ref(weft__header_block *block)
{
    block->refs++;
    return block;
}

void weft__header_block_unref(weft__header_block *block)
{
    if (!block || --block->refs > 0)
        return;
    weft__wipe(block->text, block->len);
    weft__free(block->heap, block);
}

/* The line at `*at`, its end included; false behind the last. */
static bool next_line(const char **at, const char *end, weft_str *ret_line, weft_str *ret_name)
{
    const char *line = *at, *stop, *colon;

    if (line >= end)
        return false;
    stop = memchr(line, '\n', (size_t)(end - line));
    *at = stop ? stop + 1 : end;
    colon = memchr(line, ':', (size_t)(*at - line));
    *ret_line = (weft_str){line, (size_t)(*at - line)};
    *ret_name = (weft_str){line, colon ? (size_t)(colon - line) : 0};
    return true;
}

static bool have(weft_str lines, weft_str name)
{
    const char *at = lines.ptr;
    weft_str line, found;

    while (next_line(&at, lines.ptr + lines.len, &line, &found))
        if (weft__text_equal_nocase(found, name))
            return true;
    return false;
}

bool weft__header_lines_have(const char *lines, size_t len, const char *name)
{
    return have((weft_str){lines, len}, weft__str(name));
}

/* Whether any line of `text` has the name of one in `lines`. */
static bool have_any(weft_str text, weft_str lines)
{
    const char *at = lines.ptr;
    weft_str line, name;

    while (next_line(&at, lines.ptr + lines.len, &line, &name))
        if (have(text, name))
            return true;
    return false;
}

weft__header_block *weft__header_block_without(weft__header_block *block, weft_str lines)
{
    const char *at = block->text, *end = block->text + block->len;
    weft__header_block *other;
    weft_str line, name;

    if (!have_any((weft_str){block->text, block->len}, lines))
        return block;
    other = weft__alloc(block->heap, sizeof(*other) + block->len);
    if (other) {
        *other = (weft__header_block){.heap = block->heap, .refs = 1, .generation = block->generation};
        while (next_line(&at, end, &line, &name)) {
            if (have(lines, name))
                continue;
            memcpy(other->text + other->len, line.ptr, line.len);
            other->len += (uint32_t)line.len;
        }
    }
    weft__header_block_unref(block);
    return other;
}
