/* What held a password, a key or a token is overwritten before its memory serves for anything else. */
#include <stdio.h>
#include <stdlib.h>

#include "client_rig.h"
#include "test.h"

#ifdef WEFT_HAVE_ZLIB
#include <zlib.h>
#endif

/* In the body of every request here that takes one, and in every answer. */
#define SECRET "s3cr3t-0451"
/* As it is in base64 behind "user5:", as far as the end does not matter. */
#define ENCODED "czNjcjN0LTA0"

#define ANSWER(body) "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" body
#define URL "http://127.0.0.1:1/f?X-Amz-Signature="

enum { BLOCKS_MAX = 512 };

/* An allocator that looks at what it is given back. */
typedef struct watched_memory {
    struct watched_block {
        char *bytes;
        size_t size;
    } blocks[BLOCKS_MAX];
    unsigned found; /* blocks that came back with the secret in them */
} watched_memory;

static bool holds(const char *bytes, size_t size, const char *text)
{
    size_t len = strlen(text);

    for (size_t i = 0; i + len <= size; i++)
        if (memcmp(bytes + i, text, len) == 0)
            return true;
    return false;
}

static bool holds_secret(const char *bytes, size_t size)
{
    return holds(bytes, size, SECRET) || holds(bytes, size, ENCODED);
}

static struct watched_block *block_at(watched_memory *memory, const char *bytes)
{
    for (size_t i = 0; i < BLOCKS_MAX; i++)
        if (memory->blocks[i].bytes == bytes)
            return &memory->blocks[i];
    return NULL;
}

static void *watched_alloc(size_t size, void *context)
{
    struct watched_block *block = block_at(context, NULL);

    if (!block)
        return NULL;
    block->bytes = calloc(1, size);
    block->size = size;
    return block->bytes;
}

static void watched_release(void *bytes, void *context)
{
    watched_memory *memory = context;
    struct watched_block *block = block_at(memory, bytes);

    if (holds_secret(block->bytes, block->size))
        memory->found++;
    block->bytes = NULL;
    free(bytes);
}

static void *watched_resize(void *bytes, size_t size, void *context)
{
    size_t before = block_at(context, bytes)->size;
    char *resized = watched_alloc(size, context);

    if (!resized)
        return NULL;
    memcpy(resized, bytes, before < size ? before : size);
    watched_release(bytes, context);
    return resized;
}

/* Blocks that the engine still has, kept for the next call, or for every connection to read into. */
static unsigned live_with_secret(const watched_memory *memory)
{
    unsigned count = 0;

    for (size_t i = 0; i < BLOCKS_MAX; i++)
        count += memory->blocks[i].bytes && holds_secret(memory->blocks[i].bytes, memory->blocks[i].size);
    return count;
}

/* So long, and in so many pieces once it is escaped, that it outgrows what it is put into. */
static const char *long_secret(void)
{
    static char text[9000];

    for (size_t i = 0; i < sizeof(text) - 1; i++)
        text[i] = i % 40 == 39 ? '\n' : 'x';
    memcpy(text, SECRET, sizeof(SECRET) - 1);
    return text;
}

/* An answer that takes several reads, and outgrows what it is gathered in. */
static const char *long_answer(void)
{
    static const char head[] = ANSWER("{\"custom_url\":\"https://h/auth?token=" SECRET "\",\"name\":\"");
    static char text[400000];

    memset(text, 'x', sizeof(text));
    memcpy(text, head, sizeof(head) - 1);
    strcpy(text + sizeof(text) - sizeof("\"}"), "\"}");
    return text;
}

typedef weft_client *client_fn(weft_engine *engine, const weft_client_options *options, weft_error_info *ret_error);
typedef void submit_fn(weft_client *client, call_outcome *outcome);

/* ---- What carries secrets ------------------------------------------------------------------------------------- */

static void stromboli_create_token(weft_client *client, call_outcome *outcome)
{
    weft_stromboli_create_token(client, "client-1", NULL, on_stromboli_token_outcome, outcome);
}

