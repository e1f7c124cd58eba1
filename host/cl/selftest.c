#include "cl/selftest.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/strbuf.h"
#include "cl/buffer.h"
#include "cl/build.h"
#include "cl/error_code.h"
#include "cl/selftest_lanes.h"
#include "cl/verdict.h"
#include "emit/kernel_text.h"

/* What the kernel can do: name in the kernel, words for a failure. Integers, then f32, then f64. */
#define OPERATIONS(ROW)                                                                            \
    ROW(ADD_U32, "u32 addition")                                                                   \
    ROW(MULTIPLY_U32, "u32 multiplication")                                                        \
    ROW(MULTIPLY_U64, "u64 multiplication")                                                        \
    ROW(MULTIPLY_HIGH_U32, "u32 high multiplication")                                              \
    ROW(SHIFT_RIGHT_I64, "i64 right shift")                                                        \
    ROW(LESS_WIDENED_I32, "i32 widened to i64, less than 0")                                       \
    ROW(DIVIDE_I64, "i64 division")                                                                \
    ROW(REMAINDER_U64, "u64 remainder")                                                            \
    ROW(DIVIDE_F32, "f32 division")                                                                \
    ROW(SQRT_F32, "f32 square root")                                                               \
    ROW(MULTIPLY_F32, "f32 multiplication (subnormal)")                                            \
    ROW(MULTIPLY_SUBTRACT_F32, "f32 multiply and subtract (contraction off)")                      \
    ROW(FMA_F32, "f32 fma")                                                                        \
    ROW(CONVERT_U64_F32, "u64 to f32 conversion")                                                  \
    ROW(DIVIDE_F64, "f64 division")                                                                \
    ROW(SQRT_F64, "f64 square root")                                                               \
    ROW(MULTIPLY_F64, "f64 multiplication (subnormal)")                                            \
    ROW(MULTIPLY_SUBTRACT_F64, "f64 multiply and subtract (contraction off)")                      \
    ROW(FMA_F64, "f64 fma")                                                                        \
    ROW(CONVERT_U64_F64, "u64 to f64 conversion")

enum operation {
#define OPERATION_ENUM(name, words) name,
    OPERATIONS(OPERATION_ENUM)
#undef OPERATION_ENUM
        FIRST_F32 = DIVIDE_F32,
    FIRST_F64 = DIVIDE_F64
};

static const char *const operation_words[] = {
#define OPERATION_WORDS(name, words) [name] = words,
    OPERATIONS(OPERATION_WORDS)
#undef OPERATION_WORDS
};

/* Answers from exact rational arithmetic, rounded once to nearest even. Divisions and roots are
 * ones that a multiplication by the rounded reciprocal gets wrong. */
