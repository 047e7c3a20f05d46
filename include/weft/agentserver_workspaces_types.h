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

/** Who logs in: weft_agentserver_log_in; and who is to be made a user: weft_agentserver_register_user. */
typedef struct weft_agentserver_log_in_request {
    const char *email;    /**< required; the user's address, by which they are known */
    const char *password; /**< required; secret */
    const char *extra;    /**< JSON object whose members are added, and win over those above */
} weft_agentserver_log_in_request;

/**
 * That a session was begun, is good or was ended: weft_agentserver_log_in, weft_agentserver_check_session,
 * weft_agentserver_log_out.
 */
typedef struct weft_agentserver_session_status {
    weft_object object;
    weft_str status; /**< "ok"; whatever else there is to say is an error */
} weft_agentserver_session_status;
/** A weft_done_cb with a weft_agentserver_session_status. */
typedef void weft_agentserver_session_status_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_session_status *result, void *arg);

/** The new user: weft_agentserver_register_user. */
typedef struct weft_agentserver_register_user_response {
    weft_object object;
    weft_str id;    /**< the user's id, a UUID */
    weft_str email; /**< the user's address, as it was given */
} weft_agentserver_register_user_response;
/** A weft_done_cb with a weft_agentserver_register_user_response. */
typedef void weft_agentserver_register_user_cb(weft_call *call, const weft_error *error,
                                               const weft_agentserver_register_user_response *result, void *arg);

/** Who is logged in: weft_agentserver_get_me. */
typedef struct weft_agentserver_user {
    weft_object object;
    weft_str id;      /**< the user's id, a UUID */
    weft_str email;   /**< the user's address */
    weft_str name;    /**< the name to show; null for those who log in with a password */
    weft_str picture; /**< URL of a picture; null for those who log in with a password */
    weft_str role;    /**< what they may do on the server: WEFT_AGENTSERVER_USER_* */
} weft_agentserver_user;
/** A weft_done_cb with a weft_agentserver_user. */
typedef void weft_agentserver_user_cb(weft_call *call, const weft_error *error, const weft_agentserver_user *result,
                                      void *arg);

/* ---- Workspaces and members -------------------------------------------------------------------------- */

/** A workspace to make: weft_agentserver_create_workspace. */
typedef struct weft_agentserver_create_workspace_request {
    const char *name;  /**< required; for people, any text, need not be unique */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_workspace_request;

/** Another name for a workspace: weft_agentserver_rename_workspace. */
typedef struct weft_agentserver_rename_workspace_request {
    const char *name;  /**< required; the new name, any text */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_rename_workspace_request;

/**
 * A workspace: what users, sandboxes, tasks, keys and credentials belong to. weft_agentserver_get_workspace,
 * weft_agentserver_create_workspace, weft_agentserver_rename_workspace, and in a weft_agentserver_workspace_list.
 */
typedef struct weft_agentserver_workspace {
    weft_object object;
    weft_str id;         /**< a UUID: the `workspace_id` of other functions */
    weft_str name;       /**< for people */
    weft_str created_at; /**< when it was made; RFC 3339 */
    weft_str updated_at; /**< when it was last changed; RFC 3339 */
} weft_agentserver_workspace;
/** A weft_done_cb with a weft_agentserver_workspace. */
typedef void weft_agentserver_workspace_cb(weft_call *call, const weft_error *error,
                                           const weft_agentserver_workspace *result, void *arg);

/** The workspaces of a user: weft_agentserver_list_workspaces. */
typedef struct weft_agentserver_workspace_list {
    weft_object object;
    const weft_agentserver_workspace *items; /**< oldest first */
    size_t count;
} weft_agentserver_workspace_list;
/** A weft_done_cb with a weft_agentserver_workspace_list. */
typedef void weft_agentserver_workspace_list_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_workspace_list *result, void *arg);

/** How many workspaces a user owns and may own: weft_agentserver_get_workspace_quota. */
typedef struct weft_agentserver_workspace_quota {
    weft_object object;
    int64_t current; /**< workspaces that the user owns now */
    int64_t max;     /**< as many may they own; 0 = no limit */
} weft_agentserver_workspace_quota;
/** A weft_done_cb with a weft_agentserver_workspace_quota. */
typedef void weft_agentserver_workspace_quota_cb(weft_call *call, const weft_error *error,
                                                 const weft_agentserver_workspace_quota *result, void *arg);

/** The bounds of a sandbox in a workspace: weft_agentserver_get_workspace_defaults. */
typedef struct weft_agentserver_workspace_defaults {
    weft_object object;
    int64_t max_sandbox_cpu_millicores; /**< the most CPU of one sandbox, which it has unless it asks for less; 1 000
                                             = one core */
    int64_t max_sandbox_memory_bytes;   /**< the most memory of one sandbox, which it has unless it asks for less */
    int64_t max_idle_timeout_s;         /**< the longest `idle_timeout_s` of a sandbox, in seconds; 0 = no limit */
    int64_t max_sandboxes;              /**< as many sandboxes may the workspace have; 0 = no limit */
    int64_t current_sandboxes;          /**< as many it has now */
} weft_agentserver_workspace_defaults;
/** A weft_done_cb with a weft_agentserver_workspace_defaults. */
typedef void weft_agentserver_workspace_defaults_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_workspace_defaults *result, void *arg);

