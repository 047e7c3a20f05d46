/* micro/memory.c - an arena filled and given back, as each call does. The floor asks malloc for the same
 * pieces. */
#include <stdlib.h>

#include "base/memory.h"
#include "micro.h"

enum { PIECES = 12, PIECE_BYTES = 64, LARGE_BYTES = 582 };

static weft__heap heap;
static weft__arena arena;

static void by_arena(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        for (int piece = 0; piece < PIECES; piece++)
            micro_keep(weft__arena_alloc(&arena, PIECE_BYTES));
        micro_keep(weft__arena_bytes(&arena, LARGE_BYTES));
        weft__arena_release(&arena);
    }
}

static void by_malloc(size_t times)
{
    for (size_t i = 0; i < times; i++) {
        void *pieces[PIECES + 1];

        for (int piece = 0; piece < PIECES; piece++)
            micro_keep(pieces[piece] = malloc(PIECE_BYTES));
        micro_keep(pieces[PIECES] = malloc(LARGE_BYTES));
        for (int piece = 0; piece <= PIECES; piece++)
            free(pieces[piece]);
    }
}

int main(void)
{
    static const micro_case cases[] = {{"what a call takes, and its release", by_arena, by_malloc, NULL}};

    weft__heap_init(&heap, NULL);
    weft__arena_init(&arena, &heap);
    return micro_main("memory", cases, sizeof(cases) / sizeof(cases[0]));
}
