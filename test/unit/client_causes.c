/* What an error says of its cause, for programs: how the connection went, what the system and TLS said, the server's
 * own words, and why a wait saw nothing. */
#include "http_fixture.h"
#include "tls_server.h"

/* What is kept of an error. */
typedef struct heard {
    unsigned count;
    weft_code code;
    weft_loss loss;
    int system_error;
    int tls_error;
    char server_message[256]; /* "-" for NULL */
    char server_code[64];     /* likewise */
    char message[1024];
    weft_code cause_code; /* WEFT_OK for no cause */
    char cause_message[512];
    weft_loss cause_loss;
    char cause_said[128];
} heard;

static void keep_text(char *to, size_t size, const char *text)
{
    snprintf(to, size, "%s", text ? text : "-");
}

static void keep_error(heard *it, const weft_error *error)
{
    static const weft_error none = {.code = WEFT_OK};

    it->count++;
    if (!error)
        error = &none;
    it->code = error->code;
    it->loss = error->loss;
    it->system_error = error->system_error;
    it->tls_error = error->tls_error;
    keep_text(it->server_message, sizeof(it->server_message), error->server_message);
    keep_text(it->server_code, sizeof(it->server_code), error->server_code);
    keep_text(it->message, sizeof(it->message), error->message);
    if (!error->cause)
        return;
    it->cause_code = error->cause->code;
    it->cause_loss = error->cause->loss;
    keep_text(it->cause_message, sizeof(it->cause_message), error->cause->message);
    keep_text(it->cause_said, sizeof(it->cause_said), error->cause->server_message);
}

static void on_http(weft_call *call, const weft_error *error, const weft_http_response *response, void *arg)
{
    (void)call, (void)response;
    keep_error(arg, error);
}

static void on_stream_end(weft_stream *stream, const weft_error *error, void *arg)
{
    (void)stream;
    keep_error(arg, error);
}

static const weft_client_options once = {.retries.max_retries = WEFT_NO_RETRIES};

/* One GET, or a stream by GET, of any service at that URL; NULL = the rig's server, which plays the script. */
static bool ask(heard *it, const char *url, fault_script script, bool is_stream, const weft_client_options *options)
{
    static const weft_stream_callbacks callbacks = {.on_end = on_stream_end};
    const weft_http_request request = {.method = "GET", .path = "/x"};
    weft_client_options mine = *options;
    weft_client *client;
    client_rig rig;

    memset(it, 0, sizeof(*it));
    if (!rig_open(&rig, NULL, NULL))
        return false;
    if (script.count > 0)
        fault_server_play(rig.server, script, 1);
    mine.base_url = url ? url : fault_server_url(rig.server);
    client = weft_http_client(rig.engine, &mine, &rig.error);
    if (!client)
        return false;
    if (is_stream)
        weft_http_stream(client, &request, NULL, NULL, &callbacks, it);
    else
        weft_http_send(client, &request, NULL, on_http, it);
    return rig_run(&rig) && it->count == 1 && rig_end(&rig);
}

/* ---- how a connection went ------------------------------------------------------------------------------------- */

#define HEAD "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n"
#define REFUSAL "HTTP/1.1 400 Bad Request\r\nContent-Length: 10\r\n\r\n"

