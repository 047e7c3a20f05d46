/* service/agentserver_operations.h - the operations of agentserver and its two gateways, and the hooks that
 * the table names. */
#ifndef WEFT_SERVICE_AGENTSERVER_OPERATIONS_H
#define WEFT_SERVICE_AGENTSERVER_OPERATIONS_H

#include "client/operation.h"
#include "weft/agentserver.h"

/* In the order of the contract; what the gateways answer comes last. */
enum {
    WEFT__AGENTSERVER_AUTH_REGISTER,
    WEFT__AGENTSERVER_AUTH_LOGIN,
    WEFT__AGENTSERVER_AUTH_LOGOUT,
    WEFT__AGENTSERVER_AUTH_CHECK,
    WEFT__AGENTSERVER_AUTH_ME,
    WEFT__AGENTSERVER_LIST_WORKSPACES,
    WEFT__AGENTSERVER_CREATE_WORKSPACE,
    WEFT__AGENTSERVER_WORKSPACE_QUOTA,
    WEFT__AGENTSERVER_GET_WORKSPACE,
    WEFT__AGENTSERVER_RENAME_WORKSPACE,
    WEFT__AGENTSERVER_DELETE_WORKSPACE,
    WEFT__AGENTSERVER_WORKSPACE_DEFAULTS,
    WEFT__AGENTSERVER_LIST_MEMBERS,
    WEFT__AGENTSERVER_ADD_MEMBER,
    WEFT__AGENTSERVER_CHANGE_MEMBER_ROLE,
    WEFT__AGENTSERVER_REMOVE_MEMBER,
    WEFT__AGENTSERVER_LIST_KEY_SCOPES,
    WEFT__AGENTSERVER_LIST_KEYS,
    WEFT__AGENTSERVER_MINT_KEY,
    WEFT__AGENTSERVER_REVOKE_KEY,
    WEFT__AGENTSERVER_LIST_SANDBOXES,
    WEFT__AGENTSERVER_CREATE_SANDBOX,
    WEFT__AGENTSERVER_GET_SANDBOX,
    WEFT__AGENTSERVER_RENAME_SANDBOX,
    WEFT__AGENTSERVER_DELETE_SANDBOX,
    WEFT__AGENTSERVER_PAUSE_SANDBOX,
    WEFT__AGENTSERVER_RESUME_SANDBOX,
    WEFT__AGENTSERVER_REGISTER_AGENT,
    WEFT__AGENTSERVER_REGISTER_AGENT_CARD,
    WEFT__AGENTSERVER_DISCOVER_AGENTS,
    WEFT__AGENTSERVER_LIST_AGENT_CARDS,
    WEFT__AGENTSERVER_GET_AGENT_CARD,
    WEFT__AGENTSERVER_CREATE_TASK,
    WEFT__AGENTSERVER_CREATE_TASK_AS_AGENT,
    WEFT__AGENTSERVER_LIST_TASKS,
    WEFT__AGENTSERVER_GET_TASK,
    WEFT__AGENTSERVER_GET_TASK_AS_AGENT,
    WEFT__AGENTSERVER_POLL_TASKS,
    WEFT__AGENTSERVER_UPDATE_TASK_STATUS,
    WEFT__AGENTSERVER_CANCEL_TASK,
    WEFT__AGENTSERVER_SEND_MESSAGE,
    WEFT__AGENTSERVER_READ_INBOX,
    WEFT__AGENTSERVER_LIST_INTERACTIONS,
    WEFT__AGENTSERVER_REGISTER_EXECUTOR,
    WEFT__AGENTSERVER_LIST_EXECUTORS,
    WEFT__AGENTSERVER_REMOVE_EXECUTOR,
    WEFT__AGENTSERVER_LIST_BROWSERS,
    WEFT__AGENTSERVER_MINT_CODEX_TOKEN,
    WEFT__AGENTSERVER_LIST_CODEX_TOKENS,
    WEFT__AGENTSERVER_REVOKE_CODEX_TOKEN,
    WEFT__AGENTSERVER_LIST_BINDINGS,
    WEFT__AGENTSERVER_CREATE_BINDING,
    WEFT__AGENTSERVER_PATCH_BINDING,
    WEFT__AGENTSERVER_DELETE_BINDING,
    WEFT__AGENTSERVER_SET_DEFAULT_BINDING,
    WEFT__AGENTSERVER_COMPLETE_DEVICE_CODE,
    WEFT__AGENTSERVER_LIST_CHANNELS,
    WEFT__AGENTSERVER_PATCH_CHANNEL,
    WEFT__AGENTSERVER_DELETE_CHANNEL,
    WEFT__AGENTSERVER_WEIXIN_QR_START,
    WEFT__AGENTSERVER_WEIXIN_QR_WAIT,
    WEFT__AGENTSERVER_CONFIGURE_TELEGRAM,
    WEFT__AGENTSERVER_CONFIGURE_MATRIX,
    WEFT__AGENTSERVER_BIND_SANDBOX,
    WEFT__AGENTSERVER_UNBIND_SANDBOX,
    WEFT__AGENTSERVER_GET_LLM_CONFIG,
    WEFT__AGENTSERVER_PUT_LLM_CONFIG,
    WEFT__AGENTSERVER_DELETE_LLM_CONFIG,
    WEFT__AGENTSERVER_GET_LLM_QUOTA,
    WEFT__AGENTSERVER_CONNECT_MODELSERVER,
    WEFT__AGENTSERVER_DISCONNECT_MODELSERVER,
    WEFT__AGENTSERVER_MODELSERVER_STATUS,
    WEFT__AGENTSERVER_SANDBOX_USAGE,
    WEFT__AGENTSERVER_SANDBOX_TRACES,
    WEFT__AGENTSERVER_SANDBOX_TRACE,
    WEFT__AGENTSERVER_WORKSPACE_TRACES,
    WEFT__AGENTSERVER_WORKSPACE_TRACE,
    WEFT__AGENTSERVER_LIST_OPERATIONS,
    WEFT__AGENTSERVER_ADMIN_LIST_USERS,
    WEFT__AGENTSERVER_ADMIN_SET_USER_ROLE,
    WEFT__AGENTSERVER_ADMIN_LIST_WORKSPACES,
    WEFT__AGENTSERVER_ADMIN_LIST_SANDBOXES,
    WEFT__AGENTSERVER_ADMIN_GET_QUOTA_DEFAULTS,
    WEFT__AGENTSERVER_ADMIN_PUT_QUOTA_DEFAULTS,
    WEFT__AGENTSERVER_ADMIN_GET_USER_QUOTA,
    WEFT__AGENTSERVER_ADMIN_PUT_USER_QUOTA,
    WEFT__AGENTSERVER_ADMIN_DELETE_USER_QUOTA,
    WEFT__AGENTSERVER_ADMIN_GET_WORKSPACE_QUOTA,
    WEFT__AGENTSERVER_ADMIN_PUT_WORKSPACE_QUOTA,
    WEFT__AGENTSERVER_ADMIN_DELETE_WORKSPACE_QUOTA,
    WEFT__AGENTSERVER_ADMIN_GET_LLM_QUOTA,
    WEFT__AGENTSERVER_ADMIN_PUT_LLM_QUOTA,
    WEFT__AGENTSERVER_ADMIN_DELETE_LLM_QUOTA,
    WEFT__AGENTSERVER_CODEX_TURN,
    WEFT__AGENTSERVER_EXECUTOR_REGISTER,
    WEFT__AGENTSERVER_EXECUTOR_BIND,
    WEFT__AGENTSERVER_EXECUTOR_LIST,
    WEFT__AGENTSERVER_EXECUTOR_UNBIND,
    WEFT__AGENTSERVER_EXECUTOR_UNREGISTER,
    WEFT__AGENTSERVER_OPERATION_COUNT,
};

