/* The whole of Stromboli, from its client to the simulated server and back: every operation, and every failure of the
 * contract's table. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "any_result.h"
#include "loop.h"
#include "message_ends.h"
#include "sim_process.h"
#include "weft/weft.h"

typedef struct fixture {
    sim_process sim;
    test_loop loop;
    weft_engine *engine;
    weft_client *client;
    const char *wish; /* X-Sim-Answer of the requests to come; NULL = none */
    const char *token;
    unsigned requests, bare; /* sent; of them without the token */
    weft_call *call;         /* referenced, once it was reported */
    weft_code code;
    int status;
    char message[1024]; /* of the error */
    int64_t retry_after_ms;
    const void *result;
    unsigned events; /* of a stream */
    bool done;
    bool closed;
} fixture;

static void on_request(weft_call *call, weft_request *request, void *arg)
{
    weft_str sent = weft_request_get_header(request, "Authorization");
    fixture *fx = arg;
    char expected[256];

    (void)call;
    fx->requests++;
    snprintf(expected, sizeof(expected), "Bearer %s", fx->token);
    fx->bare += !sent.ptr || strcmp(sent.ptr, expected) != 0;
    if (fx->wish && !weft_request_set_header(request, "X-Sim-Answer", fx->wish))
        test_fail(__FILE__, __LINE__, "cannot ask for: %s", fx->wish);
}

static bool begin_with(fixture *fx, const char *const *arguments)
{
    memset(fx, 0, sizeof(*fx));
    if (!sim_process_start(&fx->sim, arguments) || !test_loop_open(&fx->loop))
        return false;
    fx->token = "tok-1";
    fx->engine = weft_engine_new(&fx->loop.uv, NULL, NULL);
    fx->client = weft_stromboli_client(fx->engine,
                                       &(weft_client_options){
                                           .base_url = fx->sim.base_url,
                                           .token = fx->token,
                                           .retries.max_retries = WEFT_NO_RETRIES,
                                           .on_request = on_request,
                                           .hook_arg = fx,
                                       },
                                       NULL);
    return fx->client != NULL;
}

static bool begin(fixture *fx)
{
    static const char *const arguments[] = {"--token", "tok-1", NULL};

    return begin_with(fx, arguments);
}

static void note(fixture *fx, const weft_error *error)
{
    fx->code = error ? error->code : WEFT_OK;
    fx->status = error ? error->http_status : 0;
    fx->retry_after_ms = error ? error->retry_after_ms : -1;
    snprintf(fx->message, sizeof(fx->message), "%s", error ? error->message : "");
    fx->done = true;
}

static void keep_result(weft_call *call, const weft_error *error, const void *result, void *arg)
{
    fixture *fx = arg;

    weft_call_unref(fx->call);
    fx->call = weft_call_ref(call);
    fx->result = result;
    note(fx, error);
}

#define ON_RESULT(name, type) ANY_RESULT(keep_result, on_##name, type)
EVERY_RESULT(ON_RESULT)
NO_RESULT(keep_result, on_done)
#undef ON_RESULT

static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    (void)stream;
    (void)event;
    ((fixture *)arg)->events++;
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    (void)stream;
    note(arg, error);
}

static void on_closed(void *arg)
{
    ((fixture *)arg)->closed = true;
}

/* Ends all; false, with the test failed, when the simulator found something malformed in what it was sent. */
static bool end(fixture *fx)
{
    weft_http_request stats = {.method = "GET", .path = "/__sim/stats"};
    const weft_http_response *response;
    bool good;

    fx->wish = NULL;
    fx->done = false;
    good = weft_http_send(fx->client, &stats, NULL, on_http, fx) &&
           test_loop_run_until_set(&fx->loop, &fx->done, "the call is reported") && fx->code == WEFT_OK;
    response = fx->result;
    if (good && !strstr(response->body.ptr, "\"malformed\":0")) {
        test_fail(__FILE__, __LINE__, "%s", response->body.ptr);
        good = false;
    }
    weft_call_unref(fx->call);
    weft_engine_close(fx->engine, on_closed, fx);
    good = test_loop_run_until_set(&fx->loop, &fx->closed, "the engine is closed") && good;
    return test_loop_close(&fx->loop) && sim_process_stop(&fx->sim) && good;
}

