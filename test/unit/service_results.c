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
