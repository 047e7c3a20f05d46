/* No run is started twice, and every ending says what is known of it: runs of every service behind a proxy that breaks
 * at each byte of request and answer, in every way. The server behind it is weft-sim, whose record of whole requests is
 * the ledger.
 *
 * By default each way of breaking meets the bytes at the edges of heads and bodies and every STRIDE-th one between, at
 * different ones for each way; WEFT_EVERY_BYTE=1 in the environment has each way meet every byte. */
#include <dirent.h>
#include <stdatomic.h>
#include <stdio.h>

#include "breaking_proxy.h"
#include "sim_fixture.h"

enum {
    SLOTS = 48,        /* runs at a time, each with an engine, a client and a proxy of its own */
    LEDGER = 4096,     /* requests that the simulator keeps: more than one batch makes */
    BATCH = 1000,      /* breaks between two looks at the ledger */
    STRIDE = 11,       /* of the bytes that are no edges */
    SILENCE_MS = 40,   /* the deadline of those that meet silence */
    MAX_WAIT_MS = 500, /* a server that asks for longer gets no second attempt */
    LARGE = 12 << 20,  /* bytes of a request that no socket takes whole */
    LARGE_SLOTS = 4,   /* of those at a time */
};

typedef struct slot slot;

/* ---- the runs ---------------------------------------------------------------------------------------------------- */

typedef struct run_kind {
    const char *name;
    const char *mount;
    const char *operation; /* in the simulator's statistics */
    weft_client *(*client)(weft_engine *engine, const weft_client_options *options);
    weft_call *(*call)(slot *it, const char *text, const weft_call_options *options); /* or: */
    weft_stream *(*stream)(slot *it, const char *text, const weft_call_options *options);
    bool asks_again; /* when it is turned away and told to come back */
    bool warm;       /* on a connection that has served a request before */
    bool repeats;    /* its caller lets it run twice, so that it is sent again whatever is known of the first */
    bool large;      /* only part of it leaves before the break */
} run_kind;

/* How a break ends what it breaks; or what the caller does at that byte, while the proxy is silent. */
typedef enum break_way {
    WAY_ENDS,
    WAY_RESETS,
    WAY_SILENCE,
    WAY_STAYS, /* only after a whole answer of the proxy's own */
    WAY_CANCEL,
    WAY_CLIENT_CLOSE,
    WAY_ENGINE_CLOSE,
} break_way;

static const char *const way_names[] = {"FIN",    "RST",          "silence",     "an answer of its own",
                                        "cancel", "client close", "engine close"};

enum place { BEFORE_SENDING, IN_REQUEST, IN_ANSWER };

/* What the proxy says itself. */
typedef struct own_answer {
    const char *text;
    int status;
    bool turns_away; /* by its words nothing was done */
    bool soon;       /* and it may be asked again within MAX_WAIT_MS */
} own_answer;

#define PAGE "Content-Type: text/html\r\nContent-Length: 14\r\n\r\n<h1>sorry</h1>"

static const own_answer own_answers[] = {
    {"HTTP/1.1 502 Bad Gateway\r\n" PAGE, 502, false, false},
    {"HTTP/1.1 503 Service Unavailable\r\n" PAGE, 503, false, false},
    {"HTTP/1.1 504 Gateway Timeout\r\nX-Should-Retry: true\r\n" PAGE, 504, false, false},
    {"HTTP/1.1 408 Request Timeout\r\n" PAGE, 408, false, false},
    {"HTTP/1.1 500 Internal Server Error\r\n" PAGE, 500, false, false},
    {"HTTP/1.1 499 Client Closed Request\r\n" PAGE, 499, false, false},
    {"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n" PAGE, 503, true, false},
    {"HTTP/1.1 503 Service Unavailable\r\nRetry-After-Ms: 1\r\n" PAGE, 503, true, true},
    {"HTTP/1.1 429 Too Many Requests\r\nRetry-After-Ms: 1\r\n" PAGE, 429, true, true},
    {"HTTP/1.1 103 Early Hints\r\nLink: </sorry.css>\r\n\r\nHTTP/1.1 502 Bad Gateway\r\n" PAGE, 502, false, false},
    {"HTTP/1.1 502 Bad Gateway\r\nContent-Encoding: br\r\nTransfer-Encoding: chunked\r\n\r\n"
     "5\r\n\x8b\x02\x80\x80\x03\r\n0\r\n\r\n",
     502, false, false},
    {"HTTP/1.1 200 OK\r\n" PAGE, 200, false, false}, /* "log in to this network" */
};

enum { TURNED_AWAY = 6, OWN_ANSWERS = sizeof(own_answers) / sizeof(own_answers[0]) };

/* One break: where, how, and what came of it. */
typedef struct break_case {
    uint32_t at;
    uint16_t own_len;
    int8_t own; /* of own_answers; -1 = none */
    uint8_t way;
    uint8_t place;
    /* What came of it. */
    uint64_t sent;     /* bytes, by all attempts */
    uint64_t received; /* by the last one */
    uint8_t callbacks;
    uint8_t runs; /* in the ledger */
    bool leaks;
    weft_code code;
    int16_t status; /* of the error; of the answer when there is none */
    uint8_t outcome, detailed;
    breaking_view seen;
} break_case;

