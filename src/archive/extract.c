#include "archive/extract.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "base/text.h"
#include "archive/directory.h"
#include "archive/tar.h"
#include "http/gzip.h"

enum {
    UNPACKED_BYTES = 64 * 1024,    /* inflated at a time */
    GZIP_MEMORY_BYTES = 96 * 1024, /* zlib says 44 KiB */
    RATIO_FROM_BYTES = 64 * 1024 * 1024,
};

struct weft__extract {
    weft__heap *heap; /* borrowed; the loop's */
    weft__extract_limits limits;
    weft__extract_counts counts;
    weft__directory directory;
    weft__heap gzip_heap; /* of `gzip_memory`: zlib asks for memory while it runs */
    size_t gzip_used;
    weft__gzip *gzip;
    bool gzip_ended; /* a whole member was read, and nothing after it */
    bool writes;     /* the entry at hand is a file that is being written */
    uint64_t packed_bytes;
    uint64_t unpacked_bytes;
    uint64_t entries;
    atomic_bool stopped;
    weft_code code;
    int system_error;
    char problem[400];
    weft__tar tar;
    char unpacked[UNPACKED_BYTES];
    _Alignas(16) char gzip_memory[GZIP_MEMORY_BYTES];
};

/* ---- Memory for zlib: the engine's allocator is for the loop's thread only ---------------------------- */

static void *gzip_alloc(size_t size, void *context)
{
    weft__extract *extract = context;
    size_t rounded = (size + 15) & ~(size_t)15;
    void *memory = extract->gzip_memory + extract->gzip_used;

    if (rounded > GZIP_MEMORY_BYTES - extract->gzip_used)
        return NULL;
    extract->gzip_used += rounded;
    return memory;
}

static void *gzip_resize(void *memory, size_t size, void *context)
{
    (void)memory;
    (void)size;
    (void)context;
    return NULL; /* zlib has no use for it */
}

static void gzip_release(void *memory, void *context)
{
    (void)memory; /* goes with the whole */
    (void)context;
}

weft__extract *weft__extract_new(weft__heap *heap, const char *directory, const weft__extract_limits *limits,
                                 uint64_t seed)
{
    weft__extract *extract = weft__zalloc(heap, sizeof(*extract));
    weft_allocator memory = {gzip_alloc, gzip_resize, gzip_release, extract};

    if (!extract)
        return NULL;
    extract->heap = heap;
    extract->limits = *limits;
    atomic_init(&extract->stopped, false);
    weft__heap_init(&extract->gzip_heap, &memory);
    weft__tar_init(&extract->tar);
    extract->gzip = weft__gzip_new(&extract->gzip_heap);
    if (!extract->gzip || !weft__directory_init(&extract->directory, heap, directory, seed)) {
        weft__extract_free(extract);
        return NULL;
    }
    weft__gzip_trust(extract->gzip); /* there is a limit of our own */
    return extract;
}

void weft__extract_free(weft__extract *extract)
{
    if (!extract)
        return;
    weft__gzip_free(extract->gzip);
    weft__directory_deinit(&extract->directory, extract->heap);
    weft__free(extract->heap, extract);
}

void weft__extract_stop(weft__extract *extract)
{
    atomic_store(&extract->stopped, true);
}

const weft__extract_counts *weft__extract_get_counts(const weft__extract *extract)
{
    return &extract->counts;
}

const char *weft__extract_problem(const weft__extract *extract, weft_code *ret_code)
{
    if (extract->code == WEFT_OK)
        return NULL;
    *ret_code = extract->code;
    return extract->problem;
}

int weft__extract_system_error(const weft__extract *extract)
{
    return extract->system_error;
}

/* ---- Problems ---------------------------------------------------------------------------------------- */

/* An entry's name as text that can be shown, cut when it is long. */
static const char *shown(const char *path, char text[200])
{
    size_t len = strlen(path);
    bool is_text = weft__text_is_utf8(path, len);

    if (len > 160) {
        is_text = false; /* the cut may part a character */
        len = 160;
    }
    for (size_t i = 0; i < len; i++)
        text[i] = is_text || (unsigned char)path[i] < 0x80 ? path[i] : '?';
    memcpy(text + len, path[len] ? "..." : "", path[len] ? 4 : 1);
    return text;
}

static bool fail(weft__extract *extract, weft_code code, const char *what, const char *path)
{
    char text[200];

    extract->code = code;
    snprintf(extract->problem, sizeof(extract->problem), "%s%s%s", what, path ? ": " : "",
             path ? shown(path, text) : "");
    return false;
}

/* About the archive itself; with the entry at hand, if there is one. */
static bool fail_archive(weft__extract *extract, const char *what)
{
    const char *path = extract->tar.entry.path;

    return fail(extract, WEFT_E_ARCHIVE, what, *path ? path : NULL);
}

/* The disk said no: `errno` has why. */
static bool fail_disk(weft__extract *extract, const char *what)
{
    char text[200];
    int reason = errno;

    extract->code = WEFT_E_FILE;
    extract->system_error = -reason;
    snprintf(extract->problem, sizeof(extract->problem), "cannot %s %s: %s", what, shown(extract->tar.entry.path, text),
             uv_strerror(-reason));
    return false;
}

/* ---- Entries ----------------------------------------------------------------------------------------- */

