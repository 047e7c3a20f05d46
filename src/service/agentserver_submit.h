/* service/agentserver_submit.h - what the functions of agentserver and its gateways have in common. */
#ifndef WEFT_SERVICE_AGENTSERVER_SUBMIT_H
#define WEFT_SERVICE_AGENTSERVER_SUBMIT_H

#include "compose/wait.h"
#include "service/common.h"
#include "weft/agentserver_gateways_types.h"

/* A value of the path; an empty one is refused by its name. */
typedef struct weft__agentserver_id {
    const char *name;
    const char *value;
} weft__agentserver_id;

/* What a caller gave. All of it is copied before the submitting function returns. */
typedef struct weft__agentserver_input {
    weft__agentserver_id ids[3]; /* as many as the path has */
    const void *request;         /* required where the operation has a body */
    const void *options;         /* those that are the query; or NULL */
    const char *header;          /* the argument in the header that the operation has; or NULL */
    uint32_t total_ms;           /* see weft__invocation */
} weft__agentserver_input;

/* `input` NULL = the operation takes nothing. */
weft_call *weft__agentserver_submit(weft_client *client, int index, const weft__agentserver_input *input,
                                    const weft_call_options *options, weft__hook hook);

/* Asks again and again; `wait` is complete but for the invocation. */
weft_call *weft__agentserver_wait(weft_client *client, int index, const weft__agentserver_input *input,
                                  const weft__wait *wait, const weft_call_options *options, weft__hook hook);

/* Whether the text can be the value of a cookie as it is (RFC 6265, section 4.1.1); nothing at all can. */
bool weft__agentserver_is_cookie_value(const char *text);

#endif
