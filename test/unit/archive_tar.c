/* The tar reader: entries out of bytes, at any split. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "archive/tar.h"

/* An archive under construction, of headers made by hand. */
typedef struct archive_bytes {
    char bytes[256 * 1024];
    size_t len;
} archive_bytes;

static archive_bytes *archive_new(void)
{
    return calloc(1, sizeof(archive_bytes));
}

static void put_checksum(char *block)
{
    unsigned sum = 0;

    memset(block + 148, ' ', 8);
    for (int i = 0; i < 512; i++)
        sum += (unsigned char)block[i];
    snprintf(block + 148, 8, "%06o", sum);
}

/* A header of ustar; returns it for a test to spoil. Bytes of content are put by put_content. */
static char *put_header(archive_bytes *archive, char type, const char *name, unsigned long long size)
{
    char *block = archive->bytes + archive->len;
    size_t len = strlen(name);

    memset(block, 0, 512);
    memcpy(block, name, len < 100 ? len : 100);
    memcpy(block + 100, "0006755", 8);
    for (int i = 10; i >= 0; i--, size >>= 3)
        block[124 + i] = (char)('0' + (size & 7));
    block[156] = type;
    memcpy(block + 257,
           "ustar\0"
           "00",
           8);
    put_checksum(block);
    archive->len += 512;
    return block;
}

static void put_content(archive_bytes *archive, const char *bytes, size_t len)
{
    memcpy(archive->bytes + archive->len, bytes, len);
    archive->len += (len + 511) / 512 * 512;
}

static void put_entry(archive_bytes *archive, char type, const char *name, const char *content)
{
    put_header(archive, type, name, strlen(content));
    put_content(archive, content, strlen(content));
}

static void put_end(archive_bytes *archive)
{
    archive->len += 1024; /* zeros already */
}

/* What a reader said, as text: "F name 0755 3:abc;" for each entry, then "end", "broken: why" or "cut". */
typedef struct telling {
    weft__tar tar;
    char text[8192];
    size_t len;
    bool over;
} telling;

static void tell(telling *story, const char *text)
{
    size_t len = strlen(text);

    if (len < sizeof(story->text) - story->len) {
        memcpy(story->text + story->len, text, len + 1);
        story->len += len;
    }
}

static void tell_entry(telling *story, const weft__tar_entry *entry)
{
    static const char kinds[] = "FDO";
    char text[5000];

    snprintf(text, sizeof(text), "%c %s %04o %llu:", kinds[entry->kind], entry->path, entry->mode,
             (unsigned long long)entry->size);
    tell(story, text);
}

static void tell_event(telling *story, weft__tar_event event)
{
    const weft__tar *tar = &story->tar;

    switch (event) {
    case WEFT__TAR_ENTRY:
        tell_entry(story, &tar->entry);
        break;
    case WEFT__TAR_DATA:
        for (size_t i = 0; i < tar->data_len; i++)
            tell(story, (char[]){tar->data[i], '\0'});
        break;
    case WEFT__TAR_DONE:
        tell(story, ";");
        break;
    case WEFT__TAR_END:
        tell(story, "end");
        break;
    case WEFT__TAR_BROKEN:
        tell(story, "broken: ");
        tell(story, tar->problem);
        story->over = true;
        break;
    case WEFT__TAR_MORE:
        break;
    }
}

/* Reads the archive in pieces of `piece` bytes. */
static void read_tape(telling *story, const archive_bytes *archive, size_t piece)
{
    story->len = 0;
    story->text[0] = '\0';
    story->over = false;
    weft__tar_init(&story->tar);
    for (size_t at = 0; at < archive->len && !story->over; at += piece) {
        const char *bytes = archive->bytes + at;
        size_t len = archive->len - at < piece ? archive->len - at : piece, used;
        weft__tar_event event;

        do {
            event = weft__tar_read(&story->tar, bytes, len, &used);
            tell_event(story, event);
            bytes += used;
            len -= used;
        } while (event != WEFT__TAR_MORE && !story->over);
    }
    if (!story->over && !weft__tar_may_end(&story->tar))
        tell(story, "cut");
}

