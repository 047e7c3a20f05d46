/* base/list.h - doubly linked lists whose links live inside the things they link.
 *
 * A zeroed link is in no list, so a zeroed struct needs no setting up; a list head does. The list owns
 * nothing.
 */
#ifndef WEFT_BASE_LIST_H
#define WEFT_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/assert.h"

/* The `type` whose `member` is at `pointer`. */
#define WEFT__CONTAINER_OF(pointer, type, member) ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

typedef struct weft__link {
    struct weft__link *next; /* NULL while in no list */
    struct weft__link *prev;
} weft__link;

typedef struct weft__list {
    weft__link head; /* points to itself while the list is empty: a list cannot be copied or moved */
} weft__list;

/* Declares `link` and walks the list from the front. The body may remove `link`, but no other; a walk that
 * runs callbacks pops from a list of its own instead (weft__list_take). */
#define WEFT__LIST_EACH(link, list)                                                                                    \
    for (weft__link *link = (list)->head.next, *link##_next = link->next; link != &(list)->head;                       \
         link = link##_next, link##_next = link->next)

static inline void weft__list_init(weft__list *list)
{
    list->head.next = list->head.prev = &list->head;
}

static inline bool weft__list_is_empty(const weft__list *list)
{
    return list->head.next == &list->head;
}

static inline bool weft__link_is_linked(const weft__link *link)
{
    return link->next != NULL;
}

/* Takes `link` out of whatever list it is in. Harmless when it is in none. */
static inline void weft__list_remove(weft__link *link)
{
    if (!link->next)
        return;
    WEFT__ASSERT(link->prev->next == link && link->next->prev == link);
    link->prev->next = link->next;
    link->next->prev = link->prev;
    link->next = link->prev = NULL;
}

/* Puts `link` before `place`; a list's head is the place behind its last link. */
static inline void weft__list_insert_before(weft__link *place, weft__link *link)
{
    WEFT__ASSERT(place != link && weft__link_is_linked(place));
    weft__list_remove(link);
    link->next = place;
    link->prev = place->prev;
    place->prev->next = link;
    place->prev = link;
}

/* Both move a link that is in a list already, this one or another. */
static inline void weft__list_push_back(weft__list *list, weft__link *link)
{
    weft__list_insert_before(&list->head, link);
}

static inline void weft__list_push_front(weft__list *list, weft__link *link)
{
    weft__list_remove(link);
    weft__list_insert_before(list->head.next, link);
}

/* The first or last link, left where it is; NULL when the list is empty. */
static inline weft__link *weft__list_first(const weft__list *list)
{
    return weft__list_is_empty(list) ? NULL : list->head.next;
}

static inline weft__link *weft__list_last(const weft__list *list)
{
    return weft__list_is_empty(list) ? NULL : list->head.prev;
}

/* Takes the first link out; NULL when the list is empty. */
static inline weft__link *weft__list_pop_front(weft__list *list)
{
    weft__link *link = weft__list_first(list);

    if (link)
        weft__list_remove(link);
    return link;
}

/* Moves all of `from` behind the links of `list`, in order, at a cost that does not grow with their number. */
static inline void weft__list_take(weft__list *list, weft__list *from)
{
    WEFT__ASSERT(list != from && weft__link_is_linked(&list->head) && weft__link_is_linked(&from->head));
    if (weft__list_is_empty(from))
        return;
    from->head.next->prev = list->head.prev;
    list->head.prev->next = from->head.next;
    from->head.prev->next = &list->head;
    list->head.prev = from->head.prev;
    weft__list_init(from);
}

#endif