static const struct {
    enum operation operation;
    cl_ulong operands[3];
    cl_ulong answer;
} known[] = {
    {ADD_U32, {0xffffffff, 0x2, 0x0}, 0x1},
    {ADD_U32, {0x7fffffff, 0x1, 0x0}, 0x80000000},
    {MULTIPLY_U32, {0xdeadbeef, 0xcafebabe, 0x0}, 0x88cf5b62},
    {MULTIPLY_U64, {0x123456789abcdef1, 0xfedcba9876543211, 0x0}, 0x347e9a0f6729e001},
    {MULTIPLY_U64, {0xffffffffffffffff, 0xffffffffffffffff, 0x0}, 0x1},
    {MULTIPLY_HIGH_U32, {0xd2511f53, 0xcd9e8d57, 0x0}, 0xa8ed3844},
    {SHIFT_RIGHT_I64, {0xedcba98765432110, 0x44, 0x0}, 0xfedcba9876543211},
    {LESS_WIDENED_I32, {0xfffffffb, 0x0, 0x0}, 0x1}, /* Mesa 22.3's llvmpipe says 0 */
    {LESS_WIDENED_I32, {0x5, 0x0, 0x0}, 0x0},
    {DIVIDE_I64, {0xffffffffc46535f9, 0xa, 0x0}, 0xfffffffffa0a1f00},
    {REMAINDER_U64, {0xffffffffffffffff, 0x3b9aca07, 0x0}, 0x22b5dd47},
    {DIVIDE_F32, {0x3f800000, 0x40400000, 0x0}, 0x3eaaaaab},
    {DIVIDE_F32, {0x3fbf6a6a, 0x3fe16737, 0x0}, 0x3f596621},
    {DIVIDE_F32, {0x3fe4f4e3, 0x3f9adfcc, 0x0}, 0x3fbd3a37},
    {DIVIDE_F32, {0x3f8c0397, 0x3fbe7216, 0x0}, 0x3f3c3583},
    {DIVIDE_F32, {0x3feafa59, 0x3fb1e541, 0x0}, 0x3fa91277},
    {DIVIDE_F32, {0x3fb764e9, 0x3fcdc087, 0x0}, 0x3f642e96},
    {DIVIDE_F32, {0x3fe19264, 0x3fe23238, 0x0}, 0x3f7f4b1d},
    {DIVIDE_F32, {0x3f9d4814, 0x3fcbaaea, 0x0}, 0x3f45b1ed},
    {DIVIDE_F32, {0x3fb607ea, 0x3fdce8bc, 0x0}, 0x3f52f233},
    {DIVIDE_F32, {0x3fbf76c6, 0x3fc6c41a, 0x0}, 0x3f769868},
    {DIVIDE_F32, {0x3f82c02c, 0x3fb54562, 0x0}, 0x3f38a713},
    {DIVIDE_F32, {0x3f8f7952, 0x3fdf1f6e, 0x0}, 0x3f249d66},
    {DIVIDE_F32, {0x3fdc5999, 0x3ffc9387, 0x0}, 0x3f5f563e},
    {SQRT_F32, {0x403610a9, 0x0, 0x0}, 0x3fd7e3f1},
    {SQRT_F32, {0x406fba91, 0x0, 0x0}, 0x3ff7bb18},
    {SQRT_F32, {0x40779b17, 0x0, 0x0}, 0x3ffbc497},
    {SQRT_F32, {0x40547d38, 0x0, 0x0}, 0x3fe93b6c},
    {SQRT_F32, {0x406901e3, 0x0, 0x0}, 0x3ff43bb7},
    {SQRT_F32, {0x402b9925, 0x0, 0x0}, 0x3fd197c2},
    {MULTIPLY_F32, {0x800000, 0x3f000000, 0x0}, 0x400000},
    {MULTIPLY_F32, {0x3, 0x40000000, 0x0}, 0x6},
    {MULTIPLY_SUBTRACT_F32, {0x3f800800, 0x3f800800, 0x3f801000}, 0x0},
    {FMA_F32, {0x3f800800, 0x3f800800, 0xbf801000}, 0x33800000},
    {CONVERT_U64_F32, {0x8000008000000001, 0x0, 0x0}, 0x5f000001},
    {CONVERT_U64_F32, {0x8000008000000000, 0x0, 0x0}, 0x5f000000},
    {DIVIDE_F64, {0x3ff0000000000000, 0x4008000000000000, 0x0}, 0x3fd5555555555555},
    {DIVIDE_F64, {0x3ff815a4f0dfb4a5, 0x3ff96c8d64b2d2bc, 0x0}, 0x3fee5065f4a409bd},
    {DIVIDE_F64, {0x3ff08d6ada711448, 0x3ff3e2437af027bc, 0x0}, 0x3feaa3797f91cc07},
    {DIVIDE_F64, {0x3ff2c4a3aa2ca1af, 0x3ff8c7e15dfbd3d1, 0x0}, 0x3fe83c57a251437c},
    {DIVIDE_F64, {0x3ffb3fa7e1fab9d7, 0x3ffacab1c69d4bd8, 0x0}, 0x3ff045d95f59c59f},
    {SQRT_F64, {0x3ffe0bf91622bd79, 0x0, 0x0}, 0x3ff5ed0c98bb7a29},
    {SQRT_F64, {0x4008e9001ba16215, 0x0, 0x0}, 0x3ffc3bc04ed8898a},
    {SQRT_F64, {0x3ff1643f78255d68, 0x0, 0x0}, 0x3ff0ae692358d865},
    {MULTIPLY_F64, {0x10000000000000, 0x3fe0000000000000, 0x0}, 0x8000000000000},
    {MULTIPLY_SUBTRACT_F64, {0x3ff0000002000000, 0x3ff0000002000000, 0x3ff0000004000000}, 0x0},
    {FMA_F64, {0x3ff0000002000000, 0x3ff0000002000000, 0xbff0000004000000}, 0x3c90000000000000},
    {CONVERT_U64_F64, {0x8000000000000401, 0x0, 0x0}, 0x43e0000000000001},
};

