/* The benchmark. bench/run builds the references and passes where they are. */
#include <stdlib.h>
#include <string.h>

#include "bench.h"

static const char usage[] =
    "usage: ./dev bench [OPTIONS]\n"
    "    --quick          four rows in less than a minute: W1, W2, W3 and the cost of next\n"
    "    --only W1,W3     these workloads (next, whole and curve are names too)\n"
    "    --rounds N       turns that every rival gets, 3 to 51; 7 unless given, 5 with --quick\n"
    "    --sample SECONDS a run's length; 0.4 unless given\n"
    "    --no-peers       without NumPy, numexpr and Python\n"
    "    --json FILE      the results as JSON, - for standard output\n"
    "    --curve FILE     rates by batch size as columns; bench/run draws them\n";

static bool parse(struct bench_options *o, int argc, char **argv)
{
    for (int k = 1; k < argc; k++) {
        const char *name = argv[k], *value = k + 1 < argc ? argv[k + 1] : NULL;
        if (strcmp(name, "--quick") == 0) {
            o->is_quick = true;
            continue;
        }
        if (strcmp(name, "--no-peers") == 0) {
            o->with_peers = false;
            continue;
        }
        if (!value) return false;
        k++;
        if (strcmp(name, "--only") == 0)
            o->only = value;
        else if (strcmp(name, "--rounds") == 0)
            o->rounds = atoi(value);
        else if (strcmp(name, "--sample") == 0)
            o->sample_seconds = strtod(value, NULL);
        else if (strcmp(name, "--json") == 0)
            o->json_path = value;
        else if (strcmp(name, "--curve") == 0)
            o->curve_path = value;
        else if (strcmp(name, "--build-dir") == 0)
            o->build_dir = value;
        else if (strcmp(name, "--source-dir") == 0)
            o->source_dir = value;
        else
            return false;
    }
    if (o->rounds == 0) o->rounds = o->is_quick ? 5 : 7;
    return o->build_dir && o->source_dir && o->rounds >= 3 && o->rounds <= BENCH_MAX_ROUNDS &&
           o->sample_seconds > 0;
}

static bool is_named(const char *list, const char *id)
{
    size_t length = strlen(id);
    for (const char *p = list; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
        if (strncmp(p, id, length) == 0 && (p[length] == ',' || !p[length])) return true;
    return false;
}

static bool is_wanted(const struct bench_options *o, const char *id, bool is_quick)
{
    if (o->only) return is_named(o->only, id);
    return is_quick || !o->is_quick;
}

int main(int argc, char **argv)
{
    struct bench_options o = {.sample_seconds = 0.4, .with_peers = true};
    struct bench_latency latency = {0};
    size_t count = 0;
    if (argc == 3 && strcmp(argv[1], "--probe") == 0) return bench_probe(argv[2]);
    if (!parse(&o, argc, argv)) {
        (void)fputs(usage, stderr);
        return 2;
    }
    struct bench_result *results = calloc(bench_workload_count, sizeof *results);
    if (!results) return 1;
    FILE *table = o.json_path && strcmp(o.json_path, "-") == 0 ? stderr : stdout;
    bench_report_machine(table);
    for (size_t k = 0; k < bench_workload_count; k++) {
        if (!is_wanted(&o, bench_workloads[k].id, bench_workloads[k].is_quick)) continue;
        bench_contest(&results[count], &bench_workloads[k], &o);
        bench_report_result(table, &results[count++]);
    }
    bool with_latency = is_wanted(&o, "next", true);
    if (with_latency) {
        bench_latency(&latency, &o);
        bench_report_latency(table, &latency);
    }
    if (is_wanted(&o, "whole", false)) bench_report_probes(table, &o);
    bool good = true;
    if (o.curve_path && is_wanted(&o, "curve", false)) good = bench_curve(&o);
    if (o.json_path)
        good = bench_report_json(&o, results, count, with_latency ? &latency : NULL) && good;
    bench_peers_close();
    free(results);
    return good ? 0 : 1;
}
