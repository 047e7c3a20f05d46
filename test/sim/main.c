/* weft-sim - a simulated server of agent-run services; see --help, and sim_service.h for how it is built. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "sim_services.h"

/* The process: the simulator and what may end it. */
typedef struct sim_process {
    uv_loop_t loop;
    uv_signal_t interrupted, terminated;
    uv_poll_t stdin_closed;
    bool watches_stdin, ending;
    sim_server sim;
} sim_process;

static void end(sim_process *process)
{
    if (process->ending)
        return;
    process->ending = true;
    if (process->sim.options.stats_fd >= 0) {
        weft__buffer *body = &process->sim.body;

        sim_write_stats(&process->sim, body);
        weft__buffer_append_char(body, '\n');
        if (write(process->sim.options.stats_fd, body->data, body->len) < 0)
            perror("weft-sim: --stats-fd");
    }
    sim_webhooks_close(&process->sim.webhooks);
    sim_http_close(&process->sim.http);
    uv_close((uv_handle_t *)&process->interrupted, NULL);
    uv_close((uv_handle_t *)&process->terminated, NULL);
    if (process->watches_stdin)
        uv_close((uv_handle_t *)&process->stdin_closed, NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    end(handle->data);
}

static void on_stdin(uv_poll_t *handle, int status, int events)
{
    char bytes[512];

    (void)events;
    if (status < 0 || read(STDIN_FILENO, bytes, sizeof(bytes)) <= 0)
        end(handle->data);
}

static int watch(sim_process *process)
{
    int status = uv_signal_init(&process->loop, &process->interrupted);

    if (status == 0)
        status = uv_signal_init(&process->loop, &process->terminated);
    if (status != 0)
        return status;
    process->interrupted.data = process->terminated.data = process->stdin_closed.data = process;
    uv_signal_start(&process->interrupted, on_signal, SIGINT);
    uv_signal_start(&process->terminated, on_signal, SIGTERM);
    if (process->sim.options.exit_with_stdin &&
        uv_poll_init(&process->loop, &process->stdin_closed, STDIN_FILENO) == 0) {
        process->watches_stdin = true;
        uv_poll_start(&process->stdin_closed, UV_READABLE, on_stdin);
    }
    return 0;
}

/* Ten thousand streams need as many descriptors. */
static void raise_descriptor_limit(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* false when out of memory, or no service has the name of --service. */
static bool mount_services(sim_server *sim)
{
    bool found = false;

    while (sim_services[sim->mount_count])
        sim->mount_count++;
    sim->mounts = calloc(sim->mount_count, sizeof(*sim->mounts));
    for (size_t i = 0; sim->mounts && i < sim->mount_count; i++) {
        sim_mount *mount = &sim->mounts[i];

        mount->service = sim_services[i];
        mount->counts = calloc(mount->service->operation_count, sizeof(*mount->counts));
        mount->state = mount->service->open(sim);
        if (!mount->counts || !mount->state)
            return false;
        found |= strcmp(mount->service->name, sim->options.service) == 0;
    }
    if (!found)
        fprintf(stderr, "weft-sim: no service is called %s\n", sim->options.service);
    return sim->mounts && sim->recorder && found;
}

static void unmount_services(sim_server *sim)
{
    for (size_t i = 0; sim->mounts && i < sim->mount_count; i++) {
        if (sim->mounts[i].state)
            sim->mounts[i].service->close(sim->mounts[i].state);
        free(sim->mounts[i].counts);
    }
    free(sim->mounts);
    sim_recorder_free(sim->recorder);
}

static int64_t wall_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int serve(sim_process *process)
{
    sim_server *sim = &process->sim;
    char address[256];
    bool ready;
    int status;

    sim->http.options = sim->options.http;
    sim->http.on_request = sim_route;
    sim->http.on_refused = sim_route_refused;
    sim->http.user = sim;
    sim->recorder = sim_recorder_new((size_t)sim->options.record_requests, (size_t)sim->options.record_bytes);
    sim->tokens = sim->options.rate_burst;
    sim_webhooks_init(&sim->webhooks);
    status = uv_loop_init(&process->loop);
    if (status == 0)
        status = sim_http_open(&sim->http, &process->loop);
    if (status == 0)
        status = watch(process);
    /* Handles that could not be made cannot be closed either; the process ends anyway. */
    if (status != 0) {
        fprintf(stderr, "weft-sim: cannot listen: %s\n", uv_strerror(status));
        return 1;
    }
    sim->refilled_ms = sim_now_ms(sim);
    sim->epoch_ms = wall_ms() - (int64_t)sim->refilled_ms;
    weft__buffer_init(&sim->body, &sim->http.heap, SIZE_MAX / 2);
    ready = mount_services(sim);
    if (ready) {
        sim_http_address(&sim->http, address, sizeof(address));
        printf("weft-sim listening on %s\n", address);
        fflush(stdout);
    } else {
        end(process);
    }
    uv_run(&process->loop, UV_RUN_DEFAULT);
    unmount_services(sim);
    weft__buffer_deinit(&sim->body);
    sim_http_free(&sim->http);
    uv_loop_close(&process->loop);
    return ready ? 0 : 1;
}

int main(int argc, char **argv)
{
    static sim_process process;

    signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    switch (sim_options_parse(argc, argv, &process.sim.options)) {
    case SIM_EXIT_OK:
        return 0;
    case SIM_EXIT_USAGE:
        return 2;
    case SIM_LIST_OPERATIONS:
        return sim_list_operations(process.sim.options.listed) ? 0 : 2;
    case SIM_RUN:
        break;
    }
    return serve(&process);
}
