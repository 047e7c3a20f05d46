/* sim_stromboli_auth.c - bearer tokens: the configured one, and those that /auth/token and /auth/refresh
 * issue. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/text.h"
#include "sim_stromboli.h"

enum { TOKENS_MAX = 4096, ACCESS_SECONDS = 86400, REFRESH_SECONDS = 7 * 86400 };

typedef struct issued_token {
    char text[96];
    char *subject;   /* owned; NULL = free place */
    int64_t expires; /* Unix seconds */
    bool refresh, revoked;
} issued_token;

struct stromboli_tokens {
    uint64_t issued; /* the next one's place */
    issued_token ring[TOKENS_MAX];
};

static const sim_member token_members[] = {{"client_id", SIM_STRING, NULL, "ClientID"}};
const sim_shape stromboli_token_shape = SIM_SHAPE("TokenRequest", token_members);
static const sim_member refresh_members[] = {{"refresh_token", SIM_STRING, NULL, "RefreshToken"}};
const sim_shape stromboli_refresh_shape = SIM_SHAPE("RefreshRequest", refresh_members);

stromboli_tokens *stromboli_tokens_new(void)
{
    return calloc(1, sizeof(stromboli_tokens));
}

void stromboli_tokens_free(stromboli_tokens *tokens)
{
    if (!tokens)
        return;
    for (size_t i = 0; i < TOKENS_MAX; i++)
        free(tokens->ring[i].subject);
    free(tokens);
}

static issued_token *find(stromboli_tokens *tokens, weft_str text)
{
    uint64_t used = tokens->issued < TOKENS_MAX ? tokens->issued : TOKENS_MAX;

    for (size_t i = 0; i < used; i++)
        if (weft__text_equal(text, weft__str(tokens->ring[i].text)))
            return tokens->ring[i].expires > (int64_t)time(NULL) ? &tokens->ring[i] : NULL;
    return NULL;
}

static const issued_token *issue(sim_call *call, const char *subject, bool refresh)
{
    stromboli_tokens *tokens = ((stromboli *)call->state)->tokens;
    issued_token *token = &tokens->ring[tokens->issued % TOKENS_MAX];
    char *copy = strdup(subject);

    if (!copy)
        return NULL;
    tokens->issued++;
    free(token->subject);
    token->subject = copy;
    token->refresh = refresh;
    token->revoked = false;
    token->expires = (int64_t)time(NULL) + (refresh ? REFRESH_SECONDS : ACCESS_SECONDS);
    snprintf(token->text, sizeof(token->text), "eyJhbGciOiJIUzI1NiJ9.%016llx.%016llx%016llx",
             (unsigned long long)sim_random_next(&call->random), (unsigned long long)sim_random_next(&call->random),
             (unsigned long long)sim_random_next(&call->random));
    return token;
}

/* The token behind "Bearer "; ptr NULL, and the 401's text, when there is none. */
static weft_str bearer(sim_call *call, const char **ret_fault)
{
    weft_str value = sim_request_header(call->exchange, "authorization");

    *ret_fault = "missing authorization header";
    if (!value.ptr || value.len == 0)
        return (weft_str){NULL, 0};
    *ret_fault = "invalid authorization header format";
    if (sim_request_header_count(call->exchange, "authorization") > 1 || value.len < 8 ||
        strncasecmp(value.ptr, "bearer ", 7) != 0 || memchr(value.ptr + 7, ' ', value.len - 7)) {
        sim_malformed(call->sim, "stromboli %s: %s", call->operation->name, *ret_fault);
        return (weft_str){NULL, 0};
    }
    *ret_fault = NULL;
    return (weft_str){value.ptr + 7, value.len - 7};
}

static bool is_configured(const sim_call *call, weft_str text)
{
    return call->sim->options.token && weft__text_equal(text, weft__str(call->sim->options.token));
}

static bool deny(sim_call *call, const char *text)
{
    call->sim->unauthorized++;
    stromboli_plain_error(call, 401, text);
    return false;
}

bool stromboli_authorize(sim_call *call)
{
    const char *fault;
    weft_str text;
    const issued_token *token;

    if (!call->sim->options.token) {
        if (sim_request_header(call->exchange, "authorization").ptr)
            bearer(call, &fault);
        return true;
    }
    text = bearer(call, &fault);
    if (!text.ptr)
        return deny(call, fault);
    if (is_configured(call, text))
        return true;
    token = find(((stromboli *)call->state)->tokens, text);
    if (!token || token->refresh)
        return deny(call, "invalid or expired token");
    return token->revoked ? deny(call, "token revoked") : true;
}

static void answer_pair(sim_call *call, const char *subject)
{
    const issued_token *access = issue(call, subject, false), *refresh = issue(call, subject, true);
    weft__writer writer;

    if (!access || !refresh) {
        stromboli_plain_error(call, 500, "failed to generate access token");
        return;
    }
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "access_token", access->text);
    sim_put_text(&writer, "refresh_token", refresh->text);
    sim_put_text(&writer, "token_type", "bearer");
    sim_put_int(&writer, "expires_in", ACCESS_SECONDS);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void stromboli_get_token(sim_call *call)
{
    weft_str client_id = sim_json_text(&call->exchange->arena, sim_request_body(call->exchange), "client_id");

    if (stromboli_authorize(call))
        answer_pair(call, client_id.ptr ? client_id.ptr : "");
}

void stromboli_refresh_token(sim_call *call)
{
    weft_str text = sim_json_text(&call->exchange->arena, sim_request_body(call->exchange), "refresh_token");
    issued_token *token = find(((stromboli *)call->state)->tokens, text);
    const char *subject;

    if (!token || !token->refresh || token->revoked) {
        deny(call, "invalid or expired refresh token");
        return;
    }
    token->revoked = true;
    /* The new pair may take the old one's place in the ring, and its subject with it. */
    subject = weft__arena_copy(&call->exchange->arena, token->subject, strlen(token->subject));
    answer_pair(call, subject ? subject : "");
}

/* The access token that the request carries; NULL when it has answered. */
static issued_token *own_token(sim_call *call)
{
    const char *fault;
    weft_str text = bearer(call, &fault);
    issued_token *token = text.ptr ? find(((stromboli *)call->state)->tokens, text) : NULL;

    if (token && !token->refresh)
        return token;
    deny(call, text.ptr ? "invalid or expired token" : fault);
    return NULL;
}

void stromboli_validate_token(sim_call *call)
{
    const issued_token *token = own_token(call);
    weft__writer writer;

    if (!token)
        return;
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "valid", true);
    if (token->subject[0])
        sim_put_text(&writer, "subject", token->subject);
    sim_put_int(&writer, "expires_at", token->expires);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void stromboli_log_out(sim_call *call)
{
    issued_token *token = own_token(call);
    weft__writer writer;

    if (!token)
        return;
    token->revoked = true;
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_bool(&writer, "success", true);
    sim_put_text(&writer, "message", "token invalidated");
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}
