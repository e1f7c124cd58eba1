#include "ops/point.h"
#include "ops/stage.h"

enum { DIM, START };

/* g^-1, g^-2, ... as fractions of 2^128, upper and lower half, where g is the positive root of
 * g^(dim+1) = g + 1. */
static const uint64_t steps[MR_MAX_COLUMNS][MR_MAX_COLUMNS][2] = {
    {{0x9E3779B97F4A7C15, 0xF39CC0605CEDC834}},
    {{0xC13FA9A902A6328F, 0x434FF71B2D97724B}, {0x91E10DA5C79E7B1C, 0xD438A0A8E6C9C0FC}},
    {{0xD1B54A32D192ED03, 0x9FDCAA7D6E9DFE0F},
     {0xABC98388FB8FAC02, 0x8C2245930757DD50},
     {0x8CB92BA72F3D8DD7, 0x32E5BF2DBE798195}},
    {{0xDB4F0B9175AE2165, 0x44E78FF55AA2DBC9},
     {0xBBE0563303A4615F, 0x5C9DE0D492315679},
     {0xA0F2EC75A1FE1575, 0xE5799BD992A8F21F},
     {0x89E182857D9ED688, 0x9D28DCCE1EEE16DA}},
    {{0xE19B01AA9D42C633, 0x3587690489ECB903},
     {0xC6D1D6C8ED0C9631, 0xC8F17386E81D96A8},
     {0xAF36D01EF7518DBB, 0xD36071FC91BF9F6E},
     {0x9A69443F36F710E6, 0x8A65D16792971BEC},
     {0x881403B9339BD42D, 0xFD680E7AE5211382}},
    {{0xE60E2B722B53AEEB, 0xADEFDCC71D66151B},
     {0xCEBD76D9EDB6A8EF, 0x58F235657D2CC16C},
     {0xB9C9AA3A51D00B65, 0x0F79A0759623197F},
     {0xA6F5777F6F88983F, 0xE4B1E6760FA4E49B},
     {0x9609C71EB7D03F7A, 0x09679A353477E684},
     {0x86D516E50B04AB1B, 0x709CC988F063530F}},
    {{0xE95E1DD17D35800D, 0x9ED3C1B57CCEA523},
     {0xD4BC74E13F3C782E, 0xA2B9909380E9675F},
     {0xC1EDBC5B5C68AC24, 0xC7B780ED8E6520FE},
     {0xB0C8AC50F0EDEF5C, 0xC6D6AEE25DBD1752},
     {0xA127A31C56D1CDB5, 0xEBD5B27F8DF7A9BE},
     {0x92E852C80D153DB2, 0xC1D8482D2B905071},
     {0x85EB75C3024385C3, 0x3C88DCF7B5D2FEBD}},
    {{0xEBEDEED9D803C815, 0x63353B4EE676A074},
     {0xD96EB1A810CAAF5E, 0xB074C5DE3A0556A3},
     {0xC862B36DAF790DD5, 0x79C3584C4A43D380},
     {0xB8ACD90C142FE10B, 0x8E26AE7AEBD792A7},
     {0xAA324F90DED86B69, 0xC67BBBA3A25CAD06},
     {0x9CDA5E693FEA10AE, 0x54677DBF9D4C44FC},
     {0x908E3D2C82567A73, 0xDF67A0ED61EAE3A6},
     {0x8538ECB5BD456EA2, 0x1578D2FC45E919B4}},
};

static double start_of(const struct mr_seq *seq)
{
    mr_scalar start;
    (void)mr_number_as(&seq->args[START].number, MR_F64, &start);
    return start.f64;
}

static mr_status check(struct mr_seq *seq, mr_error *err)
{
    return mr_point_check(seq, DIM, err);
}

static ir_value word(struct ir_body *b, const uint64_t *value, uint64_t bits)
{
    return mr_ir_param(b, MR_U64, (mr_scalar){.u64 = bits}, value);
}

/* n * step / 2^64 of the lower half, from halves of both; short by 3 at most. */
static ir_value carry(struct ir_body *b, ir_value n, const uint64_t *step)
{
    ir_value half = mr_ir_const_int(b, MR_U64, 32);
    ir_value high = word(b, &step[1], step[1] >> 32);
    ir_value low = word(b, &step[0], step[1] & UINT32_MAX);
    ir_value n_high = mr_ir_binary(b, IR_SHR, n, half);
    ir_value n_low = mr_ir_binary(b, IR_AND, n, mr_ir_const_int(b, MR_U64, UINT32_MAX));
    ir_value outer = mr_ir_binary(b, IR_SHR, mr_ir_binary(b, IR_MUL, n_high, low), half);
    ir_value inner = mr_ir_binary(b, IR_SHR, mr_ir_binary(b, IR_MUL, n_low, high), half);
    return mr_ir_binary(b, IR_ADD, mr_ir_binary(b, IR_MUL, n_high, high),
                        mr_ir_binary(b, IR_ADD, outer, inner));
}

/* start + n step modulo 1, n = i + 1, as a fraction of 2^64: as good at any i. Of it the upper 53
 * bits. */
static mr_status lower(struct mr_lowering *l, const struct mr_seq *seq, ir_value position,
                       ir_value *columns, mr_error *err)
{
    (void)err;
    struct ir_body *b = l->body;
    mr_scalar start = {.u64 = (uint64_t)(start_of(seq) * 0x1p64)};
    ir_value first = mr_ir_param(b, MR_U64, start, &seq->args[START]);
    ir_value n =
        mr_ir_binary(b, IR_ADD, mr_ir_cast(b, MR_U64, position), mr_ir_const_int(b, MR_U64, 1));
    ir_value shift = mr_ir_const_int(b, MR_U64, 11);
    ir_value unit = mr_ir_const(b, MR_F64, (mr_scalar){.f64 = 0x1p-53});
    for (size_t k = 0; k < seq->column_count; k++) {
        const uint64_t *step = steps[seq->column_count - 1][k];
        ir_value x = mr_ir_binary(b, IR_MUL, n, word(b, step, step[0]));
        x = mr_ir_binary(b, IR_ADD, mr_ir_binary(b, IR_ADD, x, first), carry(b, n, step));
        x = mr_ir_cast(b, MR_F64, mr_ir_binary(b, IR_SHR, x, shift));
        columns[k] = mr_ir_binary(b, IR_MUL, x, unit);
    }
    return MR_OK;
}

/* The known answers come from 80 decimal digits; Roberts, The unreasonable effectiveness of
 * quasirandom sequences (2018), prints those of dim=2. */
const struct mr_op mr_op_r2 = {
    .name = "r2",
    .brief =
        "evenly spread points in the unit cube: Kronecker's, by powers of a generalised golden "
        "ratio (Roberts 2018)",
    .example = "r2() | take(5)",
    .role = MR_SOURCE,
    .params = {MR_POINT_DIM("2"),
               {"start", MR_PARAM_NUMBER, .fallback = "0.5", .range = MR_BELOW(0, 1),
                .brief = "what the first step leads away from"}},
    .check = check,
    .lower = lower,
    .known = {{"r2() | take(2)", "0.2548776662466927,0.06984029099805322 "
                                 "0.009755332493385449,0.6396805819961064"},
              {"r2(1, start=0) | take(2)", "0.6180339887498948 0.2360679774997897"},
              {"r2(1) | skip(1e15) | take(1)", "0.9662385755842604"},
              {"r2() | take(0)", ""}},
};
