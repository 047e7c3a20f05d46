#include "fanout/options.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const mode_names[] = {"run", "async", "stream", "mix"};

const char *options_mode_name(fanout_mode mode)
{
    return mode_names[mode];
}

/* The ways to read a value. Each returns false when the text is not of its form. */

static bool read_whole(const char *text, uint64_t min, uint64_t max, uint64_t *ret_value)
{
    char *end;
    unsigned long long value;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    value = strtoull(text, &end, 10);
    if (errno || *end || value < min || value > max)
        return false;
    *ret_value = value;
    return true;
}

static bool read_whole_32(const char *text, uint32_t min, uint32_t max, uint32_t *ret_value)
{
    uint64_t value;

    if (!read_whole(text, min, max, &value))
        return false;
    *ret_value = (uint32_t)value;
    return true;
}

static bool read_number(const char *text, double *ret_value, const char **ret_rest)
{
    char *end;

    if (*text != '.' && (*text < '0' || *text > '9'))
        return false;
    errno = 0;
    *ret_value = strtod(text, &end);
    *ret_rest = end;
    return !errno && end != text && isfinite(*ret_value);
}

/* "30", "30s", "500ms", "10m", "1h"; up to a week. */
static bool read_duration(const char *text, uint32_t *ret_ms)
{
    static const struct {
        const char *suffix;
        double ms;
    } units[] = {{"", 1000}, {"s", 1000}, {"ms", 1}, {"m", 60000}, {"h", 3600000}};
    const char *rest;
    double value;

    if (!read_number(text, &value, &rest))
        return false;
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(rest, units[i].suffix) != 0)
            continue;
        value *= units[i].ms;
        if (value > 7 * 86400e3)
            return false;
        /* Next to nothing is not nothing, which would mean no limit. */
        *ret_ms = (uint32_t)ceil(value);
        return true;
    }
    return false;
}

/* The options, one function each. */

static bool take_url(fanout_options *options, const char *text)
{
    options->url = text;
    return true;
}

static bool take_mode(fanout_options *options, const char *text)
{
    for (size_t i = 0; i < sizeof(mode_names) / sizeof(mode_names[0]); i++)
        if (strcmp(text, mode_names[i]) == 0) {
            options->mode = (fanout_mode)i;
            return true;
        }
    return false;
}

static bool take_prompts(fanout_options *options, const char *text)
{
    options->prompts_path = text;
    return true;
}

static bool take_requests(fanout_options *options, const char *text)
{
    return read_whole(text, 1, UINT64_C(1000000000000), &options->requests);
}

static bool take_concurrency(fanout_options *options, const char *text)
{
    return read_whole_32(text, 1, 1000000, &options->concurrency);
}

static bool take_connections(fanout_options *options, const char *text)
{
    return read_whole_32(text, 1, 1000000, &options->connections);
}

static bool take_rate(fanout_options *options, const char *text)
{
    const char *rest;

    return read_number(text, &options->rate, &rest) && (!*rest || strcmp(rest, "/s") == 0) &&
           options->rate > 0 && options->rate <= 1e6;
}

static bool take_ramp_up(fanout_options *options, const char *text)
{
    return read_duration(text, &options->ramp_up_ms);
}

static bool take_timeout(fanout_options *options, const char *text)
{
    return read_duration(text, &options->timeout_ms);
}

static bool take_retries(fanout_options *options, const char *text)
{
    return read_whole_32(text, 0, 1000, &options->retries);
}

static bool take_poll(fanout_options *options, const char *text)
{
    return read_duration(text, &options->poll_ms) && options->poll_ms > 0;
}

static bool take_token(fanout_options *options, const char *text)
{
    options->token = text;
    return true;
}

static bool take_token_file(fanout_options *options, const char *text)
{
    options->token_path = text;
    return true;
}

static bool take_results(fanout_options *options, const char *text)
{
    options->results_path = text;
    return true;
}

static bool take_report(fanout_options *options, const char *text)
{
    if (options->report_count == OPTIONS_REPORTS_MAX)
        return false;
    options->report_paths[options->report_count++] = text;
    return true;
}

