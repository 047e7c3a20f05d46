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
    WEFT_AGENTSERVER_CREDENTIAL_OUTCOME_STORED = 1, /**< it can be used */
    WEFT_AGENTSERVER_CREDENTIAL_OUTCOME_PENDING = 2 /**< a user has to agree first:
                                                          weft_agentserver_complete_device_code */
} weft_agentserver_credential_outcome;

/** How far a WeChat login is: `state` of a weft_agentserver_weixin_login. */
typedef enum weft_agentserver_weixin_login_state {
    WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_OTHER = 0,     /**< a word that weft does not know, in `status`; it goes on */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_WAITING = 1,   /**< "wait": nobody has scanned the code yet; it goes on */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_SCANNED = 2,   /**< "scaned": to be confirmed on the phone; it goes on */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_CONFIRMED = 3, /**< "confirmed": done, with `bot_id` */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_EXPIRED = 4,   /**< "expired": show the new `qrcode_url`; it goes on */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_ALREADY_BOUND = 5, /**< "binded_redirect": done, connected before */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_BLOCKED = 6, /**< "verify_code_blocked": over; start anew later */
    WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_NEEDS_CODE = 7  /**< "need_verifycode": for a code no server takes; goes on */
} weft_agentserver_weixin_login_state;

/** Where a user's browser is to go: weft_agentserver_connect_modelserver. */
typedef struct weft_agentserver_connect_modelserver_response {
    weft_object object; /**< of nothing: what was answered is a redirect */
    weft_str location;  /**< the URL; it is good once, for 10 minutes */
} weft_agentserver_connect_modelserver_response;
/** A weft_done_cb with a weft_agentserver_connect_modelserver_response. */
typedef void weft_agentserver_connect_modelserver_cb(weft_call *call, const weft_error *error,
                                                     const weft_agentserver_connect_modelserver_response *result,
                                                     void *arg);

/** Which operations: weft_agentserver_list_operations. All zero is all, and so is NULL. */
typedef struct weft_agentserver_list_operations_options {
    const char *env_id;     /**< only those on this executor: its name */
    const char *tool;       /**< only those of this tool: "shell" */
    const char *source;     /**< only those that came from there: "sdk", "tui" */
    weft_opt_bool is_error; /**< true = failures only, false = successes only; none = both */
    const char *since;      /**< RFC 3339: begun then or later */
    int64_t limit;          /**< the most items, up to 1 000; 0 = 100 */
    const char *id;         /**< only the operation of this id */
} weft_agentserver_list_operations_options;

/* ---- Credentials ------------------------------------------------------------------------------------- */