typedef struct tally {
    unsigned breaks, wrong, runs, twice;
    unsigned outcomes[3];
    unsigned unknown_runs; /* of the unknown ones, those that had run */
    unsigned overtaken;    /* by a deadline, on a slow machine */
} tally;

typedef struct sweep {
    fixture direct; /* and the loop of all */
    uv_check_t watch;
    uv_idle_t awake; /* while there is something for `watch` to do */
    slot *slots;     /* owned */
    const run_kind *kind;
    break_case *cases; /* owned */
    size_t case_count, case_room;
    size_t next, last; /* those of this batch that are still to be begun */
    unsigned tag;      /* of the first case's run */
    unsigned running;
    breaking_view whole; /* a run of this kind, when nothing breaks */
    int status;          /* and its answer's */
    bool every_byte;
    char *large; /* owned: what a large run is given */
} sweep;

struct slot {
    sweep *all;
    breaking_proxy proxy;
    break_case *it; /* NULL when it is idle */
    weft_engine *engine;
    weft_client *client;
    weft_call *call; /* until it is reported */
    atomic_long memory;
    bool due; /* the caller's own end is due once all that was given has come */
    bool closing, closed;
};

/* What agentserver wants to be there first. */
static struct {
    char workspace[64], sandbox[64], session[80];
} own;

/* ---- starting a run ---------------------------------------------------------------------------------------------- */

static void on_call(weft_call *call, const weft_error *error, const void *result, void *arg);

ANY_RESULT(on_call, on_agentserver_agent_task_create_call, weft_agentserver_create_task_response)
ANY_RESULT(on_call, on_agentserver_codex_turn_call, weft_agentserver_gateway_run_turn_response)
ANY_RESULT(on_call, on_handinger_worker_call, weft_handinger_worker)
ANY_RESULT(on_call, on_skillbox_execution_call, weft_skillbox_execution)
ANY_RESULT(on_call, on_stromboli_run_async_call, weft_stromboli_run_async_response)
ANY_RESULT(on_call, on_stromboli_run_call, weft_stromboli_run_response)
static void on_end(weft_stream *stream, const weft_error *error, void *arg);

static const weft_stream_callbacks stream_callbacks = {.on_end = on_end};

static weft_client *stromboli_client(weft_engine *engine, const weft_client_options *options)
{
    return weft_stromboli_client(engine, options, NULL);
}

static weft_call *stromboli_run(slot *it, const char *text, const weft_call_options *options)
{
    weft_stromboli_run_request request = {.prompt = text};

    return weft_stromboli_run(it->client, &request, options, on_stromboli_run_call, it);
}

static weft_call *stromboli_run_async(slot *it, const char *text, const weft_call_options *options)
{
    weft_stromboli_run_request request = {.prompt = text};

    return weft_stromboli_run_async(it->client, &request, options, on_stromboli_run_async_call, it);
}

static weft_stream *stromboli_stream(slot *it, const char *text, const weft_call_options *options)
{
    weft_stromboli_stream_request request = {.prompt = text};

    return weft_stromboli_stream(it->client, &request, options, &stream_callbacks, it);
}

static weft_client *skillbox_client(weft_engine *engine, const weft_client_options *options)
{
    return weft_skillbox_client(engine, options, NULL);
}

static weft_call *skillbox_run(slot *it, const char *text, const weft_call_options *options)
{
    char input[64];
    weft_skillbox_run_request request = {.skill = "data-analysis", .input = input};

    snprintf(input, sizeof(input), "\"%s\"", text);
    return weft_skillbox_run(it->client, &request, options, on_skillbox_execution_call, it);
}

static weft_call *skillbox_large(slot *it, const char *json, const weft_call_options *options)
{
    weft_skillbox_run_request request = {.skill = "data-analysis", .input = json};

    return weft_skillbox_run(it->client, &request, options, on_skillbox_execution_call, it);
}

static weft_client *handinger_client(weft_engine *engine, const weft_client_options *options)
{
    weft_client_options with_key = *options;

    with_key.token = "hdg_live_x";
    return weft_handinger_client(engine, &with_key, NULL);
}

static weft_call *handinger_task(slot *it, const char *text, const weft_call_options *options)
{
    weft_handinger_create_task_request request = {.input = text};

    return weft_handinger_create_task(it->client, &request, options, on_handinger_worker_call, it);
}

static weft_stream *handinger_stream(slot *it, const char *text, const weft_call_options *options)
{
    weft_handinger_create_task_request request = {.input = text};

    return weft_handinger_stream_task(it->client, &request, options, &stream_callbacks, it);
}

