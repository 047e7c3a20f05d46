#include "user.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger.h"
#include "loop.h"
#include "net.h"
#include "schedule.h"

user_state user;

static bool refuses(void)
{
    return world_has(FAULT_MEMORY) && !world.healed && world_below(1500) == 0;
}

static void *take(size_t size, void *context)
{
    void *block;

    (void)context;
    if (refuses())
        return NULL;
    block = malloc(size ? size : 1);
    world.blocks += block != NULL;
    return block;
}

static void *take_again(void *block, size_t size, void *context)
{
    (void)context;
    return refuses() ? NULL : realloc(block, size ? size : 1);
}

static void give(void *block, void *context)
{
    (void)context;
    world.blocks--;
    free(block);
}

char user_upload_byte(size_t index)
{
    return (char)('a' + index % 23);
}

void user_enter_callback(const char *name)
{
    INVARIANT(OUTSIDE, user.inside == 0, "%s runs within a function of weft's", name);
}

void user_act_within(void)
{
    if (world_strikes(FAULT_STALL, 10))
        world.now += world_below(world_chance(100) ? SECOND : 30 * MILLISECOND);
    if (world_strikes(FAULT_NEST, 120))
        user_act();
}

void user_let_go(user_call *call)
{
    if (call->kept)
        weft_call_unref(call->call);
    call->kept = false;
    call->call = NULL;
}

static void on_client_closed(void *arg)
{
    user_enter_callback("a client's closed");
    INVARIANT(ONCE, user.clients_closing > 0, "a client closes twice");
    user.clients_closing--;
    world_log("client %d is closed", (int)(intptr_t)arg);
    user_act_within();
}

static void on_engine_closed(void *arg)
{
    (void)arg;
    user_enter_callback("the engine's closed");
    INVARIANT(ONCE, user.live == 0, "the engine has closed, and %u calls have not ended", user.live);
    INVARIANT(ONCE, !user.closed, "the engine closes twice");
    world_log("the engine is closed");
    user.closed = true;
}

static void note_pause(unsigned client, const weft_error *error)
{
    uint64_t until = world.turn_began + (uint64_t)error->retry_after_ms * MILLISECOND;
    bool counts = error->code == WEFT_E_RATE_LIMITED || error->code == WEFT_E_UNAVAILABLE;

    if (counts && error->retry_after_ms > 0 && error->retry_after_ms <= user.longest_pause_ms[client] &&
        until > user.paused_until[client])
        user.paused_until[client] = until;
}

static void on_request(weft_call *call, weft_request *request, void *arg)
{
    unsigned client = (unsigned)(intptr_t)arg;
    /* Without memory for the pause only the call that was told of it waits. */
    bool early = world.now < user.paused_until[client] && user.clients[client] && !world_has(FAULT_MEMORY);

    (void)call;
    INVARIANT(COOLDOWN, !early, "%s is sent %.3f s before the end of the pause that the server asked for",
              weft_request_get_target(request).ptr, (double)(user.paused_until[client] - world.now) / 1e9);
}

static user_call *find(const weft_call *handle)
{
    for (unsigned i = 1; i <= user.call_count; i++)
        if (user.calls[i].live && user.calls[i].call == handle)
            return &user.calls[i];
    return NULL;
}

static void on_retry(weft_call *handle, const weft_error *error, uint32_t delay_ms, void *arg)
{
    unsigned client = (unsigned)(intptr_t)arg;
    bool cancels = world_strikes(FAULT_CANCEL, 10);
    user_call *call = find(handle);

    if (call && call->client == client && user.clients[client])
        note_pause(client, error);
    world_log("another attempt in %u ms: %s", delay_ms, error->message);
    if (cancels && call && !call->stream)
        user_cancel(call);
}

static void on_log(weft_log_level level, const char *line, void *arg)
{
    (void)arg;
    world_log("log %d: %s", (int)level, line);
}

static void draw_deadlines(weft_client_options *options)
{
    weft_timeouts *calls = &options->timeouts, *streams = &options->stream_timeouts;

    calls->queue_ms = world_chance(300) ? world_up_to(3000) : 0;
    calls->connect_ms = world_chance(300) ? world_up_to(3000) : 0;
    calls->first_byte_ms = world_chance(300) ? world_up_to(3000) : 0;
    calls->idle_ms = world_chance(300) ? world_up_to(2000) : 0;
    streams->idle_ms = world_chance(300) ? world_up_to(4000) : 0;
    streams->first_byte_ms = world_chance(200) ? world_up_to(4000) : 0;
}

