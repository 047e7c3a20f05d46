/* compare/stall.h - the most CPU time that a libuv loop spent in one turn: for so long it serves nobody else. */
#ifndef COMPARE_STALL_H
#define COMPARE_STALL_H

#include <uv.h>

#include "peer.h"

/* Before anything else is done with `loop`. Does nothing unless the peer is to report stalls. Warming up is not
 * counted, but with work "handshakes". */
void stall_watch(const peer_run *peer, uv_loop_t *loop);
double stall_longest_us(void);

#endif
