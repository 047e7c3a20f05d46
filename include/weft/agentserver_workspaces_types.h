/* weft/agentserver_workspaces_types.h - what agentserver takes and gives about accounts, workspaces and
 * sandboxes. What holds for every type is said in weft/agentserver.h. */
#ifndef WEFT_AGENTSERVER_WORKSPACES_TYPES_H
#define WEFT_AGENTSERVER_WORKSPACES_TYPES_H

#include "weft/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Words ------------------------------------------------------------------------------------------- */

/* `role` of a user. */
#define WEFT_AGENTSERVER_USER_USER "user"
#define WEFT_AGENTSERVER_USER_ADMIN "admin"

/* `role` of a member. */
#define WEFT_AGENTSERVER_MEMBER_OWNER "owner"
#define WEFT_AGENTSERVER_MEMBER_MAINTAINER "maintainer"
#define WEFT_AGENTSERVER_MEMBER_DEVELOPER "developer"
#define WEFT_AGENTSERVER_MEMBER_GUEST "guest"

/* `scopes` of a key. Servers list more, which are not to be had yet. */
#define WEFT_AGENTSERVER_SCOPE_TURNS_SUBMIT "turns:submit"

/* `type` of a sandbox; the last one is for registered agents only. */
#define WEFT_AGENTSERVER_SANDBOX_OPENCODE "opencode"
#define WEFT_AGENTSERVER_SANDBOX_OPENCLAW "openclaw"
#define WEFT_AGENTSERVER_SANDBOX_NANOCLAW "nanoclaw"
#define WEFT_AGENTSERVER_SANDBOX_CLAUDECODE "claudecode"
#define WEFT_AGENTSERVER_SANDBOX_JUPYTER "jupyter"
#define WEFT_AGENTSERVER_SANDBOX_CUSTOM "custom"

/* `status` of a sandbox. */
#define WEFT_AGENTSERVER_SANDBOX_STATUS_CREATING "creating"
#define WEFT_AGENTSERVER_SANDBOX_STATUS_RUNNING "running"
#define WEFT_AGENTSERVER_SANDBOX_STATUS_PAUSING "pausing"
#define WEFT_AGENTSERVER_SANDBOX_STATUS_PAUSED "paused"
#define WEFT_AGENTSERVER_SANDBOX_STATUS_RESUMING "resuming"
#define WEFT_AGENTSERVER_SANDBOX_STATUS_DELETING "deleting"
#define WEFT_AGENTSERVER_SANDBOX_STATUS_OFFLINE "offline"

/* ---- Accounts ---------------------------------------------------------------------------------------- */

/** weft_agentserver_register_user, weft_agentserver_log_in. */
typedef struct weft_agentserver_log_in_request {
    const char *email;    /**< required */
    const char *password; /**< required */
    const char *extra;    /**< JSON object whose members are added, and win over those above */
} weft_agentserver_log_in_request;

/** weft_agentserver_log_in, weft_agentserver_log_out, weft_agentserver_check_session. */
typedef struct weft_agentserver_session_status {
    weft_object object;
    weft_str status; /**< "ok" */
} weft_agentserver_session_status;
/** A weft_done_cb with a weft_agentserver_session_status. */
typedef void weft_agentserver_session_status_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_session_status *result, void *arg);

/** weft_agentserver_register_user. */
typedef struct weft_agentserver_register_user_response {
    weft_object object;
    weft_str id; /**< of the new user */
    weft_str email;
} weft_agentserver_register_user_response;
/** A weft_done_cb with a weft_agentserver_register_user_response. */
typedef void weft_agentserver_register_user_cb(weft_call *call, const weft_error *error,
                                               const weft_agentserver_register_user_response *result, void *arg);

/** weft_agentserver_get_me. */
typedef struct weft_agentserver_user {
    weft_object object;
    weft_str id; /**< of the user */
    weft_str email;
    weft_str name;    /**< null for those who log in with a password */
    weft_str picture; /**< a URL; null for those who log in with a password */
    weft_str role;    /**< WEFT_AGENTSERVER_USER_* */
} weft_agentserver_user;
/** A weft_done_cb with a weft_agentserver_user. */
typedef void weft_agentserver_user_cb(weft_call *call, const weft_error *error, const weft_agentserver_user *result,
                                      void *arg);