static weft_client *agentserver_client(weft_engine *engine, const weft_client_options *options)
{
    weft_client *client = weft_agentserver_client(engine, options, NULL);

    if (client && *own.session)
        weft_agentserver_set_session(client, own.session, NULL);
    return client;
}

static weft_call *agentserver_task(slot *it, const char *text, const weft_call_options *options)
{
    weft_agentserver_create_task_request request = {.target_id = own.sandbox, .prompt = text};

    return weft_agentserver_create_task(it->client, own.workspace, &request, options,
                                        on_agentserver_agent_task_create_call, it);
}

static weft_client *codex_client(weft_engine *engine, const weft_client_options *options)
{
    weft_client *client = weft_agentserver_codex_gateway_client(engine, options, NULL);

    return client && weft_agentserver_gateway_set_secret(client, "s3cret", NULL) ? client : NULL;
}

static weft_call *codex_turn(slot *it, const char *text, const weft_call_options *options)
{
    char params[96];
    weft_agentserver_gateway_run_turn_request request = {.workspace_id = own.workspace, .params = params};

    snprintf(params, sizeof(params), "{\"input\":[{\"type\":\"text\",\"text\":\"%s\"}]}", text);
    return weft_agentserver_gateway_run_turn(it->client, &request, options, on_agentserver_codex_turn_call, it);
}

static weft_call *handinger_repeatable(slot *it, const char *text, const weft_call_options *options)
{
    weft_handinger_create_task_request request = {.input = text, .repeatable = true};

    return weft_handinger_create_task(it->client, &request, options, on_handinger_worker_call, it);
}

static const run_kind kinds[] = {
    {"Stromboli POST /run", "stromboli", "Run", stromboli_client, .call = stromboli_run, .asks_again = true},
    {"- on a connection reused", "stromboli", "Run", stromboli_client, .call = stromboli_run, .asks_again = true,
     .warm = true},
    {"Stromboli GET /run/stream", "stromboli", "Stream", stromboli_client, .stream = stromboli_stream,
     .asks_again = true},
    {"Stromboli POST /run/async", "stromboli", "RunAsync", stromboli_client, .call = stromboli_run_async,
     .asks_again = true},
    {"Skillbox POST /v1/executions", "skillbox", "Run", skillbox_client, .call = skillbox_run, .asks_again = true},
    {"- sent in part", "skillbox", "Run", skillbox_client, .call = skillbox_large, .asks_again = true, .large = true},
    {"Handinger create_task", "handinger", "Tasks.New", handinger_client, .call = handinger_task, .asks_again = true},
    {"- repeatable, then turned away", "handinger", "Tasks.New", handinger_client, .call = handinger_repeatable,
     .asks_again = true, .repeats = true},
    {"Handinger stream_task", "handinger", "Tasks.New", handinger_client, .stream = handinger_stream,
     .asks_again = true},
    {"agentserver create task", "agentserver", "create task", agentserver_client, .call = agentserver_task},
    {"agentserver codex turn", "agentserver-codex", "CodexClient.RunTurn", codex_client, .call = codex_turn},
};

/* ---- one case ---------------------------------------------------------------------------------------------------- */

static void *slot_alloc(size_t size, void *context)
{
    void *block = malloc(size);

    if (block)
        atomic_fetch_add((atomic_long *)context, 1);
    return block;
}

static void *slot_resize(void *block, size_t size, void *context)
{
    (void)context;
    return realloc(block, size);
}

static void slot_release(void *block, void *context)
{
    atomic_fetch_sub((atomic_long *)context, 1);
    free(block);
}

static void on_awake(uv_idle_t *idle)
{
    (void)idle;
}

static void look_soon(slot *it)
{
    uv_idle_start(&it->all->awake, on_awake);
}

static void on_engine_closed(void *arg)
{
    slot *it = arg;

    it->closed = true;
    look_soon(it);
}

/* The first report counts as the end; whatever happens from then on is not to happen. */
static void reported(slot *it, weft_call *call, const weft_error *error)
{
    break_case *of = it->it;
    weft_call_details details;

    weft_call_get_details(call, &details);
    of->callbacks++;
    of->code = error ? error->code : WEFT_OK;
    of->status = (int16_t)(error ? error->http_status : details.http_status);
    of->outcome = (uint8_t)(error ? error->outcome : details.outcome);
    of->detailed = (uint8_t)details.outcome;
    of->sent = details.bytes_sent;
    of->received = details.bytes_received;
    it->call = NULL;
    look_soon(it);
}

static void on_call(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    (void)result;
    reported(arg, call, error);
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    reported(arg, weft_stream_get_call(stream), error);
}

static void on_break(void *arg)
{
    slot *it = arg;

    it->due = it->it->way >= WAY_CANCEL;
    look_soon(it);
}

static void end_by_caller(slot *it)
{
    it->due = false;
    if (it->it->way == WAY_CANCEL) {
        weft_call_cancel(it->call);
    } else if (it->it->way == WAY_CLIENT_CLOSE) {
        weft_client_close(it->client, NULL, NULL);
    } else {
        it->closing = true;
        weft_engine_close(it->engine, on_engine_closed, it);
    }
}

