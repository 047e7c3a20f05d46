/* A message's content and tool result in every form that they come in. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "test_memory.h"
#include "text_is.h"

#include "service/stromboli_content.h"
#include "service/stromboli_types.h"
#include "weft/stromboli.h"

typedef struct fixture {
    weft__heap heap;
    weft__arena arena;
    test_memory memory;
    const weft_stromboli_message *message;
} fixture;

/* The `fail_at`th request for memory fails; 0 = none. */
static void begin(fixture *fx, unsigned fail_at)
{
    weft_allocator allocator = test_allocator(&fx->memory);

    memset(fx, 0, sizeof(*fx));
    fx->memory.fail_at = fail_at;
    weft__heap_init(&fx->heap, &allocator);
    weft__arena_init(&fx->arena, &fx->heap);
}

static void end(fixture *fx)
{
    weft__arena_release(&fx->arena);
    weft__heap_deinit(&fx->heap);
}

/* Reads {"message":{MEMBERS}}. */
static bool read_message(fixture *fx, const char *members)
{
    static char text[2048];
    weft__stromboli_message_response *answer;
    weft__codec_error error;
    void *value;

    snprintf(text, sizeof(text), "{\"message\":{%s}}", members);
    if (weft__decode(&fx->arena, &weft__stromboli_message_response_type, text, strlen(text), &value, &error))
        return false;
    answer = value;
    fx->message = answer->message;
    return weft__stromboli_read_message(&fx->arena, answer->message) == WEFT__CODEC_OK;
}

TEST(content_as_a_string_is_text)
{
    const weft_stromboli_content_block *blocks;
    weft_str text = {NULL, 0};
    fixture fx;

    begin(&fx, 0);
    CHECK(read_message(&fx, "\"content\":\"list the\\nfiles\""));
    CHECK(weft_stromboli_message_get_text(fx.message, &text));
    CHECK(is(text, "list the\nfiles"));
    CHECK(json_is(fx.message->content, "\"list the\\nfiles\""));
    CHECK(!weft_stromboli_message_get_blocks(fx.message, &blocks, NULL, NULL));
    CHECK(!fx.message->body->object.raw.ptr && !fx.message->body->role.ptr);
    end(&fx);
}

TEST(content_as_an_empty_string_is_text)
{
    weft_str text = {NULL, 7};
    fixture fx;

    begin(&fx, 0);
    CHECK(read_message(&fx, "\"content\":\"\""));
    CHECK(weft_stromboli_message_get_text(fx.message, &text));
    CHECK(is(text, ""));
    end(&fx);
}

TEST(content_as_a_list_is_blocks)
{
    const weft_stromboli_content_block *blocks = NULL;
    size_t count = 9, skipped = 9;
    weft_str text;
    fixture fx;

    begin(&fx, 0);
    CHECK(read_message(&fx, "\"content\":[{\"type\":\"text\",\"text\":\"Sure.\"},\"odd\",{\"type\":\"tool_use\","
                            "\"id\":\"toolu_1\",\"name\":\"Bash\",\"input\":{\"command\": \"ls\"}},null,7]"));
    CHECK(weft_stromboli_message_get_blocks(fx.message, &blocks, &count, &skipped));
    CHECK_EQ(count, 2);
    CHECK_EQ(skipped, 3);
    CHECK(is(blocks[0].type, WEFT_STROMBOLI_BLOCK_TEXT) && is(blocks[0].text, "Sure."));
    CHECK(is(blocks[1].type, WEFT_STROMBOLI_BLOCK_TOOL_USE) && is(blocks[1].id, "toolu_1"));
    CHECK(is(blocks[1].name, "Bash") && json_is(blocks[1].input, "{\"command\": \"ls\"}"));
    CHECK(!weft_stromboli_message_get_text(fx.message, &text));
    end(&fx);
}

