#include "sim_json.h"

#include <stdio.h>
#include <string.h>

#include "json/number.h"
#include "json/reader.h"

static const char *value_names[] = {
    [WEFT__VALUE_NONE] = "nothing", [WEFT__VALUE_NULL] = "null",     [WEFT__VALUE_FALSE] = "bool",
    [WEFT__VALUE_TRUE] = "bool",    [WEFT__VALUE_NUMBER] = "number", [WEFT__VALUE_STRING] = "string",
    [WEFT__VALUE_ARRAY] = "array",  [WEFT__VALUE_OBJECT] = "object",
};

static const char *kind_names[] = {
    [SIM_ANY] = "any",
    [SIM_STRING] = "string",
    [SIM_BOOL] = "bool",
    [SIM_INTEGER] = "int64",
    [SIM_NUMBER] = "float64",
    [SIM_STRINGS] = "[]string",
    [SIM_STRING_MAP] = "map[string]string",
    [SIM_ANY_MAP] = "map[string]interface {}",
    [SIM_ANY_LIST] = "[]interface {}",
    [SIM_OBJECT] = "struct",
    [SIM_OBJECTS] = "[]struct",
};

/* One body being checked. */
typedef struct json_check {
    weft__reader reader;
    const sim_shape *root;
    sim_fault *fault;
    bool lenient;
    char path[160];
} json_check;

static bool fault_at(json_check *check, sim_fault_kind kind, const char *wanted, const char *found)
{
    sim_fault *fault = check->fault;

    if (fault->kind != SIM_FAULT_NONE)
        return false;
    fault->kind = kind;
    fault->wanted = wanted;
    fault->found = found;
    snprintf(fault->path, sizeof(fault->path), "%s", check->path);
    return false;
}

static bool fault_type(json_check *check, sim_kind wanted, const char *found)
{
    snprintf(check->fault->text, sizeof(check->fault->text),
             "json: cannot unmarshal %s into Go struct field %s.%s of type %s", found, check->root->name, check->path,
             kind_names[wanted]);
    return fault_at(check, SIM_FAULT_TYPE, kind_names[wanted], found);
}

/* Adds ".name" to the path; the result puts it back. */
static size_t push(json_check *check, const char *name, size_t len)
{
    size_t before = strlen(check->path);

    snprintf(check->path + before, sizeof(check->path) - before, "%s%.*s", before ? "." : "", (int)len, name);
    return before;
}

/* A string in an array or map; null is Go's empty string. */
static bool check_string_item(json_check *check, sim_kind kind)
{
    weft__value value = weft__reader_peek(&check->reader);

    if (value != WEFT__VALUE_STRING && value != WEFT__VALUE_NULL)
        return fault_type(check, kind == SIM_STRINGS || kind == SIM_STRING_MAP ? SIM_STRING : kind, value_names[value]);
    return weft__reader_skip(&check->reader, NULL);
}

static bool check_object(json_check *check, const sim_shape *shape);

static bool check_list(json_check *check, const sim_member *member)
{
    weft__reader *reader = &check->reader;

    if (!weft__reader_enter(reader, WEFT__VALUE_ARRAY))
        return false;
    while (weft__reader_next_item(reader))
        if (!(member->kind == SIM_OBJECTS ? check_object(check, member->shape)
                                          : check_string_item(check, member->kind)))
            return false;
    return !reader->what;
}

static bool check_map(json_check *check)
{
    weft__reader *reader = &check->reader;
    weft__quoted name;

    if (!weft__reader_enter(reader, WEFT__VALUE_OBJECT))
        return false;
    while (weft__reader_next_member(reader, &name))
        if (!check_string_item(check, SIM_STRING_MAP))
            return false;
    return !reader->what;
}

static bool check_integer(json_check *check)
{
    weft_json number;
    int64_t value;
    char found[64];

    if (!weft__reader_number(&check->reader, &number))
        return false;
    /* Go takes no fraction and no exponent for an integer, even when the value is whole. */
    if (!memchr(number.ptr, '.', number.len) && !memchr(number.ptr, 'e', number.len) &&
        !memchr(number.ptr, 'E', number.len) && weft__number_int64(number, &value))
        return true;
    snprintf(found, sizeof(found), "number %.*s", (int)(number.len < 40 ? number.len : 40), number.ptr);
    return fault_type(check, SIM_INTEGER, found);
}

