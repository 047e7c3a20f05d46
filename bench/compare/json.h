/* compare/json.h - a document read into a struct by one JSON library: checked whole, five strings taken out,
 * everything given back. Libraries with a tree leave the strings in it; those without copy them. */
#ifndef COMPARE_JSON_H
#define COMPARE_JSON_H

#include <stddef.h>

enum { JSON_FIELDS = 5 };

/* Of the members that are wanted. */
extern const char *const json_names[JSON_FIELDS];

/* The library's. */
extern const char *const json_reader;
/* Returns the bytes of the strings it found, 0 when it failed. */
size_t json_read(const char *text, size_t len);

#endif
