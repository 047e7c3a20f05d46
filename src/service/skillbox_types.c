/* The bodies of Skillbox's requests and answers. */
#include "service/skillbox_types.h"

/* ---- Requests: one line per member of T that is called the same here and on the wire ------------------ */

#define GIVEN(m) WEFT__FIELD(T, m, #m, WEFT__CSTR, 0)
#define NEEDED(m) WEFT__FIELD(T, m, #m, WEFT__CSTR, WEFT__ALWAYS)
#define EXTRA() WEFT__FIELD(T, extra, "extra", WEFT__EXTRA, 0)

#define T weft_skillbox_run_request
static const weft__field run_request_fields[] = {
    NEEDED(skill),
    GIVEN(version),
    WEFT__FIELD(T, input, "input", WEFT__CJSON, 0),
    WEFT__FIELD_LIST(T, env, "env", WEFT__MAP_CSTR, 0),
    WEFT__FIELD_LIST(T, input_files, "input_files", WEFT__LIST_CSTR, 0),
    GIVEN(session_id),
    EXTRA(),
};
const weft__type weft__skillbox_run_request_type = WEFT__REQUEST_TYPE(T, "run request", run_request_fields);
#undef T

#define T weft_skillbox_upsert_skill_request
static const weft__field fields_request_fields[] = {
    NEEDED(name), NEEDED(description), NEEDED(code), GIVEN(lang), GIVEN(instructions), GIVEN(version), EXTRA(),
};
const weft__type weft__skillbox_fields_request_type = WEFT__REQUEST_TYPE(T, "skill's fields", fields_request_fields);
#undef T

#define T weft_skillbox_skill_file_content
static const weft__field put_file_request_fields[] = {
    NEEDED(path),
    NEEDED(content),
    EXTRA(),
};
const weft__type weft__skillbox_put_file_request_type = WEFT__REQUEST_TYPE(T, "skill's file", put_file_request_fields);
#undef T

#define T weft__skillbox_put_files_request
static const weft__field put_files_request_fields[] = {
    WEFT__FIELD_OBJECTS(T, files, "files", &weft__skillbox_put_file_request_type, WEFT__ALWAYS),
};
const weft__type weft__skillbox_put_files_request_type =
    WEFT__REQUEST_TYPE(T, "skill's files", put_files_request_fields);
#undef T

#define T weft__skillbox_version_request
static const weft__field version_request_fields[] = {NEEDED(version)};
const weft__type weft__skillbox_version_request_type = WEFT__REQUEST_TYPE(T, "active version", version_request_fields);
#undef T

#define T weft_skillbox_list_skills_options
static const weft__field skills_query_fields[] = {GIVEN(status)};
const weft__type weft__skillbox_skills_query_type = WEFT__REQUEST_TYPE(T, "skills", skills_query_fields);
#undef T

#define T weft_skillbox_list_skill_files_options
static const weft__field skill_files_query_fields[] = {GIVEN(path)};
const weft__type weft__skillbox_skill_files_query_type =
    WEFT__REQUEST_TYPE(T, "skill's files", skill_files_query_fields);
#undef T

#define T weft__skillbox_diff_query
static const weft__field diff_query_fields[] = {GIVEN(from), WEFT__FIELD(T, to, "to", WEFT__CSTR, WEFT__REQUIRED)};
const weft__type weft__skillbox_diff_query_type = WEFT__REQUEST_TYPE(T, "versions", diff_query_fields);
#undef T

#define T weft_skillbox_list_files_options
static const weft__field list_files_query_fields[] = {
    GIVEN(session_id),
    GIVEN(execution_id),
    WEFT__FIELD(T, limit, "limit", WEFT__INT64, 0),
    WEFT__FIELD(T, offset, "offset", WEFT__INT64, 0),
};
const weft__type weft__skillbox_list_files_query_type = WEFT__REQUEST_TYPE(T, "files", list_files_query_fields);
#undef T

/* ---- Answers ----------------------------------------------------------------------------------------- */

#define TEXT(m) WEFT__FIELD(T, m, #m, WEFT__STR, 0)
#define FLAG(m) WEFT__FIELD(T, m, #m, WEFT__BOOL, 0)
#define INTEGER(m) WEFT__FIELD(T, m, #m, WEFT__INT64, 0)
#define JSON(m) WEFT__FIELD(T, m, #m, WEFT__JSON, 0)
#define LIST(m, the_type) WEFT__FIELD_OBJECTS(T, m, #m, &the_type, 0)
/* Texts by name; what is none is taken as its JSON text where that is short, else left out. */
#define TEXTS_BY_NAME(m) WEFT__FIELD_LIST(T, m, #m, WEFT__MAP_STR, WEFT__ANY_SCALAR)

#define T weft_skillbox_readiness
static const weft__field readiness_fields[] = {
    TEXT(status),
    TEXTS_BY_NAME(checks),
    TEXT(db),
};
const weft__type weft__skillbox_readiness_type = WEFT__RESULT_TYPE(T, "readiness", readiness_fields);
#undef T

