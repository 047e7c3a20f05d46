/* weft/agentserver_agents.h - agentserver: agents, their tasks and messages, executors, browsers and codex
 * tokens. What holds for every function is said in weft/agentserver.h. */
#ifndef WEFT_AGENTSERVER_AGENTS_H
#define WEFT_AGENTSERVER_AGENTS_H

#include "weft/agentserver_agents_types.h"
#include "weft/client.h"
#include "weft/wait.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Agents ------------------------------------------------------------------------------------------ */

/**
 * Registers a program as an agent: makes a local sandbox, a new one each time. POST /api/agent/register;
 * needs no session. `oauth_token` is an access token with the scope agent:register; it names the workspace,
 * is sent with this call only, and is not kept. Hand the result's `proxy_token` to
 * weft_agentserver_set_agent_token.
 * Result: weft_agentserver_register_agent_response.
 * Errors: WEFT_E_UNAUTHORIZED  the token is missing, false or too old
 *         WEFT_E_FORBIDDEN     it lacks the scope, or its owner the right
 *         WEFT_E_UNAVAILABLE   the server has no OAuth
 */
WEFT_API weft_call *weft_agentserver_register_agent(weft_client *client, const char *oauth_token,
                                                    const weft_agentserver_register_agent_request *request,
                                                    const weft_call_options *options,
                                                    weft_agentserver_register_agent_cb *cb, void *arg);

/**
 * Tells other agents what this one can do; again, to tell them something else.
 * POST /api/agent/discovery/cards; as the agent. It also makes the agent available.
 * Result: weft_agentserver_register_agent_card_response.
 */
WEFT_API weft_call *weft_agentserver_register_agent_card(weft_client *client,
                                                         const weft_agentserver_register_agent_card_request *request,
                                                         const weft_call_options *options,
                                                         weft_agentserver_register_agent_card_cb *cb, void *arg);

/**
 * The cards of the agent's own workspace, by name. GET /api/agent/discovery/agents; as the agent.
 * Result: weft_agentserver_agent_card_list.
 */
WEFT_API weft_call *weft_agentserver_list_agent_cards_as_agent(weft_client *client, const weft_call_options *options,
                                                               weft_agentserver_agent_card_list_cb *cb, void *arg);

/**
 * The cards of a workspace's agents, by name. GET /api/workspaces/{wid}/agents.
 * Result: weft_agentserver_agent_card_list.
 */
WEFT_API weft_call *weft_agentserver_list_agent_cards(weft_client *client, const char *workspace_id,
                                                      const weft_call_options *options,
                                                      weft_agentserver_agent_card_list_cb *cb, void *arg);

/**
 * The card of one agent. GET /api/agents/{sandboxId}.
 * Result: weft_agentserver_agent_card.
 */
WEFT_API weft_call *weft_agentserver_get_agent_card(weft_client *client, const char *sandbox_id,
                                                    const weft_call_options *options,
                                                    weft_agentserver_agent_card_cb *cb, void *arg);

/* ---- Tasks ------------------------------------------------------------------------------------------- */

/**
 * Gives a task to an agent. POST /api/workspaces/{wid}/tasks. It answers at once: weft_agentserver_wait_task
 * waits for the outcome.
 * Result: weft_agentserver_create_task_response.
 * Errors: WEFT_E_NOT_FOUND  no such agent
 *         WEFT_E_FORBIDDEN  also when the agent is in another workspace
 */
WEFT_API weft_call *weft_agentserver_create_task(weft_client *client, const char *workspace_id,
                                                 const weft_agentserver_create_task_request *request,
                                                 const weft_call_options *options, weft_agentserver_create_task_cb *cb,
                                                 void *arg);

/**
 * The same from agent to agent. POST /api/agent/tasks; as the agent.
 * Result: weft_agentserver_create_task_response.
 * Errors: WEFT_E_NOT_FOUND  no such agent
 *         WEFT_E_FORBIDDEN  the agent is in another workspace
 */
WEFT_API weft_call *weft_agentserver_create_task_as_agent(weft_client *client,
                                                          const weft_agentserver_create_task_request *request,
                                                          const weft_call_options *options,
                                                          weft_agentserver_create_task_cb *cb, void *arg);

/**
 * The newest 100 tasks of a workspace. GET /api/workspaces/{wid}/tasks.
 * Result: weft_agentserver_task_list.
 */
WEFT_API weft_call *weft_agentserver_list_tasks(weft_client *client, const char *workspace_id,
                                                const weft_call_options *options, weft_agentserver_task_list_cb *cb,
                                                void *arg);

