#include "fanout/chart.h"

#include <math.h>

enum { WIDTH = 640, HEIGHT = 260, LEFT = 62, RIGHT = 14, TOP = 10, BOTTOM = 40, TICKS_ABOUT = 5 };

double chart_percentile(double percent)
{
    return percent < 100 ? -log10(1 - percent / 100) : 6;
}

/* ---- Scales ---- */

static double along(const chart_axis *axis, double value)
{
    if (axis->logarithmic)
        return (log10(fmax(value, axis->min)) - log10(axis->min)) / (log10(axis->max) - log10(axis->min));
    return (value - axis->min) / (axis->max - axis->min);
}

static double x_of(const fanout_chart *chart, double value)
{
    return LEFT + along(&chart->x, value) * (WIDTH - LEFT - RIGHT);
}

static double y_of(const fanout_chart *chart, double value)
{
    return HEIGHT - BOTTOM - along(&chart->y, value) * (HEIGHT - TOP - BOTTOM);
}

static void fit_axis(chart_axis *axis, const fanout_chart *chart, bool horizontal)
{
    double low = INFINITY, high = -INFINITY;

    if (axis->min != 0 || axis->max != 0)
        return;
    for (size_t i = 0; i < chart->line_count; i++)
        for (size_t j = 0; j < chart->lines[i].count; j++) {
            chart_point point = chart->lines[i].points[j];
            double value = horizontal ? point.x : point.y;

            if (axis->logarithmic && value <= 0)
                continue;
            low = fmin(low, value);
            high = fmax(high, value);
        }
    if (!(high > 0))
        high = 1;
    if (axis->logarithmic) {
        axis->min = isfinite(low) ? low / 1.1 : high / 10;
        axis->max = high * 1.1;
    } else {
        axis->min = 0;
        axis->max = horizontal ? high : high * 1.06;
    }
}

/* ---- Ticks ---- */

static void letter_number(char text[32], double value, const char *unit)
{
    static const char *const thousands[] = {"", "k", "M", "G"};
    size_t power = 0;

    while (value >= 1000 && power < 3) {
        value /= 1000;
        power++;
    }
    snprintf(text, 32, "%.4g%s%s", value, thousands[power], unit);
}

static void letter_duration(char text[32], double ns)
{
    if (ns == 0)
        snprintf(text, 32, "0");
    else if (ns < 1e6)
        snprintf(text, 32, "%.4g \xC2\xB5s", ns / 1e3);
    else if (ns < 1e9)
        snprintf(text, 32, "%.4g ms", ns / 1e6);
    else
        snprintf(text, 32, "%.4g s", ns / 1e9);
}

static void letter(char text[32], chart_unit unit, double value)
{
    switch (unit) {
    case CHART_NUMBER:
        letter_number(text, value, "");
        break;
    case CHART_SECONDS:
        snprintf(text, 32, "%.4g s", value);
        break;
    case CHART_NANOSECONDS:
        letter_duration(text, value);
        break;
    case CHART_PERCENTILE:
        snprintf(text, 32, "%.6g", 100 - 100 * pow(10, -value));
        break;
    }
}

