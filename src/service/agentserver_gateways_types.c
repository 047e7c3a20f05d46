/* Tables of the types in weft/agentserver_gateways_types.h. */
#include "service/agentserver_types.h"

#include "weft/agentserver_gateways_types.h"

#include "service/agentserver_fields.h"

/* ---- Codex turns ---------------------------------------------------------------------------------- */

#define T weft_agentserver_codex_turn_request
static const weft__field codex_turn_request_fields[] = {
    WEFT__FIELD(T, workspace_id, "workspaceId", WEFT__CSTR, WEFT__REQUIRED),
    WEFT__FIELD(T, thread_id, "threadId", WEFT__CSTR, 0),
    WEFT__FIELD(T, params, "params", WEFT__CJSON, WEFT__REQUIRED),
    WEFT__FIELD(T, timeout_ms, "timeoutMs", WEFT__INT64, 0),
    EXTRA(),
};
const weft__type weft__agentserver_codex_turn_request_type =
    WEFT__REQUEST_TYPE(T, "codex turn request", codex_turn_request_fields);
#undef T

#define T weft_agentserver_codex_transport_error
static const weft__field codex_transport_error_fields[] = {
    TEXT(code),
    TEXT(message),
};
const weft__type weft__agentserver_codex_transport_error_type =
    WEFT__RESULT_TYPE(T, "codex transport error", codex_transport_error_fields);
#undef T

#define T weft_agentserver_codex_turn_response
static const weft__field codex_turn_response_fields[] = {
    WEFT__FIELD(T, thread_id, "threadId", WEFT__STR, 0),
    JSON(turn),
    OBJECT(transport, codex_transport_error),
};
const weft__type weft__agentserver_codex_turn_response_type =
    WEFT__RESULT_TYPE(T, "codex turn", codex_turn_response_fields);
#undef T

/* ---- The executor gateway ------------------------------------------------------------------------- */

#define T weft_agentserver_register_executor_request
static const weft__field register_executor_request_fields[] = {
    GIVEN(display_name),
    EXTRA(),
};
const weft__type weft__agentserver_register_executor_request_type =
    WEFT__REQUEST_TYPE(T, "register executor request", register_executor_request_fields);
#undef T

#define T weft_agentserver_register_executor_response
static const weft__field register_executor_response_fields[] = {
    TEXT(exe_id),
};
const weft__type weft__agentserver_register_executor_response_type =
    WEFT__RESULT_TYPE(T, "register executor", register_executor_response_fields);
#undef T

#define T weft_agentserver_bind_executor_request
static const weft__field bind_executor_request_fields[] = {
    NEEDED(exe_id),
    NEEDED(name),
    WEFT__FIELD(T, description, "description", WEFT__CSTR, WEFT__ALWAYS),
    WEFT__FIELD(T, is_default, "is_default", WEFT__BOOL, WEFT__ALWAYS),
    EXTRA(),
};
const weft__type weft__agentserver_bind_executor_request_type =
    WEFT__REQUEST_TYPE(T, "bind executor request", bind_executor_request_fields);
#undef T