static void draw_client(weft_client_options *options)
{
    if (world_chance(500))
        options->on_request = on_request;
    if (world_has(FAULT_DEADLINES))
        draw_deadlines(options);
    if (world_chance(300))
        options->retries.max_retries = world_up_to(6);
    if (world_chance(100))
        options->retries.max_retries = WEFT_NO_RETRIES;
    if (world_chance(200))
        options->retries.max_retry_after_ms = world_up_to(20000);
    if (world_chance(200))
        options->max_body_bytes = 5 + world_below(60);
    if (world_chance(100))
        options->max_event_bytes = 8 + world_below(20);
    if (world_chance(50))
        options->token = "secret";
    if (world_chance(150))
        options->proxy = world_chance(500) ? "http://10.3.0.1:3128" : "http://u:p@h3.test:3128";
}

static void open_client(unsigned place)
{
    char url[64];
    weft_error_info problem;
    unsigned host = (unsigned)world_below(world_has(FAULT_CROWD) ? 2 : USER_CLIENTS);
    weft_client_options options = {.base_url = url, .on_retry = on_retry, .hook_arg = (void *)(intptr_t)place};

    snprintf(url, sizeof(url), world_chance(700) ? "http://h%u.test:8080" : "http://10.%u.0.1:8080", host);
    draw_client(&options);
    user.hosts[place] = host;
    user.paused_until[place] = 0;
    user.longest_pause_ms[place] = options.retries.max_retry_after_ms ? options.retries.max_retry_after_ms : 60000;
    user.clients[place] = weft_stromboli_client(user.engine, &options, &problem);
    INVARIANT(REASON, user.clients[place] || world_has(FAULT_MEMORY), "no client: %s", problem.message);
}

void user_cancel(user_call *call)
{
    world_log("the user cancels %d", call->number);
    call->cancelled = true;
    user.inside++;
    if (call->stream)
        weft_stream_cancel(call->stream);
    else
        weft_call_cancel(call->call);
    user.inside--;
}

static void resume(user_call *call)
{
    if (!call->paused)
        return;
    call->paused = false;
    user.inside++;
    if (call->stream)
        weft_stream_resume(call->stream);
    else
        weft_call_resume(call->call);
    user.inside--;
}

void user_resume_all(void)
{
    for (unsigned i = 1; i <= user.call_count; i++)
        if (user.calls[i].live)
            resume(&user.calls[i]);
}

static user_call *any_call(void)
{
    for (unsigned tries = 0; tries < 12 && user.call_count; tries++) {
        user_call *call = &user.calls[1 + world_below(user.call_count)];

        if (call->live && call->submitted)
            return call;
    }
    return NULL;
}

/* Whoever of this client's is in flight may say that it was closed; USER_CLIENTS = of all. */
static void expect_closed(unsigned place)
{
    for (unsigned i = 1; i <= user.call_count; i++)
        if (user.calls[i].live && (place == USER_CLIENTS || user.calls[i].client == place))
            user.calls[i].closed = true;
}

static void close_client(unsigned place)
{
    weft_client *client = user.clients[place];

    if (!client)
        return;
    world_log("the user closes client %u", place);
    user.clients[place] = NULL;
    user.clients_closing++;
    expect_closed(place);
    user.inside++;
    weft_client_close(client, on_client_closed, (void *)(intptr_t)place);
    user.inside--;
}

void user_close_engine(void)
{
    unsigned inside = user.posts == 0; /* which it runs itself */

    if (user.closing || !user.engine)
        return;
    world_log("the user closes the engine");
    user.closing = true;
    expect_closed(USER_CLIENTS);
    memset(user.clients, 0, sizeof(user.clients));
    user.inside += inside;
    weft_engine_close(user.engine, on_engine_closed, NULL);
    user.inside -= inside;
}

static void on_post(weft_engine *engine, void *arg)
{
    (void)engine, (void)arg;
    INVARIANT(ONCE, user.posts > 0, "a posted function runs twice");
    user.posts--;
    user_act_within();
}

static void post(void)
{
    if (user.closing || user.closed)
        return;
    user.inside++;
    user.posts += weft_engine_post(user.engine, on_post, NULL);
    user.inside--;
}

static void renew_client(void)
{
    unsigned place = (unsigned)world_below(USER_CLIENTS);

    if (!world_has(FAULT_CLOSING) || user.closing)
        return;
    close_client(place);
    if (world_chance(700))
        open_client(place);
}

static void change_token(void)
{
    if (user.closing || !user.clients[0])
        return;
    user.inside++;
    weft_client_set_token(user.clients[0], world_chance(500) ? "another" : NULL, NULL);
    user.inside--;
}

static void cancel_any(void)
{
    user_call *call = world_has(FAULT_CANCEL) ? any_call() : NULL;

    if (call)
        user_cancel(call);
}

static void resume_some(void)
{
    for (int i = 0; i < 3; i++) {
        user_call *call = any_call();

        if (call)
            resume(call);
    }
}