/**
 * One task as it stands; asked for, with what its session put out, should there be one.
 * GET /api/tasks/{id}.
 * Result: weft_agentserver_task.
 */
WEFT_API weft_call *weft_agentserver_get_task(weft_client *client, const char *task_id,
                                              const weft_agentserver_get_task_options *what,
                                              const weft_call_options *options, weft_agentserver_task_cb *cb,
                                              void *arg);

/**
 * The same for an agent. GET /api/agent/tasks/{id}; as the agent.
 * Result: weft_agentserver_task.
 */
WEFT_API weft_call *weft_agentserver_get_task_as_agent(weft_client *client, const char *task_id,
                                                       const weft_agentserver_get_task_options *what,
                                                       const weft_call_options *options, weft_agentserver_task_cb *cb,
                                                       void *arg);

/**
 * Takes up to 5 tasks that wait for the agent. GET /api/agent/tasks/poll; as the agent. It answers at once,
 * with an empty list when there are none: ask again in 5 s. What was taken is not given out again, so weft
 * never asks twice by itself.
 * Result: weft_agentserver_assigned_task_list.
 * Errors: WEFT_E_FORBIDDEN  the sandbox is another agent's
 */
WEFT_API weft_call *weft_agentserver_poll_tasks(weft_client *client, const weft_agentserver_poll_tasks_options *whose,
                                                const weft_call_options *options,
                                                weft_agentserver_assigned_task_list_cb *cb, void *arg);

/**
 * Reports how a task goes, or ended. PUT /api/agent/tasks/{id}/status; as the agent. A success also for tasks
 * that there are not, and those of others.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_update_task_status(weft_client *client, const char *task_id,
                                                        const weft_agentserver_update_task_status_request *request,
                                                        const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * Cancels a task. POST /api/tasks/{id}/cancel. Its agent is not told.
 * Result: weft_agentserver_cancel_task_response.
 * Errors: WEFT_E_CONFLICT  it had already ended
 */
WEFT_API weft_call *weft_agentserver_cancel_task(weft_client *client, const char *task_id,
                                                 const weft_call_options *options, weft_agentserver_cancel_task_cb *cb,
                                                 void *arg);

/** `task` is seen first, or has another `status` than before. It lives until this returns. */
typedef void weft_agentserver_task_change_cb(const weft_agentserver_task *task, void *arg);

/**
 * Waits until a task is completed, failed or cancelled: see weft/wait.h. GET /api/tasks/{id}, again and again. `wait`
 * and `on_change` may be NULL.
 * Result: weft_agentserver_task, as it ended. A failed task is no error of the wait: ask
 *         weft_agentserver_task_is_completed.
 */
WEFT_API weft_call *weft_agentserver_wait_task(weft_client *client, const char *task_id, const weft_wait_options *wait,
                                               weft_agentserver_task_change_cb *on_change,
                                               const weft_call_options *options, weft_agentserver_task_cb *cb,
                                               void *arg);

/** The same for an agent. GET /api/agent/tasks/{id}, again and again; as the agent. */
WEFT_API weft_call *weft_agentserver_wait_task_as_agent(weft_client *client, const char *task_id,
                                                        const weft_wait_options *wait,
                                                        weft_agentserver_task_change_cb *on_change,
                                                        const weft_call_options *options, weft_agentserver_task_cb *cb,
                                                        void *arg);

/* ---- Messages between agents ------------------------------------------------------------------------- */

/**
 * Leaves a message for another agent of the workspace. POST /api/agent/mailbox/send; as the agent.
 * Result: weft_agentserver_send_message_response.
 * Errors: WEFT_E_NOT_FOUND  no such agent
 *         WEFT_E_FORBIDDEN  the agent is in another workspace
 */
WEFT_API weft_call *weft_agentserver_send_message(weft_client *client,
                                                  const weft_agentserver_send_message_request *request,
                                                  const weft_call_options *options,
                                                  weft_agentserver_send_message_cb *cb, void *arg);

/**
 * Takes the oldest unread messages. GET /api/agent/mailbox/inbox; as the agent. It answers at once. What was taken is
 * not given out again, so weft never asks twice by itself.
 * Result: weft_agentserver_message_list.
 */
WEFT_API weft_call *weft_agentserver_poll_messages(weft_client *client,
                                                   const weft_agentserver_poll_messages_options *page,
                                                   const weft_call_options *options,
                                                   weft_agentserver_message_list_cb *cb, void *arg);

