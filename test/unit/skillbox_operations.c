/* The contract's list of operations against the library's table. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "service/skillbox_operations.h"

static const weft__operation *find_operation(const char *method, const char *path)
{
    for (size_t i = 0; i < weft__skillbox_service.operation_count; i++) {
        const weft__operation *operation = &weft__skillbox_service.operations[i];

        if (strcmp(operation->method, method) == 0 && strcmp(operation->path, path) == 0)
            return operation;
    }
    return NULL;
}

/* "SERVICE\tORIGIN\tMETHOD\tPATH\tOPERATION"; the operation may be two with a comma, or "-" for none. */
typedef struct row {
    char service[16], origin[16], method[8], path[64], name[64];
} row;

static bool read_row(const char *line, row *ret_row)
{
    return sscanf(line, "%15[^\t]\t%15[^\t]\t%7[^\t]\t%63[^\t]\t%63[^\t,\r\n]", ret_row->service, ret_row->origin,
                  ret_row->method, ret_row->path, ret_row->name) == 5 &&
           strcmp(ret_row->service, "skillbox") == 0;
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
        good = operation && operation->seed == (strcmp(expected.origin, "seed") == 0) &&
               (strcmp(expected.name, "-") == 0 || strcmp(operation->name, expected.name) == 0);
        if (!good)
            test_fail(__FILE__, __LINE__, "%s %s: not in the table as %s", expected.method, expected.path,
                      expected.name);
    }
    free(text);
    return good;
}

TEST(every_operation_of_the_contract_is_in_the_table)
{
    size_t count;

    CHECK(check_rows(test_vector_path("operations.tsv"), &count));
    CHECK_EQ(count, weft__skillbox_service.operation_count);
}

TEST(the_contracts_own_list_says_the_same)
{
    const char *path = test_shared_path("contracts/operations.tsv");
    size_t count;

    if (!path)
        return; /* the copy among the vectors stands for it */
    CHECK(check_rows(path, &count));
    CHECK_EQ(count, weft__skillbox_service.operation_count);
}

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