TEST(lost_connection_says_how_it_was_lost)
{
    static const struct loss {
        script_step first, second, third;
        bool is_stream;
        weft_code code;
        weft_loss loss;
        int system_error;
    } losses[] = {
        {EXPECT("GET /x"), CLOSE(), HOLD(), false, WEFT_E_CONNECTION_LOST, WEFT_LOSS_ENDED, 0},
        {EXPECT("GET /x"), RESET(), HOLD(), false, WEFT_E_CONNECTION_LOST, WEFT_LOSS_RESET, UV_ECONNRESET},
        {EXPECT("GET /x"), SEND(HEAD "half"), CLOSE(), false, WEFT_E_CONNECTION_LOST, WEFT_LOSS_ENDED, 0},
        {EXPECT("GET /x"), SEND(REFUSAL "half"), CLOSE(), false, WEFT_E_BAD_REQUEST, WEFT_LOSS_ENDED, 0},
        {EXPECT("GET /x"), SEND(ANSWER_EVENTS "data: a\n\n"), RESET(), true, WEFT_E_CONNECTION_LOST, WEFT_LOSS_RESET,
         UV_ECONNRESET},
        {EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\r\n"),
         CLOSE(), true, WEFT_E_CONNECTION_LOST, WEFT_LOSS_ENDED, 0},
        {EXPECT("GET /x"), SEND("nonsense\r\n\r\n"), HOLD(), false, WEFT_E_PROTOCOL, WEFT_LOSS_NONE, 0},
        {EXPECT("GET /x"), SEND("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), HOLD(), false, WEFT_E_NOT_FOUND,
         WEFT_LOSS_NONE, 0},
        {EXPECT("GET /x"), SEND("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), HOLD(), false, WEFT_OK, WEFT_LOSS_NONE,
         0},
    };

    for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
        const script_step steps[] = {losses[i].first, losses[i].second, losses[i].third};
        bool is_over = losses[i].second.op == SCRIPT_CLOSE || losses[i].second.op == SCRIPT_RESET;
        heard it;

        CHECK(ask(&it, NULL, (fault_script){steps, is_over ? 2 : 3}, losses[i].is_stream, &once));
        CHECK_EQ(it.code, losses[i].code);
        CHECK_EQ(it.loss, losses[i].loss);
        CHECK_EQ(it.system_error, losses[i].system_error);
        CHECK_EQ(it.tls_error, 0);
        CHECK_EQ(it.cause_code, WEFT_OK);
    }
}

TEST(connection_that_never_was_says_what_the_system_said)
{
    const fault_script nothing = {NULL, 0};
    char url[64];
    heard it;

    snprintf(url, sizeof(url), "http://127.0.0.1:%d", fault_server_dead_port());
    CHECK(ask(&it, url, nothing, false, &once));
    CHECK_EQ(it.code, WEFT_E_CONNECT);
    CHECK_EQ(it.system_error, UV_ECONNREFUSED);
    CHECK_EQ(it.loss, WEFT_LOSS_NONE);
    CHECK(ask(&it, "unix:/tmp/weft-no-such-socket", nothing, true, &once));
    CHECK_EQ(it.code, WEFT_E_CONNECT);
    CHECK_EQ(it.system_error, UV_ENOENT);
    CHECK(ask(&it, "http://no-such-host.invalid", nothing, false, &once));
    CHECK_EQ(it.code, WEFT_E_NAME_NOT_FOUND);
    CHECK(it.system_error <= UV_EAI_ADDRFAMILY && it.system_error >= UV_EAI_PROTOCOL);
    snprintf(url, sizeof(url), "http://127.0.0.1:%d", fault_server_dead_port());
    CHECK(ask(&it, "http://example.invalid", nothing, false,
              &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES, .proxy = url}));
    CHECK_EQ(it.code, WEFT_E_PROXY);
    CHECK_EQ(it.system_error, UV_ECONNREFUSED);
}

TEST(file_that_fails_says_what_the_system_said)
{
    static const script_step steps[] = {EXPECT("GET /x"), SEND(ANSWER_OK), REPEAT()};
    const weft_http_request requests[] = {
        {.method = "PUT", .path = "/x", .body.file_path = "/tmp/weft-no-such-file"},
        {.method = "GET", .path = "/x", .save_to = "/tmp/weft-no-such-directory/x"},
    };
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 0);
    for (size_t i = 0; i < 2; i++) {
        heard it = {.count = 0};

        weft_http_send(rig.client, &requests[i], NULL, on_http, &it);
        CHECK(rig_run(&rig));
        CHECK_EQ(it.code, WEFT_E_FILE);
        CHECK_EQ(it.system_error, UV_ENOENT);
        CHECK_EQ(it.loss, WEFT_LOSS_NONE);
    }
    CHECK(rig_end(&rig));
}

TEST(call_that_ended_for_another_reason_says_nothing_of_connections)
{
    static const script_step steps[] = {EXPECT("GET /x"), HOLD()};
    heard it;

    CHECK(ask(&it, NULL, SCRIPT(steps), false,
              &(weft_client_options){.retries.max_retries = WEFT_NO_RETRIES, .timeouts.first_byte_ms = 10}));
    CHECK_EQ(it.code, WEFT_E_TIMEOUT_FIRST_BYTE);
    CHECK_EQ(it.loss, WEFT_LOSS_NONE);
    CHECK_EQ(it.system_error, 0);
    CHECK_STR(it.server_message, "-");
}

