/* From an answer, or the lack of one, to a result or an error. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "base/time.h"
#include "call/redact.h"
#include "call/retry.h"

enum {
    MAX_MESSAGE_BODY = 4096,
    MAX_KEPT_PATH = 200,
};

const weft_error weft__no_memory_error = {
    .code = WEFT_E_NO_MEMORY,
    .message = "out of memory",
    .retry_after_ms = -1,
};

/* There is no memory for a message of the call's own. */
static const weft_error no_memory_errors[] = {
    [WEFT_OUTCOME_UNKNOWN] =
        {
            .code = WEFT_E_NO_MEMORY,
            .message = "out of memory; the request may have been acted on",
            .retry_after_ms = -1,
            .outcome = WEFT_OUTCOME_UNKNOWN,
        },
    [WEFT_OUTCOME_NOT_ACTED_ON] =
        {
            .code = WEFT_E_NO_MEMORY,
            .message = "out of memory",
            .retry_after_ms = -1,
            .outcome = WEFT_OUTCOME_NOT_ACTED_ON,
        },
    [WEFT_OUTCOME_ACTED_ON] =
        {
            .code = WEFT_E_NO_MEMORY,
            .message = "out of memory; the request was acted on",
            .retry_after_ms = -1,
            .outcome = WEFT_OUTCOME_ACTED_ON,
        },
};

const weft_error *weft__no_memory_error_for(weft_outcome outcome)
{
    return &no_memory_errors[outcome];
}

bool weft__is_no_memory_error(const weft_error *error)
{
    return error == &weft__no_memory_error || (error >= no_memory_errors && error <= &no_memory_errors[2]);
}

/* By the server's own clock where it shows it: what it says of times to come is meant by that one. */
static int64_t time_of_answer(const weft_call *call)
{
    int64_t here = (int64_t)time(NULL), there;

    return weft__http_date_parse(weft_call_header(call, "date"), here, &there) ? there : here;
}

/* What the server asks to wait, in ms; -1 when it does not say. */
static int64_t retry_after(const weft_call *call, int64_t answered_unix_s)
{
    weft_str seconds = weft_call_header(call, "retry-after");
    weft_str milliseconds = weft_call_header(call, "retry-after-ms");

    return weft__retry_after(seconds.ptr, milliseconds.ptr, answered_unix_s * 1000, true);
}

int64_t weft__call_retry_after(const weft_call *call)
{
    return retry_after(call, time_of_answer(call));
}

/* ---- what an answer is ------------------------------------------------------------------------------------------ */

/* "text/html; charset=utf-8" without what follows the semicolon. */
static weft_str media_type(weft_str content_type)
{
    weft_str type = {content_type.ptr, 0};

    while (type.len < content_type.len && content_type.ptr[type.len] != ';')
        type.len++;
    return weft__text_trim(type);
}

static bool is_json_container(weft_str body)
{
    char begin = weft__json_begin(body.ptr, body.len);

    return begin == '{' || begin == '[';
}

/* Services do not answer with pages: something else stands in the place of this one. Where any text will do, a page may
 * be what was asked for. */
static bool is_page(const weft_call *call)
{
    return !(call->operation->flags & (WEFT__OP_TEXT | WEFT__OP_NO_RESULT)) &&
           weft__text_equal_nocase(media_type(weft__call_content_type(call)), weft__str("text/html")) &&
           !is_json_container((weft_str){call->body, call->body_len});
}

/* ---- whether it was acted on --------------------------------------------------------------------------------- */

/* Asking changes nothing, however often. A GET that starts a run is not marked as repeatable. */
static bool changes_nothing(const weft__operation *operation)
{
    const char *method = operation->method;

    return (operation->flags & WEFT__OP_REPEATABLE) &&
           (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 || strcmp(method, "OPTIONS") == 0);
}

/* What the status proves. 408 and 499 come also when the request was read whole, and the 5xx of a proxy when the
 * server behind it broke over it; a 503 that says when to come back is somebody's decision not to begin. */