/* ---- Workspaces and members -------------------------------------------------------------------------- */

/** weft_agentserver_create_workspace. */
typedef struct weft_agentserver_create_workspace_request {
    const char *name;  /**< required */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_workspace_request;

/** weft_agentserver_rename_workspace. */
typedef struct weft_agentserver_rename_workspace_request {
    const char *name;  /**< required */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_rename_workspace_request;

/** weft_agentserver_create_workspace, weft_agentserver_get_workspace, weft_agentserver_rename_workspace. */
typedef struct weft_agentserver_workspace {
    weft_object object;
    weft_str id;
    weft_str name;
    weft_str created_at; /**< RFC 3339: weft_time_parse reads it */
    weft_str updated_at; /**< RFC 3339 */
} weft_agentserver_workspace;
/** A weft_done_cb with a weft_agentserver_workspace. */
typedef void weft_agentserver_workspace_cb(weft_call *call, const weft_error *error,
                                           const weft_agentserver_workspace *result, void *arg);

/** weft_agentserver_list_workspaces. */
typedef struct weft_agentserver_workspace_list {
    weft_object object;
    const weft_agentserver_workspace *items;
    size_t count;
} weft_agentserver_workspace_list;
/** A weft_done_cb with a weft_agentserver_workspace_list. */
typedef void weft_agentserver_workspace_list_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_workspace_list *result, void *arg);

/** weft_agentserver_get_workspace_quota. */
typedef struct weft_agentserver_workspace_quota {
    weft_object object;
    int64_t current; /**< workspaces that the user owns */
    int64_t max;     /**< may own; 0 = no limit */
} weft_agentserver_workspace_quota;
/** A weft_done_cb with a weft_agentserver_workspace_quota. */
typedef void weft_agentserver_workspace_quota_cb(weft_call *call, const weft_error *error,
                                                 const weft_agentserver_workspace_quota *result, void *arg);

/** weft_agentserver_get_workspace_defaults. */
typedef struct weft_agentserver_workspace_defaults {
    weft_object object;
    int64_t max_sandbox_cpu_millicores; /**< of one sandbox, in millicores */
    int64_t max_sandbox_memory_bytes;   /**< of one sandbox, in bytes */
    int64_t max_idle_timeout_s;         /**< seconds; 0 = no limit */
    int64_t max_sandboxes;              /**< 0 = no limit */
    int64_t current_sandboxes;
} weft_agentserver_workspace_defaults;
/** A weft_done_cb with a weft_agentserver_workspace_defaults. */
typedef void weft_agentserver_workspace_defaults_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_workspace_defaults *result, void *arg);

