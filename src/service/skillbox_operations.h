/* service/skillbox_operations.h - Skillbox's table of operations and the hooks that the table names. */
#ifndef WEFT_SERVICE_SKILLBOX_OPERATIONS_H
#define WEFT_SERVICE_SKILLBOX_OPERATIONS_H

#include "client/operation.h"
#include "weft/skillbox_types.h"

enum {
    WEFT__SKILLBOX_RUN,
    WEFT__SKILLBOX_GET_EXECUTION,
    WEFT__SKILLBOX_GET_EXECUTION_LOGS,
    WEFT__SKILLBOX_LIST_SKILLS,
    WEFT__SKILLBOX_GET_SKILL,
    WEFT__SKILLBOX_REGISTER_SKILL,
    WEFT__SKILLBOX_GET_HEALTH,
    WEFT__SKILLBOX_DOWNLOAD_EXECUTION_FILES,
    WEFT__SKILLBOX_GET_READINESS,
    WEFT__SKILLBOX_UPSERT_SKILL,
    WEFT__SKILLBOX_VALIDATE_SKILL,
    WEFT__SKILLBOX_LIST_SKILL_FILES,
    WEFT__SKILLBOX_DELETE_SKILL_VERSION,
    WEFT__SKILLBOX_DELETE_SKILL,
    WEFT__SKILLBOX_PUT_SKILL_FILE,
    WEFT__SKILLBOX_PUT_SKILL_FILES,
    WEFT__SKILLBOX_LIST_SKILL_VERSIONS,
    WEFT__SKILLBOX_GET_SKILL_DIFF,
    WEFT__SKILLBOX_SET_ACTIVE_VERSION,
    WEFT__SKILLBOX_UPLOAD_FILE,
    WEFT__SKILLBOX_LIST_FILES,
    WEFT__SKILLBOX_GET_FILE,
    WEFT__SKILLBOX_DOWNLOAD_FILE,
    WEFT__SKILLBOX_UPDATE_FILE,
    WEFT__SKILLBOX_DELETE_FILE,
    WEFT__SKILLBOX_LIST_FILE_VERSIONS,
    WEFT__SKILLBOX_LIST_SESSION_FILES,
    WEFT__SKILLBOX_DOWNLOAD_SESSION_FILE,
    WEFT__SKILLBOX_DELETE_SESSION_FILE,
    WEFT__SKILLBOX_DELETE_SESSION,
    WEFT__SKILLBOX_OPERATION_COUNT,
};

/* What weft__client_set_text keeps. */
enum { WEFT__SKILLBOX_TENANT };

/* What the arguments of an operation lack: weft__operation.check. */
#define WEFT__SKILLBOX_OBJECTION(what)                                                                                 \
    const char *weft__skillbox_objection_to_##what(weft_client *client, const weft__invocation *invocation,            \
                                                   weft_code *code);
WEFT__SKILLBOX_OBJECTION(run)
WEFT__SKILLBOX_OBJECTION(fields)
WEFT__SKILLBOX_OBJECTION(file)
WEFT__SKILLBOX_OBJECTION(files)
WEFT__SKILLBOX_OBJECTION(diff)
WEFT__SKILLBOX_OBJECTION(version)
WEFT__SKILLBOX_OBJECTION(page)

extern const weft__operation weft__skillbox_operations[WEFT__SKILLBOX_OPERATION_COUNT];
extern const weft__service weft__skillbox_service;

/* Appends the API key and the tenant. */
void weft__skillbox_credentials(const weft_client *client, uint8_t credential, weft__buffer *out);
/* Of failures: message, code and the server's word by the contract's rules. */
void weft__skillbox_explain(weft__response *response);

/* Of successes. Arrays become the lists of the public header, without null entries. */
void weft__skillbox_inspect_logs(weft__response *response);
void weft__skillbox_inspect_content(weft__response *response);
void weft__skillbox_inspect_accepted(weft__response *response);
void weft__skillbox_inspect_execution(weft__response *response);
void weft__skillbox_inspect_list(weft__response *response);
void weft__skillbox_inspect_download(weft__response *response);

/* The types of results, by the names of their callbacks. */
#define WEFT__SKILLBOX_RESULTS(X)                                                                                      \
    X(skillbox_accepted_skill, weft_skillbox_accepted_skill)                                                           \
    X(skillbox_active_version, weft_skillbox_active_version)                                                           \
    X(skillbox_diff, weft_skillbox_diff)                                                                               \
    X(skillbox_download, weft_skillbox_download)                                                                       \
    X(skillbox_file, weft_skillbox_file)                                                                               \
    X(skillbox_file_list, weft_skillbox_file_list)                                                                     \
    X(skillbox_readiness, weft_skillbox_readiness)                                                                     \
    X(skillbox_execution, weft_skillbox_execution)                                                                     \
    X(skillbox_skill_with_instructions, weft_skillbox_skill_with_instructions)                                         \
    X(skillbox_skill_file_list, weft_skillbox_skill_file_list)                                                         \
    X(skillbox_skill_list, weft_skillbox_skill_list)                                                                   \
    X(skillbox_skill_version_list, weft_skillbox_skill_version_list)                                                   \
    X(skillbox_validation, weft_skillbox_validation)

WEFT__SKILLBOX_RESULTS(WEFT__DECLARE_DELIVER)

#endif
