/* weft/agentserver_workspaces.h - agentserver: accounts, workspaces with their members and keys, and
 * sandboxes. What holds for every function is said in weft/agentserver.h. */
#ifndef WEFT_AGENTSERVER_WORKSPACES_H
#define WEFT_AGENTSERVER_WORKSPACES_H

#include "weft/agentserver_workspaces_types.h"
#include "weft/client.h"
#include "weft/wait.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Accounts ---------------------------------------------------------------------------------------- */

/**
 * Makes a user, with a workspace of their own; the first one of an installation becomes its administrator.
 * POST /api/auth/register; needs no session. The client is not logged in by it.
 * Result: weft_agentserver_register_user_response.
 * Errors: WEFT_E_CONFLICT   the address has a user already
 *         WEFT_E_NOT_FOUND  also when the server does not log in with passwords
 */
WEFT_API weft_call *weft_agentserver_register_user(weft_client *client, const weft_agentserver_log_in_request *request,
                                                   const weft_call_options *options,
                                                   weft_agentserver_register_user_cb *cb, void *arg);

/**
 * Logs in. POST /api/auth/login; needs no session. On success the client keeps the session and sends it from
 * now on: weft_agentserver_get_session has it, for the next start of the program. It is good for 7 days.
 * Result: weft_agentserver_session_status.
 * Errors: WEFT_E_UNAUTHORIZED  wrong address or password; the session that there was stays
 *         WEFT_E_NOT_FOUND     also when the server does not log in with passwords
 *         WEFT_E_DECODE        also when the server set no session
 */
WEFT_API weft_call *weft_agentserver_log_in(weft_client *client, const weft_agentserver_log_in_request *request,
                                            const weft_call_options *options, weft_agentserver_session_status_cb *cb,
                                            void *arg);

/**
 * Logs out: on success the client forgets its session. POST /api/auth/logout; needs no session. The server
 * does not: a copy of it stays good until it expires.
 * Result: weft_agentserver_session_status.
 */
WEFT_API weft_call *weft_agentserver_log_out(weft_client *client, const weft_call_options *options,
                                             weft_agentserver_session_status_cb *cb, void *arg);

/**
 * Whether the session is good. GET /api/auth/check.
 * Result: weft_agentserver_session_status.
 */
WEFT_API weft_call *weft_agentserver_check_session(weft_client *client, const weft_call_options *options,
                                                   weft_agentserver_session_status_cb *cb, void *arg);

/**
 * Who is logged in. GET /api/auth/me.
 * Result: weft_agentserver_user.
 */
WEFT_API weft_call *weft_agentserver_get_me(weft_client *client, const weft_call_options *options,
                                            weft_agentserver_user_cb *cb, void *arg);

/* ---- Workspaces -------------------------------------------------------------------------------------- */

/**
 * The workspaces of the user, oldest first. GET /api/workspaces.
 * Result: weft_agentserver_workspace_list.
 */
WEFT_API weft_call *weft_agentserver_list_workspaces(weft_client *client, const weft_call_options *options,
                                                     weft_agentserver_workspace_list_cb *cb, void *arg);

/**
 * Makes a workspace that the user owns. POST /api/workspaces.
 * Result: weft_agentserver_workspace.
 * Errors: WEFT_E_QUOTA_EXCEEDED  the user owns as many as they may: see weft_agentserver_error_get_quota
 */
WEFT_API weft_call *weft_agentserver_create_workspace(weft_client *client,
                                                      const weft_agentserver_create_workspace_request *request,
                                                      const weft_call_options *options,
                                                      weft_agentserver_workspace_cb *cb, void *arg);

/**
 * How many workspaces the user owns, and may own. GET /api/workspaces/quota.
 * Result: weft_agentserver_workspace_quota.
 */
WEFT_API weft_call *weft_agentserver_get_workspace_quota(weft_client *client, const weft_call_options *options,
                                                         weft_agentserver_workspace_quota_cb *cb, void *arg);

/**
 * One workspace. GET /api/workspaces/{id}. As for all that is in a workspace, one that does not exist is
 * WEFT_E_FORBIDDEN, too.
 * Result: weft_agentserver_workspace.
 */
WEFT_API weft_call *weft_agentserver_get_workspace(weft_client *client, const char *workspace_id,
                                                   const weft_call_options *options, weft_agentserver_workspace_cb *cb,
                                                   void *arg);

/**
 * Renames a workspace, for its owners and maintainers. PATCH /api/workspaces/{id}.
 * Result: weft_agentserver_workspace.
 */
WEFT_API weft_call *weft_agentserver_rename_workspace(weft_client *client, const char *workspace_id,
                                                      const weft_agentserver_rename_workspace_request *request,
                                                      const weft_call_options *options,
                                                      weft_agentserver_workspace_cb *cb, void *arg);

