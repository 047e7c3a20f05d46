/* archive/directory.h - a directory to put files into, and never beside it.
 *
 * Paths come from strangers. They are resolved as text first, and refused when that leads outside; then
 * walked from open directory to open directory, none of them a link. All functions block on the disk, and ask
 * for no memory but in weft__directory_init; `errno` has the reason of WEFT__DIRECTORY_FAILED.
 */
#ifndef WEFT_ARCHIVE_DIRECTORY_H
#define WEFT_ARCHIVE_DIRECTORY_H

#include "base/memory.h"
#include "base/random.h"

enum { WEFT__DIRECTORY_MAX_PATH_BYTES = 4096 };

typedef enum weft__directory_status {
    WEFT__DIRECTORY_OK,
    WEFT__DIRECTORY_OUTSIDE, /* the path leads out of the directory */
    WEFT__DIRECTORY_UNNAMED, /* the path is the directory itself, which is no file */
    WEFT__DIRECTORY_FAILED,
} weft__directory_status;

typedef struct weft__directory {
    char *root;                                       /* owned */
    int root_fd;                                      /* -1 until something is put there */
    int parent_fd;                                    /* of the last file's directory, or -1 */
    int file_fd;                                      /* of the file being written, or -1 */
    uint64_t made;                                    /* directories, `root` and those above it not counted */
    weft__random random;                              /* for the names of incomplete files */
    char partial[48];                                 /* the file being written is called so until it is complete */
    const char *name;                                 /* its own, within `path` */
    char path[WEFT__DIRECTORY_MAX_PATH_BYTES];        /* resolved: no "." and "..", no slash at either end */
    char parent_path[WEFT__DIRECTORY_MAX_PATH_BYTES]; /* of `parent_fd` */
} weft__directory;

/* False when out of memory; harmless to deinit then. Nothing is made on the disk. */
bool weft__directory_init(weft__directory *directory, weft__heap *heap, const char *root, uint64_t seed);
/* After weft__directory_close. */
void weft__directory_deinit(weft__directory *directory, weft__heap *heap);

/* Whether `path` leads to within the directory. */
weft__directory_status weft__directory_check(weft__directory *directory, const char *path);
/* Makes a directory, and those above it, with mode 0750. One that is there stays as it is. */
weft__directory_status weft__directory_make(weft__directory *directory, const char *path);
/* Begins a file; `mode` less the umask is its mode, unless it replaces one, whose mode it takes over. */
weft__directory_status weft__directory_open(weft__directory *directory, const char *path, uint32_t mode);
bool weft__directory_write(weft__directory *directory, const char *bytes, size_t len);
/* The file is complete and gets its name. When it cannot, it is gone. */
bool weft__directory_commit(weft__directory *directory);
/* Closes everything; a file that is not complete is gone. */
void weft__directory_close(weft__directory *directory);

#endif
