/* The bodies that are sent, byte for byte. */
#include "test.h"

#include <math.h>

#include "service/stromboli_types.h"

typedef struct fixture {
    weft__heap heap;
    weft__arena arena;
    weft__buffer out;
    weft__codec_error error;
} fixture;

static void begin(fixture *fx)
{
    memset(fx, 0, sizeof(*fx));
    weft__heap_init(&fx->heap, NULL);
    weft__arena_init(&fx->arena, &fx->heap);
    weft__buffer_init(&fx->out, &fx->heap, 1 << 20);
}

static void end(fixture *fx)
{
    weft__buffer_deinit(&fx->out);
    weft__arena_release(&fx->arena);
    weft__heap_deinit(&fx->heap);
}

/* The JSON of a request; "" with `fx->error` set when there is none. */
static const char *encode(fixture *fx, const weft__type *type, const void *request)
{
    weft__buffer_clear(&fx->out);
    if (weft__encode(&fx->out, type, request, &fx->error) != WEFT__CODEC_OK)
        return "";
    weft__buffer_append_char(&fx->out, '\0');
    return fx->out.data;
}

static const char *encode_run(fixture *fx, const weft_stromboli_run_request *request)
{
    return encode(fx, &weft__stromboli_run_request_type, request);
}

static const char *encode_claude(fixture *fx, const weft_stromboli_claude_options *claude)
{
    return encode_run(fx, &(weft_stromboli_run_request){.prompt = "p", .claude = claude});
}

TEST(run_sends_what_the_contract_shows)
{
    static const char *const tools[] = {"Read", "Bash(git:*)"};
    static const char *const volumes[] = {"/home/user/project:/workspace:ro"};
    weft_stromboli_claude_options claude = {
        .model = WEFT_STROMBOLI_MODEL_SONNET,
        .max_budget_usd = weft_some_double(5.0),
        .allowed_tools = tools,
        .allowed_tools_count = 2,
    };
    weft_stromboli_podman_options podman = {
        .memory = "2g",
        .timeout = "10m",
        .volumes = volumes,
        .volumes_count = 1,
        .secrets_env = &(weft_pair){"GH_TOKEN", "github-token"},
        .secrets_env_count = 1,
    };
    weft_stromboli_run_request request = {
        .prompt = "Review this code",
        .workdir = "/workspace",
        .claude = &claude,
        .podman = &podman,
    };
    fixture fx;

    begin(&fx);
    CHECK_STR(encode_run(&fx, &request),
              "{\"prompt\":\"Review this code\",\"workdir\":\"/workspace\",\"claude\":{\"model\":\"sonnet\","
              "\"max_budget_usd\":5,\"allowed_tools\":[\"Read\",\"Bash(git:*)\"]},\"podman\":{\"memory\":\"2g\","
              "\"timeout\":\"10m\",\"volumes\":[\"/home/user/project:/workspace:ro\"],"
              "\"secrets_env\":{\"GH_TOKEN\":\"github-token\"}}}");
    request = (weft_stromboli_run_request){
        .prompt = "Analyze this large codebase",
        .webhook_url = "https://example.com/webhook",
    };
    CHECK_STR(encode_run(&fx, &request), "{\"prompt\":\"Analyze this large codebase\","
                                         "\"webhook_url\":\"https://example.com/webhook\"}");
    end(&fx);
}

TEST(run_sends_nothing_that_is_empty)
{
    weft_stromboli_claude_options claude = {.model = "", .resume = false};
    weft_stromboli_podman_options podman = {.image = ""};
    fixture fx;

    begin(&fx);
    CHECK_STR(encode_run(&fx, &(weft_stromboli_run_request){.prompt = "p", .workdir = ""}), "{\"prompt\":\"p\"}");
    CHECK_STR(encode_run(&fx, &(weft_stromboli_run_request){.prompt = "p", .claude = &claude, .podman = &podman}),
              "{\"prompt\":\"p\",\"claude\":{},\"podman\":{}}");
    end(&fx);
}

