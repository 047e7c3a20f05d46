/* sim_agentserver_codex.c - turns. The text of the input is a prompt like any other: see --help. */
#include <stdio.h>
#include <string.h>

#include "json/codec.h"
#include "sim_agentserver.h"

/* A key is good for one workspace, and for what it says. False when it has answered. */
static bool may_submit(sim_call *call, const char *workspace_id)
{
    weft_str header = sim_request_header(call->exchange, "authorization");
    const char *token =
        header.ptr && header.len > 7 ? weft__arena_copy(&call->exchange->arena, header.ptr + 7, header.len - 7) : NULL;
    const agentserver_row *key = agentserver_find(agentserver_rows(call, KEYS), "_secret", token);

    if (sim_request_header(call->exchange, "x-internal-secret").ptr || !key)
        return true;
    if (!agentserver_is(key, "_workspace", workspace_id)) {
        agentserver_say(call, 403, "api key not authorized for workspace %s", workspace_id);
        return false;
    }
    if (!strstr(agentserver_get(key, "scopes"), "\"turns:submit\"")) {
        agentserver_say(call, 403, "missing scope: turns:submit");
        return false;
    }
    return true;
}

static void answer_transport(sim_call *call, const char *thread_id, const char *code, const char *message)
{
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "threadId", thread_id);
    sim_put_name(&writer, "transport");
    weft__write_object(&writer);
    sim_put_text(&writer, "code", code);
    sim_put_text(&writer, "message", message);
    weft__write_object_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

static void answer_turn(sim_call *call, const char *thread_id, const char *text)
{
    char id[48];
    weft__writer writer;

    agentserver_uuid(call, "turn_", id);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "threadId", thread_id);
    sim_put_name(&writer, "turn");
    weft__write_object(&writer);
    sim_put_text(&writer, "id", id);
    sim_put_text(&writer, "status", "completed");
    sim_put_name(&writer, "error");
    weft__write_null(&writer);
    sim_put_name(&writer, "items");
    weft__write_array(&writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "type", "agentMessage");
    sim_put_text(&writer, "id", "i1");
    sim_put_text(&writer, "text", text);
    weft__write_object_end(&writer);
    weft__write_array_end(&writer);
    weft__write_object_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

/* The first text of the input; "" when there is none. */
static const char *prompt_of(sim_call *call, weft_json params)
{
    weft_json input, text;
    weft_str found;

    if (!weft__json_member(params.ptr, params.len, "input", &input) || input.len < 2 || input.ptr[0] != '[' ||
        !weft__json_member(input.ptr + 1, input.len - 1, "text", &text))
        return "";
    found = weft__json_string(&call->exchange->arena, text);
    return found.ptr ? found.ptr : "";
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static void run(sim_call *call, const char *workspace_id, const char *thread_id, weft_json params)
{
    const char *prompt = prompt_of(call, params);
    bool fails = sim_random_chance(&call->random, call->sim->options.fail_rate);
    weft_json thread;
    char text[128];

    if (begins(prompt, "sim:hang"))
        return; /* no answer at all */
    call->exchange->hold_ms += sim_spread_draw(&call->sim->options.run_duration, &call->random);
    if (params.ptr[0] != '{' || weft__json_member(params.ptr, params.len, "threadId", &thread)) {
        sim_malformed(call->sim, "agentserver-codex: params are no object, or name a thread");
        answer_transport(call, "", "wsDisconnect", "params must be an object without threadId");
    } else if (begins(prompt, "sim:crash")) {
        answer_transport(call, thread_id, "subprocessCrash", "codex is not there");
    } else if (fails || begins(prompt, "sim:fail")) {
        snprintf(text, sizeof(text), "turn timed out (thread=%s turn=turn_1)", thread_id);
        answer_transport(call, thread_id, "brokerTimeout", text);
    } else {
        agentserver_trace(call, workspace_id, NULL, "codex");
        answer_turn(call, thread_id, begins(prompt, "sim:echo ") ? prompt + 9 : "Hello from the simulated agent.");
    }
}

void agentserver_codex_turn(sim_call *call)
{
    const char *workspace_id = agentserver_text(call, "workspaceId"), *thread_id = agentserver_text(call, "threadId");
    weft_json params = agentserver_json(call, "params");
    char fresh[48];

    if (!workspace_id || !*workspace_id) {
        agentserver_blame(call, 400, "workspaceId required");
        return;
    }
    if (!params.ptr) {
        agentserver_blame(call, 400, "params required");
        return;
    }
    if (params.ptr[0] == 'n') {
        sim_malformed(call->sim, "agentserver-codex: params are null");
        sim_abort(call->exchange); /* the real one panics */
        return;
    }
    if (!may_submit(call, workspace_id))
        return;
    agentserver_uuid(call, "", fresh);
    run(call, workspace_id, thread_id && *thread_id ? thread_id : fresh, params);
}
