/* The contract's list of operations against the library's table. */
#include "operations_list.h"
#include "service/skillbox_operations.h"

TEST_OPERATIONS_LISTED("skillbox", weft__skillbox_service.operations, weft__skillbox_service.operation_count)

TEST(only_what_changes_nothing_is_repeatable)
{
    for (size_t i = 0; i < weft__skillbox_service.operation_count; i++) {
        const weft__operation *operation = &weft__skillbox_service.operations[i];
        bool repeatable = (operation->flags & WEFT__OP_REPEATABLE) != 0;

        /* To validate a skill is a POST that leaves nothing behind. */
        CHECK_EQ(repeatable, strcmp(operation->method, "GET") == 0 || i == WEFT__SKILLBOX_VALIDATE_SKILL);
    }
}

TEST(every_operation_says_what_it_does)
{
    for (size_t i = 0; i < weft__skillbox_service.operation_count; i++) {
        const weft__operation *operation = &weft__skillbox_service.operations[i];
        bool says_nothing = (operation->flags & WEFT__OP_NO_RESULT) != 0;

        CHECK(operation->name && operation->label && *operation->label);
        CHECK_EQ(operation->response == NULL, says_nothing || operation->flags & WEFT__OP_TEXT);
        CHECK(strcmp(operation->method, "DELETE") != 0 || says_nothing);
    }
}

TEST(a_run_has_no_time_limit_of_its_own)
{
    CHECK_EQ(weft__skillbox_service.timeouts.total_ms, 0);
    CHECK_EQ(weft__skillbox_service.timeouts.first_byte_ms, 0);
    CHECK_EQ(weft__skillbox_service.timeouts.connect_ms, 10000);
}