TEST(text_is_sent_as_utf8_with_the_fewest_escapes)
{
    fixture fx;

    begin(&fx);
    CHECK_STR(encode_run(&fx, &(weft_stromboli_run_request){.prompt = "<a href=\"x\">&\n\xc3\xa4 \xf0\x9f\x8d\x95"}),
              "{\"prompt\":\"<a href=\\\"x\\\">&\\n\xc3\xa4 \xf0\x9f\x8d\x95\"}");
    CHECK_STR(encode_run(&fx, &(weft_stromboli_run_request){.prompt = "\xff"}), "");
    CHECK_EQ(fx.error.status, WEFT__CODEC_INVALID);
    CHECK_STR(fx.error.path, "prompt");
    end(&fx);
}

#define LIST(member) .member = list, .member##_count = 2

/* All of them, in the order of the contract, then those of later servers. */
TEST(claude_options_all_have_their_wire_names)
{
    static const char *const list[] = {"a", "b"};
    weft_stromboli_claude_options claude = {
        .model = "m",
        .session_id = "s",
        .resume = true,
        .max_budget_usd = weft_some_double(0.5),
        .system_prompt = "sp",
        .append_system_prompt = "asp",
        LIST(allowed_tools),
        LIST(disallowed_tools),
        .dangerously_skip_permissions = true,
        .permission_mode = WEFT_STROMBOLI_PERMISSION_ACCEPT_EDITS,
        .output_format = WEFT_STROMBOLI_FORMAT_JSON,
        .json_schema = "{\"type\":\"object\"}",
        .verbose = true,
        .debug = "api,hooks",
        .continue_latest = true,
        .agent = "reviewer",
        .fallback_model = WEFT_STROMBOLI_MODEL_HAIKU,
        LIST(add_dirs),
        .agents = "{\"reviewer\": {\"n\": 1.0}}",
        .allow_dangerously_skip_permissions = true,
        LIST(betas),
        .disable_slash_commands = true,
        LIST(files),
        .fork_session = true,
        .include_partial_messages = true,
        .input_format = WEFT_STROMBOLI_FORMAT_TEXT,
        LIST(mcp_configs),
        .no_persistence = true,
        LIST(plugin_dirs),
        .replay_user_messages = true,
        LIST(setting_sources),
        .settings = "/s.json",
        .strict_mcp_config = true,
        LIST(tools),
        .max_turns = 3,
        .effort = "high",
        .prompt_caching_ttl = "1h",
        .bedrock_service_tier = "flex",
        .enable_powershell_tool = true,
    };
    fixture fx;

    begin(&fx);
    CHECK_STR(encode_claude(&fx, &claude),
              "{\"prompt\":\"p\",\"claude\":{\"model\":\"m\",\"session_id\":\"s\",\"resume\":true,"
              "\"max_budget_usd\":0.5,\"system_prompt\":\"sp\",\"append_system_prompt\":\"asp\","
              "\"allowed_tools\":[\"a\",\"b\"],\"disallowed_tools\":[\"a\",\"b\"],"
              "\"dangerously_skip_permissions\":true,\"permission_mode\":\"acceptEdits\",\"output_format\":"
              "\"json\","
              "\"json_schema\":\"{\\\"type\\\":\\\"object\\\"}\",\"verbose\":true,\"debug\":\"api,hooks\","
              "\"continue\":true,\"agent\":\"reviewer\",\"fallback_model\":\"haiku\",\"add_dirs\":[\"a\",\"b\"],"
              "\"agents\":{\"reviewer\": {\"n\": 1.0}},\"allow_dangerously_skip_permissions\":true,"
              "\"betas\":[\"a\",\"b\"],\"disable_slash_commands\":true,\"files\":[\"a\",\"b\"],"
              "\"fork_session\":true,\"include_partial_messages\":true,\"input_format\":\"text\","
              "\"mcp_configs\":[\"a\",\"b\"],\"no_persistence\":true,\"plugin_dirs\":[\"a\",\"b\"],"
              "\"replay_user_messages\":true,\"setting_sources\":[\"a\",\"b\"],\"settings\":\"/s.json\","
              "\"strict_mcp_config\":true,\"tools\":[\"a\",\"b\"],\"max_turns\":3,\"effort\":\"high\","
              "\"prompt_caching_ttl\":\"1h\",\"bedrock_service_tier\":\"flex\",\"enable_powershell_tool\":true}}");
    end(&fx);
}

