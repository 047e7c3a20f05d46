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

/** A program that becomes an agent: weft_agentserver_register_agent. */
typedef struct weft_agentserver_register_agent_request {
    const char *name;  /**< for people; none = "Local Agent" */
    const char *type;  /**< WEFT_AGENTSERVER_SANDBOX_OPENCODE (none), _CLAUDECODE or _CUSTOM */
    const char *extra; /**< JSON object whose members are added, and win over those above */
} weft_agentserver_register_agent_request;

/** The new agent and its tokens: weft_agentserver_register_agent. */
typedef struct weft_agentserver_register_agent_response {
    weft_object object;
    weft_str sandbox_id;   /**< the agent's id: that of the local sandbox that was made for it */
    weft_str tunnel_token; /**< secret; for the tunnel that weft does not have, and as good as the other */
    weft_str proxy_token;  /**< secret; for weft_agentserver_set_agent_token */
    weft_str workspace_id; /**< the workspace that the OAuth token named */
    weft_str short_id;     /**< part of its host name: letters and digits */
} weft_agentserver_register_agent_response;
/** A weft_done_cb with a weft_agentserver_register_agent_response. */
typedef void weft_agentserver_register_agent_cb(weft_call *call, const weft_error *error,
                                                const weft_agentserver_register_agent_response *result, void *arg);

/** What an agent tells others of itself: weft_agentserver_register_agent_card. */
typedef struct weft_agentserver_register_agent_card_request {
    const char *display_name; /**< what others see; none = the sandbox's name */
    const char *description;  /**< what it is good for, in a sentence; none = empty */
    const char *agent_type;   /**< any text; none = "claudecode". Later cards cannot change it */
    const char *card;         /**< JSON of any kind that says what the agent can do; none = {}, "null" is kept as
                                   null */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
} weft_agentserver_register_agent_card_request;

/** That the card was stored: weft_agentserver_register_agent_card. */
typedef struct weft_agentserver_register_agent_card_response {
    weft_object object;
    weft_str status; /**< "ok" */
} weft_agentserver_register_agent_card_response;
/** A weft_done_cb with a weft_agentserver_register_agent_card_response. */
typedef void weft_agentserver_register_agent_card_cb(weft_call *call, const weft_error *error,
                                                     const weft_agentserver_register_agent_card_response *result,
                                                     void *arg);

/** An agent and what it can do: weft_agentserver_get_agent_card, and in a weft_agentserver_agent_card_list. */
typedef struct weft_agentserver_agent_card {
    weft_object object;
    weft_str agent_id;     /**< the id of its sandbox: the `target_id` of a task, the `to` of a message */
    weft_str display_name; /**< the name to show */
    weft_str description;  /**< what it is good for; perhaps empty */
    weft_str agent_type;   /**< the `agent_type` of its first card: "claudecode", or any text */
    weft_str status;       /**< WEFT_AGENTSERVER_AGENT_* */
    weft_json card;        /**< the `card` that it gave, but for white space and order */
    int64_t version;       /**< raised by each card that is given */
} weft_agentserver_agent_card;
/** A weft_done_cb with a weft_agentserver_agent_card. */
typedef void weft_agentserver_agent_card_cb(weft_call *call, const weft_error *error,
                                            const weft_agentserver_agent_card *result, void *arg);

/** The agents of a workspace: weft_agentserver_list_agent_cards, weft_agentserver_list_agent_cards_as_agent. */
typedef struct weft_agentserver_agent_card_list {
    weft_object object;
    const weft_agentserver_agent_card *items; /**< by `display_name` */
    size_t count;
} weft_agentserver_agent_card_list;
/** A weft_done_cb with a weft_agentserver_agent_card_list. */
typedef void weft_agentserver_agent_card_list_cb(weft_call *call, const weft_error *error,
                                                 const weft_agentserver_agent_card_list *result, void *arg);

/* ---- Tasks ------------------------------------------------------------------------------------------- */

