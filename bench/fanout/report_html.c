#include "fanout/format.h"
#include "fanout/html.h"
#include "fanout/plots.h"
#include "fanout/report.h"
#include "fanout/service.h"

#include <stdarg.h>

static void open_page(FILE *out, const fanout_figures *figures)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>weft-fanout: ",
          out);
    html_text(out, figures->options->url);
    fputs("</title>\n<style>\n", out);
    fputs(html_style, out);
    fputs("</style>\n</head>\n<body>\n", out);
}

static void write_head(FILE *out, const fanout_figures *figures)
{
    const fanout_options *options = figures->options;
    char date[64], count[FORMAT_MAX];
    struct tm utc;

    strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S UTC", gmtime_r(&figures->started_at, &utc));
    fputs("<header><h1>weft-fanout</h1><p>", out);
    html_text(out, options->url);
    fprintf(out, " &middot; %s", options->service->name);
    fprintf(out, " &middot; mode %s &middot; %s", options_mode_name(options->mode), date);
    fprintf(out, "</p><p>%s runs wanted", format_count(count, figures->total));
    fprintf(out, ", %s in flight at most", format_count(count, options->concurrency));
    fprintf(out, ", %s connections", format_count(count, options_connections(options)));
    if (options->rate > 0)
        fprintf(out, ", %s starts per second", format_rate(count, options->rate));
    if (options->ramp_up_ms)
        fprintf(out, ", ramp-up %g s", options->ramp_up_ms / 1e3);
    fputs("</p></header>\n", out);
}

enum { TILES_MAX = 11, TILES_IN_A_ROW = 6 };

typedef struct page_tiles {
    struct {
        const char *color, *label;
        char value[FORMAT_MAX];
    } items[TILES_MAX];
    size_t count;
} page_tiles;

static void tile(page_tiles *tiles, const char *color, const char *value, const char *label)
{
    size_t at = tiles->count++;

    tiles->items[at].color = color;
    tiles->items[at].label = label;
    snprintf(tiles->items[at].value, FORMAT_MAX, "%s", value);
}

static void collect_tiles(page_tiles *tiles, const fanout_figures *figures)
{
    const fanout_histogram *latency = &figures->tally->latency;
    const mode_tally *stream = &figures->tally->modes[FANOUT_STREAM];
    char text[FORMAT_MAX];

    tile(tiles, figures->succeeded == figures->total ? "good" : "", format_count(text, figures->succeeded),
         "completed");
    tile(tiles, figures->failed ? "bad" : "", format_count(text, figures->failed), "failed");
    if (figures->not_started)
        tile(tiles, "bad", format_count(text, figures->not_started),
             figures->interrupted ? "never started: interrupted" : "never started");
    tile(tiles, "", format_rate(text, figures_rate(figures, figures->succeeded)), "completed per second");
    tile(tiles, "", format_clock(text, figures->cost.elapsed), "elapsed");
    if (latency->count) {
        tile(tiles, "", format_page_duration(text, histogram_percentile(latency, 50)), "latency p50");
        tile(tiles, "", format_page_duration(text, histogram_percentile(latency, 99)), "latency p99");
    }
    if (stream->first.count)
        tile(tiles, "", format_page_duration(text, histogram_percentile(&stream->first, 50)), "first event p50");
    if (stream->events)
        tile(tiles, "", format_rate(text, figures_rate(figures, stream->events)), "events per second");
    tile(tiles, "", format_page_duration(text, figures_cpu_per_run(figures)), "generator CPU per run");
    tile(tiles, "", format_bytes(text, figures->cost.peak_memory), "generator peak memory");
}

/* In rows of about the same length: the style sheet takes how many that is. */
static void write_tiles(FILE *out, const fanout_figures *figures)
{
    page_tiles tiles = {.count = 0};
    size_t rows;

    collect_tiles(&tiles, figures);
    rows = (tiles.count + TILES_IN_A_ROW - 1) / TILES_IN_A_ROW;
    fprintf(out, "<section class=\"tiles\" style=\"--columns:%zu\">\n", (tiles.count + rows - 1) / rows);
    for (size_t i = 0; i < tiles.count; i++)
        fprintf(out, "<div class=\"tile %s\"><b>%s</b><span>%s</span></div>\n", tiles.items[i].color,
                tiles.items[i].value, tiles.items[i].label);
    fputs("</section>\n", out);
}

static void write_warnings(FILE *out, const fanout_figures *figures)
{
    char count[FORMAT_MAX], late[FORMAT_MAX];

    if (figures->suspect)
        fprintf(out,
                "<p class=\"warning\"><b>The generator may have been the limit.</b> Its event loop was busy "
                "%.0f %% "
                "of the time: take rates for its own, and latencies for too long, unless a lighter load "
                "shows the "
                "same.</p>\n",
                figures->cost.busy * 100);
    if (figures_rate_was_missed(figures))
        fprintf(out,
                "<p class=\"warning\"><b>The rate was not kept.</b> %s runs started late, by up to %s. Response "
                "times include that delay, service times do not.</p>\n",
                format_count(count, figures->tally->late), format_page_duration(late, figures->tally->late_max));
}

