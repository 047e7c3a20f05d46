/* The contract's list of operations against the library's table. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "service/agentserver_operations.h"

/* Names are not unique: "list workspaces" is asked by users and by administrators. */
static const weft__operation *find_operation(const char *method, const char *path)
{
    for (size_t i = 0; i < WEFT__AGENTSERVER_OPERATION_COUNT; i++) {
        const weft__operation *operation = &weft__agentserver_operations[i];

        if (strcmp(operation->method, method) == 0 && strcmp(operation->path, path) == 0)
            return operation;
    }
    return NULL;
}

/* "SERVICE\tORIGIN\tMETHOD\tPATH\tOPERATION" */
typedef struct row {
    char service[24], origin[16], method[8], path[80], name[32];
} row;

static bool read_row(const char *line, row *ret_row)
{
    return sscanf(line, "%23[^\t]\t%15[^\t]\t%7[^\t]\t%79[^\t]\t%31[^\t\r\n]", ret_row->service, ret_row->origin,
                  ret_row->method, ret_row->path, ret_row->name) == 5 &&
           strncmp(ret_row->service, "agentserver", 11) == 0;
}

/* Fails the test unless every row of the file is in the table as it stands there; counts them. */
static bool check_rows(const char *path, size_t *ret_count)
{
    size_t len;
    char *text = path ? test_read_file(path, &len) : NULL;
    bool good = text != NULL;

    *ret_count = 0;
    for (char *line = text; line && *line && good; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        const weft__operation *operation;
        row expected;

        if (!read_row(line, &expected))
            continue;
        ++*ret_count;
        operation = find_operation(expected.method, expected.path);
        good = operation && strcmp(operation->name, expected.name) == 0 &&
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
    CHECK_EQ(count, WEFT__AGENTSERVER_OPERATION_COUNT);
}

TEST(the_contracts_own_list_says_the_same)
{
    const char *path = test_shared_path("contracts/operations.tsv");
    size_t count;

    if (!path)
        return; /* the copy among the vectors stands for it */
    CHECK(check_rows(path, &count));
    CHECK_EQ(count, WEFT__AGENTSERVER_OPERATION_COUNT);
}

TEST(each_service_has_its_part_of_the_table)
{
    CHECK_EQ(weft__agentserver_service.operation_count, 93);
    CHECK_EQ(weft__agentserver_codex_service.operation_count, 1);
    CHECK_EQ(weft__agentserver_executor_service.operation_count, 5);
    CHECK_STR(weft__agentserver_codex_service.operations[0].path, "/api/turns");
    CHECK_STR(weft__agentserver_executor_service.operations[4].name, "Unregister");
}

TEST(what_takes_what_it_shows_is_not_repeatable)
{
    for (size_t i = 0; i < WEFT__AGENTSERVER_OPERATION_COUNT; i++) {
        const weft__operation *operation = &weft__agentserver_operations[i];
        bool repeatable = (operation->flags & WEFT__OP_REPEATABLE) != 0;
        bool takes = i == WEFT__AGENTSERVER_POLL_TASKS || i == WEFT__AGENTSERVER_READ_INBOX;

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