static breaking_end end_of(break_way way)
{
    return way == WAY_ENDS     ? BREAK_ENDS
           : way == WAY_RESETS ? BREAK_RESETS
           : way == WAY_STAYS  ? BREAK_STAYS
                               : BREAK_SILENCE;
}

static bool has_only_total(const break_case *of)
{
    return (of->at + of->own_len) % 2 != 0;
}

/* The same length for all, and the same for their answers: they echo it, unless it is large. */
static const char *name_run(sweep *all, const break_case *of)
{
    unsigned tag = all->tag + (unsigned)(of - all->cases);
    static char text[32];
    int len;

    if (!all->kind->large) {
        snprintf(text, sizeof(text), "sim:echo run-%07u", tag);
        return text;
    }
    len = sprintf(all->large, "\"run-%07u", tag);
    memset(all->large + len, 'x', (size_t)(LARGE - len - 1));
    all->large[LARGE - 1] = '"';
    return all->large;
}

static void start_run(slot *it)
{
    sweep *all = it->all;
    const break_case *of = it->it;
    const weft_call_options limits[] = {
        {.timeouts = {.first_byte_ms = SILENCE_MS, .idle_ms = SILENCE_MS, .total_ms = 10 * SILENCE_MS}},
        {.timeouts = {.total_ms = SILENCE_MS}},
    };
    const weft_call_options *options = of->way == WAY_SILENCE ? &limits[has_only_total(of)] : NULL;
    const char *text = name_run(all, of);

    if (all->kind->call)
        it->call = all->kind->call(it, text, options);
    else
        it->call = weft_stream_get_call(all->kind->stream(it, text, options));
    if (of->place == BEFORE_SENDING)
        end_by_caller(it);
}

static void on_warm(weft_call *call, const weft_error *error, const weft_stromboli_health *result, void *arg)
{
    (void)call;
    (void)result;
    if (error)
        test_fail(__FILE__, __LINE__, "%s", error->message);
    start_run(arg);
}

static void start_case(slot *it)
{
    const sweep *all = it->all;
    const break_case *of = it->it;
    weft_allocator allocator = {slot_alloc, slot_resize, slot_release, &it->memory};
    weft_client_options options = {
        .retries = {.first_backoff_ms = 1, .max_backoff_ms = 1, .max_retry_after_ms = MAX_WAIT_MS}};
    char url[96];

    breaking_proxy_plan(&it->proxy, &(breaking_plan){
                                        .pass = all->kind->warm,
                                        .request_bytes = of->place == IN_REQUEST ? of->at : ALL_BYTES,
                                        .answer_bytes = of->at,
                                        .own = of->own < 0 ? NULL : own_answers[of->own].text,
                                        .own_len = of->own_len,
                                        .end = end_of(of->way),
                                        .deaf = all->kind->large,
                                        .then = all->kind->repeats ? own_answers[TURNED_AWAY].text : NULL,
                                        .on_break = on_break,
                                        .arg = it,
                                    });
    snprintf(url, sizeof(url), "http://127.0.0.1:%d/%s", it->proxy.port, all->kind->mount);
    options.base_url = url;
    it->due = it->closing = it->closed = false;
    atomic_store(&it->memory, 0);
    it->engine = weft_engine_new(&it->all->direct.loop.uv,
                                 &(weft_engine_options){.allocator = &allocator, .random_seed = 7}, NULL);
    it->client = all->kind->client(it->engine, &options);
    if (all->kind->warm)
        weft_stromboli_get_health(it->client, NULL, on_warm, it);
    else
        start_run(it);
}

static bool has_come(const slot *it)
{
    weft_call_details details;

    weft_call_get_details(it->call, &details);
    return details.bytes_received >= it->proxy.seen.given;
}

static void finish_case(slot *it)
{
    it->it->leaks = atomic_load(&it->memory) != 0;
    it->it->seen = it->proxy.seen;
    it->it = NULL;
    it->all->running--;
}

static void start_next(slot *it)
{
    sweep *all = it->all;

    if (all->next == all->last || (all->kind->large && all->running == LARGE_SLOTS))
        return;
    it->it = &all->cases[all->next++];
    all->running++;
    start_case(it);
}

static void tend(slot *it)
{
    if (it->it && it->closed)
        finish_case(it);
    if (!it->it) {
        start_next(it);
    } else if (it->closing) {
        return;
    } else if (it->call && it->due && has_come(it)) {
        end_by_caller(it);
    } else if (!it->call && it->it->callbacks > 0) {
        it->closing = true;
        weft_engine_close(it->engine, on_engine_closed, it);
    }
}

/* After each turn: what a caller does once the bytes have come, the end of what is over, and what comes next. */
static void on_watch(uv_check_t *watch)
{
    sweep *all = watch->data;

    uv_idle_stop(&all->awake);
    for (size_t i = 0; i < SLOTS; i++)
        tend(&all->slots[i]);
}

