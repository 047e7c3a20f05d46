/* Every type of agentserver's answers and requests: each member from its wire name and back, none, null, the
 * wrong kind, and members that nobody has heard of. */
#include "types_fixture.h"

#include "service/agentserver_types.h"
#include "weft/agentserver.h"

static const sample results[] = {
    {&weft__agentserver_session_status_type, "{\"status\":\"sta 0\"}"},
    {&weft__agentserver_register_user_response_type, "{\"id\":\"id 0\",\"email\":\"ema 1\"}"},
    {&weft__agentserver_user_type,
     "{\"id\":\"id 0\",\"email\":\"ema 1\",\"name\":\"nam 2\",\"picture\":\"pic 3\",\"role\":\"rol"
     " 4\"}"},
    {&weft__agentserver_workspace_type,
     "{\"id\":\"id 0\",\"name\":\"nam 1\",\"created_at\":\"cre 2\",\"updated_at\":\"upd 3\"}"},
    {&weft__agentserver_workspace_quota_type, "{\"current\":1,\"max\":2}"},
    {&weft__agentserver_workspace_defaults_type,
     "{\"max_sandbox_cpu\":1,\"max_sandbox_memory\":2,\"max_idle_timeout\":3,\"max_sandboxes\":4,"
     "\"current_sandboxes\":5}"},
    {&weft__agentserver_member_type,
     "{\"user_id\":\"use 0\",\"email\":\"ema 1\",\"role\":\"rol 2\",\"picture\":\"pic 3\"}"},
    {&weft__agentserver_api_key_scope_type, "{\"name\":\"nam 0\",\"description\":\"des 1\",\"available\":true}"},
    {&weft__agentserver_create_api_key_response_type,
     "{\"id\":\"id 0\",\"name\":\"nam 1\",\"prefix\":\"pre 2\",\"secret\":\"sec 3\",\"scopes\":[\""
     "a4\",\"b\"],\"created_at\":\"cre 5\",\"expires_at\":\"exp 6\"}"},
    {&weft__agentserver_api_key_type,
     "{\"id\":\"id 0\",\"name\":\"nam 1\",\"prefix\":\"pre 2\",\"scopes\":[\"a3\",\"b\"],\"created"
     "_at\":\"cre 4\",\"last_used_at\":\"las 5\",\"revoked_at\":\"rev 6\",\"expires_at\":\"exp 7\"}"},
    {&weft__agentserver_agent_info_type,
     "{\"hostname\":\"hos 0\",\"os\":\"os 1\",\"platform\":\"pla 2\",\"platform_version\":\"pla 3"
     "\",\"kernel_arch\":\"ker 4\",\"cpu_model_name\":\"cpu 5\",\"cpu_count_logical\":7,\"memory_t"
     "otal\":8,\"disk_total\":9,\"disk_free\":10,\"agent_version\":\"age 10\",\"opencode_version\""
     ":\"ope 11\",\"workdir\":\"wor 12\",\"updated_at\":\"upd 13\"}"},
    {&weft__agentserver_im_binding_type,
     "{\"provider\":\"pro 0\",\"bot_id\":\"bot 1\",\"user_id\":\"use 2\",\"bound_at\":\"bou 3\"}"},
    {&weft__agentserver_sandbox_type,
     "{\"id\":\"id 0\",\"short_id\":\"sho 1\",\"workspace_id\":\"wor 2\",\"name\":\"nam 3\",\"type"
     "\":\"typ 4\",\"status\":\"sta 5\",\"opencode_url\":\"ope 6\",\"openclaw_url\":\"ope 7\",\"cl"
     "audecode_url\":\"cla 8\",\"jupyter_url\":\"jup 9\",\"custom_url\":\"cus 10\",\"created_at\":"
     "\"cre 11\",\"last_activity_at\":\"las 12\",\"paused_at\":\"pau 13\",\"is_local\":true,\"last"
     "_heartbeat_at\":\"las 15\",\"cpu\":17,\"memory\":18,\"idle_timeout\":19,\"agent_info\":{\"ho"
     "stname\":\"hos 0\",\"os\":\"os 1\",\"platform\":\"pla 2\",\"platform_version\":\"pla 3\",\"k"
     "ernel_arch\":\"ker 4\",\"cpu_model_name\":\"cpu 5\",\"cpu_count_logical\":7,\"memory_total\""
     ":8,\"disk_total\":9,\"disk_free\":10,\"agent_version\":\"age 10\",\"opencode_version\":\"ope"
     " 11\",\"workdir\":\"wor 12\",\"updated_at\":\"upd 13\"},\"weixin_bindings\":[{\"provider\":"
     "\"pro 0\",\"bot_id\":\"bot 1\",\"user_id\":\"use 2\",\"bound_at\":\"bou 3\"},{}],\"im_bindin"
     "gs\":[{\"provider\":\"pro 0\",\"bot_id\":\"bot 1\",\"user_id\":\"use 2\",\"bound_at\":\"bou "
     "3\"},{}],\"metadata\":{\"k\": [22, null]}}"},
    {&weft__agentserver_sandbox_status_type, "{\"status\":\"sta 0\"}"},
    {&weft__agentserver_register_agent_response_type,
     "{\"sandbox_id\":\"san 0\",\"tunnel_token\":\"tun 1\",\"proxy_token\":\"pro 2\",\"workspace_i"
     "d\":\"wor 3\",\"short_id\":\"sho 4\"}"},
    {&weft__agentserver_register_agent_card_response_type, "{\"status\":\"sta 0\"}"},
    {&weft__agentserver_agent_card_type,
     "{\"agent_id\":\"age 0\",\"display_name\":\"dis 1\",\"description\":\"des 2\",\"agent_type\":"
     "\"age 3\",\"status\":\"sta 4\",\"card\":{\"k\": [5, null]},\"version\":7}"},
    {&weft__agentserver_create_task_response_type,
     "{\"task_id\":\"tas 0\",\"session_id\":\"ses 1\",\"status\":\"sta 2\"}"},
    {&weft__agentserver_task_type,
     "{\"task_id\":\"tas 0\",\"workspace_id\":\"wor 1\",\"requester_id\":\"req 2\",\"target_id\":"
     "\"tar 3\",\"prompt\":\"pro 4\",\"status\":\"sta 5\",\"num_turns\":7,\"created_at\":\"cre 7\""
     ",\"session_id\":\"ses 8\",\"skill\":\"ski 9\",\"total_cost_usd\":10.5,\"result\":{\"k\": [11"
     ", null]},\"failure_reason\":\"fai 12\",\"completed_at\":\"com 13\",\"output\":\"out 14\"}"},
    {&weft__agentserver_assigned_task_type,
     "{\"task_id\":\"tas 0\",\"prompt\":\"pro 1\",\"system_context\":\"sys 2\",\"max_turns\":4,\"m"
     "ax_budget_usd\":4.5,\"session_id\":\"ses 5\"}"},
    {&weft__agentserver_cancel_task_response_type, "{\"status\":\"sta 0\"}"},
    {&weft__agentserver_send_message_response_type, "{\"message_id\":\"mes 0\",\"status\":\"sta 1\"}"},
    {&weft__agentserver_message_type,
     "{\"id\":\"id 0\",\"from\":\"fro 1\",\"text\":\"tex 2\",\"msg_type\":\"msg 3\",\"created_at\""
     ":\"cre 4\"}"},
    {&weft__agentserver_interaction_type,
     "{\"id\":1,\"actor_id\":\"act 1\",\"action\":\"act 2\",\"target_id\":\"tar 3\",\"target_type"
     "\":\"tar 4\",\"detail\":{\"k\": [5, null]},\"created_at\":\"cre 6\"}"},
    {&weft__agentserver_executor_connect_commands_type, "{\"agent_identity\":\"age 0\"}"},
    {&weft__agentserver_register_executor_response_type,
     "{\"exe_id\":\"exe 0\",\"connect_command\":\"con 1\",\"agent_identity_jwt\":\"age 2\",\"conne"
     "ct_commands\":{\"agent_identity\":\"age 0\"}}"},
    {&weft__agentserver_executor_type,
     "{\"exe_id\":\"exe 0\",\"name\":\"nam 1\",\"description\":\"des 2\",\"is_default\":true,\"is_"
     "online\":true,\"last_seen_at\":\"las 5\",\"client_ip\":\"cli 6\",\"client_ua\":\"cli 7\",\"c"
     "odex_version\":\"cod 8\",\"os\":\"os 9\",\"connected_at\":\"con 10\",\"disconnected_at\":\"d"
     "is 11\"}"},
    {&weft__agentserver_browser_type,
     "{\"id\":\"id 0\",\"name\":\"nam 1\",\"workspace_id\":\"wor 2\",\"created_at\":\"cre 3\",\"ex"
     "pires_at\":\"exp 4\",\"is_online\":true,\"last_used_at\":\"las 6\",\"client_ip\":\"cli 7\","
     "\"client_ua\":\"cli 8\",\"codex_version\":\"cod 9\",\"os\":\"os 10\",\"connected_at\":\"con "
     "11\",\"disconnected_at\":\"dis 12\"}"},
    {&weft__agentserver_create_codex_token_response_type,
     "{\"id\":\"id 0\",\"token\":\"tok 1\",\"name\":\"nam 2\",\"workspace_id\":\"wor 3\",\"expires"
     "_at\":\"exp 4\",\"created_at\":\"cre 5\"}"},
    {&weft__agentserver_codex_token_type,
     "{\"id\":\"id 0\",\"name\":\"nam 1\",\"workspace_id\":\"wor 2\",\"created_at\":\"cre 3\",\"ex"
     "pires_at\":\"exp 4\",\"last_used_at\":\"las 5\",\"revoked\":true,\"revoked_at\":\"rev 7\"}"},
    {&weft__agentserver_create_credential_response_type,
     "{\"id\":\"id 0\",\"display_name\":\"dis 1\",\"server_url\":\"ser 2\",\"auth_type\":\"aut 3\""
     ",\"is_default\":true,\"public_meta\":{\"k\": [5, null]},\"status\":\"sta 6\",\"verification_"
     "uri\":\"ver 7\",\"user_code\":\"use 8\",\"expires_in\":10}"},
    {&weft__agentserver_credential_type,
     "{\"id\":\"id 0\",\"display_name\":\"dis 1\",\"server_url\":\"ser 2\",\"auth_type\":\"aut 3\""
     ",\"public_meta\":{\"k\": [4, null]},\"is_default\":true,\"created_at\":\"cre 6\"}"},
    {&weft__agentserver_channel_type,
     "{\"id\":\"id 0\",\"workspace_id\":\"wor 1\",\"provider\":\"pro 2\",\"bot_id\":\"bot 3\",\"us"
     "er_id\":\"use 4\",\"require_mention\":true,\"routing_mode\":\"rou 6\",\"bound_at\":\"bou 7\""
     "}"},
    {&weft__agentserver_channel_list_type,
     "{\"channels\":[{\"id\":\"id 0\",\"workspace_id\":\"wor 1\",\"provider\":\"pro 2\",\"bot_id\""
     ":\"bot 3\",\"user_id\":\"use 4\",\"require_mention\":true,\"routing_mode\":\"rou 6\",\"bound"
     "_at\":\"bou 7\"},{}]}"},
    {&weft__agentserver_update_channel_response_type, "{\"status\":\"sta 0\"}"},
    {&weft__agentserver_start_weixin_login_response_type, "{\"qrcode_url\":\"qrc 0\",\"message\":\"mes 1\"}"},
    {&weft__agentserver_weixin_login_type,
     "{\"connected\":true,\"status\":\"sta 1\",\"message\":\"mes 2\",\"qrcode_url\":\"qrc 3\",\"bo"
     "t_id\":\"bot 4\",\"user_id\":\"use 5\",\"already_connected\":true}"},
    {&weft__agentserver_configure_telegram_response_type, "{\"connected\":true,\"bot_id\":\"bot 1\"}"},
    {&weft__agentserver_configure_matrix_response_type, "{\"connected\":true,\"bot_id\":\"bot 1\"}"},
    {&weft__agentserver_bind_sandbox_response_type, "{\"status\":\"sta 0\"}"},
    {&weft__agentserver_unbind_sandbox_response_type, "{\"status\":\"sta 0\"}"},
    {&weft__agentserver_llm_model_type, "{\"id\":\"id 0\",\"name\":\"nam 1\"}"},
    {&weft__agentserver_llm_config_type,
     "{\"configured\":true,\"base_url\":\"bas 1\",\"api_key\":\"api 2\",\"models\":[{\"id\":\"id 0"
     "\",\"name\":\"nam 1\"},{}],\"updated_at\":\"upd 4\"}"},
    {&weft__agentserver_set_llm_config_response_type, "{\"ok\":true}"},
    {&weft__agentserver_llm_workspace_quota_type,
     "{\"workspace_id\":\"wor 0\",\"max_rpd\":2,\"updated_at\":\"upd 2\"}"},
    {&weft__agentserver_llm_quota_type,
     "{\"default_max_rpd\":1,\"today_request_count\":2,\"workspace_quota\":{\"workspace_id\":\"wor"
     " 0\",\"max_rpd\":2,\"updated_at\":\"upd 2\"}}"},
    {&weft__agentserver_modelserver_status_type,
     "{\"connected\":true,\"project_id\":\"pro 1\",\"project_name\":\"pro 2\",\"models\":[{\"id\":"
     "\"id 0\",\"name\":\"nam 1\"},{}],\"connected_at\":\"con 4\"}"},
    {&weft__agentserver_sandbox_usage_type,
     "{\"provider\":\"pro 0\",\"model\":\"mod 1\",\"input_tokens\":3,\"output_tokens\":4,\"cache_c"
     "reation_input_tokens\":5,\"cache_read_input_tokens\":6,\"request_count\":7}"},
    {&weft__agentserver_sandbox_usage_list_type,
     "{\"usage\":[{\"provider\":\"pro 0\",\"model\":\"mod 1\",\"input_tokens\":3,\"output_tokens\""
     ":4,\"cache_creation_input_tokens\":5,\"cache_read_input_tokens\":6,\"request_count\":7},{}],"
     "\"since\":\"sin 1\"}"},
    {&weft__agentserver_trace_type,
     "{\"id\":\"id 0\",\"sandbox_id\":\"san 1\",\"workspace_id\":\"wor 2\",\"source\":\"sou 3\",\""
     "created_at\":\"cre 4\",\"updated_at\":\"upd 5\",\"request_count\":7,\"total_input_tokens\":8"
     ",\"total_output_tokens\":9,\"total_cache_read_tokens\":10,\"total_cache_creation_tokens\":11"
     ",\"models\":\"mod 11\"}"},
    {&weft__agentserver_trace_list_type,
     "{\"traces\":[{\"id\":\"id 0\",\"sandbox_id\":\"san 1\",\"workspace_id\":\"wor 2\",\"source\""
     ":\"sou 3\",\"created_at\":\"cre 4\",\"updated_at\":\"upd 5\",\"request_count\":7,\"total_inp"
     "ut_tokens\":8,\"total_output_tokens\":9,\"total_cache_read_tokens\":10,\"total_cache_creatio"
     "n_tokens\":11,\"models\":\"mod 11\"},{}],\"total\":2}"},
    {&weft__agentserver_traced_request_type,
     "{\"id\":\"id 0\",\"trace_id\":\"tra 1\",\"sandbox_id\":\"san 2\",\"workspace_id\":\"wor 3\","
     "\"provider\":\"pro 4\",\"model\":\"mod 5\",\"message_id\":\"mes 6\",\"input_tokens\":8,\"out"
     "put_tokens\":9,\"cache_creation_input_tokens\":10,\"cache_read_input_tokens\":11,\"streaming"
     "\":true,\"duration\":13,\"ttft\":14,\"created_at\":\"cre 14\"}"},
    {&weft__agentserver_trace_with_requests_type,
     "{\"trace\":{\"id\":\"id 0\",\"sandbox_id\":\"san 1\",\"workspace_id\":\"wor 2\",\"source\":"
     "\"sou 3\",\"created_at\":\"cre 4\",\"updated_at\":\"upd 5\",\"request_count\":7,\"total_inpu"
     "t_tokens\":8,\"total_output_tokens\":9,\"total_cache_read_tokens\":10,\"total_cache_creation"
     "_tokens\":11,\"models\":\"mod 11\"},\"requests\":[{\"id\":\"id 0\",\"trace_id\":\"tra 1\",\""
     "sandbox_id\":\"san 2\",\"workspace_id\":\"wor 3\",\"provider\":\"pro 4\",\"model\":\"mod 5\""
     ",\"message_id\":\"mes 6\",\"input_tokens\":8,\"output_tokens\":9,\"cache_creation_input_toke"
     "ns\":10,\"cache_read_input_tokens\":11,\"streaming\":true,\"duration\":13,\"ttft\":14,\"crea"
     "ted_at\":\"cre 14\"},{}]}"},
    {&weft__agentserver_operation_type,
     "{\"id\":\"id 0\",\"workspace_id\":\"wor 1\",\"user_id\":\"use 2\",\"source\":\"sou 3\",\"thr"
     "ead_id\":\"thr 4\",\"request_id\":\"req 5\",\"env_id\":\"env 6\",\"tool\":\"too 7\",\"argume"
     "nts\":{\"k\": [8, null]},\"arguments_meta\":{\"k\": [9, null]},\"is_error\":true,\"result_su"
     "mmary\":\"res 11\",\"result_meta\":{\"k\": [12, null]},\"started_at\":\"sta 13\",\"completed"
     "_at\":\"com 14\",\"duration_ms\":16,\"notebook_path\":\"not 16\",\"cell_id\":\"cel 17\"}"},
    {&weft__agentserver_operation_list_type,
     "{\"operations\":[{\"id\":\"id 0\",\"workspace_id\":\"wor 1\",\"user_id\":\"use 2\",\"source"
     "\":\"sou 3\",\"thread_id\":\"thr 4\",\"request_id\":\"req 5\",\"env_id\":\"env 6\",\"tool\":"
     "\"too 7\",\"arguments\":{\"k\": [8, null]},\"arguments_meta\":{\"k\": [9, null]},\"is_error"
     "\":true,\"result_summary\":\"res 11\",\"result_meta\":{\"k\": [12, null]},\"started_at\":\"s"
     "ta 13\",\"completed_at\":\"com 14\",\"duration_ms\":16,\"notebook_path\":\"not 16\",\"cell_i"
     "d\":\"cel 17\"},{}]}"},
    {&weft__agentserver_admin_user_type,
     "{\"id\":\"id 0\",\"email\":\"ema 1\",\"name\":\"nam 2\",\"role\":\"rol 3\",\"created_at\":\""
     "cre 4\"}"},
    {&weft__agentserver_admin_owner_type,
     "{\"id\":\"id 0\",\"email\":\"ema 1\",\"name\":\"nam 2\",\"picture\":\"pic 3\"}"},
    {&weft__agentserver_admin_workspace_type,
     "{\"id\":\"id 0\",\"name\":\"nam 1\",\"created_at\":\"cre 2\",\"updated_at\":\"upd 3\",\"owne"
     "r\":{\"id\":\"id 0\",\"email\":\"ema 1\",\"name\":\"nam 2\",\"picture\":\"pic 3\"},\"sandbox"
     "_count\":6,\"max_sandboxes\":7}"},
    {&weft__agentserver_admin_sandbox_type,
     "{\"id\":\"id 0\",\"name\":\"nam 1\",\"workspace_id\":\"wor 2\",\"type\":\"typ 3\",\"status\""
     ":\"sta 4\",\"created_at\":\"cre 5\",\"last_activity_at\":\"las 6\",\"is_local\":true}"},
    {&weft__agentserver_admin_quota_defaults_type,
     "{\"max_workspaces_per_user\":1,\"max_sandboxes_per_workspace\":2,\"max_workspace_drive_size"
     "\":3,\"max_sandbox_cpu\":4,\"max_sandbox_memory\":5,\"max_idle_timeout\":6,\"ws_max_total_cp"
     "u\":7,\"ws_max_total_memory\":8,\"ws_max_idle_timeout\":9}"},
    {&weft__agentserver_admin_user_quota_defaults_type, "{\"max_workspaces_per_user\":1}"},
    {&weft__agentserver_admin_user_quota_overrides_type, "{\"max_workspaces\":1,\"updated_at\":\"upd 1\"}"},
    {&weft__agentserver_admin_user_quota_type,
     "{\"defaults\":{\"max_workspaces_per_user\":1},\"overrides\":{\"max_workspaces\":1,\"updated_"
     "at\":\"upd 1\"}}"},
    {&weft__agentserver_admin_workspace_quota_defaults_type,
     "{\"max_sandboxes\":1,\"max_sandbox_cpu\":2,\"max_sandbox_memory\":3,\"max_idle_timeout\":4,"
     "\"max_total_cpu\":5,\"max_total_memory\":6,\"max_drive_size\":7}"},
    {&weft__agentserver_admin_workspace_quota_overrides_type,
     "{\"max_sandboxes\":1,\"max_sandbox_cpu\":2,\"max_sandbox_memory\":3,\"max_idle_timeout\":4,"
     "\"max_total_cpu\":5,\"max_total_memory\":6,\"max_drive_size\":7,\"updated_at\":\"upd 7\"}"},
    {&weft__agentserver_admin_workspace_quota_type,
     "{\"defaults\":{\"max_sandboxes\":1,\"max_sandbox_cpu\":2,\"max_sandbox_memory\":3,\"max_idle"
     "_timeout\":4,\"max_total_cpu\":5,\"max_total_memory\":6,\"max_drive_size\":7},\"overrides\":"
     "{\"max_sandboxes\":1,\"max_sandbox_cpu\":2,\"max_sandbox_memory\":3,\"max_idle_timeout\":4,"
     "\"max_total_cpu\":5,\"max_total_memory\":6,\"max_drive_size\":7,\"updated_at\":\"upd 7\"}}"},
    {&weft__agentserver_gateway_transport_error_type, "{\"code\":\"cod 0\",\"message\":\"mes 1\"}"},
    {&weft__agentserver_gateway_run_turn_response_type,
     "{\"threadId\":\"thr 0\",\"turn\":{\"k\": [1, null]},\"transport\":{\"code\":\"cod 0\",\"mess"
     "age\":\"mes 1\"}}"},
    {&weft__agentserver_gateway_register_executor_response_type, "{\"exe_id\":\"exe 0\"}"},
};

