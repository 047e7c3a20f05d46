/* Which hosts are reached without a proxy. */
#include "test.h"

#include "client/no_proxy.h"

static bool skips(const char *list, const char *text)
{
    weft__heap heap;
    weft__url url;
    weft__url_error error;
    bool matches;

    weft__heap_init(&heap, NULL);
    if (!weft__url_parse(&heap, weft__str(text), 0, &url, &error))
        return false;
    matches = weft__no_proxy_matches(list, &url);
    weft__url_deinit(&heap, &url);
    return matches;
}

TEST(no_proxy_names_a_host_and_all_below_it)
{
    CHECK(skips("example.com", "http://example.com/"));
    CHECK(skips("example.com", "https://api.example.com/"));
    CHECK(skips(".example.com", "https://api.example.com/"));
    CHECK(skips("EXAMPLE.com", "https://a.b.example.COM/"));
    CHECK(!skips("example.com", "http://badexample.com/"));
    CHECK(!skips("example.com", "http://example.com.evil.net/"));
    CHECK(!skips("api.example.com", "http://example.com/"));
}

TEST(no_proxy_is_a_list)
{
    CHECK(skips("a.test, b.test,c.test", "http://b.test/"));
    CHECK(skips(" ,,c.test", "http://c.test/"));
    CHECK(!skips("", "http://c.test/"));
    CHECK(!skips(NULL, "http://c.test/"));
}

TEST(no_proxy_star_names_everything)
{
    CHECK(skips("*", "http://anything.test/"));
    CHECK(!skips("*.test", "http://anything.test/"));
}

TEST(no_proxy_minds_the_port)
{
    CHECK(skips("a.test:8080", "http://a.test:8080/"));
    CHECK(!skips("a.test:8080", "http://a.test/"));
    CHECK(skips("a.test:443", "https://a.test/"));
    CHECK(skips("[fd00::1]:80", "http://[fd00::1]/"));
    CHECK(!skips("[fd00::1]:81", "http://[fd00::1]/"));
}

TEST(no_proxy_knows_addresses_and_networks)
{
    CHECK(skips("192.0.2.7", "http://192.0.2.7/"));
    CHECK(!skips("192.0.2.7", "http://192.0.2.70/"));
    CHECK(skips("10.0.0.0/8", "http://10.1.2.3/"));
    CHECK(!skips("10.0.0.0/8", "http://11.1.2.3/"));
    CHECK(skips("192.0.2.128/25", "http://192.0.2.200/"));
    CHECK(!skips("192.0.2.128/25", "http://192.0.2.100/"));
    CHECK(skips("fd00::/8", "http://[fd12::1]/"));
    CHECK(skips("fd00::1", "http://[fd00::1]/"));
    CHECK(!skips("10.0.0.0/33", "http://10.0.0.0/"));
    CHECK(!skips("10.0.0.0/", "http://10.0.0.0/"));
    CHECK(skips("0.0.0.0/0", "http://203.0.113.9/"));
}

TEST(no_proxy_always_names_this_machine)
{
    CHECK(skips(NULL, "http://localhost:8585/"));
    CHECK(skips("", "http://127.0.0.1/"));
    CHECK(skips("", "http://127.8.8.8/"));
    CHECK(skips("", "http://[::1]/"));
    CHECK(!skips("", "http://localhost.evil.test/"));
}
