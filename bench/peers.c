/* Python's ways, run by bench/peers.py in a process of its own that stays alive between runs:
 * a line "workload peer count path path path" is answered by "seconds answer". */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

static struct {
    pid_t process;
    FILE *to, *from;
} python;

static bool start_python(const struct bench_options *o)
{
    int down[2], up[2];
    char script[600];
    if (python.process) return python.process > 0;
    python.process = -1;
    (void)snprintf(script, sizeof script, "%s/peers.py", o->source_dir);
    if (pipe(down) != 0 || pipe(up) != 0) return false;
    pid_t child = fork();
    if (child == 0) {
        (void)dup2(down[0], 0);
        (void)dup2(up[1], 1);
        (void)close(down[1]);
        (void)close(up[0]);
        const char *chosen = getenv("MILLRACE_BENCH_PYTHON");
        const char *program = chosen && chosen[0] ? chosen : "python3";
        (void)execlp(program, program, script, (char *)NULL);
        _exit(127);
    }
    (void)close(down[0]);
    (void)close(up[1]);
    python.to = fdopen(down[1], "w");
    python.from = fdopen(up[0], "r");
    if (child > 0 && python.to && python.from) python.process = child;
    return python.process > 0;
}

void bench_peers_close(void)
{
    if (python.to) (void)fclose(python.to);
    if (python.from) (void)fclose(python.from);
    if (python.process > 0) (void)waitpid(python.process, NULL, 0);
    python.process = 0;
}

static bool run_peer(struct bench_rival *r, const struct bench_workload *w,
                     const struct bench_job *job, struct bench_answer *answer, double *seconds,
                     char *why, size_t why_size)
{
    char line[512] = "", peer[40];
    (void)snprintf(peer, sizeof peer, "%s", r->name + strlen("("));
    peer[strcspn(peer, ")")] = 0;
    (void)fprintf(python.to, "%s %s %" PRId64 " %s %s %s\n", w->id, peer, job->count,
                  bench_input_paths[0], bench_input_paths[1], bench_input_paths[2]);
    if (fflush(python.to) != 0 || !fgets(line, sizeof line, python.from)) {
        (void)snprintf(why, why_size, "Python has ended");
        return false;
    }
    char *end;
    *seconds = strtod(line, &end);
    if (end == line) {
        line[strcspn(line, "\n")] = 0;
        (void)snprintf(why, why_size, "%s", line);
        return false;
    }
    answer->word = strtoull(end, NULL, 10);
    answer->real = strtod(end, NULL);
    return true;
}

size_t bench_add_peers(struct bench_rival rivals[], size_t room, const struct bench_workload *w,
                       const struct bench_options *o)
{
    size_t added = 0;
    if (!w->peers || !start_python(o)) return 0;
    for (const char *p = w->peers; *p && added < room;) {
        size_t length = strcspn(p, " ");
        struct bench_rival *r = &rivals[added++];
        *r = (struct bench_rival){.is_peer = true, .run = run_peer};
        (void)snprintf(r->name, sizeof r->name, "(%.*s)", (int)length, p);
        p += length + (p[length] == ' ');
    }
    return added;
}