/** A credential to store: weft_agentserver_create_credential. */
typedef struct weft_agentserver_create_credential_request {
    const char *display_name; /**< required; for people, one of a kind in the workspace */
    const char *config;       /**< required; secret; the credential as text: of k8s a kubeconfig, YAML or JSON */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_credential_request;

/**
 * A credential that was stored, or that a user has to agree to: weft_agentserver_create_credential,
 * weft_agentserver_complete_device_code. Which, is in `outcome`.
 */
typedef struct weft_agentserver_create_credential_response {
    weft_object object;
    weft_agentserver_credential_outcome outcome; /**< stored, or pending; by the answer's status */
    weft_str id;                                 /**< the credential's; for weft_agentserver_complete_device_code
                                                      when it is pending */
    weft_str display_name;                       /**< stored only, so the next four: as it was given */
    weft_str server_url;                         /**< the server that it is for; perhaps empty */
    weft_str auth_type;                          /**< "bearer", "client_cert" or "oidc" */
    bool is_default;                             /**< it is used where no other is named */
    weft_json public_meta;                       /**< JSON object of what is no secret */
    weft_str status;                             /**< pending only, so the next three: "pending_device_code" */
    weft_str verification_uri;                   /**< where the user goes to agree */
    weft_str user_code;                          /**< what the user enters there */
    int64_t expires_in_s;                        /**< seconds in which they have to; for
                                                      weft_agentserver_complete_device_code_options */
} weft_agentserver_create_credential_response;
/** A weft_done_cb with a weft_agentserver_create_credential_response. */
typedef void weft_agentserver_create_credential_cb(weft_call *call, const weft_error *error,
                                                   const weft_agentserver_create_credential_response *result,
                                                   void *arg);

/** weft_agentserver_complete_device_code. All zero is good, and so is NULL. */
typedef struct weft_agentserver_complete_device_code_options {
    int64_t expires_in_s; /**< that of the pending result, in seconds: so long the call waits; 0 = 900 */
} weft_agentserver_complete_device_code_options;

/** A credential, without its secret: in a weft_agentserver_credential_list. */
typedef struct weft_agentserver_credential {
    weft_object object;
    weft_str id;           /**< for weft_agentserver_rename_credential and what else takes a `credential_id` */
    weft_str display_name; /**< for people, one of a kind in the workspace */
    weft_str server_url;   /**< the server that it is for; perhaps empty */
    weft_str auth_type;    /**< how it proves who asks: "bearer", "client_cert" or "oidc" */
    weft_json public_meta; /**< JSON object of what is no secret */
    bool is_default;       /**< it is used where no other is named */
    weft_str created_at;   /**< when it was stored; RFC 3339 */
} weft_agentserver_credential;

/** The credentials of one kind: weft_agentserver_list_credentials. */
typedef struct weft_agentserver_credential_list {
    weft_object object;
    const weft_agentserver_credential *items; /**< oldest first; none for a kind that there is not */
    size_t count;
} weft_agentserver_credential_list;
/** A weft_done_cb with a weft_agentserver_credential_list. */
typedef void weft_agentserver_credential_list_cb(weft_call *call, const weft_error *error,
                                                 const weft_agentserver_credential_list *result, void *arg);

/** Another name for a credential: weft_agentserver_rename_credential. */
typedef struct weft_agentserver_rename_credential_request {
    const char *display_name; /**< the new name; none = nothing changes, which is a success */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
} weft_agentserver_rename_credential_request;

/* ---- Messengers -------------------------------------------------------------------------------------- */

/** A messenger's bot or account that a workspace has: in a weft_agentserver_channel_list. */
typedef struct weft_agentserver_channel {
    weft_object object;
    weft_str id;           /**< for weft_agentserver_bind_sandbox and what else takes a `channel_id` */
    weft_str workspace_id; /**< the workspace's; left out by servers */
    weft_str provider;     /**< which messenger: WEFT_AGENTSERVER_IM_* */
    weft_str bot_id;       /**< the bot's or account's id at the messenger */
    weft_str user_id;      /**< the user's id at the messenger; WeChat only */
    bool require_mention;  /**< whether the bot has to be mentioned to answer */
    weft_str routing_mode; /**< where its messages go: WEFT_AGENTSERVER_ROUTING_*; old ones may say something else */
    weft_str bound_at;     /**< when it was connected; RFC 3339 */
} weft_agentserver_channel;

/** The channels of a workspace: weft_agentserver_list_channels. */
typedef struct weft_agentserver_channel_list {
    weft_object object;
    const weft_agentserver_channel *items; /**< in the order in which they were connected */
    size_t count;
} weft_agentserver_channel_list;
/** A weft_done_cb with a weft_agentserver_channel_list. */
typedef void weft_agentserver_channel_list_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_channel_list *result, void *arg);

/** What is to change of a channel: weft_agentserver_update_channel. */
typedef struct weft_agentserver_update_channel_request {
    weft_opt_bool require_mention; /**< whether the bot has to be mentioned to answer; none = as it is */
    const char *routing_mode;      /**< where its messages go: WEFT_AGENTSERVER_ROUTING_*; none = as it is */
    const char *extra;             /**< JSON object whose members are added, and win over those above */
} weft_agentserver_update_channel_request;

/** That the channel was changed: weft_agentserver_update_channel. */
typedef struct weft_agentserver_update_channel_response {
    weft_object object;
    weft_str status; /**< "updated" */
} weft_agentserver_update_channel_response;
/** A weft_done_cb with a weft_agentserver_update_channel_response. */
typedef void weft_agentserver_update_channel_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_update_channel_response *result, void *arg);

/** What the user is to scan: weft_agentserver_start_weixin_login. */
typedef struct weft_agentserver_start_weixin_login_response {
    weft_object object;
    weft_str qrcode_url; /**< what to show as a QR code */
    weft_str message;    /**< what to tell the user */
} weft_agentserver_start_weixin_login_response;
/** A weft_done_cb with a weft_agentserver_start_weixin_login_response. */
typedef void weft_agentserver_start_weixin_login_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_start_weixin_login_response *result,
                                                    void *arg);

