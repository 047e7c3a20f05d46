#include "sim_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum option_kind {
    OPTION_FLAG,
    OPTION_TEXT,
    OPTION_COUNT, /* uint64_t */
    OPTION_SIZE,  /* size_t */
    OPTION_INT,
    OPTION_RATE, /* probability, 0 to 1 */
    OPTION_SPREAD,
    OPTION_RANGE, /* two uint64_t: "20" or "5:50" */
    OPTION_LIMIT, /* two doubles: "10" or "10:20" */
    OPTION_HEADING,
} option_kind;

typedef struct sim_option {
    const char *name; /* without the dashes; of a heading: its text */
    option_kind kind;
    size_t offset;
    const char *value; /* for --help */
    const char *help;
} sim_option;

#define AT(field) offsetof(sim_options, field)

static const sim_option options[] = {
    {"Where it listens", OPTION_HEADING, 0, NULL, NULL},
    {"port", OPTION_INT, AT(http.port), "N", "TCP port, 0 for any free one (default 8585)"},
    {"host", OPTION_TEXT, AT(http.host), "ADDRESS", "address to listen on (default 127.0.0.1)"},
    {"unix", OPTION_TEXT, AT(http.unix_path), "PATH", "listen on a Unix socket instead"},
    {"service", OPTION_TEXT, AT(service), "NAME", "the service found at / (default stromboli); all are at /NAME too"},
    {"How long things take (N, fixed:MS, uniform:LOW:HIGH or lognormal:MEDIAN:SIGMA; milliseconds)", OPTION_HEADING, 0,
     NULL, NULL},
    {"seed", OPTION_COUNT, AT(seed), "N", "the same seed gives the same ids, delays, outputs and mishaps (default 1)"},
    {"latency", OPTION_SPREAD, AT(latency), "TIME", "before every answer (default 0)"},
    {"run-duration", OPTION_SPREAD, AT(run_duration), "TIME", "of a run that is waited for (default 0)"},
    {"job-pending", OPTION_SPREAD, AT(job_pending), "TIME", "an asynchronous job is pending (default 10)"},
    {"job-duration", OPTION_SPREAD, AT(job_duration), "TIME", "then running (default 100)"},
    {"first-event-delay", OPTION_SPREAD, AT(first_event_delay), "TIME", "before a stream's head (default 0)"},
    {"token-interval", OPTION_SPREAD, AT(token_interval), "TIME",
     "between a stream's events; 0 = as fast as the socket takes them (default 0)"},
    {"tokens", OPTION_RANGE, AT(tokens_low), "N|LOW:HIGH", "words of an output, events of a stream (default 16)"},
    {"What goes wrong (rates from 0 to 1, default 0)", OPTION_HEADING, 0, NULL, NULL},
    {"fail-rate", OPTION_RATE, AT(fail_rate), "RATE", "runs and jobs that fail"},
    {"crash-rate", OPTION_RATE, AT(crash_rate), "RATE", "runs and jobs that crash, with crash_info"},
    {"crashed-status", OPTION_FLAG, AT(crash_as_crashed), NULL,
     "crashed jobs have the status \"crashed\", as newer servers say, not \"failed\""},
    {"drop-rate", OPTION_RATE, AT(drop_rate), "RATE", "answers and streams cut by a connection reset"},
    {"stream-error-rate", OPTION_RATE, AT(stream_error_rate), "RATE", "streams that end with `event: error`"},
    {"stream-cut-rate", OPTION_RATE, AT(stream_cut_rate), "RATE", "streams that end without `event: done`"},
    {"unavailable-rate", OPTION_RATE, AT(unavailable_rate), "RATE", "requests answered 503 and not acted on"},
    {"degraded", OPTION_FLAG, AT(degraded), NULL, "the health check reports a failed component"},
    {"unconfigured", OPTION_FLAG, AT(unconfigured), NULL, "Claude has no credentials: runs get 503"},
    {"What it refuses", OPTION_HEADING, 0, NULL, NULL},
    {"rate-limit", OPTION_LIMIT, AT(rate_limit), "N[:BURST]",
     "requests a second over all clients, then 429 (default none; BURST twice N)"},
    {"retry-after", OPTION_TEXT, AT(retry_after), "VALUE",
     "the Retry-After of 429 and 503: auto, none, or the header's text (default auto)"},
    {"token", OPTION_TEXT, AT(token), "TOKEN", "bearer token that is needed (default: none is)"},
    {"webhook-secret", OPTION_TEXT, AT(webhook_secret), "SECRET",
     "Stromboli signs what it tells the webhooks of jobs (default: it does not)"},
    {"internal-secret", OPTION_TEXT, AT(internal_secret), "SECRET",
     "what agentserver's gateways want to be told (default s3cret)"},
    {"without", OPTION_TEXT, AT(without), "LIST",
     "agentserver's features that are switched off: password, oauth, executors, credentials, im, bridge, llm, "
     "llmproxy, "
     "modelserver; with commas between"},
    {"max-body", OPTION_SIZE, AT(http.body_max_bytes), "BYTES", "largest request body, then 413 (default 67108864)"},
    {"max-head", OPTION_SIZE, AT(http.head_max_bytes), "BYTES", "largest request head, then 431 (default 1052672)"},
    {"max-connections", OPTION_SIZE, AT(http.connections_max), "N", "further ones are reset (default no limit)"},
    {"idle-timeout", OPTION_COUNT, AT(http.idle_timeout_ms), "MS",
     "closes connections idle for longer (default never)"},
    {"requests-per-connection", OPTION_COUNT, AT(http.requests_per_connection), "N",
     "closes a connection after so many answers, without a word before (default never)"},
    {"lenient", OPTION_FLAG, AT(lenient), NULL,
     "lets pass what the real server lets pass: unknown fields and parameters; still counted"},
    {"Watching and ending", OPTION_HEADING, 0, NULL, NULL},
    {"record", OPTION_COUNT, AT(record_requests), "N",
     "requests kept byte for byte for GET /__sim/requests (default 64)"},
    {"record-bytes", OPTION_COUNT, AT(record_bytes), "BYTES", "of each at most (default 65536)"},
    {"keep-sessions", OPTION_COUNT, AT(keep_sessions), "N", "newest sessions remembered (default 1024)"},
    {"keep-jobs", OPTION_COUNT, AT(keep_jobs), "N", "newest jobs remembered (default 200000)"},
    {"stats-fd", OPTION_INT, AT(stats_fd), "FD", "writes the statistics there at the end"},
    {"exit-with-stdin", OPTION_FLAG, AT(exit_with_stdin), NULL, "ends when its standard input closes"},
};

