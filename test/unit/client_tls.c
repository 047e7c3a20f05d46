/* https as a user of the library meets it: what is accepted, what is refused, and how that is said. */
#include "client_rig.h"
#include "test.h"
#include "tls_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/version.h>

/* One client, of ca.pem's servers, and what its calls come to. */
typedef struct fixture {
    client_rig rig;
    tls_server *server;
    weft_client *client;
    call_outcome outcome;
    unsigned warnings;
    char warning[512];
} fixture;

static void note_log(weft_log_level level, const char *line, void *arg)
{
    fixture *fx = arg;

    if (level > WEFT_LOG_LEVEL_WARN)
        return;
    fx->warnings++;
    snprintf(fx->warning, sizeof(fx->warning), "%s", line);
}

static bool fixture_open(fixture *fx, const tls_server_options *options)
{
    memset(fx, 0, sizeof(*fx));
    fx->server = tls_server_start(options);
    return fx->server && rig_open(&fx->rig, &(weft_engine_options){.log = note_log, .log_arg = fx}, NULL);
}

/* Secured by `tls`, or by ca.pem alone. */
static bool fixture_client(fixture *fx, const char *host, const weft_tls_options *tls)
{
    weft_tls_options trusting = {.ca_file = tls_file("ca.pem")};

    fx->client = rig_client(&fx->rig, &(weft_client_options){
                                          .base_url = tls_server_url(fx->server, host),
                                          .retries.max_retries = WEFT_NO_RETRIES,
                                          .tls = tls ? tls : &trusting,
                                      });
    return fx->client != NULL;
}

static bool fixture_get(fixture *fx)
{
    memset(&fx->outcome, 0, sizeof(fx->outcome));
    weft_http_send(fx->client, &(weft_http_request){.method = "GET", .path = "/"}, NULL, on_http_outcome, &fx->outcome);
    return rig_run(&fx->rig);
}

static bool fixture_end(fixture *fx)
{
    bool clean = rig_end(&fx->rig);

    tls_server_stop(fx->server);
    return clean;
}

/* One request to a server with that certificate. */
static bool ask(fixture *fx, const char *certificate, const char *host)
{
    return fixture_open(fx, &(tls_server_options){.certificate = certificate}) && fixture_client(fx, host, NULL) &&
           fixture_get(fx);
}

TEST(https_request_is_answered)
{
    fixture fx;

    CHECK(ask(&fx, NULL, "localhost"));
    CHECK_STR(fx.outcome.message, "");
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.outcome.status, 200);
    CHECK_EQ(rig_stats(&fx.rig).tls_handshakes_full, 1);
    CHECK_CONTAINS(fx.outcome.details.tls_version, "TLS 1.");
    CHECK(!fx.outcome.details.tls_resumed);
    CHECK(fx.outcome.details.times.dialled_ns > 0);
    CHECK(fx.outcome.details.times.dialled_ns < fx.outcome.details.times.connected_ns);
    CHECK_STR(tls_server_last_name(fx.server), "localhost");
    CHECK(fixture_end(&fx));
}

/* ---- names and certificates ----------------------------------------------------------------------------------- */

static void expect_refusal(const char *certificate, const char *host, const char *reason)
{
    fixture fx;

    CHECK(ask(&fx, certificate, host));
    CHECK_EQ(fx.outcome.code, WEFT_E_CERTIFICATE);
    CHECK_CONTAINS(fx.outcome.message, reason);
    CHECK_EQ(fx.outcome.count, 1);
    CHECK_EQ(tls_server_requests(fx.server), 0);
    CHECK(fixture_end(&fx));
}

static void expect_answer(const char *certificate, const char *host)
{
    fixture fx;

    CHECK(ask(&fx, certificate, host));
    CHECK_STR(fx.outcome.message, "");
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
}

TEST(address_that_the_certificate_names_is_accepted_and_not_asked_for_by_name)
{
    fixture fx;

    CHECK(ask(&fx, NULL, "127.0.0.1"));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(tls_server_last_name(fx.server), "");
    CHECK(fixture_end(&fx));
}

TEST(address_that_only_a_dns_entry_spells_is_refused)
{
    expect_refusal("other", "127.0.0.1",
                   "not for 127.0.0.1 but for other.example, www.other.example, 127.0.0.1, 10.0.0.1");
}

