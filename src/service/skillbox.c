/* Skillbox's public functions: each checks its arguments and names its operation. Those that move files are
 * in skillbox_transfer.c and skillbox_download.c. */
#include "weft/skillbox.h"

#include "compose/wait.h"
#include "service/common.h"
#include "service/skillbox_operations.h"
#include "service/skillbox_types.h"

weft_client *weft_skillbox_client(weft_engine *engine, const weft_client_options *options, weft_error_info *ret_error)
{
    return weft__client_new(engine, &weft__skillbox_service, options, ret_error);
}

bool weft_skillbox_set_tenant(weft_client *client, const char *tenant, weft_error_info *ret_error)
{
    return weft__service_is_of(&weft__skillbox_service, client, ret_error) &&
           weft__client_set_text(client, WEFT__SKILLBOX_TENANT, "tenant", tenant, ret_error);
}

/* ---- The service ------------------------------------------------------------------------------------- */

weft_call *weft_skillbox_get_health(weft_client *client, const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    return weft__service_submit_plain(&weft__skillbox_service, client, WEFT__SKILLBOX_GET_HEALTH, options,
                                      WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_skillbox_get_readiness(weft_client *client, const weft_call_options *options,
                                       weft_skillbox_readiness_cb *cb, void *arg)
{
    return weft__service_submit_plain(&weft__skillbox_service, client, WEFT__SKILLBOX_GET_READINESS, options,
                                      WEFT__CALLBACK(skillbox_readiness, cb, arg));
}

/* ---- Executions -------------------------------------------------------------------------------------- */

static const char execution_id_required[] = "execution ID is required";

const char *weft__skillbox_objection_to_run(weft_client *client, const weft__invocation *invocation, weft_code *code)
{
    (void)client, (void)code;
    return weft__require(((const weft_skillbox_run_request *)invocation->request)->skill, "skill is required");
}

weft_call *weft_skillbox_run(weft_client *client, const weft_skillbox_run_request *request,
                             const weft_call_options *options, weft_skillbox_execution_cb *cb, void *arg)
{
    weft_skillbox_run_request ours = request ? *request : (weft_skillbox_run_request){0};
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_RUN],
        .request = request ? &ours : NULL,
    };

    ours.input = weft__unless_empty(ours.input);
    return weft__service_submit(&weft__skillbox_service, client, &invocation, options,
                                WEFT__CALLBACK(skillbox_execution, cb, arg));
}

weft_call *weft_skillbox_get_execution(weft_client *client, const char *execution_id, const weft_call_options *options,
                                       weft_skillbox_execution_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__skillbox_service, client, WEFT__SKILLBOX_GET_EXECUTION, "execution_id",
                                      execution_id, execution_id_required, options,
                                      WEFT__CALLBACK(skillbox_execution, cb, arg));
}

static bool execution_is_final(const void *result)
{
    return weft_skillbox_execution_is_final(result);
}

static weft_str execution_status(const void *result)
{
    return ((const weft_skillbox_execution *)result)->status;
}

WEFT__DEFINE_TELL_CHANGE(skillbox_execution, weft_skillbox_execution)

static const weft__wait_kind end_of_execution = {
    .unfinished = "the execution had not ended",
    .is_final = execution_is_final,
    .status = execution_status,
    .tell_change = tell_skillbox_execution_change,
};

weft_call *weft_skillbox_wait_execution(weft_client *client, const char *execution_id, const weft_wait_options *wait,
                                        weft_skillbox_execution_change_cb *on_change, const weft_call_options *options,
                                        weft_skillbox_execution_cb *cb, void *arg)
{
    weft__invocation look = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_GET_EXECUTION],
        .segments = {execution_id},
        .segment_names = {"execution_id"},
        .service = &weft__skillbox_service,
        .invalid = weft__require(execution_id, execution_id_required),
    };

    return weft__wait_submit(client,
                             &(weft__wait){
                                 .kind = &end_of_execution,
                                 .invocation = &look,
                                 .options = wait,
                                 .on_change = WEFT__ON_CHANGE(skillbox_execution, on_change, arg),
                             },
                             options, WEFT__CALLBACK(skillbox_execution, cb, arg));
}

weft_call *weft_skillbox_get_execution_logs(weft_client *client, const char *execution_id,
                                            const weft_call_options *options, weft_text_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_GET_EXECUTION_LOGS],
        .segments = {execution_id},
        .segment_names = {"execution_id"},
        .invalid = weft__require(execution_id, execution_id_required),
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options, WEFT__CALLBACK(text, cb, arg));
}

/* ---- Skills ------------------------------------------------------------------------------------------ */

static const char skill_name_required[] = "skill name is required";

weft_call *weft_skillbox_list_skills(weft_client *client, const weft_skillbox_list_skills_options *which,
                                     const weft_call_options *options, weft_skillbox_skill_list_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_LIST_SKILLS],
        .options = which,
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options,
                                WEFT__CALLBACK(skillbox_skill_list, cb, arg));
}