enum { OPTION_TOTAL = sizeof(options) / sizeof(options[0]) };

static void help(void)
{
    printf("usage: weft-sim [OPTION]...\n"
           "       weft-sim --list-operations [--service NAME]\n\n"
           "A simulated server of agent-run services. The first line of its output says where it listens.\n");
    for (size_t i = 0; i < OPTION_TOTAL; i++) {
        const sim_option *option = &options[i];
        char left[64];

        if (option->kind == OPTION_HEADING) {
            printf("\n%s:\n", option->name);
            continue;
        }
        snprintf(left, sizeof(left), "--%s%s%s", option->name, option->value ? " " : "",
                 option->value ? option->value : "");
        printf("  %-32s %s\n", left, option->help);
    }
    printf("\nA prompt that begins with one of these words gets what it asks for, whatever the rates say:\n"
           "  sim:echo TEXT   the output is TEXT\n"
           "  sim:fail TEXT   the run, job or stream fails; TEXT, if there is one, is its output\n"
           "  sim:crash       it crashes, with crash_info\n"
           "  sim:drop        the connection is reset in the middle of the answer\n"
           "  sim:cut         the stream ends without its last event\n"
           "  sim:hang        no answer, a job that runs for ever, a stream silent after its first event\n"
           "\nA job's webhook_url is called when the job ends, if it is http to this machine; else a line on standard\n"
           "error says that it is not.\n"
           "\nA request to Stromboli or Skillbox with these headers gets the answer that it asks for:\n"
           "  X-Sim-Answer: STATUS [SHAPE [TEXT]], for instance \"404 error job not found\". Shapes: error (as the\n"
           "                            operation words its own), text, html, xml, null, broken, empty;\n"
           "                            Stromboli: plain, message, result, unsaid, list, zeroed;\n"
           "                            Skillbox: code, details, result, and a text may begin with its code:\n"
           "                            \"403 error skill_blocked: it is blocked\"\n"
           "  X-Sim-Header: NAME: VALUE a header of the answer\n"
           "\nA request to Handinger with these headers gets the error that it asks for:\n"
           "  X-Sim-Answer: 502 html    the status, and perhaps how it is worded: error, object, message, text,\n"
           "                            html, empty or broken\n"
           "  X-Sim-Header: NAME: VALUE a header of the answer\n"
           "  X-Sim-Times: N            the first N attempts only, by X-Stainless-Retry-Count\n"
           "\nGET /__sim/stats      what was served, as JSON\n"
           "GET /__sim/requests   the last requests, byte for byte, as JSON\n"
           "GET /__sim/last       the very last request, as it came in\n"
           "GET /__sim/reset      forgets all state, counts and requests\n");
}

static bool parse_count(const char *text, uint64_t *ret_count, const char **ret_end)
{
    char *end;

    errno = 0;
    if (*text < '0' || *text > '9')
        return false;
    *ret_count = strtoull(text, &end, 10);
    *ret_end = end;
    return errno == 0;
}