/** How far a WeChat login is: weft_agentserver_poll_weixin_login. What it means is in `state`. */
typedef struct weft_agentserver_weixin_login {
    weft_object object;
    weft_agentserver_weixin_login_state state; /**< how far the login is, after `status` */
    bool connected;                            /**< true with WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_CONFIRMED only */
    weft_str status;                           /**< the server's word for `state` */
    weft_str message;                          /**< what to tell the user; seldom there */
    weft_str qrcode_url;    /**< with WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_EXPIRED: the next code to show */
    weft_str bot_id;        /**< with WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_CONFIRMED: the account's id at
                                                    WeChat */
    weft_str user_id;       /**< with WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_CONFIRMED, from some servers:
                                                    who scanned it */
    bool already_connected; /**< true with WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_ALREADY_BOUND only */
} weft_agentserver_weixin_login;
/** A weft_done_cb with a weft_agentserver_weixin_login. */
typedef void weft_agentserver_weixin_login_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_weixin_login *result, void *arg);

/** A Telegram bot to connect: weft_agentserver_configure_telegram. */
typedef struct weft_agentserver_configure_telegram_request {
    const char *bot_token; /**< required; secret; as Telegram gave it out */
    const char *extra;     /**< JSON object whose members are added, and win over those above */
} weft_agentserver_configure_telegram_request;

/** That the bot was connected: weft_agentserver_configure_telegram. */
typedef struct weft_agentserver_configure_telegram_response {
    weft_object object;
    bool connected;  /**< true; whatever else is an error */
    weft_str bot_id; /**< the bot's id at Telegram */
} weft_agentserver_configure_telegram_response;
/** A weft_done_cb with a weft_agentserver_configure_telegram_response. */
typedef void weft_agentserver_configure_telegram_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_configure_telegram_response *result,
                                                    void *arg);

/** A Matrix account to connect: weft_agentserver_configure_matrix. */
typedef struct weft_agentserver_configure_matrix_request {
    const char *homeserver_url; /**< required; the account's home server */
    const char *access_token;   /**< required; secret; the account's */
    const char *recovery_key;   /**< secret; for encrypted rooms; none = without them. That it does not work is not
                                     told */
    const char *extra;          /**< JSON object whose members are added, and win over those above */
} weft_agentserver_configure_matrix_request;

/** That the account was connected: weft_agentserver_configure_matrix. */
typedef struct weft_agentserver_configure_matrix_response {
    weft_object object;
    bool connected;  /**< true; whatever else is an error */
    weft_str bot_id; /**< the account's id at Matrix */
} weft_agentserver_configure_matrix_response;
/** A weft_done_cb with a weft_agentserver_configure_matrix_response. */
typedef void weft_agentserver_configure_matrix_cb(weft_call *call, const weft_error *error,
                                                  const weft_agentserver_configure_matrix_response *result, void *arg);

/** The channel that a sandbox is to serve: weft_agentserver_bind_sandbox. */
typedef struct weft_agentserver_bind_sandbox_request {
    const char *channel_id; /**< required; `id` of a channel of the sandbox's workspace */
    const char *extra;      /**< JSON object whose members are added, and win over those above */
} weft_agentserver_bind_sandbox_request;

/** That the sandbox serves the channel: weft_agentserver_bind_sandbox. */
typedef struct weft_agentserver_bind_sandbox_response {
    weft_object object;
    weft_str status; /**< "bound" */
} weft_agentserver_bind_sandbox_response;
/** A weft_done_cb with a weft_agentserver_bind_sandbox_response. */
typedef void weft_agentserver_bind_sandbox_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_bind_sandbox_response *result, void *arg);

/** That the sandbox no longer serves it: weft_agentserver_unbind_sandbox. */
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
    weft_str id;   /**< how the model is asked for: "claude-opus-4-7" */
    weft_str name; /**< for people: "Claude Opus 4.7" */
} weft_agentserver_llm_model;

/** How a workspace reaches its models: weft_agentserver_get_llm_config. */
typedef struct weft_agentserver_llm_config {
    weft_object object;
    bool configured;                          /**< false = nothing is set, and all else is empty */
    weft_str base_url;                        /**< where the models are asked */
    weft_str api_key;                         /**< masked: "sk-...1234", or "****" of a short one; never to be sent
                                                   back */
    const weft_agentserver_llm_model *models; /**< those that the workspace may use */
    size_t models_count;
    weft_str updated_at;                      /**< when it was set; RFC 3339, or null */
} weft_agentserver_llm_config;
/** A weft_done_cb with a weft_agentserver_llm_config. */
typedef void weft_agentserver_llm_config_cb(weft_call *call, const weft_error *error,
                                            const weft_agentserver_llm_config *result, void *arg);

