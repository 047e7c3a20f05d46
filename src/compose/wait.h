/* compose/wait.h - waiting for what a service has begun: one operation asked again and again until its answer is final.
 */
#ifndef WEFT_COMPOSE_WAIT_H
#define WEFT_COMPOSE_WAIT_H

#include "client/operation.h"
#include "weft/wait.h"

/* Calls the function of the caller's in `hook`, which may be none, of the type that it knows. */
typedef void weft__tell_change(const void *result, const weft__hook *hook);

/* What a service has to wait for; static. */
typedef struct weft__wait_kind {
    const char *unfinished; /* for the message when the time is over: "the job had not ended" */
    bool (*is_final)(const void *result);
    weft_str (*status)(const void *result); /* a change of it is told */
    weft__tell_change *tell_change;
} weft__wait_kind;

/* For `tell_change` of what has the public weft_NAME_change_cb. */
#define WEFT__DEFINE_TELL_CHANGE(name, result_type)                                                                    \
    static void tell_##name##_change(const void *result, const weft__hook *hook)                                       \
    {                                                                                                                  \
        weft_##name##_change_cb *on_change;                                                                            \
                                                                                                                       \
        memcpy(&on_change, hook->function, sizeof(on_change));                                                         \
        if (on_change)                                                                                                 \
            on_change((const result_type *)result, hook->arg);                                                         \
    }

typedef struct weft__wait {
    const weft__wait_kind *kind;
    const weft__invocation *invocation; /* of a look */
    const weft_wait_options *options;   /* or NULL */
    weft__hook on_change;
} weft__wait;

/* The public weft_NAME_change_cb of the caller's, or NULL, and the call's argument. */
#define WEFT__ON_CHANGE(name, on_change, arg) weft__hook_of((weft_##name##_change_cb *const[]){on_change}, NULL, arg)

/* Asks for it until it is final; the result is that answer's. */
weft_call *weft__wait_submit(weft_client *client, const weft__wait *wait, const weft_call_options *options,
                             weft__hook hook);

#endif
