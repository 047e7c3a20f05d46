#include "fanout/summary.h"

#include "fanout/format.h"

static void print_outcomes(FILE *out, const fanout_figures *figures)
{
    char one[FORMAT_MAX], other[FORMAT_MAX];

    fprintf(out, "\n%s of %s runs completed", format_count(one, figures->succeeded),
            format_count(other, figures->total));
    fprintf(out, ", %s failed", format_count(one, figures->failed));
    if (figures->not_started)
        fprintf(out, ", %s never started%s", format_count(one, figures->not_started),
                figures->interrupted ? " (interrupted)" : "");
    fprintf(out, "\n%s, %s completed per second\n", format_duration(one, (uint64_t)(figures->cost.elapsed * 1e9)),
            format_rate(other, figures_rate(figures, figures->succeeded)));
}

/* A rate that was asked for and not kept is the first thing to know about the figures below. */
static void print_lateness(FILE *out, const fanout_figures *figures)
{
    char one[FORMAT_MAX], other[FORMAT_MAX];

    if (figures_rate_was_missed(figures))
        fprintf(out, "%s runs started late, by up to %s: %s\n", format_count(one, figures->tally->late),
                format_duration(other, figures->tally->late_max),
                figures_was_crowded(figures) ? "all that --concurrency allows were in flight"
                                             : "the generator could not keep up");
}

static void print_failures(FILE *out, const fanout_figures *figures)
{
    const fanout_tally *tally = figures->tally;
    char count[FORMAT_MAX], status[16];

    if (!tally->kind_count)
        return;
    fprintf(out, "\nFailures\n");
    for (size_t i = 0; i < tally->kind_count; i++) {
        const failure_kind *kind = &tally->kinds[i];

        *status = '\0';
        if (kind->http_status)
            snprintf(status, sizeof(status), " (%d)", kind->http_status);
        fprintf(out, "  %8s  %s%s\n            first, run %llu: %s\n", format_count(count, kind->count), kind->name,
                status, (unsigned long long)kind->example_run, kind->example);
    }
}

static void print_percentiles(FILE *out, const char *label, const fanout_histogram *histogram)
{
    char text[FORMAT_MAX];

    if (!histogram->count)
        return;
    fprintf(out, "  %-28s", label);
    for (int i = 0; i < FIGURES_PERCENTILES_SHORT; i++)
        fprintf(out, " %9s", format_duration(text, histogram_percentile(histogram, figures_percentiles_short[i])));
    fprintf(out, " %9s\n", format_duration(text, histogram->max));
}

static void print_mode(FILE *out, const fanout_figures *figures, fanout_mode mode)
{
    const mode_tally *tally = &figures->tally->modes[mode];
    const char *name = options_mode_name(mode);
    bool open_loop = figures->options->rate > 0;
    char label[64];

    snprintf(label, sizeof(label), "%s%s", name, open_loop ? ", response (from due)" : "");
    print_percentiles(out, label, &tally->response);
    if (open_loop) {
        snprintf(label, sizeof(label), "%s, service (from start)", name);
        print_percentiles(out, label, &tally->service);
    }
    snprintf(label, sizeof(label), mode == FANOUT_STREAM ? "%s, to first event" : "%s, to job accepted", name);
    print_percentiles(out, label, &tally->first);
    snprintf(label, sizeof(label), "%s, between events", name);
    print_percentiles(out, label, &tally->gap);
    snprintf(label, sizeof(label), "%s, to a connection", name);
    print_percentiles(out, label, &tally->connection);
    snprintf(label, sizeof(label), "%s, to its failure", name);
    print_percentiles(out, label, &tally->failure);
}

static void print_durations(FILE *out, const fanout_figures *figures)
{
    fprintf(out, "\n%-30s %9s %9s %9s %9s %9s\n", "Time", "p50", "p90", "p99", "p99.9", "max");
    for (int mode = 0; mode < FANOUT_KINDS; mode++)
        print_mode(out, figures, (fanout_mode)mode);
}

static void print_network(FILE *out, const fanout_figures *figures)
{
    const weft_engine_stats *network = &figures->network;
    uint64_t events = figures->tally->modes[FANOUT_STREAM].events;
    char one[FORMAT_MAX], other[FORMAT_MAX], third[FORMAT_MAX];

    fprintf(out, "\nConnections  %s opened, %s failed to open, %s requests on one already open\n",
            format_count(one, network->connections_opened), format_count(other, network->connections_failed),
            format_count(third, network->connections_reused));
    if (network->tls_handshakes_full || network->tls_handshakes_resumed)
        fprintf(out, "TLS          %s full handshakes, %s resumed\n", format_count(one, network->tls_handshakes_full),
                format_count(other, network->tls_handshakes_resumed));
    if (figures->tally->retries)
        fprintf(out, "Retries      %s requests sent again, after a refused connection, 429 or 503\n",
                format_count(one, figures->tally->retries));
    fprintf(out, "Bytes        %s sent, %s received\n", format_bytes(one, network->bytes_sent),
            format_bytes(other, network->bytes_received));
    if (events)
        fprintf(out, "Events       %s, %s per second\n", format_count(one, events),
                format_rate(other, figures_rate(figures, events)));
}

static void print_generator(FILE *out, const fanout_figures *figures)
{
    const meter_reading *cost = &figures->cost;
    char one[FORMAT_MAX], other[FORMAT_MAX];

    fprintf(out, "Generator    %.2f s CPU (%.2f user, %.2f system), %s per run; peak memory %s\n",
            cost->cpu_user + cost->cpu_system, cost->cpu_user, cost->cpu_system,
            format_duration(one, figures_cpu_per_run(figures)), format_bytes(other, cost->peak_memory));
    fprintf(out, "             loop busy %.0f %% of the time, late by %s at p99, %s at most\n", cost->busy * 100,
            format_duration(one, histogram_percentile(figures->lag, 99)), format_duration(other, figures->lag->max));
    if (figures->suspect)
        fprintf(out, "             So busy that it may have been the limit itself: take rates for its own, and\n"
                     "             latencies for too long, unless a lighter load shows the same.\n");
}

void summary_print(FILE *out, const fanout_figures *figures)
{
    print_outcomes(out, figures);
    print_lateness(out, figures);
    print_failures(out, figures);
    print_durations(out, figures);
    print_network(out, figures);
    print_generator(out, figures);
}
