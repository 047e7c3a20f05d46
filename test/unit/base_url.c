#include "base/url.h"

#include <stdio.h>
#include <stdlib.h>

#include "test.h"
#include "test_memory.h"

static weft__heap heap;

/* What the URL was taken for, "origin|authority|host|path|query", or the error's text. Static buffer. */
static const char *shown(bool ok, weft__url *url, const weft__url_error *error)
{
    static char text[1024];

    if (!ok) {
        snprintf(text, sizeof(text), "%s", error->text);
        return text;
    }
    snprintf(text, sizeof(text), "%s|%s|%s|%s|%s", url->origin.ptr, url->authority.ptr, url->host.ptr, url->path.ptr,
             url->query.ptr ? url->query.ptr : "-");
    weft__url_deinit(&heap, url);
    return text;
}

static const char *parsed(const char *text, unsigned flags)
{
    weft__url url = {0};
    weft__url_error error = {0};

    weft__heap_init(&heap, NULL);
    return shown(weft__url_parse(&heap, weft__str(text), flags, &url, &error), &url, &error);
}

static const char *base(const char *text)
{
    return parsed(text, WEFT__URL_BASE);
}

static const char *absolute(const char *text)
{
    return parsed(text, 0);
}

/* Where `reference` leads from `from`, as one text. Static buffer. */
static const char *resolved(const char *from, const char *reference)
{
    static char text[1024];
    weft__url source = {0}, url = {0};
    weft__url_error error = {0};
    bool ok;

    weft__heap_init(&heap, NULL);
    if (!weft__url_parse(&heap, weft__str(from), WEFT__URL_BASE, &source, &error))
        return "(bad base)";
    ok = weft__url_resolve(&heap, &source, weft__str(reference), &url, &error);
    if (ok)
        snprintf(text, sizeof(text), "%s%s%s%s", url.origin.ptr, url.path.ptr, url.query.ptr ? "?" : "",
                 url.query.ptr ? url.query.ptr : "");
    else
        snprintf(text, sizeof(text), "%s", error.text);
    weft__url_deinit(&heap, &url);
    weft__url_deinit(&heap, &source);
    return text;
}

TEST(url_base_takes_host_port_and_prefix)
{
    CHECK_STR(base("http://localhost:8585"), "http://localhost:8585|localhost:8585|localhost||-");
    CHECK_STR(base("https://handinger.com/"), "https://handinger.com|handinger.com|handinger.com||-");
    CHECK_STR(base("http://h:1/api/v1"), "http://h:1|h:1|h|/api/v1|-");
    CHECK_STR(base("HTTPS://EXAMPLE.Com:8443/Api/"), "https://example.com:8443|example.com:8443|example.com|/Api|-");
    CHECK_STR(base("http://my_service.default.svc."),
              "http://my_service.default.svc.|my_service.default.svc.|my_service.default.svc.||-");
}

TEST(url_base_drops_slashes_at_the_end_and_the_fragment)
{
    CHECK_STR(base("http://h//"), "http://h|h|h||-");
    CHECK_STR(base("http://h/a/b/"), "http://h|h|h|/a/b|-");
    CHECK_STR(base("http://h#x"), "http://h|h|h||-");
    CHECK_STR(base("http://h/a?k=v#x?y"), "http://h|h|h|/a|k=v");
}

TEST(url_base_without_scheme_is_http_when_it_names_a_host)
{
    CHECK_STR(base("//host:1"), "http://host:1|host:1|host||-");
    CHECK_STR(absolute("//host:1"), "invalid URL: it does not begin with http:// or https://");
}

TEST(url_base_without_host_says_so_in_the_contracts_words)
{
    static const char *const hostless[] = {"http://", "http:///x", "http://:8080", "http://?x"};

    for (size_t i = 0; i < sizeof(hostless) / sizeof(hostless[0]); i++)
        CHECK_STR(base(hostless[i]), "base URL must include host");
    CHECK_STR(absolute("http://"), "URL must include host");
}

