#include "client/place.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    DIRECTORY_MODE = 0750,
    NAME_TRIES = 8, /* for a name that no file has */
};

bool weft__place_init(weft__place *place, weft__heap *heap, const char *directory, uint64_t seed)
{
    place->root_fd = place->parent_fd = place->file_fd = -1;
    weft__random_init(&place->random, seed);
    place->directory = weft__strdup(heap, directory);
    return place->directory != NULL;
}

void weft__place_deinit(weft__place *place, weft__heap *heap)
{
    weft__free(heap, place->directory);
    place->directory = NULL;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void discard(weft__place *place)
{
    if (place->file_fd < 0)
        return;
    close_fd(&place->file_fd);
    unlinkat(place->parent_fd, place->partial, 0);
}

void weft__place_close(weft__place *place)
{
    discard(place);
    close_fd(&place->parent_fd);
    close_fd(&place->root_fd);
}

/* ---- Paths ------------------------------------------------------------------------------------------- */

/* Takes the last part off a resolved path; -1 when there is none. */
static ptrdiff_t without_last(const char *path, size_t len)
{
    if (len == 0)
        return -1;
    while (len > 0 && path[len - 1] != '/')
        len--;
    return len > 0 ? (ptrdiff_t)len - 1 : 0;
}

/* Resolves `path` into place->path, as text: "/a/./b/../c" is "a/c". */
static weft__place_status resolve(weft__place *place, const char *path)
{
    char *to = place->path;
    size_t len = 0;

    while (*path) {
        size_t part = strcspn(path, "/");

        if (part == 2 && memcmp(path, "..", 2) == 0) {
            ptrdiff_t shorter = without_last(to, len);

            if (shorter < 0)
                return WEFT__PLACE_OUTSIDE;
            len = (size_t)shorter;
        } else if (part > 0 && !(part == 1 && *path == '.')) {
            if (len + 1 + part >= sizeof(place->path)) {
                errno = ENAMETOOLONG;
                return WEFT__PLACE_FAILED;
            }
            if (len > 0)
                to[len++] = '/';
            memcpy(to + len, path, part);
            len += part;
        }
        path += part + (path[part] == '/');
    }
    to[len] = '\0';
    return WEFT__PLACE_OK;
}

weft__place_status weft__place_check(weft__place *place, const char *path)
{
    return resolve(place, path);
}

/* ---- Directories ------------------------------------------------------------------------------------- */

/* Makes the place itself and all above it. It is the caller's own: links in its path are followed. */
static bool make_root(const char *directory)
{
    char path[WEFT__PLACE_MAX_PATH_BYTES];
    size_t len = strlen(directory);

    if (len >= sizeof(path)) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(path, directory, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        path[i] = '\0';
        if (mkdir(path, DIRECTORY_MODE) != 0 && errno != EEXIST)
            return false;
        path[i] = directory[i];
    }
    return true;
}

static bool open_root(weft__place *place)
{
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

    if (place->root_fd >= 0)
        return true;
    place->root_fd = open(place->directory, flags);
    if (place->root_fd < 0 && errno == ENOENT && make_root(place->directory))
        place->root_fd = open(place->directory, flags);
    return place->root_fd >= 0;
}

/* The directory `name` in `parent_fd`, made if need be; -1 when it cannot be, or is a link. */
static int enter(weft__place *place, int parent_fd, const char *name)
{
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(parent_fd, name, flags);

    if (fd >= 0 || errno != ENOENT)
        return fd;
    if (mkdirat(parent_fd, name, DIRECTORY_MODE) == 0)
        place->made++;
    else if (errno != EEXIST)
        return -1;
    return openat(parent_fd, name, flags);
}

/* Goes to the directory `path`, resolved and `len` long: "" is the place itself. */
static bool go_to(weft__place *place, const char *path, size_t len)
{
    const char *end = path + len;
    int fd, next;

    if (!open_root(place))
        return false;
    if (place->parent_fd >= 0 && strlen(place->parent_path) == len && memcmp(place->parent_path, path, len) == 0)
        return true;
    fd = fcntl(place->root_fd, F_DUPFD_CLOEXEC, 0);
    while (fd >= 0 && path < end) {
        char name[WEFT__PLACE_MAX_PATH_BYTES];
        size_t part = strcspn(path, "/");

        if (part > (size_t)(end - path))
            part = (size_t)(end - path);
        memcpy(name, path, part);
        name[part] = '\0';
        next = enter(place, fd, name);
        close_fd(&fd);
        fd = next;
        path += part + (path + part < end);
    }
    if (fd < 0)
        return false;
    close_fd(&place->parent_fd);
    place->parent_fd = fd;
    memcpy(place->parent_path, end - len, len);
    place->parent_path[len] = '\0';
    return true;
}

weft__place_status weft__place_make_directory(weft__place *place, const char *path)
{
    weft__place_status status = resolve(place, path);

    if (status == WEFT__PLACE_OK && !go_to(place, place->path, strlen(place->path)))
        status = WEFT__PLACE_FAILED;
    return status;
}

/* ---- Files ------------------------------------------------------------------------------------------- */

static bool open_partial(weft__place *place, mode_t mode)
{
    for (int i = 0; i < NAME_TRIES; i++) {
        snprintf(place->partial, sizeof(place->partial), ".weft-%016" PRIx64 ".part",
                 weft__random_next(&place->random));
        place->file_fd =
            openat(place->parent_fd, place->partial, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (place->file_fd >= 0)
            return true;
        if (errno != EEXIST)
            break;
    }
    return false;
}

/* A file that is replaced hands its mode on; one that is a directory cannot be replaced. */
static bool take_over_mode(weft__place *place)
{
    struct stat old;

    if (fstatat(place->parent_fd, place->name, &old, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT;
    if (S_ISDIR(old.st_mode)) {
        errno = EISDIR;
        return false;
    }
    return !S_ISREG(old.st_mode) || fchmod(place->file_fd, old.st_mode & 0777) == 0;
}

weft__place_status weft__place_open(weft__place *place, const char *path, uint32_t mode)
{
    weft__place_status status = resolve(place, path);
    size_t len = strlen(place->path);
    ptrdiff_t parent;

    if (status != WEFT__PLACE_OK)
        return status;
    parent = without_last(place->path, len);
    if (parent < 0)
        return WEFT__PLACE_UNNAMED;
    place->name = place->path + (parent > 0 ? parent + 1 : 0);
    if (!go_to(place, place->path, (size_t)parent) || !open_partial(place, (mode_t)(mode & 0777)))
        return WEFT__PLACE_FAILED;
    if (!take_over_mode(place)) {
        int reason = errno;

        discard(place);
        errno = reason;
        return WEFT__PLACE_FAILED;
    }
    return WEFT__PLACE_OK;
}

bool weft__place_write(weft__place *place, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(place->file_fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

bool weft__place_commit(weft__place *place)
{
    int fd = place->file_fd;
    int reason;

    place->file_fd = -1;
    if (close(fd) == 0 && renameat(place->parent_fd, place->partial, place->parent_fd, place->name) == 0)
        return true;
    reason = errno;
    unlinkat(place->parent_fd, place->partial, 0);
    errno = reason;
    return false;
}
