/* Reading Stromboli's results: states, times, message content. */
#include "weft/stromboli.h"

#include <string.h>

static bool is(weft_str text, const char *word)
{
    return text.ptr && text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

bool weft_stromboli_is_healthy(const weft_stromboli_health_response *health)
{
    return is(health->status, WEFT_STROMBOLI_STATUS_OK);
}

bool weft_stromboli_component_is_healthy(const weft_stromboli_component *component)
{
    return is(component->status, WEFT_STROMBOLI_STATUS_OK);
}

bool weft_stromboli_run_is_success(const weft_stromboli_run_response *run)
{
    return is(run->status, WEFT_STROMBOLI_RUN_COMPLETED);
}

bool weft_stromboli_run_is_crashed(const weft_stromboli_run_response *run)
{
    return run->crash_info || is(run->status, WEFT_STROMBOLI_RUN_CRASHED);
}

bool weft_stromboli_job_is_pending(const weft_stromboli_job *job)
{
    return is(job->status, WEFT_STROMBOLI_JOB_PENDING);
}

bool weft_stromboli_job_is_running(const weft_stromboli_job *job)
{
    return is(job->status, WEFT_STROMBOLI_JOB_RUNNING) || weft_stromboli_job_is_pending(job);
}

bool weft_stromboli_job_is_completed(const weft_stromboli_job *job)
{
    return is(job->status, WEFT_STROMBOLI_JOB_COMPLETED);
}

bool weft_stromboli_job_is_failed(const weft_stromboli_job *job)
{
    return is(job->status, WEFT_STROMBOLI_JOB_FAILED) || is(job->status, WEFT_STROMBOLI_JOB_CRASHED);
}

bool weft_stromboli_job_is_crashed(const weft_stromboli_job *job)
{
    return job->crash_info || is(job->status, WEFT_STROMBOLI_JOB_CRASHED);
}

bool weft_stromboli_job_is_cancelled(const weft_stromboli_job *job)
{
    return is(job->status, WEFT_STROMBOLI_JOB_CANCELLED);
}

bool weft_stromboli_job_is_final(const weft_stromboli_job *job)
{
    return weft_stromboli_job_is_completed(job) || weft_stromboli_job_is_failed(job) ||
           weft_stromboli_job_is_cancelled(job);
}

weft_time weft_stromboli_job_created_time(const weft_stromboli_job *job)
{
    return weft_time_parse(job->created_at);
}

weft_time weft_stromboli_job_updated_time(const weft_stromboli_job *job)
{
    return weft_time_parse(job->updated_at);
}

weft_time weft_stromboli_message_time(const weft_stromboli_message *message)
{
    return weft_time_parse(message->timestamp);
}

weft_time weft_stromboli_secret_created_time(const weft_stromboli_secret *secret)
{
    return weft_time_parse(secret->created_at);
}

weft_time weft_stromboli_image_created_time(const weft_stromboli_image *image)
{
    return weft_time_parse(image->created);
}

bool weft_stromboli_message_text(const weft_stromboli_message *message, weft_str *ret_text)
{
    if (!message->body || !message->body->text.ptr)
        return false;
    *ret_text = message->body->text;
    return true;
}

bool weft_stromboli_message_blocks(const weft_stromboli_message *message,
                                   const weft_stromboli_content_block **ret_blocks, size_t *ret_count,
                                   size_t *ret_skipped)
{
    if (!message->body || !message->body->has_blocks)
        return false;
    *ret_blocks = message->body->blocks;
    if (ret_count)
        *ret_count = message->body->blocks_count;
    if (ret_skipped)
        *ret_skipped = message->body->skipped_count;
    return true;
}
