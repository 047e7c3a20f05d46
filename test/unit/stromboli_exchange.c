/* Every exchange of the contract: what is sent, to the byte where it matters, and what comes of the answer. */
#include "stromboli_fixture.h"

#define AS_GET                                                                                                         \
    AND_CONTAINS("\r\nAccept: application/json\r\n"), AND_CONTAINS("\r\nAuthorization: Bearer tok-1\r\n"),             \
        AND_LACKS("Content-Type"), AND_LACKS("Content-Length")
#define AS_POST                                                                                                        \
    AND_CONTAINS("\r\nAccept: application/json\r\n"), AND_CONTAINS("\r\nAuthorization: Bearer tok-1\r\n"),             \
        AND_CONTAINS("\r\nContent-Type: application/json\r\n")

/* ---- The service ------------------------------------------------------------------------------------- */

TEST(health_that_is_degraded_is_a_success)
{
    static const script_step steps[] = {
        EXPECT("GET /health HTTP/1.1\r\n"),
        AS_GET,
        AND_CONTAINS("\r\nUser-Agent: weft/" WEFT_VERSION "\r\n"),
        ANSWER("200 OK", "{\"name\":\"stromboli\",\"status\":\"degraded\",\"version\":\"0.4.0-alpha\",\"components\":["
                         "{\"name\":\"podman\",\"status\":\"ok\"},{\"name\":\"\",\"status\":\"ok\"},null,"
                         "{\"name\":\"claude-credentials-file\",\"status\":\"error\",\"error\":\"credentials file not "
                         "found\"}]}"),
    };
    const weft_stromboli_health *health;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_get_health(fx.client, NULL, on_stromboli_health, &fx)));
    CHECK(!fx.error);
    health = fx.result;
    CHECK(is(health->name, "stromboli") && !weft_stromboli_health_is_ok(health));
    CHECK(weft_stromboli_is_compatible(health->version.ptr));
    CHECK_EQ(health->components_count, 2); /* those without a name are left out */
    CHECK(is(health->components[1].error, "credentials file not found"));
    CHECK(end(&fx));
}

TEST(claude_status_says_what_is_missing)
{
    static const script_step steps[] = {
        EXPECT("GET /claude/status HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"configured\":false,\"message\":\"Run 'make claude-setup' to configure\"}"),
    };
    const weft_stromboli_claude_status *status;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_get_claude_status(fx.client, NULL, on_stromboli_claude_status, &fx)));
    CHECK(!fx.error);
    status = fx.result;
    CHECK(!status->configured && is(status->message, "Run 'make claude-setup' to configure"));
    CHECK(end(&fx));
}

TEST(metrics_are_text_of_any_type)
{
    static const script_step steps[] = {
        EXPECT("GET /metrics HTTP/1.1\r\n"),
        ANSWER_AS("200 OK", "text/plain; version=0.0.4", "# TYPE runs counter\nruns 3\n"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_get_metrics(fx.client, NULL, on_text, &fx)));
    CHECK(!fx.error);
    CHECK(is(*(const weft_str *)fx.result, "# TYPE runs counter\nruns 3\n"));
    CHECK(end(&fx));
}

/* ---- Runs and jobs ----------------------------------------------------------------------------------- */

TEST(run_sends_its_request_and_gives_the_output)
{
    static const script_step steps[] = {
        EXPECT("POST /run HTTP/1.1\r\n"),
        AS_POST,
        AND_BODY("{\"prompt\":\"Review this code\",\"workdir\":\"/workspace\",\"claude\":{\"model\":\"sonnet\","
                 "\"max_budget_usd\":5,\"allowed_tools\":[\"Read\",\"Bash(git:*)\"]},\"podman\":{\"memory\":"
                 "\"2g\","
                 "\"timeout\":\"10m\",\"volumes\":[\"/home/user/project:/workspace:ro\"],"
                 "\"secrets_env\":{\"GH_TOKEN\":\"github-token\"}}}"),
        ANSWER("200 OK", "{\"id\":\"run-1f2e3d4c5b6a7988\",\"status\":\"completed\",\"output\":\"Here is my "
                         "analysis...\",\"session_id\":\"550e8400-e29b-41d4-a716-446655440000\"}"),
    };
    static const char *const tools[] = {"Read", "Bash(git:*)"};
    static const char *const volumes[] = {"/home/user/project:/workspace:ro"};
    weft_stromboli_claude_options claude = {
        .model = WEFT_STROMBOLI_MODEL_SONNET,
        .max_budget_usd = weft_some_double(5),
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
    weft_stromboli_run_request request = {"Review this code", "/workspace", NULL, &claude, &podman, NULL};
    weft_call_options patient = {.timeouts.total_ms = 11 * 60 * 1000};
    const weft_stromboli_run_response *run;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_run(fx.client, &request, &patient, on_stromboli_run, &fx)));
    CHECK(!fx.error);
    run = fx.result;
    CHECK(weft_stromboli_run_is_completed(run) && is(run->id, "run-1f2e3d4c5b6a7988"));
    CHECK(is(run->output, "Here is my analysis...") && !run->error.ptr && !run->crash_info);
    CHECK(is(run->session_id, "550e8400-e29b-41d4-a716-446655440000"));
    CHECK(end(&fx));
}