TEST(encrypted_connection_says_how_it_was_lost)
{
    static const struct loss {
        tls_server_options server;
        weft_code code;
        weft_loss loss;
        int system_error;
        bool has_tls_error;
    } losses[] = {
        {{.manner = TLS_CUTS_SHORT_ANSWER}, WEFT_E_CONNECTION_LOST, WEFT_LOSS_TLS_TRUNCATED, 0, false},
        {{.manner = TLS_CUTS_ANSWER}, WEFT_E_CONNECTION_LOST, WEFT_LOSS_TLS_TRUNCATED, 0, false},
        {{.manner = TLS_BREAKS_RECORD}, WEFT_E_TLS, WEFT_LOSS_TLS_BROKEN, 0, true},
        {{.manner = TLS_RESETS_HANDSHAKE}, WEFT_E_CONNECTION_LOST, WEFT_LOSS_RESET, UV_ECONNRESET, false},
        {{.manner = TLS_ENDS_HANDSHAKE}, WEFT_E_CONNECTION_LOST, WEFT_LOSS_ENDED, 0, false},
        {{.manner = TLS_IS_NONE}, WEFT_E_TLS, WEFT_LOSS_NONE, 0, true},
        {{.certificate = "expired"}, WEFT_E_CERTIFICATE, WEFT_LOSS_NONE, 0, true},
        {{.protocol = "h2"}, WEFT_E_TLS, WEFT_LOSS_TLS_ALERT, 0, true},
        {{.manner = TLS_ANSWERS}, WEFT_OK, WEFT_LOSS_NONE, 0, false},
    };
    const weft_tls_options trusting = {.ca_file = tls_file("ca.pem")};
    weft_client_options options = once;

    options.tls = &trusting;
    for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
        tls_server *server = tls_server_start(&losses[i].server);
        heard it;

        CHECK(server);
        CHECK(ask(&it, tls_server_url(server, "localhost"), (fault_script){NULL, 0}, false, &options));
        tls_server_stop(server);
        if (it.code != losses[i].code || it.loss != losses[i].loss)
            test_fail(__FILE__, __LINE__, "row %zu: %s", i, it.message);
        CHECK_EQ(it.system_error, losses[i].system_error);
        CHECK_EQ(it.tls_error != 0, losses[i].has_tls_error);
    }
}

TEST(every_loss_has_its_name)
{
    CHECK_STR(weft_loss_name(WEFT_LOSS_NONE), "none");
    CHECK_STR(weft_loss_name(WEFT_LOSS_ENDED), "ended");
    CHECK_STR(weft_loss_name(WEFT_LOSS_RESET), "reset");
    CHECK_STR(weft_loss_name(WEFT_LOSS_TLS_TRUNCATED), "tls_truncated");
    CHECK_STR(weft_loss_name(WEFT_LOSS_TLS_ALERT), "tls_alert");
    CHECK_STR(weft_loss_name(WEFT_LOSS_TLS_BROKEN), "tls_broken");
    CHECK_STR(weft_loss_name((weft_loss)99), "none");
}

/* ---- the server's own words ------------------------------------------------------------------------------------ */

#define SAYS(status, type, body) "HTTP/1.1 " status "\r\nContent-Type: " type "\r\nConnection: close\r\n\r\n" body

typedef void ask_fn(weft_engine *engine, const char *url, heard *it);

static void on_run(weft_call *call, const weft_error *error, const weft_stromboli_run_response *run, void *arg)
{
    (void)call, (void)run;
    keep_error(arg, error);
}

static void on_secret(weft_call *call, const weft_error *error, const weft_stromboli_secret_change *secret, void *arg)
{
    (void)call, (void)secret;
    keep_error(arg, error);
}

static weft_client_options at(const char *url)
{
    weft_client_options options = once;

    options.base_url = url;
    options.token = "hush-hush";
    return options;
}

static void any(weft_engine *engine, const char *url, heard *it)
{
    weft_client_options options = at(url);

    weft_http_send(weft_http_client(engine, &options, NULL), &(weft_http_request){.method = "GET", .path = "/x"}, NULL,
                   on_http, it);
}

/* Services read the answer to any request as those to their own. */
static void ask_of(weft_client *client, heard *it)
{
    weft_http_send(client, &(weft_http_request){.method = "GET", .path = "/x"}, NULL, on_http, it);
}

