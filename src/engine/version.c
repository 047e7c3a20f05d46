#include "weft/weft.h"

#include "http/gzip.h"
#include "http/response_parser.h"
#include "loop/poller.h"
#include "tls/tls.h"

const char *weft_version(void)
{
    return WEFT_VERSION;
}

uint32_t weft_version_number(void)
{
    return WEFT_VERSION_NUMBER;
}

void weft_get_features(weft_features *ret_features)
{
    *ret_features = (weft_features){
        .gzip = weft__gzip_is_supported(),
        .tls_1_3 = weft__tls_speaks_1_3(),
        .poller = WEFT__POLLER_NAME,
        .libuv_version = uv_version_string(),
        .llhttp_version = WEFT__LLHTTP_VERSION,
        .tls_version = weft__tls_library(),
        .zlib_version = weft__gzip_library(),
    };
}
