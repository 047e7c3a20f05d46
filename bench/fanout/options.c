#include "fanout/options.h"

#include "fanout/service.h"
#include "fanout/values.h"

#include <stdio.h>
#include <string.h>

static const char *const mode_names[] = {"run", "async", "stream", "turn", "mix"};

const char *options_mode_name(fanout_mode mode)
{
    return mode_names[mode];
}

/* The options, one function each. */

static bool take_url(fanout_options *options, const char *text)
{
    options->url = text;
    return true;
}

static bool take_service(fanout_options *options, const char *text)
{
    options->service = service_find(text);
    return options->service != NULL;
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
    return value_whole(text, 1, UINT64_C(1000000000000), &options->requests);
}

static bool take_concurrency(fanout_options *options, const char *text)
{
    return value_whole_32(text, 1, 1000000, &options->concurrency);
}

static bool take_connections(fanout_options *options, const char *text)
{
    return value_whole_32(text, 1, 1000000, &options->connections);
}

static bool take_rate(fanout_options *options, const char *text)
{
    const char *rest;

    return value_number(text, &options->rate, &rest) && (!*rest || strcmp(rest, "/s") == 0) && options->rate > 0 &&
           options->rate <= 1e6;
}

static bool take_ramp_up(fanout_options *options, const char *text)
{
    return value_duration(text, &options->ramp_up_ms);
}

static bool take_timeout(fanout_options *options, const char *text)
{
    return value_duration(text, &options->timeout_ms);
}

static bool take_retries(fanout_options *options, const char *text)
{
    return value_whole_32(text, 0, 1000, &options->retries);
}

static bool take_poll(fanout_options *options, const char *text)
{
    return value_duration(text, &options->poll_ms) && options->poll_ms > 0;
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

/* "Name: value"; the library looks at both more closely. */
static bool take_header(fanout_options *options, const char *text)
{
    size_t name_len = strcspn(text, ":");

    if (options->header_count == OPTIONS_HEADERS_MAX || name_len == 0 || name_len >= OPTIONS_HEADER_NAME_MAX ||
        !text[name_len])
        return false;
    options->headers[options->header_count++] = text;
    return true;
}

static bool take_ca(fanout_options *options, const char *text)
{
    options->ca_path = text;
    return true;
}

static bool take_cert(fanout_options *options, const char *text)
{
    options->cert_path = text;
    return true;
}

static bool take_key(fanout_options *options, const char *text)
{
    options->key_path = text;
    return true;
}

static bool take_insecure(fanout_options *options, const char *text)
{
    (void)text;
    options->insecure = true;
    return true;
}

static bool take_proxy(fanout_options *options, const char *text)
{
    options->proxy = text;
    return true;
}

static bool take_skill(fanout_options *options, const char *text)
{
    options->skill = text;
    return true;
}

static bool take_workspace(fanout_options *options, const char *text)
{
    options->workspace = text;
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

        if (options->percentile_count == OPTIONS_PERCENTILES_MAX || !value_number(rest, &percent, &rest) ||
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
     "of the service: http://localhost:8585, https://host/prefix,\n"
     "unix:/run/stromboli.sock. Required"},
    {"input", "FILE", take_prompts, "a file name", "one request per line, as JSON; - reads standard input. Required"},
    {"prompts", "FILE", take_prompts, "a file name", "the same"},
    {"service", "NAME", take_service, "stromboli, skillbox, handinger or agentserver",
     "stromboli (the default), skillbox, handinger or agentserver"},
    {"mode", "MODE", take_mode, "run, async, stream, turn or mix",
     "run: one request each, answered when the agent is done (the default);\n"
     "for agentserver a task, and looks at it until it has ended\n"
     "async: starts a job, and polls it (stromboli)\n"
     "stream: follows the output as events (stromboli, handinger)\n"
     "turn: a turn of codex, at the gateway (agentserver)\n"
     "mix: run, async and stream in turn, as far as the service has them"},
    {"skill", "NAME", take_skill, "a skill's name", "skillbox: the skill of lines that name none"},
    {"workspace", "ID", take_workspace, "a workspace's id",
     "agentserver: tasks are given in it, by the user whose session --token is;\n"
     "without it, by the agent whose token it is. Turns that name no workspace\n"
     "are in it, too"},
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
     "of each run, from start to end: 30, 500ms, 30s, 10m; 0 = none (default: 35m)"},
    {"retries", "N", take_retries, "a whole number from 0 to 1000",
     "how often a request is sent again that cannot have been acted on: no connection,\n"
     "429, 503 with Retry-After, words by which the service says so. Waiting for it\n"
     "counts as time of the run (default: 2)"},
    {"poll", "TIME", take_poll, "a duration above 0, such as 50ms or 1s",
     "first pause between two looks at a job; later ones are longer (default: 250ms)"},
    {"token", "TOKEN", take_token, "a token", "sent as bearer token. Other users can see a command line; better is"},
    {"token-file", "FILE", take_token_file, "a file name", "whose first line is the token"},
    {"header", "'NAME: VALUE'", take_header, "a header as 'Name: value', and not more than 32 of them",
     "sent with every request, such as a service's secret. May be given more than\n"
     "once"},
    {"ca", "FILE", take_ca, "a file name", "of certificates, as PEM: those to trust, in place of the system's"},
    {"cert", "FILE", take_cert, "a file name", "the client's own certificate, as PEM, and its"},
    {"key", "FILE", take_key, "a file name", "private key"},
    {"insecure-skip-verify", NULL, take_insecure, NULL,
     "accepts any certificate of anybody: for tests with nothing to lose"},
    {"proxy", "URL|env", take_proxy, "a proxy's URL, or env",
     "http://host:3128; env: as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say\n"
     "(default: none)"},
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

static options_outcome check_service(const fanout_options *options, char message[OPTIONS_MESSAGE_MAX])
{
    const fanout_service *service = options->service;

    if (!service_has_mode(service, options->mode))
        return WRONG("--mode %s is not for --service %s", options_mode_name(options->mode), service->name);
    if (options->skill && service != &service_skillbox)
        return WRONG("--skill is for --service skillbox");
    if (options->workspace && service != &service_agentserver)
        return WRONG("--workspace is for --service agentserver");
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
        return WRONG("--prompts is missing, or --input: a file with one request per line, as JSON");
    if (options->token && options->token_path)
        return WRONG("--token and --token-file cannot both be given");
    if (!options->cert_path != !options->key_path)
        return WRONG("--cert and --key go together");
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
    return check_service(options, message);
}

options_outcome options_parse(int argc, char **argv, fanout_options *ret_options, char message[OPTIONS_MESSAGE_MAX])
{
    fanout_options options = {
        .service = &service_stromboli, .concurrency = 32, .retries = 2, .timeout_ms = 35 * 60 * 1000};

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
