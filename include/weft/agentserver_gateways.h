/* weft/agentserver_gateways.h - agentserver: codex turns, and the gateway of executors.
 * What holds for every function is said in weft/agentserver.h. */
#ifndef WEFT_AGENTSERVER_GATEWAYS_H
#define WEFT_AGENTSERVER_GATEWAYS_H

#include "weft/agentserver_gateways_types.h"
#include "weft/client.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Both gateways ----------------------------------------------------------------------------------- */

/**
 * Sets what a gateway shares with agentserver, sent with every request from now on; copied, and wiped when it is
 * replaced or the client closes. NULL or "" = none. False, with `ret_error` filled unless that is NULL, and the old one
 * stays, when it has control characters, the client is not one of a gateway, or memory is short.
 */
WEFT_API bool weft_agentserver_gateway_set_secret(weft_client *client, const char *internal_secret,
                                                  weft_error_info *ret_error);

/* ---- Codex turns ------------------------------------------------------------------------------------- */

/**
 * Makes a client of the codex gateway at `options->base_url`, which is required. It sends `options->token`, a workspace
 * API key, and the secret of weft_agentserver_gateway_set_secret, where there is one: either will do. A call may take
 * 61 minutes, or a minute more than its `timeout_ms` if that is longer. NULL when an option is wrong or memory is
 * short; `ret_error`, unless it is NULL, then says what.
 */
WEFT_API weft_client *weft_agentserver_codex_gateway_client(weft_engine *engine, const weft_client_options *options,
                                                            weft_error_info *ret_error);

/**
 * Runs one turn of codex and answers when it is over, which may take an hour. POST /api/turns. The gateway cannot be
 * asked about a turn that is under way, so that there is nothing like weft_agentserver_wait_task for it.
 * Result: weft_agentserver_gateway_run_turn_response.
 * Errors: WEFT_E_TURN_FAILED   the server answered 200, but there was no turn: `server_code` is
 *                              WEFT_AGENTSERVER_GATEWAY_TURN_*; the answer, `threadId` included, is the error's body:
 *                              weft_object_get reads it. The turn may have had effects, as
 *                              `outcome` says: NOT_ACTED_ON where not even its thread could be started
 *         WEFT_E_UNAUTHORIZED  the secret, or the key, is not good. Servers 0.64.12 take no keys at all, and
 *                              some later ones refuse the keys that they make themselves
 *         WEFT_E_FORBIDDEN     the key is another workspace's, or lacks the scope
 */
WEFT_API weft_call *weft_agentserver_gateway_run_turn(weft_client *client,
                                                      const weft_agentserver_gateway_run_turn_request *request,
                                                      const weft_call_options *options,
                                                      weft_agentserver_gateway_run_turn_cb *cb, void *arg);

/**
 * Reads the `turn` of an answer of weft_agentserver_gateway_run_turn. What codex may have added is in `object`.
 *
 * When:    within the callback, with the call and the result that it was given, or later with a call that is kept.
 * Memory:  lives as long as the result.
 * Returns: NULL when there is no turn in the answer, or none that is a JSON object, or memory is short.
 */
WEFT_API const weft_agentserver_gateway_turn *weft_agentserver_gateway_read_turn(
    weft_call *call, const weft_agentserver_gateway_run_turn_response *answer);

/* These allocate nothing and may be used on any thread. NULL is false. */

/** The turn has ended: completed, failed or interrupted. An unknown status is not taken for an end. */
WEFT_API bool weft_agentserver_gateway_turn_is_final(const weft_agentserver_gateway_turn *turn);
/** `status` is "completed": the one success. */
WEFT_API bool weft_agentserver_gateway_turn_is_completed(const weft_agentserver_gateway_turn *turn);
/** `status` is "failed" or "interrupted"; `error` may say why. Where there was no turn at all, the call failed. */
WEFT_API bool weft_agentserver_gateway_turn_is_failed(const weft_agentserver_gateway_turn *turn);

/* ---- The executor gateway ---------------------------------------------------------------------------- */

/**
 * Makes a client of the executor gateway at `options->base_url`, which is required. It sends the secret of
 * weft_agentserver_gateway_set_secret, where there is one; `options->token` is refused, for the gateway takes none. A
 * call may take 10 s. NULL when an option is wrong or memory is short; `ret_error`, unless it is NULL, then says what.
 */
WEFT_API weft_client *weft_agentserver_executor_gateway_client(weft_engine *engine, const weft_client_options *options,
                                                               weft_error_info *ret_error);

/**
 * Makes an executor that belongs to the user. POST /api/codex-exec/register.
 * Result: weft_agentserver_gateway_register_executor_response.
 * Errors: WEFT_E_UNAUTHORIZED  the secret is not good
 */
WEFT_API weft_call *weft_agentserver_gateway_register_executor(
    weft_client *client, const char *user_id, const weft_agentserver_gateway_register_executor_request *request,
    const weft_call_options *options, weft_agentserver_gateway_register_executor_cb *cb, void *arg);

/**
 * Gives an executor a name in a workspace. POST /api/codex-exec/workspaces/{wid}/executors.
 * Result: none, the success is the answer.
 * Errors: WEFT_E_CONFLICT  the name may be taken; servers answer so to every failure of their store
 */
WEFT_API weft_call *weft_agentserver_gateway_bind_executor(
    weft_client *client, const char *workspace_id, const weft_agentserver_gateway_bind_executor_request *request,
    const weft_agentserver_gateway_bind_executor_options *who, const weft_call_options *options, weft_done_cb *cb,
    void *arg);

/**
 * The executors of a workspace. GET /api/codex-exec/workspaces/{wid}/executors.
 * Result: weft_agentserver_executor_list.
 */
WEFT_API weft_call *weft_agentserver_gateway_list_executors(weft_client *client, const char *workspace_id,
                                                            const weft_agentserver_gateway_list_executors_options *who,
                                                            const weft_call_options *options,
                                                            weft_agentserver_executor_list_cb *cb, void *arg);

/**
 * Takes an executor out of a workspace. DELETE /api/codex-exec/workspaces/{wid}/executors/{exe_id}.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_gateway_unbind_executor(
    weft_client *client, const char *workspace_id, const char *exe_id,
    const weft_agentserver_gateway_unbind_executor_options *who, const weft_call_options *options, weft_done_cb *cb,
    void *arg);

/**
 * Deletes an executor. DELETE /api/codex-exec/executors/{exe_id}. One that there is not (404) is a success,
 * too.
 * Result: none, the success is the answer.
 */
WEFT_API weft_call *weft_agentserver_gateway_unregister_executor(
    weft_client *client, const char *exe_id, const weft_agentserver_gateway_unregister_executor_options *who,
    const weft_call_options *options, weft_done_cb *cb, void *arg);

#ifdef __cplusplus
}
#endif

#endif
