/**
 * weft/skillbox.h - Skillbox: packaged skills, run in a sandbox. API 1.0.
 *
 *     weft_client *api = weft_skillbox_client(engine, &(weft_client_options){
 *         .base_url = "http://localhost:8080",
 *         .token = "sk-your-api-key",
 *     }, &info);
 *
 * Defaults of this service, whose own SDK has no deadline: a call has 10 s to connect. What looks something up has 30 s
 * in all, what changes something 60 s, and a run 15 minutes: its skill may take 10, and its sandbox has to be made.
 * What moves files may not fall silent for 60 s, and its answer begins within 60 s of a request, within 2 minutes of an
 * upload, and within 10 of an archive that is validated. Requests of weft_http_send have no limit but that of
 * silence. What starts or changes something is sent again only when it cannot have been acted on; what looks something
 * up, also when the answer was lost: see weft_retry_options.
 *
 * Beside the rules in weft/weft.h, these hold for every function here:
 *
 *   Result: in `cb`, a pointer to the struct that the function's comment names; never NULL on success, unless
 *           the comment says that there is none. A member that the server left out is zero.
 *   Errors: WEFT_E_INVALID       an argument is missing or wrong; nothing was sent
 *           WEFT_E_UNAUTHORIZED  no API key, or one that is not, or no longer, good
 *           WEFT_E_FORBIDDEN     the tenant is not the key's
 *           WEFT_E_BAD_REQUEST, WEFT_E_NOT_FOUND, WEFT_E_UNPROCESSABLE, WEFT_E_SERVER_ERROR and the others by HTTP
 *           status; the message has the server's own words and `server_code` its word for the case, such as
 *           "invalid_skill". weft_skillbox_error_get_details has what else it said. A function's comment names only
 *           what is particular to it.
 *
 * There are no event streams: a run answers when its skill is done.
 *
 * What a server offers beyond these functions - the sandbox's shell, administration, marketplace - is reached
 * with weft_http_send and the same client.
 */
#ifndef WEFT_SKILLBOX_H
#define WEFT_SKILLBOX_H

#include "weft/client.h"
#include "weft/http.h"
#include "weft/skillbox_types.h"
#include "weft/wait.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Makes a client of the Skillbox at `options->base_url`, which is required. `options->token` is the API key;
 * left empty it is taken from the environment, SKILLBOX_API_KEY, now; and where that is empty too, requests
 * go without one. Which tenant it is for: weft_skillbox_set_tenant. NULL when an option is wrong or memory is
 * short; `ret_error`, unless it is NULL, then says what, and names the variable where that is to blame.
 */
WEFT_API weft_client *weft_skillbox_client(weft_engine *engine, const weft_client_options *options,
                                           weft_error_info *ret_error);

/**
 * Sets the tenant, sent as X-Tenant-ID with every request to the service from now on; copied. NULL or "" = none. A
 * server refuses another tenant than the key's, unless it is the key of a service. False, with `ret_error` filled
 * unless that is NULL, and the old one stays, when it has control characters, the client is not one of Skillbox, or
 * memory is short.
 */
WEFT_API bool weft_skillbox_set_tenant(weft_client *client, const char *tenant, weft_error_info *ret_error);

/* ---- The service ------------------------------------------------------------------------------------- */

/**
 * Whether the service can be reached. GET /health; needs no key.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_skillbox_get_health(weft_client *client, const weft_call_options *options, weft_done_cb *cb,
                                             void *arg);

/**
 * Whether what the service depends on works. GET /ready; needs no key.
 * Result: weft_skillbox_readiness.
 * Errors: WEFT_E_UNAVAILABLE  it does not; the message says what
 */
WEFT_API weft_call *weft_skillbox_get_readiness(weft_client *client, const weft_call_options *options,
                                                weft_skillbox_readiness_cb *cb, void *arg);

/* ---- Executions -------------------------------------------------------------------------------------- */

/**
 * Runs a skill and answers when it is done. POST /v1/executions. Cancelling the call, and every other early
 * end of it, ends the run at the server as well.
 *
 * Result: weft_skillbox_execution. That there is one does not mean that the skill succeeded: ask
 *         weft_skillbox_execution_is_completed. Mistakes in the image, the environment, or a `version` that does not
 *         exist come as a failed result, too.
 *         There is no run that answers with an id to wait for: Skillbox has none.
 * Errors: WEFT_E_NOT_FOUND         no such skill, or no version of it is available yet
 *         WEFT_E_CONFLICT          the version is not available: it waits for its review, say
 *         WEFT_E_EXECUTION_FAILED  the service itself failed, with a failed result; the message is its error, and
 *                                  there is no `server_code`. Where it could not even record the run, `outcome`
 *                                  is NOT_ACTED_ON
 */
