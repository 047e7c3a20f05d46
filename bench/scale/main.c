/* scale/main.c - weft-scale ROW COUNT: measures one row at one number, and says so in a line of JSON. */
#include "scale.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static scale_row *rows;

void scale_register(scale_row *row)
{
    scale_row **place = &rows;

    while (*place && strcmp((*place)->name, row->name) < 0)
        place = &(*place)->next;
    row->next = *place;
    *place = row;
}

void scale_fail(const char *format, ...)
{
    va_list args;

    fputs("weft-scale: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(2);
}

static void list(void)
{
    for (const scale_row *row = rows; row; row = row->next)
        printf("%s\t%zu\t%s\n", row->name, row->most, row->what);
}

static void print_figure(const char *name, double value)
{
    if (value >= 0)
        printf(",\"%s\":%.3f", name, value);
}

static void measure(const scale_row *row, size_t count)
{
    scale_figures figures = {-1, -1, -1, -1, -1, -1};

    row->measure(count, &figures);
    printf("{\"row\":\"%s\",\"count\":%zu", row->name, count);
    print_figure("each_ns", figures.each_ns);
    print_figure("inside_ms", figures.inside_ms);
    print_figure("turn_ms", figures.turn_ms);
    print_figure("late_ms", figures.late_ms);
    print_figure("bytes", figures.bytes);
    print_figure("share_percent", figures.share_percent);
    printf("}\n");
}

int main(int argc, char **argv)
{
    const scale_row *row = rows;
    size_t count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;

    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        list();
        return 0;
    }
    if (count == 0)
        scale_fail("usage: weft-scale --list | weft-scale ROW COUNT");
    while (row && strcmp(row->name, argv[1]) != 0)
        row = row->next;
    if (!row)
        scale_fail("there is no row %s", argv[1]);
    measure(row, count);
    return 0;
}
