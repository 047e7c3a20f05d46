/* What a workspace is connected to, administration, and the gateways: the exchanges of the contract. */
#include "agentserver_fixture.h"

/* ---- Credentials and messengers ---------------------------------------------------------------------- */

TEST(a_credential_is_stored_or_waits_for_its_user)
{
    static const script_step steps[] = {
        EXPECT("POST /api/workspaces/" WORKSPACE "/credentials/k8s HTTP/1.1\r\n"),
        AS_USER,
        WITH_BODY("{\"display_name\":\"prod\",\"config\":\"apiVersion: v1\\nkind: Config\\n\"}"),
        SEND("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 173\r\n\r\n"
             "{\"auth_type\":\"bearer\",\"display_name\":\"prod\",\"id\":\"Zm9vYmFyYmF6cXV4MTIzNA\",\"is_"
             "default\":true,"
             "\"public_meta\":{\"ca_data_b64\":\"TFMw\"},\"server_url\":\"https://k8s.example.com:6443\"}"),
        EXPECT("POST /api/workspaces/" WORKSPACE "/credentials/k8s HTTP/1.1\r\n"),
        SEND("HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 155\r\n\r\n"
             "{\"expires_in\":899,\"id\":\"QUJDREVGR0hJSktMTU5PUA\",\"status\":\"pending_device_code\","
             "\"user_code\":"
             "\"WDJB-MJHT\",\"verification_uri\":\"https://idp.example.com/device\"}"),
        EXPECT("POST /api/workspaces/" WORKSPACE
               "/credentials/k8s/QUJDREVGR0hJSktMTU5PUA/device-complete HTTP/1.1\r\n"),
        AS_USER,
        WITHOUT_BODY,
        ANSWER("201 Created", "{\"auth_type\":\"oidc\",\"display_name\":\"stage\",\"id\":\"QUJDREVGR0hJSktMTU5PUA\","
                              "\"is_default\":false,\"public_meta\":{},\"server_url\":\"https://k8s2.example.com\"}"),
    };
    weft_agentserver_create_credential_request request = {"prod", "apiVersion: v1\nkind: Config\n"};
    const weft_agentserver_create_credential_response *binding;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_create_credential(api, WORKSPACE, WEFT_AGENTSERVER_CREDENTIAL_K8S, &request,
                                                         NULL, on_agentserver_create_credential, &fx)));
    CHECK(!fx.error);
    binding = fx.result;
    CHECK_EQ(binding->outcome, WEFT_AGENTSERVER_CREDENTIAL_OUTCOME_STORED);
    CHECK(binding->is_default && json_is(binding->public_meta, "{\"ca_data_b64\":\"TFMw\"}"));
    CHECK(finish(&fx, weft_agentserver_create_credential(api, WORKSPACE, "k8s", &request, NULL,
                                                         on_agentserver_create_credential, &fx)));
    CHECK(!fx.error);
    binding = fx.result;
    CHECK_EQ(binding->outcome, WEFT_AGENTSERVER_CREDENTIAL_OUTCOME_PENDING);
    CHECK(binding->expires_in_s == 899 && is(binding->user_code, "WDJB-MJHT"));
    CHECK_EQ(weft_object_get_state(&binding->object, "is_default"), WEFT_PRESENCE_ABSENT);
    CHECK(finish(&fx, weft_agentserver_complete_device_code(
                          api, WORKSPACE, "k8s", binding->id.ptr,
                          &(weft_agentserver_complete_device_code_options){binding->expires_in_s}, NULL,
                          on_agentserver_create_credential, &fx)));
    CHECK(!fx.error);
    binding = fx.result;
    CHECK(binding->outcome == WEFT_AGENTSERVER_CREDENTIAL_OUTCOME_STORED && is(binding->display_name, "stage"));
    CHECK(end(&fx));
}

