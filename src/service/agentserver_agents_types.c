/* Tables of the types in weft/agentserver_agents_types.h. */
#include "service/agentserver_types.h"

#include "weft/agentserver_agents_types.h"

#include "service/agentserver_fields.h"

/* ---- Agents --------------------------------------------------------------------------------------- */

#define T weft_agentserver_agent_register_request
static const weft__field agent_register_request_fields[] = {
    GIVEN(name),
    GIVEN(type),
    EXTRA(),
};
const weft__type weft__agentserver_agent_register_request_type =
    WEFT__REQUEST_TYPE(T, "agent register request", agent_register_request_fields);
#undef T

#define T weft_agentserver_agent_register_response
static const weft__field agent_register_response_fields[] = {
    TEXT(sandbox_id), TEXT(tunnel_token), TEXT(proxy_token), TEXT(workspace_id), TEXT(short_id),
};
const weft__type weft__agentserver_agent_register_response_type =
    WEFT__RESULT_TYPE(T, "agent register", agent_register_response_fields);
#undef T

#define T weft_agentserver_agent_card_register_request
static const weft__field agent_card_register_request_fields[] = {
    GIVEN(display_name), GIVEN(description), GIVEN(agent_type), GIVEN_JSON(card), EXTRA(),
};
const weft__type weft__agentserver_agent_card_register_request_type =
    WEFT__REQUEST_TYPE(T, "agent card register request", agent_card_register_request_fields);
#undef T

#define T weft_agentserver_agent_card_register_response
static const weft__field agent_card_register_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_agent_card_register_response_type =
    WEFT__RESULT_TYPE(T, "agent card register", agent_card_register_response_fields);
#undef T

#define T weft_agentserver_agent_card_item
static const weft__field agent_card_item_fields[] = {
    TEXT(agent_id), TEXT(display_name), TEXT(description), TEXT(agent_type), TEXT(status), JSON(card), INTEGER(version),
};
const weft__type weft__agentserver_agent_card_item_type = WEFT__RESULT_TYPE(T, "agent card", agent_card_item_fields);
#undef T

/* ---- Tasks ---------------------------------------------------------------------------------------- */

#define T weft_agentserver_agent_task_create_request
static const weft__field agent_task_create_request_fields[] = {
    NEEDED(target_id),
    NEEDED(prompt),
    GIVEN(skill),
    GIVEN(system_context),
    INTEGER(max_turns),
    NUMBER(max_budget_usd),
    INTEGER(timeout_seconds),
    GIVEN_TEXTS(delegation_chain),
    GIVEN(requester_id),
    EXTRA(),
};
const weft__type weft__agentserver_agent_task_create_request_type =
    WEFT__REQUEST_TYPE(T, "agent task create request", agent_task_create_request_fields);
#undef T

#define T weft_agentserver_agent_task_create_response
static const weft__field agent_task_create_response_fields[] = {
    TEXT(task_id),
    TEXT(session_id),
    TEXT(status),
};
const weft__type weft__agentserver_agent_task_create_response_type =
    WEFT__RESULT_TYPE(T, "agent task create", agent_task_create_response_fields);
#undef T

#define T weft_agentserver_agent_task_item
static const weft__field agent_task_item_fields[] = {
    TEXT(task_id), TEXT(target_id),    TEXT(requester_id),         TEXT(skill),      TEXT(status),
    TEXT(prompt),  INTEGER(num_turns), OPT_NUMBER(total_cost_usd), TEXT(created_at), TEXT(completed_at),
};
const weft__type weft__agentserver_agent_task_item_type = WEFT__RESULT_TYPE(T, "agent task", agent_task_item_fields);
#undef T

