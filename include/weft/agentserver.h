/**
 * weft/agentserver.h - agentserver: workspaces, sandboxes, agents, tasks, codex turns. API 0.64.
 *
 *     weft_client *api = weft_agentserver_client(engine, &(weft_client_options){
 *         .base_url = "https://agent.example.com",
 *     }, &info);
 *     weft_agentserver_log_in(api, &(weft_agentserver_log_in_request){
 *         .email = "alice@example.com",
 *         .password = password,
 *     }, NULL, on_login, NULL);
 *
 * Everything is declared by area, functions and, in the header ending in _types.h beside it, their types. This header
 * includes them all:
 *
 *   weft/agentserver_workspaces.h    accounts (register_user, log_in, get_me), workspaces, members, API keys, sandboxes
 *   weft/agentserver_agents.h        agents and their cards, tasks, messages, executors, browsers, codex tokens
 *   weft/agentserver_integrations.h  credentials, messengers' channels, language models, usage, traces, operations
 *   weft/agentserver_admin.h         weft_agentserver_admin_*: users, workspaces, sandboxes, quotas; for administrators
 *   weft/agentserver_gateways.h      weft_agentserver_gateway_*: codex turns, and executors at their gateway
 *
 * The two gateways are at addresses of their own, so they have clients of their own:
 * weft_agentserver_codex_gateway_client and weft_agentserver_executor_gateway_client.
 *
 * Defaults of this service: a call has 10 s to connect and 30 s in all; 60 s where the server has to ask
 * others - executors, credentials, messengers, a new sandbox - and 2 minutes where it takes a workspace or a
 * sandbox down. A comment says where it is more yet: a codex turn has 61 minutes, or a minute more than its
 * own `timeout_ms` if that is longer; the gateway of executors 10 s, as in its own client. Users'
 * requests carry the session that a login gave; agents' requests, whose comments say "as the agent", carry
 * the agent's token. What looks something up is sent again when the network failed, or the server answered
 * 502, 503 or 504. Nothing else is ever sent again, not even where weft_retry_options would allow it: most of
 * it makes something, and some that looks harmless takes away what it shows.
 *
 * Beside the rules in weft/weft.h, these hold for every function here:
 *
 *   Result: in `cb`, a pointer to the struct that the function's comment names; never NULL on success, unless
 *           the comment says that there is none. A member that the server left out, or sent as null, is zero;
 *           weft_object_get_state tells these apart.
 *   Errors: WEFT_E_INVALID       an argument is missing or wrong; nothing was sent
 *           WEFT_E_UNAUTHORIZED  no session or token, or one that is not, or no longer, good; a session that
 *                                was sent is then forgotten
 *           WEFT_E_FORBIDDEN     the user is no member of the workspace, or lacks the role
 *           WEFT_E_FEATURE_OFF   the server lacks the feature, or has it switched off: it answered 405 without
 *                                a body, as one does that has the web pages deployed. One without them answers
 *                                404 (WEFT_E_NOT_FOUND, "404 page not found")
 *           WEFT_E_CONTENT_TYPE  a web page in the place of an answer: the same of what is asked by GET
 *           WEFT_E_UNAVAILABLE   also when the server was not set up for it: "executors integration not
 *                                configured", and alike. That is not asked again
 *           WEFT_E_BAD_REQUEST, WEFT_E_NOT_FOUND, WEFT_E_CONFLICT, WEFT_E_SERVER_ERROR (502, too) and the others
 *           by HTTP status; the message has the server's own words, and
 *           `server_code` its word for programs in the few places where it has one. A function's comment
 *           names only what is particular to it.
 *
 * In requests, text that is NULL or empty, false, 0 and empty lists are not sent, unless the field says
 * otherwise; what is optional (weft_opt_int64 and its kin) is sent by its state, 0 and false included. Members
 * that a server knows and weft does not, or an explicit null, go into `extra`.
 *
 * Members that end in _at are times, RFC 3339, which weft_time_parse reads. Ids are texts. A request that a function
 * takes is called weft_agentserver_<function>_request, what else may be asked for weft_agentserver_<function>_options;
 * functions ending in _as_agent take what those without it take, and weft_agentserver_register_user takes what
 * weft_agentserver_log_in takes.
 *
 * There are no event streams: weft_agentserver_wait_task and weft_agentserver_wait_sandbox look at a task or a sandbox
 * until it has ended, or settled.
 *
 * What a server offers beyond these functions - signing in with other accounts, the OAuth that gives agents
 * their token, /healthz - is reached with weft_http_send and the same client, as the user.
 */
#ifndef WEFT_AGENTSERVER_H
#define WEFT_AGENTSERVER_H

#include "weft/agentserver_admin.h"
#include "weft/agentserver_agents.h"
#include "weft/agentserver_gateways.h"
#include "weft/agentserver_integrations.h"
#include "weft/agentserver_workspaces.h"
#include "weft/client.h"
#include "weft/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Makes a client of the agentserver at `options->base_url`, which is required. `options->token` is refused: users have
 * a session, agents a token of their own, and the functions below set them. NULL when an option is wrong or memory is
 * short; `ret_error`, unless it is NULL, then says what.
 */
WEFT_API weft_client *weft_agentserver_client(weft_engine *engine, const weft_client_options *options,
                                              weft_error_info *ret_error);

/**
 * The session of a user, the value of the cookie "agentserver-token": set by weft_agentserver_log_in,
 * forgotten after weft_agentserver_log_out and when the server calls it no longer good. NULL when there
 * is none. A secret; it lives until it changes, so that a program that keeps it for its next start copies it.
 */
WEFT_API const char *weft_agentserver_get_session(const weft_client *client);

/**
 * Sets the session for requests sent from now on; copied, and wiped when it is replaced. NULL or "" forgets it. False,
 * with `ret_error` filled unless that is NULL, and the old one stays, when it cannot be the value of a cookie, the
 * client is not one of agentserver, or memory is short.
 */
WEFT_API bool weft_agentserver_set_session(weft_client *client, const char *session, weft_error_info *ret_error);

/**
 * Sets the agent's token, `proxy_token` of weft_agentserver_register_agent, for requests sent from now on;
 * copied, and wiped when it is replaced. NULL or "" forgets it. False, with `ret_error` filled unless that is NULL, and
 * the old one stays, when it has control characters, the client is not one of agentserver, or memory is short.
 */
WEFT_API bool weft_agentserver_set_agent_token(weft_client *client, const char *proxy_token,
                                               weft_error_info *ret_error);

/* ---- Reading results; these allocate nothing and may be used on any thread --------------------------- */

/** The numbers of a WEFT_E_QUOTA_EXCEEDED; false, and nothing to rely on, for any other error, and for NULL. */
WEFT_API bool weft_agentserver_error_get_quota(const weft_error *error, int64_t *ret_current, int64_t *ret_max);

#ifdef __cplusplus
}
#endif

#endif