TEST(run_async_gives_the_id_of_the_job)
{
    static const script_step steps[] = {
        EXPECT("POST /run/async HTTP/1.1\r\n"),
        AS_POST,
        AND_BODY("{\"prompt\":\"Analyze this large codebase\",\"webhook_url\":\"https://example.com/webhook\"}"),
        ANSWER("202 Accepted", "{\"job_id\":\"job-0a1b2c3d4e5f6071\"}"),
    };
    weft_stromboli_run_request request = {.prompt = "Analyze this large codebase",
                                          .webhook_url = "https://example.com/webhook"};
    const weft_stromboli_run_async_response *started;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_run_async(fx.client, &request, NULL, on_stromboli_run_async, &fx)));
    CHECK(!fx.error);
    started = fx.result;
    CHECK(is(started->job_id, "job-0a1b2c3d4e5f6071") && !started->session_id.ptr);
    CHECK(end(&fx));
}

TEST(job_that_crashed_says_how)
{
    static const script_step steps[] = {
        EXPECT("GET /jobs/job-3333333333333333 HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"id\":\"job-3333333333333333\",\"status\":\"crashed\",\"output\":\"partial text\","
                         "\"crash_info\":{\"exit_code\":137,\"signal\":\"SIGKILL\",\"reason\":\"Process killed by "
                         "SIGKILL\","
                         "\"partial_output\":\"...tail of the output\",\"task_completed\":true},"
                         "\"created_at\":\"2026-02-01T10:30:00Z\",\"updated_at\":\"2026-02-01T10:31:00Z\"}"),
    };
    const weft_stromboli_job *job;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_get_job(fx.client, "job-3333333333333333", NULL, on_stromboli_job, &fx)));
    CHECK(!fx.error);
    job = fx.result;
    CHECK(weft_stromboli_job_is_failed(job) && weft_stromboli_job_is_final(job));
    CHECK(job->crash_info && job->crash_info->exit_code == 137 && job->crash_info->task_completed);
    CHECK(end(&fx));
}

TEST(jobs_are_listed_without_null_entries)
{
    static const script_step steps[] = {
        EXPECT("GET /jobs HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"jobs\":[null,{\"id\":\"job-1\",\"status\":\"running\"},null,{\"id\":\"job-2\"}]}"),
    };
    const weft_stromboli_job_list *list;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_list_jobs(fx.client, NULL, on_stromboli_job_list, &fx)));
    CHECK(!fx.error);
    list = fx.result;
    CHECK_EQ(list->count, 2);
    CHECK(is(list->items[0].id, "job-1") && is(list->items[1].id, "job-2"));
    CHECK(end(&fx));
}

TEST(cancel_job_deletes_it)
{
    static const script_step steps[] = {
        EXPECT("DELETE /jobs/job-4444444444444444 HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer tok-1\r\n"),
        AND_BODY(""),
        ANSWER("200 OK", "{\"cancelled\":true,\"job_id\":\"job-4444444444444444\"}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(
        finish(&fx, weft_stromboli_cancel_job(fx.client, "job-4444444444444444", NULL, on_stromboli_cancel_job, &fx)));
    CHECK(!fx.error);
    CHECK(((const weft_stromboli_cancel_job_response *)fx.result)->cancelled);
    CHECK(end(&fx));
}

/* ---- Sessions ---------------------------------------------------------------------------------------- */

TEST(sessions_are_listed_from_ids)
{
    static const script_step steps[] = {
        EXPECT("GET /sessions HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"sessions\":[\"550e8400-e29b-41d4-a716-446655440000\",null]}"),
    };
    const weft_stromboli_session_list *list;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_list_sessions(fx.client, NULL, on_stromboli_session_list, &fx)));
    CHECK(!fx.error);
    list = fx.result;
    CHECK_EQ(list->count, 1);
    CHECK(is(list->items[0].id, "550e8400-e29b-41d4-a716-446655440000"));
    CHECK(end(&fx));
}

