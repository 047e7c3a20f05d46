/* weft/agentserver_agents_types.h - what agentserver takes and gives about agents, tasks and executors.
 * What holds for every type is said in weft/agentserver.h. */
#ifndef WEFT_AGENTSERVER_AGENTS_TYPES_H
#define WEFT_AGENTSERVER_AGENTS_TYPES_H

#include "weft/agentserver_workspaces_types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Words ------------------------------------------------------------------------------------------- */

/* `status` of an agent. */
#define WEFT_AGENTSERVER_AGENT_AVAILABLE "available"
#define WEFT_AGENTSERVER_AGENT_OFFLINE "offline" /* not heard of for a minute */

/* `status` of a task. The last three are final. */
#define WEFT_AGENTSERVER_TASK_PENDING "pending"
#define WEFT_AGENTSERVER_TASK_ASSIGNED "assigned" /* its agent took it */
#define WEFT_AGENTSERVER_TASK_RUNNING "running"
#define WEFT_AGENTSERVER_TASK_COMPLETED "completed"
#define WEFT_AGENTSERVER_TASK_FAILED "failed"
#define WEFT_AGENTSERVER_TASK_CANCELLED "cancelled"

/* ---- Agents ------------------------------------------------------------------------------------------ */

/** weft_agentserver_register_agent. */
typedef struct weft_agentserver_register_agent_request {
    const char *name;  /**< none = "Local Agent" */
    const char *type;  /**< WEFT_AGENTSERVER_SANDBOX_OPENCODE (none), _CLAUDECODE or _CUSTOM */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_register_agent_request;

/** weft_agentserver_register_agent. */
typedef struct weft_agentserver_register_agent_response {
    weft_object object;
    weft_str sandbox_id;   /**< the agent's id */
    weft_str tunnel_token; /**< secret; for the tunnel, and as good as the other */
    weft_str proxy_token;  /**< secret; for weft_agentserver_set_agent_token */
    weft_str workspace_id;
    weft_str short_id;
} weft_agentserver_register_agent_response;
/** A weft_done_cb with a weft_agentserver_register_agent_response. */
typedef void weft_agentserver_register_agent_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_register_agent_response *result, void *arg);

/** weft_agentserver_register_agent_card. */
typedef struct weft_agentserver_register_agent_card_request {
    const char *display_name; /**< none = the sandbox's */
    const char *description;
    const char *agent_type; /**< any text; none = "claudecode". Later cards cannot change it */
    const char *card;       /**< JSON of any kind that says what the agent can do; none = {}, "null" is kept as null */
    const char *extra;      /**< JSON object whose members are added, and win over those above */
} weft_agentserver_register_agent_card_request;

/** weft_agentserver_register_agent_card. */
typedef struct weft_agentserver_register_agent_card_response {
    weft_object object;
    weft_str status; /**< "ok" */
} weft_agentserver_register_agent_card_response;
/** A weft_done_cb with a weft_agentserver_register_agent_card_response. */
typedef void weft_agentserver_register_agent_card_cb(weft_call *call, const weft_error *error,
                                                     const weft_agentserver_register_agent_card_response *result,
                                                     void *arg);

/** weft_agentserver_get_agent_card. */
typedef struct weft_agentserver_agent_card {
    weft_object object;
    weft_str agent_id; /**< the id of its sandbox */
    weft_str display_name;
    weft_str description;
    weft_str agent_type;
    weft_str status; /**< WEFT_AGENTSERVER_AGENT_* */
    weft_json card;
    int64_t version; /**< how often it was given */
} weft_agentserver_agent_card;
/** A weft_done_cb with a weft_agentserver_agent_card. */
typedef void weft_agentserver_agent_card_cb(weft_call *call, const weft_error *error,
                                            const weft_agentserver_agent_card *result, void *arg);

/** weft_agentserver_list_agent_cards_as_agent, weft_agentserver_list_agent_cards. */
typedef struct weft_agentserver_agent_card_list {
    weft_object object;
    const weft_agentserver_agent_card *items;
    size_t count;
} weft_agentserver_agent_card_list;
/** A weft_done_cb with a weft_agentserver_agent_card_list. */
typedef void weft_agentserver_agent_card_list_cb(weft_call *call, const weft_error *error,
                                                 const weft_agentserver_agent_card_list *result, void *arg);

/* ---- Tasks ------------------------------------------------------------------------------------------- */