/** A task for an agent: weft_agentserver_create_task, weft_agentserver_create_task_as_agent. */
typedef struct weft_agentserver_create_task_request {
    const char *target_id;               /**< required; sandbox of the agent, in the same workspace */
    const char *prompt;                  /**< required; what the agent is to do */
    const char *skill;                   /**< the skill that it calls for, "testing"; kept with the task; none = not
                                              said */
    const char *system_context;          /**< given to the agent with the prompt */
    int64_t max_turns;                   /**< the most turns that the agent should take; servers take it and forget
                                              it */
    weft_opt_double max_budget_usd;      /**< the most it should cost, in US dollars; servers take it and forget it */
    int64_t timeout_s;                   /**< seconds that the agent should take at most, kept with the task, which
                                              no server ends by itself; 0 = 300 */
    const char *const *delegation_chain; /**< ids of the agents through whose hands the task came; none = not sent */
    size_t delegation_chain_count;
    const char *requester_id;            /**< sandbox of the agent that asks: servers do not find it out, not even as
                                              the agent; none = nobody */
    const char *extra;                   /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_task_request;

/** The new task: weft_agentserver_create_task, weft_agentserver_create_task_as_agent. */
typedef struct weft_agentserver_create_task_response {
    weft_object object;
    weft_str task_id;    /**< "task_..."; for weft_agentserver_wait_task */
    weft_str session_id; /**< empty: servers have none yet */
    weft_str status;     /**< WEFT_AGENTSERVER_TASK_PENDING */
} weft_agentserver_create_task_response;
/** A weft_done_cb with a weft_agentserver_create_task_response. */
typedef void weft_agentserver_create_task_cb(weft_call *call, const weft_error *error,
                                             const weft_agentserver_create_task_response *result, void *arg);

/**
 * A task: weft_agentserver_get_task, weft_agentserver_get_task_as_agent, weft_agentserver_wait_task,
 * weft_agentserver_wait_task_as_agent, and in a weft_agentserver_task_list.
 */
typedef struct weft_agentserver_task {
    weft_object object;
    weft_str task_id;               /**< "task_..." */
    weft_str workspace_id;          /**< the workspace that it is in; left out in lists */
    weft_str requester_id;          /**< sandbox of the agent that asked, as it was given; perhaps empty */
    weft_str target_id;             /**< sandbox of the agent that is to do it */
    weft_str prompt;                /**< what it is to do */
    weft_str status;                /**< WEFT_AGENTSERVER_TASK_*: ask weft_agentserver_task_is_final */
    int64_t num_turns;              /**< turns that the agent took; 0 until it reported them */
    weft_str created_at;            /**< when it was given; RFC 3339 */
    weft_str session_id;            /**< the task's session; left out when there is none, and in lists */
    weft_str skill;                 /**< the skill that was asked for; left out when there was none */
    weft_opt_double total_cost_usd; /**< what it cost, in US dollars; left out until the agent told */
    weft_json result;               /**< what the agent reported; null may be such a thing; left out in lists */
    weft_str failure_reason;        /**< why it failed; left out when it did not, and in lists */
    weft_str completed_at;          /**< when it ended; RFC 3339; left out until then */
    weft_str output;                /**< what its session put out; only of weft_agentserver_get_task, asked for,
                                         where there is one */
} weft_agentserver_task;
/** A weft_done_cb with a weft_agentserver_task. */
typedef void weft_agentserver_task_cb(weft_call *call, const weft_error *error, const weft_agentserver_task *result,
                                      void *arg);

/** The tasks of a workspace: weft_agentserver_list_tasks. */
typedef struct weft_agentserver_task_list {
    weft_object object;
    const weft_agentserver_task *items; /**< the newest 100 */
    size_t count;
} weft_agentserver_task_list;
/** A weft_done_cb with a weft_agentserver_task_list. */
typedef void weft_agentserver_task_list_cb(weft_call *call, const weft_error *error,
                                           const weft_agentserver_task_list *result, void *arg);

/** A task that the agent has taken, and is to do. */
typedef struct weft_agentserver_assigned_task {
    weft_object object;
    weft_str task_id;               /**< for weft_agentserver_update_task_status */
    weft_str prompt;                /**< what it is to do */
    weft_str system_context;        /**< given with it; perhaps empty */
    int64_t max_turns;              /**< the most turns to take; 0: servers have forgotten it */
    weft_opt_double max_budget_usd; /**< the most it should cost, in US dollars; 0: servers have forgotten it */
    weft_str session_id;            /**< the task's session; left out when there is none */
} weft_agentserver_assigned_task;

/** What the agent has taken: weft_agentserver_poll_tasks. */
typedef struct weft_agentserver_assigned_task_list {
    weft_object object;
    const weft_agentserver_assigned_task *items; /**< up to 5; none when nothing was waiting */
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

/** How a task goes, or ended: weft_agentserver_update_task_status. */
typedef struct weft_agentserver_update_task_status_request {
    const char *status;             /**< required; WEFT_AGENTSERVER_TASK_RUNNING, _COMPLETED, _FAILED or _CANCELLED */
    const char *failure_reason;     /**< why it failed; required with _FAILED */
    const char *result;             /**< what came of it; with _COMPLETED: JSON of any kind; "null" is kept as null;
                                         none = nothing */
    weft_opt_double total_cost_usd; /**< what it cost, in US dollars; kept only with _COMPLETED and a `result` */
    int64_t num_turns;              /**< turns that it took; kept only with _COMPLETED and a `result` */
    const char *extra;              /**< JSON object whose members are added, and win over those above */
} weft_agentserver_update_task_status_request;

/** That the task was cancelled: weft_agentserver_cancel_task. */
typedef struct weft_agentserver_cancel_task_response {
    weft_object object;
    weft_str status; /**< WEFT_AGENTSERVER_TASK_CANCELLED */
} weft_agentserver_cancel_task_response;
/** A weft_done_cb with a weft_agentserver_cancel_task_response. */
typedef void weft_agentserver_cancel_task_cb(weft_call *call, const weft_error *error,
                                             const weft_agentserver_cancel_task_response *result, void *arg);

/* ---- Messages between agents ------------------------------------------------------------------------- */

/** A message for another agent: weft_agentserver_send_message. */
typedef struct weft_agentserver_send_message_request {
    const char *to;       /**< required; sandbox of the other agent, in the same workspace */
    const char *text;     /**< required; what to tell it */
    const char *msg_type; /**< what kind of message it is, between the agents: any text; none = "text" */
    const char *extra;    /**< JSON object whose members are added, and win over those above */
} weft_agentserver_send_message_request;

/** That the message was left: weft_agentserver_send_message. */
typedef struct weft_agentserver_send_message_response {
    weft_object object;
    weft_str message_id; /**< "msg_..." */
    weft_str status;     /**< "sent" */
} weft_agentserver_send_message_response;
/** A weft_done_cb with a weft_agentserver_send_message_response. */
typedef void weft_agentserver_send_message_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_send_message_response *result, void *arg);

/** A message that was taken out of the inbox. */
typedef struct weft_agentserver_message {
    weft_object object;
    weft_str id;         /**< "msg_..." */
    weft_str from;       /**< sandbox of the sender */
    weft_str text;       /**< what it says */
    weft_str msg_type;   /**< what kind of message it is, as the sender said: "text", or any text */
    weft_str created_at; /**< when it was sent; RFC 3339; servers do not promise to list by it */
} weft_agentserver_message;

/** Messages that were taken: weft_agentserver_poll_messages. */
typedef struct weft_agentserver_message_list {
    weft_object object;
    const weft_agentserver_message *items; /**< the oldest of those that were unread; none when there were none */
    size_t count;
} weft_agentserver_message_list;
/** A weft_done_cb with a weft_agentserver_message_list. */
typedef void weft_agentserver_message_list_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_message_list *result, void *arg);