/* ---- The operations, each by a name of its own -------------------------------------------------------- */

static const char session[] = "550e8400-e29b-41d4-a716-446655440000";
static const weft_stromboli_run_request hello = {.prompt = "hello"};

#define OPERATION(name, result, ...)                                                                                   \
    static bool name(fixture *fx)                                                                                      \
    {                                                                                                                  \
        return weft_stromboli_##name(fx->client, __VA_ARGS__, NULL, on_##result, fx) != NULL;                          \
    }
#define PLAIN_OPERATION(name, result)                                                                                  \
    static bool name(fixture *fx)                                                                                      \
    {                                                                                                                  \
        return weft_stromboli_##name(fx->client, NULL, on_##result, fx) != NULL;                                       \
    }

PLAIN_OPERATION(get_health, stromboli_health)
PLAIN_OPERATION(get_claude_status, stromboli_claude_status)
PLAIN_OPERATION(get_metrics, text)
OPERATION(run, stromboli_run, &hello)
OPERATION(run_async, stromboli_run_async, &hello)
PLAIN_OPERATION(list_jobs, stromboli_job_list)
OPERATION(get_job, stromboli_job, "job-0a1b2c3d4e5f6071")
OPERATION(cancel_job, stromboli_cancel_job, "job-0a1b2c3d4e5f6071")
PLAIN_OPERATION(list_sessions, stromboli_session_list)
OPERATION(delete_session, stromboli_delete_session, session)
OPERATION(list_messages, stromboli_message_list, session, NULL)
OPERATION(get_message, stromboli_message, session, "nope")
OPERATION(create_token, stromboli_token, "my-client-id")
OPERATION(refresh_token, stromboli_token, "expired")
PLAIN_OPERATION(validate_token, stromboli_token_validation)
PLAIN_OPERATION(log_out, stromboli_log_out)
PLAIN_OPERATION(list_secrets, stromboli_secret_list)
OPERATION(create_secret, stromboli_secret_change, (&(weft_stromboli_create_secret_request){"github-token", "ghp_xxxx"}))
OPERATION(get_secret, stromboli_secret, "github-token")
OPERATION(delete_secret, stromboli_secret_change, "github-token")
PLAIN_OPERATION(list_images, stromboli_image_list)
OPERATION(get_image, stromboli_image, "python:3.12-slim")
OPERATION(search_images, stromboli_image_match_list, "python",
          (&(weft_stromboli_search_images_options){.limit = 10, .no_trunc = true}))
OPERATION(pull_image, stromboli_pull_image,
          (&(weft_stromboli_pull_image_request){.image = "python:3.12-slim", .platform = "linux/amd64"}))

static bool stream(fixture *fx)
{
    static const weft_stream_callbacks callbacks = {NULL, on_event, on_end};
    weft_stromboli_stream_request request = {.prompt = "Count from 1 to 2", .workdir = "/workspace"};

    return weft_stromboli_stream(fx->client, &request, NULL, &callbacks, fx) != NULL;
}

typedef bool ask_fn(fixture *fx);

static ask_fn *const all_operations[] = {
    get_health,    get_claude_status, run,           run_async,     stream,
    list_jobs,     get_job,           cancel_job,    list_sessions, delete_session,
    list_messages, get_message,       create_token,  refresh_token, validate_token,
    log_out,       list_secrets,      create_secret, get_secret,    delete_secret,
    list_images,   get_image,         search_images, pull_image,    get_metrics,
};

enum { OPERATIONS = sizeof(all_operations) / sizeof(all_operations[0]) };

