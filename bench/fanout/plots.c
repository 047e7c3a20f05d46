#include "fanout/plots.h"

#include "fanout/chart.h"

#include <math.h>

enum { CURVE_POINTS = 160, BINS = 64, LINES_MAX = 2 * FANOUT_KINDS, SLOTS_SHOWN = 120 };

static const char *const mode_colors[FANOUT_KINDS] = {"c-run", "c-async", "c-stream", "c-other"};

/* ---- Durations ---- */

typedef struct plot_curve {
    chart_point points[CURVE_POINTS + 1];
} plot_curve;

/* Where the curve of `histogram` ends: past the percentile that its last value is. */
static double last_percentile(const fanout_histogram *histogram)
{
    return fmax(1, log10((double)histogram->count));
}

static size_t percentile_curve(plot_curve *curve, const fanout_histogram *histogram)
{
    double end = last_percentile(histogram);

    for (size_t i = 0; i <= CURVE_POINTS; i++) {
        double x = end * (double)i / CURVE_POINTS;
        double percent = i == CURVE_POINTS ? 100 : 100 - 100 * pow(10, -x);

        curve->points[i] = (chart_point){x, (double)histogram_percentile(histogram, percent)};
    }
    return CURVE_POINTS + 1;
}

/* Where the axis of `histogram` begins: a few values far below all others would take most of its room. */
static double shown_from(const fanout_histogram *histogram)
{
    double usual = (double)histogram_percentile(histogram, 0.1);

    return fmax((double)histogram->min, usual > 0 ? pow(10, floor(log10(usual))) : 0);
}

/* What one plot of percentiles shows. */
typedef struct curve_set {
    plot_curve curves[LINES_MAX];
    chart_line lines[LINES_MAX];
    size_t count;
    double low, high; /* of the axis */
} curve_set;

static void add_curve(curve_set *set, const fanout_histogram *histogram, const char *name, const char *color,
                      bool dashed)
{
    plot_curve *curve = &set->curves[set->count];
    double low;

    if (!histogram->count)
        return;
    low = shown_from(histogram);
    set->low = set->count ? fmin(set->low, low) : low;
    set->high = fmax(set->high, (double)histogram->max);
    set->lines[set->count] = (chart_line){
        .name = name,
        .color = color,
        .points = curve->points,
        .count = percentile_curve(curve, histogram),
        .dashed = dashed,
    };
    set->count++;
}

static void write_curves(FILE *out, const char *title, const char *note, const curve_set *set)
{
    fanout_chart chart = {
        .title = title,
        .note = note,
        .x = {.unit = CHART_PERCENTILE, .label = "percentile"},
        .y = {.unit = CHART_NANOSECONDS},
        .lines = set->lines,
        .line_count = set->count,
    };

    /* A tail that dwarfs the rest wants a logarithmic axis. */
    if (set->low > 0 && set->high / set->low > 25) {
        chart.y.logarithmic = true;
        chart.y.min = set->low / 1.1;
        chart.y.max = set->high * 1.1;
    }
    if (set->count)
        chart_write(out, &chart);
}

static void write_latency_curves(FILE *out, const fanout_figures *figures)
{
    static const char *const service_names[FANOUT_KINDS] = {"run, service", "async, service", "stream, service",
                                                            "turn, service"};
    curve_set set = {.count = 0};

    for (int mode = 0; mode < FANOUT_KINDS; mode++) {
        const mode_tally *tally = &figures->tally->modes[mode];

        add_curve(&set, &tally->response, options_mode_name((fanout_mode)mode), mode_colors[mode], false);
        if (figures->options->rate > 0)
            add_curve(&set, &tally->service, service_names[mode], mode_colors[mode], true);
    }
    write_curves(out, "Latency by percentile",
                 figures->options->rate > 0
                     ? "Solid: response time, from when a run was due. Dashed: service time, from when it started."
                     : "From a run's start to its end, of runs that completed.",
                 &set);
}