TEST(address_is_not_matched_by_a_common_name)
{
    expect_refusal("nameless", "127.0.0.1", "not for 127.0.0.1 but for no host at all");
}

TEST(name_in_the_common_name_does_not_count)
{
    expect_refusal(
        "nameless", "localhost",
        "not for localhost but for no host at all (it has no subjectAltName; its common name does not count)");
}

TEST(wrong_name_is_refused_and_the_message_lists_the_right_ones)
{
    expect_refusal("other", "localhost", "not for localhost but for other.example, www.other.example");
}

TEST(expired_certificate_is_refused_with_its_date)
{
    expect_refusal("expired", "localhost", "the server's certificate expired on 2021-02-03");
}

TEST(certificate_of_the_future_is_refused_with_its_date)
{
    expect_refusal("future", "localhost", "is not valid before 2040-05-06");
}

TEST(certificate_signed_by_itself_is_refused)
{
    expect_refusal("selfsigned", "localhost", "is signed by itself, and not among the trusted ones");
}

TEST(unknown_issuer_is_refused_by_name)
{
    expect_refusal("unknown", "localhost", "was issued by \"Unknown Root\", which is not trusted here");
}

TEST(short_rsa_key_is_refused)
{
    expect_refusal("weak", "localhost", "a key of a kind or size that is not accepted any more");
}

TEST(rsa_certificate_is_accepted)
{
    expect_answer("rsa", "localhost");
}

/* ---- options -------------------------------------------------------------------------------------------------- */

/* One request with those options to a server with that certificate. */
static void expect(const char *certificate, const weft_tls_options *tls, weft_code code, const char *reason)
{
    fixture fx;

    CHECK(fixture_open(&fx, &(tls_server_options){.certificate = certificate}));
    CHECK(fixture_client(&fx, "localhost", tls));
    CHECK(fixture_get(&fx));
    CHECK_CONTAINS(fx.outcome.message, reason);
    CHECK_EQ(fx.outcome.code, code);
    CHECK(fixture_end(&fx));
}

/* The client is not even made. */
static void expect_no_client(const weft_tls_options *tls, weft_code code, const char *reason)
{
    weft_error_info error = {0};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    CHECK(!weft_stromboli_client(rig.engine, &(weft_client_options){.base_url = "https://localhost", .tls = tls},
                                 &error));
    CHECK_CONTAINS(error.message, reason);
    CHECK_EQ(error.code, code);
    CHECK(rig_end(&rig));
}

TEST(trusted_certificates_may_be_text)
{
    expect(NULL, &(weft_tls_options){.ca_pem = tls_file_text("ca.pem")}, WEFT_OK, "");
}

TEST(trusted_certificate_that_is_missing_or_none_is_told_by_name)
{
    expect_no_client(&(weft_tls_options){.ca_file = "/no/such/file"}, WEFT_E_FILE,
                     "tls.ca_file: cannot read /no/such/file: No such file or directory");
    expect_no_client(&(weft_tls_options){.ca_pem = "nonsense"}, WEFT_E_INVALID, "tls.ca_pem: no certificate in PEM");
    expect_no_client(&(weft_tls_options){.ca_file = tls_file("good.key")}, WEFT_E_INVALID, "no certificate in PEM");
}

TEST(server_name_takes_the_place_of_the_host)
{
    fixture fx;

    CHECK(fixture_open(&fx, &(tls_server_options){.certificate = "other"}));
    CHECK(fixture_client(&fx, "127.0.0.1",
                         &(weft_tls_options){.ca_file = tls_file("ca.pem"), .server_name = "other.example"}));
    CHECK(fixture_get(&fx));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(tls_server_last_name(fx.server), "other.example");
    CHECK(fixture_end(&fx));
}

TEST(final_dot_is_no_part_of_a_name_in_a_certificate)
{
    fixture fx;

    CHECK(fixture_open(&fx, NULL));
    CHECK(fixture_client(&fx, "127.0.0.1",
                         &(weft_tls_options){.ca_file = tls_file("ca.pem"), .server_name = "localhost."}));
    CHECK(fixture_get(&fx));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(tls_server_last_name(fx.server), "localhost");
    CHECK(fixture_end(&fx));
}

TEST(server_name_that_is_none_is_refused)
{
    expect_no_client(&(weft_tls_options){.server_name = "a b"}, WEFT_E_INVALID, "tls.server_name");
    expect_no_client(&(weft_tls_options){.server_name = "a\r\nb"}, WEFT_E_INVALID, "tls.server_name");
}