static const sample requests[] = {
    {&weft__agentserver_log_in_request_type, "{\"email\":\"ema 0\",\"password\":\"pas 1\"}"},
    {&weft__agentserver_create_workspace_request_type, "{\"name\":\"nam 0\"}"},
    {&weft__agentserver_rename_workspace_request_type, "{\"name\":\"nam 0\"}"},
    {&weft__agentserver_add_member_request_type, "{\"email\":\"ema 0\",\"role\":\"rol 1\"}"},
    {&weft__agentserver_set_member_role_request_type, "{\"role\":\"rol 0\"}"},
    {&weft__agentserver_create_api_key_request_type,
     "{\"name\":\"nam 0\",\"scopes\":[\"a1\",\"b\"],\"ttl_days\":3,\"expires_at\":\"exp 3\"}"},
    {&weft__agentserver_create_sandbox_request_type,
     "{\"name\":\"nam 0\",\"type\":\"typ 1\",\"cpu\":3,\"memory\":4,\"idle_timeout\":5,\"metadata"
     "\":{\"k\": [5, null]}}"},
    {&weft__agentserver_rename_sandbox_request_type, "{\"name\":\"nam 0\"}"},
    {&weft__agentserver_register_agent_request_type, "{\"name\":\"nam 0\",\"type\":\"typ 1\"}"},
    {&weft__agentserver_register_agent_card_request_type,
     "{\"display_name\":\"dis 0\",\"description\":\"des 1\",\"agent_type\":\"age 2\",\"card\":{\"k"
     "\": [3, null]}}"},
    {&weft__agentserver_create_task_request_type,
     "{\"target_id\":\"tar 0\",\"prompt\":\"pro 1\",\"skill\":\"ski 2\",\"system_context\":\"sys 3"
     "\",\"max_turns\":5,\"max_budget_usd\":5.5,\"timeout_seconds\":7,\"delegation_chain\":[\"a7\""
     ",\"b\"],\"requester_id\":\"req 8\"}"},
    {&weft__agentserver_update_task_status_request_type,
     "{\"status\":\"sta 0\",\"failure_reason\":\"fai 1\",\"result\":{\"k\": [2, null]},\"total_cos"
     "t_usd\":3.5,\"num_turns\":5}"},
    {&weft__agentserver_send_message_request_type, "{\"to\":\"to 0\",\"text\":\"tex 1\",\"msg_type\":\"msg 2\"}"},
    {&weft__agentserver_register_executor_request_type, "{\"name\":\"nam 0\",\"description\":\"des 1\"}"},
    {&weft__agentserver_create_codex_token_request_type,
     "{\"workspace_id\":\"wor 0\",\"name\":\"nam 1\",\"ttl_days\":3,\"expires_at\":\"exp 3\"}"},
    {&weft__agentserver_create_credential_request_type, "{\"display_name\":\"dis 0\",\"config\":\"con 1\"}"},
    {&weft__agentserver_rename_credential_request_type, "{\"display_name\":\"dis 0\"}"},
    {&weft__agentserver_update_channel_request_type, "{\"require_mention\":true,\"routing_mode\":\"rou 1\"}"},
    {&weft__agentserver_configure_telegram_request_type, "{\"bot_token\":\"bot 0\"}"},
    {&weft__agentserver_configure_matrix_request_type,
     "{\"homeserver_url\":\"hom 0\",\"access_token\":\"acc 1\",\"recovery_key\":\"rec 2\"}"},
    {&weft__agentserver_bind_sandbox_request_type, "{\"channel_id\":\"cha 0\"}"},
    {&weft__agentserver_llm_model_request_type, "{\"id\":\"id 0\",\"name\":\"nam 1\"}"},
    {&weft__agentserver_set_llm_config_request_type,
     "{\"base_url\":\"bas 0\",\"api_key\":\"api 1\",\"models\":[{\"id\":\"id 0\",\"name\":\"nam 1"
     "\"},{\"id\":\"id 9\",\"name\":\"nam 9\"}]}"},
    {&weft__agentserver_admin_set_user_role_request_type, "{\"role\":\"rol 0\"}"},
    {&weft__agentserver_admin_set_quota_defaults_request_type,
     "{\"max_workspaces_per_user\":1,\"max_sandboxes_per_workspace\":2,\"max_workspace_drive_size"
     "\":3,\"max_sandbox_cpu\":4,\"max_sandbox_memory\":5,\"max_idle_timeout\":6,\"ws_max_total_cp"
     "u\":7,\"ws_max_total_memory\":8,\"ws_max_idle_timeout\":9}"},
    {&weft__agentserver_admin_set_user_quota_request_type, "{\"max_workspaces\":1}"},
    {&weft__agentserver_admin_set_workspace_quota_request_type,
     "{\"max_sandboxes\":1,\"max_sandbox_cpu\":2,\"max_sandbox_memory\":3,\"max_idle_timeout\":4,"
     "\"max_total_cpu\":5,\"max_total_memory\":6,\"max_drive_size\":7}"},
    {&weft__agentserver_admin_set_llm_quota_request_type, "{\"max_rpd\":1}"},
    {&weft__agentserver_gateway_run_turn_request_type,
     "{\"workspaceId\":\"wor 0\",\"threadId\":\"thr 1\",\"params\":{\"k\": [2, null]},\"timeoutMs"
     "\":4}"},
    {&weft__agentserver_gateway_register_executor_request_type, "{\"display_name\":\"dis 0\"}"},
    {&weft__agentserver_gateway_bind_executor_request_type,
     "{\"exe_id\":\"exe 0\",\"name\":\"nam 1\",\"description\":\"des 2\",\"is_default\":true}"},
};

