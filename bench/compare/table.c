/* compare/table.c - the measured lines as a table for people, and as JSON for programs.
 *
 *     compare-table LINES JSON
 */
#include <string.h>

#include "figures.h"
#include "json/writer.h"
#include "rows.h"

/* Of a peer that is further off than its own median, "x times" says nothing. */
static const double spread_max = 1;

static compare_figures figures;
static weft__writer writer;
static size_t judged, met;

static void name(const char *text)
{
    weft__write_name(&writer, text, strlen(text));
}

/* Appends a verdict to the line at hand and to the JSON. */
static void judge(double figure, double most)
{
    bool good = figure <= most;

    judged++;
    met += good;
    printf("  %8.2f  %s", most, good ? "met" : "MISSED");
    name("at_most");
    weft__write_double(&writer, most);
    name("met");
    weft__write_bool(&writer, good);
}

static void write_figure(const compare_figure *figure, double scale)
{
    name("peer");
    weft__write_text(&writer, figure->peer);
    name("median");
    weft__write_double(&writer, figure->median * scale);
    name("spread");
    weft__write_double(&writer, figure->spread);
    name("rounds");
    weft__write_array(&writer);
    for (size_t i = 0; i < figure->count; i++)
        weft__write_double(&writer, figure->values[i] * scale);
    weft__write_array_end(&writer);
}

/* The limit that this peer sets for weft; 0 = none. Of several that fit the same limit only the best sets it. */
static double factor_by(const row_spec *row, const compare_figure *figure)
{
    for (int i = 0; i < ROW_LIMITS && row->limits[i].peer; i++)
        if (figures_best(&figures, row->key, row->limits[i].peer) == figure)
            return row->limits[i].factor;
    return 0;
}

static void print_value(const row_spec *row, const compare_figure *figure)
{
    char spread[16] = "";

    if (figure->count > 1)
        snprintf(spread, sizeof(spread), "+-%.0f%%", figure->spread * 100);
    printf("    %-12s %10.2f %-5s %-6s", figure->peer, figure->median * row->scale, row->unit, spread);
}

static void show_weft(const row_spec *row, const compare_figure *weft)
{
    const compare_figure *base = row->flat ? figures_find(&figures, row->flat, "weft") : NULL;

    print_value(row, weft);
    weft__write_object(&writer);
    write_figure(weft, row->scale);
    if (row->most >= 0) {
        printf("  %14s", "");
        judge(weft->median * row->scale, row->most);
    } else if (base && base->median > 0) {
        printf("  %14.2f", weft->median / base->median);
        judge(weft->median / base->median, row->flat_factor);
        printf(", of %s", row->flat);
    }
    weft__write_object_end(&writer);
    printf("\n");
}

static void show_peer(const row_spec *row, const compare_figure *figure, const compare_figure *weft)
{
    double factor = factor_by(row, figure);

    print_value(row, figure);
    weft__write_object(&writer);
    write_figure(figure, row->scale);
    if (weft && figure->spread > spread_max) {
        printf("  %14s", "-");
        if (factor > 0)
            printf("  %8.2f  not judged: the peer is too unsteady", factor);
    } else if (weft && figure->median > 0) {
        printf("  %14.2f", weft->median / figure->median);
        name("weft_is");
        weft__write_double(&writer, weft->median / figure->median);
        if (factor > 0)
            judge(weft->median / figure->median, factor);
    }
    weft__write_object_end(&writer);
    printf("\n");
}

static void show_row(const row_spec *row)
{
    const compare_figure *weft = figures_find(&figures, row->key, "weft");

    if (!figures_best(&figures, row->key, ""))
        return;
    printf("%s\n", row->title);
    weft__write_object(&writer);
    name("row");
    weft__write_text(&writer, row->key);
    name("title");
    weft__write_text(&writer, row->title);
    name("unit");
    weft__write_text(&writer, row->unit);
    name("peers");
    weft__write_array(&writer);
    if (weft)
        show_weft(row, weft);
    for (size_t i = 0; i < figures.count; i++)
        if (strcmp(figures.items[i].row, row->key) == 0 && &figures.items[i] != weft)
            show_peer(row, &figures.items[i], weft);
    weft__write_array_end(&writer);
    weft__write_object_end(&writer);
}

static bool save(const weft__buffer *out, const char *path)
{
    FILE *file = fopen(path, "w");
    bool good = file && fwrite(out->data, 1, out->len, file) == out->len && fputc('\n', file) != EOF;

    if (file && fclose(file) != 0)
        good = false;
    return good && !out->failed;
}

int main(int argc, char **argv)
{
    FILE *lines = argc == 3 ? fopen(argv[1], "r") : NULL;
    weft__heap heap;
    weft__buffer out;
    bool saved;

    if (!lines) {
        fprintf(stderr, "usage: compare-table LINES JSON\n");
        return 2;
    }
    figures_read(&figures, lines);
    fclose(lines);
    weft__heap_init(&heap, NULL);
    weft__buffer_init(&out, &heap, 1 << 24);
    weft__writer_init(&writer, &out);
    printf("\n%-16s %10s %-12s  %14s  %8s\n", "", "median", "      spread", "weft is, times", "at most");
    weft__write_array(&writer);
    for (size_t i = 0; i < rows_count; i++)
        show_row(&rows[i]);
    weft__write_array_end(&writer);
    if (judged)
        printf("\n%zu of %zu targets are met.\n", met, judged);
    saved = save(&out, argv[2]);
    if (!saved)
        perror(argv[2]);
    weft__buffer_deinit(&out);
    weft__heap_deinit(&heap);
    return saved ? 0 : 2;
}
