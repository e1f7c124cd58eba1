/* Each source before and each terminal behind each kind of stage. */
#include "stage_pairs.h"
#include "suite.h"

static void an_array_before_each_kind(void)
{
    check_feeds_before_kinds(FROM_ARRAY);
}

static void a_callback_before_each_kind(void)
{
    check_feeds_before_kinds(FROM_CALLBACK);
}

static void a_raw_file_before_each_kind(void)
{
    check_feeds_before_kinds(FROM_RAW_FILE);
}

static void a_text_file_before_each_kind(void)
{
    check_feeds_before_kinds(FROM_TEXT_FILE);
}

static void buffers_of_the_caller_before_each_kind(void)
{
    check_feeds_before_kinds(FROM_BUFFERS);
}

static void an_array_before_each_operator(void)
{
    check_feeds_before_operators(FROM_ARRAY);
}

SUITE(conformance_ends, {"each_source_before_each_kind", check_sources_before_kinds},
      {"an_array_before_each_kind", an_array_before_each_kind},
      {"a_callback_before_each_kind", a_callback_before_each_kind},
      {"a_raw_file_before_each_kind", a_raw_file_before_each_kind},
      {"a_text_file_before_each_kind", a_text_file_before_each_kind},
      {"buffers_of_the_caller_before_each_kind", buffers_of_the_caller_before_each_kind},
      {"an_array_before_each_operator", an_array_before_each_operator},
      {"each_terminal_behind_each_kind", check_terminals_behind_kinds});
