/* compare/figures.h - the measured values, by row and peer. */
#ifndef COMPARE_FIGURES_H
#define COMPARE_FIGURES_H

#include <stddef.h>
#include <stdio.h>

enum { FIGURE_ROUNDS = 64, FIGURES_MAX = 512 };

typedef struct compare_figure {
    char row[48];
    char peer[24];
    double values[FIGURE_ROUNDS]; /* sorted once all are read */
    size_t count;
    double median;
    double spread; /* half the range, as a part of the median */
} compare_figure;

typedef struct compare_figures {
    compare_figure items[FIGURES_MAX];
    size_t count;
} compare_figures;

/* Reads lines like {"row":"post-64","peer":"weft","value":4.4}; others are passed over. Then works out
 * medians. */
void figures_read(compare_figures *figures, FILE *file);
/* The peer's figure, or NULL. */
const compare_figure *figures_find(const compare_figures *figures, const char *row, const char *peer);
/* The smallest median of the peers whose names begin with `peer`, or NULL. */
const compare_figure *figures_best(const compare_figures *figures, const char *row, const char *peer);

#endif