WEFT_API weft_call *weft_skillbox_run(weft_client *client, const weft_skillbox_run_request *request,
                                      const weft_call_options *options, weft_skillbox_execution_cb *cb, void *arg);

/**
 * An execution as it stands. GET /v1/executions/{id}.
 * Result: weft_skillbox_execution.
 * Errors: WEFT_E_SERVER_ERROR  also, by a fault of servers, while it runs, and when it had no input or no output: the
 *                              execution is not lost
 */
WEFT_API weft_call *weft_skillbox_get_execution(weft_client *client, const char *execution_id,
                                                const weft_call_options *options, weft_skillbox_execution_cb *cb,
                                                void *arg);

/** `execution` is seen first, or has another `status` than before. It lives until this returns. */
typedef void weft_skillbox_execution_change_cb(const weft_skillbox_execution *execution, void *arg);

/**
 * Waits until an execution has ended: see weft/wait.h. GET /v1/executions/{id}, again and again. `wait` and `on_change`
 * may be NULL. For one that somebody else has begun: weft_skillbox_run answers when its own has ended. A look that
 * finds WEFT_E_SERVER_ERROR does not end the wait, for that is what servers answer while it runs; one that had no input
 * or no output is answered so for ever, so give the wait a time (`timeout_ms`).
 * Result: weft_skillbox_execution, as it ended. A failed execution is no error of the wait: ask
 *         weft_skillbox_execution_is_completed.
 */
WEFT_API weft_call *weft_skillbox_wait_execution(weft_client *client, const char *execution_id,
                                                 const weft_wait_options *wait,
                                                 weft_skillbox_execution_change_cb *on_change,
                                                 const weft_call_options *options, weft_skillbox_execution_cb *cb,
                                                 void *arg);

/**
 * What an execution wrote to standard output and standard error. GET /v1/executions/{id}/logs.
 * Result: weft_str, the text; perhaps empty.
 * Errors: WEFT_E_SERVER_ERROR  as of weft_skillbox_get_execution
 */
WEFT_API weft_call *weft_skillbox_get_execution_logs(weft_client *client, const char *execution_id,
                                                     const weft_call_options *options, weft_text_cb *cb, void *arg);

/** As a limit of a download: none at all. */
#define WEFT_SKILLBOX_NO_LIMIT UINT64_MAX

/** How to download. All zero is good. */
typedef struct weft_skillbox_download_execution_files_options {
    uint64_t max_entries;          /**< files, directories and what is skipped; 0 = 100 000 */
    uint64_t max_bytes;            /**< of the unpacked archive; 0 = 4 GiB */
    uint64_t max_ratio;            /**< unpacked bytes for each received one, looked at beyond 64 MiB; 0 = 250 */
    weft_progress_cb *on_progress; /**< or NULL; called with the `arg` of the call */
} weft_skillbox_download_execution_files_options;

/**
 * Fetches the files of an execution and unpacks them below `directory`, while they arrive, on libuv's thread
 * pool. GET `files_url`, without the client's credentials. `files_url` NULL or empty is an execution without
 * files: a success at once, that sends nothing and makes nothing.
 *
 * A file appears under its name when it is complete, or not at all. It gets the archive's read, write and
 * execute bits, less the umask; one that replaces another file keeps that file's. Directories are made as
 * needed, with mode 0750, `directory` too. Nothing is written outside `directory`, and no link below it is
 * followed; links, devices and the like in the archive are skipped. When it fails, or is cancelled, what was
 * complete stays, and nothing touches the disk any more when the callback comes; once the archive has begun to
 * arrive it is not tried again. Two downloads into one directory do not disturb each other, but for files of the
 * same name. What it takes to unpack (some 400 KiB, three descriptors) is taken when the archive begins to arrive.
 *
 * Result: weft_skillbox_download.
 * Errors: WEFT_E_ARCHIVE      not a tar.gz, cut off, beyond a limit, or "path traversal detected"; the message
 *                             names the entry
 *         WEFT_E_FILE         the disk said no; the message names the file
 *         WEFT_E_FORBIDDEN    the URL has expired: weft_skillbox_get_execution may have a new one
 *         WEFT_E_UNSUPPORTED  this build has no zlib
 */