static weft_outcome outcome_of_status(const weft_call *call)
{
    int status = call->status;

    if (status >= 200 && status <= 299)
        return is_page(call) ? WEFT_OUTCOME_UNKNOWN : WEFT_OUTCOME_ACTED_ON;
    if (status >= 400 && status <= 499)
        return status == 408 || status == 499 ? WEFT_OUTCOME_UNKNOWN : WEFT_OUTCOME_NOT_ACTED_ON;
    switch (status) {
    case 307:
    case 308:
    case 501:
    case 505:
        return WEFT_OUTCOME_NOT_ACTED_ON;
    case 503:
        return retry_after(call, time_of_answer(call)) >= 0 ? WEFT_OUTCOME_NOT_ACTED_ON : WEFT_OUTCOME_UNKNOWN;
    default:
        return WEFT_OUTCOME_UNKNOWN;
    }
}

/* An attempt before this one may have been acted on; this one cannot undo that. */
static weft_outcome with_earlier(const weft_call *call, weft_outcome outcome)
{
    return outcome == WEFT_OUTCOME_NOT_ACTED_ON && call->in_doubt ? WEFT_OUTCOME_UNKNOWN : outcome;
}

weft_outcome weft__call_outcome(const weft_call *call)
{
    if (changes_nothing(call->operation))
        return WEFT_OUTCOME_NOT_ACTED_ON;
    if (weft__call_is_answered(call))
        return with_earlier(call, outcome_of_status(call));
    if (call->sent || call->exchange.sent > 0)
        return WEFT_OUTCOME_UNKNOWN;
    return with_earlier(call, WEFT_OUTCOME_NOT_ACTED_ON);
}

/* ---- errors -------------------------------------------------------------------------------------------------- */

/* The target without its query, which may hold a prompt; absolute when a proxy forwards it. ptr NULL when it was never
 * encoded, or is kept no more. */
static weft_str target_path(const weft_call *call)
{
    const weft__encoded *request = call->request;
    const char *space = request && request->bytes ? memchr(request->bytes, ' ', request->line_len) : NULL;

    return space ? (weft_str){space + 1, request->path_len - (size_t)(space + 1 - request->bytes)}
                 : (weft_str){NULL, 0};
}

/* Whether the path is made of nothing but what the client and the operation say of themselves. */
static bool is_plain_path(const weft_call *call, weft_str path)
{
    weft_str base = call->client->url.path;

    return path.len >= base.len && memcmp(path.ptr, base.ptr, base.len) == 0 &&
           weft__text_equal((weft_str){path.ptr + base.len, path.len - base.len}, weft__str(call->operation->path));
}

void weft__call_keep_path(weft_call *call)
{
    weft_str path = target_path(call);
    bool is_long = path.len > MAX_KEPT_PATH;
    size_t len = is_long ? MAX_KEPT_PATH : path.len;

    if (!path.ptr || call->asked_path || is_plain_path(call, path))
        return;
    call->asked_path = weft__alloc(&call->engine->loop.heap, len + (is_long ? sizeof("...") : 1));
    if (!call->asked_path)
        return;
    memcpy(call->asked_path, path.ptr, len);
    memcpy(call->asked_path + len, is_long ? "..." : "", is_long ? sizeof("...") : 1);
}

/* "cannot LABEL: METHOD ORIGIN/path: TEXT". A server's text is mostly a line, whose end is not part of what it says. */
static char *compose(weft_call *call, const char *text)
{
    const weft__operation *operation = call->operation;
    const char *origin = weft__origin_is_forwarded(call->exchange.origin) ? "" : call->exchange.origin->name;
    weft_str path = target_path(call), said = weft__text_strip(weft__str(text));
    int said_len = (int)said.len;
    char *message;

    if (!path.ptr && call->exchange.lane == WEFT__LANE_STREAMS && call->asked_path)
        path = weft__str(call->asked_path);
    if (path.ptr)
        message = weft__arena_printf(&call->arena, "cannot %s: %s %s%.*s: %.*s", operation->label, operation->method,
                                     origin, (int)path.len, path.ptr, said_len, said.ptr);
    else if (call->attempts > 0)
        message = weft__arena_printf(&call->arena, "cannot %s: %s %s%s%s: %.*s", operation->label, operation->method,
                                     call->exchange.origin->name, call->client->url.path.ptr, operation->path, said_len,
                                     said.ptr);
    else
        message = weft__arena_printf(&call->arena, "cannot %s: %.*s", operation->label, said_len, said.ptr);
    if (message)
        weft__redact(call, message);
    return message;
}

