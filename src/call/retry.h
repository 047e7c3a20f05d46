/* call/retry.h - whether an attempt that failed is made again. */
#ifndef WEFT_CALL_RETRY_H
#define WEFT_CALL_RETRY_H

#include "client/operation.h"
#include "http/pool.h"

/* Schedules another attempt of a call that runs and whose exchange is over. False: there will be none, and `error`
 * stands. True also when a hook has ended the call meanwhile. */
bool weft__call_retry(weft_call *call, const weft_error *error);
/* Each call that starts pays into its origin's budget for retries. */
void weft__retry_deposit(weft__origin *origin);

#endif