TEST(delete_session_asks_for_its_end)
{
    static const script_step steps[] = {
        EXPECT("DELETE /sessions/s-1 HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"success\":true,\"session_id\":\"s-1\"}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_delete_session(fx.client, "s-1", NULL, on_stromboli_delete_session, &fx)));
    CHECK(!fx.error);
    CHECK(((const weft_stromboli_delete_session_response *)fx.result)->success);
    CHECK(end(&fx));
}

TEST(messages_come_by_the_page_with_their_blocks)
{
    static const script_step steps[] = {
        EXPECT("GET /sessions/c7518652-f0ea-436e-9143-327085022abd/messages?limit=2&offset=4 HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"messages\":[{\"uuid\":\"92242819\",\"type\":\"user\",\"timestamp\":\"2026-01-24T10:06:40."
                         "1Z\","
                         "\"content\":{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"list the "
                         "files\"}]}},null,"
                         "{\"uuid\":\"40adde19\",\"parent_uuid\":\"92242819\",\"type\":\"assistant\",\"content\":{"
                         "\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Sure.\"},{\"type\":\"tool_"
                         "use\","
                         "\"id\":\"toolu_1\",\"name\":\"Bash\",\"input\":{\"command\":\"ls\"}}],\"stop_reason\":\"tool_"
                         "use\"}}],"
                         "\"total\":9,\"offset\":4,\"limit\":2,\"has_more\":true}"),
    };
    const weft_stromboli_content_block *blocks = NULL;
    const weft_stromboli_message_list *page;
    size_t count = 0;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_list_messages(fx.client, "c7518652-f0ea-436e-9143-327085022abd",
                                                   &(weft_stromboli_list_messages_options){2, 4}, NULL,
                                                   on_stromboli_message_list, &fx)));
    CHECK(!fx.error);
    page = fx.result;
    CHECK(page->total == 9 && page->offset == 4 && page->limit == 2 && page->has_more);
    CHECK_EQ(page->count, 2);
    CHECK(weft_stromboli_message_get_blocks(&page->items[1], &blocks, &count, NULL));
    CHECK(count == 2 && is(blocks[0].text, "Sure.") && is(blocks[1].name, "Bash"));
    CHECK(is(page->items[1].body->stop_reason, "tool_use"));
    CHECK(end(&fx));
}

TEST(messages_without_a_page_send_no_query)
{
    static const script_step steps[] = {
        EXPECT("GET /sessions/s/messages HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"messages\":null,\"total\":0}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_list_messages(fx.client, "s", NULL, NULL, on_stromboli_message_list, &fx)));
    CHECK(!fx.error);
    CHECK_EQ(((const weft_stromboli_message_list *)fx.result)->count, 0);
    CHECK(end(&fx));
}

TEST(message_comes_out_of_its_envelope)
{
    static const script_step steps[] = {
        EXPECT("GET /sessions/s%2F1/messages/m%20%3F HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"message\":{\"uuid\":\"m\",\"content\":\"plain\"}}"),
    };
    weft_str text = {NULL, 0};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_get_message(fx.client, "s/1", "m ?", NULL, on_stromboli_message, &fx)));
    CHECK(!fx.error);
    CHECK(is(((const weft_stromboli_message *)fx.result)->uuid, "m"));
    CHECK(weft_stromboli_message_get_text(fx.result, &text));
    CHECK(is(text, "plain"));
    CHECK(end(&fx));
}

/* ---- Tokens ------------------------------------------------------------------------------------------ */

TEST(get_token_gives_a_pair_and_keeps_the_old_one)
{
    static const script_step steps[] = {
        EXPECT("POST /auth/token HTTP/1.1\r\n"),
        AS_POST,
        AND_BODY("{\"client_id\":\"my-client-id\"}"),
        ANSWER("200 OK", "{\"access_token\":\"a.b.c\",\"refresh_token\":\"r.s.t\",\"token_type\":\"bearer\","
                         "\"expires_in\":86400}"),
    };
    static const script_step next[] = {
        EXPECT("GET /auth/validate HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer tok-1\r\n"),
        ANSWER("200 OK", "{\"valid\":true,\"subject\":\"my-client-id\",\"expires_at\":1770028200}"),
    };
    const weft_stromboli_token *tokens;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_create_token(fx.client, "my-client-id", NULL, on_stromboli_token, &fx)));
    CHECK(!fx.error);
    tokens = fx.result;
    CHECK(is(tokens->access_token, "a.b.c") && is(tokens->refresh_token, "r.s.t"));
    CHECK_EQ(tokens->expires_in_s, 86400);
    fault_server_play(fx.server, SCRIPT(next), 1);
    CHECK(finish(&fx, weft_stromboli_validate_token(fx.client, NULL, on_stromboli_token_validation, &fx)));
    CHECK(!fx.error);
    CHECK(((const weft_stromboli_token_validation *)fx.result)->valid);
    CHECK_EQ(((const weft_stromboli_token_validation *)fx.result)->expires_at_unix_s, 1770028200);
    CHECK(end(&fx));
}

