/* Servers quote what they were sent: no credential of the client's own comes back out by way of a message. */
#include "call/redact.h"

#include "base/text.h"

enum {
    SHORTEST = 4,    /* a credential of fewer bytes says nothing when it is found */
    SHORT = 8,       /* and one of fewer than these only as a word of its own */
    ENOUGH = 16,     /* so much of its beginning gives a credential away, however the rest is cut */
    MAX_FORM = 1024, /* of a credential in another encoding, that is looked for */
};

static bool is_word(char byte)
{
    return weft__text_is_letter(byte) || weft__text_is_digit(byte);
}

/* How much of `secret` stands at `at`; 0 when it is too little to be it. */
static size_t match(const char *text, const char *at, weft_str secret)
{
    size_t len = 0;

    while (len < secret.len && at[len] == secret.ptr[len])
        len++;
    if (len < secret.len && len < ENOUGH)
        return 0;
    if (len < SHORT && ((at > text && is_word(at[-1])) || is_word(at[len])))
        return 0;
    return len;
}

static void strike(char *text, weft_str secret)
{
    static const char stars[] = "***";
    char *at = text;

    if (secret.len < SHORTEST)
        return;
    while ((at = strchr(at, *secret.ptr)) != NULL) {
        size_t len = match(text, at, secret);

        if (len == 0) {
            at++;
            continue;
        }
        memcpy(at, stars, sizeof(stars) - 1);
        memmove(at + sizeof(stars) - 1, at + len, strlen(at + len) + 1);
        at += sizeof(stars) - 1;
    }
}

typedef bool append_fn(weft__buffer *out, const char *text, size_t len);

static bool append_base64(weft__buffer *out, const char *text, size_t len)
{
    /* Without the last group: where the credential is not all that was encoded, that one differs. */
    return weft__text_append_base64(out, text, len - len % 3);
}

/* As some write it into JSON. */
static bool append_json(weft__buffer *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '/' || text[i] == '"' || text[i] == '\\')
            weft__buffer_append_char(out, '\\');
        weft__buffer_append_char(out, text[i]);
    }
    return !out->failed;
}

/* Looks for it as `append` writes it, unless that changes nothing. */
static void strike_form(const weft_call *call, char *text, weft_str secret, append_fn *append)
{
    weft__buffer form;

    weft__buffer_init(&form, &call->engine->loop.heap, MAX_FORM);
    form.secret = true;
    append(&form, secret.ptr, secret.len);
    if (form.len != secret.len || memcmp(form.data, secret.ptr, secret.len) != 0)
        strike(text, (weft_str){form.data, form.len});
    weft__buffer_wipe(&form);
    weft__buffer_deinit(&form);
}

static void strike_forms(const weft_call *call, char *text, weft_str secret)
{
    if (secret.len < SHORTEST)
        return;
    strike(text, secret);
    strike_form(call, text, secret, weft__text_append_query);
    strike_form(call, text, secret, append_base64);
    strike_form(call, text, secret, append_json);
}

/* In a query a plus is a blank. */
static bool append_meant(weft__buffer *out, const char *text, size_t len)
{
    for (const char *end = text + len, *plus; text < end; text = plus + 1) {
        plus = memchr(text, '+', (size_t)(end - text));
        weft__text_append_unescaped(out, text, (size_t)((plus ? plus : end) - text));
        if (!plus)
            break;
        weft__buffer_append_char(out, ' ');
    }
    return !out->failed;
}

/* As it stands in a URL, and as `append` says that it is meant. */
static void strike_escaped(const weft_call *call, char *text, weft_str value, append_fn *append)
{
    strike(text, value);
    if (value.len >= SHORTEST)
        strike_form(call, text, value, append);
}

