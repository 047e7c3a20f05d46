/* weft/agentserver_integrations.h - agentserver: credentials, messengers, language models, usage, traces and
 * operations. What holds for every function is said in weft/agentserver.h. */
#ifndef WEFT_AGENTSERVER_INTEGRATIONS_H
#define WEFT_AGENTSERVER_INTEGRATIONS_H

#include "weft/agentserver_integrations_types.h"
#include "weft/client.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Credentials ------------------------------------------------------------------------------------- */

/**
 * The credentials of one kind, oldest first; `kind` is WEFT_AGENTSERVER_CREDENTIAL_K8S.
 * GET /api/workspaces/{id}/credentials/{kind}.
 * Result: weft_agentserver_credential_list.
 */
WEFT_API weft_call *weft_agentserver_list_credentials(weft_client *client, const char *workspace_id, const char *kind,
                                                      const weft_call_options *options,
                                                      weft_agentserver_credential_list_cb *cb, void *arg);

/**
 * Stores a credential. POST /api/workspaces/{id}/credentials/{kind}. Some need a user to agree first: then
 * `outcome` is WEFT_AGENTSERVER_CREDENTIAL_OUTCOME_PENDING; show the user the URI and the code, and call
 * weft_agentserver_complete_device_code.
 * Result: weft_agentserver_create_credential_response.
 * Errors: WEFT_E_CONFLICT     the name is taken
 *         WEFT_E_BAD_REQUEST  no such kind, or `config` is no credential of it
 *         WEFT_E_UNAVAILABLE  the server stores no credentials
 */
WEFT_API weft_call *weft_agentserver_create_credential(weft_client *client, const char *workspace_id, const char *kind,
                                                       const weft_agentserver_create_credential_request *request,
                                                       const weft_call_options *options,
                                                       weft_agentserver_create_credential_cb *cb, void *arg);

/**
 * Renames a credential. PATCH /api/workspaces/{id}/credentials/{kind}/{bindingId}.
 * Result: none, the success is the answer.
 * Errors: WEFT_E_SERVER_ERROR  also when the name is taken
 */
