#include "compose/pages.h"

#include <inttypes.h>
#include <stdio.h>

#include "call/conductor.h"
#include "compose/copy.h"
#include "compose/part.h"

typedef struct weft__pager {
    weft_call call;   /* what the caller holds; it has no exchange of its own */
    weft__part fetch; /* under way, or the last one */
    weft__pages pages;
    weft__invocation invocation; /* as kept in the call's arena */
    weft_call_options options;
    int64_t page;
} weft__pager;

static weft__pager *pager_of(weft_call *call)
{
    return (weft__pager *)(void *)call;
}

static void on_page(weft_call *fetch, const weft_error *error, const void *result, void *arg);

static void fetch_page(weft__pager *pager)
{
    char number[24];
    weft__query_item query = {pager->pages.page_name, pager->page > 0 ? number : NULL};
    weft__invocation invocation = pager->invocation;

    snprintf(number, sizeof(number), "%" PRId64, pager->page);
    invocation.query = &query;
    invocation.query_count = 1;
    if (!weft__part_start(&pager->fetch, &pager->call, &invocation, &pager->options, on_page))
        weft__call_fail_memory(&pager->call);
}

/* True when there may be more pages, and they are wanted. */
static bool hand_over(weft__pager *pager, const void *result)
{
    const weft__pages *pages = &pager->pages;
    const void *item;

    for (size_t i = 0; (item = pages->item(result, i)) != NULL; i++)
        if (!pages->each(item, &pages->hook) || weft__call_end_if_doomed(&pager->call))
            return false;
    return !pages->is_last(result, pager->page > 0 ? pager->page : 1);
}

static void on_page(weft_call *fetch, const weft_error *error, const void *result, void *arg)
{
    weft__pager *pager = pager_of(arg);
    weft_call *call = &pager->call;
    bool more;

    (void)fetch;
    weft__part_end(&pager->fetch, call);
    if (!weft__call_end_if_doomed(call)) {
        more = !error && hand_over(pager, result);
        if (more) {
            pager->page = pager->page > 0 ? pager->page + 1 : 2;
            fetch_page(pager);
        } else if (weft__call_is_running(call)) {
            weft__call_mark(call, error, result);
            weft__call_report_now(call);
        }
    }
    weft_call_unref(call);
}

static void pages_stop(weft_call *call)
{
    weft__part_stop(&pager_of(call)->fetch);
}

static void pages_dispose(weft_call *call)
{
    weft__part_dispose(&pager_of(call)->fetch);
}

static const weft__call_kind pages_kind = {
    .size = sizeof(weft__pager),
    .stop = pages_stop,
    .dispose = pages_dispose,
};

weft_call *weft__pages_submit(weft_client *client, const weft__pages *pages, const weft_call_options *options,
                              weft__hook hook)
{
    weft_call_options mine = {.group = options ? options->group : NULL};
    weft_call *call = weft__call_new(client, &pages_kind, &mine, false);
    weft__pager *pager;

    if (!call)
        return NULL;
    pager = pager_of(call);
    weft__call_take(call, pages->invocation->operation, hook);
    /* The deadlines of a call are for each page. */
    call->timeouts = (weft_timeouts){0};
    pager->pages = *pages;
    pager->page = pages->first_page;
    if (weft__part_prepare(call, pages->invocation, options, &pager->invocation, &pager->options))
        fetch_page(pager);
    return call;
}
