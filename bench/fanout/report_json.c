#include "fanout/lossy.h"
#include "fanout/report.h"
#include "fanout/service.h"

#include <string.h>

/* Durations are in milliseconds, three digits behind the point. */
static double ms(uint64_t ns)
{
    return (double)(ns / 1000) / 1e3;
}

static void member_number(weft__writer *out, const char *name, double value)
{
    lossy_name(out, name);
    if (!weft__write_double(out, value))
        weft__write_null(out);
}

static void member_int(weft__writer *out, const char *name, uint64_t value)
{
    lossy_name(out, name);
    weft__write_int64(out, (int64_t)value);
}

static void member_text(weft__writer *out, const char *name, const char *text)
{
    lossy_name(out, name);
    lossy_text(out, text);
}

static void member_bool(weft__writer *out, const char *name, bool value)
{
    lossy_name(out, name);
    weft__write_bool(out, value);
}

static void open_object(weft__writer *out, const char *name)
{
    lossy_name(out, name);
    weft__write_object(out);
}

static void write_percentile(weft__writer *out, const fanout_histogram *histogram, double percent)
{
    char name[32];

    snprintf(name, sizeof(name), "p%g", percent);
    member_number(out, name, ms(histogram_percentile(histogram, percent)));
}

static bool is_usual(double percent)
{
    for (int i = 0; i < FIGURES_PERCENTILES; i++)
        if (figures_percentiles[i] == percent)
            return true;
    return false;
}

/* Every bucket that is not empty, as [upper end in nanoseconds, count]: from these any percentile can be had,
 * and the buckets of several reports can be added up. */
static void write_buckets(weft__writer *out, const fanout_histogram *histogram)
{
    histogram_bucket bucket;
    size_t cursor = 0;

    lossy_name(out, "buckets_ns");
    weft__write_array(out);
    while (histogram_next(histogram, &cursor, &bucket)) {
        weft__write_array(out);
        weft__write_int64(out, (int64_t)bucket.highest);
        weft__write_int64(out, (int64_t)bucket.count);
        weft__write_array_end(out);
    }
    weft__write_array_end(out);
}

static void write_histogram(weft__writer *out, const char *name, const fanout_histogram *histogram,
                            const fanout_options *options)
{
    open_object(out, name);
    member_int(out, "count", histogram->count);
    if (histogram->count) {
        member_number(out, "min", ms(histogram->min));
        member_number(out, "mean", ms((uint64_t)histogram_mean(histogram)));
        for (int i = 0; i < FIGURES_PERCENTILES; i++)
            write_percentile(out, histogram, figures_percentiles[i]);
        for (size_t i = 0; i < options->percentile_count; i++)
            if (!is_usual(options->percentiles[i]))
                write_percentile(out, histogram, options->percentiles[i]);
        member_number(out, "max", ms(histogram->max));
        write_buckets(out, histogram);
    }
    weft__write_object_end(out);
}

static void write_options(weft__writer *out, const fanout_figures *figures)
{
    const fanout_options *options = figures->options;

    open_object(out, "options");
    member_text(out, "service", options->service->name);
    member_text(out, "url", options->url);
    member_text(out, "mode", options_mode_name(options->mode));
    member_text(out, "prompts", options->prompts_path);
    member_int(out, "prompt_count", figures->prompt_count);
    member_int(out, "requests", figures->total);
    member_int(out, "concurrency", options->concurrency);
    member_int(out, "connections", options_connections(options));
    member_number(out, "rate", options->rate);
    member_number(out, "ramp_up_seconds", (double)options->ramp_up_ms / 1e3);
    member_int(out, "retries", options->retries);
    member_number(out, "timeout_seconds", (double)options->timeout_ms / 1e3);
    member_bool(out, "token", options->token != NULL);
    member_text(out, "results", options->results_path);
    weft__write_object_end(out);
}

static void write_outcomes(weft__writer *out, const fanout_figures *figures)
{
    open_object(out, "outcomes");
    member_int(out, "wanted", figures->total);
    member_int(out, "succeeded", figures->succeeded);
    member_int(out, "failed", figures->failed);
    member_int(out, "not_started", figures->not_started);
    member_bool(out, "interrupted", figures->interrupted);
    member_int(out, "started_late", figures->tally->late);
    member_number(out, "started_late_max_ms", ms(figures->tally->late_max));
    member_number(out, "elapsed_seconds", figures->cost.elapsed);
    member_number(out, "succeeded_per_second", figures_rate(figures, figures->succeeded));
    weft__write_object_end(out);
}

