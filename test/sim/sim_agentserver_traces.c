/* sim_agentserver_traces.c - usage, traces and operations: one of each for every task that ended and every turn. */
#include <stdio.h>
#include <string.h>

#include "sim_agentserver.h"

enum { INPUT_TOKENS = 900, OUTPUT_TOKENS = 120 };

static void note_operation(sim_call *call, const char *workspace_id, const char *source, const char *now)
{
    agentserver_row *done = agentserver_add(agentserver_rows(call, OPERATIONS));
    char id[48];

    agentserver_uuid(call, "op_", id);
    agentserver_set(done, "id", id);
    agentserver_set(done, "workspace_id", workspace_id);
    agentserver_set(done, "source", source);
    agentserver_set(done, "env_id", "my-dev-machine");
    agentserver_set(done, "tool", "shell");
    agentserver_set_json(done, "arguments", (weft_json){"{\"command\":[\"true\"]}", 20});
    agentserver_set_bool(done, "is_error", false);
    agentserver_set(done, "result_summary", "exit 0");
    agentserver_set(done, "started_at", now);
    agentserver_set(done, "completed_at", now);
    agentserver_set_int(done, "duration_ms", 1000);
}

void agentserver_trace(sim_call *call, const char *workspace_id, const char *sandbox_id, const char *source)
{
    agentserver_row *trace = agentserver_add(agentserver_rows(call, TRACES));
    char id[48], now[32];

    agentserver_uuid(call, "tr_", id);
    agentserver_now(call, now);
    agentserver_set(trace, "id", id);
    agentserver_set(trace, "sandbox_id", sandbox_id ? sandbox_id : "");
    agentserver_set(trace, "workspace_id", workspace_id);
    agentserver_set(trace, "source", source);
    agentserver_set(trace, "created_at", now);
    agentserver_set(trace, "updated_at", now);
    agentserver_set_int(trace, "request_count", 1);
    agentserver_set_int(trace, "total_input_tokens", INPUT_TOKENS);
    agentserver_set_int(trace, "total_output_tokens", OUTPUT_TOKENS);
    agentserver_set_int(trace, "total_cache_read_tokens", 0);
    agentserver_set_int(trace, "total_cache_creation_tokens", 0);
    agentserver_set(trace, "models", "claude-opus-4-7");
    note_operation(call, workspace_id, strcmp(source, "codex") == 0 ? "sdk" : "tui", now);
}

/* The member by which traces belong to what the path names. */
static const char *owner_of(const sim_call *call)
{
    return strstr(call->operation->path, "/sandboxes/") ? "sandbox_id" : "workspace_id";
}

