/* weft_stromboli_get_image of names that servers do not route. */
#include "stromboli_fixture.h"

#define JSON(body) "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" body
#define UNROUTED                                                                                                       \
    SEND("HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 18\r\n\r\n404 page not found")
#define IMAGES                                                                                                         \
    "{\"images\":[{\"id\":\"sha256:1\",\"repository\":\"python\",\"tag\":\"3.12\"},"                                   \
    "{\"id\":\"sha256:2\",\"repository\":\"ghcr.io/acme/tool\",\"tag\":\"1\"},"                                        \
    "{\"id\":\"sha256:3\",\"repository\":\"ghcr.io/acme/tool\",\"tag\":\"latest\"}]}"

TEST(tools_that_are_null_are_no_tools)
{
    static const script_step one[] = {
        EXPECT("GET /images/python HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"tools\":[null,\"python\",null,\"pip\"]}"),
    };
    static const script_step all[] = {
        EXPECT("GET /images HTTP/1.1\r\n"),
        ANSWER("200 OK", "{\"images\":[{\"tools\":[\"git\",null]},null,{\"tools\":null}]}"),
    };
    const weft_stromboli_image_list *list;
    const weft_stromboli_image *image;
    fixture fx;

    CHECK(begin(&fx, SCRIPT(one), 1));
    CHECK(finish(&fx, weft_stromboli_get_image(fx.client, "python", NULL, on_stromboli_image, &fx)));
    image = fx.result;
    CHECK(!fx.error && image->tools_count == 2);
    CHECK(is(image->tools[0], "python") && is(image->tools[1], "pip"));
    fault_server_play(fx.server, SCRIPT(all), 1);
    CHECK(finish(&fx, weft_stromboli_list_images(fx.client, NULL, on_stromboli_image_list, &fx)));
    list = fx.result;
    CHECK(!fx.error && list->count == 2);
    CHECK(list->items[0].tools_count == 1 && list->items[1].tools_count == 0);
    CHECK(end(&fx));
}

static const script_step asks_twice[] = {
    EXPECT("GET /images/ghcr.io%2Facme%2Ftool"),
    UNROUTED,
    EXPECT("GET /images HTTP/1.1\r\n"),
    SEND(JSON(IMAGES)),
    CLOSE(),
};

TEST(image_with_a_slash_is_found_in_the_list_when_its_route_is_missing)
{
    fixture fx;

    CHECK(begin(&fx, SCRIPT(asks_twice), 1));
    CHECK(finish(&fx, weft_stromboli_get_image(fx.client, "ghcr.io/acme/tool:1", NULL, on_stromboli_image, &fx)));
    CHECK(!fx.error);
    CHECK_STR(((const weft_stromboli_image *)fx.result)->id.ptr, "sha256:2");
    CHECK(end(&fx));
}

TEST(image_with_a_slash_and_no_tag_is_the_latest)
{
    fixture fx;

    CHECK(begin(&fx, SCRIPT(asks_twice), 1));
    CHECK(finish(&fx, weft_stromboli_get_image(fx.client, "ghcr.io/acme/tool", NULL, on_stromboli_image, &fx)));
    CHECK(!fx.error);
    CHECK_STR(((const weft_stromboli_image *)fx.result)->id.ptr, "sha256:3");
    CHECK(end(&fx));
}

TEST(image_with_a_slash_that_is_nowhere_is_not_found)
{
    fixture fx;

    CHECK(begin(&fx, SCRIPT(asks_twice), 1));
    CHECK(finish(&fx, weft_stromboli_get_image(fx.client, "ghcr.io/acme/tool:2", NULL, on_stromboli_image, &fx)));
    CHECK(fx.error);
    CHECK_EQ(fx.error->code, WEFT_E_IMAGE_NOT_FOUND);
    CHECK_CONTAINS(fx.error->message, "GET ");
    CHECK_CONTAINS(fx.error->message, "/images: image not found: ghcr.io/acme/tool:2 is not in the list of images");
    CHECK_EQ(fx.error->http_status, 404);
    CHECK(!fx.error->body.ptr); /* what came is the list of all that is there */
    CHECK(end(&fx));
}

TEST(image_with_a_slash_that_the_service_itself_does_not_know_is_not_looked_for)
{
    static const script_step steps[] = {
        EXPECT("GET /images/a%2Fb HTTP/1.1\r\n"),
        ANSWER("404 Not Found", "{\"error\":\"image not found\"}"),
    };
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(finish(&fx, weft_stromboli_get_image(fx.client, "a/b", NULL, on_stromboli_image, &fx)));
    CHECK_EQ(fx.error->code, WEFT_E_IMAGE_NOT_FOUND);
    CHECK(end(&fx));
}

TEST(the_list_is_asked_for_with_the_calls_own_headers_and_query)
{
    static const script_step steps[] = {
        EXPECT("GET /images/a%2Fb?q=1&r=%26 HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer mine\r\nX-Trace: 7\r\n"),
        UNROUTED,
        EXPECT("GET /images?q=1&r=%26 HTTP/1.1\r\n"),
        AND_CONTAINS("\r\nAuthorization: Bearer mine\r\nX-Trace: 7\r\n"),
        AND_LACKS("client-token"),
        SEND(JSON(IMAGES)),
        CLOSE(),
    };
    static const weft_pair headers[] = {{"Authorization", "Bearer mine"}, {"X-Trace", "7"}};
    static const weft_pair query[] = {{"q", "1"}, {"r", "&"}};
    weft_call_options options = {.headers = headers, .headers_count = 2, .query = query, .query_count = 2};
    fixture fx;

    CHECK(begin(&fx, SCRIPT(steps), 1));
    CHECK(weft_client_set_token(fx.client, "client-token", NULL));
    CHECK(finish(&fx, weft_stromboli_get_image(fx.client, "a/b", &options, on_stromboli_image, &fx)));
    CHECK_EQ(fx.error->code, WEFT_E_IMAGE_NOT_FOUND);
    CHECK(end(&fx));
}
