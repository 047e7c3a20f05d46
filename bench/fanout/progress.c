#include "fanout/progress.h"

#include "fanout/format.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LIVE_EVERY_MS = 125, PLAIN_EVERY_MS = 5000, COLUMNS_USUAL = 80, LINE_MAX_BYTES = 512, BAR_CELLS = 20 };

/* ---- The figures ---- */

static uint64_t events_of(const fanout_tally *tally)
{
    return tally->modes[0].events + tally->modes[1].events + tally->modes[2].events;
}

static void take_sample(fanout_progress *progress, uint64_t now)
{
    progress->samples[progress->sample_count++ % PROGRESS_SAMPLES] = (progress_sample){
        .time = now,
        .done = tally_done(progress->tally),
        .events = events_of(progress->tally),
    };
}

static const progress_sample *oldest_sample(const fanout_progress *progress)
{
    size_t count = progress->sample_count;

    return &progress->samples[count > PROGRESS_SAMPLES ? count % PROGRESS_SAMPLES : 0];
}

typedef struct progress_snapshot {
    uint64_t done, failed, in_flight;
    double elapsed; /* seconds */
    double rate;    /* done per second, lately */
    double events;  /* per second, lately */
} progress_snapshot;

static progress_snapshot look(const fanout_progress *progress, uint64_t now)
{
    const progress_sample *then = oldest_sample(progress);
    double span = now > then->time ? (double)(now - then->time) / 1e9 : 0;
    progress_snapshot snapshot = {
        .done = tally_done(progress->tally),
        .failed = tally_failed_count(progress->tally),
        .in_flight = progress->tally->timeline.in_flight,
        .elapsed = (double)(now - progress->began) / 1e9,
    };

    if (span > 0) {
        snapshot.rate = (double)(snapshot.done - then->done) / span;
        snapshot.events = (double)(events_of(progress->tally) - then->events) / span;
    }
    return snapshot;
}

/* ---- The line: pieces, the most important first, as many as fit ---- */

typedef struct progress_line {
    char bytes[LINE_MAX_BYTES];
    size_t len;
    size_t columns; /* taken so far; escape sequences take none */
    size_t columns_max;
    bool full; /* a piece did not fit: none behind it is shown */
} progress_line;