/** Who is to join a workspace, and as what: weft_agentserver_add_member. */
typedef struct weft_agentserver_add_member_request {
    const char *email; /**< required; the address of a registered user */
    const char *role;  /**< WEFT_AGENTSERVER_MEMBER_*; none = developer */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_add_member_request;

/** Another role for a member: weft_agentserver_set_member_role. */
typedef struct weft_agentserver_set_member_role_request {
    const char *role;  /**< required; WEFT_AGENTSERVER_MEMBER_*. Servers take any text; one they do not know has no
                            rights */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_set_member_role_request;

/** A user in a workspace: weft_agentserver_add_member, and in a weft_agentserver_member_list. */
typedef struct weft_agentserver_member {
    weft_object object;
    weft_str user_id; /**< the user's id, a UUID */
    weft_str email;   /**< the user's address; the id when the user is gone */
    weft_str role;    /**< what they may do in the workspace: WEFT_AGENTSERVER_MEMBER_* */
    weft_str picture; /**< URL of a picture, or null */
} weft_agentserver_member;
/** A weft_done_cb with a weft_agentserver_member. */
typedef void weft_agentserver_member_cb(weft_call *call, const weft_error *error, const weft_agentserver_member *result,
                                        void *arg);

/** The members of a workspace: weft_agentserver_list_members. */
typedef struct weft_agentserver_member_list {
    weft_object object;
    const weft_agentserver_member *items; /**< oldest first */
    size_t count;
} weft_agentserver_member_list;
/** A weft_done_cb with a weft_agentserver_member_list. */
typedef void weft_agentserver_member_list_cb(weft_call *call, const weft_error *error,
                                             const weft_agentserver_member_list *result, void *arg);

/* ---- Workspace API keys ------------------------------------------------------------------------------ */

/** One thing that a workspace API key may be good for. */
typedef struct weft_agentserver_api_key_scope {
    weft_object object;
    weft_str name;        /**< how it is asked for: WEFT_AGENTSERVER_SCOPE_TURNS_SUBMIT, or another */
    weft_str description; /**< what it allows; for people */
    bool available;       /**< false = listed, but no key can have it yet */
} weft_agentserver_api_key_scope;

/** What keys can be good for: weft_agentserver_list_api_key_scopes. */
typedef struct weft_agentserver_api_key_scope_list {
    weft_object object;
    const weft_agentserver_api_key_scope *items; /**< in the server's order */
    size_t count;
} weft_agentserver_api_key_scope_list;
/** A weft_done_cb with a weft_agentserver_api_key_scope_list. */
typedef void weft_agentserver_api_key_scope_list_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_api_key_scope_list *result, void *arg);

/** A workspace API key to make: weft_agentserver_create_api_key. */
typedef struct weft_agentserver_create_api_key_request {
    const char *name;          /**< required, not blank; for people */
    const char *const *scopes; /**< required; what the key is good for: the `name` of scopes that are available */
    size_t scopes_count;
    int64_t ttl_days;          /**< days until it expires, 1 to 365; 0 = as the server likes. Only a server before
                                    0.64.14 may heed it */
    const char *expires_at;    /**< when it expires: RFC 3339, at most 365 days ahead, "2027-01-31T00:00:00Z"; none =
                                    as the server likes. For servers from 0.64.14 on */
    const char *extra;         /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_api_key_request;

/** A new key with its secret: weft_agentserver_create_api_key. */
typedef struct weft_agentserver_create_api_key_response {
    weft_object object;
    weft_str id;            /**< "wak_A1B2C3D4"; for weft_agentserver_revoke_api_key */
    weft_str name;          /**< as it was given */
    weft_str prefix;        /**< what the key begins with, to tell keys apart by: the same as `id` */
    weft_str secret;        /**< the whole key, told this once; the token of a weft_agentserver_codex_gateway_client */
    const weft_str *scopes; /**< what it is good for */
    size_t scopes_count;
    weft_str created_at;    /**< when it was made; RFC 3339 */
    weft_str expires_at;    /**< when it stops being good; RFC 3339; of servers from 0.64.14 on */
} weft_agentserver_create_api_key_response;
/** A weft_done_cb with a weft_agentserver_create_api_key_response. */
typedef void weft_agentserver_create_api_key_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_create_api_key_response *result, void *arg);

/** A workspace API key, without its secret. */
typedef struct weft_agentserver_api_key {
    weft_object object;
    weft_str id;            /**< "wak_A1B2C3D4"; for weft_agentserver_revoke_api_key */
    weft_str name;          /**< for people */
    weft_str prefix;        /**< what the key begins with: the same as `id` */
    const weft_str *scopes; /**< what it is good for; perhaps nothing */
    size_t scopes_count;
    weft_str created_at;    /**< when it was made; RFC 3339 */
    weft_str last_used_at;  /**< when it was last used; RFC 3339; null = never */
    weft_str revoked_at;    /**< when it was revoked; RFC 3339; null = it was not */
    weft_str expires_at;    /**< when it stops being good; RFC 3339; of servers from 0.64.14 on */
} weft_agentserver_api_key;

/** The keys of a workspace: weft_agentserver_list_api_keys. */
typedef struct weft_agentserver_api_key_list {
    weft_object object;
    const weft_agentserver_api_key *items; /**< newest first, revoked ones included */
    size_t count;
} weft_agentserver_api_key_list;
/** A weft_done_cb with a weft_agentserver_api_key_list. */
typedef void weft_agentserver_api_key_list_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_api_key_list *result, void *arg);

