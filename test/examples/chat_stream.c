/* Asks a chat model and prints its words as they come, from any server that speaks OpenAI's chat completions.
 * Usage: chat_stream URL MODEL PROMPT, with the key in OPENAI_API_KEY */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <weft/weft.h>

/* {"choices":[{"delta":{"content":"Hel"}}]}; the last data is [DONE]. */
static void on_event(weft_stream *stream, const weft_event *event, void *arg)
{
    weft_json choices = weft_json_get_member(weft_json_parse_str(event->data), "choices"), choice, content;
    size_t cursor = 0;
    static char text[65536];

    (void)stream;
    (void)arg;
    if (!weft_json_next_item(choices, &cursor, &choice))
        return;
    content = weft_json_get_member(weft_json_get_member(choice, "delta"), "content");
    if (weft_json_get_text(content, text, sizeof(text)) < sizeof(text))
        fputs(text, stdout);
    fflush(stdout);
}

static void on_end(weft_stream *stream, const weft_error *error, void *arg)
{
    (void)stream;
    printf("\n");
    fflush(stdout);
    if (error)
        fprintf(stderr, "%s\n", error->message);
    *(int *)arg = error ? 1 : 0;
}

int main(int argc, char **argv)
{
    static char model[256], prompt[65536], body[sizeof(model) + sizeof(prompt) + 128];
    weft_engine *engine = weft_engine_new(uv_default_loop(), NULL, NULL);
    weft_client_options options = {.base_url = argv[1], .token = getenv("OPENAI_API_KEY")};
    weft_error_info problem = {0};
    weft_client *api = argc == 4 ? weft_http_client(engine, &options, &problem) : NULL;
    int status = 2;

    if (!api) {
        fprintf(stderr, "%s\n", *problem.message ? problem.message : "usage: chat_stream URL MODEL PROMPT");
        return 2;
    }
    weft_json_quote((weft_str){argv[2], strlen(argv[2])}, model, sizeof(model));
    weft_json_quote((weft_str){argv[3], strlen(argv[3])}, prompt, sizeof(prompt));
    snprintf(body, sizeof(body), "{\"model\":%s,\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":%s}]}",
             model, prompt);
    weft_http_stream(api, &(weft_http_request){.method = "POST", .path = "/v1/chat/completions", .body.json = body},
                     &(weft_http_stream_options){.done_data = "[DONE]", .error_in_data = true}, NULL,
                     &(weft_stream_callbacks){.on_event = on_event, .on_end = on_end}, &status);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    weft_engine_close(engine, NULL, NULL);
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    return status;
}
