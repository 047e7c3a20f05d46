/* sim_agentserver.h - what the parts of the simulated agentserver share. Its two gateways are services of their own
 * (agentserver-codex, agentserver-executors) over the same memory. */
#ifndef SIM_AGENTSERVER_H
#define SIM_AGENTSERVER_H

#include "sim_agentserver_rows.h"
#include "sim_service.h"

typedef enum agentserver_kind {
    USERS,
    SESSIONS,
    WORKSPACES,
    MEMBERS,
    KEYS,
    SANDBOXES,
    CARDS,
    TASKS,
    MESSAGES,
    INTERACTIONS,
    EXECUTORS, /* as the gateway knows them */
    BOUND,     /* executors in workspaces */
    CODEX_TOKENS,
    CREDENTIALS,
    DEVICE_CODES, /* credentials that wait for their user */
    CHANNELS,
    QR_LOGINS,
    LLM_CONFIGS,
    LLM_QUOTAS,
    USER_QUOTAS,
    WORKSPACE_QUOTAS,
    OPERATIONS,
    TRACES,
    AGENTSERVER_TABLES,
} agentserver_kind;

/* The quotas that hold unless something else was set, in the order in which they are told. */
enum { AGENTSERVER_DEFAULTS = 9 };
typedef enum agentserver_default {
    MAX_WORKSPACES_PER_USER,
    MAX_SANDBOXES_PER_WORKSPACE,
    MAX_WORKSPACE_DRIVE_SIZE,
    MAX_SANDBOX_CPU,
    MAX_SANDBOX_MEMORY,
    MAX_IDLE_TIMEOUT,
    WS_MAX_TOTAL_CPU,
    WS_MAX_TOTAL_MEMORY,
    WS_MAX_IDLE_TIMEOUT,
} agentserver_default;
extern const char *const agentserver_default_names[AGENTSERVER_DEFAULTS];

typedef struct agentserver {
    sim_server *sim;
    agentserver_table tables[AGENTSERVER_TABLES];
    int64_t defaults[AGENTSERVER_DEFAULTS];
    int64_t interactions; /* the last one's id */
} agentserver;

/* Who may ask: sim_operation.errors. Beyond AGENTSERVER_USER a workspace is named first in the path. */
typedef enum agentserver_access {
    AGENTSERVER_ANYBODY,
    AGENTSERVER_USER,
    AGENTSERVER_MEMBER,
    AGENTSERVER_DEVELOPER,  /* not guests */
    AGENTSERVER_MAINTAINER, /* and owners */
    AGENTSERVER_OWNER,
    AGENTSERVER_IN_SANDBOX, /* a member of the workspace of the sandbox named first in the path */
    AGENTSERVER_ADMIN,
    AGENTSERVER_AGENT,
    AGENTSERVER_OAUTH,
    AGENTSERVER_SECRET,        /* of the executor gateway */
    AGENTSERVER_SECRET_OR_KEY, /* of the codex gateway */
    AGENTSERVER_ACCESS_MASK = 15,
} agentserver_access;

/* How a body that cannot be read is called, and what has to be switched on: more of sim_operation.errors. */
enum {
    SAYS_BAD_REQUEST = 0 << 4,
    SAYS_INVALID_REQUEST_BODY = 1 << 4,
    SAYS_INVALID_JSON = 2 << 4,
    SAYS_INVALID_JSON_SMALL = 3 << 4, /* "invalid json" */
    SAYS_IN_JSON = 4 << 4,            /* {"error":"invalid JSON"} */
    SAYS_NOTHING = 5 << 4,            /* it is as if nothing had been sent */
    SAYS_MASK = 7 << 4,
    NEEDS_PASSWORD = 1 << 8,
    NEEDS_OAUTH = 2 << 8,
    NEEDS_EXECUTORS = 3 << 8,
    NEEDS_CREDENTIALS = 4 << 8,
    NEEDS_IM = 5 << 8,
    NEEDS_LLM = 6 << 8,
    NEEDS_MODELSERVER = 7 << 8,
    NEEDS_MASK = 7 << 8,
};

/* sim_agentserver_operations.c */
extern const sim_operation agentserver_operations[], agentserver_codex_operations[], agentserver_executor_operations[];
enum { AGENTSERVER_OPERATIONS = 93, AGENTSERVER_CODEX_OPERATIONS = 1, AGENTSERVER_EXECUTOR_OPERATIONS = 5 };

