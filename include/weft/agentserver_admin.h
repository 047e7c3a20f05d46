/* weft/agentserver_admin.h - agentserver: administration: users, workspaces, sandboxes and quotas.
 * What holds for every function is said in weft/agentserver.h. */
#ifndef WEFT_AGENTSERVER_ADMIN_H
#define WEFT_AGENTSERVER_ADMIN_H

#include "weft/agentserver_admin_types.h"
#include "weft/agentserver_integrations_types.h"
#include "weft/client.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Administration ---------------------------------------------------------------------------------- */

/* For users whose role is WEFT_AGENTSERVER_USER_ADMIN. */

/**
 * All users, oldest first. GET /api/admin/users.
 * Result: weft_agentserver_admin_user_list.
 */
WEFT_API weft_call *weft_agentserver_admin_list_users(weft_client *client, const weft_call_options *options,
                                                      weft_agentserver_admin_user_list_cb *cb, void *arg);

/**
 * Makes a user an administrator, or no longer one. PUT /api/admin/users/{id}/role. A success also for one
 * that there is not.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_admin_set_user_role(weft_client *client, const char *user_id,
                                                         const weft_agentserver_admin_set_user_role_request *request,
                                                         const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * All workspaces, oldest first. GET /api/admin/workspaces.
 * Result: weft_agentserver_admin_workspace_list.
 */
WEFT_API weft_call *weft_agentserver_admin_list_workspaces(weft_client *client, const weft_call_options *options,
                                                           weft_agentserver_admin_workspace_list_cb *cb, void *arg);

/**
 * All sandboxes, oldest first. GET /api/admin/sandboxes.
 * Result: weft_agentserver_admin_sandbox_list.
 */
WEFT_API weft_call *weft_agentserver_admin_list_sandboxes(weft_client *client, const weft_call_options *options,
                                                          weft_agentserver_admin_sandbox_list_cb *cb, void *arg);

/**
 * The quotas that hold unless something else was set. GET /api/admin/quotas/defaults.
 * Result: weft_agentserver_admin_quota_defaults.
 */
WEFT_API weft_call *weft_agentserver_admin_get_quota_defaults(weft_client *client, const weft_call_options *options,
                                                              weft_agentserver_admin_quota_defaults_cb *cb, void *arg);

/**
 * Sets those of the quotas that are given; the answer has them all. PUT /api/admin/quotas/defaults.
 * Result: weft_agentserver_admin_quota_defaults.
 */
WEFT_API weft_call *weft_agentserver_admin_set_quota_defaults(
    weft_client *client, const weft_agentserver_admin_set_quota_defaults_request *request,
    const weft_call_options *options, weft_agentserver_admin_quota_defaults_cb *cb, void *arg);

/**
 * The quota of a user; the defaults also for one that there is not. GET /api/admin/users/{id}/quota.
 * Result: weft_agentserver_admin_user_quota.
 */
WEFT_API weft_call *weft_agentserver_admin_get_user_quota(weft_client *client, const char *user_id,
                                                          const weft_call_options *options,
                                                          weft_agentserver_admin_user_quota_cb *cb, void *arg);

/**
 * Sets the quota of a user. PUT /api/admin/users/{id}/quota.
 * Result: none, the success is the answer.
 * Errors: WEFT_E_SERVER_ERROR  also when there is no such user
 */
WEFT_API weft_call *weft_agentserver_admin_set_user_quota(weft_client *client, const char *user_id,
                                                          const weft_agentserver_admin_set_user_quota_request *request,
                                                          const weft_call_options *options, weft_done_cb *cb,
                                                          void *arg);

/**
 * Has the defaults hold for a user. DELETE /api/admin/users/{id}/quota.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_admin_delete_user_quota(weft_client *client, const char *user_id,
                                                             const weft_call_options *options, weft_done_cb *cb,
                                                             void *arg);

/**
 * The quota of a workspace. GET /api/admin/workspaces/{id}/quota.
 * Result: weft_agentserver_admin_workspace_quota.
 */
WEFT_API weft_call *weft_agentserver_admin_get_workspace_quota(weft_client *client, const char *workspace_id,
                                                               const weft_call_options *options,
                                                               weft_agentserver_admin_workspace_quota_cb *cb,
                                                               void *arg);

/**
 * Sets those parts of a workspace's quota that are given. PUT /api/admin/workspaces/{id}/quota.
 * Result: none, the success is the answer.
 * Errors: WEFT_E_SERVER_ERROR  also when there is no such workspace
 */
WEFT_API weft_call *weft_agentserver_admin_set_workspace_quota(
    weft_client *client, const char *workspace_id, const weft_agentserver_admin_set_workspace_quota_request *request,
    const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * Has the defaults hold for a workspace. DELETE /api/admin/workspaces/{id}/quota.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_admin_delete_workspace_quota(weft_client *client, const char *workspace_id,
                                                                  const weft_call_options *options, weft_done_cb *cb,
                                                                  void *arg);

/**
 * How many requests to models a workspace may make a day. GET /api/admin/workspaces/{id}/llm-quota.
 * Result: weft_agentserver_llm_quota.
 */
WEFT_API weft_call *weft_agentserver_admin_get_llm_quota(weft_client *client, const char *workspace_id,
                                                         const weft_call_options *options,
                                                         weft_agentserver_llm_quota_cb *cb, void *arg);

/**
 * Sets how many they are. PUT /api/admin/workspaces/{id}/llm-quota.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_admin_set_llm_quota(weft_client *client, const char *workspace_id,
                                                         const weft_agentserver_admin_set_llm_quota_request *request,
                                                         const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * Has the default hold. DELETE /api/admin/workspaces/{id}/llm-quota.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_admin_delete_llm_quota(weft_client *client, const char *workspace_id,
                                                            const weft_call_options *options, weft_done_cb *cb,
                                                            void *arg);

#ifdef __cplusplus
}
#endif

#endif