TEST(refresh_token_sends_it_in_the_body)
{
    static const script_step steps[] = {
        EXPECT("POST /auth/refresh HTTP/1.1\r\n"),
        AS_POST,
        AND_BODY("{\"refresh_token\":\"expired\"}"),
        ANSWER("401 Unauthorized", "{\"error\":\"invalid or expired refresh token\"}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_refresh_token(fx.client, "expired", NULL, on_stromboli_token, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_UNAUTHORIZED);
    CHECK_CONTAINS(fx.error->message, "invalid or expired refresh token");
    CHECK(end(&fx));
}

TEST(log_out_posts_an_empty_body)
{
    static const script_step steps[] = {
        EXPECT("POST /auth/logout HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer tok-1\r\n"),
        AND_CONTAINS("\r\nContent-Length: 0\r\n"),
        AND_BODY(""),
        ANSWER("200 OK", "{\"success\":true,\"message\":\"token invalidated\"}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_log_out(fx.client, NULL, on_stromboli_log_out, &fx)));
    CHECK(!fx.error);
    CHECK(((const weft_stromboli_log_out_response *)fx.result)->success);
    CHECK(end(&fx));
}

/* ---- Secrets ----------------------------------------------------------------------------------------- */

TEST(secrets_are_listed_from_objects_and_names)
{
    static const script_step steps[] = {
        EXPECT("GET /secrets HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"secrets\":[{\"id\":\"abc123def456\",\"name\":\"github-token\",\"created_at\":\"10 days "
                         "ago\"},null,\"old\"]}"),
    };
    const weft_stromboli_secret_list *list;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_list_secrets(fx.client, NULL, on_stromboli_secret_list, &fx)));
    CHECK(!fx.error);
    list = fx.result;
    CHECK_EQ(list->count, 2);
    CHECK(is(list->items[0].created_at, "10 days ago") && is(list->items[1].name, "old"));
    CHECK(end(&fx));
}

TEST(create_secret_sends_name_and_value)
{
    static const script_step steps[] = {
        EXPECT("POST /secrets HTTP/1.1\r\n"),
        AS_POST,
        AND_BODY("{\"name\":\"github-token\",\"value\":\"ghp_xxxx\"}"),
        ANSWER("201 Created", "{\"success\":true,\"name\":\"github-token\"}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_create_secret(fx.client,
                                                   &(weft_stromboli_create_secret_request){"github-token", "ghp_xxxx"},
                                                   NULL, on_stromboli_secret_change, &fx)));
    CHECK(!fx.error);
    CHECK(is(((const weft_stromboli_secret_change *)fx.result)->name, "github-token"));
    CHECK(end(&fx));
}

TEST(get_and_delete_secret_name_it_in_the_path)
{
    static const script_step steps[] = {
        EXPECT("GET /secrets/github-token HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"id\":\"abc123def456\",\"name\":\"github-token\",\"created_at\":\"2026-02-01T10:30:00Z\"}"),
    };
    static const script_step next[] = {
        EXPECT("DELETE /secrets/github-token HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"success\":true,\"name\":\"github-token\"}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_get_secret(fx.client, "github-token", NULL, on_stromboli_secret, &fx)));
    CHECK(!fx.error);
    CHECK(weft_time_parse(((const weft_stromboli_secret *)fx.result)->created_at) != WEFT_TIME_NONE);
    fault_server_play(fx.server, SCRIPT(next), 1);
    CHECK(finish(&fx, weft_stromboli_delete_secret(fx.client, "github-token", NULL, on_stromboli_secret_change, &fx)));
    CHECK(!fx.error);
    CHECK(((const weft_stromboli_secret_change *)fx.result)->success);
    CHECK(end(&fx));
}

/* ---- Images ------------------------------------------------------------------------------------------ */

TEST(images_are_listed_in_the_servers_order)
{
    static const script_step steps[] = {
        EXPECT("GET /images HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"images\":[{\"repository\":\"python\",\"tag\":\"3.12-slim\",\"compatibility_rank\":3},"
                         "null,{\"repository\":\"alpine\",\"compatibility_rank\":4}]}"),
    };
    const weft_stromboli_image_list *list;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_list_images(fx.client, NULL, on_stromboli_image_list, &fx)));
    CHECK(!fx.error);
    list = fx.result;
    CHECK_EQ(list->count, 2);
    CHECK(is(list->items[0].tag, "3.12-slim") && is(list->items[1].repository, "alpine"));
    CHECK(end(&fx));
}

TEST(get_image_keeps_the_colon_in_the_path)
{
    static const script_step steps[] = {
        EXPECT("GET /images/python:3.12-slim HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK",
               "{\"id\":\"sha256:abc123def456\",\"repository\":\"python\",\"tag\":\"3.12-slim\",\"size\":"
               "125000000,"
               "\"created\":\"2024-01-15T10:30:00Z\",\"labels\":{\"maintainer\":\"x\"},\"compatibility_rank\":3,"
               "\"rank_description\":\"Standard glibc-based (compatible)\",\"compatible\":true,"
               "\"tools\":[\"python\",\"pip\"],\"has_claude_cli\":false,\"description\":\"Python image\"}"),
    };
    const weft_stromboli_image *image;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_get_image(fx.client, "python:3.12-slim", NULL, on_stromboli_image, &fx)));
    CHECK(!fx.error);
    image = fx.result;
    CHECK(image->compatible && image->tools_count == 2 && image->labels_count == 1 && image->size_bytes == 125000000);
    CHECK(end(&fx));
}