static bool is_through(void *arg)
{
    const sweep *all = arg;

    return all->running == 0 && all->next == all->last;
}

/* ---- the ledger -------------------------------------------------------------------------------------------------- */

/* A request that was cut is kept as well, but has no operation that it was for. */
static void count_record(sweep *all, size_t first, const char *record, const char *end)
{
    const char *raw = memmem(record, (size_t)(end - record), "\"raw\":", 6);
    const char *tag = memmem(record, (size_t)(end - record), "run-", 4);
    size_t number;

    if (!raw || !tag || !memmem(record, (size_t)(raw - record), "\"operation\":", 12))
        return;
    number = strtoul(tag + 4, NULL, 10) - all->tag;
    if (number >= first && number < all->last)
        all->cases[number].runs++;
}

static bool read_ledger(sweep *all, size_t first)
{
    static const char begin[] = "{\"number\":";
    weft_http_request request = {.method = "GET", .path = "/__sim/requests"};
    fixture *fx = &all->direct;
    const char *text;

    if (!finish(fx, weft_http_send(fx->client, &request, NULL, on_http, fx)) || fx->error)
        return false;
    text = ((const weft_http_response *)fx->result)->body.ptr;
    for (const char *record = strstr(text, begin), *next; record; record = next) {
        next = strstr(record + 1, begin);
        count_record(all, first, record, next ? next : record + strlen(record));
    }
    return true;
}

/* ---- what is to come of it --------------------------------------------------------------------------------------- */

typedef struct expectation {
    weft_outcome outcome;
    int status;
    unsigned runs, requests;
    bool success;
} expectation;

/* Interim answers are none. */
static size_t head_of(const own_answer *answer)
{
    const char *end = strstr(answer->text, "\r\n\r\n") + 4;

    if (strncmp(answer->text, "HTTP/1.1 1", 10) == 0)
        end = strstr(end, "\r\n\r\n") + 4;
    return (size_t)(end - answer->text);
}

/* The head of the proxy's own answer has come; NULL when it has none, or breaks off before. */
static const own_answer *own_head(const break_case *of)
{
    const own_answer *answer = of->own < 0 ? NULL : &own_answers[of->own];

    return answer && of->own_len >= head_of(answer) ? answer : NULL;
}

static bool is_sent_again(const sweep *all, const break_case *of, const own_answer *answer)
{
    bool waits_in_vain = of->way == WAY_SILENCE && has_only_total(of) && of->own_len < strlen(answer->text);

    return all->kind->asks_again && answer->soon && !waits_in_vain;
}

/* What the caller lets run twice: the first attempt, if it was given up before anything was known of it, leaves its
 * doubt to the second, which is turned away. */
static bool is_repeated(const break_case *of, const own_answer *answer)
{
    if (of->way >= WAY_CANCEL || (of->way == WAY_SILENCE && has_only_total(of)))
        return false;
    if (answer)
        return answer->status != 499 && answer->status != 200 && (answer->soon || !answer->turns_away);
    return of->own >= 0 || !of->seen.head || of->seen.given < of->seen.head;
}

/* By the table in weft/error.h, from what has crossed the wire. */
static expectation expect(const sweep *all, const break_case *of)
{
    const own_answer *answer = own_head(of);
    unsigned ran = of->place == IN_ANSWER;

    if (of->place == BEFORE_SENDING)
        return (expectation){WEFT_OUTCOME_NOT_ACTED_ON, 0, 0, 0, false};
    if (all->kind->repeats && is_repeated(of, answer))
        return (expectation){answer && answer->turns_away ? WEFT_OUTCOME_NOT_ACTED_ON : WEFT_OUTCOME_UNKNOWN,
                             own_answers[TURNED_AWAY].status, ran, 2, false};
    if (answer && is_sent_again(all, of, answer))
        return (expectation){WEFT_OUTCOME_ACTED_ON, all->status, 1, 2, true};
    if (answer)
        return (expectation){answer->turns_away ? WEFT_OUTCOME_NOT_ACTED_ON : WEFT_OUTCOME_UNKNOWN, answer->status, ran,
                             1, false};
    if (of->own < 0 && of->seen.head && of->seen.given >= of->seen.head)
        return (expectation){WEFT_OUTCOME_ACTED_ON, all->status, 1, 1, of->seen.given == all->whole.given};
    return (expectation){WEFT_OUTCOME_UNKNOWN, 0, ran, 1, false};
}

/* A stream is a good one with its final event, whatever becomes of the last chunk behind it. */
static bool succeeds_as(const sweep *all, const break_case *of, const expectation *expected)
{
    bool is_good = of->code == WEFT_OK;

    return is_good == expected->success ||
           (is_good && all->kind->stream && of->seen.given + sizeof("\r\n0\r\n\r\n") > all->whole.given);
}

/* On a machine that is slow the deadline of those that wait for silence may come before it. */
static bool is_overtaken(const sweep *all, const break_case *of)
{
    return of->way == WAY_SILENCE && weft_code_is_timeout(of->code) &&
           (!of->seen.broke || of->received < of->seen.given + of->own_len || of->seen.requests > 1u + all->kind->warm);
}