/* `style` is an escape sequence, or NULL. */
static void add_piece(progress_line *line, const char *style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void add_piece(progress_line *line, const char *style, const char *format, ...)
{
    char piece[128];
    const char *gap = line->columns ? "  " : "";
    va_list args;
    size_t columns;
    int written;

    va_start(args, format);
    vsnprintf(piece, sizeof(piece), format, args);
    va_end(args);
    columns = strlen(gap) + strlen(piece);
    if (line->full || line->columns + columns > line->columns_max) {
        line->full = true;
        return;
    }
    written = snprintf(line->bytes + line->len, sizeof(line->bytes) - line->len, "%s%s%s%s", gap, style ? style : "",
                       piece, style ? "\033[0m" : "");
    if (written < 0 || (size_t)written >= sizeof(line->bytes) - line->len) {
        line->bytes[line->len] = '\0';
        line->full = true;
        return;
    }
    line->len += (size_t)written;
    line->columns += columns;
}

static void add_bar(progress_line *line, double share)
{
    char bar[BAR_CELLS + 1];
    int filled = (int)(share * BAR_CELLS);

    memset(bar, '.', BAR_CELLS);
    memset(bar, '=', (size_t)filled);
    if (filled > 0 && filled < BAR_CELLS)
        bar[filled - 1] = '>';
    bar[BAR_CELLS] = '\0';
    add_piece(line, NULL, "[%s] %3d%%", bar, (int)(share * 100));
}

static void add_remaining(progress_line *line, const fanout_progress *progress, const progress_snapshot *snapshot)
{
    char text[FORMAT_MAX];

    if (snapshot->rate > 0)
        add_piece(line, NULL, "%s left",
                  format_clock(text, (double)(progress->total - snapshot->done) / snapshot->rate + 0.5));
    else
        add_piece(line, NULL, "-:-- left");
}

/* A narrow terminal has no room for the bar, nor for every word. */
static void compose(progress_line *line, const fanout_progress *progress, const progress_snapshot *snapshot)
{
    char one[FORMAT_MAX], other[FORMAT_MAX];
    const char *red = progress->colored && snapshot->failed ? "\033[1;31m" : NULL;
    const fanout_histogram *latency = &progress->tally->latency;
    bool wide = line->columns_max >= 110;

    if (wide)
        add_bar(line, (double)snapshot->done / (double)progress->total);
    add_piece(line, NULL, "%s/%s%s", format_count(one, snapshot->done), format_count(other, progress->total),
              wide ? " done" : "");
    add_piece(line, red, "%s failed", format_count(one, snapshot->failed));
    add_piece(line, NULL, "%s in flight", format_count(one, snapshot->in_flight));
    add_piece(line, NULL, "%s/s", format_rate(one, snapshot->rate));
    if (latency->count)
        add_piece(line, NULL, "p50 %s p99 %s", format_duration(one, histogram_percentile(latency, 50)),
                  format_duration(other, histogram_percentile(latency, 99)));
    if (wide)
        add_piece(line, NULL, "%s elapsed", format_clock(one, snapshot->elapsed));
    add_remaining(line, progress, snapshot);
    if (!wide)
        add_piece(line, NULL, "%s", format_clock(one, snapshot->elapsed));
    if (snapshot->events > 0)
        add_piece(line, NULL, "%s events/s", format_rate(one, snapshot->events));
}

/* ---- Where it is shown ---- */

static size_t terminal_columns(FILE *out)
{
    struct winsize size;

    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return COLUMNS_USUAL;
}

static void show(fanout_progress *progress)
{
    uint64_t now = uv_hrtime();
    progress_line line = {.columns_max = LINE_MAX_BYTES / 2};
    progress_snapshot snapshot;

    if (progress->live)
        line.columns_max = terminal_columns(progress->out) - 1; /* the last column would wrap */
    snapshot = look(progress, now);
    compose(&line, progress, &snapshot);
    take_sample(progress, now);
    if (progress->live)
        fprintf(progress->out, "\r%s\033[K", line.bytes);
    else
        fprintf(progress->out, "%s\n", line.bytes);
    fflush(progress->out);
    progress->shown = progress->live;
}

static void on_timer(uv_timer_t *timer)
{
    show(timer->data);
}

void progress_start(fanout_progress *progress, uv_loop_t *loop, FILE *out, const fanout_tally *tally, uint64_t total)
{
    const char *terminal = getenv("TERM");
    const char *no_color = getenv("NO_COLOR");
    uint64_t every;

    memset(progress, 0, sizeof(*progress));
    progress->out = out;
    progress->tally = tally;
    progress->total = total;
    progress->began = uv_hrtime();
    uv_timer_init(loop, &progress->timer);
    progress->timer.data = progress;
    if (!out)
        return;
    progress->live = isatty(fileno(out)) && terminal && strcmp(terminal, "dumb") != 0;
    progress->colored = progress->live && (!no_color || !*no_color);
    take_sample(progress, progress->began);
    every = progress->live ? LIVE_EVERY_MS : PLAIN_EVERY_MS;
    uv_timer_start(&progress->timer, on_timer, every, every);
}

void progress_clear(fanout_progress *progress)
{
    if (!progress->shown)
        return;
    fputs("\r\033[K", progress->out);
    fflush(progress->out);
    progress->shown = false;
}

void progress_stop(fanout_progress *progress)
{
    /* A live line makes way for the summary; plain ones stay, and would end somewhere short of the end. */
    if (progress->live)
        progress_clear(progress);
    else if (progress->out)
        show(progress);
    uv_close((uv_handle_t *)&progress->timer, NULL);
}
