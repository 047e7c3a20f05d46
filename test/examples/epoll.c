/* weft within a program's own epoll loop: the descriptor of weft's loop is one more in the program's set.
 * Usage: epoll URL, of a Stromboli. */
#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include <weft/weft.h>

typedef struct program {
    weft_engine *engine;
    weft_client *api;
    int set, timer; /* the program's own, as is what it does beside weft */
    bool is_over;
    int status;
} program;

static void on_closed(void *arg)
{
    ((program *)arg)->is_over = true;
}

static void finish(program *it, const char *words)
{
    puts(words);
    weft_engine_close(it->engine, on_closed, it);
}

static void on_job(weft_call *call, const weft_error *error, const weft_stromboli_job *job, void *arg)
{
    program *it = arg;

    (void)call;
    it->status = error || !weft_stromboli_job_is_completed(job);
    finish(it, error ? error->message : job->output.ptr ? job->output.ptr : "no output");
}

static void on_started(weft_call *call, const weft_error *error, const weft_stromboli_run_async_response *started,
                       void *arg)
{
    program *it = arg;

    (void)call;
    /* Between two looks at the job only time passes: epoll_wait must return for the next one. */
    if (error || !weft_stromboli_wait_job(it->api, started->job_id.ptr, NULL, NULL, NULL, on_job, it))
        finish(it, error ? error->message : "out of memory");
}

static void on_timer(program *it)
{
    weft_stromboli_run_request request = {.prompt = "Review this code"};

    timerfd_settime(it->timer, 0, &(struct itimerspec){.it_value.tv_sec = 0}, NULL);
    if (!weft_stromboli_run_async(it->api, &request, NULL, on_started, it))
        finish(it, "out of memory");
}

/* How many milliseconds the loop can be left alone unless its descriptor is ready; -1 is for ever. libuv counts from
 * when it last looked at the clock, which others here have let pass; and says 0 of a loop that nothing keeps alive. */
static int time_left(uv_loop_t *loop)
{
    uv_update_time(loop);
    return uv_loop_alive(loop) ? uv_backend_timeout(loop) : -1;
}

/* The program's loop. Returns how many turns of weft's it took; 0 when the system refuses. */
static unsigned live(program *it, uv_loop_t *loop)
{
    unsigned turns = 0;

    while (!it->is_over) {
        struct epoll_event events[8];
        int count = epoll_wait(it->set, events, 8, time_left(loop));

        if (count < 0 && errno != EINTR)
            return 0;
        for (int i = 0; i < count; i++)
            if (events[i].data.fd == it->timer)
                on_timer(it);
        /* One turn, in which weft's callbacks are called, whatever woke us: it may have begun something. */
        uv_run(loop, UV_RUN_NOWAIT);
        turns++;
    }
    return turns;
}

static bool add(int set, int descriptor)
{
    return epoll_ctl(set, EPOLL_CTL_ADD, descriptor, &(struct epoll_event){.events = EPOLLIN, .data.fd = descriptor}) ==
           0;
}

int main(int argc, char **argv)
{
    weft_client_options options = {.base_url = argc > 1 ? argv[1] : "http://localhost:8585"};
    uv_loop_t *loop = uv_default_loop();
    struct itimerspec soon = {.it_value.tv_nsec = 200000000};
    program it = {.set = epoll_create1(EPOLL_CLOEXEC), .timer = timerfd_create(CLOCK_MONOTONIC, 0), .status = 1};
    weft_error_info problem;
    unsigned turns = 0;

    it.engine = weft_engine_new(loop, NULL, &problem);
    it.api = it.engine ? weft_stromboli_client(it.engine, &options, &problem) : NULL;
    if (!it.api) {
        fprintf(stderr, "%s\n", problem.message);
        return 2;
    }
    weft_engine_hold(it.engine); /* posts of other threads are run at any time, and an idle loop is asleep, not over */
    if (add(it.set, uv_backend_fd(loop)) && add(it.set, it.timer) && timerfd_settime(it.timer, 0, &soon, NULL) == 0)
        turns = live(&it, loop);
    if (turns == 0)
        perror("cannot wait");
    printf("in %u turns of the loop\n", turns);
    close(it.timer);
    close(it.set);
    return uv_loop_close(loop) == 0 ? it.status : 1;
}
