/* weft/agentserver_gateways_types.h - what agentserver takes and gives about codex turns and executors, at
 * its gateways. What holds for every type is said in weft/agentserver.h. */
#ifndef WEFT_AGENTSERVER_GATEWAYS_TYPES_H
#define WEFT_AGENTSERVER_GATEWAYS_TYPES_H

#include "weft/agentserver_agents_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Words ------------------------------------------------------------------------------------------- */

/* `code` of a turn that could not be had. */
#define WEFT_AGENTSERVER_TURN_BROKER_TIMEOUT "brokerTimeout"  /* not over in time; it was interrupted */
#define WEFT_AGENTSERVER_TURN_CODEX_RPC_ERROR "codexRPCError" /* codex refused; a thread that it has forgotten, say */
#define WEFT_AGENTSERVER_TURN_SUBPROCESS_CRASH "subprocessCrash" /* codex was not there */
#define WEFT_AGENTSERVER_TURN_WS_DISCONNECT "wsDisconnect" /* lost its connection; also for `params` that are none */

/* ---- Clients ----------------------------------------------------------------------------------------- */

/** weft_agentserver_codex_gateway_client, weft_agentserver_executor_gateway_client. */
typedef struct weft_agentserver_gateway_options {
    const char *internal_secret; /**< what the gateway shares with agentserver, sent with every request; copied, and
                                      wiped when the client closes. NULL or "" = none */
} weft_agentserver_gateway_options;

/* ---- Codex turns ------------------------------------------------------------------------------------- */

/** weft_agentserver_gateway_run_turn. */
typedef struct weft_agentserver_gateway_run_turn_request {
    const char *workspace_id; /**< required */
    const char *thread_id;    /**< of an earlier turn; none = a new thread */
    const char *params;       /**< required; JSON object without threadId: {"input":[{"type":"text","text":"hi"}]} */
    int64_t timeout_ms;       /**< for the turn; 0 = the server's, which versions put at 5 and at 60 minutes */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
} weft_agentserver_gateway_run_turn_request;

/** Why a turn could not be had. */
typedef struct weft_agentserver_transport_error {
    weft_object object;
    weft_str code;    /**< WEFT_AGENTSERVER_TURN_* */
    weft_str message; /**< for people */
} weft_agentserver_transport_error;

/** weft_agentserver_gateway_run_turn. */
typedef struct weft_agentserver_gateway_run_turn_response {
    weft_object object;
    weft_str thread_id; /**< for the next turn */
    weft_json turn;     /**< JSON object with `id`, `status`, `items`, `error`; the answer is the `text` of the last
                             item whose `type` is "agentMessage" */
    const weft_agentserver_transport_error *transport; /**< NULL, else it is a WEFT_E_TURN_FAILED */
} weft_agentserver_gateway_run_turn_response;
/** A weft_done_cb with a weft_agentserver_gateway_run_turn_response. */
typedef void weft_agentserver_gateway_run_turn_cb(weft_call *call, const weft_error *error,
                                                  const weft_agentserver_gateway_run_turn_response *result, void *arg);

/* ---- The executor gateway ---------------------------------------------------------------------------- */

/** weft_agentserver_gateway_register_executor. */
typedef struct weft_agentserver_gateway_register_executor_request {
    const char *display_name;
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_gateway_register_executor_request;

/** weft_agentserver_gateway_register_executor. */
typedef struct weft_agentserver_gateway_register_executor_response {
    weft_object object;
    weft_str exe_id;
} weft_agentserver_gateway_register_executor_response;
/** A weft_done_cb with a weft_agentserver_gateway_register_executor_response. */
typedef void weft_agentserver_gateway_register_executor_cb(
    weft_call *call, const weft_error *error, const weft_agentserver_gateway_register_executor_response *result,
    void *arg);

/** weft_agentserver_gateway_bind_executor. */
typedef struct weft_agentserver_gateway_bind_executor_request {
    const char *exe_id;      /**< required */
    const char *name;        /**< required; one of a kind in the workspace */
    const char *description; /**< sent even when there is none */
    bool is_default;
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_gateway_bind_executor_request;

/** weft_agentserver_gateway_bind_executor. All zero is good, and so is NULL. */
typedef struct weft_agentserver_gateway_bind_executor_options {
    const char *user_id; /**< the user for whom it is done; none = nobody is named */
} weft_agentserver_gateway_bind_executor_options;

/** weft_agentserver_gateway_list_executors. All zero is good, and so is NULL. */
typedef struct weft_agentserver_gateway_list_executors_options {
    const char *user_id; /**< the user for whom it is done; none = nobody is named */
} weft_agentserver_gateway_list_executors_options;

/** weft_agentserver_gateway_unbind_executor. All zero is good, and so is NULL. */
typedef struct weft_agentserver_gateway_unbind_executor_options {
    const char *user_id; /**< the user for whom it is done; none = nobody is named */
} weft_agentserver_gateway_unbind_executor_options;

/** weft_agentserver_gateway_unregister_executor. All zero is good, and so is NULL. */
typedef struct weft_agentserver_gateway_unregister_executor_options {
    const char *user_id; /**< the user for whom it is done; none = nobody is named */
} weft_agentserver_gateway_unregister_executor_options;

#ifdef __cplusplus
}
#endif

#endif