TEST(a_wechat_login_goes_from_state_to_state)
{
#define WAITS(json, length)                                                                                            \
    EXPECT("POST /api/workspaces/w/im/weixin/qr-wait HTTP/1.1\r\n"), AS_USER,                                          \
        SEND("HTTP/1.1 200 OK\r\nContent-Length: " length "\r\n\r\n" json)
    static const script_step steps[] = {
        EXPECT("POST /api/workspaces/w/im/weixin/qr-start HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 41\r\n\r\n{\"message\":\"Scan\",\"qrcode_url\":\"https:q\"}"),
        WAITS("{\"connected\":false,\"status\":\"wait\"}", "35"),
        WAITS("{\"connected\":false,\"status\":\"scaned\"}", "37"),
        WAITS("{\"connected\":false,\"qrcode_url\":\"https://liteapp.example/qr/def\",\"status\":\"expired\"}", "84"),
        WAITS("{\"connected\":false,\"status\":\"pondering\"}", "40"),
        WAITS("{\"connected\":false,\"status\":\"need_verifycode\"}", "46"),
        WAITS("{\"already_connected\":true,\"connected\":false,\"status\":\"binded_redirect\"}", "71"),
        WAITS("{\"connected\":false,\"message\":\"m\",\"status\":\"verify_code_blocked\"}", "64"),
        WAITS("{\"bot_id\":\"bot-1\",\"connected\":true,\"status\":\"confirmed\"}", "56"),
        EXPECT("POST /api/workspaces/w/im/weixin/qr-wait HTTP/1.1\r\n"),
        ANSWER_TEXT("400 Bad Request", "no active weixin login session"),
    };
    static const weft_agentserver_weixin_login_state states[] = {
        WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_WAITING,    WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_SCANNED,
        WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_EXPIRED,    WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_OTHER,
        WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_NEEDS_CODE, WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_ALREADY_BOUND,
        WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_BLOCKED,    WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_CONFIRMED,
    };
    const weft_agentserver_weixin_login *wait;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_start_weixin_login(api, "w", NULL, on_agentserver_start_weixin_login, &fx)));
    CHECK(!fx.error && is(((const weft_agentserver_start_weixin_login_response *)fx.result)->qrcode_url, "https:q"));
    for (unsigned i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        CHECK(finish(&fx, weft_agentserver_poll_weixin_login(api, "w", NULL, on_agentserver_weixin_login, &fx)));
        CHECK(!fx.error);
        wait = fx.result;
        CHECK_EQ(wait->state, states[i]);
        CHECK_EQ(wait->connected, states[i] == WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_CONFIRMED);
    }
    CHECK(is(wait->bot_id, "bot-1"));
    CHECK(finish(&fx, weft_agentserver_poll_weixin_login(api, "w", NULL, on_agentserver_weixin_login, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_BAD_REQUEST);
    CHECK(end(&fx));
}

/* ---- Language models, traces, operations ------------------------------------------------------------- */

TEST(an_llm_configuration_is_set_and_read)
{
    static const script_step steps[] = {
        EXPECT("PUT /api/workspaces/" WORKSPACE "/llm-config HTTP/1.1\r\n"),
        WITH_BODY("{\"base_url\":\"https://api.anthropic.com\",\"models\":[{\"id\":\"claude-opus-4-7\",\"name\":"
                  "\"Claude Opus 4.7\"}]}"),
        SEND("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "
             "20\r\n\r\n"
             "api_key is required\n"),
        EXPECT("PUT /api/workspaces/" WORKSPACE "/llm-config HTTP/1.1\r\n"),
        AND_CONTAINS("\"api_key\":\"sk-ant-abcdef1234\""),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}"),
        EXPECT("GET /api/workspaces/" WORKSPACE "/llm-config HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 178\r\n\r\n{\"configured\":true,\"base_url\":"
             "\"https://"
             "api.anthropic.com\",\"api_key\":\"sk-...1234\",\"models\":[{\"id\":\"claude-opus-4-7\","
             "\"name\":\"Claude Opus 4.7\"}],\"updated_at\":\"2026-05-22T08:50:00Z\"}"),
        EXPECT("GET /api/workspaces/" WORKSPACE "/llm-quota HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"default_max_rpd\":1000,\"today_request_count\":17,\"workspace_quota\":null}"),
    };
    static const weft_agentserver_llm_model_request model = {"claude-opus-4-7", "Claude Opus 4.7"};
    weft_agentserver_set_llm_config_request request = {"https://api.anthropic.com", NULL, &model, 1};
    const weft_agentserver_llm_config *config;
    const weft_agentserver_llm_quota *quota;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx,
                 weft_agentserver_set_llm_config(api, WORKSPACE, &request, NULL, on_agentserver_set_llm_config, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_BAD_REQUEST && strstr(fx.error->message, "api_key is required"));
    request.api_key = "sk-ant-abcdef1234";
    CHECK(finish(&fx,
                 weft_agentserver_set_llm_config(api, WORKSPACE, &request, NULL, on_agentserver_set_llm_config, &fx)));
    CHECK(!fx.error && ((const weft_agentserver_set_llm_config_response *)fx.result)->ok);
    CHECK(finish(&fx, weft_agentserver_get_llm_config(api, WORKSPACE, NULL, on_agentserver_llm_config, &fx)));
    CHECK(!fx.error);
    config = fx.result;
    CHECK(config->configured && config->models_count == 1 && is(config->models[0].name, "Claude Opus 4.7"));
    CHECK(finish(&fx, weft_agentserver_get_llm_quota(api, WORKSPACE, NULL, on_agentserver_llm_quota, &fx)));
    CHECK(!fx.error);
    quota = fx.result;
    CHECK(quota->default_max_requests_per_day == 1000 && quota->today_request_count == 17 && !quota->workspace_quota);
    CHECK_EQ(weft_object_get_state(&quota->object, "workspace_quota"), WEFT_PRESENCE_NULL);
    CHECK(end(&fx));
}

