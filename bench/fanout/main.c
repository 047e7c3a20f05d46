/* weft-fanout: runs many prompts at once against a service, and shows what happens. */
#include "fanout/connect.h"
#include "fanout/figures.h"
#include "fanout/help.h"
#include "fanout/progress.h"
#include "fanout/report.h"
#include "fanout/service.h"
#include "fanout/summary.h"
#include "fanout/workload.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    EXIT_ALL_GOOD = 0,
    EXIT_SOME_FAILED = 1,
    EXIT_WRONG_USAGE = 2,
    EXIT_NOT_WRITTEN = 3,
    EXIT_INTERRUPTED = 130,
    OTHER_OPEN_FILES = 32 /* the loop's own, the files of prompts, results and reports, the standard ones */
};

typedef struct fanout_program {
    fanout_options options;
    char token[4096]; /* of --token-file */
    fanout_prompts prompts;
    fanout_results results;
    uv_loop_t loop;
    uv_signal_t interrupt;
    uv_signal_t terminate;
    uv_signal_t hang_up;
    weft_engine *engine;
    weft_client *client;
    fanout_tally tally;
    fanout_meter meter;
    fanout_progress progress;
    fanout_workload workload;
    fanout_figures figures;
    bool interrupted;
} fanout_program;

static void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void complain(const char *format, ...)
{
    va_list args;

    fputs("weft-fanout: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputs("\n", stderr);
}

/* ---- Before anything is sent ---- */

static bool read_token(fanout_program *fanout)
{
    const char *path = fanout->options.token_path;
    FILE *file;

    if (!path)
        return true;
    file = fopen(path, "re");
    if (!file || !fgets(fanout->token, sizeof(fanout->token), file)) {
        complain("cannot read a token from %s: %s", path, file && !ferror(file) ? "it is empty" : strerror(errno));
        if (file)
            fclose(file);
        return false;
    }
    fclose(file);
    fanout->token[strcspn(fanout->token, "\r\n")] = '\0';
    fanout->options.token = fanout->token;
    return true;
}

static bool connections_fit(const fanout_options *options)
{
    uint64_t limit = meter_raise_open_files();
    uint64_t wanted = options_connections(options);
    uint64_t each = options->mode == FANOUT_MIX ? 2 : 1;

    if (wanted + OTHER_OPEN_FILES <= limit)
        return true;
    complain("%llu connections do not fit: this process may open %llu files (ulimit -Hn); raise that limit, or "
             "give --connections %llu or less",
             (unsigned long long)wanted, (unsigned long long)limit,
             (unsigned long long)(limit > OTHER_OPEN_FILES ? (limit - OTHER_OPEN_FILES) / each : 1));
    return false;
}

/* Everything that can be wrong with the files is found before the first prompt is sent. */
static bool open_files(fanout_program *fanout)
{
    const fanout_options *options = &fanout->options;
    char message[PROMPTS_MESSAGE_MAX];

    if (!prompts_load(&fanout->prompts, options, fanout->client, message)) {
        complain("%s", message);
        return false;
    }
    for (size_t i = 0; i < options->report_count; i++)
        if (!report_check(options->report_paths[i], message)) {
            complain("%s", message);
            return false;
        }
    if (options->results_path && !results_open(&fanout->results, options->results_path)) {
        complain("%s", fanout->results.message);
        return false;
    }
    return true;
}

/* Warnings of the library. */
static void on_log(weft_log_level level, const char *line, void *arg)
{
    fanout_program *fanout = arg;

    (void)level;
    progress_clear(&fanout->progress);
    complain("%s", line);
}

static void on_retry(weft_call *call, const weft_error *error, uint32_t delay_ms, void *arg)
{
    fanout_program *fanout = arg;

    (void)call, (void)error, (void)delay_ms;
    fanout->tally.retries++;
}

static bool open_client(fanout_program *fanout)
{
    const connect_hooks hooks = {.log = on_log, .on_retry = on_retry, .arg = fanout};
    weft_error_info error;

    fanout->engine = connect_engine(&fanout->loop, &fanout->options, &hooks, &error);
    if (fanout->engine)
        fanout->client = connect_client(fanout->engine, &fanout->options, &hooks, &error);
    if (!fanout->client)
        complain("%s", error.message);
    return fanout->client != NULL;
}

/* ---- While it runs ---- */

static void on_signal(uv_signal_t *signal, int number)
{
    fanout_program *fanout = signal->data;

    (void)number;
    progress_clear(&fanout->progress);
    if (fanout->interrupted) {
        complain("interrupted again; nothing more is written");
        _Exit(EXIT_INTERRUPTED);
    }
    fanout->interrupted = true;
    if (!fanout->options.quiet)
        complain("interrupted; cancelling %lu runs in flight (once more to exit at once)",
                 (unsigned long)(tally_started(&fanout->tally) - tally_done(&fanout->tally)));
    workload_cancel(&fanout->workload);
}

static void listen_for_signals(fanout_program *fanout)
{
    struct sigaction at_hang_up;

    uv_signal_init(&fanout->loop, &fanout->interrupt);
    uv_signal_init(&fanout->loop, &fanout->terminate);
    uv_signal_init(&fanout->loop, &fanout->hang_up);
    fanout->interrupt.data = fanout->terminate.data = fanout->hang_up.data = fanout;
    uv_signal_start(&fanout->interrupt, on_signal, SIGINT);
    uv_signal_start(&fanout->terminate, on_signal, SIGTERM);
    /* Unless it was started by nohup. */
    if (sigaction(SIGHUP, NULL, &at_hang_up) == 0 && at_hang_up.sa_handler != SIG_IGN)
        uv_signal_start(&fanout->hang_up, on_signal, SIGHUP);
}

/* The last run has ended: what counts is read before the connections are closed. */
static void on_finished(fanout_workload *workload)
{
    fanout_program *fanout = workload->arg;
    fanout_figures *figures = &fanout->figures;

    figures->cost = meter_stop(&fanout->meter);
    weft_engine_get_stats(fanout->engine, &figures->network);
    progress_stop(&fanout->progress);
    workload_close(workload);
    uv_close((uv_handle_t *)&fanout->interrupt, NULL);
    uv_close((uv_handle_t *)&fanout->terminate, NULL);
    uv_close((uv_handle_t *)&fanout->hang_up, NULL);
    weft_engine_close(fanout->engine, NULL, NULL);
}

static void say_what_is_left_out(const fanout_program *fanout)
{
    const fanout_options *options = &fanout->options;

    if (options->quiet || (options->mode != FANOUT_STREAM && options->mode != FANOUT_MIX) ||
        !fanout->prompts.beyond_streams)
        return;
    complain("note: a stream carries %s only; %zu of %zu prompts have more, which streams leave out",
             options->service->streams_carry, fanout->prompts.beyond_streams, fanout->prompts.count);
}

static bool run_workload(fanout_program *fanout)
{
    const fanout_options *options = &fanout->options;
    fanout_results *results = options->results_path ? &fanout->results : NULL;
    weft_error_info error;

    if (!tally_init(&fanout->tally, uv_hrtime()) ||
        !workload_init(&fanout->workload, &fanout->loop, fanout->client, options, &fanout->prompts, results,
                       &fanout->tally) ||
        !meter_start(&fanout->meter, &fanout->loop, &fanout->tally.timeline)) {
        complain("out of memory");
        return false;
    }
    fanout->figures.started_at = time(NULL);
    say_what_is_left_out(fanout);
    listen_for_signals(fanout);
    progress_start(&fanout->progress, &fanout->loop, options->quiet ? NULL : stderr, &fanout->tally,
                   fanout->workload.total);
    if (!workload_start(&fanout->workload, on_finished, fanout, &error)) {
        complain("%s", error.message);
        return false;
    }
    uv_run(&fanout->loop, UV_RUN_DEFAULT);
    return true;
}

/* ---- Afterwards ---- */

static void fill_figures(fanout_program *fanout)
{
    fanout_figures *figures = &fanout->figures;

    figures->options = &fanout->options;
    figures->tally = &fanout->tally;
    figures->lag = &fanout->meter.lag;
    figures->prompt_count = fanout->prompts.count;
    figures->total = fanout->workload.total;
    figures->succeeded = tally_succeeded_count(&fanout->tally);
    figures->failed = tally_failed_count(&fanout->tally);
    figures->not_started = fanout->workload.total - tally_started(&fanout->tally);
    figures->interrupted = fanout->interrupted;
    figures->suspect = meter_is_suspect(&figures->cost, figures->lag);
}

/* What was printed may have been kept back until now: false, and said, when it is lost. */
static bool is_printed(FILE *out, const char *what)
{
    bool lost;

    errno = 0;
    lost = fflush(out) != 0 || ferror(out);
    if (lost)
        complain("cannot write %s: %s", what, errno ? strerror(errno) : "the disk may be full");
    return !lost;
}

/* False when a file, or the summary, could not be written. */
static bool report(fanout_program *fanout)
{
    const fanout_options *options = &fanout->options;
    bool results_on_output = options->results_path && strcmp(options->results_path, "-") == 0;
    FILE *summary = results_on_output ? stderr : stdout;
    char message[REPORT_MESSAGE_MAX];
    bool written = true;

    if (options->results_path && !results_close(&fanout->results)) {
        complain("%s", fanout->results.message);
        written = false;
    }
    fill_figures(fanout);
    if (!options->quiet) {
        summary_print(summary, &fanout->figures);
        written = is_printed(summary, "the summary") && written;
    }
    for (size_t i = 0; i < options->report_count; i++)
        if (!report_write(options->report_paths[i], &fanout->figures, message)) {
            complain("%s", message);
            written = false;
        }
    return written;
}

static void clean_up(fanout_program *fanout)
{
    workload_deinit(&fanout->workload);
    meter_deinit(&fanout->meter);
    tally_deinit(&fanout->tally);
    prompts_deinit(&fanout->prompts);
    uv_loop_close(&fanout->loop);
}

static int run(fanout_program *fanout)
{
    bool written;

    if (!read_token(fanout) || !connections_fit(&fanout->options))
        return EXIT_WRONG_USAGE;
    if (uv_loop_init(&fanout->loop) != 0) {
        complain("cannot make an event loop");
        return EXIT_WRONG_USAGE;
    }
    if (!open_client(fanout) || !open_files(fanout))
        return EXIT_WRONG_USAGE;
    if (!run_workload(fanout))
        return EXIT_SOME_FAILED;
    written = report(fanout);
    clean_up(fanout);
    if (!written)
        return EXIT_NOT_WRITTEN;
    return fanout->figures.succeeded == fanout->figures.total ? EXIT_ALL_GOOD : EXIT_SOME_FAILED;
}

/* Where a standard stream is closed, the next file or socket would take its number, and what is printed. */
static void fill_standard_streams(void)
{
    int file;

    do {
        file = open("/dev/null", O_RDWR);
    } while (file >= 0 && file <= STDERR_FILENO);
    if (file >= 0)
        close(file);
}

int main(int argc, char **argv)
{
    static fanout_program fanout; /* zeroed, and too large for a stack */
    char message[OPTIONS_MESSAGE_MAX];

    fill_standard_streams();
    switch (options_parse(argc, argv, &fanout.options, message)) {
    case OPTIONS_HELP:
        help_print();
        return is_printed(stdout, "the help") ? EXIT_ALL_GOOD : EXIT_NOT_WRITTEN;
    case OPTIONS_VERSION:
        puts("weft-fanout " WEFT_VERSION);
        return is_printed(stdout, "the version") ? EXIT_ALL_GOOD : EXIT_NOT_WRITTEN;
    case OPTIONS_WRONG:
        complain("%s; weft-fanout --help explains", message);
        return EXIT_WRONG_USAGE;
    case OPTIONS_GO:
        break;
    }
    signal(SIGPIPE, SIG_IGN); /* a reader of the results that goes away is an error to report */
    return run(&fanout);
}
