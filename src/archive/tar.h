/* archive/tar.h - reads a tar archive as it arrives: takes bytes, gives entries, does no I/O.
 *
 * Understood are ustar, PAX and GNU's long names, in any mixture. Of types only files and directories are
 * told from the rest; sparse files count as the rest. An archive ends with two blocks of zeros, or between
 * two entries.
 */
#ifndef WEFT_ARCHIVE_TAR_H
#define WEFT_ARCHIVE_TAR_H

#include "base/memory.h"

enum {
    WEFT__TAR_BLOCK_BYTES = 512,
    WEFT__TAR_MAX_PATH_BYTES = 4096,      /* with the final NUL */
    WEFT__TAR_MAX_EXTENSION_BYTES = 65536 /* of an extended header, or a long name */
};

typedef enum weft__tar_event {
    WEFT__TAR_MORE,   /* all bytes are used */
    WEFT__TAR_ENTRY,  /* `entry` begins */
    WEFT__TAR_DATA,   /* `data` is the next piece of it */
    WEFT__TAR_DONE,   /* that was all of it */
    WEFT__TAR_END,    /* of the archive; what follows is no part of it, and is swallowed */
    WEFT__TAR_BROKEN, /* `problem` says why; for good */
} weft__tar_event;

typedef enum weft__tar_kind { WEFT__TAR_FILE, WEFT__TAR_DIRECTORY, WEFT__TAR_OTHER } weft__tar_kind;

typedef struct weft__tar_entry {
    weft__tar_kind kind;
    uint32_t mode;                       /* permission bits: 0777 at most */
    uint64_t size;                       /* bytes of data that follow */
    char path[WEFT__TAR_MAX_PATH_BYTES]; /* as it stands there, NUL-terminated; not to be trusted */
} weft__tar_entry;

typedef struct weft__tar {
    uint8_t state;
    uint8_t zero_blocks;                /* in a row */
    bool is_pax;                        /* the extension being read is PAX's, else a long name */
    bool has_path, has_size, is_sparse; /* what extensions said of the entry to come */
    uint64_t size;                      /* by an extension */
    uint64_t left;                      /* of the content being read */
    uint32_t padding;                   /* that follows it */
    uint32_t block_len;
    uint32_t extension_len;
    const char *data; /* into the bytes given */
    size_t data_len;
    const char *problem; /* static */
    weft__tar_entry entry;
    char path[WEFT__TAR_MAX_PATH_BYTES]; /* by an extension */
    unsigned char block[WEFT__TAR_BLOCK_BYTES];
    char extension[WEFT__TAR_MAX_EXTENSION_BYTES];
} weft__tar;

void weft__tar_init(weft__tar *tar);
/* The next event of what begins at `bytes`; `*ret_used` of them are done with. */
weft__tar_event weft__tar_read(weft__tar *tar, const char *bytes, size_t len, size_t *ret_used);
/* Whether the archive may end here, without being cut off. */
bool weft__tar_may_end(const weft__tar *tar);

#endif