/**
 * What the agents of a workspace did, newest first. GET /api/workspaces/{wid}/agent-interactions.
 * Result: weft_agentserver_interaction_list.
 */
WEFT_API weft_call *weft_agentserver_list_interactions(weft_client *client, const char *workspace_id,
                                                       const weft_agentserver_list_interactions_options *page,
                                                       const weft_call_options *options,
                                                       weft_agentserver_interaction_list_cb *cb, void *arg);

/* ---- Executors, browsers, codex tokens --------------------------------------------------------------- */

/**
 * Makes an executor, for owners and maintainers, and tells how to connect its machine.
 * POST /api/workspaces/{wid}/executors.
 * Result: weft_agentserver_register_executor_response.
 * Errors: WEFT_E_UNAVAILABLE   the server has no executors
 *         WEFT_E_SERVER_ERROR  with `http_status` 502: the gateway refused, perhaps because the name is taken
 */
WEFT_API weft_call *weft_agentserver_register_executor(weft_client *client, const char *workspace_id,
                                                       const weft_agentserver_register_executor_request *request,
                                                       const weft_call_options *options,
                                                       weft_agentserver_register_executor_cb *cb, void *arg);

/**
 * The executors of a workspace, oldest first; none where the server has no executors.
 * GET /api/workspaces/{wid}/executors.
 * Result: weft_agentserver_executor_list.
 */
WEFT_API weft_call *weft_agentserver_list_executors(weft_client *client, const char *workspace_id,
                                                    const weft_call_options *options,
                                                    weft_agentserver_executor_list_cb *cb, void *arg);

/**
 * Takes an executor out of a workspace, for owners and maintainers.
 * DELETE /api/workspaces/{wid}/executors/{exe_id}. A success also for one that there is not.
 * Result: none, the success is the answer.
 * Errors: WEFT_E_UNAVAILABLE  the server has no executors
 */
WEFT_API weft_call *weft_agentserver_remove_executor(weft_client *client, const char *workspace_id, const char *exe_id,
                                                     const weft_call_options *options, weft_done_cb *cb, void *arg);

/**
 * The browser sessions of a workspace, newest first, without those of revoked tokens.
 * GET /api/workspaces/{wid}/browsers.
 * Result: weft_agentserver_browser_list.
 */
WEFT_API weft_call *weft_agentserver_list_browsers(weft_client *client, const char *workspace_id,
                                                   const weft_call_options *options,
                                                   weft_agentserver_browser_list_cb *cb, void *arg);

/**
 * Makes a codex token, not for guests. POST /api/codex/tokens. It is told this once.
 * Result: weft_agentserver_create_codex_token_response.
 * Errors: WEFT_E_UNPROCESSABLE  `ttl_days` is none
 */
WEFT_API weft_call *weft_agentserver_create_codex_token(weft_client *client,
                                                        const weft_agentserver_create_codex_token_request *request,
                                                        const weft_call_options *options,
                                                        weft_agentserver_create_codex_token_cb *cb, void *arg);

/**
 * The codex tokens of a workspace, newest first; asked for, with those that were revoked.
 * GET /api/codex/tokens.
 * Result: weft_agentserver_codex_token_list.
 */
WEFT_API weft_call *weft_agentserver_list_codex_tokens(weft_client *client, const char *workspace_id,
                                                       const weft_agentserver_list_codex_tokens_options *which,
                                                       const weft_call_options *options,
                                                       weft_agentserver_codex_token_list_cb *cb, void *arg);

/**
 * Ends a codex token. DELETE /api/codex/tokens/{id}. A success also for one that there is not.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_revoke_codex_token(weft_client *client, const char *token_id,
                                                        const weft_call_options *options, weft_done_cb *cb, void *arg);

/* ---- Reading results; these allocate nothing and may be used on any thread --------------------------- */

/* NULL is false. */

/** It has ended: completed, failed or cancelled. An unknown status is not taken for an end. */
WEFT_API bool weft_agentserver_task_is_final(const weft_agentserver_task *task);
/** `status` is "completed": the one success. */
WEFT_API bool weft_agentserver_task_is_completed(const weft_agentserver_task *task);
/** `status` is "failed": `failure_reason` says why. */
WEFT_API bool weft_agentserver_task_is_failed(const weft_agentserver_task *task);
/** `status` is "cancelled". */
WEFT_API bool weft_agentserver_task_is_cancelled(const weft_agentserver_task *task);

#ifdef __cplusplus
}
#endif

#endif
