#include "figures.h"

#include <stdlib.h>
#include <string.h>

#include "json/number.h"
#include "json/reader.h"

typedef struct measured {
    char row[48];
    char peer[24];
    double value;
    bool has_value;
} measured;

static void copy_text(char *text, size_t size, weft_json value)
{
    /* The quotes go; what is measured has names without escapes. */
    size_t len = value.len > 2 ? value.len - 2 : 0;

    if (len >= size)
        len = size - 1;
    memcpy(text, value.ptr + 1, len);
    text[len] = '\0';
}

static void take_member(measured *line, const weft__member *member)
{
    if (member->kind == WEFT__VALUE_STRING && weft__quoted_is(member->name, "row", 3))
        copy_text(line->row, sizeof(line->row), member->value);
    else if (member->kind == WEFT__VALUE_STRING && weft__quoted_is(member->name, "peer", 4))
        copy_text(line->peer, sizeof(line->peer), member->value);
    else if (member->kind == WEFT__VALUE_NUMBER && weft__quoted_is(member->name, "value", 5))
        line->has_value = weft__number_double(member->value, &line->value);
}

static bool read_line(const char *text, size_t len, measured *line)
{
    weft__reader reader;
    weft__member member;

    memset(line, 0, sizeof(*line));
    weft__reader_init(&reader, text, len);
    if (weft__reader_enter(&reader, WEFT__VALUE_OBJECT))
        while (weft__reader_member(&reader, &member))
            take_member(line, &member);
    return weft__reader_finish(&reader) && line->has_value && line->row[0] && line->peer[0];
}

const compare_figure *figures_find(const compare_figures *figures, const char *row, const char *peer)
{
    for (size_t i = 0; i < figures->count; i++)
        if (strcmp(figures->items[i].row, row) == 0 && strcmp(figures->items[i].peer, peer) == 0)
            return &figures->items[i];
    return NULL;
}

const compare_figure *figures_best(const compare_figures *figures, const char *row, const char *peer)
{
    const compare_figure *best = NULL;

    for (size_t i = 0; i < figures->count; i++) {
        const compare_figure *figure = &figures->items[i];

        if (strcmp(figure->row, row) == 0 && strncmp(figure->peer, peer, strlen(peer)) == 0 &&
            (!best || figure->median < best->median))
            best = figure;
    }
    return best;
}

static void add(compare_figures *figures, const measured *line)
{
    compare_figure *figure = (compare_figure *)(uintptr_t)figures_find(figures, line->row, line->peer);

    if (!figure) {
        if (figures->count == FIGURES_MAX)
            return;
        figure = &figures->items[figures->count++];
        memcpy(figure->row, line->row, sizeof(figure->row));
        memcpy(figure->peer, line->peer, sizeof(figure->peer));
    }
    if (figure->count < FIGURE_ROUNDS)
        figure->values[figure->count++] = line->value;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void work_out(compare_figure *figure)
{
    size_t middle = figure->count / 2;
    double range;

    qsort(figure->values, figure->count, sizeof(figure->values[0]), by_size);
    range = figure->values[figure->count - 1] - figure->values[0];
    figure->median =
        figure->count % 2 ? figure->values[middle] : (figure->values[middle - 1] + figure->values[middle]) / 2;
    figure->spread = figure->median > 0 ? range / 2 / figure->median : 0;
}

void figures_read(compare_figures *figures, FILE *file)
{
    char *text = NULL;
    size_t size = 0;
    ssize_t len;

    while ((len = getline(&text, &size, file)) > 0) {
        measured line;

        if (read_line(text, (size_t)len, &line))
            add(figures, &line);
    }
    free(text);
    for (size_t i = 0; i < figures->count; i++)
        work_out(&figures->items[i]);
}