WEFT_API weft_call *weft_skillbox_download_execution_files(
    weft_client *client, const char *files_url, const char *directory,
    const weft_skillbox_download_execution_files_options *download, const weft_call_options *options,
    weft_skillbox_download_cb *cb, void *arg);

/* ---- Skills ------------------------------------------------------------------------------------------ */

/** What is uploaded: a file on disk, or bytes. Exactly one of the two. Copied, but for the file itself. */
typedef struct weft_skillbox_upload {
    const char *file_path; /**< read on libuv's thread pool while it is sent; see weft_body in weft/http.h */
    const void *bytes;     /**< or from memory, `bytes_len` long; copied */
    size_t bytes_len;
    const char *name;              /**< what the server calls it; NULL = the last part of `file_path`, or "file" */
    const char *content_type;      /**< NULL = application/octet-stream */
    weft_progress_cb *on_progress; /**< or NULL; called with the `arg` of the call */
} weft_skillbox_upload;

/**
 * The skills; `which` NULL = the available ones. GET /v1/skills.
 * Result: weft_skillbox_skill_list.
 */
WEFT_API weft_call *weft_skillbox_list_skills(weft_client *client, const weft_skillbox_list_skills_options *which,
                                              const weft_call_options *options, weft_skillbox_skill_list_cb *cb,
                                              void *arg);

/**
 * All about one version of a skill, its instructions included. GET /v1/skills/{name}/{version}. `which` NULL =
 * WEFT_SKILLBOX_LATEST.
 * Result: weft_skillbox_skill_with_instructions.
 */
WEFT_API weft_call *weft_skillbox_get_skill(weft_client *client, const char *name,
                                            const weft_skillbox_get_skill_options *which,
                                            const weft_call_options *options,
                                            weft_skillbox_skill_with_instructions_cb *cb, void *arg);

/**
 * Uploads a skill: a zip archive with a SKILL.md. POST /v1/skills. Servers scan it before it can be run, and
 * may have it reviewed: until then it is not listed, and running it is WEFT_E_NOT_FOUND or WEFT_E_CONFLICT.
 * Result: weft_skillbox_accepted_skill.
 * Errors: WEFT_E_BAD_REQUEST     no zip, no SKILL.md, or one that lacks a name or description
 *         WEFT_E_FORBIDDEN       an administrator has blocked the skill
 *         WEFT_E_UNPROCESSABLE   the scan rejected it; the details say why
 *         WEFT_E_REQUEST_FAILED  with status 413: larger than the server takes, usually 50 MiB
 *         WEFT_E_FILE            the archive could not be read
 */
WEFT_API weft_call *weft_skillbox_register_skill(weft_client *client, const weft_skillbox_upload *archive,
                                                 const weft_call_options *options, weft_skillbox_accepted_skill_cb *cb,
                                                 void *arg);

/**
 * Registers a skill of one file, or a new version of it. POST /v1/skills/from-fields.
 * Result: weft_skillbox_accepted_skill.
 */
WEFT_API weft_call *weft_skillbox_upsert_skill(weft_client *client, const weft_skillbox_upsert_skill_request *fields,
                                               const weft_call_options *options, weft_skillbox_accepted_skill_cb *cb,
                                               void *arg);

/**
 * Has an archive checked as weft_skillbox_register_skill does, without registering it. POST /v1/skills/validate.
 * Result: weft_skillbox_validation.
 * Errors: as of weft_skillbox_register_skill
 */
WEFT_API weft_call *weft_skillbox_validate_skill(weft_client *client, const weft_skillbox_upload *archive,
                                                 const weft_call_options *options, weft_skillbox_validation_cb *cb,
                                                 void *arg);

/**
 * The files of a version, with their content. GET /v1/skills/{name}/{version}/files. `which` NULL = all of
 * WEFT_SKILLBOX_LATEST.
 * Result: weft_skillbox_skill_file_list.
 * Errors: WEFT_E_NOT_FOUND  also when there is no such file
 */
WEFT_API weft_call *weft_skillbox_list_skill_files(weft_client *client, const char *name,
                                                   const weft_skillbox_list_skill_files_options *which,
                                                   const weft_call_options *options,
                                                   weft_skillbox_skill_file_list_cb *cb, void *arg);