TEST(content_as_an_empty_list_is_blocks)
{
    const weft_stromboli_content_block *blocks = NULL;
    size_t count = 9, skipped = 9;
    fixture fx;

    begin(&fx, 0);
    CHECK(read_message(&fx, "\"content\":[]"));
    CHECK(weft_stromboli_message_get_blocks(fx.message, &blocks, &count, &skipped));
    CHECK_EQ(count, 0);
    CHECK_EQ(skipped, 0);
    end(&fx);
}

TEST(content_as_an_object_is_read_through)
{
    const weft_stromboli_content_block *blocks = NULL;
    size_t count = 0;
    fixture fx;

    begin(&fx, 0);
    CHECK(read_message(&fx, "\"content\":{\"role\":\"assistant\",\"model\":\"m\",\"message_id\":\"msg_1\",\"content\":"
                            "[{\"type\":\"text\",\"text\":\"Sure.\"}],\"stop_reason\":\"tool_use\",\"usage\":"
                            "{\"input_tokens\":150,\"output_tokens\":42,\"cache_creation_input_tokens\":1,"
                            "\"cache_read_input_tokens\":2}}"));
    CHECK(weft_stromboli_message_get_blocks(fx.message, &blocks, &count, NULL));
    CHECK(count == 1 && is(blocks[0].text, "Sure."));
    CHECK(is(fx.message->body->role, "assistant") && is(fx.message->body->model, "m"));
    CHECK(is(fx.message->body->message_id, "msg_1") && is(fx.message->body->stop_reason, "tool_use"));
    CHECK(fx.message->body->usage && fx.message->body->usage->input_tokens == 150);
    CHECK_EQ(fx.message->body->usage->output_tokens, 42);
    CHECK_EQ(fx.message->body->usage->cache_creation_input_tokens, 1);
    CHECK_EQ(fx.message->body->usage->cache_read_input_tokens, 2);
    CHECK(json_is(fx.message->body->content, "[{\"type\":\"text\",\"text\":\"Sure.\"}]"));
    end(&fx);
}

TEST(content_as_an_object_around_text_is_text)
{
    weft_str text = {NULL, 0};
    fixture fx;

    begin(&fx, 0);
    CHECK(read_message(&fx, "\"content\":{\"role\":\"user\",\"content\":\"hello\"}"));
    CHECK(weft_stromboli_message_get_text(fx.message, &text));
    CHECK(is(text, "hello"));
    end(&fx);
}

TEST(content_as_an_object_around_null_is_an_empty_list)
{
    const weft_stromboli_content_block *blocks = NULL;
    size_t count = 9;
    fixture fx;

    begin(&fx, 0);
    CHECK(read_message(&fx, "\"content\":{\"role\":\"user\",\"content\":null}"));
    CHECK(weft_stromboli_message_get_blocks(fx.message, &blocks, &count, NULL));
    CHECK_EQ(count, 0);
    end(&fx);
}

TEST(content_that_is_none_is_neither_text_nor_blocks)
{
    static const char *const members[] = {"", "\"content\":null", "\"content\":7", "\"content\":{}",
                                          "\"content\":{\"content\":true}"};
    const weft_stromboli_content_block *blocks;
    weft_str text;

    for (unsigned i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        fixture fx;

        begin(&fx, 0);
        CHECK(read_message(&fx, members[i]));
        CHECK(fx.message->body);
        CHECK(!weft_stromboli_message_get_text(fx.message, &text));
        CHECK(!weft_stromboli_message_get_blocks(fx.message, &blocks, NULL, NULL));
        end(&fx);
    }
    CHECK(!weft_stromboli_message_get_text(&(weft_stromboli_message){0}, &text));
    CHECK(!weft_stromboli_message_get_blocks(&(weft_stromboli_message){0}, &blocks, NULL, NULL));
}

