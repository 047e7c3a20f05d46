/* json/item_list.h - an array that grows while it is decoded and ends exactly as long as it is.
 *
 * It grows outside of the arena, where what it outgrows would stay: first within itself, then in a chunk. Only what it
 * has come to in the end goes to the arena.
 */
#ifndef WEFT_JSON_ITEM_LIST_H
#define WEFT_JSON_ITEM_LIST_H

#include <stddef.h>

#include "json/decoder.h"

enum { WEFT__ITEMS_WITHIN = 512 }; /* bytes: nearly every list is no longer */

typedef struct weft__item_list {
    char *items;
    size_t count;
    size_t cap;
    size_t item_size;
    weft__chunk *chunk; /* owned; NULL while the items lie within */
    max_align_t within[WEFT__ITEMS_WITHIN / sizeof(max_align_t)];
} weft__item_list;
_Static_assert(WEFT__ITEMS_WITHIN % sizeof(max_align_t) == 0, "none of it is lost");

static inline void weft__item_list_init(weft__item_list *list, size_t item_size)
{
    list->items = (char *)list->within;
    list->count = 0;
    list->cap = sizeof(list->within) / item_size;
    list->item_size = item_size;
    list->chunk = NULL;
}

/* A zeroed item at the end; where the others are may change. NULL: weft__decode_no_memory says why. */
void *weft__item_add(weft__decoder *d, weft__item_list *list);
/* Takes the last one away again. */
void weft__item_drop(weft__decoder *d, weft__item_list *list);
/* Brings the items to the arena, or lets go of them where `status` says that all is lost; returns the status then.
 * `items` is NULL where there are none. */
weft__codec_status weft__item_list_finish(weft__decoder *d, weft__item_list *list, weft__codec_status status);

#endif
