#include "fanout/report.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define FAIL(...) (snprintf(message, REPORT_MESSAGE_MAX, __VA_ARGS__), false)

bool report_check(const char *path, char message[REPORT_MESSAGE_MAX])
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

    if (fd < 0)
        return FAIL("cannot write %s: %s", path, strerror(errno));
    close(fd);
    return true;
}

static bool is_html(const char *path)
{
    size_t len = strlen(path);

    return len >= 5 && strcmp(path + len - 5, ".html") == 0;
}

bool report_write(const char *path, const fanout_figures *figures, char message[REPORT_MESSAGE_MAX])
{
    FILE *out = fopen(path, "we");
    bool made, written;
    int error;

    if (!out)
        return FAIL("cannot write %s: %s", path, strerror(errno));
    made = is_html(path) ? report_html(out, figures) : report_json(out, figures);
    errno = 0;
    written = fflush(out) == 0 && !ferror(out);
    error = errno;
    if (fclose(out) != 0 && written) {
        written = false;
        error = errno;
    }
    if (!made)
        return FAIL("cannot write %s: out of memory", path);
    return written || FAIL("cannot write %s: %s", path, error ? strerror(error) : "the disk may be full");
}
