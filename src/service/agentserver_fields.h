/* service/agentserver_fields.h - one word for each kind of member, for the tables of types. `T` is the
 * struct; members are called the same here and on the wire, unless a row says otherwise. */
#ifndef WEFT_SERVICE_AGENTSERVER_FIELDS_H
#define WEFT_SERVICE_AGENTSERVER_FIELDS_H

#include "json/codec.h"

/* Of answers. */
#define TEXT(m) WEFT__FIELD(T, m, #m, WEFT__STR, 0)
#define TEXTS(m) WEFT__FIELD_LIST(T, m, #m, WEFT__LIST_STR, 0)
#define JSON(m) WEFT__FIELD(T, m, #m, WEFT__JSON, 0)
#define OBJECT(m, t) WEFT__FIELD_OBJECT(T, m, #m, &weft__agentserver_##t##_type, 0)
#define ITEMS(n, t) WEFT__FIELD_ITEMS(T, #n, &weft__agentserver_##t##_type) /* of a list's envelope */

/* Of both. */
#define FLAG(m) WEFT__FIELD(T, m, #m, WEFT__BOOL, 0)
#define INTEGER(m) WEFT__FIELD(T, m, #m, WEFT__INT64, 0)
/* Called `n` on the wire, where it does not say its unit. */
#define INTEGER_AS(m, n) WEFT__FIELD(T, m, #n, WEFT__INT64, 0)
#define OPT_INTEGER_AS(m, n) WEFT__FIELD(T, m, #n, WEFT__OPT_INT64, 0)
#define OPT_FLAG(m) WEFT__FIELD(T, m, #m, WEFT__OPT_BOOL, 0)
#define OPT_INTEGER(m) WEFT__FIELD(T, m, #m, WEFT__OPT_INT64, 0)
#define OPT_NUMBER(m) WEFT__FIELD(T, m, #m, WEFT__OPT_DOUBLE, 0)
#define LIST(m, t) WEFT__FIELD_OBJECTS(T, m, #m, &weft__agentserver_##t##_type, 0)

/* Of requests; NEEDED is refused when it is empty. */
#define EXTRA() WEFT__FIELD(T, extra, "extra", WEFT__EXTRA, 0)
#define GIVEN(m) WEFT__FIELD(T, m, #m, WEFT__CSTR, 0)
#define GIVEN_TEXTS(m) WEFT__FIELD_LIST(T, m, #m, WEFT__LIST_CSTR, 0)
#define GIVEN_JSON(m) WEFT__FIELD(T, m, #m, WEFT__CJSON, 0)
#define NEEDED(m) WEFT__FIELD(T, m, #m, WEFT__CSTR, WEFT__REQUIRED)
#define NEEDED_TEXTS(m) WEFT__FIELD_LIST(T, m, #m, WEFT__LIST_CSTR, WEFT__REQUIRED)
#define NEEDED_LIST(m, t) WEFT__FIELD_OBJECTS(T, m, #m, &weft__agentserver_##t##_type, WEFT__REQUIRED)

#endif