/* The kind of value that the first byte must announce. */
static weft__value wanted_value(sim_kind kind, weft__value found)
{
    switch (kind) {
    case SIM_STRING:
        return WEFT__VALUE_STRING;
    case SIM_BOOL:
        return found == WEFT__VALUE_FALSE ? WEFT__VALUE_FALSE : WEFT__VALUE_TRUE;
    case SIM_INTEGER:
    case SIM_NUMBER:
        return WEFT__VALUE_NUMBER;
    case SIM_STRINGS:
    case SIM_ANY_LIST:
    case SIM_OBJECTS:
        return WEFT__VALUE_ARRAY;
    case SIM_STRING_MAP:
    case SIM_ANY_MAP:
    case SIM_OBJECT:
        return WEFT__VALUE_OBJECT;
    case SIM_ANY:
        break;
    }
    return found;
}

static bool check_value(json_check *check, const sim_member *member, bool *ret_empty)
{
    weft__value found = weft__reader_peek(&check->reader);
    weft_json raw;

    *ret_empty = found == WEFT__VALUE_NULL;
    if (found == WEFT__VALUE_NONE)
        return false;
    if (found == WEFT__VALUE_NULL)
        return weft__reader_skip(&check->reader, NULL);
    if (found != wanted_value(member->kind, found))
        return fault_type(check, member->kind, value_names[found]);
    switch (member->kind) {
    case SIM_INTEGER:
        return check_integer(check);
    case SIM_STRINGS:
    case SIM_OBJECTS:
        return check_list(check, member);
    case SIM_STRING_MAP:
        return check_map(check);
    case SIM_OBJECT:
        return check_object(check, member->shape);
    default:
        break;
    }
    if (!weft__reader_skip(&check->reader, &raw))
        return false;
    *ret_empty = member->kind == SIM_STRING && raw.len == 2;
    return true;
}

static const sim_member *find_member(const sim_shape *shape, weft__quoted name)
{
    for (size_t i = 0; i < shape->count; i++)
        if (weft__quoted_is(name, shape->members[i].name, strlen(shape->members[i].name)))
            return &shape->members[i];
    return NULL;
}

/* Required members, as the validator words it: one line for each that is missing. */
static bool check_required(json_check *check, const sim_shape *shape, uint64_t present)
{
    char *text = check->fault->text;
    size_t size = sizeof(check->fault->text), len = 0;

    for (size_t i = 0; i < shape->count; i++) {
        const sim_member *member = &shape->members[i];

        if (!member->required || (present >> i & 1))
            continue;
        if (len == 0)
            push(check, member->name, strlen(member->name));
        len += (size_t)snprintf(text + len, size - len,
                                "%sKey: '%s.%s' Error:Field validation for '%s' failed on the 'required' tag",
                                len ? "\n" : "", shape->name, member->required, member->required);
        if (len >= size)
            break;
    }
    return len == 0 || fault_at(check, SIM_FAULT_MISSING, NULL, NULL);
}

static bool check_name(json_check *check, const sim_member *member, bool again, weft__quoted name)
{
    if (check->lenient || (member && !again))
        return true;
    snprintf(check->fault->text, sizeof(check->fault->text), "json: %s field \"%.*s\"",
             member ? "duplicate" : "unknown", (int)(name.len < 80 ? name.len : 80), name.ptr);
    return fault_at(check, member ? SIM_FAULT_DUPLICATE : SIM_FAULT_UNKNOWN, NULL, NULL);
}

static bool check_object(json_check *check, const sim_shape *shape)
{
    weft__reader *reader = &check->reader;
    uint64_t seen = 0, present = 0;
    weft__quoted name;

    if (!weft__reader_enter(reader, WEFT__VALUE_OBJECT))
        return false;
    while (weft__reader_next_member(reader, &name)) {
        const sim_member *member = find_member(shape, name);
        uint64_t bit = member ? UINT64_C(1) << (member - shape->members) : 0;
        size_t before = push(check, name.ptr, name.len);
        bool empty = false;

        if (!check_name(check, member, (seen & bit) != 0, name))
            return false;
        if (!(member ? check_value(check, member, &empty) : weft__reader_skip(reader, NULL)))
            return false;
        check->path[before] = '\0';
        seen |= bit;
        present = empty ? present & ~bit : present | bit;
    }
    return !reader->what && check_required(check, shape, present);
}

/* The words of Go's decoder for text that is no JSON. */
static void word_syntax(json_check *check, weft_str body)
{
    size_t offset = weft__reader_offset(&check->reader);
    char *text = check->fault->text;
    size_t size = sizeof(check->fault->text);

    check->fault->kind = SIM_FAULT_SYNTAX;
    if (body.len == 0)
        snprintf(text, size, "EOF");
    else if (offset >= body.len)
        snprintf(text, size, "unexpected EOF");
    else if ((unsigned char)body.ptr[offset] < 0x20 || (unsigned char)body.ptr[offset] > 0x7e)
        snprintf(text, size, "invalid character '\\x%02x' (%s)", (unsigned char)body.ptr[offset], check->reader.what);
    else
        snprintf(text, size, "invalid character '%c' (%s)", body.ptr[offset], check->reader.what);
}

