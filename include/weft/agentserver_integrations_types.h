/* weft/agentserver_integrations_types.h - what agentserver takes and gives about what a workspace is
 * connected to. What holds for every type is said in weft/agentserver.h. */
#ifndef WEFT_AGENTSERVER_INTEGRATIONS_TYPES_H
#define WEFT_AGENTSERVER_INTEGRATIONS_TYPES_H

#include "weft/agentserver_workspaces_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Words ------------------------------------------------------------------------------------------- */

/* `kind` of a credential. */
#define WEFT_AGENTSERVER_CREDENTIAL_K8S "k8s"

/* `provider` of a channel. */
#define WEFT_AGENTSERVER_IM_WEIXIN "weixin"
#define WEFT_AGENTSERVER_IM_TELEGRAM "telegram"
#define WEFT_AGENTSERVER_IM_MATRIX "matrix"

/* `routing_mode` of a channel. */
#define WEFT_AGENTSERVER_ROUTING_NANOCLAW "nanoclaw"
#define WEFT_AGENTSERVER_ROUTING_CODEX "codex"

/* ---- Outcomes and filters ---------------------------------------------------------------------------- */

/** What became of a new credential. */
typedef enum weft_agentserver_credential_outcome {
    WEFT_AGENTSERVER_CREDENTIAL_STORED = 1, /**< it can be used */
    WEFT_AGENTSERVER_CREDENTIAL_PENDING = 2 /**< a user has to agree first: weft_agentserver_complete_device_code */
} weft_agentserver_credential_outcome;

/** How far a WeChat login is. */
typedef enum weft_agentserver_weixin_login_state {
    WEFT_AGENTSERVER_WEIXIN_LOGIN_OTHER = 0,         /**< a word that weft does not know, in `status`; it goes on */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_WAITING = 1,       /**< "wait": nobody has scanned the code yet; it goes on */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_SCANNED = 2,       /**< "scaned": to be confirmed on the phone; it goes on */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_CONFIRMED = 3,     /**< "confirmed": done, with `bot_id` */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_EXPIRED = 4,       /**< "expired": show the new `qrcode_url`; it goes on */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_ALREADY_BOUND = 5, /**< "binded_redirect": done, the account was connected before */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_BLOCKED = 6,       /**< "verify_code_blocked": over; start anew later */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_NEEDS_CODE =
        7 /**< "need_verifycode": wants a code that servers cannot take; it goes on */
} weft_agentserver_weixin_login_state;

/** weft_agentserver_connect_modelserver. */
typedef struct weft_agentserver_connect_modelserver_response {
    weft_object object; /**< of nothing: what was answered is a redirect */
    weft_str location;  /**< the URL; it is good once, for 10 minutes */
} weft_agentserver_connect_modelserver_response;
/** A weft_done_cb with a weft_agentserver_connect_modelserver_response. */
typedef void weft_agentserver_connect_modelserver_cb(weft_call *call, const weft_error *error,
                                                     const weft_agentserver_connect_modelserver_response *result,
                                                     void *arg);

/** weft_agentserver_list_operations: which. All zero is all. */
typedef struct weft_agentserver_list_operations_options {
    const char *env_id; /**< name of the executor */
    const char *tool;
    const char *source;
    weft_opt_bool is_error; /**< true = failures only, false = successes only */
    const char *since;      /**< RFC 3339: begun then or later */
    int64_t limit;          /**< 0 = 100, at most 1 000 */
    const char *id;         /**< of one operation */
} weft_agentserver_list_operations_options;

/* ---- Credentials ------------------------------------------------------------------------------------- */