static bool take_percentiles(fanout_options *options, const char *text)
{
    const char *rest = text;

    do {
        double percent;

        if (options->percentile_count == OPTIONS_PERCENTILES_MAX || !read_number(rest, &percent, &rest) ||
            percent > 100 || (*rest && *rest != ','))
            return false;
        options->percentiles[options->percentile_count++] = percent;
    } while (*rest++ == ',');
    return true;
}

static bool take_quiet(fanout_options *options, const char *text)
{
    (void)text;
    options->quiet = true;
    return true;
}

typedef struct option_rule {
    const char *name;
    const char *value; /* what stands for its value in the help; NULL = takes none */
    bool (*take)(fanout_options *options, const char *text); /* NULL: --help and --version */
    const char *expects;
    const char *description;
} option_rule;

static const option_rule rules[] = {
    {"url", "URL", take_url, "a URL",
     "of the Stromboli service: http://localhost:8585, unix:/run/stromboli.sock. Required"},
    {"prompts", "FILE", take_prompts, "a file name",
     "one run request per line, as JSON; - reads standard input. Required"},
    {"mode", "MODE", take_mode, "run, async, stream or mix",
     "run: one request each, answered when the agent is done (the default)\n"
     "async: starts a job, and polls it; stream: follows the output as events\n"
     "mix: the three in turn"},
    {"requests", "N", take_requests, "a whole number, 1 or more",
     "how many runs to start; prompts are taken in order, and over again (default:\n"
     "each once)"},
    {"concurrency", "C", take_concurrency, "a whole number from 1 to 1000000",
     "how many runs may be in flight at once (default: 32)"},
    {"connections", "N", take_connections, "a whole number from 1 to 1000000",
     "how many connections may be open at once (default: as many as runs). With\n"
     "fewer, runs wait their turn. A mix may open N for its streams besides"},
    {"rate", "N/s", take_rate, "a number above 0, up to 1000000",
     "starts N runs a second, whether or not earlier ones were answered, as long as\n"
     "C allow it. Response time then counts from when a run was due to start,\n"
     "service time from when it did (default: starts one when one ends)"},
    {"ramp-up", "SECONDS", take_ramp_up, "a duration such as 30, 30s or 2m",
     "lets the load grow evenly to its full size over this time (default: 0)"},
    {"timeout", "TIME", take_timeout, "a duration such as 30, 500ms, 30s or 10m, 0 for none, up to a week",
     "of each run, from start to end: 30, 500ms, 30s, 10m; 0 = none (default: 30m)"},
    {"retries", "N", take_retries, "a whole number from 0 to 1000",
     "how often a request is sent again that cannot have been acted on: no connection,\n"
     "429, 503. Waiting for it counts as time of the run (default: 2)"},
    {"poll", "TIME", take_poll, "a duration above 0, such as 50ms or 1s",
     "first pause between two looks at a job; later ones are longer (default: 250ms)"},
    {"token", "TOKEN", take_token, "a token",
     "sent as bearer token. Other users can see a command line; better is"},
    {"token-file", "FILE", take_token_file, "a file name", "whose first line is the token"},
    {"results", "FILE", take_results, "a file name",
     "one JSON line per run, whole output included, in order of completion;\n"
     "- writes to standard output"},
    {"report", "FILE", take_report, "a file name, and not more than four of them",
     "all figures: a page with plots when FILE ends in .html, else JSON. May be given\n"
     "more than once"},
    {"percentiles", "LIST", take_percentiles, "percentages such as 50,95,99.95, 24 at most",
     "more latency percentiles for the JSON report, such as 97.5,99.95"},
    {"quiet", NULL, take_quiet, NULL, "prints nothing but errors"},
    {"version", NULL, NULL, NULL, "prints the version"},
    {"help", NULL, NULL, NULL, "prints this"},
};
enum { RULES_COUNT = sizeof(rules) / sizeof(rules[0]) };

