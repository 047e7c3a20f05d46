#include "engine/engine.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "weft/client.h"

enum {
    DAY_MS = 24 * 3600 * 1000,
    MAX_SPARES = WEFT__SANITIZED ? 0 : 1024, /* under AddressSanitizer what is gone is gone: a stale handle shows */
};

typedef struct weft__post {
    weft__link link;
    weft_post_cb *function;
    void *arg;
} weft__post;

const weft__failure weft__engine_forked = {
    .code = WEFT_E_FORKED,
    .text = "this process is a fork; make an engine of its own in it",
};

static void on_wake(weft__loop *loop);
static void on_closing_task(weft__task *task);

void weft__fail_new(weft_error_info *ret_error, weft_code code, const char *format, ...)
{
    va_list args;

    if (!ret_error)
        return;
    ret_error->code = code;
    va_start(args, format);
    vsnprintf(ret_error->message, sizeof(ret_error->message), format, args);
    va_end(args);
    weft__text_clean(ret_error->message);
}

bool weft__engine_is_open(const weft_engine *engine, weft_error_info *ret_error)
{
    if (!engine)
        weft__fail_new(ret_error, WEFT_E_INVALID, "the engine is NULL");
    else if (engine->closing)
        weft__fail_new(ret_error, WEFT_E_CLOSED, "the engine is closing");
    else if (weft__loop_is_forked(&engine->loop))
        weft__fail_new(ret_error, weft__engine_forked.code, "%s", weft__engine_forked.text);
    else
        return true;
    return false;
}

/* What is wrong with the arguments; NULL when nothing is. */
static const char *find_fault(const uv_loop_t *loop, const weft_engine_options *options)
{
    const weft_allocator *allocator = options->allocator;

    if (!loop)
        return "the loop is NULL";
    if (allocator && (!allocator->alloc || !allocator->resize || !allocator->release))
        return "allocator: alloc, resize and release are all needed";
    if ((unsigned)options->log_level > WEFT_LOG_LEVEL_DEBUG)
        return "log_level: is none of weft_log_level's";
    return NULL;
}

static uint32_t or_default(uint32_t value, uint32_t preset)
{
    return value ? value : preset;
}

static void pool_limits(const weft_engine_options *options, weft__pool_limits *ret_limits)
{
    *ret_limits = (weft__pool_limits){
        .connections = or_default(options->max_connections, UINT32_MAX),
        .per_origin =
            {
                [WEFT__LANE_CALLS] = or_default(options->max_connections_per_origin, 256),
                [WEFT__LANE_STREAMS] = or_default(options->max_streams_per_origin, UINT32_MAX),
            },
        .queued = or_default(options->max_queued_per_origin, UINT32_MAX),
        .idle = or_default(options->max_idle_per_origin, 256),
        .max_age_ms = options->max_connection_age_ms,
        .keep_alive_ms = or_default(options->keep_alive_ms, 60000),
    };
}

static uint32_t tcp_timeout(const weft_engine_options *options)
{
    uint32_t wanted = or_default(options->tcp_timeout_ms, 300000);

    if (wanted == WEFT_NO_TIMEOUT)
        return 0;
    if (wanted < 10 * 1000)
        return 10 * 1000;
    return wanted > DAY_MS ? DAY_MS : wanted;
}

/* All that takes no turn of the loop to undo. */
static bool engine_fill(weft_engine *engine, const weft_engine_options *options)
{
    weft__pool_limits limits;
    weft__hash_key key;

    engine->resolver = weft__resolver_new(&engine->loop, options->resolve, options->resolve_arg);
    if (!engine->resolver)
        return false;
    engine->loop.log = options->log;
    engine->loop.log_arg = options->log_arg;
    engine->loop.log_level = options->log_level ? options->log_level : WEFT_LOG_LEVEL_WARN;
    engine->loop.tcp_timeout_ms = tcp_timeout(options);
    engine->loop.wake = on_wake;
    engine->closing_task.run = on_closing_task;
    engine->refs = 1;
    weft__list_init(&engine->members);
    weft__list_init(&engine->ending);
    weft__list_init(&engine->posts);
    weft__random_init(&engine->random, options->random_seed ? options->random_seed : weft__random_entropy());
    weft__buffer_init(&engine->scratch, &engine->loop.heap, UINT32_MAX); /* as the lengths of a head are kept */
    weft__buffer_init(&engine->scratch_body, &engine->loop.heap, SIZE_MAX);
    weft__arena_init(&engine->reading, &engine->loop.heap);
    engine->scratch.secret = true; /* headers of a call, and queries, may be credentials */
    pool_limits(options, &limits);
    key.halves[0] = weft__random_next(&engine->random);
    key.halves[1] = weft__random_next(&engine->random);
    weft__pool_init(&engine->pool, &engine->loop, engine->resolver, &limits, &key);
    return true;
}