static void skillbox(weft_engine *engine, const char *url, heard *it)
{
    weft_client_options options = at(url);

    ask_of(weft_skillbox_client(engine, &options, NULL), it);
}

static void agentserver(weft_engine *engine, const char *url, heard *it)
{
    weft_client_options options = at(url);

    options.token = NULL;
    ask_of(weft_agentserver_client(engine, &options, NULL), it);
}

static void handinger(weft_engine *engine, const char *url, heard *it)
{
    weft_client_options options = at(url);

    ask_of(weft_handinger_client(engine, &options, NULL), it);
}

static void any_stream(weft_engine *engine, const char *url, heard *it)
{
    weft_client_options options = at(url);

    weft_http_stream(weft_http_client(engine, &options, NULL), &(weft_http_request){.method = "GET", .path = "/x"},
                     &(weft_http_stream_options){.error_event = "error"}, NULL,
                     &(weft_stream_callbacks){.on_end = on_stream_end}, it);
}

static void stromboli(weft_engine *engine, const char *url, heard *it)
{
    weft_client_options options = at(url);

    weft_stromboli_run(weft_stromboli_client(engine, &options, NULL), &(weft_stromboli_run_request){.prompt = "p"},
                       NULL, on_run, it);
}

static void stromboli_stream(weft_engine *engine, const char *url, heard *it)
{
    weft_client_options options = at(url);

    weft_stromboli_stream(weft_stromboli_client(engine, &options, NULL),
                          &(weft_stromboli_stream_request){.prompt = "p"}, NULL,
                          &(weft_stream_callbacks){.on_end = on_stream_end}, it);
}

static void stromboli_secret(weft_engine *engine, const char *url, heard *it)
{
    weft_client_options options = at(url);

    weft_stromboli_create_secret(weft_stromboli_client(engine, &options, NULL),
                                 &(weft_stromboli_create_secret_request){.name = "n", .value = "v"}, NULL, on_secret,
                                 it);
}

TEST(servers_own_words_stand_apart_from_the_sentence)
{
    static const struct answer {
        ask_fn *ask;
        const char *answer;
        const char *said;
        const char *code;
        const char *in_message;
    } answers[] = {
        {any, SAYS("400 Bad Request", "application/json", "{\"error\":{\"message\":\"No such model\",\"code\":\"m\"}}"),
         "No such model", "m", ": 400 Bad Request: No such model"},
        {any, SAYS("500 Oops", "text/plain", "it  broke\n"), "it  broke", "-", "it  broke"},
        {any, SAYS("404 Not Found", "text/plain", ""), "-", "-", ": 404 Not Found"},
        {any, SAYS("400 Bad Request", "text/plain", "no hush-hush for you"), "no *** for you", "-", "no *** for you"},
        {any, SAYS("400 Bad Request", "text/plain", "a\r\nb\x1b[31m"), "a  b [31m", "-", "a  b [31m"},
        {any_stream, SAYS("200 OK", "text/event-stream", "event: error\ndata: {\"message\":\"Overloaded\"}\n\n"),
         "Overloaded", "-", ": Overloaded"},
        {any_stream, SAYS("200 OK", "text/event-stream", "event: error\ndata\n\n"), "-", "-",
         "the service reported an error"},
        {any_stream, SAYS("200 OK", "application/json", "{\"error\":{\"message\":\"no\"}}"), "no", "-", ": no"},
        {skillbox, SAYS("400 Bad Request", "application/json", "{\"error\":\"bad_request\",\"message\":\"no skill\"}"),
         "no skill", "bad_request", "no skill"},
        {skillbox, SAYS("400 Bad Request", "text/plain", "a proxy"), "a proxy", "-", "a proxy"},
        {agentserver, SAYS("404 Not Found", "text/plain", "workspace not found\n"), "workspace not found", "-",
         "workspace not found"},
        {agentserver,
         SAYS("403 Forbidden", "application/json", "{\"error\":\"quota_exceeded\",\"message\":\"too many\"}"),
         "too many", "quota_exceeded", "too many"},
        {agentserver, SAYS("405 Method Not Allowed", "text/plain", ""), "-", "-", "the server lacks this feature"},
        {handinger, SAYS("400 Bad Request", "application/json", "{\"error\":{\"message\":\"no input\"}}"), "no input",
         "-", "no input"},
        {stromboli, SAYS("500 Oops", "application/json", "{\"error\":\"execution failed: x\"}"), "execution failed: x",
         "-", "execution failed: x"},
        {stromboli, SAYS("401 Unauthorized", "text/plain", ""), "-", "-", "invalid credentials"},
        {stromboli_stream, SAYS("400 Bad Request", "application/json", "{\"error\":\"bad prompt\"}"), "bad prompt", "-",
         "stream request failed: bad prompt"},
        {stromboli_stream, SAYS("200 OK", "text/event-stream", "event: error\ndata: it fell over\n\n"), "it fell over",
         "-", "it fell over"},
        {stromboli_stream,
         SAYS("200 OK", "text/event-stream",
              "event: done\ndata: {\"status\":\"crashed\",\"crash_info\":{\"reason\":\"killed\"}}\n\n"),
         "killed", "crashed", "the run ended as \"crashed\": killed"},
        {stromboli_secret, SAYS("201 Created", "application/json", "{\"success\":false,\"error\":\"podman says no\"}"),
         "podman says no", "-", "podman says no"},
        {stromboli_secret, SAYS("201 Created", "application/json", "{\"success\":false}"), "-", "-", "cannot "},
    };

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        const script_step steps[] = {EXPECT(" HTTP/1.1\r\n"), SEND_DATA(answers[i].answer, strlen(answers[i].answer)),
                                     CLOSE()};
        client_rig rig;
        heard it = {.count = 0};

        CHECK(rig_open(&rig, NULL, NULL));
        fault_server_play(rig.server, SCRIPT(steps), 1);
        answers[i].ask(rig.engine, fault_server_url(rig.server), &it);
        CHECK(rig_run(&rig));
        CHECK_EQ(it.count, 1);
        if (strcmp(it.server_message, answers[i].said) != 0)
            test_fail(__FILE__, __LINE__, "row %zu: %s", i, it.message);
        CHECK_STR(it.server_message, answers[i].said);
        CHECK_STR(it.server_code, answers[i].code);
        CHECK_CONTAINS(it.message, answers[i].in_message);
        CHECK(rig_end(&rig));
    }
}

