#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "json.h"

const char *const json_reader = "yajl";

typedef struct yajl_run {
    char *fields[JSON_FIELDS];
    int at; /* the field whose name came last; JSON_FIELDS = none of ours */
    size_t bytes;
} yajl_run;

static int on_name(void *arg, const unsigned char *name, size_t len)
{
    yajl_run *target = arg;

    for (target->at = 0; target->at < JSON_FIELDS; target->at++)
        if (strlen(json_names[target->at]) == len && memcmp(json_names[target->at], name, len) == 0)
            break;
    return 1;
}

static int on_string(void *arg, const unsigned char *text, size_t len)
{
    yajl_run *target = arg;

    if (target->at == JSON_FIELDS)
        return 1;
    target->fields[target->at] = strndup((const char *)text, len);
    target->bytes += len;
    return 1;
}

size_t json_read(const char *text, size_t len)
{
    static const yajl_callbacks callbacks = {.yajl_map_key = on_name, .yajl_string = on_string};
    yajl_run target = {.at = JSON_FIELDS};
    yajl_handle handle = yajl_alloc(&callbacks, NULL, &target);
    bool good = yajl_parse(handle, (const unsigned char *)text, len) == yajl_status_ok &&
                yajl_complete_parse(handle) == yajl_status_ok;

    yajl_free(handle);
    for (int i = 0; i < JSON_FIELDS; i++)
        free(target.fields[i]);
    return good ? target.bytes : 0;
}
