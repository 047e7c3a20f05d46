#include "loop/work.h"

#include "base/assert.h"

static void on_run(uv_work_t *request)
{
    weft__work *work = request->data;

    work->run(work);
}

static void on_done(uv_work_t *request, int status)
{
    weft__work *work = request->data;
    weft__loop *loop = work->loop;

    (void)status;
    work->done(work);
    weft__loop_handle_closed(loop);
}

int weft__work_start(weft__loop *loop, weft__work *work)
{
    int status;

    WEFT__ASSERT(work->run && work->done && !loop->closing);
    work->loop = loop;
    work->request.data = work;
    status = uv_queue_work(loop->uv, &work->request, on_run, on_done);
    if (status == 0)
        weft__loop_handle_opened(loop);
    return status;
}
