#include "fanout/results.h"

#include "fanout/lossy.h"

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
    weft__heap_init(&results->heap, NULL);
    weft__buffer_init(&results->pending, &results->heap, SIZE_MAX / 2);
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
    weft__buffer_clear(&results->pending);
    return true;
}

static void member_ms(weft__writer *out, const char *name, uint64_t ns)
{
    lossy_name(out, name);
    weft__write_double(out, (double)(ns / 1000) / 1e3);
}

static void member_int(weft__writer *out, const char *name, uint64_t value)
{
    lossy_name(out, name);
    weft__write_int64(out, (int64_t)value);
}

static void member_str(weft__writer *out, const char *name, weft_str text)
{
    if (!text.ptr)
        return;
    lossy_name(out, name);
    lossy_string(out, text.ptr, text.len);
}

static void member_json(weft__writer *out, const char *name, weft_json json)
{
    if (!json.ptr)
        return;
    lossy_name(out, name);
    weft__write_raw(out, json.ptr, json.len);
}

static void write_error(weft__writer *out, const fanout_outcome *outcome)
{
    const weft_error *error = outcome->error;

    lossy_name(out, "error");
    weft__write_object(out);
    lossy_name(out, "code");
    lossy_text(out, outcome->failure);
    lossy_name(out, "message");
    lossy_text(out, outcome->message);
    if (error && error->server_code) {
        lossy_name(out, "server_code");
        lossy_text(out, error->server_code);
    }
    if (error && error->retry_after_ms >= 0)
        member_int(out, "retry_after_ms", (uint64_t)error->retry_after_ms);
    lossy_name(out, "outcome");
    lossy_text(out, weft_outcome_name(outcome->acted));
    weft__write_object_end(out);
}

static void write_line(weft__writer *out, const fanout_outcome *outcome)
{
    weft__write_object(out);
    member_int(out, "run", outcome->run);
    member_int(out, "prompt", outcome->prompt_index);
    member_int(out, "line", outcome->prompt_line);
    lossy_name(out, "mode");
    lossy_text(out, options_mode_name(outcome->mode));
    lossy_name(out, "ok");
    weft__write_bool(out, !outcome->failure);
    member_ms(out, "started_ms", outcome->begun);
    member_ms(out, "response_ms", outcome->response);
    member_ms(out, "service_ms", outcome->service);
    if (outcome->mode == FANOUT_STREAM) {
        if (outcome->first)
            member_ms(out, "first_event_ms", outcome->first);
        member_int(out, "events", outcome->events);
    }
    if (outcome->details.http_status)
        member_int(out, "http_status", (uint64_t)outcome->details.http_status);
    member_str(out, "id", outcome->id);
    member_str(out, "status", outcome->status);
    member_str(out, "session_id", outcome->session_id);
    member_str(out, "output", outcome->output);
    member_json(out, "structured_output", outcome->structured_output);
    member_json(out, "usage", outcome->usage);
    member_json(out, "crash_info", outcome->crash_info);
    if (outcome->failure)
        write_error(out, outcome);
    weft__write_object_end(out);
}

bool results_write(fanout_results *results, const fanout_outcome *outcome)
{
    weft__writer writer;

    if (results->failed)
        return false;
    weft__writer_init(&writer, &results->pending);
    write_line(&writer, outcome);
    if (!weft__buffer_append_char(&results->pending, '\n'))
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
    weft__buffer_deinit(&results->pending);
    weft__heap_deinit(&results->heap);
    return !results->failed;
}
