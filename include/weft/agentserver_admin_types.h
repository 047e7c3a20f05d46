/* weft/agentserver_admin_types.h - what agentserver takes and gives about users and quotas, for
 * administrators. What holds for every type is said in weft/agentserver.h. */
#ifndef WEFT_AGENTSERVER_ADMIN_TYPES_H
#define WEFT_AGENTSERVER_ADMIN_TYPES_H

#include "weft/call.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Administration ---------------------------------------------------------------------------------- */

/** A user, as administrators see them: in a weft_agentserver_admin_user_list. */
typedef struct weft_agentserver_admin_user {
    weft_object object;
    weft_str id;         /**< a UUID */
    weft_str email;      /**< their address */
    weft_str name;       /**< the name to show, or null */
    weft_str role;       /**< what they may do on the server: WEFT_AGENTSERVER_USER_* */
    weft_str created_at; /**< when they were made; RFC 3339 */
} weft_agentserver_admin_user;

/** All users: weft_agentserver_admin_list_users. */
typedef struct weft_agentserver_admin_user_list {
    weft_object object;
    const weft_agentserver_admin_user *items; /**< oldest first */
    size_t count;
} weft_agentserver_admin_user_list;
/** A weft_done_cb with a weft_agentserver_admin_user_list. */
typedef void weft_agentserver_admin_user_list_cb(weft_call *call, const weft_error *error,
                                                 const weft_agentserver_admin_user_list *result, void *arg);

/** Another role for a user: weft_agentserver_admin_set_user_role. */
typedef struct weft_agentserver_admin_set_user_role_request {
    const char *role;  /**< required; WEFT_AGENTSERVER_USER_* */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_admin_set_user_role_request;

/** Who owns a workspace. */
typedef struct weft_agentserver_admin_owner {
    weft_object object;
    weft_str id;      /**< the user's id, a UUID */
    weft_str email;   /**< their address; perhaps empty */
    weft_str name;    /**< the name to show, or null */
    weft_str picture; /**< URL of a picture, or null */
} weft_agentserver_admin_owner;

/** A workspace, as administrators see it: in a weft_agentserver_admin_workspace_list, twice when it has two owners. */
typedef struct weft_agentserver_admin_workspace {
    weft_object object;
    weft_str id;                               /**< a UUID */
    weft_str name;                             /**< for people */
    weft_str created_at;                       /**< when it was made; RFC 3339 */
    weft_str updated_at;                       /**< when it was last changed; RFC 3339 */
    const weft_agentserver_admin_owner *owner; /**< who owns it; NULL = nobody */
    int64_t sandbox_count;                     /**< sandboxes that it has */
    int64_t max_sandboxes;                     /**< as many may it have, by its own quota or the defaults; 0 = no
                                                    limit */
} weft_agentserver_admin_workspace;

/** All workspaces: weft_agentserver_admin_list_workspaces. */
typedef struct weft_agentserver_admin_workspace_list {
    weft_object object;
    const weft_agentserver_admin_workspace *items; /**< oldest first */
    size_t count;
} weft_agentserver_admin_workspace_list;
/** A weft_done_cb with a weft_agentserver_admin_workspace_list. */
typedef void weft_agentserver_admin_workspace_list_cb(weft_call *call, const weft_error *error,
                                                      const weft_agentserver_admin_workspace_list *result, void *arg);

/** A sandbox, as administrators see it: in a weft_agentserver_admin_sandbox_list. */
typedef struct weft_agentserver_admin_sandbox {
    weft_object object;
    weft_str id;               /**< a UUID */
    weft_str name;             /**< for people */
    weft_str workspace_id;     /**< the workspace that it is in */
    weft_str type;             /**< what runs in it: WEFT_AGENTSERVER_SANDBOX_* */
    weft_str status;           /**< WEFT_AGENTSERVER_SANDBOX_STATUS_*; others may come */
    weft_str created_at;       /**< when it was made; RFC 3339 */
    weft_str last_activity_at; /**< when something was last done in it; RFC 3339; left out when nothing was */
    bool is_local;             /**< a registered agent on somebody's machine */
} weft_agentserver_admin_sandbox;

/** All sandboxes: weft_agentserver_admin_list_sandboxes. */
typedef struct weft_agentserver_admin_sandbox_list {
    weft_object object;
    const weft_agentserver_admin_sandbox *items; /**< oldest first */
    size_t count;
} weft_agentserver_admin_sandbox_list;
/** A weft_done_cb with a weft_agentserver_admin_sandbox_list. */
typedef void weft_agentserver_admin_sandbox_list_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_admin_sandbox_list *result, void *arg);

