#include "fanout/results.h"

#include "fanout/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WRITE_AT = 1 << 18 }; /* lines go out together once they are this many bytes */

static bool fail(fanout_results *results, const char *what)
{
    if (!results->failed)
        snprintf(results->message, sizeof(results->message), "cannot write %s: %s", results->path, what);
    results->failed = true;
    return false;
}

bool results_open(fanout_results *results, const char *path)
{
    bool standard_output = strcmp(path, "-") == 0;

    memset(results, 0, sizeof(*results));
    results->path = standard_output ? "standard output" : path;
    results->fd = standard_output ? STDOUT_FILENO : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    return results->fd >= 0 || fail(results, strerror(errno));
}

static bool write_pending(fanout_results *results)
{
    size_t at = 0;

    while (at < results->pending.len) {
        ssize_t count = write(results->fd, results->pending.data + at, results->pending.len - at);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return fail(results, strerror(errno));
        at += (size_t)count;
    }
    buffer_clear(&results->pending);
    return true;
}

/* What the service said, where it did. */
static void member_str(fanout_json *out, const char *name, weft_str text)
{
    if (text.ptr)
        json_member_str(out, name, text);
}

static void member_json(fanout_json *out, const char *name, weft_json json)
{
    if (!json.ptr)
        return;
    json_name(out, name);
    json_raw(out, json);
}

static void write_error(fanout_json *out, const fanout_outcome *outcome)
{
    const weft_error *error = outcome->error;

    json_member_object(out, "error");
    json_member_text(out, "code", outcome->failure);
    json_member_text(out, "message", outcome->message);
    if (error && error->server_code)
        json_member_text(out, "server_code", error->server_code);
    if (error && error->retry_after_ms >= 0)
        json_member_int(out, "retry_after_ms", (uint64_t)error->retry_after_ms);
    json_member_text(out, "outcome", weft_outcome_name(outcome->acted));
    json_object_end(out);
}

static void write_line(fanout_json *out, const fanout_outcome *outcome)
{
    json_object(out);
    json_member_int(out, "run", outcome->run);
    json_member_int(out, "prompt", outcome->prompt_index);
    json_member_int(out, "line", outcome->prompt_line);
    json_member_text(out, "mode", options_mode_name(outcome->mode));
    json_member_bool(out, "ok", !outcome->failure);
    json_member_ms(out, "started_ms", outcome->begun);
    json_member_ms(out, "response_ms", outcome->response);
    json_member_ms(out, "service_ms", outcome->service);
    if (outcome->mode == FANOUT_STREAM) {
        if (outcome->first)
            json_member_ms(out, "first_event_ms", outcome->first);
        json_member_int(out, "events", outcome->events);
    }
    if (outcome->details.http_status)
        json_member_int(out, "http_status", (uint64_t)outcome->details.http_status);
    member_str(out, "id", outcome->id);
    member_str(out, "status", outcome->status);
    member_str(out, "session_id", outcome->session_id);
    member_str(out, "output", outcome->output);
    member_json(out, "structured_output", outcome->structured_output);
    member_json(out, "usage", outcome->usage);
    member_json(out, "crash_info", outcome->crash_info);
    if (outcome->failure)
        write_error(out, outcome);
    json_object_end(out);
}

bool results_write(fanout_results *results, const fanout_outcome *outcome)
{
    fanout_json json = {.out = &results->pending};

    if (results->failed)
        return false;
    write_line(&json, outcome);
    if (!buffer_append_char(&results->pending, '\n'))
        return fail(results, "out of memory");
    results->lines++;
    return results->pending.len < WRITE_AT || write_pending(results);
}

bool results_close(fanout_results *results)
{
    if (!results->failed)
        write_pending(results);
    /* A file system may find out only now that it has no room. */
    if (results->fd >= 0 && results->fd != STDOUT_FILENO && close(results->fd) < 0)
        fail(results, strerror(errno));
    results->fd = -1;
    buffer_deinit(&results->pending);
    return !results->failed;
}
