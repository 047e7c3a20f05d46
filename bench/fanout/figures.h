/* fanout/figures.h - everything that is known when all is over: what the summary and the reports show. */
#ifndef FANOUT_FIGURES_H
#define FANOUT_FIGURES_H

#include "fanout/meter.h"
#include "fanout/options.h"
#include "fanout/tally.h"
#include "weft/weft.h"

#include <time.h>

typedef struct fanout_figures {
    const fanout_options *options;
    const fanout_tally *tally;
    const fanout_histogram *lag; /* ns, of the loop */
    meter_reading cost;
    weft_engine_stats network;
    time_t started_at;
    uint64_t prompt_count;
    uint64_t total; /* runs wanted */
    uint64_t succeeded;
    uint64_t failed;
    uint64_t not_started;
    bool interrupted; /* by a signal */
    bool suspect;     /* the generator may have been the limit */
} fanout_figures;

/* Percentiles that people look for; and those that have room in a table. */
enum { FIGURES_PERCENTILES = 9, FIGURES_PERCENTILES_SHORT = 4 };
extern const double figures_percentiles[FIGURES_PERCENTILES];
extern const double figures_percentiles_short[FIGURES_PERCENTILES_SHORT];

/* Per second, over the whole time. */
double figures_rate(const fanout_figures *figures, uint64_t count);
/* Whether more than one run in a hundred started late: the rate that was asked for was not kept. */
bool figures_rate_was_missed(const fanout_figures *figures);
/* Whether at some moment as many runs were in flight as may be. */
bool figures_was_crowded(const fanout_figures *figures);
/* CPU time per run that ended, in nanoseconds. */
uint64_t figures_cpu_per_run(const fanout_figures *figures);

#endif
