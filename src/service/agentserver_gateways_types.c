/* Tables of the types in weft/agentserver_gateways_types.h. */
#include "service/agentserver_types.h"

#include "weft/agentserver_gateways_types.h"

#include "service/agentserver_fields.h"

/* ---- Codex turns ---------------------------------------------------------------------------------- */

#define T weft_agentserver_gateway_run_turn_request
static const weft__field gateway_run_turn_request_fields[] = {
    WEFT__FIELD(T, workspace_id, "workspaceId", WEFT__CSTR, WEFT__REQUIRED),
    WEFT__FIELD(T, thread_id, "threadId", WEFT__CSTR, 0),
    WEFT__FIELD(T, params, "params", WEFT__CJSON, WEFT__REQUIRED),
    WEFT__FIELD(T, timeout_ms, "timeoutMs", WEFT__INT64, 0),
    EXTRA(),
};
const weft__type weft__agentserver_gateway_run_turn_request_type =
    WEFT__REQUEST_TYPE(T, "gateway run turn request", gateway_run_turn_request_fields);
#undef T

#define T weft_agentserver_gateway_transport_error
static const weft__field transport_error_fields[] = {
    TEXT(code),
    TEXT(message),
};
const weft__type weft__agentserver_gateway_transport_error_type =
    WEFT__RESULT_TYPE(T, "transport error", transport_error_fields);
#undef T

#define T weft_agentserver_gateway_run_turn_response
static const weft__field gateway_run_turn_response_fields[] = {
    WEFT__FIELD(T, thread_id, "threadId", WEFT__STR, 0),
    JSON(turn),
    OBJECT(transport, gateway_transport_error),
};
const weft__type weft__agentserver_gateway_run_turn_response_type =
    WEFT__RESULT_TYPE(T, "gateway run turn", gateway_run_turn_response_fields);
#undef T

#define T weft_agentserver_gateway_turn_item
static const weft__field turn_item_fields[] = {
    TEXT(id),
    TEXT(type),
    TEXT(text),
};
const weft__type weft__agentserver_gateway_turn_item_type = WEFT__RESULT_TYPE(T, "turn item", turn_item_fields);
#undef T

#define T weft_agentserver_gateway_turn_error
static const weft__field turn_error_fields[] = {
    TEXT(message),
    WEFT__FIELD(T, codex_error_info, "codexErrorInfo", WEFT__JSON, 0),
};
const weft__type weft__agentserver_gateway_turn_error_type = WEFT__RESULT_TYPE(T, "turn error", turn_error_fields);
#undef T

/* `text` is found in the items. */
#define T weft_agentserver_gateway_turn
static const weft__field turn_fields[] = {
    TEXT(id),
    TEXT(status),
    LIST(items, gateway_turn_item),
    OBJECT(error, gateway_turn_error),
};
const weft__type weft__agentserver_gateway_turn_type = WEFT__RESULT_TYPE(T, "turn", turn_fields);
#undef T

/* ---- The executor gateway ------------------------------------------------------------------------- */

#define T weft_agentserver_gateway_register_executor_request
static const weft__field gateway_register_executor_request_fields[] = {
    GIVEN(display_name),
    EXTRA(),
};
const weft__type weft__agentserver_gateway_register_executor_request_type =
    WEFT__REQUEST_TYPE(T, "gateway register executor request", gateway_register_executor_request_fields);
#undef T

#define T weft_agentserver_gateway_register_executor_response
static const weft__field gateway_register_executor_response_fields[] = {
    TEXT(exe_id),
};
const weft__type weft__agentserver_gateway_register_executor_response_type =
    WEFT__RESULT_TYPE(T, "gateway register executor", gateway_register_executor_response_fields);
#undef T

#define T weft_agentserver_gateway_bind_executor_request
static const weft__field gateway_bind_executor_request_fields[] = {
    NEEDED(exe_id),
    NEEDED(name),
    WEFT__FIELD(T, description, "description", WEFT__CSTR, WEFT__ALWAYS),
    WEFT__FIELD(T, is_default, "is_default", WEFT__BOOL, WEFT__ALWAYS),
    EXTRA(),
};
const weft__type weft__agentserver_gateway_bind_executor_request_type =
    WEFT__REQUEST_TYPE(T, "gateway bind executor request", gateway_bind_executor_request_fields);
#undef T