/** weft_agentserver_create_credential. */
typedef struct weft_agentserver_create_credential_request {
    const char *display_name; /**< required; one of a kind in the workspace */
    const char *config;       /**< required; the credential as text: of k8s a kubeconfig, YAML or JSON */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_credential_request;

/** weft_agentserver_create_credential, weft_agentserver_complete_device_code. What it is, is in `outcome`. */
typedef struct weft_agentserver_create_credential_response {
    weft_object object;
    weft_agentserver_credential_outcome outcome; /**< stored, or pending */
    weft_str id;                                 /**< for weft_agentserver_complete_device_code when it is pending */
    weft_str display_name;                       /**< stored only; so the next four */
    weft_str server_url;                         /**< perhaps empty */
    weft_str auth_type;                          /**< "bearer", "client_cert" or "oidc" */
    bool is_default;
    weft_json public_meta;     /**< what is no secret */
    weft_str status;           /**< pending only: "pending_device_code"; so the next three */
    weft_str verification_uri; /**< where the user goes */
    weft_str user_code;        /**< what the user enters there */
    int64_t expires_in_s;      /**< seconds */
} weft_agentserver_create_credential_response;
/** A weft_done_cb with a weft_agentserver_create_credential_response. */
typedef void weft_agentserver_create_credential_cb(weft_call *call, const weft_error *error,
                                                   const weft_agentserver_create_credential_response *result,
                                                   void *arg);

/** weft_agentserver_complete_device_code. All zero is good, and so is NULL. */
typedef struct weft_agentserver_complete_device_code_options {
    int64_t expires_in_s; /**< that of the pending result, in seconds: so long the call waits; 0 = 900 */
} weft_agentserver_complete_device_code_options;

/** One credential, without its secret. */
typedef struct weft_agentserver_credential {
    weft_object object;
    weft_str id;
    weft_str display_name;
    weft_str server_url;   /**< perhaps empty */
    weft_str auth_type;    /**< "bearer", "client_cert" or "oidc" */
    weft_json public_meta; /**< what is no secret */
    bool is_default;
    weft_str created_at; /**< RFC 3339 */
} weft_agentserver_credential;

/** weft_agentserver_list_credentials. */
typedef struct weft_agentserver_credential_list {
    weft_object object;
    const weft_agentserver_credential *items;
    size_t count;
} weft_agentserver_credential_list;
/** A weft_done_cb with a weft_agentserver_credential_list. */
typedef void weft_agentserver_credential_list_cb(weft_call *call, const weft_error *error,
                                                 const weft_agentserver_credential_list *result, void *arg);

/** weft_agentserver_update_credential. */
typedef struct weft_agentserver_update_credential_request {
    const char *display_name; /**< none = nothing changes, which is a success */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
} weft_agentserver_update_credential_request;

/* ---- Messengers -------------------------------------------------------------------------------------- */

/** A messenger's bot that a workspace has. */
typedef struct weft_agentserver_channel {
    weft_object object;
    weft_str id;
    weft_str workspace_id; /**< left out by servers */
    weft_str provider;     /**< WEFT_AGENTSERVER_IM_* */
    weft_str bot_id;
    weft_str user_id; /**< WeChat only */
    bool require_mention;
    weft_str routing_mode; /**< WEFT_AGENTSERVER_ROUTING_*; old ones may say something else */
    weft_str bound_at;     /**< RFC 3339 */
} weft_agentserver_channel;

/** weft_agentserver_list_channels. */
typedef struct weft_agentserver_channel_list {
    weft_object object;
    const weft_agentserver_channel *items;
    size_t count;
} weft_agentserver_channel_list;
/** A weft_done_cb with a weft_agentserver_channel_list. */
typedef void weft_agentserver_channel_list_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_channel_list *result, void *arg);

/** weft_agentserver_update_channel. */
typedef struct weft_agentserver_update_channel_request {
    weft_opt_bool require_mention; /**< none = as it is */
    const char *routing_mode;      /**< WEFT_AGENTSERVER_ROUTING_*; none = as it is */
    const char *extra;             /**< JSON object whose members are added, and win over those above */
} weft_agentserver_update_channel_request;

/** weft_agentserver_update_channel. */
typedef struct weft_agentserver_update_channel_response {
    weft_object object;
    weft_str status; /**< "updated" */
} weft_agentserver_update_channel_response;
/** A weft_done_cb with a weft_agentserver_update_channel_response. */
typedef void weft_agentserver_update_channel_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_update_channel_response *result, void *arg);

/** weft_agentserver_start_weixin_login. */
typedef struct weft_agentserver_start_weixin_login_response {
    weft_object object;
    weft_str qrcode_url; /**< what to show as a QR code */
    weft_str message;    /**< for people */
} weft_agentserver_start_weixin_login_response;
/** A weft_done_cb with a weft_agentserver_start_weixin_login_response. */
typedef void weft_agentserver_start_weixin_login_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_start_weixin_login_response *result,
                                                    void *arg);

