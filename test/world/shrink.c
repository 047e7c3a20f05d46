#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "run.h"

static world_invariant wanted;

static bool still_fails(const world_recipe *recipe)
{
    run_world(recipe, false);
    return world.violated && world.broken == wanted;
}

static bool take_faults_away(world_recipe *recipe)
{
    bool moved = false;

    for (unsigned i = 0; i < FAULT_COUNT; i++) {
        world_recipe less = *recipe;

        less.faults &= ~(UINT32_C(1) << i);
        if (less.faults == recipe->faults || !still_fails(&less))
            continue;
        *recipe = less;
        moved = true;
    }
    return moved;
}

static bool take_trailing_away(world_recipe *recipe)
{
    bool moved = false;

    for (unsigned step = recipe->operations / 2; step > 0; step /= 2) {
        world_recipe less = *recipe;

        for (;;) {
            if (less.operations <= step)
                break;
            less.operations -= step;
            if (!still_fails(&less))
                break;
            *recipe = less;
            moved = true;
        }
    }
    return moved;
}

static bool take_single_away(const world_recipe *recipe, uint8_t *skipped)
{
    bool moved = false;

    for (unsigned i = 0; i < recipe->operations; i++) {
        if (skipped[i])
            continue;
        skipped[i] = 1;
        if (still_fails(recipe))
            moved = true;
        else
            skipped[i] = 0;
    }
    return moved;
}

static void print_recipe(const world_recipe *recipe)
{
    const char *comma = "";

    printf("  shrunk to: --seed %" PRIu64 " --operations %u --faults ", recipe->seed, recipe->operations);
    faults_print(recipe->faults);
    printf(" --skip ");
    for (unsigned i = 0; i < recipe->operations; i++)
        if (recipe->skipped[i]) {
            printf("%s%u", comma, i);
            comma = ",";
        }
    printf("%s --trace\n  there: %s: %s\n", *comma ? "" : "none", invariant_word(world.broken), world.violation);
}

void shrink(const world_recipe *failed)
{
    world_recipe recipe = *failed;
    uint8_t *skipped = calloc(failed->operations + 1, 1);

    if (!skipped)
        abort();
    wanted = world.broken;
    while (take_faults_away(&recipe) || take_trailing_away(&recipe))
        continue;
    recipe.skipped = skipped;
    while (take_single_away(&recipe, skipped))
        continue;
    run_world(&recipe, false);
    print_recipe(&recipe);
    free(skipped);
}