/** One model of a configuration: of a weft_agentserver_set_llm_config_request. */
typedef struct weft_agentserver_llm_model_request {
    const char *id;    /**< required; how the model is asked for */
    const char *name;  /**< required; for people */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_llm_model_request;

/** How a workspace is to reach its models: weft_agentserver_set_llm_config. */
typedef struct weft_agentserver_set_llm_config_request {
    const char *base_url; /**< required; where the models are asked: http or https */
    const char *api_key;  /**< secret; required the first time, then none = the one that is stored */
    const weft_agentserver_llm_model_request *models; /**< required; those that the workspace may use, 1 to 100 */
    size_t models_count;
    const char *extra;    /**< JSON object whose members are added, and win over those above */
} weft_agentserver_set_llm_config_request;

/** That it was set: weft_agentserver_set_llm_config. */
typedef struct weft_agentserver_set_llm_config_response {
    weft_object object;
    bool ok; /**< true; whatever else is an error */
} weft_agentserver_set_llm_config_response;
/** A weft_done_cb with a weft_agentserver_set_llm_config_response. */
typedef void weft_agentserver_set_llm_config_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_set_llm_config_response *result, void *arg);

/** What differs for a workspace. */
typedef struct weft_agentserver_llm_workspace_quota {
    weft_object object;
    weft_str workspace_id;               /**< the workspace's */
    weft_opt_int64 max_requests_per_day; /**< requests to models that it may make a day; null = no limit of its own */
    weft_str updated_at;                 /**< when it was set; RFC 3339 */
} weft_agentserver_llm_workspace_quota;

/**
 * How many requests to models a workspace may make: weft_agentserver_get_llm_quota,
 * weft_agentserver_admin_get_llm_quota.
 */
typedef struct weft_agentserver_llm_quota {
    weft_object object;
    int64_t default_max_requests_per_day; /**< as many a workspace may make a day that has no quota of its own */
    int64_t today_request_count;          /**< as many it has made today */
    const weft_agentserver_llm_workspace_quota *workspace_quota; /**< its own quota; NULL = the default holds */
} weft_agentserver_llm_quota;
/** A weft_done_cb with a weft_agentserver_llm_quota. */
typedef void weft_agentserver_llm_quota_cb(weft_call *call, const weft_error *error,
                                           const weft_agentserver_llm_quota *result, void *arg);

/** Whether ModelServer is connected: weft_agentserver_get_modelserver_status. */
typedef struct weft_agentserver_modelserver_status {
    weft_object object;
    bool connected;                           /**< false = all else is left out */
    weft_str project_id;                      /**< the project there that was chosen */
    weft_str project_name;                    /**< the project's name; for people */
    const weft_agentserver_llm_model *models; /**< those that the workspace may use through it */
    size_t models_count;
    weft_str connected_at;                    /**< since when; RFC 3339 */
} weft_agentserver_modelserver_status;
/** A weft_done_cb with a weft_agentserver_modelserver_status. */
typedef void weft_agentserver_modelserver_status_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_modelserver_status *result, void *arg);

/* ---- Usage, traces, operations ----------------------------------------------------------------------- */

/** What a sandbox used one model for. */
typedef struct weft_agentserver_sandbox_usage {
    weft_object object;
    weft_str provider;                   /**< who has the model: "anthropic" */
    weft_str model;                      /**< the model's name: "claude-opus-4-7" */
    int64_t input_tokens;                /**< tokens of all its requests */
    int64_t output_tokens;               /**< tokens of all its answers */
    int64_t cache_creation_input_tokens; /**< tokens of its requests that were written into the cache */
    int64_t cache_read_input_tokens;     /**< tokens of its requests that were found there */
    int64_t request_count;               /**< requests to it */
} weft_agentserver_sandbox_usage;

/** What a sandbox used models for: weft_agentserver_list_sandbox_usage. */
typedef struct weft_agentserver_sandbox_usage_list {
    weft_object object;
    const weft_agentserver_sandbox_usage *items; /**< one for each model; the server's null, when it used none, is an
                                                      empty list */
    size_t count;
    weft_str since;                              /**< left out by servers */
} weft_agentserver_sandbox_usage_list;
/** A weft_done_cb with a weft_agentserver_sandbox_usage_list. */
typedef void weft_agentserver_sandbox_usage_list_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_sandbox_usage_list *result, void *arg);

/**
 * A conversation with models: in a weft_agentserver_trace_list. In a weft_agentserver_trace_with_requests the counts
 * and `models` are left out.
 */