/** weft_agentserver_poll_weixin_login. What it means is in `state`. */
typedef struct weft_agentserver_weixin_login {
    weft_object object;
    weft_agentserver_weixin_login_state state; /**< how far the login is */
    bool connected;                            /**< true with WEFT_AGENTSERVER_WEIXIN_LOGIN_CONFIRMED only */
    weft_str status;                           /**< the server's word for `state` */
    weft_str message;                          /**< for people; seldom there */
    weft_str qrcode_url;                       /**< with WEFT_AGENTSERVER_WEIXIN_LOGIN_EXPIRED: the next code */
    weft_str bot_id;                           /**< with WEFT_AGENTSERVER_WEIXIN_LOGIN_CONFIRMED */
    weft_str user_id;                          /**< with WEFT_AGENTSERVER_WEIXIN_LOGIN_CONFIRMED, from some servers */
    bool already_connected;                    /**< with WEFT_AGENTSERVER_WEIXIN_LOGIN_ALREADY_BOUND */
} weft_agentserver_weixin_login;
/** A weft_done_cb with a weft_agentserver_weixin_login. */
typedef void weft_agentserver_weixin_login_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_weixin_login *result, void *arg);

/** weft_agentserver_configure_telegram. */
typedef struct weft_agentserver_configure_telegram_request {
    const char *bot_token; /**< required; secret */
    const char *extra;     /**< JSON object whose members are added, and win over those above */
} weft_agentserver_configure_telegram_request;

/** weft_agentserver_configure_telegram. */
typedef struct weft_agentserver_configure_telegram_response {
    weft_object object;
    bool connected; /**< true */
    weft_str bot_id;
} weft_agentserver_configure_telegram_response;
/** A weft_done_cb with a weft_agentserver_configure_telegram_response. */
typedef void weft_agentserver_configure_telegram_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_configure_telegram_response *result,
                                                    void *arg);

/** weft_agentserver_configure_matrix. */
typedef struct weft_agentserver_configure_matrix_request {
    const char *homeserver_url; /**< required */
    const char *access_token;   /**< required; secret */
    const char *recovery_key;   /**< secret; for encrypted rooms. That it does not work is not told */
    const char *extra;          /**< JSON object whose members are added, and win over those above */
} weft_agentserver_configure_matrix_request;

/** weft_agentserver_configure_matrix. */
typedef struct weft_agentserver_configure_matrix_response {
    weft_object object;
    bool connected; /**< true */
    weft_str bot_id;
} weft_agentserver_configure_matrix_response;
/** A weft_done_cb with a weft_agentserver_configure_matrix_response. */
typedef void weft_agentserver_configure_matrix_cb(weft_call *call, const weft_error *error,
                                                  const weft_agentserver_configure_matrix_response *result, void *arg);

/** weft_agentserver_bind_sandbox. */
typedef struct weft_agentserver_bind_sandbox_request {
    const char *channel_id; /**< required; of the sandbox's workspace */
    const char *extra;      /**< JSON object whose members are added, and win over those above */
} weft_agentserver_bind_sandbox_request;

/** weft_agentserver_bind_sandbox. */
typedef struct weft_agentserver_bind_sandbox_response {
    weft_object object;
    weft_str status; /**< "bound" */
} weft_agentserver_bind_sandbox_response;
/** A weft_done_cb with a weft_agentserver_bind_sandbox_response. */
typedef void weft_agentserver_bind_sandbox_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_bind_sandbox_response *result, void *arg);

/** weft_agentserver_unbind_sandbox. */
typedef struct weft_agentserver_unbind_sandbox_response {
    weft_object object;
    weft_str status; /**< "unbound" */
} weft_agentserver_unbind_sandbox_response;
/** A weft_done_cb with a weft_agentserver_unbind_sandbox_response. */
typedef void weft_agentserver_unbind_sandbox_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_unbind_sandbox_response *result, void *arg);

/* ---- Language models --------------------------------------------------------------------------------- */

/** A model that a workspace may use. */
typedef struct weft_agentserver_llm_model {
    weft_object object;
    weft_str id;
    weft_str name;
} weft_agentserver_llm_model;

