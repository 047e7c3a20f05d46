/* sim_stromboli_runs.c - POST /run, POST /run/async and GET /run/stream. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "sim_stromboli.h"

static const sim_member claude_members[] = {
    {"model", SIM_STRING, NULL, NULL},
    {"session_id", SIM_STRING, NULL, NULL},
    {"resume", SIM_BOOL, NULL, NULL},
    {"max_budget_usd", SIM_NUMBER, NULL, NULL},
    {"system_prompt", SIM_STRING, NULL, NULL},
    {"append_system_prompt", SIM_STRING, NULL, NULL},
    {"allowed_tools", SIM_STRINGS, NULL, NULL},
    {"disallowed_tools", SIM_STRINGS, NULL, NULL},
    {"dangerously_skip_permissions", SIM_BOOL, NULL, NULL},
    {"permission_mode", SIM_STRING, NULL, NULL},
    {"output_format", SIM_STRING, NULL, NULL},
    {"json_schema", SIM_STRING, NULL, NULL},
    {"verbose", SIM_BOOL, NULL, NULL},
    {"debug", SIM_STRING, NULL, NULL},
    {"continue", SIM_BOOL, NULL, NULL},
    {"agent", SIM_STRING, NULL, NULL},
    {"fallback_model", SIM_STRING, NULL, NULL},
    {"add_dirs", SIM_STRINGS, NULL, NULL},
    {"agents", SIM_ANY_MAP, NULL, NULL},
    {"allow_dangerously_skip_permissions", SIM_BOOL, NULL, NULL},
    {"betas", SIM_STRINGS, NULL, NULL},
    {"disable_slash_commands", SIM_BOOL, NULL, NULL},
    {"files", SIM_STRINGS, NULL, NULL},
    {"fork_session", SIM_BOOL, NULL, NULL},
    {"include_partial_messages", SIM_BOOL, NULL, NULL},
    {"input_format", SIM_STRING, NULL, NULL},
    {"mcp_configs", SIM_STRINGS, NULL, NULL},
    {"no_persistence", SIM_BOOL, NULL, NULL},
    {"plugin_dirs", SIM_STRINGS, NULL, NULL},
    {"replay_user_messages", SIM_BOOL, NULL, NULL},
    {"setting_sources", SIM_STRINGS, NULL, NULL},
    {"settings", SIM_STRING, NULL, NULL},
    {"strict_mcp_config", SIM_BOOL, NULL, NULL},
    {"tools", SIM_STRINGS, NULL, NULL},
    /* Accepted by later servers only. */
    {"max_turns", SIM_INTEGER, NULL, NULL},
    {"effort", SIM_STRING, NULL, NULL},
    {"prompt_caching_ttl", SIM_STRING, NULL, NULL},
    {"bedrock_service_tier", SIM_STRING, NULL, NULL},
    {"enable_powershell_tool", SIM_BOOL, NULL, NULL},
};
static const sim_shape claude_shape = SIM_SHAPE("ClaudeOptions", claude_members);

static const sim_member lifecycle_members[] = {
    {"on_create_command", SIM_STRINGS, NULL, NULL},
    {"post_create", SIM_STRINGS, NULL, NULL},
    {"post_start", SIM_STRINGS, NULL, NULL},
    {"hooks_timeout", SIM_STRING, NULL, NULL},
};
static const sim_shape lifecycle_shape = SIM_SHAPE("LifecycleHooks", lifecycle_members);

static const sim_member environment_members[] = {
    {"type", SIM_STRING, NULL, NULL},
    {"path", SIM_STRING, NULL, NULL},
    {"service", SIM_STRING, NULL, NULL},
    {"build_timeout", SIM_STRING, NULL, NULL},
};
static const sim_shape environment_shape = SIM_SHAPE("EnvironmentConfig", environment_members);

static const sim_member podman_members[] = {
    {"memory", SIM_STRING, NULL, NULL},
    {"timeout", SIM_STRING, NULL, NULL},
    {"cpus", SIM_STRING, NULL, NULL},
    {"cpu_shares", SIM_INTEGER, NULL, NULL},
    {"volumes", SIM_STRINGS, NULL, NULL},
    {"image", SIM_STRING, NULL, NULL},
    {"secrets_env", SIM_STRING_MAP, NULL, NULL},
    {"lifecycle", SIM_OBJECT, &lifecycle_shape, NULL},
    {"environment", SIM_OBJECT, &environment_shape, NULL},
};
static const sim_shape podman_shape = SIM_SHAPE("PodmanOptions", podman_members);

