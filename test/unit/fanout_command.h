/* weft-fanout as a command: started, waited for, and what it wrote. For the tests that share it. */
#ifndef WEFT_TEST_FANOUT_COMMAND_H
#define WEFT_TEST_FANOUT_COMMAND_H

#include "loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

enum { COMMAND_TEXT_MAX = 1 << 16 };

/* One run of the command. */
typedef struct cli_command {
    test_loop *loop;
    uv_process_t process;
    uv_pipe_t out_pipe, err_pipe;
    char out[COMMAND_TEXT_MAX], err[COMMAND_TEXT_MAX];
    size_t out_len, err_len;
    int open; /* handles that are not closed yet */
    int64_t status;
    int signal;
    const char *wanted; /* on standard error, for command_says */
} cli_command;

/* Files in a directory of their own, which close_directory takes away. */
extern char directory[64], prompts_path[96], results_path[96], json_path[96], html_path[96];

/* Makes it, with `prompts` in prompts_path. */
bool open_directory(const char *prompts);
void close_directory(void);

size_t count_of(const char *text, const char *part);
/* Whether each line is one JSON value, and there are `count` of them. */
bool is_json_lines(const char *text, size_t count);

/* Any program. False, with the test failed, when it cannot be run. */
bool command_start(cli_command *command, test_loop *loop, const char *file, char **arguments);
bool command_wait(cli_command *command);
/* Waits until `text` is on standard error. */
bool command_says(cli_command *command, const char *text);

/* The tool with --url, --prompts and what follows, NULL-terminated. */
bool fanout_start(cli_command *command, test_loop *loop, const char *url, const char *const *more);
/* The tool from start to end; its status, -1 when it did not come to one. */
int fanout(cli_command *command, const char *url, const char *const *more);

#define ARGUMENTS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define SIM(...) ((const char *const[]){__VA_ARGS__, NULL})

#endif
