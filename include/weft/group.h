/*
 * weft/group.h - calls that are cancelled together, and whose end is one.
 *
 * A stop that loses nothing: cancel what only looks on (waits, streams of jobs), send the service's own cancel requests
 * under the same group, and go on when the last of them was answered. What starts a job is not for cancelling: its
 * answer has the id without which nobody can stop the job. Put starts under a group that is closed, not cancelled, and
 * have their callback cancel the job when the program is stopping.
 *
 * With a struct of your own, here `job`, that keeps the id (`char id[64]`):
 *
 *     weft_group *group = weft_group_new(engine, NULL);
 *     weft_call_options together = {.group = group};
 *
 *     snprintf(job->id, sizeof(job->id), "%s", started->job_id.ptr);      (in the start's callback)
 *     weft_stromboli_wait_job(api, job->id, NULL, NULL, &together, on_waited, job);
 *     ...
 *     weft_group_cancel(group);                                           (to stop: the wait)
 *     weft_stromboli_cancel_job(api, job->id, &together, on_job_cancelled, job);
 *     weft_group_close(group, on_all_over, NULL);
 */
#ifndef WEFT_GROUP_H
#define WEFT_GROUP_H

#include "weft/engine.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct weft_group weft_group;

/**
 * Makes an empty group. Calls, streams, waits and walks of pages are of it when their options name it
 * (weft_call_options.group); they end as they would without it. One of another engine's clients is WEFT_E_INVALID.
 * It does not keep the loop running: its calls do.
 *
 * Returns: NULL, with `ret_error` filled unless that is NULL, when the engine is NULL, closing or of the process that
 *          this one was forked from, or memory is short: look, for calls whose options name NULL are of no group.
 */
WEFT_API weft_group *weft_group_new(weft_engine *engine, weft_error_info *ret_error);

/**
 * Cancels every call that is of the group now, as weft_call_cancel does: each callback fires later, those of many over
 * several turns of the loop, and until then none of them sends or hears anything more. What is submitted
 * under the group afterwards is not cancelled, for it may be what the service is told about the cancelling.
 */
WEFT_API void weft_group_cancel(weft_group *group);

/** How many calls of the group have not been reported yet. */
WEFT_API size_t weft_group_get_count(const weft_group *group);

/**
 * Ends a group: `closed` (NULL is fine) fires from the loop, once and last, when the last of its calls, and of those
 * that are still added while one is there, has been reported; then the group is gone. It cancels nothing. Calling it
 * twice is harmless; the first `closed` that is given counts. A group that is never closed goes when the engine is
 * closed.
 */
WEFT_API void weft_group_close(weft_group *group, weft_closed_cb *closed, void *arg);

#ifdef __cplusplus
}
#endif

#endif
