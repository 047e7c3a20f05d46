/* service/agentserver_operations.h - the operations of agentserver and its two gateways, and the hooks that
 * the table names. */
#ifndef WEFT_SERVICE_AGENTSERVER_OPERATIONS_H
#define WEFT_SERVICE_AGENTSERVER_OPERATIONS_H

#include "client/operation.h"
#include "weft/agentserver.h"

/* In the order of the contract; what the gateways answer comes last. */
enum {
    WEFT__AGENTSERVER_REGISTER_USER,
    WEFT__AGENTSERVER_LOG_IN,
    WEFT__AGENTSERVER_LOG_OUT,
    WEFT__AGENTSERVER_CHECK_SESSION,
    WEFT__AGENTSERVER_GET_ME,
    WEFT__AGENTSERVER_LIST_WORKSPACES,
    WEFT__AGENTSERVER_CREATE_WORKSPACE,
    WEFT__AGENTSERVER_GET_WORKSPACE_QUOTA,
    WEFT__AGENTSERVER_GET_WORKSPACE,
    WEFT__AGENTSERVER_RENAME_WORKSPACE,
    WEFT__AGENTSERVER_DELETE_WORKSPACE,
    WEFT__AGENTSERVER_GET_WORKSPACE_DEFAULTS,
    WEFT__AGENTSERVER_LIST_MEMBERS,
    WEFT__AGENTSERVER_ADD_MEMBER,
    WEFT__AGENTSERVER_SET_MEMBER_ROLE,
    WEFT__AGENTSERVER_REMOVE_MEMBER,
    WEFT__AGENTSERVER_LIST_API_KEY_SCOPES,
    WEFT__AGENTSERVER_LIST_API_KEYS,
    WEFT__AGENTSERVER_CREATE_API_KEY,
    WEFT__AGENTSERVER_REVOKE_API_KEY,
    WEFT__AGENTSERVER_LIST_SANDBOXES,
    WEFT__AGENTSERVER_CREATE_SANDBOX,
    WEFT__AGENTSERVER_GET_SANDBOX,
    WEFT__AGENTSERVER_RENAME_SANDBOX,
    WEFT__AGENTSERVER_DELETE_SANDBOX,
    WEFT__AGENTSERVER_PAUSE_SANDBOX,
    WEFT__AGENTSERVER_RESUME_SANDBOX,
    WEFT__AGENTSERVER_REGISTER_AGENT,
    WEFT__AGENTSERVER_REGISTER_AGENT_CARD,
    WEFT__AGENTSERVER_LIST_AGENT_CARDS_AS_AGENT,
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
    WEFT__AGENTSERVER_POLL_MESSAGES,
    WEFT__AGENTSERVER_LIST_INTERACTIONS,
    WEFT__AGENTSERVER_REGISTER_EXECUTOR,
    WEFT__AGENTSERVER_LIST_EXECUTORS,
    WEFT__AGENTSERVER_REMOVE_EXECUTOR,
    WEFT__AGENTSERVER_LIST_BROWSERS,
    WEFT__AGENTSERVER_CREATE_CODEX_TOKEN,
    WEFT__AGENTSERVER_LIST_CODEX_TOKENS,
    WEFT__AGENTSERVER_REVOKE_CODEX_TOKEN,
    WEFT__AGENTSERVER_LIST_CREDENTIALS,
    WEFT__AGENTSERVER_CREATE_CREDENTIAL,
    WEFT__AGENTSERVER_RENAME_CREDENTIAL,
    WEFT__AGENTSERVER_DELETE_CREDENTIAL,
    WEFT__AGENTSERVER_SET_DEFAULT_CREDENTIAL,
    WEFT__AGENTSERVER_COMPLETE_DEVICE_CODE,
    WEFT__AGENTSERVER_LIST_CHANNELS,
    WEFT__AGENTSERVER_UPDATE_CHANNEL,
    WEFT__AGENTSERVER_DELETE_CHANNEL,
    WEFT__AGENTSERVER_START_WEIXIN_LOGIN,
    WEFT__AGENTSERVER_POLL_WEIXIN_LOGIN,
    WEFT__AGENTSERVER_CONFIGURE_TELEGRAM,
    WEFT__AGENTSERVER_CONFIGURE_MATRIX,
    WEFT__AGENTSERVER_BIND_SANDBOX,
    WEFT__AGENTSERVER_UNBIND_SANDBOX,
    WEFT__AGENTSERVER_GET_LLM_CONFIG,
    WEFT__AGENTSERVER_SET_LLM_CONFIG,
    WEFT__AGENTSERVER_DELETE_LLM_CONFIG,
    WEFT__AGENTSERVER_GET_LLM_QUOTA,
    WEFT__AGENTSERVER_CONNECT_MODELSERVER,
    WEFT__AGENTSERVER_DISCONNECT_MODELSERVER,
    WEFT__AGENTSERVER_GET_MODELSERVER_STATUS,
    WEFT__AGENTSERVER_LIST_SANDBOX_USAGE,
    WEFT__AGENTSERVER_LIST_SANDBOX_TRACES,
    WEFT__AGENTSERVER_GET_SANDBOX_TRACE,
    WEFT__AGENTSERVER_LIST_WORKSPACE_TRACES,
    WEFT__AGENTSERVER_GET_WORKSPACE_TRACE,
    WEFT__AGENTSERVER_LIST_OPERATIONS,
    WEFT__AGENTSERVER_ADMIN_LIST_USERS,
    WEFT__AGENTSERVER_ADMIN_SET_USER_ROLE,
    WEFT__AGENTSERVER_ADMIN_LIST_WORKSPACES,
    WEFT__AGENTSERVER_ADMIN_LIST_SANDBOXES,
    WEFT__AGENTSERVER_ADMIN_GET_QUOTA_DEFAULTS,
    WEFT__AGENTSERVER_ADMIN_SET_QUOTA_DEFAULTS,
    WEFT__AGENTSERVER_ADMIN_GET_USER_QUOTA,
    WEFT__AGENTSERVER_ADMIN_SET_USER_QUOTA,
    WEFT__AGENTSERVER_ADMIN_DELETE_USER_QUOTA,
    WEFT__AGENTSERVER_ADMIN_GET_WORKSPACE_QUOTA,
    WEFT__AGENTSERVER_ADMIN_SET_WORKSPACE_QUOTA,
    WEFT__AGENTSERVER_ADMIN_DELETE_WORKSPACE_QUOTA,
    WEFT__AGENTSERVER_ADMIN_GET_LLM_QUOTA,
    WEFT__AGENTSERVER_ADMIN_SET_LLM_QUOTA,
    WEFT__AGENTSERVER_ADMIN_DELETE_LLM_QUOTA,
    WEFT__AGENTSERVER_GATEWAY_RUN_TURN,
    WEFT__AGENTSERVER_GATEWAY_REGISTER_EXECUTOR,
    WEFT__AGENTSERVER_GATEWAY_BIND_EXECUTOR,
    WEFT__AGENTSERVER_GATEWAY_LIST_EXECUTORS,
    WEFT__AGENTSERVER_GATEWAY_UNBIND_EXECUTOR,
    WEFT__AGENTSERVER_GATEWAY_UNREGISTER_EXECUTOR,
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

/* What the arguments of an operation lack: weft__operation.check. */
#define WEFT__AGENTSERVER_OBJECTION(what)                                                                              \
    const char *weft__agentserver_objection_to_##what(weft_client *client, const weft__invocation *invocation,         \
                                                      weft_code *code);