/* Asks and waits for what comes. */
static bool ask(fixture *fx, ask_fn *operation)
{
    fx->done = false;
    return operation(fx) && test_loop_run_until_set(&fx->loop, &fx->done, "it is reported");
}

static bool goes_well(fixture *fx, ask_fn *operation)
{
    bool good = ask(fx, operation) && fx->code == WEFT_OK;

    if (!good)
        test_fail(__FILE__, __LINE__, "%s", fx->message);
    return good;
}

/* ---- What goes well ------------------------------------------------------------------------------------ */

TEST(every_operation_of_a_session_goes_well_and_carries_the_token)
{
    static ask_fn *const in_order[] = {
        get_health,    get_claude_status, get_metrics,  run,           run_async,  list_jobs,
        stream,        list_sessions,     list_secrets, create_secret, get_secret, list_secrets,
        delete_secret, list_images,       get_image,    search_images, pull_image,
    };
    fixture fx;

    CHECK(begin(&fx));
    for (size_t i = 0; i < sizeof(in_order) / sizeof(in_order[0]); i++)
        CHECK(goes_well(&fx, in_order[i]));
    CHECK_EQ(fx.events, 17); /* 16 words, and "done" */
    CHECK_EQ(fx.requests, sizeof(in_order) / sizeof(in_order[0]));
    CHECK_EQ(fx.bare, 0);
    CHECK(end(&fx));
}

static char kept[128]; /* of an answer, for the next request */

static bool continue_session(fixture *fx)
{
    weft_stromboli_claude_options claude = {.session_id = kept, .resume = true};
    weft_stromboli_run_request request = {.prompt = "and then?", .claude = &claude};

    return weft_stromboli_run(fx->client, &request, NULL, on_stromboli_run, fx) != NULL;
}

static bool read_session(fixture *fx)
{
    weft_stromboli_list_messages_options page = {.limit = 2, .offset = 4};

    return weft_stromboli_list_messages(fx->client, kept, &page, NULL, on_stromboli_message_list, fx) != NULL;
}

static bool destroy_kept(fixture *fx)
{
    return weft_stromboli_delete_session(fx->client, kept, NULL, on_stromboli_delete_session, fx) != NULL;
}

static char kept_message[64];

static bool read_message(fixture *fx)
{
    return weft_stromboli_get_message(fx->client, kept, kept_message, NULL, on_stromboli_message, fx) != NULL;
}

TEST(a_session_is_continued_read_and_destroyed)
{
    const weft_stromboli_message_list *page;
    fixture fx;

    CHECK(begin(&fx));
    CHECK(goes_well(&fx, run));
    snprintf(kept, sizeof(kept), "%s", ((const weft_stromboli_run_response *)fx.result)->session_id.ptr);
    CHECK(goes_well(&fx, continue_session));
    CHECK_STR(((const weft_stromboli_run_response *)fx.result)->session_id.ptr, kept);
    CHECK(goes_well(&fx, read_session));
    page = fx.result;
    CHECK(page->count == 2 && page->total == 8 && page->offset == 4 && page->has_more);
    snprintf(kept_message, sizeof(kept_message), "%s", page->items[1].uuid.ptr);
    CHECK(goes_well(&fx, read_message));
    CHECK_STR(((const weft_stromboli_message *)fx.result)->uuid.ptr, kept_message);
    CHECK(goes_well(&fx, destroy_kept));
    CHECK(ask(&fx, read_session));
    CHECK_EQ(fx.code, WEFT_E_NOT_FOUND);
    CHECK_EQ(fx.bare, 0);
    CHECK(end(&fx));
}

static bool run_for_ever(fixture *fx)
{
    return weft_stromboli_run_async(fx->client, &(weft_stromboli_run_request){.prompt = "sim:hang"}, NULL,
                                    on_stromboli_run_async, fx) != NULL;
}

