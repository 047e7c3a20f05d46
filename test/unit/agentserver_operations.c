/* The contract's list of operations against the library's table. */
#include "operations_list.h"
#include "service/agentserver_operations.h"

TEST_OPERATIONS_LISTED("agentserver", weft__agentserver_operations, WEFT__AGENTSERVER_OPERATION_COUNT)

TEST(each_service_has_its_part_of_the_table)
{
    CHECK_EQ(weft__agentserver_service.operation_count, 93);
    CHECK_EQ(weft__agentserver_codex_gateway_service.operation_count, 1);
    CHECK_EQ(weft__agentserver_executor_gateway_service.operation_count, 5);
    CHECK_STR(weft__agentserver_codex_gateway_service.operations[0].path, "/api/turns");
    CHECK_STR(weft__agentserver_executor_gateway_service.operations[4].name, "GatewayUnregisterExecutor");
}

TEST(what_takes_what_it_shows_is_not_repeatable)
{
    for (size_t i = 0; i < WEFT__AGENTSERVER_OPERATION_COUNT; i++) {
        const weft__operation *operation = &weft__agentserver_operations[i];
        bool repeatable = (operation->flags & WEFT__OP_REPEATABLE) != 0;
        bool takes = i == WEFT__AGENTSERVER_POLL_TASKS || i == WEFT__AGENTSERVER_POLL_MESSAGES;

        CHECK_EQ(repeatable, strcmp(operation->method, "GET") == 0 && !takes);
    }
}

TEST(every_operation_says_what_it_does)
{
    for (size_t i = 0; i < WEFT__AGENTSERVER_OPERATION_COUNT; i++) {
        const weft__operation *operation = &weft__agentserver_operations[i];

        CHECK(operation->label && *operation->label);
        CHECK_EQ(operation->response == NULL, (operation->flags & WEFT__OP_NO_RESULT) != 0);
        if (operation->request)
            CHECK(strcmp(operation->method, "GET") != 0 && strcmp(operation->method, "DELETE") != 0);
    }
}