/**
 * Deletes a workspace with all its sandboxes, for its owners. DELETE /api/workspaces/{id}.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_delete_workspace(weft_client *client, const char *workspace_id,
                                                      const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * What a sandbox of the workspace may have. GET /api/workspaces/{wid}/defaults. Not for guests.
 * Result: weft_agentserver_workspace_defaults.
 */
WEFT_API weft_call *weft_agentserver_get_workspace_defaults(weft_client *client, const char *workspace_id,
                                                            const weft_call_options *options,
                                                            weft_agentserver_workspace_defaults_cb *cb, void *arg);

/* ---- Members ----------------------------------------------------------------------------------------- */

/**
 * The members of a workspace, oldest first. GET /api/workspaces/{id}/members.
 * Result: weft_agentserver_member_list.
 */
WEFT_API weft_call *weft_agentserver_list_members(weft_client *client, const char *workspace_id,
                                                  const weft_call_options *options, weft_agentserver_member_list_cb *cb,
                                                  void *arg);

/**
 * Adds a user to a workspace, for its owners and maintainers. POST /api/workspaces/{id}/members.
 * Result: weft_agentserver_member.
 * Errors: WEFT_E_NOT_FOUND     nobody has that address
 *         WEFT_E_SERVER_ERROR  also when they are a member already
 */
WEFT_API weft_call *weft_agentserver_add_member(weft_client *client, const char *workspace_id,
                                                const weft_agentserver_add_member_request *request,
                                                const weft_call_options *options, weft_agentserver_member_cb *cb,
                                                void *arg);

/**
 * Gives a member another role, for owners. PUT /api/workspaces/{id}/members/{userId}. A success also for one
 * who is no member.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_set_member_role(weft_client *client, const char *workspace_id, const char *user_id,
                                                     const weft_agentserver_set_member_role_request *request,
                                                     const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * Takes a member out of a workspace, for owners. DELETE /api/workspaces/{id}/members/{userId}. A success also
 * for one who is none.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_remove_member(weft_client *client, const char *workspace_id, const char *user_id,
                                                   const weft_call_options *options, weft_done_cb *cb, void *arg);

/* ---- Workspace API keys ------------------------------------------------------------------------------ */

/**
 * What keys can be good for. GET /api/workspaces/{wid}/api-keys/scopes.
 * Result: weft_agentserver_api_key_scope_list.
 */
WEFT_API weft_call *weft_agentserver_list_api_key_scopes(weft_client *client, const char *workspace_id,
                                                         const weft_call_options *options,
                                                         weft_agentserver_api_key_scope_list_cb *cb, void *arg);

/**
 * The keys of a workspace, newest first, revoked ones too. GET /api/workspaces/{wid}/api-keys.
 * Result: weft_agentserver_api_key_list.
 */
WEFT_API weft_call *weft_agentserver_list_api_keys(weft_client *client, const char *workspace_id,
                                                   const weft_call_options *options,
                                                   weft_agentserver_api_key_list_cb *cb, void *arg);

/**
 * Makes a key, for owners and maintainers: for weft_agentserver_codex_gateway_client, as its token.
 * POST /api/workspaces/{wid}/api-keys. Its secret is told this once.
 * Result: weft_agentserver_create_api_key_response.
 * Errors: WEFT_E_BAD_REQUEST  also when a scope is not to be had
 */
WEFT_API weft_call *weft_agentserver_create_api_key(weft_client *client, const char *workspace_id,
                                                    const weft_agentserver_create_api_key_request *request,
                                                    const weft_call_options *options,
                                                    weft_agentserver_create_api_key_cb *cb, void *arg);

/**
 * Ends a key, for owners and maintainers. DELETE /api/workspaces/{wid}/api-keys/{id}. A success also for one
 * that there is not.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_revoke_api_key(weft_client *client, const char *workspace_id, const char *key_id,
                                                    const weft_call_options *options, weft_done_cb *cb, void *arg);

/* ---- Sandboxes --------------------------------------------------------------------------------------- */

/**
 * The sandboxes of a workspace, oldest first. GET /api/workspaces/{wid}/sandboxes.
 * Result: weft_agentserver_sandbox_list.
 */
WEFT_API weft_call *weft_agentserver_list_sandboxes(weft_client *client, const char *workspace_id,
                                                    const weft_call_options *options,
                                                    weft_agentserver_sandbox_list_cb *cb, void *arg);

/**
 * Makes a sandbox, not for guests. POST /api/workspaces/{wid}/sandboxes. It answers before the sandbox runs:
 * weft_agentserver_wait_sandbox waits for that. One that cannot be started disappears.
 * Result: weft_agentserver_sandbox.
 * Errors: WEFT_E_QUOTA_EXCEEDED   the workspace has as many as it may: see weft_agentserver_error_get_quota
 *         WEFT_E_BUDGET_EXCEEDED  all sandboxes together would have more than the workspace may
 *         WEFT_E_BAD_REQUEST      the type, CPU, memory or idle time is none; the message has the
 *                                 bounds
 */
