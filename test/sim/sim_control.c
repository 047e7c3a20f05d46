/* sim_control.c - the requests below /__sim: what was served, what was sent, and starting afresh. */
#include <string.h>

#include "sim_service.h"

static void write_service(const sim_mount *mount, weft__writer *writer)
{
    sim_put_name(writer, mount->service->name);
    weft__write_object(writer);
    for (size_t i = 0; i < mount->service->operation_count; i++)
        if (mount->counts[i] > 0)
            sim_put_int(writer, mount->service->operations[i].name, (int64_t)mount->counts[i]);
    sim_put_int(writer, "(unknown)", (int64_t)mount->unrouted);
    weft__write_object_end(writer);
}

static void write_mishaps(const sim_server *sim, weft__writer *writer)
{
    uint64_t kept = sim->malformed < SIM_MISHAPS_MAX ? sim->malformed : SIM_MISHAPS_MAX;

    sim_put_int(writer, "malformed", (int64_t)sim->malformed);
    sim_put_name(writer, "malformed_last");
    weft__write_array(writer);
    for (uint64_t i = sim->malformed - kept; i < sim->malformed; i++) {
        const sim_mishap *mishap = &sim->mishaps[i % SIM_MISHAPS_MAX];

        weft__write_object(writer);
        sim_put_int(writer, "number", (int64_t)mishap->number);
        sim_put_text(writer, "reason", mishap->text);
        weft__write_object_end(writer);
    }
    weft__write_array_end(writer);
}

static void write_http(const sim_http_counts *counts, weft__writer *writer)
{
    sim_put_int(writer, "connections", (int64_t)counts->connections);
    sim_put_int(writer, "connections_open", (int64_t)counts->connections_open);
    sim_put_int(writer, "connections_open_max", (int64_t)counts->connections_open_max);
    sim_put_int(writer, "connections_refused", (int64_t)counts->connections_refused);
    sim_put_int(writer, "responses", (int64_t)counts->responses);
    sim_put_int(writer, "streams", (int64_t)counts->streams);
    sim_put_int(writer, "streams_open", (int64_t)counts->streams_open);
    sim_put_int(writer, "streams_open_max", (int64_t)counts->streams_open_max);
    sim_put_int(writer, "aborted", (int64_t)counts->aborted);
    sim_put_int(writer, "bytes_in", (int64_t)counts->bytes_in);
    sim_put_int(writer, "bytes_out", (int64_t)counts->bytes_out);
}

void sim_write_stats(sim_server *sim, weft__buffer *out)
{
    weft__writer writer;

    weft__buffer_clear(out);
    weft__writer_init(&writer, out);
    weft__write_object(&writer);
    sim_put_int(&writer, "requests", (int64_t)sim->requests);
    sim_put_int(&writer, "rate_limited", (int64_t)sim->rate_limited);
    sim_put_int(&writer, "unavailable", (int64_t)sim->unavailable);
    sim_put_int(&writer, "unauthorized", (int64_t)sim->unauthorized);
    sim_put_int(&writer, "dropped", (int64_t)sim->dropped);
    sim_put_int(&writer, "webhooks_delivered", (int64_t)sim->webhooks.delivered);
    sim_put_int(&writer, "webhooks_failed", (int64_t)sim->webhooks.failed);
    sim_put_int(&writer, "webhooks_refused", (int64_t)sim->webhooks.refused);
    write_mishaps(sim, &writer);
    write_http(&sim->http.counts, &writer);
    sim_put_name(&writer, "operations");
    weft__write_object(&writer);
    for (size_t i = 0; i < sim->mount_count; i++)
        write_service(&sim->mounts[i], &writer);
    weft__write_object_end(&writer);
    weft__write_object_end(&writer);
}

void sim_reset(sim_server *sim)
{
    sim_http_counts *counts = &sim->http.counts;

    *counts = (sim_http_counts){
        .connections_open = counts->connections_open,
        .connections_open_max = counts->connections_open,
        .streams_open = counts->streams_open,
        .streams_open_max = counts->streams_open,
    };
    sim->requests = sim->malformed = 0;
    sim->rate_limited = sim->unavailable = sim->dropped = sim->unauthorized = 0;
    sim->webhooks.delivered = sim->webhooks.failed = sim->webhooks.refused = 0;
    sim->tokens = sim->options.rate_burst;
    sim->refilled_ms = sim_now_ms(sim);
    sim_recorder_clear(sim->recorder);
    for (size_t i = 0; i < sim->mount_count; i++) {
        sim_mount *mount = &sim->mounts[i];

        mount->unrouted = 0;
        memset(mount->counts, 0, mount->service->operation_count * sizeof(*mount->counts));
        mount->service->reset(mount->state);
    }
}

static bool path_is(weft_str path, const char *text)
{
    return path.len == strlen(text) && memcmp(path.ptr, text, path.len) == 0;
}

void sim_control(sim_server *sim, sim_exchange *exchange, weft_str path)
{
    static const char json[] = "application/json; charset=utf-8";
    weft__buffer *body = &sim->body;
    weft__writer writer;
    weft_str raw;

    if (path_is(path, "/__sim/stats")) {
        sim_write_stats(sim, body);
        sim_reply(exchange, 200, json, body->data, body->len);
    } else if (path_is(path, "/__sim/requests")) {
        weft__buffer_clear(body);
        weft__writer_init(&writer, body);
        sim_record_write(sim->recorder, &writer);
        sim_reply(exchange, 200, json, body->data, body->len);
    } else if (path_is(path, "/__sim/last")) {
        raw = sim_record_raw(sim->recorder, 0);
        sim_reply(exchange, raw.ptr ? 200 : 404, "application/octet-stream", raw.ptr, raw.len);
    } else if (path_is(path, "/__sim/reset")) {
        sim_reset(sim);
        sim_reply(exchange, 200, json, "{}", 2);
    } else {
        sim_reply(exchange, 404, "text/plain", "no such control\n", 16);
    }
}
