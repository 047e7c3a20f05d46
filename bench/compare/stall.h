/* compare/stall.h - the longest time for which a libuv loop did not come back to ask the kernel. */
#ifndef COMPARE_STALL_H
#define COMPARE_STALL_H

#include <uv.h>

#include "peer.h"

/* Before anything else is done with `loop`. Does nothing unless the peer is to report stalls. Warming up is
 * not counted. */
void stall_watch(const peer_run *peer, uv_loop_t *loop);
double stall_longest_us(void);

#endif
