#include "test.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static weft_test *first, **last = &first;
static const weft_test *running;
static bool failed, skipped;

void test_register(weft_test *test)
{
    *last = test;
    last = &test->next;
}

void test_fail(const char *file, int line, const char *format, ...)
{
    va_list args;

    failed = true;
    printf("# %s:%d: ", file, line);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

void test_skipped(const char *format, ...)
{
    va_list args;

    skipped = true;
    printf("# skipped: %s: ", running->name);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf("\n");
}

bool test_is_slow(void)
{
    return getenv("WEFT_TEST_SLOW") != NULL;
}

const char *test_shared_path(const char *path)
{
    static char full[1024];
    const char *shared = getenv("WEFT_SHARED");

    snprintf(full, sizeof(full), "%s/%s", shared ? shared : WEFT_SOURCE_ROOT "/../shared", path);
    return access(full, R_OK) == 0 ? full : NULL;
}

const char *test_vector_path(const char *path)
{
    static char full[1024];

    snprintf(full, sizeof(full), "%s/test/vectors/%s", WEFT_SOURCE_ROOT, path);
    return full;
}

const char *test_source_path(const char *path)
{
    static char full[1024];

    snprintf(full, sizeof(full), "%s/%s", WEFT_SOURCE_ROOT, path);
    return full;
}

char *test_read_file(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "rb");
    char *data = NULL;
    long size;

    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0)
        goto done;
    data = malloc((size_t)size + 1);
    if (data && fread(data, 1, (size_t)size, file) != (size_t)size) {
        free(data);
        data = NULL;
        goto done;
    }
    if (data) {
        data[size] = '\0';
        *ret_len = (size_t)size;
    }
done:
    fclose(file);
    return data;
}

static bool wanted(const weft_test *test, int argc, char **argv)
{
    if (argc < 2)
        return true;
    for (int i = 1; i < argc; i++)
        if (strstr(test->name, argv[i]))
            return true;
    return false;
}

int main(int argc, char **argv)
{
    int passed_count = 0, failed_count = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (weft_test *test = first; test; test = test->next)
            printf("%s\n", test->name);
        return 0;
    }
    for (weft_test *test = first; test; test = test->next) {
        if (!wanted(test, argc, argv))
            continue;
        failed = skipped = false;
        running = test;
        test->run();
        if (skipped && !failed)
            continue;
        printf("%s %s\n", failed ? "not ok" : "ok", test->name);
        *(failed ? &failed_count : &passed_count) += 1;
    }
    printf("%d passed, %d failed\n", passed_count, failed_count);
    return failed_count ? 1 : 0;
}