static bool cancel_kept(fixture *fx)
{
    return weft_stromboli_cancel_job(fx->client, kept, NULL, on_stromboli_cancel_job, fx) != NULL;
}

static bool wait_for_kept(fixture *fx)
{
    return weft_stromboli_wait_job(fx->client, kept, NULL, NULL, NULL, on_stromboli_job, fx) != NULL;
}

TEST(a_job_is_cancelled_once)
{
    fixture fx;

    CHECK(begin(&fx));
    CHECK(goes_well(&fx, run_for_ever));
    snprintf(kept, sizeof(kept), "%s", ((const weft_stromboli_run_async_response *)fx.result)->job_id.ptr);
    CHECK(goes_well(&fx, cancel_kept));
    CHECK(goes_well(&fx, wait_for_kept));
    CHECK(weft_stromboli_job_is_cancelled(fx.result));
    CHECK(ask(&fx, cancel_kept));
    CHECK_EQ(fx.code, WEFT_E_CONFLICT);
    CHECK(end(&fx));
}

static bool refresh_kept(fixture *fx)
{
    return weft_stromboli_refresh_token(fx->client, kept, NULL, on_stromboli_token, fx) != NULL;
}

static bool go_on_with(fixture *fx, char *token, size_t size)
{
    const weft_stromboli_token *tokens = fx->result;

    snprintf(token, size, "%s", tokens->access_token.ptr);
    snprintf(kept, sizeof(kept), "%s", tokens->refresh_token.ptr);
    fx->token = token;
    return weft_client_set_token(fx->client, token, NULL);
}

TEST(tokens_are_issued_refreshed_and_logged_out)
{
    char token[128];
    fixture fx;

    CHECK(begin(&fx));
    CHECK(goes_well(&fx, create_token));
    CHECK(go_on_with(&fx, token, sizeof(token)));
    CHECK(!weft_client_set_token(fx.client, "to\tk", NULL)); /* and the old one stays */
    CHECK(!weft_client_set_token(fx.client, "tok\x7f", NULL));
    CHECK(goes_well(&fx, validate_token));
    CHECK(((const weft_stromboli_token_validation *)fx.result)->valid);
    CHECK_STR(((const weft_stromboli_token_validation *)fx.result)->subject.ptr, "my-client-id");
    CHECK(goes_well(&fx, refresh_kept));
    CHECK(go_on_with(&fx, token, sizeof(token)));
    CHECK(goes_well(&fx, list_jobs));
    CHECK(goes_well(&fx, log_out));
    CHECK(ask(&fx, list_jobs)); /* with the same token: logging out does not clear it */
    CHECK_EQ(fx.code, WEFT_E_UNAUTHORIZED);
    CHECK_CONTAINS(fx.message, "token revoked");
    CHECK_EQ(fx.bare, 0);
    CHECK(end(&fx));
}

static const char *streamed_prompt;

static bool stream_prompt(fixture *fx)
{
    static const weft_stream_callbacks callbacks = {NULL, on_event, on_end};
    weft_stromboli_stream_request request = {.prompt = streamed_prompt};

    fx->events = 0;
    return weft_stromboli_stream(fx->client, &request, NULL, &callbacks, fx) != NULL;
}

TEST(a_stream_brings_what_its_run_says_whatever_that_looks_like)
{
    fixture fx;

    CHECK(begin(&fx));
    streamed_prompt = "sim:echo 10%\r100%\r\revent: error\rdata: no\r\r";
    CHECK(goes_well(&fx, stream_prompt));
    CHECK_EQ(fx.events, 2); /* one line, and "done" */
    streamed_prompt = "sim:fail boom\nevent: done\ndata: {}\n\nevent: done";
    CHECK(ask(&fx, stream_prompt));
    CHECK_EQ(fx.code, WEFT_E_STREAM_ERROR);
    CHECK_EQ(fx.events, 6); /* five lines, and "error" */
    CHECK_CONTAINS(fx.message, "execution failed: exit status 1, output: boom");
    CHECK(end(&fx));
}

