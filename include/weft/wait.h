/**
 * weft/wait.h - waiting for what a service has begun: a job, a task, an execution, a sandbox.
 *
 *     weft_stromboli_wait_job(api, job_id, &(weft_wait_options){.timeout_ms = 600000}, NULL, NULL, on_job, arg);
 *
 * A function called weft_SERVICE_wait_NOUN looks at the thing again and again, as weft_SERVICE_get_NOUN does once,
 * until it has ended: weft_SERVICE_NOUN_is_final says so of the answer. That is the wait's result, however the thing
 * ended: one that failed is no error of the wait. Ask weft_SERVICE_NOUN_is_completed. A task of Handinger's is the
 * `task` of the answer; and a sandbox has no end, so that its wait is over when weft_agentserver_sandbox_is_settled.
 *
 * `on_change`, which may be NULL, is told of the thing when it is seen first and whenever its `status` is another than
 * before, the last one included; with the `arg` of the call. What it is given lives until it returns. A status that
 * weft does not name is told as well, and is no end: where a service may have such, give the wait a time.
 *
 * The call's `options` are those of each look; its handle is that of the wait, and cancelling it stops the wait, not
 * what is waited for. A look that fails in a way that may pass does not end the wait: a lost connection, a deadline of
 * the look, 5xx, 408, 409, 421, 423, 425, 429, a web page, an odd body. There is another after the growing interval,
 * not before the server's Retry-After is over, until the wait's own `timeout_ms`; then the error's message says why the
 * last look failed. A warning is logged for each. Only what no later look could heal ends the wait at once: 400, 401,
 * 403, 404, 405, 410, 422 and the rest of 4xx.
 */
#ifndef WEFT_WAIT_H
#define WEFT_WAIT_H

#include "weft/types.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How to wait. NULL in its place is as all zero, which is good. */
typedef struct weft_wait_options {
    uint32_t first_interval_ms; /**< between the first two looks, of which up to a half is taken off by chance; 0 = 250.
                                     It is doubled after each look */
    uint32_t max_interval_ms;   /**< up to this; 0 = 5 000 */
    uint32_t timeout_ms;        /**< for the whole wait; 0 or WEFT_NO_TIMEOUT = no limit. When it is over the call ends
                                     with WEFT_E_TIMEOUT_TOTAL; what was waited for goes on */
} weft_wait_options;

#ifdef __cplusplus
}
#endif

#endif
