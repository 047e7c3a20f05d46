/* https as a user of the library meets it: what is accepted, what is refused, and how that is said. */
#include "client_rig.h"
#include "test.h"
#include "tls_server.h"

#include <stdio.h>
#include <string.h>

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

    if (level > WEFT_LOG_WARN)
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
    weft_http_request_send(fx->client, &(weft_http_request){.method = "GET", .path = "/"}, NULL, on_outcome,
                           &fx->outcome);
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
    CHECK_STR(tls_server_last_name(fx.server), "localhost");
    CHECK(fixture_end(&fx));
}