static const sim_member run_members[] = {
    {"prompt", SIM_STRING, NULL, "Prompt"},      {"workdir", SIM_STRING, NULL, NULL},
    {"webhook_url", SIM_STRING, NULL, NULL},     {"claude", SIM_OBJECT, &claude_shape, NULL},
    {"podman", SIM_OBJECT, &podman_shape, NULL},
};
const sim_shape stromboli_run_shape = SIM_SHAPE("RunRequest", run_members);

static bool asks_for(weft_str prompt, const char *word)
{
    size_t len = strlen(word);

    return prompt.len >= len && memcmp(prompt.ptr, word, len) == 0 &&
           (prompt.ptr[len] == '\0' || prompt.ptr[len] == ' ' || prompt.ptr[len] == '\n');
}

/* Every draw is made for every run, so that one option does not shift what another one decides. */
static void plan_run(sim_call *call, weft_str prompt, weft_str session_id, stromboli_plan *plan)
{
    const sim_options *options = &call->sim->options;
    sim_random *random = &call->random;
    bool fail, crash;

    memset(plan, 0, sizeof(*plan));
    plan->id = sim_random_next(random);
    plan->output.seed = sim_random_next(random);
    plan->output.words = sim_random_between(random, options->tokens_low, options->tokens_high);
    fail = sim_random_chance(random, options->fail_rate) || asks_for(prompt, "sim:fail");
    crash = sim_random_chance(random, options->crash_rate) || asks_for(prompt, "sim:crash");
    plan->stream_error = sim_random_chance(random, options->stream_error_rate);
    plan->cut = sim_random_chance(random, options->stream_cut_rate) || asks_for(prompt, "sim:cut");
    plan->drop = call->exchange->cut || asks_for(prompt, "sim:drop");
    plan->hang = asks_for(prompt, "sim:hang");
    plan->end = crash ? STROMBOLI_CRASHED : fail ? STROMBOLI_FAILED : STROMBOLI_COMPLETED;
    if (asks_for(prompt, "sim:echo") ||
        (asks_for(prompt, "sim:fail") && prompt.len > 9)) /* borrowed; stored as a copy */
        plan->output.echo = (char *)(uintptr_t)(prompt.ptr + (prompt.len > 8 ? 9 : 8));
    if (session_id.ptr && session_id.len > 0)
        snprintf(plan->session_id, sizeof(plan->session_id), "%s", session_id.ptr);
    else
        stromboli_uuid(*random, plan->session_id);
}

/* The checks that every way to run has in common, and the plan. false when it has answered. */
static bool accept_run(sim_call *call, weft_str *ret_prompt, stromboli_plan *plan)
{
    weft__arena *arena = &call->exchange->arena;
    weft_str body = sim_request_body(call->exchange), session_id;

    *ret_prompt = sim_json_text(arena, body, "prompt");
    session_id = sim_json_text(arena, body, "claude.session_id");
    if (!ret_prompt->ptr) {
        call->service->refuse(call, SIM_NO_MEMORY, NULL);
        return false;
    }
    if (call->sim->options.unconfigured) {
        stromboli_error(call, 503, "Claude not configured. Run 'make claude-setup' first");
        return false;
    }
    if (!stromboli_check_run(call, body))
        return false;
    if (sim_json_true(body, "claude.fork_session") || sim_json_true(body, "claude.continue"))
        session_id.len = 0;
    plan_run(call, *ret_prompt, session_id, plan);
    return true;
}

static void write_run(sim_call *call, const stromboli_plan *plan)
{
    weft__writer writer;
    char id[24];

    snprintf(id, sizeof(id), "run-%016llx", (unsigned long long)plan->id);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "id", id);
    sim_put_text(&writer, "status", plan->end == STROMBOLI_CRASHED ? "crashed" : "completed");
    if (plan->end == STROMBOLI_COMPLETED) {
        sim_put_name(&writer, "output");
        stromboli_write_output(&writer, &plan->output, plan->output.words);
    }
    sim_put_text(&writer, "session_id", plan->session_id);
    if (plan->end == STROMBOLI_CRASHED)
        stromboli_write_crash(&writer, &plan->output);
    weft__write_object_end(&writer);
    sim_answer_end(call, 200);
}