/**
 * What holds unless something else was set: weft_agentserver_admin_get_quota_defaults,
 * weft_agentserver_admin_set_quota_defaults. 0 = no limit, in all of them.
 */
typedef struct weft_agentserver_admin_quota_defaults {
    weft_object object;
    int64_t max_workspaces_per_user;        /**< workspaces that a user may own; 10 unless it was set */
    int64_t max_sandboxes_per_workspace;    /**< sandboxes that a workspace may have; 20 unless it was set */
    int64_t max_workspace_drive_size_bytes; /**< size of a workspace's drive; 10 GiB unless it was set */
    int64_t max_sandbox_cpu_millicores;     /**< CPU of one sandbox, 1 000 = one core; 2 000 unless it was set */
    int64_t max_sandbox_memory_bytes;       /**< memory of one sandbox; 2 GiB unless it was set */
    int64_t max_idle_timeout_s;             /**< longest `idle_timeout_s` of one sandbox, in seconds; 1 800 unless it
                                                 was set */
    int64_t ws_max_total_cpu_millicores;    /**< CPU of all sandboxes of a workspace together; no limit unless it was
                                                 set */
    int64_t ws_max_total_memory_bytes;      /**< memory of all sandboxes of a workspace together; no limit unless it
                                                 was set */
    int64_t ws_max_idle_timeout_s;          /**< the same for all of a workspace, in seconds; no limit unless it was
                                                 set */
} weft_agentserver_admin_quota_defaults;
/** A weft_done_cb with a weft_agentserver_admin_quota_defaults. */
typedef void weft_agentserver_admin_quota_defaults_cb(weft_call *call, const weft_error *error,
                                                      const weft_agentserver_admin_quota_defaults *result, void *arg);

/**
 * What is to hold: weft_agentserver_admin_set_quota_defaults. What is not given, or null, stays as it is; 0 is sent,
 * and is no limit.
 */
typedef struct weft_agentserver_admin_set_quota_defaults_request {
    weft_opt_int64 max_workspaces_per_user;     /**< workspaces that a user may own */
    weft_opt_int64 max_sandboxes_per_workspace; /**< sandboxes that a workspace may have */
    weft_opt_int64 max_workspace_drive_size_bytes; /**< size of a workspace's drive */
    weft_opt_int64 max_sandbox_cpu_millicores;  /**< CPU of one sandbox; 1 000 = one core */
    weft_opt_int64 max_sandbox_memory_bytes;    /**< memory of one sandbox */
    weft_opt_int64 max_idle_timeout_s;          /**< longest `idle_timeout_s` of a sandbox, in seconds */
    weft_opt_int64 ws_max_total_cpu_millicores; /**< CPU of all sandboxes of a workspace together */
    weft_opt_int64 ws_max_total_memory_bytes;   /**< memory of all sandboxes of a workspace together */
    weft_opt_int64 ws_max_idle_timeout_s;       /**< the same for all of a workspace, in seconds */
    const char *extra;                          /**< JSON object whose members are added, and win over those above */
} weft_agentserver_admin_set_quota_defaults_request;

/** What holds for every user. */
typedef struct weft_agentserver_admin_user_quota_defaults {
    weft_object object;
    int64_t max_workspaces_per_user; /**< workspaces that they may own; 0 = no limit */
} weft_agentserver_admin_user_quota_defaults;

/** What differs for one user. */
typedef struct weft_agentserver_admin_user_quota_overrides {
    weft_object object;
    weft_opt_int64 max_workspaces; /**< workspaces that they may own; null = as for everyone; 0 = no limit */
    weft_str updated_at;           /**< when it was set; RFC 3339 */
} weft_agentserver_admin_user_quota_overrides;

/** The quota of a user: weft_agentserver_admin_get_user_quota. */
typedef struct weft_agentserver_admin_user_quota {
    weft_object object;
    const weft_agentserver_admin_user_quota_defaults *defaults; /**< what holds for every user */
    const weft_agentserver_admin_user_quota_overrides *overrides; /**< what differs for this one; NULL = nothing */
} weft_agentserver_admin_user_quota;
/** A weft_done_cb with a weft_agentserver_admin_user_quota. */
typedef void weft_agentserver_admin_user_quota_cb(weft_call *call, const weft_error *error,
                                                  const weft_agentserver_admin_user_quota *result, void *arg);