static void write_stream_curves(FILE *out, const fanout_figures *figures)
{
    const mode_tally *tally = &figures->tally->modes[FANOUT_STREAM];
    curve_set set = {.count = 0};

    add_curve(&set, &tally->first, "time to first event", "c-stream", false);
    add_curve(&set, &tally->gap, "between two events", "c-other", false);
    write_curves(out, "Streams: first event and gaps",
                 "From a stream's start to its first event, and from event to event.", &set);
}

/* The share of values per bin; bins are equally wide on a logarithmic axis. */
static size_t fill_bins(chart_point points[BINS + 1], const fanout_histogram *histogram, double low, double high)
{
    double factor = pow(high / low, 1.0 / BINS);
    uint64_t before = 0;

    for (size_t i = 0; i < BINS; i++) {
        uint64_t upto = i == BINS - 1 ? histogram->count
                                      : histogram_count_to(histogram, (uint64_t)(low * pow(factor, (double)i + 1)));

        points[i] =
            (chart_point){low * pow(factor, (double)i), 100 * (double)(upto - before) / (double)histogram->count};
        before = upto;
    }
    points[BINS] = (chart_point){high, 0};
    return BINS + 1;
}

static void write_distribution(FILE *out, const fanout_figures *figures)
{
    chart_point points[FANOUT_KINDS][BINS + 1];
    chart_line lines[FANOUT_KINDS];
    size_t count = 0;
    double low = (double)figures->tally->latency.min * 0.95, high = (double)figures->tally->latency.max * 1.05 + 1;
    fanout_chart chart = {
        .title = "Latency distribution",
        .note = "Share of the runs of each mode, in per cent.",
        .x = {.unit = CHART_NANOSECONDS, .label = "latency", .logarithmic = true, .min = low, .max = high},
        .y = {.unit = CHART_NUMBER},
        .lines = lines,
    };

    if (!figures->tally->latency.count || low < 1)
        return;
    for (int mode = 0; mode < FANOUT_KINDS; mode++) {
        const fanout_histogram *histogram = &figures->tally->modes[mode].response;

        if (!histogram->count)
            continue;
        lines[count] = (chart_line){
            .name = options_mode_name((fanout_mode)mode),
            .color = mode_colors[mode],
            .points = points[mode],
            .count = fill_bins(points[mode], histogram, low, high),
            .filled = true,
            .stepped = true,
        };
        count++;
    }
    chart.line_count = count;
    chart_write(out, &chart);
}

void plots_write_durations(FILE *out, const fanout_figures *figures)
{
    write_latency_curves(out, figures);
    write_distribution(out, figures);
    write_stream_curves(out, figures);
}

/* ---- Over time ---- */

/* Some slots taken together, so that a plot is no finer than it can show. */
typedef struct plot_interval {
    double begin; /* seconds */
    double seconds;
    timeline_slot sum;
} plot_interval;

typedef struct plot_intervals {
    plot_interval items[SLOTS_SHOWN];
    size_t count;
    double end; /* seconds */
} plot_intervals;

static void add_slot(timeline_slot *sum, const timeline_slot *slot)
{
    sum->succeeded += slot->succeeded;
    sum->failed += slot->failed;
    sum->events += slot->events;
    sum->latency_sum += slot->latency_sum;
    if (slot->in_flight > sum->in_flight)
        sum->in_flight = slot->in_flight;
    if (slot->latency_max > sum->latency_max)
        sum->latency_max = slot->latency_max;
    if (slot->lag_max > sum->lag_max)
        sum->lag_max = slot->lag_max;
}

static void gather(plot_intervals *intervals, const fanout_timeline *timeline, double elapsed)
{
    size_t group = (timeline->count + SLOTS_SHOWN - 1) / SLOTS_SHOWN;
    double seconds = (double)timeline->width / 1e9 * (double)group;

    intervals->count = 0;
    intervals->end = elapsed;
    for (size_t i = 0; i < timeline->count; i += group) {
        plot_interval *interval = &intervals->items[intervals->count];

        *interval = (plot_interval){.begin = (double)intervals->count * seconds, .seconds = seconds};
        intervals->count++;
        /* The last one was cut short by the end; a sliver of one would show a wild rate. */
        if (interval->begin + seconds > elapsed)
            interval->seconds = fmax(elapsed - interval->begin, seconds / 4);
        for (size_t j = i; j < i + group && j < timeline->count; j++)
            add_slot(&interval->sum, &timeline->slots[j]);
    }
}

