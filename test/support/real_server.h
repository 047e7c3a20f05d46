/* test/support/real_server.h - a server of the distribution's own, with a private configuration, for one test.
 *
 * It runs as a child in the foreground, below a directory of its own that goes with it, on ports that were free. The
 * system's instance of the same server is never touched. It is asked to end with the test program should that crash.
 */
#ifndef WEFT_TEST_REAL_SERVER_H
#define WEFT_TEST_REAL_SERVER_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

typedef struct real_server {
    char program[64];
    char directory[32];
    pid_t pid;
} real_server;

/* Finds the program and makes the directory. False when it is not installed, which is said; the test is to return. */
bool real_server_find(real_server *server, const char *program);
/* DIRECTORY/NAME; static, eight of them at a time. */
const char *real_server_path(const real_server *server, const char *name);
/* Writes a file of the directory, anew. False, with the test failed, when it cannot. */
bool real_server_write(const real_server *server, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Copies a file there, anew. */
bool real_server_copy(const real_server *server, const char *name, const char *from);
/* Runs the program with the arguments, a NULL-terminated list, until `port` takes connections. False, with the test
 * failed and the end of what the program said printed, when it does not. */
bool real_server_start(real_server *server, const char *const *arguments, int port);
void real_server_signal(const real_server *server, int signal);
/* Ends it, if it runs, and removes the directory. False, with the test failed, when it crashed or had to be killed. */
bool real_server_stop(real_server *server);

/* A whole answer to GET `path` of http://127.0.0.1:`port`, body only, malloc'ed; NULL when there is none. Blocks. */
char *real_server_get(int port, const char *path);

#endif
