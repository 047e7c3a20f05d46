/* How long each operation of each service may take when nobody says how long: never less than the work does. */
#include "service_fixture.h"

#include "call/call.h"
#include "service/agentserver_operations.h"
#include "service/handinger_operations.h"
#include "service/skillbox_operations.h"
#include "service/stromboli_operations.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

static fixture fx;
static weft_client *stromboli, *skillbox, *handinger, *agentserver, *codex, *gateway;

static bool begin_with(const weft_client_options *given)
{
    weft_client_options options = *given;

    if (!begin_engine(&fx, NULL, (fault_script){NULL, 0}, 0))
        return false;
    options.base_url = fault_server_url(fx.server);
    stromboli = weft_stromboli_client(fx.engine, &options, NULL);
    skillbox = weft_skillbox_client(fx.engine, &options, NULL);
    handinger = weft_handinger_client(fx.engine, &options, NULL);
    agentserver = weft_agentserver_client(fx.engine, &options, NULL);
    codex = weft_agentserver_codex_gateway_client(fx.engine, &options, NULL);
    gateway = weft_agentserver_executor_gateway_client(fx.engine, &options, NULL);
    return stromboli && skillbox && handinger && agentserver && codex && gateway;
}

static bool begin(void)
{
    return begin_with(&(weft_client_options){0});
}

/* The deadlines of a call, which is not made. */
static weft_timeouts of(weft_call *call)
{
    weft_timeouts timeouts = call ? call->timeouts : (weft_timeouts){.total_ms = 1};

    weft_call_cancel(call);
    return finish(&fx, call) ? timeouts : (weft_timeouts){.total_ms = 2};
}

static uint32_t run_for(const weft_stromboli_podman_options *podman, const weft_call_options *options)
{
    weft_stromboli_run_request request = {.prompt = "p", .podman = podman};

    return of(weft_stromboli_run(stromboli, &request, options, on_stromboli_run, &fx)).total_ms;
}

TEST(a_run_has_the_time_that_its_container_has)
{
    static const char *const hooks[] = {"true"};
    static const weft_stromboli_lifecycle_hooks setup = {.post_create = hooks, .post_create_count = 1};
    static const weft_stromboli_lifecycle_hooks slow_setup = {
        .post_start = hooks, .post_start_count = 1, .hooks_timeout = "10m"};
    static const weft_stromboli_environment compose = {.type = "compose", .build_timeout = "20m"};
    static const weft_stromboli_environment plain_compose = {.type = "compose"};

    CHECK(begin());
    CHECK_EQ(run_for(NULL, NULL), 35 * MINUTE);
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.memory = "1g"}, NULL), 35 * MINUTE);
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.timeout = "2h"}, NULL), 2 * HOUR + 5 * MINUTE);
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.timeout = "90s"}, NULL), 90 * SECOND + 5 * MINUTE);
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.timeout = "1h1.5m250ms"}, NULL),
             HOUR + MINUTE + 30 * SECOND + 250 + 5 * MINUTE);
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.timeout = "10m", .lifecycle = &setup}, NULL), 25 * MINUTE);
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.timeout = "1h", .lifecycle = &slow_setup}, NULL), 75 * MINUTE);
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.environment = &compose}, NULL), 55 * MINUTE);
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.environment = &plain_compose}, NULL), 45 * MINUTE);
    CHECK(end(&fx));
}

TEST(a_containers_time_that_cannot_be_read_is_the_servers_business)
{
    static const char *const odd[] = {"", "soon", "5", "0s", "-5m", "1h 30m", "m", ".", "1.s.", "5mm"};

    CHECK(begin());
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
        CHECK_EQ(run_for(&(weft_stromboli_podman_options){.timeout = odd[i]}, NULL), 35 * MINUTE);
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.timeout = "99999999h"}, NULL), 0); /* none */
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.timeout = "99999999999999999999999h"}, NULL), 0);
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.timeout = ".5h"}, NULL), 35 * MINUTE);
    CHECK_EQ(run_for(&(weft_stromboli_podman_options){.timeout = "1\xC2\xB5s1us2ns1h"}, NULL), 65 * MINUTE);
    CHECK(end(&fx));
}