static void write_mode(weft__writer *out, const fanout_figures *figures, fanout_mode mode)
{
    const mode_tally *tally = &figures->tally->modes[mode];
    const fanout_options *options = figures->options;

    if (!tally->started)
        return;
    open_object(out, options_mode_name(mode));
    member_int(out, "started", tally->started);
    member_int(out, "succeeded", tally->succeeded);
    member_int(out, "failed", tally->failed);
    write_histogram(out, "response_ms", &tally->response, options);
    write_histogram(out, "service_ms", &tally->service, options);
    write_histogram(out, "failure_ms", &tally->failure, options);
    write_histogram(out, "connection_ms", &tally->connection, options);
    if (mode != FANOUT_STREAM && tally->first.count)
        write_histogram(out, "job_accepted_ms", &tally->first, options);
    if (mode == FANOUT_STREAM) {
        write_histogram(out, "first_event_ms", &tally->first, options);
        write_histogram(out, "event_gap_ms", &tally->gap, options);
        member_int(out, "events", tally->events);
        member_number(out, "events_per_second", figures_rate(figures, tally->events));
    }
    weft__write_object_end(out);
}

static void write_failures(weft__writer *out, const fanout_tally *tally)
{
    lossy_name(out, "failures");
    weft__write_array(out);
    for (size_t i = 0; i < tally->kind_count; i++) {
        const failure_kind *kind = &tally->kinds[i];

        weft__write_object(out);
        member_text(out, "code", kind->name);
        member_int(out, "http_status", (uint64_t)kind->http_status);
        member_int(out, "count", kind->count);
        member_int(out, "example_run", kind->example_run);
        member_text(out, "example", kind->example);
        weft__write_object_end(out);
    }
    weft__write_array_end(out);
}

static void write_network(weft__writer *out, const fanout_figures *figures)
{
    const weft_engine_stats *network = &figures->network;

    open_object(out, "network");
    member_int(out, "connections_opened", network->connections_opened);
    member_int(out, "connections_failed", network->connections_failed);
    member_int(out, "connections_reused", network->connections_reused);
    member_int(out, "bytes_sent", network->bytes_sent);
    member_int(out, "bytes_received", network->bytes_received);
    member_int(out, "calls_started", network->calls_started);
    member_int(out, "events_received", network->events_received);
    member_int(out, "tls_handshakes_full", network->tls_handshakes_full);
    member_int(out, "tls_handshakes_resumed", network->tls_handshakes_resumed);
    member_int(out, "retries", figures->tally->retries);
    weft__write_object_end(out);
}

static void write_generator(weft__writer *out, const fanout_figures *figures)
{
    open_object(out, "generator");
    member_number(out, "cpu_user_seconds", figures->cost.cpu_user);
    member_number(out, "cpu_system_seconds", figures->cost.cpu_system);
    member_number(out, "cpu_per_run_ms", ms(figures_cpu_per_run(figures)));
    member_int(out, "peak_memory_bytes", figures->cost.peak_memory);
    member_number(out, "loop_busy", figures->cost.busy);
    member_bool(out, "may_have_been_the_limit", figures->suspect);
    write_histogram(out, "loop_lag_ms", figures->lag, figures->options);
    weft__write_object_end(out);
}

static void write_timeline(weft__writer *out, const fanout_timeline *timeline)
{
    open_object(out, "timeline");
    member_number(out, "slot_ms", ms(timeline->width));
    lossy_name(out, "slots");
    weft__write_array(out);
    for (size_t i = 0; i < timeline->count; i++) {
        const timeline_slot *slot = &timeline->slots[i];

        weft__write_object(out);
        member_int(out, "started", slot->started);
        member_int(out, "succeeded", slot->succeeded);
        member_int(out, "failed", slot->failed);
        member_int(out, "events", slot->events);
        member_int(out, "in_flight", slot->in_flight);
        member_number(out, "latency_mean_ms", slot->succeeded ? ms(slot->latency_sum / slot->succeeded) : 0);
        member_number(out, "latency_max_ms", ms(slot->latency_max));
        member_number(out, "loop_lag_max_ms", ms(slot->lag_max));
        weft__write_object_end(out);
    }
    weft__write_array_end(out);
    weft__write_object_end(out);
}

bool report_json(FILE *out, const fanout_figures *figures)
{
    char started_at[32];
    struct tm utc;
    weft__heap heap;
    weft__buffer text;
    weft__writer writer;
    bool made;

    strftime(started_at, sizeof(started_at), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&figures->started_at, &utc));
    weft__heap_init(&heap, NULL);
    weft__buffer_init(&text, &heap, SIZE_MAX / 2);
    weft__writer_init(&writer, &text);
    weft__write_object(&writer);
    member_text(&writer, "tool", "weft-fanout " WEFT_VERSION);
    member_text(&writer, "started_at", started_at);
    write_options(&writer, figures);
    write_outcomes(&writer, figures);
    write_failures(&writer, figures->tally);
    open_object(&writer, "modes");
    for (int mode = 0; mode < FANOUT_KINDS; mode++)
        write_mode(&writer, figures, (fanout_mode)mode);
    weft__write_object_end(&writer);
    write_network(&writer, figures);
    write_generator(&writer, figures);
    write_timeline(&writer, &figures->tally->timeline);
    weft__write_object_end(&writer);
    made = weft__buffer_append_char(&text, '\n');
    if (made)
        fwrite(text.data, 1, text.len, out);
    weft__buffer_deinit(&text);
    weft__heap_deinit(&heap);
    return made;
}
