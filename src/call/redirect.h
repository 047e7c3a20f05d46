/* call/redirect.h - redirects, for GET and HEAD only: limited, never from https to http, and without credentials
 * elsewhere. */
#ifndef WEFT_CALL_REDIRECT_H
#define WEFT_CALL_REDIRECT_H

#include "call/call.h"

typedef struct weft__redirect {
    weft__url to;          /* owned by whoever asked */
    int64_t wait_ms;       /* before going there; not positive = none */
    bool is_of_one_origin; /* it leads to where the last request went */
} weft__redirect;

/* Whether the answer at hand leads elsewhere. */
bool weft__call_is_redirect(const weft_call *call);
/* For a part of its body, which is for nobody. */
weft__flow weft__call_pass_over(weft_call *call);
/* Once it is whole: where it leads. False: the call is settled, for it leads nowhere or must not be followed. */
bool weft__call_find_redirect(weft_call *call, weft__redirect *ret_redirect);
/* For a redirect that is the end: where it leads, and why nothing goes there; in the arena. NULL for what is none. */
const char *weft__call_describe_redirect(weft_call *call);

#endif
