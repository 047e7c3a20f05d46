/* weft/skillbox_types.h - what Skillbox takes and gives: requests, results, and the words in them.
 *
 * Each struct names the operations that use it. In requests, text that is NULL or empty, 0 and empty lists
 * are not sent, unless the field says otherwise; entries of a list that are NULL are skipped. In results a
 * member that the server did not send is zero: text has ptr NULL, a list has count 0, an object is NULL.
 * Members that the service's first SDK did not know are understood here all the same.
 */
#ifndef WEFT_SKILLBOX_TYPES_H
#define WEFT_SKILLBOX_TYPES_H

#include "weft/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Words ------------------------------------------------------------------------------------------- */

/* `status` of an execution; others may come. All but "running" are final. */
#define WEFT_SKILLBOX_EXECUTION_SUCCESS "success"
#define WEFT_SKILLBOX_EXECUTION_COMPLETED "completed" /* a success, too, in the SDK's words */
#define WEFT_SKILLBOX_EXECUTION_MOUNTED "mounted"     /* a success, too: only the skill's files were put in place */
#define WEFT_SKILLBOX_EXECUTION_FAILED "failed"
#define WEFT_SKILLBOX_EXECUTION_TIMEOUT "timeout"
#define WEFT_SKILLBOX_EXECUTION_ERROR "error"
#define WEFT_SKILLBOX_EXECUTION_RUNNING "running"

/* `status` of a skill. */
#define WEFT_SKILLBOX_SKILL_PENDING "pending"   /* just registered */
#define WEFT_SKILLBOX_SKILL_SCANNING "scanning" /* looked through for what it should not do */
#define WEFT_SKILLBOX_SKILL_REVIEW "review"     /* waits for an administrator */
#define WEFT_SKILLBOX_SKILL_AVAILABLE "available"
#define WEFT_SKILLBOX_SKILL_DECLINED "declined"
#define WEFT_SKILLBOX_SKILL_QUARANTINED "quarantined"
/* In weft_skillbox_list_skills only: of any status. */
#define WEFT_SKILLBOX_SKILL_ALL "all"

/* `version` of a skill in requests: see each operation for which one that is. */
#define WEFT_SKILLBOX_LATEST "latest"

/* `lang` of a skill; "" when it says none. */
#define WEFT_SKILLBOX_LANG_PYTHON "python"
#define WEFT_SKILLBOX_LANG_NODE "node"
#define WEFT_SKILLBOX_LANG_BASH "bash"

/* `mode` of a skill. */
#define WEFT_SKILLBOX_MODE_EXECUTABLE "executable"
#define WEFT_SKILLBOX_MODE_COGNITIVE "cognitive"

/* `severity` of a finding. */
#define WEFT_SKILLBOX_FINDING_BLOCK "BLOCK"
#define WEFT_SKILLBOX_FINDING_FLAG "FLAG"

/* `status` of a file in a comparison. */
#define WEFT_SKILLBOX_DIFF_ADDED "added"
#define WEFT_SKILLBOX_DIFF_REMOVED "removed"
#define WEFT_SKILLBOX_DIFF_MODIFIED "modified"
#define WEFT_SKILLBOX_DIFF_UNCHANGED "unchanged"

/* ---- Requests ---------------------------------------------------------------------------------------- */

/** weft_skillbox_run. */
typedef struct weft_skillbox_run_request {
    const char *skill;    /**< required: the name of a registered skill */
    const char *version;  /**< "1.2.0"; none = the one that was promoted last */
    const char *input;    /**< JSON text of any value, checked: what the skill is given; none = {} */
    const weft_pair *env; /**< more environment variables. The server refuses, with a failed run, PATH, HOME
                             and others that steer the sandbox, and names that begin SANDBOX_ or SKILL_ */
    size_t env_count;
    const char *const *input_files; /**< ids from weft_skillbox_upload_file, put at /sandbox/input/NAME.
                                       Unknown ids are skipped, and files cut at 100 MiB, without a word */
    size_t input_files_count;
    const char *session_id; /**< the caller's own name for a session, whose files are given and kept */
    const char *extra;      /**< JSON object whose members are added, and win over those above */
} weft_skillbox_run_request;

