/* test/unit/operations_list.h - the contracts' list of operations against a service's table. */
#ifndef WEFT_TEST_OPERATIONS_LIST_H
#define WEFT_TEST_OPERATIONS_LIST_H

#include <stdio.h>
#include <stdlib.h>

#include "client/operation.h"
#include "test.h"

/* "SERVICE\tORIGIN\tMETHOD\tPATH\tOPERATION"; the operation may be two with a comma, or "-" for none. */
typedef struct operation_row {
    char service[24], origin[16], method[8], path[80], name[64];
} operation_row;

static inline bool read_operation_row(const char *line, operation_row *ret_row)
{
    return sscanf(line, "%23[^\t]\t%15[^\t]\t%7[^\t]\t%79[^\t]\t%63[^\t,\r\n]", ret_row->service, ret_row->origin,
                  ret_row->method, ret_row->path, ret_row->name) == 5;
}

/* Whether two templates are one, whatever their parameters are called. */
static inline bool is_same_path(const char *a, const char *b)
{
    while (*a && *a == *b) {
        if (*a == '{') {
            a = strchr(a, '}');
            b = strchr(b, '}');
            if (!a || !b)
                return false;
        }
        a++;
        b++;
    }
    return *a == *b;
}

/* The contract's names are not unique: "list workspaces" is asked by users and by administrators. */
static inline bool stands_in_table(const operation_row *row, const weft__operation *operations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const weft__operation *operation = &operations[i];

        if (strcmp(operation->method, row->method) == 0 && is_same_path(operation->path, row->path))
            return operation->seed == (strcmp(row->origin, "seed") == 0);
    }
    return false;
}

/* Whether the rows of the services whose names begin with `service` are the table, no more and no less. */
static inline bool lists_operations(const char *path, const char *service, const weft__operation *operations,
                                    size_t count)
{
    size_t len, rows = 0;
    char *text = path ? test_read_file(path, &len) : NULL;
    bool good = text != NULL;

    for (char *line = text; line && *line && good; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        operation_row row;

        if (!read_operation_row(line, &row) || strncmp(row.service, service, strlen(service)) != 0)
            continue;
        rows++;
        good = stands_in_table(&row, operations, count);
        if (!good)
            test_fail(__FILE__, __LINE__, "%s %s: not in the table as %s", row.method, row.path, row.name);
    }
    if (good && rows != count)
        test_fail(__FILE__, __LINE__, "%zu operations are listed, not %zu", rows, count);
    free(text);
    return good && rows == count;
}

/* Whether whoever asks is told: all but streams, which have no type for what they tell, and no answer. */
static inline bool tells_results(const weft__operation *operations, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool is_stream = !operations[i].response && !(operations[i].flags & (WEFT__OP_TEXT | WEFT__OP_NO_RESULT));
        bool tells_none = operations[i].deliver == weft__deliver_done;

        if (is_stream != !operations[i].deliver || (tells_none && !(operations[i].flags & WEFT__OP_NO_RESULT))) {
            test_fail(__FILE__, __LINE__, "%s tells its result wrong", operations[i].name);
            return false;
        }
    }
    return true;
}

/* The tests of every service. */
#define TEST_OPERATIONS_LISTED(service, operations, count)                                                             \
    TEST(every_operation_of_the_contract_is_in_the_table)                                                              \
    {                                                                                                                  \
        CHECK(lists_operations(test_vector_path("operations.tsv"), (service), (operations), (count)));                 \
    }                                                                                                                  \
    TEST(the_contracts_own_list_says_the_same)                                                                         \
    {                                                                                                                  \
        const char *path = test_shared_path("contracts/operations.tsv");                                               \
                                                                                                                       \
        if (!path)                                                                                                     \
            SKIP("the shared data is not at hand; the copy among the vectors stands for it");                          \
        CHECK(lists_operations(path, (service), (operations), (count)));                                               \
    }                                                                                                                  \
    TEST(every_operation_but_a_stream_tells_its_result)                                                                \
    {                                                                                                                  \
        CHECK(tells_results((operations), (count)));                                                                   \
    }

#endif
