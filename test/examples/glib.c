/* weft within GLib: a GSource runs weft's loop when there is something to do, and sleeps with GLib while there is not.
 * Usage: glib URL, of a Stromboli. */
#include <glib.h>
#include <weft/weft.h>

typedef struct loop_source {
    GSource source; /* first: GLib knows no more of it */
    uv_loop_t *loop;
    gpointer descriptor;
    unsigned turns;
} loop_source;

/* How many milliseconds the loop can be left alone unless its descriptor is ready; -1 is for ever. libuv counts from
 * when it last looked at the clock, which others here have let pass; and says 0 of a loop that nothing keeps alive. */
static int time_left(uv_loop_t *loop)
{
    uv_update_time(loop);
    return uv_loop_alive(loop) ? uv_backend_timeout(loop) : -1;
}

static gboolean loop_prepare(GSource *source, gint *timeout)
{
    *timeout = time_left(((loop_source *)source)->loop);
    return *timeout == 0;
}

static gboolean loop_check(GSource *source)
{
    loop_source *it = (loop_source *)source;

    return g_source_query_unix_fd(source, it->descriptor) != 0 || time_left(it->loop) == 0;
}

static gboolean loop_dispatch(GSource *source, GSourceFunc callback, gpointer arg)
{
    (void)callback;
    (void)arg;
    ((loop_source *)source)->turns++;
    uv_run(((loop_source *)source)->loop, UV_RUN_NOWAIT); /* one turn, in which weft's callbacks are called */
    return G_SOURCE_CONTINUE;
}

static GSourceFuncs functions = {.prepare = loop_prepare, .check = loop_check, .dispatch = loop_dispatch};

typedef struct program {
    GMainLoop *main_loop;
    weft_engine *engine;
    weft_client *api;
    int status;
} program;

static void on_closed(void *arg)
{
    g_main_loop_quit(((program *)arg)->main_loop);
}

static void finish(program *it, const char *words)
{
    g_print("%s\n", words);
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
    /* Between two looks at the job only time passes: GLib must be awake for the next one. */
    if (error || !weft_stromboli_wait_job(it->api, started->job_id.ptr, NULL, NULL, NULL, on_job, it))
        finish(it, error ? error->message : "out of memory");
}

static gboolean on_user(gpointer arg) /* who has thought for a while */
{
    weft_stromboli_run_request request = {.prompt = "Review this code"};
    program *it = arg;

    if (!weft_stromboli_run_async(it->api, &request, NULL, on_started, it))
        finish(it, "out of memory");
    return G_SOURCE_REMOVE;
}

int main(int argc, char **argv)
{
    weft_client_options options = {.base_url = argc > 1 ? argv[1] : "http://localhost:8585"};
    uv_loop_t *loop = uv_default_loop();
    program it = {.main_loop = g_main_loop_new(NULL, FALSE), .status = 1};
    weft_error_info problem;
    loop_source *source;

    it.engine = weft_engine_new(loop, NULL, &problem);
    it.api = it.engine ? weft_stromboli_client(it.engine, &options, &problem) : NULL;
    if (!it.api) {
        g_printerr("%s\n", problem.message);
        return 2;
    }
    weft_engine_hold(it.engine); /* posts of other threads are run at any time, and an idle loop is asleep, not over */
    source = (loop_source *)g_source_new(&functions, sizeof(*source));
    source->loop = loop;
    source->descriptor = g_source_add_unix_fd(&source->source, uv_backend_fd(loop), G_IO_IN);
    g_source_attach(&source->source, NULL);
    g_timeout_add(200, on_user, &it);
    g_main_loop_run(it.main_loop);
    g_print("in %u turns of the loop\n", source->turns);
    g_source_destroy(&source->source);
    g_source_unref(&source->source);
    g_main_loop_unref(it.main_loop);
    return uv_loop_close(loop) == 0 ? it.status : 1;
}
