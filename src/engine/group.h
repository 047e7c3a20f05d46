/* engine/group.h - a group's insides. */
#ifndef WEFT_ENGINE_GROUP_H
#define WEFT_ENGINE_GROUP_H

#include "engine/engine.h"
#include "weft/call.h"
#include "weft/group.h"

struct weft_group {
    weft__member member; /* of the engine */
    weft_engine *engine; /* borrowed: it outlives its groups */
    weft__list members;
    size_t count;
    weft__task end_task; /* once it is closed and nobody is in it */
    weft_closed_cb *closed;
    void *closed_arg;
    bool closing;
};

/* A call's place in a group: only those that have one pay for it. */
typedef struct weft__group_member {
    weft__link link; /* in group->members */
    weft_group *group;
    weft_call *call; /* borrowed: it leaves before it goes */
} weft__group_member;

/* NULL when out of memory. */
weft__group_member *weft__group_join(weft_group *group, weft_call *call);
/* After the call's callback, which may have added others. NULL is fine. */
void weft__group_leave(weft__group_member *member);

#endif