WEFT_API weft_call *weft_agentserver_rename_credential(weft_client *client, const char *workspace_id, const char *kind,
                                                       const char *credential_id,
                                                       const weft_agentserver_rename_credential_request *request,
                                                       const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * Deletes a credential. DELETE /api/workspaces/{id}/credentials/{kind}/{bindingId}.
 * Result: none, the success is the answer.
 * Errors: WEFT_E_CONFLICT  it is the default one, and there are others: make another the default first
 */
WEFT_API weft_call *weft_agentserver_delete_credential(weft_client *client, const char *workspace_id, const char *kind,
                                                       const char *credential_id, const weft_call_options *options,
                                                       weft_done_cb *cb, void *arg);

/**
 * Makes a credential the one that is used unless another is named.
 * POST /api/workspaces/{id}/credentials/{kind}/{bindingId}/set-default.
 * Result: none, the success is the answer.
 * Errors: WEFT_E_SERVER_ERROR  also when there is no such credential
 */
WEFT_API weft_call *weft_agentserver_set_default_credential(weft_client *client, const char *workspace_id,
                                                            const char *kind, const char *credential_id,
                                                            const weft_call_options *options, weft_done_cb *cb,
                                                            void *arg);

/**
 * Waits until the user has agreed, and stores the credential.
 * POST /api/workspaces/{id}/credentials/{kind}/{bindingId}/device-complete. To be called once, and not again:
 * when it ends early the code is lost. `pending` has the time that the user is given; unless the call's options say
 * otherwise it may take 30 s more.
 * Result: weft_agentserver_create_credential_response.
 * Errors: WEFT_E_FORBIDDEN  the user did not agree, or not in time
 *         WEFT_E_GONE       the code had expired
 *         WEFT_E_NOT_FOUND  no such code; perhaps it expired, or the server was started anew
 *         WEFT_E_CONFLICT   another call waits for the same code, or the name is taken
 */
WEFT_API weft_call *weft_agentserver_complete_device_code(weft_client *client, const char *workspace_id,
                                                          const char *kind, const char *credential_id,
                                                          const weft_agentserver_complete_device_code_options *pending,
                                                          const weft_call_options *options,
                                                          weft_agentserver_create_credential_cb *cb, void *arg);

/* ---- Messengers -------------------------------------------------------------------------------------- */

/* Servers without a bridge answer with a web page, WEFT_E_CONTENT_TYPE, or WEFT_E_NOT_FOUND. */

/**
 * The channels of a workspace, oldest first. GET /api/workspaces/{id}/im/channels.
 * Result: weft_agentserver_channel_list.
 */
WEFT_API weft_call *weft_agentserver_list_channels(weft_client *client, const char *workspace_id,
                                                   const weft_call_options *options,
                                                   weft_agentserver_channel_list_cb *cb, void *arg);

/**
 * Changes a channel. PATCH /api/workspaces/{id}/im/channels/{channelId}.
 * Result: weft_agentserver_update_channel_response.
 */
WEFT_API weft_call *weft_agentserver_update_channel(weft_client *client, const char *workspace_id,
                                                    const char *channel_id,
                                                    const weft_agentserver_update_channel_request *request,
                                                    const weft_call_options *options,
                                                    weft_agentserver_update_channel_cb *cb, void *arg);

/**
 * Deletes a channel. DELETE /api/workspaces/{id}/im/channels/{channelId}.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_delete_channel(weft_client *client, const char *workspace_id,
                                                    const char *channel_id, const weft_call_options *options,
                                                    weft_done_cb *cb, void *arg);

/**
 * Begins to connect a WeChat account: show the code, then call weft_agentserver_poll_weixin_login until it is
 * over. POST /api/workspaces/{id}/im/weixin/qr-start. The login may take 10 minutes.
 * Result: weft_agentserver_start_weixin_login_response.
 */
WEFT_API weft_call *weft_agentserver_start_weixin_login(weft_client *client, const char *workspace_id,
                                                        const weft_call_options *options,
                                                        weft_agentserver_start_weixin_login_cb *cb, void *arg);

/**
 * Waits for the login to go on, up to 40 s; unless the options say otherwise the call may take 60 s.
 * POST /api/workspaces/{id}/im/weixin/qr-wait. Call it again until weft_agentserver_weixin_login_is_final.
 * Result: weft_agentserver_weixin_login.
 * Errors: WEFT_E_BAD_REQUEST   no login is under way
 *         WEFT_E_CONFLICT      it is over already
 *         WEFT_E_SERVER_ERROR  with `http_status` 502: the wait failed, the login did not; call again
 */
WEFT_API weft_call *weft_agentserver_poll_weixin_login(weft_client *client, const char *workspace_id,
                                                       const weft_call_options *options,
                                                       weft_agentserver_weixin_login_cb *cb, void *arg);

/**
 * Connects a Telegram bot. POST /api/workspaces/{id}/im/telegram/configure.
 * Result: weft_agentserver_configure_telegram_response.
 */
WEFT_API weft_call *weft_agentserver_configure_telegram(weft_client *client, const char *workspace_id,
                                                        const weft_agentserver_configure_telegram_request *request,
                                                        const weft_call_options *options,
                                                        weft_agentserver_configure_telegram_cb *cb, void *arg);

/**
 * Connects a Matrix account. POST /api/workspaces/{id}/im/matrix/configure.
 * Result: weft_agentserver_configure_matrix_response.
 */
WEFT_API weft_call *weft_agentserver_configure_matrix(weft_client *client, const char *workspace_id,
                                                      const weft_agentserver_configure_matrix_request *request,
                                                      const weft_call_options *options,
                                                      weft_agentserver_configure_matrix_cb *cb, void *arg);

/**
 * Has a sandbox serve a channel. POST /api/sandboxes/{id}/im/bind.
 * Result: weft_agentserver_bind_sandbox_response.
 */
WEFT_API weft_call *weft_agentserver_bind_sandbox(weft_client *client, const char *sandbox_id,
                                                  const weft_agentserver_bind_sandbox_request *request,
                                                  const weft_call_options *options,
                                                  weft_agentserver_bind_sandbox_cb *cb, void *arg);

/**
 * Has a sandbox no longer serve its channel. DELETE /api/sandboxes/{id}/im/bind.
 * Result: weft_agentserver_unbind_sandbox_response.
 */
WEFT_API weft_call *weft_agentserver_unbind_sandbox(weft_client *client, const char *sandbox_id,
                                                    const weft_call_options *options,
                                                    weft_agentserver_unbind_sandbox_cb *cb, void *arg);

/* ---- Language models --------------------------------------------------------------------------------- */

/* The configuration is for owners and maintainers. */

/**
 * How a workspace reaches its models. GET /api/workspaces/{id}/llm-config.
 * Result: weft_agentserver_llm_config.
 */
WEFT_API weft_call *weft_agentserver_get_llm_config(weft_client *client, const char *workspace_id,
                                                    const weft_call_options *options,
                                                    weft_agentserver_llm_config_cb *cb, void *arg);

/**
 * Sets how a workspace reaches its models. PUT /api/workspaces/{id}/llm-config.
 * Result: weft_agentserver_set_llm_config_response.
 */
WEFT_API weft_call *weft_agentserver_set_llm_config(weft_client *client, const char *workspace_id,
                                                    const weft_agentserver_set_llm_config_request *request,
                                                    const weft_call_options *options,
                                                    weft_agentserver_set_llm_config_cb *cb, void *arg);

/**
 * Forgets how a workspace reaches its models. DELETE /api/workspaces/{id}/llm-config. A success also when
 * nothing was set.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_delete_llm_config(weft_client *client, const char *workspace_id,
                                                       const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * How many requests to models a workspace may make a day, and has made today.
 * GET /api/workspaces/{id}/llm-quota. Not for guests.
 * Result: weft_agentserver_llm_quota.
 */
WEFT_API weft_call *weft_agentserver_get_llm_quota(weft_client *client, const char *workspace_id,
                                                   const weft_call_options *options, weft_agentserver_llm_quota_cb *cb,
                                                   void *arg);

/**
 * Where a user's browser is to go to connect ModelServer. GET /api/workspaces/{id}/modelserver/connect. The
 * redirect that the server answers with is not followed; three cookies that it sets, for the browser, are
 * among the call's headers.
 * Result: weft_agentserver_connect_modelserver_response.
 * Errors: WEFT_E_SERVER_ERROR  with `http_status` 501: the server has no ModelServer
 */
WEFT_API weft_call *weft_agentserver_connect_modelserver(weft_client *client, const char *workspace_id,
                                                         const weft_call_options *options,
                                                         weft_agentserver_connect_modelserver_cb *cb, void *arg);

/**
 * Forgets ModelServer. DELETE /api/workspaces/{id}/modelserver/disconnect. A success also when it was not
 * connected.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_disconnect_modelserver(weft_client *client, const char *workspace_id,
                                                            const weft_call_options *options, weft_done_cb *cb,
                                                            void *arg);

/**
 * Whether ModelServer is connected; for every member. GET /api/workspaces/{id}/modelserver/status.
 * Result: weft_agentserver_modelserver_status.
 */
WEFT_API weft_call *weft_agentserver_get_modelserver_status(weft_client *client, const char *workspace_id,
                                                            const weft_call_options *options,
                                                            weft_agentserver_modelserver_status_cb *cb, void *arg);

/* ---- Usage, traces, operations ----------------------------------------------------------------------- */

/**
 * What a sandbox used models for. GET /api/sandboxes/{id}/usage.
 * Result: weft_agentserver_sandbox_usage_list.
 */
WEFT_API weft_call *weft_agentserver_list_sandbox_usage(weft_client *client, const char *sandbox_id,
                                                        const weft_call_options *options,
                                                        weft_agentserver_sandbox_usage_list_cb *cb, void *arg);

/**
 * The conversations of a sandbox, newest first. GET /api/sandboxes/{id}/traces.
 * Result: weft_agentserver_trace_list.
 */
WEFT_API weft_call *weft_agentserver_list_sandbox_traces(weft_client *client, const char *sandbox_id,
                                                         const weft_agentserver_list_sandbox_traces_options *page,
                                                         const weft_call_options *options,
                                                         weft_agentserver_trace_list_cb *cb, void *arg);

/**
 * One conversation with its requests. GET /api/sandboxes/{id}/traces/{traceId}.
 * Result: weft_agentserver_trace_with_requests.
 */
WEFT_API weft_call *weft_agentserver_get_sandbox_trace(weft_client *client, const char *sandbox_id,
                                                       const char *trace_id, const weft_call_options *options,
                                                       weft_agentserver_trace_with_requests_cb *cb, void *arg);

/**
 * The conversations of a workspace, as weft_agentserver_list_sandbox_traces. GET /api/workspaces/{wid}/traces.
 * Result: weft_agentserver_trace_list.
 */
WEFT_API weft_call *weft_agentserver_list_workspace_traces(weft_client *client, const char *workspace_id,
                                                           const weft_agentserver_list_workspace_traces_options *page,
                                                           const weft_call_options *options,
                                                           weft_agentserver_trace_list_cb *cb, void *arg);

/**
 * One conversation with its requests. GET /api/workspaces/{wid}/traces/{traceId}.
 * Result: weft_agentserver_trace_with_requests.
 */
WEFT_API weft_call *weft_agentserver_get_workspace_trace(weft_client *client, const char *workspace_id,
                                                         const char *trace_id, const weft_call_options *options,
                                                         weft_agentserver_trace_with_requests_cb *cb, void *arg);

/**
 * What was done with tools in a workspace, newest first. GET /api/workspaces/{id}/operations. `filter` NULL =
 * the newest 100. There is no next page: ask with another `since`.
 * Result: weft_agentserver_operation_list.
 * Errors: WEFT_E_BAD_REQUEST  `since` is no time
 */
WEFT_API weft_call *weft_agentserver_list_operations(weft_client *client, const char *workspace_id,
                                                     const weft_agentserver_list_operations_options *filter,
                                                     const weft_call_options *options,
                                                     weft_agentserver_operation_list_cb *cb, void *arg);

/* ---- Reading results; these allocate nothing and may be used on any thread --------------------------- */

/* NULL is false. */

/** It is over: completed or failed. As long as it is not: weft_agentserver_poll_weixin_login again. */
WEFT_API bool weft_agentserver_weixin_login_is_final(const weft_agentserver_weixin_login *login);
/** The account is connected: WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_CONFIRMED or _ALREADY_BOUND. */
WEFT_API bool weft_agentserver_weixin_login_is_completed(const weft_agentserver_weixin_login *login);
/** It came to nothing: WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_BLOCKED. */
WEFT_API bool weft_agentserver_weixin_login_is_failed(const weft_agentserver_weixin_login *login);

#ifdef __cplusplus
}
#endif

#endif
