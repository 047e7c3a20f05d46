/* Reading Skillbox's results: how a run ended, times, an error's details. */
#include "weft/skillbox.h"

#include <string.h>

#include "json/codec.h"

static bool is(weft_str text, const char *word)
{
    return text.ptr && text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

bool weft_skillbox_run_succeeded(const weft_skillbox_run_result *run)
{
    return is(run->status, WEFT_SKILLBOX_RUN_SUCCESS) || is(run->status, WEFT_SKILLBOX_RUN_COMPLETED) ||
           is(run->status, WEFT_SKILLBOX_RUN_MOUNTED);
}

bool weft_skillbox_run_failed(const weft_skillbox_run_result *run)
{
    return is(run->status, WEFT_SKILLBOX_RUN_FAILED) || is(run->status, WEFT_SKILLBOX_RUN_ERROR);
}

bool weft_skillbox_run_timed_out(const weft_skillbox_run_result *run)
{
    return is(run->status, WEFT_SKILLBOX_RUN_TIMEOUT);
}

bool weft_skillbox_run_is_final(const weft_skillbox_run_result *run)
{
    return weft_skillbox_run_succeeded(run) || weft_skillbox_run_failed(run) || weft_skillbox_run_timed_out(run);
}

bool weft_skillbox_run_is_running(const weft_skillbox_run_result *run)
{
    return is(run->status, WEFT_SKILLBOX_RUN_RUNNING);
}

bool weft_skillbox_run_has_files(const weft_skillbox_run_result *run)
{
    return run->files_url.len > 0;
}

weft_time weft_skillbox_run_created_time(const weft_skillbox_run_result *run)
{
    return weft_time_parse(run->created_at);
}

weft_time weft_skillbox_run_finished_time(const weft_skillbox_run_result *run)
{
    return weft_time_parse(run->finished_at);
}

weft_time weft_skillbox_skill_version_uploaded_time(const weft_skillbox_skill_version *version)
{
    return weft_time_parse(version->uploaded_at);
}

weft_time weft_skillbox_file_created_time(const weft_skillbox_file *file)
{
    return weft_time_parse(file->created_at);
}

weft_time weft_skillbox_file_updated_time(const weft_skillbox_file *file)
{
    return weft_time_parse(file->updated_at);
}

weft_json weft_skillbox_error_details(const weft_error *error)
{
    weft_json none = {NULL, 0}, details;

    if (!error->body.ptr || !weft__json_is_answer(error->body.ptr, error->body.len) ||
        !weft__json_member(error->body.ptr, error->body.len, "details", &details))
        return none;
    return details.ptr[0] == 'n' ? none : details;
}