TEST(what_the_caller_says_comes_before_any_default)
{
    static const weft_call_options brief = {.timeouts.total_ms = 5}, patient = {.timeouts.total_ms = WEFT_NO_TIMEOUT};
    static const weft_stromboli_podman_options podman = {.timeout = "2h"};

    CHECK(begin());
    CHECK_EQ(run_for(&podman, &brief), 5);
    CHECK_EQ(run_for(&podman, &patient), 0);
    CHECK(end(&fx));
    CHECK(begin_with(&(weft_client_options){.timeouts = {.total_ms = 7, .connect_ms = 8}}));
    CHECK_EQ(run_for(&podman, NULL), 7);
    CHECK_EQ(run_for(&podman, &brief), 5);
    CHECK_EQ(run_for(&podman, &patient), 0);
    CHECK_EQ(of(weft_stromboli_get_health(stromboli, NULL, on_stromboli_health, &fx)).connect_ms, 8);
    CHECK_EQ(of(weft_agentserver_poll_weixin_login(agentserver, "w", NULL, on_agentserver_weixin_login, &fx)).total_ms,
             7);
    CHECK_EQ(
        of(weft_skillbox_run(skillbox, &(weft_skillbox_run_request){.skill = "s"}, NULL, on_skillbox_execution, &fx))
            .total_ms,
        7);
    CHECK(end(&fx));
    CHECK(begin_with(&(weft_client_options){.timeouts.total_ms = WEFT_NO_TIMEOUT}));
    CHECK_EQ(of(weft_stromboli_get_health(stromboli, NULL, on_stromboli_health, &fx)).total_ms, 0);
    CHECK_EQ(run_for(NULL, NULL), 0);
    CHECK(end(&fx));
}

TEST(stromboli_takes_half_a_minute_to_look_something_up_and_more_to_do_something)
{
    static const weft_stromboli_run_request run = {.prompt = "p"};
    static const weft_stromboli_pull_image_request image = {.image = "i"};

    CHECK(begin());
    CHECK_EQ(of(weft_stromboli_get_job(stromboli, "j", NULL, on_stromboli_job, &fx)).total_ms, 30 * SECOND);
    CHECK_EQ(of(weft_stromboli_get_job(stromboli, "j", NULL, on_stromboli_job, &fx)).connect_ms, 10 * SECOND);
    CHECK_EQ(of(weft_stromboli_run_async(stromboli, &run, NULL, on_stromboli_run_async, &fx)).total_ms, 2 * MINUTE);
    CHECK_EQ(of(weft_stromboli_pull_image(stromboli, &image, NULL, on_stromboli_pull_image, &fx)).total_ms,
             12 * MINUTE);
    CHECK_EQ(of(weft_stromboli_pull_image(stromboli, &image, NULL, on_stromboli_pull_image, &fx)).connect_ms,
             10 * SECOND);
    CHECK_EQ(of(weft_stromboli_search_images(stromboli, "q", NULL, NULL, on_stromboli_image_match_list, &fx)).total_ms,
             MINUTE);
    CHECK(end(&fx));
}

TEST(skillbox_runs_and_transfers_have_the_time_they_need)
{
    static const weft_skillbox_run_request run = {.skill = "s"};
    weft_timeouts transfer;

    CHECK(begin());
    CHECK_EQ(of(weft_skillbox_run(skillbox, &run, NULL, on_skillbox_execution, &fx)).total_ms, 15 * MINUTE);
    CHECK_EQ(of(weft_skillbox_get_execution(skillbox, "e", NULL, on_skillbox_execution, &fx)).total_ms, 30 * SECOND);
    CHECK_EQ(of(weft_skillbox_delete_skill_version(skillbox, "s", "1.0.0", NULL, on_done, &fx)).total_ms, MINUTE);
    transfer = of(weft_skillbox_upload_file(skillbox, &(weft_skillbox_upload){.bytes = "b", .bytes_len = 1}, NULL,
                                            on_skillbox_file, &fx));
    CHECK_EQ(transfer.total_ms, 0);
    CHECK_EQ(transfer.idle_ms, MINUTE);
    CHECK_EQ(transfer.first_byte_ms, 2 * MINUTE);
    transfer = of(weft_skillbox_validate_skill(skillbox, &(weft_skillbox_upload){.bytes = "b", .bytes_len = 1}, NULL,
                                               on_skillbox_validation, &fx));
    CHECK_EQ(transfer.first_byte_ms, 10 * MINUTE); /* it is scanned meanwhile, perhaps by a model */
    transfer = of(weft_skillbox_download_file(skillbox, "f", NULL, NULL, on_http, &fx));
    CHECK_EQ(transfer.total_ms, 0);
    CHECK_EQ(transfer.first_byte_ms, MINUTE);
    CHECK(end(&fx));
}

