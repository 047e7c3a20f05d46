/* Servers that mean harm, by a seed: answers that are mutated, cut, doubled, folded in pieces, sent too early or aimed
 * at somebody else. Each request carries a tag of its own, and so does what is said in answer to it. Whatever comes,
 * each call is reported once, no call gets what was said to another, nothing that may have been acted on is sent
 * again, credentials stay at home, and nothing is left behind - also when every fiftieth allocation fails. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "enemy_server.h"
#include "test.h"

#include "any_result.h"
#include "weft/weft.h"

enum { CALLS = 120, SERVERS = 2, SEEDS = 40 };

typedef struct siege siege;

/* One call, from submission to report. Its index is its tag. */
typedef struct hostage {
    siege *assault;
    weft_call *call;
    weft_stream *stream; /* or NULL */
    unsigned reports;
    bool started; /* there was memory for the handle */
    bool live;
    bool is_run;   /* must not be sent twice */
    bool kept;     /* by a reference */
    bool acted_on; /* the server has read it and not turned it away */
    char path[64]; /* of a file that the answer is saved to; or "" */
} hostage;

struct siege {
    test_loop loop;
    enemy_server servers[SERVERS];
    uv_timer_t driver;
    weft_engine *engine;
    weft_client *client;
    hostage victims[CALLS];
    unsigned count;
    uint64_t random;
    long blocks;           /* of the engine, not yet released */
    uint32_t fails_one_in; /* 0 = memory is never short */
    uint64_t memory_random;
    unsigned closes;
    char directory[32];
};

static uint32_t draw(siege *assault, uint32_t below)
{
    return enemy_draw(&assault->random, below);
}

/* ---- memory ---------------------------------------------------------------------------------------------------- */

static bool is_short(siege *assault)
{
    return assault->fails_one_in && enemy_draw(&assault->memory_random, assault->fails_one_in) == 0;
}

static void *take(size_t size, void *context)
{
    siege *assault = context;
    void *block = is_short(assault) ? NULL : malloc(size);

    assault->blocks += block != NULL;
    return block;
}

static void *retake(void *block, size_t size, void *context)
{
    return is_short(context) ? NULL : realloc(block, size);
}

static void give_back(void *block, void *context)
{
    ((siege *)context)->blocks--;
    free(block);
}

/* ---- what the servers see ------------------------------------------------------------------------------------- */

/* The request's tag; ENEMY_NO_TAG when it has none. */
static unsigned tag_of(const char *request, size_t len)
{
    const char *at = memmem(request, len, "/t/", 3);
    char *end;
    unsigned long tag;

    if (!at)
        return ENEMY_NO_TAG;
    tag = strtoul(at + 3, &end, 10);
    return end == at + 3 || tag >= CALLS ? ENEMY_NO_TAG : (unsigned)tag;
}

static unsigned on_request(enemy_server *server, const char *request, size_t len)
{
    siege *assault = server->arg;
    unsigned tag = tag_of(request, len);

    if (server != &assault->servers[0] && memmem(request, len, "secret", 6))
        test_fail(__FILE__, __LINE__, "credentials have gone abroad");
    if (tag < CALLS && assault->victims[tag].is_run && assault->victims[tag].acted_on)
        test_fail(__FILE__, __LINE__, "run %u was sent again", tag);
    return tag;
}

static void on_answer(enemy_server *server, unsigned tag, bool turned_away)
{
    if (tag < CALLS)
        ((siege *)server->arg)->victims[tag].acted_on = !turned_away;
}

/* ---- the calls ------------------------------------------------------------------------------------------------- */