static const char *version_or_latest(const char *version)
{
    return weft__is_empty(version) ? WEFT_SKILLBOX_LATEST : version;
}

weft_call *weft_skillbox_get_skill(weft_client *client, const char *name, const weft_skillbox_get_skill_options *which,
                                   const weft_call_options *options, weft_skillbox_skill_with_instructions_cb *cb,
                                   void *arg)
{
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_GET_SKILL],
        .segments = {name, version_or_latest(which ? which->version : NULL)},
        .invalid = weft__require(name, skill_name_required),
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options,
                                WEFT__CALLBACK(skillbox_skill_with_instructions, cb, arg));
}

const char *weft__skillbox_objection_to_fields(weft_client *client, const weft__invocation *invocation, weft_code *code)
{
    (void)client, (void)code;
    const weft_skillbox_upsert_skill_request *fields = invocation->request;

    if (weft__is_empty(fields->name))
        return skill_name_required;
    if (weft__is_empty(fields->description))
        return "description is required";
    return weft__require(fields->code, "code is required");
}

weft_call *weft_skillbox_upsert_skill(weft_client *client, const weft_skillbox_upsert_skill_request *fields,
                                      const weft_call_options *options, weft_skillbox_accepted_skill_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_UPSERT_SKILL],
        .request = fields,
        .invalid = fields ? NULL : "fields are required",
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options,
                                WEFT__CALLBACK(skillbox_accepted_skill, cb, arg));
}

weft_call *weft_skillbox_list_skill_files(weft_client *client, const char *name,
                                          const weft_skillbox_list_skill_files_options *which,
                                          const weft_call_options *options, weft_skillbox_skill_file_list_cb *cb,
                                          void *arg)
{
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_LIST_SKILL_FILES],
        .segments = {name, version_or_latest(which ? which->version : NULL)},
        .options = which,
        .invalid = weft__require(name, skill_name_required),
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options,
                                WEFT__CALLBACK(skillbox_skill_file_list, cb, arg));
}

static const char *check_version(const char *name, const char *version)
{
    return weft__is_empty(name) ? skill_name_required : weft__require(version, "version is required");
}

weft_call *weft_skillbox_delete_skill_version(weft_client *client, const char *name, const char *version,
                                              const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_DELETE_SKILL_VERSION],
        .segments = {name, version},
        .segment_names = {"name", "version"},
        .invalid = check_version(name, version),
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options, WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_skillbox_delete_skill(weft_client *client, const char *name, const weft_call_options *options,
                                      weft_done_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__skillbox_service, client, WEFT__SKILLBOX_DELETE_SKILL, "name", name,
                                      skill_name_required, options, WEFT__CALLBACK(done, cb, arg));
}

static const char file_path_required[] = "file path is required";

const char *weft__skillbox_objection_to_file(weft_client *client, const weft__invocation *invocation, weft_code *code)
{
    (void)client, (void)code;
    return weft__require(((const weft_skillbox_skill_file_content *)invocation->request)->path, file_path_required);
}

weft_call *weft_skillbox_put_skill_file(weft_client *client, const char *name,
                                        const weft_skillbox_skill_file_content *file, const weft_call_options *options,
                                        weft_skillbox_accepted_skill_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_PUT_SKILL_FILE],
        .segments = {name},
        .request = file,
        .invalid = weft__is_empty(name) ? skill_name_required
                   : file               ? NULL
                                        : file_path_required,
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options,
                                WEFT__CALLBACK(skillbox_accepted_skill, cb, arg));
}

const char *weft__skillbox_objection_to_files(weft_client *client, const weft__invocation *invocation, weft_code *code)
{
    (void)client, (void)code;
    const weft__skillbox_put_files_request *request = invocation->request;

    if (!request->files || request->files_count == 0)
        return "files are required";
    for (size_t i = 0; i < request->files_count; i++)
        if (weft__is_empty(request->files[i].path))
            return file_path_required;
    return NULL;
}

weft_call *weft_skillbox_put_skill_files(weft_client *client, const char *name,
                                         const weft_skillbox_skill_file_content *files, size_t count,
                                         const weft_call_options *options, weft_skillbox_accepted_skill_cb *cb,
                                         void *arg)
{
    weft__skillbox_put_files_request request = {files, count};
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_PUT_SKILL_FILES],
        .segments = {name},
        .request = &request,
        .invalid = weft__require(name, skill_name_required),
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options,
                                WEFT__CALLBACK(skillbox_accepted_skill, cb, arg));
}

weft_call *weft_skillbox_list_skill_versions(weft_client *client, const char *name, const weft_call_options *options,
                                             weft_skillbox_skill_version_list_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__skillbox_service, client, WEFT__SKILLBOX_LIST_SKILL_VERSIONS, "name", name,
                                      skill_name_required, options,
                                      WEFT__CALLBACK(skillbox_skill_version_list, cb, arg));
}