TEST(url_without_scheme_says_how_it_must_begin_and_the_likely_fix)
{
    static const char base_form[] =
        "base URL must include host: it must begin with http://, https://, unix:/ or http+unix://";
    static const struct {
        const char *text, *fix;
    } cases[] = {
        {"localhost:8585", ", as in \"http://localhost:8585\""},
        {"127.0.0.1:80", ", as in \"http://127.0.0.1:80\""},
        {"127.0.0.1", ", as in \"http://127.0.0.1\""},
        {"example", ", as in \"http://example\""},
        {"api.example.com/v1", ", as in \"https://api.example.com/v1\""},
        {"http:/x", ", as in \"http://x\""},
        {"https:h", ", as in \"https://h\""},
        {"/run/x.sock", ", as in \"unix:/run/x.sock\""},
        {"me:secret@host:80", ""}, /* not repeated: it may hold a password */
        {"", ""},
        {"?x", ""},
    };
    char expected[256];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        snprintf(expected, sizeof(expected), "%s%s", base_form, cases[i].fix);
        CHECK_STR(base(cases[i].text), expected);
    }
    CHECK_STR(absolute("proxy:3128"),
              "URL must include host: it must begin with http:// or https://, as in \"http://proxy:3128\"");
    CHECK_STR(absolute("/run/x.sock"), "URL must include host: it must begin with http:// or https://");
}

TEST(url_without_scheme_that_is_long_is_not_repeated)
{
    char text[200];

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    CHECK_STR(base(text), "base URL must include host: it must begin with http://, https://, unix:/ or http+unix://");
}

TEST(url_base_of_another_scheme_says_so_in_the_contracts_words)
{
    CHECK_STR(base("ftp://host"), "unsupported URL scheme \"ftp\" (use http or https)");
    CHECK_STR(absolute("ws://host/x"), "unsupported URL scheme \"ws\" (use http or https)");
    CHECK_STR(absolute("unix:/run/x.sock"), "unsupported URL scheme \"unix\" (use http or https)");
    CHECK_STR(absolute("http+unix://%2Fx/y"), "unsupported URL scheme \"http+unix\" (use http or https)");
}

TEST(url_default_port_is_left_out_of_origin_and_authority)
{
    CHECK_STR(absolute("http://h:80/"), "http://h|h|h|/|-");
    CHECK_STR(absolute("https://h:443/"), "https://h|h|h|/|-");
    CHECK_STR(absolute("http://h:443/"), "http://h:443|h:443|h|/|-");
    CHECK_STR(absolute("http://h:/"), "http://h|h|h|/|-");
    CHECK_STR(absolute("https://h:65535/"), "https://h:65535|h:65535|h|/|-");
}

TEST(url_port_out_of_range_is_refused)
{
    static const char *const bad[] = {"http://h:0",     "http://h:65536", "http://h:x",
                                      "http://h:-1",    "http://h:+80",   "http://h:99999999999999999999",
                                      "http://[::1]:8a"};

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_STR(base(bad[i]), "invalid base URL: the port is not a number from 1 to 65535");
}

TEST(url_ipv6_address_takes_its_shortest_form)
{
    CHECK_STR(absolute("http://[::1]/"), "http://[::1]|[::1]|::1|/|-");
    CHECK_STR(absolute("http://[2001:DB8:0:0::0001]:8080/x"),
              "http://[2001:db8::1]:8080|[2001:db8::1]:8080|2001:db8::1|/x|-");
    CHECK_STR(absolute("http://[::ffff:1.2.3.4]/"), "http://[::ffff:1.2.3.4]|[::ffff:1.2.3.4]|::ffff:1.2.3.4|/|-");
}

TEST(url_malformed_ipv6_is_refused_with_the_reason)
{
    CHECK_CONTAINS(absolute("http://::1/"), "must stand in brackets");
    CHECK_CONTAINS(absolute("http://[::1/"), "brackets");
    CHECK_CONTAINS(absolute("http://[::1]x/"), "brackets");
    CHECK_CONTAINS(absolute("http://[]/"), "not an IPv6 address");
    CHECK_CONTAINS(absolute("http://[1.2.3.4]/"), "not an IPv6 address");
    CHECK_CONTAINS(absolute("http://[fe80::1%25eth0]/"), "zone");
}

