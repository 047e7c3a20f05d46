/* What is refused before it is sent, in which order, and with which words. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "service/common.h"
#include "service/stromboli_check.h"

static weft__stromboli_note note;

static const char *check_run(const weft_stromboli_run_request *request)
{
    return weft__stromboli_check_run(request, &note);
}

static const char *check_schema(const char *schema)
{
    return weft__stromboli_check_json_schema(schema, &note);
}

/* `count` times 'x'; the caller frees it. */
static char *long_text(size_t count)
{
    char *text = malloc(count + 1);

    memset(text, 'x', count);
    text[count] = '\0';
    return text;
}

#define RUN_WITH(...)                                                                                                  \
    check_run(&(weft_stromboli_run_request){.prompt = "hi", .claude = &(weft_stromboli_claude_options){__VA_ARGS__}})

TEST(run_needs_a_request_and_a_prompt)
{
    CHECK_STR(check_run(NULL), "request is required");
    CHECK_STR(check_run(&(weft_stromboli_run_request){0}), "prompt is required");
    CHECK_STR(check_run(&(weft_stromboli_run_request){.prompt = ""}), "prompt is required");
    CHECK(!check_run(&(weft_stromboli_run_request){.prompt = "hi"}));
}

TEST(run_takes_a_prompt_of_exactly_the_limit_and_no_more)
{
    char *prompt = long_text(1048577);
    weft_stromboli_run_request request = {.prompt = prompt};
    const char *above = check_run(&request);
    char message[256];

    snprintf(message, sizeof(message), "%s", above ? above : "");
    prompt[1048576] = '\0';
    above = check_run(&request);
    free(prompt);
    CHECK(!above);
    CHECK_STR(message, "prompt exceeds maximum size of 1048576 bytes (got 1048577)");
}

TEST(run_takes_a_system_prompt_of_exactly_the_limit_and_no_more)
{
    char *prompt = long_text(262145);
    const char *above = RUN_WITH(.system_prompt = prompt);
    char message[256];

    snprintf(message, sizeof(message), "%s", above ? above : "");
    prompt[262144] = '\0';
    above = RUN_WITH(.system_prompt = prompt);
    free(prompt);
    CHECK(!above);
    CHECK_STR(message, "system prompt exceeds maximum size of 262144 bytes (got 262145)");
}

TEST(run_takes_a_json_schema_of_exactly_the_limit_and_no_more)
{
    char *schema = long_text(65537);
    const char *complaint;
    char message[256];

    memcpy(schema, "{\"type\":\"object\",\"title\":\"", 26);
    memcpy(schema + 65535, "\"}", 2);
    complaint = RUN_WITH(.json_schema = schema);
    snprintf(message, sizeof(message), "%s", complaint ? complaint : "");
    memcpy(schema + 65534, "\"}", 3);
    complaint = RUN_WITH(.json_schema = schema);
    free(schema);
    CHECK(!complaint);
    CHECK_STR(message, "JSON schema exceeds maximum size of 65536 bytes (got 65537)");
}

TEST(run_resumes_only_with_a_session)
{
    CHECK_STR(RUN_WITH(.resume = true), "session_id is required when resume is true");
    CHECK_STR(RUN_WITH(.resume = true, .session_id = ""), "session_id is required when resume is true");
    CHECK(!RUN_WITH(.resume = true, .session_id = "550e8400-e29b-41d4-a716-446655440000"));
    CHECK(!RUN_WITH(.continue_latest = true));
}

TEST(run_takes_agents_as_an_object_only)
{
    CHECK(!RUN_WITH(.agents = " {\"reviewer\":{}}"));
    CHECK_STR(RUN_WITH(.agents = "[]"), "agents must be a JSON object");
}

TEST(run_reports_what_is_checked_first)
{
    CHECK_CONTAINS(RUN_WITH(.json_schema = "nope", .resume = true), "invalid JSON schema: not valid JSON: ");
    CHECK_STR(RUN_WITH(.resume = true, .agents = "[]"), "session_id is required when resume is true");
}

TEST(json_schema_that_is_empty_is_none)
{
    CHECK(!RUN_WITH(.json_schema = ""));
    CHECK(!RUN_WITH(.json_schema = NULL));
}

TEST(json_schema_is_a_json_object)
{
    CHECK(!check_schema("{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}"));
    CHECK_CONTAINS(check_schema("{\"type\":"), "invalid JSON schema: not valid JSON: ");
    CHECK_CONTAINS(check_schema("{\"type\":\"object\"} x"), "invalid JSON schema: not valid JSON: ");
    CHECK_STR(check_schema("[]"), "invalid JSON schema: not valid JSON: expected an object");
    CHECK_STR(check_schema("\"object\""), "invalid JSON schema: not valid JSON: expected an object");
    CHECK_STR(check_schema(" 17"), "invalid JSON schema: not valid JSON: expected an object");
    CHECK_STR(check_schema("true"), "invalid JSON schema: not valid JSON: expected an object");
}

