/* Requests through a proxy: forwarded, tunnelled, refused. */
#include "client_rig.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define ANSWER "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nup"

/* Asks for the metrics of `base_url` through the rig's server as proxy, with "user:pass@" when wanted. */
static bool ask_through(client_rig *rig, const char *base_url, const char *userinfo, fault_script script,
                        call_outcome *outcome)
{
    char proxy[128];
    weft_client *client;

    if (!rig_open(rig, NULL, NULL))
        return false;
    fault_server_play(rig->server, script, 1);
    snprintf(proxy, sizeof(proxy), "http://%s127.0.0.1:%u", userinfo, fault_server_port(rig->server));
    client = rig_client(rig, &(weft_client_options){
                                 .base_url = base_url,
                                 .token = "tok-1",
                                 .proxy = proxy,
                                 .retries.max_retries = WEFT_NO_RETRIES,
                                 .tls = strncmp(base_url, "https", 5) == 0
                                            ? &(weft_tls_options){.insecure_skip_verify_of_server_certificates = true}
                                            : NULL,
                             });
    if (!client)
        return false;
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, outcome);
    return rig_run(rig);
}

TEST(http_is_forwarded_by_the_proxy_with_the_whole_url)
{
    static const script_step steps[] = {
        EXPECT("GET http://far.test:8585/base/metrics HTTP/1.1\r\nHost: far.test:8585\r\n"),
        AND_CONTAINS("Authorization: Bearer tok-1\r\n"),
        AND_LACKS("Proxy-Authorization"),
        SEND(ANSWER),
        HOLD(),
    };
    client_rig rig;
    call_outcome outcome = {0};

    CHECK(ask_through(&rig, "http://far.test:8585/base", "", SCRIPT(steps), &outcome));
    CHECK_EQ(outcome.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(proxy_credentials_go_to_the_proxy_that_forwards)
{
    static const script_step steps[] = {
        EXPECT("GET http://far.test/metrics HTTP/1.1\r\n"),
        AND_CONTAINS("Proxy-Authorization: Basic dXNlcjpwQHNz\r\n"),
        SEND(ANSWER),
        HOLD(),
    };
    client_rig rig;
    call_outcome outcome = {0};

    CHECK(ask_through(&rig, "http://far.test", "user:p%40ss@", SCRIPT(steps), &outcome));
    CHECK_EQ(outcome.code, WEFT_OK);
    CHECK(rig_end(&rig));
}

TEST(a_forwarding_proxy_that_wants_credentials_is_an_error_of_its_own)
{
    static const script_step steps[] = {
        EXPECT("GET http://far.test/metrics "),
        SEND("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
        HOLD(),
    };
    client_rig rig;
    call_outcome outcome = {0};

    CHECK(ask_through(&rig, "http://far.test", "", SCRIPT(steps), &outcome));
    CHECK_EQ(outcome.code, WEFT_E_PROXY);
    CHECK_CONTAINS(outcome.message, "GET http://far.test/metrics: 407");
    CHECK(rig_end(&rig));
}

TEST(https_asks_the_proxy_for_a_tunnel_and_keeps_its_secrets_from_it)
{
    static const script_step steps[] = {
        EXPECT_HEAD("CONNECT far.test:443 HTTP/1.1\r\nHost: far.test:443\r\n"
                    "Proxy-Authorization: Basic dXNlcjpwYXNz\r\n\r\n"),
        AND_LACKS("tok-1"),
        SEND("HTTP/1.1 403 Forbidden\r\nContent-Length: 4\r\n\r\nnope"),
        CLOSE(),
    };
    client_rig rig;
    call_outcome outcome = {0};

    CHECK(ask_through(&rig, "https://far.test", "user:pass@", SCRIPT(steps), &outcome));
    CHECK_EQ(outcome.code, WEFT_E_PROXY);
    CHECK_CONTAINS(outcome.message, "does not allow it (403)");
    CHECK(!strstr(outcome.message, "pass"));
    CHECK(rig_end(&rig));
}

TEST(a_tunnel_is_opened_by_any_2xx_and_interim_answers_are_read_past)
{
    static const script_step steps[] = {
        EXPECT("CONNECT [fd00::1]:8443 HTTP/1.1\r\nHost: [fd00::1]:8443\r\n"),
        SEND_BYTEWISE("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n"),
        EXPECT_RAW("\x16\x03"),
        CLOSE(),
    };
    client_rig rig;
    call_outcome outcome = {0};

    CHECK(ask_through(&rig, "https://[fd00::1]:8443", "", SCRIPT(steps), &outcome));
    CHECK_EQ(outcome.code, WEFT_E_CONNECTION_LOST);
    CHECK(rig_end(&rig));
}

TEST(a_proxy_that_does_not_speak_http_is_named)
{
    static const script_step steps[] = {EXPECT("CONNECT "), SEND("SSH-2.0-OpenSSH\r\n"), CLOSE()};
    client_rig rig;
    call_outcome outcome = {0};

    CHECK(ask_through(&rig, "https://far.test", "", SCRIPT(steps), &outcome));
    CHECK_EQ(outcome.code, WEFT_E_PROXY);
    CHECK_CONTAINS(outcome.message, "does not speak HTTP");
    CHECK(rig_end(&rig));
}

TEST(a_proxy_that_hangs_up_is_named)
{
    static const script_step steps[] = {EXPECT("CONNECT "), RESET()};
    client_rig rig;
    call_outcome outcome = {0};

    CHECK(ask_through(&rig, "https://far.test", "", SCRIPT(steps), &outcome));
    CHECK_EQ(outcome.code, WEFT_E_PROXY);
    CHECK_CONTAINS(outcome.message, "broke the connection off");
    CHECK(rig_end(&rig));
}

TEST(a_silent_proxy_meets_the_connect_deadline)
{
    static const script_step steps[] = {EXPECT("CONNECT "), HOLD()};
    client_rig rig;
    call_outcome outcome = {0};
    char proxy[64];
    weft_client *client;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    snprintf(proxy, sizeof(proxy), "127.0.0.1:%u", fault_server_port(rig.server));
    client = rig_client(
        &rig, &(weft_client_options){.base_url = "https://far.test",
                                     .proxy = proxy,
                                     .timeouts.connect_ms = 50,
                                     .retries.max_retries = WEFT_NO_RETRIES,
                                     .tls = &(weft_tls_options){.insecure_skip_verify_of_server_certificates = true}});
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &outcome);
    CHECK(rig_run(&rig));
    CHECK_EQ(outcome.code, WEFT_E_TIMEOUT_CONNECT);
    CHECK(rig_end(&rig));
}

TEST(a_proxy_url_that_is_none_is_refused_without_its_password)
{
    static const char *const wrong[] = {"https://user:hunter2@p:1", "socks5://user:hunter2@p", "http://", "http://a b",
                                        "http://user%00:hunter2@p", "http://user:hunter2%@p"};
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        weft_error_info problem;

        CHECK(!weft_stromboli_client(
            rig.engine, &(weft_client_options){.base_url = "http://far.test", .proxy = wrong[i]}, &problem));
        CHECK_EQ(problem.code, WEFT_E_INVALID);
        CHECK(!strstr(problem.message, "hunter2"));
    }
    CHECK(rig_end(&rig));
}

TEST(a_proxy_s_user_may_be_nobody)
{
    client_rig rig;

    CHECK(rig_open(&rig, NULL, NULL));
    CHECK(rig_client(&rig, &(weft_client_options){.base_url = "http://far.test", .proxy = "http://@p:1"}));
    CHECK(rig_client(&rig, &(weft_client_options){.base_url = "http://far.test", .proxy = "http://:@p:1"}));
    CHECK(rig_end(&rig));
}

TEST(the_environment_s_proxy_is_used_when_asked_to_and_not_for_what_no_proxy_names)
{
    static const script_step steps[] = {
        EXPECT("GET http://far.test/metrics "),
        SEND(ANSWER),
        HOLD(),
    };
    client_rig rig;
    call_outcome through = {0}, past = {0};
    char proxy[64];
    weft_client *client;

    CHECK(rig_open(&rig, NULL, NULL));
    fault_server_play(rig.server, SCRIPT(steps), 1);
    snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", fault_server_port(rig.server));
    unsetenv("http_proxy");
    setenv("HTTP_PROXY", proxy, 1);
    setenv("NO_PROXY", "near.invalid", 1);
    client = rig_client(&rig, &(weft_client_options){.base_url = "http://far.test", .proxy_from_environment = true});
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &through);
    client = rig_client(&rig, &(weft_client_options){.base_url = "http://x.near.invalid",
                                                     .proxy_from_environment = true,
                                                     .retries.max_retries = WEFT_NO_RETRIES});
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &past);
    unsetenv("HTTP_PROXY");
    unsetenv("NO_PROXY");
    CHECK(rig_run(&rig));
    CHECK_EQ(through.code, WEFT_OK);
    CHECK_EQ(past.code, WEFT_E_NAME_NOT_FOUND);
    CHECK(rig_end(&rig));
}

