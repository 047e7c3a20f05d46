/* weft/stromboli_types.h - what Stromboli takes and gives: requests, results, and the words in them.
 *
 * Each struct names the operations that use it. In requests, text that is NULL or empty, false, 0 and empty
 * lists are not sent, unless the field says otherwise; entries of a list that are NULL are skipped. In
 * results a member that the server did not send is zero: text has ptr NULL, a list has count 0, an object is
 * NULL; entries that are null are left out. Members marked "later servers" come from, or are understood by,
 * servers after 0.4 only.
 */
#ifndef WEFT_STROMBOLI_TYPES_H
#define WEFT_STROMBOLI_TYPES_H

#include "weft/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Words ------------------------------------------------------------------------------------------- */

/* `model` and `fallback_model`; any full model name is good too. */
#define WEFT_STROMBOLI_MODEL_HAIKU  "haiku"  /* fastest, cheapest */
#define WEFT_STROMBOLI_MODEL_SONNET "sonnet" /* the balance */
#define WEFT_STROMBOLI_MODEL_OPUS   "opus"   /* most capable */

/* `status` of a run. */
#define WEFT_STROMBOLI_RUN_COMPLETED "completed"
#define WEFT_STROMBOLI_RUN_ERROR     "error"
#define WEFT_STROMBOLI_RUN_CRASHED   "crashed" /* later servers */

/* `status` of a job. The last four are final. */
#define WEFT_STROMBOLI_JOB_PENDING   "pending"
#define WEFT_STROMBOLI_JOB_RUNNING   "running"
#define WEFT_STROMBOLI_JOB_COMPLETED "completed"
#define WEFT_STROMBOLI_JOB_FAILED    "failed"
#define WEFT_STROMBOLI_JOB_CANCELLED "cancelled"
#define WEFT_STROMBOLI_JOB_CRASHED   "crashed" /* with `crash_info` */

/* `status` of the service and of its components. */
#define WEFT_STROMBOLI_STATUS_OK       "ok"
#define WEFT_STROMBOLI_STATUS_ERROR    "error"    /* of a component */
#define WEFT_STROMBOLI_STATUS_DEGRADED "degraded" /* of the service: a component is in error */

/* `permission_mode`. */
#define WEFT_STROMBOLI_PERMISSION_DEFAULT            "default"
#define WEFT_STROMBOLI_PERMISSION_ACCEPT_EDITS       "acceptEdits"
#define WEFT_STROMBOLI_PERMISSION_BYPASS_PERMISSIONS "bypassPermissions"
#define WEFT_STROMBOLI_PERMISSION_PLAN               "plan"
#define WEFT_STROMBOLI_PERMISSION_DONT_ASK           "dontAsk"
#define WEFT_STROMBOLI_PERMISSION_DELEGATE           "delegate"

/* `output_format`; the first and the last are `input_format` too. */
#define WEFT_STROMBOLI_FORMAT_TEXT        "text"
#define WEFT_STROMBOLI_FORMAT_JSON        "json"
#define WEFT_STROMBOLI_FORMAT_STREAM_JSON "stream-json"

/* `setting_sources`. */
#define WEFT_STROMBOLI_SETTINGS_USER    "user"
#define WEFT_STROMBOLI_SETTINGS_PROJECT "project"
#define WEFT_STROMBOLI_SETTINGS_LOCAL   "local"

/* `type` of an environment; none is a single container. */
#define WEFT_STROMBOLI_ENVIRONMENT_COMPOSE "compose"

/* `type` of a message. Lists leave out the last kind. */
#define WEFT_STROMBOLI_MESSAGE_USER            "user"
#define WEFT_STROMBOLI_MESSAGE_ASSISTANT       "assistant"
#define WEFT_STROMBOLI_MESSAGE_QUEUE_OPERATION "queue-operation"

/* `type` of a content block; others, such as "thinking", may come. */
#define WEFT_STROMBOLI_BLOCK_TEXT        "text"
#define WEFT_STROMBOLI_BLOCK_TOOL_USE    "tool_use"
#define WEFT_STROMBOLI_BLOCK_TOOL_RESULT "tool_result"