/** weft_agentserver_get_llm_config. */
typedef struct weft_agentserver_llm_config {
    weft_object object;
    bool configured;
    weft_str base_url; /**< empty when nothing is configured */
    weft_str api_key;  /**< masked: "sk-...1234"; never to be sent back */
    const weft_agentserver_llm_model *models;
    size_t models_count;
    weft_str updated_at; /**< RFC 3339, or null */
} weft_agentserver_llm_config;
/** A weft_done_cb with a weft_agentserver_llm_config. */
typedef void weft_agentserver_llm_config_cb(weft_call *call, const weft_error *error,
                                            const weft_agentserver_llm_config *result, void *arg);

/** One model of a configuration. */
typedef struct weft_agentserver_llm_model_request {
    const char *id;    /**< required */
    const char *name;  /**< required */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_llm_model_request;

/** weft_agentserver_set_llm_config. */
typedef struct weft_agentserver_set_llm_config_request {
    const char *base_url; /**< required; http or https */
    const char *api_key;  /**< secret; required the first time, then none = the one that is stored */
    const weft_agentserver_llm_model_request *models; /**< required; 1 to 100 */
    size_t models_count;
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_set_llm_config_request;

/** weft_agentserver_set_llm_config. */
typedef struct weft_agentserver_set_llm_config_response {
    weft_object object;
    bool ok; /**< true */
} weft_agentserver_set_llm_config_response;
/** A weft_done_cb with a weft_agentserver_set_llm_config_response. */
typedef void weft_agentserver_set_llm_config_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_set_llm_config_response *result, void *arg);

/** What differs for a workspace. */
typedef struct weft_agentserver_llm_workspace_quota {
    weft_object object;
    weft_str workspace_id;
    weft_opt_int64 max_requests_per_day; /**< requests a day; null = no limit of its own */
    weft_str updated_at;                 /**< RFC 3339 */
} weft_agentserver_llm_workspace_quota;

/** weft_agentserver_get_llm_quota, weft_agentserver_admin_get_llm_quota. */
typedef struct weft_agentserver_llm_quota {
    weft_object object;
    int64_t default_max_requests_per_day; /**< requests a day */
    int64_t today_request_count;
    const weft_agentserver_llm_workspace_quota *workspace_quota; /**< NULL = the default holds */
} weft_agentserver_llm_quota;
/** A weft_done_cb with a weft_agentserver_llm_quota. */
typedef void weft_agentserver_llm_quota_cb(weft_call *call, const weft_error *error,
                                           const weft_agentserver_llm_quota *result, void *arg);

/** weft_agentserver_get_modelserver_status. */
typedef struct weft_agentserver_modelserver_status {
    weft_object object;
    bool connected; /**< false = the others are left out */
    weft_str project_id;
    weft_str project_name;
    const weft_agentserver_llm_model *models;
    size_t models_count;
    weft_str connected_at; /**< RFC 3339 */
} weft_agentserver_modelserver_status;
/** A weft_done_cb with a weft_agentserver_modelserver_status. */
typedef void weft_agentserver_modelserver_status_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_modelserver_status *result, void *arg);

/* ---- Usage, traces, operations ----------------------------------------------------------------------- */

/** What one model was used for. */
typedef struct weft_agentserver_sandbox_usage {
    weft_object object;
    weft_str provider;
    weft_str model;
    int64_t input_tokens;
    int64_t output_tokens;
    int64_t cache_creation_input_tokens;
    int64_t cache_read_input_tokens;
    int64_t request_count;
} weft_agentserver_sandbox_usage;

/** weft_agentserver_list_sandbox_usage. */
typedef struct weft_agentserver_sandbox_usage_list {
    weft_object object;
    const weft_agentserver_sandbox_usage *items; /**< null when there is none */
    size_t count;
    weft_str since; /**< left out by servers */
} weft_agentserver_sandbox_usage_list;
/** A weft_done_cb with a weft_agentserver_sandbox_usage_list. */
typedef void weft_agentserver_sandbox_usage_list_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_sandbox_usage_list *result, void *arg);

/**
 * One conversation with models. Within weft_agentserver_trace_with_requests the counts and `models` are
 * left out.
 */