TEST_EVERY_ANSWER(results)

enum { REQUESTS = sizeof(requests) / sizeof(requests[0]) };

TEST(every_member_of_every_answer_keeps_its_value)
{
    for (unsigned i = 0; i < SAMPLES; i++) {
        fixture fx;

        begin(&fx);
        CHECK_EQ(decode(&fx, results[i].type, results[i].text), WEFT__CODEC_OK);
        CHECK_STR(encode(&fx, results[i].type, fx.value), results[i].text);
        end(&fx);
    }
}

TEST(every_member_of_every_request_is_sent_by_its_name)
{
    for (unsigned i = 0; i < REQUESTS; i++) {
        fixture fx;

        begin(&fx);
        CHECK_EQ(decode(&fx, requests[i].type, requests[i].text), WEFT__CODEC_OK);
        CHECK_STR(encode(&fx, requests[i].type, fx.value), requests[i].text);
        end(&fx);
    }
}

TEST(members_that_are_not_declared_pass_and_can_be_read)
{
    for (unsigned i = 0; i < SAMPLES; i++) {
        weft_json name, value;
        size_t cursor = 0;
        fixture fx;

        begin(&fx);
        CHECK_EQ(decode(&fx, results[i].type, "{\"from_the_future\":{\"a\": 1}}"), WEFT__CODEC_OK);
        CHECK(weft_object_next_extra(fx.value, &cursor, &name, &value));
        CHECK(name.len == 15 && memcmp(name.ptr, "from_the_future", 15) == 0);
        CHECK(value.len == 8 && memcmp(value.ptr, "{\"a\": 1}", 8) == 0);
        CHECK(!weft_object_next_extra(fx.value, &cursor, &name, &value));
        end(&fx);
    }
}

