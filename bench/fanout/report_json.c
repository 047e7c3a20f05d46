#include "fanout/json.h"
#include "fanout/report.h"
#include "fanout/service.h"

#include <string.h>

static void write_percentile(fanout_json *out, const fanout_histogram *histogram, double percent)
{
    char name[32];

    snprintf(name, sizeof(name), "p%g", percent);
    json_member_ms(out, name, histogram_percentile(histogram, percent));
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
static void write_buckets(fanout_json *out, const fanout_histogram *histogram)
{
    histogram_bucket bucket;
    size_t cursor = 0;

    json_name(out, "buckets_ns");
    json_array(out);
    while (histogram_next(histogram, &cursor, &bucket)) {
        json_array(out);
        json_int(out, bucket.highest);
        json_int(out, bucket.count);
        json_array_end(out);
    }
    json_array_end(out);
}

static void write_histogram(fanout_json *out, const char *name, const fanout_histogram *histogram,
                            const fanout_options *options)
{
    json_member_object(out, name);
    json_member_int(out, "count", histogram->count);
    if (histogram->count) {
        json_member_ms(out, "min", histogram->min);
        json_member_ms(out, "mean", (uint64_t)histogram_mean(histogram));
        for (int i = 0; i < FIGURES_PERCENTILES; i++)
            write_percentile(out, histogram, figures_percentiles[i]);
        for (size_t i = 0; i < options->percentile_count; i++)
            if (!is_usual(options->percentiles[i]))
                write_percentile(out, histogram, options->percentiles[i]);
        json_member_ms(out, "max", histogram->max);
        write_buckets(out, histogram);
    }
    json_object_end(out);
}

static void write_options(fanout_json *out, const fanout_figures *figures)
{
    const fanout_options *options = figures->options;

    json_member_object(out, "options");
    json_member_text(out, "service", options->service->name);
    json_member_text(out, "url", options->url);
    json_member_text(out, "mode", options_mode_name(options->mode));
    json_member_text(out, "prompts", options->prompts_path);
    json_member_int(out, "prompt_count", figures->prompt_count);
    json_member_int(out, "requests", figures->total);
    json_member_int(out, "concurrency", options->concurrency);
    json_member_int(out, "connections", options_connections(options));
    json_member_number(out, "rate", options->rate);
    json_member_number(out, "ramp_up_seconds", (double)options->ramp_up_ms / 1e3);
    json_member_int(out, "retries", options->retries);
    json_member_number(out, "timeout_seconds", (double)options->timeout_ms / 1e3);
    json_member_bool(out, "token", options->token != NULL);
    json_member_text(out, "results", options->results_path);
    json_object_end(out);
}

static void write_outcomes(fanout_json *out, const fanout_figures *figures)
{
    json_member_object(out, "outcomes");
    json_member_int(out, "wanted", figures->total);
    json_member_int(out, "succeeded", figures->succeeded);
    json_member_int(out, "failed", figures->failed);
    json_member_int(out, "not_started", figures->not_started);
    json_member_bool(out, "interrupted", figures->interrupted);
    json_member_int(out, "started_late", figures->tally->late);
    json_member_ms(out, "started_late_max_ms", figures->tally->late_max);
    json_member_number(out, "elapsed_seconds", figures->cost.elapsed);
    json_member_number(out, "succeeded_per_second", figures_rate(figures, figures->succeeded));
    json_object_end(out);
}

static void write_mode(fanout_json *out, const fanout_figures *figures, fanout_mode mode)
{
    const mode_tally *tally = &figures->tally->modes[mode];
    const fanout_options *options = figures->options;

    if (!tally->started)
        return;
    json_member_object(out, options_mode_name(mode));
    json_member_int(out, "started", tally->started);
    json_member_int(out, "succeeded", tally->succeeded);
    json_member_int(out, "failed", tally->failed);
    write_histogram(out, "response_ms", &tally->response, options);
    write_histogram(out, "service_ms", &tally->service, options);
    write_histogram(out, "failure_ms", &tally->failure, options);
    write_histogram(out, "connection_ms", &tally->connection, options);
    if (mode != FANOUT_STREAM && tally->first.count)
        write_histogram(out, "job_accepted_ms", &tally->first, options);
    if (mode == FANOUT_STREAM) {
        write_histogram(out, "first_event_ms", &tally->first, options);
        write_histogram(out, "event_gap_ms", &tally->gap, options);
        json_member_int(out, "events", tally->events);
        json_member_number(out, "events_per_second", figures_rate(figures, tally->events));
    }
    json_object_end(out);
}

static void write_failures(fanout_json *out, const fanout_tally *tally)
{
    json_name(out, "failures");
    json_array(out);
    for (size_t i = 0; i < tally->kind_count; i++) {
        const failure_kind *kind = &tally->kinds[i];

        json_object(out);
        json_member_text(out, "code", kind->name);
        json_member_int(out, "http_status", (uint64_t)kind->http_status);
        json_member_int(out, "count", kind->count);
        json_member_int(out, "example_run", kind->example_run);
        json_member_text(out, "example", kind->example);
        json_object_end(out);
    }
    json_array_end(out);
}

static void write_network(fanout_json *out, const fanout_figures *figures)
{
    const weft_engine_stats *network = &figures->network;

    json_member_object(out, "network");
    json_member_int(out, "connections_opened", network->connections_opened);
    json_member_int(out, "connections_failed", network->connections_failed);
    json_member_int(out, "connections_reused", network->connections_reused);
    json_member_int(out, "bytes_sent", network->bytes_sent);
    json_member_int(out, "bytes_received", network->bytes_received);
    json_member_int(out, "calls_started", network->calls_started);
    json_member_int(out, "events_received", network->events_received);
    json_member_int(out, "tls_handshakes_full", network->tls_handshakes_full);
    json_member_int(out, "tls_handshakes_resumed", network->tls_handshakes_resumed);
    json_member_int(out, "retries", figures->tally->retries);
    json_object_end(out);
}

static void write_generator(fanout_json *out, const fanout_figures *figures)
{
    json_member_object(out, "generator");
    json_member_number(out, "cpu_user_seconds", figures->cost.cpu_user);
    json_member_number(out, "cpu_system_seconds", figures->cost.cpu_system);
    json_member_ms(out, "cpu_per_run_ms", figures_cpu_per_run(figures));
    json_member_int(out, "peak_memory_bytes", figures->cost.peak_memory);
    json_member_number(out, "loop_busy", figures->cost.busy);
    json_member_bool(out, "may_have_been_the_limit", figures->suspect);
    write_histogram(out, "loop_lag_ms", figures->lag, figures->options);
    json_object_end(out);
}

static void write_timeline(fanout_json *out, const fanout_timeline *timeline)
{
    json_member_object(out, "timeline");
    json_member_ms(out, "slot_ms", timeline->width);
    json_name(out, "slots");
    json_array(out);
    for (size_t i = 0; i < timeline->count; i++) {
        const timeline_slot *slot = &timeline->slots[i];

        json_object(out);
        json_member_int(out, "started", slot->started);
        json_member_int(out, "succeeded", slot->succeeded);
        json_member_int(out, "failed", slot->failed);
        json_member_int(out, "events", slot->events);
        json_member_int(out, "in_flight", slot->in_flight);
        json_member_ms(out, "latency_mean_ms", slot->succeeded ? slot->latency_sum / slot->succeeded : 0);
        json_member_ms(out, "latency_max_ms", slot->latency_max);
        json_member_ms(out, "loop_lag_max_ms", slot->lag_max);
        json_object_end(out);
    }
    json_array_end(out);
    json_object_end(out);
}

bool report_json(FILE *out, const fanout_figures *figures)
{
    char started_at[32];
    struct tm utc;
    fanout_buffer text = {0};
    fanout_json json = {.out = &text};
    bool made;

    strftime(started_at, sizeof(started_at), "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&figures->started_at, &utc));
    json_object(&json);
    json_member_text(&json, "tool", "weft-fanout " WEFT_VERSION);
    json_member_text(&json, "started_at", started_at);
    write_options(&json, figures);
    write_outcomes(&json, figures);
    write_failures(&json, figures->tally);
    json_member_object(&json, "modes");
    for (int mode = 0; mode < FANOUT_KINDS; mode++)
        write_mode(&json, figures, (fanout_mode)mode);
    json_object_end(&json);
    write_network(&json, figures);
    write_generator(&json, figures);
    write_timeline(&json, &figures->tally->timeline);
    json_object_end(&json);
    made = buffer_append_char(&text, '\n');
    if (made)
        fwrite(text.data, 1, text.len, out);
    buffer_deinit(&text);
    return made;
}