/* The blocks of credentials: of agentserver, and of the gateways, which have but one. */
enum {
    WEFT__AGENTSERVER_SESSION,   /* the cookie that a login gave */
    WEFT__AGENTSERVER_AGENT,     /* the token of an agent */
    WEFT__AGENTSERVER_OAUTH,     /* a token that goes with one call */
    WEFT__AGENTSERVER_ANONYMOUS, /* none */
};

/* What is kept with a client of agentserver, and of a gateway: see weft__client_set_text. */
enum { WEFT__AGENTSERVER_SESSION_TEXT, WEFT__AGENTSERVER_AGENT_TEXT };
enum { WEFT__GATEWAY_SECRET_TEXT };

extern const weft__operation weft__agentserver_operations[WEFT__AGENTSERVER_OPERATION_COUNT];
extern const weft__service weft__agentserver_service;
extern const weft__service weft__agentserver_codex_service;
extern const weft__service weft__agentserver_executor_service;

/* Credentials as header lines. */
void weft__agentserver_credentials(const weft_client *client, uint8_t credential, weft__buffer *out);
void weft__agentserver_gateway_credentials(const weft_client *client, uint8_t credential, weft__buffer *out);

/* Of failures: message and code by the contract's rules; and a session that is no longer good is dropped. */
void weft__agentserver_explain(weft__response *response);
/* Looking something up is repeated when the network or a proxy failed; nothing else ever is. */
bool weft__agentserver_may_retry(const weft__retry_case *failed);

