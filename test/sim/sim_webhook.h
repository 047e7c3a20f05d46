/* sim_webhook.h - calls of a service's webhooks: POST requests that the simulator sends, to this machine only.
 *
 * Each is tried twice, 100 ms apart, and waits 5 s for its answer; only 2xx is a success. A URL that is not http to a
 * loopback address is refused: a request may name any host, and a simulator that calls whatever it is told to is a
 * weapon. The first refusal of each host is a line on standard error; /__sim/stats counts them all.
 */
#ifndef SIM_WEBHOOK_H
#define SIM_WEBHOOK_H

#include <uv.h>

#include "base/list.h"
#include "weft/types.h"

typedef struct sim_server sim_server;

enum { SIM_REFUSALS_SAID_MAX = 64 };

typedef struct sim_webhooks {
    weft__list calls; /* owned: under way */
    uint64_t delivered, failed, refused;
    char *said[SIM_REFUSALS_SAID_MAX]; /* owned: the refusals that were said; no more are when it is full */
    size_t said_count;
} sim_webhooks;

void sim_webhooks_init(sim_webhooks *webhooks);
/* Ends what is under way; run the loop for it to be gone. No webhook is called afterwards. */
void sim_webhooks_close(sim_webhooks *webhooks);

/* `url`, `headers` (lines, each with its CRLF) and `body` are copied. */
void sim_webhook_call(sim_server *sim, const char *url, const char *headers, weft_str body);

#endif