WEFT__AGENTSERVER_OBJECTION(oauth_token)
WEFT__AGENTSERVER_OBJECTION(status)
WEFT__AGENTSERVER_OBJECTION(codex_tokens)
WEFT__AGENTSERVER_OBJECTION(turn)
WEFT__AGENTSERVER_OBJECTION(user)
WEFT__AGENTSERVER_OBJECTION(no_user)

/* The limit of a turn, by what its request allows the server. */
uint32_t weft__agentserver_gateway_turn_deadline(const void *request);

extern const weft__operation weft__agentserver_operations[WEFT__AGENTSERVER_OPERATION_COUNT];
extern const weft__service weft__agentserver_service;
extern const weft__service weft__agentserver_codex_gateway_service;
extern const weft__service weft__agentserver_executor_gateway_service;

/* Credentials as header lines. */
void weft__agentserver_credentials(const weft_client *client, uint8_t credential, weft__buffer *out);
void weft__agentserver_gateway_credentials(const weft_client *client, uint8_t credential, weft__buffer *out);

/* Of failures: message and code by the contract's rules; and a session that is no longer good is dropped. */
void weft__agentserver_explain(weft__response *response);
/* Looking something up is repeated when the network or a proxy failed; nothing else ever is. */
bool weft__agentserver_may_retry(const weft__retry_case *failed);

/* Of successes: the session is kept and dropped, kinds of answers are told apart, and what is a failure is
 * made one. */
void weft__agentserver_inspect_log_in(weft__response *response);
void weft__agentserver_inspect_log_out(weft__response *response);
void weft__agentserver_inspect_credential(weft__response *response);
void weft__agentserver_inspect_weixin_login(weft__response *response);
void weft__agentserver_inspect_connect_modelserver(weft__response *response);
void weft__agentserver_inspect_turn(weft__response *response);
void weft__agentserver_inspect_executors(weft__response *response);

