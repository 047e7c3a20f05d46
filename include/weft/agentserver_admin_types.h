/* weft/agentserver_admin_types.h - what agentserver takes and gives about users and quotas, for
 * administrators. What holds for every type is said in weft/agentserver.h. */
#ifndef WEFT_AGENTSERVER_ADMIN_TYPES_H
#define WEFT_AGENTSERVER_ADMIN_TYPES_H

#include "weft/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Administration ---------------------------------------------------------------------------------- */

/** One user. */
typedef struct weft_agentserver_admin_user {
    weft_object object;
    weft_str id;
    weft_str email;
    weft_str name;       /**< or null */
    weft_str role;       /**< WEFT_AGENTSERVER_USER_* */
    weft_str created_at; /**< RFC 3339 */
} weft_agentserver_admin_user;

/** weft_agentserver_admin_list_users. */
typedef struct weft_agentserver_admin_user_list {
    weft_object object;
    const weft_agentserver_admin_user *items;
    size_t count;
} weft_agentserver_admin_user_list;
/** A weft_done_cb with a weft_agentserver_admin_user_list. */
typedef void weft_agentserver_admin_user_list_cb(weft_call *call, const weft_error *error,
                                                 const weft_agentserver_admin_user_list *result, void *arg);

/** weft_agentserver_admin_set_user_role. */
typedef struct weft_agentserver_admin_set_user_role_request {
    const char *role;  /**< required; WEFT_AGENTSERVER_USER_* */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_admin_set_user_role_request;

/** Who owns a workspace. */
typedef struct weft_agentserver_admin_owner {
    weft_object object;
    weft_str id;
    weft_str email;   /**< perhaps empty */
    weft_str name;    /**< or null */
    weft_str picture; /**< or null */
} weft_agentserver_admin_owner;

/** One workspace; it stands twice in a list when it has two owners. */
typedef struct weft_agentserver_admin_workspace {
    weft_object object;
    weft_str id;
    weft_str name;
    weft_str created_at;                       /**< RFC 3339 */
    weft_str updated_at;                       /**< RFC 3339 */
    const weft_agentserver_admin_owner *owner; /**< NULL = none */
    int64_t sandbox_count;
    int64_t max_sandboxes; /**< as it holds; 0 = no limit */
} weft_agentserver_admin_workspace;

/** weft_agentserver_admin_list_workspaces. */
typedef struct weft_agentserver_admin_workspace_list {
    weft_object object;
    const weft_agentserver_admin_workspace *items;
    size_t count;
} weft_agentserver_admin_workspace_list;
/** A weft_done_cb with a weft_agentserver_admin_workspace_list. */
typedef void weft_agentserver_admin_workspace_list_cb(weft_call *call, const weft_error *error,
                                                      const weft_agentserver_admin_workspace_list *result, void *arg);

/** One sandbox. */
typedef struct weft_agentserver_admin_sandbox {
    weft_object object;
    weft_str id;
    weft_str name;
    weft_str workspace_id;
    weft_str type;
    weft_str status;
    weft_str created_at;       /**< RFC 3339 */
    weft_str last_activity_at; /**< RFC 3339; left out when there was none */
    bool is_local;
} weft_agentserver_admin_sandbox;

/** weft_agentserver_admin_list_sandboxes. */
typedef struct weft_agentserver_admin_sandbox_list {
    weft_object object;
    const weft_agentserver_admin_sandbox *items;
    size_t count;
} weft_agentserver_admin_sandbox_list;
/** A weft_done_cb with a weft_agentserver_admin_sandbox_list. */
typedef void weft_agentserver_admin_sandbox_list_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_admin_sandbox_list *result, void *arg);

/** weft_agentserver_admin_get_quota_defaults, weft_agentserver_admin_set_quota_defaults. 0 = no limit. */
typedef struct weft_agentserver_admin_quota_defaults {
    weft_object object;
    int64_t max_workspaces_per_user;
    int64_t max_sandboxes_per_workspace;
    int64_t max_workspace_drive_size_bytes; /**< bytes */
    int64_t max_sandbox_cpu_millicores;     /**< millicores */
    int64_t max_sandbox_memory_bytes;       /**< bytes */
    int64_t max_idle_timeout_s;             /**< seconds */
    int64_t ws_max_total_cpu_millicores;    /**< millicores of all sandboxes of a workspace */
    int64_t ws_max_total_memory_bytes;      /**< bytes of them */
    int64_t ws_max_idle_timeout_s;          /**< seconds */
} weft_agentserver_admin_quota_defaults;
/** A weft_done_cb with a weft_agentserver_admin_quota_defaults. */
typedef void weft_agentserver_admin_quota_defaults_cb(weft_call *call, const weft_error *error,
                                                      const weft_agentserver_admin_quota_defaults *result, void *arg);

/**
 * weft_agentserver_admin_set_quota_defaults. What is not given stays as it is; 0 is sent, and is no limit.
 */
typedef struct weft_agentserver_admin_set_quota_defaults_request {
    weft_opt_int64 max_workspaces_per_user;
    weft_opt_int64 max_sandboxes_per_workspace;
    weft_opt_int64 max_workspace_drive_size_bytes; /**< bytes */
    weft_opt_int64 max_sandbox_cpu_millicores;     /**< millicores */
    weft_opt_int64 max_sandbox_memory_bytes;       /**< bytes */
    weft_opt_int64 max_idle_timeout_s;             /**< seconds */
    weft_opt_int64 ws_max_total_cpu_millicores;    /**< millicores of all sandboxes of a workspace */
    weft_opt_int64 ws_max_total_memory_bytes;      /**< bytes of them */
    weft_opt_int64 ws_max_idle_timeout_s;          /**< seconds */
    const char *extra;                             /**< JSON object whose members are added, and win over those above */
} weft_agentserver_admin_set_quota_defaults_request;