TEST(a_redirect_to_modelserver_is_the_answer)
{
    static const script_step steps[] = {
        EXPECT("GET /api/workspaces/w/modelserver/connect HTTP/1.1\r\n"),
        AS_USER,
        SEND("HTTP/1.1 302 Found\r\nLocation: https://ms.example/oauth?state=1\r\nSet-Cookie: ms_state=1; "
             "Path=/\r\n"
             "Content-Type: text/html\r\nContent-Length: 5\r\n\r\nFound"),
        EXPECT("GET /api/workspaces/w/modelserver/connect HTTP/1.1\r\n"),
        SEND("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"),
        EXPECT("GET /api/workspaces/w/modelserver/connect HTTP/1.1\r\n"),
        ANSWER_AS("200 OK", "Content-Type: text/html\r\n", "<html>"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_connect_modelserver(api, "w", NULL, on_agentserver_connect_modelserver, &fx)));
    CHECK(!fx.error);
    CHECK(is(((const weft_agentserver_connect_modelserver_response *)fx.result)->location,
             "https://ms.example/oauth?state=1"));
    CHECK(is(weft_call_get_header(fx.call, "set-cookie"), "ms_state=1; Path=/"));
    CHECK_STR(weft_agentserver_get_session(api), SESSION);
    CHECK(finish(&fx, weft_agentserver_connect_modelserver(api, "w", NULL, on_agentserver_connect_modelserver, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_REDIRECT);
    CHECK(finish(&fx, weft_agentserver_connect_modelserver(api, "w", NULL, on_agentserver_connect_modelserver, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_CONTENT_TYPE);
    CHECK(end(&fx));
}

TEST(traces_may_be_null_and_failures_mislabelled)
{
    static const script_step steps[] = {
        EXPECT("GET /api/workspaces/w/traces?limit=1 HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 79\r\n\r\n"
             "{\"total\":41,\"traces\":[{\"id\":\"tr_1\",\"request_count\":3,\"models\":\"opus, sonnet\"}]}"),
        EXPECT("GET /api/workspaces/w/traces HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n"
             "{\"total\":0,\"traces\":null}"),
        EXPECT("GET /api/workspaces/w/traces/none HTTP/1.1\r\n"),
        SEND("HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\ntrace "
             "not found\n"),
        EXPECT("GET /api/workspaces/w/operations?is_error=true&since=2026-05-22T00%3A00%3A00Z&limit=50 "
               "HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"operations\":[{\"id\":\"op_1\",\"arguments\":{\"command\":[\"false\"]},\"is_error\":true,"
                         "\"started_at\":\"2026-05-22T08:00:00.000001Z\",\"duration_ms\":1000}]}"),
    };
    weft_agentserver_list_operations_options filter = {
        .is_error = weft_some_bool(true), .since = "2026-05-22T00:00:00Z", .limit = 50};
    const weft_agentserver_trace_list *traces;
    const weft_agentserver_operation_list *done;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_list_workspace_traces(
                          api, "w", &(weft_agentserver_list_workspace_traces_options){.limit = 1}, NULL,
                          on_agentserver_trace_list, &fx)));
    CHECK(!fx.error);
    traces = fx.result;
    CHECK(traces->total == 41 && traces->count == 1 && is(traces->items[0].models, "opus, sonnet"));
    CHECK(finish(&fx, weft_agentserver_list_workspace_traces(api, "w", NULL, NULL, on_agentserver_trace_list, &fx)));
    CHECK(!fx.error);
    traces = fx.result;
    CHECK(traces->count == 0 && weft_object_get_state(&traces->object, "traces") == WEFT_PRESENCE_NULL);
    CHECK(finish(
        &fx, weft_agentserver_get_workspace_trace(api, "w", "none", NULL, on_agentserver_trace_with_requests, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_NOT_FOUND);
    CHECK(strstr(fx.error->message, ": 404 Not Found: trace not found") && !fx.error->server_code);
    CHECK(finish(&fx, weft_agentserver_list_operations(api, "w", &filter, NULL, on_agentserver_operation_list, &fx)));
    CHECK(!fx.error);
    done = fx.result;
    CHECK(done->count == 1 && json_is(done->items[0].arguments, "{\"command\":[\"false\"]}"));
    CHECK(end(&fx));
}

/* ---- Administration ---------------------------------------------------------------------------------- */

TEST(quotas_are_set_cleared_and_read)
{
    static const script_step steps[] = {
        EXPECT("PUT /api/admin/users/" USER "/quota HTTP/1.1\r\n"),
        WITH_BODY("{\"max_workspaces\":null}"),
        SEND("HTTP/1.1 204 No Content\r\n\r\n"),
        EXPECT("GET /api/admin/users/" USER "/quota HTTP/1.1\r\n"),
        AS_USER,
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 115\r\n\r\n{\"defaults\":{\"max_workspaces_per_user\":10},"
             "\"overrides\":{\"max_workspaces\":null,\"updated_at\":\"2026-05-22T08:55:00Z\"}}"),
        EXPECT("PUT /api/admin/quotas/defaults HTTP/1.1\r\n"),
        WITH_BODY("{\"max_sandbox_cpu\":4000,\"ws_max_total_cpu\":0}"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"max_sandbox_cpu\":4000}"),
        EXPECT("PUT /api/admin/workspaces/w/llm-quota HTTP/1.1\r\n"),
        WITH_BODY("{\"max_rpd\":0}"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"),
        EXPECT("GET /api/admin/users HTTP/1.1\r\n"),
        ANSWER_TEXT("403 Forbidden", "forbidden"),
    };
    weft_agentserver_admin_set_user_quota_request clear = {.max_workspaces = weft_null_int64()};
    weft_agentserver_admin_set_quota_defaults_request defaults = {.max_sandbox_cpu_millicores = weft_some_int64(4000),
                                                                  .ws_max_total_cpu_millicores = weft_some_int64(0)};
    weft_agentserver_admin_set_llm_quota_request none = {.max_requests_per_day = weft_some_int64(0)};
    const weft_agentserver_admin_user_quota *quota;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_admin_set_user_quota(api, USER, &clear, NULL, on_done, &fx)));
    CHECK(!fx.error && !fx.result);
    CHECK(finish(&fx, weft_agentserver_admin_get_user_quota(api, USER, NULL, on_agentserver_admin_user_quota, &fx)));
    CHECK(!fx.error);
    quota = fx.result;
    CHECK(quota->defaults && quota->defaults->max_workspaces_per_user == 10);
    CHECK(quota->overrides && quota->overrides->max_workspaces.state == WEFT_PRESENCE_NULL);
    CHECK(finish(&fx, weft_agentserver_admin_set_quota_defaults(api, &defaults, NULL,
                                                                on_agentserver_admin_quota_defaults, &fx)));
    CHECK(!fx.error);
    CHECK_EQ(((const weft_agentserver_admin_quota_defaults *)fx.result)->max_sandbox_cpu_millicores, 4000);
    /* Servers answer 204 here, their specification says 200. */
    CHECK(finish(&fx, weft_agentserver_admin_set_llm_quota(api, "w", &none, NULL, on_done, &fx)));
    CHECK(!fx.error);
    CHECK(finish(&fx, weft_agentserver_admin_list_users(api, NULL, on_agentserver_admin_user_list, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_FORBIDDEN);
    CHECK(end(&fx));
}

/* ---- The gateways ------------------------------------------------------------------------------------ */

static const weft_agentserver_gateway_run_turn_request say_hi = {
    .workspace_id = WORKSPACE,
    .params = "{\"input\":[{\"type\":\"text\",\"text\":\"Say hi\"}]}",
    .timeout_ms = 300000,
};

TEST(a_turn_is_a_success_a_failure_or_not_allowed)
{
    static const script_step steps[] = {
        EXPECT("POST /api/turns HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nX-Internal-Secret: s3cret\r\n"),
        AS_NOBODY,
        WITH_BODY("{\"workspaceId\":\"" WORKSPACE "\",\"params\":{\"input\":[{\"type\":\"text\",\"text\":\"Say hi\"}]},"
                  "\"timeoutMs\":300000}"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 94\r\n\r\n"
             "{\"threadId\":\"0196f0c2\",\"turn\":{\"id\":\"turn_1\",\"status\":\"completed\",\"error\":null,"
             "\"items\":"
             "[ ] } }"),
        EXPECT("POST /api/turns HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 87\r\n\r\n"
             "{\"threadId\":\"0196f0c2\",\"transport\":{\"code\":\"brokerTimeout\",\"message\":\"turn timed "
             "out\"}}"),
        EXPECT("POST /api/turns HTTP/1.1\r\n"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{\"threadId\":\"t-1\"}"),
        EXPECT("POST /api/turns HTTP/1.1\r\n"),
        SEND("HTTP/1.1 202 Accepted\r\nContent-Length: 11\r\n\r\n{\"turn\":{}}"),
        EXPECT("POST /api/turns HTTP/1.1\r\n"),
        ANSWER_TEXT("401 Unauthorized", "unauthorized"),
    };
    const weft_agentserver_gateway_run_turn_response *answer;
    weft_object said;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_gateway_run_turn(codex, &say_hi, NULL, on_agentserver_gateway_run_turn, &fx)));
    CHECK(!fx.error);
    answer = fx.result;
    CHECK(is(answer->thread_id, "0196f0c2") && !answer->transport);
    CHECK(json_is(answer->turn, "{\"id\":\"turn_1\",\"status\":\"completed\",\"error\":null,\"items\":[ ] }"));
    CHECK(finish(&fx, weft_agentserver_gateway_run_turn(codex, &say_hi, NULL, on_agentserver_gateway_run_turn, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_TURN_FAILED && fx.error->http_status == 200);
    CHECK_STR(fx.error->server_code, WEFT_AGENTSERVER_GATEWAY_TURN_BROKER_TIMEOUT);
    CHECK(strstr(fx.error->message, "cannot run the turn: POST ") &&
          strstr(fx.error->message, "brokerTimeout: turn timed out"));
    said = (weft_object){.raw = {fx.error->body.ptr, fx.error->body.len}};
    CHECK(json_is(weft_object_get(&said, "threadId"), "\"0196f0c2\""));
    CHECK(finish(&fx, weft_agentserver_gateway_run_turn(codex, &say_hi, NULL, on_agentserver_gateway_run_turn, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_DECODE);
    CHECK(finish(&fx, weft_agentserver_gateway_run_turn(codex, &say_hi, NULL, on_agentserver_gateway_run_turn, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_REQUEST_FAILED);
    CHECK(finish(&fx, weft_agentserver_gateway_run_turn(codex, &say_hi, NULL, on_agentserver_gateway_run_turn, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_UNAUTHORIZED);
    CHECK(end(&fx));
}

TEST(a_turn_may_be_asked_for_with_a_key)
{
    static const script_step steps[] = {
        EXPECT("POST /api/turns HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer wak_A1B2C3D4_0\r\n"),
        AND_LACKS("X-Internal-Secret"),
        ANSWER_TEXT("403 Forbidden", "missing scope: turns:submit"),
    };
    weft_client_options options = {.token = "wak_A1B2C3D4_0"};
    weft_client *client;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    options.base_url = fault_server_url(fx.server);
    client = weft_agentserver_codex_gateway_client(fx.engine, &options, NULL);
    CHECK(client);
    CHECK(finish(&fx, weft_agentserver_gateway_run_turn(client, &say_hi, NULL, on_agentserver_gateway_run_turn, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_FORBIDDEN);
    CHECK(strstr(fx.error->message, "missing scope: turns:submit"));
    CHECK(end(&fx));
}

TEST(executors_are_registered_bound_listed_and_let_go)
{
#define AS_ME AND_CONTAINS("\r\nX-Internal-Secret: s3cret\r\n"), AND_CONTAINS("\r\nX-User-Id: " USER "\r\n")
    static const script_step steps[] = {
        EXPECT("POST /api/codex-exec/register HTTP/1.1\r\n"),
        AS_ME,
        WITH_BODY("{\"display_name\":\"my-dev-machine\"}"),
        SEND("HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 19\r\n\r\n"
             "{\"exe_id\":\"exe_11\"}"),
        EXPECT("POST /api/codex-exec/workspaces/w/executors HTTP/1.1\r\n"),
        AS_ME,
        WITH_BODY("{\"exe_id\":\"exe_11\",\"name\":\"my-dev-machine\",\"description\":\"\",\"is_default\":false}"),
        SEND("HTTP/1.1 409 Conflict\r\nContent-Type: application/json\r\nContent-Length: 69\r\n\r\n"
             "{\"error\":\"bind failed (name may already be taken in this workspace)\"}"),
        EXPECT("GET /api/codex-exec/workspaces/w/executors HTTP/1.1\r\n"),
        AND_LACKS("X-User-Id"),
        SEND("HTTP/1.1 200 OK\r\nContent-Length: "
             "81\r\n\r\n[{\"exe_id\":\"exe_9\",\"name\":\"box\",\"description\":"
             "\"\",\"is_default\":true,\"os\":\"linux\"}]"),
        EXPECT("DELETE /api/codex-exec/executors/exe_11 HTTP/1.1\r\n"),
        AS_ME,
        SEND("HTTP/1.1 204 No Content\r\n\r\n"),
        EXPECT("DELETE /api/codex-exec/executors/exe_11 HTTP/1.1\r\n"),
        SEND("HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 21\r\n\r\n"
             "{\"error\":\"not found\"}"),
        EXPECT("DELETE /api/codex-exec/workspaces/w/executors/exe_11 HTTP/1.1\r\n"),
        ANSWER("404 Not Found", "{\"error\":\"not found\"}"),
    };
    weft_agentserver_gateway_register_executor_request machine = {.display_name = "my-dev-machine"};
    weft_agentserver_gateway_bind_executor_request bind = {.exe_id = "exe_11", .name = "my-dev-machine"};
    const weft_agentserver_executor_list *list;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_agentserver_gateway_register_executor(gateway, USER, &machine, NULL,
                                                                 on_agentserver_gateway_register_executor, &fx)));
    CHECK(!fx.error && is(((const weft_agentserver_gateway_register_executor_response *)fx.result)->exe_id, "exe_11"));
    CHECK(finish(&fx, weft_agentserver_gateway_bind_executor(gateway, "w", &bind,
                                                             &(weft_agentserver_gateway_bind_executor_options){USER},
                                                             NULL, on_done, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_CONFLICT);
    CHECK(strstr(fx.error->message, "bind failed (name may already be taken in this workspace)"));
    CHECK(finish(&fx,
                 weft_agentserver_gateway_list_executors(gateway, "w", NULL, NULL, on_agentserver_executor_list, &fx)));
    CHECK(!fx.error);
    list = fx.result;
    CHECK(list->count == 1 && list->items[0].is_default && is(list->items[0].os, "linux"));
    CHECK(finish(&fx, weft_agentserver_gateway_unregister_executor(
                          gateway, "exe_11", &(weft_agentserver_gateway_unregister_executor_options){USER}, NULL,
                          on_done, &fx)));
    CHECK(!fx.error && !fx.result);
    CHECK(finish(&fx, weft_agentserver_gateway_unregister_executor(
                          gateway, "exe_11", &(weft_agentserver_gateway_unregister_executor_options){USER}, NULL,
                          on_done, &fx)));
    CHECK(!fx.error); /* gone is what was wanted */
    CHECK(finish(&fx, weft_agentserver_gateway_unbind_executor(
                          gateway, "w", "exe_11", &(weft_agentserver_gateway_unbind_executor_options){USER}, NULL,
                          on_done, &fx)));
    CHECK(fx.error && fx.error->code == WEFT_E_NOT_FOUND);
    CHECK_STR(fx.error->server_code, "not found");
    CHECK(end(&fx));
}

/* Credentials are those of the moment of sending; whom a call is made for is not one. */
TEST(calls_that_wait_go_out_for_the_user_they_were_made_for)
{
    static const script_step steps[] = {
        EXPECT("GET /api/codex-exec/workspaces/w/executors HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nX-User-Id: one\r\n"),
        ANSWER("200 OK", "[]"),
    };
    static const script_step others[] = {
        EXPECT("GET /api/codex-exec/workspaces/w/executors HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nX-User-Id: two\r\n"),
        ANSWER("200 OK", "[]"),
    };
    fixture fx;
    weft_call *second;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    fault_server_play(fx.server, SCRIPT(others), 1);
    CHECK(weft_agentserver_gateway_list_executors(
        gateway, "w", &(weft_agentserver_gateway_list_executors_options){"one"}, NULL, NULL, NULL));
    second =
        weft_agentserver_gateway_list_executors(gateway, "w", &(weft_agentserver_gateway_list_executors_options){"two"},
                                                NULL, on_agentserver_executor_list, &fx);
    CHECK(finish(&fx, second));
    CHECK(!fx.error);
    CHECK(end(&fx));
}
