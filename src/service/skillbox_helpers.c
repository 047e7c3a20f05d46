/* Reading Skillbox's results: how an execution ended, an error's details. */
#include "weft/skillbox.h"

#include <string.h>

#include "json/codec.h"

static bool is(weft_str text, const char *word)
{
    return text.ptr && text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

bool weft_skillbox_execution_is_final(const weft_skillbox_execution *execution)
{
    return weft_skillbox_execution_is_completed(execution) || weft_skillbox_execution_is_failed(execution);
}

bool weft_skillbox_execution_is_completed(const weft_skillbox_execution *execution)
{
    return execution && (is(execution->status, WEFT_SKILLBOX_EXECUTION_SUCCESS) ||
                         is(execution->status, WEFT_SKILLBOX_EXECUTION_COMPLETED) ||
                         is(execution->status, WEFT_SKILLBOX_EXECUTION_MOUNTED));
}

bool weft_skillbox_execution_is_failed(const weft_skillbox_execution *execution)
{
    return execution && (is(execution->status, WEFT_SKILLBOX_EXECUTION_FAILED) ||
                         is(execution->status, WEFT_SKILLBOX_EXECUTION_ERROR) ||
                         is(execution->status, WEFT_SKILLBOX_EXECUTION_TIMEOUT));
}

bool weft_skillbox_execution_is_timed_out(const weft_skillbox_execution *execution)
{
    return execution && is(execution->status, WEFT_SKILLBOX_EXECUTION_TIMEOUT);
}

bool weft_skillbox_execution_is_running(const weft_skillbox_execution *execution)
{
    return execution && is(execution->status, WEFT_SKILLBOX_EXECUTION_RUNNING);
}

bool weft_skillbox_execution_has_files(const weft_skillbox_execution *execution)
{
    return execution && execution->files_url.len > 0;
}

weft_json weft_skillbox_error_get_details(const weft_error *error)
{
    weft_json none = {NULL, 0}, details;

    if (!error || !error->body.ptr || !weft__json_is_answer(error->body.ptr, error->body.len) ||
        !weft__json_member(error->body.ptr, error->body.len, "details", &details))
        return none;
    return details.ptr[0] == 'n' ? none : details;
}
