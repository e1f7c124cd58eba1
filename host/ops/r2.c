#include "ops/point.h"
#include "ops/stage.h"

enum { DIM, START };

/* 2^64 times g^-1, g^-2, ..., rounded, where g is the positive root of g^(dim+1) = g + 1. */
static const uint64_t steps[MR_MAX_COLUMNS][MR_MAX_COLUMNS] = {
    {0x9E3779B97F4A7C16},
    {0xC13FA9A902A6328F, 0x91E10DA5C79E7B1D},
    {0xD1B54A32D192ED04, 0xABC98388FB8FAC03, 0x8CB92BA72F3D8DD7},
    {0xDB4F0B9175AE2165, 0xBBE0563303A4615F, 0xA0F2EC75A1FE1576, 0x89E182857D9ED689},
    {0xE19B01AA9D42C633, 0xC6D1D6C8ED0C9632, 0xAF36D01EF7518DBC, 0x9A69443F36F710E7,
     0x881403B9339BD42E},
    {0xE60E2B722B53AEEC, 0xCEBD76D9EDB6A8EF, 0xB9C9AA3A51D00B65, 0xA6F5777F6F889840,
     0x9609C71EB7D03F7A, 0x86D516E50B04AB1B},
    {0xE95E1DD17D35800E, 0xD4BC74E13F3C782F, 0xC1EDBC5B5C68AC25, 0xB0C8AC50F0EDEF5D,
     0xA127A31C56D1CDB6, 0x92E852C80D153DB3, 0x85EB75C3024385C3},
    {0xEBEDEED9D803C815, 0xD96EB1A810CAAF5F, 0xC862B36DAF790DD5, 0xB8ACD90C142FE10C,
     0xAA324F90DED86B6A, 0x9CDA5E693FEA10AE, 0x908E3D2C82567A74, 0x8538ECB5BD456EA2},
};

static double start_of(const struct mr_seq *seq)
{
    mr_scalar start;
    (void)mr_number_as(&seq->args[START].number, MR_F64, &start);
    return start.f64;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    char text[MR_NUMBER_TEXT];
    double start = start_of(seq);
    if (!(start >= 0.0 && start < 1.0))
        return mr_op_fail(seq, &seq->args[START], err, MR_E_VALUE, "start=%s must be in [0, 1)",
                          mr_number_text(&seq->args[START], text));
    return mr_point_check(seq, DIM, err);
}

/* start + (i+1) step modulo 1 as a fraction of 2^64, exact however large i; then its upper 53 bits. */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    struct ir_body *b = l->body;
    mr_scalar start = {.u64 = (uint64_t)(start_of(seq) * 0x1p64)};
    ir_value i = mr_ir_cast(b, MR_U64, position);
    ir_value shift = mr_ir_const_int(b, MR_U64, 11);
    ir_value unit = mr_ir_const(b, MR_F64, (mr_scalar){.f64 = 0x1p-53});
    for (size_t k = 0; k < seq->column_count; k++) {
        uint64_t step = steps[seq->column_count - 1][k];
        mr_scalar first = {.u64 = start.u64 + step};
        ir_value x = mr_ir_binary(
            b, IR_MUL, i, mr_ir_param(b, MR_U64, (mr_scalar){.u64 = step}, &steps[0][k]));
        x = mr_ir_binary(b, IR_ADD, x, mr_ir_param(b, MR_U64, first, &seq->columns[k]));
        x = mr_ir_cast(b, MR_F64, mr_ir_binary(b, IR_SHR, x, shift));
        columns[k] = mr_ir_binary(b, IR_MUL, x, unit);
    }
    return MR_OK;
}

const struct mr_op mr_op_r2 = {
    .name = "r2",
    .brief = "evenly spread points in the unit cube: Kronecker's, by powers of a generalised golden "
             "ratio (Roberts 2018)",
    .example = "r2() | take(5)",
    .role = MR_SOURCE,
    .params = {{"dim", MR_PARAM_COUNT, .fallback = "2", .brief = "how many columns, 1 to 8"},
               {"start", MR_PARAM_NUMBER, .fallback = "0.5",
                .brief = "in [0, 1): what the first step leads away from"}},
    .check = check,
    .lower = lower,
};