/* `type` of the events that end a stream; output events have none. */
#define WEFT_STROMBOLI_EVENT_DONE  "done"  /* data: JSON with `id`, `session_id`, `status` */
#define WEFT_STROMBOLI_EVENT_ERROR "error" /* data: plain text */

/* Sizes that are checked before a request is sent, in bytes. */
#define WEFT_STROMBOLI_MAX_PROMPT_BYTES        1048576
#define WEFT_STROMBOLI_MAX_SYSTEM_PROMPT_BYTES 262144
#define WEFT_STROMBOLI_MAX_JSON_SCHEMA_BYTES   65536
/* The default of weft_client_options.max_event_bytes for this service. */
#define WEFT_STROMBOLI_MAX_EVENT_BYTES 1048576

/* ---- Requests ---------------------------------------------------------------------------------------- */

/** How Claude behaves in a run. `claude` of a run request; all optional. */
typedef struct weft_stromboli_claude_options {
    const char *model;                /**< WEFT_STROMBOLI_MODEL_*, or a full name; none = the server's, usually
                                           sonnet */
    const char *session_id;           /**< UUID of an earlier result, to continue that conversation */
    bool resume;                      /**< continue an existing session; needs `session_id` */
    weft_opt_double max_budget_usd;   /**< cap of the cost, in US dollars; later servers tell 0 from absent */
    const char *system_prompt;        /**< replaces the default one; at most 262 144 bytes */
    const char *append_system_prompt; /**< added to the default one */
    const char *const *allowed_tools; /**< tools that Claude may use, patterns too: "Read", "Bash(git:*)" */
    size_t allowed_tools_count;
    const char *const *disallowed_tools; /**< tools that it may not: "Write" */
    size_t disallowed_tools_count;
    bool dangerously_skip_permissions; /**< no permission checks at all: only in a sandbox */
    const char *permission_mode;       /**< WEFT_STROMBOLI_PERMISSION_*; not checked here */
    const char *output_format;         /**< WEFT_STROMBOLI_FORMAT_* */
    const char *json_schema;           /**< JSON text of a schema that the output must follow; sent as a string, at
                                            most 65 536 bytes, checked; best with WEFT_STROMBOLI_FORMAT_JSON */
    bool verbose;                      /**< detailed logging */
    const char *debug;                 /**< debug mode, by categories: "api,hooks" */
    bool continue_latest;              /**< `continue`: the workspace's latest conversation; `session_id` is ignored */
    const char *agent;                 /**< a predefined agent: "reviewer" */
    const char *fallback_model;        /**< when the model is overloaded */
    const char *const *add_dirs;       /**< more directories for tools: "/data" */
    size_t add_dirs_count;
    const char *agents;                      /**< JSON object of custom agents, by name */
    bool allow_dangerously_skip_permissions; /**< offers the bypass without switching it on */
    const char *const *betas;                /**< beta features of the API: "interleaved-thinking-2025-05-14" */
    size_t betas_count;
    bool disable_slash_commands; /**< neither slash commands nor skills */
    const char *const *files;    /**< "file_id:path", e.g. "abc123:/workspace/file.txt" */
    size_t files_count;
    bool fork_session;              /**< a new session id when resuming */
    bool include_partial_messages;  /**< partial chunks; with WEFT_STROMBOLI_FORMAT_STREAM_JSON only */
    const char *input_format;       /**< WEFT_STROMBOLI_FORMAT_TEXT or WEFT_STROMBOLI_FORMAT_STREAM_JSON */
    const char *const *mcp_configs; /**< MCP servers: file paths or JSON texts */
    size_t mcp_configs_count;
    bool no_persistence;            /**< the session is not saved */
    const char *const *plugin_dirs; /**< plugin directories */
    size_t plugin_dirs_count;
    bool replay_user_messages;          /**< user messages appear in the output again */
    const char *const *setting_sources; /**< WEFT_STROMBOLI_SETTINGS_* */
    size_t setting_sources_count;
    const char *settings;     /**< path of a settings file, or JSON text */
    bool strict_mcp_config;   /**< MCP servers from `mcp_configs` only */
    const char *const *tools; /**< built-in tools: "" (none), "default", or names; an entry "" is sent */
    size_t tools_count;
    int64_t max_turns;                /**< later servers: the agent stops after so many turns; 0 = no limit of its
                                           own */
    const char *effort;               /**< later servers: Claude Code's level of effort, in its words; not checked */
    const char *prompt_caching_ttl;   /**< later servers: how long the prompt cache keeps what it was given: "5m" or
                                           "1h" */
    const char *bedrock_service_tier; /**< later servers: the service tier to ask of Amazon Bedrock, where the model
                                           runs there */
    bool enable_powershell_tool;      /**< later servers: offers the PowerShell tool */
    const char *extra;                /**< JSON object whose members are added, and win over those above: what weft
                                           does not name, or an explicit false, 0 or [] */
} weft_stromboli_claude_options;