TEST(handinger_gives_a_task_an_hour_and_everything_else_a_minute)
{
    weft_handinger_create_task_request task = {.input = "i"};
    weft_timeouts limits;

    CHECK(begin());
    limits = of(weft_handinger_create_task(handinger, &task, NULL, on_handinger_worker, &fx));
    CHECK_EQ(limits.first_byte_ms, HOUR);
    CHECK_EQ(limits.total_ms, 0);
    task.repeatable = true;
    CHECK_EQ(of(weft_handinger_create_task(handinger, &task, NULL, on_handinger_worker, &fx)).first_byte_ms, HOUR);
    limits = of(weft_handinger_get_task(handinger, "t", NULL, on_handinger_task_with_turns, &fx));
    CHECK_EQ(limits.first_byte_ms, MINUTE);
    CHECK_EQ(limits.idle_ms, MINUTE);
    CHECK_EQ(of(weft_handinger_create_worker(handinger, NULL, NULL, on_handinger_worker_template, &fx)).first_byte_ms,
             5 * MINUTE);
    CHECK(end(&fx));
}

TEST(agentserver_gives_time_to_what_asks_somebody_else)
{
    static const weft_agentserver_register_executor_request executor = {.name = "box"};
    weft_agentserver_gateway_run_turn_request turn = {.workspace_id = "w", .params = "{}"};

    CHECK(begin());
    CHECK_EQ(of(weft_agentserver_get_me(agentserver, NULL, on_agentserver_user, &fx)).total_ms, 30 * SECOND);
    CHECK_EQ(
        of(weft_agentserver_register_executor(agentserver, "w", &executor, NULL, on_agentserver_register_executor, &fx))
            .total_ms,
        MINUTE);
    CHECK_EQ(of(weft_agentserver_delete_workspace(agentserver, "w", NULL, on_done, &fx)).total_ms, 2 * MINUTE);
    CHECK_EQ(of(weft_agentserver_poll_weixin_login(agentserver, "w", NULL, on_agentserver_weixin_login, &fx)).total_ms,
             MINUTE);
    CHECK_EQ(of(weft_agentserver_gateway_run_turn(codex, &turn, NULL, on_agentserver_gateway_run_turn, &fx)).total_ms,
             61 * MINUTE);
    turn.timeout_ms = 5 * MINUTE;
    CHECK_EQ(of(weft_agentserver_gateway_run_turn(codex, &turn, NULL, on_agentserver_gateway_run_turn, &fx)).total_ms,
             61 * MINUTE);
    turn.timeout_ms = 2 * HOUR;
    CHECK_EQ(of(weft_agentserver_gateway_run_turn(codex, &turn, NULL, on_agentserver_gateway_run_turn, &fx)).total_ms,
             2 * HOUR + MINUTE);
    turn.timeout_ms = INT64_MAX;
    CHECK_EQ(of(weft_agentserver_gateway_run_turn(codex, &turn, NULL, on_agentserver_gateway_run_turn, &fx)).total_ms,
             0);
    CHECK_EQ(of(weft_agentserver_gateway_list_executors(gateway, "w", NULL, NULL, on_agentserver_executor_list, &fx))
                 .total_ms,
             10 * SECOND);
    CHECK(end(&fx));
}

/* Whoever adds an operation that does something thinks of its deadline. */
static bool has_a_deadline(const weft__service *service)
{
    for (size_t i = 0; i < service->operation_count; i++) {
        const weft__operation *operation = &service->operations[i];
        const weft_timeouts *timeouts = operation->timeouts ? operation->timeouts : &service->timeouts;

        if (timeouts->connect_ms == 0 || !(timeouts->total_ms || timeouts->first_byte_ms)) {
            test_fail(__FILE__, __LINE__, "%s: %s has no deadline", service->name, operation->name);
            return false;
        }
    }
    return true;
}

TEST(no_operation_is_without_a_deadline)
{
    CHECK(has_a_deadline(&weft__stromboli_service));
    CHECK(has_a_deadline(&weft__skillbox_service));
    CHECK(has_a_deadline(&weft__handinger_service));
    CHECK(has_a_deadline(&weft__agentserver_service));
    CHECK(has_a_deadline(&weft__agentserver_codex_gateway_service));
    CHECK(has_a_deadline(&weft__agentserver_executor_gateway_service));
}