/* What may be repeated may also run twice, when a deadline of one of its attempts comes before the silence that it is
 * for; a later attempt may then be turned away like any other. */
static bool ran_twice(const sweep *all, const break_case *of)
{
    return of->runs > 1 && !(all->kind->repeats && of->way == WAY_SILENCE);
}

/* Whatever happened on the way: nothing is said that the ledger does not bear out. */
static const char *unsound(const sweep *all, const break_case *of)
{
    if (of->callbacks != 1)
        return "not reported once";
    if (of->leaks)
        return "memory is left";
    if (ran_twice(all, of))
        return "started twice";
    if (of->outcome == WEFT_OUTCOME_NOT_ACTED_ON && of->runs != 0)
        return "not acted on, and yet it ran";
    if (of->outcome == WEFT_OUTCOME_ACTED_ON && of->runs == 0)
        return "acted on, and yet it did not run";
    if (of->outcome != of->detailed)
        return "error and details differ";
    return NULL;
}

static const char *wrong_with(const sweep *all, const break_case *of)
{
    expectation expected = expect(all, of);
    const char *wrong = unsound(all, of);

    if (wrong || is_overtaken(all, of))
        return wrong;
    if (all->kind->repeats && of->way == WAY_SILENCE && of->seen.requests > expected.requests + all->kind->warm)
        return NULL;
    if (of->outcome != expected.outcome)
        return "the wrong outcome";
    if (of->status != expected.status)
        return "the wrong status";
    if (of->runs != expected.runs)
        return "not as many runs as there should be";
    if (of->seen.requests != expected.requests + all->kind->warm)
        return "not as many requests as there should be";
    if (all->kind->large && expected.requests == 1 && of->sent >= all->whole.passed)
        return "all of it was sent";
    if (!succeeds_as(all, of, &expected))
        return expected.success ? "no success" : "a success";
    return NULL;
}

static void describe(const sweep *all, const break_case *of, char *text, size_t size)
{
    const char *place = of->place == BEFORE_SENDING ? "before sending"
                        : of->place == IN_REQUEST   ? "of the request"
                                                    : "of the answer";

    snprintf(text, size, "%s, %s at byte %u %s, %u bytes of \"%.12s\": %s, status %d, %s (%s); %u runs, %u requests",
             all->kind->name, way_names[of->way], of->at, place, of->own_len,
             of->own < 0 ? "" : own_answers[of->own].text, weft_code_name(of->code), of->status,
             weft_outcome_name(of->outcome), weft_outcome_name(of->detailed), of->runs, of->seen.requests);
}

static void judge(const sweep *all, const break_case *of, tally *sum)
{
    const char *wrong = wrong_with(all, of);
    char text[400];

    sum->breaks++;
    sum->runs += of->runs;
    sum->twice += ran_twice(all, of);
    sum->outcomes[of->outcome]++;
    sum->unknown_runs += of->outcome == WEFT_OUTCOME_UNKNOWN && of->runs > 0;
    sum->overtaken += is_overtaken(all, of);
    if (!wrong)
        return;
    describe(all, of, text, sizeof(text));
    if (sum->wrong++ < 3)
        test_fail(__FILE__, __LINE__, "%s: %s", wrong, text);
}

/* ---- all cases of a kind ----------------------------------------------------------------------------------------- */

static void add(sweep *all, enum place place, size_t at, break_way way, int own_number, size_t own_len)
{
    if (all->case_count == all->case_room) {
        all->case_room = all->case_room ? 2 * all->case_room : 4096;
        all->cases = realloc(all->cases, all->case_room * sizeof(*all->cases));
        if (!all->cases)
            abort();
    }
    all->cases[all->case_count++] = (break_case){.at = (uint32_t)at,
                                                 .own_len = (uint16_t)own_len,
                                                 .own = (int8_t)own_number,
                                                 .way = (uint8_t)way,
                                                 .place = (uint8_t)place};
}

/* One of the first two bytes or the last two, or beside a head's end; or it is this byte's turn for this way. */
static bool is_wanted(const sweep *all, size_t at, size_t head, size_t len, unsigned salt)
{
    return all->every_byte || at < 2 || at + 2 > len || (at + 1 >= head && at <= head + 1) || (at + salt) % STRIDE == 0;
}

/* The same way at all bytes of request and answer; what turns a request away has not passed on the whole of it. */
static void add_everywhere(sweep *all, break_way way, int own_number)
{
    const own_answer *answer = own_number < 0 ? NULL : &own_answers[own_number];
    size_t own_len = answer ? strlen(answer->text) : 0;
    unsigned salt = 3 * (unsigned)way + 5 * (unsigned)(own_number + 1);

    for (size_t at = 0; at < all->whole.passed; at++)
        if (is_wanted(all, at, all->whole.asked_head, all->whole.passed - 1, salt))
            add(all, IN_REQUEST, at, way, own_number, own_len);
    for (size_t at = 0; at <= all->whole.given && !(answer && answer->turns_away); at++)
        if (is_wanted(all, at, all->whole.head, all->whole.given, salt))
            add(all, IN_ANSWER, at, way, own_number, own_len);
}