void agentserver_sandbox_usage(sim_call *call)
{
    int64_t count = (int64_t)agentserver_count(call, TRACES, "sandbox_id", call->params[0].ptr);
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "usage");
    if (count == 0) {
        weft__write_null(&writer);
    } else {
        weft__write_array(&writer);
        weft__write_object(&writer);
        sim_put_text(&writer, "provider", "anthropic");
        sim_put_text(&writer, "model", "claude-opus-4-7");
        sim_put_int(&writer, "input_tokens", count * INPUT_TOKENS);
        sim_put_int(&writer, "output_tokens", count * OUTPUT_TOKENS);
        sim_put_int(&writer, "cache_creation_input_tokens", 0);
        sim_put_int(&writer, "cache_read_input_tokens", 0);
        sim_put_int(&writer, "request_count", count);
        weft__write_object_end(&writer);
        weft__write_array_end(&writer);
    }
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void agentserver_list_traces(sim_call *call)
{
    agentserver_listing listing = {
        .name = owner_of(call),
        .value = call->params[0].ptr,
        .newest_first = true,
        .limit = agentserver_query_number(call, "limit", 1, 999, 100),
        .offset = agentserver_query_number(call, "offset", 0, UINT32_MAX, 0),
    };
    size_t total = agentserver_count(call, TRACES, listing.name, listing.value);
    weft__writer writer;

    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_int(&writer, "total", (int64_t)total);
    sim_put_name(&writer, "traces");
    if (listing.offset >= total)
        weft__write_null(&writer);
    else
        agentserver_write_rows(call, &writer, TRACES, &listing);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

static void write_request(weft__writer *writer, const agentserver_row *trace)
{
    weft__write_object(writer);
    sim_put_text(writer, "id", "req_1");
    sim_put_text(writer, "trace_id", agentserver_get(trace, "id"));
    sim_put_text(writer, "sandbox_id", agentserver_get(trace, "sandbox_id"));
    sim_put_text(writer, "workspace_id", agentserver_get(trace, "workspace_id"));
    sim_put_text(writer, "provider", "anthropic");
    sim_put_text(writer, "model", "claude-opus-4-7");
    sim_put_int(writer, "input_tokens", INPUT_TOKENS);
    sim_put_int(writer, "output_tokens", OUTPUT_TOKENS);
    sim_put_int(writer, "cache_creation_input_tokens", 0);
    sim_put_int(writer, "cache_read_input_tokens", 0);
    sim_put_bool(writer, "streaming", true);
    sim_put_int(writer, "duration", 1000);
    sim_put_int(writer, "ttft", 250);
    sim_put_text(writer, "created_at", agentserver_get(trace, "created_at"));
    weft__write_object_end(writer);
}

void agentserver_get_trace(sim_call *call)
{
    static const char *const told[] = {"id", "sandbox_id", "workspace_id", "source", "created_at", "updated_at"};
    const agentserver_row *trace = agentserver_find(agentserver_rows(call, TRACES), "id", call->params[1].ptr);
    weft__writer writer;

    if (!trace) {
        sim_answer_text(call, 404, "application/json", "trace not found\n");
        return;
    }
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "trace");
    weft__write_object(&writer);
    for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
        sim_put_text(&writer, told[i], agentserver_get(trace, told[i]));
    weft__write_object_end(&writer);
    sim_put_name(&writer, "requests");
    weft__write_array(&writer);
    write_request(&writer, trace);
    weft__write_array_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

/* ---- Operations -------------------------------------------------------------------------------------- */

static bool is_wanted(const sim_call *call, const agentserver_row *done)
{
    static const char *const exact[] = {"env_id", "tool", "source", "id"};
    weft_str errors = sim_query(call, "is_error"), since = sim_query(call, "since");

    if (!agentserver_is(done, "workspace_id", call->params[0].ptr))
        return false;
    for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++)
        if (sim_query(call, exact[i]).ptr && !agentserver_is(done, exact[i], sim_query(call, exact[i]).ptr))
            return false;
    if (errors.ptr &&
        agentserver_is(done, "is_error", "true") != (strcmp(errors.ptr, "true") == 0 || strcmp(errors.ptr, "1") == 0))
        return false;
    return !since.ptr || weft_time_parse((weft_str){agentserver_get(done, "started_at"), 20}) >= weft_time_parse(since);
}

/* What is wrong with the query; NULL when nothing is. */
static const char *fault_of_query(const sim_call *call)
{
    weft_str since = sim_query(call, "since"), limit = sim_query(call, "limit");

    if (since.ptr && weft_time_parse(since) == WEFT_TIME_NONE)
        return "since: no RFC 3339 time";
    if (limit.ptr && strspn(limit.ptr, "0123456789") != limit.len)
        return "limit: invalid";
    return NULL;
}

void agentserver_list_operations(sim_call *call)
{
    uint64_t limit = agentserver_query_number(call, "limit", 1, 1000, 100);
    const char *fault = fault_of_query(call);
    weft__writer writer;

    if (fault) {
        agentserver_say(call, 400, "%s", fault);
        return;
    }
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_name(&writer, "operations");
    weft__write_array(&writer);
    for (const agentserver_row *done = agentserver_rows(call, OPERATIONS)->first; done && limit > 0; done = done->next)
        if (is_wanted(call, done)) {
            agentserver_write_row(&writer, done);
            limit--;
        }
    weft__write_array_end(&writer);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}
