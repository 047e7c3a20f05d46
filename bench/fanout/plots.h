/* fanout/plots.h - the plots of the HTML report: which figures go into which chart. */
#ifndef FANOUT_PLOTS_H
#define FANOUT_PLOTS_H

#include "fanout/figures.h"

#include <stdio.h>

/* Latency by percentile and its distribution; for streams also time to the first event and gaps. */
void plots_write_durations(FILE *out, const fanout_figures *figures);
/* Throughput, runs in flight, latency, events and the loop's lag over time. */
void plots_write_timeline(FILE *out, const fanout_figures *figures);

#endif
