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
#define WEFT_AGENTSERVER_GATEWAY_TURN_BROKER_TIMEOUT   "brokerTimeout"   /* not over in time; it was interrupted */
#define WEFT_AGENTSERVER_GATEWAY_TURN_CODEX_RPC_ERROR  "codexRPCError"   /* refused; a thread that is forgotten, say */
#define WEFT_AGENTSERVER_GATEWAY_TURN_SUBPROCESS_CRASH "subprocessCrash" /* codex was not there */
#define WEFT_AGENTSERVER_GATEWAY_TURN_WS_DISCONNECT    "wsDisconnect"    /* lost its connection, or bad `params` */

/* `status` of a turn. */
#define WEFT_AGENTSERVER_GATEWAY_TURN_COMPLETED   "completed"
#define WEFT_AGENTSERVER_GATEWAY_TURN_FAILED      "failed"      /* `error` says why */
#define WEFT_AGENTSERVER_GATEWAY_TURN_INTERRUPTED "interrupted" /* by somebody, or for it took too long */

/* `type` of a step of a turn. There are others. */
#define WEFT_AGENTSERVER_GATEWAY_TURN_AGENT_MESSAGE "agentMessage" /* codex said `text` */

/* ---- Codex turns ------------------------------------------------------------------------------------- */

/** A turn of codex: weft_agentserver_gateway_run_turn. */
typedef struct weft_agentserver_gateway_run_turn_request {
    const char *workspace_id; /**< required; the workspace in which it runs */
    const char *thread_id;    /**< of an earlier turn, to go on with it; none = a new thread */
    const char *params;       /**< required; JSON object without threadId: {"input":[{"type":"text","text":"hi"}]}.
                                   An image's item is {"type":"image","url":"data:image/png;base64,..."} */
    int64_t timeout_ms;       /**< milliseconds that the turn may take; 0 = the server's, which versions put at 5 and
                                   at 60 minutes */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
} weft_agentserver_gateway_run_turn_request;

/** Why there is no turn: of a weft_agentserver_gateway_run_turn_response. */
typedef struct weft_agentserver_gateway_transport_error {
    weft_object object;
    weft_str code;    /**< WEFT_AGENTSERVER_GATEWAY_TURN_*; others may come */
    weft_str message; /**< what happened; for people */
} weft_agentserver_gateway_transport_error;

/** A turn of codex that is over: weft_agentserver_gateway_run_turn. */
typedef struct weft_agentserver_gateway_run_turn_response {
    weft_object object;
    weft_str thread_id; /**< the thread that it is in, for the next turn */
    weft_json turn;     /**< exact: weft_agentserver_gateway_read_turn reads it, within it the answer */
    /** NULL: else the call failed with WEFT_E_TURN_FAILED */
    const weft_agentserver_gateway_transport_error *transport;
} weft_agentserver_gateway_run_turn_response;
/** A weft_done_cb with a weft_agentserver_gateway_run_turn_response. */
typedef void weft_agentserver_gateway_run_turn_cb(weft_call *call, const weft_error *error,
                                                  const weft_agentserver_gateway_run_turn_response *result, void *arg);

/** One step of a turn. */
typedef struct weft_agentserver_gateway_turn_item {
    weft_object object; /**< what else is in it, by its type: weft_object_get(&item->object, "command") and so on */
    weft_str id;        /**< of the step, one of a kind in the thread */
    weft_str type;      /**< WEFT_AGENTSERVER_GATEWAY_TURN_AGENT_MESSAGE, or what else codex did */
    weft_str text;      /**< what it said, where it did */
} weft_agentserver_gateway_turn_item;

/** Why a turn failed. */
typedef struct weft_agentserver_gateway_turn_error {
    weft_object object;         /**< what else is in it */
    weft_str message;           /**< for people */
    weft_json codex_error_info; /**< for programs, exact: "contextWindowExceeded", "usageLimitExceeded",
                                     "serverOverloaded", and others, some of them objects */
} weft_agentserver_gateway_turn_error;

/** What codex did in a turn: weft_agentserver_gateway_read_turn. */
typedef struct weft_agentserver_gateway_turn {
    weft_object object;                       /**< what else is in it */
    weft_str id;                              /**< of the turn */
    weft_str status;                          /**< WEFT_AGENTSERVER_GATEWAY_TURN_* */
    weft_str text;                            /**< the answer: that of the last item which is a
                                                   WEFT_AGENTSERVER_GATEWAY_TURN_AGENT_MESSAGE; ptr NULL when there is
                                                   none */
    const weft_agentserver_gateway_turn_item *items; /**< in order */
    size_t items_count;
    const weft_agentserver_gateway_turn_error *error; /**< or NULL */
} weft_agentserver_gateway_turn;

/* ---- The executor gateway ---------------------------------------------------------------------------- */

/** An executor to make: weft_agentserver_gateway_register_executor. */
typedef struct weft_agentserver_gateway_register_executor_request {
    const char *display_name; /**< for people; none = not sent */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
} weft_agentserver_gateway_register_executor_request;

/** The new executor: weft_agentserver_gateway_register_executor. */
typedef struct weft_agentserver_gateway_register_executor_response {
    weft_object object;
    weft_str exe_id; /**< "exe_..."; for weft_agentserver_gateway_bind_executor_request */
} weft_agentserver_gateway_register_executor_response;
/** A weft_done_cb with a weft_agentserver_gateway_register_executor_response. */
typedef void weft_agentserver_gateway_register_executor_cb(
    weft_call *call, const weft_error *error, const weft_agentserver_gateway_register_executor_response *result,
    void *arg);

/** The name of an executor in a workspace: weft_agentserver_gateway_bind_executor. */
typedef struct weft_agentserver_gateway_bind_executor_request {
    const char *exe_id;      /**< required; the executor */
    const char *name;        /**< required; one of a kind in the workspace */
    const char *description; /**< what it is; sent even when there is none */
    bool is_default;         /**< it is to be the workspace's default one */
    const char *extra;       /**< JSON object whose members are added, and win over those above */
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