typedef struct weft_agentserver_trace {
    weft_object object;
    weft_str id;                         /**< the `trace_id` of other functions */
    weft_str sandbox_id;                 /**< the sandbox that had it; perhaps empty */
    weft_str workspace_id;               /**< the workspace that it is in */
    weft_str source;                     /**< what had it: "codex", or another word */
    weft_str created_at;                 /**< when it began; RFC 3339 */
    weft_str updated_at;                 /**< when it last went on; RFC 3339 */
    int64_t request_count;               /**< requests of it */
    int64_t total_input_tokens;          /**< tokens of all its requests */
    int64_t total_output_tokens;         /**< tokens of all its answers */
    int64_t total_cache_read_tokens;     /**< tokens of its requests that were found in the cache */
    int64_t total_cache_creation_tokens; /**< tokens of its requests that were written into the cache */
    weft_str models;                     /**< names of the models that it was had with, ", " between them */
} weft_agentserver_trace;

/**
 * Conversations of a sandbox or a workspace: weft_agentserver_list_sandbox_traces,
 * weft_agentserver_list_workspace_traces.
 */
typedef struct weft_agentserver_trace_list {
    weft_object object;
    const weft_agentserver_trace *items; /**< this page, by `updated_at`, newest first; the server's null, when there
                                              is none, is an empty list */
    size_t count;
    int64_t total;                       /**< conversations on all pages together */
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

/** One request to a model: of a weft_agentserver_trace_with_requests. */
typedef struct weft_agentserver_traced_request {
    weft_object object;
    weft_str id;                         /**< the request's own */
    weft_str trace_id;                   /**< the conversation that it is of; left out when there is none */
    weft_str sandbox_id;                 /**< the sandbox that made it */
    weft_str workspace_id;               /**< the workspace that it is in */
    weft_str provider;                   /**< who has the model: "anthropic" */
    weft_str model;                      /**< the model's name */
    weft_str message_id;                 /**< id of the answer; left out when there is none */
    int64_t input_tokens;                /**< tokens of the request */
    int64_t output_tokens;               /**< tokens of the answer */
    int64_t cache_creation_input_tokens; /**< tokens of the request that were written into the cache */
    int64_t cache_read_input_tokens;     /**< tokens of the request that were found there */
    bool streaming;                      /**< the answer was streamed */
    int64_t duration_ms;                 /**< how long it took, in milliseconds */
    int64_t time_to_first_token_ms;      /**< how long until the answer began, in milliseconds; 0 = unknown */
    weft_str created_at;                 /**< when it was made; RFC 3339 */
} weft_agentserver_traced_request;

/** A conversation with its requests: weft_agentserver_get_sandbox_trace, weft_agentserver_get_workspace_trace. */
typedef struct weft_agentserver_trace_with_requests {
    weft_object object;
    const weft_agentserver_trace *trace; /**< the conversation */
    const weft_agentserver_traced_request *requests; /**< oldest first; the server's null, when there is none, is an
                                                          empty list */
    size_t requests_count;
} weft_agentserver_trace_with_requests;
/** A weft_done_cb with a weft_agentserver_trace_with_requests. */
typedef void weft_agentserver_trace_with_requests_cb(weft_call *call, const weft_error *error,
                                                     const weft_agentserver_trace_with_requests *result, void *arg);

/** One use of a tool: in a weft_agentserver_operation_list. */
typedef struct weft_agentserver_operation {
    weft_object object;
    weft_str id;              /**< the operation's own; for weft_agentserver_list_operations_options */
    weft_str workspace_id;    /**< the workspace that it is in */
    weft_str user_id;         /**< for whom it was done; left out when nobody is named */
    weft_str source;          /**< what asked for it: "sdk", "tui", or another word */
    weft_str thread_id;       /**< the thread that it was done in; left out when there is none */
    weft_str request_id;      /**< the request that it was done for; left out when there is none */
    weft_str env_id;          /**< where it was done: name of the executor */
    weft_str tool;            /**< what was used: "shell" */
    weft_json arguments;      /**< what the tool was given; left out when there was nothing, or too much */
    weft_json arguments_meta; /**< what there is to say of arguments that were too much: JSON object with
                                   `truncated`, `size_bytes`, `sha256` */
    bool is_error;            /**< the tool failed */
    weft_str result_summary;  /**< what came of it, in short; left out when there is nothing to say */
    weft_json result_meta;    /**< more of it, JSON of any kind; left out when there is none */
    weft_str started_at;      /**< when it began; RFC 3339, down to nanoseconds */
    weft_str completed_at;    /**< when it ended; RFC 3339, down to nanoseconds */
    int64_t duration_ms;      /**< how long it took, in milliseconds */
    weft_str notebook_path;   /**< the notebook that it was done from; left out when there is none */
    weft_str cell_id;         /**< the cell of that notebook; left out when there is none */
} weft_agentserver_operation;

/** What was done with tools in a workspace: weft_agentserver_list_operations. */
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