void stromboli_run(sim_call *call)
{
    stromboli_plan plan;
    weft_str prompt;
    char text[200];

    if (!accept_run(call, &prompt, &plan))
        return;
    call->exchange->cut = plan.drop;
    call->exchange->hold_ms += sim_spread_draw(&call->sim->options.run_duration, &call->random);
    if (plan.hang)
        return; /* the exchange stays unanswered until the client gives up */
    if (plan.end == STROMBOLI_FAILED || (plan.end == STROMBOLI_CRASHED && !call->sim->options.crash_as_crashed)) {
        stromboli_failure_text(&plan.output, plan.end, text, sizeof(text));
        stromboli_error(call, 500, "%s", text);
        return;
    }
    stromboli_history_add(call->state, plan.session_id, prompt, &plan.output);
    write_run(call, &plan);
}

void stromboli_run_async(sim_call *call)
{
    const sim_options *options = &call->sim->options;
    uint64_t pending_ms, running_ms;
    stromboli_plan plan;
    weft__writer writer;
    weft_str prompt, webhook_url;
    char id[24];

    if (!accept_run(call, &prompt, &plan))
        return;
    webhook_url = sim_json_text(&call->exchange->arena, sim_request_body(call->exchange), "webhook_url");
    pending_ms = sim_spread_draw(&options->job_pending, &call->random);
    running_ms = plan.hang ? UINT64_MAX / 4 : sim_spread_draw(&options->job_duration, &call->random);
    if (!stromboli_jobs_add(call->state, &plan, pending_ms, running_ms, webhook_url)) {
        call->service->refuse(call, SIM_NO_MEMORY, NULL);
        return;
    }
    if (plan.end == STROMBOLI_COMPLETED)
        stromboli_history_add(call->state, plan.session_id, prompt, &plan.output);
    call->exchange->cut = plan.drop;
    snprintf(id, sizeof(id), "job-%016llx", (unsigned long long)plan.id);
    sim_answer_begin(call, &writer);
    weft__write_object(&writer);
    sim_put_text(&writer, "job_id", id);
    weft__write_object_end(&writer);
    sim_answer_end(call, 202);
}

/* A stream of words, one event each. */
typedef struct run_stream {
    sim_stream base;
    const sim_options *options;
    sim_random random;
    stromboli_plan plan;
    const char *echo_at;  /* what is left of an echo */
    uint64_t sent;        /* events */
    uint64_t reset_after; /* events; UINT64_MAX = never */
} run_stream;

/* One line of output; false when there is no more. */
static bool append_line(run_stream *stream, weft__buffer *out)
{
    const char *line;
    size_t len;

    if (stream->plan.output.echo) {
        line = stream->echo_at;
        if (!line)
            return false;
        len = strcspn(line, "\n");
        stream->echo_at = line[len] ? line + len + 1 : NULL;
    } else {
        if (stream->sent == stream->plan.output.words)
            return false;
        line = stromboli_word(&stream->plan.output, stream->sent);
        len = strlen(line);
    }
    weft__buffer_append(out, "data: ", 6);
    weft__buffer_append(out, line, len);
    weft__buffer_append(out, "\n\n", 2);
    stream->sent++;
    return true;
}

static void append_done(run_stream *stream, weft__buffer *out)
{
    bool crashed = stream->plan.end == STROMBOLI_CRASHED;
    weft__writer writer;
    char id[24];

    snprintf(id, sizeof(id), "run-%016llx", (unsigned long long)stream->plan.id);
    weft__buffer_append_text(out, "event: done\ndata: ");
    weft__writer_init(&writer, out);
    weft__write_object(&writer);
    sim_put_text(&writer, "id", id);
    sim_put_text(&writer, "session_id", stream->plan.session_id);
    sim_put_text(&writer, "status", crashed ? "crashed" : "completed");
    if (crashed)
        stromboli_write_crash(&writer, &stream->plan.output);
    weft__write_object_end(&writer);
    weft__buffer_append(out, "\n\n", 2);
}

