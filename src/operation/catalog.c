/* The walk over everything that can be asked, and what each operation takes. */
#include <string.h>

#include "operation/parameters.h"
#include "service/services.h"

/* The operation number `index` of all, and its service; NULL past the last. */
static const weft__operation *find(size_t index, const weft__service **ret_service)
{
    for (size_t i = 0; i < WEFT__SERVICE_COUNT; i++) {
        const weft__service *service = weft__services[i];

        if (index < service->operation_count) {
            *ret_service = service;
            return &service->operations[index];
        }
        index -= service->operation_count;
    }
    return NULL;
}

size_t weft_operation_get_count(void)
{
    size_t count = 0;

    for (size_t i = 0; i < WEFT__SERVICE_COUNT; i++)
        count += weft__services[i]->operation_count;
    return count;
}

bool weft_operation_get_at(size_t index, weft_operation *ret_operation)
{
    const weft__service *service;
    const weft__operation *operation = find(index, &service);

    if (!operation)
        return false;
    *ret_operation = (weft_operation){
        .service = service->name,
        .name = operation->name,
        .label = operation->label,
        .method = operation->method,
        .path = operation->path,
        .repeatable = operation->flags & WEFT__OP_REPEATABLE,
        .is_stream = !operation->deliver,
        .may_stream = weft__operation_streams(operation),
        .moves_files = operation->flags & WEFT__OP_MOVES_FILES,
    };
    return true;
}

/* ---- parameters ---- */

bool weft__path_parameter_next(const weft__operation *operation, weft__path_parameter *parameter,
                               char ret_name[WEFT__PATH_NAME_MAX])
{
    const char *open = strchr(parameter->rest ? parameter->rest : operation->path, '{');
    const char *close = open ? strchr(open, '}') : NULL;
    size_t len;

    if (!close)
        return false;
    len = (size_t)(close - open) - 1;
    WEFT__ASSERT(len < WEFT__PATH_NAME_MAX);
    memcpy(ret_name, open + 1, len);
    ret_name[len] = '\0';
    parameter->rest = close + 1;
    return true;
}

static weft_parameter_kind kind_of(const weft__field *field)
{
    switch ((weft__kind)field->kind) {
    case WEFT__BOOL:
    case WEFT__OPT_BOOL:
        return WEFT_PARAMETER_KIND_BOOL;
    case WEFT__INT64:
    case WEFT__OPT_INT64:
        return WEFT_PARAMETER_KIND_INTEGER;
    case WEFT__DOUBLE:
    case WEFT__OPT_DOUBLE:
        return WEFT_PARAMETER_KIND_NUMBER;
    case WEFT__JSON:
    case WEFT__CJSON:
    case WEFT__OPT_CJSON:
        return WEFT_PARAMETER_KIND_JSON;
    case WEFT__OBJECT:
    case WEFT__MAP_STR:
    case WEFT__MAP_CSTR:
        return WEFT_PARAMETER_KIND_OBJECT;
    case WEFT__LIST_STR:
    case WEFT__LIST_CSTR:
    case WEFT__LIST_OBJECT:
    case WEFT__LIST_JSON:
        return WEFT_PARAMETER_KIND_LIST;
    default:
        return WEFT_PARAMETER_KIND_TEXT;
    }
}

/* Number `*index` of the members of `type`; else counts those down. */
static bool take_member(const weft__type *type, weft_parameter_place place, size_t *index,
                        weft_parameter *ret_parameter)
{
    for (size_t i = 0; type && i < type->field_count; i++) {
        const weft__field *field = &type->fields[i];

        if (field->kind == WEFT__EXTRA || (*index)-- > 0)
            continue;
        *ret_parameter = (weft_parameter){field->name, place, kind_of(field), field->flags & WEFT__REQUIRED};
        return true;
    }
    return false;
}

/* The names in the paths of all operations: there they end with a brace. */
static const char *const path_names[] = {
    "bindingId", "channelId", "exe_id",     "filename", "files_url", "id",      "kind", "message_id", "name",
    "sandboxId", "taskId",    "scheduleId", "traceId",  "userId",    "version", "wid",  "workerId",
};

static const char *static_name(const char *name)
{
    for (size_t i = 0; i < sizeof(path_names) / sizeof(path_names[0]); i++)
        if (strcmp(path_names[i], name) == 0)
            return path_names[i];
    WEFT__UNREACHABLE();
    return "";
}

static bool take_path_parameter(const weft__operation *operation, size_t *index, weft_parameter *ret_parameter)
{
    weft__path_parameter parameter = {0};
    char name[WEFT__PATH_NAME_MAX];

    while (weft__path_parameter_next(operation, &parameter, name)) {
        if ((*index)-- > 0)
            continue;
        *ret_parameter = (weft_parameter){static_name(name), WEFT_PARAMETER_PLACE_PATH, WEFT_PARAMETER_KIND_TEXT, true};
        return true;
    }
    return false;
}

static bool take_header(const weft__operation *operation, size_t *index, weft_parameter *ret_parameter)
{
    const char *header = weft__operation_header(operation);

    if (!header || (*index)-- > 0)
        return false;
    *ret_parameter = (weft_parameter){header, WEFT_PARAMETER_PLACE_HEADER, WEFT_PARAMETER_KIND_TEXT, false};
    return true;
}

bool weft_operation_get_parameter_at(size_t index, size_t parameter, weft_parameter *ret_parameter)
{
    const weft__service *service;
    const weft__operation *operation = find(index, &service);

    return operation && (take_path_parameter(operation, &parameter, ret_parameter) ||
                         take_member(operation->query, WEFT_PARAMETER_PLACE_QUERY, &parameter, ret_parameter) ||
                         take_header(operation, &parameter, ret_parameter) ||
                         take_member(operation->request, WEFT_PARAMETER_PLACE_BODY, &parameter, ret_parameter));
}
