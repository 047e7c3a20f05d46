#include "call/result.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "call/answer.h"
#include "call/ending.h"
#include "call/explain.h"
#include "call/headers.h"

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
    if (made)
        made->body = (weft_str){call->attempt.body, call->attempt.body_len};
    return weft__error_or_no_memory(made);
}

static bool is_json(weft_str content_type)
{
    weft_str type;

    /* None given is taken for JSON. */
    if (!content_type.ptr)
        return true;
    type = weft__media_type(content_type);
    if (weft__text_equal_nocase(type, weft__str("application/json")))
        return true;
    return type.len > 5 && weft__text_equal_nocase((weft_str){type.ptr + type.len - 5, 5}, weft__str("+json"));
}

static const weft_error *decode_list(weft_call *call, weft__response *response)
{
    weft__list_result *list = weft__arena_zalloc(&call->arena, sizeof(*list));
    weft__codec_error error;

    if (!list)
        return &weft__no_memory_error;
    if (weft__decode_list(&call->arena, call->operation->response, call->attempt.body, call->attempt.body_len, list,
                          &error) != WEFT__CODEC_OK)
        return decode_error(call, &error);
    response->result = list;
    return NULL;
}

static const weft_error *decode_text(weft_call *call, weft__response *response)
{
    weft_str *text = weft__arena_zalloc(&call->arena, sizeof(*text));

    if (!text)
        return &weft__no_memory_error;
    *text = (weft_str){call->attempt.body ? call->attempt.body : "", call->attempt.body_len};
    response->result = text;
    return NULL;
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
    if (text || weft_object_get_state(result, needs) != WEFT_PRESENCE_INVALID)
        return NULL;
    snprintf(misfit.path, sizeof(misfit.path), "%s", needs);
    return decode_error(call, &misfit);
}

static const weft_error *decode_object(weft_call *call, weft__response *response)
{
    weft__codec_error error;

    if (weft__decode(&call->arena, call->operation->response, call->attempt.body, call->attempt.body_len,
                     &response->result, &error) != WEFT__CODEC_OK)
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
    if (call->attempt.body_len == 0 && (operation->flags & WEFT__OP_EMPTY_OK)) {
        response->result = weft__arena_zalloc(&call->arena, operation->response->size);
        return response->result ? NULL : &weft__no_memory_error;
    }
    /* What is JSON needs no label that says so. */
    if (!is_json(response->content_type) && !weft__is_json_container(response->body))
        return weft__call_unexpected_content(call);
    call->arena.room = call->max_decoded_bytes;
    error = operation->flags & WEFT__OP_LIST ? decode_list(call, response) : decode_object(call, response);
    if (error && error->code == WEFT_E_DECODE && !is_json(response->content_type))
        return weft__call_unexpected_content(call);
    return error;
}

void weft__call_conclude(weft_call *call)
{
    weft__response response;
    const weft_error *error;

    weft__response_init(&response, call);
    error = decode(call, &response);
    if (!error && call->operation->inspect) {
        call->operation->inspect(&response);
        if (response.code != WEFT_OK)
            error = weft__response_error(&response, NULL);
    }
    weft__call_mark(call, error, response.result);
}
