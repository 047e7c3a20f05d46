/* What Skillbox's requests carry, and what its answers mean beyond their status. */
#include <string.h>

#include "base/text.h"
#include "service/known_answers.h"
#include "service/skillbox_operations.h"
#include "service/skillbox_types.h"
#include "weft/http.h"

enum { MAX_MESSAGE_BYTES = 4096 };

void weft__skillbox_credentials(const weft_client *client, uint8_t credential, weft__buffer *out)
{
    const char *tenant = weft__client_text(client, WEFT__SKILLBOX_TENANT);

    (void)credential;
    weft__client_append_credential(client, "Authorization", "Bearer ", weft__client_token(client), out);
    weft__client_append_credential(client, "X-Tenant-ID", "", tenant, out);
}

/* ---- Failures ---------------------------------------------------------------------------------------- */

static bool is_operation(const weft__response *response, int index)
{
    return response->operation == &weft__skillbox_operations[index];
}

static char kind_of(weft_json value)
{
    return value.len > 0 ? value.ptr[0] : 0;
}

/* A member that is text; absent and null are empty. False when it is something else. */
static bool read_text(weft__response *response, const char *name, weft_str *ret_text)
{
    weft_json value = {NULL, 0};

    *ret_text = (weft_str){NULL, 0};
    if (!weft__json_member(response->body.ptr, response->body.len, name, &value) || kind_of(value) == 'n')
        return true;
    if (kind_of(value) != '"')
        return false;
    *ret_text = weft__json_string(response->arena, value);
    return ret_text->ptr != NULL;
}

/* An error as the service words it. False when the body is something else: a proxy's page, say. */
static bool read_error(weft__response *response, weft_str *ret_word, weft_str *ret_message)
{
    weft_str body = weft__text_strip(response->body);
    char begin = weft__json_begin(body.ptr, body.len);

    if ((begin != '{' && begin != 'n') || !weft__json_is_answer(body.ptr, body.len))
        return false;
    return read_text(response, "error", ret_word) && read_text(response, "message", ret_message);
}

/* The body as it is, for want of better words. */
static const char *plain_words(weft__response *response)
{
    weft_str body = weft__text_strip(response->body);

    if (body.len == 0)
        return NULL;
    return weft__arena_copy(response->arena, body.ptr, body.len < MAX_MESSAGE_BYTES ? body.len : MAX_MESSAGE_BYTES);
}

/* "not_ready: {"postgres":"connection refused"}". */
static const char *readiness_words(weft__response *response, weft_str status)
{
    weft_json checks;

    if (!weft__json_member(response->body.ptr, response->body.len, "checks", &checks) &&
        !weft__json_member(response->body.ptr, response->body.len, "db", &checks))
        return status.ptr;
    if (checks.len > MAX_MESSAGE_BYTES)
        checks.len = MAX_MESSAGE_BYTES;
    return weft__arena_printf(response->arena, "%s: %.*s", status.ptr, (int)checks.len, checks.ptr);
}

/* An error without a message. One with a status has the shape of a run's result, whose error is a sentence. */
static void explain_word(weft__response *response, weft_str word)
{
    weft_str status;

    response->message = response->said = word.len ? word.ptr : NULL;
    response->server_code = response->message;
    if (!read_text(response, "status", &status) || !status.ptr)
        return;
    response->server_code = NULL;
    if (word.len) {
        if (is_operation(response, WEFT__SKILLBOX_RUN))
            response->code = WEFT_E_EXECUTION_FAILED;
    } else if (is_operation(response, WEFT__SKILLBOX_GET_READINESS)) {
        response->message = readiness_words(response, status);
        response->said = status.ptr;
    }
}

/* Of a run the 500 with a failed result says how far it came only where it did not begin. The time-out is the service's
 * word for a skill that ran, and no gateway's. The others come from before the handler. `service_unavailable` and
 * `unavailable`, which documents mention, are nowhere shown to be said before acting. */
