/* The contract's list of operations against the library's table. */
#include "operations_list.h"
#include "service/stromboli_operations.h"

TEST_OPERATIONS_LISTED("stromboli", weft__stromboli_service.operations, weft__stromboli_service.operation_count)

TEST(only_what_looks_something_up_is_repeatable)
{
    for (size_t i = 0; i < weft__stromboli_service.operation_count; i++) {
        const weft__operation *operation = &weft__stromboli_service.operations[i];
        bool repeatable = (operation->flags & WEFT__OP_REPEATABLE) != 0;

        /* /run/stream is a GET that starts a run. */
        CHECK_EQ(repeatable, strcmp(operation->method, "GET") == 0 && i != WEFT__STROMBOLI_STREAM);
    }
}

TEST(every_operation_says_what_it_does)
{
    for (size_t i = 0; i < weft__stromboli_service.operation_count; i++) {
        const weft__operation *operation = &weft__stromboli_service.operations[i];
        bool takes_body = strcmp(operation->method, "POST") == 0 && i != WEFT__STROMBOLI_LOG_OUT;

        CHECK(operation->label && *operation->label);
        CHECK_EQ(operation->request != NULL, takes_body);
        CHECK_EQ(operation->response == NULL, i == WEFT__STROMBOLI_STREAM || i == WEFT__STROMBOLI_GET_METRICS);
    }
}
