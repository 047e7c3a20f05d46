#include "invariants.h"

#include <stdarg.h>
#include <stdio.h>

#include "world.h"

uint64_t invariant_looks[INVARIANT_COUNT];
uint64_t invariant_broken[INVARIANT_COUNT];

static const struct {
    const char *word, *sentence;
} table[] = {
#define ROW(name, word, sentence) {word, sentence},
    WORLD_INVARIANTS(ROW)
#undef ROW
};

const char *invariant_word(world_invariant invariant)
{
    return table[invariant].word;
}

const char *invariant_sentence(world_invariant invariant)
{
    return table[invariant].sentence;
}

void invariant_violate(world_invariant invariant, const char *format, ...)
{
    va_list args;

    if (world.violated)
        return;
    world.violated = true;
    world.broken = invariant;
    va_start(args, format);
    vsnprintf(world.violation, sizeof(world.violation), format, args);
    va_end(args);
    world_log("VIOLATION of %s: %s", table[invariant].word, world.violation);
}