static int64_t append_end(run_stream *stream, weft__buffer *out)
{
    const stromboli_plan *plan = &stream->plan;
    bool crash_is_error = plan->end == STROMBOLI_CRASHED && !stream->options->crash_as_crashed;
    char text[200];

    if (plan->cut)
        return SIM_STREAM_END;
    if (plan->stream_error || plan->end == STROMBOLI_FAILED || crash_is_error) {
        stromboli_failure_text(&plan->output, plan->end, text, sizeof(text));
        weft__buffer_append_text(out, "event: error\ndata: ");
        weft__buffer_append_text(out, text);
        weft__buffer_append(out, "\n\n", 2);
    } else {
        append_done(stream, out);
    }
    return SIM_STREAM_END;
}

static int64_t stream_next(sim_stream *base, weft__buffer *out)
{
    run_stream *stream = (run_stream *)base;

    if (stream->sent >= stream->reset_after)
        return SIM_STREAM_RESET;
    if (!append_line(stream, out))
        return append_end(stream, out);
    if (stream->plan.hang)
        return INT64_MAX / 4;
    return (int64_t)sim_spread_draw(&stream->options->token_interval, &stream->random);
}

static void stream_release(sim_stream *base)
{
    run_stream *stream = (run_stream *)base;

    free(stream->plan.output.echo);
    free(stream);
}

static run_stream *stream_new(sim_call *call, const stromboli_plan *plan)
{
    run_stream *stream = calloc(1, sizeof(*stream));

    if (!stream)
        return NULL;
    stream->base.next = stream_next;
    stream->base.release = stream_release;
    stream->options = &call->sim->options;
    stream->plan = *plan;
    if (!stromboli_copy_output(&stream->plan.output, &plan->output)) {
        free(stream);
        return NULL;
    }
    stream->echo_at = stream->plan.output.echo;
    stream->reset_after = plan->drop ? sim_random_between(&call->random, 1, plan->output.words / 2 + 1) : UINT64_MAX;
    stream->random = call->random;
    return stream;
}

/* What the request line asked for. false when it has answered. */
static bool accept_stream(sim_call *call, weft_str *ret_prompt, stromboli_plan *plan)
{
    weft_str accept = sim_request_header(call->exchange, "accept");
    weft_str session_id = sim_query(call, "session_id");

    *ret_prompt = sim_query(call, "prompt");
    if (!ret_prompt->ptr || ret_prompt->len == 0) {
        stromboli_blame(call, 400, "Missing required parameter: prompt");
        return false;
    }
    if (accept.ptr && !memmem(accept.ptr, accept.len, "text/event-stream", 17) &&
        !memmem(accept.ptr, accept.len, "*/*", 3))
        sim_malformed(call->sim, "stromboli Stream: Accept does not allow text/event-stream");
    if (call->sim->options.unconfigured) {
        stromboli_error(call, 503, "Claude not configured. Run 'make claude-setup' first");
        return false;
    }
    if (!stromboli_check_workdir(call, sim_query(call, "workdir")) || !stromboli_check_session(call, session_id))
        return false;
    plan_run(call, *ret_prompt, session_id, plan);
    return true;
}

void stromboli_run_stream(sim_call *call)
{
    stromboli_plan plan;
    run_stream *stream;
    weft_str prompt;
    uint64_t after_ms;

    if (!accept_stream(call, &prompt, &plan))
        return;
    stream = stream_new(call, &plan);
    if (!stream) {
        call->service->refuse(call, SIM_NO_MEMORY, NULL);
        return;
    }
    if (plan.end == STROMBOLI_COMPLETED && !plan.cut && !plan.drop)
        stromboli_history_add(call->state, plan.session_id, prompt, &plan.output);
    sim_reply_header(call->exchange, "Cache-Control", "no-cache");
    sim_reply_header(call->exchange, "X-Accel-Buffering", "no");
    after_ms = call->exchange->hold_ms + sim_spread_draw(&call->sim->options.first_event_delay, &call->random);
    sim_stream_start(call->exchange, &stream->base, "text/event-stream", after_ms);
}
