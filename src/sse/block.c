#include "sse/block.h"

#include <string.h>

#include "base/assert.h"
#include "base/utf8.h"

_Static_assert(WEFT__SSE_FIELDS <= 8, "each field has a bit of a byte");
_Static_assert(offsetof(weft__sse_gathered, chunk) == 0, "a gathered block is a chunk of the heap");

static uint8_t bit(int field)
{
    return (uint8_t)(1u << field);
}

void weft__sse_block_init(weft__sse_block *block, weft__heap *heap)
{
    memset(block, 0, sizeof(*block));
    block->heap = heap;
}

void weft__sse_block_forget(weft__sse_block *block)
{
    block->held = 0;
    block->aside = 0;
    block->wide = false;
}

void weft__sse_block_drop(weft__sse_block *block)
{
    weft__sse_block_forget(block);
    if (!block->gathered)
        return;
    for (int field = 0; field < WEFT__SSE_ASIDES; field++)
        weft__free(block->heap, block->gathered->aside[field]);
    weft__chunk_give(block->heap, &block->gathered->chunk);
    block->gathered = NULL;
}

static weft__sse_gathered *gathered_of(weft__chunk *chunk)
{
    return (weft__sse_gathered *)(void *)chunk;
}

static bool gathered_new(weft__sse_block *block, size_t room)
{
    weft__chunk *chunk = weft__chunk_take(block->heap, sizeof(*block->gathered) + room);

    if (!chunk)
        return false;
    block->gathered = gathered_of(chunk);
    for (int field = 0; field < WEFT__SSE_ASIDES; field++)
        block->gathered->aside[field] = NULL;
    block->gathered->len = 0;
    return true;
}

static bool gathered_grow(weft__sse_block *block, size_t size)
{
    weft__chunk *chunk = &block->gathered->chunk;

    if (size < chunk->size * 2)
        size = chunk->size * 2;
    chunk = weft__chunk_grow(block->heap, chunk, size);
    if (!chunk)
        return false;
    block->gathered = gathered_of(chunk);
    return true;
}

bool weft__sse_block_reserve(weft__sse_block *block, size_t extra)
{
    size_t size = sizeof(*block->gathered) + extra;

    if (!block->gathered)
        return gathered_new(block, extra);
    size += block->gathered->len;
    return size <= block->gathered->chunk.size || gathered_grow(block, size);
}

bool weft__sse_block_gather(weft__sse_block *block, const char *bytes, size_t len)
{
    if (!weft__sse_block_reserve(block, len))
        return false;
    if (len)
        memcpy(block->gathered->bytes + block->gathered->len, bytes, len);
    block->gathered->len += len;
    WEFT__ASSERT(sizeof(*block->gathered) + block->gathered->len <= block->gathered->chunk.size);
    return true;
}

void weft__sse_block_set(weft__sse_block *block, int field, size_t at, size_t len)
{
    WEFT__ASSERT(field < WEFT__SSE_FIELDS && at + len < UINT32_MAX);
    if (block->aside & bit(field)) {
        weft__free(block->heap, block->gathered->aside[field]);
        block->gathered->aside[field] = NULL;
        block->aside &= (uint8_t)~bit(field);
    }
    block->fields[field] = (weft__sse_span){(uint32_t)at, (uint32_t)len};
    block->held |= bit(field);
}

/* Puts text that the block's bytes cannot hold into memory of its own; takes `text`. */
static void set_aside(weft__sse_block *block, int field, char *text, size_t len)
{
    WEFT__ASSERT(weft__sse_block_has(block, field) && text);
    weft__free(block->heap, block->gathered->aside[field]);
    block->gathered->aside[field] = text;
    block->fields[field].len = (uint32_t)len;
    block->aside |= bit(field);
}

/* Moves a type or id that stands behind the data out of the way of more data. Each is copied at most once. */
static bool clear_way(weft__sse_block *block, const char *start, int field)
{
    weft__sse_span span = block->fields[field];
    char *copy;

    if (!weft__sse_block_has(block, field) || (block->aside & bit(field)) || span.at < block->fields[WEFT__SSE_DATA].at)
        return true;
    if (!weft__sse_block_reserve(block, 0))
        return false;
    copy = weft__alloc(block->heap, (size_t)span.len + 1);
    if (!copy)
        return false;
    memcpy(copy, start + span.at, span.len);
    set_aside(block, field, copy, span.len);
    return true;
}

bool weft__sse_block_add_data(weft__sse_block *block, char *start, size_t at, size_t len)
{
    weft__sse_span *data = &block->fields[WEFT__SSE_DATA];
    char *data_end;

    if (!weft__sse_block_has(block, WEFT__SSE_DATA)) {
        weft__sse_block_set(block, WEFT__SSE_DATA, at, len);
        return true;
    }
    if (!clear_way(block, start, WEFT__SSE_TYPE) || !clear_way(block, start, WEFT__SSE_ID))
        return false;
    data_end = start + data->at + data->len;
    WEFT__ASSERT(data_end < start + at && !(block->aside & bit(WEFT__SSE_DATA))); /* lines come in order */
    *data_end = '\n';
    memmove(data_end + 1, start + at, len);
    data->len += (uint32_t)len + 1;
    return true;
}

/* A copy of wrong text with U+FFFD in it, and room in the block to set it aside; NULL when out of memory. */
static char *repair(weft__sse_block *block, const char *text, size_t len, size_t *ret_len)
{
    char *repaired;

    *ret_len = weft__utf8_repaired_len(text, len);
    repaired = weft__sse_block_reserve(block, 0) ? weft__alloc(block->heap, *ret_len + 1) : NULL;
    if (repaired)
        weft__utf8_repair(repaired, text, len);
    return repaired;
}

static bool is_wrong(const weft__sse_block *block, const char *text, size_t len)
{
    return block->wide && !weft__utf8_is_valid(text, len);
}

bool weft__sse_block_comment(weft__sse_block *block, char *text, size_t len, weft_str *ret_text)
{
    if (is_wrong(block, text, len)) {
        text = repair(block, text, len, &len);
        if (!text)
            return false;
        weft__free(block->heap, block->gathered->aside[WEFT__SSE_FIELDS]);
        block->gathered->aside[WEFT__SSE_FIELDS] = text;
    }
    text[len] = '\0';
    *ret_text = (weft_str){text, len};
    return true;
}

bool weft__sse_block_text(weft__sse_block *block, char *start, int field, weft_str *ret_text)
{
    size_t len = block->fields[field].len;
    char *text = block->aside & bit(field) ? block->gathered->aside[field] : start + block->fields[field].at;

    WEFT__ASSERT(weft__sse_block_has(block, field) && (!(block->aside & bit(field)) || text));
    if (is_wrong(block, text, len)) {
        text = repair(block, text, len, &len);
        if (!text)
            return false;
        set_aside(block, field, text, len);
    }
    text[len] = '\0'; /* where its line end, already read, was */
    *ret_text = (weft_str){text, len};
    return true;
}

size_t weft__sse_block_end(const weft__sse_block *block)
{
    size_t end = 0;

    for (int field = 0; field < WEFT__SSE_FIELDS; field++) {
        size_t after = (size_t)block->fields[field].at + block->fields[field].len + 1;

        if ((block->held & ~block->aside & bit(field)) && after > end)
            end = after;
    }
    return end;
}
