/* client/place.h - a directory to put files into, and never beside it.
 *
 * Paths come from strangers. They are resolved as text first, and refused when that leads outside; then
 * walked from open directory to open directory, none of them a link. All functions block on the disk, and ask
 * for no memory but in weft__place_init; `errno` has the reason of WEFT__PLACE_FAILED.
 */
#ifndef WEFT_CLIENT_PLACE_H
#define WEFT_CLIENT_PLACE_H

#include "base/memory.h"
#include "base/random.h"

enum { WEFT__PLACE_MAX_PATH_BYTES = 4096 };

typedef enum weft__place_status {
    WEFT__PLACE_OK,
    WEFT__PLACE_OUTSIDE, /* the path leads out of the directory */
    WEFT__PLACE_UNNAMED, /* the path is the directory itself, which is no file */
    WEFT__PLACE_FAILED,
} weft__place_status;

typedef struct weft__place {
    char *directory;                              /* owned */
    int root_fd;                                  /* -1 until something is put there */
    int parent_fd;                                /* of the last file's directory, or -1 */
    int file_fd;                                  /* of the file being written, or -1 */
    uint64_t made;                                /* directories, `directory` and those above it not counted */
    weft__random random;                          /* for the names of incomplete files */
    char partial[48];                             /* the file being written is called so until it is complete */
    const char *name;                             /* its own, within `path` */
    char path[WEFT__PLACE_MAX_PATH_BYTES];        /* resolved: no "." and "..", no slash at either end */
    char parent_path[WEFT__PLACE_MAX_PATH_BYTES]; /* of `parent_fd` */
} weft__place;

/* False when out of memory; harmless to deinit then. Nothing is made on the disk. */
bool weft__place_init(weft__place *place, weft__heap *heap, const char *directory, uint64_t seed);
/* After weft__place_close. */
void weft__place_deinit(weft__place *place, weft__heap *heap);

/* Whether `path` leads to within the directory. */
weft__place_status weft__place_check(weft__place *place, const char *path);
/* Makes a directory, and those above it, with mode 0750. One that is there stays as it is. */
weft__place_status weft__place_make_directory(weft__place *place, const char *path);
/* Begins a file; `mode` less the umask is its mode, unless it replaces one, whose mode it takes over. */
weft__place_status weft__place_open(weft__place *place, const char *path, uint32_t mode);
bool weft__place_write(weft__place *place, const char *bytes, size_t len);
/* The file is complete and gets its name. When it cannot, it is gone. */
bool weft__place_commit(weft__place *place);
/* Closes everything; a file that is not complete is gone. */
void weft__place_close(weft__place *place);

#endif
