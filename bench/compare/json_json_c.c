#include <json-c/json.h>

#include "json.h"

const char *const json_reader = "json-c";

size_t json_read(const char *text, size_t len)
{
    static json_tokener *tokener;
    json_object *root;
    size_t bytes = 0;

    if (!tokener)
        tokener = json_tokener_new();
    json_tokener_reset(tokener);
    root = json_tokener_parse_ex(tokener, text, (int)len);
    for (int i = 0; root && i < JSON_FIELDS; i++) {
        json_object *field;

        if (json_object_object_get_ex(root, json_names[i], &field) && json_object_get_string(field))
            bytes += (size_t)json_object_get_string_len(field);
    }
    json_object_put(root);
    return bytes;
}