/* sim_agentserver.c */
agentserver *agentserver_state(const sim_call *call);
agentserver_table *agentserver_rows(const sim_call *call, agentserver_kind kind);
void agentserver_uuid(sim_call *call, const char *prefix, char ret_id[48]);
/* `count` characters, below 128, out of `letters`. */
void agentserver_letters(sim_call *call, const char *letters, size_t count, char *ret_text);
void agentserver_now(const sim_call *call, char ret_text[32]);

/* sim_agentserver_answers.c */
/* A line of text, as nearly all errors are. */
void agentserver_say(sim_call *call, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same, and counts the request as malformed: no correct client sends it. */
void agentserver_blame(sim_call *call, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));
void agentserver_answer_empty(sim_call *call, int status);
void agentserver_answer_row(sim_call *call, int status, const agentserver_row *row);
/* {"NAME":"VALUE"} */
void agentserver_answer_word(sim_call *call, int status, const char *name, const char *value);
/* The rows of a table whose member `name` is `value`; `name` NULL = all. `limit` 0 = no limit. */
typedef struct agentserver_listing {
    const char *name, *value;
    bool newest_first;
    uint64_t offset, limit;
} agentserver_listing;
void agentserver_answer_rows(sim_call *call, agentserver_kind kind, const agentserver_listing *listing);
void agentserver_write_rows(sim_call *call, weft__writer *writer, agentserver_kind kind,
                            const agentserver_listing *listing);
size_t agentserver_count(sim_call *call, agentserver_kind kind, const char *name, const char *value);
/* Of the body: text (NULL when it is absent, null or none), JSON (null included), integers. */
const char *agentserver_text(sim_call *call, const char *name);
weft_json agentserver_json(sim_call *call, const char *name);
bool agentserver_int(sim_call *call, const char *name, int64_t *ret_value);
/* What servers from 0.64.14 on look at of a key or token to mint: `expires_at`, NULL when it is not given. False when
 * it was no good, which has been answered. */
bool agentserver_expiry(sim_call *call, const char **ret_expires_at);
/* A number of the query; `otherwise` when it is absent, none, or not from `low` to `high`. */
uint64_t agentserver_query_number(const sim_call *call, const char *name, uint64_t low, uint64_t high,
                                  uint64_t otherwise);
bool agentserver_query_true(const sim_call *call, const char *name);

/* sim_agentserver_access.c */
bool agentserver_authorize(sim_call *call);
bool agentserver_lacks(const sim_call *call, const char *feature);
agentserver_row *agentserver_user(const sim_call *call);  /* whose session was sent; NULL = nobody's */
agentserver_row *agentserver_agent(const sim_call *call); /* the sandbox whose token was sent */
/* The role of the user in a workspace; NULL when they are no member. */
const char *agentserver_role(const sim_call *call, const char *workspace_id);
void agentserver_add_member(sim_call *call, const char *workspace_id, const agentserver_row *user, const char *role);

/* The operations, by file. */
void agentserver_auth_register(sim_call *call);
void agentserver_auth_login(sim_call *call);
void agentserver_auth_logout(sim_call *call);
void agentserver_auth_check(sim_call *call);
void agentserver_auth_me(sim_call *call);

agentserver_row *agentserver_make_workspace(sim_call *call, const char *name, const agentserver_row *owner);
void agentserver_list_workspaces(sim_call *call);
void agentserver_create_workspace(sim_call *call);
void agentserver_workspace_quota(sim_call *call);
void agentserver_get_workspace(sim_call *call);
void agentserver_rename_workspace(sim_call *call);
void agentserver_delete_workspace(sim_call *call);
void agentserver_workspace_defaults(sim_call *call);
void agentserver_list_members(sim_call *call);
void agentserver_post_member(sim_call *call);
void agentserver_change_member_role(sim_call *call);
void agentserver_remove_member(sim_call *call);
void agentserver_list_key_scopes(sim_call *call);
void agentserver_list_keys(sim_call *call);
void agentserver_mint_key(sim_call *call);
void agentserver_revoke_key(sim_call *call);