TEST(a_stream_of_a_run_that_crashed_ends_with_an_error)
{
    static const char *const arguments[] = {"--token", "tok-1", "--crashed-status", NULL};
    fixture fx;

    CHECK(begin_with(&fx, arguments));
    streamed_prompt = "sim:crash";
    CHECK(ask(&fx, stream_prompt));
    CHECK_EQ(fx.code, WEFT_E_STREAM_ERROR);
    CHECK_CONTAINS(fx.message, "/run/stream: the run ended as \"crashed\": Process killed by SIG");
    CHECK(end(&fx));
}

static bool get_image_with_slash(fixture *fx)
{
    return weft_stromboli_get_image(fx->client, "ghcr.io/acme/tool:1", NULL, on_stromboli_image, fx) != NULL;
}

TEST(an_image_with_a_slash_is_found_by_the_list)
{
    fixture fx;

    CHECK(begin(&fx));
    CHECK(goes_well(&fx, get_image_with_slash));
    CHECK_STR(((const weft_stromboli_image *)fx.result)->repository.ptr, "ghcr.io/acme/tool");
    CHECK(fx.requests == 2 && fx.bare == 0);
    CHECK(end(&fx));
}

/* ---- What does not ------------------------------------------------------------------------------------- */

typedef struct failure {
    ask_fn *operation;
    const char *wish; /* X-Sim-Answer */
    weft_code code;
    const char *message; /* how it ends; NULL = the words of the wish */
} failure;

/* The words behind status and shape. */
static const char *words_of(const char *wish)
{
    const char *shape = strchr(wish, ' '), *words = shape ? strchr(shape + 1, ' ') : NULL;

    return words ? words + 1 : "";
}

static bool fails_so(fixture *fx, const failure *row)
{
    const char *message = row->message ? row->message : words_of(row->wish);
    bool good;

    fx->wish = row->wish;
    good = ask(fx, row->operation) && fx->code == row->code && fx->status == atoi(row->wish) &&
           message_ends(fx->message, message);
    if (!good)
        test_fail(__FILE__, __LINE__, "%s gave %s: %s", row->wish, weft_code_name(fx->code), fx->message);
    return good;
}

TEST(every_operation_fails_as_every_protected_one_may)
{
    static const failure rows[] = {
        {NULL, "401 plain missing authorization header", WEFT_E_UNAUTHORIZED, NULL},
        {NULL, "401 plain invalid authorization header format", WEFT_E_UNAUTHORIZED, NULL},
        {NULL, "401 plain invalid or expired token", WEFT_E_UNAUTHORIZED, NULL},
        {NULL, "401 plain token revoked", WEFT_E_UNAUTHORIZED, NULL},
        {NULL, "403 plain no", WEFT_E_FORBIDDEN, NULL},
        {NULL, "408 plain too slow", WEFT_E_REQUEST_TIMEOUT, NULL},
        {NULL, "429 plain rate limit exceeded", WEFT_E_RATE_LIMITED, NULL},
        {NULL, "503 plain auth backend unavailable", WEFT_E_UNAVAILABLE, NULL},
        {NULL, "502 html", WEFT_E_SERVER_ERROR, "<html>bad gateway</html>"},
        {NULL, "500 empty", WEFT_E_SERVER_ERROR, "internal server error"},
        {NULL, "500 message only a message", WEFT_E_SERVER_ERROR, NULL},
    };
    fixture fx;

    CHECK(begin(&fx));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        for (size_t j = 0; j < OPERATIONS; j++) {
            failure row = rows[i];

            row.operation = all_operations[j];
            if (row.operation == pull_image && strncmp(row.wish, "500", 3) == 0)
                row = (failure){pull_image, row.wish, WEFT_E_IMAGE_PULL_FAILED,
                                row.message ? "failed to pull image" : NULL};
            CHECK(fails_so(&fx, &row));
        }
    CHECK_EQ(fx.bare, 0);
    CHECK(end(&fx));
}

