/* The requests of every example exchange of the contract, whole and byte for byte. What comes of the answers is in
 * stromboli_exchange.c. */
#include "stromboli_fixture.h"

#include "exact_bytes.h"

#define TOKEN "Authorization: Bearer tok-1\r\n"
#define ACCEPTS "Accept: application/json\r\nAccept-Encoding: " EXACT_ENCODING "\r\n"
#define GET(target) EXACT_FIRST("GET " target) TOKEN ACCEPTS "\r\n"
#define DELETE(target) EXACT_FIRST("DELETE " target) TOKEN ACCEPTS "\r\n"
#define POST(target, length, body)                                                                                     \
    EXACT_FIRST("POST " target)                                                                                        \
    TOKEN ACCEPTS "Content-Type: application/json\r\nContent-Length: " length "\r\n\r\n" body

static const script_step answer[] = {EXPECT("HTTP/1.1\r\n"), ANSWER("418 I'm a teapot", "{}")};

/* One exchange: `call` sends `expected`. */
#define EXCHANGE(name, call, expected)                                                                                 \
    TEST(name)                                                                                                         \
    {                                                                                                                  \
        fixture fx;                                                                                                    \
                                                                                                                       \
        CHECK(begin(&fx, SCRIPT(answer), 1));                                                                          \
        CHECK(finish(&fx, call));                                                                                      \
        CHECK(sent_exactly(fx.server, expected));                                                                      \
        CHECK(end(&fx));                                                                                               \
    }

#define END(name) NULL, on_##name, &fx
#define ID "550e8400-e29b-41d4-a716-446655440000"
#define HISTORY "c7518652-f0ea-436e-9143-327085022abd"

static const char *const tools[] = {"Read", "Bash(git:*)"};
static const char *const volumes[] = {"/home/user/project:/workspace:ro"};
static const weft_pair secrets[] = {{"GH_TOKEN", "github-token"}};
static const weft_stromboli_claude_options claude = {
    .model = WEFT_STROMBOLI_MODEL_SONNET,
    .max_budget_usd = {WEFT_PRESENCE_VALUE, 5.0},
    .allowed_tools = tools,
    .allowed_tools_count = 2,
};
static const weft_stromboli_podman_options podman = {
    .memory = "2g",
    .timeout = "10m",
    .volumes = volumes,
    .volumes_count = 1,
    .secrets_env = secrets,
    .secrets_env_count = 1,
};
static const weft_stromboli_run_request review = {"Review this code", "/workspace", NULL, &claude, &podman, NULL};
static const weft_stromboli_run_request analyze = {.prompt = "Analyze this large codebase",
                                                   .webhook_url = "https://example.com/webhook"};

EXCHANGE(health_is_asked_so, weft_stromboli_get_health(fx.client, END(stromboli_health)), GET("/health"))
EXCHANGE(claude_status_is_asked_so, weft_stromboli_get_claude_status(fx.client, END(stromboli_claude_status)),
         GET("/claude/status"))
EXCHANGE(run_is_asked_so, weft_stromboli_run(fx.client, &review, END(stromboli_run)),
         POST("/run", "268",
              "{\"prompt\":\"Review this code\",\"workdir\":\"/workspace\",\"claude\":{\"model\":\"sonnet\","
              "\"max_budget_usd\":5,\"allowed_tools\":[\"Read\",\"Bash(git:*)\"]},\"podman\":{\"memory\":\"2g\","
              "\"timeout\":\"10m\",\"volumes\":[\"/home/user/project:/workspace:ro\"],\"secrets_env\":{\"GH_TOKEN\":"
              "\"github-token\"}}}"))
EXCHANGE(run_async_is_asked_so, weft_stromboli_run_async(fx.client, &analyze, END(stromboli_run_async)),
         POST("/run/async", "84",
              "{\"prompt\":\"Analyze this large codebase\",\"webhook_url\":\"https://example.com/webhook\"}"))
EXCHANGE(job_is_asked_so, weft_stromboli_get_job(fx.client, "job-0a1b2c3d4e5f6071", END(stromboli_job)),
         GET("/jobs/job-0a1b2c3d4e5f6071"))
EXCHANGE(job_is_cancelled_so, weft_stromboli_cancel_job(fx.client, "job-4444444444444444", END(stromboli_cancel_job)),
         DELETE("/jobs/job-4444444444444444"))
EXCHANGE(jobs_are_asked_so, weft_stromboli_list_jobs(fx.client, END(stromboli_job_list)), GET("/jobs"))
EXCHANGE(messages_are_asked_so,
         weft_stromboli_list_messages(fx.client, HISTORY, &(weft_stromboli_list_messages_options){2, 4},
                                      END(stromboli_message_list)),
         GET("/sessions/" HISTORY "/messages?limit=2&offset=4"))
EXCHANGE(message_is_asked_so, weft_stromboli_get_message(fx.client, HISTORY, "nope", END(stromboli_message)),
         GET("/sessions/" HISTORY "/messages/nope"))
