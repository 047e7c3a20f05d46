#include "call/explain.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "call/answer.h"
#include "call/failure.h"
#include "call/headers.h"
#include "call/outcome.h"
#include "call/redirect.h"
#include "weft/json.h"

enum { MAX_MESSAGE_BODY = 4096 };

static weft_code code_of_status(int status)
{
    switch (status) {
    case 400:
        return WEFT_E_BAD_REQUEST;
    case 401:
        return WEFT_E_UNAUTHORIZED;
    case 403:
        return WEFT_E_FORBIDDEN;
    case 404:
        return WEFT_E_NOT_FOUND;
    case 405:
        return WEFT_E_METHOD_NOT_ALLOWED;
    case 407:
        return WEFT_E_PROXY;
    case 408:
        return WEFT_E_REQUEST_TIMEOUT;
    case 409:
        return WEFT_E_CONFLICT;
    case 410:
        return WEFT_E_GONE;
    case 422:
        return WEFT_E_UNPROCESSABLE;
    case 429:
        return WEFT_E_RATE_LIMITED;
    case 503:
        return WEFT_E_UNAVAILABLE;
    default:
        return status >= 500 ? WEFT_E_SERVER_ERROR : WEFT_E_REQUEST_FAILED;
    }
}

static const char *text_member(weft__arena *arena, weft_str body, const char *name)
{
    weft_json value;
    weft_str text;

    if (!weft__json_member(body.ptr, body.len, name, &value))
        return NULL;
    text = weft__text_strip(weft__json_string(arena, value));
    return text.len > 0 ? weft__arena_copy(arena, text.ptr, text.len) : NULL;
}

/* What nearly every service does: JSON `error`, then `message`, else the text of the body. */
static const char *usual_message(weft__response *response)
{
    const char *text = NULL;
    weft_str body;

    if (!response->body.ptr)
        return NULL;
    text = text_member(response->arena, response->body, "error");
    if (!text)
        text = text_member(response->arena, response->body, "message");
    if (text)
        return text;
    body = weft__text_strip(response->body);
    if (body.len == 0)
        return NULL;
    return weft__arena_copy(response->arena, body.ptr, body.len < MAX_MESSAGE_BODY ? body.len : MAX_MESSAGE_BODY);
}

/* For an error answer that says why in an encoding which nobody asked for, or which is broken. */
static const char *unread_message(weft__response *response)
{
    weft_str encoding = weft__call_content_encoding(response->call);

    return weft__arena_printf(response->arena, "its body could not be read (Content-Encoding: %.40s)",
                              encoding.ptr ? encoding.ptr : "");
}

static const char *name_of_status(int status)
{
    switch (status) {
#define REASON(number, name, text)                                                                                     \
    case number:                                                                                                       \
        return #text;
        HTTP_STATUS_MAP(REASON)
#undef REASON
    default:
        return "";
    }
}

/* llhttp has INTERNAL_SERVER_ERROR for what people know as Internal Server Error. */
static void write_reason(int status, char *text, size_t size)
{
    const char *name = name_of_status(status);
    size_t len = 0;

    for (bool inside = false; len < size - 1 && name[len]; len++) {
        text[len] = name[len];
        if (name[len] == '_')
            text[len] = ' ';
        else if (inside && name[len] >= 'A' && name[len] <= 'Z')
            text[len] = (char)(name[len] - 'A' + 'a');
        inside = text[len] != ' ';
    }
    text[len] = '\0';
}

void weft__response_init(weft__response *response, weft_call *call)
{
    *response = (weft__response){
        .call = call,
        .client = call->client,
        .arena = &call->arena,
        .operation = call->operation,
        .status = call->attempt.status,
        .content_type = weft__call_content_type(call),
        .body = {call->attempt.body, call->attempt.body_len},
        .asked = call->request ? call->request->asked : NULL,
        .retry_after_ms = -1,
        .outcome = weft__call_outcome(call),
    };
}