TEST(an_unknown_route_is_not_found)
{
    fixture fx;

    CHECK(begin(&fx));
    for (size_t i = 0; i < OPERATIONS; i++) {
        weft_code code = all_operations[i] == get_image ? WEFT_E_IMAGE_NOT_FOUND : WEFT_E_NOT_FOUND;

        CHECK(fails_so(&fx, &(failure){all_operations[i], "404 text 404 page not found", code, NULL}));
    }
    CHECK(end(&fx));
}

TEST(every_failure_of_the_contract_has_its_code)
{
    /* clang-format off */
    static const failure rows[] = {
        {run, "400 error Invalid request: Key: 'RunRequest.Prompt'", WEFT_E_BAD_REQUEST, NULL},
        {run, "500 error image validation failed: image \"x\" not in allowed patterns", WEFT_E_SERVER_ERROR, NULL},
        {run, "503 error Claude not configured. Run 'make claude-setup' first", WEFT_E_UNAVAILABLE, NULL},
        {run_async, "400 error Invalid request: x", WEFT_E_BAD_REQUEST, NULL},
        {run_async, "503 error Claude not configured. Run 'make claude-setup' first", WEFT_E_UNAVAILABLE, NULL},
        {run_async, "500 error x", WEFT_E_SERVER_ERROR, NULL},
        {run_async, "500 plain x", WEFT_E_SERVER_ERROR, NULL},
        {stream, "400 error Missing required parameter: prompt", WEFT_E_BAD_REQUEST,
         ": stream request failed: Missing required parameter: prompt"},
        {stream, "503 error Claude not configured. Run 'make claude-setup' first", WEFT_E_UNAVAILABLE, NULL},
        {get_job, "404 error job not found", WEFT_E_NOT_FOUND, NULL},
        {cancel_job, "404 error job not found", WEFT_E_NOT_FOUND, NULL},
        {cancel_job, "409 error cannot cancel job (already completed, failed, or cancelled)", WEFT_E_CONFLICT, NULL},
        {list_sessions, "500 error disk is full", WEFT_E_SERVER_ERROR, NULL},
        {delete_session, "400 result session ID is required", WEFT_E_BAD_REQUEST, NULL},
        {delete_session, "400 error invalid session ID", WEFT_E_BAD_REQUEST, NULL},
        {delete_session, "404 error session not found: 550e", WEFT_E_NOT_FOUND, NULL},
        {delete_session, "500 error disk is full", WEFT_E_SERVER_ERROR, NULL},
        {delete_session, "200 result busy", WEFT_E_REQUEST_FAILED, NULL},
        {list_messages, "400 error session ID required", WEFT_E_BAD_REQUEST, NULL},
        {list_messages, "404 error session history not found: 550e", WEFT_E_NOT_FOUND, NULL},
        {list_messages, "500 error disk is full", WEFT_E_SERVER_ERROR, NULL},
        {get_message, "400 error message ID required", WEFT_E_BAD_REQUEST, NULL},
        {get_message, "404 error message not found: nope", WEFT_E_NOT_FOUND, NULL},
        {get_message, "500 error disk is full", WEFT_E_SERVER_ERROR, NULL},
        {create_token, "400 error invalid request: x", WEFT_E_BAD_REQUEST, NULL},
        {create_token, "500 error failed to generate access token", WEFT_E_SERVER_ERROR, NULL},
        {create_token, "503 error JWT authentication not configured", WEFT_E_UNAVAILABLE, NULL},
        {refresh_token, "400 error invalid request: x", WEFT_E_BAD_REQUEST, NULL},
        {refresh_token, "401 error invalid or expired refresh token", WEFT_E_UNAUTHORIZED, NULL},
        {refresh_token, "503 error JWT authentication not configured", WEFT_E_UNAVAILABLE, NULL},
        {validate_token, "401 error invalid or expired token", WEFT_E_UNAUTHORIZED, NULL},
        {validate_token, "503 error JWT authentication not configured", WEFT_E_UNAVAILABLE, NULL},
        {log_out, "400 error token does not have a JTI claim", WEFT_E_BAD_REQUEST, NULL},
        {log_out, "401 error missing authorization header", WEFT_E_UNAUTHORIZED, NULL},
        {log_out, "503 error token blacklist not configured", WEFT_E_UNAVAILABLE, NULL},
        {list_secrets, "200 error podman is away", WEFT_E_SECRETS_ERROR, NULL},
        {list_secrets, "500 error failed to list secrets", WEFT_E_SERVER_ERROR, NULL},
        {create_secret, "400 error invalid secret name", WEFT_E_INVALID_SECRET_NAME, NULL},
        {create_secret, "400 result Key: 'CreateSecretRequest.Name' Error:Field validation for 'Name' failed",
         WEFT_E_INVALID_SECRET_NAME, NULL},
        {create_secret, "400 result Key: 'CreateSecretRequest.Value' Error:Field validation for 'Value' failed",
         WEFT_E_BAD_REQUEST, NULL},
        {create_secret, "409 result secret already exists", WEFT_E_SECRET_EXISTS, NULL},
        {create_secret, "500 result failed to create secret", WEFT_E_SERVER_ERROR, NULL},
        {create_secret, "201 result odd", WEFT_E_SECRET_CREATE_ERROR, NULL},
        {create_secret, "201 unsaid", WEFT_E_SECRET_CREATE_FAILED, "failed to create secret"},
        {get_secret, "400 error x", WEFT_E_BAD_REQUEST, NULL},
        {get_secret, "404 plain secret not found", WEFT_E_NOT_FOUND, NULL},
        {get_secret, "404 result secret not found", WEFT_E_NOT_FOUND, NULL},
        {get_secret, "500 error x", WEFT_E_SERVER_ERROR, NULL},
        {delete_secret, "400 error x", WEFT_E_BAD_REQUEST, NULL},
        {delete_secret, "404 result secret not found", WEFT_E_NOT_FOUND, NULL},
        {delete_secret, "500 error x", WEFT_E_SERVER_ERROR, NULL},
        {list_images, "500 error failed to list images", WEFT_E_SERVER_ERROR, NULL},
        {list_images, "500 list failed to list images", WEFT_E_SERVER_ERROR, NULL},
        {get_image, "400 error validation error: invalid image name format", WEFT_E_BAD_REQUEST, NULL},
        {get_image, "404 error image not found", WEFT_E_IMAGE_NOT_FOUND, NULL},
        {get_image, "404 zeroed image not found", WEFT_E_IMAGE_NOT_FOUND, NULL},
        {get_image, "500 error internal server error", WEFT_E_SERVER_ERROR, NULL},
        {search_images, "400 error query parameter 'q' is required", WEFT_E_BAD_REQUEST, NULL},
        {search_images, "500 error internal server error", WEFT_E_SERVER_ERROR, NULL},
        {search_images, "502 error registry search failed", WEFT_E_SERVER_ERROR, NULL},
        {pull_image, "400 error validation error: x", WEFT_E_BAD_REQUEST, NULL},
        {pull_image, "400 result validation error: x", WEFT_E_BAD_REQUEST, NULL},
        {pull_image, "500 error failed to pull image", WEFT_E_IMAGE_PULL_FAILED, NULL},
        {pull_image, "500 result internal server error", WEFT_E_IMAGE_PULL_FAILED, NULL},
    };
    /* clang-format on */
    fixture fx;

    CHECK(begin(&fx));
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        CHECK(fails_so(&fx, &rows[i]));
    CHECK(end(&fx));
}