static void stromboli_refresh_token(weft_client *client, call_outcome *outcome)
{
    weft_stromboli_refresh_token(client, SECRET, NULL, on_stromboli_token_outcome, outcome);
}

static void stromboli_create_secret(weft_client *client, call_outcome *outcome)
{
    weft_stromboli_create_secret(client, &(weft_stromboli_create_secret_request){.name = "n", .value = SECRET}, NULL,
                                 on_stromboli_secret_change_outcome, outcome);
}

static weft_client *skillbox_client(weft_engine *engine, const weft_client_options *options, weft_error_info *ret_error)
{
    return weft_skillbox_client(engine, options, ret_error);
}

static void skillbox_run(weft_client *client, call_outcome *outcome)
{
    weft_skillbox_run(client,
                      &(weft_skillbox_run_request){.skill = "s", .env = &(weft_pair){"KEY", SECRET}, .env_count = 1},
                      NULL, on_skillbox_execution_outcome, outcome);
}

static void skillbox_get_execution(weft_client *client, call_outcome *outcome)
{
    weft_skillbox_get_execution(client, "e", NULL, on_skillbox_execution_outcome, outcome);
}

static void handinger_get_webhook(weft_client *client, call_outcome *outcome)
{
    weft_handinger_get_webhook(client, "w", NULL, on_handinger_webhook_outcome, outcome);
}

static void handinger_set_webhook(weft_client *client, call_outcome *outcome)
{
    weft_handinger_set_webhook(client, "w", &(weft_handinger_set_webhook_request){.url = weft_some_str("https://h")},
                               NULL, on_handinger_webhook_outcome, outcome);
}

static void handinger_delete_webhook(weft_client *client, call_outcome *outcome)
{
    weft_handinger_delete_webhook(client, "w", NULL, on_handinger_webhook_outcome, outcome);
}

static void handinger_regenerate_webhook_token(weft_client *client, call_outcome *outcome)
{
    weft_handinger_regenerate_webhook_token(client, "w", NULL, on_handinger_webhook_outcome, outcome);
}

static void agentserver_register(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_register_user(client, &(weft_agentserver_log_in_request){.email = "a@b", .password = SECRET}, NULL,
                                   on_agentserver_register_user_outcome, outcome);
}

static void agentserver_login(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_log_in(client, &(weft_agentserver_log_in_request){.email = "a@b", .password = SECRET}, NULL,
                            on_agentserver_session_status_outcome, outcome);
}

static void agentserver_mint_key(weft_client *client, call_outcome *outcome)
{
    static const char *const scopes[] = {WEFT_AGENTSERVER_SCOPE_TURNS_SUBMIT};

    weft_agentserver_create_api_key(
        client, "w", &(weft_agentserver_create_api_key_request){.name = "n", .scopes = scopes, .scopes_count = 1}, NULL,
        on_agentserver_create_api_key_outcome, outcome);
}

static void agentserver_list_sandboxes(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_list_sandboxes(client, "w", NULL, on_agentserver_sandbox_list_outcome, outcome);
}

static void agentserver_create_sandbox(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_create_sandbox(client, "w", &(weft_agentserver_create_sandbox_request){.name = "n"}, NULL,
                                    on_agentserver_sandbox_outcome, outcome);
}

static void agentserver_get_sandbox(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_get_sandbox(client, "s", NULL, on_agentserver_sandbox_outcome, outcome);
}

static void agentserver_rename_sandbox(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_rename_sandbox(client, "s", &(weft_agentserver_rename_sandbox_request){.name = "n"}, NULL,
                                    on_agentserver_sandbox_outcome, outcome);
}

static void agentserver_sandbox_wait(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_wait_sandbox(client, "s", NULL, NULL, NULL, on_agentserver_sandbox_outcome, outcome);
}

static void agentserver_register_agent(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_register_agent(client, "oauth", &(weft_agentserver_register_agent_request){0}, NULL,
                                    on_agentserver_register_agent_outcome, outcome);
}

