/* test/support/tarball.h - archives as servers, and those who mean harm, would make them: by libarchive. */
#ifndef WEFT_TEST_TARBALL_H
#define WEFT_TEST_TARBALL_H

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

typedef struct tarball {
    struct archive *writer;
    char *bytes;
    size_t cap;
    size_t len; /* once it is closed */
} tarball;

/* A tar.gz of at most `cap` bytes in PAX's format. `ball` may not move until it is closed. */
static inline void tarball_open(tarball *ball, size_t cap)
{
    *ball = (tarball){.writer = archive_write_new(), .bytes = malloc(cap), .cap = cap};
    archive_write_set_format_pax_restricted(ball->writer);
    archive_write_add_filter_gzip(ball->writer);
    archive_write_set_bytes_in_last_block(ball->writer, 1);
    archive_write_open_memory(ball->writer, ball->bytes, ball->cap, &ball->len);
}

/* An entry of AE_IFREG, AE_IFDIR, AE_IFLNK, ...; `link` for symbolic links, or NULL. */
static inline void tarball_put_as(tarball *ball, const char *path, unsigned type, unsigned mode, const char *link,
                                  const char *bytes, size_t len)
{
    struct archive_entry *entry = archive_entry_new();

    archive_entry_set_pathname(entry, path);
    archive_entry_set_filetype(entry, type);
    archive_entry_set_perm(entry, (__LA_MODE_T)mode);
    archive_entry_set_size(entry, (la_int64_t)len);
    if (link && type == AE_IFLNK)
        archive_entry_set_symlink(entry, link);
    else if (link)
        archive_entry_set_hardlink(entry, link);
    archive_write_header(ball->writer, entry);
    if (len > 0)
        archive_write_data(ball->writer, bytes, len);
    archive_entry_free(entry);
}

static inline void tarball_put(tarball *ball, const char *path, const char *text)
{
    tarball_put_as(ball, path, AE_IFREG, 0600, NULL, text, strlen(text));
}

/* The bytes are whole from here on. */
static inline void tarball_close(tarball *ball)
{
    archive_write_close(ball->writer);
    archive_write_free(ball->writer);
    ball->writer = NULL;
}

static inline void tarball_free(tarball *ball)
{
    free(ball->bytes);
    ball->bytes = NULL;
}

#endif