/** weft_agentserver_add_member. */
typedef struct weft_agentserver_add_member_request {
    const char *email; /**< required; of a registered user */
    const char *role;  /**< WEFT_AGENTSERVER_MEMBER_*; none = developer */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_add_member_request;

/** weft_agentserver_set_member_role. */
typedef struct weft_agentserver_set_member_role_request {
    const char *role;  /**< required; WEFT_AGENTSERVER_MEMBER_*. Servers take any text; one they do not know
                         has no rights */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_set_member_role_request;

/** weft_agentserver_add_member. */
typedef struct weft_agentserver_member {
    weft_object object;
    weft_str user_id;
    weft_str email;   /**< the id when the user is gone */
    weft_str role;    /**< WEFT_AGENTSERVER_MEMBER_* */
    weft_str picture; /**< a URL, or null */
} weft_agentserver_member;
/** A weft_done_cb with a weft_agentserver_member. */
typedef void weft_agentserver_member_cb(weft_call *call, const weft_error *error, const weft_agentserver_member *result,
                                        void *arg);

/** weft_agentserver_list_members. */
typedef struct weft_agentserver_member_list {
    weft_object object;
    const weft_agentserver_member *items;
    size_t count;
} weft_agentserver_member_list;
/** A weft_done_cb with a weft_agentserver_member_list. */
typedef void weft_agentserver_member_list_cb(weft_call *call, const weft_error *error,
                                             const weft_agentserver_member_list *result, void *arg);

/* ---- Workspace API keys ------------------------------------------------------------------------------ */

/** One thing that a key may be good for. */
typedef struct weft_agentserver_api_key_scope {
    weft_object object;
    weft_str name;        /**< WEFT_AGENTSERVER_SCOPE_TURNS_SUBMIT, or another */
    weft_str description; /**< for people */
    bool available;       /**< false = no key can have it yet */
} weft_agentserver_api_key_scope;

/** weft_agentserver_list_api_key_scopes. */
typedef struct weft_agentserver_api_key_scope_list {
    weft_object object;
    const weft_agentserver_api_key_scope *items;
    size_t count;
} weft_agentserver_api_key_scope_list;
/** A weft_done_cb with a weft_agentserver_api_key_scope_list. */
typedef void weft_agentserver_api_key_scope_list_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_api_key_scope_list *result, void *arg);

/** weft_agentserver_create_api_key. */
typedef struct weft_agentserver_create_api_key_request {
    const char *name;          /**< required */
    const char *const *scopes; /**< required; each must be available */
    size_t scopes_count;
    int64_t ttl_days;       /**< 1 to 365; 0 = as the server likes. Only a server before 0.64.14 may heed it */
    const char *expires_at; /**< RFC 3339, at most 365 days ahead, "2027-01-31T00:00:00Z"; none = as the server
                                    likes. For servers from 0.64.14 on */
    const char *extra;      /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_api_key_request;

/** weft_agentserver_create_api_key. */
typedef struct weft_agentserver_create_api_key_response {
    weft_object object;
    weft_str id; /**< "wak_A1B2C3D4"; for weft_agentserver_revoke_api_key */
    weft_str name;
    weft_str prefix; /**< what the key begins with: the id */
    weft_str secret; /**< the whole key, told this once */
    const weft_str *scopes;
    size_t scopes_count;
    weft_str created_at; /**< RFC 3339 */
    weft_str expires_at; /**< RFC 3339; of servers from 0.64.14 on */
} weft_agentserver_create_api_key_response;
/** A weft_done_cb with a weft_agentserver_create_api_key_response. */
typedef void weft_agentserver_create_api_key_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_create_api_key_response *result, void *arg);

/** One key, without its secret. */
typedef struct weft_agentserver_api_key {
    weft_object object;
    weft_str id;
    weft_str name;
    weft_str prefix;
    const weft_str *scopes;
    size_t scopes_count;
    weft_str created_at;   /**< RFC 3339 */
    weft_str last_used_at; /**< RFC 3339; null = never */
    weft_str revoked_at;   /**< RFC 3339; null = good still */
    weft_str expires_at;   /**< RFC 3339; of servers from 0.64.14 on */
} weft_agentserver_api_key;

/** weft_agentserver_list_api_keys. */
typedef struct weft_agentserver_api_key_list {
    weft_object object;
    const weft_agentserver_api_key *items;
    size_t count;
} weft_agentserver_api_key_list;
/** A weft_done_cb with a weft_agentserver_api_key_list. */
typedef void weft_agentserver_api_key_list_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_api_key_list *result, void *arg);

/* ---- Sandboxes --------------------------------------------------------------------------------------- */