TEST(verification_can_be_turned_off_and_that_is_logged)
{
    fixture fx;

    CHECK(fixture_open(&fx, &(tls_server_options){.certificate = "selfsigned"}));
    CHECK(fixture_client(&fx, "127.0.0.1", &(weft_tls_options){.insecure_skip_verify_of_server_certificates = true}));
    CHECK_EQ(fx.warnings, 1);
    CHECK_CONTAINS(fx.warning, "server certificates are NOT verified");
    CHECK(fixture_get(&fx));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_end(&fx));
}

static void expect_pin(const char *certificate, const char *pin, bool insecure, weft_code code, const char *reason)
{
    expect(certificate,
           &(weft_tls_options){
               .ca_file = insecure ? NULL : tls_file("ca.pem"),
               .pins = &pin,
               .pins_count = 1,
               .insecure_skip_verify_of_server_certificates = insecure,
           },
           code, reason);
}

TEST(pinned_key_is_accepted_in_base64_and_hex)
{
    char pin[80];

    expect_pin(NULL, tls_file_text("good.pin"), false, WEFT_OK, "");
    expect_pin(NULL, tls_file_text("good.hexpin"), false, WEFT_OK, "");
    snprintf(pin, sizeof(pin), "sha256//%s", tls_file_text("good.pin"));
    expect_pin(NULL, pin, false, WEFT_OK, "");
}

TEST(key_that_is_not_pinned_is_refused_and_shown)
{
    char reason[128];

    snprintf(reason, sizeof(reason), "the server's key, sha256/%s, is not one of the pinned ones",
             tls_file_text("good.pin"));
    expect_pin(NULL, tls_file_text("other.pin"), false, WEFT_E_CERTIFICATE, reason);
}

TEST(pins_hold_without_verification_and_do_not_replace_it)
{
    expect_pin(NULL, tls_file_text("other.pin"), true, WEFT_E_CERTIFICATE, "is not one of the pinned ones");
    expect_pin(NULL, tls_file_text("good.pin"), true, WEFT_OK, "");
    expect_pin("other", tls_file_text("other.pin"), false, WEFT_E_CERTIFICATE, "not for localhost");
}

TEST(pin_that_is_none_is_refused)
{
    static const char *const pins[] = {"c2hvcnQ=", NULL};

    expect_no_client(&(weft_tls_options){.pins = pins, .pins_count = 2}, WEFT_E_INVALID,
                     "tls.pins[0] is not a SHA-256");
}

TEST(version_that_this_build_lacks_is_refused)
{
    weft_error_info error = {0};
    client_rig rig;
    weft_client *client;

    CHECK(rig_open(&rig, NULL, NULL));
    client = weft_stromboli_client(
        rig.engine,
        &(weft_client_options){
            .base_url = "https://localhost",
            .tls = &(weft_tls_options){.ca_file = tls_file("ca.pem"), .min_version = WEFT_TLS_VERSION_1_3},
        },
        &error);
    if (!client) {
        CHECK_EQ(error.code, WEFT_E_UNSUPPORTED);
        CHECK_CONTAINS(error.message, "no TLS 1.3");
    }
    CHECK(rig_end(&rig));
}

/* ---- client certificates -------------------------------------------------------------------------------------- */

static void show_identity(const weft_tls_options *tls, weft_code code, const char *reason)
{
    fixture fx;

    CHECK(fixture_open(&fx, &(tls_server_options){.wants_client = true}));
    CHECK(fixture_client(&fx, "localhost", tls));
    CHECK(fixture_get(&fx));
    CHECK_CONTAINS(fx.outcome.message, reason);
    CHECK_EQ(fx.outcome.code, code);
    if (code == WEFT_OK)
        CHECK_STR(tls_server_last_client(fx.server), "CN=a client");
    CHECK(fixture_end(&fx));
}

TEST(client_certificate_is_shown)
{
    show_identity(&(weft_tls_options){.ca_file = tls_file("ca.pem"),
                                      .cert_file = tls_file("client.pem"),
                                      .key_file = tls_file("client.key")},
                  WEFT_OK, "");
    show_identity(
        &(weft_tls_options){
            .ca_file = tls_file("ca.pem"),
            .cert_pem = tls_file_text("client.pem"),
            .key_pem = tls_file_text("client.key"),
        },
        WEFT_OK, "");
}

