#include "world.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLAB_BYTES = 1 << 16, ALIGNMENT = 16 };

typedef struct slab {
    struct slab *next;
    size_t used, size;
    _Alignas(ALIGNMENT) char bytes[];
} slab;

world_state world;
static slab *slabs;

void world_begin(const world_recipe *recipe, bool tracing)
{
    world = (world_state){
        .recipe = *recipe,
        .chance = recipe->seed * UINT64_C(0xD1342543DE82EF95) + 1,
        .tracing = tracing,
        .hash = UINT64_C(0xCBF29CE484222325),
    };
    world.now = world.there = world.start = 1000 * SECOND + world_below(5000 * SECOND);
    world.turn_began = world.now;
}

uint64_t world_random(void)
{
    uint64_t value = world.chance += UINT64_C(0x9E3779B97F4A7C15);

    value = (value ^ value >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    value = (value ^ value >> 27) * UINT64_C(0x94D049BB133111EB);
    return value ^ value >> 31;
}

uint64_t world_below(uint64_t limit)
{
    return limit ? world_random() % limit : 0;
}

uint32_t world_up_to(uint32_t limit)
{
    return 1 + (uint32_t)world_below(limit);
}

bool world_chance(unsigned of_1000)
{
    return world_below(1000) < of_1000;
}

bool world_has(world_fault fault)
{
    return (world.recipe.faults & (uint32_t)fault) != 0;
}

bool world_strikes(world_fault fault, unsigned of_1000)
{
    bool hit = world_chance(of_1000);

    return hit && world_has(fault) && !world.healed;
}

uint64_t world_moment(void)
{
    return world.elsewhere ? world.there : world.now;
}

static void hash_text(const char *text)
{
    for (; *text; text++)
        world.hash = (world.hash ^ (unsigned char)*text) * UINT64_C(0x100000001B3);
    world.hash = (world.hash ^ world_moment()) * UINT64_C(0x100000001B3);
}

void world_log(const char *format, ...)
{
    char line[700];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    hash_text(line);
    if (world.tracing)
        printf("%14.6f %-5s %s\n", (double)(world_moment() - world.start) / 1e9, world.elsewhere ? "there" : "here",
               line);
}

static slab *slab_for(size_t size)
{
    size_t room = size > SLAB_BYTES ? size : SLAB_BYTES;
    slab *made = malloc(sizeof(*made) + room);

    if (!made)
        abort();
    *made = (slab){.next = slabs, .size = room};
    slabs = made;
    return slabs;
}

void *world_alloc(size_t size)
{
    slab *from = slabs;
    char *taken;

    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!from || from->size - from->used < size)
        from = slab_for(size);
    taken = from->bytes + from->used;
    from->used += size;
    return memset(taken, 0, size);
}

void world_release(void)
{
    while (slabs) {
        slab *gone = slabs;

        slabs = gone->next;
        free(gone);
    }
}
