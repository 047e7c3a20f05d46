/* Every way in which Stromboli says no, and what is refused before it is asked. */
#include "stromboli_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "service/stromboli_operations.h"

/* One call that the server answers with a failure; false, with the test failed, unless it fails with `code`. */
typedef weft_call *submit_fn(fixture *fx);

static weft_call *submit_run(fixture *fx)
{
    return weft_stromboli_run(fx->client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL, on_stromboli_run, fx);
}

static weft_call *submit_run_async(fixture *fx)
{
    return weft_stromboli_run_async(fx->client, &(weft_stromboli_run_request){.prompt = "hi"}, NULL,
                                    on_stromboli_run_async, fx);
}

static weft_call *submit_health(fixture *fx)
{
    return weft_stromboli_get_health(fx->client, NULL, on_stromboli_health, fx);
}

static weft_call *submit_list_jobs(fixture *fx)
{
    return weft_stromboli_list_jobs(fx->client, NULL, on_stromboli_job_list, fx);
}

static weft_call *submit_get_job(fixture *fx)
{
    return weft_stromboli_get_job(fx->client, "job-1", NULL, on_stromboli_job, fx);
}

static weft_call *submit_cancel_job(fixture *fx)
{
    return weft_stromboli_cancel_job(fx->client, "job-1", NULL, on_stromboli_cancel_job, fx);
}

static weft_call *submit_list_sessions(fixture *fx)
{
    return weft_stromboli_list_sessions(fx->client, NULL, on_stromboli_session_list, fx);
}

static weft_call *submit_delete_session(fixture *fx)
{
    return weft_stromboli_delete_session(fx->client, "s-1", NULL, on_stromboli_delete_session, fx);
}

static weft_call *submit_list_messages(fixture *fx)
{
    return weft_stromboli_list_messages(fx->client, "s-1", NULL, NULL, on_stromboli_message_list, fx);
}

static weft_call *submit_get_message(fixture *fx)
{
    return weft_stromboli_get_message(fx->client, "s-1", "nope", NULL, on_stromboli_message, fx);
}

static weft_call *submit_get_token(fixture *fx)
{
    return weft_stromboli_create_token(fx->client, "me", NULL, on_stromboli_token, fx);
}

static weft_call *submit_validate_token(fixture *fx)
{
    return weft_stromboli_validate_token(fx->client, NULL, on_stromboli_token_validation, fx);
}

static weft_call *submit_log_out(fixture *fx)
{
    return weft_stromboli_log_out(fx->client, NULL, on_stromboli_log_out, fx);
}

static weft_call *submit_list_secrets(fixture *fx)
{
    return weft_stromboli_list_secrets(fx->client, NULL, on_stromboli_secret_list, fx);
}

static weft_call *submit_create_secret(fixture *fx)
{
    return weft_stromboli_create_secret(fx->client, &(weft_stromboli_create_secret_request){"n", "v"}, NULL,
                                        on_stromboli_secret_change, fx);
}

static weft_call *submit_get_secret(fixture *fx)
{
    return weft_stromboli_get_secret(fx->client, "n", NULL, on_stromboli_secret, fx);
}

static weft_call *submit_delete_secret(fixture *fx)
{
    return weft_stromboli_delete_secret(fx->client, "n", NULL, on_stromboli_secret_change, fx);
}

static weft_call *submit_list_images(fixture *fx)
{
    return weft_stromboli_list_images(fx->client, NULL, on_stromboli_image_list, fx);
}

static weft_call *submit_get_image(fixture *fx)
{
    return weft_stromboli_get_image(fx->client, "nonexistent:latest", NULL, on_stromboli_image, fx);
}

static weft_call *submit_search_images(fixture *fx)
{
    return weft_stromboli_search_images(fx->client, "q", NULL, NULL, on_stromboli_image_match_list, fx);
}

static weft_call *submit_pull_image(fixture *fx)
{
    return weft_stromboli_pull_image(fx->client, &(weft_stromboli_pull_image_request){.image = "i"}, NULL,
                                     on_stromboli_pull_image, fx);
}

typedef struct failure {
    submit_fn *submit;
    const char *status; /* "404 Not Found" */
    const char *type;   /* NULL = JSON */
    const char *body;
    weft_code code;
    const char *message; /* a part of it */
} failure;