weft_error *weft__call_error(weft_call *call, weft_code code, const char *text)
{
    weft_error *error = weft__arena_zalloc(&call->arena, sizeof(*error));
    const char *message = error ? compose(call, text) : NULL;

    if (!message)
        return (weft_error *)(uintptr_t)&weft__no_memory_error;
    error->code = code;
    error->http_status = call->status;
    error->message = message;
    error->retry_after_ms = -1;
    error->outcome = weft__call_outcome(call);
    error->cause = call->kind->cause ? call->kind->cause(call) : NULL;
    return error;
}

static void note_failure(weft_error *error, const weft__failure *failure)
{
    if (weft__is_no_memory_error(error))
        return;
    error->loss = failure->loss;
    error->system_error = failure->system_error;
    error->tls_error = failure->tls_error;
}

weft_error *weft__call_error_below(weft_call *call, const weft__failure *failure, const char *text)
{
    weft_error *error = weft__call_error(call, failure->code, text);

    note_failure(error, failure);
    return error;
}

void weft__call_fail(weft_call *call, weft_code code, const char *format, ...)
{
    char text[1024];
    va_list args;

    if (call->state != WEFT__CALL_RUNNING)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    weft__call_settle(call, weft__call_error(call, code, text), NULL);
}

void weft__call_fail_file(weft_call *call, weft_code code, const char *problem, int system_error)
{
    weft_error *error;

    if (call->state != WEFT__CALL_RUNNING)
        return;
    error = weft__call_error(call, code, problem);
    note_failure(error, &(weft__failure){.system_error = system_error});
    weft__call_settle(call, error, NULL);
}

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

static void response_init(weft__response *response, weft_call *call)
{
    *response = (weft__response){
        .call = call,
        .client = call->client,
        .arena = &call->arena,
        .operation = call->operation,
        .status = call->status,
        .content_type = weft__call_content_type(call),
        .body = {call->body, call->body_len},
        .asked = call->request ? call->request->asked : NULL,
        .retry_after_ms = -1,
        .outcome = weft__call_outcome(call),
    };
}

const char *weft__call_showable(weft_call *call, const char *word)
{
    char *copy = word && *word ? weft__arena_copy(&call->arena, word, strlen(word)) : NULL;

    if (copy)
        weft__redact(call, copy);
    return copy;
}

/* `failure` is what kept the answer from being whole; or NULL. */
static const weft_error *error_of(weft__response *response, const weft__failure *failure)
{
    weft_call *call = response->call;
    char reason[48];
    bool refused = call->status >= 200 && call->status < 300;
    const char *text = response->message;
    weft_error *error;

    write_reason(response->status, reason, sizeof(reason));
    if (!refused || !text)
        text = weft__arena_printf(&call->arena, "%d%s%s%s%s", response->status, *reason ? " " : "", reason,
                                  text ? ": " : "", text ? text : "");
    error = text ? weft__call_error(call, response->code, text) : NULL;
    if (!error || error == &weft__no_memory_error)
        return &weft__no_memory_error;
    error->server_message = weft__call_showable(call, response->said);
    error->server_code = weft__call_showable(call, response->server_code);
    if (failure)
        note_failure(error, failure);
    error->http_status = response->status;
    error->retry_after_ms = response->retry_after_ms;
    error->body = response->body;
    error->outcome =
        changes_nothing(call->operation) ? WEFT_OUTCOME_NOT_ACTED_ON : with_earlier(call, response->outcome);
    return error;
}

/* `cut` is why the body is not whole, or NULL; `failure` what it was that cut it, or NULL. */
static const weft_error *explain(weft_call *call, const char *cut, const weft__failure *failure)
{
    const weft__service *service = weft__client_service(call->client);
    weft__response response;

    response_init(&response, call);
    response.code = code_of_status(call->status);
    response.answered_unix_s = time_of_answer(call);
    response.retry_after_ms = retry_after(call, response.answered_unix_s);
    response.said = call->unreadable ? NULL : usual_message(&response);
    response.message = weft__call_describe_redirect(call);
    if (!response.message)
        response.message = call->unreadable ? unread_message(&response) : response.said;
    if (service->explain)
        service->explain(&response);
    call->permanent = response.permanent;
    if (cut)
        response.message =
            weft__arena_printf(&call->arena, "%s%sits body was not read to the end: %s",
                               response.message ? response.message : "", response.message ? "; " : "", cut);
    return error_of(&response, failure);
}

