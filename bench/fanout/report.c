#include "fanout/report.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FAIL(...) (snprintf(message, REPORT_MESSAGE_MAX, __VA_ARGS__), false)

bool report_check(const char *path, char message[REPORT_MESSAGE_MAX])
{
    int fd = open(path, O_WRONLY | O_CLOEXEC), error = errno;
    bool is_new = fd < 0 && error == ENOENT;

    if (is_new) {
        fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        error = errno;
    }
    if (fd < 0)
        return FAIL("cannot write %s: %s", path, strerror(error));
    close(fd);
    if (is_new)
        unlink(path); /* until there is something to put into it */
    return true;
}

static bool is_html(const char *path)
{
    size_t len = strlen(path);

    return len >= 5 && strcmp(path + len - 5, ".html") == 0;
}

/* The report's text, to be freed; NULL when out of memory. */
static char *render(const char *path, const fanout_figures *figures, size_t *ret_len)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, ret_len);
    bool made;

    if (!out)
        return NULL;
    made = (is_html(path) ? report_html(out, figures) : report_json(out, figures)) && !ferror(out);
    if (fclose(out) == 0 && made)
        return text;
    free(text);
    return NULL;
}

static bool write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t count = write(fd, text, len);

        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return false;
        text += count;
        len -= (size_t)count;
    }
    return true;
}

/* Writes `path` and closes it; `errno` says what went wrong. */
static bool write_and_close(int fd, const char *text, size_t len)
{
    bool written = fd >= 0 && write_all(fd, text, len);
    int error = errno;

    /* A file system may find out only now that it has no room. */
    if (fd >= 0 && close(fd) != 0 && written)
        return false;
    errno = error;
    return written;
}

/* In the place of `path` once it is whole, so that whoever ends the program meanwhile leaves the old one. */
static bool write_aside(const char *path, const char *text, size_t len)
{
    char aside[PATH_MAX + 32];
    struct stat old;
    int fd, error;

    snprintf(aside, sizeof(aside), "%s.%ld.part", path, (long)getpid());
    fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd >= 0 && stat(path, &old) == 0)
        fchmod(fd, old.st_mode & 0777);
    if (fd >= 0 && write_and_close(fd, text, len) && rename(aside, path) == 0)
        return true;
    error = errno;
    if (fd >= 0)
        unlink(aside);
    errno = error;
    return false;
}

/* Whether it is what /dev/stdout leads to: another file in its place would not be where the summary goes. */
static bool is_standard_stream(const struct stat *file)
{
    struct stat stream;

    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fstat(fd, &stream) == 0 && stream.st_dev == file->st_dev && stream.st_ino == file->st_ino)
            return true;
    return false;
}

/* Where a link leads, so that the link stays; `path` itself when it is new. False for what cannot be replaced. */
static bool find_file(const char *path, char ret_file[PATH_MAX])
{
    struct stat status;

    if (stat(path, &status) == 0)
        return S_ISREG(status.st_mode) && !is_standard_stream(&status) && realpath(path, ret_file);
    return snprintf(ret_file, PATH_MAX, "%s", path) < PATH_MAX;
}

/* Ctrl-C waits for the moment that this takes, and no part of a file stays behind. */
static bool write_aside_undisturbed(const char *path, const char *text, size_t len)
{
    sigset_t signals, before;
    bool written;
    int error;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    sigprocmask(SIG_BLOCK, &signals, &before);
    written = write_aside(path, text, len);
    error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return written;
}

static bool write_text(const char *path, const char *text, size_t len)
{
    char file[PATH_MAX];

    if (find_file(path, file)) {
        if (write_aside_undisturbed(file, text, len))
            return true;
        /* A file that may be written can lie in a directory that may not. */
        if (errno != EACCES && errno != EPERM && errno != EROFS)
            return false;
    }
    return write_and_close(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666), text, len);
}

bool report_write(const char *path, const fanout_figures *figures, char message[REPORT_MESSAGE_MAX])
{
    size_t len;
    char *text = render(path, figures, &len);
    bool written;
    int error;

    if (!text)
        return FAIL("cannot write %s: out of memory", path);
    written = write_text(path, text, len);
    error = errno;
    free(text);
    return written || FAIL("cannot write %s: %s", path, strerror(error));
}