TEST(a_member_of_the_wrong_kind_deep_inside_takes_nothing_else_away)
{
    const weft_agentserver_trace_with_requests *trace;
    const weft_agentserver_sandbox *sandbox;
    fixture fx;

    begin(&fx);
    CHECK_EQ(
        decode(&fx, &weft__agentserver_trace_with_requests_type, "{\"requests\":[{},{\"ttft\":\"x\",\"id\":\"r\"}]}"),
        WEFT__CODEC_OK);
    trace = fx.value;
    CHECK(trace->requests_count == 2 && trace->requests[1].time_to_first_token_ms == 0 &&
          is(trace->requests[1].id, "r"));
    CHECK_EQ(weft_object_get_state(&trace->requests[1].object, "ttft"), WEFT_PRESENCE_INVALID);
    CHECK_EQ(decode(&fx, &weft__agentserver_sandbox_type, "{\"agent_info\":{\"os\":1},\"cpu\":\"2\",\"id\":\"s\"}"),
             WEFT__CODEC_OK);
    sandbox = fx.value;
    CHECK(is(sandbox->id, "s") && sandbox->cpu_millicores.state == WEFT_PRESENCE_INVALID &&
          sandbox->cpu_millicores.value == 0);
    CHECK(sandbox->agent_info && !sandbox->agent_info->os.ptr);
    end(&fx);
}

