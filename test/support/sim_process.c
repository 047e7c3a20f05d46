#include "sim_process.h"

#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { START_DEADLINE_MS = 20000, STOP_DEADLINE_MS = 20000, ARGUMENTS_MAX = 64 };

static const char *program(void)
{
    const char *named = getenv("WEFT_SIM");

    return named && *named ? named : WEFT_SIM_PATH;
}

/* The child's side of the fork; never returns. */
static void become_simulator(int output, const char *const *arguments, pid_t parent)
{
    const char *argv[ARGUMENTS_MAX] = {program(), "--port", "0"};
    size_t count = 3;
    union {
        const char **from;
        char *const *to;
    } exec_argv = {.from = argv};

    for (; arguments && *arguments && count + 1 < ARGUMENTS_MAX; arguments++)
        argv[count++] = *arguments;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || dup2(output, STDOUT_FILENO) < 0)
        _exit(126);
    execv(argv[0], exec_argv.to);
    fprintf(stderr, "cannot run %s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

/* One line into `sim->line`, byte by byte so that nothing of the next is taken. */
static bool read_first_line(sim_process *sim)
{
    size_t len = 0;

    for (;;) {
        struct pollfd ready = {.fd = sim->output, .events = POLLIN};

        if (poll(&ready, 1, START_DEADLINE_MS) <= 0 || read(sim->output, sim->line + len, 1) != 1)
            return false;
        if (sim->line[len] == '\n' || len + 2 == sizeof(sim->line)) {
            sim->line[len] = '\0';
            return true;
        }
        len++;
    }
}

static bool find_base_url(sim_process *sim)
{
    const char *start = strstr(sim->line, "http://");
    size_t len;

    if (!start)
        return false;
    len = strcspn(start, " \t\r,;\"'<>");
    if (len > 0 && start[len - 1] == '/')
        len--;
    if (len >= sizeof(sim->base_url))
        return false;
    memcpy(sim->base_url, start, len);
    sim->base_url[len] = '\0';
    return true;
}

bool sim_process_start(sim_process *sim, const char *const *arguments)
{
    int ends[2];
    pid_t parent = getpid();

    memset(sim, 0, sizeof(*sim));
    if (pipe2(ends, O_CLOEXEC) < 0) {
        test_fail(__FILE__, __LINE__, "pipe: %s", strerror(errno));
        return false;
    }
    fflush(NULL);
    sim->pid = fork();
    if (sim->pid == 0) {
        close(ends[0]);
        become_simulator(ends[1], arguments, parent);
    }
    close(ends[1]);
    sim->output = ends[0];
    if (sim->pid > 0 && read_first_line(sim) && find_base_url(sim))
        return true;
    test_fail(__FILE__, __LINE__, "%s did not say where it listens, but \"%s\"", program(), sim->line);
    if (sim->pid > 0)
        sim_process_kill(sim);
    else
        close(sim->output);
    return false;
}

/* True once the simulator's standard output has ended, which it does when the simulator has. */
static bool wait_for_end(sim_process *sim)
{
    char discarded[4096];

    for (;;) {
        struct pollfd ready = {.fd = sim->output, .events = POLLIN};

        if (poll(&ready, 1, STOP_DEADLINE_MS) <= 0)
            return false;
        if (read(sim->output, discarded, sizeof(discarded)) <= 0)
            return true;
    }
}

bool sim_process_stop(sim_process *sim)
{
    int status = 0;
    bool ended;

    if (sim->pid <= 0)
        return true;
    kill(sim->pid, SIGTERM);
    ended = wait_for_end(sim);
    if (!ended)
        kill(sim->pid, SIGKILL);
    waitpid(sim->pid, &status, 0);
    close(sim->output);
    sim->pid = 0;
    if (!ended)
        test_fail(__FILE__, __LINE__, "the simulator did not end when asked to");
    else if (WIFSIGNALED(status))
        test_fail(__FILE__, __LINE__, "the simulator died of signal %d", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        test_fail(__FILE__, __LINE__, "the simulator ended with status %d", WEXITSTATUS(status));
    return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void sim_process_kill(sim_process *sim)
{
    if (sim->pid <= 0)
        return;
    kill(sim->pid, SIGKILL);
    waitpid(sim->pid, NULL, 0);
    close(sim->output);
    sim->pid = 0;
}