static bool check_status(weft__extract *extract, weft__directory_status status, const char *what)
{
    switch (status) {
    case WEFT__DIRECTORY_OK:
        return true;
    case WEFT__DIRECTORY_OUTSIDE:
        return fail_archive(extract, "path traversal detected in tar entry");
    case WEFT__DIRECTORY_UNNAMED:
        return fail_archive(extract, "read tar entry: a file without a name");
    case WEFT__DIRECTORY_FAILED:
        break;
    }
    return fail_disk(extract, what);
}

static bool begin_entry(weft__extract *extract)
{
    const weft__tar_entry *entry = &extract->tar.entry;

    if (++extract->entries > extract->limits.max_entries)
        return fail_archive(extract, "too many entries");
    switch (entry->kind) {
    case WEFT__TAR_DIRECTORY:
        return check_status(extract, weft__directory_make(&extract->directory, entry->path), "create the directory");
    case WEFT__TAR_FILE:
        extract->writes = true;
        return check_status(extract, weft__directory_open(&extract->directory, entry->path, entry->mode),
                            "create the file");
    case WEFT__TAR_OTHER:
        break;
    }
    /* Never made; but an archive that names what is outside is not to be trusted with the rest either. */
    extract->counts.skipped++;
    return check_status(extract, weft__directory_check(&extract->directory, entry->path), "skip");
}

static bool write_piece(weft__extract *extract)
{
    const weft__tar *tar = &extract->tar;

    if (!extract->writes)
        return true;
    if (!weft__directory_write(&extract->directory, tar->data, tar->data_len))
        return fail_disk(extract, "write the file");
    extract->counts.bytes += tar->data_len;
    return true;
}

static bool end_entry(weft__extract *extract)
{
    if (extract->writes) {
        if (!weft__directory_commit(&extract->directory))
            return fail_disk(extract, "create the file");
        extract->counts.files++;
        extract->writes = false;
    }
    extract->counts.directories = extract->directory.made;
    return true;
}

/* What the archive says in its next unpacked bytes; asks on until it has nothing to say. */
static bool take_unpacked(weft__extract *extract, const char *bytes, size_t len)
{
    bool good = true;

    while (good) {
        size_t used;

        switch (weft__tar_read(&extract->tar, bytes, len, &used)) {
        case WEFT__TAR_MORE:
            return true;
        case WEFT__TAR_ENTRY:
            good = begin_entry(extract);
            break;
        case WEFT__TAR_DATA:
            good = write_piece(extract);
            break;
        case WEFT__TAR_DONE:
            good = end_entry(extract);
            break;
        case WEFT__TAR_END:
            break;
        case WEFT__TAR_BROKEN:
            snprintf(extract->problem, sizeof(extract->problem), "read tar entry: %s", extract->tar.problem);
            extract->code = WEFT_E_ARCHIVE;
            good = false;
            break;
        }
        bytes += used;
        len -= used;
    }
    return false;
}

/* ---- Unpacking --------------------------------------------------------------------------------------- */

static bool check_limits(weft__extract *extract)
{
    const weft__extract_limits *limits = &extract->limits;

    if (extract->unpacked_bytes > limits->max_bytes)
        return fail_archive(extract, "the archive unpacks to more bytes than allowed");
    if (limits->max_ratio != UINT64_MAX && extract->unpacked_bytes > RATIO_FROM_BYTES &&
        extract->unpacked_bytes / limits->max_ratio > extract->packed_bytes)
        return fail_archive(extract, "the archive expands beyond all measure");
    return true;
}

/* Inflates some of the input. False at the end of it, and when something is wrong. */
static bool inflate_some(weft__extract *extract, const char **bytes, size_t *len)
{
    size_t before = *len, got;
    weft__gzip_status status =
        weft__gzip_decode(extract->gzip, bytes, len, extract->unpacked, sizeof(extract->unpacked), &got);

    extract->packed_bytes += before - *len;
    extract->unpacked_bytes += got;
    extract->gzip_ended = status == WEFT__GZIP_END;
    if (status != WEFT__GZIP_MORE && status != WEFT__GZIP_OUTPUT && status != WEFT__GZIP_END)
        return fail(extract, WEFT_E_ARCHIVE, "decompress gzip: damaged, or no gzip at all", NULL);
    if (!check_limits(extract) || (got > 0 && !take_unpacked(extract, extract->unpacked, got)))
        return false;
    return status == WEFT__GZIP_OUTPUT || *len > 0;
}

bool weft__extract_take(weft__extract *extract, const char *bytes, size_t len)
{
    if (len == 0)
        return extract->code == WEFT_OK;
    do {
        if (extract->code != WEFT_OK || atomic_load(&extract->stopped))
            return false;
    } while (inflate_some(extract, &bytes, &len));
    return extract->code == WEFT_OK;
}

bool weft__extract_finish(weft__extract *extract)
{
    if (extract->code != WEFT_OK)
        return false;
    if (extract->packed_bytes == 0)
        return fail(extract, WEFT_E_ARCHIVE, "decompress gzip: there is nothing", NULL);
    if (!extract->gzip_ended)
        return fail_archive(extract, "decompress gzip: cut off");
    if (!weft__tar_may_end(&extract->tar))
        return fail_archive(extract, "read tar entry: cut off");
    return true;
}

void weft__extract_close(weft__extract *extract)
{
    weft__directory_close(&extract->directory);
}
