/* The plots of the HTML report: their axes. */
#include "fanout/chart.h"

#include "test.h"

#include <math.h>
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

TEST(chart_leaves_a_gap_where_nothing_is_known)
{
    chart_point points[] = {{0, NAN}, {1, 5}, {2, NAN}, {3, NAN}, {4, 10}, {5, 10}};
    chart_line line = {.name = "line", .color = "c-run", .points = points, .count = 6, .stepped = true, .filled = true};
    fanout_chart chart = {
        .title = "title",
        .x = {.unit = CHART_SECONDS, .label = "time", .max = 5},
        .y = {.unit = CHART_NUMBER, .max = 10},
        .lines = &line,
        .line_count = 1,
    };
    size_t len;
    char *text;
    FILE *out = open_memstream(&text, &len);

    chart_write(out, &chart);
    fclose(out);
    CHECK_CONTAINS(text, "<path class=\"line c-run\" d=\"M174.8 115.0H287.6M513.2 10.0H626.0V10.0\"/>");
    CHECK_CONTAINS(text, "d=\"M174.8 220.0L174.8 115.0H287.6V220.0ZM513.2 220.0L513.2 10.0H626.0V10.0V220.0Z\"/>");
    CHECK(!strstr(text, "nan"));
    free(text);
}