static bool parse_number(const char *text, double *ret_number, const char **ret_end)
{
    char *end;

    *ret_number = strtod(text, &end);
    *ret_end = end;
    return end != text && *ret_number >= 0 && *ret_number <= 1e12;
}

static bool parse_range(const char *text, uint64_t *low_high)
{
    const char *end;

    if (!parse_count(text, &low_high[0], &end))
        return false;
    low_high[1] = low_high[0];
    if (*end == ':' && !parse_count(end + 1, &low_high[1], &end))
        return false;
    return !*end && low_high[1] >= low_high[0] && low_high[1] <= 100000000;
}

static bool parse_limit(const char *text, double *limit_burst)
{
    const char *end;

    if (!parse_number(text, &limit_burst[0], &end))
        return false;
    limit_burst[1] = 2 * limit_burst[0];
    if (*end == ':' && !parse_number(end + 1, &limit_burst[1], &end))
        return false;
    return !*end && limit_burst[0] > 0 && limit_burst[1] >= 1;
}

static bool parse_value(const sim_option *option, const char *text, void *field)
{
    const char *end = "";
    uint64_t count;

    switch (option->kind) {
    case OPTION_TEXT:
        *(const char **)field = text;
        return *text != '\0';
    case OPTION_SPREAD:
        return sim_spread_parse(text, field);
    case OPTION_RATE:
        return parse_number(text, field, &end) && !*end && *(double *)field <= 1;
    case OPTION_RANGE:
        return parse_range(text, field);
    case OPTION_LIMIT:
        return parse_limit(text, field);
    default:
        break;
    }
    if (!parse_count(text, &count, &end) || *end)
        return false;
    if (option->kind == OPTION_INT && count <= 65535)
        *(int *)field = (int)count;
    else if (option->kind == OPTION_SIZE && count <= UINT32_MAX / 2)
        *(size_t *)field = (size_t)count;
    else if (option->kind == OPTION_COUNT)
        *(uint64_t *)field = count;
    else
        return false;
    return true;
}

static const sim_option *find(const char *name, size_t len)
{
    for (size_t i = 0; i < OPTION_TOTAL; i++)
        if (options[i].kind != OPTION_HEADING && strlen(options[i].name) == len &&
            memcmp(options[i].name, name, len) == 0)
            return &options[i];
    return NULL;
}

/* One argument, and the next one when it is that one's value. The arguments used; 0 when they are wrong. */
static int parse_one(char **argv, sim_options *parsed)
{
    const char *name = argv[0] + 2, *value = strchr(argv[0], '=');
    const sim_option *option = NULL;
    int used = 1;

    if (strncmp(argv[0], "--", 2) == 0)
        option = find(name, value ? (size_t)(value - name) : strlen(name));
    if (!option) {
        fprintf(stderr, "weft-sim: unknown option %s; see --help\n", argv[0]);
        return 0;
    }
    if (option->kind == OPTION_FLAG) {
        *(bool *)((char *)parsed + option->offset) = true;
        return value ? 0 : 1;
    }
    if (value) {
        value++;
    } else {
        value = argv[1];
        used = 2;
    }
    if (value && parse_value(option, value, (char *)parsed + option->offset))
        return used;
    fprintf(stderr, "weft-sim: --%s needs %s, not \"%s\"\n", option->name, option->value, value ? value : "");
    return 0;
}

static const sim_options defaults = {
    .http = {.host = "127.0.0.1", .port = 8585, .head_max_bytes = (1 << 20) + 4096, .body_max_bytes = 64 << 20},
    .service = "stromboli",
    .seed = 1,
    .job_pending = {SIM_FIXED, 10, 0},
    .job_duration = {SIM_FIXED, 100, 0},
    .tokens_low = 16,
    .tokens_high = 16,
    .retry_after = "auto",
    .internal_secret = "s3cret",
    .record_requests = 64,
    .record_bytes = 65536,
    .keep_sessions = 1024,
    .keep_jobs = 200000,
    .stats_fd = -1,
};

sim_options_result sim_options_parse(int argc, char **argv, sim_options *ret_options)
{
    bool list = false;

    *ret_options = defaults;
    for (int i = 1; i < argc;) {
        int used;

        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            help();
            return SIM_EXIT_OK;
        }
        if (strcmp(argv[i], "--list-operations") == 0) {
            list = true;
            i++;
            continue;
        }
        used = parse_one(argv + i, ret_options);
        if (used == 0)
            return SIM_EXIT_USAGE;
        i += used;
    }
    ret_options->listed = ret_options->service == defaults.service ? NULL : ret_options->service;
    return list ? SIM_LIST_OPERATIONS : SIM_RUN;
}
