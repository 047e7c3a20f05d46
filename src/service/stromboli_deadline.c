/* How long a run may take by its own request. */
#include <string.h>

#include "service/stromboli_operations.h"

enum {
    MINUTE_MS = 60000,
    CONTAINER_MS =
        30 * MINUTE_MS, /* the server's defaults, where the request says nothing, or nothing that can be read */
    BUILD_MS = 10 * MINUTE_MS,
    MARGIN_MS = WEFT__STROMBOLI_RUN_MS - CONTAINER_MS, /* for what comes before and after */
};

static const double never_ms = 1e15;

typedef struct time_unit {
    const char *name;
    double ms;
} time_unit;

/* The unit at the front of `text`; NULL when there is none. */
static const time_unit *read_unit(const char *text)
{
    static const time_unit units[] = {
        {"ns", 1e-6}, {"us", 1e-3}, {"\xC2\xB5s", 1e-3}, {"\xCE\xBCs", 1e-3},
        {"ms", 1},    {"s", 1e3},   {"m", 6e4},          {"h", 36e5},
    };

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strncmp(text, units[i].name, strlen(units[i].name)) == 0)
            return &units[i];
    return NULL;
}

/* Decimal digits with a point or without, of which at least one is a digit; NULL when there is none. */
static const char *read_number(const char *text, double *ret_number)
{
    double number = 0, place = 1;
    bool has_digit = false, has_point = false;

    for (; (*text >= '0' && *text <= '9') || (*text == '.' && !has_point); text++) {
        if (*text == '.') {
            has_point = true;
            continue;
        }
        has_digit = true;
        if (has_point)
            number += (*text - '0') * (place /= 10);
        else if (number < never_ms)
            number = number * 10 + (*text - '0');
    }
    *ret_number = number;
    return has_digit ? text : NULL;
}

/* A Go duration, "1h30m"; `otherwise` when it is none, or no time at all. */
static double duration_ms(const char *text, double otherwise)
{
    double total = 0, number;

    while (text && *text) {
        const char *name = read_number(text, &number);
        const time_unit *unit = name ? read_unit(name) : NULL;

        if (!unit)
            return otherwise;
        total += number * unit->ms;
        text = name + strlen(unit->name);
    }
    return total > 0 ? total : otherwise;
}

static bool has_hooks(const weft_stromboli_lifecycle_hooks *hooks)
{
    return hooks && hooks->on_create_command_count + hooks->post_create_count + hooks->post_start_count > 0;
}

uint32_t weft__stromboli_run_deadline(const void *asked)
{
    const weft_stromboli_run_request *request = asked;
    const weft_stromboli_podman_options *podman = request ? request->podman : NULL;
    double container, total;

    if (!podman)
        return 0;
    container = duration_ms(podman->timeout, CONTAINER_MS);
    total = container + MARGIN_MS;
    if (has_hooks(podman->lifecycle))
        total += duration_ms(podman->lifecycle->hooks_timeout, container);
    if (podman->environment)
        total += duration_ms(podman->environment->build_timeout, BUILD_MS);
    return total < WEFT_NO_TIMEOUT ? (uint32_t)total : WEFT_NO_TIMEOUT;
}