/* Finds what was said to somebody else. What nobody had asked for (ENEMY_NO_TAG) may hit anybody. */
static void look_for_foreign_tags(const hostage *victim, const char *bytes, size_t len)
{
    unsigned own = (unsigned)(victim - victim->assault->victims);

    for (const char *at = bytes; at && (at = memmem(at, len - (size_t)(at - bytes), "<tag ", 5)) != NULL; at += 5) {
        char digits[8] = "";
        size_t left = len - (size_t)(at - bytes) - 5, n = 0;

        while (n < left && n < 7 && at[5 + n] >= '0' && at[5 + n] <= '9') {
            digits[n] = at[5 + n];
            n++;
        }
        if (n < left && at[5 + n] == '>' && strtoul(digits, NULL, 10) < CALLS && strtoul(digits, NULL, 10) != own)
            test_fail(__FILE__, __LINE__, "call %u got what was said to %s", own, digits);
    }
}

static void meddle(siege *assault);

static void on_report(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    hostage *victim = arg;
    weft_call_details details;
    weft_str body = weft_call_get_body(call);
    weft_str_pair header;

    (void)result;
    victim->reports++;
    victim->live = false;
    if (error && (!error->message || !error->message[0] || strpbrk(error->message, "\r\n")))
        test_fail(__FILE__, __LINE__, "an error that is no line: %s", error->message ? error->message : "NULL");
    if (error && strstr(error->message, "secret"))
        test_fail(__FILE__, __LINE__, "an error that tells a secret: %s", error->message);
    if (body.ptr)
        look_for_foreign_tags(victim, body.ptr, body.len);
    if (error && error->body.ptr)
        look_for_foreign_tags(victim, error->body.ptr, error->body.len);
    weft_call_get_details(call, &details);
    for (size_t i = 0; weft_call_get_header_at(call, i, &header); i++)
        if (strlen(header.name.ptr) != header.name.len)
            test_fail(__FILE__, __LINE__, "a header's name is no text");
    if (draw(victim->assault, 6) == 0) {
        weft_call_ref(call);
        victim->kept = true;
    }
    if (draw(victim->assault, 4) == 0)
        meddle(victim->assault);
}

ANY_RESULT(on_report, on_http_report, weft_http_response)
ANY_RESULT(on_report, on_stromboli_run_report, weft_stromboli_run_response)

static void on_stream_end(weft_stream *stream, const weft_error *error, void *arg)
{
    on_report(weft_stream_get_call(stream), error, NULL, arg);
}

static void on_stream_event(weft_stream *stream, const weft_event *event, void *arg)
{
    hostage *victim = arg;

    if (!victim->live)
        test_fail(__FILE__, __LINE__, "an event after the end");
    look_for_foreign_tags(victim, event->data.ptr, event->data.len);
    if (event->data.ptr[event->data.len] != '\0')
        test_fail(__FILE__, __LINE__, "an event that is not terminated");
    if (draw(victim->assault, 8) == 0)
        weft_stream_pause(stream);
    if (draw(victim->assault, 20) == 0)
        meddle(victim->assault);
}

static void on_data(weft_call *call, const void *bytes, size_t len, void *arg)
{
    hostage *victim = arg;

    look_for_foreign_tags(victim, bytes, len);
    if (draw(victim->assault, 5) == 0)
        weft_call_pause(call);
    if (draw(victim->assault, 10) == 0)
        meddle(victim->assault);
}

static void submit_request(hostage *victim, const char *path)
{
    siege *assault = victim->assault;
    uint32_t manner = draw(assault, 4);

    if (manner == 1)
        snprintf(victim->path, sizeof(victim->path), "%s/%u", assault->directory,
                 (unsigned)(victim - assault->victims));
    victim->call = weft_http_send(assault->client,
                                  &(weft_http_request){
                                      .method = draw(assault, 8) ? "GET" : "HEAD",
                                      .path = path,
                                      .on_data = manner == 0 ? on_data : NULL,
                                      .save_to = manner == 1 ? victim->path : NULL,
                                  },
                                  NULL, on_http_report, victim);
}

