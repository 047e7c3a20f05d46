#include "json/path.h"

#include <stdio.h>
#include <string.h>

#include "base/assert.h"

static const char cut_mark[] = "...";

static void prepend(weft__codec_error *error, const char *part, size_t len)
{
    const size_t room = sizeof(error->path) - sizeof(cut_mark), path_len = strlen(error->path);
    const bool dot = path_len && error->path[0] != '[';

    if (strncmp(error->path, cut_mark, sizeof(cut_mark) - 1) == 0)
        return; /* full before: the innermost parts are worth the most */
    if (len + dot + path_len > room) {
        part = cut_mark;
        len = sizeof(cut_mark) - 1;
    }
    WEFT__ASSERT(len + dot + path_len < sizeof(error->path));
    memmove(error->path + len + dot, error->path, path_len + 1);
    if (dot)
        error->path[len] = '.';
    memcpy(error->path, part, len);
}

void weft__path_prepend_name(weft__codec_error *error, const char *name, size_t len)
{
    prepend(error, name, len);
}

void weft__path_prepend_index(weft__codec_error *error, size_t index)
{
    char text[32];
    int len = snprintf(text, sizeof(text), "[%zu]", index);

    prepend(error, text, (size_t)len);
}

void weft__path_finish(weft__codec_error *error)
{
    if (!error->path[0])
        snprintf(error->path, sizeof(error->path), "the document");
}
