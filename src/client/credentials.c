#include "client/credentials.h"

#include <string.h>

#include "base/text.h"
#include "client/pairs.h"

_Static_assert(WEFT__MAX_TEXT_BYTES == 1048576, "messages say so");

const char *weft__credential_fault(const char *text)
{
    size_t len = strlen(text);

    if (len > WEFT__MAX_TEXT_BYTES)
        return "is longer than " WEFT__MAX_TEXT " bytes";
    if (len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r'))
        return "ends in a line break";
    return weft__text_has_control(text) ? "contains control characters" : NULL;
}

const char *weft__token_fault(const weft__service *service, const char *token)
{
    return service->token_refusal ? service->token_refusal : weft__credential_fault(token);
}

/* Requests sent from now on use the new ones. */
static void renew(weft_client *client)
{
    for (int i = 0; i < WEFT__CREDENTIALS; i++) {
        weft__header_block_unref(client->header_blocks[i]);
        client->header_blocks[i] = NULL;
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
        weft__client_fail_new(client, ret_error, WEFT_E_INVALID, "%s %s", name, fault);
        return false;
    }
    if (text && *text) {
        copy = weft__strdup(heap, text);
        if (!copy) {
            weft__fail_new(ret_error, WEFT_E_NO_MEMORY, "out of memory");
            return false;
        }
    }
    weft__client_free_secret(heap, *secret);
    *secret = copy;
    renew(client);
    return true;
}

bool weft_client_set_token(weft_client *client, const char *token, weft_error_info *ret_error)
{
    const char *fault;

    if (!client) {
        weft__fail_new(ret_error, WEFT_E_INVALID, "the client is NULL");
        return false;
    }
    fault = token && *token ? weft__token_fault(client->service, token) : NULL;
    if (fault)
        weft__log(&client->engine->loop, WEFT_LOG_LEVEL_WARN, "%s%stoken %s", client->service->name,
                  *client->service->name ? ": " : "", fault);
    return replace_secret(client, &client->token, "token", token, fault, ret_error);
}

bool weft__client_set_text(weft_client *client, unsigned number, const char *name, const char *text,
                           weft_error_info *ret_error)
{
    return replace_secret(client, &client->texts[number], name, text, text ? weft__credential_fault(text) : NULL,
                          ret_error);
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
    return weft__header_lines_have(client->headers, strlen(client->headers), name);
}

void weft__client_append_credential(const weft_client *client, const char *name, const char *scheme, const char *value,
                                    weft__buffer *out)
{
    if (value && !has_own(client, name))
        weft__header_append(out, name, scheme, value);
}

static bool render(weft_client *client, uint8_t credential, weft__buffer *out)
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

weft__header_block *weft__client_anonymous_block(weft_client *client, const weft__url *url, const weft__origin *origin)
{
    weft__heap *heap = &client->engine->loop.heap;
    weft__header_block *block = NULL;
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
        block = weft__header_block_new(heap, &text);
    weft__buffer_wipe(&text);
    weft__buffer_deinit(&text);
    return block;
}

weft__header_block *weft__client_header_block(weft_client *client, uint8_t credential)
{
    weft__header_block *block = client->header_blocks[credential];
    weft__heap *heap = &client->engine->loop.heap;
    weft__buffer text;

    if (block)
        return weft__header_block_ref(block);
    weft__buffer_init(&text, heap, UINT32_MAX); /* each of its parts has a limit */
    text.secret = true;
    if (render(client, credential, &text)) {
        block = weft__header_block_new(heap, &text);
        if (block) {
            weft__header_block_ref(block);
            block->generation = client->generation;
            client->header_blocks[credential] = block;
        }
    }
    weft__buffer_wipe(&text);
    weft__buffer_deinit(&text);
    return block;
}
