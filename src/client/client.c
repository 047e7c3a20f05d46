#include "client/client.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "client/call.h"
#include "client/pause.h"
#include "client/prefix.h"
#include "client/origin.h"
#include "weft/weft.h"

enum {
    DEFAULT_MAX_HEADER_BYTES = 64 * 1024,
    DEFAULT_MAX_HEADERS = 100,
    DEFAULT_MAX_BODY_BYTES = 64 * 1024 * 1024,
    DEFAULT_MAX_EVENT_BYTES = 16 * 1024 * 1024,
    DEFAULT_RETRIES = 2,
    DEFAULT_FIRST_BACKOFF_MS = 500,
    DEFAULT_MAX_BACKOFF_MS = 8000,
    DEFAULT_MAX_RETRY_AFTER_MS = 60000,
};

static void on_closing_task(weft__task *task);
static void close_member(weft__member *member);

/* As weft__fail_new, in the name of the service, unless it has none. */
static void fail(const weft_client *client, weft_error_info *ret_error, weft_code code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void fail(const weft_client *client, weft_error_info *ret_error, weft_code code, const char *format, ...)
{
    const char *name = client->service->name;
    char text[sizeof(ret_error->message)];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    weft__fail_new(ret_error, code, "%s%s%s", name, *name ? ": " : "", text);
}

/* What is wrong with a text that goes into a header; NULL when nothing is. */
static const char *text_fault(const char *text)
{
    size_t len = strlen(text);

    if (len > WEFT__MAX_TEXT_BYTES)
        return "is longer than 1048576 bytes";
    if (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        return "ends in a line break";
    return weft__text_has_control(text) ? "contains control characters" : NULL;
}

/* The same of a token; a service that would not send it says what to use instead. */
static const char *token_fault(const weft__service *service, const char *token)
{
    return service->token_refusal ? service->token_refusal : text_fault(token);
}

const char *weft__header_objection(const char *name)
{
    static const struct {
        const char *name, *why;
    } reserved[] = {
        {"host", "it is the URL's to say"},
        {"content-length", "weft frames the body by itself"},
        {"transfer-encoding", "weft frames the body by itself"},
        {"trailer", "weft sends no trailers"},
        {"content-type", "it is set with the body"},
        {"connection", "connections are weft's own to keep"},
        {"upgrade", "weft speaks HTTP/1.1 only"},
        {"te", "weft takes no other transfer coding than chunked"},
        {"expect", "weft sends a body at once and waits for no 100 Continue"},
    };

    if (!name || !*name)
        return "a header without a name";
    if (!weft__text_is_token(name, strlen(name)))
        return "the name has characters that no header's name may have";
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        if (weft__text_equal_nocase(weft__str(name), weft__str(reserved[i].name)))
            return reserved[i].why;
    return NULL;
}

const char *weft__header_value_objection(const char *value)
{
    if (!value)
        return "the value is missing";
    return weft__text_is_header_value(value, strlen(value)) ? NULL : "the value has characters that no header may have";
}

/* Checks the client's own headers and keeps them as header lines. */
static bool take_headers(weft_client *client, const weft_client_options *options, weft_error_info *ret_error)
{
    weft__buffer lines;
    bool ok = false;

    weft__buffer_init(&lines, &client->engine->loop.heap, SIZE_MAX);
    lines.secret = true;
    for (size_t i = 0; i < options->headers_count; i++) {
        const weft_pair *header = &options->headers[i];
        const char *why = weft__header_objection(header->name);

        if (!why)
            why = weft__header_value_objection(header->value);
        if (why) {
            weft__fail_new(ret_error, WEFT_E_INVALID, "headers[%zu] (%.64s): %s", i, header->name ? header->name : "",
                           why);
            goto done;
        }
        weft__buffer_append_text(&lines, header->name);
        weft__buffer_append_text(&lines, ": ");
        weft__buffer_append_text(&lines, header->value);
        weft__buffer_append_text(&lines, "\r\n");
        if (lines.len > WEFT__MAX_TEXT_BYTES) {
            weft__fail_new(ret_error, WEFT_E_INVALID, "headers are longer than 1048576 bytes together");
            goto done;
        }
    }
    weft__buffer_append_char(&lines, '\0');
    if (lines.failed) {
        weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
        goto done;
    }
    client->headers = lines.data;
    lines.data = NULL;
    ok = true;
done:
    weft__buffer_wipe(&lines);
    weft__buffer_deinit(&lines);
    return ok;
}

static bool append_query(weft__buffer *text, const weft_client_options *options, weft_error_info *ret_error)
{
    for (size_t i = 0; i < options->query_count; i++) {
        const weft_pair *item = &options->query[i];

        if (!item->name || !item->value) {
            weft__fail_new(ret_error, WEFT_E_INVALID, "query[%zu]: a name or a value is missing", i);
            return false;
        }
        if (!weft__text_is_utf8(item->name, strlen(item->name)) ||
            !weft__text_is_utf8(item->value, strlen(item->value))) {
            weft__fail_new(ret_error, WEFT_E_INVALID, "query[%zu]: invalid UTF-8", i);
            return false;
        }
        if (i > 0)
            weft__buffer_append_char(text, '&');
        weft__text_append_query(text, item->name, strlen(item->name));
        weft__buffer_append_char(text, '=');
        weft__text_append_query(text, item->value, strlen(item->value));
        if (text->len > WEFT__MAX_TEXT_BYTES) {
            weft__fail_new(ret_error, WEFT_E_INVALID, "query is longer than 1048576 bytes when it is escaped");
            return false;
        }
    }
    if (weft__buffer_append_char(text, '\0'))
        return true;
    weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
    return false;
}

static bool take_query(weft_client *client, const weft_client_options *options, weft_error_info *ret_error)
{
    weft__buffer text;

    weft__buffer_init(&text, &client->engine->loop.heap, SIZE_MAX);
    text.secret = true;
    if (!append_query(&text, options, ret_error)) {
        weft__buffer_wipe(&text);
        weft__buffer_deinit(&text);
        return false;
    }
    client->query = text.data;
    return true;
}

/* A text as the options have it, or the environment; `*name`, for messages, becomes the variable's then. NULL when
 * neither has one. */
static const char *find_text(const char *option, const char *variable, const char **name)
{
    const char *text = option && *option ? option : NULL;

    if (!text && variable)
        text = getenv(variable);
    if (!text || !*text)
        return NULL;
    if (text != option)
        *name = variable;
    return text;
}

static bool take_url(weft_client *client, const weft_client_options *options, weft_error_info *ret_error)
{
    const weft__service *service = client->service;
    const char *name = NULL;
    const char *text = find_text(options->base_url, service->base_url_variable, &name);
    weft__url_error error;

    if (!text)
        text = service->default_base_url;
    if (!text) {
        fail(client, ret_error, WEFT_E_INVALID, "base_url is required");
        return false;
    }
    if (!weft__url_parse(&client->engine->loop.heap, weft__str(text), WEFT__URL_BASE, &client->url, &error)) {
        fail(client, ret_error, error.no_memory ? WEFT_E_NO_MEMORY : WEFT_E_INVALID, "%s%s%s", name ? name : "",
             name ? ": " : "", error.text);
        return false;
    }
    if (client->url.query.ptr) {
        fail(client, ret_error, WEFT_E_INVALID, "base URL must not have a query");
        return false;
    }
    return true;
}

static bool take_texts(weft_client *client, const weft_client_options *options, weft_error_info *ret_error)
{
    const char *agent = options->user_agent && *options->user_agent ? options->user_agent : "weft/" WEFT_VERSION;
    const char *token_name = "token";
    const char *token = find_text(options->token, client->service->token_variable, &token_name);
    const char *fault = token ? token_fault(client->service, token) : NULL;
    weft__heap *heap = &client->engine->loop.heap;

    if (strlen(agent) > WEFT__MAX_TEXT_BYTES) {
        weft__fail_new(ret_error, WEFT_E_INVALID, "user_agent is longer than 1048576 bytes");
        return false;
    }
    if (!weft__text_is_header_value(agent, strlen(agent))) {
        weft__fail_new(ret_error, WEFT_E_INVALID, "user_agent has characters that no header may have");
        return false;
    }
    if (fault) {
        fail(client, ret_error, WEFT_E_INVALID, "%s %s", token_name, fault);
        return false;
    }
    client->user_agent = weft__strdup(heap, agent);
    if (token)
        client->token = weft__strdup(heap, token);
    if (!client->user_agent || (token && !client->token)) {
        weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
        return false;
    }
    return take_headers(client, options, ret_error) && take_query(client, options, ret_error);
}

static void take_policy(weft_client *client, const weft_client_options *options)
{
    const weft_retry_options *retries = &options->retries;

    client->timeouts = options->timeouts;
    client->stream_timeouts = options->stream_timeouts;
    client->limits.max_head_bytes = options->max_header_bytes ? options->max_header_bytes : DEFAULT_MAX_HEADER_BYTES;
    client->limits.max_headers = options->max_headers ? options->max_headers : DEFAULT_MAX_HEADERS;
    client->max_body_bytes = options->max_body_bytes ? options->max_body_bytes : DEFAULT_MAX_BODY_BYTES;
    client->max_decoded_bytes = options->max_decoded_bytes;
    client->max_event_bytes = options->max_event_bytes ? options->max_event_bytes : DEFAULT_MAX_EVENT_BYTES;
    client->retries = (weft_retry_options){
        .max_retries = retries->max_retries == WEFT_NO_RETRIES ? 0
                       : retries->max_retries                  ? retries->max_retries
                                                               : DEFAULT_RETRIES,
        .first_backoff_ms = retries->first_backoff_ms ? retries->first_backoff_ms : DEFAULT_FIRST_BACKOFF_MS,
        .max_backoff_ms = retries->max_backoff_ms ? retries->max_backoff_ms : DEFAULT_MAX_BACKOFF_MS,
        .max_retry_after_ms = retries->max_retry_after_ms ? retries->max_retry_after_ms : DEFAULT_MAX_RETRY_AFTER_MS,
    };
    client->on_request = options->on_request;
    client->on_response = options->on_response;
    client->on_retry = options->on_retry;
    client->hook_arg = options->hook_arg;
}

/* NULL is fine. */
static void free_secret(weft__heap *heap, char *secret)
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
    if (client->tls && !weft__tls_config_is_shared(client->tls))
        weft__pool_forget(&engine->pool, client->tls);
    if (engine->clients == 0)
        weft__pool_forget(&engine->pool, NULL);
}

static void client_free(weft_client *client)
{
    weft__heap *heap = &client->engine->loop.heap;

    weft__pauses_free(client);
    weft__client_forget_prefixes(client);
    forget_origins(client);
    weft__tls_config_unref(client->tls);
    weft__client_forget_proxies(client);
    weft__url_deinit(heap, &client->url);
    free_secret(heap, client->token);
    free_secret(heap, client->headers);
    free_secret(heap, client->query);
    for (int i = 0; i < WEFT__CLIENT_TEXTS; i++)
        free_secret(heap, client->texts[i]);
    weft__free(heap, client->user_agent);
    weft__free(heap, client->note);
    weft__free(heap, client);
}

weft_client *weft__client_new(weft_engine *engine, const weft__service *service, const weft_client_options *options,
                              weft_error_info *ret_error)
{
    static const weft_client_options defaults;
    weft_error_info error;
    weft_client *client;

    if (!options)
        options = &defaults;
    if (!weft__engine_is_open(engine, ret_error))
        return NULL;
    client = weft__zalloc(&engine->loop.heap, sizeof(*client));
    if (!client) {
        weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    client->engine = engine;
    client->service = service;
    client->generation = 1;
    client->closing_task.run = on_closing_task;
    weft__list_init(&client->calls);
    weft__list_init(&client->pauses);
    take_policy(client, options);
    if (!take_url(client, options, ret_error) || !take_texts(client, options, ret_error))
        goto fail;
    if (weft__client_take_tls(client, options->tls, &error) && weft__client_take_proxy(client, options, &error))
        client->origin = weft__client_origin(client, &client->url, &error);
    if (!client->origin) {
        weft__fail_new(ret_error, error.code, "%s", error.message);
        goto fail;
    }
    weft__engine_join(engine, &client->member, close_member);
    engine->clients++;
    return client;

fail:
    client_free(client);
    return NULL;
}

static void leave(weft_client *client)
{
    client->engine->clients--;
    weft__engine_leave(client->engine, &client->member);
}

void weft__client_discard(weft_client *client)
{
    leave(client);
    client_free(client);
}

/* For a proxy that forwards, and sees the request's head; one that tunnels is greeted apart. */
static void append_proxy_credentials(const weft__origin *origin, weft__buffer *out)
{
    if (weft__origin_is_forwarded(origin))
        weft__buffer_append_text(out, origin->route.proxy->credentials);
}

/* Whether the client's own headers have one of that name. */
static bool has_own(const weft_client *client, const char *name)
{
    return weft__lines_have(client->headers, strlen(client->headers), name);
}

void weft__client_append_credential(const weft_client *client, const char *name, const char *scheme, const char *value,
                                    weft__buffer *out)
{
    if (!value || has_own(client, name))
        return;
    weft__buffer_append_text(out, name);
    weft__buffer_append_text(out, ": ");
    weft__buffer_append_text(out, scheme);
    weft__buffer_append_text(out, value);
    weft__buffer_append_text(out, "\r\n");
}

static bool render_prefix(weft_client *client, uint8_t credential, weft__buffer *out)
{
    weft__buffer_append_text(out, "Host: ");
    weft__buffer_append(out, client->url.authority.ptr, client->url.authority.len);
    weft__buffer_append_text(out, "\r\n");
    if (!has_own(client, "User-Agent")) {
        weft__buffer_append_text(out, "User-Agent: ");
        weft__buffer_append_text(out, client->user_agent);
        weft__buffer_append_text(out, "\r\n");
    }
    weft__buffer_append_text(out, client->headers);
    append_proxy_credentials(client->origin, out);
    if (client->service->credentials)
        client->service->credentials(client, credential, out);
    else
        weft__client_append_credential(client, "Authorization", "Bearer ", client->token, out);
    return !out->failed;
}

/* NULL when out of memory. */
static weft__prefix *prefix_new(weft__heap *heap, const weft__buffer *text)
{
    weft__prefix *prefix = weft__alloc(heap, sizeof(*prefix) + text->len);

    if (!prefix)
        return NULL;
    *prefix = (weft__prefix){.heap = heap, .refs = 1, .len = (uint32_t)text->len};
    memcpy(prefix->text, text->data, text->len);
    return prefix;
}

weft__prefix *weft__client_anonymous_prefix(weft_client *client, const weft__url *url, const weft__origin *origin)
{
    weft__heap *heap = &client->engine->loop.heap;
    weft__prefix *prefix = NULL;
    weft__buffer text;

    weft__buffer_init(&text, heap, UINT32_MAX); /* each of its parts has a limit */
    text.secret = true;
    weft__buffer_append_text(&text, "Host: ");
    weft__buffer_append(&text, url->authority.ptr, url->authority.len);
    weft__buffer_append_text(&text, "\r\nUser-Agent: ");
    weft__buffer_append_text(&text, client->user_agent);
    weft__buffer_append_text(&text, "\r\n");
    append_proxy_credentials(origin, &text);
    if (!text.failed)
        prefix = prefix_new(heap, &text);
    weft__buffer_wipe(&text);
    weft__buffer_deinit(&text);
    return prefix;
}

weft__prefix *weft__client_prefix(weft_client *client, uint8_t credential)
{
    weft__prefix *prefix = client->prefixes[credential];
    weft__heap *heap = &client->engine->loop.heap;
    weft__buffer text;

    if (prefix) {
        prefix->refs++;
        return prefix;
    }
    weft__buffer_init(&text, heap, UINT32_MAX); /* each of its parts has a limit */
    text.secret = true;
    if (render_prefix(client, credential, &text)) {
        prefix = prefix_new(heap, &text);
        if (prefix) {
            prefix->refs++;
            prefix->generation = client->generation;
            client->prefixes[credential] = prefix;
        }
    }
    weft__buffer_wipe(&text);
    weft__buffer_deinit(&text);
    return prefix;
}

void weft__prefix_unref(weft__prefix *prefix)
{
    if (!prefix || --prefix->refs > 0)
        return;
    weft__wipe(prefix->text, prefix->len);
    weft__free(prefix->heap, prefix);
}

void weft__client_forget_prefixes(weft_client *client)
{
    for (int i = 0; i < WEFT__CREDENTIALS; i++) {
        weft__prefix_unref(client->prefixes[i]);
        client->prefixes[i] = NULL;
    }
    if (++client->generation == 0)
        client->generation = 1;
}

/* Replaces one of the client's secrets; NULL or "" clears it. `fault` is what is wrong with the text, or NULL. */
static bool replace_secret(weft_client *client, char **secret, const char *name, const char *text, const char *fault,
                           weft_error_info *ret_error)
{
    weft__heap *heap = &client->engine->loop.heap;
    char *copy = NULL;

    if (fault) {
        fail(client, ret_error, WEFT_E_INVALID, "%s %s", name, fault);
        return false;
    }
    if (text && *text) {
        copy = weft__strdup(heap, text);
        if (!copy) {
            weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
            return false;
        }
    }
    free_secret(heap, *secret);
    *secret = copy;
    weft__client_forget_prefixes(client);
    return true;
}

bool weft_client_set_token(weft_client *client, const char *token, weft_error_info *ret_error)
{
    const char *fault;

    if (!client) {
        weft__fail_new(ret_error, WEFT_E_INVALID, "the client is NULL");
        return false;
    }
    fault = token && *token ? token_fault(client->service, token) : NULL;
    if (fault)
        weft__log(&client->engine->loop, WEFT_LOG_WARN, "%s%stoken %s", client->service->name,
                  *client->service->name ? ": " : "", fault);
    return replace_secret(client, &client->token, "token", token, fault, ret_error);
}

bool weft__client_set_text(weft_client *client, unsigned number, const char *name, const char *text,
                           weft_error_info *ret_error)
{
    return replace_secret(client, &client->texts[number], name, text, text ? text_fault(text) : NULL, ret_error);
}

const char *weft__client_text(const weft_client *client, unsigned number)
{
    return client ? client->texts[number] : NULL;
}

/* Every call has been reported; nothing refers to the client any more. */
static void on_closing_task(weft__task *task)
{
    weft_client *client = WEFT__CONTAINER_OF(task, weft_client, closing_task);
    weft_engine *engine = client->engine;
    weft_closed_cb *closed = client->closed;
    void *arg = client->closed_arg;

    if (!weft__list_is_empty(&client->calls))
        return;
    leave(client);
    client_free(client);
    if (closed)
        closed(arg);
    weft__loop_release(&engine->loop);
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
    WEFT__LIST_EACH(link, &client->calls)
        weft__call_close(WEFT__CONTAINER_OF(link, weft_call, link));
    weft__loop_defer(&client->engine->loop, &client->closing_task);
}

static void close_member(weft__member *member)
{
    weft_client_close(WEFT__CONTAINER_OF(member, weft_client, member), NULL, NULL);
}

weft_engine *weft_client_engine(const weft_client *client)
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