enum { KNOWN = sizeof known / sizeof known[0], GROUP = MR_LANE_ITEMS };
_Static_assert(KNOWN <= GROUP, "one work-group holds all rows");

uint64_t mr_selftest_hash(void)
{
    const char *text = mr_kernel_text("selftest.cl");
    uint64_t hash = mr_hash_bytes(MR_HASH_SEED, known, sizeof known);
    return text ? mr_hash_bytes(hash, text, strlen(text)) : hash;
}

/* ---- The run ---- */

struct run {
    struct mr_session *session;
    cl_program program;
    cl_kernel kernel;
    cl_mem buffers[8]; /* the kernel's arguments in order */
    cl_event event;
    struct mr_lane_questions lanes;
    cl_ulong got[GROUP];
    cl_uchar got_bytes[GROUP];
    cl_ulong got_words[MR_LANE_WORDS];
    cl_uchar got_flags[MR_LANE_FLAGS];
    struct {
        void *got, *shared; /* shared: as the host sees it where memory is shared finely */
        size_t bytes;
    } results[8]; /* of the buffers that are written */
};

static mr_status build_kernel(struct run *r, mr_error *err)
{
    struct mr_strbuf options = {0};
    mr_status st = MR_OK;
#define OPERATION_OPTION(name, words) mr_strbuf_addf(&options, "-D " #name "=%d ", name);
    OPERATIONS(OPERATION_OPTION)
#undef OPERATION_OPTION
#define CONVERSION_OPTION(name, words) mr_strbuf_addf(&options, "-D " #name "=%d ", number++);
    int number = 0;
    MR_LANE_CONVERSIONS(CONVERSION_OPTION)
#undef CONVERSION_OPTION
    mr_strbuf_addf(&options, "-D THIRD=%lluul -D LEAST=%lluul ", MR_LANE_THIRD, MR_LANE_LEAST);
    mr_strbuf_addf(&options, "-D FIRST_F32=%d -D FIRST_F64=%d", FIRST_F32, FIRST_F64);
    if (r->session->device.has_fp64) mr_strbuf_add(&options, " -D MR_FP64");

    const char *text = mr_kernel_text("selftest.cl");
    if (options.failed)
        st = mr_fail_no_memory(err, "the self-test");
    else if (!text)
        st = mr_fail(err, MR_E_INTERNAL, "kernels/selftest.cl is not embedded");
    else
        st = mr_program_text_build(r->session, text, options.text, &r->program, err);
    mr_strbuf_free(&options);
    if (st != MR_OK) return st;
    return mr_kernel_create(r->session, r->program, "mr_selftest", &r->kernel, err);
}

