/* agentserver: logging in and out. */
#include "weft/agentserver.h"

#include "engine/engine.h"
#include "client/operation.h"
#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

weft_client *weft_agentserver_client(weft_engine *engine, const weft_client_options *options,
                                     weft_error_info *ret_error)
{
    return weft__client_new(engine, &weft__agentserver_service, options, ret_error);
}

bool weft_agentserver_set_session(weft_client *client, const char *session, weft_error_info *ret_error)
{
    if (!weft__service_is_of(&weft__agentserver_service, client, ret_error))
        return false;
    if (!weft__agentserver_is_cookie_value(session)) {
        weft__fail_new(ret_error, WEFT_E_INVALID,
                       "agentserver: session has characters that no cookie's value may have");
        return false;
    }
    return weft__client_set_text(client, WEFT__AGENTSERVER_SESSION_TEXT, "session", session, ret_error);
}

const char *weft_agentserver_get_session(const weft_client *client)
{
    return weft__service_is_of(&weft__agentserver_service, client, NULL)
               ? weft__client_text(client, WEFT__AGENTSERVER_SESSION_TEXT)
               : NULL;
}

bool weft_agentserver_set_agent_token(weft_client *client, const char *proxy_token, weft_error_info *ret_error)
{
    return weft__service_is_of(&weft__agentserver_service, client, ret_error) &&
           weft__client_set_text(client, WEFT__AGENTSERVER_AGENT_TEXT, "proxy_token", proxy_token, ret_error);
}

weft_call *weft_agentserver_register_user(weft_client *client, const weft_agentserver_log_in_request *request,
                                          const weft_call_options *options, weft_agentserver_register_user_cb *cb,
                                          void *arg)
{
    weft__agentserver_input input = {.request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_REGISTER_USER, &input, options,
                                    WEFT__CALLBACK(agentserver_register_user, cb, arg));
}

weft_call *weft_agentserver_log_in(weft_client *client, const weft_agentserver_log_in_request *request,
                                   const weft_call_options *options, weft_agentserver_session_status_cb *cb, void *arg)
{
    weft__agentserver_input input = {.request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LOG_IN, &input, options,
                                    WEFT__CALLBACK(agentserver_session_status, cb, arg));
}

weft_call *weft_agentserver_log_out(weft_client *client, const weft_call_options *options,
                                    weft_agentserver_session_status_cb *cb, void *arg)
{
    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LOG_OUT, NULL, options,
                                    WEFT__CALLBACK(agentserver_session_status, cb, arg));
}

weft_call *weft_agentserver_check_session(weft_client *client, const weft_call_options *options,
                                          weft_agentserver_session_status_cb *cb, void *arg)
{
    return weft__agentserver_submit(client, WEFT__AGENTSERVER_CHECK_SESSION, NULL, options,
                                    WEFT__CALLBACK(agentserver_session_status, cb, arg));
}

weft_call *weft_agentserver_get_me(weft_client *client, const weft_call_options *options, weft_agentserver_user_cb *cb,
                                   void *arg)
{
    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_ME, NULL, options,
                                    WEFT__CALLBACK(agentserver_user, cb, arg));
}