static void write_tick(FILE *out, const fanout_chart *chart, const chart_axis *axis, double value)
{
    bool horizontal = axis == &chart->x;
    char text[32];

    letter(text, axis->unit, value);
    if (horizontal)
        fprintf(out,
                "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                x_of(chart, value), x_of(chart, value), TOP, HEIGHT - BOTTOM, x_of(chart, value), HEIGHT - BOTTOM + 15,
                text);
    else
        fprintf(out,
                "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                LEFT, WIDTH - RIGHT, y_of(chart, value), y_of(chart, value), LEFT - 6, y_of(chart, value) + 4, text);
}

/* 1, 2 or 5 times a power of ten, so that about TICKS_ABOUT of them make up `span`. */
static double round_step(double span)
{
    double raw = span / TICKS_ABOUT, power = pow(10, floor(log10(raw)));

    return raw / power < 1.5 ? power : raw / power < 3.5 ? 2 * power : raw / power < 7.5 ? 5 * power : 10 * power;
}

static void write_linear_ticks(FILE *out, const fanout_chart *chart, const chart_axis *axis)
{
    double step = round_step(axis->max - axis->min);

    for (double at = ceil(axis->min / step); at * step <= axis->max * (1 + 1e-9); at++)
        write_tick(out, chart, axis, at * step);
}

/* In a narrow range there are few such round numbers, or none; even steps do as well there as on any axis. */
static void write_log_ticks(FILE *out, const fanout_chart *chart, const chart_axis *axis)
{
    static const double few[] = {1}, some[] = {1, 3}, many[] = {1, 2, 3, 5, 7};
    double decades = log10(axis->max / axis->min);
    const double *digits = decades > 4 ? few : decades > 1.2 ? some : many;
    size_t count = decades > 4 ? 1 : decades > 1.2 ? 2 : 5;

    if (decades < 0.7) {
        write_linear_ticks(out, chart, axis);
        return;
    }
    for (int power = (int)floor(log10(axis->min)); power <= (int)ceil(log10(axis->max)); power++)
        for (size_t i = 0; i < count; i++) {
            double value = digits[i] * pow(10, power);

            if (value >= axis->min && value <= axis->max)
                write_tick(out, chart, axis, value);
        }
}

static void write_percentile_ticks(FILE *out, const fanout_chart *chart, const chart_axis *axis)
{
    static const double percents[] = {0, 50, 75, 90, 99, 99.9, 99.99, 99.999};

    for (size_t i = 0; i < sizeof(percents) / sizeof(percents[0]); i++)
        if (chart_percentile(percents[i]) <= axis->max + 1e-9)
            write_tick(out, chart, axis, chart_percentile(percents[i]));
}

static void write_ticks(FILE *out, const fanout_chart *chart, const chart_axis *axis)
{
    if (axis->unit == CHART_PERCENTILE)
        write_percentile_ticks(out, chart, axis);
    else if (axis->logarithmic)
        write_log_ticks(out, chart, axis);
    else
        write_linear_ticks(out, chart, axis);
}

/* ---- Lines ---- */

/* Ends a stretch at `x`, where its last value no longer holds. */
static void end_stretch(FILE *out, const chart_line *line, double x, double floor_y, bool closed)
{
    if (line->stepped)
        fprintf(out, "H%.1f", x);
    if (closed)
        fprintf(out, "V%.1fZ", floor_y);
}

static void write_path(FILE *out, const fanout_chart *chart, const chart_line *line, bool closed)
{
    double floor_y = y_of(chart, chart->y.min);
    bool drawing = false;

    for (size_t i = 0; i < line->count; i++) {
        double x = x_of(chart, line->points[i].x), y = y_of(chart, line->points[i].y);
        bool known = !isnan(line->points[i].y);

        if (!known && drawing)
            end_stretch(out, line, x, floor_y, closed);
        else if (known && !drawing && closed)
            fprintf(out, "M%.1f %.1fL%.1f %.1f", x, floor_y, x, y);
        else if (known && !drawing)
            fprintf(out, "M%.1f %.1f", x, y);
        else if (known && line->stepped)
            fprintf(out, "H%.1fV%.1f", x, y);
        else if (known)
            fprintf(out, "L%.1f %.1f", x, y);
        drawing = known;
    }
    if (closed && drawing)
        fprintf(out, "V%.1fZ", floor_y);
}

static void write_line(FILE *out, const fanout_chart *chart, const chart_line *line)
{
    if (line->count == 0)
        return;
    if (line->filled) {
        fprintf(out, "<path class=\"area %s\" d=\"", line->color);
        write_path(out, chart, line, true);
        fputs("\"/>\n", out);
    }
    fprintf(out, "<path class=\"line %s%s\" d=\"", line->color, line->dashed ? " dashed" : "");
    write_path(out, chart, line, false);
    fputs("\"/>\n", out);
}

static void write_legend(FILE *out, const fanout_chart *chart)
{
    fputs("<div class=\"legend\">", out);
    for (size_t i = 0; i < chart->line_count; i++)
        if (chart->lines[i].count)
            fprintf(out, "<span><i class=\"key %s%s\"></i>%s</span>", chart->lines[i].color,
                    chart->lines[i].dashed ? " dashed" : "", chart->lines[i].name);
    fputs("</div>\n", out);
}

void chart_write(FILE *out, const fanout_chart *chart)
{
    struct fanout_chart fitted = *chart;

    fit_axis(&fitted.x, chart, true);
    fit_axis(&fitted.y, chart, false);
    fprintf(out, "<figure><figcaption><h2>%s</h2>", chart->title);
    if (chart->note)
        fprintf(out, "<p>%s</p>", chart->note);
    fputs("</figcaption>\n", out);
    write_legend(out, &fitted);
    fprintf(out, "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n", WIDTH, HEIGHT, chart->title);
    write_ticks(out, &fitted, &fitted.y);
    write_ticks(out, &fitted, &fitted.x);
    fprintf(out, "<line class=\"axis\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n", LEFT, WIDTH - RIGHT,
            HEIGHT - BOTTOM, HEIGHT - BOTTOM);
    for (size_t i = 0; i < chart->line_count; i++)
        write_line(out, &fitted, &chart->lines[i]);
    fprintf(out, "<text class=\"label\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>\n", WIDTH - RIGHT, HEIGHT - 6,
            chart->x.label);
    fputs("</svg></figure>\n", out);
}