TEST(block_of_a_tool_result_has_text_or_json)
{
    const weft_stromboli_content_block *blocks = NULL;
    size_t count = 0;
    fixture fx;

    begin(&fx, 0);
    CHECK(read_message(&fx, "\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"t\",\"content\":\"out\","
                            "\"is_error\":true},{\"type\":\"tool_result\",\"content\":[{\"type\": \"image\"}]},"
                            "{\"type\":[],\"text\":\"kept\",\"signature\":\"x\"}]"));
    CHECK(weft_stromboli_message_get_blocks(fx.message, &blocks, &count, NULL));
    CHECK_EQ(count, 3);
    CHECK(is(blocks[0].tool_use_id, "t") && is(blocks[0].content, "out") && blocks[0].is_error);
    CHECK(is(blocks[1].content, "[{\"type\": \"image\"}]"));
    CHECK(!blocks[2].type.ptr && is(blocks[2].text, "kept"));
    CHECK(json_is(weft_object_get(&blocks[2].object, "signature"), "\"x\""));
    end(&fx);
}

TEST(tool_result_has_the_members_of_servers_and_of_the_sdk)
{
    fixture fx;

    begin(&fx, 0);
    CHECK(read_message(&fx,
                       "\"tool_result\":{\"stdout\":\"o\",\"stderr\":\"e\",\"interrupted\":true,\"is_image\":true}"));
    CHECK(fx.message->tool && is(fx.message->tool->stdout_text, "o") && is(fx.message->tool->stderr_text, "e"));
    CHECK(fx.message->tool->interrupted && fx.message->tool->is_image && !fx.message->tool->is_error);
    CHECK(read_message(&fx, "\"tool_result\":{\"tool_use_id\":\"t\",\"content\":[\"a\"],\"is_error\":true}"));
    CHECK(fx.message->tool && is(fx.message->tool->tool_use_id, "t"));
    CHECK(is(fx.message->tool->content, "[\"a\"]") && fx.message->tool->is_error);
    end(&fx);
}

TEST(tool_result_that_is_no_object_is_json_only)
{
    fixture fx;

    begin(&fx, 0);
    CHECK(read_message(&fx, "\"tool_result\":\"Error: no such file\""));
    CHECK(!fx.message->tool && json_is(fx.message->tool_result, "\"Error: no such file\""));
    CHECK(read_message(&fx, "\"tool_result\":null"));
    CHECK(!fx.message->tool && json_is(fx.message->tool_result, "null"));
    CHECK(read_message(&fx, ""));
    CHECK(!fx.message->tool && !fx.message->tool_result.ptr);
    end(&fx);
}

TEST(message_has_its_members)
{
    fixture fx;

    begin(&fx, 0);
    CHECK(read_message(&fx, "\"uuid\":\"u\",\"type\":\"assistant\",\"parent_uuid\":\"p\",\"session_id\":\"s\","
                            "\"cwd\":\"/workspace\",\"git_branch\":\"main\",\"permission_mode\":\"plan\","
                            "\"timestamp\":\"2026-01-24T10:06:42.906Z\",\"version\":\"2.1.19\",\"content\":\"\""));
    CHECK(is(fx.message->uuid, "u") && is(fx.message->type, WEFT_STROMBOLI_MESSAGE_ASSISTANT));
    CHECK(is(fx.message->parent_uuid, "p") && is(fx.message->session_id, "s"));
    CHECK(is(fx.message->cwd, "/workspace") && is(fx.message->git_branch, "main"));
    CHECK(is(fx.message->permission_mode, "plan") && is(fx.message->version, "2.1.19"));
    CHECK_EQ(weft_time_parse(fx.message->timestamp), 1769249202906000000LL);
    end(&fx);
}

TEST(message_is_refused_whole_whenever_memory_fails)
{
    static const char members[] =
        "\"content\":{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},{\"type\":\"text\"}],"
        "\"usage\":{\"input_tokens\":1}},\"tool_result\":{\"content\":[1]}";
    unsigned fail_at = 0;
    bool done = false;

    while (!done) {
        fixture fx;

        begin(&fx, ++fail_at);
        done = read_message(&fx, members);
        CHECK_EQ(done, fx.memory.requests < fail_at);
        end(&fx);
    }
    CHECK(fail_at > 1);
}
