/* Files on their way to and from Skillbox, one at a time. */
#include "weft/skillbox.h"

#include "call/http_call.h"
#include "service/common.h"
#include "service/skillbox_operations.h"

/* ---- Up ---------------------------------------------------------------------------------------------- */

static const char *check_upload(const weft_skillbox_upload *upload, const char *invalid)
{
    if (invalid)
        return invalid;
    if (!upload || (!upload->bytes && weft__require(upload->file_path, "")))
        return "a file to upload is required";
    return upload->bytes && upload->file_path ? "a file to upload is on disk or in memory, not both" : NULL;
}

/* The form that every upload is: the file, and its name beside it where the operation takes one. */
static weft_call *submit_upload(weft_client *client, const weft__invocation *invocation,
                                const weft_skillbox_upload *upload, bool tells_name, const weft_call_options *options,
                                weft__hook hook)
{
    weft_skillbox_upload ours = upload ? *upload : (weft_skillbox_upload){0};
    weft_part parts[] = {
        {
            .name = "file",
            .file_path = ours.file_path,
            .bytes = ours.bytes,
            .bytes_len = ours.bytes_len,
            .file_name = ours.name,
            .content_type = ours.content_type,
        },
        {.name = "name", .value = ours.name},
    };
    weft_body body = {.parts = parts, .parts_count = tells_name && ours.name ? 2 : 1};
    weft__transfer transfer = {.body = &body, .on_progress = ours.on_progress, .data_arg = hook.arg};
    weft__invocation checked = *invocation;

    checked.service = &weft__skillbox_service;
    checked.invalid = check_upload(upload, invocation->invalid);
    if (checked.invalid)
        transfer.body = NULL;
    return weft__transfer_submit(client, &checked, &transfer, options, hook);
}

weft_call *weft_skillbox_register_skill(weft_client *client, const weft_skillbox_upload *archive,
                                        const weft_call_options *options, weft_skillbox_accepted_skill_cb *cb,
                                        void *arg)
{
    weft__invocation invocation = {.operation = &weft__skillbox_operations[WEFT__SKILLBOX_REGISTER_SKILL]};

    return submit_upload(client, &invocation, archive, false, options,
                         WEFT__CALLBACK(skillbox_accepted_skill, cb, arg));
}

weft_call *weft_skillbox_validate_skill(weft_client *client, const weft_skillbox_upload *archive,
                                        const weft_call_options *options, weft_skillbox_validation_cb *cb, void *arg)
{
    weft__invocation invocation = {.operation = &weft__skillbox_operations[WEFT__SKILLBOX_VALIDATE_SKILL]};

    return submit_upload(client, &invocation, archive, false, options, WEFT__CALLBACK(skillbox_validation, cb, arg));
}

weft_call *weft_skillbox_upload_file(weft_client *client, const weft_skillbox_upload *file,
                                     const weft_call_options *options, weft_skillbox_file_cb *cb, void *arg)
{
    weft__invocation invocation = {.operation = &weft__skillbox_operations[WEFT__SKILLBOX_UPLOAD_FILE]};

    return submit_upload(client, &invocation, file, true, options, WEFT__CALLBACK(skillbox_file, cb, arg));
}

static const char file_id_required[] = "file ID is required";

weft_call *weft_skillbox_update_file(weft_client *client, const char *file_id, const weft_skillbox_upload *file,
                                     const weft_call_options *options, weft_skillbox_file_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_UPDATE_FILE],
        .segments = {file_id},
        .segment_names = {"file_id"},
        .invalid = weft__require(file_id, file_id_required),
    };

    return submit_upload(client, &invocation, file, false, options, WEFT__CALLBACK(skillbox_file, cb, arg));
}

/* ---- Down -------------------------------------------------------------------------------------------- */

static weft_call *submit_save(weft_client *client, const weft__invocation *invocation, const weft_skillbox_save *save,
                              const weft_call_options *options, weft__hook hook)
{
    weft_skillbox_save ours = save ? *save : (weft_skillbox_save){0};
    weft__transfer transfer = {
        .save_to = ours.save_to,
        .on_data = ours.on_data,
        .on_progress = ours.on_progress,
        .data_arg = hook.arg,
    };
    weft__invocation checked = *invocation;

    checked.service = &weft__skillbox_service;
    checked.accept = "*/*";
    if (!checked.invalid && ours.save_to && ours.on_data)
        checked.invalid = "save_to and on_data cannot both be set";
    return weft__transfer_submit(client, &checked, &transfer, options, hook);
}

weft_call *weft_skillbox_download_file(weft_client *client, const char *file_id, const weft_skillbox_save *save,
                                       const weft_call_options *options, weft_http_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_DOWNLOAD_FILE],
        .segments = {file_id},
        .segment_names = {"file_id"},
        .invalid = weft__require(file_id, file_id_required),
    };

    return submit_save(client, &invocation, save, options, WEFT__CALLBACK(http, cb, arg));
}

weft_call *weft_skillbox_download_session_file(weft_client *client, const char *session_id, const char *filename,
                                               const weft_skillbox_save *save, const weft_call_options *options,
                                               weft_http_cb *cb, void *arg)
{
    const char *complaint = weft__require(session_id, "session ID is required");
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_DOWNLOAD_SESSION_FILE],
        .segments = {session_id, filename},
        .segment_names = {"session_id", "filename"},
        .invalid = complaint ? complaint : weft__require(filename, "file name is required"),
    };

    return submit_save(client, &invocation, save, options, WEFT__CALLBACK(http, cb, arg));
}
