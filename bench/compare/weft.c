/* compare/weft.c - weft, by its public interface. */
#include <weft/weft.h>

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "events_client.h"
#include "peer.h"
#include "stall.h"

static peer_run self;
static weft_engine *engine;
static weft_client *client;

/* ---- counting what the system is asked for
 * ------------------------------------------------------------------- */

static long allocations, allocations_at_start;

static void *count_alloc(size_t size, void *context)
{
    (void)context;
    allocations++;
    return malloc(size);
}

static void *count_resize(void *memory, size_t size, void *context)
{
    (void)context;
    allocations++;
    return realloc(memory, size);
}

static void count_release(void *memory, void *context)
{
    (void)context;
    free(memory);
}

static const weft_allocator counting = {count_alloc, count_resize, count_release, NULL};

static void set_up(uint32_t connections)
{
    weft_error_info info;
    weft_engine_options options = {
        .allocator = self.allocations ? &counting : NULL,
        .max_connections_per_origin = connections,
        .max_idle_per_origin = connections,
    };

    weft_tls_options tls = {.ca_file = self.ca_file, .no_session_resumption = strcmp(self.option, "full") == 0};
    weft_client_options client_options = {.base_url = peer_base_url(&self), .tls = self.ca_file ? &tls : NULL};

    stall_watch(&self, uv_default_loop());
    engine = weft_engine_new(uv_default_loop(), &options, &info);
    client = engine ? weft_stromboli_client(engine, &client_options, &info) : NULL;
    if (!client)
        peer_fail(&self, "weft", info.message);
}

static void tear_down(void)
{
    weft_engine_close(engine, NULL, NULL);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

/* ---- requests and answers
 * ------------------------------------------------------------------------------------ */

static void ask(void);

static void on_run(weft_call *call, const weft_error *error, const weft_stromboli_run_response *run, void *arg)
{

    (void)call;
    (void)arg;
    if (error)
        peer_fail(&self, "run", error->message);
    if (run->output.len == 0)
        peer_fail(&self, "run", "no output");
    peer_answered(&self);
    if (self.answered == self.warm_up)
        allocations_at_start = allocations;
    ask();
}

static void ask(void)
{
    if (!peer_take(&self))
        return;
    if (!weft_stromboli_run(client, &(weft_stromboli_run_request){.prompt = peer_prompt()}, NULL, on_run, NULL))
        peer_fail(&self, "run", "out of memory");
}

static void post(void)
{
    set_up((uint32_t)self.connections);
    for (int i = 0; i < self.connections; i++)
        ask();
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    if (self.allocations)
        peer_report(&self, (double)(allocations - allocations_at_start) / (double)self.count);
    else if (self.stall)
        peer_report(&self, stall_longest_us());
    else
        peer_report_cpu(&self, self.count);
    tear_down();
}

/* ---- event streams
 * ------------------------------------------------------------------------------------------- */

static int control = -1;
static int open_streams;

static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    (void)stream;
    (void)arg;
    if (event->data.len == 0)
        peer_fail(&self, "event", "no data");
    if (control >= 0)
        rounds_count(&self, control, 1);
    else
        self.answered++;
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    (void)stream;
    (void)arg;
    if (error && error->code != WEFT_E_CLOSED)
        peer_fail(&self, "stream", error->message);
    if (--open_streams == 0)
        peer_end(&self);
}

static void open_all_streams(void)
{
    static const weft_stream_callbacks callbacks = {.on_event = on_event, .on_end = on_end};

    for (int i = 0; i < self.connections; i++, open_streams++)
        if (!weft_stromboli_stream(client, &(weft_stromboli_stream_request){.prompt = "hi"}, NULL, &callbacks, NULL))
            peer_fail(&self, "stream", "out of memory");
}

static void events(void)
{
    set_up(0);
    if (strcmp(self.work, "rounds") == 0)
        control = rounds_open(&self);
    peer_begin(&self);
    open_all_streams();
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    if (self.answered < self.count)
        peer_fail(&self, "streams", "fewer events than were sent");
    peer_report_cpu(&self, self.count);
    tear_down();
}

