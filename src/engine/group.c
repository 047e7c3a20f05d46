#include "engine/group.h"

static void on_end_task(weft__task *task)
{
    weft_group *group = WEFT__CONTAINER_OF(task, weft_group, end_task);
    weft_engine *engine = group->engine;
    weft_closed_cb *closed = group->closed;
    void *arg = group->closed_arg;

    /* A function that was posted may have added one meanwhile. */
    if (group->count > 0)
        return;
    weft__loop_undefer(&group->cancel_task);
    weft__engine_leave(engine, &group->member);
    weft__free(&engine->loop.heap, group);
    if (closed)
        closed(arg);
    weft__loop_release(&engine->loop);
}

static void end_if_over(weft_group *group)
{
    if (group->closing && group->count == 0)
        weft__loop_defer(&group->engine->loop, &group->end_task);
}

weft__group_member *weft__group_join(weft_group *group, weft_call *call)
{
    weft__group_member *member = weft__alloc(&group->engine->loop.heap, sizeof(*member));

    if (!member)
        return NULL;
    *member = (weft__group_member){.group = group, .call = call, .cancels = group->cancels};
    weft__list_push_back(&group->members, &member->link);
    group->count++;
    return member;
}

void weft__group_leave(weft__group_member *member)
{
    weft_group *group;

    if (!member)
        return;
    group = member->group;
    weft__list_remove(&member->link);
    weft__free(&group->engine->loop.heap, member);
    group->count--;
    end_if_over(group);
}

static void close_member(weft__member *member)
{
    weft_group_close(WEFT__CONTAINER_OF(member, weft_group, member), NULL, NULL);
}

/* So many of those that are marked, and as many more as there is time for. Cancelling reports nothing at once, so
 * nobody leaves meanwhile. */
static void cancel_marked(weft_group *group, unsigned at_least)
{
    weft__link *link;

    for (unsigned told = 0; (link = weft__list_first(&group->marked)) != NULL; told++) {
        if (told >= at_least && !weft__loop_has_time(&group->engine->loop))
            break;
        weft__list_push_back(&group->members, link);
        weft_call_cancel(WEFT__CONTAINER_OF(link, weft__group_member, link)->call);
    }
    if (link)
        weft__loop_defer(&group->engine->loop, &group->cancel_task);
}

static void on_cancel_task(weft__task *task)
{
    cancel_marked(WEFT__CONTAINER_OF(task, weft_group, cancel_task), 1);
}

weft_group *weft_group_new(weft_engine *engine, weft_error_info *ret_error)
{
    weft_group *group;

    if (!weft__engine_is_open(engine, ret_error))
        return NULL;
    group = weft__zalloc(&engine->loop.heap, sizeof(*group));
    if (!group) {
        weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    group->engine = engine;
    group->end_task.run = on_end_task;
    group->cancel_task.run = on_cancel_task;
    weft__list_init(&group->members);
    weft__list_init(&group->marked);
    weft__engine_join(engine, &group->member, close_member);
    return group;
}

void weft_group_cancel(weft_group *group)
{
    if (!group)
        return;
    group->cancels++;
    weft__list_take(&group->marked, &group->members);
    cancel_marked(group, WEFT__DONE_AT_ONCE);
}

size_t weft_group_get_count(const weft_group *group)
{
    return group->count;
}

void weft_group_close(weft_group *group, weft_closed_cb *closed, void *arg)
{
    if (!group)
        return;
    if (!group->closed) {
        group->closed = closed;
        group->closed_arg = arg;
    }
    if (group->closing)
        return;
    group->closing = true;
    weft__loop_hold(&group->engine->loop);
    end_if_over(group);
}
