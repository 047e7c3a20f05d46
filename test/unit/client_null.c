/* A client that is NULL, because its constructor said why and nobody looked, is refused and never crashes. */
#include "test.h"
#include "weft/weft.h"

/* An empty request, or empty options, of any kind. */
static const struct {
    _Alignas(16) char bytes[4096];
} blank;
static const void *const zeroes = &blank;

static void check_submit(const char *name, bool is_null)
{
    if (!is_null)
        test_fail(__FILE__, __LINE__, "%s made something of a client that is NULL", name);
}

#define SUBMITS(name, arguments) check_submit(#name, name arguments == NULL)
#define OTHER(name, arguments) (void)name arguments
#define CALL(kind, name, arguments)                                                                                    \
    kind(name, arguments);                                                                                             \
    functions++;

TEST(every_function_refuses_a_client_that_is_null)
{
    unsigned functions = 0;

#include "null_clients.h"
    CHECK(functions > 180);
}

TEST(a_client_that_is_null_has_nothing_and_takes_nothing)
{
    weft_error_info why;

    CHECK(!weft_client_set_token(NULL, "token", &why));
    CHECK_EQ(why.code, WEFT_E_INVALID);
    CHECK_STR(why.message, "the client is NULL");
    CHECK(!weft_client_get_engine(NULL));
    CHECK(!weft_agentserver_get_session(NULL));
    CHECK(!weft_agentserver_set_session(NULL, "session", &why));
    CHECK_STR(why.message, "the client is NULL");
    CHECK(!weft_agentserver_set_agent_token(NULL, "token", &why));
    CHECK_STR(why.message, "the client is NULL");
}

TEST(what_ends_or_lets_go_of_a_handle_takes_null)
{
    weft_engine_close(NULL, NULL, NULL);
    weft_client_close(NULL, NULL, NULL);
    weft_call_cancel(NULL);
    weft_call_pause(NULL);
    weft_call_resume(NULL);
    weft_call_unref(NULL);
    weft_stream_cancel(NULL);
    weft_stream_pause(NULL);
    weft_stream_resume(NULL);
    weft_fanout_stop(NULL);
    CHECK(!weft_call_ref(NULL));
    CHECK(!weft_stream_get_call(NULL));
    CHECK(!weft_engine_post(NULL, NULL, NULL));
}
