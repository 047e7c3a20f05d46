#include "net/proxy.h"

#include <string.h>

#include "base/assert.h"
#include "base/text.h"

/* "user:password" of a URL, unescaped, as the header that carries it. NULL when that cannot be. */
static char *render_credentials(weft__heap *heap, weft_str userinfo, weft__url_error *ret_error)
{
    static const char begin[] = "Proxy-Authorization: Basic ";
    weft__buffer plain, line;
    char *text = NULL;

    if (!userinfo.len)
        return weft__strdup(heap, "");
    weft__buffer_init(&plain, heap, 4096);
    weft__buffer_init(&line, heap, 8192);
    plain.secret = line.secret = true;
    if (weft__text_append_unescaped(&plain, userinfo.ptr, userinfo.len)) {
        if (!memchr(plain.data, ':', plain.len))
            weft__buffer_append_char(&plain, ':');
        weft__buffer_append(&line, begin, sizeof(begin) - 1);
        weft__text_append_base64(&line, plain.data, plain.len);
        weft__buffer_append(&line, "\r\n", 3); /* and its NUL */
        if (!plain.failed && !line.failed) {
            text = line.data;
            line.data = NULL;
        }
    } else if (!plain.failed) {
        *ret_error = (weft__url_error){.text = "a % in the user name or password is not followed by two hex digits"};
    }
    weft__buffer_wipe(&plain);
    weft__buffer_wipe(&line);
    weft__buffer_deinit(&plain);
    weft__buffer_deinit(&line);
    return text;
}

static bool parse(weft__heap *heap, const char *text, weft__url *ret_url, weft__url_error *ret_error)
{
    char *with_scheme;
    size_t size = strlen(text) + sizeof("http://");
    bool ok;

    if (strstr(text, "://"))
        return weft__url_parse(heap, weft__str(text), WEFT__URL_USERINFO, ret_url, ret_error);
    with_scheme = weft__alloc(heap, size);
    if (!with_scheme) {
        *ret_error = (weft__url_error){.no_memory = true, .text = "out of memory"};
        return false;
    }
    memcpy(with_scheme, "http://", sizeof("http://"));
    memcpy(with_scheme + sizeof("http://") - 1, text, strlen(text) + 1);
    ok = weft__url_parse(heap, weft__str(with_scheme), WEFT__URL_USERINFO, ret_url, ret_error);
    weft__wipe(with_scheme, size);
    weft__free(heap, with_scheme);
    return ok;
}

weft__proxy *weft__proxy_new(weft__heap *heap, const char *text, weft__url_error *ret_error)
{
    weft__proxy *proxy = weft__zalloc(heap, sizeof(*proxy));

    *ret_error = (weft__url_error){.no_memory = true, .text = "out of memory"};
    if (!proxy)
        return NULL;
    proxy->heap = heap;
    proxy->refs = 1;
    if (!parse(heap, text, &proxy->url, ret_error)) {
        weft__free(heap, proxy);
        return NULL;
    }
    if (proxy->url.scheme != WEFT__URL_HTTP) {
        *ret_error = (weft__url_error){.text = "a proxy's URL must begin with http://"};
        goto fail;
    }
    proxy->credentials = render_credentials(heap, proxy->url.userinfo, ret_error);
    if (proxy->credentials)
        return proxy;
fail:
    weft__proxy_unref(proxy);
    return NULL;
}

weft__proxy *weft__proxy_ref(weft__proxy *proxy)
{
    WEFT__ASSERT(proxy->refs > 0);
    proxy->refs++;
    return proxy;
}

void weft__proxy_unref(weft__proxy *proxy)
{
    if (!proxy || --proxy->refs > 0)
        return;
    if (proxy->credentials)
        weft__wipe(proxy->credentials, strlen(proxy->credentials));
    weft__free(proxy->heap, proxy->credentials);
    weft__url_deinit(proxy->heap, &proxy->url);
    weft__free(proxy->heap, proxy);
}

bool weft__proxy_is_same(const weft__proxy *a, const weft__proxy *b)
{
    if (!a || !b)
        return a == b;
    return weft__url_same_origin(&a->url, &b->url) && strcmp(a->credentials, b->credentials) == 0;
}
