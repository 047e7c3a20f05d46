/* agentserver: agents and their messages. */
#include "weft/agentserver.h"

#include "base/text.h"
#include "service/agentserver_operations.h"
#include "service/agentserver_submit.h"

/* ---- Agents --------------------------------------------------------------------------------------- */

const char *weft__agentserver_objection_to_oauth_token(weft_client *client, const weft__invocation *invocation,
                                                       weft_code *code)
{
    (void)client, (void)code;
    if (weft__is_empty(invocation->header_value))
        return "oauth_token is required";
    return weft__text_has_control(invocation->header_value) ? "oauth_token contains control characters" : NULL;
}

/* The token is a header of the one request: the client never has it. */
weft_call *weft_agentserver_register_agent(weft_client *client, const char *oauth_token,
                                           const weft_agentserver_register_agent_request *request,
                                           const weft_call_options *options, weft_agentserver_register_agent_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.request = request, .header = oauth_token};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_REGISTER_AGENT, &input, options,
                                    WEFT__CALLBACK(agentserver_register_agent, cb, arg));
}

weft_call *weft_agentserver_register_agent_card(weft_client *client,
                                                const weft_agentserver_register_agent_card_request *request,
                                                const weft_call_options *options,
                                                weft_agentserver_register_agent_card_cb *cb, void *arg)
{
    weft__agentserver_input input = {.request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_REGISTER_AGENT_CARD, &input, options,
                                    WEFT__CALLBACK(agentserver_register_agent_card, cb, arg));
}

weft_call *weft_agentserver_list_agent_cards_as_agent(weft_client *client, const weft_call_options *options,
                                                      weft_agentserver_agent_card_list_cb *cb, void *arg)
{
    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_AGENT_CARDS_AS_AGENT, NULL, options,
                                    WEFT__CALLBACK(agentserver_agent_card_list, cb, arg));
}

weft_call *weft_agentserver_list_agent_cards(weft_client *client, const char *workspace_id,
                                             const weft_call_options *options, weft_agentserver_agent_card_list_cb *cb,
                                             void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_AGENT_CARDS, &input, options,
                                    WEFT__CALLBACK(agentserver_agent_card_list, cb, arg));
}

weft_call *weft_agentserver_get_agent_card(weft_client *client, const char *sandbox_id,
                                           const weft_call_options *options, weft_agentserver_agent_card_cb *cb,
                                           void *arg)
{
    weft__agentserver_input input = {.ids = {{"sandbox_id", sandbox_id}}};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_GET_AGENT_CARD, &input, options,
                                    WEFT__CALLBACK(agentserver_agent_card, cb, arg));
}

/* ---- Messages between agents ---------------------------------------------------------------------- */

weft_call *weft_agentserver_send_message(weft_client *client, const weft_agentserver_send_message_request *request,
                                         const weft_call_options *options, weft_agentserver_send_message_cb *cb,
                                         void *arg)
{
    weft__agentserver_input input = {.request = request};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_SEND_MESSAGE, &input, options,
                                    WEFT__CALLBACK(agentserver_send_message, cb, arg));
}

weft_call *weft_agentserver_poll_messages(weft_client *client, const weft_agentserver_poll_messages_options *page,
                                          const weft_call_options *options, weft_agentserver_message_list_cb *cb,
                                          void *arg)
{
    weft__agentserver_input input = {.options = page};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_POLL_MESSAGES, &input, options,
                                    WEFT__CALLBACK(agentserver_message_list, cb, arg));
}

weft_call *weft_agentserver_list_interactions(weft_client *client, const char *workspace_id,
                                              const weft_agentserver_list_interactions_options *page,
                                              const weft_call_options *options,
                                              weft_agentserver_interaction_list_cb *cb, void *arg)
{
    weft__agentserver_input input = {.ids = {{"workspace_id", workspace_id}}, .options = page};

    return weft__agentserver_submit(client, WEFT__AGENTSERVER_LIST_INTERACTIONS, &input, options,
                                    WEFT__CALLBACK(agentserver_interaction_list, cb, arg));
}