const char *weft__skillbox_objection_to_diff(weft_client *client, const weft__invocation *invocation, weft_code *code)
{
    (void)client, (void)code;
    return weft__require(((const weft__skillbox_diff_query *)invocation->options)->to,
                         "the version to compare is required");
}

weft_call *weft_skillbox_get_skill_diff(weft_client *client, const char *name, const char *to,
                                        const weft_skillbox_get_skill_diff_options *base,
                                        const weft_call_options *options, weft_skillbox_diff_cb *cb, void *arg)
{
    weft__skillbox_diff_query query = {base ? base->from : NULL, to};
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_GET_SKILL_DIFF],
        .segments = {name},
        .options = &query,
        .invalid = weft__require(name, skill_name_required),
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options,
                                WEFT__CALLBACK(skillbox_diff, cb, arg));
}

const char *weft__skillbox_objection_to_version(weft_client *client, const weft__invocation *invocation,
                                                weft_code *code)
{
    (void)client, (void)code;
    return weft__require(((const weft__skillbox_version_request *)invocation->request)->version, "version is required");
}

weft_call *weft_skillbox_set_active_version(weft_client *client, const char *name, const char *version,
                                            const weft_call_options *options, weft_skillbox_active_version_cb *cb,
                                            void *arg)
{
    weft__skillbox_version_request request = {version};
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_SET_ACTIVE_VERSION],
        .segments = {name},
        .request = &request,
        .invalid = weft__require(name, skill_name_required),
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options,
                                WEFT__CALLBACK(skillbox_active_version, cb, arg));
}

/* ---- Files ------------------------------------------------------------------------------------------- */

static const char file_id_required[] = "file ID is required";

const char *weft__skillbox_objection_to_page(weft_client *client, const weft__invocation *invocation, weft_code *code)
{
    (void)client, (void)code;
    const weft_skillbox_list_files_options *which = invocation->options;

    if (which && which->limit < 0)
        return "limit cannot be negative";
    return which && which->offset < 0 ? "offset cannot be negative" : NULL;
}

weft_call *weft_skillbox_list_files(weft_client *client, const weft_skillbox_list_files_options *which,
                                    const weft_call_options *options, weft_skillbox_file_list_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_LIST_FILES],
        .options = which,
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options,
                                WEFT__CALLBACK(skillbox_file_list, cb, arg));
}

weft_call *weft_skillbox_get_file(weft_client *client, const char *file_id, const weft_call_options *options,
                                  weft_skillbox_file_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__skillbox_service, client, WEFT__SKILLBOX_GET_FILE, "file_id", file_id,
                                      file_id_required, options, WEFT__CALLBACK(skillbox_file, cb, arg));
}

weft_call *weft_skillbox_delete_file(weft_client *client, const char *file_id, const weft_call_options *options,
                                     weft_done_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__skillbox_service, client, WEFT__SKILLBOX_DELETE_FILE, "file_id", file_id,
                                      file_id_required, options, WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_skillbox_list_file_versions(weft_client *client, const char *file_id, const weft_call_options *options,
                                            weft_skillbox_file_list_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__skillbox_service, client, WEFT__SKILLBOX_LIST_FILE_VERSIONS, "file_id",
                                      file_id, file_id_required, options, WEFT__CALLBACK(skillbox_file_list, cb, arg));
}

/* ---- Sessions ---------------------------------------------------------------------------------------- */

static const char session_id_required[] = "session ID is required";

weft_call *weft_skillbox_list_session_files(weft_client *client, const char *session_id,
                                            const weft_call_options *options, weft_skillbox_file_list_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__skillbox_service, client, WEFT__SKILLBOX_LIST_SESSION_FILES, "session_id",
                                      session_id, session_id_required, options,
                                      WEFT__CALLBACK(skillbox_file_list, cb, arg));
}

weft_call *weft_skillbox_delete_session_file(weft_client *client, const char *session_id, const char *filename,
                                             const weft_call_options *options, weft_done_cb *cb, void *arg)
{
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_DELETE_SESSION_FILE],
        .segments = {session_id, filename},
        .segment_names = {"session_id", "filename"},
        .invalid = weft__is_empty(session_id) ? session_id_required : weft__require(filename, "file name is required"),
    };

    return weft__service_submit(&weft__skillbox_service, client, &invocation, options, WEFT__CALLBACK(done, cb, arg));
}

weft_call *weft_skillbox_delete_session(weft_client *client, const char *session_id, const weft_call_options *options,
                                        weft_done_cb *cb, void *arg)
{
    return weft__service_submit_named(&weft__skillbox_service, client, WEFT__SKILLBOX_DELETE_SESSION, "session_id",
                                      session_id, session_id_required, options, WEFT__CALLBACK(done, cb, arg));
}
