/* The OpenCL programs of a pipeline, as a driver would get them, without one.
 *
 *     kernel_source SHAPE FOLDER PIPELINE
 *
 * writes those of its segments to FOLDER/1.cl, FOLDER/2.cl, ... */
#include <stdbool.h>
#include <stdio.h>

#include <millrace/sequence.h>

#include "emit/emit.h"
#include "emit/skeleton.h"

static mr_status write_text(const char *path, const char *text, mr_error *err)
{
    FILE *file = fopen(path, "w");
    if (!file) return mr_fail_errno(err, "fopen", path);
    bool is_written = fputs(text, file) >= 0;
    if (fclose(file) != 0 || !is_written) return mr_fail_errno(err, "fclose", path);
    return MR_OK;
}

static mr_status write_program(const char *folder, const struct mr_segment *segment,
                               const struct mr_profile *profile, mr_error *err)
{
    char path[4096];
    struct mr_source_text source = {0};
    (void)snprintf(path, sizeof path, "%s/%u.cl", folder, segment->number);
    if (!mr_skeleton_of(segment)) return MR_OK; /* files are read, not computed */
    mr_status st = mr_emit_segment(&source, segment, profile, err);
    if (st == MR_OK) st = write_text(path, mr_strbuf_text(&source.text), err);
    mr_source_text_free(&source);
    return st;
}

static mr_status write_programs(const char *shape, const char *folder, const mr_seq *seq,
                                mr_error *err)
{
    struct mr_profile profile = mr_profiles[MR_PROFILE_DISCRETE];
    struct mr_plan *plan = NULL;
    profile.has_fp64 = true;
    const struct mr_plan_limits limits = {.on_device = true, .staged = true, .profile = &profile};
    mr_status st = mr_profile_parse(&profile, shape, err);
    if (st == MR_OK) st = mr_plan_create(&plan, seq, true, err);
    if (st == MR_OK) st = mr_plan_fit(plan, &limits, err);
    for (size_t k = 0; st == MR_OK && k < plan->segment_count; k++)
        st = write_program(folder, plan->segments[k], &profile, err);
    mr_plan_destroy(&plan);
    return st;
}

int main(int argc, char **argv)
{
    mr_seq *seq = NULL;
    mr_error err = {0};
    if (argc != 4) return 2;
    mr_status st = mr_seq_parse(&seq, argv[3], &err);
    if (st == MR_OK) st = write_programs(argv[1], argv[2], seq, &err);
    if (st != MR_OK) (void)fprintf(stderr, "%s\n", err.message);
    mr_seq_release(&seq);
    return st == MR_OK ? 0 : 1;
}
