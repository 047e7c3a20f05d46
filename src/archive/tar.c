#include "archive/tar.h"

#include <string.h>

#include "base/text.h"

enum tar_state {
    TAR_HEADER,    /* gathers a block */
    TAR_EXTENSION, /* gathers what an extended header says of the next entry */
    TAR_SKIP,      /* swallows what says nothing that matters here */
    TAR_CONTENT,   /* hands out an entry's data */
    TAR_PADDING,   /* swallows the rest of the last block */
    TAR_OVER,      /* past the end */
    TAR_FAILED,
};

/* A header's fields: where they are and how long. */
enum {
    NAME_AT = 0,
    NAME_BYTES = 100,
    MODE_AT = 100,
    MODE_BYTES = 8,
    SIZE_AT = 124,
    SIZE_BYTES = 12,
    CHECKSUM_AT = 148,
    CHECKSUM_BYTES = 8,
    TYPE_AT = 156,
    MAGIC_AT = 257,
    PREFIX_AT = 345,
    PREFIX_BYTES = 155,
};

void weft__tar_init(weft__tar *tar)
{
    memset(tar, 0, sizeof(*tar));
}

static weft__tar_event fail(weft__tar *tar, const char *problem)
{
    tar->state = TAR_FAILED;
    tar->problem = problem;
    return WEFT__TAR_BROKEN;
}

/* ---- Headers ----------------------------------------------------------------------------------------- */

/* The most significant bit of the first byte marks a binary number, of what follows it. */
static bool parse_binary(const unsigned char *field, size_t len, uint64_t *ret_number)
{
    uint64_t number = field[0] & 0x7F;

    if (field[0] == 0xFF)
        return false; /* below zero */
    for (size_t i = 1; i < len; i++) {
        if (number > INT64_MAX >> 8)
            return false;
        number = number << 8 | field[i];
    }
    *ret_number = number;
    return true;
}

/* Octal digits, perhaps after spaces, up to a space, a NUL or the field's end; none are 0. */
static bool parse_number(const unsigned char *field, size_t len, uint64_t *ret_number)
{
    uint64_t number = 0;
    size_t at = 0;

    if (field[0] & 0x80)
        return parse_binary(field, len, ret_number);
    while (at < len && field[at] == ' ')
        at++;
    for (; at < len && field[at] != ' ' && field[at] != '\0'; at++) {
        if (field[at] < '0' || field[at] > '7')
            return false;
        number = number << 3 | (uint64_t)(field[at] - '0');
    }
    *ret_number = number;
    return true;
}

/* The sum of all bytes, the checksum's own taken as spaces. Old tars took bytes as signed. */
static bool is_checksum_good(const unsigned char *block)
{
    uint64_t expected;
    uint64_t sum = 0;
    int64_t signed_sum = 0;

    if (!parse_number(block + CHECKSUM_AT, CHECKSUM_BYTES, &expected))
        return false;
    for (size_t i = 0; i < WEFT__TAR_BLOCK_BYTES; i++) {
        unsigned char byte = i >= CHECKSUM_AT && i < CHECKSUM_AT + CHECKSUM_BYTES ? ' ' : block[i];

        sum += byte;
        signed_sum += (signed char)byte;
    }
    return sum == expected || signed_sum == (int64_t)expected;
}

static bool is_zero(const unsigned char *block)
{
    for (size_t i = 0; i < WEFT__TAR_BLOCK_BYTES; i++)
        if (block[i])
            return false;
    return true;
}

/* Text of a field, which need not end with a NUL. */
static size_t copy_field(char *to, const unsigned char *field, size_t size)
{
    size_t len = strnlen((const char *)field, size);

    memcpy(to, field, len);
    to[len] = '\0';
    return len;
}

/* PREFIX/NAME, where the header has a prefix: GNU's has other things in its place. */
static void take_header_path(weft__tar *tar)
{
    char *path = tar->entry.path;
    size_t len = 0;

    if (memcmp(tar->block + MAGIC_AT, "ustar", 6) == 0 && tar->block[PREFIX_AT]) {
        len = copy_field(path, tar->block + PREFIX_AT, PREFIX_BYTES);
        path[len++] = '/';
    }
    copy_field(path + len, tar->block + NAME_AT, NAME_BYTES);
}

static weft__tar_kind kind_of(char type, const char *path)
{
    size_t len = strlen(path);

    if (type == '5')
        return WEFT__TAR_DIRECTORY;
    if (type != '0' && type != '\0')
        return WEFT__TAR_OTHER;
    return len > 0 && path[len - 1] == '/' ? WEFT__TAR_DIRECTORY : WEFT__TAR_FILE;
}

