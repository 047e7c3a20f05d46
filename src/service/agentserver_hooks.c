/* What the answers of agentserver and its gateways mean beyond their status. */
#include <string.h>

#include "base/text.h"
#include "call/deadline.h"
#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"
#include "service/known_answers.h"
#include "weft/agentserver.h"

static const char cookie_name[] = "agentserver-token";

/* ---- Credentials ------------------------------------------------------------------------------------- */

/* A cookie of the client's own headers, for whoever stands before the server, goes beside it: the server reads both. */
static void append_session(const char *session, weft__buffer *out)
{
    if (!session)
        return;
    weft__buffer_append_text(out, "Cookie: agentserver-token=");
    weft__buffer_append_text(out, session);
    weft__buffer_append_text(out, "\r\n");
}

void weft__agentserver_credentials(const weft_client *client, uint8_t credential, weft__buffer *out)
{
    const char *token = weft__client_text(client, WEFT__AGENTSERVER_AGENT_TEXT);

    if (credential == WEFT__AGENTSERVER_SESSION)
        append_session(weft__client_text(client, WEFT__AGENTSERVER_SESSION_TEXT), out);
    else if (credential == WEFT__AGENTSERVER_AGENT)
        weft__client_append_credential(client, "Authorization", "Bearer ", token, out);
}

void weft__agentserver_gateway_credentials(const weft_client *client, uint8_t credential, weft__buffer *out)
{
    const char *secret = weft__client_text(client, WEFT__GATEWAY_SECRET_TEXT);

    (void)credential;
    weft__client_append_credential(client, "X-Internal-Secret", "", secret, out);
    weft__client_append_credential(client, "Authorization", "Bearer ", weft__client_token(client), out);
}

/* ---- The session ------------------------------------------------------------------------------------- */

/* The value of the session's cookie in one Set-Cookie header; false when it sets another one. */
static bool read_cookie(weft_str header, weft_str *ret_value)
{
    size_t name = sizeof(cookie_name) - 1;
    const char *end = memchr(header.ptr, ';', header.len);
    weft_str value;

    if (header.len <= name || memcmp(header.ptr, cookie_name, name) != 0 || header.ptr[name] != '=')
        return false;
    value.ptr = header.ptr + name + 1;
    value.len = (size_t)((end ? end : header.ptr + header.len) - value.ptr);
    *ret_value = weft__text_trim(value);
    return true;
}

/* What the answer sets the session to; ptr NULL when it does not set it. The last word counts. */
static weft_str session_set_by(const weft_call *call)
{
    weft_str value = {NULL, 0};
    weft_str_pair header;

    for (size_t i = 0; weft_call_get_header_at(call, i, &header); i++)
        if (weft__text_equal_nocase(header.name, weft__str("set-cookie")))
            read_cookie(header.value, &value);
    return value;
}

void weft__agentserver_inspect_log_in(weft__response *response)
{
    weft_str value = session_set_by(response->call);
    const char *session = value.len ? weft__arena_copy(response->arena, value.ptr, value.len) : NULL;

    if (value.len && !session)
        weft__response_reject(response, WEFT_E_NO_MEMORY, NULL, "out of memory");
    else if (!session || !weft_agentserver_set_session(response->client, session, NULL))
        weft__response_reject(response, WEFT_E_DECODE, NULL, "the server accepted the login, but set no session");
}

void weft__agentserver_inspect_log_out(weft__response *response)
{
    weft_agentserver_set_session(response->client, NULL, NULL);
}

/* ---- Failures ---------------------------------------------------------------------------------------- */

static const char *text_member(weft__response *response, const char *name)
{
    weft_json value;

    if (!weft__json_member(response->body.ptr, response->body.len, name, &value))
        return NULL;
    return weft__json_string(response->arena, value).ptr;
}

static bool is(const char *text, const char *word)
{
    return text && strcmp(text, word) == 0;
}