const weft_error *weft__response_error(weft__response *response, const weft__failure *failure)
{
    weft_call *call = response->call;
    char reason[48];
    bool refused = call->attempt.status >= 200 && call->attempt.status < 300;
    const char *text = response->message;
    weft_error *error;

    write_reason(response->status, reason, sizeof(reason));
    if (!refused || !text)
        text = weft__arena_printf(&call->arena, "%d%s%s%s%s", response->status, *reason ? " " : "", reason,
                                  text ? ": " : "", text ? text : "");
    error = text ? weft__call_error(call, response->code, text) : NULL;
    if (!error)
        return &weft__no_memory_error;
    error->server_message = weft__call_showable(call, response->said);
    error->server_code = weft__call_showable(call, response->server_code);
    if (failure)
        weft__error_note_failure(error, failure);
    error->http_status = response->status;
    error->retry_after_ms = response->retry_after_ms;
    error->body = response->body;
    error->outcome = weft__call_outcome_given(call, response->outcome);
    return error;
}

const weft_error *weft__call_explain(weft_call *call, const char *cut, const weft__failure *failure)
{
    const weft__service *service = weft__client_service(call->client);
    weft__response response;

    weft__response_init(&response, call);
    response.code = code_of_status(call->attempt.status);
    response.answered_unix_s = weft__call_time_of_answer(call);
    response.retry_after_ms = weft__call_retry_after(call);
    response.said = call->attempt.unreadable ? NULL : usual_message(&response);
    response.message = weft__call_describe_redirect(call);
    if (!response.message)
        response.message = call->attempt.unreadable ? unread_message(&response) : response.said;
    if (service->explain)
        service->explain(&response);
    call->attempt.permanent = response.permanent;
    if (cut)
        response.message =
            weft__arena_printf(&call->arena, "%s%sits body was not read to the end: %s",
                               response.message ? response.message : "", response.message ? "; " : "", cut);
    return weft__response_error(&response, failure);
}

void weft__response_reject(weft__response *response, weft_code code, const char *server_code, const char *message)
{
    response->code = code;
    response->server_code = server_code;
    response->message = message;
}

bool weft__response_is_current(const weft__response *response)
{
    const weft_call *call = response->call;

    return call->header_block && call->header_block == response->client->header_blocks[response->operation->credential];
}

/* Of an answer that is whole, and of no use. */
static const weft_error *refuse_content(weft_call *call, weft_code code, const char *text)
{
    weft_error *error = weft__call_error(call, code, text);

    if (error)
        error->body = (weft_str){call->attempt.body, call->attempt.body_len};
    return weft__error_or_no_memory(error);
}

const weft_error *weft__call_unexpected_content(weft_call *call)
{
    weft_str content_type = weft__call_content_type(call);
    char text[320];

    snprintf(text, sizeof(text), "unexpected content type: %.200s%s", content_type.ptr ? content_type.ptr : "none",
             weft__call_is_page(call) ? ": a web page; is the base URL right, and has the server this feature?" : "");
    return refuse_content(call, WEFT_E_CONTENT_TYPE, text);
}

const weft_error *weft__call_explain_no_stream(weft_call *call)
{
    const weft__service *service = weft__client_service(call->client);
    weft__response response;
    weft_str body = {call->attempt.body, call->attempt.body_len};

    if (!weft__is_json_container(body))
        return weft__call_unexpected_content(call);
    if (weft_json_get_kind(weft_json_parse_str(body)) == WEFT_JSON_KIND_NONE)
        return refuse_content(call, WEFT_E_DECODE, "the answer is neither a stream of events nor valid JSON");
    weft__response_init(&response, call);
    if (weft__words_tell_error(response.body)) {
        response.code = WEFT_E_STREAM_ERROR;
        response.message = response.said = usual_message(&response);
        if (service->explain)
            service->explain(&response);
        return weft__response_error(&response, NULL);
    }
    return NULL;
}

const weft__operation *weft__call_otherwise(weft_call *call)
{
    const weft__operation_rare *rare = call->operation->rare;
    weft__response response;

    if (!rare || !rare->otherwise)
        return NULL;
    weft__response_init(&response, call);
    /* What it gives is a row of a table. */
    // cppcheck-suppress returnDanglingLifetime
    return rare->otherwise(&response);
}