static bool fails_so(fixture *fx, const failure *row)
{
    char answer[1024];
    int len = snprintf(answer, sizeof(answer), "HTTP/1.1 %s\r\nContent-Type: %s\r\nConnection: close\r\n\r\n%s",
                       row->status, row->type ? row->type : "application/json; charset=utf-8", row->body);
    const script_step steps[] = {EXPECT(" HTTP/1.1\r\n"), SEND_DATA(answer, (size_t)len), CLOSE()};
    bool good;

    good = begin(fx, SCRIPT(steps), 1) && finish(fx, row->submit(fx)) && fx->error && !fx->result &&
           fx->error->code == row->code && fx->error->http_status == atoi(row->status) &&
           strstr(fx->error->message, row->message) && fx->error->body.len == strlen(row->body) && fx->reports == 1;
    if (!good)
        test_fail(__FILE__, __LINE__, "%s with \"%s\" gave %s: %s", row->status, row->body,
                  fx->error ? weft_code_name(fx->error->code) : "a success", fx->error ? fx->error->message : "");
    return end(fx) && good;
}

#define CHECK_FAILURES(rows)                                                                                           \
    do {                                                                                                               \
        for (size_t row = 0; row < sizeof(rows) / sizeof((rows)[0]); row++) {                                          \
            fixture fx;                                                                                                \
            if (!fails_so(&fx, &(rows)[row]))                                                                          \
                return;                                                                                                \
        }                                                                                                              \
    } while (0)

TEST(statuses_are_codes_for_every_operation)
{
    static const failure rows[] = {
        {submit_run, "400 Bad Request", NULL,
         "{\"id\":\"\",\"status\":\"error\",\"error\":\"Invalid request: Key: 'RunRequest.Prompt'\"}",
         WEFT_E_BAD_REQUEST, "Invalid request: Key: 'RunRequest.Prompt'"},
        {submit_run, "500 Internal Server Error", NULL,
         "{\"id\":\"\",\"status\":\"error\",\"error\":\"image \\\"evil:latest\\\" not in allowed patterns\"}",
         WEFT_E_SERVER_ERROR, "image \"evil:latest\" not in allowed patterns"},
        {submit_run, "503 Service Unavailable", NULL,
         "{\"status\":\"error\",\"error\":\"Claude not configured. Run 'make claude-setup' first\"}",
         WEFT_E_UNAVAILABLE, "Claude not configured. Run 'make claude-setup' first"},
        {submit_run_async, "503 Service Unavailable", NULL, "{\"error\":\"x\"}", WEFT_E_UNAVAILABLE, "x"},
        {submit_get_job, "404 Not Found", NULL, "{\"error\":\"job not found\"}", WEFT_E_NOT_FOUND, "job not found"},
        {submit_cancel_job, "409 Conflict", NULL, "{\"error\":\"cannot cancel job\"}", WEFT_E_CONFLICT,
         "cannot cancel job"},
        {submit_list_sessions, "500 Internal Server Error", NULL, "{\"sessions\":null,\"error\":\"disk\"}",
         WEFT_E_SERVER_ERROR, "disk"},
        {submit_delete_session, "404 Not Found", NULL, "{\"success\":false,\"error\":\"session not found: s-1\"}",
         WEFT_E_NOT_FOUND, "session not found: s-1"},
        {submit_get_message, "404 Not Found", NULL, "{\"error\":\"message not found: nope\"}", WEFT_E_NOT_FOUND,
         "message not found: nope"},
        {submit_list_messages, "500 Internal Server Error", NULL, "{\"error\":\"x\"}", WEFT_E_SERVER_ERROR, "x"},
        {submit_get_token, "401 Unauthorized", NULL, "{\"error\":\"token revoked\"}", WEFT_E_UNAUTHORIZED,
         "token revoked"},
        {submit_log_out, "503 Service Unavailable", NULL, "{\"error\":\"token blacklist not configured\"}",
         WEFT_E_UNAVAILABLE, "token blacklist not configured"},
        {submit_get_secret, "404 Not Found", NULL, "{\"error\":\"secret not found\"}", WEFT_E_NOT_FOUND,
         "secret not found"},
        {submit_list_images, "500 Internal Server Error", NULL, "{\"images\":null,\"error\":\"failed\"}",
         WEFT_E_SERVER_ERROR, "failed"},
        {submit_search_images, "502 Bad Gateway", NULL, "{\"error\":\"registry search failed\"}", WEFT_E_SERVER_ERROR,
         "registry search failed"},
        {submit_list_jobs, "403 Forbidden", NULL, "{\"error\":\"x\"}", WEFT_E_FORBIDDEN, "x"},
        {submit_list_jobs, "431 Request Header Fields Too Large", NULL, "", WEFT_E_REQUEST_FAILED, "431"},
    };

    CHECK_FAILURES(rows);
}