static void submit_run(hostage *victim, const char *path)
{
    static char large[12000];
    siege *assault = victim->assault;

    if (!large[0])
        memset(large, 'x', sizeof(large) - 1);
    victim->is_run = true;
    victim->call = weft_http_send(
        assault->client,
        &(weft_http_request){
            .method = "POST", .path = path, .body = {.bytes = large, .bytes_len = draw(assault, sizeof(large))}},
        NULL, on_http_report, victim);
}

static void submit(siege *assault)
{
    hostage *victim = &assault->victims[assault->count];
    char path[32];

    if (assault->count == CALLS || !assault->client)
        return;
    snprintf(path, sizeof(path), "/t/%u", assault->count++);
    victim->assault = assault;
    victim->live = true;
    switch (draw(assault, 6)) {
    case 0:
    case 1:
        submit_request(victim, path);
        break;
    case 2:
        victim->stream = weft_stromboli_stream(
            assault->client, &(weft_stromboli_stream_request){.prompt = path}, NULL,
            &(weft_stream_callbacks){.on_event = on_stream_event, .on_end = on_stream_end}, victim);
        victim->call = victim->stream ? weft_stream_get_call(victim->stream) : NULL;
        break;
    case 3:
        victim->is_run = true;
        victim->call = weft_stromboli_run(assault->client, &(weft_stromboli_run_request){.prompt = path}, NULL,
                                          on_stromboli_run_report, victim);
        break;
    default:
        submit_run(victim, path);
    }
    victim->started = victim->call != NULL;
    if (victim->started && !victim->live)
        test_fail(__FILE__, __LINE__, "reported from within");
    victim->live = victim->started;
}

static void resume(hostage *victim)
{
    if (victim->stream)
        weft_stream_resume(victim->stream);
    else
        weft_call_resume(victim->call);
}

/* What a careless caller does meanwhile. */
static void meddle(siege *assault)
{
    hostage *victim = assault->count ? &assault->victims[draw(assault, assault->count)] : NULL;

    switch (draw(assault, 6)) {
    case 0:
        if (victim && victim->live && draw(assault, 3) == 0)
            weft_call_cancel(victim->call);
        break;
    case 1:
        if (victim && victim->live)
            victim->stream ? weft_stream_pause(victim->stream) : weft_call_pause(victim->call);
        break;
    case 2:
        if (victim && victim->kept) {
            weft_call_cancel(victim->call);
            weft_call_unref(victim->call);
            victim->kept = false;
        }
        break;
    default:
        if (assault->engine)
            submit(assault);
    }
}

static void on_engine_closed(void *arg)
{
    ((siege *)arg)->closes++;
}

static void on_driver(uv_timer_t *timer)
{
    siege *assault = timer->data;
    bool all_over = assault->count == CALLS || !assault->client;

    for (uint32_t i = draw(assault, 8); i > 0; i--)
        meddle(assault);
    for (unsigned i = 0; i < assault->count; i++) {
        if (assault->victims[i].live && draw(assault, 2))
            resume(&assault->victims[i]);
        all_over = all_over && !assault->victims[i].live;
    }
    if (!all_over && draw(assault, 300) != 0)
        return;
    uv_close((uv_handle_t *)timer, NULL);
    weft_engine_close(assault->engine, on_engine_closed, assault);
    assault->engine = NULL;
}

/* ---- the test -------------------------------------------------------------------------------------------------- */

static weft_client *make_client(siege *assault)
{
    char url[64];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d", assault->servers[0].port);
    return weft_stromboli_client(assault->engine,
                                 &(weft_client_options){
                                     .base_url = url,
                                     .token = "secret-token",
                                     .headers = &(weft_pair){"X-Key", "secret-header"},
                                     .headers_count = 1,
                                     .query = &(weft_pair){"key", "secret-query"},
                                     .query_count = 1,
                                     .timeouts = {.first_byte_ms = 15, .idle_ms = 15, .total_ms = 300},
                                     .stream_timeouts = {.first_byte_ms = 15, .idle_ms = 15, .total_ms = 300},
                                     .max_body_bytes = 20000,
                                     .max_event_bytes = 9000,
                                     .retries = {.first_backoff_ms = 2, .max_backoff_ms = 5, .max_retry_after_ms = 20},
                                 },
                                 NULL);
}

