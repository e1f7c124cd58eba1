#include "known_answers.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "suite.h"

struct text {
    char bytes[2048];
    size_t length;
};

static void add(struct text *text, const char *piece)
{
    size_t room = sizeof text->bytes - text->length;
    int count = snprintf(text->bytes + text->length, room, "%s", piece);
    if (count > 0) text->length += (size_t)count < room ? (size_t)count : room - 1;
}

static void add_f64(struct text *text, double value)
{
    char piece[40];
    for (int digits = 15; digits <= 17; digits++) {
        (void)snprintf(piece, sizeof piece, "%.*g", digits, value);
        if (strtod(piece, NULL) == value) break;
    }
    add(text, isnan(value) ? "nan" : piece);
}

static void add_f32(struct text *text, float value)
{
    char piece[40];
    for (int digits = 6; digits <= 9; digits++) {
        (void)snprintf(piece, sizeof piece, "%.*g", digits, (double)value);
        if (strtof(piece, NULL) == value) break;
    }
    add(text, isnan(value) ? "nan" : piece);
}

static void add_value(struct text *text, const struct model_column *column, size_t at)
{
    char piece[40] = "";
    const void *data = column->data;
    switch (column->dtype) {
    case MR_BOOL: (void)snprintf(piece, sizeof piece, "%d", ((const uint8_t *)data)[at]); break;
    case MR_I32:
        (void)snprintf(piece, sizeof piece, "%" PRId32, ((const int32_t *)data)[at]);
        break;
    case MR_U32:
        (void)snprintf(piece, sizeof piece, "%" PRIu32, ((const uint32_t *)data)[at]);
        break;
    case MR_I64:
        (void)snprintf(piece, sizeof piece, "%" PRId64, ((const int64_t *)data)[at]);
        break;
    case MR_U64:
        (void)snprintf(piece, sizeof piece, "%" PRIu64, ((const uint64_t *)data)[at]);
        break;
    case MR_F32: add_f32(text, ((const float *)data)[at]); break;
    default: add_f64(text, ((const double *)data)[at]); break;
    }
    add(text, piece);
}

static void show(struct text *text, const struct model_result *result)
{
    for (size_t c = 0; c < result->columns; c++) {
        const struct model_column *column = &result->column[c];
        if (c) add(text, " | ");
        add(text, column->name);
        add(text, ":");
        add(text, mr_dtype_name(column->dtype));
        for (size_t k = 0; k < column->len; k++) {
            add(text, " ");
            add_value(text, column, k);
        }
    }
    if (!result->failed) return;
    char at[32];
    (void)snprintf(at, sizeof at, "@%" PRId64, result->failed_at);
    add(text, " ! ");
    add(text, result->failure);
    add(text, at);
}

void assert_known_answers(const struct known_answer *rows, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        struct text got = {0};
        struct model_result result;
        bool understood = model_run(&result, rows[k].pipeline, 40);
        if (understood)
            show(&got, &result);
        else
            add(&got, result.message);
        model_free(&result);
        bool same = understood && strcmp(got.bytes, rows[k].expected) == 0;
        if (!same)
            printf("\n  %s\n    expected %s\n    got      %s\n", rows[k].pipeline, rows[k].expected,
                   got.bytes);
        CU_ASSERT_TRUE(same);
    }
}