/** weft_agentserver_create_task, weft_agentserver_create_task_as_agent. */
typedef struct weft_agentserver_create_task_request {
    const char *target_id; /**< required; sandbox of the agent, in the same workspace */
    const char *prompt;    /**< required */
    const char *skill;
    const char *system_context;     /**< given to the agent with the prompt */
    int64_t max_turns;              /**< servers take it and forget it */
    weft_opt_double max_budget_usd; /**< servers take it and forget it */
    int64_t timeout_s;              /**< 0 = 300 */
    const char *const *delegation_chain;
    size_t delegation_chain_count;
    const char *requester_id; /**< not found out from who asks: to be given */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_task_request;

/** weft_agentserver_create_task, weft_agentserver_create_task_as_agent. */
typedef struct weft_agentserver_create_task_response {
    weft_object object;
    weft_str task_id;
    weft_str session_id; /**< empty */
    weft_str status;     /**< WEFT_AGENTSERVER_TASK_PENDING */
} weft_agentserver_create_task_response;
/** A weft_done_cb with a weft_agentserver_create_task_response. */
typedef void weft_agentserver_create_task_cb(weft_call *call, const weft_error *error,
                                             const weft_agentserver_create_task_response *result, void *arg);

/** weft_agentserver_get_task, weft_agentserver_get_task_as_agent, weft_agentserver_task_wait. */
typedef struct weft_agentserver_task {
    weft_object object;
    weft_str task_id;
    weft_str workspace_id;
    weft_str requester_id; /**< perhaps empty */
    weft_str target_id;
    weft_str prompt;
    weft_str status; /**< WEFT_AGENTSERVER_TASK_* */
    int64_t num_turns;
    weft_str created_at; /**< RFC 3339 */
    weft_str session_id;
    weft_str skill;
    weft_opt_double total_cost_usd;
    weft_json result; /**< what the agent reported; null may be such a thing */
    weft_str failure_reason;
    weft_str completed_at; /**< RFC 3339; left out until it is over */
    weft_str output;       /**< only when it was asked for, and there is one */
} weft_agentserver_task;
/** A weft_done_cb with a weft_agentserver_task. */
typedef void weft_agentserver_task_cb(weft_call *call, const weft_error *error, const weft_agentserver_task *result,
                                      void *arg);

/** weft_agentserver_list_tasks. */
typedef struct weft_agentserver_task_list {
    weft_object object;
    const weft_agentserver_task *items;
    size_t count;
} weft_agentserver_task_list;
/** A weft_done_cb with a weft_agentserver_task_list. */
typedef void weft_agentserver_task_list_cb(weft_call *call, const weft_error *error,
                                           const weft_agentserver_task_list *result, void *arg);

/** A task for the agent that asks. */
typedef struct weft_agentserver_assigned_task {
    weft_object object;
    weft_str task_id;
    weft_str prompt;
    weft_str system_context;
    int64_t max_turns;              /**< 0: servers have forgotten it */
    weft_opt_double max_budget_usd; /**< 0: servers have forgotten it */
    weft_str session_id;
} weft_agentserver_assigned_task;

/** weft_agentserver_poll_tasks. */
typedef struct weft_agentserver_assigned_task_list {
    weft_object object;
    const weft_agentserver_assigned_task *items;
    size_t count;
} weft_agentserver_assigned_task_list;
/** A weft_done_cb with a weft_agentserver_assigned_task_list. */
typedef void weft_agentserver_assigned_task_list_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_assigned_task_list *result, void *arg);

/** weft_agentserver_get_task, weft_agentserver_get_task_as_agent. All zero is good, and so is NULL. */
typedef struct weft_agentserver_get_task_options {
    bool include_output; /**< ask for `output` as well; false = the task without it */
} weft_agentserver_get_task_options;

/** weft_agentserver_poll_tasks. All zero is good, and so is NULL. */
typedef struct weft_agentserver_poll_tasks_options {
    const char *sandbox_id; /**< whose tasks; none = those of the agent that asks. Another agent's are refused */
} weft_agentserver_poll_tasks_options;

/** weft_agentserver_update_task_status. */
typedef struct weft_agentserver_update_task_status_request {
    const char *status;             /**< required; WEFT_AGENTSERVER_TASK_RUNNING, _COMPLETED, _FAILED or _CANCELLED */
    const char *failure_reason;     /**< required with _FAILED */
    const char *result;             /**< with _COMPLETED: JSON of any kind; "null" is kept as null */
    weft_opt_double total_cost_usd; /**< kept only with _COMPLETED and a `result` */
    int64_t num_turns;              /**< kept only with _COMPLETED and a `result` */
    const char *extra;              /**< JSON object whose members are added, and win over those above */
} weft_agentserver_update_task_status_request;