#define T weft_agentserver_agent_task_detail
static const weft__field agent_task_detail_fields[] = {
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
const weft__type weft__agentserver_agent_task_detail_type =
    WEFT__RESULT_TYPE(T, "agent task detail", agent_task_detail_fields);
#undef T

#define T weft_agentserver_agent_task_poll_item
static const weft__field agent_task_poll_item_fields[] = {
    TEXT(task_id), TEXT(prompt), TEXT(system_context), INTEGER(max_turns), NUMBER(max_budget_usd), TEXT(session_id),
};
const weft__type weft__agentserver_agent_task_poll_item_type =
    WEFT__RESULT_TYPE(T, "agent task poll", agent_task_poll_item_fields);
#undef T

#define T weft_agentserver_agent_task_status_request
static const weft__field agent_task_status_request_fields[] = {
    NEEDED(status), GIVEN(failure_reason), GIVEN_JSON(result), OPT_NUMBER(total_cost_usd), INTEGER(num_turns), EXTRA(),
};
const weft__type weft__agentserver_agent_task_status_request_type =
    WEFT__REQUEST_TYPE(T, "agent task status request", agent_task_status_request_fields);
#undef T

#define T weft_agentserver_agent_task_cancel_response
static const weft__field agent_task_cancel_response_fields[] = {
    TEXT(status),
};
const weft__type weft__agentserver_agent_task_cancel_response_type =
    WEFT__RESULT_TYPE(T, "agent task cancel", agent_task_cancel_response_fields);
#undef T

/* ---- Messages between agents ---------------------------------------------------------------------- */

#define T weft_agentserver_agent_mailbox_send_request
static const weft__field agent_mailbox_send_request_fields[] = {
    NEEDED(to),
    NEEDED(text),
    GIVEN(msg_type),
    EXTRA(),
};
const weft__type weft__agentserver_agent_mailbox_send_request_type =
    WEFT__REQUEST_TYPE(T, "agent mailbox send request", agent_mailbox_send_request_fields);
#undef T

#define T weft_agentserver_agent_mailbox_send_response
static const weft__field agent_mailbox_send_response_fields[] = {
    TEXT(message_id),
    TEXT(status),
};
const weft__type weft__agentserver_agent_mailbox_send_response_type =
    WEFT__RESULT_TYPE(T, "agent mailbox send", agent_mailbox_send_response_fields);
#undef T

#define T weft_agentserver_agent_mailbox_message
static const weft__field agent_mailbox_message_fields[] = {
    TEXT(id), TEXT(from), TEXT(text), TEXT(msg_type), TEXT(created_at),
};
const weft__type weft__agentserver_agent_mailbox_message_type =
    WEFT__RESULT_TYPE(T, "agent mailbox message", agent_mailbox_message_fields);
#undef T

#define T weft_agentserver_agent_interaction_item
static const weft__field agent_interaction_item_fields[] = {
    INTEGER(id), TEXT(actor_id), TEXT(action), TEXT(target_id), TEXT(target_type), JSON(detail), TEXT(created_at),
};
const weft__type weft__agentserver_agent_interaction_item_type =
    WEFT__RESULT_TYPE(T, "agent interaction", agent_interaction_item_fields);
#undef T

/* ---- Executors, browsers, codex tokens ------------------------------------------------------------ */

#define T weft_agentserver_executor_register_request
static const weft__field executor_register_request_fields[] = {
    NEEDED(name),
    GIVEN(description),
    EXTRA(),
};
const weft__type weft__agentserver_executor_register_request_type =
    WEFT__REQUEST_TYPE(T, "executor register request", executor_register_request_fields);
#undef T

#define T weft_agentserver_executor_connect_commands
static const weft__field executor_connect_commands_fields[] = {
    TEXT(agent_identity),
};
const weft__type weft__agentserver_executor_connect_commands_type =
    WEFT__RESULT_TYPE(T, "executor connect commands", executor_connect_commands_fields);
#undef T

#define T weft_agentserver_executor_register_response
static const weft__field executor_register_response_fields[] = {
    TEXT(exe_id),
    TEXT(connect_command),
    TEXT(agent_identity_jwt),
    OBJECT(connect_commands, executor_connect_commands),
};
const weft__type weft__agentserver_executor_register_response_type =
    WEFT__RESULT_TYPE(T, "executor register", executor_register_response_fields);
#undef T

#define T weft_agentserver_executor_item
static const weft__field executor_item_fields[] = {
    TEXT(exe_id),    TEXT(name),      TEXT(description),   FLAG(is_default), FLAG(is_online),    TEXT(last_seen_at),
    TEXT(client_ip), TEXT(client_ua), TEXT(codex_version), TEXT(os),         TEXT(connected_at), TEXT(disconnected_at),
};
const weft__type weft__agentserver_executor_item_type = WEFT__RESULT_TYPE(T, "executor", executor_item_fields);
#undef T

#define T weft_agentserver_codex_browser_item
static const weft__field codex_browser_item_fields[] = {
    TEXT(id),        TEXT(name),         TEXT(workspace_id),    TEXT(created_at), TEXT(expires_at),
    FLAG(is_online), TEXT(last_used_at), TEXT(client_ip),       TEXT(client_ua),  TEXT(codex_version),
    TEXT(os),        TEXT(connected_at), TEXT(disconnected_at),
};
const weft__type weft__agentserver_codex_browser_item_type =
    WEFT__RESULT_TYPE(T, "codex browser", codex_browser_item_fields);
#undef T

#define T weft_agentserver_codex_token_mint_request
static const weft__field codex_token_mint_request_fields[] = {
    NEEDED(workspace_id), NEEDED(name), INTEGER(ttl_days), GIVEN(expires_at), EXTRA(),
};
const weft__type weft__agentserver_codex_token_mint_request_type =
    WEFT__REQUEST_TYPE(T, "codex token mint request", codex_token_mint_request_fields);
#undef T

#define T weft_agentserver_codex_token_mint_response
static const weft__field codex_token_mint_response_fields[] = {
    TEXT(id), TEXT(token), TEXT(name), TEXT(workspace_id), TEXT(expires_at), TEXT(created_at),
};
const weft__type weft__agentserver_codex_token_mint_response_type =
    WEFT__RESULT_TYPE(T, "codex token mint", codex_token_mint_response_fields);
#undef T

#define T weft_agentserver_codex_token_list_item
static const weft__field codex_token_list_item_fields[] = {
    TEXT(id),         TEXT(name),         TEXT(workspace_id), TEXT(created_at),
    TEXT(expires_at), TEXT(last_used_at), FLAG(revoked),      TEXT(revoked_at),
};
const weft__type weft__agentserver_codex_token_list_item_type =
    WEFT__RESULT_TYPE(T, "codex token list", codex_token_list_item_fields);
#undef T