TEST(client_certificate_that_is_missing_is_told)
{
    show_identity(&(weft_tls_options){.ca_file = tls_file("ca.pem")}, WEFT_E_TLS, "a certificate of the client");
}

TEST(encrypted_keys_are_opened)
{
    static const char *const keys[] = {"client-traditional.key", "client-pkcs8.key"};

    for (size_t i = 0; i < 2; i++)
        show_identity(
            &(weft_tls_options){
                .ca_file = tls_file("ca.pem"),
                .cert_file = tls_file("client.pem"),
                .key_file = tls_file(keys[i]),
                .key_password = "sesame",
            },
            WEFT_OK, "");
}

static void expect_no_identity(const char *key, const char *password, weft_code code, const char *reason)
{
    expect_no_client(
        &(weft_tls_options){
            .ca_file = tls_file("ca.pem"),
            .cert_file = tls_file("client.pem"),
            .key_file = key ? tls_file(key) : NULL,
            .key_password = password,
        },
        code, reason);
}

TEST(key_that_does_not_open_or_fit_is_refused)
{
    expect_no_identity("client-traditional.key", "wrong", WEFT_E_INVALID, "tls.key_password does not open the key");
    expect_no_identity("client-pkcs8.key", "wrong", WEFT_E_INVALID, "tls.key_password does not open the key");
    expect_no_identity("client-traditional.key", NULL, WEFT_E_INVALID, "the key is encrypted; give tls.key_password");
    expect_no_identity("good.key", NULL, WEFT_E_INVALID, "the client's key is not that of its certificate");
    expect_no_identity("ca.pem", NULL, WEFT_E_INVALID, "no private key in PEM");
    expect_no_identity("no-such.key", NULL, WEFT_E_FILE, "tls.key_file: cannot read");
    expect_no_identity(NULL, NULL, WEFT_E_INVALID, "a client certificate needs its key");
}

/* One in 512 opens it to something that begins like a key. */
TEST(every_wrong_password_is_told_as_what_it_may_be)
{
    char password[16];

    for (int i = 0; i < 1000; i++) {
        snprintf(password, sizeof(password), "wrong-%d", i);
        expect_no_identity("client-traditional.key", password, WEFT_E_INVALID,
                           "tls.key_password does not open the key");
    }
}

/* ---- the system's certificates -------------------------------------------------------------------------------- */