/* The proxy's own answer, cut at each of its bytes; behind the last one silence would be met by the next request. */
static void add_own_cut(sweep *all, break_way way, int own_number)
{
    const own_answer *answer = &own_answers[own_number];
    size_t len = strlen(answer->text);

    for (size_t cut = 1; cut <= len - (way == WAY_SILENCE); cut++) {
        if (!is_wanted(all, cut, head_of(answer), len, (unsigned)way + (unsigned)own_number))
            continue;
        add(all, IN_REQUEST, 0, way, own_number, cut);
        if (!answer->turns_away)
            add(all, IN_ANSWER, 0, way, own_number, cut);
    }
}

static void add_large(sweep *all)
{
    const size_t places[] = {0, 1, all->whole.asked_head - 1, all->whole.asked_head, 100000, 1000000};

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        for (break_way way = WAY_ENDS; way <= WAY_ENGINE_CLOSE; way++)
            if (way != WAY_STAYS)
                add(all, IN_REQUEST, places[i], way, -1, 0);
        for (int number = 0; number < OWN_ANSWERS; number++)
            add(all, IN_REQUEST, places[i], WAY_ENDS, number, strlen(own_answers[number].text));
    }
}

static void add_all(sweep *all)
{
    all->case_count = 0;
    if (all->kind->large) {
        add_large(all);
        return;
    }
    for (break_way way = WAY_ENDS; way <= WAY_ENGINE_CLOSE; way++) {
        if (way != WAY_STAYS)
            add_everywhere(all, way, -1);
        if (way >= WAY_CANCEL && !all->kind->warm)
            add(all, BEFORE_SENDING, 0, way, -1, 0);
    }
    for (int number = 0; number < OWN_ANSWERS; number++) {
        add_everywhere(all, WAY_STAYS, number);
        for (break_way way = WAY_ENDS; way <= WAY_SILENCE; way++)
            add_own_cut(all, way, number);
    }
}

/* Plays the cases that there are and finds their runs in the ledger. */
static bool play(sweep *all)
{
    for (size_t first = 0; first < all->case_count; first = all->last) {
        all->next = first;
        all->last = first + BATCH < all->case_count ? first + BATCH : all->case_count;
        uv_idle_start(&all->awake, on_awake);
        if (!test_loop_run_until(&all->direct.loop, is_through, all, "the runs of a batch") || !read_ledger(all, first))
            return false;
    }
    return true;
}

/* One that nothing breaks says how long request and answer are. */
static bool measure(sweep *all)
{
    const break_case *of;

    all->case_count = 0;
    add(all, IN_ANSWER, UINT32_MAX, WAY_ENDS, -1, 0);
    if (!play(all))
        return false;
    of = &all->cases[0];
    all->whole = of->seen;
    all->status = of->status;
    all->tag++;
    if (of->code == WEFT_OK && of->outcome == WEFT_OUTCOME_ACTED_ON && of->runs == 1 && of->seen.head && !of->leaks)
        return true;
    test_fail(__FILE__, __LINE__, "%s fails where nothing breaks: %s", all->kind->name, weft_code_name(of->code));
    return false;
}

static void print_row(const char *name, const tally *sum)
{
    printf("# %-31s | %6u | %6u | %5u | %6u | %7u (%6u) | %6u | %5u | %4u\n", name, sum->breaks, sum->runs, sum->twice,
           sum->outcomes[WEFT_OUTCOME_NOT_ACTED_ON], sum->outcomes[WEFT_OUTCOME_UNKNOWN], sum->unknown_runs,
           sum->outcomes[WEFT_OUTCOME_ACTED_ON], sum->wrong, sum->overtaken);
}

static void add_up(tally *all, const tally *sum)
{
    all->breaks += sum->breaks;
    all->runs += sum->runs;
    all->twice += sum->twice;
    for (size_t i = 0; i < 3; i++)
        all->outcomes[i] += sum->outcomes[i];
    all->unknown_runs += sum->unknown_runs;
    all->wrong += sum->wrong;
    all->overtaken += sum->overtaken;
}

static bool sweep_kind(sweep *all, const run_kind *kind, tally *total)
{
    tally sum = {0};
    long before;

    all->kind = kind;
    if (!measure(all))
        return false;
    add_all(all);
    before = times_asked(&all->direct, kind->mount, kind->operation);
    if (!play(all))
        return false;
    for (size_t i = 0; i < all->case_count; i++)
        judge(all, &all->cases[i], &sum);
    all->tag += (unsigned)all->case_count;
    print_row(kind->name, &sum);
    add_up(total, &sum);
    if (times_asked(&all->direct, kind->mount, kind->operation) - before == (long)sum.runs)
        return true;
    test_fail(__FILE__, __LINE__, "%s: the simulator has counted other runs than the ledger has", kind->name);
    return false;
}

