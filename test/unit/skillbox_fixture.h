/* test/unit/skillbox_fixture.h - a client of Skillbox, a scripted server, and one call between them. */
#ifndef WEFT_TEST_SKILLBOX_FIXTURE_H
#define WEFT_TEST_SKILLBOX_FIXTURE_H

#include "service_fixture.h"

/* An answer that ends with its connection. */
#define ANSWER_AS(status, type, body) SEND("HTTP/1.1 " status "\r\nContent-Type: " type "\r\n\r\n" body), CLOSE()
#define ANSWER(status, body) ANSWER_AS(status, "application/json; charset=utf-8", body)

/* Starts everything; each of `connections` connections plays the script. */
static inline bool begin(fixture *fx, fault_script script, unsigned connections)
{
    weft_client_options options = {.token = "sk-test", .retries.max_retries = WEFT_NO_RETRIES};

    if (!begin_engine(fx, NULL, script, connections))
        return false;
    options.base_url = fault_server_url(fx->server);
    fx->client = weft_skillbox_client(fx->engine, &options, NULL);
    return fx->client && weft_skillbox_set_tenant(fx->client, "tenant-42", NULL);
}

#endif
