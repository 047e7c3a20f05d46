#include "base/table.h"

#include <string.h>

#include "base/assert.h"

void weft__table_init(weft__table *table, weft__heap *heap)
{
    memset(table, 0, sizeof(*table));
    table->heap = heap;
    table->buckets = WEFT__TABLE_FIRST;
}

static weft__table_entry **bucket_at(const weft__table *table, size_t index)
{
    WEFT__ASSERT(index < table->buckets);
    if (index < WEFT__TABLE_FIRST)
        return (weft__table_entry **)(uintptr_t)&table->first[index];
    index -= WEFT__TABLE_FIRST;
    return &table->segments[index / WEFT__TABLE_SEGMENT][index % WEFT__TABLE_SEGMENT];
}

/* The largest power of two that is no larger. */
static size_t floor_power(size_t number)
{
    return (size_t)1 << (63u - (unsigned)__builtin_clzll(number));
}

/* By as many bits of the hash as there are buckets for; the last ones that would be are not there yet. */
static weft__table_entry **bucket_of(const weft__table *table, uint64_t hash)
{
    size_t power = floor_power(table->buckets);
    size_t index = (size_t)hash & (2 * power - 1);

    return bucket_at(table, index < table->buckets ? index : index & (power - 1));
}

static bool have_room(weft__table *table, size_t segment)
{
    size_t room = table->segments_room ? 2 * table->segments_room : 8;
    weft__table_entry ***segments;

    if (segment < table->segments_room)
        return true;
    segments = weft__resize(table->heap, table->segments, room * sizeof(*segments));
    if (!segments)
        return false;
    table->segments = segments;
    table->segments_room = room;
    return true;
}

/* Room for one more bucket. */
static bool have_bucket(weft__table *table)
{
    size_t beyond = table->buckets - WEFT__TABLE_FIRST, segment = beyond / WEFT__TABLE_SEGMENT;

    if (beyond % WEFT__TABLE_SEGMENT != 0)
        return true;
    if (!have_room(table, segment))
        return false;
    table->segments[segment] = weft__zalloc(table->heap, WEFT__TABLE_SEGMENT * sizeof(*table->segments[segment]));
    return table->segments[segment] != NULL;
}

/* One more bucket, with what is its own of the one that had it so far. */
static void grow(weft__table *table)
{
    weft__table_entry **from, **to, *entry;
    size_t power = floor_power(table->buckets), added = table->buckets;

    if (!have_bucket(table))
        return;
    table->buckets++;
    from = bucket_at(table, added - power);
    to = bucket_at(table, added);
    *to = NULL;
    while ((entry = *from) != NULL) {
        if ((entry->hash & (2 * power - 1)) != added) {
            from = &entry->next;
            continue;
        }
        *from = entry->next;
        entry->next = *to;
        *to = entry;
    }
}

/* The other way. */
static void shrink(weft__table *table)
{
    size_t last = table->buckets - 1, beyond = last - WEFT__TABLE_FIRST;
    weft__table_entry **end = bucket_at(table, last - floor_power(last));

    while (*end)
        end = &(*end)->next;
    *end = *bucket_at(table, last);
    table->buckets = last;
    if (beyond % WEFT__TABLE_SEGMENT == 0)
        weft__free(table->heap, table->segments[beyond / WEFT__TABLE_SEGMENT]);
}

void weft__table_deinit(weft__table *table)
{
    WEFT__ASSERT(table->count == 0);
    while (table->buckets > WEFT__TABLE_FIRST)
        shrink(table);
    weft__free(table->heap, table->segments);
}

void weft__table_insert(weft__table *table, weft__table_entry *entry, uint64_t hash)
{
    weft__table_entry **bucket = bucket_of(table, hash);

    entry->hash = hash;
    entry->next = *bucket;
    *bucket = entry;
    if (++table->count > table->buckets)
        grow(table);
}

void weft__table_remove(weft__table *table, weft__table_entry *entry)
{
    weft__table_entry **at = bucket_of(table, entry->hash);

    while (*at != entry) {
        WEFT__ASSERT(*at);
        at = &(*at)->next;
    }
    *at = entry->next;
    entry->next = NULL;
    table->count--;
    /* Four, for it begins when three in four are gone. */
    for (int i = 0; i < 4 && table->buckets > WEFT__TABLE_FIRST && table->count < table->buckets / 4; i++)
        shrink(table);
}

static weft__table_entry *of_hash(weft__table_entry *entry, uint64_t hash)
{
    while (entry && entry->hash != hash)
        entry = entry->next;
    return entry;
}

weft__table_entry *weft__table_first(const weft__table *table, uint64_t hash)
{
    return of_hash(*bucket_of(table, hash), hash);
}

weft__table_entry *weft__table_next(const weft__table_entry *entry)
{
    return of_hash(entry->next, entry->hash);
}