static void agentserver_register_executor(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_register_executor(client, "w", &(weft_agentserver_register_executor_request){.name = "n"}, NULL,
                                       on_agentserver_register_executor_outcome, outcome);
}

static void agentserver_mint_codex_token(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_create_codex_token(
        client, &(weft_agentserver_create_codex_token_request){.workspace_id = "w", .name = "n"}, NULL,
        on_agentserver_create_codex_token_outcome, outcome);
}

static void agentserver_create_binding(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_create_credential(
        client, "w", WEFT_AGENTSERVER_CREDENTIAL_K8S,
        &(weft_agentserver_create_credential_request){.display_name = "n", .config = long_secret()}, NULL,
        on_agentserver_create_credential_outcome, outcome);
}

static void agentserver_configure_telegram(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_configure_telegram(client, "w",
                                        &(weft_agentserver_configure_telegram_request){.bot_token = SECRET}, NULL,
                                        on_agentserver_configure_telegram_outcome, outcome);
}

static void agentserver_configure_matrix(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_configure_matrix(
        client, "w",
        &(weft_agentserver_configure_matrix_request){.homeserver_url = "https://h", .access_token = SECRET}, NULL,
        on_agentserver_configure_matrix_outcome, outcome);
}

static void agentserver_put_llm_config(weft_client *client, call_outcome *outcome)
{
    static const weft_agentserver_llm_model_request models[] = {{"m", "M"}};

    weft_agentserver_set_llm_config(
        client, "w",
        &(weft_agentserver_set_llm_config_request){
            .base_url = "https://h", .api_key = SECRET, .models = models, .models_count = 1},
        NULL, on_agentserver_set_llm_config_outcome, outcome);
}

static void agentserver_connect_modelserver(weft_client *client, call_outcome *outcome)
{
    weft_agentserver_connect_modelserver(client, "w", NULL, on_agentserver_connect_modelserver_outcome, outcome);
}

static void stromboli_health(weft_client *client, call_outcome *outcome)
{
    weft_stromboli_get_health(client, NULL, on_stromboli_health_outcome, outcome);
}

/* So long that what a head is put together in has to grow behind the secret. */
static void with_long_head(weft_client *client, call_outcome *outcome)
{
    static const weft_pair query = {"sig", SECRET};
    weft_pair headers[] = {{"Authorization", "Bearer " SECRET}, {"X-Long", NULL}};
    static char text[4000];

    memset(text, 'x', sizeof(text) - 1);
    headers[1].value = text;
    weft_stromboli_get_health(
        client, &(weft_call_options){.headers = headers, .headers_count = 2, .query = &query, .query_count = 1},
        on_stromboli_health_outcome, outcome);
}

