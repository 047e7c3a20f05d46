/* The plots of the HTML report: their axes. */
#include "fanout/chart.h"

#include "test.h"

#include <stdlib.h>

/* The labels of the horizontal axis from `low` to `high` nanoseconds. */
static size_t labels_between(double low, double high)
{
    chart_point points[2] = {{low, 1}, {high, 2}};
    chart_line line = {.name = "line", .color = "c-run", .points = points, .count = 2};
    fanout_chart chart = {
        .title = "title",
        .x = {.unit = CHART_NANOSECONDS, .label = "latency", .logarithmic = true, .min = low, .max = high},
        .y = {.unit = CHART_NUMBER},
        .lines = &line,
        .line_count = 1,
    };
    size_t len, count = 0;
    char *text;
    FILE *out = open_memstream(&text, &len);

    chart_write(out, &chart);
    fclose(out);
    for (const char *at = text; (at = strstr(at, "text-anchor=\"middle\"")); at++)
        count++;
    free(text);
    return count;
}

TEST(chart_letters_a_logarithmic_axis_of_any_range)
{
    double ends[] = {1.1, 1.3, 2, 4.5, 5.5, 12, 100, 1e4, 1e7};

    for (double low = 900; low < 1e10; low *= 1.7)
        for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
            size_t count = labels_between(low, low * ends[i]);

            if (count < 2 || count > 12)
                test_fail(__FILE__, __LINE__, "from %g to %g: %zu labels", low, low * ends[i], count);
        }
}
