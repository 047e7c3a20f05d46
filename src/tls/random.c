#include "tls/parts.h"

int weft__tls_random(void *context, unsigned char *bytes, size_t len)
{
    (void)context;
    return uv_random(NULL, NULL, bytes, len, 0, NULL) == 0 ? 0 : MBEDTLS_ERR_PK_BAD_INPUT_DATA;
}
