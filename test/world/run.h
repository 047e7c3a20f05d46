/* run.h - one world from its beginning to its end, and what is smaller and fails alike. */
#ifndef WEFT_WORLD_RUN_H
#define WEFT_WORLD_RUN_H

#include "world.h"

/* The recipe of a seed when nothing else is said. */
world_recipe recipe_of_seed(uint64_t seed);
/* Runs it; `world` tells what came of it. */
void run_world(const world_recipe *recipe, bool tracing);
/* After a world that failed: prints the smallest recipe that breaks the same invariant. */
void shrink(const world_recipe *failed);

#endif