/* Whether the archive tells `expected`, whatever the pieces; frees it. */
static bool tells(archive_bytes *archive, const char *expected)
{
    static const size_t pieces[] = {1, 7, 511, 512, 513, 4096, sizeof(archive->bytes)};
    telling *story = malloc(sizeof(*story));
    bool good = true;

    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]) && good; i++) {
        read_tape(story, archive, pieces[i]);
        good = strcmp(story->text, expected) == 0;
        if (!good)
            test_fail(__FILE__, __LINE__, "in pieces of %zu: %s", pieces[i], story->text);
    }
    free(story);
    free(archive);
    return good;
}

TEST(files_and_directories_come_with_mode_and_content)
{
    archive_bytes *archive = archive_new();

    put_entry(archive, '5', "plots/", "");
    put_entry(archive, '0', "plots/a.txt", "abc");
    put_entry(archive, '\0', "empty", "");
    put_entry(archive, '\0', "old-directory/", "");
    put_end(archive);
    CHECK(tells(archive, "D plots/ 0755 0:;F plots/a.txt 0755 3:abc;F empty 0755 0:;D old-directory/ 0755 0:;end"));
}

TEST(an_archive_may_end_between_entries_without_its_zeros)
{
    archive_bytes *none = archive_new(), *one = archive_new();

    put_entry(none, '0', "a", "x");
    CHECK(tells(none, "F a 0755 1:x;"));
    put_entry(one, '0', "a", "x");
    one->len += 512;
    CHECK(tells(one, "F a 0755 1:x;"));
}

TEST(what_follows_the_end_is_no_part_of_it)
{
    archive_bytes *archive = archive_new();

    put_end(archive);
    put_entry(archive, '0', "late", "x");
    CHECK(tells(archive, "end"));
}

TEST(links_devices_and_unknown_types_are_others_without_content_where_they_have_none)
{
    archive_bytes *archive = archive_new();

    put_header(archive, '1', "hard", 999); /* the size means nothing */
    put_header(archive, '2', "soft", 0);
    put_header(archive, '3', "device", 4);
    put_header(archive, '6', "fifo", 0);
    put_entry(archive, 'Z', "strange", "data");
    put_entry(archive, '7', "contiguous", "data");
    put_end(archive);
    CHECK(tells(archive, "O hard 0755 0:;O soft 0755 0:;O device 0755 0:;O fifo 0755 0:;O strange 0755 4:data;"
                         "O contiguous 0755 4:data;end"));
}

TEST(a_long_name_of_gnu_is_the_next_entrys)
{
    char name[301];
    char expected[600];
    archive_bytes *archive = archive_new();

    memset(name, 'n', 300);
    name[300] = '\0';
    put_entry(archive, 'L', "././@LongLink", name);
    put_entry(archive, 'K', "././@LongLink", "where a link leads");
    put_entry(archive, '0', "short", "x");
    put_entry(archive, '0', "next", "y");
    put_end(archive);
    snprintf(expected, sizeof(expected), "F %s 0755 1:x;F next 0755 1:y;end", name);
    CHECK(tells(archive, expected));
}

TEST(pax_gives_path_and_size_to_the_next_entry_only)
{
    archive_bytes *archive = archive_new();

    put_entry(archive, 'g', "comment", "52 comment=0123456789012345678901234567890123456789\n");
    put_entry(archive, 'x', "ignored", "23 path=dir/a=b \xc3\xa4.txt\n10 size=3\n12 mtime=12\n");
    put_header(archive, '0', "short", 0);
    put_content(archive, "abc", 3);
    put_entry(archive, '0', "next", "y");
    put_end(archive);
    CHECK(tells(archive, "F dir/a=b \xc3\xa4.txt 0755 3:abc;F next 0755 1:y;end"));
}

TEST(a_sparse_file_is_not_taken_for_its_holes)
{
    archive_bytes *archive = archive_new();

    put_entry(archive, 'x', "p", "22 GNU.sparse.major=1\n");
    put_entry(archive, '0', "sparse", "map");
    put_end(archive);
    CHECK(tells(archive, "O sparse 0755 3:map;end"));
}

