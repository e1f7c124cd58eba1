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

/* Where a file begins in a program's text; NULL: nowhere. */
static const char *place(const char *text, const char *name)
{
    char line[512];
    (void)snprintf(line, sizeof line, "\n#line 1 \"%s\"\n", name);
    return strstr(text, line);
}

static void a_file_stands_once_and_after_what_it_needs(void)
{
    for (size_t k = 0; k < mr_kernel_texts_count; k++) {
        const struct mr_kernel_text *row = &mr_kernel_texts[k];
        struct mr_strbuf out = {0};
        struct mr_kernel_program program = {.out = &out};
        mr_kernel_program_add(&program, row->name);
        mr_kernel_program_add(&program, row->name);
        CU_ASSERT_FALSE(program.failed);
        const char *text = mr_strbuf_text(&out), *own = place(text, row->name);
        CU_ASSERT_PTR_NOT_NULL_FATAL(own);
        CU_ASSERT_PTR_NULL(place(own + 1, row->name));
        char needs[256];
        (void)snprintf(needs, sizeof needs, "%s", row->needs);
        for (char *rest, *name = strtok_r(needs, " ", &rest); name;
             name = strtok_r(NULL, " ", &rest)) {
            char twin[128];
            bool of_cpu = strncmp(name, "cpu/", 4) == 0;
            (void)snprintf(twin, sizeof twin, of_cpu ? "generic/%s" : "%s", name + 4 * of_cpu);
            const char *needed = place(text, twin);
            CU_ASSERT(needed && needed < own);
        }
        mr_strbuf_free(&out);
    }
}

static void a_file_that_is_missing_is_noticed(void)
{
    static const char *const missing[] = {"lib/none.cl", "cpu/none.cl", "none.cl"};
    for (size_t k = 0; k < sizeof missing / sizeof missing[0]; k++) {
        struct mr_strbuf out = {0};
        struct mr_kernel_program program = {.out = &out};
        mr_kernel_program_add(&program, missing[k]);
        CU_ASSERT(program.failed);
        mr_strbuf_free(&out);
    }
}

static void what_a_cpu_does_better_has_a_generic_twin_behind_it(void)
{
    size_t found = 0;
    for (size_t k = 0; k < mr_kernel_texts_count; k++) {
        const char *name = mr_kernel_texts[k].name;
        if (strncmp(name, "x86/", 4) != 0) continue;
        char twin[128], cpu[128];
        (void)snprintf(twin, sizeof twin, "generic/%s", name + 4);
        (void)snprintf(cpu, sizeof cpu, "cpu/%s", name + 4);
        struct mr_strbuf out = {0};
        struct mr_kernel_program program = {.out = &out};
        mr_kernel_program_add(&program, cpu);
        const char *text = mr_strbuf_text(&out);
        CU_ASSERT(place(text, twin) && place(text, name) < place(text, twin));
        mr_strbuf_free(&out);
        found++;
    }
    CU_ASSERT(found > 0);
}

SUITE(kernel_text, {"every_text_is_its_file_byte_for_byte", every_text_is_its_file_byte_for_byte},
      {"each_text_is_found_by_its_name", each_text_is_found_by_its_name},
      {"an_unknown_name_has_no_text", an_unknown_name_has_no_text},
      {"names_are_sorted_and_a_row_of_nulls_ends_them",
       names_are_sorted_and_a_row_of_nulls_ends_them},
      {"a_file_stands_once_and_after_what_it_needs", a_file_stands_once_and_after_what_it_needs},
      {"a_file_that_is_missing_is_noticed", a_file_that_is_missing_is_noticed},
      {"what_a_cpu_does_better_has_a_generic_twin_behind_it",
       what_a_cpu_does_better_has_a_generic_twin_behind_it});
