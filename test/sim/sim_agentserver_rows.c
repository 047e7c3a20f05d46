#include "sim_agentserver_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct agentserver_member {
    agentserver_member *next;
    char *value; /* owned; text as it is, anything else as JSON */
    bool is_text;
    char name[];
};

static void *need(void *memory)
{
    if (!memory)
        abort();
    return memory;
}

static void free_members(agentserver_row *row)
{
    while (row->members) {
        agentserver_member *member = row->members;

        row->members = member->next;
        free(member->value);
        free(member);
    }
}

agentserver_row *agentserver_add(agentserver_table *table)
{
    agentserver_row **place = &table->first;

    while (*place)
        place = &(*place)->next;
    *place = need(calloc(1, sizeof(**place)));
    table->count++;
    return *place;
}

void agentserver_remove(agentserver_table *table, agentserver_row *row)
{
    agentserver_row **place = &table->first;

    while (*place != row)
        place = &(*place)->next;
    *place = row->next;
    table->count--;
    free_members(row);
    free(row);
}

void agentserver_remove_all(agentserver_table *table, const char *name, const char *value)
{
    agentserver_row *row;

    while ((row = agentserver_find(table, name, value)) != NULL)
        agentserver_remove(table, row);
}

void agentserver_clear(agentserver_table *table)
{
    while (table->first)
        agentserver_remove(table, table->first);
}

agentserver_row *agentserver_find(const agentserver_table *table, const char *name, const char *value)
{
    agentserver_row *row = table->first;

    while (row && !agentserver_is(row, name, value))
        row = row->next;
    return row;
}

agentserver_row *agentserver_find_both(const agentserver_table *table, const char *name, const char *value,
                                       const char *other, const char *other_value)
{
    agentserver_row *row = table->first;

    while (row && !(agentserver_is(row, name, value) && agentserver_is(row, other, other_value)))
        row = row->next;
    return row;
}

/* Where the member hangs, or where it would. */
static agentserver_member **place_of(agentserver_row *row, const char *name)
{
    agentserver_member **place = &row->members;

    while (*place && strcmp((*place)->name, name) != 0)
        place = &(*place)->next;
    return place;
}

static void put(agentserver_row *row, const char *name, const char *value, size_t len, bool is_text)
{
    agentserver_member **place = place_of(row, name), *member = *place;
    char *copy = need(malloc(len + 1));

    memcpy(copy, value, len);
    copy[len] = '\0';
    if (!member) {
        member = *place = need(calloc(1, sizeof(*member) + strlen(name) + 1));
        strcpy(member->name, name);
    }
    free(member->value);
    member->value = copy;
    member->is_text = is_text;
}

void agentserver_set(agentserver_row *row, const char *name, const char *text)
{
    if (text)
        put(row, name, text, strlen(text), true);
    else
        agentserver_set_null(row, name);
}

void agentserver_set_json(agentserver_row *row, const char *name, weft_json value)
{
    put(row, name, value.ptr, value.len, false);
}

void agentserver_set_int(agentserver_row *row, const char *name, int64_t value)
{
    char text[24];
    int len = snprintf(text, sizeof(text), "%" PRId64, value);

    put(row, name, text, (size_t)len, false);
}

void agentserver_set_bool(agentserver_row *row, const char *name, bool value)
{
    agentserver_set_json(row, name, value ? (weft_json){"true", 4} : (weft_json){"false", 5});
}

void agentserver_set_null(agentserver_row *row, const char *name)
{
    agentserver_set_json(row, name, (weft_json){"null", 4});
}

void agentserver_unset(agentserver_row *row, const char *name)
{
    agentserver_member **place = place_of(row, name), *member = *place;

    if (!member)
        return;
    *place = member->next;
    free(member->value);
    free(member);
}

const char *agentserver_get(const agentserver_row *row, const char *name)
{
    for (const agentserver_member *member = row->members; member; member = member->next)
        if (strcmp(member->name, name) == 0)
            return member->is_text || strcmp(member->value, "null") != 0 ? member->value : NULL;
    return NULL;
}

bool agentserver_is(const agentserver_row *row, const char *name, const char *value)
{
    const char *found = agentserver_get(row, name);

    return found && value && strcmp(found, value) == 0;
}

int64_t agentserver_get_int(const agentserver_row *row, const char *name)
{
    const char *found = agentserver_get(row, name);

    return found ? strtoll(found, NULL, 10) : 0;
}

void agentserver_write_row(weft__writer *writer, const agentserver_row *row)
{
    weft__write_object(writer);
    for (const agentserver_member *member = row->members; member; member = member->next) {
        if (member->name[0] == '_')
            continue;
        weft__write_raw_name(writer, member->name, strlen(member->name));
        if (!member->is_text)
            weft__write_raw(writer, member->value, strlen(member->value));
        else
            weft__write_string(writer, member->value, strlen(member->value));
    }
    weft__write_object_end(writer);
}