/* ---- Requests ---------------------------------------------------------------------------------------- */

TEST(a_request_without_what_is_required_names_it)
{
    static const struct {
        const weft__type *type;
        const char *field; /* the first one that is required; NULL = none is */
        const char *text;  /* then: all that is sent of nothing */
    } rows[] = {
        {&weft__agentserver_log_in_request_type, "email", NULL},
        {&weft__agentserver_create_workspace_request_type, "name", NULL},
        {&weft__agentserver_rename_workspace_request_type, "name", NULL},
        {&weft__agentserver_add_member_request_type, "email", NULL},
        {&weft__agentserver_set_member_role_request_type, "role", NULL},
        {&weft__agentserver_create_api_key_request_type, "name", NULL},
        {&weft__agentserver_create_sandbox_request_type, "name", NULL},
        {&weft__agentserver_rename_sandbox_request_type, "name", NULL},
        {&weft__agentserver_register_agent_request_type, NULL, "{}"},
        {&weft__agentserver_register_agent_card_request_type, NULL, "{}"},
        {&weft__agentserver_create_task_request_type, "target_id", NULL},
        {&weft__agentserver_update_task_status_request_type, "status", NULL},
        {&weft__agentserver_send_message_request_type, "to", NULL},
        {&weft__agentserver_register_executor_request_type, "name", NULL},
        {&weft__agentserver_create_codex_token_request_type, "workspace_id", NULL},
        {&weft__agentserver_create_credential_request_type, "display_name", NULL},
        {&weft__agentserver_rename_credential_request_type, NULL, "{}"},
        {&weft__agentserver_update_channel_request_type, NULL, "{}"},
        {&weft__agentserver_configure_telegram_request_type, "bot_token", NULL},
        {&weft__agentserver_configure_matrix_request_type, "homeserver_url", NULL},
        {&weft__agentserver_bind_sandbox_request_type, "channel_id", NULL},
        {&weft__agentserver_llm_model_request_type, "id", NULL},
        {&weft__agentserver_set_llm_config_request_type, "base_url", NULL},
        {&weft__agentserver_admin_set_user_role_request_type, "role", NULL},
        {&weft__agentserver_admin_set_quota_defaults_request_type, NULL, "{}"},
        {&weft__agentserver_admin_set_user_quota_request_type, NULL, "{\"max_workspaces\":null}"},
        {&weft__agentserver_admin_set_workspace_quota_request_type, NULL, "{}"},
        {&weft__agentserver_admin_set_llm_quota_request_type, NULL, "{\"max_rpd\":null}"},
        {&weft__agentserver_gateway_run_turn_request_type, "workspaceId", NULL},
        {&weft__agentserver_gateway_register_executor_request_type, NULL, "{}"},
        {&weft__agentserver_gateway_bind_executor_request_type, "exe_id", NULL},
    };
    static const char nothing[1024];

    CHECK_EQ(sizeof(rows) / sizeof(rows[0]), REQUESTS);
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *text;
        fixture fx;

        begin(&fx);
        text = encode(&fx, rows[i].type, nothing);
        CHECK_STR(text, rows[i].text ? rows[i].text : "");
        if (rows[i].field)
            CHECK_STR(fx.error.path, rows[i].field);
        end(&fx);
    }
}