TEST(clients_without_options_trust_the_system_and_share_connections)
{
    fixture fx;
    weft_client *second;
    call_outcome outcome = {0};
    weft_tls_options nothing = {.ca_file = NULL};

    CHECK(fixture_open(&fx, NULL));
    setenv("SSL_CERT_FILE", tls_file("ca.pem"), 1);
    fx.client = rig_client(&fx.rig, &(weft_client_options){.base_url = tls_server_url(fx.server, "localhost")});
    second = rig_client(&fx.rig,
                        &(weft_client_options){.base_url = tls_server_url(fx.server, "localhost"), .tls = &nothing});
    unsetenv("SSL_CERT_FILE");
    CHECK(fx.client && second);
    CHECK(fixture_get(&fx));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    weft_http_send(second, &(weft_http_request){.method = "GET", .path = "/"}, NULL, on_http_outcome, &outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(outcome.code, WEFT_OK);
    CHECK(outcome.details.reused_connection);
    CHECK_EQ(tls_server_connections(fx.server), 1);
    CHECK(fixture_end(&fx));
}

TEST(clients_with_options_of_their_own_share_nothing)
{
    fixture fx;

    CHECK(ask(&fx, NULL, "localhost"));
    CHECK(fixture_client(&fx, "localhost", NULL));
    CHECK(fixture_get(&fx));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(!fx.outcome.details.reused_connection);
    CHECK_EQ(rig_stats(&fx.rig).tls_handshakes_full, 2);
    CHECK(fixture_end(&fx));
}

TEST(missing_system_certificates_are_an_error_that_names_the_place)
{
    setenv("SSL_CERT_FILE", "/no/such/bundle.pem", 1);
    expect_no_client(NULL, WEFT_E_FILE, "/no/such/bundle.pem");
    unsetenv("SSL_CERT_FILE");
}

/* ---- versions and protocols ----------------------------------------------------------------------------------- */

static void expect_server(const tls_server_options *options, weft_code code, const char *reason)
{
    fixture fx;

    CHECK(fixture_open(&fx, options));
    CHECK(fixture_client(&fx, "localhost", NULL));
    CHECK(fixture_get(&fx));
    CHECK_CONTAINS(fx.outcome.message, reason);
    CHECK_EQ(fx.outcome.code, code);
    CHECK_EQ(fx.outcome.count, 1);
    CHECK(fixture_end(&fx));
}

TEST(server_that_speaks_another_protocol_is_refused)
{
    expect_server(&(tls_server_options){.protocol = "h2"}, WEFT_E_TLS, "does not speak HTTP/1.1 there");
}

TEST(server_without_tls_is_recognised)
{
    expect_server(&(tls_server_options){.manner = TLS_IS_PLAIN}, WEFT_E_TLS,
                  "is its URL http:// rather than https://?");
}

TEST(reset_in_the_handshake_is_a_lost_connection)
{
    expect_server(&(tls_server_options){.manner = TLS_RESETS_HANDSHAKE}, WEFT_E_CONNECTION_LOST,
                  "during the TLS handshake");
}

TEST(end_in_the_handshake_is_a_lost_connection)
{
    expect_server(&(tls_server_options){.manner = TLS_ENDS_HANDSHAKE}, WEFT_E_CONNECTION_LOST,
                  "connection lost during the TLS handshake: the server closed the connection");
}

/* ---- ends ----------------------------------------------------------------------------------------------------- */

TEST(end_with_goodbye_ends_a_body_without_length)
{
    expect_server(&(tls_server_options){.manner = TLS_ENDS_ANSWER}, WEFT_OK, "");
}

TEST(end_without_goodbye_is_truncation_of_a_body_without_length)
{
    expect_server(&(tls_server_options){.manner = TLS_CUTS_ANSWER}, WEFT_E_CONNECTION_LOST,
                  "without the server's goodbye");
}

TEST(end_without_goodbye_is_fine_once_the_length_is_there)
{
    expect_server(&(tls_server_options){.manner = TLS_CUTS_SIZED_ANSWER}, WEFT_OK, "");
}

TEST(end_before_the_length_is_there_is_truncation)
{
    expect_server(&(tls_server_options){.manner = TLS_CUTS_SHORT_ANSWER}, WEFT_E_CONNECTION_LOST,
                  "without the server's goodbye");
}

TEST(forged_record_breaks_the_connection)
{
    expect_server(&(tls_server_options){.manner = TLS_BREAKS_RECORD}, WEFT_E_TLS, "encrypted connection");
}

static bool has_goodbye(void *arg)
{
    return tls_server_goodbyes(arg) == 1;
}

TEST(connections_are_closed_with_a_goodbye)
{
    fixture fx;

    CHECK(ask(&fx, NULL, "localhost"));
    weft_engine_close(fx.rig.engine, rig_engine_closed, &fx.rig);
    CHECK(test_loop_run_until(&fx.rig.loop, has_goodbye, fx.server, "a goodbye"));
    CHECK(fixture_end(&fx));
}

/* ---- bytes ---------------------------------------------------------------------------------------------------- */

TEST(server_that_sends_byte_by_byte_is_understood)
{
    expect_server(&(tls_server_options){.dribbles = true, .body_bytes = 3000}, WEFT_OK, "");
}

TEST(large_answer_comes_whole)
{
    fixture fx;

    CHECK(fixture_open(&fx, &(tls_server_options){.body_bytes = 3000001}));
    CHECK(fixture_client(&fx, "localhost", NULL));
    CHECK(fixture_get(&fx));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.outcome.body_len, 3000001);
    CHECK(fixture_end(&fx));
}

TEST(large_request_waits_for_the_socket)
{
    enum { SIZE = 12 * 1024 * 1024 };
    fixture fx;
    char *bytes = calloc(1, SIZE);

    CHECK(bytes);
    CHECK(fixture_open(&fx, NULL));
    CHECK(fixture_client(&fx, "localhost", NULL));
    weft_http_send(fx.client,
                   &(weft_http_request){.method = "PUT", .path = "/", .body = {.bytes = bytes, .bytes_len = SIZE}},
                   NULL, on_http_outcome, &fx.outcome);
    free(bytes);
    CHECK(rig_run(&fx.rig));
    CHECK_STR(fx.outcome.message, "");
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(rig_stats(&fx.rig).bytes_sent > SIZE);
    CHECK_EQ(tls_server_requests(fx.server), 1);
    CHECK(fixture_end(&fx));
}

