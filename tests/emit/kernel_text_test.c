#include "emit/kernel_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "suite.h"

/* The whole file as NUL-terminated text; the caller frees it. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    enum { LIMIT = 1 << 22 };
    char *text = calloc(LIMIT + 1, 1);
    if (text && fread(text, 1, LIMIT, file) == LIMIT) text[0] = '\0'; /* too long to compare */
    (void)fclose(file);
    return text;
}

static void every_text_is_its_file_byte_for_byte(void)
{
    CU_ASSERT_FATAL(mr_kernel_texts_count > 0);
    for (size_t k = 0; k < mr_kernel_texts_count; k++) {
        const struct mr_kernel_text *row = &mr_kernel_texts[k];
        char path[4096];
        (void)snprintf(path, sizeof path, "%s/kernels/%s", MILLRACE_SOURCE_DIR, row->name);
        char *file = read_file(path);
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        CU_ASSERT_EQUAL(row->length, strlen(row->text));
        CU_ASSERT_STRING_EQUAL(row->text, file);
        free(file);
    }
}

static void each_text_is_found_by_its_name(void)
{
    for (size_t k = 0; k < mr_kernel_texts_count; k++)
        CU_ASSERT_PTR_EQUAL(mr_kernel_text(mr_kernel_texts[k].name), mr_kernel_texts[k].text);
    CU_ASSERT_PTR_NOT_NULL(mr_kernel_text("prelude.cl"));
}

static void an_unknown_name_has_no_text(void)
{
    CU_ASSERT_PTR_NULL(mr_kernel_text("prelude"));
    CU_ASSERT_PTR_NULL(mr_kernel_text(""));
}

static void names_are_sorted_and_a_row_of_nulls_ends_them(void)
{
    for (size_t k = 1; k < mr_kernel_texts_count; k++)
        CU_ASSERT(strcmp(mr_kernel_texts[k - 1].name, mr_kernel_texts[k].name) < 0);
    CU_ASSERT_PTR_NULL(mr_kernel_texts[mr_kernel_texts_count].name);
}

SUITE(kernel_text, {"every_text_is_its_file_byte_for_byte", every_text_is_its_file_byte_for_byte},
      {"each_text_is_found_by_its_name", each_text_is_found_by_its_name},
      {"an_unknown_name_has_no_text", an_unknown_name_has_no_text},
      {"names_are_sorted_and_a_row_of_nulls_ends_them",
       names_are_sorted_and_a_row_of_nulls_ends_them});
