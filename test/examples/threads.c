/* weft beside threads: eight of them ask, one has the loop and the engine. Usage: threads URL, of a Stromboli. */
#include <stdio.h>
#include <weft/weft.h>

enum { THREADS = 8, QUESTIONS = 5 };

/* What a thread has in the loop's hands, one question at a time. */
typedef struct worker {
    weft_engine *engine;
    weft_client *api;
    uv_thread_t thread;
    uv_sem_t answered; /* posted by the loop's thread: what it wrote before is the worker's to read */
    char prompt[64];
    char answer[512]; /* results live for the callback: what a thread wants of one is copied */
    bool is_answer;
    unsigned answers;
} worker;

/* ---- On the loop's thread: all functions of weft but weft_engine_post belong here ---- */

static void on_run(weft_call *call, const weft_error *error, const weft_stromboli_run_response *run, void *arg)
{
    worker *it = arg;

    (void)call;
    it->is_answer = !error && run->output.ptr;
    snprintf(it->answer, sizeof(it->answer), "%s",
             it->is_answer ? run->output.ptr
             : error       ? error->message
                           : "nothing");
    uv_sem_post(&it->answered);
}

static void ask(weft_engine *engine, void *arg)
{
    worker *it = arg;

    (void)engine;
    /* NULL is memory that was short: then no callback comes, and nobody else would wake the thread. */
    if (!weft_stromboli_run(it->api, &(weft_stromboli_run_request){.prompt = it->prompt}, NULL, on_run, it))
        uv_sem_post(&it->answered);
}

static void leave(weft_engine *engine, void *arg)
{
    (void)arg;
    weft_engine_release(engine);
}

/* ---- On a thread of its own ---- */

static void work(void *arg)
{
    worker *it = arg;

    for (int i = 1; i <= QUESTIONS; i++) {
        snprintf(it->prompt, sizeof(it->prompt), "Review chapter %d", i);
        it->is_answer = false;
        if (!weft_engine_post(it->engine, ask, it))
            break;
        uv_sem_wait(&it->answered);
        if (it->is_answer)
            it->answers++;
        else
            fprintf(stderr, "%s: %s\n", it->prompt, it->answer);
    }
    /* The last thing that it says. Unsaid the loop would run for ever, so that short memory is waited out. */
    while (!weft_engine_post(it->engine, leave, NULL))
        uv_sleep(10);
}

/* False when the system gives no thread. The hold is its own: it keeps the loop running until the thread has left. */
static bool start(worker *it, weft_engine *engine, weft_client *api)
{
    *it = (worker){.engine = engine, .api = api};
    if (uv_sem_init(&it->answered, 0) != 0)
        return false;
    weft_engine_hold(engine);
    if (uv_thread_create(&it->thread, work, it) == 0)
        return true;
    weft_engine_release(engine);
    uv_sem_destroy(&it->answered);
    return false;
}

int main(int argc, char **argv)
{
    weft_client_options options = {.base_url = argc > 1 ? argv[1] : "http://localhost:8585"};
    static worker workers[THREADS];
    unsigned threads = 0, answers = 0;
    weft_error_info problem;
    weft_engine *engine;
    weft_client *api;
    uv_loop_t loop;

    if (uv_loop_init(&loop) != 0)
        return 2;
    engine = weft_engine_new(&loop, NULL, &problem);
    api = engine ? weft_stromboli_client(engine, &options, &problem) : NULL;
    if (!api) {
        fprintf(stderr, "%s\n", problem.message);
        return 2;
    }
    while (threads < THREADS && start(&workers[threads], engine, api))
        threads++;
    uv_run(&loop, UV_RUN_DEFAULT); /* returns when every thread has left and nothing is in flight */
    for (unsigned i = 0; i < threads; i++) {
        uv_thread_join(&workers[i].thread);
        uv_sem_destroy(&workers[i].answered);
        answers += workers[i].answers;
    }
    printf("%u threads got %u answers\n", threads, answers);
    weft_engine_close(engine, NULL, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop) == 0 && answers == THREADS * QUESTIONS ? 0 : 1;
}