static const struct secret_case {
    const char *name;
    client_fn *client;
    submit_fn *submit;
    const char *answer;
    size_t answer_len; /* 0 = up to its NUL */
    bool in_pieces;    /* a byte at a time */
} cases[] = {
    {"stromboli create token", weft_stromboli_client, stromboli_create_token,
     ANSWER("{\"access_token\":\"" SECRET "\"}")},
    {"stromboli refresh token", weft_stromboli_client, stromboli_refresh_token,
     ANSWER("{\"refresh_token\":\"" SECRET "\"}")},
    {"stromboli create secret", weft_stromboli_client, stromboli_create_secret, ANSWER("{\"success\":true}")},
    {"skillbox run", skillbox_client, skillbox_run,
     ANSWER("{\"execution_id\":\"e\",\"status\":\"success\",\"files_url\":\"" URL SECRET "\"}")},
    {"skillbox get execution", skillbox_client, skillbox_get_execution,
     ANSWER("{\"execution_id\":\"e\",\"status\":\"success\",\"files_url\":\"" URL SECRET "\"}")},
    {"handinger get webhook", weft_handinger_client, handinger_get_webhook, ANSWER("{\"token\":\"" SECRET "\"}")},
    {"handinger set webhook", weft_handinger_client, handinger_set_webhook, ANSWER("{\"token\":\"" SECRET "\"}")},
    {"handinger delete webhook", weft_handinger_client, handinger_delete_webhook, ANSWER("{\"token\":\"" SECRET "\"}")},
    {"handinger regenerate token", weft_handinger_client, handinger_regenerate_webhook_token,
     ANSWER("{\"token\":\"" SECRET "\"}")},
    {"agentserver register", weft_agentserver_client, agentserver_register, ANSWER("{\"id\":\"u\"}")},
    {"agentserver login", weft_agentserver_client, agentserver_login,
     "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nSet-Cookie: agentserver-token=c\r\n\r\n"
     "{\"status\":\"ok\"}"},
    {"agentserver mint key", weft_agentserver_client, agentserver_mint_key, ANSWER("{\"secret\":\"" SECRET "\"}")},
    {"agentserver list sandboxes", weft_agentserver_client, agentserver_list_sandboxes,
     ANSWER("[{\"custom_url\":\"https://h/auth?token=" SECRET "\"}]")},
    {"agentserver create sandbox", weft_agentserver_client, agentserver_create_sandbox,
     ANSWER("{\"custom_url\":\"https://h/auth?token=" SECRET "\"}")},
    {"agentserver get sandbox", weft_agentserver_client, agentserver_get_sandbox,
     ANSWER("{\"custom_url\":\"https://h/auth?token=" SECRET "\"}")},
    {"agentserver rename sandbox", weft_agentserver_client, agentserver_rename_sandbox,
     ANSWER("{\"custom_url\":\"https://h/auth?token=" SECRET "\"}")},
    {"agentserver wait for sandbox", weft_agentserver_client, agentserver_sandbox_wait,
     ANSWER("{\"status\":\"running\",\"custom_url\":\"https://h/auth?token=" SECRET "\"}")},
    {"agentserver register agent", weft_agentserver_client, agentserver_register_agent,
     ANSWER("{\"tunnel_token\":\"" SECRET "\",\"proxy_token\":\"" SECRET "\"}")},
    {"agentserver register executor", weft_agentserver_client, agentserver_register_executor,
     ANSWER("{\"agent_identity_jwt\":\"" SECRET "\"}")},
    {"agentserver mint codex token", weft_agentserver_client, agentserver_mint_codex_token,
     ANSWER("{\"token\":\"" SECRET "\"}")},
    {"agentserver create binding", weft_agentserver_client, agentserver_create_binding, ANSWER("{\"id\":\"b\"}")},
    {"agentserver configure telegram", weft_agentserver_client, agentserver_configure_telegram,
     ANSWER("{\"connected\":true}")},
    {"agentserver configure matrix", weft_agentserver_client, agentserver_configure_matrix,
     ANSWER("{\"connected\":true}")},
    {"agentserver put llm config", weft_agentserver_client, agentserver_put_llm_config, ANSWER("{\"ok\":true}")},
    {"agentserver connect modelserver", weft_agentserver_client, agentserver_connect_modelserver,
     "HTTP/1.1 302 Found\r\nLocation: https://h/authorize?state=" SECRET "\r\nConnection: close\r\n\r\n"},
};

/* ---- The tests ------------------------------------------------------------------------------------------------ */

static void note_closed(void *arg)
{
    ++*(unsigned *)arg;
}

/* One call from beginning to end; how many blocks showed the secret when it had been released, or -1. */
static int blocks_left(const struct secret_case *it, weft_code *ret_code)
{
    size_t len = it->answer_len ? it->answer_len : strlen(it->answer);
    const script_step steps[] = {
        EXPECT("HTTP/1.1"), SCRIPT_STEP(it->in_pieces ? SCRIPT_SEND_BYTEWISE : SCRIPT_SEND, it->answer, len), CLOSE()};
    static watched_memory memory;
    weft_allocator allocator = {watched_alloc, watched_resize, watched_release, &memory};
    client_rig rig;
    call_outcome outcome = {0};
    unsigned closes = 0;
    int left;
    weft_client *client;
    weft_engine *engine;

    memset(&memory, 0, sizeof(memory));
    if (!rig_open_bare(&rig, NULL))
        return -1;
    fault_server_play(rig.server, SCRIPT(steps), 1);
    engine = weft_engine_new(&rig.loop.uv, &(weft_engine_options){.allocator = &allocator}, NULL);
    client = it->client(engine, &(weft_client_options){.base_url = fault_server_url(rig.server)}, NULL);
    it->submit(client, &outcome);
    rig_run(&rig);
    *ret_code = outcome.code;
    left = (int)live_with_secret(&memory);
    weft_engine_close(engine, note_closed, &closes);
    rig.engine_closes = 1;
    if (!rig_end(&rig) || closes != 1 || outcome.count != 1)
        return -1;
    return left + (int)memory.found;
}

