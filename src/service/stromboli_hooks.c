/* What Stromboli's answers mean beyond their status. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "service/known_answers.h"
#include "service/stromboli_content.h"
#include "service/stromboli_operations.h"
#include "service/stromboli_types.h"
#include "weft/stromboli.h"

/* ---- Failures ---------------------------------------------------------------------------------------- */

static bool is_operation(const weft__response *response, int index)
{
    return response->operation == &weft__stromboli_operations[index];
}

/* Where the answer itself says nothing. */
static const char *words_for(weft_code code)
{
    switch (code) {
    case WEFT_E_NOT_FOUND:
        return "resource not found";
    case WEFT_E_REQUEST_TIMEOUT:
        return "request timed out";
    case WEFT_E_UNAUTHORIZED:
        return "invalid credentials";
    case WEFT_E_BAD_REQUEST:
        return "invalid request";
    case WEFT_E_SERVER_ERROR:
        return "internal server error";
    case WEFT_E_UNAVAILABLE:
        return "service temporarily unavailable";
    case WEFT_E_SECRET_EXISTS:
        return "secret already exists";
    case WEFT_E_INVALID_SECRET_NAME:
        return "invalid secret name";
    case WEFT_E_IMAGE_NOT_FOUND:
        return "image not found";
    case WEFT_E_IMAGE_PULL_FAILED:
        return "failed to pull image";
    case WEFT_E_RATE_LIMITED:
        return "too many requests";
    default:
        return NULL;
    }
}

/* A binding failure names the field: "Field validation for 'Name' failed". */
static bool is_about_secret_name(const char *message)
{
    return message && (strcasestr(message, "secret name") || strstr(message, "'Name'"));
}

static weft_code code_for(const weft__response *response)
{
    if (is_operation(response, WEFT__STROMBOLI_GET_IMAGE) && response->status == 404)
        return WEFT_E_IMAGE_NOT_FOUND;
    if (is_operation(response, WEFT__STROMBOLI_CREATE_SECRET) && response->status == 409)
        return WEFT_E_SECRET_EXISTS;
    if (is_operation(response, WEFT__STROMBOLI_CREATE_SECRET) && response->status == 400 &&
        is_about_secret_name(response->message))
        return WEFT_E_INVALID_SECRET_NAME;
    if (is_operation(response, WEFT__STROMBOLI_PULL_IMAGE) && response->status == 500)
        return WEFT_E_IMAGE_PULL_FAILED;
    return response->code;
}

/* Stromboli says when its rate limit ends, in seconds since 1970; Retry-After comes from proxies at most. */
static int64_t wait_until_reset(const weft__response *response)
{
    weft_str reset = weft_call_get_header(response->call, "X-RateLimit-Reset");
    int64_t now = response->answered_unix_s, then;

    if (!reset.ptr || !weft__json_int64((weft_json){reset.ptr, reset.len}, &then))
        return -1;
    if (then <= now)
        return 0;
    return then - now > INT64_MAX / 1000 ? -1 : (then - now) * 1000;
}

/* The server lacks something, or looked at the request and did not begin; or it says how the container's process ended.
 * A failure of a compose stack may have any words, and stays what it is by its status. */
