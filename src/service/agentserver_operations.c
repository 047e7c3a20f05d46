/* What agentserver and its gateways can be asked. */
#include "service/agentserver_operations.h"

#include "service/agentserver_types.h"

/* One line of the contract's table, by the name of its function; the label is for messages, after "cannot". */
#define SEED(n, m, p, l) .name = (n), .method = (m), .path = (p), .label = (l), .seed = true

#define FLAGS(f) .flags = (f)
#define REQUEST(type) .request = &weft__agentserver_##type##_type
#define RESULT(type) .response = &weft__agentserver_##type##_type
#define NEEDS(member) .needs = #member
#define LIST(type) RESULT(type) /* the answer is an array of them */
#define QUERY(type) .query = &weft__agentserver_##type##_query_type
#define CHECK(what) .check = weft__agentserver_objection_to_##what
#define INSPECT(hook) .inspect = weft__agentserver_inspect_##hook

/* Credentials other than the session; see agentserver_operations.h. */
#define AS_AGENT .credential = WEFT__AGENTSERVER_AGENT
#define WITH_OAUTH                                                                                                     \
    .credential = WEFT__AGENTSERVER_OAUTH, WEFT__RARE(.header = "Authorization", .header_scheme = "Bearer "),          \
    CHECK(oauth_token)
#define FOR_USER WEFT__RARE(.header = "X-User-Id"), CHECK(user) /* the one who acts, or nobody */
#define ANONYMOUS .credential = WEFT__AGENTSERVER_ANONYMOUS

/* Half a minute is for what the server does by itself. It asks others in turn for the rest: the gateway of executors,
 * with ten seconds for each of up to three steps, an issuer of tokens, a messenger; what is deleted takes its
 * containers along; and the wait for a scanned code is held open for up to 40 s. */
static const weft_timeouts asks_others = {.connect_ms = 10000, .total_ms = 60000};
static const weft_timeouts takes_down = {.connect_ms = 10000, .total_ms = 2 * 60000};
static const weft_timeouts is_held = {.connect_ms = 10000, .total_ms = 60000};

#define TELLS(name) .deliver = weft__deliver_##name

WEFT__AGENTSERVER_RESULTS(WEFT__DEFINE_DELIVER)