/** weft_agentserver_cancel_task. */
typedef struct weft_agentserver_cancel_task_response {
    weft_object object;
    weft_str status; /**< WEFT_AGENTSERVER_TASK_CANCELLED */
} weft_agentserver_cancel_task_response;
/** A weft_done_cb with a weft_agentserver_cancel_task_response. */
typedef void weft_agentserver_cancel_task_cb(weft_call *call, const weft_error *error,
                                             const weft_agentserver_cancel_task_response *result, void *arg);

/* ---- Messages between agents ------------------------------------------------------------------------- */

/** weft_agentserver_send_message. */
typedef struct weft_agentserver_send_message_request {
    const char *to;       /**< required; sandbox of the other agent, in the same workspace */
    const char *text;     /**< required */
    const char *msg_type; /**< any text; none = "text" */
    const char *extra;    /**< JSON object whose members are added, and win over those above */
} weft_agentserver_send_message_request;

/** weft_agentserver_send_message. */
typedef struct weft_agentserver_send_message_response {
    weft_object object;
    weft_str message_id;
    weft_str status; /**< "sent" */
} weft_agentserver_send_message_response;
/** A weft_done_cb with a weft_agentserver_send_message_response. */
typedef void weft_agentserver_send_message_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_send_message_response *result, void *arg);

/** A message that was read. */
typedef struct weft_agentserver_message {
    weft_object object;
    weft_str id;
    weft_str from; /**< sandbox of the sender */
    weft_str text;
    weft_str msg_type;
    weft_str created_at; /**< RFC 3339; servers do not promise to list by it */
} weft_agentserver_message;

/** weft_agentserver_read_inbox. */
typedef struct weft_agentserver_message_list {
    weft_object object;
    const weft_agentserver_message *items;
    size_t count;
} weft_agentserver_message_list;
/** A weft_done_cb with a weft_agentserver_message_list. */
typedef void weft_agentserver_message_list_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_message_list *result, void *arg);

/** weft_agentserver_read_inbox. All zero is good, and so is NULL. */
typedef struct weft_agentserver_read_inbox_options {
    int64_t limit; /**< the most messages to take; 0 = 10 */
} weft_agentserver_read_inbox_options;

/** weft_agentserver_list_interactions: which part of the list. All zero is good, and so is NULL. */
typedef struct weft_agentserver_list_interactions_options {
    int64_t limit;  /**< the most items, up to 200; 0, or more than that, = 50 */
    int64_t offset; /**< items to skip, from the newest on; 0 = none */
} weft_agentserver_list_interactions_options;

/** What an agent, or a user with one, did. */
typedef struct weft_agentserver_interaction {
    weft_object object;
    int64_t id;
    weft_str actor_id; /**< sandbox; null when a user did it */
    weft_str action;   /**< any text: "task_created", "message_sent" */
    weft_str target_id;
    weft_str target_type; /**< "task" or "message" */
    weft_json detail;     /**< left out when there is none */
    weft_str created_at;  /**< RFC 3339 */
} weft_agentserver_interaction;

/** weft_agentserver_list_interactions. */
typedef struct weft_agentserver_interaction_list {
    weft_object object;
    const weft_agentserver_interaction *items;
    size_t count;
} weft_agentserver_interaction_list;
/** A weft_done_cb with a weft_agentserver_interaction_list. */
typedef void weft_agentserver_interaction_list_cb(weft_call *call, const weft_error *error,
                                                  const weft_agentserver_interaction_list *result, void *arg);

/* ---- Executors, browsers, codex tokens --------------------------------------------------------------- */