typedef struct weft_agentserver_trace {
    weft_object object;
    weft_str id;
    weft_str sandbox_id; /**< perhaps empty */
    weft_str workspace_id;
    weft_str source;
    weft_str created_at; /**< RFC 3339 */
    weft_str updated_at; /**< RFC 3339 */
    int64_t request_count;
    int64_t total_input_tokens;
    int64_t total_output_tokens;
    int64_t total_cache_read_tokens;
    int64_t total_cache_creation_tokens;
    weft_str models; /**< names with ", " between them */
} weft_agentserver_trace;

/** weft_agentserver_list_sandbox_traces, weft_agentserver_list_workspace_traces. */
typedef struct weft_agentserver_trace_list {
    weft_object object;
    const weft_agentserver_trace *items; /**< null when there is none */
    size_t count;
    int64_t total; /**< on all pages together */
} weft_agentserver_trace_list;
/** A weft_done_cb with a weft_agentserver_trace_list. */
typedef void weft_agentserver_trace_list_cb(weft_call *call, const weft_error *error,
                                            const weft_agentserver_trace_list *result, void *arg);

/** weft_agentserver_list_sandbox_traces: which part of the list. All zero is good, and so is NULL. */
typedef struct weft_agentserver_list_sandbox_traces_options {
    int64_t limit;  /**< the most items, up to 999; 0, or more than that, = 100 */
    int64_t offset; /**< items to skip, from the newest on; 0 = none */
} weft_agentserver_list_sandbox_traces_options;

/** weft_agentserver_list_workspace_traces: which part of the list. All zero is good, and so is NULL. */
typedef struct weft_agentserver_list_workspace_traces_options {
    int64_t limit;  /**< the most items, up to 999; 0, or more than that, = 100 */
    int64_t offset; /**< items to skip, from the newest on; 0 = none */
} weft_agentserver_list_workspace_traces_options;

/** One request to a model. */
typedef struct weft_agentserver_traced_request {
    weft_object object;
    weft_str id;
    weft_str trace_id; /**< left out when there is none */
    weft_str sandbox_id;
    weft_str workspace_id;
    weft_str provider;
    weft_str model;
    weft_str message_id; /**< left out when there is none */
    int64_t input_tokens;
    int64_t output_tokens;
    int64_t cache_creation_input_tokens;
    int64_t cache_read_input_tokens;
    bool streaming;
    int64_t duration_ms;            /**< ms */
    int64_t time_to_first_token_ms; /**< ms to the first token; 0 = unknown */
    weft_str created_at;            /**< RFC 3339 */
} weft_agentserver_traced_request;

/** weft_agentserver_get_sandbox_trace, weft_agentserver_get_workspace_trace. */
typedef struct weft_agentserver_trace_with_requests {
    weft_object object;
    const weft_agentserver_trace *trace;
    const weft_agentserver_traced_request *requests; /**< oldest first; null when there is none */
    size_t requests_count;
} weft_agentserver_trace_with_requests;
/** A weft_done_cb with a weft_agentserver_trace_with_requests. */
typedef void weft_agentserver_trace_with_requests_cb(weft_call *call, const weft_error *error,
                                                     const weft_agentserver_trace_with_requests *result, void *arg);

/** One use of a tool. */
typedef struct weft_agentserver_operation {
    weft_object object;
    weft_str id;
    weft_str workspace_id;
    weft_str user_id;
    weft_str source; /**< any text: "sdk", "tui" */
    weft_str thread_id;
    weft_str request_id;
    weft_str env_id; /**< name of the executor */
    weft_str tool;
    weft_json arguments;      /**< left out when there are none, or too many */
    weft_json arguments_meta; /**< what there is to say of those that were too many */
    bool is_error;
    weft_str result_summary;
    weft_json result_meta;
    weft_str started_at;   /**< RFC 3339, down to nanoseconds */
    weft_str completed_at; /**< RFC 3339, down to nanoseconds */
    int64_t duration_ms;
    weft_str notebook_path;
    weft_str cell_id;
} weft_agentserver_operation;

/** weft_agentserver_list_operations. */
typedef struct weft_agentserver_operation_list {
    weft_object object;
    const weft_agentserver_operation *items; /**< newest first */
    size_t count;
} weft_agentserver_operation_list;
/** A weft_done_cb with a weft_agentserver_operation_list. */
typedef void weft_agentserver_operation_list_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_operation_list *result, void *arg);

#ifdef __cplusplus
}
#endif

#endif