/* What a server was not set up for. All of it is looked at before anything else is. */
static const weft__known_answer known_answers[] = {
    {503, "OAuth not configured", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {503, "executors integration not configured", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {503, "credential proxy not configured", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {503, "llmproxy not configured", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {503, "database not configured", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {501, "ModelServer OAuth not configured", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {500, "internal secret not configured", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {500, "token introspection failed", WEFT_OUTCOME_NOT_ACTED_ON, false},
};

/* A server with the web pages deployed has no route for what is not to be had, but one for any GET. */
static void explain_feature_off(weft__response *response)
{
    response->code = WEFT_E_FEATURE_OFF;
    response->message = "the server lacks this feature, or has it switched off";
}

/* Most failures are a line of text, which the message is already; some are JSON, with a word for programs. */
void weft__agentserver_explain(weft__response *response)
{
    const char *message = text_member(response, "message");

    response->server_code = text_member(response, "error");
    if (message && *message)
        response->message = response->said = message;
    weft__know_answer(response, known_answers, sizeof(known_answers) / sizeof(known_answers[0]));
    if (response->status == 403 && is(response->server_code, "quota_exceeded"))
        response->code = WEFT_E_QUOTA_EXCEEDED;
    else if (response->status == 403 && is(response->server_code, "resource_budget_exceeded"))
        response->code = WEFT_E_BUDGET_EXCEEDED;
    else if (response->status == 405 && response->body.len == 0)
        explain_feature_off(response);
    /* One that was replaced meanwhile is no business of this answer. */
    if (response->status == 401 && weft__client_service(response->client) == &weft__agentserver_service &&
        response->operation->credential == WEFT__AGENTSERVER_SESSION && weft__response_is_current(response))
        weft_agentserver_set_session(response->client, NULL, NULL);
}

bool weft_agentserver_error_get_quota(const weft_error *error, int64_t *ret_current, int64_t *ret_max)
{
    weft_json quota, current, max;

    return error && error->code == WEFT_E_QUOTA_EXCEEDED &&
           weft__json_member(error->body.ptr, error->body.len, "quota", &quota) &&
           weft__json_member(quota.ptr, quota.len, "current", &current) &&
           weft__json_member(quota.ptr, quota.len, "max", &max) && weft__json_int64(current, ret_current) &&
           weft__json_int64(max, ret_max);
}

bool weft__agentserver_may_retry(const weft__retry_case *failed)
{
    if (!(failed->repeatable))
        return false;
    switch (failed->error->code) {
    case WEFT_E_CONNECT:
    case WEFT_E_CONNECTION_LOST:
        return true;
    default:
        return weft__timeout_may_pass(failed->error->code) || failed->status == 502 || failed->status == 503 ||
               failed->status == 504;
    }
}

/* ---- Successes of several kinds ---------------------------------------------------------------------- */

void weft__agentserver_inspect_credential(weft__response *response)
{
    weft_agentserver_create_credential_response *binding = response->result;

    binding->outcome = response->status == 202 ? WEFT_AGENTSERVER_CREDENTIAL_OUTCOME_PENDING
                                               : WEFT_AGENTSERVER_CREDENTIAL_OUTCOME_STORED;
}

void weft__agentserver_inspect_weixin_login(weft__response *response)
{
    static const char *const words[] = {
        [WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_WAITING] = "wait",
        [WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_SCANNED] = "scaned",
        [WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_CONFIRMED] = "confirmed",
        [WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_EXPIRED] = "expired",
        [WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_ALREADY_BOUND] = "binded_redirect",
        [WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_BLOCKED] = "verify_code_blocked",
        [WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_NEEDS_CODE] = "need_verifycode",
    };
    weft_agentserver_weixin_login *wait = response->result;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (words[i] && weft__text_equal(wait->status, weft__str(words[i])))
            wait->state = (weft_agentserver_weixin_login_state)i;
}

void weft__agentserver_inspect_connect_modelserver(weft__response *response)
{
    weft_agentserver_connect_modelserver_response *connect = weft__arena_zalloc(response->arena, sizeof(*connect));
    weft_str location = weft_call_get_header(response->call, "location");

    if (!connect) {
        weft__response_reject(response, WEFT_E_NO_MEMORY, NULL, "out of memory");
        return;
    }
    if (response->status < 300)
        weft__response_reject(response, WEFT_E_CONTENT_TYPE, NULL, "the server answered with a page, not a redirect");
    else if (location.len == 0)
        weft__response_reject(response, WEFT_E_REDIRECT, NULL, "the redirect does not say where to");
    connect->location = location;
    response->result = connect;
}

/* The gateways' own clients take nothing but 200 here. */
static bool is_200(weft__response *response)
{
    if (response->status == 200)
        return true;
    weft__response_reject(response, WEFT_E_REQUEST_FAILED, NULL, "the status is a success, but not 200");
    return false;
}

/* Without a thread no turn began. One that was out of time had begun; of the others it is not known. */
static weft_outcome outcome_of_turn(const weft_agentserver_gateway_run_turn_response *answer)
{
    if (answer->thread_id.ptr && answer->thread_id.len == 0)
        return WEFT_OUTCOME_NOT_ACTED_ON;
    return weft__text_equal(answer->transport->code, weft__str(WEFT_AGENTSERVER_GATEWAY_TURN_BROKER_TIMEOUT))
               ? WEFT_OUTCOME_ACTED_ON
               : WEFT_OUTCOME_UNKNOWN;
}

void weft__agentserver_inspect_turn(weft__response *response)
{
    const weft_agentserver_gateway_run_turn_response *answer = response->result;
    const weft_agentserver_gateway_transport_error *transport = answer->transport;

    if (!is_200(response))
        return;
    if (transport) {
        const char *message =
            weft__arena_printf(response->arena, "%s%s%s", transport->code.ptr ? transport->code.ptr : "",
                               transport->code.len ? ": " : "", transport->message.ptr ? transport->message.ptr : "");

        weft__response_reject(response, WEFT_E_TURN_FAILED, transport->code.ptr, message);
        response->said = transport->message.len ? transport->message.ptr : NULL;
        response->outcome = outcome_of_turn(answer);
    } else if (!answer->turn.ptr) {
        weft__response_reject(response, WEFT_E_DECODE, NULL, "the answer has neither turn nor transport");
    }
}

void weft__agentserver_inspect_executors(weft__response *response)
{
    is_200(response);
}
