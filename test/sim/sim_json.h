/* sim_json.h - what a service accepts as a request body, told independently of the library's own tables. */
#ifndef SIM_JSON_H
#define SIM_JSON_H

#include "base/memory.h"
#include "weft/types.h"

typedef enum sim_kind {
    SIM_ANY,
    SIM_STRING,
    SIM_BOOL,
    SIM_INTEGER,
    SIM_NUMBER,
    SIM_STRINGS,    /* array of strings */
    SIM_STRING_MAP, /* object whose values are strings */
    SIM_ANY_MAP,    /* object */
    SIM_ANY_LIST,   /* array */
    SIM_OBJECT,     /* of `shape` */
    SIM_OBJECTS,    /* array of `shape` */
} sim_kind;

typedef struct sim_shape sim_shape;

typedef struct sim_member {
    const char *name; /* on the wire */
    sim_kind kind;
    const sim_shape *shape; /* of SIM_OBJECT and SIM_OBJECTS */
    const char *required;   /* the server's own name of a field that may be neither absent, null nor ""; else NULL */
} sim_member;

struct sim_shape {
    const char *name; /* the server's own, for its messages: "RunRequest" */
    const sim_member *members;
    size_t count;
};

#define SIM_SHAPE(title, table)                                                                                        \
    {                                                                                                                  \
        .name = (title), .members = (table), .count = sizeof(table) / sizeof((table)[0])                               \
    }

typedef enum sim_fault_kind {
    SIM_FAULT_NONE,
    SIM_FAULT_SYNTAX,    /* no JSON, or not an object */
    SIM_FAULT_TYPE,      /* a value of the wrong kind */
    SIM_FAULT_MISSING,   /* a required member */
    SIM_FAULT_UNKNOWN,   /* a member that the service does not know */
    SIM_FAULT_DUPLICATE, /* a member that stands twice */
} sim_fault_kind;

typedef struct sim_fault {
    sim_fault_kind kind;
    char path[160];     /* "claude.model" */
    const char *wanted; /* "string"; NULL unless TYPE */
    const char *found;  /* "number" */
    char text[400];     /* as a service in Go words it */
} sim_fault;

/* Whether `body` is one object of `shape`. When `lenient`, members that are unknown or stand twice pass. */
bool sim_json_check(weft_str body, const sim_shape *shape, bool lenient, sim_fault *ret_fault);

/* The value at `path` ("claude.session_id") of a checked body; ptr NULL when it is absent or null. */
weft_json sim_json_at(weft_str body, const char *path);
/* The string there, decoded and NUL-terminated; ptr NULL when there is none or it is no string. */
weft_str sim_json_text(weft__arena *arena, weft_str body, const char *path);
bool sim_json_true(weft_str body, const char *path);
/* Calls `visit` for each string of the array or object of strings at `path`, until it returns false; `name`
 * has ptr NULL in an array. false when `visit` stopped it, or memory ran out. */
bool sim_json_each(weft__arena *arena, weft_str body, const char *path,
                   bool (*visit)(weft_str name, weft_str value, void *arg), void *arg);

#endif
