/* What the library says of itself. */
#include "test.h"

#include <string.h>

#include "weft/weft.h"

TEST(version_is_told_as_text_and_as_a_number_that_grows)
{
    CHECK_STR(weft_version(), WEFT_VERSION);
    CHECK_EQ(weft_version_number(), WEFT_VERSION_NUMBER);
    CHECK_EQ(WEFT_VERSION_NUMBER, WEFT_VERSION_MAJOR * 65536 + WEFT_VERSION_MINOR * 256 + WEFT_VERSION_PATCH);
}

TEST(features_are_those_of_this_build)
{
    weft_features features;

    memset(&features, 0xA5, sizeof(features));
    weft_get_features(&features);
    CHECK_STR(features.libuv_version, uv_version_string());
    CHECK_CONTAINS(features.tls_version, "bed TLS ");
    CHECK(features.llhttp_version[0] >= '8');
    CHECK(strcmp(features.poller, "epoll") == 0 || strcmp(features.poller, "uv_poll") == 0);
    CHECK_EQ(features.gzip, features.zlib_version != NULL);
}