/** weft_agentserver_poll_messages. All zero is good, and so is NULL. */
typedef struct weft_agentserver_poll_messages_options {
    int64_t limit; /**< the most messages to take; 0 = 10 */
} weft_agentserver_poll_messages_options;

/** weft_agentserver_list_interactions: which part of the list. All zero is good, and so is NULL. */
typedef struct weft_agentserver_list_interactions_options {
    int64_t limit;  /**< the most items, up to 200; 0, or more than that, = 50 */
    int64_t offset; /**< items to skip, from the newest on; 0 = none */
} weft_agentserver_list_interactions_options;

/** What an agent, or a user with one, did. */
typedef struct weft_agentserver_interaction {
    weft_object object;
    int64_t id;           /**< the interaction's own */
    weft_str actor_id;    /**< sandbox of the agent that did it; null when a user did */
    weft_str action;      /**< "task_created", "task_status_changed", "task_cancelled", "message_sent"; others may
                               come */
    weft_str target_id;   /**< id of the task or message */
    weft_str target_type; /**< "task" or "message" */
    weft_json detail;     /**< JSON object with more, by `action`; left out when there is none */
    weft_str created_at;  /**< when it was done; RFC 3339 */
} weft_agentserver_interaction;

/** What was done in a workspace: weft_agentserver_list_interactions. */
typedef struct weft_agentserver_interaction_list {
    weft_object object;
    const weft_agentserver_interaction *items; /**< newest first */
    size_t count;
} weft_agentserver_interaction_list;
/** A weft_done_cb with a weft_agentserver_interaction_list. */
typedef void weft_agentserver_interaction_list_cb(weft_call *call, const weft_error *error,
                                                  const weft_agentserver_interaction_list *result, void *arg);

