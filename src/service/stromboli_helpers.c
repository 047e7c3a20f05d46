/* Reading Stromboli's results: states, message content. */
#include "weft/stromboli.h"

#include <string.h>

#include "client/operation.h"
#include "service/stromboli_types.h"

static bool is(weft_str text, const char *word)
{
    return text.ptr && text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

bool weft_stromboli_health_is_ok(const weft_stromboli_health *health)
{
    return health && is(health->status, WEFT_STROMBOLI_STATUS_OK);
}

bool weft_stromboli_component_is_ok(const weft_stromboli_component *component)
{
    return component && is(component->status, WEFT_STROMBOLI_STATUS_OK);
}

const weft_stromboli_run_response *weft_stromboli_read_done(weft_stream *stream, const weft_event *event)
{
    weft__codec_error error;
    void *run = NULL;

    if (!stream || !event || !is(event->type, WEFT_STROMBOLI_EVENT_DONE) ||
        weft__decode(weft__event_arena(stream), &weft__stromboli_run_response_type, event->data.ptr, event->data.len,
                     &run, &error) != WEFT__CODEC_OK)
        return NULL;
    return run;
}

bool weft_stromboli_run_is_final(const weft_stromboli_run_response *run)
{
    return weft_stromboli_run_is_completed(run) || weft_stromboli_run_is_failed(run);
}

bool weft_stromboli_run_is_completed(const weft_stromboli_run_response *run)
{
    return run && is(run->status, WEFT_STROMBOLI_RUN_COMPLETED);
}

bool weft_stromboli_run_is_failed(const weft_stromboli_run_response *run)
{
    return run && (is(run->status, WEFT_STROMBOLI_RUN_ERROR) || is(run->status, WEFT_STROMBOLI_RUN_CRASHED));
}

bool weft_stromboli_run_is_crashed(const weft_stromboli_run_response *run)
{
    return run && (run->crash_info || is(run->status, WEFT_STROMBOLI_RUN_CRASHED));
}

bool weft_stromboli_job_is_final(const weft_stromboli_job *job)
{
    return weft_stromboli_job_is_completed(job) || weft_stromboli_job_is_failed(job) ||
           weft_stromboli_job_is_cancelled(job);
}

bool weft_stromboli_job_is_completed(const weft_stromboli_job *job)
{
    return job && is(job->status, WEFT_STROMBOLI_JOB_COMPLETED);
}

bool weft_stromboli_job_is_failed(const weft_stromboli_job *job)
{
    return job && (is(job->status, WEFT_STROMBOLI_JOB_FAILED) || is(job->status, WEFT_STROMBOLI_JOB_CRASHED));
}

bool weft_stromboli_job_is_crashed(const weft_stromboli_job *job)
{
    return job && (job->crash_info || is(job->status, WEFT_STROMBOLI_JOB_CRASHED));
}

bool weft_stromboli_job_is_cancelled(const weft_stromboli_job *job)
{
    return job && is(job->status, WEFT_STROMBOLI_JOB_CANCELLED);
}

bool weft_stromboli_job_is_pending(const weft_stromboli_job *job)
{
    return job && is(job->status, WEFT_STROMBOLI_JOB_PENDING);
}

bool weft_stromboli_job_is_running(const weft_stromboli_job *job)
{
    return job && (is(job->status, WEFT_STROMBOLI_JOB_RUNNING) || is(job->status, WEFT_STROMBOLI_JOB_PENDING));
}

bool weft_stromboli_message_get_text(const weft_stromboli_message *message, weft_str *ret_text)
{
    if (!message || !message->body || !message->body->text.ptr)
        return false;
    *ret_text = message->body->text;
    return true;
}

bool weft_stromboli_message_get_blocks(const weft_stromboli_message *message,
                                       const weft_stromboli_content_block **ret_blocks, size_t *ret_count,
                                       size_t *ret_skipped)
{
    if (!message || !message->body || !message->body->has_blocks)
        return false;
    *ret_blocks = message->body->blocks;
    if (ret_count)
        *ret_count = message->body->blocks_count;
    if (ret_skipped)
        *ret_skipped = message->body->skipped_count;
    return true;
}
