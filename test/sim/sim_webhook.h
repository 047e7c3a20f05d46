/* sim_webhook.h - calls of a service's webhooks: POST requests that the simulator sends, to this machine only.
 *
 * Each is tried twice, 100 ms apart, and waits 5 s for its answer; only 2xx is a success. A URL that is not http to a
 * loopback address is refused with a line on standard error: a request may name any host, and a simulator that calls
 * whatever it is told to is a weapon.
 */
#ifndef SIM_WEBHOOK_H
#define SIM_WEBHOOK_H

#include <uv.h>

#include "base/list.h"
#include "weft/types.h"

typedef struct sim_server sim_server;

typedef struct sim_webhooks {
    weft__list calls; /* owned: under way */
    uint64_t delivered, failed, refused;
} sim_webhooks;

void sim_webhooks_init(sim_webhooks *webhooks);
/* Ends what is under way; run the loop for it to be gone. */
void sim_webhooks_close(sim_webhooks *webhooks);

/* `url`, `headers` (lines, each with its CRLF) and `body` are copied. */
void sim_webhook_call(sim_server *sim, const char *url, const char *headers, weft_str body);

#endif