TEST(json_schema_type_is_a_string_or_strings)
{
    static const char wrong_kind[] = "invalid JSON schema: 'type' must be a string or array of strings";

    CHECK(!check_schema("{\"type\":\"string\"}"));
    CHECK(!check_schema("{\"type\":[]}"));
    CHECK(!check_schema("{\"type\": [ \"string\" , \"nu,]ll\\\"\" ] }"));
    CHECK_STR(check_schema("{\"type\":7}"), wrong_kind);
    CHECK_STR(check_schema("{\"type\":null}"), wrong_kind);
    CHECK_STR(check_schema("{\"type\":{}}"), wrong_kind);
    CHECK_STR(check_schema("{\"type\":[1]}"), "invalid JSON schema: 'type' array element 0 must be a string");
    CHECK_STR(check_schema("{\"type\":[\"a\\\\\",\"b,]\" , [\"c\"]]}"),
              "invalid JSON schema: 'type' array element 2 must be a string");
    CHECK_STR(check_schema("{\"type\":[\"a\",null]}"), "invalid JSON schema: 'type' array element 1 must be a string");
}

TEST(json_schema_has_a_structural_keyword_at_the_top)
{
    static const char *const keywords[] = {
        "type",
        "$ref",
        "oneOf",
        "anyOf",
        "allOf",
        "enum",
        "const",
        "properties",
        "required",
        "additionalProperties",
        "patternProperties",
        "items",
        "additionalItems",
        "contains",
        "definitions",
        "$defs",
        "not",
        "if",
        "then",
        "else",
        "minimum",
        "maximum",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
        "minProperties",
        "maxProperties",
        "multipleOf",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "format",
    };
    static const char none[] = "invalid JSON schema: schema must contain at least one structural JSON Schema keyword "
                               "(type, properties, items, $ref, etc.)";

    for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        char schema[80];

        snprintf(schema, sizeof(schema), "{\"title\":\"t\",\"%s\":\"x\"}", keywords[i]);
        CHECK(!check_schema(schema));
    }
    CHECK_STR(check_schema("{}"), none);
    CHECK_STR(check_schema("null"), none);
    CHECK_STR(check_schema("{\"title\":\"t\",\"x\":{\"type\":\"string\"}}"), none);
}

TEST(stream_needs_a_prompt_within_the_limit)
{
    char *prompt = long_text(1048577);
    const char *complaint;
    char message[256];

    complaint = weft__stromboli_check_stream(&(weft_stromboli_stream_request){.prompt = prompt}, &note);
    snprintf(message, sizeof(message), "%s", complaint ? complaint : "");
    free(prompt);
    CHECK_STR(message, "prompt exceeds maximum size of 1048576 bytes (got 1048577)");
    CHECK_STR(weft__stromboli_check_stream(NULL, &note), "request is required");
    CHECK_STR(weft__stromboli_check_stream(&(weft_stromboli_stream_request){0}, &note), "prompt is required");
    CHECK(!weft__stromboli_check_stream(&(weft_stromboli_stream_request){.prompt = "hi"}, &note));
}

TEST(messages_need_a_session_and_no_negative_page)
{
    CHECK_STR(weft__stromboli_check_messages(NULL, NULL), "session ID is required");
    CHECK_STR(weft__stromboli_check_messages("", &(weft_stromboli_list_messages_options){-1, -1}),
              "session ID is required");
    CHECK_STR(weft__stromboli_check_messages("s", &(weft_stromboli_list_messages_options){-1, -1}),
              "limit cannot be negative");
    CHECK_STR(weft__stromboli_check_messages("s", &(weft_stromboli_list_messages_options){0, -1}),
              "offset cannot be negative");
    CHECK(!weft__stromboli_check_messages("s", NULL));
    CHECK(!weft__stromboli_check_messages("s", &(weft_stromboli_list_messages_options){0, 0}));
    CHECK_STR(weft__stromboli_check_message("", ""), "session ID is required");
    CHECK_STR(weft__stromboli_check_message("s", NULL), "message ID is required");
    CHECK(!weft__stromboli_check_message("s", "m"));
}

TEST(secrets_need_a_name_and_a_value)
{
    CHECK_STR(weft__stromboli_check_create_secret(NULL), "request is required");
    CHECK_STR(weft__stromboli_check_create_secret(&(weft_stromboli_create_secret_request){0}),
              "secret name is required");
    CHECK_STR(weft__stromboli_check_create_secret(&(weft_stromboli_create_secret_request){.name = "n"}),
              "secret value is required");
    CHECK(!weft__stromboli_check_create_secret(&(weft_stromboli_create_secret_request){"n", "v"}));
}

TEST(images_need_a_name_or_a_query)
{
    CHECK_STR(weft__stromboli_check_search_images(NULL), "search query is required");
    CHECK_STR(weft__stromboli_check_search_images(&(weft__stromboli_search){.query = ""}), "search query is required");
    CHECK(!weft__stromboli_check_search_images(&(weft__stromboli_search){.query = "q", .limit = -1}));
    CHECK_STR(weft__stromboli_check_pull_image(NULL), "request is required");
    CHECK_STR(weft__stromboli_check_pull_image(&(weft_stromboli_pull_image_request){0}), "image name is required");
    CHECK(!weft__stromboli_check_pull_image(&(weft_stromboli_pull_image_request){.image = "python"}));
    CHECK_STR(weft__require(NULL, "it is required"), "it is required");
    CHECK(!weft__require("x", "it is required"));
}
