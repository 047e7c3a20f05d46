/* Any text is a URL or an error with a text; a URL's own texts mean the same URL again; a reference resolved
 * against any URL stays within what can be sent. The first byte says which flags, a line feed parts the
 * reference. */
#include "base/url.h"

#include <stdlib.h>

static weft__heap heap;

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_slices(const weft__url *url)
{
    const weft_str all[] = {url->origin, url->authority, url->host,       url->path,
                            url->query,  url->userinfo,  url->socket_path};

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        require(all[i].ptr ? strlen(all[i].ptr) == all[i].len : all[i].len == 0);
    for (const char *at = url->path.ptr; *at; at++)
        require(*at > 0x20 && *at < 0x7F);
    for (const char *at = url->query.ptr; at && *at; at++)
        require(*at > 0x20 && *at < 0x7F);
    require(!weft__text_has_control(url->authority.ptr) && url->authority.len > 0 && url->port > 0);
    require(url->path.len == 0 || url->path.ptr[0] == '/');
    require((url->scheme == WEFT__URL_UNIX) == (url->socket_path.ptr != NULL));
}

/* The target, as a reference to where it came from, must lead there again. */
static void check_target(const weft__url *url)
{
    weft__buffer target;
    weft__url again;
    weft__url_error error;

    weft__buffer_init(&target, &heap, 8 * WEFT__URL_MAX_BYTES);
    weft__buffer_append_text(&target, url->path.len ? url->path.ptr : "/");
    weft__buffer_append_text(&target, url->query.ptr ? "?" : "");
    weft__buffer_append(&target, url->query.ptr, url->query.len);
    require(!target.failed);
    require(target.len > 0 && target.data[0] == '/');
    /* Two slashes at the front would be read as a host; a long one grows past the limit by its escapes. */
    if ((target.len < 2 || target.data[1] != '/') && target.len < WEFT__URL_MAX_BYTES / 2) {
        require(weft__url_resolve(&heap, url, (weft_str){target.data, target.len}, &again, &error));
        require(weft__url_same_origin(url, &again));
        require(weft__text_equal(url->query, again.query));
        require(weft__text_equal(url->path, again.path) || url->path.len == 0);
        weft__url_deinit(&heap, &again);
    }
    weft__buffer_deinit(&target);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    weft_str text, reference = {"", 0};
    const char *line;
    weft__url url, led_to;
    weft__url_error error = {0};

    if (size == 0)
        return 0;
    text = (weft_str){(const char *)data + 1, size - 1};
    weft__heap_init(&heap, NULL);
    line = memchr(text.ptr, '\n', text.len);
    if (line) {
        reference = (weft_str){line + 1, text.len - (size_t)(line + 1 - text.ptr)};
        text.len = (size_t)(line - text.ptr);
    }
    if (weft__url_parse(&heap, text, data[0] & 3u, &url, &error)) {
        check_slices(&url);
        check_target(&url);
        if (weft__url_resolve(&heap, &url, reference, &led_to, &error)) {
            check_slices(&led_to);
            require(led_to.scheme != WEFT__URL_UNIX || weft__url_same_origin(&url, &led_to));
            weft__url_deinit(&heap, &led_to);
        }
        weft__url_deinit(&heap, &url);
    } else {
        require(error.text[0] != '\0' && !error.no_memory);
    }
    weft__heap_deinit(&heap);
    return 0;
}
