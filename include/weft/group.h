/*
 * weft/group.h - calls that are cancelled together, and whose end is one.
 *
 * A stop that must not lose what it started: cancel what is in flight, send the service's own cancel requests under the
 * same group, and go on when the last of them was answered.
 *
 *     weft_group *group = weft_group_new(engine, NULL);
 *     weft_call_options together = {.group = group};
 *
 *     weft_stromboli_run_async(api, &request, &together, on_started, job);
 *     ...
 *     weft_stromboli_cancel_job(api, job->id, &together, NULL, NULL);
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
 * (weft_call_options.group), for clients of the same engine; they end as they would without it. NULL, with
 * `ret_error` filled unless that is NULL, when the engine is NULL or closing, or memory is short. It does not keep the
 * loop running: its calls do.
 */
WEFT_API weft_group *weft_group_new(weft_engine *engine, weft_error_info *ret_error);

/**
 * Cancels every call that is of the group now, as weft_call_cancel does: each callback fires later. What is submitted
 * under the group afterwards is not cancelled, for it may be what the service is told about the cancelling.
 */
WEFT_API void weft_group_cancel(weft_group *group);

/** How many calls of the group have not been reported yet. */
WEFT_API size_t weft_group_get_count(const weft_group *group);

/**
 * Ends a group: `closed` (NULL is fine) fires from the loop, once and last, when the last of its calls, and of those that
 * their callbacks still add, has been reported; then the group is gone. It cancels nothing. Calling it twice is
 * harmless; the first `closed` that is given counts. Closing the engine closes its groups too.
 */
WEFT_API void weft_group_close(weft_group *group, weft_closed_cb *closed, void *arg);

#ifdef __cplusplus
}
#endif

#endif