TEST(a_prefix_goes_before_the_name_but_not_in_gnus_format)
{
    archive_bytes *archive = archive_new();
    char *block = put_header(archive, '0', "name", 0);

    memcpy(block + 345, "some/prefix", 11);
    put_checksum(block);
    block = put_header(archive, '0', "name", 0);
    memcpy(block + 257, "ustar  ", 8);
    memcpy(block + 345, "11111111111", 11); /* a time */
    put_checksum(block);
    CHECK(tells(archive, "F some/prefix/name 0755 0:;F name 0755 0:;"));
}

TEST(a_binary_size_is_read_and_a_negative_one_refused)
{
    archive_bytes *good = archive_new(), *negative = archive_new(), *huge = archive_new();
    char *block = put_header(good, '0', "a", 0);

    memset(block + 124, 0, 12);
    block[124] = (char)0x80;
    block[135] = 3;
    put_checksum(block);
    put_content(good, "abc", 3);
    CHECK(tells(good, "F a 0755 3:abc;"));
    block = put_header(negative, '0', "a", 0);
    memset(block + 124, 0xFF, 12);
    put_checksum(block);
    CHECK(tells(negative, "broken: a header's size is no number"));
    block = put_header(huge, '0', "a", 0);
    memset(block + 124, 0x7F, 12);
    block[124] = (char)0x80;
    put_checksum(block);
    CHECK(tells(huge, "broken: a header's size is no number"));
}

TEST(broken_headers_are_named)
{
    archive_bytes *sum = archive_new(), *size = archive_new(), *mode = archive_new(), *after = archive_new();
    char *block;

    put_header(sum, '0', "a", 0)[0] = 'b';
    CHECK(tells(sum, "broken: a header's checksum is wrong"));
    block = put_header(size, '0', "a", 0);
    memcpy(block + 124, "12x", 3);
    put_checksum(block);
    CHECK(tells(size, "broken: a header's size is no number"));
    block = put_header(mode, '0', "a", 0);
    memcpy(block + 100, "rwx", 3);
    put_checksum(block);
    CHECK(tells(mode, "broken: a header's mode is no number"));
    after->len += 512;
    put_entry(after, '0', "a", "x");
    CHECK(tells(after, "broken: something follows the archive's end"));
}

TEST(broken_extensions_are_named)
{
    static const char *const records[] = {
        "path=x\n", "99 path=x\n", "10 path=xy", "8 path x\n", "0 a=b\n", "-1 a=b\n", "5 a=b",
    };

    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        archive_bytes *archive = archive_new();

        put_entry(archive, 'x', "p", records[i]);
        CHECK(tells(archive, "broken: an extended header is broken"));
    }
}

TEST(extensions_have_limits)
{
    char *name = malloc(70001);
    archive_bytes *path = archive_new(), *nul = archive_new(), *large = archive_new(), *size = archive_new();

    memset(name, 'n', 70000);
    name[5000] = '\0';
    put_entry(path, 'L', "l", name);
    CHECK(tells(path, "broken: a path is too long"));
    put_header(nul, 'x', "p", 11);
    put_content(nul, "11 path=a\0\n", 11);
    CHECK(tells(nul, "broken: a path has a NUL byte"));
    name[5000] = 'n';
    name[70000] = '\0';
    put_entry(large, 'x', "p", name);
    CHECK(tells(large, "broken: an extended header is too large"));
    put_entry(size, 'x', "p", "28 size=9223372036854775808\n");
    CHECK(tells(size, "broken: a header's size is no number"));
    free(name);
}

TEST(an_archive_that_is_cut_off_anywhere_else_may_not_end)
{
    archive_bytes *header = archive_new(), *content = archive_new(), *extension = archive_new();

    put_header(header, '0', "a", 0);
    header->len = 500;
    CHECK(tells(header, "cut"));
    put_entry(content, '0', "a", "abc");
    content->len = 514;
    CHECK(tells(content, "F a 0755 3:abcut"));
    put_entry(extension, 'L', "l", "name");
    CHECK(tells(extension, "cut"));
}