TEST(absent_null_and_zero_differ_in_requests)
{
    weft_agentserver_admin_set_workspace_quota_request quota = {
        .max_sandboxes = weft_some_int64(0),
        .max_total_cpu_millicores = weft_null_int64(),
        .max_drive_size_bytes = weft_some_int64(INT64_MAX),
    };
    weft_agentserver_admin_set_user_quota_request zero = {.max_workspaces = weft_some_int64(0)};
    weft_agentserver_update_channel_request patch = {.require_mention = weft_some_bool(false)};
    weft_agentserver_update_task_status_request done = {.status = "completed", .result = "null"};
    fixture fx;

    begin(&fx);
    CHECK_STR(encode(&fx, &weft__agentserver_admin_set_workspace_quota_request_type, &quota),
              "{\"max_sandboxes\":0,\"max_total_cpu\":null,\"max_drive_size\":9223372036854775807}");
    CHECK_STR(encode(&fx, &weft__agentserver_admin_set_user_quota_request_type, &zero), "{\"max_workspaces\":0}");
    CHECK_STR(encode(&fx, &weft__agentserver_update_channel_request_type, &patch), "{\"require_mention\":false}");
    CHECK_STR(encode(&fx, &weft__agentserver_update_task_status_request_type, &done),
              "{\"status\":\"completed\",\"result\":null}");
    end(&fx);
}