TEST(the_environment_s_http_proxy_is_not_believed_under_cgi)
{
    client_rig rig;
    call_outcome outcome = {0};
    weft_client *client;

    CHECK(rig_open(&rig, NULL, NULL));
    setenv("HTTP_PROXY", "http://127.0.0.1:1", 1);
    setenv("REQUEST_METHOD", "GET", 1);
    client = rig_client(&rig, &(weft_client_options){.base_url = "http://far.invalid",
                                                     .proxy_from_environment = true,
                                                     .retries.max_retries = WEFT_NO_RETRIES});
    unsetenv("HTTP_PROXY");
    unsetenv("REQUEST_METHOD");
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &outcome);
    CHECK(rig_run(&rig));
    CHECK_EQ(outcome.code, WEFT_E_NAME_NOT_FOUND);
    CHECK(rig_end(&rig));
}

TEST(a_proxy_that_is_not_there_is_named)
{
    client_rig rig;
    call_outcome outcome = {0};
    char proxy[64];
    weft_client *client;

    CHECK(rig_open(&rig, NULL, NULL));
    snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", fault_server_dead_port());
    client = rig_client(
        &rig,
        &(weft_client_options){.base_url = "http://far.test", .proxy = proxy, .retries.max_retries = WEFT_NO_RETRIES});
    weft_stromboli_get_metrics(client, NULL, on_text_outcome, &outcome);
    CHECK(rig_run(&rig));
    CHECK_EQ(outcome.code, WEFT_E_PROXY);
    CHECK_CONTAINS(outcome.message, "the proxy 127.0.0.1:");
    CHECK_CONTAINS(outcome.message, "cannot be reached: connection refused");
    CHECK(rig_end(&rig));
}
