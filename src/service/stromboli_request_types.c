/* The bodies of Stromboli's requests. */
#include "service/stromboli_types.h"

/* One line per member of T that is called the same here and on the wire. */
#define TEXT(m) WEFT__FIELD(T, m, #m, WEFT__CSTR, 0)
#define NEEDED(m) WEFT__FIELD(T, m, #m, WEFT__CSTR, WEFT__ALWAYS)
#define FLAG(m) WEFT__FIELD(T, m, #m, WEFT__BOOL, 0)
#define TEXTS(m) WEFT__FIELD_LIST(T, m, #m, WEFT__LIST_CSTR, 0)
#define EXTRA() WEFT__FIELD(T, extra, "extra", WEFT__EXTRA, 0)

#define T weft_stromboli_claude_options
static const weft__field claude_options_fields[] = {
    TEXT(model),
    TEXT(session_id),
    FLAG(resume),
    WEFT__FIELD(T, max_budget_usd, "max_budget_usd", WEFT__OPT_DOUBLE, 0),
    TEXT(system_prompt),
    TEXT(append_system_prompt),
    TEXTS(allowed_tools),
    TEXTS(disallowed_tools),
    FLAG(dangerously_skip_permissions),
    TEXT(permission_mode),
    TEXT(output_format),
    TEXT(json_schema),
    FLAG(verbose),
    TEXT(debug),
    WEFT__FIELD(T, continue_latest, "continue", WEFT__BOOL, 0),
    TEXT(agent),
    TEXT(fallback_model),
    TEXTS(add_dirs),
    WEFT__FIELD(T, agents, "agents", WEFT__CJSON, 0),
    FLAG(allow_dangerously_skip_permissions),
    TEXTS(betas),
    FLAG(disable_slash_commands),
    TEXTS(files),
    FLAG(fork_session),
    FLAG(include_partial_messages),
    TEXT(input_format),
    TEXTS(mcp_configs),
    FLAG(no_persistence),
    TEXTS(plugin_dirs),
    FLAG(replay_user_messages),
    TEXTS(setting_sources),
    TEXT(settings),
    FLAG(strict_mcp_config),
    TEXTS(tools),
    WEFT__FIELD(T, max_turns, "max_turns", WEFT__INT64, 0),
    TEXT(effort),
    TEXT(prompt_caching_ttl),
    TEXT(bedrock_service_tier),
    FLAG(enable_powershell_tool),
    EXTRA(),
};
static const weft__type claude_options_type = WEFT__REQUEST_TYPE(T, "Claude options", claude_options_fields);
#undef T

#define T weft_stromboli_lifecycle_hooks
static const weft__field lifecycle_hooks_fields[] = {
    TEXTS(on_create_command), TEXTS(post_create), TEXTS(post_start), TEXT(hooks_timeout), EXTRA(),
};
static const weft__type lifecycle_hooks_type = WEFT__REQUEST_TYPE(T, "lifecycle hooks", lifecycle_hooks_fields);
#undef T

#define T weft_stromboli_environment
static const weft__field environment_fields[] = {
    TEXT(type), TEXT(path), TEXT(service), TEXT(build_timeout), EXTRA(),
};
static const weft__type environment_type = WEFT__REQUEST_TYPE(T, "environment", environment_fields);
#undef T

#define T weft_stromboli_podman_options
static const weft__field podman_options_fields[] = {
    TEXT(memory),
    TEXT(timeout),
    TEXT(cpus),
    WEFT__FIELD(T, cpu_shares, "cpu_shares", WEFT__OPT_INT64, 0),
    TEXTS(volumes),
    TEXT(image),
    WEFT__FIELD_LIST(T, secrets_env, "secrets_env", WEFT__MAP_CSTR, 0),
    WEFT__FIELD_OBJECT(T, lifecycle, "lifecycle", &lifecycle_hooks_type, 0),
    WEFT__FIELD_OBJECT(T, environment, "environment", &environment_type, 0),
    EXTRA(),
};
static const weft__type podman_options_type = WEFT__REQUEST_TYPE(T, "Podman options", podman_options_fields);
#undef T

#define T weft_stromboli_run_request
static const weft__field run_request_fields[] = {
    NEEDED(prompt),
    TEXT(workdir),
    TEXT(webhook_url),
    WEFT__FIELD_OBJECT(T, claude, "claude", &claude_options_type, 0),
    WEFT__FIELD_OBJECT(T, podman, "podman", &podman_options_type, 0),
    EXTRA(),
};
const weft__type weft__stromboli_run_request_type = WEFT__REQUEST_TYPE(T, "run request", run_request_fields);
#undef T

#define T weft_stromboli_stream_request
static const weft__field stream_query_fields[] = {NEEDED(prompt), TEXT(session_id), TEXT(workdir)};
const weft__type weft__stromboli_stream_query_type = WEFT__REQUEST_TYPE(T, "stream", stream_query_fields);
#undef T

#define T weft_stromboli_list_messages_options
static const weft__field messages_query_fields[] = {
    WEFT__FIELD(T, limit, "limit", WEFT__INT64, 0),
    WEFT__FIELD(T, offset, "offset", WEFT__INT64, 0),
};
const weft__type weft__stromboli_messages_query_type = WEFT__REQUEST_TYPE(T, "page of messages", messages_query_fields);
#undef T

#define T weft__stromboli_search
static const weft__field search_query_fields[] = {
    WEFT__FIELD(T, limit, "limit", WEFT__INT64, 0),
    FLAG(no_trunc),
    WEFT__FIELD(T, query, "q", WEFT__CSTR, WEFT__REQUIRED),
};
const weft__type weft__stromboli_search_query_type = WEFT__REQUEST_TYPE(T, "search for images", search_query_fields);
#undef T

#define T weft__stromboli_token_request
static const weft__field token_request_fields[] = {NEEDED(client_id)};
const weft__type weft__stromboli_token_request_type = WEFT__REQUEST_TYPE(T, "token request", token_request_fields);
#undef T

#define T weft__stromboli_refresh_request
static const weft__field refresh_request_fields[] = {NEEDED(refresh_token)};
const weft__type weft__stromboli_refresh_request_type =
    WEFT__REQUEST_TYPE(T, "refresh request", refresh_request_fields);
#undef T

#define T weft_stromboli_create_secret_request
static const weft__field create_secret_request_fields[] = {
    NEEDED(name),
    NEEDED(value),
    EXTRA(),
};
const weft__type weft__stromboli_create_secret_request_type =
    WEFT__REQUEST_TYPE(T, "secret", create_secret_request_fields);
#undef T

#define T weft_stromboli_pull_image_request
static const weft__field pull_image_request_fields[] = {
    NEEDED(image),
    TEXT(platform),
    FLAG(quiet),
    EXTRA(),
};
const weft__type weft__stromboli_pull_image_request_type =
    WEFT__REQUEST_TYPE(T, "pull request", pull_image_request_fields);
#undef T
