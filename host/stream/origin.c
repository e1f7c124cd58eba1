#include "stream/origin.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "base/hash.h"
#include "io/file_identity.h"
#include "ir/op.h"

static bool is_fed(const struct mr_seq *seq)
{
    return seq->op->feed != NULL;
}

mr_status mr_origin_check(const struct mr_seq *seq, const char *refused, mr_error *err)
{
    const struct mr_feed *feed = seq->op->feed;
    for (size_t k = 0; k < seq->input_count; k++)
        MR_TRY(mr_origin_check(seq->inputs[k], refused, err));
    bool is_gone = feed && (seq->is_live || !feed->identify);
    if (!is_gone && (feed || !seq->op->is_internal)) return MR_OK;
    mr_status st = mr_op_fail(seq, NULL, err, MR_E_STATE, "%s: %s", refused,
                              is_gone ? "what it gave is gone" : "it is memory of this process");
    return mr_error_hint(err, st, "write the data to a file, and read() that");
}

mr_status mr_origin_put_files(const struct mr_seq *seq, struct mr_bytes_out *out, mr_error *err)
{
    struct mr_file_identity file;
    for (size_t k = 0; k < seq->input_count; k++)
        MR_TRY(mr_origin_put_files(seq->inputs[k], out, err));
    if (!is_fed(seq)) return MR_OK;
    MR_TRY(mr_op_blame(seq, seq->op->feed->identify(seq, &file, err), err));
    mr_put_number(out, (uint64_t)file.bytes);
    mr_put_signed(out, file.changed_ns);
    mr_put_word(out, file.ends);
    return MR_OK;
}

mr_status mr_origin_check_files(const struct mr_seq *seq, struct mr_bytes_in *in, const char *then,
                                mr_error *err)
{
    struct mr_file_identity file, was;
    for (size_t k = 0; k < seq->input_count; k++)
        MR_TRY(mr_origin_check_files(seq->inputs[k], in, then, err));
    if (!is_fed(seq)) return MR_OK;
    MR_TRY(mr_op_blame(seq, seq->op->feed->identify(seq, &file, err), err));
    was.bytes = (int64_t)mr_get_number(in);
    was.changed_ns = mr_get_signed(in);
    was.ends = mr_get_word(in);
    const char *name = seq->text ? seq->text : seq->op->name;
    mr_status st;
    if (was.bytes != file.bytes)
        st = mr_op_fail(seq, NULL, err, MR_E_STATE,
                        "%s has changed since %s: %" PRId64 " bytes then, %" PRId64 " now", name,
                        then, was.bytes, file.bytes);
    else if (was.ends != file.ends)
        st = mr_op_fail(seq, NULL, err, MR_E_STATE, "%s has changed since %s: other bytes", name,
                        then);
    else if (was.changed_ns != file.changed_ns)
        st = mr_op_fail(seq, NULL, err, MR_E_STATE, "%s was written to since %s", name, then);
    else
        return MR_OK;
    return mr_error_hint(err, st,
                         "begin anew; a copy of the old file will do if it has the time of its "
                         "last change (cp -p)");
}

mr_status mr_origin_hash_files(const struct mr_seq *seq, uint64_t *hash, mr_error *err)
{
    struct mr_file_identity file;
    for (size_t k = 0; k < seq->input_count; k++)
        MR_TRY(mr_origin_hash_files(seq->inputs[k], hash, err));
    if (!is_fed(seq)) return MR_OK;
    MR_TRY(mr_op_blame(seq, seq->op->feed->identify(seq, &file, err), err));
    struct mr_bytes_out words = {.bytes = (unsigned char[16]){0}, .size = 16};
    mr_put_word(&words, (uint64_t)file.bytes);
    mr_put_word(&words, file.ends);
    *hash = mr_hash_bytes(*hash, words.bytes, words.used);
    return MR_OK;
}

static mr_status reads_one_of(const struct mr_seq *seq, const struct stat *info, bool *reads,
                              mr_error *err)
{
    struct mr_file_identity file;
    for (size_t k = 0; k < seq->input_count && !*reads; k++)
        MR_TRY(reads_one_of(seq->inputs[k], info, reads, err));
    if (!is_fed(seq) || *reads) return MR_OK;
    MR_TRY(mr_op_blame(seq, seq->op->feed->identify(seq, &file, err), err));
    *reads = file.device == (uint64_t)info->st_dev && file.number == (uint64_t)info->st_ino;
    return MR_OK;
}

mr_status mr_origin_reads(const struct mr_seq *seq, const char *path, bool *reads, mr_error *err)
{
    struct stat info;
    *reads = false;
    return stat(path, &info) == 0 ? reads_one_of(seq, &info, reads, err) : MR_OK;
}