TEST(url_ipv4_address_must_be_four_decimal_numbers)
{
    CHECK_STR(absolute("http://127.0.0.1:9/"), "http://127.0.0.1:9|127.0.0.1:9|127.0.0.1|/|-");
    CHECK_CONTAINS(absolute("http://127.1/"), "four decimal numbers");
    CHECK_CONTAINS(absolute("http://2130706433/"), "four decimal numbers");
    CHECK_CONTAINS(absolute("http://0x7f.0x1/"), "four decimal numbers");
    CHECK_CONTAINS(absolute("http://1.2.3.256/"), "four decimal numbers");
    CHECK_CONTAINS(absolute("http://1.2.3.4.5/"), "four decimal numbers");
    CHECK_STR(absolute("http://1.2.3.4.com/"), "http://1.2.3.4.com|1.2.3.4.com|1.2.3.4.com|/|-");
}

TEST(url_host_name_is_checked)
{
    char text[400];

    CHECK_CONTAINS(absolute("http://b\xC3\xBC"
                            "cher.example/"),
                   "xn--");
    CHECK_STR(absolute("http://xn--bcher-kva.example/"),
              "http://xn--bcher-kva.example|xn--bcher-kva.example|xn--bcher-kva.example|/|-");
    CHECK_CONTAINS(absolute("http://a..b/"), "empty part");
    CHECK_CONTAINS(absolute("http://.b/"), "empty part");
    CHECK_CONTAINS(absolute("http://ex%61mple.com/"), "character");
    CHECK_CONTAINS(absolute("http://good.example\\@evil.example/"), "user name");
    CHECK_CONTAINS(absolute("http://good.example\\evil/"), "character");
    snprintf(text, sizeof(text), "http://%064d/", 0);
    CHECK_CONTAINS(absolute(text), "63 bytes");
    snprintf(text, sizeof(text), "http://%0300d/", 0);
    CHECK_CONTAINS(absolute(text), "too long");
}

TEST(url_user_name_is_refused_without_repeating_it)
{
    const char *text = base("http://root:hunter2@host/");

    CHECK_STR(text, "invalid base URL: a user name or password in it is not accepted");
    CHECK_CONTAINS(absolute("http://@host/"), "user name");
}

TEST(url_of_a_proxy_keeps_the_user_name_apart)
{
    weft__url url;
    weft__url_error error;

    weft__heap_init(&heap, NULL);
    CHECK(weft__url_parse(&heap, weft__str("http://u%40:p@ss@proxy:3128"), WEFT__URL_USERINFO, &url, &error));
    CHECK_STR(url.userinfo.ptr, "u%40:p@ss");
    CHECK_STR(url.origin.ptr, "http://proxy:3128");
    CHECK_EQ(url.port, 3128);
    weft__url_deinit(&heap, &url);
    CHECK(url.memory == NULL);
    weft__url_deinit(&heap, &url);
}

TEST(url_with_space_or_control_character_is_refused)
{
    static const char *const bad[] = {" http://h",       "http://h ",      "http://h/a b",
                                      "http://h/\r\nX:", "http://h/\x7F",  "http://h\t",
                                      "http://h/?a\n",   "http://h/#\x01", "http+unix://%2Fx/a b"};
    weft__url url;
    weft__url_error error;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        CHECK_STR(base(bad[i]), "invalid base URL: it holds a space or a control character");
    CHECK(!weft__url_parse(&heap, (weft_str){"http://h/a\0b", 12}, 0, &url, &error));
}