static void resume_call(void *arg)
{
    weft_call_resume(arg);
}

typedef struct slow_reader {
    fixture fx;
    size_t got, pauses;
} slow_reader;

static void read_and_pause(weft_call *call, const void *bytes, size_t len, void *arg)
{
    slow_reader *reader = arg;

    (void)bytes;
    reader->got += len;
    if (reader->got / 100000 == reader->pauses)
        return;
    reader->pauses = reader->got / 100000;
    weft_call_pause(call);
    rig_later(&reader->fx.rig, 0, resume_call, call);
}

static void on_read(weft_call *call, const weft_error *error, const weft_http_response *result, void *arg)
{
    slow_reader *reader = arg;

    (void)result;
    (void)call;
    reader->fx.outcome.code = error ? error->code : WEFT_OK;
    reader->fx.outcome.count++;
}

TEST(paused_answer_goes_on_with_what_was_decrypted_already)
{
    slow_reader reader = {0};

    CHECK(fixture_open(&reader.fx, &(tls_server_options){.body_bytes = 1000000}));
    CHECK(fixture_client(&reader.fx, "localhost", NULL));
    weft_http_send(reader.fx.client, &(weft_http_request){.method = "GET", .path = "/", .on_data = read_and_pause},
                   NULL, on_read, &reader);
    CHECK(rig_run(&reader.fx.rig));
    CHECK_EQ(reader.fx.outcome.code, WEFT_OK);
    CHECK_EQ(reader.got, 1000000);
    CHECK(reader.pauses > 5);
    CHECK(fixture_end(&reader.fx));
}

/* ---- interruptions -------------------------------------------------------------------------------------------- */

TEST(connect_deadline_covers_the_handshake)
{
    fixture fx;

    CHECK(fixture_open(&fx, &(tls_server_options){.manner = TLS_HOLDS_HANDSHAKE}));
    CHECK(fixture_client(&fx, "localhost", NULL));
    weft_http_send(fx.client, &(weft_http_request){.method = "GET", .path = "/"},
                   &(weft_call_options){.timeouts.connect_ms = 50}, on_http_outcome, &fx.outcome);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_E_TIMEOUT_CONNECT);
    CHECK(fixture_end(&fx));
}

static bool is_accepted(void *arg)
{
    return tls_server_connections(arg) == 1;
}

/* A call whose handshake hangs. */
static weft_call *hang(fixture *fx)
{
    weft_call *call;

    if (!fixture_open(fx, &(tls_server_options){.manner = TLS_HOLDS_HANDSHAKE}) ||
        !fixture_client(fx, "localhost", NULL))
        return NULL;
    call = weft_http_send(fx->client, &(weft_http_request){.method = "GET", .path = "/"}, NULL, on_http_outcome,
                          &fx->outcome);
    if (!test_loop_run_until(&fx->rig.loop, is_accepted, fx->server, "a connection"))
        return NULL;
    test_loop_turns(&fx->rig.loop, 3);
    return call;
}

TEST(call_is_cancelled_in_the_middle_of_a_handshake)
{
    fixture fx;
    weft_call *call = hang(&fx);

    CHECK(call);
    weft_call_cancel(call);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_E_CANCELLED);
    CHECK(fixture_end(&fx));
}

TEST(engine_is_closed_in_the_middle_of_a_handshake)
{
    fixture fx;

    CHECK(hang(&fx));
    weft_engine_close(fx.rig.engine, rig_engine_closed, &fx.rig);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_E_CLOSED);
    CHECK(fixture_end(&fx));
}

TEST(lack_of_memory_anywhere_is_an_error)
{
    unsigned long base = 0;
    unsigned failures = 0;

    for (unsigned long nth = 0; nth < 80; nth++) {
        fixture fx;
        weft_error_info error = {0};

        CHECK(fixture_open(&fx, &(tls_server_options){.body_bytes = 100000}));
        base = fx.rig.memory.count;
        fx.rig.memory.fail_at = nth ? base + nth : 0;
        fx.client = weft_stromboli_client(fx.rig.engine,
                                          &(weft_client_options){
                                              .base_url = tls_server_url(fx.server, "localhost"),
                                              .retries.max_retries = WEFT_NO_RETRIES,
                                              .tls = &(weft_tls_options){.ca_file = tls_file("ca.pem")},
                                          },
                                          &error);
        CHECK(fx.client || error.code == WEFT_E_NO_MEMORY);
        if (fx.client && weft_http_send(fx.client, &(weft_http_request){.method = "GET", .path = "/"}, NULL,
                                        on_http_outcome, &fx.outcome)) {
            CHECK(rig_run(&fx.rig));
            CHECK_EQ(fx.outcome.count, 1);
            CHECK(fx.outcome.code == WEFT_OK || fx.outcome.code == WEFT_E_NO_MEMORY);
            failures += fx.outcome.code != WEFT_OK;
        }
        fx.rig.memory.fail_at = 0;
        CHECK(fixture_end(&fx));
    }
    CHECK(failures > 5);
}