TEST(what_carries_a_secret_leaves_none_in_memory)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        weft_code code = WEFT_OK;
        int left = blocks_left(&cases[i], &code);

        if (left != 0 || code != WEFT_OK)
            test_fail(__FILE__, __LINE__, "%s: ended with %d, left its secret in %d blocks", cases[i].name, (int)code,
                      left);
    }
}

TEST(a_long_answer_leaves_no_secret_behind_while_it_grows)
{
    const struct secret_case it = {"a long sandbox", weft_agentserver_client, agentserver_get_sandbox, long_answer(),
                                   0};
    weft_code code = WEFT_E_CLOSED;

    CHECK_EQ(blocks_left(&it, &code), 0);
    CHECK_EQ(code, WEFT_OK);
}

TEST(a_long_head_leaves_no_secret_behind_while_it_grows)
{
    const struct secret_case it = {"a long head", weft_stromboli_client, with_long_head, ANSWER("{\"name\":\"n\"}"), 0};
    weft_code code = WEFT_E_CLOSED;

    CHECK_EQ(blocks_left(&it, &code), 0);
    CHECK_EQ(code, WEFT_OK);
}

static void look(weft_call *call, weft_request *request, void *arg)
{
    (void)call;
    (void)arg;
    weft_request_set_header(request, "X-Hook", "1");
}

/* Headers, query and credentials of a client, all so long that what they are put together in has to grow behind them;
 * a hook that sees them, and a proxy, which is asked to forward or for a tunnel. */
static void leaves_nothing(const char *base_url, size_t query_count, fault_script script, weft_code expected)
{
    static watched_memory memory;
    static char filler[4000];
    weft_allocator allocator = {watched_alloc, watched_resize, watched_release, &memory};
    const weft_pair headers[] = {{"X-Api-Key", SECRET}, {"X-Long", filler}};
    const weft_pair query[] = {{"key", SECRET}, {"long", filler}};
    char proxy[1024];
    weft_client_options options = {
        .base_url = base_url,
        .proxy = proxy,
        .token = SECRET,
        .headers = headers,
        .headers_count = 2,
        .query = query,
        .query_count = query_count,
        .on_request = look,
        .retries.max_retries = WEFT_NO_RETRIES,
    };
    client_rig rig;
    call_outcome outcome = {0};
    unsigned closes = 0;
    weft_client *client;
    weft_engine *engine;

    memset(&memory, 0, sizeof(memory));
    memset(filler, 'x', sizeof(filler) - 1);
    CHECK(rig_open_bare(&rig, NULL));
    fault_server_play(rig.server, script, 1);
    snprintf(proxy, sizeof(proxy), "user5:" SECRET "%.500s@127.0.0.1:%d", filler, fault_server_port(rig.server));
    engine = weft_engine_new(&rig.loop.uv, &(weft_engine_options){.allocator = &allocator}, NULL);
    client = weft_stromboli_client(engine, &options, NULL);
    stromboli_health(client, &outcome);
    CHECK(rig_run(&rig));
    CHECK_EQ(outcome.code, expected);
    CHECK(live_with_secret(&memory) > 0);
    weft_client_close(client, note_closed, &closes);
    CHECK(rig_run(&rig));
    CHECK_EQ(live_with_secret(&memory), 0);
    weft_engine_close(engine, note_closed, &closes);
    rig.engine_closes = 1;
    CHECK(rig_end(&rig));
    CHECK_EQ(closes, 2);
    CHECK_EQ(memory.found, 0);
}