TEST(url_escapes_what_a_url_cannot_hold_and_keeps_the_rest)
{
    CHECK_STR(absolute("http://h/\xC3\xA9|<x>\"{}^`\\?q=\xE2\x82\xAC&s=%2F+a'()*!;"),
              "http://h|h|h|/%C3%A9%7C%3Cx%3E%22%7B%7D%5E%60%5C|q=%E2%82%AC&s=%2F+a'()*!;");
    CHECK_STR(absolute("http://minio:9000/b/f.tar.gz?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=a%2Fb"),
              "http://minio:9000|minio:9000|minio|/b/"
              "f.tar.gz|X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=a%2Fb");
    CHECK_CONTAINS(absolute("http://h/%zz"), "two hex digits");
    CHECK_CONTAINS(absolute("http://h/%4"), "two hex digits");
    CHECK_STR(absolute("http://h?"), "http://h|h|h|/|");
}

TEST(url_dot_segments_are_resolved)
{
    CHECK_STR(absolute("http://h/a/./b/../c"), "http://h|h|h|/a/c|-");
    CHECK_STR(absolute("http://h/../../x/.."), "http://h|h|h|/|-");
    CHECK_STR(absolute("http://h/a/.."), "http://h|h|h|/|-");
    CHECK_STR(absolute("http://h/a/."), "http://h|h|h|/a/|-");
    CHECK_STR(absolute("http://h/a//../b/...c/.d"), "http://h|h|h|/a/b/...c/.d|-");
    CHECK_STR(absolute("http://h/%2e%2e/x"), "http://h|h|h|/%2e%2e/x|-");
}

TEST(url_unix_socket_is_read_in_all_three_spellings)
{
    CHECK_STR(base("unix:/run/stromboli.sock"), "unix:/run/stromboli.sock|localhost|localhost||-");
    CHECK_STR(base("unix:///run/stromboli.sock"), "unix:/run/stromboli.sock|localhost|localhost||-");
    CHECK_STR(base("UNIX:/run/My%20#?s.sock"), "unix:/run/My%20#?s.sock|localhost|localhost||-");
    CHECK_STR(base("http+unix://%2Frun%2Fstromboli.sock/base/path/?k=v"),
              "unix:/run/stromboli.sock|localhost|localhost|/base/path|k=v");
}

TEST(url_unix_socket_path_is_absolute_and_fits_the_kernel)
{
    char text[200];

    CHECK_CONTAINS(base("unix:run/x.sock"), "begin with a slash");
    CHECK_CONTAINS(base("unix://run/x.sock"), "begin with a slash");
    CHECK_CONTAINS(base("unix:"), "begin with a slash");
    CHECK_CONTAINS(base("unix:@abstract"), "begin with a slash");
    CHECK_CONTAINS(base("http+unix:///x"), "begin with a slash");
    CHECK_CONTAINS(base("http+unix://%2Fx%00y/"), "two hex digits");
    CHECK_CONTAINS(base("unix:/a\nb"), "control");
    CHECK_CONTAINS(base("http+unix://%2Fa%0Ab/"), "control");
    snprintf(text, sizeof(text), "unix:/%0106d", 1);
    CHECK_CONTAINS(base(text), "unix:/000");
    snprintf(text, sizeof(text), "unix:/%0107d", 1);
    CHECK_CONTAINS(base(text), "107 bytes");
}

TEST(url_too_long_is_refused)
{
    char *text = malloc(WEFT__URL_MAX_BYTES + 2);

    CHECK(text != NULL);
    memset(text, 'a', WEFT__URL_MAX_BYTES + 1);
    text[WEFT__URL_MAX_BYTES + 1] = '\0';
    memcpy(text, "http://h/", 9);
    CHECK_CONTAINS(absolute(text), "longer than 16384 bytes");
    CHECK_CONTAINS(resolved("http://h", text + 8), "longer than 16384 bytes");
    free(text);
}

