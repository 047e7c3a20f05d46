/* What the requests of all services have in common. */
#include "test.h"

#include <string.h>

#include "service/agentserver_operations.h"
#include "service/handinger_operations.h"
#include "service/skillbox_operations.h"
#include "service/stromboli_operations.h"

static bool has_extra(const weft__type *type)
{
    for (size_t i = 0; i < type->field_count; i++)
        if (type->fields[i].kind == WEFT__EXTRA)
            return true;
    return false;
}

/* Those whose body is made of plain arguments: weft_http_send has any other. */
static bool has_no_struct(const weft__operation *operation)
{
    static const char *const names[] = {"CreateToken", "RefreshToken", "PutSkillFiles", "SetActiveVersion"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(operation->name, names[i]) == 0)
            return true;
    return false;
}

/* A body with a member that weft does not name yet can be sent all the same. */
static bool all_have_extra(const weft__service *service)
{
    for (size_t i = 0; i < service->operation_count; i++) {
        const weft__operation *operation = &service->operations[i];

        if (operation->request && !has_no_struct(operation) && !has_extra(operation->request)) {
            test_fail(__FILE__, __LINE__, "%s: the request of %s has no `extra`", service->name, operation->name);
            return false;
        }
    }
    return true;
}

TEST(every_request_takes_members_that_weft_does_not_name)
{
    CHECK(all_have_extra(&weft__stromboli_service));
    CHECK(all_have_extra(&weft__skillbox_service));
    CHECK(all_have_extra(&weft__handinger_service));
    CHECK(all_have_extra(&weft__agentserver_service));
    CHECK(all_have_extra(&weft__agentserver_codex_gateway_service));
    CHECK(all_have_extra(&weft__agentserver_executor_gateway_service));
}