/** weft_skillbox_upsert_skill: a skill of one file. */
typedef struct weft_skillbox_upsert_skill_request {
    const char *name;         /**< required: letters, digits, . _ and -, at most 128, the first no sign */
    const char *description;  /**< required */
    const char *code;         /**< required */
    const char *lang;         /**< WEFT_SKILLBOX_LANG_*; none = python */
    const char *instructions; /**< how to use it, for an agent */
    const char *version;      /**< "1.2.0"; none = 1.0.0 */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_skillbox_upsert_skill_request;

/** A file of a skill: weft_skillbox_put_skill_file, weft_skillbox_put_skill_files. */
typedef struct weft_skillbox_skill_file_content {
    const char *path;    /**< required; relative, no "..": "scripts/main.py" */
    const char *content; /**< text; NULL = an empty file */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_skillbox_skill_file_content;

/** weft_skillbox_list_skills: which ones. */
typedef struct weft_skillbox_list_skills_options {
    const char *status; /**< WEFT_SKILLBOX_SKILL_*, of these only; NULL = the available ones */
} weft_skillbox_list_skills_options;

/** weft_skillbox_get_skill: which version. */
typedef struct weft_skillbox_get_skill_options {
    const char *version; /**< "1.2.0"; NULL = WEFT_SKILLBOX_LATEST: the active one, else the newest available one, else
                              the newest */
} weft_skillbox_get_skill_options;

/** weft_skillbox_list_skill_files: of which version, and which files. */
typedef struct weft_skillbox_list_skill_files_options {
    const char *version; /**< "1.2.0"; NULL = WEFT_SKILLBOX_LATEST, as in weft_skillbox_get_skill_options */
    const char *path;    /**< this file only: "scripts/main.py"; NULL = all */
} weft_skillbox_list_skill_files_options;

/** weft_skillbox_get_skill_diff: with what it is compared. */
typedef struct weft_skillbox_get_skill_diff_options {
    const char *from; /**< version; NULL = the active one */
} weft_skillbox_get_skill_diff_options;

/** weft_skillbox_list_files: which ones. */
typedef struct weft_skillbox_list_files_options {
    const char *session_id;   /**< those of one session */
    const char *execution_id; /**< those of one execution */
    int64_t limit;            /**< files; 0 = the server's, 50; at most 200 */
    int64_t offset;           /**< files to skip */
} weft_skillbox_list_files_options;

/* ---- Results: the service ---------------------------------------------------------------------------- */

/** weft_skillbox_get_readiness. */
typedef struct weft_skillbox_readiness {
    weft_object object;
    weft_str status;             /**< "ready", "ok" */
    const weft_str_pair *checks; /**< what it depends on: "postgres", "ok" */
    size_t checks_count;
    weft_str db; /**< from servers that check only this */
} weft_skillbox_readiness;
/** A weft_done_cb with a weft_skillbox_readiness. */
typedef void weft_skillbox_readiness_cb(weft_call *call, const weft_error *error, const weft_skillbox_readiness *result,
                                        void *arg);

/* ---- Results: executions ----------------------------------------------------------------------------- */

/** weft_skillbox_run, weft_skillbox_get_execution, weft_skillbox_wait_execution: one run of a skill. */
typedef struct weft_skillbox_execution {
    weft_object object;
    weft_str execution_id;      /**< UUID */
    weft_str status;            /**< WEFT_SKILLBOX_EXECUTION_*; see weft_skillbox_execution_is_completed */
    weft_json output;           /**< what the skill produced; ptr NULL when it produced nothing */
    weft_str files_url;         /**< of a tar.gz, good for an hour; empty when there are no files. A secret: who
                                     knows it can read them */
    const weft_str *files_list; /**< paths within the archive */
    size_t files_list_count;
    weft_str logs;          /**< standard output, then standard error; cut at about 1 MiB */
    int64_t duration_ms;    /**< by the clock on the wall */
    weft_str error;         /**< why it failed: "command exited with code 1"; empty on success */
    weft_str skill_name;    /**< of the skill; this and what follows are not in what weft_skillbox_run gives */
    weft_str skill_version; /**< the version that was run */
    weft_str tenant_id;     /**< whose it is */
    weft_json input;        /**< what the skill was given; ptr NULL when nothing was */
    weft_str created_at;    /**< RFC 3339; see weft_time_parse */
    weft_str finished_at;   /**< the same; empty while it runs */
} weft_skillbox_execution;
/** A weft_done_cb with a weft_skillbox_execution. */
typedef void weft_skillbox_execution_cb(weft_call *call, const weft_error *error, const weft_skillbox_execution *result,
                                        void *arg);

/** weft_skillbox_download_execution_files. */
typedef struct weft_skillbox_download {
    weft_object object;   /**< of nothing: what was answered is an archive */
    uint64_t files;       /**< written */
    uint64_t directories; /**< made */
    uint64_t skipped;     /**< links, devices and the like, which are never made */
    uint64_t bytes;       /**< of all files written */
} weft_skillbox_download;
/** A weft_done_cb with a weft_skillbox_download. */
typedef void weft_skillbox_download_cb(weft_call *call, const weft_error *error, const weft_skillbox_download *result,
                                       void *arg);

/* ---- Results: skills --------------------------------------------------------------------------------- */

/** One skill of weft_skillbox_list_skills. */
typedef struct weft_skillbox_skill {
    weft_object object;
    weft_str name;        /**< what weft_skillbox_run_request.skill wants */
    weft_str version;     /**< "1.2.0": of the version that is listed */
    weft_str description; /**< what it does, as its author wrote */
    weft_str lang;        /**< WEFT_SKILLBOX_LANG_*, or empty */
    weft_str mode;        /**< WEFT_SKILLBOX_MODE_* */
    weft_str status;      /**< WEFT_SKILLBOX_SKILL_* */
    weft_str source_url;  /**< where it was installed from */
    bool blocked;         /**< by an administrator */
    bool has_review;      /**< this and the next two: a version of it is so; for WEFT_SKILLBOX_SKILL_ALL only */
    bool has_declined;    /**< a version was declined by a reviewer */
    bool has_scanning;    /**< a version is being scanned */
    weft_str uploaded_at; /**< RFC 3339; only while the server has lost its database */
} weft_skillbox_skill;

/** weft_skillbox_list_skills. */
typedef struct weft_skillbox_skill_list {
    weft_object object;
    const weft_skillbox_skill *items; /**< by name, one entry each */
    size_t count;
} weft_skillbox_skill_list;
/** A weft_done_cb with a weft_skillbox_skill_list. */
typedef void weft_skillbox_skill_list_cb(weft_call *call, const weft_error *error,
                                         const weft_skillbox_skill_list *result, void *arg);

/** weft_skillbox_get_skill: what an agent reads before it runs the skill. */
typedef struct weft_skillbox_skill_with_instructions {
    weft_object object;
    weft_str name;                  /**< as in weft_skillbox_skill */
    weft_str version;               /**< the one that was found for WEFT_SKILLBOX_LATEST */
    weft_str description;           /**< what it does, as its author wrote */
    weft_str lang;                  /**< WEFT_SKILLBOX_LANG_*, or empty */
    weft_str image;                 /**< container image, when not the usual one */
    weft_str instructions;          /**< the text of SKILL.md */
    weft_str timeout;               /**< Go duration: "30s", "2m0s" */
    const weft_str_pair *resources; /**< limits: "cpu", "0.5"; "memory", "256Mi" */
    size_t resources_count;
    weft_str mode; /**< WEFT_SKILLBOX_MODE_* */
} weft_skillbox_skill_with_instructions;
/** A weft_done_cb with a weft_skillbox_skill_with_instructions. */
typedef void weft_skillbox_skill_with_instructions_cb(weft_call *call, const weft_error *error,
                                                      const weft_skillbox_skill_with_instructions *result, void *arg);

/**
 * weft_skillbox_register_skill and what else changes a skill. It is not usable yet: servers scan it first,
 * and may want an administrator's review. All zero when the server said nothing that could be read.
 */
typedef struct weft_skillbox_accepted_skill {
    weft_object object;
    weft_str name;        /**< as its SKILL.md or the request says */
    weft_str version;     /**< may differ from what was sent: a version that exists gets the next free number */
    weft_str description; /**< what it does, as its author wrote */
    weft_str lang;        /**< WEFT_SKILLBOX_LANG_*, or empty */
    weft_str mode;        /**< WEFT_SKILLBOX_MODE_* */
    weft_str status;      /**< WEFT_SKILLBOX_SKILL_PENDING */
} weft_skillbox_accepted_skill;
/** A weft_done_cb with a weft_skillbox_accepted_skill. */
typedef void weft_skillbox_accepted_skill_cb(weft_call *call, const weft_error *error,
                                             const weft_skillbox_accepted_skill *result, void *arg);

/** weft_skillbox_validate_skill. */
typedef struct weft_skillbox_validation {
    weft_object object;
    bool valid;             /**< true: an archive that is not valid is an error of the call */
    weft_str skill_name;    /**< as the archive's SKILL.md says */
    weft_str skill_version; /**< as the archive's SKILL.md says */
    int64_t scan_tier;      /**< how deep the scan went */
    int64_t duration_ms;    /**< of the scan */
} weft_skillbox_validation;
/** A weft_done_cb with a weft_skillbox_validation. */
typedef void weft_skillbox_validation_cb(weft_call *call, const weft_error *error,
                                         const weft_skillbox_validation *result, void *arg);

/** A file of weft_skillbox_list_skill_files. */
typedef struct weft_skillbox_skill_file {
    weft_object object;
    weft_str path;      /**< within the skill: "scripts/main.py" */
    weft_str content;   /**< the whole text */
    int64_t size_bytes; /**< of the content */
} weft_skillbox_skill_file;

/** weft_skillbox_list_skill_files. */
typedef struct weft_skillbox_skill_file_list {
    weft_object object;
    const weft_skillbox_skill_file *items; /**< the files of the version, or the one that was asked for */
    size_t count;
} weft_skillbox_skill_file_list;
/** A weft_done_cb with a weft_skillbox_skill_file_list. */
typedef void weft_skillbox_skill_file_list_cb(weft_call *call, const weft_error *error,
                                              const weft_skillbox_skill_file_list *result, void *arg);

/** What a scan found in a version. */
typedef struct weft_skillbox_scan_finding {
    weft_object object;
    weft_str severity;    /**< WEFT_SKILLBOX_FINDING_* */
    weft_str category;    /**< what kind of fault it is */
    weft_str file_path;   /**< where it was found; empty = in no file in particular */
    int64_t line;         /**< 0 = of no line in particular */
    weft_str description; /**< what was found */
    weft_str remediation; /**< what to do about it; perhaps empty */
} weft_skillbox_scan_finding;

/** A version of weft_skillbox_list_skill_versions. */
typedef struct weft_skillbox_skill_version {
    weft_object object;
    weft_str version;                                /**< "1.2.0" */
    weft_str status;                                 /**< WEFT_SKILLBOX_SKILL_* */
    bool active;                                     /**< the one that the skill's name alone means */
    bool blocked;                                    /**< by an administrator */
    weft_str uploaded_at;                            /**< RFC 3339; see weft_time_parse */
    weft_str scan_summary;                           /**< what the scan came to; perhaps empty */
    const weft_skillbox_scan_finding *scan_findings; /**< what the scan found */
    size_t scan_findings_count;
} weft_skillbox_skill_version;

/** weft_skillbox_list_skill_versions. */
typedef struct weft_skillbox_skill_version_list {
    weft_object object;
    const weft_skillbox_skill_version *items; /**< newest first */
    size_t count;
} weft_skillbox_skill_version_list;
/** A weft_done_cb with a weft_skillbox_skill_version_list. */
typedef void weft_skillbox_skill_version_list_cb(weft_call *call, const weft_error *error,
                                                 const weft_skillbox_skill_version_list *result, void *arg);

/** A line of a changed file. */
typedef struct weft_skillbox_diff_line {
    weft_object object;
    weft_str op;   /**< " ", "+" or "-" */
    weft_str text; /**< the line, without its end */
} weft_skillbox_diff_line;

/** A file of weft_skillbox_get_skill_diff. */
typedef struct weft_skillbox_diff_file {
    weft_object object;
    weft_str path;                        /**< within the skill */
    weft_str status;                      /**< WEFT_SKILLBOX_DIFF_* */
    const weft_skillbox_diff_line *lines; /**< changed ones and those around them, in order */
    size_t lines_count;
} weft_skillbox_diff_file;

/** weft_skillbox_get_skill_diff. */
typedef struct weft_skillbox_diff {
    weft_object object;
    weft_str name;                        /**< of the skill */
    weft_str from;                        /**< version */
    weft_str to;                          /**< version */
    const weft_skillbox_diff_file *files; /**< in no particular order */
    size_t files_count;
} weft_skillbox_diff;
/** A weft_done_cb with a weft_skillbox_diff. */
typedef void weft_skillbox_diff_cb(weft_call *call, const weft_error *error, const weft_skillbox_diff *result,
                                   void *arg);

/** weft_skillbox_set_active_version. */
typedef struct weft_skillbox_active_version {
    weft_object object;
    weft_str name;   /**< of the skill */
    weft_str active; /**< version */
} weft_skillbox_active_version;
/** A weft_done_cb with a weft_skillbox_active_version. */
typedef void weft_skillbox_active_version_cb(weft_call *call, const weft_error *error,
                                             const weft_skillbox_active_version *result, void *arg);

/* ---- Results: files ---------------------------------------------------------------------------------- */

/** What is known of a file. */
typedef struct weft_skillbox_file {
    weft_object object;
    weft_str id;           /**< UUID; every version has its own */
    weft_str tenant_id;    /**< whose it is */
    weft_str session_id;   /**< of the session that it belongs to; empty = of none */
    weft_str execution_id; /**< of the execution that it came from; empty = of none */
    weft_str name;         /**< of the file, as it was uploaded */
    weft_str content_type; /**< "text/csv" */
    int64_t size_bytes;    /**< of the content */
    weft_str s3_key;       /**< where the server keeps it */
    int64_t version;       /**< 1, and one more with each update */
    weft_str parent_id;    /**< the id of version 1; empty for that one */
    weft_str created_at;   /**< RFC 3339; see weft_time_parse */
    weft_str updated_at;   /**< the same */
} weft_skillbox_file;
/** A weft_done_cb with a weft_skillbox_file. */
typedef void weft_skillbox_file_cb(weft_call *call, const weft_error *error, const weft_skillbox_file *result,
                                   void *arg);

/** weft_skillbox_list_files, weft_skillbox_list_file_versions, weft_skillbox_list_session_files. */
typedef struct weft_skillbox_file_list {
    weft_object object;
    const weft_skillbox_file *items; /**< in the order that the function says */
    size_t count;
} weft_skillbox_file_list;
/** A weft_done_cb with a weft_skillbox_file_list. */
typedef void weft_skillbox_file_list_cb(weft_call *call, const weft_error *error, const weft_skillbox_file_list *result,
                                        void *arg);

#ifdef __cplusplus
}
#endif

#endif