/* ---- floods: counted, not timed --------------------------------------------------------------------------------- */

static void turn(fixture *fx)
{
    test_loop_turn(&fx->rig.loop);
}

/* Sends a request that is not awaited. */
static weft_call *begin(fixture *fx, const weft_call_options *options)
{
    return weft_http_send(fx->client, &(weft_http_request){.method = "GET", .path = "/"}, options, on_http_outcome,
                          &fx->outcome);
}

/* The deadline is that of the connection: none of the flood belongs to the handshake. */
TEST(flood_in_a_handshake_holds_up_nobody_and_no_deadline)
{
    enum { FLOOD = 40000, BYTES = 7 * FLOOD };
    uint64_t most = 0, before = 0;
    fixture fx;

    CHECK(fixture_open(&fx, &(tls_server_options){.manner = TLS_FLOODS_HANDSHAKE, .flood = FLOOD}));
    CHECK(fixture_client(&fx, "localhost", NULL));
    CHECK(begin(&fx, &(weft_call_options){.timeouts.connect_ms = test_is_slow() ? 20000 : 1000}));
    CHECK_UNTIL(&fx.rig.loop, rig_stats(&fx.rig).bytes_sent > 0);
    CHECK(tls_server_wait_for_flood(fx.server));
    while (fx.outcome.count == 0) {
        before = rig_stats(&fx.rig).bytes_received;
        turn(&fx);
        if (rig_stats(&fx.rig).bytes_received - before > most)
            most = rig_stats(&fx.rig).bytes_received - before;
    }
    CHECK_EQ(fx.outcome.code, WEFT_E_TIMEOUT_CONNECT);
    CHECK_EQ(rig_stats(&fx.rig).bytes_received, BYTES);
    CHECK(most <= BYTES / 2);
    CHECK(fixture_end(&fx));
}

/* How many turns of the loop an answer takes that such a server has sent already. */
static size_t turns_for(fixture *fx, tls_manner manner, size_t flood)
{
    size_t turns = 0;

    if (!fixture_open(fx, &(tls_server_options){.manner = manner, .flood = flood}) ||
        !fixture_client(fx, "localhost", NULL) || !begin(fx, NULL))
        return 0;
    UNTIL_OR(&fx->rig.loop, tls_server_requests(fx->server) > 0, return 0);
    if (!tls_server_wait_for_flood(fx->server))
        return 0;
    for (; fx->outcome.count == 0; turns++)
        turn(fx);
    return turns;
}

TEST(flood_of_warnings_behind_the_handshake_holds_up_nobody)
{
    fixture fx;

    CHECK(turns_for(&fx, TLS_FLOODS_WARNINGS, 6000) > 6000 / 64 / 2);
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_STR(fx.outcome.text, "hello");
    CHECK(fixture_end(&fx));
}

TEST(flood_of_records_of_one_byte_holds_up_nobody)
{
    fixture fx;

    CHECK(turns_for(&fx, TLS_FLOODS_RECORDS, 6000) > 6000 / 64 / 2);
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(fx.outcome.body_len, 6000);
    CHECK(fixture_end(&fx));
}

/* ---- what lies behind an answer ---------------------------------------------------------------------------------- */

static void ask_again(call_outcome *outcome, weft_call *call)
{
    fixture *fx = outcome->arg;

    (void)call;
    if (outcome->count < 3)
        weft_http_send(fx->client, &(weft_http_request){.method = "GET", .path = "/"}, NULL, on_http_outcome, outcome);
}

