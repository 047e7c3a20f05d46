#include "real_server.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test.h"

enum { START_DEADLINE_MS = 20000, STOP_DEADLINE_MS = 10000, ARGUMENTS_MAX = 16 };

/* Daemons live in sbin, which is not on everybody's path. */
bool real_server_find(real_server *server, const char *program)
{
    static const char *const places[] = {"/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"};

    memset(server, 0, sizeof(*server));
    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        snprintf(server->program, sizeof(server->program), "%s/%s", places[i], program);
        if (access(server->program, X_OK) != 0)
            continue;
        strcpy(server->directory, "/tmp/weft-real-XXXXXX");
        if (mkdtemp(server->directory))
            return true;
        test_fail(__FILE__, __LINE__, "no directory: %s", strerror(errno));
        return false;
    }
    test_skipped("%s is not installed", program);
    return false;
}

const char *real_server_path(const real_server *server, const char *name)
{
    static char paths[8][128];
    static unsigned next;

    next = (next + 1) % 8;
    snprintf(paths[next], sizeof(paths[next]), "%s/%s", server->directory, name);
    return paths[next];
}

bool real_server_write(const real_server *server, const char *name, const char *format, ...)
{
    FILE *file = fopen(real_server_path(server, name), "w");
    va_list args;
    bool ok;

    va_start(args, format);
    ok = file && vfprintf(file, format, args) >= 0;
    va_end(args);
    if (file && fclose(file) != 0)
        ok = false;
    if (!ok)
        test_fail(__FILE__, __LINE__, "cannot write %s: %s", name, strerror(errno));
    return ok;
}

bool real_server_copy(const real_server *server, const char *name, const char *from)
{
    size_t len;
    char *text = from ? test_read_file(from, &len) : NULL;
    bool ok = text && real_server_write(server, name, "%s", text);

    free(text);
    return ok;
}

/* The child's side of the fork; never returns. */
static void become_server(const real_server *server, const char *const *arguments, pid_t parent)
{
    const char *argv[ARGUMENTS_MAX] = {server->program};
    size_t count = 1;
    union {
        const char **from;
        char *const *to;
    } exec_argv = {.from = argv};
    int log = open(real_server_path(server, "output"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    int nothing = open("/dev/null", O_RDONLY);

    for (; *arguments && count + 1 < ARGUMENTS_MAX; arguments++)
        argv[count++] = *arguments;
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent || dup2(nothing, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0)
        _exit(126);
    execv(argv[0], exec_argv.to);
    _exit(127);
}

static int connect_to(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_port = htons((uint16_t)port);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
        return fd;
    close(fd);
    return -1;
}

static long long now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

static bool has_ended(real_server *server, int *status)
{
    if (waitpid(server->pid, status, WNOHANG) != server->pid)
        return false;
    server->pid = 0;
    return true;
}

static void print_output(const real_server *server)
{
    size_t len;
    char *text = test_read_file(real_server_path(server, "output"), &len);

    printf("# %s said: %s\n", server->program, text ? text + (len > 2000 ? len - 2000 : 0) : "nothing");
    free(text);
}

bool real_server_start(real_server *server, const char *const *arguments, int port)
{
    long long deadline = now_ms() + START_DEADLINE_MS;
    pid_t parent = getpid();
    int status = 0;

    fflush(NULL);
    server->pid = fork();
    if (server->pid == 0)
        become_server(server, arguments, parent);
    while (server->pid > 0 && now_ms() < deadline && !has_ended(server, &status)) {
        int fd = connect_to(port);

        if (fd >= 0) {
            close(fd);
            return true;
        }
        poll(NULL, 0, 1); /* nothing tells when it listens */
    }
    test_fail(__FILE__, __LINE__, "%s does not listen on port %d (status %d)", server->program, port, status);
    print_output(server);
    return false;
}

void real_server_signal(const real_server *server, int signal)
{
    kill(server->pid, signal);
}

static void remove_directory(const real_server *server)
{
    char command[64];

    snprintf(command, sizeof(command), "rm -rf %s", server->directory);
    if (system(command) != 0)
        fprintf(stderr, "%s is left behind\n", server->directory);
}

bool real_server_stop(real_server *server)
{
    long long deadline = now_ms() + STOP_DEADLINE_MS;
    int status = 0;
    bool running = server->pid > 0, killed = false;

    for (unsigned tries = 0; server->pid > 0 && !has_ended(server, &status); tries++) {
        if (tries % 100 == 0) /* tinyproxy sleeps on when it is told between its look and its sleep */
            kill(server->pid, SIGTERM);
        if (now_ms() > deadline && !killed) {
            killed = true;
            kill(server->pid, SIGKILL);
        }
        poll(NULL, 0, 1);
    }
    if (running && (killed || (WIFSIGNALED(status) && WTERMSIG(status) != SIGTERM))) {
        test_fail(__FILE__, __LINE__, "%s ended with status %d", server->program, status);
        print_output(server);
        running = false;
    }
    remove_directory(server);
    return running;
}

char *real_server_get(int port, const char *path)
{
    int fd = connect_to(port);
    char request[256];
    size_t len = 0, size = 1 << 16;
    char *text = malloc(size), *body = NULL;
    ssize_t n;

    snprintf(request, sizeof(request), "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n", path);
    if (fd >= 0 && text && send(fd, request, strlen(request), MSG_NOSIGNAL) > 0) {
        while ((n = recv(fd, text + len, size - len - 1, 0)) > 0) {
            len += (size_t)n;
            if (size - len < 2) {
                char *grown = realloc(text, size * 2);

                if (!grown)
                    break;
                text = grown;
                size *= 2;
            }
        }
        text[len] = '\0';
        body = strstr(text, "\r\n\r\n");
        body = body ? strdup(body + 4) : NULL;
    }
    free(text);
    if (fd >= 0)
        close(fd);
    return body;
}
