#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench.h"

static void cpu_name(char *out, size_t size)
{
    char line[512];
    FILE *f = fopen("/proc/cpuinfo", "r");
    (void)snprintf(out, size, "unknown CPU");
    while (f && fgets(line, sizeof line, f)) {
        char *value = strstr(line, ": ");
        if (strncmp(line, "model name", 10) != 0 || !value) continue;
        value[strcspn(value, "\n")] = 0;
        (void)snprintf(out, size, "%s", value + 2);
        break;
    }
    if (f) (void)fclose(f);
}

static const char *vectors(void)
{
#if defined(__x86_64__) && defined(__GNUC__)
    if (__builtin_cpu_supports("avx512dq")) return "AVX-512";
    if (__builtin_cpu_supports("avx2")) return "AVX2";
#endif
    return "no AVX2";
}

void bench_report_machine(FILE *out)
{
    char name[256];
    struct utsname system;
    double load[1] = {0};
    cpu_name(name, sizeof name);
    (void)uname(&system);
    FILE *f = fopen("/proc/loadavg", "r");
    if (f) {
        if (fscanf(f, "%lf", load) != 1) load[0] = 0;
        (void)fclose(f);
    }
    (void)fprintf(out, "%s, %ld cores, %s; %s %s; load %.1f before the run\n", name,
                  sysconf(_SC_NPROCESSORS_ONLN), vectors(), system.sysname, system.release,
                  load[0]);
}

static const char *verdict(const struct bench_result *r, const struct bench_rival *rival)
{
    const struct bench_workload *w = r->workload;
    if (!rival->is_millrace || strstr(rival->name, "host")) return "";
    double reached = w->is_of_limit ? rival->limit_ratio : rival->ratio;
    if ((w->is_of_limit ? r->best_limit : r->best_reference) < 0) return "";
    return reached >= w->target ? "reached" : "MISSED";
}

static const char *base_name(const struct bench_workload *w)
{
    if (w->is_of_limit) return "the limit";
    return w->references[0] ? "the best C" : w->base ? w->base_name : "the best peer";
}

void bench_report_result(FILE *out, const struct bench_result *r)
{
    const struct bench_workload *w = r->workload;
    (void)fprintf(out, "\n%s  %s\n    %s\n    target %.2gx of %s\n", w->id, w->title, w->pipeline,
                  w->target, base_name(w));
    if (r->rival_count)
        (void)fprintf(out, "    %-24s %10s %17s %9s %15s %8s %9s\n", "", "G/s", "spread", "of base",
                      "spread", "by CPU", "of limit");
    for (size_t k = 0; k < r->rival_count; k++) {
        const struct bench_rival *v = &r->rivals[k];
        if (v->is_limit && (int)k != r->best_limit) continue;
        (void)fprintf(out, "    %-24s %10.4f %8.4f-%8.4f", v->name, v->median * 1e-9,
                      v->least * 1e-9, v->most * 1e-9);
        if (r->best_reference >= 0)
            (void)fprintf(out, " %8.2fx %7.2f-%7.2f", v->ratio, v->ratio_least, v->ratio_most);
        /* By time on the CPUs: what a busy machine would not disturb. Peers have another
         * process. */
        if (r->best_reference >= 0 && !v->is_peer && !v->is_limit &&
            !r->rivals[r->best_reference].is_peer)
            (void)fprintf(out, " %7.2fx", v->cpu_median / r->rivals[r->best_reference].cpu_median);
        else
            (void)fprintf(out, " %8s", "");
        if (r->best_limit >= 0) (void)fprintf(out, " %8.0f%%", 100 * v->limit_ratio);
        (void)fprintf(out, "  %s\n", verdict(r, v));
    }
    if (r->note[0]) (void)fprintf(out, "    note: %s\n", r->note);
    (void)fflush(out);
}

