#include "client/client.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void on_closing_task(weft__task *task);

weft_client *weft__client_make(weft_engine *engine, const weft__service *service)
{
    weft_client *client = weft__zalloc(&engine->loop.heap, sizeof(*client));

    if (!client)
        return NULL;
    client->engine = client->routes.engine = engine;
    client->service = service;
    client->generation = 1;
    client->closing_task.run = on_closing_task;
    weft__list_init(&client->calls);
    weft__list_init(&client->ending);
    weft__list_init(&client->cooldowns);
    return client;
}

void weft__client_fail_new(const weft_client *client, weft_error_info *ret_error, weft_code code, const char *format,
                           ...)
{
    const char *name = client->service->name;
    char text[sizeof(ret_error->message)];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    weft__fail_new(ret_error, code, "%s%s%s", name, *name ? ": " : "", text);
}

void weft__client_free_secret(weft__heap *heap, char *secret)
{
    if (secret)
        weft__wipe(secret, strlen(secret));
    weft__free(heap, secret);
}

/* Its connections go with it, and those of other origins that nobody else could come back to. */
static void forget_origins(weft_client *client)
{
    weft_engine *engine = client->engine;

    if (client->origin)
        weft__origin_drop(client->origin);
    if (client->routes.tls && !weft__tls_config_is_shared(client->routes.tls))
        weft__pool_forget(&engine->pool, client->routes.tls);
    if (engine->clients == 0)
        weft__pool_forget(&engine->pool, NULL);
}

void weft__client_free(weft_client *client)
{
    weft__heap *heap = &client->engine->loop.heap;

    weft__cooldowns_free(&client->cooldowns);
    for (int i = 0; i < WEFT__CREDENTIALS; i++)
        weft__header_block_unref(client->header_blocks[i]);
    forget_origins(client);
    weft__routes_deinit(&client->routes);
    weft__url_deinit(heap, &client->url);
    weft__client_free_secret(heap, client->token);
    weft__client_free_secret(heap, client->headers);
    weft__client_free_secret(heap, client->query);
    for (int i = 0; i < WEFT__CLIENT_TEXTS; i++)
        weft__client_free_secret(heap, client->texts[i]);
    weft__free(heap, client->user_agent);
    weft__free(heap, client->note);
    weft__free(heap, client);
}

/* Tells so many calls, and as many more as there is time for; false while there are others. */
static bool close_calls(weft_client *client, unsigned at_least)
{
    weft__link *link;

    for (unsigned told = 0; (link = weft__list_first(&client->calls)) != NULL; told++) {
        if (told >= at_least && !weft__loop_has_time(&client->engine->loop))
            break;
        weft__list_push_back(&client->ending, link);
        client->close_call(link);
    }
    if (link)
        weft__loop_defer(&client->engine->loop, &client->closing_task);
    return !link;
}

/* Once every call has been reported, nothing refers to the client any more. */
static void on_closing_task(weft__task *task)
{
    weft_client *client = WEFT__CONTAINER_OF(task, weft_client, closing_task);
    weft_engine *engine = client->engine;
    weft_closed_cb *closed = client->closed;
    void *arg = client->closed_arg;

    if (!close_calls(client, 1) || !weft__list_is_empty(&client->ending))
        return;
    engine->clients--;
    weft__engine_leave(engine, &client->member);
    weft__client_free(client);
    if (closed)
        closed(arg);
    weft__loop_release(&engine->loop);
}

void weft__client_call_begins(weft_client *client, weft__link *call, void (*close)(weft__link *call))
{
    client->close_call = close;
    weft__list_push_back(&client->calls, call);
}

void weft__client_call_gone(weft_client *client)
{
    if (client->closing)
        weft__loop_defer(&client->engine->loop, &client->closing_task);
}

void weft_client_close(weft_client *client, weft_closed_cb *closed, void *arg)
{
    if (!client)
        return;
    if (client->closing) {
        if (!client->closed) {
            client->closed = closed;
            client->closed_arg = arg;
        }
        return;
    }
    client->closing = true;
    client->closed = closed;
    client->closed_arg = arg;
    weft__loop_hold(&client->engine->loop);
    close_calls(client, WEFT__DONE_AT_ONCE);
    weft__loop_defer(&client->engine->loop, &client->closing_task);
}

static void close_member(weft__member *member)
{
    weft_client_close(WEFT__CONTAINER_OF(member, weft_client, member), NULL, NULL);
}

const char *weft__client_text(const weft_client *client, unsigned number)
{
    return client ? client->texts[number] : NULL;
}

void weft__client_join(weft_client *client)
{
    weft__engine_join(client->engine, &client->member, close_member);
    client->engine->clients++;
}

weft_engine *weft_client_get_engine(const weft_client *client)
{
    return client ? client->engine : NULL;
}

const weft__service *weft__client_service(const weft_client *client)
{
    return client ? client->service : NULL;
}

const char *weft__client_token(const weft_client *client)
{
    return client ? client->token : NULL;
}

const char *weft__client_note(weft_client *client, const char *format, ...)
{
    weft__heap *heap;
    va_list args;
    int len;

    if (!client)
        return "the client is NULL";
    heap = &client->engine->loop.heap;
    weft__free(heap, client->note);
    client->note = NULL;
    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len >= 0)
        client->note = weft__alloc(heap, (size_t)len + 1);
    if (!client->note)
        return "invalid argument";
    va_start(args, format);
    vsnprintf(client->note, (size_t)len + 1, format, args);
    va_end(args);
    return client->note;
}