/* The table of RFC 3986, section 5.4, less what has no host or another scheme. */
TEST(url_resolves_references_as_rfc_3986_lists_them)
{
    static const char *const table[][2] = {
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g/"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q"},
        {"g#s", "http://a/b/c/g"},
        {"g?y#s", "http://a/b/c/g?y"},
        {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"https://b:1/x?y", "https://b:1/x?y"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        CHECK_STR(resolved("http://a/b/c/d;p?q", table[i][0]), table[i][1]);
}

TEST(url_relative_reference_keeps_scheme_port_and_socket)
{
    CHECK_STR(resolved("https://h:8443", "x?y"), "https://h:8443/x?y");
    CHECK_STR(resolved("https://h:8443/a", "//other/b"), "https://other/b");
    CHECK_STR(resolved("unix:/run/a b%.sock", "/x?y"), "unix:/run/a b%.sock/x?y");
    CHECK_STR(resolved("http+unix://%2Fs/base", "next"), "unix:/s/next");
    CHECK_STR(resolved("unix:/s", "//h/x"), "http://h/x");
    CHECK_STR(resolved("unix:/s", "http://localhost/x"), "http://localhost/x");
}

TEST(url_reference_never_leads_to_a_socket_or_smuggles_a_host)
{
    CHECK_CONTAINS(resolved("http://h", "unix:/run/docker.sock"), "unsupported URL scheme");
    CHECK_CONTAINS(resolved("unix:/a", "http+unix://%2Fb/x"), "unsupported URL scheme");
    CHECK_CONTAINS(resolved("http://h", "javascript:alert(1)"), "host");
    CHECK_CONTAINS(resolved("http://h", "http://u:p@h/"), "user name");
    CHECK_CONTAINS(resolved("http://h", "http:g"), "host");
    CHECK_STR(resolved("http://h", "/\\evil"), "http://h/%5Cevil");
    CHECK_STR(resolved("http://h", "\\\\evil"), "http://h/%5C%5Cevil");
    CHECK_STR(resolved("http://h", "@evil"), "http://h/@evil");
    CHECK_STR(resolved("http://h", "/.//evil"), "http://h//evil");
}

TEST(url_same_origin_needs_scheme_host_and_port)
{
    static const struct {
        const char *a, *b;
        bool same;
    } pairs[] = {
        {"http://h/a", "HTTP://H:80/b?c", true}, {"https://h", "https://h:443/", true},
        {"http://h", "https://h", false},        {"http://h", "http://h:81", false},
        {"http://h", "http://h2", false},        {"http://[::1]", "http://[0:0::1]:80", true},
        {"unix:/a", "http+unix://%2Fa/x", true}, {"unix:/a", "unix:/b", false},
        {"unix:/a", "http://localhost", false},
    };
    weft__url_error error;

    weft__heap_init(&heap, NULL);
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        weft__url a = {0}, b = {0};

        CHECK(weft__url_parse(&heap, weft__str(pairs[i].a), WEFT__URL_BASE, &a, &error));
        CHECK(weft__url_parse(&heap, weft__str(pairs[i].b), WEFT__URL_BASE, &b, &error));
        CHECK_EQ(weft__url_same_origin(&a, &b), pairs[i].same);
        weft__url_deinit(&heap, &a);
        weft__url_deinit(&heap, &b);
    }
}

TEST(url_without_memory_is_an_error)
{
    test_memory memory = {0};
    const weft_allocator allocator = test_allocator(&memory);
    weft__url from, url;
    weft__url_error error = {0};

    weft__heap_init(&heap, &allocator);
    test_memory_grant(&memory, 0);
    CHECK(!weft__url_parse(&heap, weft__str("http://h"), 0, &url, &error) && error.no_memory);
    for (size_t enough = 0;; enough++) {
        bool ok;

        CHECK(enough < 10);
        test_memory_grant(&memory, 3);
        CHECK(weft__url_parse(&heap, weft__str("http+unix://%2Fa/b"), WEFT__URL_BASE, &from, &error));
        test_memory_grant(&memory, enough);
        error.no_memory = false;
        ok = weft__url_resolve(&heap, &from, weft__str("c"), &url, &error);
        weft__url_deinit(&heap, &from);
        if (ok)
            break;
        CHECK(error.no_memory);
        test_memory_grant(&memory, 0);
    }
    weft__url_deinit(&heap, &url);
    weft__heap_deinit(&heap);
}