/** Commands at stages of the container's life. At most 100 each and 200 in all, 4 096 characters each. */
typedef struct weft_stromboli_lifecycle_hooks {
    const char *const *on_create_command; /**< after creation, before Claude starts; first run only */
    size_t on_create_command_count;
    const char *const *post_create; /**< after `on_create_command`; first run only */
    size_t post_create_count;
    const char *const *post_start; /**< after the container started; every run */
    size_t post_start_count;
    const char *hooks_timeout; /**< for all hooks together: "5m", at most "1h"; none = the container's */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_stromboli_lifecycle_hooks;

/** Runs the agent inside a service of a compose stack. */
typedef struct weft_stromboli_environment {
    const char *type;          /**< WEFT_STROMBOLI_ENVIRONMENT_COMPOSE, or none for a single container */
    const char *path;          /**< of the compose file: absolute, .yml or .yaml; needed with a type */
    const char *service;       /**< that Claude runs in; needed with a type */
    const char *build_timeout; /**< "15m"; none = the server's, 10m */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_stromboli_environment;

/** The container of a run. `podman` of a run request; all optional. */
typedef struct weft_stromboli_podman_options {
    const char *memory;         /**< limit: "512m" (the server's default), "2g" */
    const char *timeout;        /**< longest run, as a Go duration: "30s", "1h"; none = the server's, 30m */
    const char *cpus;           /**< limit: "0.5", "2"; none = the server's, 1 */
    weft_opt_int64 cpu_shares;  /**< relative weight; none = 1024; later servers tell 0 from absent */
    const char *const *volumes; /**< "host:container" or "host:container:options", options "ro", "rw", ... */
    size_t volumes_count;
    const char *image;            /**< "python:3.12"; must match what the server allows */
    const weft_pair *secrets_env; /**< name: environment variable, value: Podman secret; at most 50 */
    size_t secrets_env_count;
    const weft_stromboli_lifecycle_hooks *lifecycle; /**< commands at stages of the container's life; NULL = none */
    const weft_stromboli_environment *environment;   /**< a compose stack to run in; NULL = a single container */
    const char *extra;                               /**< JSON object whose members are added, and win over those
                                                          above */
} weft_stromboli_podman_options;

/** weft_stromboli_run, weft_stromboli_run_async. */
typedef struct weft_stromboli_run_request {
    const char *prompt;                          /**< required; at most 1 048 576 bytes */
    const char *workdir;                         /**< inside the container: absolute, no "..": "/workspace" */
    const char *webhook_url;                     /**< is sent the outcome when an asynchronous job ends */
    const weft_stromboli_claude_options *claude; /**< how Claude behaves; NULL = all defaults */
    const weft_stromboli_podman_options *podman; /**< the container; NULL = all defaults */
    const char *extra;                           /**< JSON object whose members are added, and win over those above */
} weft_stromboli_run_request;

/** weft_stromboli_stream. Goes into the request line: a server refuses more than about 1 MiB. */
typedef struct weft_stromboli_stream_request {
    const char *prompt;     /**< required; at most 1 048 576 bytes */
    const char *workdir;    /**< inside the container */
    const char *session_id; /**< of an earlier result, to continue that conversation */
} weft_stromboli_stream_request;

/** weft_stromboli_list_messages: the page. */
typedef struct weft_stromboli_list_messages_options {
    int64_t limit;  /**< messages; 0 = the server's, 50; more than 200 is taken as 200 */
    int64_t offset; /**< messages to skip */
} weft_stromboli_list_messages_options;

/** weft_stromboli_create_secret. */
typedef struct weft_stromboli_create_secret_request {
    const char *name;  /**< required, unique: letters, digits, - and _, at most 253 */
    const char *value; /**< required; at most 1 MiB; never given out again */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_stromboli_create_secret_request;

/** weft_stromboli_search_images: how many finds, and how long. */
typedef struct weft_stromboli_search_images_options {
    int64_t limit; /**< finds at most; 0 and less = the server's, 25; more than 100 is taken as 100 */
    bool no_trunc; /**< descriptions in full; otherwise servers cut them */
} weft_stromboli_search_images_options;

/** weft_stromboli_pull_image. */
typedef struct weft_stromboli_pull_image_request {
    const char *image;    /**< required: "python:3.12-slim" */
    const char *platform; /**< "linux/amd64" */
    bool quiet;           /**< no progress output at the server */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_stromboli_pull_image_request;

/* ---- Results: the service ---------------------------------------------------------------------------- */

/** A part that the service depends on. */
typedef struct weft_stromboli_component {
    weft_object object;
    weft_str name;   /**< "podman", "claude-credentials-file", "claude-credentials-secret", ... */
    weft_str status; /**< WEFT_STROMBOLI_STATUS_OK or WEFT_STROMBOLI_STATUS_ERROR */
    weft_str error;  /**< why it is in error */
} weft_stromboli_component;

/** weft_stromboli_get_health. */
typedef struct weft_stromboli_health {
    weft_object object;
    weft_str name;    /**< "stromboli" */
    weft_str status;  /**< "ok" is healthy; anything else, "degraded" and "error" included, is not */
    weft_str version; /**< "0.4.0-alpha"; "dev" on unversioned builds; see weft_stromboli_is_compatible */
    const weft_stromboli_component *components; /**< those with a name */
    size_t components_count;
} weft_stromboli_health;
/** A weft_done_cb with a weft_stromboli_health. */
typedef void weft_stromboli_health_cb(weft_call *call, const weft_error *error, const weft_stromboli_health *result,
                                      void *arg);

/** weft_stromboli_get_claude_status. */
typedef struct weft_stromboli_claude_status {
    weft_object object;
    bool configured;  /**< credentials are set up; runs fail otherwise */
    weft_str message; /**< what is missing */
} weft_stromboli_claude_status;
/** A weft_done_cb with a weft_stromboli_claude_status. */
typedef void weft_stromboli_claude_status_cb(weft_call *call, const weft_error *error,
                                             const weft_stromboli_claude_status *result, void *arg);

/* ---- Results: runs and jobs -------------------------------------------------------------------------- */

/** How a run ended that crashed. */
typedef struct weft_stromboli_crash_info {
    weft_object object;
    weft_str reason;   /**< "Process killed by SIGKILL", "Timeout exceeded" */
    int64_t exit_code; /**< 137 killed or out of memory, 143 SIGTERM, 139 SIGSEGV; 128 + n for signal n */
    weft_str partial_output; /**< the last 2 000 characters, "..." before them when there was more */
    weft_str signal;         /**< "SIGKILL", "killed" */
    bool task_completed;     /**< the task seemed done before the crash */
} weft_stromboli_crash_info;

/** What a run used up. Later servers. */
typedef struct weft_stromboli_usage {
    weft_object object;
    weft_str model;                      /**< the full name of the model that answered */
    int64_t input_tokens;                /**< sent to the model */
    int64_t output_tokens;               /**< written by the model */
    int64_t cache_creation_input_tokens; /**< put into the prompt cache */
    int64_t cache_read_input_tokens;     /**< taken from the prompt cache */
    int64_t total_tokens;                /**< of all kinds together */
    double estimated_cost_usd;           /**< US dollars */
} weft_stromboli_usage;

/**
 * weft_stromboli_run. Failure has two forms. Most arrive as the call's error, for the server answers an agent that
 * failed, like a request that it refuses, with 500 and the status "error": WEFT_E_SERVER_ERROR, the server's words in
 * the message, the whole answer in weft_error.body, and no result. What the server answers with 200 is a result
 * whatever it says: a run that crashed ("crashed", later servers), and any other `status` than "completed".
 */
typedef struct weft_stromboli_run_response {
    weft_object object;
    weft_str id;     /**< "run-" and 16 hexadecimal digits */
    weft_str status; /**< WEFT_STROMBOLI_RUN_*; success is "completed", see weft_stromboli_run_is_completed */
    weft_str output; /**< Claude's answer */
    weft_str error;  /**< what failed */
    weft_str session_id;                         /**< to continue the conversation */
    const weft_stromboli_crash_info *crash_info; /**< later servers, with status "crashed" */
    weft_json structured_output;       /**< later servers: the parsed result when a schema was given */
    const weft_stromboli_usage *usage; /**< later servers */
} weft_stromboli_run_response;
/** A weft_done_cb with a weft_stromboli_run_response. */
typedef void weft_stromboli_run_cb(weft_call *call, const weft_error *error, const weft_stromboli_run_response *result,
                                   void *arg);

/** weft_stromboli_run_async. */
typedef struct weft_stromboli_run_async_response {
    weft_object object;
    weft_str job_id;     /**< "job-" and 16 hexadecimal digits */
    weft_str session_id; /**< later servers: the session reserved for it */
} weft_stromboli_run_async_response;
/** A weft_done_cb with a weft_stromboli_run_async_response. */
typedef void weft_stromboli_run_async_cb(weft_call *call, const weft_error *error,
                                         const weft_stromboli_run_async_response *result, void *arg);

/**
 * weft_stromboli_get_job, weft_stromboli_wait_job, weft_stromboli_list_jobs. Jobs live in the server's
 * memory: about an hour beyond their end, and not beyond a restart.
 */
typedef struct weft_stromboli_job {
    weft_object object;
    weft_str id;                                 /**< "job-...": what weft_stromboli_get_job and
                                                      weft_stromboli_wait_job want */
    weft_str status;                             /**< WEFT_STROMBOLI_JOB_*; others may come */
    weft_str output;                             /**< the answer; when crashed, what there was of it */
    weft_str error;                              /**< what failed; empty when crashed */
    weft_str session_id;                         /**< to continue the conversation; once it ended */
    weft_str created_at;                         /**< RFC 3339, whole seconds; see weft_time_parse */
    weft_str updated_at;                         /**< the same */
    const weft_stromboli_crash_info *crash_info; /**< when crashed; some servers say "failed" then */
    weft_json structured_output;                 /**< later servers, as of a run */
    const weft_stromboli_usage *usage;           /**< later servers */
} weft_stromboli_job;
/** A weft_done_cb with a weft_stromboli_job. */
typedef void weft_stromboli_job_cb(weft_call *call, const weft_error *error, const weft_stromboli_job *result,
                                   void *arg);

/** weft_stromboli_list_jobs. */
typedef struct weft_stromboli_job_list {
    weft_object object;
    const weft_stromboli_job *items; /**< in no particular order */
    size_t count;
} weft_stromboli_job_list;
/** A weft_done_cb with a weft_stromboli_job_list. */
typedef void weft_stromboli_job_list_cb(weft_call *call, const weft_error *error, const weft_stromboli_job_list *result,
                                        void *arg);

/** weft_stromboli_cancel_job. */
typedef struct weft_stromboli_cancel_job_response {
    weft_object object;
    bool cancelled;  /**< true: otherwise the call failed */
    weft_str job_id; /**< as asked */
} weft_stromboli_cancel_job_response;
/** A weft_done_cb with a weft_stromboli_cancel_job_response. */
typedef void weft_stromboli_cancel_job_cb(weft_call *call, const weft_error *error,
                                          const weft_stromboli_cancel_job_response *result, void *arg);

/* ---- Results: sessions and messages ------------------------------------------------------------------ */

/** A conversation that is kept. */
typedef struct weft_stromboli_session {
    weft_object object; /**< raw.ptr NULL from servers that list plain ids */
    weft_str id;        /**< UUID */
    weft_str title;     /**< later servers */
} weft_stromboli_session;

/** weft_stromboli_list_sessions. */
typedef struct weft_stromboli_session_list {
    weft_object object;
    const weft_stromboli_session *items; /**< the conversations */
    size_t count;
    weft_str error; /**< what servers say of a failure beside the list; mostly empty */
} weft_stromboli_session_list;
/** A weft_done_cb with a weft_stromboli_session_list. */
typedef void weft_stromboli_session_list_cb(weft_call *call, const weft_error *error,
                                            const weft_stromboli_session_list *result, void *arg);

/** weft_stromboli_delete_session. */
typedef struct weft_stromboli_delete_session_response {
    weft_object object;
    bool success;        /**< true: otherwise the call failed */
    weft_str session_id; /**< as asked */
    weft_str error;      /**< empty: otherwise the call failed */
} weft_stromboli_delete_session_response;
/** A weft_done_cb with a weft_stromboli_delete_session_response. */
typedef void weft_stromboli_delete_session_cb(weft_call *call, const weft_error *error,
                                              const weft_stromboli_delete_session_response *result, void *arg);

/** A piece of a message. Which members are set goes by `type`; one of the wrong kind is left out. */
typedef struct weft_stromboli_content_block {
    weft_object object;
    weft_str type;        /**< WEFT_STROMBOLI_BLOCK_*, or another */
    weft_str text;        /**< of "text" */
    weft_str id;          /**< of "tool_use": "toolu_..." */
    weft_str name;        /**< of "tool_use": the tool's */
    weft_json input;      /**< of "tool_use": its arguments, a JSON object */
    weft_str tool_use_id; /**< of "tool_result": the `id` that it answers */
    weft_str content;     /**< of "tool_result": its text, or its JSON text where it is no string */
    bool is_error;        /**< of "tool_result" */
} weft_stromboli_content_block;

/** Tokens of one message. */
typedef struct weft_stromboli_message_usage {
    weft_object object;
    int64_t input_tokens;                /**< sent to the model */
    int64_t output_tokens;               /**< written by the model */
    int64_t cache_creation_input_tokens; /**< put into the prompt cache */
    int64_t cache_read_input_tokens;     /**< taken from the prompt cache */
} weft_stromboli_message_usage;

/**
 * A message's content. It comes as text, as blocks, or, from all known servers, as an object with a role that
 * holds one of the two; here the three are read alike. The exact form is in the message's `content`.
 */
typedef struct weft_stromboli_message_content {
    weft_object object;   /**< the object form; raw.ptr NULL in the other two */
    weft_str role;        /**< "user", "assistant"; object form */
    weft_str model;       /**< of assistant messages; object form */
    weft_str message_id;  /**< "msg_..."; object form */
    weft_json content;    /**< what is within the object, exact; ptr NULL in the other forms */
    weft_str stop_reason; /**< "end_turn", ...; object form */
    const weft_stromboli_message_usage *usage; /**< object form */
    weft_str text;                             /**< the content where it is text; see weft_stromboli_message_get_text */
    bool has_blocks; /**< the content is a list, perhaps an empty one, or null within the object */
    const weft_stromboli_content_block *blocks; /**< the list; see weft_stromboli_message_get_blocks */
    size_t blocks_count;
    size_t skipped_count; /**< entries of the list that are no objects, and so not in `blocks` */
} weft_stromboli_message_content;

/** What a tool answered. Servers send the first four; the SDK's documentation has the last three. */
typedef struct weft_stromboli_tool_result {
    weft_object object;
    weft_str stdout_text; /**< `stdout` */
    weft_str stderr_text; /**< `stderr` */
    bool interrupted;     /**< the tool was stopped before its end */
    bool is_image;        /**< what it answered is an image */
    weft_str tool_use_id; /**< the `id` of the block that it answers */
    weft_str content;     /**< its text, or its JSON text where it is no string */
    bool is_error;        /**< the tool failed */
} weft_stromboli_tool_result;

/** weft_stromboli_get_message, weft_stromboli_list_messages. */
typedef struct weft_stromboli_message {
    weft_object object;
    weft_str uuid;                              /**< the message's own id: what weft_stromboli_get_message wants */
    weft_str type;                              /**< WEFT_STROMBOLI_MESSAGE_* */
    weft_str parent_uuid;                       /**< the message that it follows */
    weft_str session_id;                        /**< the conversation that it belongs to */
    weft_str cwd;                               /**< the working directory then */
    weft_str git_branch;                        /**< the branch then */
    weft_str permission_mode;                   /**< the mode then */
    weft_str timestamp;                         /**< RFC 3339, with a fraction; see weft_time_parse */
    weft_str version;                           /**< of Claude Code */
    weft_json content;                          /**< exact: an object, a string or an array */
    weft_json tool_result;                      /**< exact: usually an object */
    const weft_stromboli_message_content *body; /**< `content`, read; never NULL */
    const weft_stromboli_tool_result *tool;     /**< `tool_result`, read; NULL when it is no object */
} weft_stromboli_message;
/** A weft_done_cb with a weft_stromboli_message. */
typedef void weft_stromboli_message_cb(weft_call *call, const weft_error *error, const weft_stromboli_message *result,
                                       void *arg);

/** weft_stromboli_list_messages. */
typedef struct weft_stromboli_message_list {
    weft_object object;
    const weft_stromboli_message *items; /**< this page */
    size_t count;
    int64_t total;  /**< messages in the session */
    int64_t limit;  /**< the page size used */
    int64_t offset; /**< messages skipped */
    bool has_more;  /**< the next page begins at `offset` + `limit` */
} weft_stromboli_message_list;
/** A weft_done_cb with a weft_stromboli_message_list. */
typedef void weft_stromboli_message_list_cb(weft_call *call, const weft_error *error,
                                            const weft_stromboli_message_list *result, void *arg);

/* ---- Results: tokens --------------------------------------------------------------------------------- */

/** weft_stromboli_create_token, weft_stromboli_refresh_token. */
typedef struct weft_stromboli_token {
    weft_object object;
    weft_str access_token;  /**< JWT, for weft_client_set_token */
    weft_str refresh_token; /**< JWT, 7 days, for weft_stromboli_refresh_token; a new one each time */
    int64_t expires_in_s;   /**< `expires_in`: seconds that `access_token` is good for */
    weft_str token_type;    /**< "bearer", in any case */
} weft_stromboli_token;
/** A weft_done_cb with a weft_stromboli_token. */
typedef void weft_stromboli_token_cb(weft_call *call, const weft_error *error, const weft_stromboli_token *result,
                                     void *arg);

/** weft_stromboli_validate_token. */
typedef struct weft_stromboli_token_validation {
    weft_object object;
    bool valid;         /**< also true of a token that was logged out */
    weft_str subject;   /**< the client id */
    int64_t expires_at_unix_s; /**< `expires_at`: seconds since 1970 */
} weft_stromboli_token_validation;
/** A weft_done_cb with a weft_stromboli_token_validation. */
typedef void weft_stromboli_token_validation_cb(weft_call *call, const weft_error *error,
                                                const weft_stromboli_token_validation *result, void *arg);

/** weft_stromboli_log_out. */
typedef struct weft_stromboli_log_out_response {
    weft_object object;
    bool success;     /**< the server refuses the token from now on */
    weft_str message; /**< "token invalidated" */
} weft_stromboli_log_out_response;
/** A weft_done_cb with a weft_stromboli_log_out_response. */
typedef void weft_stromboli_log_out_cb(weft_call *call, const weft_error *error,
                                       const weft_stromboli_log_out_response *result, void *arg);

/* ---- Results: secrets -------------------------------------------------------------------------------- */

/** weft_stromboli_get_secret, weft_stromboli_list_secrets. Never the value. */
typedef struct weft_stromboli_secret {
    weft_object object;  /**< raw.ptr NULL from old servers, which list plain names */
    weft_str id;         /**< Podman's id of it */
    weft_str name;       /**< what weft_stromboli_podman_options.secrets_env names */
    weft_str created_at; /**< RFC 3339, or words: "10 days ago"; see weft_time_parse */
} weft_stromboli_secret;
/** A weft_done_cb with a weft_stromboli_secret. */
typedef void weft_stromboli_secret_cb(weft_call *call, const weft_error *error, const weft_stromboli_secret *result,
                                      void *arg);

/** weft_stromboli_list_secrets. */
typedef struct weft_stromboli_secret_list {
    weft_object object;
    const weft_stromboli_secret *items; /**< the secrets, without their values */
    size_t count;
    weft_str error; /**< empty: otherwise the call failed with WEFT_E_SECRETS_ERROR */
} weft_stromboli_secret_list;
/** A weft_done_cb with a weft_stromboli_secret_list. */
typedef void weft_stromboli_secret_list_cb(weft_call *call, const weft_error *error,
                                           const weft_stromboli_secret_list *result, void *arg);

/** weft_stromboli_create_secret, weft_stromboli_delete_secret. */
typedef struct weft_stromboli_secret_change {
    weft_object object;
    bool success;   /**< true: otherwise the call failed */
    weft_str name;  /**< as asked */
    weft_str error; /**< empty: otherwise the call failed */
} weft_stromboli_secret_change;
/** A weft_done_cb with a weft_stromboli_secret_change. */
typedef void weft_stromboli_secret_change_cb(weft_call *call, const weft_error *error,
                                             const weft_stromboli_secret_change *result, void *arg);

/* ---- Results: images --------------------------------------------------------------------------------- */

/** weft_stromboli_get_image, weft_stromboli_list_images. */
typedef struct weft_stromboli_image {
    weft_object object;
    weft_str id;                /**< "sha256:..." */
    weft_str repository;        /**< "python" */
    weft_str tag;               /**< "3.12-slim" */
    int64_t size_bytes;         /**< `size`: of all its layers */
    weft_str created_at;        /**< `created`: RFC 3339, but local time with a "Z"; see weft_time_parse */
    weft_str description;       /**< what it is, in a sentence; perhaps empty */
    bool compatible;            /**< glibc: yes; Alpine and musl: no */
    int64_t compatibility_rank; /**< 1 and 2 verified compatible, 3 glibc, 4 incompatible */
    bool has_claude_cli;        /**< Claude's command line is in it */
    const weft_str *tools;      /**< "python", "git", ... */
    size_t tools_count;
    const weft_str_pair *labels; /**< weft_stromboli_get_image only */
    size_t labels_count;
    weft_str rank_description; /**< weft_stromboli_get_image only: "Standard glibc-based (compatible)" */
} weft_stromboli_image;
/** A weft_done_cb with a weft_stromboli_image. */
typedef void weft_stromboli_image_cb(weft_call *call, const weft_error *error, const weft_stromboli_image *result,
                                     void *arg);

/** weft_stromboli_list_images. */
typedef struct weft_stromboli_image_list {
    weft_object object;
    const weft_stromboli_image *items; /**< by rank, repository and tag */
    size_t count;
} weft_stromboli_image_list;
/** A weft_done_cb with a weft_stromboli_image_list. */
typedef void weft_stromboli_image_list_cb(weft_call *call, const weft_error *error,
                                          const weft_stromboli_image_list *result, void *arg);

/** One find of weft_stromboli_search_images. */
typedef struct weft_stromboli_image_match {
    weft_object object;
    weft_str name;        /**< "docker.io/library/python" */
    weft_str description; /**< what it is, as its registry says; cut off without `no_trunc` */
    int64_t stars;        /**< what users of the registry gave it */
    bool official;        /**< the registry's own */
    bool automated;       /**< built automatically */
    weft_str index;       /**< the registry: "docker.io" */
} weft_stromboli_image_match;

/** weft_stromboli_search_images. */
typedef struct weft_stromboli_image_match_list {
    weft_object object;
    const weft_stromboli_image_match *items; /**< the finds */
    size_t count;
} weft_stromboli_image_match_list;
/** A weft_done_cb with a weft_stromboli_image_match_list. */
typedef void weft_stromboli_image_match_list_cb(weft_call *call, const weft_error *error,
                                                const weft_stromboli_image_match_list *result, void *arg);

/** weft_stromboli_pull_image. */
typedef struct weft_stromboli_pull_image_response {
    weft_object object;
    bool success;      /**< the server has the image now */
    weft_str image;    /**< as asked */
    weft_str image_id; /**< "sha256:..." */
    weft_str error;    /**< why it has not; empty on success */
} weft_stromboli_pull_image_response;
/** A weft_done_cb with a weft_stromboli_pull_image_response. */
typedef void weft_stromboli_pull_image_cb(weft_call *call, const weft_error *error,
                                          const weft_stromboli_pull_image_response *result, void *arg);

#ifdef __cplusplus
}
#endif

#endif