/* What the device reads or writes, in memory that the host sees where streams have such. */
static mr_status create_buffer(struct run *r, size_t bytes, const void *content, cl_mem *buffer,
                               void **memory, mr_error *err)
{
    if (r->session->device.shares_finely) {
        MR_TRY(mr_buffer_create_shared(r->session, bytes, "the self-test", buffer, memory, err));
        if (content) memcpy(*memory, content, bytes);
        return MR_OK;
    }
    cl_mem_flags flags = content ? CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR : CL_MEM_WRITE_ONLY;
    return mr_buffer_create(r->session, flags, bytes, (void *)content, "the self-test", buffer,
                            err);
}

/* Argument by argument of the kernel: what is given to it, or where what it gives goes. */
static mr_status set_up(struct run *r, mr_error *err)
{
    cl_uint operations[GROUP] = {0};
    cl_ulong operands[3 * GROUP] = {0};
    for (size_t k = 0; k < KNOWN; k++) {
        operations[k] = known[k].operation;
        memcpy(&operands[3 * k], known[k].operands, sizeof known[k].operands);
    }
    mr_lane_questions_make(&r->lanes, r->session->device.has_fp64);
    const struct {
        size_t bytes;
        const void *given;
        void *got;
    } arguments[] = {
        {sizeof operations, operations, NULL},
        {sizeof operands, operands, NULL},
        {sizeof r->got, NULL, r->got},
        {sizeof r->got_bytes, NULL, r->got_bytes},
        {sizeof r->lanes.samples, r->lanes.samples, NULL},
        {sizeof r->lanes.terms, r->lanes.terms, NULL},
        {sizeof r->got_words, NULL, r->got_words},
        {sizeof r->got_flags, NULL, r->got_flags},
    };
    for (cl_uint k = 0; k < sizeof arguments / sizeof arguments[0]; k++) {
        r->results[k].got = arguments[k].got;
        r->results[k].bytes = arguments[k].bytes;
        MR_TRY(create_buffer(r, arguments[k].bytes, arguments[k].given, &r->buffers[k],
                             &r->results[k].shared, err));
        MR_TRY(mr_kernel_arg(r->session, r->kernel, k, sizeof(cl_mem), &r->buffers[k], err));
    }
    return MR_OK;
}

static mr_status read_results(struct run *r, mr_error *err)
{
    for (size_t k = 0; k < sizeof r->results / sizeof r->results[0]; k++) {
        if (!r->results[k].got) continue;
        if (r->session->device.shares_finely) {
            memcpy(r->results[k].got, r->results[k].shared, r->results[k].bytes);
            continue;
        }
        struct mr_command command = {.queue = r->session->transfers, .event = &r->event};
        MR_TRY(mr_buffer_read(r->session, &command, r->buffers[k], 0, r->results[k].bytes,
                              r->results[k].got, err));
        MR_TRY(mr_event_wait(r->session, &r->event, err));
    }
    return MR_OK;
}

static mr_status launch(struct run *r, size_t group, mr_error *err)
{
    struct mr_command command = {.queue = r->session->transfers, .event = &r->event};
    MR_TRY(mr_kernel_launch(r->session, &command, r->kernel, "mr_selftest", GROUP / group, group,
                            err));
    MR_TRY(mr_event_wait(r->session, &r->event, err));
    return read_results(r, err);
}

static void compare(const struct run *r, char reason[MR_VERDICT_BYTES])
{
    for (size_t k = 0; k < GROUP && !reason[0]; k++)
        if (r->got_bytes[k] != k + 1)
            (void)snprintf(reason, MR_VERDICT_BYTES, "self-test: byte %zu is %u, not %zu", k,
                           (unsigned)r->got_bytes[k], k + 1);
    for (size_t k = 0; k < KNOWN && !reason[0]; k++)
        if (r->got[k] != known[k].answer &&
            (known[k].operation < FIRST_F64 || r->session->device.has_fp64))
            (void)snprintf(reason, MR_VERDICT_BYTES,
                           "self-test: %s of 0x%llx, 0x%llx gives 0x%llx, not 0x%llx",
                           operation_words[known[k].operation],
                           (unsigned long long)known[k].operands[0],
                           (unsigned long long)known[k].operands[1], (unsigned long long)r->got[k],
                           (unsigned long long)known[k].answer);
    /* Kernels without vectors have no lanes. */
    if (!reason[0] && !mr_rungs[r->session->device.rung].is_plain)
        (void)mr_lane_answers_differ(&r->lanes, r->got_words, r->got_flags, reason,
                                     MR_VERDICT_BYTES);
}