TEST(podman_options_all_have_their_wire_names)
{
    static const char *const list[] = {"a", "b"};
    static const weft_pair secrets[] = {{"A", "x"}, {"B", "y"}};
    weft_stromboli_lifecycle_hooks lifecycle = {LIST(on_create_command), LIST(post_create), LIST(post_start),
                                                .hooks_timeout = "5m"};
    weft_stromboli_environment environment = {WEFT_STROMBOLI_ENVIRONMENT_COMPOSE, "/c.yml", "dev", "15m"};
    weft_stromboli_podman_options podman = {
        .memory = "512m",
        .timeout = "30s",
        .cpus = "0.5",
        .cpu_shares = weft_some_int64(512),
        LIST(volumes),
        .image = "python:3.12",
        .secrets_env = secrets,
        .secrets_env_count = 2,
        .lifecycle = &lifecycle,
        .environment = &environment,
    };
    fixture fx;

    begin(&fx);
    CHECK_STR(encode_run(&fx, &(weft_stromboli_run_request){.prompt = "p", .podman = &podman}),
              "{\"prompt\":\"p\",\"podman\":{\"memory\":\"512m\",\"timeout\":\"30s\",\"cpus\":\"0.5\","
              "\"cpu_shares\":512,\"volumes\":[\"a\",\"b\"],\"image\":\"python:3.12\","
              "\"secrets_env\":{\"A\":\"x\",\"B\":\"y\"},\"lifecycle\":{\"on_create_command\":[\"a\",\"b\"],"
              "\"post_create\":[\"a\",\"b\"],\"post_start\":[\"a\",\"b\"],\"hooks_timeout\":\"5m\"},"
              "\"environment\":{\"type\":\"compose\",\"path\":\"/c.yml\",\"service\":\"dev\","
              "\"build_timeout\":\"15m\"}}}");
    end(&fx);
}

TEST(zero_is_sent_where_it_differs_from_absent)
{
    weft_stromboli_claude_options claude = {.max_budget_usd = weft_some_double(0)};
    weft_stromboli_podman_options podman = {.cpu_shares = weft_some_int64(0)};
    fixture fx;

    begin(&fx);
    CHECK_STR(encode_run(&fx, &(weft_stromboli_run_request){.prompt = "p", .claude = &claude, .podman = &podman}),
              "{\"prompt\":\"p\",\"claude\":{\"max_budget_usd\":0},\"podman\":{\"cpu_shares\":0}}");
    claude.max_budget_usd = weft_some_double(NAN);
    CHECK_STR(encode_claude(&fx, &claude), "");
    CHECK_STR(fx.error.path, "claude.max_budget_usd");
    end(&fx);
}

TEST(tools_may_hold_the_empty_text_that_means_none)
{
    static const char *const none[] = {""};
    static const char *const holes[] = {NULL, "Read", NULL};
    fixture fx;

    begin(&fx);
    CHECK_STR(encode_claude(&fx, &(weft_stromboli_claude_options){.tools = none, .tools_count = 1}),
              "{\"prompt\":\"p\",\"claude\":{\"tools\":[\"\"]}}");
    CHECK_STR(encode_claude(&fx, &(weft_stromboli_claude_options){.tools = holes, .tools_count = 3}),
              "{\"prompt\":\"p\",\"claude\":{\"tools\":[\"Read\"]}}");
    end(&fx);
}

TEST(extra_members_are_added_and_win)
{
    weft_stromboli_claude_options claude = {.model = "m", .extra = "{\"model\":\"n\",\"verbose\":false}"};
    weft_stromboli_podman_options podman = {.extra = "{\"volumes\":[]}"};
    weft_stromboli_run_request request = {
        .prompt = "p", .claude = &claude, .podman = &podman, .extra = "{\"priority\":1}"};
    fixture fx;

    begin(&fx);
    CHECK_STR(encode_run(&fx, &request), "{\"prompt\":\"p\",\"claude\":{\"model\":\"n\",\"verbose\":false},"
                                         "\"podman\":{\"volumes\":[]},\"priority\":1}");
    request.extra = "[]";
    CHECK_STR(encode_run(&fx, &request), "");
    CHECK_EQ(fx.error.status, WEFT__CODEC_INVALID);
    end(&fx);
}