/* Links, devices and directories have no content, whatever their header says. */
static bool has_content(char type)
{
    return type < '1' || type > '6';
}

static void expect_content(weft__tar *tar, uint64_t size)
{
    tar->left = size;
    tar->padding = (uint32_t)(-size % WEFT__TAR_BLOCK_BYTES);
}

static weft__tar_event begin_entry(weft__tar *tar, char type, uint64_t size)
{
    weft__tar_entry *entry = &tar->entry;
    uint64_t mode;

    if (!parse_number(tar->block + MODE_AT, MODE_BYTES, &mode))
        return fail(tar, "a header's mode is no number");
    take_header_path(tar);
    if (tar->has_path)
        memcpy(entry->path, tar->path, sizeof(entry->path));
    entry->mode = (uint32_t)(mode & 0777);
    entry->kind = tar->is_sparse ? WEFT__TAR_OTHER : kind_of(type, entry->path);
    entry->size = !has_content(type) ? 0 : tar->has_size ? tar->size : size;
    expect_content(tar, entry->size);
    tar->has_path = tar->has_size = tar->is_sparse = false;
    tar->state = TAR_CONTENT;
    return WEFT__TAR_ENTRY;
}

static weft__tar_event begin_extension(weft__tar *tar, uint64_t size, bool is_pax)
{
    if (size > WEFT__TAR_MAX_EXTENSION_BYTES)
        return fail(tar, "an extended header is too large");
    expect_content(tar, size);
    tar->extension_len = 0;
    tar->is_pax = is_pax;
    tar->state = TAR_EXTENSION;
    return WEFT__TAR_MORE;
}

/* MORE: nothing to tell yet. */
static weft__tar_event take_header(weft__tar *tar)
{
    char type = (char)tar->block[TYPE_AT];
    uint64_t size;

    if (is_zero(tar->block)) {
        if (++tar->zero_blocks < 2)
            return WEFT__TAR_MORE;
        tar->state = TAR_OVER;
        return WEFT__TAR_END;
    }
    if (tar->zero_blocks)
        return fail(tar, "something follows the archive's end");
    if (!is_checksum_good(tar->block))
        return fail(tar, "a header's checksum is wrong");
    if (!parse_number(tar->block + SIZE_AT, SIZE_BYTES, &size) || size > INT64_MAX)
        return fail(tar, "a header's size is no number");
    switch (type) {
    case 'x':
    case 'X':
        return begin_extension(tar, size, true);
    case 'L':
        return begin_extension(tar, size, false);
    case 'g': /* of all entries to come: comments, in practice */
    case 'K': /* where a link leads */
        expect_content(tar, size);
        tar->state = TAR_SKIP;
        return WEFT__TAR_MORE;
    default:
        return begin_entry(tar, type, size);
    }
}

/* ---- Extensions -------------------------------------------------------------------------------------- */

static bool take_path(weft__tar *tar, const char *path, size_t len)
{
    if (len >= sizeof(tar->path)) {
        fail(tar, "a path is too long");
        return false;
    }
    if (memchr(path, '\0', len)) {
        fail(tar, "a path has a NUL byte");
        return false;
    }
    memcpy(tar->path, path, len);
    tar->path[len] = '\0';
    tar->has_path = len > 0;
    return true;
}

static bool is_key(weft_str key, const char *name)
{
    return weft__text_equal(key, weft__str(name));
}

static bool take_record(weft__tar *tar, weft_str key, weft_str value)
{
    if (is_key(key, "path"))
        return take_path(tar, value.ptr, value.len);
    if (is_key(key, "size") && value.len > 0) {
        if (!weft__text_parse_uint64(value.ptr, value.len, &tar->size) || tar->size > INT64_MAX) {
            fail(tar, "a header's size is no number");
            return false;
        }
        tar->has_size = true;
    }
    if (key.len >= 10 && memcmp(key.ptr, "GNU.sparse", 10) == 0)
        tar->is_sparse = true;
    return true;
}