/* The types of results, by the names of their callbacks. */
#define WEFT__AGENTSERVER_RESULTS(X)                                                                                   \
    X(agentserver_admin_quota_defaults, weft_agentserver_admin_quota_defaults)                                         \
    X(agentserver_admin_sandbox_list, weft_agentserver_admin_sandbox_list)                                             \
    X(agentserver_admin_user_list, weft_agentserver_admin_user_list)                                                   \
    X(agentserver_admin_user_quota, weft_agentserver_admin_user_quota)                                                 \
    X(agentserver_admin_workspace_list, weft_agentserver_admin_workspace_list)                                         \
    X(agentserver_admin_workspace_quota, weft_agentserver_admin_workspace_quota)                                       \
    X(agentserver_agent_card, weft_agentserver_agent_card)                                                             \
    X(agentserver_agent_card_list, weft_agentserver_agent_card_list)                                                   \
    X(agentserver_api_key_list, weft_agentserver_api_key_list)                                                         \
    X(agentserver_api_key_scope_list, weft_agentserver_api_key_scope_list)                                             \
    X(agentserver_assigned_task_list, weft_agentserver_assigned_task_list)                                             \
    X(agentserver_bind_sandbox, weft_agentserver_bind_sandbox_response)                                                \
    X(agentserver_browser_list, weft_agentserver_browser_list)                                                         \
    X(agentserver_cancel_task, weft_agentserver_cancel_task_response)                                                  \
    X(agentserver_channel_list, weft_agentserver_channel_list)                                                         \
    X(agentserver_codex_token_list, weft_agentserver_codex_token_list)                                                 \
    X(agentserver_configure_matrix, weft_agentserver_configure_matrix_response)                                        \
    X(agentserver_configure_telegram, weft_agentserver_configure_telegram_response)                                    \
    X(agentserver_connect_modelserver, weft_agentserver_connect_modelserver_response)                                  \
    X(agentserver_create_api_key, weft_agentserver_create_api_key_response)                                            \
    X(agentserver_create_codex_token, weft_agentserver_create_codex_token_response)                                    \
    X(agentserver_create_credential, weft_agentserver_create_credential_response)                                      \
    X(agentserver_create_task, weft_agentserver_create_task_response)                                                  \
    X(agentserver_credential_list, weft_agentserver_credential_list)                                                   \
    X(agentserver_executor_list, weft_agentserver_executor_list)                                                       \
    X(agentserver_gateway_register_executor, weft_agentserver_gateway_register_executor_response)                      \
    X(agentserver_gateway_run_turn, weft_agentserver_gateway_run_turn_response)                                        \
    X(agentserver_interaction_list, weft_agentserver_interaction_list)                                                 \
    X(agentserver_llm_config, weft_agentserver_llm_config)                                                             \
    X(agentserver_llm_quota, weft_agentserver_llm_quota)                                                               \
    X(agentserver_member, weft_agentserver_member)                                                                     \
    X(agentserver_member_list, weft_agentserver_member_list)                                                           \
    X(agentserver_message_list, weft_agentserver_message_list)                                                         \
    X(agentserver_modelserver_status, weft_agentserver_modelserver_status)                                             \
    X(agentserver_operation_list, weft_agentserver_operation_list)                                                     \
    X(agentserver_register_agent, weft_agentserver_register_agent_response)                                            \
    X(agentserver_register_agent_card, weft_agentserver_register_agent_card_response)                                  \
    X(agentserver_register_executor, weft_agentserver_register_executor_response)                                      \
    X(agentserver_register_user, weft_agentserver_register_user_response)                                              \
    X(agentserver_sandbox, weft_agentserver_sandbox)                                                                   \
    X(agentserver_sandbox_list, weft_agentserver_sandbox_list)                                                         \
    X(agentserver_sandbox_status, weft_agentserver_sandbox_status)                                                     \
    X(agentserver_sandbox_usage_list, weft_agentserver_sandbox_usage_list)                                             \
    X(agentserver_send_message, weft_agentserver_send_message_response)                                                \
    X(agentserver_session_status, weft_agentserver_session_status)                                                     \
    X(agentserver_set_llm_config, weft_agentserver_set_llm_config_response)                                            \
    X(agentserver_start_weixin_login, weft_agentserver_start_weixin_login_response)                                    \
    X(agentserver_task, weft_agentserver_task)                                                                         \
    X(agentserver_task_list, weft_agentserver_task_list)                                                               \
    X(agentserver_trace_list, weft_agentserver_trace_list)                                                             \
    X(agentserver_trace_with_requests, weft_agentserver_trace_with_requests)                                           \
    X(agentserver_unbind_sandbox, weft_agentserver_unbind_sandbox_response)                                            \
    X(agentserver_update_channel, weft_agentserver_update_channel_response)                                            \
    X(agentserver_user, weft_agentserver_user)                                                                         \
    X(agentserver_weixin_login, weft_agentserver_weixin_login)                                                         \
    X(agentserver_workspace, weft_agentserver_workspace)                                                               \
    X(agentserver_workspace_defaults, weft_agentserver_workspace_defaults)                                             \
    X(agentserver_workspace_list, weft_agentserver_workspace_list)                                                     \
    X(agentserver_workspace_quota, weft_agentserver_workspace_quota)

WEFT__AGENTSERVER_RESULTS(WEFT__DECLARE_DELIVER)

#endif