WEFT_API weft_call *weft_agentserver_create_sandbox(weft_client *client, const char *workspace_id,
                                                    const weft_agentserver_create_sandbox_request *request,
                                                    const weft_call_options *options, weft_agentserver_sandbox_cb *cb,
                                                    void *arg);

/**
 * One sandbox as it stands. GET /api/sandboxes/{id}.
 * Result: weft_agentserver_sandbox.
 */
WEFT_API weft_call *weft_agentserver_get_sandbox(weft_client *client, const char *sandbox_id,
                                                 const weft_call_options *options, weft_agentserver_sandbox_cb *cb,
                                                 void *arg);

/**
 * Renames a sandbox. PATCH /api/sandboxes/{id}. The answer lacks its messengers' channels.
 * Result: weft_agentserver_sandbox.
 */
WEFT_API weft_call *weft_agentserver_rename_sandbox(weft_client *client, const char *sandbox_id,
                                                    const weft_agentserver_rename_sandbox_request *request,
                                                    const weft_call_options *options, weft_agentserver_sandbox_cb *cb,
                                                    void *arg);

/**
 * Deletes a sandbox and what is in it. DELETE /api/sandboxes/{id}.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_delete_sandbox(weft_client *client, const char *sandbox_id,
                                                    const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * Begins to pause a running sandbox; weft_agentserver_wait_sandbox tells when it is paused, or runs because
 * it could not be. POST /api/sandboxes/{id}/pause.
 * Result: weft_agentserver_sandbox_status.
 * Errors: WEFT_E_CONFLICT     it does not run; the message has its status
 *         WEFT_E_BAD_REQUEST  it is a local one
 */
WEFT_API weft_call *weft_agentserver_pause_sandbox(weft_client *client, const char *sandbox_id,
                                                   const weft_call_options *options,
                                                   weft_agentserver_sandbox_status_cb *cb, void *arg);

/**
 * Begins to resume a paused sandbox; as weft_agentserver_pause_sandbox. POST /api/sandboxes/{id}/resume.
 * Result: weft_agentserver_sandbox_status.
 * Errors: WEFT_E_CONFLICT     it is not paused; the message has its status
 *         WEFT_E_BAD_REQUEST  it is a local one
 */
WEFT_API weft_call *weft_agentserver_resume_sandbox(weft_client *client, const char *sandbox_id,
                                                    const weft_call_options *options,
                                                    weft_agentserver_sandbox_status_cb *cb, void *arg);

/** `sandbox` is seen first, or has another `status` than before. It lives until this returns. */
typedef void weft_agentserver_sandbox_change_cb(const weft_agentserver_sandbox *sandbox, void *arg);

/**
 * Waits until a sandbox is running, paused or offline (weft_agentserver_sandbox_is_settled): see weft/wait.h. GET
 * /api/sandboxes/{id}, again and again. `wait` and `on_change` may be NULL.
 * Result: weft_agentserver_sandbox, as it then is. A pause that failed ends in "running": ask
 *         weft_agentserver_sandbox_is_running.
 * Errors: WEFT_E_NOT_FOUND  also when it could not be started, or is deleted
 */
WEFT_API weft_call *weft_agentserver_wait_sandbox(weft_client *client, const char *sandbox_id,
                                                  const weft_wait_options *wait,
                                                  weft_agentserver_sandbox_change_cb *on_change,
                                                  const weft_call_options *options, weft_agentserver_sandbox_cb *cb,
                                                  void *arg);

/* ---- Reading results; these allocate nothing and may be used on any thread --------------------------- */

/* A sandbox has no end, so that there is no is_final of it: it settles. NULL is false. */

/** It is in a state that it stays in: "running", "paused" or "offline". An unknown status is neither this nor that. */
WEFT_API bool weft_agentserver_sandbox_is_settled(const weft_agentserver_sandbox *sandbox);
/** It is between two states: "creating", "pausing", "resuming" or "deleting". */
WEFT_API bool weft_agentserver_sandbox_is_changing(const weft_agentserver_sandbox *sandbox);
/** `status` is "running": it can be worked in. */
WEFT_API bool weft_agentserver_sandbox_is_running(const weft_agentserver_sandbox *sandbox);

/**
 * The one URL that the sandbox has, whatever its type; ptr NULL when it has none, and for NULL. It holds the session's
 * secret.
 */
WEFT_API weft_str weft_agentserver_sandbox_get_url(const weft_agentserver_sandbox *sandbox);

#ifdef __cplusplus
}
#endif

#endif