/* Whether what has such a name is a credential by all likelihood. */
static bool is_telling(weft_str name)
{
    static const char *const words[] = {"auth",   "cookie",  "credential", "key",  "pass",
                                        "secret", "session", "sig",        "token"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        for (size_t at = 0, len = strlen(words[i]); at + len <= name.len; at++)
            if (weft__text_equal_nocase((weft_str){name.ptr + at, len}, (weft_str){words[i], len}))
                return true;
    return false;
}

static bool ends_word(char byte)
{
    return byte == ' ' || byte == ';' || byte == ',';
}

/* Of "name=TOKEN" the token; '=' at the end of base64 begins none. */
static weft_str token_in(weft_str word)
{
    const char *equals = word.len > 0 ? memchr(word.ptr, '=', word.len) : NULL;
    const char *end = word.ptr + word.len;

    if (!equals || equals + 1 == end || equals[1] == '=')
        return word;
    return (weft_str){equals + 1, (size_t)(end - equals - 1)};
}

/* The value whole, and each word of it that is long enough, but for the scheme: of "Bearer TOKEN", 
 * "a=TOKEN; b=TOKEN". */
static void strike_value(const weft_call *call, char *text, weft_str value)
{
    size_t begin = 0;

    strike_forms(call, text, value);
    for (size_t at = 0; at <= value.len; at++) {
        if (at < value.len && !ends_word(value.ptr[at]))
            continue;
        if (at - begin >= SHORT)
            strike_forms(call, text, token_in((weft_str){value.ptr + begin, at - begin}));
        begin = at + 1;
    }
}

/* Of header lines, "Name: value\r\n" each, as weft writes them. */
static void strike_lines(const weft_call *call, char *text, const char *lines, size_t len)
{
    const char *end = lines + len;

    while (lines < end) {
        const char *stop = memchr(lines, '\r', (size_t)(end - lines));
        const char *colon = stop ? memchr(lines, ':', (size_t)(stop - lines)) : NULL;

        if (!colon)
            return;
        if (is_telling((weft_str){lines, (size_t)(colon - lines)}))
            strike_value(call, text, (weft_str){colon + 2, (size_t)(stop - colon - 2)});
        lines = stop + 2;
    }
}

/* Of "name=value&name=value", escaped. */
static void strike_query(const weft_call *call, char *text, weft_str query, bool all)
{
    const char *at = query.ptr, *end = at + query.len;

    while (at < end) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        const char *equals;

        stop = stop ? stop : end;
        equals = memchr(at, '=', (size_t)(stop - at));
        if (equals && (all || is_telling((weft_str){at, (size_t)(equals - at)})))
            strike_escaped(call, text, (weft_str){equals + 1, (size_t)(stop - equals - 1)}, append_meant);
        at = stop + 1;
    }
}

static void strike_client(const weft_call *call, char *text)
{
    const weft_client *client = call->client;

    if (client->token)
        strike_forms(call, text, weft__str(client->token));
    for (unsigned i = 0; i < WEFT__CLIENT_TEXTS; i++)
        if (client->texts[i] && !(client->service->public_texts & 1u << i))
            strike_forms(call, text, weft__str(client->texts[i]));
    strike_lines(call, text, client->headers, strlen(client->headers));
    strike_query(call, text, weft__str(client->query), true);
}

/* "Proxy-Authorization: Basic ...\r\n", and the password as it stands in the URL. */
static void strike_proxy(const weft_call *call, char *text, const weft__proxy *proxy)
{
    weft_str userinfo = proxy->url.userinfo;
    const char *colon = userinfo.len ? memchr(userinfo.ptr, ':', userinfo.len) : NULL;

    strike_lines(call, text, proxy->credentials, strlen(proxy->credentials));
    if (colon)
        strike_escaped(call, text, (weft_str){colon + 1, userinfo.len - (size_t)(colon + 1 - userinfo.ptr)},
                       weft__text_append_unescaped);
}

static void strike_request(const weft_call *call, char *text, const weft__encoded *request)
{
    strike_query(call, text, weft__encoded_query(request), false);
    strike_lines(call, text, request->bytes + request->line_len, request->body_at - request->line_len);
    if (request->head)
        strike_lines(call, text, request->head + request->line_len, request->head_len - request->line_len);
    else if (call->header_block)
        strike_lines(call, text, call->header_block->text, call->header_block->len);
}

void weft__redact(const weft_call *call, char *text)
{
    const weft__origin *origin = call->exchange.origin;

    strike_client(call, text);
    if (origin->route.proxy)
        strike_proxy(call, text, origin->route.proxy);
    if (call->request && call->request->bytes)
        strike_request(call, text, call->request);
    weft__text_clean(text);
}
