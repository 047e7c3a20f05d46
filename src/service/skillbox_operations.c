/* What Skillbox can be asked. */
#include "service/skillbox_operations.h"

#include "service/skillbox_types.h"

/* One line of the contract's table, by the name of its function; the label is for messages, after "cannot". */
#define SEED(n, m, p, l) .name = (n), .method = (m), .path = (p), .label = (l), .seed = true
#define BEYOND(n, m, p, l) .name = (n), .method = (m), .path = (p), .label = (l)

/* Its SDK has no deadline at all. A run has ten minutes at the server, and before that waits for its sandbox. What
 * moves files is limited by silence, not as a whole; an archive that is validated is scanned meanwhile, perhaps by a
 * model. */
static const weft_timeouts looks_up = {.connect_ms = 10000, .total_ms = 30000};
static const weft_timeouts changes = {.connect_ms = 10000, .total_ms = 60000};
static const weft_timeouts runs = {.connect_ms = 10000, .total_ms = 15 * 60000};
static const weft_timeouts sends = {.connect_ms = 10000, .first_byte_ms = 2 * 60000, .idle_ms = 60000};
static const weft_timeouts is_scanned = {.connect_ms = 10000, .first_byte_ms = 10 * 60000, .idle_ms = 60000};
static const weft_timeouts fetches = {.connect_ms = 10000, .first_byte_ms = 60000, .idle_ms = 60000};

#define ASKS LOOKS_UP(0)                 /* looks something up */
#define LISTS LOOKS_UP(WEFT__OP_LIST)    /* the same, and the answer is an array */
#define ACTS CHANGES(0)                  /* changes or starts something: never asked twice */
#define ENDS CHANGES(WEFT__OP_NO_RESULT) /* the same, and a success is all there is to say */
/* The same, and a success is one whatever its body: it is read if that can be done. */
#define ENTERS CHANGES(WEFT__OP_TEXT), .inspect = weft__skillbox_inspect_accepted

#define LOOKS_UP(f) .flags = WEFT__OP_REPEATABLE | (f), .timeouts = &looks_up
#define CHANGES(f) .flags = (f), .timeouts = &changes
#define FETCHES(f) .flags = WEFT__OP_REPEATABLE | (f), .timeouts = &fetches
#define SENDS .flags = WEFT__OP_MOVES_FILES, .timeouts = &sends

#define RESPONSE(type) .response = &weft__skillbox_##type##_type
#define REQUEST(type) .request = &weft__skillbox_##type##_request_type
#define QUERY(type) .query = &weft__skillbox_##type##_query_type
#define CHECK(what) .check = weft__skillbox_objection_to_##what
#define INSPECT(hook) .inspect = weft__skillbox_inspect_##hook

#define TELLS(name) .deliver = weft__deliver_##name

WEFT__SKILLBOX_RESULTS(WEFT__DEFINE_DELIVER)