/* Three calls, each from the callback of the one before, and a fourth when all is quiet. */
static void expect_fresh_connections(tls_manner manner)
{
    fixture fx;

    CHECK(fixture_open(&fx, &(tls_server_options){.manner = manner}));
    CHECK(fixture_client(&fx, "localhost", NULL));
    fx.outcome.then = ask_again;
    fx.outcome.arg = &fx;
    CHECK(begin(&fx, NULL));
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.count, 3);
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK(fixture_get(&fx));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(tls_server_connections(fx.server), 4);
    CHECK(fixture_end(&fx));
}

TEST(connection_with_the_beginning_of_a_record_on_it_is_not_used_again)
{
    expect_fresh_connections(TLS_BEGINS_RECORD);
}

TEST(connection_on_which_the_server_said_goodbye_is_not_used_again)
{
    expect_fresh_connections(TLS_SAYS_GOODBYE);
}

/* ---- bytes that a full socket does not take ---------------------------------------------------------------------- */

/* The socket of this process that is connected to `port` gets as little room as there is for what is sent, which is
 * less than a record: else one that can be written to may take whatever it is given. */
static bool narrow_socket_to(int port)
{
    for (int fd = 3; fd < 1024; fd++) {
        struct sockaddr_in peer;
        socklen_t len = sizeof(peer);

        if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0 && peer.sin_family == AF_INET &&
            ntohs(peer.sin_port) == port)
            return setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &(int){1}, sizeof(int)) == 0;
    }
    return false;
}

TEST(sealed_bytes_that_the_socket_did_not_take_are_sent_when_it_does)
{
    enum { SIZE = 2 * 1024 * 1024 };
    unsigned char *bytes = malloc(SIZE);
    uint64_t sum = 0, sent;
    fixture fx;

    CHECK(bytes);
    for (uint32_t i = 0; i < SIZE; i++) {
        bytes[i] = (unsigned char)(i * 2654435761U >> 24);
        sum += (uint64_t)(i + 1) * bytes[i];
    }
    CHECK(fixture_open(&fx, &(tls_server_options){.manner = TLS_READS_LATER}));
    CHECK(fixture_client(&fx, "localhost", NULL));
    weft_http_send(fx.client,
                   &(weft_http_request){.method = "PUT", .path = "/", .body = {.bytes = bytes, .bytes_len = SIZE}},
                   NULL, on_http_outcome, &fx.outcome);
    free(bytes);
    CHECK_UNTIL(&fx.rig.loop, narrow_socket_to(tls_server_port(fx.server)));
    CHECK_UNTIL(&fx.rig.loop, tls_server_connections(fx.server) > 0 && rig_stats(&fx.rig).bytes_sent >= 16384);
    do {
        sent = rig_stats(&fx.rig).bytes_sent;
        for (int i = 0; i < 100; i++)
            turn(&fx);
    } while (rig_stats(&fx.rig).bytes_sent > sent);
    CHECK(sent < SIZE);
    tls_server_read_on(fx.server);
    CHECK(rig_run(&fx.rig));
    CHECK_EQ(fx.outcome.code, WEFT_OK);
    CHECK_EQ(tls_server_last_sum(fx.server), sum);
    CHECK(fixture_end(&fx));
}

/* ---- servers that are refused, in words -------------------------------------------------------------------------- */

TEST(server_that_speaks_neither_tls_nor_http_is_told_so)
{
    expect_server(&(tls_server_options){.manner = TLS_IS_NONE}, WEFT_E_TLS,
                  "is no TLS; does it speak another protocol");
}

TEST(server_that_splits_its_handshake_is_told_by_what_it_does)
{
#if MBEDTLS_VERSION_NUMBER < 0x021C0A00
    expect_server(&(tls_server_options){.manner = TLS_SPLITS_HANDSHAKE}, WEFT_E_TLS,
                  "this server splits its TLS handshake, which mbedTLS 2.28");
#endif
}

TEST(server_that_shows_no_certificate_is_refused_whether_it_is_verified_or_not)
{
    fixture fx;

    expect_server(&(tls_server_options){.manner = TLS_LACKS_CERTIFICATE}, WEFT_E_TLS, "shows no certificate");
    CHECK(fixture_open(&fx, &(tls_server_options){.manner = TLS_LACKS_CERTIFICATE}));
    CHECK(fixture_client(&fx, "localhost", &(weft_tls_options){.insecure_skip_verify_of_server_certificates = true}));
    CHECK(fixture_get(&fx));
    CHECK_EQ(fx.outcome.code, WEFT_E_TLS);
    CHECK(fixture_end(&fx));
}
