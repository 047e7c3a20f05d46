/* sim_agentserver_rows.h - what the simulated agentserver remembers: rows of named members, in the order in which they
 * are told. Members whose names begin with '_' are not told. Memory that runs out ends the program. */
#ifndef SIM_AGENTSERVER_ROWS_H
#define SIM_AGENTSERVER_ROWS_H

#include "json/writer.h"
#include "weft/types.h"

typedef struct agentserver_member agentserver_member;

typedef struct agentserver_row {
    struct agentserver_row *next;
    agentserver_member *members; /* owned */
} agentserver_row;

typedef struct agentserver_table {
    agentserver_row *first; /* owned, oldest first */
    size_t count;
} agentserver_table;

agentserver_row *agentserver_add(agentserver_table *table);
void agentserver_remove(agentserver_table *table, agentserver_row *row);
/* Removes every row whose member `name` is `value`. */
void agentserver_remove_all(agentserver_table *table, const char *name, const char *value);
void agentserver_clear(agentserver_table *table);
/* The oldest row whose member `name` is `value`; NULL when there is none. */
agentserver_row *agentserver_find(const agentserver_table *table, const char *name, const char *value);
/* The same, of two members. */
agentserver_row *agentserver_find_both(const agentserver_table *table, const char *name, const char *value,
                                       const char *other, const char *other_value);

/* Setting a member again keeps its place. `text` NULL is as null. */
void agentserver_set(agentserver_row *row, const char *name, const char *text);
void agentserver_set_json(agentserver_row *row, const char *name, weft_json value);
void agentserver_set_int(agentserver_row *row, const char *name, int64_t value);
void agentserver_set_bool(agentserver_row *row, const char *name, bool value);
void agentserver_set_null(agentserver_row *row, const char *name);
void agentserver_unset(agentserver_row *row, const char *name);

/* The text, or the JSON as text; NULL when it is absent or null. */
const char *agentserver_get(const agentserver_row *row, const char *name);
bool agentserver_is(const agentserver_row *row, const char *name, const char *value);
int64_t agentserver_get_int(const agentserver_row *row, const char *name); /* 0 when it is none */

/* As an object. */
void agentserver_write_row(weft__writer *writer, const agentserver_row *row);

#endif
