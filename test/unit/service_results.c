/* What the results of all services have in common. */
#include "any_result.h"
#include "test.h"

TEST(every_result_but_a_text_begins_with_its_object)
{
#define CHECK_FIRST(name, type)                                                                                        \
    CHECK_EQ(offsetof(type, object), 0);                                                                               \
    CHECK_EQ(sizeof(((const type *)0)->object), sizeof(weft_object));

    EVERY_OBJECT(CHECK_FIRST)
}

/* The public header says what weft__list_result is, with a type to its items. */
TEST(a_list_of_the_header_is_what_an_array_is_decoded_to)
{
    CHECK_EQ(sizeof(weft_skillbox_skill_list), sizeof(weft__list_result));
    CHECK_EQ(offsetof(weft_skillbox_skill_list, items), offsetof(weft__list_result, items));
    CHECK_EQ(offsetof(weft_skillbox_skill_list, count), offsetof(weft__list_result, count));
}

TEST(a_result_that_is_null_is_nothing_of_what_is_asked)
{
    weft_json name, value;
    size_t cursor = 0;

    CHECK(!weft_object_get(NULL, "a").ptr);
    CHECK_EQ(weft_object_get_state(NULL, "a"), WEFT_PRESENCE_ABSENT);
    CHECK(!weft_object_next_extra(NULL, &cursor, &name, &value));
    CHECK(!weft_stromboli_health_is_ok(NULL) && !weft_stromboli_component_is_ok(NULL));
    CHECK(!weft_stromboli_run_is_final(NULL) && !weft_stromboli_run_is_completed(NULL));
    CHECK(!weft_stromboli_run_is_failed(NULL) && !weft_stromboli_run_is_crashed(NULL));
    CHECK(!weft_stromboli_job_is_final(NULL) && !weft_stromboli_job_is_completed(NULL));
    CHECK(!weft_stromboli_job_is_failed(NULL) && !weft_stromboli_job_is_crashed(NULL));
    CHECK(!weft_stromboli_job_is_cancelled(NULL) && !weft_stromboli_job_is_pending(NULL));
    CHECK(!weft_stromboli_job_is_running(NULL));
    CHECK(!weft_stromboli_message_get_text(NULL, NULL) && !weft_stromboli_message_get_blocks(NULL, NULL, NULL, NULL));
    CHECK(!weft_skillbox_execution_is_final(NULL) && !weft_skillbox_execution_is_completed(NULL));
    CHECK(!weft_skillbox_execution_is_failed(NULL) && !weft_skillbox_execution_is_timed_out(NULL));
    CHECK(!weft_skillbox_execution_is_running(NULL) && !weft_skillbox_execution_has_files(NULL));
    CHECK(!weft_skillbox_error_get_details(NULL).ptr);
    CHECK(!weft_handinger_task_is_final(NULL) && !weft_handinger_task_is_completed(NULL));
    CHECK(!weft_handinger_task_is_failed(NULL) && !weft_handinger_task_is_aborted(NULL));
    CHECK_EQ(weft_handinger_schedule_get_kind(NULL), WEFT_HANDINGER_SCHEDULE_KIND_OTHER);
    CHECK(!weft_handinger_read_event(NULL, NULL));
    CHECK(!weft_handinger_read_message(NULL, (weft_json){NULL, 0}));
    CHECK(!weft_stromboli_read_done(NULL, NULL));
    CHECK(!weft_agentserver_gateway_read_turn(NULL, NULL));
}