/* `status` is libuv's, UV_ENOMEM for the allocator's refusal too. */
static weft_engine *engine_make(uv_loop_t *loop, const weft_engine_options *options, int *ret_status)
{
    weft__heap heap;
    weft_engine *engine;

    *ret_status = UV_ENOMEM;
    weft__heap_init(&heap, options->allocator);
    engine = weft__zalloc(&heap, sizeof(*engine));
    if (!engine)
        return NULL;
    if (uv_mutex_init(&engine->posts_lock) != 0)
        goto fail_lock;
    if (!weft__loop_init(&engine->loop, loop, options->allocator))
        goto fail_loop;
    if (!engine_fill(engine, options))
        goto fail_fill;
    *ret_status = weft__loop_open(&engine->loop);
    if (*ret_status != 0)
        goto fail_open;
    return engine;

fail_open:
    weft__resolver_close(engine->resolver);
fail_fill:
    weft__loop_deinit(&engine->loop);
fail_loop:
    uv_mutex_destroy(&engine->posts_lock);
fail_lock:
    weft__free(&heap, engine);
    return NULL;
}

weft_engine *weft_engine_new(uv_loop_t *loop, const weft_engine_options *options, weft_error_info *ret_error)
{
    static const weft_engine_options defaults;
    weft_engine *engine;
    const char *fault;
    int status;

    if (!options)
        options = &defaults;
    fault = find_fault(loop, options);
    if (fault) {
        weft__fail_new(ret_error, WEFT_E_INVALID, "%s", fault);
        return NULL;
    }
    engine = engine_make(loop, options, &status);
    if (status == UV_ENOMEM)
        weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
    else if (status != 0)
        weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "libuv gives the engine no handle: %s", uv_strerror(status));
    return engine;
}

void *weft__engine_take_spare(weft_engine *engine, size_t size)
{
    weft__spare *spare = engine->spares;

    if (!spare)
        return weft__alloc(&engine->loop.heap, size);
    engine->spares = spare->next;
    engine->spare_count--;
    return spare;
}

void weft__engine_give_spare(weft_engine *engine, void *block)
{
    weft__spare *spare = block;

    /* Compared like this because MAX_SPARES may be 0, and no unsigned number is less than that. */
    if (engine->spare_count + 1 > MAX_SPARES) {
        weft__free(&engine->loop.heap, block);
        return;
    }
    spare->next = engine->spares;
    engine->spares = spare;
    engine->spare_count++;
}

static void free_spares(weft_engine *engine)
{
    weft__spare *spare;

    while ((spare = engine->spares) != NULL) {
        engine->spares = spare->next;
        weft__free(&engine->loop.heap, spare);
    }
}

void weft__engine_ref(weft_engine *engine)
{
    engine->refs++;
}

void weft__engine_unref(weft_engine *engine)
{
    weft__heap heap;

    if (--engine->refs > 0)
        return;
    free_spares(engine);
    weft__buffer_deinit(&engine->scratch);
    weft__buffer_deinit(&engine->scratch_body);
    weft__arena_release(&engine->reading);
    uv_mutex_destroy(&engine->posts_lock);
    weft__loop_deinit(&engine->loop);
    heap = engine->loop.heap;
    weft__free(&heap, engine);
}

static void run_posts(weft_engine *engine)
{
    weft__list posts;
    weft__link *link;

    weft__list_init(&posts);
    uv_mutex_lock(&engine->posts_lock);
    weft__list_take(&posts, &engine->posts);
    engine->posts_closed = engine->closing;
    uv_mutex_unlock(&engine->posts_lock);
    while ((link = weft__list_pop_front(&posts)) != NULL) {
        weft__post post = *WEFT__CONTAINER_OF(link, weft__post, link);

        weft__free(&engine->loop.heap, link);
        post.function(engine, post.arg);
    }
}