#define T weft_skillbox_execution
static const weft__field execution_fields[] = {
    TEXT(execution_id),
    TEXT(status),
    JSON(output),
    TEXT(files_url),
    WEFT__FIELD_LIST(T, files_list, "files_list", WEFT__LIST_STR, 0),
    TEXT(logs),
    INTEGER(duration_ms),
    TEXT(error),
    TEXT(skill_name),
    TEXT(skill_version),
    TEXT(tenant_id),
    JSON(input),
    TEXT(created_at),
    TEXT(finished_at),
};
const weft__type weft__skillbox_execution_type = WEFT__RESULT_TYPE(T, "execution", execution_fields);
#undef T

#define T weft_skillbox_skill
static const weft__field skill_fields[] = {
    TEXT(name),       TEXT(version), TEXT(description), TEXT(lang),         TEXT(mode),         TEXT(status),
    TEXT(source_url), FLAG(blocked), FLAG(has_review),  FLAG(has_declined), FLAG(has_scanning), TEXT(uploaded_at),
};
const weft__type weft__skillbox_skill_type = WEFT__RESULT_TYPE(T, "skill", skill_fields);
#undef T

#define T weft_skillbox_skill_with_instructions
static const weft__field skill_with_instructions_fields[] = {
    TEXT(name),         TEXT(version), TEXT(description),        TEXT(lang), TEXT(image),
    TEXT(instructions), TEXT(timeout), TEXTS_BY_NAME(resources), TEXT(mode),
};
const weft__type weft__skillbox_skill_with_instructions_type =
    WEFT__RESULT_TYPE(T, "skill", skill_with_instructions_fields);
#undef T

#define T weft_skillbox_accepted_skill
static const weft__field accepted_skill_fields[] = {
    TEXT(name), TEXT(version), TEXT(description), TEXT(lang), TEXT(mode), TEXT(status),
};
/* The skill has been taken, whatever the answer looks like. */
const weft__type weft__skillbox_accepted_skill_type = WEFT__SPELLED_TYPE(T, "accepted skill", accepted_skill_fields);
#undef T

#define T weft_skillbox_validation
static const weft__field validation_fields[] = {
    FLAG(valid), TEXT(skill_name), TEXT(skill_version), INTEGER(scan_tier), INTEGER(duration_ms),
};
const weft__type weft__skillbox_validation_type = WEFT__RESULT_TYPE(T, "validation", validation_fields);
#undef T

#define T weft_skillbox_skill_file
static const weft__field skill_file_fields[] = {
    TEXT(path),
    TEXT(content),
    INTEGER(size_bytes),
};
const weft__type weft__skillbox_skill_file_type = WEFT__RESULT_TYPE(T, "skill's file", skill_file_fields);
#undef T

#define T weft_skillbox_scan_finding
static const weft__field scan_finding_fields[] = {
    TEXT(severity), TEXT(category), TEXT(file_path), INTEGER(line), TEXT(description), TEXT(remediation),
};
static const weft__type scan_finding_type = WEFT__RESULT_TYPE(T, "finding", scan_finding_fields);
#undef T

#define T weft_skillbox_skill_version
static const weft__field skill_version_fields[] = {
    TEXT(version),
    TEXT(status),
    FLAG(active),
    FLAG(blocked),
    TEXT(uploaded_at),
    TEXT(scan_summary),
    LIST(scan_findings, scan_finding_type),
};
const weft__type weft__skillbox_skill_version_type = WEFT__RESULT_TYPE(T, "version", skill_version_fields);
#undef T

#define T weft_skillbox_diff_line
static const weft__field diff_line_fields[] = {
    TEXT(op),
    TEXT(text),
};
static const weft__type diff_line_type = WEFT__RESULT_TYPE(T, "line", diff_line_fields);
#undef T

#define T weft_skillbox_diff_file
static const weft__field diff_file_fields[] = {
    TEXT(path),
    TEXT(status),
    LIST(lines, diff_line_type),
};
static const weft__type diff_file_type = WEFT__RESULT_TYPE(T, "compared file", diff_file_fields);
#undef T

#define T weft_skillbox_diff
static const weft__field diff_fields[] = {
    TEXT(name),
    TEXT(from),
    TEXT(to),
    LIST(files, diff_file_type),
};
const weft__type weft__skillbox_diff_type = WEFT__RESULT_TYPE(T, "comparison", diff_fields);
#undef T

#define T weft_skillbox_active_version
static const weft__field active_version_fields[] = {
    TEXT(name),
    TEXT(active),
};
const weft__type weft__skillbox_active_version_type = WEFT__RESULT_TYPE(T, "active version", active_version_fields);
#undef T

#define T weft_skillbox_file
static const weft__field file_fields[] = {
    TEXT(id),         TEXT(tenant_id),    TEXT(session_id),    TEXT(execution_id),
    TEXT(name),       TEXT(content_type), INTEGER(size_bytes), TEXT(s3_key),
    INTEGER(version), TEXT(parent_id),    TEXT(created_at),    TEXT(updated_at),
};
const weft__type weft__skillbox_file_type = WEFT__RESULT_TYPE(T, "file", file_fields);
#undef T
