/* call/unpack_call.h - a call whose answer is an archive, unpacked while it arrives. */
#ifndef WEFT_CALL_UNPACK_CALL_H
#define WEFT_CALL_UNPACK_CALL_H

#include "archive/extract.h"
#include "client/operation.h"
#include "weft/http.h"

/* As weft__call_submit, for an operation without a result of its own. `invocation->url` NULL, when nothing is
 * wrong with it otherwise, is a success without a request. The operation's `inspect` makes the result out of
 * weft__unpack_call_counts. */
weft_call *weft__unpack_submit(weft_client *client, const weft__invocation *invocation, const char *directory,
                               const weft__extract_limits *limits, weft_progress_cb *on_progress,
                               const weft_call_options *options, weft__hook hook);

/* What a call of weft__unpack_submit has done; for `inspect`. */
const weft__extract_counts *weft__unpack_call_counts(const weft_call *call);

#endif
