#include "json/item_list.h"

#include <string.h>

#include "base/assert.h"

enum {
    FIRST_BYTES = 1024,
    SLOWER_FROM = 1 << 20, /* bytes from which on it grows by half, not to twice its length */
};

/* How large the items' memory is to be next, with place for one more, which is charged for already: not much beyond
 * what the room allows. 0 when that cannot be said. */
static size_t next_size(const weft__decoder *d, const weft__item_list *list)
{
    const size_t now = list->count * list->item_size, least = now + list->item_size;
    size_t more = now < SLOWER_FROM ? now : now / 2;

    if (more < FIRST_BYTES - sizeof(weft__chunk))
        more = FIRST_BYTES - sizeof(weft__chunk);
    if (more > d->arena->room)
        more = d->arena->room;
    return more < SIZE_MAX / 2 - least ? least + more : 0;
}

static bool grow(weft__decoder *d, weft__item_list *list)
{
    weft__heap *heap = d->arena->heap;
    const size_t size = sizeof(weft__chunk) + next_size(d, list);
    weft__chunk *chunk;

    if (size == sizeof(weft__chunk))
        return false;
    chunk = list->chunk ? weft__chunk_grow(heap, list->chunk, size) : weft__chunk_take(heap, size);
    if (!chunk)
        return false;
    if (!list->chunk)
        memcpy(chunk + 1, list->items, list->count * list->item_size);
    list->chunk = chunk;
    list->items = (char *)(chunk + 1);
    list->cap = (chunk->size - sizeof(*chunk)) / list->item_size;
    WEFT__ASSERT(list->cap > list->count);
    return true;
}

void *weft__item_add(weft__decoder *d, weft__item_list *list)
{
    char *slot;

    if (!weft__decode_charge(d, list->item_size) || (list->count == list->cap && !grow(d, list)))
        return NULL;
    WEFT__ASSERT(list->count < list->cap && (list->chunk != NULL) == (list->items != (char *)list->within));
    slot = list->items + list->count++ * list->item_size;
    memset(slot, 0, list->item_size);
    return slot;
}

void weft__item_drop(weft__decoder *d, weft__item_list *list)
{
    WEFT__ASSERT(list->count > 0);
    d->arena->room += list->item_size;
    list->count--;
}

/* Of many items the chunk itself is cut to their length; few are copied, and the chunk serves another list. */
static char *settle(weft__decoder *d, weft__item_list *list, size_t size)
{
    weft__chunk *cut;
    char *items;

    if (list->chunk && sizeof(*cut) + size > WEFT__LARGEST_CHUNK) {
        cut = weft__chunk_grow(d->arena->heap, list->chunk, sizeof(*cut) + size);
        cut = cut ? cut : list->chunk;
        list->chunk = NULL;
        weft__arena_adopt(d->arena, cut);
        return (char *)(cut + 1);
    }
    items = weft__arena_alloc(d->arena, size);
    if (items)
        memcpy(items, list->items, size);
    return items;
}

weft__codec_status weft__item_list_finish(weft__decoder *d, weft__item_list *list, weft__codec_status status)
{
    const size_t size = list->count * list->item_size;
    char *items = !status && size ? settle(d, list, size) : NULL;

    if (!status && size && !items)
        status = weft__decode_no_memory(d);
    if (list->chunk)
        weft__chunk_give(d->arena->heap, list->chunk);
    if (!items)
        list->count = 0;
    list->items = items;
    return status;
}