void options_print(void (*print)(const char *flag, const char *description))
{
    for (size_t i = 0; i < RULES_COUNT; i++) {
        char flag[64];

        snprintf(flag, sizeof(flag), "--%s%s%s", rules[i].name, rules[i].value ? " " : "",
                 rules[i].value ? rules[i].value : "");
        print(flag, rules[i].description);
    }
}

static const option_rule *find_rule(const char *name, size_t len)
{
    for (size_t i = 0; i < RULES_COUNT; i++)
        if (strlen(rules[i].name) == len && memcmp(rules[i].name, name, len) == 0)
            return &rules[i];
    return NULL;
}

#define WRONG(...) (snprintf(message, OPTIONS_MESSAGE_MAX, __VA_ARGS__), OPTIONS_WRONG)

/* Takes argv[*at], and its value when that stands apart. */
static options_outcome take_argument(int argc, char **argv, int *at, fanout_options *options,
                                     char message[OPTIONS_MESSAGE_MAX])
{
    const char *argument = argv[*at];
    size_t len = strcspn(argument, "=");
    const char *value = argument[len] ? argument + len + 1 : NULL;
    const option_rule *rule;

    if (strcmp(argument, "-h") == 0)
        return OPTIONS_HELP;
    if (strncmp(argument, "--", 2) != 0)
        return WRONG("\"%s\" is not an option; all of them start with --", argument);
    rule = find_rule(argument + 2, len - 2);
    if (!rule)
        return WRONG("there is no option %.*s", (int)len, argument);
    if (!rule->value && value)
        return WRONG("--%s takes no value", rule->name);
    if (!rule->take)
        return strcmp(rule->name, "help") == 0 ? OPTIONS_HELP : OPTIONS_VERSION;
    if (rule->value && !value) {
        if (*at + 1 >= argc)
            return WRONG("--%s needs a value: %s", rule->name, rule->expects);
        value = argv[++*at];
        if (strncmp(value, "--", 2) == 0)
            return WRONG("--%s needs a value, %s, before %s", rule->name, rule->expects, value);
    }
    if (rule->value && !*value)
        return WRONG("--%s needs a value: %s", rule->name, rule->expects);
    if (!rule->take(options, value))
        return WRONG("--%s takes %s, not \"%s\"", rule->name, rule->expects, value);
    return OPTIONS_GO;
}

static bool same_file(const char *one, const char *other)
{
    return one && other && strcmp(one, other) == 0;
}

/* What only shows once all options are known. */
static options_outcome check_together(const fanout_options *options, char message[OPTIONS_MESSAGE_MAX])
{
    if (!options->url)
        return WRONG("--url is missing: the base URL of the service, such as http://localhost:8585");
    if (!options->prompts_path)
        return WRONG("--prompts is missing: a file with one run request per line, as JSON");
    if (options->token && options->token_path)
        return WRONG("--token and --token-file cannot both be given");
    if (same_file(options->results_path, options->prompts_path) && strcmp(options->results_path, "-") != 0)
        return WRONG("--results would overwrite the prompts in %s", options->prompts_path);
    for (size_t i = 0; i < options->report_count; i++) {
        const char *path = options->report_paths[i];

        if (strcmp(path, "-") == 0)
            return WRONG("--report needs a file; /dev/stdout works where - does not");
        if (same_file(path, options->prompts_path))
            return WRONG("--report would overwrite the prompts in %s", path);
        if (same_file(path, options->results_path))
            return WRONG("--report and --results cannot share the file %s", path);
    }
    return OPTIONS_GO;
}

options_outcome options_parse(int argc, char **argv, fanout_options *ret_options,
                              char message[OPTIONS_MESSAGE_MAX])
{
    fanout_options options = {.concurrency = 32, .retries = 2, .timeout_ms = 30 * 60 * 1000};

    for (int at = 1; at < argc; at++) {
        options_outcome outcome = take_argument(argc, argv, &at, &options, message);

        if (outcome != OPTIONS_GO)
            return outcome;
    }
    *ret_options = options;
    return check_together(&options, message);
}

uint32_t options_connections(const fanout_options *options)
{
    uint32_t each = options->connections ? options->connections : options->concurrency;

    return options->mode == FANOUT_MIX ? each * 2 : each;
}
