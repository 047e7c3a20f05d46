/* sim_skillbox_tar.c - lists of files, and tar.gz archives of them, written without a library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim_skillbox.h"

enum { BLOCK = 512, STORED_MAX = 65535 };

/* ---- Files by path ----------------------------------------------------------------------------------- */

static void text_free(skillbox_text *text)
{
    free(text->path);
    free(text->bytes);
    free(text);
}

void skillbox_texts_free(skillbox_text *texts)
{
    while (texts) {
        skillbox_text *next = texts->next;

        text_free(texts);
        texts = next;
    }
}

static char *copy_of(const char *bytes, size_t len)
{
    char *copy = malloc(len + 1);

    if (!copy)
        return NULL;
    if (len > 0)
        memcpy(copy, bytes, len);
    copy[len] = '\0';
    return copy;
}

bool skillbox_texts_put(skillbox_text **texts, const char *path, size_t path_len, const char *bytes, size_t len)
{
    skillbox_text *text = calloc(1, sizeof(*text));

    if (!text)
        return false;
    text->path = copy_of(path, path_len);
    text->bytes = copy_of(bytes, len);
    text->len = len;
    if (!text->path || !text->bytes) {
        text_free(text);
        return false;
    }
    while (*texts && strcmp((*texts)->path, text->path) != 0)
        texts = &(*texts)->next;
    if (*texts) {
        text->next = (*texts)->next;
        text_free(*texts);
    }
    *texts = text;
    return true;
}

const skillbox_text *skillbox_texts_find(const skillbox_text *texts, const char *path)
{
    while (texts && strcmp(texts->path, path) != 0)
        texts = texts->next;
    return texts;
}

/* ---- tar --------------------------------------------------------------------------------------------- */

static void append_padded(weft__buffer *out, const char *bytes, size_t len)
{
    static const char zeros[BLOCK];

    weft__buffer_append(out, bytes, len);
    weft__buffer_append(out, zeros, (BLOCK - len % BLOCK) % BLOCK);
}

static void append_file(weft__buffer *out, const skillbox_text *text)
{
    char header[BLOCK] = {0};
    unsigned sum = 0;

    snprintf(header, 100, "%.99s", text->path);
    memcpy(header + 100, "0000600\0000000000\0000000000", 24);
    snprintf(header + 124, 12, "%011o", (unsigned)text->len);
    memcpy(header + 136, "00000000000", 11);
    header[156] = '0';
    memcpy(header + 257, "ustar\00000", 8);
    memset(header + 148, ' ', 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    append_padded(out, header, BLOCK);
    append_padded(out, text->bytes, text->len);
}

/* ---- gzip, of blocks that are not compressed ---------------------------------------------------------- */

static uint32_t crc_of(const char *bytes, size_t len)
{
    uint32_t crc = 0xffffffff;

    for (size_t i = 0; i < len; i++) {
        crc ^= (unsigned char)bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0xedb88320 & (0 - (crc & 1)));
    }
    return ~crc;
}

static void append_number(weft__buffer *out, uint32_t number, int bytes)
{
    for (int i = 0; i < bytes; i++)
        weft__buffer_append_char(out, (char)(number >> 8 * i & 0xff));
}

static void append_gzip(weft__buffer *out, const char *bytes, size_t len)
{
    static const char header[10] = {0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0, 0, 3};
    size_t at = 0;

    weft__buffer_append(out, header, sizeof(header));
    do {
        uint32_t part = (uint32_t)(len - at < STORED_MAX ? len - at : STORED_MAX);

        weft__buffer_append_char(out, at + part == len);
        append_number(out, part, 2);
        append_number(out, ~part & 0xffff, 2);
        weft__buffer_append(out, bytes + at, part);
        at += part;
    } while (at < len);
    append_number(out, crc_of(bytes, len), 4);
    append_number(out, (uint32_t)len, 4);
}

void skillbox_write_tar_gz(weft__buffer *out, const skillbox_text *texts)
{
    static const char end[2 * BLOCK];
    weft__buffer tar;

    weft__buffer_init(&tar, out->heap, SIZE_MAX);
    for (; texts; texts = texts->next)
        append_file(&tar, texts);
    weft__buffer_append(&tar, end, sizeof(end));
    if (tar.failed)
        out->failed = true;
    else
        append_gzip(out, tar.data, tar.len);
    weft__buffer_deinit(&tar);
}