TEST(a_client_leaves_no_secret_behind_while_it_is_made_nor_when_it_is_gone)
{
    static const script_step steps[] = {EXPECT("GET http://far.test/health?key="), AND_CONTAINS(ENCODED),
                                        SEND(ANSWER("{\"name\":\"n\"}")), CLOSE()};

    leaves_nothing("http://far.test", 2, SCRIPT(steps), WEFT_OK);
}

/* A query makes that every call's whole memory is wiped. */
TEST(a_hook_without_a_query_leaves_no_secret_behind_either)
{
    static const script_step steps[] = {EXPECT("GET http://far.test/health HTTP/1.1"), SEND(ANSWER("{\"name\":\"n\"}")),
                                        CLOSE()};

    leaves_nothing("http://far.test", 0, SCRIPT(steps), WEFT_OK);
}

TEST(a_client_behind_a_tunnel_leaves_no_secret_behind_either)
{
    static const script_step steps[] = {EXPECT("CONNECT far.test:443"), AND_CONTAINS(ENCODED),
                                        SEND("HTTP/1.1 403 No\r\n\r\n"), CLOSE()};

    leaves_nothing("https://far.test", 2, SCRIPT(steps), WEFT_E_PROXY);
}

/* Each head is longer than what its lines are kept in at first. */
TEST(a_head_that_comes_in_pieces_leaves_no_secret_behind)
{
    static const char answer[] =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Access-Token: " SECRET "\r\n"
        "X-Filler: "
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\r\n"
        "X-Filler: "
        "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789\r\n"
        "Content-Length: 10\r\nConnection: close\r\n\r\n{\"id\":\"s\"}";
    const struct secret_case it = {
        "a head in pieces", weft_agentserver_client, agentserver_get_sandbox, answer, 0, true};
    weft_code code = WEFT_E_CLOSED;

    CHECK_EQ(blocks_left(&it, &code), 0);
    CHECK_EQ(code, WEFT_OK);
}

#ifdef WEFT_HAVE_ZLIB

/* The answer with `body` compressed. */
static size_t compress_answer(char *to, size_t size, const char *body)
{
    size_t head = (size_t)snprintf(to, size, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n");
    z_stream stream = {0};

    deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = (Bytef *)(uintptr_t)body;
    stream.avail_in = (unsigned)strlen(body);
    stream.next_out = (Bytef *)to + head;
    stream.avail_out = (unsigned)(size - head);
    deflate(&stream, Z_FINISH);
    deflateEnd(&stream);
    return head + stream.total_out;
}

TEST(a_compressed_answer_leaves_no_secret_behind_where_it_was_expanded)
{
    static const char begin[] = "{\"custom_url\":\"https://h/auth?token=" SECRET "\",\"name\":\"";
    static char body[20000], answer[1024]; /* more than is expanded at once, so that the decoder keeps it for itself */
    struct secret_case it = {"a compressed sandbox", weft_agentserver_client, agentserver_get_sandbox, answer, 0};
    weft_code code = WEFT_E_CLOSED;

    memset(body, 'x', sizeof(body));
    memcpy(body, begin, sizeof(begin) - 1);
    strcpy(body + sizeof(body) - sizeof("\"}"), "\"}");
    it.answer_len = compress_answer(answer, sizeof(answer), body);
    CHECK_EQ(blocks_left(&it, &code), 0);
    CHECK_EQ(code, WEFT_OK);
}

#endif

/* Else the tests above would find nothing wherever they looked. */
TEST(what_carries_none_costs_no_wiping)
{
    static const struct secret_case health = {"stromboli health", weft_stromboli_client, stromboli_health,
                                              ANSWER("{\"name\":\"" SECRET "\"}")};
    weft_code code = WEFT_OK;

    CHECK(blocks_left(&health, &code) > 0);
    CHECK_EQ(code, WEFT_OK);
}