/* ---- Executors, browsers, codex tokens --------------------------------------------------------------- */

/** An executor, a machine on which codex runs commands: weft_agentserver_register_executor. */
typedef struct weft_agentserver_register_executor_request {
    const char *name;        /**< required; "my-dev-machine": 1 to 64 of A-Z, a-z, 0-9, ".", "_", "-"; one of a kind
                                  in the workspace */
    const char *description; /**< what it is, "Main development laptop"; none = empty */
    const char *extra;       /**< JSON object whose members are added, and win over those above */
} weft_agentserver_register_executor_request;

/** How to connect an executor's machine. */
typedef struct weft_agentserver_executor_connect_commands {
    weft_object object;
    weft_str agent_identity; /**< shell text of several lines, with a secret in it; empty when the server has none */
} weft_agentserver_executor_connect_commands;

/** The new executor: weft_agentserver_register_executor. */
typedef struct weft_agentserver_register_executor_response {
    weft_object object;
    weft_str exe_id;             /**< "exe_..."; for weft_agentserver_remove_executor */
    weft_str connect_command;    /**< what to type on the machine; the same as in `connect_commands`; secret */
    weft_str agent_identity_jwt; /**< the token by which the machine is known, within that command; secret */
    const weft_agentserver_executor_connect_commands *connect_commands; /**< the ways to connect it; never NULL from
                                                                             known servers */
} weft_agentserver_register_executor_response;
/** A weft_done_cb with a weft_agentserver_register_executor_response. */
typedef void weft_agentserver_register_executor_cb(weft_call *call, const weft_error *error,
                                                   const weft_agentserver_register_executor_response *result,
                                                   void *arg);

/** A machine on which codex runs commands: in a weft_agentserver_executor_list. */
typedef struct weft_agentserver_executor {
    weft_object object;
    weft_str exe_id;          /**< "exe_..." */
    weft_str name;            /**< one of a kind in the workspace; the `env_id` of its operations */
    weft_str description;     /**< what it is; perhaps empty */
    bool is_default;          /**< it is the workspace's default one */
    bool is_online;           /**< its machine is connected now */
    weft_str last_seen_at;    /**< when it was last heard of; RFC 3339; this and what follows: left out when unknown */
    weft_str client_ip;       /**< address that it connects from */
    weft_str client_ua;       /**< program that it connects with, by its User-Agent */
    weft_str codex_version;   /**< version of codex there */
    weft_str os;              /**< operating system there */
    weft_str connected_at;    /**< when it last connected; RFC 3339 */
    weft_str disconnected_at; /**< when it was last lost; RFC 3339 */
} weft_agentserver_executor;

/** The executors of a workspace: weft_agentserver_list_executors, weft_agentserver_gateway_list_executors. */
typedef struct weft_agentserver_executor_list {
    weft_object object;
    const weft_agentserver_executor *items; /**< of weft_agentserver_list_executors the oldest first */
    size_t count;
} weft_agentserver_executor_list;
/** A weft_done_cb with a weft_agentserver_executor_list. */
typedef void weft_agentserver_executor_list_cb(weft_call *call, const weft_error *error,
                                               const weft_agentserver_executor_list *result, void *arg);