/**
 * Deletes one version of a skill, for good. DELETE /v1/skills/{name}/{version}. WEFT_SKILLBOX_LATEST is the
 * one uploaded last, of any status; here it must be said. Servers do not mind when there was none.
 * Result: none.
 */
WEFT_API weft_call *weft_skillbox_delete_skill_version(weft_client *client, const char *name, const char *version,
                                                       const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * Deletes a skill with all its versions, for good. DELETE /v1/skills/{name}.
 * Result: none.
 */
WEFT_API weft_call *weft_skillbox_delete_skill(weft_client *client, const char *name, const weft_call_options *options,
                                               weft_done_cb *cb, void *arg);

/**
 * Makes a new version of a skill by one file that is added or changed. PUT /v1/skills/{name}/files.
 * Result: weft_skillbox_accepted_skill.
 */
WEFT_API weft_call *weft_skillbox_put_skill_file(weft_client *client, const char *name,
                                                 const weft_skillbox_skill_file_content *file,
                                                 const weft_call_options *options, weft_skillbox_accepted_skill_cb *cb,
                                                 void *arg);

/**
 * Makes a new version of a skill of these `count` files; one of them must be SKILL.md.
 * PUT /v1/skills/{name}/files-batch.
 * Result: weft_skillbox_accepted_skill.
 */
WEFT_API weft_call *weft_skillbox_put_skill_files(weft_client *client, const char *name,
                                                  const weft_skillbox_skill_file_content *files, size_t count,
                                                  const weft_call_options *options, weft_skillbox_accepted_skill_cb *cb,
                                                  void *arg);

/**
 * The versions of a skill, with what their scans found; none for a name that is unknown.
 * GET /v1/skills/{name}/versions.
 * Result: weft_skillbox_skill_version_list.
 */
WEFT_API weft_call *weft_skillbox_list_skill_versions(weft_client *client, const char *name,
                                                      const weft_call_options *options,
                                                      weft_skillbox_skill_version_list_cb *cb, void *arg);

/**
 * What changed in version `to`, which is required. GET /v1/skills/{name}/diff. `base` NULL = since the active one.
 * Result: weft_skillbox_diff.
 */
WEFT_API weft_call *weft_skillbox_get_skill_diff(weft_client *client, const char *name, const char *to,
                                                 const weft_skillbox_get_skill_diff_options *base,
                                                 const weft_call_options *options, weft_skillbox_diff_cb *cb,
                                                 void *arg);

/**
 * Has a skill's name without a version mean this one. PUT /v1/skills/{name}/active.
 * Result: weft_skillbox_active_version.
 * Errors: WEFT_E_CONFLICT  the version is not available
 */
WEFT_API weft_call *weft_skillbox_set_active_version(weft_client *client, const char *name, const char *version,
                                                     const weft_call_options *options,
                                                     weft_skillbox_active_version_cb *cb, void *arg);

/* ---- Files; where the server has a store for them ---------------------------------------------------- */

/** What becomes of the bytes of a file: at most one of the first two; none = the result has them, in memory. */
typedef struct weft_skillbox_save {
    const char *save_to;           /**< a file, which appears under its name when it is complete, or not at all; its
                                directory must be there */
    weft_data_cb *on_data;         /**< or is handed them in pieces, with the `arg` of the call */
    weft_progress_cb *on_progress; /**< or NULL; the same */
} weft_skillbox_save;

/**
 * Uploads a file, for `input_files` of runs. POST /v1/files. At most 50 MiB.
 * Result: weft_skillbox_file.
 * Errors: WEFT_E_FILE  it could not be read
 */
WEFT_API weft_call *weft_skillbox_upload_file(weft_client *client, const weft_skillbox_upload *file,
                                              const weft_call_options *options, weft_skillbox_file_cb *cb, void *arg);

/**
 * The files, newest first. GET /v1/files. `which` NULL = the first page of all.
 * Result: weft_skillbox_file_list.
 */
WEFT_API weft_call *weft_skillbox_list_files(weft_client *client, const weft_skillbox_list_files_options *which,
                                             const weft_call_options *options, weft_skillbox_file_list_cb *cb,
                                             void *arg);

/**
 * What is known of a file. GET /v1/files/{id}.
 * Result: weft_skillbox_file.
 */
WEFT_API weft_call *weft_skillbox_get_file(weft_client *client, const char *file_id, const weft_call_options *options,
                                           weft_skillbox_file_cb *cb, void *arg);

/**
 * A file's content. GET /v1/files/{id}/download. `save` NULL = into memory.
 * Result: weft_http_response.
 * Errors: WEFT_E_FILE  it could not be written
 */
WEFT_API weft_call *weft_skillbox_download_file(weft_client *client, const char *file_id,
                                                const weft_skillbox_save *save, const weft_call_options *options,
                                                weft_http_cb *cb, void *arg);

/**
 * Uploads a new version of a file. PUT /v1/files/{id}.
 * Result: weft_skillbox_file, of the new version, which has an id of its own.
 * Errors: WEFT_E_FILE  it could not be read
 */
WEFT_API weft_call *weft_skillbox_update_file(weft_client *client, const char *file_id,
                                              const weft_skillbox_upload *file, const weft_call_options *options,
                                              weft_skillbox_file_cb *cb, void *arg);

/**
 * Deletes a file, for good. DELETE /v1/files/{id}.
 * Result: none.
 */
WEFT_API weft_call *weft_skillbox_delete_file(weft_client *client, const char *file_id,
                                              const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * All versions of a file, the latest first. GET /v1/files/{id}/versions.
 * Result: weft_skillbox_file_list.
 */
WEFT_API weft_call *weft_skillbox_list_file_versions(weft_client *client, const char *file_id,
                                                     const weft_call_options *options, weft_skillbox_file_list_cb *cb,
                                                     void *arg);

/* ---- Sessions: files that runs of one `session_id` share --------------------------------------------- */

/**
 * The files of a session; none for a session that is unknown. GET /v1/sessions/{id}/files.
 * Result: weft_skillbox_file_list.
 */
WEFT_API weft_call *weft_skillbox_list_session_files(weft_client *client, const char *session_id,
                                                     const weft_call_options *options, weft_skillbox_file_list_cb *cb,
                                                     void *arg);

/**
 * The content of a session's file. GET /v1/sessions/{id}/files/{filename}. `save` NULL = into memory.
 * Result: weft_http_response.
 * Errors: WEFT_E_FILE  it could not be written
 */
WEFT_API weft_call *weft_skillbox_download_session_file(weft_client *client, const char *session_id,
                                                        const char *filename, const weft_skillbox_save *save,
                                                        const weft_call_options *options, weft_http_cb *cb, void *arg);

/**
 * Deletes a file of a session, for good. DELETE /v1/sessions/{id}/files/{filename}.
 * Result: none.
 */
WEFT_API weft_call *weft_skillbox_delete_session_file(weft_client *client, const char *session_id, const char *filename,
                                                      const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * Deletes a session with all its files, for good. DELETE /v1/sessions/{id}.
 * Result: none.
 */
WEFT_API weft_call *weft_skillbox_delete_session(weft_client *client, const char *session_id,
                                                 const weft_call_options *options, weft_done_cb *cb, void *arg);

/* ---- Reading results; these allocate nothing, may be used on any thread, and take NULL for what has nothing -- */

/**
 * It has ended: completed, failed or timed out. An unknown status is not taken for an end; but what weft_skillbox_run
 * gives has ended whatever its status.
 */
WEFT_API bool weft_skillbox_execution_is_final(const weft_skillbox_execution *execution);
/** `status` is "success", "completed" or "mounted": a success. */
WEFT_API bool weft_skillbox_execution_is_completed(const weft_skillbox_execution *execution);
/** `status` is "failed", "error" or "timeout": `error` says why. */
WEFT_API bool weft_skillbox_execution_is_failed(const weft_skillbox_execution *execution);
/** `status` is "timeout": the skill took longer than it may. */
WEFT_API bool weft_skillbox_execution_is_timed_out(const weft_skillbox_execution *execution);
/** `status` is "running": it has not ended. */
WEFT_API bool weft_skillbox_execution_is_running(const weft_skillbox_execution *execution);
/** `files_url` is not empty: weft_skillbox_download_execution_files fetches them. */
WEFT_API bool weft_skillbox_execution_has_files(const weft_skillbox_execution *execution);

/** `details` of an error answer, such as the categories of a rejected scan; ptr NULL when there are none. */
WEFT_API weft_json weft_skillbox_error_get_details(const weft_error *error);

#ifdef __cplusplus
}
#endif

#endif
