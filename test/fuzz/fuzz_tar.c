/* A tar archive tells the same story at any split of its bytes; every piece of data lies within the bytes given, and
 * an entry has as much of it as it says. Tried twice: as it is, and with every block's checksum put right, for no
 * header with a wrong one gets far. */
#include "archive/tar.h"

#include <stdlib.h>
#include <string.h>

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* All that was told, mixed into one number. */
typedef struct story {
    weft__tar tar;
    uint64_t told;
    uint64_t left; /* of the entry's data */
    bool inside;
    bool over;
} story;

static void mix(story *all, const void *bytes, size_t len)
{
    const unsigned char *at = bytes;

    for (size_t i = 0; i < len; i++)
        all->told = (all->told ^ at[i]) * UINT64_C(0x100000001b3);
}

static void take(story *all, weft__tar_event event, const char *bytes, size_t len)
{
    const weft__tar *tar = &all->tar;

    switch (event) {
    case WEFT__TAR_ENTRY:
        require(!all->inside && tar->entry.mode <= 0777 && strlen(tar->entry.path) < WEFT__TAR_MAX_PATH_BYTES);
        mix(all, tar->entry.path, strlen(tar->entry.path) + 1);
        mix(all, &tar->entry.size, sizeof(tar->entry.size));
        all->left = tar->entry.size;
        all->inside = true;
        break;
    case WEFT__TAR_DATA:
        require(all->inside && tar->data_len > 0 && tar->data_len <= all->left);
        require(tar->data >= bytes && tar->data_len <= len - (size_t)(tar->data - bytes));
        mix(all, tar->data, tar->data_len);
        all->left -= tar->data_len;
        break;
    case WEFT__TAR_DONE:
        require(all->inside && all->left == 0);
        mix(all, "done", 4);
        all->inside = false;
        break;
    case WEFT__TAR_END:
        require(!all->inside && weft__tar_may_end(tar));
        mix(all, "end", 3);
        break;
    case WEFT__TAR_BROKEN:
        require(!all->inside && tar->problem);
        mix(all, tar->problem, strlen(tar->problem));
        all->over = true;
        break;
    case WEFT__TAR_MORE:
        break;
    }
}

static uint64_t tell(story *all, const char *bytes, size_t len, size_t piece)
{
    memset(all, 0, sizeof(*all));
    weft__tar_init(&all->tar);
    for (size_t at = 0; at < len && !all->over; at += piece) {
        const char *part = bytes + at;
        size_t left = len - at < piece ? len - at : piece, used;
        weft__tar_event event;

        do {
            event = weft__tar_read(&all->tar, part, left, &used);
            require(used <= left);
            take(all, event, part, left);
            part += used;
            left -= used;
        } while (event != WEFT__TAR_MORE && !all->over);
    }
    return all->told ^ (uint64_t)(all->over || weft__tar_may_end(&all->tar));
}

static void check_splits(const char *bytes, size_t len, size_t split)
{
    story *all = malloc(sizeof(*all));
    uint64_t whole;

    if (!all)
        return;
    whole = tell(all, bytes, len, len ? len : 1);
    require(tell(all, bytes, len, 1) == whole);
    require(tell(all, bytes, len, split) == whole);
    free(all);
}

static void put_checksums_right(char *bytes, size_t len)
{
    for (char *block = bytes; len >= 512; block += 512, len -= 512) {
        unsigned sum = 0;

        memset(block + 148, ' ', 8);
        for (int i = 0; i < 512; i++)
            sum += (unsigned char)block[i];
        for (int i = 5; i >= 0; i--, sum >>= 3)
            block[148 + i] = (char)('0' + (sum & 7));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    /* Exactly the bytes, so that a sanitizer sees a step past them. */
    char *bytes = calloc(1, size ? size : 1);

    if (!bytes)
        return 0;
    if (size)
        memcpy(bytes, data, size);
    check_splits(bytes, size, size ? (size_t)data[0] + 1 : 1);
    put_checksums_right(bytes, size);
    check_splits(bytes, size, size ? (size_t)data[size - 1] + 1 : 1);
    free(bytes);
    return 0;
}
