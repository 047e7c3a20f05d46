#include "fanout_command.h"

#include "json/codec.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 40 };

/* ---- Files ---- */

char directory[64], prompts_path[96], results_path[96], json_path[96], html_path[96];

bool open_directory(const char *prompts)
{
    FILE *file;

    strcpy(directory, "/tmp/weft-fanout-test-XXXXXX");
    if (!mkdtemp(directory))
        return false;
    snprintf(prompts_path, sizeof(prompts_path), "%s/prompts.jsonl", directory);
    snprintf(results_path, sizeof(results_path), "%s/results.jsonl", directory);
    snprintf(json_path, sizeof(json_path), "%s/report.json", directory);
    snprintf(html_path, sizeof(html_path), "%s/report.html", directory);
    file = fopen(prompts_path, "w");
    if (!file)
        return false;
    fputs(prompts, file);
    return fclose(file) == 0;
}

void close_directory(void)
{
    unlink(prompts_path);
    unlink(results_path);
    unlink(json_path);
    unlink(html_path);
    rmdir(directory);
}

size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (const char *at = strstr(text, part); at; at = strstr(at + strlen(part), part))
        count++;
    return count;
}

bool is_json_lines(const char *text, size_t count)
{
    weft__codec_error error;
    size_t lines = 0;

    for (const char *end; (end = strchr(text, '\n')); text = end + 1, lines++)
        if (weft__json_check(text, (size_t)(end - text), &error) != WEFT__CODEC_OK)
            return false;
    return *text == '\0' && lines == count;
}

/* ---- The command ---- */

static void on_handle_closed(uv_handle_t *handle)
{
    cli_command *command = handle->data;

    command->open--;
}

static void on_exit_status(uv_process_t *process, int64_t status, int signal)
{
    cli_command *command = process->data;

    command->status = status;
    command->signal = signal;
    uv_close((uv_handle_t *)process, on_handle_closed);
}

/* Room at the end of what the pipe has said so far. */
static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *ret_room)
{
    cli_command *command = handle->data;
    bool is_out = handle == (uv_handle_t *)&command->out_pipe;
    char *text = is_out ? command->out : command->err;
    size_t len = is_out ? command->out_len : command->err_len;

    (void)suggested;
    *ret_room = uv_buf_init(text + len, (unsigned)(COMMAND_TEXT_MAX - 1 - len));
}

static void on_text(uv_stream_t *stream, ssize_t count, const uv_buf_t *room)
{
    cli_command *command = stream->data;

    (void)room;
    if (count < 0)
        uv_close((uv_handle_t *)stream, on_handle_closed);
    else
        *(stream == (uv_stream_t *)&command->out_pipe ? &command->out_len : &command->err_len) += (size_t)count;
}

static void open_pipe(cli_command *command, uv_pipe_t *pipe, uv_stdio_container_t *ret_end)
{
    uv_pipe_init(&command->loop->uv, pipe, 0);
    pipe->data = command;
    ret_end->flags = (uv_stdio_flags)(UV_CREATE_PIPE | UV_WRITABLE_PIPE);
    ret_end->data.stream = (uv_stream_t *)pipe;
}

bool command_start(cli_command *command, test_loop *loop, const char *file, char **arguments)
{
    uv_stdio_container_t ends[3] = {{.flags = UV_IGNORE}};
    uv_process_options_t options = {
        .exit_cb = on_exit_status,
        .file = file,
        .args = arguments,
        .stdio = ends,
        .stdio_count = 3,
    };

    memset(command, 0, sizeof(*command));
    command->loop = loop;
    command->process.data = command;
    open_pipe(command, &command->out_pipe, &ends[1]);
    open_pipe(command, &command->err_pipe, &ends[2]);
    command->open = 3;
    if (uv_spawn(&loop->uv, &command->process, &options) != 0) {
        test_fail(__FILE__, __LINE__, "cannot run %s", file);
        return false;
    }
    uv_read_start((uv_stream_t *)&command->out_pipe, on_room, on_text);
    uv_read_start((uv_stream_t *)&command->err_pipe, on_room, on_text);
    return true;
}

static bool has_ended(void *arg)
{
    return ((cli_command *)arg)->open == 0;
}

bool command_wait(cli_command *command)
{
    return test_loop_run_until(command->loop, has_ended, command, "the command's end");
}

static bool has_said(void *arg)
{
    cli_command *command = arg;

    return strstr(command->err, command->wanted) != NULL;
}

bool command_says(cli_command *command, const char *text)
{
    command->wanted = text;
    return test_loop_run_until(command->loop, has_said, command, text);
}

bool fanout_start(cli_command *command, test_loop *loop, const char *url, const char *const *more)
{
    const char *arguments[ARGUMENTS_MAX] = {WEFT_FANOUT_PATH, "--url", url, "--prompts", prompts_path};
    union {
        const char **from;
        char **to;
    } argv = {.from = arguments};

    for (size_t count = 5; *more && count + 1 < ARGUMENTS_MAX; more++)
        arguments[count++] = *more;
    return command_start(command, loop, WEFT_FANOUT_PATH, argv.to);
}

int fanout(cli_command *command, const char *url, const char *const *more)
{
    test_loop loop;
    int status = -1;

    if (!test_loop_open(&loop))
        return -1;
    if (fanout_start(command, &loop, url, more) && command_wait(command) && command->signal == 0)
        status = (int)command->status;
    return test_loop_close(&loop) ? status : -1;
}