static const weft__known_answer known_answers[] = {
    {503, "Claude not configured", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {503, "JWT authentication not configured", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {503, "token blacklist not configured", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {503, "auth backend unavailable", WEFT_OUTCOME_NOT_ACTED_ON, false},
    {500, "image validation failed: ", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {500, "volume validation failed: ", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {500, "workdir validation failed: ", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {500, "secrets validation failed: ", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {500, "lifecycle hooks validation failed: ", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {500, "invalid timeout duration: ", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {500, "invalid session ID", WEFT_OUTCOME_NOT_ACTED_ON, true},
    {500, "session initialization in progress: ", WEFT_OUTCOME_NOT_ACTED_ON, false},
    {500, "execution failed: ", WEFT_OUTCOME_ACTED_ON, false},
};

/* The core has read the message from the answer: `error`, then `message`, else the body's text. */
void weft__stromboli_explain(weft__response *response)
{
    response->code = code_for(response);
    weft__know_answer(response, known_answers, sizeof(known_answers) / sizeof(known_answers[0]));
    if (!response->message)
        response->message = words_for(response->code);
    if (is_operation(response, WEFT__STROMBOLI_STREAM))
        response->message = response->message
                                ? weft__arena_printf(response->arena, "stream request failed: %s", response->message)
                                : "stream request failed";
    if (response->status == 429 && response->retry_after_ms < 0)
        response->retry_after_ms = wait_until_reset(response);
}

/* ---- A stream's end ---------------------------------------------------------------------------------- */

/* ": Process killed by SIGKILL (exit code 137)", as far as it is known. */
static void write_crash(const weft_stromboli_crash_info *crash, char *text, size_t size)
{
    int len = 0;

    *text = '\0';
    if (!crash)
        return;
    if (crash->reason.len)
        len = snprintf(text, size, ": %.300s", crash->reason.ptr);
    if (crash->exit_code)
        snprintf(text + len, size - (size_t)len, " (exit code %" PRId64 ")", crash->exit_code);
}

/* The data has the shape of a run's result. */
weft__words weft__stromboli_doubt_done(weft__arena *arena, weft_str data)
{
    static const char untold[] = "out of memory while reading how the run ended";
    weft__words doubt = {.message = NULL};
    weft__codec_error error;
    void *result = NULL;
    const weft_stromboli_run_response *run;
    char crash[400];

    if (weft__decode(arena, &weft__stromboli_run_response_type, data.ptr, data.len, &result, &error) !=
        WEFT__CODEC_OK) {
        doubt.message = error.status == WEFT__CODEC_NO_MEMORY ? untold : NULL;
        return doubt;
    }
    run = result;
    write_crash(run->crash_info, crash, sizeof(crash));
    if (run->status.ptr && !weft_stromboli_run_is_completed(run)) {
        doubt.code = run->status.ptr;
        doubt.message = weft__arena_printf(arena, "the run ended as \"%s\"%s", run->status.ptr, crash);
    } else if (run->crash_info) {
        doubt.message = weft__arena_printf(arena, "the run crashed%s", crash);
    } else {
        return doubt;
    }
    doubt.said = run->crash_info && run->crash_info->reason.len ? run->crash_info->reason.ptr : NULL;
    if (!doubt.message)
        doubt.message = untold;
    return doubt;
}

/* ---- Lists: null entries are skipped ----------------------------------------------------------------- */

/* Results are the decoder's own memory; only their users may not write to them. */
static void *writable(const void *memory)
{
    return (void *)(uintptr_t)memory;
}

typedef bool keep_fn(const void *item);

static void keep_only(const void *items, size_t *count, size_t size, keep_fn *keep)
{
    char *to = writable(items);
    size_t kept = 0;

    for (size_t i = 0; i < *count; i++) {
        const char *from = (const char *)items + i * size;

        if (!keep(from))
            continue;
        if (kept < i)
            memcpy(to + kept * size, from, size);
        kept++;
    }
    *count = kept;
}

/* Every result begins with its object, which has no text when null stood in its place. */
static bool is_object(const void *item)
{
    return ((const weft_object *)item)->raw.ptr != NULL;
}

static bool has_name(const void *item)
{
    return ((const weft_stromboli_component *)item)->name.len > 0;
}

/* Some servers list ids and names in the place of objects. */
static bool is_session(const void *item)
{
    return is_object(item) || ((const weft_stromboli_session *)item)->id.ptr;
}

static bool is_secret(const void *item)
{
    return is_object(item) || ((const weft_stromboli_secret *)item)->name.ptr;
}

void weft__stromboli_inspect_health(weft__response *response)
{
    weft_stromboli_health *health = response->result;

    keep_only(health->components, &health->components_count, sizeof(*health->components), has_name);
}

void weft__stromboli_inspect_jobs(weft__response *response)
{
    weft_stromboli_job_list *list = response->result;

    keep_only(list->items, &list->count, sizeof(*list->items), is_object);
}

void weft__stromboli_inspect_sessions(weft__response *response)
{
    weft_stromboli_session_list *list = response->result;

    keep_only(list->items, &list->count, sizeof(*list->items), is_session);
}

static bool is_text(const void *item)
{
    return ((const weft_str *)item)->ptr != NULL;
}

static void keep_tools(weft_stromboli_image *image)
{
    keep_only(image->tools, &image->tools_count, sizeof(*image->tools), is_text);
}

void weft__stromboli_inspect_image(weft__response *response)
{
    keep_tools(response->result);
}

void weft__stromboli_inspect_images(weft__response *response)
{
    weft_stromboli_image_list *list = response->result;
    weft_stromboli_image *images = writable(list->items);

    keep_only(images, &list->count, sizeof(*images), is_object);
    for (size_t i = 0; i < list->count; i++)
        keep_tools(&images[i]);
}

void weft__stromboli_inspect_image_matches(weft__response *response)
{
    weft_stromboli_image_match_list *list = response->result;

    keep_only(list->items, &list->count, sizeof(*list->items), is_object);
}

/* A success that is none, in the words of its own `error` where there are any. */
static void reject(weft__response *response, weft_code code, weft_str error, const char *otherwise)
{
    weft__response_reject(response, code, NULL, error.len ? error.ptr : otherwise);
    response->said = error.len ? error.ptr : NULL;
}

/* ---- Messages ---------------------------------------------------------------------------------------- */

/* False when there is no room for it, and the answer is rejected. */
static bool read_message(weft__response *response, weft_stromboli_message *message)
{
    switch (weft__stromboli_read_message(response->arena, message)) {
    case WEFT__CODEC_OK:
        return true;
    case WEFT__CODEC_TOO_LARGE:
        weft__response_reject(response, WEFT_E_TOO_LARGE, NULL,
                              "the contents take more memory than max_decoded_bytes allows");
        return false;
    default:
        weft__response_reject(response, WEFT_E_NO_MEMORY, NULL, "out of memory");
        return false;
    }
}

void weft__stromboli_inspect_messages(weft__response *response)
{
    weft_stromboli_message_list *list = response->result;
    weft_stromboli_message *messages = writable(list->items);

    keep_only(messages, &list->count, sizeof(*messages), is_object);
    for (size_t i = 0; i < list->count; i++) {
        if (!read_message(response, &messages[i]))
            return;
    }
}

void weft__stromboli_inspect_message(weft__response *response)
{
    weft__stromboli_message_response *answer = response->result;

    if (!answer->message)
        reject(response, WEFT_E_DECODE, answer->error, "empty message response");
    else if (read_message(response, answer->message))
        response->result = answer->message;
}

/* ---- Successes that are none ------------------------------------------------------------------------- */

/* Whether the answer says `name`: false in so many words; to say nothing is no refusal. */
static bool says_no(const weft_object *object, const char *name, bool value)
{
    return !value && weft_object_get_state(object, name) == WEFT_PRESENCE_VALUE;
}

/* A success that says that nothing was done. */
static void reject_undone(weft__response *response, weft_str error, const char *otherwise)
{
    reject(response, WEFT_E_REQUEST_FAILED, error, otherwise);
    response->outcome = WEFT_OUTCOME_NOT_ACTED_ON;
}

void weft__stromboli_inspect_cancel_job(weft__response *response)
{
    const weft_stromboli_cancel_job_response *answer = response->result;

    if (says_no(&answer->object, "cancelled", answer->cancelled))
        reject_undone(response, (weft_str){NULL, 0}, "the job was not cancelled");
}

void weft__stromboli_inspect_delete_session(weft__response *response)
{
    const weft_stromboli_delete_session_response *answer = response->result;

    if (says_no(&answer->object, "success", answer->success))
        reject_undone(response, answer->error, "the session was not destroyed");
}

void weft__stromboli_inspect_delete_secret(weft__response *response)
{
    const weft_stromboli_secret_change *answer = response->result;

    if (says_no(&answer->object, "success", answer->success))
        reject_undone(response, answer->error, "the secret was not deleted");
}

void weft__stromboli_inspect_create_secret(weft__response *response)
{
    const weft_stromboli_secret_change *answer = response->result;

    if (answer->error.len)
        reject(response, WEFT_E_SECRET_CREATE_ERROR, answer->error, NULL);
    else if (!answer->success && weft_object_get_state(&answer->object, "success") != WEFT_PRESENCE_INVALID)
        reject(response, WEFT_E_SECRET_CREATE_FAILED, answer->error, "failed to create secret");
    if (response->code != WEFT_OK)
        response->outcome = WEFT_OUTCOME_UNKNOWN;
}

void weft__stromboli_inspect_secrets(weft__response *response)
{
    weft_stromboli_secret_list *list = response->result;

    if (list->error.len)
        reject(response, WEFT_E_SECRETS_ERROR, list->error, NULL);
    else
        keep_only(list->items, &list->count, sizeof(*list->items), is_secret);
}

/* ---- An image by its name ---------------------------------------------------------------------------- */

static bool is_called(const weft_stromboli_image *image, const char *name)
{
    size_t len = image->repository.len;

    if (!image->repository.ptr || strncmp(name, image->repository.ptr, len) != 0)
        return false;
    /* A name without a tag means the tag that everybody means. */
    if (name[len] == '\0')
        return image->tag.len == 0 || strcmp(image->tag.ptr, "latest") == 0;
    return name[len] == ':' && image->tag.ptr && strcmp(name + len + 1, image->tag.ptr) == 0;
}

static void find_in_list(weft__response *response)
{
    const weft_stromboli_image_list *list = response->result;
    const char *text;

    weft__stromboli_inspect_images(response);
    for (size_t i = 0; i < list->count; i++) {
        if (is_called(&list->items[i], response->asked)) {
            response->result = (void *)(uintptr_t)&list->items[i];
            return;
        }
    }
    /* That the list was there is not what was asked for. */
    text = weft__arena_printf(response->arena, "image not found: %s is not in the list of images", response->asked);
    weft__response_reject(response, WEFT_E_IMAGE_NOT_FOUND, NULL, text ? text : "image not found");
    response->status = 404;
    response->body = (weft_str){NULL, 0};
}

const weft__operation *weft__stromboli_find_image(weft__response *response)
{
    static const weft__operation find_image = {
        .deliver = weft__deliver_stromboli_image,
        .name = "GetImage",
        .label = "find the image in the list",
        .method = "GET",
        .path = "/images",
        .response = &weft__stromboli_image_list_type,
        .flags = WEFT__OP_REPEATABLE,
        .inspect = find_in_list,
    };
    bool is_unrouted = response->status == 404 && (weft__json_begin(response->body.ptr, response->body.len) != '{');

    return is_unrouted && strchr(response->asked, '/') ? &find_image : NULL;
}
