#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

enum {
    SMALLEST_CHUNK = 512,
    ALIGNMENT = 8,
    KEPT_BYTES_PER_CLASS = 128 * 1024, /* a burst's memory goes back to the system beyond this */
};

_Static_assert(SMALLEST_CHUNK << (WEFT__CHUNK_CLASSES - 1) == WEFT__LARGEST_CHUNK, "the classes end there");
_Static_assert(sizeof(weft__chunk) % ALIGNMENT == 0, "what is behind the header is aligned");
_Static_assert((int)KEPT_BYTES_PER_CLASS >= (int)WEFT__LARGEST_CHUNK, "each class can keep one");

static void *system_alloc(size_t size, void *context)
{
    (void)context;
    return malloc(size);
}

static void *system_resize(void *memory, size_t size, void *context)
{
    (void)context;
    return realloc(memory, size);
}

static void system_release(void *memory, void *context)
{
    (void)context;
    free(memory);
}

void weft__heap_init(weft__heap *heap, const weft_allocator *allocator)
{
    static const weft_allocator system = {system_alloc, system_resize, system_release, NULL};

    memset(heap, 0, sizeof(*heap));
    heap->allocator = allocator ? *allocator : system;
}

void weft__heap_deinit(weft__heap *heap)
{
    for (int i = 0; i < WEFT__CHUNK_CLASSES; i++) {
        while (heap->free_chunks[i]) {
            weft__chunk *chunk = heap->free_chunks[i];

            WEFT__ASSERT(heap->free_bytes[i] >= chunk->size);
            heap->free_chunks[i] = chunk->next;
            heap->free_bytes[i] -= chunk->size;
            weft__free(heap, chunk);
        }
        WEFT__ASSERT(heap->free_bytes[i] == 0);
    }
}

void *weft__alloc(weft__heap *heap, size_t size)
{
    return heap->allocator.alloc(size, heap->allocator.context);
}

void *weft__zalloc(weft__heap *heap, size_t size)
{
    void *memory = weft__alloc(heap, size);

    if (memory)
        memset(memory, 0, size);
    return memory;
}

void *weft__resize(weft__heap *heap, void *memory, size_t size)
{
    if (!memory)
        return weft__alloc(heap, size);
    return heap->allocator.resize(memory, size, heap->allocator.context);
}

void weft__free(weft__heap *heap, void *memory)
{
    if (memory)
        heap->allocator.release(memory, heap->allocator.context);
}

char *weft__strdup(weft__heap *heap, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = weft__alloc(heap, size);

    if (copy)
        memcpy(copy, text, size);
    return copy;
}

/* The free list that chunks of `size` belong to; -1 for sizes that are not kept. */
static int chunk_class(size_t size)
{
    int place = 0;

    for (size_t s = SMALLEST_CHUNK; place < WEFT__CHUNK_CLASSES; s <<= 1, place++)
        if (size <= s)
            return place;
    return -1;
}

weft__chunk *weft__chunk_take(weft__heap *heap, size_t size)
{
    int class = WEFT__SANITIZED ? -1 : chunk_class(size);
    weft__chunk *chunk;

    WEFT__ASSERT(size >= sizeof(*chunk));
    if (class >= 0) {
        size = (size_t)SMALLEST_CHUNK << class;
        if (heap->free_chunks[class]) {
            chunk = heap->free_chunks[class];
            WEFT__ASSERT(chunk->size == size && heap->free_bytes[class] >= size);
            heap->free_chunks[class] = chunk->next;
            heap->free_bytes[class] -= size;
            return chunk;
        }
    }
    chunk = weft__alloc(heap, size);
    if (chunk)
        chunk->size = size;
    return chunk;
}

void weft__chunk_give(weft__heap *heap, weft__chunk *chunk)
{
    int class = WEFT__SANITIZED ? -1 : chunk_class(chunk->size);

    WEFT__ASSERT(class < 0 || chunk->size == (size_t)SMALLEST_CHUNK << class);
    if (class < 0 || heap->free_bytes[class] + chunk->size > KEPT_BYTES_PER_CLASS) {
        weft__free(heap, chunk);
        return;
    }
    chunk->next = heap->free_chunks[class];
    heap->free_chunks[class] = chunk;
    heap->free_bytes[class] += chunk->size;
}

weft__chunk *weft__chunk_grow(weft__heap *heap, weft__chunk *chunk, size_t size)
{
    weft__chunk *grown;

    WEFT__ASSERT(size > WEFT__LARGEST_CHUNK ||
                 size >= chunk->size);       /* else it would be in a class that it has outgrown */
    if (chunk->size > WEFT__LARGEST_CHUNK) { /* the system may know how to grow it where it lies */
        grown = weft__resize(heap, chunk, size);
        if (grown)
            grown->size = size;
        return grown;
    }
    grown = weft__chunk_take(heap, size);
    if (!grown)
        return NULL;
    memcpy(grown + 1, chunk + 1, chunk->size - sizeof(*chunk));
    weft__chunk_give(heap, chunk);
    return grown;
}

