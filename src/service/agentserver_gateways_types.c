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

#define T weft_agentserver_transport_error
static const weft__field transport_error_fields[] = {
    TEXT(code),
    TEXT(message),
};
const weft__type weft__agentserver_transport_error_type =
    WEFT__RESULT_TYPE(T, "transport error", transport_error_fields);
#undef T

#define T weft_agentserver_gateway_run_turn_response
static const weft__field gateway_run_turn_response_fields[] = {
    WEFT__FIELD(T, thread_id, "threadId", WEFT__STR, 0),
    JSON(turn),
    OBJECT(transport, transport_error),
};
const weft__type weft__agentserver_gateway_run_turn_response_type =
    WEFT__RESULT_TYPE(T, "gateway run turn", gateway_run_turn_response_fields);
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