TEST(search_images_sends_its_query_sorted)
{
    static const script_step steps[] = {
        EXPECT("GET /images/search?limit=10&no_trunc=true&q=python+3%26 HTTP/1.1\r\n"),
        AS_GET,
        ANSWER("200 OK", "{\"results\":[{\"index\":\"docker.io\",\"name\":\"docker.io/library/python\","
                         "\"stars\":8500,\"official\":true,\"automated\":false},null]}"),
    };
    static const script_step next[] = {
        EXPECT("GET /images/search?q=x HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"results\":[]}"),
    };
    weft_stromboli_search_images_options search = {.limit = 10, .no_trunc = true};
    const weft_stromboli_image_match_list *list;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(
        &fx, weft_stromboli_search_images(fx.client, "python 3&", &search, NULL, on_stromboli_image_match_list, &fx)));
    CHECK(!fx.error);
    list = fx.result;
    CHECK(list->count == 1 && list->items[0].official && list->items[0].stars == 8500);
    fault_server_play(fx.server, SCRIPT(next), 1);
    CHECK(finish(&fx, weft_stromboli_search_images(fx.client, "x", NULL, NULL, on_stromboli_image_match_list, &fx)));
    CHECK(!fx.error);
    search.limit = -5;
    CHECK(finish(&fx, weft_stromboli_search_images(fx.client, "x", &search, NULL, on_stromboli_image_match_list, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_INVALID && strstr(fx.error->message, "limit: must not be negative"));
    CHECK(end(&fx));
}

TEST(pull_image_gives_the_id)
{
    static const script_step steps[] = {
        EXPECT("POST /images/pull HTTP/1.1\r\n"),
        AS_POST,
        AND_BODY("{\"image\":\"python:3.12-slim\",\"platform\":\"linux/amd64\"}"),
        ANSWER("200 OK", "{\"success\":true,\"image\":\"python:3.12-slim\",\"image_id\":\"sha256:abc123def456\"}"),
    };
    weft_stromboli_pull_image_request request = {.image = "python:3.12-slim", .platform = "linux/amd64"};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_pull_image(fx.client, &request, NULL, on_stromboli_pull_image, &fx)));
    CHECK(!fx.error);
    CHECK(is(((const weft_stromboli_pull_image_response *)fx.result)->image_id, "sha256:abc123def456"));
    CHECK(end(&fx));
}

/* ---- Without a body ---------------------------------------------------------------------------------- */

TEST(a_success_without_a_body_is_all_zero)
{
    static const script_step steps[] = {
        EXPECT("GET /jobs HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET /sessions/s/messages HTTP/1.1\r\n"),
        SEND("HTTP/1.1 204 No Content\r\n\r\n"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_list_jobs(fx.client, NULL, on_stromboli_job_list, &fx)));
    CHECK(!fx.error && fx.result);
    CHECK_EQ(((const weft_stromboli_job_list *)fx.result)->count, 0);
    CHECK(finish(&fx, weft_stromboli_list_messages(fx.client, "s", NULL, NULL, on_stromboli_message_list, &fx)));
    CHECK(!fx.error && fx.result);
    CHECK(end(&fx));
}
