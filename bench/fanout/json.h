/* fanout/json.h - writes JSON into a buffer, commas and all. Texts may come from anywhere: in one that is not UTF-8
 * every byte beyond ASCII becomes a question mark, since a line that cannot be read is worth less than one with a flaw
 * in it. */
#ifndef FANOUT_JSON_H
#define FANOUT_JSON_H

#include "fanout/buffer.h"

#include "weft/types.h"

/* Calls follow the text's order: between json_object and json_object_end, names and values in turn. That memory was
 * short is in `out->failed`. */
typedef struct fanout_json {
    fanout_buffer *out; /* borrowed */
    bool comma;         /* something precedes on this level */
} fanout_json;

void json_object(fanout_json *json);
void json_object_end(fanout_json *json);
void json_array(fanout_json *json);
void json_array_end(fanout_json *json);
void json_name(fanout_json *json, const char *name);   /* of letters: written as it is */
void json_raw_name(fanout_json *json, weft_json name); /* a JSON string as it is */
void json_str(fanout_json *json, weft_str text);
void json_text(fanout_json *json, const char *text); /* NUL-terminated; NULL is written as null */
void json_int(fanout_json *json, uint64_t value);
void json_number(fanout_json *json, double value); /* in the fewest digits that read back as the same; NaN is null */
void json_bool(fanout_json *json, bool value);
void json_raw(fanout_json *json, weft_json value); /* JSON as it is */

/* A name and its value. */
void json_member_str(fanout_json *json, const char *name, weft_str text);
void json_member_text(fanout_json *json, const char *name, const char *text);
void json_member_int(fanout_json *json, const char *name, uint64_t value);
void json_member_number(fanout_json *json, const char *name, double value);
void json_member_bool(fanout_json *json, const char *name, bool value);
/* A duration in milliseconds, three digits behind the point at most. */
void json_member_ms(fanout_json *json, const char *name, uint64_t ns);
void json_member_object(fanout_json *json, const char *name);

#endif