/* ---- memory
 * -------------------------------------------------------------------------------------------------- */

static double heap_bytes(void)
{
    struct mallinfo2 info = mallinfo2();

    return (double)(info.uordblks + info.hblkhd);
}

static void run_until_all_have_an_event(void)
{
    while (self.answered < self.connections)
        uv_run(uv_default_loop(), UV_RUN_ONCE);
}

/* Heap for each stream that has had its first event, and waits. */
static void idle_streams(void)
{
    double before;

    set_up(0);
    before = heap_bytes();
    open_all_streams();
    run_until_all_have_an_event();
    peer_report(&self, (heap_bytes() - before) / self.connections);
    tear_down();
}

static void on_queued(weft_call *call, const weft_error *error, const weft_stromboli_run_response *result, void *arg)
{
    (void)call;
    (void)result;
    (void)arg;
    if (!error || error->code != WEFT_E_CLOSED)
        peer_fail(&self, "queued call", error ? error->message : "answered");
}

/* Heap for each call that waits for a connection; the server never answers on the only one. */
static void queued_calls(void)
{
    weft_stromboli_run_request request = {.prompt = peer_prompt()};
    double before;

    set_up(1);
    before = heap_bytes();
    for (long i = 0; i < self.count; i++)
        if (!weft_stromboli_run(client, &request, NULL, on_queued, NULL))
            peer_fail(&self, "run", "out of memory");
    peer_report(&self, (heap_bytes() - before) / (double)self.count);
    tear_down();
}

/* ---- a long queue
 * -------------------------------------------------------------------------------------------- */

static long ended;

static void on_queue_end(weft_call *call, const weft_error *error, const weft_stromboli_run_response *result, void *arg)
{
    (void)call;
    (void)result;
    (void)arg;
    if (error && error->code != WEFT_E_CANCELLED)
        peer_fail(&self, "queued call", error->message);
    if (++ended == self.count)
        peer_end(&self);
}

static void on_warm_up(weft_call *call, const weft_error *error, const weft_stromboli_run_response *result, void *arg)
{
    (void)call;
    (void)result;
    (void)arg;
    if (error)
        peer_fail(&self, "warm-up", error->message);
}

/* The connections are open, and the memory of so many calls is there. */
static void warm_up(const weft_stromboli_run_request *request)
{
    for (int i = 0; i < self.connections; i++)
        if (!weft_stromboli_run(client, request, NULL, on_warm_up, NULL))
            peer_fail(&self, "run", "out of memory");
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

/* Submits all, cancels the half in the middle, answers the rest: CPU for each call. */
static void queue(void)
{
    weft_stromboli_run_request request = {.prompt = peer_prompt()};
    weft_call **calls = malloc((size_t)self.count * sizeof(*calls));

    if (!calls)
        peer_fail(&self, "out of memory", "");
    set_up((uint32_t)self.connections);
    warm_up(&request);
    peer_begin(&self);
    for (long i = 0; i < self.count; i++) {
        calls[i] = weft_stromboli_run(client, &request, &(weft_call_options){.timeouts.total_ms = WEFT_NO_TIMEOUT},
                                      on_queue_end, NULL);
        if (!calls[i])
            peer_fail(&self, "run", "out of memory");
    }
    for (long i = self.count / 4; i < self.count * 3 / 4; i++)
        weft_call_cancel(calls[i]);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    peer_report_cpu(&self, self.count);
    free(calls);
    tear_down();
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } works[] = {{"post", post},     {"handshakes", post},           {"events", events},
                 {"rounds", events}, {"idle-streams", idle_streams}, {"queued-calls", queued_calls},
                 {"queue", queue}};

    peer_init(&self, "weft", argc, argv);
    for (size_t i = 0; i < sizeof(works) / sizeof(works[0]); i++) {
        if (strcmp(self.work, works[i].name) == 0) {
            works[i].run();
            return 0;
        }
    }
    peer_fail(&self, self.work, "no such work");
}
