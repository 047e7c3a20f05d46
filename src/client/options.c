/* Makes a client of its options: checks them, and fills in what they leave out. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "client/credentials.h"
#include "client/pairs.h"
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

/* What a client keeps for its requests, as it will be written: rendered here, within a limit. */
static void text_init(weft__buffer *text, weft_client *client)
{
    weft__buffer_init(text, &client->engine->loop.heap, SIZE_MAX);
    text->secret = true;
}

/* The end of `text`: hands it over when it is `fine`; else NULL, with `*ret_error` filled. */
static char *text_end(weft__buffer *text, bool fine, const char *too_long, weft_error_info *ret_error)
{
    if (fine && text->len > WEFT__MAX_TEXT_BYTES)
        weft__fail_new(ret_error, WEFT_E_INVALID, "%s", too_long);
    else if (fine && weft__buffer_append_char(text, '\0'))
        return text->data;
    else if (fine)
        weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
    weft__buffer_wipe(text);
    weft__buffer_deinit(text);
    return NULL;
}

static bool take_headers(weft_client *client, const weft_client_options *options, weft_error_info *ret_error)
{
    weft__buffer text;
    bool fine;

    text_init(&text, client);
    fine = weft__headers_append(&text, options->headers, options->headers_count, ret_error);
    client->headers = text_end(&text, fine, "headers are longer than " WEFT__MAX_TEXT " bytes together", ret_error);
    return client->headers != NULL;
}

static bool take_query(weft_client *client, const weft_client_options *options, weft_error_info *ret_error)
{
    weft__buffer text;
    bool fine;

    text_init(&text, client);
    fine = weft__query_append(&text, '\0', options->query, options->query_count, ret_error);
    client->query =
        text_end(&text, fine, "query is longer than " WEFT__MAX_TEXT " bytes when it is escaped", ret_error);
    return client->query != NULL;
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
        weft__client_fail_new(client, ret_error, WEFT_E_INVALID, "base_url is required");
        return false;
    }
    if (!weft__url_parse(&client->engine->loop.heap, weft__str(text), WEFT__URL_BASE, &client->url, &error)) {
        weft__client_fail_new(client, ret_error, error.no_memory ? WEFT_E_NO_MEMORY : WEFT_E_INVALID, "%s%s%s",
                              name ? name : "", name ? ": " : "", error.text);
        return false;
    }
    if (client->url.query.ptr) {
        weft__client_fail_new(client, ret_error, WEFT_E_INVALID, "base URL must not have a query");
        return false;
    }
    return true;
}

static bool take_texts(weft_client *client, const weft_client_options *options, weft_error_info *ret_error)
{
    const char *agent = options->user_agent && *options->user_agent ? options->user_agent : "weft/" WEFT_VERSION;
    const char *token_name = "token";
    const char *token = find_text(options->token, client->service->token_variable, &token_name);
    const char *fault = token ? weft__token_fault(client->service, token) : NULL;
    weft__heap *heap = &client->engine->loop.heap;

    if (strlen(agent) > WEFT__MAX_TEXT_BYTES) {
        weft__fail_new(ret_error, WEFT_E_INVALID, "user_agent is longer than %d bytes", WEFT__MAX_TEXT_BYTES);
        return false;
    }
    if (!weft__text_is_header_value(agent, strlen(agent))) {
        weft__fail_new(ret_error, WEFT_E_INVALID, "user_agent has characters that no header may have");
        return false;
    }
    if (fault) {
        weft__client_fail_new(client, ret_error, WEFT_E_INVALID, "%s %s", token_name, fault);
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
    client = weft__client_make(engine, service);
    if (!client) {
        weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
        return NULL;
    }
    take_policy(client, options);
    if (!take_url(client, options, ret_error) || !take_texts(client, options, ret_error))
        goto fail;
    if (weft__routes_init(&client->routes, engine, &client->url, options, &error))
        client->origin = weft__routes_origin(&client->routes, &client->url, &error);
    if (!client->origin) {
        weft__fail_new(ret_error, error.code, "%s", error.message);
        goto fail;
    }
    weft__client_join(client);
    return client;

fail:
    weft__client_free(client);
    return NULL;
}
