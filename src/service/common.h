/* service/common.h - what the functions of all services have in common: an operation of the service's table, submitted
 * to a client of that service.
 *
 * A client of another service would send its credentials to paths that mean something else there, so it is refused.
 */
#ifndef WEFT_SERVICE_COMMON_H
#define WEFT_SERVICE_COMMON_H

#include "client/operation.h"

/* `invocation` is made one of the service. */
weft_call *weft__service_submit(const weft__service *service, weft_client *client, weft__invocation *invocation,
                                const weft_call_options *options, weft__hook hook);
/* An operation that takes nothing. */
weft_call *weft__service_submit_plain(const weft__service *service, weft_client *client, int index,
                                      const weft_call_options *options, weft__hook hook);
/* An operation on one thing, named in its path; `complaint` is what an empty name gets. */
weft_call *weft__service_submit_named(const weft__service *service, weft_client *client, int index,
                                      const char *parameter, const char *name, const char *complaint,
                                      const weft_call_options *options, weft__hook hook);

/* NULL is empty. */
bool weft__is_empty(const char *text);
/* An argument that must not be empty: `complaint` when it is. */
const char *weft__require(const char *text, const char *complaint);

/* NULL, which is not sent, when there is nothing to say. */
const char *weft__unless_empty(const char *text);

/* Whether the client is one of the service; else fills `ret_error`. For what sets a text of it: clients of other
 * services keep other texts under the same numbers. */
bool weft__service_is_of(const weft__service *service, const weft_client *client, weft_error_info *ret_error);

#endif
