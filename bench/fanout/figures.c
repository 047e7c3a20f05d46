#include "fanout/figures.h"

const double figures_percentiles[FIGURES_PERCENTILES] = {25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.99};
const double figures_percentiles_short[FIGURES_PERCENTILES_SHORT] = {50, 90, 99, 99.9};

uint64_t figures_cpu_per_run(const fanout_figures *figures)
{
    uint64_t ended = figures->succeeded + figures->failed;

    return ended ? (uint64_t)((figures->cost.cpu_user + figures->cost.cpu_system) * 1e9 / (double)ended) : 0;
}

double figures_rate(const fanout_figures *figures, uint64_t count)
{
    return figures->cost.elapsed > 0 ? (double)count / figures->cost.elapsed : 0;
}

bool figures_rate_was_missed(const fanout_figures *figures)
{
    return figures->tally->late * 100 > tally_started(figures->tally);
}

bool figures_was_crowded(const fanout_figures *figures)
{
    const fanout_timeline *timeline = &figures->tally->timeline;

    for (size_t i = 0; i < timeline->count; i++)
        if (timeline->slots[i].in_flight >= figures->options->concurrency)
            return true;
    return false;
}
