/* Tables of the types in weft/agentserver_agents_types.h. */
#include "service/agentserver_types.h"

#include "weft/agentserver_agents_types.h"

#include "service/agentserver_fields.h"

/* ---- Agents --------------------------------------------------------------------------------------- */

#define T weft_agentserver_register_agent_request
static const weft__field register_agent_request_fields[] = {
    GIVEN(name),
    GIVEN(type),
    EXTRA(),
};
const weft__type weft__agentserver_register_agent_request_type =
    WEFT__REQUEST_TYPE(T, "register agent request", register_agent_request_fields);
#undef T

#define T weft_agentserver_register_agent_response
static const weft__field register_agent_response_fields[] = {
    TEXT(sandbox_id), TEXT(tunnel_token), TEXT(proxy_token), TEXT(workspace_id), TEXT(short_id),
};
const weft__type weft__agentserver_register_agent_response_type =
    WEFT__RESULT_TYPE(T, "register agent", register_agent_response_fields);
#undef T

#define T weft_agentserver_register_agent_card_request
static const weft__field register_agent_card_request_fields[] = {
    GIVEN(display_name), GIVEN(description), GIVEN(agent_type), GIVEN_JSON(card), EXTRA(),
};
const weft__type weft__agentserver_register_agent_card_request_type =
    WEFT__REQUEST_TYPE(T, "register agent card request", register_agent_card_request_fields);
#undef T

#define T weft_agentserver_register_agent_card_response
static const weft__field register_agent_card_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_register_agent_card_response_type =
    WEFT__RESULT_TYPE(T, "register agent card", register_agent_card_response_fields);
#undef T

#define T weft_agentserver_agent_card
static const weft__field agent_card_fields[] = {
    TEXT(agent_id), TEXT(display_name), TEXT(description), TEXT(agent_type), TEXT(status), JSON(card), INTEGER(version),
};
const weft__type weft__agentserver_agent_card_type = WEFT__RESULT_TYPE(T, "agent card", agent_card_fields);
#undef T

/* ---- Tasks ---------------------------------------------------------------------------------------- */

#define T weft_agentserver_create_task_request
static const weft__field create_task_request_fields[] = {
    NEEDED(target_id),
    NEEDED(prompt),
    GIVEN(skill),
    GIVEN(system_context),
    INTEGER(max_turns),
    OPT_NUMBER(max_budget_usd),
    INTEGER_AS(timeout_s, timeout_seconds),
    GIVEN_TEXTS(delegation_chain),
    GIVEN(requester_id),
    EXTRA(),
};
const weft__type weft__agentserver_create_task_request_type =
    WEFT__REQUEST_TYPE(T, "create task request", create_task_request_fields);
#undef T

#define T weft_agentserver_create_task_response
static const weft__field create_task_response_fields[] = {
    TEXT(task_id),
    TEXT(session_id),
    TEXT(status),
};
const weft__type weft__agentserver_create_task_response_type =
    WEFT__RESULT_TYPE(T, "create task", create_task_response_fields);
#undef T

#define T weft_agentserver_task
static const weft__field task_fields[] = {
    TEXT(task_id),
    TEXT(workspace_id),
    TEXT(requester_id),
    TEXT(target_id),
    TEXT(prompt),
    TEXT(status),
    INTEGER(num_turns),
    TEXT(created_at),
    TEXT(session_id),
    TEXT(skill),
    OPT_NUMBER(total_cost_usd),
    JSON(result),
    TEXT(failure_reason),
    TEXT(completed_at),
    TEXT(output),
};
const weft__type weft__agentserver_task_type = WEFT__RESULT_TYPE(T, "task", task_fields);
#undef T

#define T weft_agentserver_assigned_task
static const weft__field assigned_task_fields[] = {
    TEXT(task_id), TEXT(prompt), TEXT(system_context), INTEGER(max_turns), OPT_NUMBER(max_budget_usd), TEXT(session_id),
};
const weft__type weft__agentserver_assigned_task_type = WEFT__RESULT_TYPE(T, "assigned task", assigned_task_fields);
#undef T

#define T weft_agentserver_update_task_status_request
static const weft__field update_task_status_request_fields[] = {
    NEEDED(status), GIVEN(failure_reason), GIVEN_JSON(result), OPT_NUMBER(total_cost_usd), INTEGER(num_turns), EXTRA(),
};
const weft__type weft__agentserver_update_task_status_request_type =
    WEFT__REQUEST_TYPE(T, "update task status request", update_task_status_request_fields);
#undef T

#define T weft_agentserver_cancel_task_response
static const weft__field cancel_task_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_cancel_task_response_type =
    WEFT__RESULT_TYPE(T, "cancel task", cancel_task_response_fields);
#undef T

/* ---- Messages between agents ---------------------------------------------------------------------- */