/* Brings a sandbox to the state that its time has come for; NULL when it disappeared meanwhile. */
agentserver_row *agentserver_settle_sandbox(sim_call *call, agentserver_row *sandbox);
agentserver_row *agentserver_make_sandbox(sim_call *call, const char *workspace_id, const char *name, const char *type);
void agentserver_forget_sandbox(sim_call *call, agentserver_row *sandbox);
/* What may be had in a workspace: its own quota, else the default. */
int64_t agentserver_limit(const sim_call *call, const char *workspace_id, const char *name, agentserver_default number);
void agentserver_list_sandboxes(sim_call *call);
void agentserver_create_sandbox(sim_call *call);
void agentserver_get_sandbox(sim_call *call);
void agentserver_rename_sandbox(sim_call *call);
void agentserver_delete_sandbox(sim_call *call);
void agentserver_pause_sandbox(sim_call *call);
void agentserver_resume_sandbox(sim_call *call);

void agentserver_note(sim_call *call, const char *workspace_id, const char *actor_id, const char *action,
                      const char *target_id, const char *target_type, const char *detail);
void agentserver_register_agent(sim_call *call);
void agentserver_register_card(sim_call *call);
void agentserver_discover_agents(sim_call *call);
void agentserver_list_cards(sim_call *call);
void agentserver_get_card(sim_call *call);
void agentserver_send_message(sim_call *call);
void agentserver_read_inbox(sim_call *call);
void agentserver_list_interactions(sim_call *call);

void agentserver_create_task(sim_call *call);
void agentserver_list_tasks(sim_call *call);
void agentserver_get_task(sim_call *call);
void agentserver_poll_tasks(sim_call *call);
void agentserver_update_task(sim_call *call);
void agentserver_cancel_task(sim_call *call);

void agentserver_register_executor(sim_call *call);
void agentserver_list_executors(sim_call *call);
void agentserver_remove_executor(sim_call *call);
void agentserver_list_browsers(sim_call *call);
void agentserver_mint_codex_token(sim_call *call);
void agentserver_list_codex_tokens(sim_call *call);
void agentserver_revoke_codex_token(sim_call *call);

void agentserver_list_bindings(sim_call *call);
void agentserver_create_binding(sim_call *call);
void agentserver_patch_binding(sim_call *call);
void agentserver_delete_binding(sim_call *call);
void agentserver_default_binding(sim_call *call);
void agentserver_complete_device_code(sim_call *call);

void agentserver_list_channels(sim_call *call);
void agentserver_patch_channel(sim_call *call);
void agentserver_delete_channel(sim_call *call);
void agentserver_qr_start(sim_call *call);
void agentserver_qr_wait(sim_call *call);
void agentserver_configure_telegram(sim_call *call);
void agentserver_configure_matrix(sim_call *call);
void agentserver_bind_sandbox(sim_call *call);
void agentserver_unbind_sandbox(sim_call *call);
/* The channels that a sandbox serves, as members of its object. */
void agentserver_show_channels(sim_call *call, agentserver_row *sandbox);

void agentserver_get_llm_config(sim_call *call);
void agentserver_put_llm_config(sim_call *call);
void agentserver_delete_llm_config(sim_call *call);
void agentserver_get_llm_quota(sim_call *call);
void agentserver_put_llm_quota(sim_call *call);
void agentserver_delete_llm_quota(sim_call *call);
void agentserver_connect_modelserver(sim_call *call);
void agentserver_disconnect_modelserver(sim_call *call);
void agentserver_modelserver_status(sim_call *call);

void agentserver_sandbox_usage(sim_call *call);
void agentserver_list_traces(sim_call *call);
void agentserver_get_trace(sim_call *call);
void agentserver_list_operations(sim_call *call);
/* Remembers that something was done: an operation, and a trace of one request. */
void agentserver_trace(sim_call *call, const char *workspace_id, const char *sandbox_id, const char *source);

void agentserver_list_users(sim_call *call);
void agentserver_set_user_role(sim_call *call);
void agentserver_list_all_workspaces(sim_call *call);
void agentserver_list_all_sandboxes(sim_call *call);
void agentserver_get_defaults(sim_call *call);
void agentserver_put_defaults(sim_call *call);
void agentserver_get_user_quota(sim_call *call);
void agentserver_put_user_quota(sim_call *call);
void agentserver_delete_user_quota(sim_call *call);
void agentserver_get_workspace_quota(sim_call *call);
void agentserver_put_workspace_quota(sim_call *call);
void agentserver_delete_workspace_quota(sim_call *call);

/* The gateways. */
void agentserver_codex_turn(sim_call *call);
void agentserver_executor_register(sim_call *call);
void agentserver_executor_bind(sim_call *call);
void agentserver_executor_list(sim_call *call);
void agentserver_executor_unbind(sim_call *call);
void agentserver_executor_unregister(sim_call *call);

#endif