/* On the transfer queue: the other one may be the caller's. */
static mr_status run_test(struct mr_session *session, char reason[MR_VERDICT_BYTES], mr_error *err)
{
    struct run r = {.session = session};
    size_t group = 1;
    mr_status st = build_kernel(&r, err);
    if (st == MR_OK) st = set_up(&r, err);
    if (st == MR_OK) st = mr_kernel_max_group(session, r.kernel, &group, err);
    if (st == MR_OK && !(st = mr_build_begin(mr_kernel_text("selftest.cl"), err))) {
        st = launch(&r, group < GROUP ? 1 : GROUP, err);
        /* Nothing may write to `r` after it is gone. */
        if (st != MR_OK) (void)mr_queue_finish(session, session->transfers, NULL);
        mr_build_end();
    }
    if (st == MR_OK) compare(&r, reason);

    mr_event_release(&r.event);
    mr_kernel_release(&r.kernel);
    mr_program_release(&r.program);
    for (size_t k = 0; k < sizeof r.buffers / sizeof r.buffers[0]; k++)
        mr_buffer_release(&r.buffers[k]);
    return st;
}

/* A kernel that cannot be built or run is an answer, too. A caller's context may be lost for what
 * the caller did with it. */
static bool is_answer(const struct mr_session *session, mr_status st, const mr_error *why)
{
    if (session->is_foreign && session->is_lost) return false;
    return st == MR_OK || st == MR_E_INTERNAL || mr_cl_tells_of_device(why);
}

/* Rung by rung until it passes, or is refused on the last. CL_OUT_OF_RESOURCES is a kernel that
 * cannot run or a lack, by driver: more care is tried in any case, but nothing of it is put
 * down. */
static mr_status climb(struct mr_session *session, struct mr_verdict *v, mr_error *err)
{
    struct mr_device *d = &session->device;
    for (;;) {
        char reason[MR_VERDICT_BYTES] = "";
        mr_verdict_find(v, d);
        d->rung = v->rung;
        if (v->is_passed || v->reason[0]) return MR_OK;
        if (session->is_lost && !session->is_foreign) MR_TRY(mr_session_renew(session, err));
        mr_error why = {.status = MR_OK};
        mr_status st = run_test(session, reason, &why);
        if (!is_answer(session, st, &why)) {
            if (err) *err = why;
            return st;
        }
        if (st != MR_OK) (void)snprintf(reason, sizeof reason, "self-test: %.140s", why.message);
        if (reason[0])
            mr_verdict_fail(d, reason, !mr_cl_may_be_a_lack(&why));
        else
            mr_verdict_pass(d);
    }
}

mr_status mr_device_selftest(struct mr_session *session, mr_error *err)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    struct mr_device *d = &session->device;
    struct mr_verdict v;
    (void)pthread_mutex_lock(&lock);
    mr_status st = climb(session, &v, err);
    (void)pthread_mutex_unlock(&lock);
    if (st != MR_OK) return st;
    mr_verdict_tell(d, &v);
    return mr_verdict_check(d, &v, err);
}

bool mr_device_is_tried(const struct mr_device *device)
{
    struct mr_verdict v;
    const char *layers = getenv("OPENCL_LAYERS");
    if ((layers && layers[0]) || device->is_admitted) return true;
    mr_verdict_find(&v, device);
    return v.is_tried;
}

void mr_device_put_trial(const struct mr_device *device, const char *reason, bool is_lasting)
{
    if (reason[0])
        mr_verdict_fail(device, reason, is_lasting);
    else
        mr_verdict_put_tried(device);
}