static void on_wake(weft__loop *loop)
{
    weft_engine *engine = WEFT__CONTAINER_OF(loop, weft_engine, loop);

    weft__engine_ref(engine);
    run_posts(engine);
    weft__engine_unref(engine);
}

bool weft_engine_post(weft_engine *engine, weft_post_cb *function, void *arg)
{
    weft__post *post = engine ? weft__alloc(&engine->loop.heap, sizeof(*post)) : NULL;
    bool is_open;

    if (!post)
        return false;
    *post = (weft__post){.function = function, .arg = arg};
    uv_mutex_lock(&engine->posts_lock);
    is_open = !engine->posts_closed;
    if (is_open) {
        weft__list_push_back(&engine->posts, &post->link);
        /* Within the lock: closing takes it too, so the loop's handle is still there. */
        weft__loop_wake(&engine->loop);
    }
    uv_mutex_unlock(&engine->posts_lock);
    if (!is_open)
        weft__free(&engine->loop.heap, post);
    return is_open;
}

static void on_loop_closed(weft__loop *loop)
{
    weft_engine *engine = WEFT__CONTAINER_OF(loop, weft_engine, loop);

    weft__tls_store_free(engine->tls);
    if (engine->closed)
        engine->closed(engine->closed_arg);
    weft__engine_unref(engine);
}

/* Tells so many members, and as many more as there is time for; false while there are others. */
static bool close_members(weft_engine *engine, unsigned at_least)
{
    weft__link *link;

    for (unsigned told = 0; (link = weft__list_first(&engine->members)) != NULL; told++) {
        if (told >= at_least && !weft__loop_has_time(&engine->loop))
            break;
        weft__member *member = WEFT__CONTAINER_OF(link, weft__member, link);

        weft__list_push_back(&engine->ending, link);
        if (member->close)
            member->close(member);
    }
    if (link)
        weft__loop_defer(&engine->loop, &engine->closing_task);
    return !link;
}

/* The members are gone, and with the clients every call: what is left is the library's own. */
static void on_closing_task(weft__task *task)
{
    weft_engine *engine = WEFT__CONTAINER_OF(task, weft_engine, closing_task);

    if (!close_members(engine, 1) || !weft__list_is_empty(&engine->ending))
        return;
    /* Some other turn, when not all connections are closed yet, or what they were is not freed. */
    if (!engine->pool_closed && !weft__pool_close(&engine->pool)) {
        weft__loop_defer(&engine->loop, task);
        return;
    }
    engine->pool_closed = true;
    if (!weft__loop_is_done(&engine->loop)) {
        weft__loop_defer(&engine->loop, task);
        return;
    }
    weft__resolver_close(engine->resolver);
    weft__loop_release(&engine->loop);
    weft__loop_close(&engine->loop, on_loop_closed);
}

void weft__engine_join(weft_engine *engine, weft__member *member, void (*close)(weft__member *member))
{
    member->close = close;
    weft__list_push_back(&engine->members, &member->link);
}

void weft__engine_leave(weft_engine *engine, weft__member *member)
{
    weft__list_remove(&member->link);
    if (engine->closing)
        weft__loop_defer(&engine->loop, &engine->closing_task);
}

void weft_engine_hold(weft_engine *engine)
{
    if (!engine || engine->closing)
        return;
    engine->holds++;
    weft__loop_hold(&engine->loop);
}

static void release(weft_engine *engine)
{
    engine->holds--;
    weft__loop_release(&engine->loop);
}

void weft_engine_release(weft_engine *engine)
{
    if (engine && engine->holds > 0)
        release(engine);
}

void weft_engine_close(weft_engine *engine, weft_closed_cb *closed, void *arg)
{
    if (!engine || engine->closing)
        return;
    engine->closing = true;
    engine->closed = closed;
    engine->closed_arg = arg;
    weft__loop_hold(&engine->loop);
    while (engine->holds > 0)
        release(engine);
    run_posts(engine);
    close_members(engine, WEFT__DONE_AT_ONCE);
    weft__loop_defer(&engine->loop, &engine->closing_task);
}

void weft_engine_get_stats(const weft_engine *engine, weft_engine_stats *ret_stats)
{
    *ret_stats = engine->loop.stats;
    ret_stats->connections_open = engine->pool.open;
    ret_stats->connections_idle = engine->pool.idle;
    ret_stats->calls_in_flight = engine->calls_in_flight;
    ret_stats->calls_queued = engine->pool.queued;
    ret_stats->streams_open = engine->streams_open;
}