static bool servers_start(siege *assault)
{
    for (int i = 0; i < SERVERS; i++) {
        assault->servers[i] = (enemy_server){
            .random = &assault->random, .on_request = on_request, .on_answer = on_answer, .arg = assault};
        if (!enemy_server_start(&assault->servers[i], &assault->loop))
            return false;
    }
    for (int i = 0; i < SERVERS; i++)
        assault->servers[i].other_port = assault->servers[(i + 1) % SERVERS].port;
    return true;
}

static bool assault_start(siege *assault, uint64_t seed)
{
    weft_allocator allocator = {take, retake, give_back, assault};

    memset(assault, 0, sizeof(*assault));
    assault->random = seed * 0x9E3779B97F4A7C15u + 1;
    assault->memory_random = assault->random ^ 0x5555;
    strcpy(assault->directory, "/tmp/weft-hostile-XXXXXX");
    if (!mkdtemp(assault->directory) || !test_loop_open(&assault->loop) || !servers_start(assault))
        return false;
    assault->engine = weft_engine_new(
        &assault->loop.uv,
        &(weft_engine_options){
            .allocator = &allocator, .max_connections_per_origin = 8, .max_streams_per_origin = 4, .random_seed = seed},
        NULL);
    assault->client = make_client(assault);
    assault->fails_one_in = seed % 2 ? 0 : 50;
    uv_timer_init(&assault->loop.uv, &assault->driver);
    assault->driver.data = assault;
    uv_timer_start(&assault->driver, on_driver, 1, 1);
    return assault->client != NULL;
}

/* Each reported once; what was kept is let go. */
static bool victims_end(siege *assault)
{
    bool ok = true;

    for (unsigned i = 0; i < assault->count; i++) {
        hostage *victim = &assault->victims[i];

        ok = victim->reports == (victim->started ? 1u : 0u) && ok;
        if (victim->kept)
            weft_call_unref(victim->call);
        if (victim->path[0])
            unlink(victim->path);
    }
    if (!ok)
        test_fail(__FILE__, __LINE__, "a call was not reported exactly once");
    return ok;
}

static bool assault_end(siege *assault)
{
    bool ok = victims_end(assault);

    for (int i = 0; i < SERVERS; i++)
        ok = enemy_server_stop(&assault->servers[i]) && ok;
    if (assault->closes != 1 || assault->blocks != 0 || rmdir(assault->directory) != 0) {
        test_fail(__FILE__, __LINE__,
                  "the engine's closing was reported %u times, %ld blocks are left, and maybe files", assault->closes,
                  assault->blocks);
        ok = false;
    }
    return test_loop_close(&assault->loop) && ok;
}

TEST(hostile_server_harms_nobody_but_the_call_it_answers)
{
    static siege assault;
    const char *only = getenv("HOSTILE_SEED"), *count = getenv("HOSTILE_SEEDS");
    uint64_t first = only ? strtoull(only, NULL, 10) : 1;
    uint64_t last = only ? first : count ? strtoull(count, NULL, 10) : SEEDS;

    signal(SIGPIPE, SIG_IGN); /* of the servers: libuv's own writes raise it */
    for (uint64_t seed = first; seed <= last; seed++) {
        bool ok = assault_start(&assault, seed);

        ok = ok && test_loop_run(&assault.loop);
        if (!ok || !assault_end(&assault)) {
            test_fail(__FILE__, __LINE__, "HOSTILE_SEED=%llu", (unsigned long long)seed);
            break;
        }
    }
    signal(SIGPIPE, SIG_DFL);
}
