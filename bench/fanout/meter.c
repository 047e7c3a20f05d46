#include "fanout/meter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static uint64_t nanoseconds(struct timeval time)
{
    return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_usec * UINT64_C(1000);
}

static void read_cpu(uint64_t *ret_user, uint64_t *ret_system, uint64_t *ret_peak_memory)
{
    struct rusage usage = {0};

    getrusage(RUSAGE_SELF, &usage);
    *ret_user = nanoseconds(usage.ru_utime);
    *ret_system = nanoseconds(usage.ru_stime);
    *ret_peak_memory = (uint64_t)usage.ru_maxrss * 1024;
}

/* The kernel's high-water mark of this program; getrusage's would include that of the program it was forked
 * from. */
static bool read_high_water(uint64_t *ret_bytes)
{
    FILE *status = fopen("/proc/self/status", "re");
    char line[256];
    bool found = false;

    if (!status)
        return false;
    while (!found && fgets(line, sizeof(line), status))
        if (strncmp(line, "VmHWM:", 6) == 0) {
            *ret_bytes = strtoull(line + 6, NULL, 10) * 1024;
            found = true;
        }
    fclose(status);
    return found;
}

static void on_tick(uv_timer_t *timer)
{
    fanout_meter *meter = timer->data;
    uint64_t now = uv_hrtime();
    uint64_t lag = now > meter->expected ? now - meter->expected : 0;
    timeline_slot *slot = timeline_now(meter->timeline, now);

    histogram_record(&meter->lag, lag);
    if (lag > slot->lag_max)
        slot->lag_max = lag;
    meter->expected = now + METER_TICK_MS * UINT64_C(1000000);
}

bool meter_start(fanout_meter *meter, uv_loop_t *loop, fanout_timeline *timeline)
{
    uint64_t unused;

    memset(meter, 0, sizeof(*meter));
    meter->loop = loop;
    meter->timeline = timeline;
    if (!histogram_init(&meter->lag))
        return false;
    uv_loop_configure(loop, UV_METRICS_IDLE_TIME);
    uv_timer_init(loop, &meter->timer);
    meter->timer.data = meter;
    meter->started = uv_hrtime();
    meter->expected = meter->started + METER_TICK_MS * UINT64_C(1000000);
    meter->idle_before = uv_metrics_idle_time(loop);
    read_cpu(&meter->cpu_user_before, &meter->cpu_system_before, &unused);
    uv_timer_start(&meter->timer, on_tick, METER_TICK_MS, METER_TICK_MS);
    return true;
}

meter_reading meter_stop(fanout_meter *meter)
{
    uint64_t elapsed = uv_hrtime() - meter->started;
    uint64_t idle = uv_metrics_idle_time(meter->loop) - meter->idle_before;
    uint64_t user, system;
    meter_reading reading = {.elapsed = (double)elapsed / 1e9};

    read_cpu(&user, &system, &reading.peak_memory);
    read_high_water(&reading.peak_memory);
    reading.cpu_user = (double)(user - meter->cpu_user_before) / 1e9;
    reading.cpu_system = (double)(system - meter->cpu_system_before) / 1e9;
    reading.busy = elapsed > idle ? (double)(elapsed - idle) / (double)elapsed : 0;
    uv_close((uv_handle_t *)&meter->timer, NULL);
    return reading;
}

void meter_deinit(fanout_meter *meter)
{
    histogram_deinit(&meter->lag);
}

bool meter_is_suspect(const meter_reading *reading, const fanout_histogram *lag)
{
    const uint64_t late = UINT64_C(20000000);

    if (reading->elapsed < 1)
        return false; /* too short to tell: starting up keeps anyone busy */
    return reading->busy > 0.9 || histogram_percentile(lag, 99) > late;
}

uint64_t meter_raise_open_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return UINT64_MAX;
    if (limit.rlim_cur != limit.rlim_max) {
        struct rlimit raised = {.rlim_cur = limit.rlim_max, .rlim_max = limit.rlim_max};

        if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
            limit = raised;
    }
    return limit.rlim_cur == RLIM_INFINITY ? UINT64_MAX : (uint64_t)limit.rlim_cur;
}