/** weft_agentserver_register_executor. */
typedef struct weft_agentserver_register_executor_request {
    const char *name; /**< required; 1 to 64 of A-Z, a-z, 0-9, ".", "_", "-"; one of a kind in the workspace */
    const char *description;
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_register_executor_request;

/** How to connect a machine. */
typedef struct weft_agentserver_executor_connect_commands {
    weft_object object;
    weft_str agent_identity; /**< shell text of several lines, with a secret in it; empty when the server has
                                none */
} weft_agentserver_executor_connect_commands;

/** weft_agentserver_register_executor. */
typedef struct weft_agentserver_register_executor_response {
    weft_object object;
    weft_str exe_id;
    weft_str connect_command;    /**< the same as in `connect_commands`; secret */
    weft_str agent_identity_jwt; /**< secret */
    const weft_agentserver_executor_connect_commands *connect_commands;
} weft_agentserver_register_executor_response;
/** A weft_done_cb with a weft_agentserver_register_executor_response. */
typedef void weft_agentserver_register_executor_cb(weft_call *call, const weft_error *error,
                                                   const weft_agentserver_register_executor_response *result,
                                                   void *arg);

/** One executor of a workspace. */
typedef struct weft_agentserver_executor {
    weft_object object;
    weft_str exe_id;
    weft_str name;
    weft_str description;
    bool is_default;
    bool is_online;
    weft_str last_seen_at; /**< RFC 3339; this and what follows: left out when unknown */
    weft_str client_ip;
    weft_str client_ua;
    weft_str codex_version;
    weft_str os;
    weft_str connected_at;    /**< RFC 3339 */
    weft_str disconnected_at; /**< RFC 3339 */
} weft_agentserver_executor;

/** weft_agentserver_list_executors, weft_agentserver_gateway_list_executors. */
typedef struct weft_agentserver_executor_list {
    weft_object object;
    const weft_agentserver_executor *items;
    size_t count;
} weft_agentserver_executor_list;
/** A weft_done_cb with a weft_agentserver_executor_list. */
typedef void weft_agentserver_executor_list_cb(weft_call *call, const weft_error *error,
                                               const weft_agentserver_executor_list *result, void *arg);

/** One browser session, by the codex token it came with. */
typedef struct weft_agentserver_browser {
    weft_object object;
    weft_str id; /**< of the token */
    weft_str name;
    weft_str workspace_id;
    weft_str created_at; /**< RFC 3339 */
    weft_str expires_at; /**< RFC 3339; perhaps past */
    bool is_online;
    weft_str last_used_at; /**< RFC 3339; this and what follows: left out when unknown */
    weft_str client_ip;
    weft_str client_ua;
    weft_str codex_version;
    weft_str os;
    weft_str connected_at;    /**< RFC 3339 */
    weft_str disconnected_at; /**< RFC 3339 */
} weft_agentserver_browser;

/** weft_agentserver_list_browsers. */
typedef struct weft_agentserver_browser_list {
    weft_object object;
    const weft_agentserver_browser *items;
    size_t count;
} weft_agentserver_browser_list;
/** A weft_done_cb with a weft_agentserver_browser_list. */
typedef void weft_agentserver_browser_list_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_browser_list *result, void *arg);

/** weft_agentserver_list_codex_tokens. All zero is good, and so is NULL. */
typedef struct weft_agentserver_list_codex_tokens_options {
    bool include_revoked; /**< list those that were revoked as well; false = leave them out */
} weft_agentserver_list_codex_tokens_options;

/** weft_agentserver_create_codex_token. */
typedef struct weft_agentserver_create_codex_token_request {
    const char *workspace_id; /**< required */
    const char *name;         /**< required */
    int64_t ttl_days;         /**< 1 to 365; 0 = 90. For servers before 0.64.14: later ones want `expires_at` */
    const char *expires_at;   /**< RFC 3339, at most 365 days ahead, "2027-01-31T00:00:00Z"; none = as the server
                                   likes. For servers from 0.64.14 on. Give both where the version is not known:
                                   no server minds the other one */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_codex_token_request;

/** weft_agentserver_create_codex_token. */
typedef struct weft_agentserver_create_codex_token_response {
    weft_object object;
    weft_str id;    /**< for weft_agentserver_revoke_codex_token */
    weft_str token; /**< secret, told this once */
    weft_str name;
    weft_str workspace_id;
    weft_str expires_at; /**< RFC 3339 */
    weft_str created_at; /**< RFC 3339 */
} weft_agentserver_create_codex_token_response;
/** A weft_done_cb with a weft_agentserver_create_codex_token_response. */
typedef void weft_agentserver_create_codex_token_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_create_codex_token_response *result,
                                                    void *arg);

/** One codex token, without its secret. */
typedef struct weft_agentserver_codex_token {
    weft_object object;
    weft_str id;
    weft_str name;
    weft_str workspace_id;
    weft_str created_at;   /**< RFC 3339 */
    weft_str expires_at;   /**< RFC 3339 */
    weft_str last_used_at; /**< RFC 3339; left out, or null = never */
    bool revoked;
    weft_str revoked_at; /**< RFC 3339; left out, or null = it is not */
} weft_agentserver_codex_token;

/** weft_agentserver_list_codex_tokens. */
typedef struct weft_agentserver_codex_token_list {
    weft_object object;
    const weft_agentserver_codex_token *items;
    size_t count;
} weft_agentserver_codex_token_list;
/** A weft_done_cb with a weft_agentserver_codex_token_list. */
typedef void weft_agentserver_codex_token_list_cb(weft_call *call, const weft_error *error,
                                                  const weft_agentserver_codex_token_list *result, void *arg);

#ifdef __cplusplus
}
#endif

#endif