TEST(resources_have_codes_of_their_own)
{
    static const failure rows[] = {
        {submit_get_image, "404 Not Found", NULL, "{\"error\":\"image not found\"}", WEFT_E_IMAGE_NOT_FOUND,
         "image not found"},
        {submit_get_image, "400 Bad Request", NULL, "{\"error\":\"validation error\"}", WEFT_E_BAD_REQUEST,
         "validation error"},
        {submit_create_secret, "409 Conflict", NULL,
         "{\"success\":false,\"name\":\"n\",\"error\":\"secret already exists\"}", WEFT_E_SECRET_EXISTS,
         "secret already exists"},
        {submit_create_secret, "400 Bad Request", NULL, "{\"success\":false,\"error\":\"invalid secret name\"}",
         WEFT_E_INVALID_SECRET_NAME, "invalid secret name"},
        {submit_create_secret, "400 Bad Request", NULL,
         "{\"error\":\"Key: 'CreateSecretRequest.Name' Error:Field validation for 'Name' failed\"}",
         WEFT_E_INVALID_SECRET_NAME, "'Name' failed"},
        {submit_create_secret, "400 Bad Request", NULL, "{\"error\":\"value is too large\"}", WEFT_E_BAD_REQUEST,
         "value is too large"},
        {submit_pull_image, "500 Internal Server Error", NULL, "{\"error\":\"failed to pull image\"}",
         WEFT_E_IMAGE_PULL_FAILED, "failed to pull image"},
        {submit_pull_image, "400 Bad Request", NULL, "{\"success\":false,\"error\":\"no\"}", WEFT_E_BAD_REQUEST, "no"},
        {submit_delete_secret, "409 Conflict", NULL, "{\"error\":\"in use\"}", WEFT_E_CONFLICT, "in use"},
    };

    CHECK_FAILURES(rows);
}

TEST(message_is_the_best_that_the_answer_has)
{
    static const failure rows[] = {
        {submit_health, "404 Not Found", "text/plain", " 404 page not found\n", WEFT_E_NOT_FOUND,
         ": 404 page not found"},
        {submit_health, "404 Not Found", NULL, "{\"error\":\"\",\"message\":\"no such thing\"}", WEFT_E_NOT_FOUND,
         "no such thing"},
        {submit_health, "404 Not Found", NULL, "{\"error\":{\"code\":1}}", WEFT_E_NOT_FOUND,
         "{\"error\":{\"code\":1}}"},
        {submit_health, "404 Not Found", NULL, "", WEFT_E_NOT_FOUND, "resource not found"},
        {submit_health, "500 Internal Server Error", NULL, "", WEFT_E_SERVER_ERROR, "internal server error"},
        {submit_list_jobs, "503 Service Unavailable", NULL, "", WEFT_E_UNAVAILABLE, "service temporarily unavailable"},
        {submit_list_jobs, "401 Unauthorized", NULL, "", WEFT_E_UNAUTHORIZED, "invalid credentials"},
        {submit_get_image, "404 Not Found", NULL, "", WEFT_E_IMAGE_NOT_FOUND, "image not found"},
        {submit_create_secret, "409 Conflict", NULL, "", WEFT_E_SECRET_EXISTS, "secret already exists"},
        {submit_pull_image, "500 Internal Server Error", NULL, "", WEFT_E_IMAGE_PULL_FAILED, "failed to pull image"},
        {submit_list_jobs, "408 Request Timeout", NULL, "", WEFT_E_REQUEST_TIMEOUT, "request timed out"},
        {submit_list_jobs, "429 Too Many Requests", NULL, "", WEFT_E_RATE_LIMITED, "too many requests"},
        {submit_list_jobs, "400 Bad Request", NULL, "", WEFT_E_BAD_REQUEST, "invalid request"},
    };

    CHECK_FAILURES(rows);
}