/** The quota of a user: weft_agentserver_admin_set_user_quota. */
typedef struct weft_agentserver_admin_set_user_quota_request {
    weft_opt_int64 max_workspaces; /**< workspaces that they may own; 0 = no limit. Always sent: none is null, which
                                        leaves an override without a number */
    const char *extra;             /**< JSON object whose members are added, and win over those above */
} weft_agentserver_admin_set_user_quota_request;

/** What holds for every workspace. 0 = no limit, in all of them. */
typedef struct weft_agentserver_admin_workspace_quota_defaults {
    weft_object object;
    int64_t max_sandboxes;              /**< sandboxes that it may have */
    int64_t max_sandbox_cpu_millicores; /**< CPU of one sandbox; 1 000 = one core */
    int64_t max_sandbox_memory_bytes;   /**< memory of one sandbox */
    int64_t max_idle_timeout_s;         /**< longest `idle_timeout_s` of a sandbox, in seconds */
    int64_t max_total_cpu_millicores;   /**< CPU of all its sandboxes together */
    int64_t max_total_memory_bytes;     /**< memory of all its sandboxes together */
    int64_t max_drive_size_bytes;       /**< size of its drive */
} weft_agentserver_admin_workspace_quota_defaults;

/** What differs for one workspace; null = as for every other, 0 = no limit, in all of them. */
typedef struct weft_agentserver_admin_workspace_quota_overrides {
    weft_object object;
    weft_opt_int64 max_sandboxes;              /**< sandboxes that it may have */
    weft_opt_int64 max_sandbox_cpu_millicores; /**< CPU of one sandbox; 1 000 = one core */
    weft_opt_int64 max_sandbox_memory_bytes;   /**< memory of one sandbox */
    weft_opt_int64 max_idle_timeout_s;         /**< longest `idle_timeout_s` of a sandbox, in seconds */
    weft_opt_int64 max_total_cpu_millicores;   /**< CPU of all its sandboxes together */
    weft_opt_int64 max_total_memory_bytes;     /**< memory of all its sandboxes together */
    weft_opt_int64 max_drive_size_bytes;       /**< size of its drive */
    weft_str updated_at;                       /**< when it was set; RFC 3339 */
} weft_agentserver_admin_workspace_quota_overrides;

/** The quota of a workspace: weft_agentserver_admin_get_workspace_quota. */
typedef struct weft_agentserver_admin_workspace_quota {
    weft_object object;
    const weft_agentserver_admin_workspace_quota_defaults *defaults; /**< what holds for every workspace */
    const weft_agentserver_admin_workspace_quota_overrides *overrides; /**< what differs for this one; NULL = nothing */
} weft_agentserver_admin_workspace_quota;
/** A weft_done_cb with a weft_agentserver_admin_workspace_quota. */
typedef void weft_agentserver_admin_workspace_quota_cb(weft_call *call, const weft_error *error,
                                                       const weft_agentserver_admin_workspace_quota *result, void *arg);

/**
 * The quota of a workspace: weft_agentserver_admin_set_workspace_quota. What is not given, or null, stays as it is; 0
 * is sent, and is no limit. No single override can be taken back: weft_agentserver_admin_delete_workspace_quota takes
 * back all.
 */
typedef struct weft_agentserver_admin_set_workspace_quota_request {
    weft_opt_int64 max_sandboxes;              /**< sandboxes that it may have */
    weft_opt_int64 max_sandbox_cpu_millicores; /**< CPU of one sandbox; 1 000 = one core */
    weft_opt_int64 max_sandbox_memory_bytes;   /**< memory of one sandbox */
    weft_opt_int64 max_idle_timeout_s;         /**< longest `idle_timeout_s` of a sandbox, in seconds */
    weft_opt_int64 max_total_cpu_millicores;   /**< CPU of all its sandboxes together */
    weft_opt_int64 max_total_memory_bytes;     /**< memory of all its sandboxes together */
    weft_opt_int64 max_drive_size_bytes;       /**< size of its drive */
    const char *extra;                         /**< JSON object whose members are added, and win over those above */
} weft_agentserver_admin_set_workspace_quota_request;

/** How many requests to models a workspace may make: weft_agentserver_admin_set_llm_quota. */
typedef struct weft_agentserver_admin_set_llm_quota_request {
    weft_opt_int64 max_requests_per_day; /**< requests a day, from 0 on. Always sent: none is null, no limit of its
                                              own */
    const char *extra;                   /**< JSON object whose members are added, and win over those above */
} weft_agentserver_admin_set_llm_quota_request;

#ifdef __cplusplus
}
#endif

#endif
