/* The contract's list of operations against the library's table. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "service/handinger_operations.h"

static const weft__operation *find_operation(const char *name)
{
    for (size_t i = 0; i < weft__handinger_service.operation_count; i++) {
        if (strcmp(weft__handinger_service.operations[i].name, name) == 0)
            return &weft__handinger_service.operations[i];
    }
    return NULL;
}

/* "SERVICE\tORIGIN\tMETHOD\tPATH\tOPERATION" */
typedef struct row {
    char service[16], origin[16], method[8], path[80], name[48];
} row;

static bool read_row(const char *line, row *ret_row)
{
    return sscanf(line, "%15[^\t]\t%15[^\t]\t%7[^\t]\t%79[^\t]\t%47[^\t\r\n]", ret_row->service,
                  ret_row->origin, ret_row->method, ret_row->path, ret_row->name) == 5 &&
           strcmp(ret_row->service, "handinger") == 0;
}

/* Fails the test unless every row of the file is in the table as it stands there; counts them. */
static bool check_rows(const char *path, size_t *ret_count)
{
    size_t len;
    char *text = path ? test_read_file(path, &len) : NULL;
    bool good = text != NULL;

    *ret_count = 0;
    for (char *line = text; line && *line && good;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        const weft__operation *operation;
        row expected;

        if (!read_row(line, &expected))
            continue;
        ++*ret_count;
        operation = find_operation(expected.name);
        good = operation && strcmp(operation->method, expected.method) == 0 &&
               strcmp(operation->path, expected.path) == 0 &&
               operation->seed == (strcmp(expected.origin, "seed") == 0);
        if (!good)
            test_fail(__FILE__, __LINE__, "%s: not in the table as %s %s", expected.name, expected.method,
                      expected.path);
    }
    free(text);
    return good;
}

TEST(every_operation_of_the_contract_is_in_the_table)
{
    size_t count;

    CHECK(check_rows(test_vector_path("operations.tsv"), &count));
    CHECK_EQ(count, 16);
    CHECK_EQ(count, weft__handinger_service.operation_count);
}

TEST(the_contracts_own_list_says_the_same)
{
    const char *path = test_shared_path("contracts/operations.tsv");
    size_t count;

    if (!path)
        return; /* the copy among the vectors stands for it */
    CHECK(check_rows(path, &count));
    CHECK_EQ(count, weft__handinger_service.operation_count);
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
        {&weft__handinger_operations[WEFT__HANDINGER_CREATE_SCHEDULE],
         &weft__handinger_create_schedule_repeatable},
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
        bool takes_body = i != WEFT__HANDINGER_REGENERATE_WEBHOOK_TOKEN &&
                          strcmp(operation->method, "GET") != 0 && strcmp(operation->method, "DELETE") != 0;

        CHECK(operation->label && *operation->label && operation->response);
        CHECK_EQ(operation->request != NULL, takes_body);
    }
}