/* clang-format off */
const weft__operation weft__agentserver_operations[WEFT__AGENTSERVER_OPERATION_COUNT] = {
    /* Accounts */
    [WEFT__AGENTSERVER_REGISTER_USER] = {
        SEED("RegisterUser", "POST", "/api/auth/register", "register the user"),
        TELLS(agentserver_register_user),
        REQUEST(log_in_request), RESULT(register_user_response), FLAGS(WEFT__OP_SECRET), ANONYMOUS,
    },
    [WEFT__AGENTSERVER_LOG_IN] = {
        SEED("LogIn", "POST", "/api/auth/login", "log in"),
        TELLS(agentserver_session_status),
        REQUEST(log_in_request), RESULT(session_status), FLAGS(WEFT__OP_SECRET), ANONYMOUS, INSPECT(log_in),
    },
    [WEFT__AGENTSERVER_LOG_OUT] = {
        SEED("LogOut", "POST", "/api/auth/logout", "log out"),
        TELLS(agentserver_session_status),
        RESULT(session_status), ANONYMOUS, INSPECT(log_out),
    },
    [WEFT__AGENTSERVER_CHECK_SESSION] = {
        SEED("CheckSession", "GET", "/api/auth/check", "check the session"),
        TELLS(agentserver_session_status),
        RESULT(session_status), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_GET_ME] = {
        SEED("GetMe", "GET", "/api/auth/me", "get the user"),
        TELLS(agentserver_user),
        RESULT(user), FLAGS(WEFT__OP_REPEATABLE),
    },
    /* Workspaces */
    [WEFT__AGENTSERVER_LIST_WORKSPACES] = {
        SEED("ListWorkspaces", "GET", "/api/workspaces", "list the workspaces"),
        TELLS(agentserver_workspace_list),
        LIST(workspace), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_CREATE_WORKSPACE] = {
        SEED("CreateWorkspace", "POST", "/api/workspaces", "create the workspace"),
        TELLS(agentserver_workspace),
        REQUEST(create_workspace_request), RESULT(workspace), NEEDS(id),
    },
    [WEFT__AGENTSERVER_GET_WORKSPACE_QUOTA] = {
        SEED("GetWorkspaceQuota", "GET", "/api/workspaces/quota", "get the workspace quota"),
        TELLS(agentserver_workspace_quota),
        RESULT(workspace_quota), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_GET_WORKSPACE] = {
        SEED("GetWorkspace", "GET", "/api/workspaces/{id}", "get the workspace"),
        TELLS(agentserver_workspace),
        RESULT(workspace), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_RENAME_WORKSPACE] = {
        SEED("RenameWorkspace", "PATCH", "/api/workspaces/{id}", "rename the workspace"),
        TELLS(agentserver_workspace),
        REQUEST(rename_workspace_request), RESULT(workspace),
    },
    [WEFT__AGENTSERVER_DELETE_WORKSPACE] = {
        SEED("DeleteWorkspace", "DELETE", "/api/workspaces/{id}", "delete the workspace"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
        .timeouts = &takes_down,
    },
    [WEFT__AGENTSERVER_GET_WORKSPACE_DEFAULTS] = {
        SEED("GetWorkspaceDefaults", "GET", "/api/workspaces/{wid}/defaults", "get the workspace's defaults"),
        TELLS(agentserver_workspace_defaults),
        RESULT(workspace_defaults), FLAGS(WEFT__OP_REPEATABLE),
    },
    /* Members */
    [WEFT__AGENTSERVER_LIST_MEMBERS] = {
        SEED("ListMembers", "GET", "/api/workspaces/{id}/members", "list the members"),
        TELLS(agentserver_member_list),
        LIST(member), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_ADD_MEMBER] = {
        SEED("AddMember", "POST", "/api/workspaces/{id}/members", "add the member"),
        TELLS(agentserver_member),
        REQUEST(add_member_request), RESULT(member),
    },
    [WEFT__AGENTSERVER_SET_MEMBER_ROLE] = {
        SEED("SetMemberRole", "PUT", "/api/workspaces/{id}/members/{userId}",
             "change the member's role"),
        TELLS(done),
        REQUEST(set_member_role_request), FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_REMOVE_MEMBER] = {
        SEED("RemoveMember", "DELETE", "/api/workspaces/{id}/members/{userId}", "remove the member"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
    },
    /* Workspace API keys */
    [WEFT__AGENTSERVER_LIST_API_KEY_SCOPES] = {
        SEED("ListApiKeyScopes", "GET", "/api/workspaces/{wid}/api-keys/scopes", "list the scopes of keys"),
        TELLS(agentserver_api_key_scope_list),
        LIST(api_key_scope), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_LIST_API_KEYS] = {
        SEED("ListApiKeys", "GET", "/api/workspaces/{wid}/api-keys", "list the keys"),
        TELLS(agentserver_api_key_list),
        LIST(api_key), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_CREATE_API_KEY] = {
        SEED("CreateApiKey", "POST", "/api/workspaces/{wid}/api-keys", "mint the key"),
        TELLS(agentserver_create_api_key),
        REQUEST(create_api_key_request), RESULT(create_api_key_response), NEEDS(secret),
        FLAGS(WEFT__OP_SECRET),
    },
    [WEFT__AGENTSERVER_REVOKE_API_KEY] = {
        SEED("RevokeApiKey", "DELETE", "/api/workspaces/{wid}/api-keys/{id}", "revoke the key"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
    },
    /* Sandboxes */
    [WEFT__AGENTSERVER_LIST_SANDBOXES] = {
        SEED("ListSandboxes", "GET", "/api/workspaces/{wid}/sandboxes", "list the sandboxes"),
        TELLS(agentserver_sandbox_list),
        LIST(sandbox), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST | WEFT__OP_SECRET),
    },
    [WEFT__AGENTSERVER_CREATE_SANDBOX] = {
        SEED("CreateSandbox", "POST", "/api/workspaces/{wid}/sandboxes", "create the sandbox"),
        TELLS(agentserver_sandbox),
        REQUEST(create_sandbox_request), RESULT(sandbox), NEEDS(id), FLAGS(WEFT__OP_SECRET),
        .timeouts = &asks_others,
    },
    [WEFT__AGENTSERVER_GET_SANDBOX] = {
        SEED("GetSandbox", "GET", "/api/sandboxes/{id}", "get the sandbox"),
        TELLS(agentserver_sandbox),
        RESULT(sandbox), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_SECRET),
    },
    [WEFT__AGENTSERVER_RENAME_SANDBOX] = {
        SEED("RenameSandbox", "PATCH", "/api/sandboxes/{id}", "rename the sandbox"),
        TELLS(agentserver_sandbox),
        REQUEST(rename_sandbox_request), RESULT(sandbox), FLAGS(WEFT__OP_SECRET),
    },
    [WEFT__AGENTSERVER_DELETE_SANDBOX] = {
        SEED("DeleteSandbox", "DELETE", "/api/sandboxes/{id}", "delete the sandbox"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
        .timeouts = &takes_down,
    },
    [WEFT__AGENTSERVER_PAUSE_SANDBOX] = {
        SEED("PauseSandbox", "POST", "/api/sandboxes/{id}/pause", "pause the sandbox"),
        TELLS(agentserver_sandbox_status),
        RESULT(sandbox_status),
    },
    [WEFT__AGENTSERVER_RESUME_SANDBOX] = {
        SEED("ResumeSandbox", "POST", "/api/sandboxes/{id}/resume", "resume the sandbox"),
        TELLS(agentserver_sandbox_status),
        RESULT(sandbox_status),
    },
    /* Agents */
    [WEFT__AGENTSERVER_REGISTER_AGENT] = {
        SEED("RegisterAgent", "POST", "/api/agent/register", "register the agent"),
        TELLS(agentserver_register_agent),
        REQUEST(register_agent_request), RESULT(register_agent_response), NEEDS(sandbox_id),
        FLAGS(WEFT__OP_SECRET), WITH_OAUTH,
    },
    [WEFT__AGENTSERVER_REGISTER_AGENT_CARD] = {
        SEED("RegisterAgentCard", "POST", "/api/agent/discovery/cards", "publish the agent's card"),
        TELLS(agentserver_register_agent_card),
        REQUEST(register_agent_card_request), RESULT(register_agent_card_response), AS_AGENT,
    },
    [WEFT__AGENTSERVER_LIST_AGENT_CARDS_AS_AGENT] = {
        SEED("ListAgentCardsAsAgent", "GET", "/api/agent/discovery/agents", "discover agents"),
        TELLS(agentserver_agent_card_list),
        LIST(agent_card), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST), AS_AGENT,
    },
    [WEFT__AGENTSERVER_LIST_AGENT_CARDS] = {
        SEED("ListAgentCards", "GET", "/api/workspaces/{wid}/agents", "list the agents"),
        TELLS(agentserver_agent_card_list),
        LIST(agent_card), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_GET_AGENT_CARD] = {
        SEED("GetAgentCard", "GET", "/api/agents/{sandboxId}", "get the agent"),
        TELLS(agentserver_agent_card),
        RESULT(agent_card), FLAGS(WEFT__OP_REPEATABLE),
    },
    /* Tasks */
    [WEFT__AGENTSERVER_CREATE_TASK] = {
        SEED("CreateTask", "POST", "/api/workspaces/{wid}/tasks", "create the task"),
        TELLS(agentserver_create_task),
        REQUEST(create_task_request), RESULT(create_task_response), NEEDS(task_id),
    },
    [WEFT__AGENTSERVER_CREATE_TASK_AS_AGENT] = {
        SEED("CreateTaskAsAgent", "POST", "/api/agent/tasks", "create the task"),
        TELLS(agentserver_create_task),
        REQUEST(create_task_request), RESULT(create_task_response), NEEDS(task_id), AS_AGENT,
    },
    [WEFT__AGENTSERVER_LIST_TASKS] = {
        SEED("ListTasks", "GET", "/api/workspaces/{wid}/tasks", "list the tasks"),
        TELLS(agentserver_task_list),
        LIST(task), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_GET_TASK] = {
        SEED("GetTask", "GET", "/api/tasks/{id}", "get the task"),
        TELLS(agentserver_task),
        RESULT(task), FLAGS(WEFT__OP_REPEATABLE),
        QUERY(task),
    },
    [WEFT__AGENTSERVER_GET_TASK_AS_AGENT] = {
        SEED("GetTaskAsAgent", "GET", "/api/agent/tasks/{id}", "get the task"),
        TELLS(agentserver_task),
        RESULT(task), FLAGS(WEFT__OP_REPEATABLE), AS_AGENT,
        QUERY(task),
    },
    [WEFT__AGENTSERVER_POLL_TASKS] = {
        SEED("PollTasks", "GET", "/api/agent/tasks/poll", "poll for tasks"),
        TELLS(agentserver_assigned_task_list),
        LIST(assigned_task), FLAGS(WEFT__OP_LIST), AS_AGENT,
        QUERY(poll_tasks),
    },
    [WEFT__AGENTSERVER_UPDATE_TASK_STATUS] = {
        SEED("UpdateTaskStatus", "PUT", "/api/agent/tasks/{id}/status", "report on the task"),
        TELLS(done),
        REQUEST(update_task_status_request), FLAGS(WEFT__OP_NO_RESULT), AS_AGENT,
        CHECK(status),
    },
    [WEFT__AGENTSERVER_CANCEL_TASK] = {
        SEED("CancelTask", "POST", "/api/tasks/{id}/cancel", "cancel the task"),
        TELLS(agentserver_cancel_task),
        RESULT(cancel_task_response),
    },
    /* Messages between agents */
    [WEFT__AGENTSERVER_SEND_MESSAGE] = {
        SEED("SendMessage", "POST", "/api/agent/mailbox/send", "send the message"),
        TELLS(agentserver_send_message),
        REQUEST(send_message_request), RESULT(send_message_response), AS_AGENT,
    },
    [WEFT__AGENTSERVER_POLL_MESSAGES] = {
        SEED("PollMessages", "GET", "/api/agent/mailbox/inbox", "read the inbox"),
        TELLS(agentserver_message_list),
        LIST(message), FLAGS(WEFT__OP_LIST), AS_AGENT,
        QUERY(inbox),
    },
    [WEFT__AGENTSERVER_LIST_INTERACTIONS] = {
        SEED("ListInteractions", "GET", "/api/workspaces/{wid}/agent-interactions", "list the interactions"),
        TELLS(agentserver_interaction_list),
        LIST(interaction), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
        QUERY(interactions),
    },
    /* Executors, browsers, codex tokens */
    [WEFT__AGENTSERVER_REGISTER_EXECUTOR] = {
        SEED("RegisterExecutor", "POST", "/api/workspaces/{wid}/executors", "register the executor"),
        TELLS(agentserver_register_executor),
        REQUEST(register_executor_request), RESULT(register_executor_response), NEEDS(exe_id), FLAGS(WEFT__OP_SECRET),
        .timeouts = &asks_others,
    },
    [WEFT__AGENTSERVER_LIST_EXECUTORS] = {
        SEED("ListExecutors", "GET", "/api/workspaces/{wid}/executors", "list the executors"),
        TELLS(agentserver_executor_list),
        LIST(executor), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_REMOVE_EXECUTOR] = {
        SEED("RemoveExecutor", "DELETE", "/api/workspaces/{wid}/executors/{exe_id}", "remove the executor"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
        .timeouts = &asks_others,
    },
    [WEFT__AGENTSERVER_LIST_BROWSERS] = {
        SEED("ListBrowsers", "GET", "/api/workspaces/{wid}/browsers", "list the browser sessions"),
        TELLS(agentserver_browser_list),
        LIST(browser), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_CREATE_CODEX_TOKEN] = {
        SEED("CreateCodexToken", "POST", "/api/codex/tokens", "mint the codex token"),
        TELLS(agentserver_create_codex_token),
        REQUEST(create_codex_token_request), RESULT(create_codex_token_response), NEEDS(token), FLAGS(WEFT__OP_SECRET),
    },
    [WEFT__AGENTSERVER_LIST_CODEX_TOKENS] = {
        SEED("ListCodexTokens", "GET", "/api/codex/tokens", "list the codex tokens"),
        TELLS(agentserver_codex_token_list),
        LIST(codex_token), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
        QUERY(codex_tokens), CHECK(codex_tokens),
    },
    [WEFT__AGENTSERVER_REVOKE_CODEX_TOKEN] = {
        SEED("RevokeCodexToken", "DELETE", "/api/codex/tokens/{id}", "revoke the codex token"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
    },
    /* Credentials */
    [WEFT__AGENTSERVER_LIST_CREDENTIALS] = {
        SEED("ListCredentials", "GET", "/api/workspaces/{id}/credentials/{kind}", "list the credentials"),
        TELLS(agentserver_credential_list),
        LIST(credential), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_CREATE_CREDENTIAL] = {
        SEED("CreateCredential", "POST", "/api/workspaces/{id}/credentials/{kind}", "create the credential"),
        TELLS(agentserver_create_credential),
        REQUEST(create_credential_request), RESULT(create_credential_response), FLAGS(WEFT__OP_SECRET),
        INSPECT(credential),
        .timeouts = &asks_others,
    },
    [WEFT__AGENTSERVER_RENAME_CREDENTIAL] = {
        SEED("RenameCredential", "PATCH", "/api/workspaces/{id}/credentials/{kind}/{bindingId}",
             "rename the credential"),
        TELLS(done),
        REQUEST(rename_credential_request), FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_DELETE_CREDENTIAL] = {
        SEED("DeleteCredential", "DELETE", "/api/workspaces/{id}/credentials/{kind}/{bindingId}",
             "delete the credential"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_SET_DEFAULT_CREDENTIAL] = {
        SEED("SetDefaultCredential", "POST", "/api/workspaces/{id}/credentials/{kind}/{bindingId}/set-default",
             "set the default credential"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_COMPLETE_DEVICE_CODE] = {
        SEED("CompleteDeviceCode", "POST", "/api/workspaces/{id}/credentials/{kind}/{bindingId}/device-complete",
             "complete the device code"),
        TELLS(agentserver_create_credential),
        RESULT(create_credential_response), INSPECT(credential),
    },
    /* Messengers */
    [WEFT__AGENTSERVER_LIST_CHANNELS] = {
        SEED("ListChannels", "GET", "/api/workspaces/{id}/im/channels", "list the channels"),
        TELLS(agentserver_channel_list),
        RESULT(channel_list), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_UPDATE_CHANNEL] = {
        SEED("UpdateChannel", "PATCH", "/api/workspaces/{id}/im/channels/{channelId}", "change the channel"),
        TELLS(agentserver_update_channel),
        REQUEST(update_channel_request), RESULT(update_channel_response),
    },
    [WEFT__AGENTSERVER_DELETE_CHANNEL] = {
        SEED("DeleteChannel", "DELETE", "/api/workspaces/{id}/im/channels/{channelId}",
             "delete the channel"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_START_WEIXIN_LOGIN] = {
        SEED("StartWeixinLogin", "POST", "/api/workspaces/{id}/im/weixin/qr-start", "start the WeChat login"),
        TELLS(agentserver_start_weixin_login),
        RESULT(start_weixin_login_response),
        .timeouts = &asks_others,
    },
    [WEFT__AGENTSERVER_POLL_WEIXIN_LOGIN] = {
        SEED("PollWeixinLogin", "POST", "/api/workspaces/{id}/im/weixin/qr-wait", "wait for the WeChat login"),
        TELLS(agentserver_weixin_login),
        RESULT(weixin_login), INSPECT(weixin_login),
        .timeouts = &is_held,
    },
    [WEFT__AGENTSERVER_CONFIGURE_TELEGRAM] = {
        SEED("ConfigureTelegram", "POST", "/api/workspaces/{id}/im/telegram/configure",
             "configure Telegram"),
        TELLS(agentserver_configure_telegram),
        REQUEST(configure_telegram_request), RESULT(configure_telegram_response), FLAGS(WEFT__OP_SECRET),
        .timeouts = &asks_others,
    },
    [WEFT__AGENTSERVER_CONFIGURE_MATRIX] = {
        SEED("ConfigureMatrix", "POST", "/api/workspaces/{id}/im/matrix/configure", "configure Matrix"),
        TELLS(agentserver_configure_matrix),
        REQUEST(configure_matrix_request), RESULT(configure_matrix_response), FLAGS(WEFT__OP_SECRET),
        .timeouts = &asks_others,
    },
    [WEFT__AGENTSERVER_BIND_SANDBOX] = {
        SEED("BindSandbox", "POST", "/api/sandboxes/{id}/im/bind",
             "bind the sandbox to the channel"),
        TELLS(agentserver_bind_sandbox),
        REQUEST(bind_sandbox_request), RESULT(bind_sandbox_response),
    },
    [WEFT__AGENTSERVER_UNBIND_SANDBOX] = {
        SEED("UnbindSandbox", "DELETE", "/api/sandboxes/{id}/im/bind", "unbind the sandbox"),
        TELLS(agentserver_unbind_sandbox),
        RESULT(unbind_sandbox_response),
    },
    /* Language models */
    [WEFT__AGENTSERVER_GET_LLM_CONFIG] = {
        SEED("GetLlmConfig", "GET", "/api/workspaces/{id}/llm-config", "get the LLM configuration"),
        TELLS(agentserver_llm_config),
        RESULT(llm_config), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_SET_LLM_CONFIG] = {
        SEED("SetLlmConfig", "PUT", "/api/workspaces/{id}/llm-config", "set the LLM configuration"),
        TELLS(agentserver_set_llm_config),
        REQUEST(set_llm_config_request), RESULT(set_llm_config_response), FLAGS(WEFT__OP_SECRET),
    },
    [WEFT__AGENTSERVER_DELETE_LLM_CONFIG] = {
        SEED("DeleteLlmConfig", "DELETE", "/api/workspaces/{id}/llm-config",
             "delete the LLM configuration"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_GET_LLM_QUOTA] = {
        SEED("GetLlmQuota", "GET", "/api/workspaces/{id}/llm-quota", "get the LLM quota"),
        TELLS(agentserver_llm_quota),
        RESULT(llm_quota), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_CONNECT_MODELSERVER] = {
        SEED("ConnectModelserver", "GET", "/api/workspaces/{id}/modelserver/connect", "connect ModelServer"),
        TELLS(agentserver_connect_modelserver),
        FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_NO_RESULT | WEFT__OP_REDIRECT_OK | WEFT__OP_SECRET),
        INSPECT(connect_modelserver),
    },
    [WEFT__AGENTSERVER_DISCONNECT_MODELSERVER] = {
        SEED("DisconnectModelserver", "DELETE", "/api/workspaces/{id}/modelserver/disconnect",
             "disconnect ModelServer"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_GET_MODELSERVER_STATUS] = {
        SEED("GetModelserverStatus", "GET", "/api/workspaces/{id}/modelserver/status",
             "get ModelServer's status"),
        TELLS(agentserver_modelserver_status),
        RESULT(modelserver_status), FLAGS(WEFT__OP_REPEATABLE),
    },
    /* Usage, traces, operations */
    [WEFT__AGENTSERVER_LIST_SANDBOX_USAGE] = {
        SEED("ListSandboxUsage", "GET", "/api/sandboxes/{id}/usage", "get the sandbox's usage"),
        TELLS(agentserver_sandbox_usage_list),
        RESULT(sandbox_usage_list), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_LIST_SANDBOX_TRACES] = {
        SEED("ListSandboxTraces", "GET", "/api/sandboxes/{id}/traces", "list the sandbox's traces"),
        TELLS(agentserver_trace_list),
        RESULT(trace_list), FLAGS(WEFT__OP_REPEATABLE),
        QUERY(sandbox_traces),
    },
    [WEFT__AGENTSERVER_GET_SANDBOX_TRACE] = {
        SEED("GetSandboxTrace", "GET", "/api/sandboxes/{id}/traces/{traceId}", "get the trace"),
        TELLS(agentserver_trace_with_requests),
        RESULT(trace_with_requests), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_LIST_WORKSPACE_TRACES] = {
        SEED("ListWorkspaceTraces", "GET", "/api/workspaces/{wid}/traces", "list the workspace's traces"),
        TELLS(agentserver_trace_list),
        RESULT(trace_list), FLAGS(WEFT__OP_REPEATABLE),
        QUERY(workspace_traces),
    },
    [WEFT__AGENTSERVER_GET_WORKSPACE_TRACE] = {
        SEED("GetWorkspaceTrace", "GET", "/api/workspaces/{wid}/traces/{traceId}", "get the trace"),
        TELLS(agentserver_trace_with_requests),
        RESULT(trace_with_requests), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_LIST_OPERATIONS] = { /* the contract has {id}, which is a parameter of the query, too */
        SEED("ListOperations", "GET", "/api/workspaces/{wid}/operations", "list the operations"),
        TELLS(agentserver_operation_list),
        RESULT(operation_list), FLAGS(WEFT__OP_REPEATABLE),
        QUERY(operations),
    },
    /* Administration */
    [WEFT__AGENTSERVER_ADMIN_LIST_USERS] = {
        SEED("AdminListUsers", "GET", "/api/admin/users", "list the users"),
        TELLS(agentserver_admin_user_list),
        LIST(admin_user), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_ADMIN_SET_USER_ROLE] = {
        SEED("AdminSetUserRole", "PUT", "/api/admin/users/{id}/role", "set the user's role"),
        TELLS(done),
        REQUEST(admin_set_user_role_request), FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_ADMIN_LIST_WORKSPACES] = {
        SEED("AdminListWorkspaces", "GET", "/api/admin/workspaces", "list all workspaces"),
        TELLS(agentserver_admin_workspace_list),
        LIST(admin_workspace), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_ADMIN_LIST_SANDBOXES] = {
        SEED("AdminListSandboxes", "GET", "/api/admin/sandboxes", "list all sandboxes"),
        TELLS(agentserver_admin_sandbox_list),
        LIST(admin_sandbox), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST),
    },
    [WEFT__AGENTSERVER_ADMIN_GET_QUOTA_DEFAULTS] = {
        SEED("AdminGetQuotaDefaults", "GET", "/api/admin/quotas/defaults", "get the default quotas"),
        TELLS(agentserver_admin_quota_defaults),
        RESULT(admin_quota_defaults), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_ADMIN_SET_QUOTA_DEFAULTS] = {
        SEED("AdminSetQuotaDefaults", "PUT", "/api/admin/quotas/defaults", "set the default quotas"),
        TELLS(agentserver_admin_quota_defaults),
        REQUEST(admin_set_quota_defaults_request), RESULT(admin_quota_defaults),
    },
    [WEFT__AGENTSERVER_ADMIN_GET_USER_QUOTA] = {
        SEED("AdminGetUserQuota", "GET", "/api/admin/users/{id}/quota", "get the user's quota"),
        TELLS(agentserver_admin_user_quota),
        RESULT(admin_user_quota), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_ADMIN_SET_USER_QUOTA] = {
        SEED("AdminSetUserQuota", "PUT", "/api/admin/users/{id}/quota", "set the user's quota"),
        TELLS(done),
        REQUEST(admin_set_user_quota_request), FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_ADMIN_DELETE_USER_QUOTA] = {
        SEED("AdminDeleteUserQuota", "DELETE", "/api/admin/users/{id}/quota", "delete the user's quota"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_ADMIN_GET_WORKSPACE_QUOTA] = {
        SEED("AdminGetWorkspaceQuota", "GET", "/api/admin/workspaces/{id}/quota", "get the workspace's quota"),
        TELLS(agentserver_admin_workspace_quota),
        RESULT(admin_workspace_quota), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_ADMIN_SET_WORKSPACE_QUOTA] = {
        SEED("AdminSetWorkspaceQuota", "PUT", "/api/admin/workspaces/{id}/quota", "set the workspace's quota"),
        TELLS(done),
        REQUEST(admin_set_workspace_quota_request), FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_ADMIN_DELETE_WORKSPACE_QUOTA] = {
        SEED("AdminDeleteWorkspaceQuota", "DELETE", "/api/admin/workspaces/{id}/quota",
             "delete the workspace's quota"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_ADMIN_GET_LLM_QUOTA] = {
        SEED("AdminGetLlmQuota", "GET", "/api/admin/workspaces/{id}/llm-quota",
             "get the workspace's LLM quota"),
        TELLS(agentserver_llm_quota),
        RESULT(llm_quota), FLAGS(WEFT__OP_REPEATABLE),
    },
    [WEFT__AGENTSERVER_ADMIN_SET_LLM_QUOTA] = {
        SEED("AdminSetLlmQuota", "PUT", "/api/admin/workspaces/{id}/llm-quota",
             "set the workspace's LLM quota"),
        TELLS(done),
        REQUEST(admin_set_llm_quota_request), FLAGS(WEFT__OP_NO_RESULT),
    },
    [WEFT__AGENTSERVER_ADMIN_DELETE_LLM_QUOTA] = {
        SEED("AdminDeleteLlmQuota", "DELETE", "/api/admin/workspaces/{id}/llm-quota",
             "delete the workspace's LLM quota"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
    },
    /* Codex turns */
    [WEFT__AGENTSERVER_GATEWAY_RUN_TURN] = {
        SEED("GatewayRunTurn", "POST", "/api/turns", "run the turn"),
        TELLS(agentserver_gateway_run_turn),
        REQUEST(gateway_run_turn_request), RESULT(gateway_run_turn_response), INSPECT(turn),
        CHECK(turn), WEFT__RARE(.deadline = weft__agentserver_gateway_turn_deadline),
    },
    /* The executor gateway */
    [WEFT__AGENTSERVER_GATEWAY_REGISTER_EXECUTOR] = {
        SEED("GatewayRegisterExecutor", "POST", "/api/codex-exec/register", "register the executor"),
        TELLS(agentserver_gateway_register_executor),
        REQUEST(gateway_register_executor_request), RESULT(gateway_register_executor_response), NEEDS(exe_id),
        WEFT__RARE(.header = "X-User-Id"), CHECK(no_user),
    },
    [WEFT__AGENTSERVER_GATEWAY_BIND_EXECUTOR] = {
        SEED("GatewayBindExecutor", "POST", "/api/codex-exec/workspaces/{wid}/executors", "bind the executor"),
        TELLS(done),
        REQUEST(gateway_bind_executor_request), FLAGS(WEFT__OP_NO_RESULT),
        FOR_USER,
    },
    [WEFT__AGENTSERVER_GATEWAY_LIST_EXECUTORS] = {
        SEED("GatewayListExecutors", "GET", "/api/codex-exec/workspaces/{wid}/executors", "list the executors"),
        TELLS(agentserver_executor_list),
        LIST(executor), FLAGS(WEFT__OP_REPEATABLE | WEFT__OP_LIST), INSPECT(executors),
        FOR_USER,
    },
    [WEFT__AGENTSERVER_GATEWAY_UNBIND_EXECUTOR] = {
        SEED("GatewayUnbindExecutor", "DELETE", "/api/codex-exec/workspaces/{wid}/executors/{exe_id}",
             "unbind the executor"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT),
        FOR_USER,
    },
    [WEFT__AGENTSERVER_GATEWAY_UNREGISTER_EXECUTOR] = {
        SEED("GatewayUnregisterExecutor", "DELETE", "/api/codex-exec/executors/{exe_id}", "unregister the executor"),
        TELLS(done),
        FLAGS(WEFT__OP_NO_RESULT | WEFT__OP_GONE_OK),
        FOR_USER,
    },
};
/* clang-format on */

const weft__service weft__agentserver_service = {
    .name = "agentserver",
    .operations = weft__agentserver_operations,
    .operation_count = WEFT__AGENTSERVER_GATEWAY_RUN_TURN,
    .timeouts = {.connect_ms = 10000, .total_ms = 30000},
    .explain = weft__agentserver_explain,
    .may_retry = weft__agentserver_may_retry,
    .token_refusal = "is not sent by it: a user's session is set by weft_agentserver_set_session, an agent's token by "
                     "weft_agentserver_set_agent_token",
    .credentials = weft__agentserver_credentials,
};

const weft__service weft__agentserver_codex_gateway_service = {
    .name = "agentserver's codex gateway",
    .operations = &weft__agentserver_operations[WEFT__AGENTSERVER_GATEWAY_RUN_TURN],
    .operation_count = 1,
    .timeouts = {.connect_ms = 10000, .total_ms = 61 * 60 * 1000},
    .explain = weft__agentserver_explain,
    .may_retry = weft__agentserver_may_retry,
    .credentials = weft__agentserver_gateway_credentials,
};

const weft__service weft__agentserver_executor_gateway_service = {
    .name = "agentserver's executor gateway",
    .operations = &weft__agentserver_operations[WEFT__AGENTSERVER_GATEWAY_REGISTER_EXECUTOR],
    .operation_count = WEFT__AGENTSERVER_OPERATION_COUNT - WEFT__AGENTSERVER_GATEWAY_REGISTER_EXECUTOR,
    .timeouts = {.connect_ms = 10000, .total_ms = 10000},
    .explain = weft__agentserver_explain,
    .may_retry = weft__agentserver_may_retry,
    .token_refusal = "is not sent by it: the gateway's secret is set by weft_agentserver_gateway_set_secret",
    .credentials = weft__agentserver_gateway_credentials,
};