TEST(absent_null_and_zero_differ_in_answers)
{
    const weft_agentserver_llm_workspace_quota *quota;
    const weft_agentserver_sandbox *sandbox;
    fixture fx;

    begin(&fx);
    CHECK_EQ(decode(&fx, &weft__agentserver_llm_workspace_quota_type, "{\"max_rpd\":null}"), WEFT__CODEC_OK);
    quota = fx.value;
    CHECK_EQ(quota->max_requests_per_day.state, WEFT_PRESENCE_NULL);
    CHECK_EQ(decode(&fx, &weft__agentserver_sandbox_type, "{\"idle_timeout\":0,\"paused_at\":null}"), WEFT__CODEC_OK);
    sandbox = fx.value;
    CHECK(sandbox->idle_timeout_s.state == WEFT_PRESENCE_VALUE && sandbox->idle_timeout_s.value == 0);
    CHECK_EQ(sandbox->cpu_millicores.state, WEFT_PRESENCE_ABSENT);
    CHECK(!sandbox->paused_at.ptr && weft_object_get_state(&sandbox->object, "paused_at") == WEFT_PRESENCE_NULL);
    CHECK_EQ(weft_object_get_state(&sandbox->object, "short_id"), WEFT_PRESENCE_ABSENT);
    end(&fx);
}

TEST(names_with_capitals_reach_their_members)
{
    weft_agentserver_gateway_run_turn_request request = {
        .workspace_id = "w", .thread_id = "t", .params = "{}", .timeout_ms = 5};
    const weft_agentserver_gateway_run_turn_response *answer;
    fixture fx;

    begin(&fx);
    CHECK_STR(encode(&fx, &weft__agentserver_gateway_run_turn_request_type, &request),
              "{\"workspaceId\":\"w\",\"threadId\":\"t\",\"params\":{},\"timeoutMs\":5}");
    CHECK_EQ(decode(&fx, &weft__agentserver_gateway_run_turn_response_type,
                    "{\"threadId\":\"t-1\",\"turn\":{\"id\": 1},\"transport\":{\"code\":\"c\",\"message\":\"m\"}}"),
             WEFT__CODEC_OK);
    answer = fx.value;
    CHECK_STR(answer->thread_id.ptr, "t-1");
    CHECK(answer->turn.len == 9 && memcmp(answer->turn.ptr, "{\"id\": 1}", 9) == 0);
    CHECK(answer->transport && strcmp(answer->transport->code.ptr, "c") == 0);
    CHECK_STR(answer->transport->message.ptr, "m");
    end(&fx);
}