const weft_error *weft__call_explain(weft_call *call)
{
    return explain(call, NULL, NULL);
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

/* ---- successes ----------------------------------------------------------------------------------------------- */

static const weft_error *decode_error(weft_call *call, const weft__codec_error *error)
{
    char text[320];
    weft_error *made;

    if (error->status == WEFT__CODEC_NO_MEMORY)
        return &weft__no_memory_error;
    if (error->status == WEFT__CODEC_TOO_LARGE)
        snprintf(text, sizeof(text),
                 "the answer takes more than %zu bytes of memory once it is decoded (max_decoded_bytes)",
                 call->max_decoded_bytes);
    else if (error->status == WEFT__CODEC_SYNTAX)
        snprintf(text, sizeof(text), "the answer is not valid JSON: %s at byte %zu", error->what, error->offset);
    else
        snprintf(text, sizeof(text), "the answer is not of the expected shape: %s: %s",
                 error->path[0] ? error->path : "the document", error->what);
    made = weft__call_error(call, error->status == WEFT__CODEC_TOO_LARGE ? WEFT_E_TOO_LARGE : WEFT_E_DECODE, text);
    if (made != &weft__no_memory_error)
        made->body = (weft_str){call->body, call->body_len};
    return made;
}

static bool is_json(weft_str content_type)
{
    weft_str type;

    /* None given is taken for JSON. */
    if (!content_type.ptr)
        return true;
    type = media_type(content_type);
    if (weft__text_equal_nocase(type, weft__str("application/json")))
        return true;
    return type.len > 5 && weft__text_equal_nocase((weft_str){type.ptr + type.len - 5, 5}, weft__str("+json"));
}

static const weft_error *decode_list(weft_call *call, weft__response *response)
{
    weft__list_result *list = weft__arena_zalloc(&call->arena, sizeof(*list));
    weft__codec_error error;
    void *items = NULL;

    if (!list)
        return &weft__no_memory_error;
    if (weft__decode_list(&call->arena, call->operation->response, call->body, call->body_len, &items, &list->count,
                          &error) != WEFT__CODEC_OK)
        return decode_error(call, &error);
    list->items = items;
    response->result = list;
    return NULL;
}

static const weft_error *decode_text(weft_call *call, weft__response *response)
{
    weft_str *text = weft__arena_zalloc(&call->arena, sizeof(*text));

    if (!text)
        return &weft__no_memory_error;
    *text = (weft_str){call->body ? call->body : "", call->body_len};
    response->result = text;
    return NULL;
}

static const weft_error *unexpected_content(weft_call *call, weft_str content_type)
{
    char text[320];
    weft_error *error;

    snprintf(text, sizeof(text), "unexpected content type: %.200s%s", content_type.ptr ? content_type.ptr : "none",
             is_page(call) ? ": a web page; is the base URL right, and has the server this feature?" : "");
    error = weft__call_error(call, WEFT_E_CONTENT_TYPE, text);
    if (!weft__is_no_memory_error(error))
        error->body = (weft_str){call->body, call->body_len};
    return error;
}

static const weft__field *needed_field(const weft__operation *operation)
{
    const weft__type *type = operation->response;

    for (unsigned i = 0; i < type->field_count; i++)
        if (strcmp(type->fields[i].name, operation->needs) == 0)
            return &type->fields[i];
    return NULL;
}

/* An answer whose one needed member is there, but cannot be read. One that lacks it says nothing, as for the SDKs. */
static const weft_error *check_needed(weft_call *call, const void *result)
{
    const char *needs = call->operation->needs;
    const weft__field *field = needs ? needed_field(call->operation) : NULL;
    weft__codec_error misfit = {.status = WEFT__CODEC_MISMATCH, .what = "expected a string"};
    const char *text;

    if (!field)
        return NULL;
    memcpy(&text, (const char *)result + field->offset, sizeof(text));
    if (text || weft_object_state(result, needs) != WEFT_INVALID)
        return NULL;
    snprintf(misfit.path, sizeof(misfit.path), "%s", needs);
    return decode_error(call, &misfit);
}

static const weft_error *decode_object(weft_call *call, weft__response *response)
{
    weft__codec_error error;

    if (weft__decode(&call->arena, call->operation->response, call->body, call->body_len, &response->result, &error) !=
        WEFT__CODEC_OK)
        return decode_error(call, &error);
    return check_needed(call, response->result);
}

static const weft_error *decode(weft_call *call, weft__response *response)
{
    const weft__operation *operation = call->operation;
    const weft_error *error;

    if (operation->flags & WEFT__OP_NO_RESULT)
        return NULL;
    if (operation->flags & WEFT__OP_TEXT)
        return decode_text(call, response);
    if (call->body_len == 0 && (operation->flags & WEFT__OP_EMPTY_OK)) {
        response->result = weft__arena_zalloc(&call->arena, operation->response->size);
        return response->result ? NULL : &weft__no_memory_error;
    }
    /* What is JSON needs no label that says so. */
    if (!is_json(response->content_type) && !is_json_container(response->body))
        return unexpected_content(call, response->content_type);
    call->arena.room = call->max_decoded_bytes;
    error = operation->flags & WEFT__OP_LIST ? decode_list(call, response) : decode_object(call, response);
    if (error && error->code == WEFT_E_DECODE && !is_json(response->content_type))
        return unexpected_content(call, response->content_type);
    return error;
}

/* ---- successes in another form than a stream ----------------------------------------------------------------- */

/* An object whose `error` says something. */
static bool is_error_object(weft_str body)
{
    weft_json error;

    return weft__json_member(body.ptr, body.len, "error", &error) &&
           (*error.ptr == '{' || (*error.ptr == '"' && error.len > 2));
}

const weft_error *weft__call_explain_no_stream(weft_call *call)
{
    const weft__service *service = weft__client_service(call->client);
    weft__response response;

    if (!is_json_container((weft_str){call->body, call->body_len}))
        return unexpected_content(call, weft__call_content_type(call));
    response_init(&response, call);
    if (is_error_object(response.body)) {
        response.code = WEFT_E_STREAM_ERROR;
        response.message = response.said = usual_message(&response);
        if (service->explain)
            service->explain(&response);
        return error_of(&response, NULL);
    }
    return NULL;
}

bool weft__call_is_error_answer(const weft_call *call)
{
    if (call->status == 404 && call->operation->flags & WEFT__OP_GONE_OK)
        return false;
    if (call->status >= 300 && call->status <= 399 && call->operation->flags & WEFT__OP_REDIRECT_OK)
        return false;
    return call->status < 200 || call->status > 299;
}

static bool ask_otherwise(weft_call *call)
{
    const weft__operation *next;
    weft__response response;

    if (!call->operation->otherwise)
        return false;
    response_init(&response, call);
    next = call->operation->otherwise(&response);
    if (!next)
        return false;
    weft__call_forget_answer(call);
    weft__call_wipe_head(call);
    if (weft__call_ask_instead(call, next))
        weft__call_attempt(call);
    return true;
}

bool weft__call_survives(weft_call *call)
{
    const weft_error *error;

    if (ask_otherwise(call))
        return true;
    error = weft__call_explain(call);
    if (weft__call_retry(call, error))
        return true;
    weft__call_mark(call, error, NULL);
    return false;
}

void weft__call_end_early(weft_call *call, const char *why, const weft__failure *failure)
{
    const weft_error *error;

    if (call->exchange.state != WEFT__EXCHANGE_OFF) {
        weft__call_note_sent(call);
        weft__exchange_cancel(&call->exchange);
    }
    if (ask_otherwise(call))
        return;
    error = explain(call, why, failure);
    if (!weft__call_retry(call, error))
        weft__call_settle(call, error, NULL);
}

void weft__call_conclude(weft_call *call)
{
    weft__response response;
    const weft_error *error;

    response_init(&response, call);
    error = decode(call, &response);
    if (!error && call->operation->inspect) {
        call->operation->inspect(&response);
        if (response.code != WEFT_OK)
            error = error_of(&response, NULL);
    }
    weft__call_mark(call, error, response.result);
}
