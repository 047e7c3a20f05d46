/* sim_skillbox_zip.c - reads a skill's zip, and refuses what the real server refuses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef WEFT_HAVE_ZLIB
#include <zlib.h>
#endif

#include "sim_skillbox.h"

enum {
    END_BYTES = 22,
    CENTRAL_BYTES = 46,
    LOCAL_BYTES = 30,
    ENTRIES_MAX = 500,
    UNPACKED_MAX = 50 * 1024 * 1024,
};

static uint32_t number_at(const char *bytes, int size)
{
    uint32_t number = 0;

    for (int i = size; i-- > 0;)
        number = number << 8 | (unsigned char)bytes[i];
    return number;
}

/* One entry of the central directory. */
typedef struct zip_entry {
    weft_str path;
    uint32_t method, packed, unpacked, local_at;
} zip_entry;

static bool is_within(weft_str zip, uint64_t at, uint64_t len)
{
    return at <= zip.len && len <= zip.len - at;
}

/* The end record; NULL when there is none. */
static const char *find_end(weft_str zip)
{
    if (zip.len < END_BYTES)
        return NULL;
    for (const char *at = zip.ptr + zip.len - END_BYTES; at >= zip.ptr; at--)
        if (memcmp(at, "PK\5\6", 4) == 0)
            return at;
    return NULL;
}

static bool read_entry(weft_str zip, uint32_t *at, zip_entry *entry)
{
    const char *record = zip.ptr + *at;
    uint32_t name_len, rest;

    if (!is_within(zip, *at, CENTRAL_BYTES) || memcmp(record, "PK\1\2", 4) != 0)
        return false;
    name_len = number_at(record + 28, 2);
    rest = number_at(record + 30, 2) + number_at(record + 32, 2);
    if (!is_within(zip, (uint64_t)*at + CENTRAL_BYTES, name_len + rest))
        return false;
    entry->method = number_at(record + 10, 2);
    entry->packed = number_at(record + 20, 4);
    entry->unpacked = number_at(record + 24, 4);
    entry->local_at = number_at(record + 42, 4);
    entry->path = (weft_str){record + CENTRAL_BYTES, name_len};
    *at += CENTRAL_BYTES + name_len + rest;
    return true;
}

/* The entry's content, where it lies; ptr NULL when it lies nowhere. */
static weft_str packed_bytes(weft_str zip, const zip_entry *entry)
{
    const char *local = zip.ptr + entry->local_at;
    uint64_t at;

    if (!is_within(zip, entry->local_at, LOCAL_BYTES) || memcmp(local, "PK\3\4", 4) != 0)
        return (weft_str){NULL, 0};
    at = (uint64_t)entry->local_at + LOCAL_BYTES + number_at(local + 26, 2) + number_at(local + 28, 2);
    if (!is_within(zip, at, entry->packed))
        return (weft_str){NULL, 0};
    return (weft_str){zip.ptr + at, entry->packed};
}

static bool unpack(const zip_entry *entry, weft_str packed, char *unpacked)
{
    if (entry->method == 0 && packed.len == entry->unpacked) {
        memcpy(unpacked, packed.ptr, packed.len);
        return true;
    }
#ifdef WEFT_HAVE_ZLIB
    if (entry->method == 8) {
        z_stream stream = {.next_in = (Bytef *)(uintptr_t)packed.ptr,
                           .avail_in = (unsigned)packed.len,
                           .next_out = (Bytef *)unpacked,
                           .avail_out = entry->unpacked};
        bool good = inflateInit2(&stream, -MAX_WBITS) == Z_OK;

        good = good && inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_out == 0;
        inflateEnd(&stream);
        return good;
    }
#endif
    return false;
}

/* ---- What is refused --------------------------------------------------------------------------------- */

static bool has_dots(weft_str path)
{
    for (size_t at = 0; at < path.len;) {
        const char *slash = memchr(path.ptr + at, '/', path.len - at);
        size_t len = slash ? (size_t)(slash - path.ptr) - at : path.len - at;

        if (len == 2 && memcmp(path.ptr + at, "..", 2) == 0)
            return true;
        at += len + 1;
    }
    return false;
}

static int shown(weft_str path)
{
    return path.len < 100 ? (int)path.len : 100;
}

static bool check_entry(const zip_entry *entry, char fault[200])
{
    if (entry->path.len > 0 && entry->path.ptr[0] == '/')
        snprintf(fault, 200, "zip contains absolute path entry: %.*s", shown(entry->path), entry->path.ptr);
    else if (has_dots(entry->path))
        snprintf(fault, 200, "zip contains path traversal entry: %.*s", shown(entry->path), entry->path.ptr);
    else if (entry->unpacked / 100 > entry->packed)
        snprintf(fault, 200, "invalid zip archive: compression ratio of %.*s is too high", shown(entry->path),
                 entry->path.ptr);
    else
        return true;
    return false;
}

static bool take_entry(weft_str zip, const zip_entry *entry, skillbox_text **texts, char fault[200])
{
    weft_str packed = packed_bytes(zip, entry);
    bool is_directory = entry->path.len > 0 && entry->path.ptr[entry->path.len - 1] == '/';
    char *unpacked;
    bool good;

    if (is_directory)
        return true;
    unpacked = malloc((size_t)entry->unpacked + 1);
    good = packed.ptr && unpacked && unpack(entry, packed, unpacked) &&
           skillbox_texts_put(texts, entry->path.ptr, entry->path.len, unpacked, entry->unpacked);
    free(unpacked);
    if (!good)
        snprintf(fault, 200, "invalid zip archive: zip: checksum error");
    return good;
}

/* Where all files are in one directory, it is no part of their paths. */
static void strip_top(skillbox_text *texts)
{
    size_t len = texts ? strcspn(texts->path, "/") + 1 : 0;

    for (const skillbox_text *text = texts; text; text = text->next)
        if (!strchr(text->path, '/') || strncmp(text->path, texts->path, len) != 0)
            return;
    for (; texts; texts = texts->next)
        memmove(texts->path, texts->path + len, strlen(texts->path + len) + 1);
}

static bool read_entries(weft_str zip, const char *end, skillbox_text **texts, char fault[200])
{
    uint32_t count = number_at(end + 10, 2), at = number_at(end + 16, 4);
    uint64_t unpacked = 0;

    for (uint32_t i = 0; i < count; i++) {
        zip_entry entry;

        if (!read_entry(zip, &at, &entry)) {
            snprintf(fault, 200, "invalid zip archive: zip: not a valid zip file");
            return false;
        }
        unpacked += entry.unpacked;
        if (count > ENTRIES_MAX || unpacked > UNPACKED_MAX) {
            snprintf(fault, 200, "invalid zip archive: too large");
            return false;
        }
        if (!check_entry(&entry, fault) || !take_entry(zip, &entry, texts, fault))
            return false;
    }
    return true;
}

skillbox_text *skillbox_unzip(weft_str zip, char ret_fault[200])
{
    const char *end = find_end(zip);
    skillbox_text *texts = NULL;
    bool good = false;

    if (!end)
        snprintf(ret_fault, 200, "invalid zip archive: zip: not a valid zip file");
    else
        good = read_entries(zip, end, &texts, ret_fault);
    if (good && !skillbox_texts_find(texts, "SKILL.md"))
        strip_top(texts);
    if (good && !skillbox_texts_find(texts, "SKILL.md")) {
        snprintf(ret_fault, 200, "zip archive must contain a SKILL.md file");
        good = false;
    }
    if (good)
        return texts;
    skillbox_texts_free(texts);
    return NULL;
}
