/* Registers a skill, waits until it may be run, runs it, and fetches the files that it made. Usage: skillbox URL */
#include <stdio.h>
#include <string.h>

#include <uv.h>
#include <weft/weft.h>

enum { LOOK_AGAIN_MS = 50 };

typedef struct work {
    weft_client *api;
    uv_timer_t timer;
    const char *skill;
    int status;
} work;

static void end(work *work, const weft_error *error)
{
    if (error)
        fprintf(stderr, "%s\n", error->message);
    work->status = error ? 1 : 0;
    uv_close((uv_handle_t *)&work->timer, NULL);
}

static void on_files(weft_call *call, const weft_error *error, const weft_skillbox_download *download, void *arg)
{

    (void)call;
    if (!error)
        printf("%llu files with %llu bytes are in ./files\n", (unsigned long long)download->files,
               (unsigned long long)download->bytes);
    end(arg, error);
}

static void on_run(weft_call *call, const weft_error *error, const weft_skillbox_execution *run, void *arg)
{
    work *work = arg;
    int64_t rows;

    (void)call;
    if (error) {
        end(work, error);
        return;
    }
    /* An answer is no success yet: the skill itself may have failed. */
    printf("%s after %lld ms\n", run->status.ptr, (long long)run->duration_ms);
    /* The output is whatever JSON the skill has made of it. */
    if (weft_json_get_int64(weft_json_get_member(run->output, "row_count"), &rows))
        printf("%lld rows\n", (long long)rows);
    if (!weft_skillbox_execution_is_completed(run))
        printf("because: %s\n", run->error.ptr);
    weft_skillbox_download_execution_files(work->api, run->files_url.ptr, "files", NULL, NULL, on_files, work);
}

static void run_skill(work *work)
{
    weft_skillbox_run_request request = {.skill = work->skill, .input = "{\"data\": [1, 2, 3]}"};

    weft_skillbox_run(work->api, &request, NULL, on_run, work);
}

static void on_versions(weft_call *call, const weft_error *error, const weft_skillbox_skill_version_list *result,
                        void *arg);

static void look_again(uv_timer_t *timer)
{
    work *work = timer->data;

    weft_skillbox_list_skill_versions(work->api, work->skill, NULL, on_versions, work);
}

/* A skill is scanned before it can be run. */
static void on_versions(weft_call *call, const weft_error *error, const weft_skillbox_skill_version_list *list,
                        void *arg)
{
    const char *status;
    work *work = arg;

    (void)call;
    if (error) {
        end(work, error);
        return;
    }
    status = list->count > 0 && list->items[0].status.ptr ? list->items[0].status.ptr : "";
    if (strcmp(status, WEFT_SKILLBOX_SKILL_AVAILABLE) == 0)
        run_skill(work);
    else
        uv_timer_start(&work->timer, look_again, LOOK_AGAIN_MS, 0);
}

static void on_registered(weft_call *call, const weft_error *error, const weft_skillbox_accepted_skill *accepted,
                          void *arg)
{
    work *work = arg;

    (void)call;
    if (error) {
        end(work, error);
        return;
    }
    printf("registered %s %s\n", accepted->name.ptr ? accepted->name.ptr : work->skill,
           accepted->version.ptr ? accepted->version.ptr : "");
    look_again(&work->timer);
}

int main(int argc, char **argv)
{
    weft_client_options options = {.base_url = argc > 1 ? argv[1] : "http://localhost:8080"};
    work work = {.skill = "count-rows", .status = 1};
    weft_skillbox_upsert_skill_request fields = {
        .name = work.skill,
        .description = "Counts the rows of a table",
        .code = "import json, os\n"
                "rows = json.loads(os.environ['SANDBOX_INPUT'])['data']\n"
                "print(json.dumps({'row_count': len(rows)}))\n",
    };
    weft_error_info info;
    weft_engine *engine;
    uv_loop_t loop;

    if (uv_loop_init(&loop) != 0)
        return 1;
    engine = weft_engine_new(&loop, NULL, &info);
    uv_timer_init(&loop, &work.timer);
    work.timer.data = &work;
    if (engine)
        work.api = weft_skillbox_client(engine, &options, &info); /* the key is in SKILLBOX_API_KEY */
    if (!work.api) {
        fprintf(stderr, "%s\n", info.message);
        uv_close((uv_handle_t *)&work.timer, NULL);
    } else {
        /* weft_skillbox_register_skill does the same with a zip archive. */
        weft_skillbox_upsert_skill(work.api, &fields, NULL, on_registered, &work);
    }
    uv_run(&loop, UV_RUN_DEFAULT);
    weft_engine_close(engine, NULL, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    return uv_loop_close(&loop) == 0 ? work.status : 1;
}