/* ---- the whole --------------------------------------------------------------------------------------------------- */

static bool begin_agentserver(fixture *fx)
{
    static const weft_agentserver_log_in_request alice = {"alice@example.com", "hunter2"};
    weft_agentserver_create_workspace_request home = {.name = "Home"};
    weft_agentserver_create_sandbox_request box = {.name = "box"};
    weft_client *api;
    char url[160];

    snprintf(url, sizeof(url), "%s/agentserver", sim.base_url);
    api = weft_agentserver_client(fx->engine, &(weft_client_options){.base_url = url}, NULL);
    if (!finish(fx, weft_agentserver_register_user(api, &alice, NULL, on_agentserver_register_user, fx)) || fx->error ||
        !finish(fx, weft_agentserver_log_in(api, &alice, NULL, on_agentserver_session_status, fx)) || fx->error)
        return false;
    snprintf(own.session, sizeof(own.session), "%s", weft_agentserver_get_session(api));
    if (!finish(fx, weft_agentserver_create_workspace(api, &home, NULL, on_agentserver_workspace, fx)) || fx->error)
        return false;
    snprintf(own.workspace, sizeof(own.workspace), "%s", ((const weft_agentserver_workspace *)fx->result)->id.ptr);
    if (!finish(fx, weft_agentserver_create_sandbox(api, own.workspace, &box, NULL, on_agentserver_sandbox, fx)) ||
        fx->error)
        return false;
    snprintf(own.sandbox, sizeof(own.sandbox), "%s", ((const weft_agentserver_sandbox *)fx->result)->id.ptr);
    return true;
}

static bool begin_slots(sweep *all)
{
    int port = atoi(strrchr(sim.base_url, ':') + 1);

    all->slots = calloc(SLOTS, sizeof(*all->slots));
    all->large = calloc(1, LARGE + 1);
    if (!all->slots || !all->large)
        return false;
    uv_check_init(&all->direct.loop.uv, &all->watch);
    uv_idle_init(&all->direct.loop.uv, &all->awake);
    all->watch.data = all;
    uv_check_start(&all->watch, on_watch);
    uv_unref((uv_handle_t *)&all->watch);
    for (size_t i = 0; i < SLOTS; i++) {
        all->slots[i].all = all;
        if (!breaking_proxy_start(&all->slots[i].proxy, &all->direct.loop, port))
            return false;
    }
    return true;
}

static bool begin_sweep(sweep *all)
{
    static const char *const arguments[] = {"--record", "4096", "--tokens", "2", NULL};
    const char *every = getenv("WEFT_EVERY_BYTE");

    memset(all, 0, sizeof(*all));
    all->every_byte = every && strcmp(every, "1") == 0;
    if (!begin_sim(&all->direct, arguments))
        return false;
    all->direct.client =
        weft_stromboli_client(all->direct.engine, &(weft_client_options){.base_url = sim.base_url}, NULL);
    return all->direct.client && begin_agentserver(&all->direct) && begin_slots(all);
}

static bool end_sweep(sweep *all)
{
    bool good = true;

    for (size_t i = 0; i < SLOTS; i++)
        good = breaking_proxy_stop(&all->slots[i].proxy) && good;
    uv_close((uv_handle_t *)&all->watch, NULL);
    uv_close((uv_handle_t *)&all->awake, NULL);
    good = end_sim(&all->direct) && good;
    free(all->slots);
    free(all->large);
    free(all->cases);
    return good;
}

static size_t count_descriptors(void)
{
    DIR *directory = opendir("/proc/self/fd");
    size_t count = 0;

    while (directory && readdir(directory))
        count++;
    if (directory)
        closedir(directory);
    return count;
}

TEST(run_behind_a_proxy_that_breaks_at_any_byte_is_never_started_twice_and_its_outcome_is_the_right_one)
{
    size_t descriptors;
    tally total = {0};
    sweep all;

    if (test_is_slow())
        SKIP("deadlines of some milliseconds come before what they are for");
    /* The first loop of a process opens a pipe for all that follow. */
    CHECK(test_loop_open(&all.direct.loop) && test_loop_close(&all.direct.loop));
    descriptors = count_descriptors();
    CHECK(begin_sweep(&all));
    printf("# run                             | breaks |   runs | twice | not    | unknown (of them | acted  | wrong | "
           "late\n"
           "#                                 |        |        |       | acted  |         that ran) | on     |       "
           "|\n");
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        CHECK(sweep_kind(&all, &kinds[i], &total));
    print_row("all", &total);
    printf(all.every_byte ? "# every way at every byte\n"
                          : "# every way at the edges of heads and bodies, and at one byte in %d between\n",
           STRIDE);
    CHECK_EQ(total.twice, 0);
    CHECK_EQ(total.wrong, 0);
    CHECK(end_sweep(&all));
    CHECK_EQ(count_descriptors(), descriptors);
}