/** A browser session, by the codex token that it came with. */
typedef struct weft_agentserver_browser {
    weft_object object;
    weft_str id;              /**< id of the token */
    weft_str name;            /**< name of the token */
    weft_str workspace_id;    /**< the workspace that it is in */
    weft_str created_at;      /**< when the token was made; RFC 3339 */
    weft_str expires_at;      /**< when the token stops being good; RFC 3339; perhaps past */
    bool is_online;           /**< it is connected now */
    weft_str last_used_at;    /**< when the token was last used; RFC 3339; this and what follows: left out when
                                   unknown */
    weft_str client_ip;       /**< address that it connects from */
    weft_str client_ua;       /**< program that it connects with, by its User-Agent */
    weft_str codex_version;   /**< version of codex there */
    weft_str os;              /**< operating system there */
    weft_str connected_at;    /**< when it last connected; RFC 3339 */
    weft_str disconnected_at; /**< when it was last lost; RFC 3339 */
} weft_agentserver_browser;

/** The browser sessions of a workspace: weft_agentserver_list_browsers. */
typedef struct weft_agentserver_browser_list {
    weft_object object;
    const weft_agentserver_browser *items; /**< newest first, without those of revoked tokens */
    size_t count;
} weft_agentserver_browser_list;
/** A weft_done_cb with a weft_agentserver_browser_list. */
typedef void weft_agentserver_browser_list_cb(weft_call *call, const weft_error *error,
                                              const weft_agentserver_browser_list *result, void *arg);

/** weft_agentserver_list_codex_tokens. All zero is good, and so is NULL. */
typedef struct weft_agentserver_list_codex_tokens_options {
    bool include_revoked; /**< list those that were revoked as well; false = leave them out */
} weft_agentserver_list_codex_tokens_options;

/** A codex token to make: weft_agentserver_create_codex_token. */
typedef struct weft_agentserver_create_codex_token_request {
    const char *workspace_id; /**< required; the workspace that it is good for */
    const char *name;         /**< required; for people */
    int64_t ttl_days;         /**< days until it expires, 1 to 365; 0 = 90. For servers before 0.64.14: later ones
                                   want `expires_at` */
    const char *expires_at;   /**< when it expires: RFC 3339, at most 365 days ahead, "2027-01-31T00:00:00Z"; none =
                                   as the server likes. For servers from 0.64.14 on. Give both where the version is
                                   not known: no server minds the other one */
    const char *extra;        /**< JSON object whose members are added, and win over those above */
} weft_agentserver_create_codex_token_request;

/** A new codex token: weft_agentserver_create_codex_token. */
typedef struct weft_agentserver_create_codex_token_response {
    weft_object object;
    weft_str id;           /**< 8 characters; for weft_agentserver_revoke_codex_token */
    weft_str token;        /**< secret, told this once: "ast_..." */
    weft_str name;         /**< as it was given */
    weft_str workspace_id; /**< the workspace that it is good for */
    weft_str expires_at;   /**< when it stops being good; RFC 3339 */
    weft_str created_at;   /**< when it was made; RFC 3339 */
} weft_agentserver_create_codex_token_response;
/** A weft_done_cb with a weft_agentserver_create_codex_token_response. */
typedef void weft_agentserver_create_codex_token_cb(weft_call *call, const weft_error *error,
                                                    const weft_agentserver_create_codex_token_response *result,
                                                    void *arg);

/** A codex token, without its secret. */
typedef struct weft_agentserver_codex_token {
    weft_object object;
    weft_str id;           /**< 8 characters; for weft_agentserver_revoke_codex_token */
    weft_str name;         /**< for people */
    weft_str workspace_id; /**< the workspace that it is good for */
    weft_str created_at;   /**< when it was made; RFC 3339 */
    weft_str expires_at;   /**< when it stops being good; RFC 3339 */
    weft_str last_used_at; /**< when it was last used; RFC 3339; left out, or null = never */
    bool revoked;          /**< it is no longer good */
    weft_str revoked_at;   /**< when it was revoked; RFC 3339; left out, or null = it was not */
} weft_agentserver_codex_token;

/** The codex tokens of a workspace: weft_agentserver_list_codex_tokens. */
typedef struct weft_agentserver_codex_token_list {
    weft_object object;
    const weft_agentserver_codex_token *items; /**< newest first */
    size_t count;
} weft_agentserver_codex_token_list;
/** A weft_done_cb with a weft_agentserver_codex_token_list. */
typedef void weft_agentserver_codex_token_list_cb(weft_call *call, const weft_error *error,
                                                  const weft_agentserver_codex_token_list *result, void *arg);

#ifdef __cplusplus
}
#endif

#endif