void bench_report_latency(FILE *out, const struct bench_latency *l)
{
    (void)fprintf(out,
                  "\nnext  one pull of 64 elements; target at most 30 us above an empty launch\n");
    if (l->note[0]) (void)fprintf(out, "    note: %s\n", l->note);
    if (l->next_us <= 0) return;
    double above = l->next_launch_us - l->empty_launch_us;
    (void)fprintf(out, "    %-48s %8.2f us\n", "empty OpenCL launch and wait, through the ICD",
                  l->empty_launch_us);
    (void)fprintf(out, "    %-48s %8.2f us\n", "next, many batches to a launch", l->next_us);
    (void)fprintf(out, "    %-48s %8.2f us  (%+.2f us)  %s\n",
                  "next, a launch for every batch (live source)", l->next_launch_us, above,
                  above <= 30 ? "reached" : "MISSED");
    (void)fflush(out);
}

static void json_text(FILE *f, const char *text)
{
    (void)fputc('"', f);
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\') (void)fputc('\\', f);
        (void)fputc(*p == '\n' ? ' ' : *p, f);
    }
    (void)fputc('"', f);
}

static void json_result(FILE *f, const struct bench_result *r)
{
    (void)fprintf(f, "    {\"id\": \"%s\", \"pipeline\": ", r->workload->id);
    json_text(f, r->workload->pipeline);
    (void)fprintf(f, ", \"target\": %g, \"of\": \"%s\", \"limit_rate\": %.6g, \"note\": ",
                  r->workload->target, r->workload->is_of_limit ? "limit" : "reference",
                  r->best_limit < 0 ? 0 : r->rivals[r->best_limit].median);
    json_text(f, r->note);
    (void)fprintf(f, ",\n     \"rivals\": [");
    for (size_t k = 0; k < r->rival_count; k++) {
        const struct bench_rival *v = &r->rivals[k];
        (void)fprintf(f, "%s\n      {\"name\": ", k ? "," : "");
        json_text(f, v->name);
        (void)fprintf(f, ", \"elements\": %lld, \"rate\": %.6g, \"least\": %.6g, \"most\": %.6g, ",
                      (long long)v->count, v->median, v->least, v->most);
        (void)fprintf(f,
                      "\"rate_a_cpu_second\": %.6g, \"ratio\": %.4g, \"ratio_least\": %.4g, "
                      "\"ratio_most\": %.4g, \"best_reference\": %s, \"limit_ratio\": %.4g, "
                      "\"is_limit\": %s}",
                      v->cpu_median, v->ratio, v->ratio_least, v->ratio_most,
                      (int)k == r->best_reference ? "true" : "false", v->limit_ratio,
                      v->is_limit ? "true" : "false");
    }
    (void)fprintf(f, "]}");
}

bool bench_report_json(const struct bench_options *o, const struct bench_result results[],
                       size_t count, const struct bench_latency *l)
{
    char name[256];
    FILE *f = strcmp(o->json_path, "-") == 0 ? stdout : fopen(o->json_path, "w");
    if (!f) return false;
    cpu_name(name, sizeof name);
    (void)fprintf(f, "{\"machine\": ");
    json_text(f, name);
    (void)fprintf(f, ", \"cores\": %ld, \"vectors\": \"%s\", \"rounds\": %d,\n",
                  sysconf(_SC_NPROCESSORS_ONLN), vectors(), o->rounds);
    if (l)
        (void)fprintf(f,
                      "  \"next\": {\"empty_launch_us\": %.3f, \"next_us\": %.3f, "
                      "\"next_launch_us\": %.3f},\n",
                      l->empty_launch_us, l->next_us, l->next_launch_us);
    (void)fprintf(f, "  \"workloads\": [\n");
    for (size_t k = 0; k < count; k++) {
        json_result(f, &results[k]);
        (void)fprintf(f, k + 1 < count ? ",\n" : "\n");
    }
    (void)fprintf(f, "  ]}\n");
    return f == stdout ? fflush(f) == 0 : fclose(f) == 0;
}