static void write_failures(FILE *out, const fanout_figures *figures)
{
    const fanout_tally *tally = figures->tally;
    uint64_t most = 0;
    char count[FORMAT_MAX];

    if (!tally->kind_count)
        return;
    for (size_t i = 0; i < tally->kind_count; i++)
        if (tally->kinds[i].count > most)
            most = tally->kinds[i].count;
    fputs("<section class=\"card\"><h2>Failures by kind</h2><table class=\"failures\">\n"
          "<tr><th>Kind</th><th>HTTP</th><th class=\"n\">Count</th><th></th><th>First message</th></tr>\n",
          out);
    for (size_t i = 0; i < tally->kind_count; i++) {
        const failure_kind *kind = &tally->kinds[i];

        fputs("<tr><td><code>", out);
        html_text(out, kind->name);
        fprintf(out, "</code></td><td>%.*d</td><td class=\"n\">%s</td>", kind->http_status ? 3 : 0, kind->http_status,
                format_count(count, kind->count));
        fprintf(out, "<td class=\"bar\"><i style=\"width:%.1f%%\"></i></td><td>",
                100 * (double)kind->count / (double)most);
        html_text(out, kind->example);
        fputs("</td></tr>\n", out);
    }
    fputs("</table></section>\n", out);
}

static void duration_row(FILE *out, const char *mode, const char *what, const fanout_histogram *histogram)
{
    char text[FORMAT_MAX];

    if (!histogram->count)
        return;
    fprintf(out, "<tr><td>%s</td><td>%s</td><td class=\"n\">%s</td>", mode, what, format_count(text, histogram->count));
    fprintf(out, "<td class=\"n\">%s</td>", format_page_duration(text, (uint64_t)histogram_mean(histogram)));
    for (int i = 0; i < FIGURES_PERCENTILES_SHORT; i++)
        fprintf(out, "<td class=\"n\">%s</td>",
                format_page_duration(text, histogram_percentile(histogram, figures_percentiles_short[i])));
    fprintf(out, "<td class=\"n\">%s</td></tr>\n", format_page_duration(text, histogram->max));
}

static void write_durations(FILE *out, const fanout_figures *figures)
{
    fputs("<section class=\"card\"><h2>Times</h2><table>\n"
          "<tr><th>Mode</th><th>Time</th><th class=\"n\">Count</th><th class=\"n\">Mean</th>"
          "<th class=\"n\">p50</th><th class=\"n\">p90</th><th class=\"n\">p99</th><th class=\"n\">p99.9</th>"
          "<th class=\"n\">Max</th></tr>\n",
          out);
    for (int mode = 0; mode < FANOUT_KINDS; mode++) {
        const mode_tally *tally = &figures->tally->modes[mode];
        const char *name = options_mode_name((fanout_mode)mode);

        /* Without a rate a run is due when it starts. */
        duration_row(out, name, figures->options->rate > 0 ? "response, from when it was due" : "from start to end",
                     &tally->response);
        if (figures->options->rate > 0)
            duration_row(out, name, "service, from when it started", &tally->service);
        duration_row(out, name, mode == FANOUT_STREAM ? "to the first event" : "to the job's acceptance",
                     &tally->first);
        duration_row(out, name, "between two events", &tally->gap);
        duration_row(out, name, "to having a connection", &tally->connection);
        duration_row(out, name, "to its failure", &tally->failure);
    }
    duration_row(out, "generator", "event loop late by", figures->lag);
    fputs("</table></section>\n", out);
}

static void fact(FILE *out, const char *name, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void fact(FILE *out, const char *name, const char *format, ...)
{
    va_list args;

    fprintf(out, "<tr><td>%s</td><td class=\"n\">", name);
    va_start(args, format);
    vfprintf(out, format, args);
    va_end(args);
    fputs("</td></tr>\n", out);
}

static void write_facts(FILE *out, const fanout_figures *figures)
{
    const weft_engine_stats *network = &figures->network;
    char text[FORMAT_MAX];

    fputs("<section class=\"card facts\"><h2>Network and generator</h2><table>\n", out);
    fact(out, "Connections opened", "%s", format_count(text, network->connections_opened));
    fact(out, "Connections that failed to open", "%s", format_count(text, network->connections_failed));
    fact(out, "Requests on an open connection", "%s", format_count(text, network->connections_reused));
    if (network->tls_handshakes_full || network->tls_handshakes_resumed) {
        fact(out, "TLS handshakes, full", "%s", format_count(text, network->tls_handshakes_full));
        fact(out, "TLS handshakes, resumed", "%s", format_count(text, network->tls_handshakes_resumed));
    }
    fact(out, "Requests sent again", "%s", format_count(text, figures->tally->retries));
    fact(out, "Bytes sent", "%s", format_bytes(text, network->bytes_sent));
    fact(out, "Bytes received", "%s", format_bytes(text, network->bytes_received));
    fact(out, "CPU time, user", "%.2f s", figures->cost.cpu_user);
    fact(out, "CPU time, system", "%.2f s", figures->cost.cpu_system);
    fact(out, "CPU time per run", "%s", format_page_duration(text, figures_cpu_per_run(figures)));
    fact(out, "Peak memory", "%s", format_bytes(text, figures->cost.peak_memory));
    fact(out, "Event loop busy", "%.0f %%", figures->cost.busy * 100);
    fputs("</table></section>\n", out);
}

bool report_html(FILE *out, const fanout_figures *figures)
{
    open_page(out, figures);
    write_head(out, figures);
    write_warnings(out, figures);
    write_tiles(out, figures);
    fputs("<main>\n", out);
    plots_write_durations(out, figures);
    plots_write_timeline(out, figures);
    fputs("</main>\n", out);
    write_failures(out, figures);
    write_durations(out, figures);
    write_facts(out, figures);
    fputs("<footer>Made by weft-fanout " WEFT_VERSION "</footer>\n</body>\n</html>\n", out);
    return true;
}
