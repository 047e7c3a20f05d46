/* stromboli.c - a Stromboli as weft may meet it, behind whatever may stand before it; and, below /get and /post, any
 * other server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_server.h"
#include "ledger.h"
#include "user.h"
#include "world.h"

static uint64_t thinking(void)
{
    bool slow = world_strikes(FAULT_SLOW, 250), little = world_chance(700);

    if (slow)
        return world_below(world_chance(200) ? 60 * SECOND : 3 * SECOND);
    return world_below(little ? 2 * MILLISECOND : 200 * MILLISECOND);
}

/* What stands before the service fails, and the service never heard of it. */
static void answer_malformed(http_peer *peer, uint64_t at)
{
    static const char *const texts[] = {
        "nothing that HTTP knows\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nBad Header: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n{\"a",
        "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
        "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    };

    at = http_send(peer, at, texts[world_below(sizeof(texts) / sizeof(*texts))]);
    http_end(peer, at + world_below(50 * MILLISECOND));
}

/* When to come back, in one of the ways to say so. False when nothing says it. */
static bool say_when(char *line, size_t size)
{
    unsigned seconds = (unsigned)world_below(world_chance(200) ? 100 : 4);

    switch (world_below(6)) {
    case 0:
        *line = '\0';
        return false;
    case 1:
        snprintf(line, size, "Retry-After: %u\r\n", seconds);
        break;
    case 2:
        snprintf(line, size, "Retry-After-Ms: %u\r\n", (unsigned)world_below(3000));
        break;
    case 3:
        snprintf(line, size, "X-RateLimit-Reset: %llu\r\n",
                 (unsigned long long)(world.there / SECOND + WORLD_EPOCH_S + seconds));
        break;
    case 4:
        snprintf(line, size, "Retry-After: 1.5\r\n");
        break;
    default:
        snprintf(line, size, "Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
        break;
    }
    return true;
}

static void refuse(http_peer *peer, uint64_t at, int number)
{
    char line[160];
    int status = world_chance(500) ? 429 : 503;

    if (say_when(line, sizeof(line)) || status == 429)
        ledger_refuse(number);
    http_answer(peer, at, status, line, "application/json", "{\"error\":\"not now\"}");
}

/* A proxy gave up: whether the server behind it had begun, nobody knows but the ledger. */
static void answer_as_gateway(http_peer *peer, uint64_t at)
{
    static const int statuses[] = {408, 502, 504};

    http_answer(peer, at, statuses[world_below(3)], "", "text/plain", "gateway trouble");
}

typedef enum stream_end {
    STREAM_DONE,
    STREAM_ERROR,
    STREAM_ENDED, /* in order, without a final event */
    STREAM_CUT,
    STREAM_RESET,
    STREAM_SILENT,
} stream_end;

static stream_end any_stream_end(void)
{
    stream_end end = STREAM_DONE;

    if (world_strikes(FAULT_END, 200))
        end = world_chance(500) ? STREAM_ENDED : STREAM_CUT;
    if (world_strikes(FAULT_RESET, 80))
        end = STREAM_RESET;
    if (world_strikes(FAULT_SILENCE, 60))
        end = STREAM_SILENT;
    if (world_strikes(FAULT_GATEWAY, 100))
        end = STREAM_ERROR;
    return end;
}

static void on_event_sent(void *arg)
{
    ((ledger_entry *)arg)->events++;
}

static uint64_t send_event(http_peer *peer, uint64_t at, bool chunked, const char *text, ledger_entry *entry)
{
    char chunk[260];

    if (chunked)
        snprintf(chunk, sizeof(chunk), "%zx\r\n%s\r\n", strlen(text), text);
    else
        snprintf(chunk, sizeof(chunk), "%s", text);
    if (world_chance(100))
        http_send(peer, at, chunked ? "9\r\n: alive\n\n\r\n" : ": alive\n\n");
    at += 1 + world_below(world_chance(100) ? 5 * SECOND : 200 * MILLISECOND);
    return http_send_and_tell(peer, at, chunk, on_event_sent, entry);
}

static void finish_stream(http_peer *peer, uint64_t at, bool chunked, stream_end end)
{
    bool whole = chunked && end != STREAM_CUT;

    if (end == STREAM_SILENT)
        return;
    if (end == STREAM_RESET) {
        http_abort(peer, at);
        return;
    }
    if (whole)
        at = http_send(peer, at, "0\r\n\r\n");
    if (whole && world_chance(700))
        http_free(peer, at);
    else
        http_end(peer, at);
}

static void answer_stream(http_peer *peer, uint64_t at, int number)
{
    ledger_entry *entry = ledger_get(number);
    unsigned count = (unsigned)world_below(12);
    bool chunked = world_chance(700);
    stream_end end = any_stream_end();
    char text[200];

    snprintf(text, sizeof(text), "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n%s\r\n",
             chunked ? "Transfer-Encoding: chunked\r\n" : "");
    at = http_send(peer, at, text);
    for (unsigned i = 0; i < count; i++) {
        snprintf(text, sizeof(text), "data: line-%d-%u\n\n", number, i);
        at = send_event(peer, at, chunked, text, entry);
    }
    snprintf(text, sizeof(text), "event: error\ndata: failed-%d\n\n", number);
    if (end == STREAM_DONE)
        snprintf(text, sizeof(text), "event: done\ndata: {\"id\":\"run-%d\"}\n\n", number);
    if (end == STREAM_DONE || end == STREAM_ERROR)
        at = send_event(peer, at, chunked, text, entry);
    entry->done_planned = end == STREAM_DONE;
    finish_stream(peer, at + world_below(20 * MILLISECOND), chunked, end);
}

static void answer_async_run(http_peer *peer, uint64_t at, int number)
{
    ledger_entry *entry = ledger_get(number);
    char text[64];

    entry->is_job = true;
    entry->job_ends = at + world_below(world_has(FAULT_SLOW) ? 40 * SECOND : 6 * SECOND);
    entry->job_status = world_chance(800) ? "completed" : "failed";
    snprintf(text, sizeof(text), "{\"job_id\":\"job-%d\"}", number);
    http_answer_json(peer, at, text);
}

static void answer_job(http_peer *peer, uint64_t at, int number)
{
    const ledger_entry *job = ledger_get(number);
    const char *status;
    char text[200];

    if (!job || !job->is_job) {
        http_answer(peer, at, 404, "", "application/json", "{\"error\":\"job not found\"}");
        return;
    }
    status = at + 2 * SECOND < job->job_ends ? "pending" : at < job->job_ends ? "running" : job->job_status;
    snprintf(text, sizeof(text), "{\"id\":\"job-%d\",\"status\":\"%s\",\"output\":\"out-%d\"}", number, status, number);
    http_answer_json(peer, at, text);
}

static void check_upload(const http_asked *asked, int number)
{
    size_t i = 0;

    while (i < asked->body_len && asked->body[i] == user_upload_byte(i))
        i++;
    INVARIANT(REQUESTS, i == USER_UPLOAD_BYTES && i == asked->body_len, "upload %d: %zu of %zu bytes are right", number,
              i, asked->body_len);
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static void answer_well(http_peer *peer, uint64_t at, const http_asked *asked, int number)
{
    char text[200];

    if (begins(asked->target, "/post/up"))
        check_upload(asked, number);
    if (begins(asked->target, "/run/stream")) {
        answer_stream(peer, at, number);
    } else if (begins(asked->target, "/run/async")) {
        answer_async_run(peer, at, number);
    } else if (begins(asked->target, "/run")) {
        snprintf(text, sizeof(text), "{\"id\":\"run-%d\",\"status\":\"completed\",\"output\":\"out-%d\"}", number,
                 number);
        http_answer_json(peer, at, text);
    } else if (begins(asked->target, "/jobs/job-") && begins(asked->method, "DELETE")) {
        http_answer_json(peer, at, "{\"cancelled\":true}");
    } else if (begins(asked->target, "/jobs/job-")) {
        answer_job(peer, at, atoi(asked->target + strlen("/jobs/job-")));
    } else if (begins(asked->target, "/jobs")) {
        http_answer_json(peer, at, "{\"jobs\":[{\"id\":\"job-1\",\"status\":\"running\"},null]}");
    } else {
        snprintf(text, sizeof(text), "echo-%d", number);
        http_answer(peer, at, 200, "", "text/plain", text);
    }
}

/* The service has begun, and something happens to it or to its answer. False = nothing does. */
static bool befalls(http_peer *peer, uint64_t at, const http_asked *asked)
{
    if (world_strikes(FAULT_RESET, 15)) {
        http_abort(peer, at);
    } else if (world_strikes(FAULT_END, 15)) {
        http_end(peer, at);
    } else if (world_strikes(FAULT_SILENCE, 15)) {
        return true;
    } else if (world_strikes(FAULT_GATEWAY, 25)) {
        http_answer(peer, at, 500, "", "application/json", "{\"error\":\"it failed\",\"status\":\"error\"}");
    } else if (begins(asked->target, "/get/") && world_chance(100)) {
        http_answer(peer, at, world_chance(500) ? 302 : 307, "Location: /got/1\r\n", NULL, "");
    } else {
        return false;
    }
    return true;
}

static void on_request(http_peer *peer, const http_asked *asked)
{
    const char *said = http_header(asked, "\r\nX-Id:");
    int number = said ? atoi(said) : 0;
    bool acts = begins(asked->target, "/run") || begins(asked->target, "/post");
    bool by_gateway;
    uint64_t at = world.there + thinking();

    INVARIANT(REQUESTS, ledger_get(number), "a request without a number: %s %s", asked->method, asked->target);
    if (!ledger_get(number))
        return;
    world_log("the server gets %s %.60s, number %d", asked->method, asked->target, number);
    ledger_receive(number, acts);
    if (world_strikes(FAULT_REFUSAL, 80)) {
        refuse(peer, at, number);
        return;
    }
    if (world_strikes(FAULT_MALFORMED, 6)) {
        ledger_get(number)->masked = true;
        answer_malformed(peer, at);
        return;
    }
    by_gateway = world_strikes(FAULT_GATEWAY, 25);
    if (acts)
        ledger_act(number);
    if (by_gateway)
        answer_as_gateway(peer, at);
    else if (!befalls(peer, at, asked))
        answer_well(peer, at, asked, number);
}

const http_service stromboli_service = {"Stromboli", on_request};