/* ---- why a wait saw nothing ------------------------------------------------------------------------------------ */

static void on_job(weft_call *call, const weft_error *error, const weft_stromboli_job *job, void *arg)
{
    (void)call, (void)job;
    keep_error(arg, error);
}

static bool wait_for_job(heard *it, fault_script script)
{
    client_rig rig;

    memset(it, 0, sizeof(*it));
    if (!rig_open(&rig, NULL, &once))
        return false;
    fault_server_play(rig.server, script, 0);
    weft_stromboli_wait_job(rig.client, "j",
                            &(weft_wait_options){.first_interval_ms = 1, .max_interval_ms = 2, .timeout_ms = 100}, NULL,
                            NULL, on_job, it);
    return rig_run(&rig) && it->count == 1 && rig_end(&rig);
}

TEST(wait_that_ends_says_why_its_last_look_failed)
{
    static const script_step lost[] = {EXPECT("GET /jobs/j"), CLOSE()};
    static const script_step refused[] = {
        EXPECT("GET /jobs/j"), SEND("HTTP/1.1 503 Busy\r\nContent-Length: 21\r\n\r\n{\"error\":\"try later\"}"),
        REPEAT()};
    static const script_step pending[] = {
        EXPECT("GET /jobs/j"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 29\r\n\r\n{\"id\":\"j\",\"status\":\"pending\"} "), REPEAT()};
    heard it;

    CHECK(wait_for_job(&it, SCRIPT(lost)));
    CHECK_EQ(it.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK_EQ(it.loss, WEFT_LOSS_NONE);
    CHECK_EQ(it.cause_code, WEFT_E_CONNECTION_LOST);
    CHECK_EQ(it.cause_loss, WEFT_LOSS_ENDED);
    CHECK_CONTAINS(it.message, it.cause_message);
    CHECK(wait_for_job(&it, SCRIPT(refused)));
    CHECK_EQ(it.cause_code, WEFT_E_UNAVAILABLE);
    CHECK_STR(it.cause_said, "try later");
    CHECK(wait_for_job(&it, SCRIPT(pending)));
    CHECK_EQ(it.code, WEFT_E_TIMEOUT_TOTAL);
    CHECK_EQ(it.cause_code, WEFT_OK);
}
