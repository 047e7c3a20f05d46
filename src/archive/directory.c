#include "archive/directory.h"

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

bool weft__directory_init(weft__directory *directory, weft__heap *heap, const char *root, uint64_t seed)
{
    directory->root_fd = directory->parent_fd = directory->file_fd = -1;
    weft__random_init(&directory->random, seed);
    directory->root = weft__strdup(heap, root);
    return directory->root != NULL;
}

void weft__directory_deinit(weft__directory *directory, weft__heap *heap)
{
    weft__free(heap, directory->root);
    directory->root = NULL;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void discard(weft__directory *directory)
{
    if (directory->file_fd < 0)
        return;
    close_fd(&directory->file_fd);
    unlinkat(directory->parent_fd, directory->partial, 0);
}

void weft__directory_close(weft__directory *directory)
{
    discard(directory);
    close_fd(&directory->parent_fd);
    close_fd(&directory->root_fd);
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

/* Resolves `path` into directory->path, as text: "/a/./b/../c" is "a/c". */
static weft__directory_status resolve(weft__directory *directory, const char *path)
{
    char *to = directory->path;
    size_t len = 0;

    while (*path) {
        size_t part = strcspn(path, "/");

        if (part == 2 && memcmp(path, "..", 2) == 0) {
            ptrdiff_t shorter = without_last(to, len);

            if (shorter < 0)
                return WEFT__DIRECTORY_OUTSIDE;
            len = (size_t)shorter;
        } else if (part > 0 && !(part == 1 && *path == '.')) {
            if (len + 1 + part >= sizeof(directory->path)) {
                errno = ENAMETOOLONG;
                return WEFT__DIRECTORY_FAILED;
            }
            if (len > 0)
                to[len++] = '/';
            memcpy(to + len, path, part);
            len += part;
        }
        path += part + (path[part] == '/');
    }
    to[len] = '\0';
    return WEFT__DIRECTORY_OK;
}

weft__directory_status weft__directory_check(weft__directory *directory, const char *path)
{
    return resolve(directory, path);
}

/* ---- Directories ------------------------------------------------------------------------------------- */

/* Makes the directory itself and all above it. It is the caller's own: links in its path are followed. */
static bool make_root(const char *root)
{
    char path[WEFT__DIRECTORY_MAX_PATH_BYTES];
    size_t len = strlen(root);

    if (len >= sizeof(path)) {
        errno = ENAMETOOLONG;
        return false;
    }
    memcpy(path, root, len + 1);
    for (size_t i = 1; i <= len; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        path[i] = '\0';
        if (mkdir(path, DIRECTORY_MODE) != 0 && errno != EEXIST)
            return false;
        path[i] = root[i];
    }
    return true;
}

static bool open_root(weft__directory *directory)
{
    int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

    if (directory->root_fd >= 0)
        return true;
    directory->root_fd = open(directory->root, flags);
    if (directory->root_fd < 0 && errno == ENOENT && make_root(directory->root))
        directory->root_fd = open(directory->root, flags);
    return directory->root_fd >= 0;
}

/* The directory `name` in `parent_fd`, made if need be; -1 when it cannot be, or is a link. */
static int enter(weft__directory *directory, int parent_fd, const char *name)
{
    int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int fd = openat(parent_fd, name, flags);

    if (fd >= 0 || errno != ENOENT)
        return fd;
    if (mkdirat(parent_fd, name, DIRECTORY_MODE) == 0)
        directory->made++;
    else if (errno != EEXIST)
        return -1;
    return openat(parent_fd, name, flags);
}

/* Goes to the directory `path`, resolved and `len` long: "" is the directory itself. */
static bool go_to(weft__directory *directory, const char *path, size_t len)
{
    const char *end = path + len;
    int fd, next;

    if (!open_root(directory))
        return false;
    if (directory->parent_fd >= 0 && strlen(directory->parent_path) == len &&
        memcmp(directory->parent_path, path, len) == 0)
        return true;
    fd = fcntl(directory->root_fd, F_DUPFD_CLOEXEC, 0);
    while (fd >= 0 && path < end) {
        char name[WEFT__DIRECTORY_MAX_PATH_BYTES];
        size_t part = strcspn(path, "/");

        if (part > (size_t)(end - path))
            part = (size_t)(end - path);
        memcpy(name, path, part);
        name[part] = '\0';
        next = enter(directory, fd, name);
        close_fd(&fd);
        fd = next;
        path += part + (path + part < end);
    }
    if (fd < 0)
        return false;
    close_fd(&directory->parent_fd);
    directory->parent_fd = fd;
    memcpy(directory->parent_path, end - len, len);
    directory->parent_path[len] = '\0';
    return true;
}

weft__directory_status weft__directory_make(weft__directory *directory, const char *path)
{
    weft__directory_status status = resolve(directory, path);

    if (status == WEFT__DIRECTORY_OK && !go_to(directory, directory->path, strlen(directory->path)))
        status = WEFT__DIRECTORY_FAILED;
    return status;
}

/* ---- Files ------------------------------------------------------------------------------------------- */

static bool open_partial(weft__directory *directory, mode_t mode)
{
    for (int i = 0; i < NAME_TRIES; i++) {
        snprintf(directory->partial, sizeof(directory->partial), ".weft-%016" PRIx64 ".part",
                 weft__random_next(&directory->random));
        directory->file_fd = openat(directory->parent_fd, directory->partial,
                                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
        if (directory->file_fd >= 0)
            return true;
        if (errno != EEXIST)
            break;
    }
    return false;
}

/* A file that is replaced hands its mode on; one that is a directory cannot be replaced. */
static bool take_over_mode(weft__directory *directory)
{
    struct stat old;

    if (fstatat(directory->parent_fd, directory->name, &old, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT;
    if (S_ISDIR(old.st_mode)) {
        errno = EISDIR;
        return false;
    }
    return !S_ISREG(old.st_mode) || fchmod(directory->file_fd, old.st_mode & 0777) == 0;
}

weft__directory_status weft__directory_open(weft__directory *directory, const char *path, uint32_t mode)
{
    weft__directory_status status = resolve(directory, path);
    size_t len = strlen(directory->path);
    ptrdiff_t parent;

    if (status != WEFT__DIRECTORY_OK)
        return status;
    parent = without_last(directory->path, len);
    if (parent < 0)
        return WEFT__DIRECTORY_UNNAMED;
    directory->name = directory->path + (parent > 0 ? parent + 1 : 0);
    if (!go_to(directory, directory->path, (size_t)parent) || !open_partial(directory, (mode_t)(mode & 0777)))
        return WEFT__DIRECTORY_FAILED;
    if (!take_over_mode(directory)) {
        int reason = errno;

        discard(directory);
        errno = reason;
        return WEFT__DIRECTORY_FAILED;
    }
    return WEFT__DIRECTORY_OK;
}

bool weft__directory_write(weft__directory *directory, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(directory->file_fd, bytes, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

bool weft__directory_commit(weft__directory *directory)
{
    int fd = directory->file_fd;
    int reason;

    directory->file_fd = -1;
    if (close(fd) == 0 &&
        renameat(directory->parent_fd, directory->partial, directory->parent_fd, directory->name) == 0)
        return true;
    reason = errno;
    unlinkat(directory->parent_fd, directory->partial, 0);
    errno = reason;
    return false;
}
