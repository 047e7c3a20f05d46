/* test/fuzz/replay.c - main() for a fuzz target built without libFuzzer: plays the empty input, then every file
 * of the corpus directory given as argument. A target reports a fault by ending the process, so an input that
 * is survived has passed. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The whole file in memory of exactly its size, so that AddressSanitizer sees one byte too many. */
static uint8_t *read_all(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = NULL;
    long size;

    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0 && (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0 &&
        (data = malloc(size > 0 ? (size_t)size : 1)) != NULL) {
        *ret_size = fread(data, 1, (size_t)size, file);
    }
    fclose(file);
    return data;
}

static int is_input(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* False when the file cannot be read. */
static int replay_file(const char *directory, const char *name)
{
    char path[4096];
    uint8_t *data;
    size_t size = 0;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    data = read_all(path, &size);
    if (!data) {
        printf("not ok %s: cannot be read\n", name);
        return 0;
    }
    printf("# %s\n", name); /* first, to know which one it was when the process ends here */
    LLVMFuzzerTestOneInput(data, size);
    printf("ok %s\n", name);
    free(data);
    return 1;
}

int main(int argc, char **argv)
{
    struct dirent **entries = NULL;
    int count, passed = 0, failed = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
    printf("ok the empty input\n");
    passed++;
    count = argc > 1 ? scandir(argv[1], &entries, is_input, alphasort) : 0;
    for (int i = 0; i < count; i++) {
        if (replay_file(argv[1], entries[i]->d_name))
            passed++;
        else
            failed++;
        free(entries[i]);
    }
    free(entries);
    printf("%d passed, %d failed\n", passed, failed);
    return failed ? 1 : 0;
}
