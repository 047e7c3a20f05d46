/* base/memory.h - the heap of one engine, and arenas on it.
 *
 * An arena belongs to one call: everything that the call owns is allocated from it and goes with it. Its
 * chunks come from the heap's free lists, so that a steady load asks the system for nothing. Under
 * AddressSanitizer every allocation is a chunk of its own, so that overruns and stale pointers show.
 */
#ifndef WEFT_BASE_MEMORY_H
#define WEFT_BASE_MEMORY_H

#include "weft/types.h"

/* Whether this is compiled for AddressSanitizer; gcc and clang say so in their own ways. */
#if defined(__SANITIZE_ADDRESS__)
#define WEFT__SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEFT__SANITIZED 1
#endif
#endif
#ifndef WEFT__SANITIZED
#define WEFT__SANITIZED 0
#endif

enum {
    WEFT__CHUNK_CLASSES = 6, /* 512 bytes, 1, 2, 4, 8 and 16 KiB; larger ones go back at once */
    WEFT__LARGEST_CHUNK = 512 << (WEFT__CHUNK_CLASSES - 1),
};

typedef struct weft__chunk {
    struct weft__chunk *next;
    size_t size; /* whole chunk, this header included */
} weft__chunk;

typedef struct weft__heap {
    weft_allocator allocator;
    weft__chunk *free_chunks[WEFT__CHUNK_CLASSES]; /* owned, kept for the next arena */
    size_t free_bytes[WEFT__CHUNK_CLASSES];
} weft__heap;

/* `allocator` NULL means malloc, realloc and free; else it is copied. */
void weft__heap_init(weft__heap *heap, const weft_allocator *allocator);
void weft__heap_deinit(weft__heap *heap);

void *weft__alloc(weft__heap *heap, size_t size);
void *weft__zalloc(weft__heap *heap, size_t size);
void *weft__resize(weft__heap *heap, void *memory, size_t size); /* memory may be NULL */
void weft__free(weft__heap *heap, void *memory);                 /* memory may be NULL */
/* The same as weft__resize, from `old_size` bytes, for what holds a secret: none of it stays behind where it was. */
void *weft__resize_secret(weft__heap *heap, void *memory, size_t old_size, size_t size);
char *weft__strdup(weft__heap *heap, const char *text);

/* Overwrites memory in a way that the compiler keeps. */
void weft__wipe(void *memory, size_t len);

/* A chunk by itself, for what is needed now and then and for a short while. NULL when out of memory. */
weft__chunk *weft__chunk_take(weft__heap *heap, size_t size);
/* Moves it into a larger one, or cuts down one too large for the free lists; NULL when out of memory, and then it is
 * as it was. */
weft__chunk *weft__chunk_grow(weft__heap *heap, weft__chunk *chunk, size_t size);
void weft__chunk_give(weft__heap *heap, weft__chunk *chunk);

typedef struct weft__arena {
    weft__heap *heap;    /* borrowed */
    weft__chunk *chunks; /* owned, newest first */
    char *cursor;
    char *limit;
    size_t room; /* bytes that may yet be decoded into it, for its owner to set; no limit while it is empty */
} weft__arena;

void weft__arena_init(weft__arena *arena, weft__heap *heap);
/* Gives back every chunk; the arena is empty and usable again. */
void weft__arena_release(weft__arena *arena);
/* The same, overwritten first: it held secrets. */
void weft__arena_wipe(weft__arena *arena);
/* Takes over a chunk, for what is behind its header. */
void weft__arena_adopt(weft__arena *arena, weft__chunk *chunk);
/* Aligned for pointers, 64-bit integers and doubles. NULL when out of memory. */
void *weft__arena_alloc(weft__arena *arena, size_t size);
void *weft__arena_zalloc(weft__arena *arena, size_t size);
/* Unaligned: for text. */
char *weft__arena_bytes(weft__arena *arena, size_t size);
/* A NUL-terminated copy; NULL when out of memory. */
char *weft__arena_copy(weft__arena *arena, const char *text, size_t len);
/* snprintf into the arena; NULL when out of memory. */
char *weft__arena_printf(weft__arena *arena, const char *format, ...)
#if defined(__GNUC__) || defined(__clang__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

#endif