/** What holds for every user. */
typedef struct weft_agentserver_admin_user_quota_defaults {
    weft_object object;
    int64_t max_workspaces_per_user; /**< 0 = no limit */
} weft_agentserver_admin_user_quota_defaults;

/** What differs for one. */
typedef struct weft_agentserver_admin_user_quota_overrides {
    weft_object object;
    weft_opt_int64 max_workspaces; /**< null = as for everyone; 0 = no limit */
    weft_str updated_at;           /**< RFC 3339 */
} weft_agentserver_admin_user_quota_overrides;

/** weft_agentserver_admin_get_user_quota. */
typedef struct weft_agentserver_admin_user_quota {
    weft_object object;
    const weft_agentserver_admin_user_quota_defaults *defaults;
    const weft_agentserver_admin_user_quota_overrides *overrides; /**< NULL = none */
} weft_agentserver_admin_user_quota;
/** A weft_done_cb with a weft_agentserver_admin_user_quota. */
typedef void weft_agentserver_admin_user_quota_cb(weft_call *call, const weft_error *error,
                                                  const weft_agentserver_admin_user_quota *result, void *arg);

/** weft_agentserver_admin_set_user_quota. */
typedef struct weft_agentserver_admin_set_user_quota_request {
    weft_opt_int64 max_workspaces; /**< always sent: none is null, which leaves an override without a number;
                                      0 = no limit */
    const char *extra;             /**< JSON object whose members are added, and win over those above */
} weft_agentserver_admin_set_user_quota_request;

/** What holds for every workspace. 0 = no limit. */
typedef struct weft_agentserver_admin_workspace_quota_defaults {
    weft_object object;
    int64_t max_sandboxes;
    int64_t max_sandbox_cpu_millicores; /**< millicores */
    int64_t max_sandbox_memory_bytes;   /**< bytes */
    int64_t max_idle_timeout_s;         /**< seconds */
    int64_t max_total_cpu_millicores;   /**< millicores of all sandboxes */
    int64_t max_total_memory_bytes;     /**< bytes of all sandboxes */
    int64_t max_drive_size_bytes;       /**< bytes */
} weft_agentserver_admin_workspace_quota_defaults;

/** What differs for one; null = as for every other, 0 = no limit. */
typedef struct weft_agentserver_admin_workspace_quota_overrides {
    weft_object object;
    weft_opt_int64 max_sandboxes;
    weft_opt_int64 max_sandbox_cpu_millicores; /**< millicores */
    weft_opt_int64 max_sandbox_memory_bytes;   /**< bytes */
    weft_opt_int64 max_idle_timeout_s;         /**< seconds */
    weft_opt_int64 max_total_cpu_millicores;   /**< millicores of all sandboxes */
    weft_opt_int64 max_total_memory_bytes;     /**< bytes of all sandboxes */
    weft_opt_int64 max_drive_size_bytes;       /**< bytes */
    weft_str updated_at;                       /**< RFC 3339 */
} weft_agentserver_admin_workspace_quota_overrides;

/** weft_agentserver_admin_get_workspace_quota. */
typedef struct weft_agentserver_admin_workspace_quota {
    weft_object object;
    const weft_agentserver_admin_workspace_quota_defaults *defaults;
    const weft_agentserver_admin_workspace_quota_overrides *overrides; /**< NULL = none */
} weft_agentserver_admin_workspace_quota;
/** A weft_done_cb with a weft_agentserver_admin_workspace_quota. */
typedef void weft_agentserver_admin_workspace_quota_cb(weft_call *call, const weft_error *error,
                                                       const weft_agentserver_admin_workspace_quota *result, void *arg);

/**
 * weft_agentserver_admin_set_workspace_quota. What is not given, or null, stays as it is; 0 is sent, and is
 * no limit. No single override can be taken back: weft_agentserver_admin_delete_workspace_quota takes back
 * all.
 */
typedef struct weft_agentserver_admin_set_workspace_quota_request {
    weft_opt_int64 max_sandboxes;
    weft_opt_int64 max_sandbox_cpu_millicores; /**< millicores */
    weft_opt_int64 max_sandbox_memory_bytes;   /**< bytes */
    weft_opt_int64 max_idle_timeout_s;         /**< seconds */
    weft_opt_int64 max_total_cpu_millicores;   /**< millicores of all sandboxes */
    weft_opt_int64 max_total_memory_bytes;     /**< bytes of all sandboxes */
    weft_opt_int64 max_drive_size_bytes;       /**< bytes */
    const char *extra;                         /**< JSON object whose members are added, and win over those above */
} weft_agentserver_admin_set_workspace_quota_request;

/** weft_agentserver_admin_set_llm_quota. */
typedef struct weft_agentserver_admin_set_llm_quota_request {
    weft_opt_int64 max_requests_per_day; /**< requests a day, from 0; always sent: none is null, no limit of its own */
    const char *extra;                   /**< JSON object whose members are added, and win over those above */
} weft_agentserver_admin_set_llm_quota_request;

#ifdef __cplusplus
}
#endif

#endif