/* What of an interval is plotted. */
typedef double interval_value(const plot_interval *interval);

static double completed_rate(const plot_interval *interval)
{
    return (double)interval->sum.succeeded / interval->seconds;
}

static double failed_rate(const plot_interval *interval)
{
    return (double)interval->sum.failed / interval->seconds;
}

static double event_rate(const plot_interval *interval)
{
    return (double)interval->sum.events / interval->seconds;
}

static double in_flight(const plot_interval *interval)
{
    return (double)interval->sum.in_flight;
}

/* Where nothing completed there is no latency. */
static double mean_latency(const plot_interval *interval)
{
    return interval->sum.succeeded ? (double)interval->sum.latency_sum / (double)interval->sum.succeeded : NAN;
}

static double worst_latency(const plot_interval *interval)
{
    return interval->sum.succeeded ? (double)interval->sum.latency_max : NAN;
}

static double worst_lag(const plot_interval *interval)
{
    return (double)interval->sum.lag_max;
}

typedef struct time_series {
    const char *name, *color;
    interval_value *value;
    bool filled;
} time_series;

static void write_over_time(FILE *out, const plot_intervals *intervals, const char *title, const char *note,
                            chart_unit unit, const time_series *series, size_t count)
{
    chart_point points[2][SLOTS_SHOWN + 1];
    chart_line lines[2];
    fanout_chart chart = {
        .title = title,
        .note = note,
        .x = {.unit = CHART_SECONDS, .label = "time since the start", .max = fmax(intervals->end, 1e-3)},
        .y = {.unit = unit},
        .lines = lines,
        .line_count = count,
    };

    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < intervals->count; j++)
            points[i][j] = (chart_point){intervals->items[j].begin, series[i].value(&intervals->items[j])};
        points[i][intervals->count] = (chart_point){intervals->end, points[i][intervals->count - 1].y};
        lines[i] = (chart_line){
            .name = series[i].name,
            .color = series[i].color,
            .points = points[i],
            .count = intervals->count + 1,
            .filled = series[i].filled,
            .stepped = true,
        };
    }
    chart_write(out, &chart);
}

void plots_write_timeline(FILE *out, const fanout_figures *figures)
{
    static const time_series throughput[] = {{"completed per second", "c-run", completed_rate, true},
                                             {"failed per second", "c-bad", failed_rate, false}};
    static const time_series load[] = {{"runs in flight", "c-other", in_flight, true}};
    static const time_series latency[] = {{"worst", "c-bad", worst_latency, false},
                                          {"mean", "c-run", mean_latency, false}};
    static const time_series events[] = {{"events per second", "c-stream", event_rate, true}};
    static const time_series lag[] = {{"worst lateness of the event loop", "c-other", worst_lag, true}};
    plot_intervals intervals;

    gather(&intervals, &figures->tally->timeline, figures->cost.elapsed);
    write_over_time(out, &intervals, "Throughput", NULL, CHART_NUMBER, throughput, figures->failed ? 2 : 1);
    write_over_time(out, &intervals, "In flight", NULL, CHART_NUMBER, load, 1);
    if (figures->succeeded)
        write_over_time(out, &intervals, "Latency over time", "Of the runs that completed in each interval.",
                        CHART_NANOSECONDS, latency, 2);
    if (figures->tally->modes[FANOUT_STREAM].events)
        write_over_time(out, &intervals, "Events", NULL, CHART_NUMBER, events, 1);
    write_over_time(out, &intervals, "The generator's own lateness",
                    "High values mean that the generator was busy, and that latencies include its own delay.",
                    CHART_NANOSECONDS, lag, 1);
}