/* ---- Sandboxes --------------------------------------------------------------------------------------- */

/** A sandbox to make: weft_agentserver_create_sandbox. */
typedef struct weft_agentserver_create_sandbox_request {
    const char *name;              /**< required; for people, any text */
    const char *type;              /**< what runs in it: WEFT_AGENTSERVER_SANDBOX_*, but for _CUSTOM; none = opencode */
    weft_opt_int64 cpu_millicores; /**< the most CPU, from 1 on, 1 000 = one core; none = as much as the workspace
                                        allows */
    weft_opt_int64 memory_bytes;   /**< the most memory, from 1 on, 536870912 for 512 MiB; none = as much as the
                                        workspace allows */
    weft_opt_int64 idle_timeout_s; /**< seconds without activity after which it is paused; 0 = never, only where the
                                        workspace has no limit; none = the workspace's limit */
    const char *metadata;          /**< JSON object of whatever is to be kept with it; `assistant_name` is for
                                        nanoclaw */
    const char *extra;             /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_sandbox_request;

/** Another name for a sandbox: weft_agentserver_rename_sandbox. */
typedef struct weft_agentserver_rename_sandbox_request {
    const char *name;  /**< required; the new name, any text */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_rename_sandbox_request;

/** The machine that a registered agent runs on, as it last told. */
typedef struct weft_agentserver_agent_info {
    weft_object object;
    weft_str hostname;          /**< the machine's own name */
    weft_str os;                /**< its operating system */
    weft_str platform;          /**< the system's name in full, its distribution say */
    weft_str platform_version;  /**< the version of that */
    weft_str kernel_arch;       /**< the architecture of its kernel */
    weft_str cpu_model_name;    /**< its CPU, as that calls itself */
    int64_t cpu_count_logical;  /**< CPUs, hardware threads counted */
    int64_t memory_total_bytes; /**< memory that it has */
    int64_t disk_total_bytes;   /**< size of the disk */
    int64_t disk_free_bytes;    /**< room on the disk */
    weft_str agent_version;     /**< version of the agent's own program */
    weft_str opencode_version;  /**< version of opencode there */
    weft_str workdir;           /**< the directory that the agent works in */
    weft_str updated_at;        /**< when the agent told so; RFC 3339 */
} weft_agentserver_agent_info;

/** A messenger's channel that a sandbox serves. */
typedef struct weft_agentserver_im_binding {
    weft_object object;
    weft_str provider; /**< which messenger: WEFT_AGENTSERVER_IM_* */
    weft_str bot_id;   /**< the bot's or account's id at the messenger */
    weft_str user_id;  /**< the user's id at the messenger; left out by most */
    weft_str bound_at; /**< when it was connected; RFC 3339 */
} weft_agentserver_im_binding;

/**
 * A sandbox: a container for an agent, or (`is_local`) an agent on somebody's own machine.
 * weft_agentserver_get_sandbox, weft_agentserver_create_sandbox, weft_agentserver_rename_sandbox,
 * weft_agentserver_wait_sandbox, and in a weft_agentserver_sandbox_list. The members that end in _url hold the
 * session's secret: keep them out of logs, or use weft_agentserver_sandbox_get_url.
 */
typedef struct weft_agentserver_sandbox {
    weft_object object;
    weft_str id;                   /**< a UUID; of the agent in it, too: the `target_id` of a task */
    weft_str short_id;             /**< part of its host name: letters and digits */
    weft_str workspace_id;         /**< the workspace that it is in */
    weft_str name;                 /**< for people */
    weft_str type;                 /**< what runs in it: WEFT_AGENTSERVER_SANDBOX_* */
    weft_str status;               /**< WEFT_AGENTSERVER_SANDBOX_STATUS_*; others may come */
    weft_str opencode_url;         /**< secret; where a user's browser finds it. Of this and the next four there is
                                        at most one, by `type` */
    weft_str openclaw_url;         /**< secret; likewise */
    weft_str claudecode_url;       /**< secret; likewise */
    weft_str jupyter_url;          /**< secret; likewise */
    weft_str custom_url;           /**< secret; likewise */
    weft_str created_at;           /**< when it was made; RFC 3339 */
    weft_str last_activity_at;     /**< when something was last done in it; RFC 3339, or null */
    weft_str paused_at;            /**< when it was paused; RFC 3339; null = it is not */
    bool is_local;                 /**< a registered agent on somebody's machine: it cannot be paused */
    weft_str last_heartbeat_at;    /**< when the agent was last heard of; RFC 3339; local ones only */
    weft_opt_int64 cpu_millicores; /**< the most CPU that it has; 1 000 = one core */
    weft_opt_int64 memory_bytes;   /**< the most memory that it has */
    weft_opt_int64 idle_timeout_s; /**< seconds without activity after which it is paused; 0 = never; absent = the
                                        workspace's */
    const weft_agentserver_agent_info *agent_info; /**< its machine; NULL unless it is local */
    const weft_agentserver_im_binding *weixin_bindings; /**< the WeChat accounts that it serves; in answers to get
                                                             and list only */
    size_t weixin_bindings_count;
    const weft_agentserver_im_binding *im_bindings; /**< all messengers' channels that it serves; in answers to get
                                                         and list only */
    size_t im_bindings_count;
    weft_json metadata;            /**< as it was given, but for white space and order; ptr NULL when there is none */
} weft_agentserver_sandbox;
/** A weft_done_cb with a weft_agentserver_sandbox. */
typedef void weft_agentserver_sandbox_cb(weft_call *call, const weft_error *error,
                                         const weft_agentserver_sandbox *result, void *arg);

/** The sandboxes of a workspace: weft_agentserver_list_sandboxes. */
typedef struct weft_agentserver_sandbox_list {
    weft_object object;
    const weft_agentserver_sandbox *items; /**< oldest first */
    size_t count;
} weft_agentserver_sandbox_list;
/** A weft_done_cb with a weft_agentserver_sandbox_list. */
typedef void weft_agentserver_sandbox_list_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_sandbox_list *result, void *arg);

/** The change that has begun: weft_agentserver_pause_sandbox, weft_agentserver_resume_sandbox. */
typedef struct weft_agentserver_sandbox_status {
    weft_object object;
    weft_str status; /**< WEFT_AGENTSERVER_SANDBOX_STATUS_PAUSING or _RESUMING */
} weft_agentserver_sandbox_status;
/** A weft_done_cb with a weft_agentserver_sandbox_status. */
typedef void weft_agentserver_sandbox_status_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_sandbox_status *result, void *arg);

#ifdef __cplusplus
}
#endif

#endif
