/* The same checks, in the same order and with the same words, as Stromboli's own SDK has. */
#include "service/common.h"
#include "service/stromboli_check.h"

#include <stdio.h>
#include <string.h>

#include "json/codec.h"
#include "service/stromboli_operations.h"
#include "service/stromboli_types.h"

static const char *check_size(const char *what, const char *text, size_t max, weft__stromboli_note *note)
{
    size_t len = text ? strlen(text) : 0;

    if (len <= max)
        return NULL;
    snprintf(note->text, sizeof(note->text), "%s exceeds maximum size of %zu bytes (got %zu)", what, max, len);
    return note->text;
}

static const char *check_prompt(const char *prompt, weft__stromboli_note *note)
{
    if (weft__is_empty(prompt))
        return "prompt is required";
    return check_size("prompt", prompt, WEFT_STROMBOLI_MAX_PROMPT_BYTES, note);
}

/* ---- JSON schema ------------------------------------------------------------------------------------- */

/* A schema without any of these says nothing about the output, and is most likely a mistake. */
/* clang-format off */
static const char *const structural_keywords[] = {
    "type", "$ref", "oneOf", "anyOf", "allOf", "enum", "const", "properties", "required",
    "additionalProperties", "patternProperties", "items", "additionalItems", "contains", "definitions",
    "$defs", "not", "if", "then", "else", "minimum", "maximum", "minLength", "maxLength", "pattern",
    "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "multipleOf",
    "exclusiveMinimum", "exclusiveMaximum", "format",
};
/* clang-format on */

static bool has_structural_keyword(const char *schema, size_t len)
{
    for (size_t i = 0; i < sizeof(structural_keywords) / sizeof(structural_keywords[0]); i++) {
        weft_json ignored;

        if (weft__json_member(schema, len, structural_keywords[i], &ignored))
            return true;
    }
    return false;
}

static const char *skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
        at++;
    return at;
}

/* Past the element of an array at `at`, to its comma or bracket. The text is known to be JSON. */
static const char *skip_element(const char *at, const char *end)
{
    int depth = 0;
    bool quoted = false;

    for (; at < end; at++) {
        if (quoted) {
            if (*at == '\\')
                at++;
            else if (*at == '"')
                quoted = false;
        } else if (*at == '"') {
            quoted = true;
        } else if (*at == '[' || *at == '{') {
            depth++;
        } else if (depth == 0 && (*at == ',' || *at == ']')) {
            break;
        } else if (*at == ']' || *at == '}') {
            depth--;
        }
    }
    return at;
}

/* `type`, when it is there, is a string or an array of strings. */
static const char *check_schema_type(weft_json type, weft__stromboli_note *note)
{
    const char *end = type.ptr + type.len;
    const char *at = skip_space(type.ptr + 1, end);

    if (type.ptr[0] == '"')
        return NULL;
    if (type.ptr[0] != '[')
        return "invalid JSON schema: 'type' must be a string or array of strings";
    for (unsigned index = 0; at < end && *at != ']'; index++) {
        if (*at != '"') {
            snprintf(note->text, sizeof(note->text), "invalid JSON schema: 'type' array element %u must be a string",
                     index);
            return note->text;
        }
        at = skip_element(at, end);
        if (at < end && *at == ',')
            at = skip_space(at + 1, end);
    }
    return NULL;
}

const char *weft__stromboli_check_json_schema(const char *schema, weft__stromboli_note *note)
{
    size_t len = strlen(schema);
    const char *start = skip_space(schema, schema + len);
    weft__codec_error error = {0};
    weft_json type;

    if (weft__json_check(schema, len, &error) != WEFT__CODEC_OK) {
        snprintf(note->text, sizeof(note->text), "invalid JSON schema: not valid JSON: %s at byte %zu",
                 error.what ? error.what : "unreadable", error.offset);
        return note->text;
    }
    if (*start != '{' && *start != 'n')
        return "invalid JSON schema: not valid JSON: expected an object";
    if (*start == '{' && weft__json_member(schema, len, "type", &type)) {
        const char *complaint = check_schema_type(type, note);

        if (complaint)
            return complaint;
    }
    if (*start != '{' || !has_structural_keyword(schema, len))
        return "invalid JSON schema: schema must contain at least one structural JSON Schema keyword "
               "(type, properties, items, $ref, etc.)";
    return NULL;
}

/* ---- Requests ---------------------------------------------------------------------------------------- */