bool sim_json_check(weft_str body, const sim_shape *shape, bool lenient, sim_fault *ret_fault)
{
    json_check check = {.root = shape, .fault = ret_fault, .lenient = lenient};
    weft__value found;

    memset(ret_fault, 0, sizeof(*ret_fault));
    weft__reader_init(&check.reader, body.ptr, body.len);
    found = weft__reader_peek(&check.reader);
    if (found != WEFT__VALUE_NONE && found != WEFT__VALUE_OBJECT) {
        ret_fault->kind = SIM_FAULT_SYNTAX;
        snprintf(ret_fault->text, sizeof(ret_fault->text), "json: cannot unmarshal %s into Go value of type %s",
                 value_names[found], shape->name);
        return false;
    }
    if (found == WEFT__VALUE_OBJECT && check_object(&check, shape) && weft__reader_finish(&check.reader))
        return true;
    if (ret_fault->kind == SIM_FAULT_NONE)
        word_syntax(&check, body);
    return false;
}

/* The last member called `name` of the object `text`. */
static weft_json member_of(weft_json text, const char *name, size_t name_len)
{
    weft__reader reader;
    weft__member member;
    weft_json found = {NULL, 0};

    weft__reader_init(&reader, text.ptr, text.len);
    if (weft__reader_peek(&reader) != WEFT__VALUE_OBJECT || !weft__reader_enter(&reader, WEFT__VALUE_OBJECT))
        return found;
    while (weft__reader_member(&reader, &member))
        if (weft__quoted_is(member.name, name, name_len))
            found = member.kind == WEFT__VALUE_NULL ? (weft_json){NULL, 0} : member.value;
    return found;
}

weft_json sim_json_at(weft_str body, const char *path)
{
    weft_json value = {body.ptr, body.len};

    while (value.ptr) {
        size_t len = strcspn(path, ".");

        value = member_of(value, path, len);
        if (!path[len])
            break;
        path += len + 1;
    }
    return value;
}

static weft_str decode(weft__arena *arena, weft__quoted quoted)
{
    char *text = weft__arena_bytes(arena, quoted.len + 1);
    size_t len;

    if (!text)
        return (weft_str){NULL, 0};
    len = weft__quoted_copy(quoted, text);
    text[len] = '\0';
    return (weft_str){text, len};
}

weft_str sim_json_text(weft__arena *arena, weft_str body, const char *path)
{
    weft_json value = sim_json_at(body, path);
    weft__reader reader;
    weft__quoted quoted;

    if (!value.ptr || weft__value_kind(value) != WEFT__VALUE_STRING)
        return (weft_str){NULL, 0};
    weft__reader_init(&reader, value.ptr, value.len);
    if (!weft__reader_string(&reader, &quoted))
        return (weft_str){NULL, 0};
    return decode(arena, quoted);
}

bool sim_json_true(weft_str body, const char *path)
{
    weft_json value = sim_json_at(body, path);

    return value.ptr && weft__value_kind(value) == WEFT__VALUE_TRUE;
}

bool sim_json_each(weft__arena *arena, weft_str body, const char *path,
                   bool (*visit)(weft_str name, weft_str value, void *arg), void *arg)
{
    weft_json value = sim_json_at(body, path);
    weft__value kind = value.ptr ? weft__value_kind(value) : WEFT__VALUE_NONE;
    weft__reader reader;
    weft__quoted name = {NULL, 0, false}, text;

    if (kind != WEFT__VALUE_ARRAY && kind != WEFT__VALUE_OBJECT)
        return true;
    weft__reader_init(&reader, value.ptr, value.len);
    weft__reader_enter(&reader, kind);
    while (kind == WEFT__VALUE_ARRAY ? weft__reader_next_item(&reader) : weft__reader_next_member(&reader, &name)) {
        weft_str name_text = name.ptr ? decode(arena, name) : (weft_str){NULL, 0};
        weft_str value_text;

        if (weft__reader_peek(&reader) != WEFT__VALUE_STRING) {
            weft__reader_skip(&reader, NULL);
            continue;
        }
        if (!weft__reader_string(&reader, &text))
            return false;
        value_text = decode(arena, text);
        if (!value_text.ptr || (name.ptr && !name_text.ptr) || !visit(name_text, value_text, arg))
            return false;
    }
    return true;
}
