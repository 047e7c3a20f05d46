/* The contract's list of operations against the library's table. */
#include "operations_list.h"
#include "service/handinger_operations.h"

TEST_OPERATIONS_LISTED("handinger", weft__handinger_service.operations, weft__handinger_service.operation_count)

TEST(the_contract_has_sixteen_operations)
{
    CHECK_EQ(weft__handinger_service.operation_count, 16);
}

TEST(only_what_runs_an_agent_is_kept_from_running_twice)
{
    for (size_t i = 0; i < weft__handinger_service.operation_count; i++) {
        bool repeatable = weft__handinger_service.operations[i].flags & WEFT__OP_REPEATABLE;

        CHECK_EQ(repeatable, i != WEFT__HANDINGER_CREATE_TASK && i != WEFT__HANDINGER_CREATE_SCHEDULE);
    }
}

TEST(what_a_caller_may_repeat_differs_in_nothing_else)
{
    static const struct {
        const weft__operation *usual, *repeatable;
    } pairs[] = {
        {&weft__handinger_operations[WEFT__HANDINGER_CREATE_TASK], &weft__handinger_create_task_repeatable},
        {&weft__handinger_operations[WEFT__HANDINGER_CREATE_SCHEDULE], &weft__handinger_create_schedule_repeatable},
    };

    for (size_t i = 0; i < 2; i++) {
        CHECK_STR(pairs[i].repeatable->name, pairs[i].usual->name);
        CHECK_STR(pairs[i].repeatable->method, pairs[i].usual->method);
        CHECK_STR(pairs[i].repeatable->path, pairs[i].usual->path);
        CHECK(pairs[i].repeatable->request == pairs[i].usual->request);
        CHECK(pairs[i].repeatable->response == pairs[i].usual->response);
        CHECK_EQ(pairs[i].repeatable->flags, WEFT__OP_REPEATABLE);
    }
}

TEST(every_operation_says_what_it_does)
{
    for (size_t i = 0; i < weft__handinger_service.operation_count; i++) {
        const weft__operation *operation = &weft__handinger_service.operations[i];
        bool takes_body = i != WEFT__HANDINGER_REGENERATE_WEBHOOK_TOKEN && strcmp(operation->method, "GET") != 0 &&
                          strcmp(operation->method, "DELETE") != 0;

        CHECK(operation->label && *operation->label && operation->response);
        CHECK_EQ(operation->request != NULL, takes_body);
    }
}
