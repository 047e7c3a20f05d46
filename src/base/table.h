/* base/table.h - things found by a hash, by the million, and no step that grows with their number.
 *
 * Linear hashing: whenever there are more things than buckets, one more bucket is made and takes its half of one other;
 * whenever there are far fewer, the last ones give back what they have. So no insertion ever moves all of them. The
 * links live inside the things, of which the table owns none; the first buckets live inside the table, so that a small
 * one allocates nothing, and inserting cannot fail: without memory for more buckets the chains are longer.
 */
#ifndef WEFT_BASE_TABLE_H
#define WEFT_BASE_TABLE_H

#include <stdbool.h>

#include "base/memory.h"

enum {
    WEFT__TABLE_FIRST = 16,    /* buckets that are always there */
    WEFT__TABLE_SEGMENT = 256, /* the others come by so many */
};

typedef struct weft__table_entry {
    struct weft__table_entry *next; /* in its bucket */
    uint64_t hash;
} weft__table_entry;

typedef struct weft__table {
    weft__heap *heap; /* borrowed */
    weft__table_entry *first[WEFT__TABLE_FIRST];
    weft__table_entry ***segments; /* owned; and so is each of them */
    size_t segments_room;
    size_t buckets; /* in use */
    size_t count;
} weft__table;

void weft__table_init(weft__table *table, weft__heap *heap);
/* Nothing is in it any more. */
void weft__table_deinit(weft__table *table);
void weft__table_insert(weft__table *table, weft__table_entry *entry, uint64_t hash);
/* One that is in it. */
void weft__table_remove(weft__table *table, weft__table_entry *entry);
/* Those of one hash, one after the other, in no order; NULL after the last. Whoever looks for one compares. */
weft__table_entry *weft__table_first(const weft__table *table, uint64_t hash);
weft__table_entry *weft__table_next(const weft__table_entry *entry);

#endif