static void close_engine_early(void)
{
    if (world_has(FAULT_CLOSING) && world_chance(100))
        user_close_engine();
}

/* What is done to what runs. */
static void meddle(uint64_t draw)
{
    if (draw < 50)
        cancel_any();
    else if (draw < 110)
        resume_some();
    else if (draw < 130)
        post();
    else if (draw < 143)
        renew_client();
    else if (draw < 146)
        close_engine_early();
    else
        change_token();
}

static const struct {
    unsigned below; /* of 850 */
    user_kind kind;
} submissions[] = {
    {330, USER_RUN},  {410, USER_ASYNC_RUN}, {530, USER_STREAM},     {630, USER_GET},
    {650, USER_SAVE}, {655, USER_UPLOAD},    {690, USER_POST},       {720, USER_LIST},
    {760, USER_JOB},  {830, USER_WAIT},      {850, USER_CANCEL_JOB},
};

static user_kind kind_of(uint64_t draw)
{
    unsigned i = 0;

    while (draw >= submissions[i].below)
        i++;
    if (submissions[i].kind == USER_STREAM && !world_has(FAULT_STREAMS))
        return USER_RUN;
    if (submissions[i].kind == USER_WAIT && !world_has(FAULT_WAITS))
        return USER_JOB;
    return submissions[i].kind;
}

void user_act(void)
{
    uint64_t draw = world_below(1000);
    unsigned operation = user.operation;

    if (operation >= world.recipe.operations || user.healed || world.violated)
        return;
    user.operation++;
    if (world.recipe.skipped && world.recipe.skipped[operation])
        return;
    if (draw < 850)
        user_submit(kind_of(draw));
    else
        meddle(draw - 850);
}

static void on_operation(void *arg)
{
    (void)arg;
    user_act();
}

static void on_heal(void *arg)
{
    (void)arg;
    world.healed = true;
    user.healed = true;
    net_heal();
    user_resume_all();
}

static void draw_limits(weft_engine_options *options)
{
    options->max_connections = world_chance(500) ? world_up_to(6) : 0;
    options->max_connections_per_origin = world_chance(500) ? world_up_to(4) : 0;
    options->max_streams_per_origin = world_chance(300) ? world_up_to(3) : 0;
    options->max_queued_per_origin = world_chance(200) ? world_up_to(20) : 0;
    options->max_connection_age_ms = world_chance(300) ? world_up_to(5000) : 0;
    options->keep_alive_ms = world_chance(300) ? world_up_to(3000) : 0;
    options->max_idle_per_origin = world_chance(300) ? world_up_to(3) : 0;
}

static void make_engine(void)
{
    static const weft_allocator allocator = {take, take_again, give, NULL};

    user.options = (weft_engine_options){
        .allocator = &allocator,
        .random_seed = world.recipe.seed | 1,
        .log = on_log,
        .log_level = WEFT_LOG_LEVEL_DEBUG,
    };
    if (world_has(FAULT_LIMITS))
        draw_limits(&user.options);
    for (int tries = 0; tries < 50 && !user.engine; tries++) {
        user.engine = weft_engine_new(&world_loop, &user.options, NULL);
        INVARIANT(REASON, user.engine || world_has(FAULT_MEMORY) || world_has(FAULT_DESCRIPTORS), "no engine");
        INVARIANT(LEFT, user.engine || world.blocks == 0, "an engine that could not be made leaves %ld blocks",
                  world.blocks);
    }
}

void user_begin(void)
{
    uint64_t at = world.now, gap = world_chance(300) ? 2 : world_chance(500) ? 20 : 200;

    memset(&user, 0, sizeof(user));
    make_engine();
    for (unsigned i = 0; i < USER_CLIENTS && user.engine; i++)
        open_client(i);
    for (unsigned i = 0; i < world.recipe.operations && user.engine; i++) {
        schedule_user(at, on_operation, NULL);
        at += world_chance(300) ? 0 : world_below(gap * MILLISECOND);
    }
    schedule_user(at + world_below(world_chance(500) ? 60 * SECOND : 2 * SECOND), on_heal, NULL);
}

bool user_is_over(void)
{
    return user.healed && user.live == 0 && user.clients_closing == 0;
}

bool user_is_closed(void)
{
    return !user.engine || user.closed;
}

void user_release(void)
{
    for (unsigned i = 1; i <= user.call_count; i++)
        user_let_go(&user.calls[i]);
}

const char *user_whats_left(void)
{
    static char text[100];

    for (unsigned i = 1; i <= user.call_count; i++)
        if (user.calls[i].live) {
            snprintf(text, sizeof(text), "call %d, of kind %d", user.calls[i].number, user.calls[i].kind);
            return text;
        }
    snprintf(text, sizeof(text), "%u clients do not close", user.clients_closing);
    return text;
}