/** weft_agentserver_create_sandbox. */
typedef struct weft_agentserver_create_sandbox_request {
    const char *name;              /**< required */
    const char *type;              /**< WEFT_AGENTSERVER_SANDBOX_*; none = opencode */
    weft_opt_int64 cpu_millicores; /**< millicores, from 1; none = as many as the workspace allows */
    weft_opt_int64 memory_bytes;   /**< bytes, from 1; none = as many as the workspace allows */
    weft_opt_int64
        idle_timeout_s;   /**< seconds; 0 only where the workspace has no limit; none = the workspace's limit */
    const char *metadata; /**< JSON object; `assistant_name` is for nanoclaw */
    const char *extra;    /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_sandbox_request;

/** weft_agentserver_rename_sandbox. */
typedef struct weft_agentserver_rename_sandbox_request {
    const char *name;  /**< required */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_rename_sandbox_request;

/** The machine of a local sandbox. */
typedef struct weft_agentserver_agent_info {
    weft_object object;
    weft_str hostname;
    weft_str os;
    weft_str platform;
    weft_str platform_version;
    weft_str kernel_arch;
    weft_str cpu_model_name;
    int64_t cpu_count_logical;
    int64_t memory_total_bytes; /**< bytes */
    int64_t disk_total_bytes;   /**< bytes */
    int64_t disk_free_bytes;    /**< bytes */
    weft_str agent_version;
    weft_str opencode_version;
    weft_str workdir;
    weft_str updated_at; /**< RFC 3339 */
} weft_agentserver_agent_info;

/** A messenger's channel that a sandbox serves. */
typedef struct weft_agentserver_im_binding {
    weft_object object;
    weft_str provider; /**< WEFT_AGENTSERVER_IM_* */
    weft_str bot_id;
    weft_str user_id;  /**< left out by most */
    weft_str bound_at; /**< RFC 3339 */
} weft_agentserver_im_binding;

/**
 * weft_agentserver_create_sandbox, weft_agentserver_get_sandbox, weft_agentserver_rename_sandbox,
 * weft_agentserver_sandbox_wait. The members that end in _url hold the session's secret: keep them out of
 * logs.
 */
typedef struct weft_agentserver_sandbox {
    weft_object object;
    weft_str id;       /**< of an agent, too */
    weft_str short_id; /**< part of its host name */
    weft_str workspace_id;
    weft_str name;
    weft_str type;                                      /**< WEFT_AGENTSERVER_SANDBOX_* */
    weft_str status;                                    /**< WEFT_AGENTSERVER_SANDBOX_STATUS_* */
    weft_str opencode_url;                              /**< secret; this and the next four: at most one, by `type` */
    weft_str openclaw_url;                              /**< secret */
    weft_str claudecode_url;                            /**< secret */
    weft_str jupyter_url;                               /**< secret */
    weft_str custom_url;                                /**< secret */
    weft_str created_at;                                /**< RFC 3339 */
    weft_str last_activity_at;                          /**< RFC 3339, or null */
    weft_str paused_at;                                 /**< RFC 3339, or null */
    bool is_local;                                      /**< a registered agent on somebody's machine */
    weft_str last_heartbeat_at;                         /**< RFC 3339; local ones only */
    weft_opt_int64 cpu_millicores;                      /**< millicores */
    weft_opt_int64 memory_bytes;                        /**< bytes */
    weft_opt_int64 idle_timeout_s;                      /**< seconds; 0 = never */
    const weft_agentserver_agent_info *agent_info;      /**< local ones only */
    const weft_agentserver_im_binding *weixin_bindings; /**< in answers to get and list only */
    size_t weixin_bindings_count;
    const weft_agentserver_im_binding *im_bindings; /**< in answers to get and list only */
    size_t im_bindings_count;
    weft_json metadata; /**< as it was given, but for white space and order */
} weft_agentserver_sandbox;
/** A weft_done_cb with a weft_agentserver_sandbox. */
typedef void weft_agentserver_sandbox_cb(weft_call *call, const weft_error *error,
                                         const weft_agentserver_sandbox *result, void *arg);

/** weft_agentserver_list_sandboxes. */
typedef struct weft_agentserver_sandbox_list {
    weft_object object;
    const weft_agentserver_sandbox *items;
    size_t count;
} weft_agentserver_sandbox_list;
/** A weft_done_cb with a weft_agentserver_sandbox_list. */
typedef void weft_agentserver_sandbox_list_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_sandbox_list *result, void *arg);

/** weft_agentserver_pause_sandbox, weft_agentserver_resume_sandbox. */
typedef struct weft_agentserver_sandbox_status {
    weft_object object;
    weft_str status; /**< the change that has begun: WEFT_AGENTSERVER_SANDBOX_STATUS_PAUSING or _RESUMING */
} weft_agentserver_sandbox_status;
/** A weft_done_cb with a weft_agentserver_sandbox_status. */
typedef void weft_agentserver_sandbox_status_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_sandbox_status *result, void *arg);

#ifdef __cplusplus
}
#endif

#endif
