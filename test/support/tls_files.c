#include "tls_server.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test.h"

static char directory[64];

static void remove_files(void)
{
    char command[128];

    snprintf(command, sizeof(command), "rm -rf %s", directory);
    if (*directory && system(command) != 0)
        fprintf(stderr, "%s is left behind\n", directory);
}

static bool make_files(void)
{
    char command[PATH_MAX];

    strcpy(directory, "/tmp/weft-tls-XXXXXX");
    if (!mkdtemp(directory)) {
        directory[0] = '\0';
        test_fail(__FILE__, __LINE__, "no directory for certificates");
        return false;
    }
    atexit(remove_files);
    snprintf(command, sizeof(command), "sh %s/test/support/certificates.sh %s >%s/log 2>&1", WEFT_SOURCE_ROOT,
             directory, directory);
    if (system(command) == 0)
        return true;
    snprintf(command, sizeof(command), "tail -n 5 %s/log", directory);
    if (system(command) == 0)
        fflush(stdout);
    test_fail(__FILE__, __LINE__, "certificates.sh failed; is openssl installed?");
    return false;
}

const char *tls_file(const char *name)
{
    static char paths[8][128];
    static unsigned next;
    static bool made, failed;

    if (!made) {
        failed = !make_files();
        made = true;
    }
    if (failed)
        return NULL;
    next = (next + 1) % 8;
    snprintf(paths[next], sizeof(paths[next]), "%s/%s", directory, name);
    return paths[next];
}

const char *tls_file_text(const char *name)
{
    static char texts[2][8192];
    static unsigned next;
    const char *path = tls_file(name);
    size_t len = 0;
    char *data = path ? test_read_file(path, &len) : NULL;

    next = (next + 1) % 2;
    texts[next][0] = '\0';
    if (!data || len >= sizeof(texts[next])) {
        test_fail(__FILE__, __LINE__, "cannot read %s", name);
    } else {
        memcpy(texts[next], data, len + 1);
        while (len > 0 && texts[next][len - 1] == '\n')
            texts[next][--len] = '\0';
    }
    free(data);
    return texts[next];
}