TEST(successes_that_say_no_are_failures)
{
    static const failure rows[] = {
        {submit_list_secrets, "200 OK", NULL, "{\"secrets\":null,\"error\":\"podman is away\"}", WEFT_E_SECRETS_ERROR,
         "podman is away"},
        {submit_create_secret, "201 Created", NULL, "{\"success\":true,\"error\":\"odd\"}", WEFT_E_SECRET_CREATE_ERROR,
         "odd"},
        {submit_create_secret, "201 Created", NULL, "{\"success\":false,\"name\":\"n\"}", WEFT_E_SECRET_CREATE_FAILED,
         "failed to create secret"},
        {submit_create_secret, "201 Created", NULL, "{}", WEFT_E_SECRET_CREATE_FAILED, "failed to create secret"},
        {submit_delete_session, "200 OK", NULL, "{\"success\":false,\"error\":\"busy\"}", WEFT_E_REQUEST_FAILED,
         "busy"},
        {submit_delete_session, "200 OK", NULL, "{\"success\":false}", WEFT_E_REQUEST_FAILED,
         "the session was not destroyed"},
        {submit_delete_secret, "200 OK", NULL, "{\"success\":false,\"error\":\"in use\"}", WEFT_E_REQUEST_FAILED,
         "in use"},
        {submit_cancel_job, "200 OK", NULL, "{\"cancelled\":false}", WEFT_E_REQUEST_FAILED,
         "the job was not cancelled"},
        {submit_get_message, "200 OK", NULL, "{\"message\":null}", WEFT_E_DECODE, "empty message response"},
        {submit_get_message, "200 OK", NULL, "{\"error\":\"gone\"}", WEFT_E_DECODE, "gone"},
        {submit_get_message, "200 OK", NULL, "", WEFT_E_DECODE, "empty message response"},
        {submit_validate_token, "200 OK", "text/html", "<p>", WEFT_E_CONTENT_TYPE, "text/html"},
        {submit_get_job, "200 OK", NULL, "{\"id\":7}", WEFT_E_DECODE, "id: "},
    };

    CHECK_FAILURES(rows);
}