/* clang-format off */
const weft__operation weft__skillbox_operations[WEFT__SKILLBOX_OPERATION_COUNT] = {
    [WEFT__SKILLBOX_RUN] = {
        SEED("Run", "POST", "/v1/executions", "run the skill"),
        TELLS(skillbox_execution),
        REQUEST(run), RESPONSE(execution), .flags = WEFT__OP_SECRET, .timeouts = &runs, INSPECT(execution),
        CHECK(run),
    },
    [WEFT__SKILLBOX_GET_EXECUTION] = {
        SEED("GetExecution", "GET", "/v1/executions/{id}", "get the execution"),
        TELLS(skillbox_execution),
        RESPONSE(execution), LOOKS_UP(WEFT__OP_SECRET), INSPECT(execution),
    },
    [WEFT__SKILLBOX_GET_EXECUTION_LOGS] = {
        SEED("GetExecutionLogs", "GET", "/v1/executions/{id}/logs", "get the execution's logs"),
        TELLS(text),
        LOOKS_UP(WEFT__OP_TEXT), INSPECT(logs),
        WEFT__RARE(.accept = "text/plain, application/json"),
    },
    [WEFT__SKILLBOX_LIST_SKILLS] = {
        SEED("ListSkills", "GET", "/v1/skills", "list the skills"),
        TELLS(skillbox_skill_list),
        RESPONSE(skill), LISTS, INSPECT(list),
        QUERY(skills),
    },
    [WEFT__SKILLBOX_GET_SKILL] = {
        SEED("GetSkill", "GET", "/v1/skills/{name}/{version}", "get the skill"),
        TELLS(skillbox_skill_with_instructions),
        RESPONSE(skill_with_instructions), ASKS,
    },
    [WEFT__SKILLBOX_REGISTER_SKILL] = {
        SEED("RegisterSkill", "POST", "/v1/skills", "register the skill"),
        TELLS(skillbox_accepted_skill),
        .flags = WEFT__OP_TEXT | WEFT__OP_MOVES_FILES, .timeouts = &sends, INSPECT(accepted),
    },
    [WEFT__SKILLBOX_GET_HEALTH] = {
        SEED("GetHealth", "GET", "/health", "reach the service"),
        TELLS(done),
        LOOKS_UP(WEFT__OP_NO_RESULT),
    },
    [WEFT__SKILLBOX_DOWNLOAD_EXECUTION_FILES] = {
        SEED("DownloadExecutionFiles", "GET", "{files_url}", "download the execution's files"),
        TELLS(skillbox_download),
        FETCHES(WEFT__OP_NO_RESULT | WEFT__OP_SECRET | WEFT__OP_MOVES_FILES), INSPECT(download),
    },
    [WEFT__SKILLBOX_GET_READINESS] = {
        BEYOND("GetReadiness", "GET", "/ready", "see whether the service is ready"),
        TELLS(skillbox_readiness),
        RESPONSE(readiness), ASKS,
    },
    [WEFT__SKILLBOX_UPSERT_SKILL] = {
        BEYOND("UpsertSkill", "POST", "/v1/skills/from-fields", "register the skill"),
        TELLS(skillbox_accepted_skill),
        REQUEST(fields), ENTERS,
        CHECK(fields),
    },
    [WEFT__SKILLBOX_VALIDATE_SKILL] = {
        BEYOND("ValidateSkill", "POST", "/v1/skills/validate", "validate the skill"),
        TELLS(skillbox_validation),
        RESPONSE(validation), .flags = WEFT__OP_REPEATABLE | WEFT__OP_MOVES_FILES, .timeouts = &is_scanned,
    },
    [WEFT__SKILLBOX_LIST_SKILL_FILES] = {
        BEYOND("ListSkillFiles", "GET", "/v1/skills/{name}/{version}/files", "get the skill's files"),
        TELLS(skillbox_skill_file_list),
        RESPONSE(skill_file), FETCHES(WEFT__OP_LIST), INSPECT(list),
        QUERY(skill_files),
    },
    [WEFT__SKILLBOX_DELETE_SKILL_VERSION] = {
        BEYOND("DeleteSkillVersion", "DELETE", "/v1/skills/{name}/{version}", "delete the skill's version"),
        TELLS(done),
        ENDS,
    },
    [WEFT__SKILLBOX_DELETE_SKILL] = {
        BEYOND("DeleteSkill", "DELETE", "/v1/skills/{name}", "delete the skill"),
        TELLS(done),
        ENDS,
    },
    [WEFT__SKILLBOX_PUT_SKILL_FILE] = {
        BEYOND("PutSkillFile", "PUT", "/v1/skills/{name}/files", "put the skill's file"),
        TELLS(skillbox_accepted_skill),
        REQUEST(put_file), ENTERS,
        CHECK(file),
    },
    [WEFT__SKILLBOX_PUT_SKILL_FILES] = {
        BEYOND("PutSkillFiles", "PUT", "/v1/skills/{name}/files-batch", "put the skill's files"),
        TELLS(skillbox_accepted_skill),
        REQUEST(put_files), ENTERS,
        CHECK(files),
    },
    [WEFT__SKILLBOX_LIST_SKILL_VERSIONS] = {
        BEYOND("ListSkillVersions", "GET", "/v1/skills/{name}/versions", "list the skill's versions"),
        TELLS(skillbox_skill_version_list),
        RESPONSE(skill_version), LISTS, INSPECT(list),
    },
    [WEFT__SKILLBOX_GET_SKILL_DIFF] = {
        BEYOND("GetSkillDiff", "GET", "/v1/skills/{name}/diff", "compare the skill's versions"),
        TELLS(skillbox_diff),
        RESPONSE(diff), ASKS,
        QUERY(diff), CHECK(diff),
    },
    [WEFT__SKILLBOX_SET_ACTIVE_VERSION] = {
        BEYOND("SetActiveVersion", "PUT", "/v1/skills/{name}/active", "set the skill's active version"),
        TELLS(skillbox_active_version),
        REQUEST(version), RESPONSE(active_version), ACTS,
        CHECK(version),
    },
    [WEFT__SKILLBOX_UPLOAD_FILE] = {
        BEYOND("UploadFile", "POST", "/v1/files", "upload the file"),
        TELLS(skillbox_file),
        RESPONSE(file), SENDS,
    },
    [WEFT__SKILLBOX_LIST_FILES] = {
        BEYOND("ListFiles", "GET", "/v1/files", "list the files"),
        TELLS(skillbox_file_list),
        RESPONSE(file), LISTS, INSPECT(list),
        QUERY(list_files), CHECK(page),
    },
    [WEFT__SKILLBOX_GET_FILE] = {
        BEYOND("GetFile", "GET", "/v1/files/{id}", "get the file"),
        TELLS(skillbox_file),
        RESPONSE(file), ASKS,
    },
    [WEFT__SKILLBOX_DOWNLOAD_FILE] = {
        BEYOND("DownloadFile", "GET", "/v1/files/{id}/download", "download the file"),
        TELLS(http),
        FETCHES(WEFT__OP_TEXT | WEFT__OP_MOVES_FILES), INSPECT(content),
    },
    [WEFT__SKILLBOX_UPDATE_FILE] = {
        BEYOND("UpdateFile", "PUT", "/v1/files/{id}", "update the file"),
        TELLS(skillbox_file),
        RESPONSE(file), SENDS,
    },
    [WEFT__SKILLBOX_DELETE_FILE] = {
        BEYOND("DeleteFile", "DELETE", "/v1/files/{id}", "delete the file"),
        TELLS(done),
        ENDS,
    },
    [WEFT__SKILLBOX_LIST_FILE_VERSIONS] = {
        BEYOND("ListFileVersions", "GET", "/v1/files/{id}/versions", "list the file's versions"),
        TELLS(skillbox_file_list),
        RESPONSE(file), LISTS, INSPECT(list),
    },
    [WEFT__SKILLBOX_LIST_SESSION_FILES] = {
        BEYOND("ListSessionFiles", "GET", "/v1/sessions/{id}/files", "list the session's files"),
        TELLS(skillbox_file_list),
        RESPONSE(file), LISTS, INSPECT(list),
    },
    [WEFT__SKILLBOX_DOWNLOAD_SESSION_FILE] = {
        BEYOND("DownloadSessionFile", "GET", "/v1/sessions/{id}/files/{filename}", "get the session's file"),
        TELLS(http),
        FETCHES(WEFT__OP_TEXT | WEFT__OP_MOVES_FILES), INSPECT(content),
    },
    [WEFT__SKILLBOX_DELETE_SESSION_FILE] = {
        BEYOND("DeleteSessionFile", "DELETE", "/v1/sessions/{id}/files/{filename}", "delete the session's file"),
        TELLS(done),
        ENDS,
    },
    [WEFT__SKILLBOX_DELETE_SESSION] = {
        BEYOND("DeleteSession", "DELETE", "/v1/sessions/{id}", "delete the session"),
        TELLS(done),
        ENDS,
    },
};
/* clang-format on */

/* The deadlines are of requests that no function has: whatever they do, it is not known how long it takes. */
const weft__service weft__skillbox_service = {
    .name = "Skillbox",
    .operations = weft__skillbox_operations,
    .operation_count = WEFT__SKILLBOX_OPERATION_COUNT,
    .timeouts = {.connect_ms = 10000, .idle_ms = 60000},
    .stream_timeouts = {.connect_ms = 10000},
    .token_variable = "SKILLBOX_API_KEY",
    .public_texts = 1u << WEFT__SKILLBOX_TENANT,
    .explain = weft__skillbox_explain,
    .credentials = weft__skillbox_credentials,
};