#define T weft_agentserver_send_message_request
static const weft__field send_message_request_fields[] = {
    NEEDED(to),
    NEEDED(text),
    GIVEN(msg_type),
    EXTRA(),
};
const weft__type weft__agentserver_send_message_request_type =
    WEFT__REQUEST_TYPE(T, "send message request", send_message_request_fields);
#undef T

#define T weft_agentserver_send_message_response
static const weft__field send_message_response_fields[] = {
    TEXT(message_id),
    TEXT(status),
};
const weft__type weft__agentserver_send_message_response_type =
    WEFT__RESULT_TYPE(T, "send message", send_message_response_fields);
#undef T

#define T weft_agentserver_message
static const weft__field message_fields[] = {
    TEXT(id), TEXT(from), TEXT(text), TEXT(msg_type), TEXT(created_at),
};
const weft__type weft__agentserver_message_type = WEFT__RESULT_TYPE(T, "message", message_fields);
#undef T

#define T weft_agentserver_interaction
static const weft__field interaction_fields[] = {
    INTEGER(id), TEXT(actor_id), TEXT(action), TEXT(target_id), TEXT(target_type), JSON(detail), TEXT(created_at),
};
const weft__type weft__agentserver_interaction_type = WEFT__RESULT_TYPE(T, "interaction", interaction_fields);
#undef T

/* ---- Executors, browsers, codex tokens ------------------------------------------------------------ */

#define T weft_agentserver_register_executor_request
static const weft__field register_executor_request_fields[] = {
    NEEDED(name),
    GIVEN(description),
    EXTRA(),
};
const weft__type weft__agentserver_register_executor_request_type =
    WEFT__REQUEST_TYPE(T, "register executor request", register_executor_request_fields);
#undef T

#define T weft_agentserver_executor_connect_commands
static const weft__field executor_connect_commands_fields[] = {
    TEXT(agent_identity),
};
const weft__type weft__agentserver_executor_connect_commands_type =
    WEFT__RESULT_TYPE(T, "executor connect commands", executor_connect_commands_fields);
#undef T

#define T weft_agentserver_register_executor_response
static const weft__field register_executor_response_fields[] = {
    TEXT(exe_id),
    TEXT(connect_command),
    TEXT(agent_identity_jwt),
    OBJECT(connect_commands, executor_connect_commands),
};
const weft__type weft__agentserver_register_executor_response_type =
    WEFT__RESULT_TYPE(T, "register executor", register_executor_response_fields);
#undef T

#define T weft_agentserver_executor
static const weft__field executor_fields[] = {
    TEXT(exe_id),    TEXT(name),      TEXT(description),   FLAG(is_default), FLAG(is_online),    TEXT(last_seen_at),
    TEXT(client_ip), TEXT(client_ua), TEXT(codex_version), TEXT(os),         TEXT(connected_at), TEXT(disconnected_at),
};
const weft__type weft__agentserver_executor_type = WEFT__RESULT_TYPE(T, "executor", executor_fields);
#undef T

#define T weft_agentserver_browser
static const weft__field browser_fields[] = {
    TEXT(id),        TEXT(name),         TEXT(workspace_id),    TEXT(created_at), TEXT(expires_at),
    FLAG(is_online), TEXT(last_used_at), TEXT(client_ip),       TEXT(client_ua),  TEXT(codex_version),
    TEXT(os),        TEXT(connected_at), TEXT(disconnected_at),
};
const weft__type weft__agentserver_browser_type = WEFT__RESULT_TYPE(T, "browser", browser_fields);
#undef T

#define T weft_agentserver_create_codex_token_request
static const weft__field create_codex_token_request_fields[] = {
    NEEDED(workspace_id), NEEDED(name), INTEGER(ttl_days), GIVEN(expires_at), EXTRA(),
};
const weft__type weft__agentserver_create_codex_token_request_type =
    WEFT__REQUEST_TYPE(T, "create codex token request", create_codex_token_request_fields);
#undef T

#define T weft_agentserver_create_codex_token_response
static const weft__field create_codex_token_response_fields[] = {
    TEXT(id), TEXT(token), TEXT(name), TEXT(workspace_id), TEXT(expires_at), TEXT(created_at),
};
const weft__type weft__agentserver_create_codex_token_response_type =
    WEFT__RESULT_TYPE(T, "create codex token", create_codex_token_response_fields);
#undef T

#define T weft_agentserver_codex_token
static const weft__field codex_token_fields[] = {
    TEXT(id),         TEXT(name),         TEXT(workspace_id), TEXT(created_at),
    TEXT(expires_at), TEXT(last_used_at), FLAG(revoked),      TEXT(revoked_at),
};
const weft__type weft__agentserver_codex_token_type = WEFT__RESULT_TYPE(T, "codex token", codex_token_fields);
#undef T
