/* The files of an execution: an archive behind a presigned URL. */
#include "weft/skillbox.h"

#include "base/url.h"
#include "client/client.h"
#include "call/unpack_call.h"
#include "service/common.h"
#include "service/skillbox_operations.h"

enum { DEFAULT_MAX_ENTRIES = 100000, DEFAULT_MAX_RATIO = 250 };
static const uint64_t default_max_bytes = (uint64_t)4 << 30;

static weft__extract_limits limits_of(const weft_skillbox_download_execution_files_options *download)
{
    weft_skillbox_download_execution_files_options ours =
        download ? *download : (weft_skillbox_download_execution_files_options){0};

    return (weft__extract_limits){
        .max_entries = ours.max_entries ? ours.max_entries : DEFAULT_MAX_ENTRIES,
        .max_bytes = ours.max_bytes ? ours.max_bytes : default_max_bytes,
        .max_ratio = ours.max_ratio ? ours.max_ratio : DEFAULT_MAX_RATIO,
    };
}

void weft__skillbox_inspect_download(weft__response *response)
{
    const weft__extract_counts *counts = weft__unpack_call_counts(response->call);
    weft_skillbox_download *download = weft__arena_zalloc(response->arena, sizeof(*download));

    response->result = download;
    if (!download) {
        weft__response_reject(response, WEFT_E_NO_MEMORY, NULL, "out of memory");
        return;
    }
    *download = (weft_skillbox_download){
        .files = counts->files,
        .directories = counts->directories,
        .skipped = counts->skipped,
        .bytes = counts->bytes,
    };
}

/* The text is that of an answer: what is wrong with it is named, but not shown, for it is a secret. */
static const char *check_url(weft__heap *heap, const char *text, weft__url *ret_url)
{
    weft__url_error error;

    if (weft__url_parse(heap, weft__str(text), 0, ret_url, &error))
        return NULL;
    return error.no_memory ? "files_url: out of memory" : "files_url: no absolute URL of http or https";
}

weft_call *weft_skillbox_download_execution_files(weft_client *client, const char *files_url, const char *directory,
                                                  const weft_skillbox_download_execution_files_options *download,
                                                  const weft_call_options *options, weft_skillbox_download_cb *cb,
                                                  void *arg)
{
    weft__extract_limits limits = limits_of(download);
    weft__url url = {0};
    weft__invocation invocation = {
        .operation = &weft__skillbox_operations[WEFT__SKILLBOX_DOWNLOAD_EXECUTION_FILES],
        .accept = "*/*",
        .service = &weft__skillbox_service,
        .anonymous = true,
        .invalid = weft__require(directory, "directory is required"),
    };
    weft__heap *heap;
    weft_call *call;

    if (!client)
        return NULL;
    heap = &weft_client_get_engine(client)->loop.heap;
    if (!weft__require(files_url, "")) {
        const char *complaint = check_url(heap, files_url, &url);

        invocation.url = &url;
        if (!invocation.invalid)
            invocation.invalid = complaint;
    }
    call = weft__unpack_submit(client, &invocation, directory, &limits, download ? download->on_progress : NULL,
                               options, WEFT__CALLBACK(skillbox_download, cb, arg));
    weft__url_deinit(heap, &url);
    return call;
}
