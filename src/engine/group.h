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
    weft__list marked; /* members that are to be cancelled, when their turn comes */
    weft__task cancel_task;
    uint32_t cancels; /* times that it was cancelled: whoever joined before the last is to end */
    size_t count;
    weft__task end_task; /* once it is closed and nobody is in it */
    weft_closed_cb *closed;
    void *closed_arg;
    bool closing;
};

/* A call's place in a group: only those that have one pay for it. */
typedef struct weft__group_member {
    weft__link link; /* in group->members, or marked */
    weft_group *group;
    weft_call *call;  /* borrowed: it leaves before it goes */
    uint32_t cancels; /* of the group, when it joined */
} weft__group_member;

/* Whether it is to end, by a cancel of its group; NULL is fine. */
static inline bool weft__group_has_cancelled(const weft__group_member *member)
{
    return member && member->cancels != member->group->cancels;
}
/* NULL when out of memory. */
weft__group_member *weft__group_join(weft_group *group, weft_call *call);
/* After the call's callback, which may have added others. NULL is fine. */
void weft__group_leave(weft__group_member *member);

#endif