TEST(successes_that_say_nothing_of_it_are_successes)
{
    static const script_step steps[] = {
        EXPECT("DELETE /sessions/s-1 HTTP/1.1\r\n"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        EXPECT("DELETE /secrets/n HTTP/1.1\r\n"),    SEND("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        EXPECT("DELETE /jobs/job-1 HTTP/1.1\r\n"),   SEND("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, submit_delete_session(&fx)) && !fx.error);
    CHECK(finish(&fx, submit_delete_secret(&fx)) && !fx.error);
    CHECK(finish(&fx, submit_cancel_job(&fx)) && !fx.error);
    CHECK(end(&fx));
}

/* ---- Rate limits ------------------------------------------------------------------------------------- */

/* The wait that a 429 with this header line leads to. */
static int64_t wait_for(const char *status, const char *header)
{
    char answer[256];
    int len = snprintf(answer, sizeof(answer), "HTTP/1.1 %s\r\n%sContent-Length: 0\r\n\r\n", status, header);
    const script_step steps[] = {EXPECT("GET /jobs"), SEND_DATA(answer, (size_t)len)};
    int64_t wait = -2;
    fixture fx;

    if (begin(&fx, SCRIPT(steps), 1) && finish(&fx, submit_list_jobs(&fx)) && fx.error)
        wait = fx.error->retry_after_ms;
    return end(&fx) ? wait : -2;
}

TEST(rate_limit_tells_how_long_to_wait)
{
    char header[64];
    int64_t wait;

    CHECK_EQ(wait_for("429 Too Many Requests", ""), -1);
    CHECK_EQ(wait_for("429 Too Many Requests", "Retry-After: 7\r\nX-RateLimit-Reset: 99999999999\r\n"), 7000);
    CHECK_EQ(wait_for("429 Too Many Requests", "X-RateLimit-Reset: 1770000061\r\n"),
             time(NULL) > 1770000061 ? 0 : (1770000061 - time(NULL)) * 1000);
    CHECK_EQ(wait_for("429 Too Many Requests", "X-RateLimit-Reset: soon\r\n"), -1);
    CHECK_EQ(wait_for("429 Too Many Requests", "X-RateLimit-Reset: -5\r\n"), 0);
    CHECK_EQ(wait_for("429 Too Many Requests", "X-RateLimit-Reset: 9223372036854775807\r\n"), -1);
    snprintf(header, sizeof(header), "X-RateLimit-Reset: %lld\r\n", (long long)time(NULL) + 100);
    wait = wait_for("429 Too Many Requests", header);
    CHECK(wait >= 80000 && wait <= 100000);
    CHECK_EQ(wait_for("503 Service Unavailable", header), -1);
}

TEST(end_of_a_rate_limit_is_read_by_the_servers_own_clock)
{
    CHECK_EQ(
        wait_for("429 Too Many Requests", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nX-RateLimit-Reset: 784111782\r\n"),
        5000);
}

/* ---- Refused here ------------------------------------------------------------------------------------ */

static bool is_refused(fixture *fx, const weft_call *call, weft_code code, const char *message)
{
    return finish(fx, call) && fx->error && fx->error->code == code && fx->error->http_status == 0 &&
           strstr(fx->error->message, message);
}

TEST(arguments_that_lack_something_are_refused_unsent)
{
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
#define REFUSED(call, message) CHECK(is_refused(&fx, call, WEFT_E_INVALID, message))
    REFUSED(weft_stromboli_run(fx.client, NULL, NULL, on_stromboli_run, &fx), "request is required");
    REFUSED(weft_stromboli_run_async(fx.client, &(weft_stromboli_run_request){0}, NULL, on_stromboli_run_async, &fx),
            "prompt is required");
    REFUSED(weft_stromboli_get_job(fx.client, NULL, NULL, on_stromboli_job, &fx), "job ID is required");
    REFUSED(weft_stromboli_get_job(fx.client, "..", NULL, on_stromboli_job, &fx), "job_id: cannot be part of a path");
    REFUSED(weft_stromboli_cancel_job(fx.client, "", NULL, on_stromboli_cancel_job, &fx), "job ID is required");
    REFUSED(weft_stromboli_wait_job(fx.client, "", NULL, NULL, NULL, on_stromboli_job, &fx), "job ID is required");
    REFUSED(weft_stromboli_delete_session(fx.client, "", NULL, on_stromboli_delete_session, &fx),
            "session ID is required");
    REFUSED(weft_stromboli_list_messages(fx.client, "s", &(weft_stromboli_list_messages_options){.limit = -1}, NULL,
                                         on_stromboli_message_list, &fx),
            "limit cannot be negative");
    REFUSED(weft_stromboli_get_message(fx.client, "s", "", NULL, on_stromboli_message, &fx), "message ID is required");
    REFUSED(weft_stromboli_create_token(fx.client, "", NULL, on_stromboli_token, &fx), "client ID is required");
    REFUSED(weft_stromboli_refresh_token(fx.client, NULL, NULL, on_stromboli_token, &fx), "refresh token is required");
    REFUSED(weft_stromboli_create_secret(fx.client, NULL, NULL, on_stromboli_secret_change, &fx),
            "request is required");
    REFUSED(weft_stromboli_get_secret(fx.client, "", NULL, on_stromboli_secret, &fx), "secret name is required");
    REFUSED(weft_stromboli_delete_secret(fx.client, "", NULL, on_stromboli_secret_change, &fx),
            "secret name is required");
    REFUSED(weft_stromboli_get_image(fx.client, "", NULL, on_stromboli_image, &fx), "image name is required");
    REFUSED(weft_stromboli_get_image(fx.client, "..", NULL, on_stromboli_image, &fx), "cannot be part of a path");
    REFUSED(weft_stromboli_search_images(fx.client, NULL, NULL, NULL, on_stromboli_image_match_list, &fx),
            "search query is required");
    REFUSED(weft_stromboli_pull_image(fx.client, &(weft_stromboli_pull_image_request){0}, NULL, on_stromboli_pull_image,
                                      &fx),
            "image name is required");
#undef REFUSED
    CHECK_EQ(fault_server_connection_count(fx.server), 0);
    CHECK(end(&fx));
}

TEST(token_operations_without_a_token_are_unauthorized_unsent)
{
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
    CHECK(weft_client_set_token(fx.client, NULL, NULL));
    CHECK(is_refused(&fx, weft_stromboli_validate_token(fx.client, NULL, on_stromboli_token_validation, &fx),
                     WEFT_E_UNAUTHORIZED, "no token set"));
    CHECK_EQ(fault_server_connection_count(fx.server), 0);
    CHECK(end(&fx));
}

TEST(clients_of_another_service_are_refused_unsent)
{
    weft__service other = weft__stromboli_service;
    weft_client *client;
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
    other.name = "Another";
    client = weft__client_new(fx.engine, &other, &(weft_client_options){.base_url = fault_server_url(fx.server)}, NULL);
    CHECK(client);
    CHECK(is_refused(&fx, weft_stromboli_get_health(client, NULL, on_stromboli_health, &fx), WEFT_E_INVALID,
                     "not one of Stromboli"));
    CHECK(is_refused(&fx, weft_stromboli_wait_job(client, "j", NULL, NULL, NULL, on_stromboli_job, &fx), WEFT_E_INVALID,
                     "not one of Stromboli"));
    CHECK(end(&fx));
}

TEST(client_needs_a_base_url)
{
    weft_error_info info = {WEFT_OK, ""};
    fixture fx;

    CHECK(begin(&fx, (fault_script){NULL, 0}, 0));
    CHECK(!weft_stromboli_client(fx.engine, NULL, &info));
    CHECK_EQ(info.code, WEFT_E_INVALID);
    CHECK(!weft_stromboli_client(fx.engine, &(weft_client_options){.base_url = "localhost:8585"}, &info));
    CHECK_EQ(info.code, WEFT_E_INVALID);
    CHECK(end(&fx));
}