static const weft__known_answer known_answers[] = {
    {500, "creating execution record: ", WEFT_OUTCOME_NOT_ACTED_ON, false},
    {500, "failed to validate API key", WEFT_OUTCOME_NOT_ACTED_ON, false},
    {500, "failed to resolve user", WEFT_OUTCOME_NOT_ACTED_ON, false},
    {500, "tenant_id not set in context", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {500, "invalid tenant_id in context", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {504, "execution timed out", WEFT_OUTCOME_ACTED_ON, true},
};

static void read_words(weft__response *response)
{
    weft_str word, message;

    if (!read_error(response, &word, &message)) {
        response->message = response->said = plain_words(response);
    } else if (message.len) {
        response->message = response->said = message.ptr;
        response->server_code = word.len ? word.ptr : NULL;
    } else {
        explain_word(response, word);
    }
}

void weft__skillbox_explain(weft__response *response)
{
    response->message = response->said = NULL;
    /* The object store's answer names what a presigned URL was made of: not for logs. */
    if (!response->body.ptr || is_operation(response, WEFT__SKILLBOX_DOWNLOAD_EXECUTION_FILES))
        return;
    read_words(response);
    weft__know_answer(response, known_answers, sizeof(known_answers) / sizeof(known_answers[0]));
    if (response->server_code && strcmp(response->server_code, "scanner_disabled") == 0)
        response->permanent = true;
}

/* ---- Texts ------------------------------------------------------------------------------------------- */

static bool says_json(weft_str content_type)
{
    static const char json[] = "application/json";
    weft_str start = {content_type.ptr, sizeof(json) - 1};

    return content_type.len >= start.len && weft__text_equal_nocase(start, weft__str(json));
}

/* Servers send text; the specification has an object around it. */
void weft__skillbox_inspect_logs(weft__response *response)
{
    weft_str *logs = response->result;
    weft_json member;
    weft_str text;

    if (!weft__json_is_answer(logs->ptr, logs->len) || !weft__json_member(logs->ptr, logs->len, "logs", &member) ||
        kind_of(member) != '"')
        return;
    text = weft__json_string(response->arena, member);
    if (!text.ptr)
        weft__response_reject(response, WEFT_E_NO_MEMORY, NULL, "out of memory");
    else if (text.len > 0 || says_json(response->content_type))
        *logs = text;
}

/* A file that was asked for in memory: told as one that was saved. */
void weft__skillbox_inspect_content(weft__response *response)
{
    weft_http_response *content = weft__arena_zalloc(response->arena, sizeof(*content));

    response->result = content;
    if (!content) {
        weft__response_reject(response, WEFT_E_NO_MEMORY, NULL, "out of memory");
        return;
    }
    *content = (weft_http_response){
        .object = weft__json_object(response->body.ptr, response->body.len),
        .status = response->status,
        .body = response->body,
        .body_size = response->body.len,
    };
}

void weft__skillbox_inspect_accepted(weft__response *response)
{
    const weft__type *type = &weft__skillbox_accepted_skill_type;
    const weft_str *text = response->result;
    weft__codec_error error;

    if (weft__decode(response->arena, type, text->ptr, text->len, &response->result, &error) == WEFT__CODEC_OK)
        return;
    response->result = error.status == WEFT__CODEC_NO_MEMORY ? NULL : weft__arena_zalloc(response->arena, type->size);
    if (!response->result)
        weft__response_reject(response, WEFT_E_NO_MEMORY, NULL, "out of memory");
}

/* ---- Lists ------------------------------------------------------------------------------------------- */

/* Leaves out null entries, which have no object. Results are the decoder's own memory; only their users may
 * not write to them. */
void weft__skillbox_inspect_list(weft__response *response)
{
    weft__list_result *list = response->result;
    size_t size = response->operation->response->size;
    char *items = (char *)(uintptr_t)list->items;
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++) {
        if (!((const weft_object *)(const void *)(items + i * size))->raw.ptr)
            continue;
        if (kept < i)
            memcpy(items + kept * size, items + i * size, size);
        kept++;
    }
    list->count = kept;
}

/* The same for the paths of a run. */
void weft__skillbox_inspect_execution(weft__response *response)
{
    weft_skillbox_execution *run = response->result;
    weft_str *paths = (weft_str *)(uintptr_t)run->files_list;
    size_t kept = 0;

    for (size_t i = 0; i < run->files_list_count; i++)
        if (paths[i].ptr)
            paths[kept++] = paths[i];
    run->files_list_count = kept;
}