static const char *check_claude(const weft_stromboli_claude_options *claude, weft__stromboli_note *note)
{
    const char *complaint =
        check_size("system prompt", claude->system_prompt, WEFT_STROMBOLI_MAX_SYSTEM_PROMPT_BYTES, note);

    if (complaint)
        return complaint;
    if (!weft__is_empty(claude->json_schema)) {
        complaint = check_size("JSON schema", claude->json_schema, WEFT_STROMBOLI_MAX_JSON_SCHEMA_BYTES, note);
        if (!complaint)
            complaint = weft__stromboli_check_json_schema(claude->json_schema, note);
        if (complaint)
            return complaint;
    }
    if (claude->resume && weft__is_empty(claude->session_id))
        return "session_id is required when resume is true";
    if (!weft__is_empty(claude->agents) && *skip_space(claude->agents, claude->agents + strlen(claude->agents)) != '{')
        return "agents must be a JSON object";
    return NULL;
}

const char *weft__stromboli_check_run(const weft_stromboli_run_request *request, weft__stromboli_note *note)
{
    const char *complaint;

    if (!request)
        return "request is required";
    complaint = check_prompt(request->prompt, note);
    if (!complaint && request->claude)
        complaint = check_claude(request->claude, note);
    return complaint;
}

const char *weft__stromboli_check_stream(const weft_stromboli_stream_request *request, weft__stromboli_note *note)
{
    return request ? check_prompt(request->prompt, note) : "request is required";
}

const char *weft__stromboli_check_messages(const char *session_id, const weft_stromboli_list_messages_options *page)
{
    if (weft__is_empty(session_id))
        return "session ID is required";
    if (page && page->limit < 0)
        return "limit cannot be negative";
    if (page && page->offset < 0)
        return "offset cannot be negative";
    return NULL;
}

const char *weft__stromboli_check_message(const char *session_id, const char *message_id)
{
    if (weft__is_empty(session_id))
        return "session ID is required";
    return weft__require(message_id, "message ID is required");
}

const char *weft__stromboli_check_create_secret(const weft_stromboli_create_secret_request *request)
{
    if (!request)
        return "request is required";
    if (weft__is_empty(request->name))
        return "secret name is required";
    return weft__require(request->value, "secret value is required");
}

const char *weft__stromboli_check_search_images(const weft__stromboli_search *search)
{
    return weft__require(search ? search->query : NULL, "search query is required");
}

const char *weft__stromboli_check_pull_image(const weft_stromboli_pull_image_request *request)
{
    if (!request)
        return "request is required";
    return weft__require(request->image, "image name is required");
}

/* ---- As the rows have them --------------------------------------------------------------------------- */

/* A sentence that was made outlives the note that it was made in. */
static const char *keep(weft_client *client, const weft__stromboli_note *note, const char *complaint)
{
    return complaint == note->text ? weft__client_note(client, "%s", complaint) : complaint;
}

#define OBJECTION(what)                                                                                                \
    const char *weft__stromboli_objection_to_##what(weft_client *client, const weft__invocation *invocation,           \
                                                    weft_code *code)

OBJECTION(run)
{
    weft__stromboli_note note;

    (void)code;
    return keep(client, &note, weft__stromboli_check_run(invocation->request, &note));
}

OBJECTION(stream)
{
    weft__stromboli_note note;

    (void)code;
    return keep(client, &note, weft__stromboli_check_stream(invocation->options, &note));
}

OBJECTION(messages)
{
    (void)client, (void)code;
    return weft__stromboli_check_messages(invocation->segments[0], invocation->options);
}

OBJECTION(no_token)
{
    (void)invocation;
    if (weft__client_token(client))
        return NULL;
    *code = WEFT_E_UNAUTHORIZED;
    return "no token set, use weft_client_set_token() first";
}

OBJECTION(get_token)
{
    const weft__stromboli_token_request *request = invocation->request;

    (void)client, (void)code;
    return weft__require(request->client_id, "client ID is required");
}

OBJECTION(refresh_token)
{
    const weft__stromboli_refresh_request *request = invocation->request;

    (void)client, (void)code;
    return weft__require(request->refresh_token, "refresh token is required");
}

OBJECTION(create_secret)
{
    (void)client, (void)code;
    return weft__stromboli_check_create_secret(invocation->request);
}

OBJECTION(search_images)
{
    (void)client, (void)code;
    return weft__stromboli_check_search_images(invocation->options);
}

OBJECTION(pull_image)
{
    (void)client, (void)code;
    return weft__stromboli_check_pull_image(invocation->request);
}