/* Records "LENGTH KEY=VALUE\n", the length being that of the whole record. */
static bool take_records(weft__tar *tar)
{
    const char *at = tar->extension, *end = at + tar->extension_len;

    while (at < end) {
        const char *space = memchr(at, ' ', (size_t)(end - at));
        const char *next, *equals;
        uint64_t len;

        if (!space || !weft__text_parse_uint64(at, (size_t)(space - at), &len) || len > (uint64_t)(end - at))
            break;
        next = at + len;
        if (next <= space + 1 || next[-1] != '\n')
            break;
        equals = memchr(space, '=', (size_t)(next - space));
        if (!equals)
            break;
        if (!take_record(tar, (weft_str){space + 1, (size_t)(equals - space - 1)},
                         (weft_str){equals + 1, (size_t)(next - equals - 2)}))
            return false;
        at = next;
    }
    if (at < end)
        fail(tar, "an extended header is broken");
    return at == end;
}

static void take_extension(weft__tar *tar)
{
    bool good =
        tar->is_pax ? take_records(tar) : take_path(tar, tar->extension, strnlen(tar->extension, tar->extension_len));

    if (good)
        tar->state = TAR_PADDING;
}

/* ---- Reading ----------------------------------------------------------------------------------------- */

/* How many of `len` bytes belong to what is left of the content; they are taken off it. */
static size_t take_left(weft__tar *tar, size_t len)
{
    size_t part = tar->left < len ? (size_t)tar->left : len;

    tar->left -= part;
    return part;
}

static weft__tar_event read_header(weft__tar *tar, const char *bytes, size_t len, size_t *used)
{
    size_t lack = WEFT__TAR_BLOCK_BYTES - tar->block_len;
    size_t part = len < lack ? len : lack;

    memcpy(tar->block + tar->block_len, bytes, part);
    tar->block_len += (uint32_t)part;
    *used += part;
    if (tar->block_len < WEFT__TAR_BLOCK_BYTES)
        return WEFT__TAR_MORE;
    tar->block_len = 0;
    return take_header(tar);
}

static void read_extension(weft__tar *tar, const char *bytes, size_t len, size_t *used)
{
    size_t part = take_left(tar, len);

    memcpy(tar->extension + tar->extension_len, bytes, part);
    tar->extension_len += (uint32_t)part;
    *used += part;
    if (tar->left == 0)
        take_extension(tar);
}

static weft__tar_event read_content(weft__tar *tar, const char *bytes, size_t len, size_t *used)
{
    if (tar->left == 0) {
        tar->state = TAR_PADDING;
        return WEFT__TAR_DONE;
    }
    if (len == 0)
        return WEFT__TAR_MORE;
    tar->data = bytes;
    tar->data_len = take_left(tar, len);
    *used += tar->data_len;
    return WEFT__TAR_DATA;
}

static void read_padding(weft__tar *tar, size_t len, size_t *used)
{
    size_t part = tar->padding < len ? tar->padding : len;

    tar->padding -= (uint32_t)part;
    *used += part;
    if (tar->padding == 0)
        tar->state = TAR_HEADER;
}

/* One step; MORE when there is nothing to tell. */
static weft__tar_event step(weft__tar *tar, const char *bytes, size_t len, size_t *used)
{
    switch ((enum tar_state)tar->state) {
    case TAR_HEADER:
        return read_header(tar, bytes, len, used);
    case TAR_EXTENSION:
        read_extension(tar, bytes, len, used);
        return tar->state == TAR_FAILED ? WEFT__TAR_BROKEN : WEFT__TAR_MORE;
    case TAR_SKIP:
        *used += take_left(tar, len);
        if (tar->left == 0)
            tar->state = TAR_PADDING;
        return WEFT__TAR_MORE;
    case TAR_CONTENT:
        return read_content(tar, bytes, len, used);
    case TAR_PADDING:
        read_padding(tar, len, used);
        return WEFT__TAR_MORE;
    case TAR_OVER:
        *used += len;
        return WEFT__TAR_MORE;
    case TAR_FAILED:
        break;
    }
    return WEFT__TAR_BROKEN;
}

weft__tar_event weft__tar_read(weft__tar *tar, const char *bytes, size_t len, size_t *ret_used)
{
    weft__tar_event event;
    size_t used = 0;
    uint8_t before;

    /* Steps that need no bytes, such as the end of an empty file, are taken as well. */
    do {
        before = tar->state;
        event = step(tar, bytes + used, len - used, &used);
    } while (event == WEFT__TAR_MORE && (used < len || tar->state != before));
    *ret_used = used;
    return event;
}

bool weft__tar_may_end(const weft__tar *tar)
{
    if (tar->state == TAR_OVER)
        return true;
    return tar->state == TAR_HEADER && tar->block_len == 0 && !tar->has_path && !tar->has_size && !tar->is_sparse;
}