/* By a pointer that the compiler has to look at: it knows no reason to leave the call out. */
static void *(*volatile const overwrite)(void *memory, int byte, size_t len) = memset;

void weft__wipe(void *memory, size_t len)
{
    if (len > 0)
        overwrite(memory, 0, len);
}

void *weft__resize_secret(weft__heap *heap, void *memory, size_t old_size, size_t size)
{
    void *resized = weft__alloc(heap, size);

    WEFT__ASSERT(memory || old_size == 0);
    if (!resized || !memory)
        return resized;
    memcpy(resized, memory, old_size < size ? old_size : size);
    weft__wipe(memory, old_size);
    weft__free(heap, memory);
    return resized;
}

void weft__arena_init(weft__arena *arena, weft__heap *heap)
{
    memset(arena, 0, sizeof(*arena));
    arena->heap = heap;
    arena->room = SIZE_MAX;
}

void weft__arena_release(weft__arena *arena)
{
    while (arena->chunks) {
        weft__chunk *chunk = arena->chunks;

        arena->chunks = chunk->next;
        weft__chunk_give(arena->heap, chunk);
    }
    arena->cursor = arena->limit = NULL;
    arena->room = SIZE_MAX;
}

void weft__arena_wipe(weft__arena *arena)
{
    for (weft__chunk *chunk = arena->chunks; chunk; chunk = chunk->next)
        weft__wipe(chunk + 1, chunk->size - sizeof(*chunk));
    weft__arena_release(arena);
}

/* A large block of its own must not end the chunk that small ones are still taken from. */
void weft__arena_adopt(weft__arena *arena, weft__chunk *chunk)
{
    weft__chunk **place = arena->chunks ? &arena->chunks->next : &arena->chunks;

    WEFT__ASSERT(chunk != arena->chunks && chunk->size >= sizeof(*chunk));
    chunk->next = *place;
    *place = chunk;
}

/* A new chunk that holds `size` at the least; growing ones, so that a large result takes few of them. */
static char *arena_grow(weft__arena *arena, size_t size)
{
    size_t want = SMALLEST_CHUNK;
    weft__chunk *chunk;
    char *bytes;

    if (size > SIZE_MAX - sizeof(weft__chunk) - ALIGNMENT)
        return NULL;
    if (WEFT__SANITIZED) {
        want = sizeof(weft__chunk) + size;
    } else {
        if (arena->chunks && arena->chunks->size < WEFT__LARGEST_CHUNK)
            want = arena->chunks->size * 2;
        else if (arena->chunks)
            want = WEFT__LARGEST_CHUNK;
        if (want < sizeof(weft__chunk) + size)
            want = sizeof(weft__chunk) + size;
    }
    chunk = weft__chunk_take(arena->heap, want);
    if (!chunk)
        return NULL;
    bytes = (char *)(chunk + 1);
    if (arena->chunks && size > WEFT__LARGEST_CHUNK / 2) {
        weft__arena_adopt(arena, chunk);
        return bytes;
    }
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->cursor = bytes + size;
    arena->limit = (char *)chunk + chunk->size;
    WEFT__ASSERT(arena->cursor <= arena->limit);
    return bytes;
}

char *weft__arena_bytes(weft__arena *arena, size_t size)
{
    char *bytes = arena->cursor;

    WEFT__ASSERT(arena->heap && arena->cursor <= arena->limit && (arena->chunks || !arena->cursor));
    if (WEFT__SANITIZED || (size_t)(arena->limit - arena->cursor) < size || !bytes)
        return arena_grow(arena, size);
    arena->cursor += size;
    return bytes;
}

void *weft__arena_alloc(weft__arena *arena, size_t size)
{
    uintptr_t misaligned = (uintptr_t)arena->cursor & (ALIGNMENT - 1);
    size_t padding = misaligned ? ALIGNMENT - misaligned : 0;

    if (WEFT__SANITIZED || !arena->cursor || (size_t)(arena->limit - arena->cursor) < padding + size)
        return arena_grow(arena, size);
    arena->cursor += padding;
    return weft__arena_bytes(arena, size);
}

void *weft__arena_zalloc(weft__arena *arena, size_t size)
{
    void *memory = weft__arena_alloc(arena, size);

    if (memory)
        memset(memory, 0, size);
    return memory;
}

char *weft__arena_copy(weft__arena *arena, const char *text, size_t len)
{
    char *copy = len < SIZE_MAX ? weft__arena_bytes(arena, len + 1) : NULL;

    if (!copy)
        return NULL;
    if (len)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *weft__arena_printf(weft__arena *arena, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len >= 0)
        text = weft__arena_bytes(arena, (size_t)len + 1);
    if (!text)
        return NULL;
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}
