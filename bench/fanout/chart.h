/* fanout/chart.h - a plot as inline SVG, coloured by the page's style sheet. */
#ifndef FANOUT_CHART_H
#define FANOUT_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* What an axis counts; it decides how its ticks are lettered. */
typedef enum chart_unit {
    CHART_NUMBER,
    CHART_SECONDS,     /* points in time */
    CHART_NANOSECONDS, /* durations */
    CHART_PERCENTILE   /* chart_percentile() of a percentage */
} chart_unit;

typedef struct chart_point {
    double x, y; /* y NAN: nothing is known there, and the line has a gap */
} chart_point;

typedef struct chart_line {
    const char *name;
    const char *color; /* a class of the style sheet */
    const chart_point *points;
    size_t count;
    bool filled;
    bool stepped; /* a point's value holds until the next one */
    bool dashed;
} chart_line;

typedef struct chart_axis {
    chart_unit unit;
    const char *label;
    bool logarithmic;
    double min, max; /* both 0: as the points have it, and from 0 unless logarithmic */
} chart_axis;

typedef struct fanout_chart {
    const char *title;
    const char *note; /* a sentence below the title, or NULL */
    chart_axis x, y;
    const chart_line *lines;
    size_t line_count;
} fanout_chart;

/* Where a percentile stands on its axis: each nine takes the same room. */
double chart_percentile(double percent);

void chart_write(FILE *out, const fanout_chart *chart);

#endif