/* ---- States ------------------------------------------------------------------------------------------ */

static weft_str text(const char *word)
{
    return (weft_str){word, strlen(word)};
}

TEST(task_states_are_told_apart)
{
    static const struct {
        const char *status;
        bool completed, final;
    } rows[] = {
        {"pending", false, false}, {"assigned", false, false}, {"running", false, false},  {"completed", true, true},
        {"failed", false, true},   {"cancelled", false, true}, {"dreaming", false, false}, {"", false, false},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        weft_agentserver_task task = {.status = text(rows[i].status)};

        CHECK_EQ(weft_agentserver_task_is_completed(&task), rows[i].completed);
        CHECK_EQ(weft_agentserver_task_is_failed(&task), strcmp(rows[i].status, "failed") == 0);
        CHECK_EQ(weft_agentserver_task_is_cancelled(&task), strcmp(rows[i].status, "cancelled") == 0);
        CHECK_EQ(weft_agentserver_task_is_final(&task), rows[i].final);
    }
    CHECK(!weft_agentserver_task_is_final(&(weft_agentserver_task){0}));
}

TEST(sandbox_states_are_told_apart)
{
    static const struct {
        const char *status;
        bool changing, settled;
    } rows[] = {
        {"creating", true, false}, {"running", false, true},  {"pausing", true, false}, {"paused", false, true},
        {"resuming", true, false}, {"deleting", true, false}, {"offline", false, true}, {"hovering", false, false},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        weft_agentserver_sandbox sandbox = {.status = text(rows[i].status)};

        CHECK_EQ(weft_agentserver_sandbox_is_changing(&sandbox), rows[i].changing);
        CHECK_EQ(weft_agentserver_sandbox_is_settled(&sandbox), rows[i].settled);
        CHECK_EQ(weft_agentserver_sandbox_is_running(&sandbox), strcmp(rows[i].status, "running") == 0);
    }
}

TEST(a_sandbox_has_one_url_whatever_its_type)
{
    weft_agentserver_sandbox sandboxes[5] = {{.opencode_url = text("u")},
                                             {.openclaw_url = text("u")},
                                             {.claudecode_url = text("u")},
                                             {.jupyter_url = text("u")},
                                             {.custom_url = text("u")}};

    for (unsigned i = 0; i < 5; i++)
        CHECK_STR(weft_agentserver_sandbox_get_url(&sandboxes[i]).ptr, "u");
    CHECK(!weft_agentserver_sandbox_get_url(&(weft_agentserver_sandbox){0}).ptr);
}

TEST(a_login_by_code_ends_in_three_states)
{
    for (int state = WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_OTHER; state <= WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_NEEDS_CODE;
         state++) {
        weft_agentserver_weixin_login login = {.state = (weft_agentserver_weixin_login_state)state};
        bool completed = state == WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_CONFIRMED ||
                         state == WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_ALREADY_BOUND;
        bool failed = state == WEFT_AGENTSERVER_WEIXIN_LOGIN_STATE_BLOCKED;

        CHECK_EQ(weft_agentserver_weixin_login_is_completed(&login), completed);
        CHECK_EQ(weft_agentserver_weixin_login_is_failed(&login), failed);
        CHECK_EQ(weft_agentserver_weixin_login_is_final(&login), completed || failed);
    }
}

TEST(a_turn_ends_in_three_states)
{
    static const struct {
        const char *status;
        bool completed, failed;
    } rows[] = {
        {"completed", true, false},   {"failed", false, true}, {"interrupted", false, true},
        {"inProgress", false, false}, {"", false, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        weft_agentserver_gateway_turn turn = {.status = text(rows[i].status)};

        CHECK_EQ(weft_agentserver_gateway_turn_is_completed(&turn), rows[i].completed);
        CHECK_EQ(weft_agentserver_gateway_turn_is_failed(&turn), rows[i].failed);
        CHECK_EQ(weft_agentserver_gateway_turn_is_final(&turn), rows[i].completed || rows[i].failed);
    }
}

TEST(a_result_of_agentserver_that_is_null_is_nothing_of_what_is_asked)
{
    int64_t current, max;

    CHECK(!weft_agentserver_task_is_final(NULL) && !weft_agentserver_task_is_completed(NULL));
    CHECK(!weft_agentserver_task_is_failed(NULL) && !weft_agentserver_task_is_cancelled(NULL));
    CHECK(!weft_agentserver_sandbox_is_settled(NULL) && !weft_agentserver_sandbox_is_changing(NULL));
    CHECK(!weft_agentserver_sandbox_is_running(NULL) && !weft_agentserver_sandbox_get_url(NULL).ptr);
    CHECK(!weft_agentserver_weixin_login_is_final(NULL) && !weft_agentserver_weixin_login_is_completed(NULL));
    CHECK(!weft_agentserver_weixin_login_is_failed(NULL));
    CHECK(!weft_agentserver_gateway_turn_is_final(NULL) && !weft_agentserver_gateway_turn_is_completed(NULL));
    CHECK(!weft_agentserver_gateway_turn_is_failed(NULL));
    CHECK(!weft_agentserver_error_get_quota(NULL, &current, &max));
}
