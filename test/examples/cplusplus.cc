// A C++ program whose callbacks throw: what they throw arrives where the loop is run. Usage: cplusplus URL
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

#include <weft/weft.h>

static void on_run(weft_call *, const weft_error *error, const weft_stromboli_run_response *result, void *)
{
    if (error)
        throw std::runtime_error(error->message);
    throw std::runtime_error("ran: " + std::string(static_cast<const weft_stromboli_run_response *>(result)->status.ptr));
}

static void on_event(weft_stream *, const weft_event *, void *)
{
    throw std::runtime_error("heard an event");
}

static weft_client *open_client(uv_loop_t *loop, const char *url)
{
    weft_client_options options = {};

    options.base_url = url;
    return weft_stromboli_client(weft_engine_new(loop, nullptr, nullptr), &options, nullptr);
}

static void run_prompt(uv_loop_t *loop, const char *url)
{
    weft_stromboli_run_request request = {};

    request.prompt = "hi";
    weft_stromboli_run(open_client(loop, url), &request, nullptr, on_run, nullptr);
}

static void stream_prompt(uv_loop_t *loop, const char *url)
{
    weft_stromboli_stream_request request = {};
    weft_stream_callbacks callbacks = {};

    request.prompt = "hi";
    callbacks.on_event = on_event;
    weft_stromboli_stream(open_client(loop, url), &request, nullptr, &callbacks, nullptr);
}

// Whether `start` makes `loop` throw `message`. Neither the loop nor the engine is used again then.
static bool throws(uv_loop_t *loop, void (*start)(uv_loop_t *, const char *), const char *url, const std::string &message)
{
    uv_loop_init(loop);
    start(loop, url);
    try {
        uv_run(loop, UV_RUN_DEFAULT);
        std::puts("the loop ended as if nothing had been thrown");
        return false;
    } catch (const std::runtime_error &error) {
        std::puts(error.what());
        return error.what() == message;
    }
}

int main(int argc, char **argv)
{
    static uv_loop_t first, second;
    const char *url = argc > 1 ? argv[1] : "http://localhost:8585";

    bool ran = throws(&first, run_prompt, url, "ran: completed");
    bool heard = throws(&second, stream_prompt, url, "heard an event");

    std::fflush(stdout);
    std::_Exit(ran && heard ? EXIT_SUCCESS : EXIT_FAILURE); // what the engines hold is theirs for good
}