EXCHANGE(token_is_asked_so, weft_stromboli_create_token(fx.client, "my-client-id", END(stromboli_token)),
         POST("/auth/token", "28", "{\"client_id\":\"my-client-id\"}"))
EXCHANGE(token_is_validated_so, weft_stromboli_validate_token(fx.client, END(stromboli_token_validation)),
         GET("/auth/validate"))
EXCHANGE(token_is_refreshed_so, weft_stromboli_refresh_token(fx.client, "expired", END(stromboli_token)),
         POST("/auth/refresh", "27", "{\"refresh_token\":\"expired\"}"))
EXCHANGE(log_out_is_asked_so, weft_stromboli_log_out(fx.client, END(stromboli_log_out)),
         EXACT_FIRST("POST /auth/logout") TOKEN ACCEPTS "Content-Length: 0\r\n\r\n")
EXCHANGE(secrets_are_asked_so, weft_stromboli_list_secrets(fx.client, END(stromboli_secret_list)), GET("/secrets"))
EXCHANGE(secret_is_created_so,
         weft_stromboli_create_secret(fx.client, &(weft_stromboli_create_secret_request){"github-token", "ghp_xxxx"},
                                      END(stromboli_secret_change)),
         POST("/secrets", "42", "{\"name\":\"github-token\",\"value\":\"ghp_xxxx\"}"))
EXCHANGE(secret_is_asked_so, weft_stromboli_get_secret(fx.client, "github-token", END(stromboli_secret)),
         GET("/secrets/github-token"))
EXCHANGE(secret_is_deleted_so, weft_stromboli_delete_secret(fx.client, "unknown", END(stromboli_secret_change)),
         DELETE("/secrets/unknown"))
EXCHANGE(images_are_asked_so, weft_stromboli_list_images(fx.client, END(stromboli_image_list)), GET("/images"))
EXCHANGE(image_is_asked_so, weft_stromboli_get_image(fx.client, "python:3.12-slim", END(stromboli_image)),
         GET("/images/python:3.12-slim"))
EXCHANGE(image_with_slashes_is_asked_so,
         weft_stromboli_get_image(fx.client, "ghcr.io/acme/tool:1", END(stromboli_image)),
         GET("/images/ghcr.io%2Facme%2Ftool:1"))
EXCHANGE(images_are_searched_so,
         weft_stromboli_search_images(fx.client, "python", &(weft_stromboli_search_images_options){10, true},
                                      END(stromboli_image_match_list)),
         GET("/images/search?limit=10&no_trunc=true&q=python"))
EXCHANGE(image_is_pulled_so,
         weft_stromboli_pull_image(fx.client,
                                   &(weft_stromboli_pull_image_request){"python:3.12-slim", "linux/amd64", false},
                                   END(stromboli_pull_image)),
         POST("/images/pull", "53", "{\"image\":\"python:3.12-slim\",\"platform\":\"linux/amd64\"}"))
EXCHANGE(sessions_are_asked_so, weft_stromboli_list_sessions(fx.client, END(stromboli_session_list)), GET("/sessions"))
EXCHANGE(session_is_destroyed_so, weft_stromboli_delete_session(fx.client, ID, END(stromboli_delete_session)),
         DELETE("/sessions/" ID))
EXCHANGE(metrics_are_asked_so, weft_stromboli_get_metrics(fx.client, END(text)),
         EXACT_FIRST("GET /metrics") TOKEN "Accept: */*\r\nAccept-Encoding: " EXACT_ENCODING "\r\n\r\n")

TEST(sessions_are_asked_without_a_token_so)
{
    fixture fx;

    CHECK(begin(&fx, SCRIPT(answer), 1));
    CHECK(weft_client_set_token(fx.client, "", NULL));
    CHECK(finish(&fx, weft_stromboli_list_sessions(fx.client, NULL, on_stromboli_session_list, &fx)));
    CHECK(sent_exactly(fx.server, EXACT_FIRST("GET /sessions") ACCEPTS "\r\n"));
    CHECK(end(&fx));
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    (void)stream;
    (void)error;
    ((fixture *)arg)->done = true;
}

TEST(stream_is_asked_so)
{
    static const weft_stream_callbacks callbacks = {.on_end = on_end};
    weft_stromboli_stream_request request = {"Count from 1 to 2", "/workspace", ID};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(answer), 1));
    CHECK(weft_stromboli_stream(fx.client, &request, NULL, &callbacks, &fx));
    CHECK(test_loop_run_until_set(&fx.loop, &fx.done, "the stream has ended"));
    CHECK(sent_exactly(fx.server,
                       EXACT_FIRST("GET /run/stream?prompt=Count+from+1+to+2&session_id=" ID "&workdir=%2Fworkspace")
                           TOKEN "Accept: text/event-stream\r\nCache-Control: no-cache\r\nAccept-Encoding: identity\r\n"
                                 "\r\n"));
    CHECK(end(&fx));
}