TEST(extra_that_is_no_object_is_refused_by_name_and_place)
{
    weft_stromboli_claude_options claude = {.extra = "{\"verbose\":treu}"};
    weft_stromboli_podman_options podman = {.extra = "{\"volumes\":[]"};
    fixture fx;

    begin(&fx);
    CHECK_STR(encode_run(&fx, &(weft_stromboli_run_request){.prompt = "p", .extra = " []"}), "");
    CHECK_STR(fx.error.path, "extra");
    CHECK(fx.error.in_text);
    CHECK_EQ(fx.error.offset, 1);
    CHECK_STR(encode_claude(&fx, &claude), "");
    CHECK_STR(fx.error.path, "claude.extra");
    CHECK_EQ(fx.error.offset, 11);
    CHECK_STR(encode_run(&fx, &(weft_stromboli_run_request){.prompt = "p", .podman = &podman}), "");
    CHECK_STR(fx.error.path, "podman.extra");
    CHECK_EQ(fx.error.offset, 13);
    CHECK_STR(encode_run(&fx, &(weft_stromboli_run_request){.prompt = "\xff"}), "");
    CHECK(!fx.error.in_text);
    end(&fx);
}

TEST(agents_that_are_no_json_are_refused_by_name)
{
    fixture fx;

    begin(&fx);
    CHECK_STR(encode_claude(&fx, &(weft_stromboli_claude_options){.agents = "{nope"}), "");
    CHECK_EQ(fx.error.status, WEFT__CODEC_INVALID);
    CHECK_STR(fx.error.path, "claude.agents");
    end(&fx);
}

TEST(other_requests_send_what_the_contract_shows)
{
    fixture fx;

    begin(&fx);
    CHECK_STR(encode(&fx, &weft__stromboli_token_request_type, &(weft__stromboli_token_request){"my-client-id"}),
              "{\"client_id\":\"my-client-id\"}");
    CHECK_STR(encode(&fx, &weft__stromboli_refresh_request_type, &(weft__stromboli_refresh_request){"expired"}),
              "{\"refresh_token\":\"expired\"}");
    CHECK_STR(encode(&fx, &weft__stromboli_create_secret_request_type,
                     &(weft_stromboli_create_secret_request){"github-token", "ghp_xxxx"}),
              "{\"name\":\"github-token\",\"value\":\"ghp_xxxx\"}");
    CHECK_STR(encode(&fx, &weft__stromboli_pull_image_request_type,
                     &(weft_stromboli_pull_image_request){.image = "python:3.12-slim", .platform = "linux/amd64"}),
              "{\"image\":\"python:3.12-slim\",\"platform\":\"linux/amd64\"}");
    CHECK_STR(encode(&fx, &weft__stromboli_pull_image_request_type,
                     &(weft_stromboli_pull_image_request){.image = "python", .quiet = true}),
              "{\"image\":\"python\",\"quiet\":true}");
    end(&fx);
}

TEST(a_request_that_is_read_and_sent_again_is_the_same)
{
    static const char text[] = "{\"prompt\":\"p\",\"workdir\":\"/"
                               "w\",\"claude\":{\"model\":\"m\",\"resume\":true,\"max_budget_usd\":0,"
                               "\"allowed_tools\":[\"a\"],\"continue\":true,\"agents\":{\"x\":[1,2.50]}},"
                               "\"podman\":{\"cpu_shares\":0,"
                               "\"secrets_env\":{\"A\":\"x\"},\"lifecycle\":{\"post_start\":[\"b\"]},"
                               "\"environment\":{\"type\":\"compose\"}}}";
    void *request;
    fixture fx;

    begin(&fx);
    CHECK_EQ(weft__decode(&fx.arena, &weft__stromboli_run_request_type, text, strlen(text), &request, &fx.error),
             WEFT__CODEC_OK);
    CHECK_STR(encode_run(&fx, request), text);
    end(&fx);
}