/* Of successes: the session is kept and dropped, kinds of answers are told apart, and what is a failure is
 * made one. */
void weft__agentserver_inspect_login(weft__response *response);
void weft__agentserver_inspect_logout(weft__response *response);
void weft__agentserver_inspect_binding(weft__response *response);
void weft__agentserver_inspect_qr_wait(weft__response *response);
void weft__agentserver_inspect_connect_modelserver(weft__response *response);
void weft__agentserver_inspect_turn(weft__response *response);
void weft__agentserver_inspect_executors(weft__response *response);

/* The types of results, by the names of their callbacks. */
#define WEFT__AGENTSERVER_RESULTS(X)                                                                                   \
    X(agentserver_auth_register, weft_agentserver_auth_register_response)                                              \
    X(agentserver_admin_quota_defaults, weft_agentserver_admin_quota_defaults_response)                                \
    X(agentserver_admin_sandbox_list, weft_agentserver_admin_sandbox_list)                                             \
    X(agentserver_admin_user_list, weft_agentserver_admin_user_list)                                                   \
    X(agentserver_admin_user_quota, weft_agentserver_admin_user_quota_response)                                        \
    X(agentserver_admin_workspace_list, weft_agentserver_admin_workspace_list)                                         \
    X(agentserver_admin_workspace_quota, weft_agentserver_admin_workspace_quota_response)                              \
    X(agentserver_agent_card_item, weft_agentserver_agent_card_item)                                                   \
    X(agentserver_agent_card_list, weft_agentserver_agent_card_list)                                                   \
    X(agentserver_agent_card_register, weft_agentserver_agent_card_register_response)                                  \
    X(agentserver_agent_interaction_list, weft_agentserver_agent_interaction_list)                                     \
    X(agentserver_agent_mailbox_list, weft_agentserver_agent_mailbox_list)                                             \
    X(agentserver_agent_mailbox_send, weft_agentserver_agent_mailbox_send_response)                                    \
    X(agentserver_agent_register, weft_agentserver_agent_register_response)                                            \
    X(agentserver_agent_task_cancel, weft_agentserver_agent_task_cancel_response)                                      \
    X(agentserver_agent_task_create, weft_agentserver_agent_task_create_response)                                      \
    X(agentserver_agent_task_detail, weft_agentserver_agent_task_detail)                                               \
    X(agentserver_agent_task_list, weft_agentserver_agent_task_list)                                                   \
    X(agentserver_agent_task_poll_list, weft_agentserver_agent_task_poll_list)                                         \
    X(agentserver_api_key_scope_list, weft_agentserver_api_key_scope_list)                                             \
    X(agentserver_auth_me, weft_agentserver_auth_me_response)                                                          \
    X(agentserver_auth_status, weft_agentserver_auth_status_response)                                                  \
    X(agentserver_codex_browser_list, weft_agentserver_codex_browser_list)                                             \
    X(agentserver_codex_token_list, weft_agentserver_codex_token_list)                                                 \
    X(agentserver_codex_token_mint, weft_agentserver_codex_token_mint_response)                                        \
    X(agentserver_codex_turn, weft_agentserver_codex_turn_response)                                                    \
    X(agentserver_credential_binding_create, weft_agentserver_credential_binding_create_response)                      \
    X(agentserver_credential_binding_list, weft_agentserver_credential_binding_list)                                   \
    X(agentserver_executor_item_list, weft_agentserver_executor_item_list)                                             \
    X(agentserver_executor_register, weft_agentserver_executor_register_response)                                      \
    X(agentserver_im_channel_list, weft_agentserver_im_channel_list_response)                                          \
    X(agentserver_im_channel_patch, weft_agentserver_im_channel_patch_response)                                        \
    X(agentserver_im_matrix_configure, weft_agentserver_im_matrix_configure_response)                                  \
    X(agentserver_im_sandbox_bind, weft_agentserver_im_sandbox_bind_response)                                          \
    X(agentserver_im_sandbox_unbind, weft_agentserver_im_sandbox_unbind_response)                                      \
    X(agentserver_im_telegram_configure, weft_agentserver_im_telegram_configure_response)                              \
    X(agentserver_im_weixin_qr_start, weft_agentserver_im_weixin_qr_start_response)                                    \
    X(agentserver_im_weixin_qr_wait, weft_agentserver_im_weixin_qr_wait_response)                                      \
    X(agentserver_llm_config, weft_agentserver_llm_config_response)                                                    \
    X(agentserver_llm_config_upsert, weft_agentserver_llm_config_upsert_response)                                      \
    X(agentserver_llm_quota, weft_agentserver_llm_quota_response)                                                      \
    X(agentserver_model_server_status, weft_agentserver_model_server_status_response)                                  \
    X(agentserver_modelserver_connect, weft_agentserver_modelserver_connect)                                           \
    X(agentserver_register_executor, weft_agentserver_register_executor_response)                                      \
    X(agentserver_sandbox, weft_agentserver_sandbox)                                                                   \
    X(agentserver_sandbox_lifecycle_status, weft_agentserver_sandbox_lifecycle_status_response)                        \
    X(agentserver_sandbox_list, weft_agentserver_sandbox_list)                                                         \
    X(agentserver_sandbox_usage, weft_agentserver_sandbox_usage_response)                                              \
    X(agentserver_trace_detail, weft_agentserver_trace_detail_response)                                                \
    X(agentserver_trace_list, weft_agentserver_trace_list_response)                                                    \
    X(agentserver_workspace, weft_agentserver_workspace)                                                               \
    X(agentserver_workspace_api_key_list, weft_agentserver_workspace_api_key_list)                                     \
    X(agentserver_workspace_api_key_mint, weft_agentserver_workspace_api_key_mint_response)                            \
    X(agentserver_workspace_defaults, weft_agentserver_workspace_defaults_response)                                    \
    X(agentserver_workspace_list, weft_agentserver_workspace_list)                                                     \
    X(agentserver_workspace_member, weft_agentserver_workspace_member)                                                 \
    X(agentserver_workspace_member_list, weft_agentserver_workspace_member_list)                                       \
    X(agentserver_workspace_operations, weft_agentserver_workspace_operations_response)                                \
    X(agentserver_workspace_quota, weft_agentserver_workspace_quota_response)

WEFT__AGENTSERVER_RESULTS(WEFT__DECLARE_DELIVER)

#endif
