/* sim_asked.c - answers that a request asks for by its header X-Sim-Answer.
 *
 * So every status and shape that a contract has can be had of every operation, also those that no request leads to
 * here: a disk that is full, a server that panics, a proxy with a page of its own.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sim_service.h"

/* What proxies and object stores before any service say. False for another shape. */
static bool word_as_proxy(sim_call *call, int status, const char *shape, const char *text)
{
    static const char expired[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>AccessDenied</Code>"
                                  "<Message>Request has expired</Message></Error>";

    if (strcmp(shape, "text") == 0)
        sim_answer_text(call, status, "text/plain; charset=utf-8", text);
    else if (strcmp(shape, "html") == 0)
        sim_answer_text(call, status, "text/html", "<html>bad gateway</html>");
    else if (strcmp(shape, "xml") == 0)
        sim_answer_text(call, status, "application/xml", expired);
    else if (strcmp(shape, "null") == 0)
        sim_answer_text(call, status, "application/json; charset=utf-8", "null");
    else if (strcmp(shape, "broken") == 0)
        sim_answer_text(call, status, "application/json; charset=utf-8", "{\"error\":\"cut");
    else if (strcmp(shape, "empty") == 0)
        sim_reply(call->exchange, status, NULL, "", 0);
    else
        return false;
    return true;
}

/* A header line of the answer, "NAME: VALUE", that was asked for with it. */
static void add_header(sim_call *call)
{
    weft_str asked = sim_request_header(call->exchange, "x-sim-header");
    char line[256], name[64], value[192];

    snprintf(line, sizeof(line), "%.*s", asked.ptr ? (int)asked.len : 0, asked.ptr ? asked.ptr : "");
    if (sscanf(line, "%63[^:]: %191[^\n]", name, value) == 2)
        sim_reply_header(call->exchange, name, value);
}

bool sim_answer_asked(sim_call *call)
{
    weft_str asked = sim_request_header(call->exchange, "x-sim-answer");
    char line[512], shape[16] = "error", text[480] = "asked for by X-Sim-Answer";
    int status;

    if (!asked.ptr || !call->service->word)
        return false;
    snprintf(line, sizeof(line), "%.*s", (int)asked.len, asked.ptr);
    if (sscanf(line, "%3d %15s %479[^\n]", &status, shape, text) < 1 || status < 200 || status > 599)
        status = 0;
    if (status)
        add_header(call);
    if (!status || (!word_as_proxy(call, status, shape, text) && !call->service->word(call, status, shape, text))) {
        sim_malformed(call->sim, "%s: no such answer can be asked for: %.200s", call->service->name, line);
        sim_answer_text(call, 400, "text/plain; charset=utf-8", "no such X-Sim-Answer");
    }
    return true;
}
