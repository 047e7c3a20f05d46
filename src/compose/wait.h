/* compose/wait.h - waiting for a job: one operation asked again and again until its answer is final. */
#ifndef WEFT_COMPOSE_WAIT_H
#define WEFT_COMPOSE_WAIT_H

#include "client/operation.h"

typedef struct weft__wait {
    const weft__invocation *invocation;
    uint32_t first_interval_ms, max_interval_ms, timeout_ms; /* 0 = 250, 5000, none */
    const char *unfinished; /* for the message when that time is over: "the job had not ended"; static */
    bool (*is_final)(const void *result);
    weft_str (*state)(const void *result);                         /* a change of it is reported */
    void (*on_change)(const void *result, const weft__hook *hook); /* or NULL */
    weft__hook hook;                                               /* for `on_change` */
} weft__wait;

/* Asks for it until `is_final` says so; the result is that answer's. */
weft_call *weft__wait_submit(weft_client *client, const weft__wait *wait, const weft_call_options *options,
                             weft__hook hook);

#endif
