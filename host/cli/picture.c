#include "cli/picture.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

extern char **environ;

/* gnuplot reads the script from `in` and writes the picture to `out`. */
static int spawn(pid_t *pid, int in, int out)
{
    char *const arguments[] = {(char *)"gnuplot", (char *)"--default-settings", NULL};
    posix_spawn_file_actions_t actions;
    int number = posix_spawn_file_actions_init(&actions);
    if (number) return number;
    number = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    if (!number) number = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (!number) number = posix_spawnp(pid, "gnuplot", &actions, NULL, arguments, environ);
    (void)posix_spawn_file_actions_destroy(&actions);
    return number;
}

static mr_status fail_gnuplot(int number, mr_error *err)
{
    mr_status st = mr_fail(err, MR_E_IO, "gnuplot cannot be started: %s", strerror(number));
    return mr_error_hint(err, st,
                         "install it (Debian: gnuplot-nox), or write -o FILE.csv and draw "
                         "that by other means");
}

static mr_status start(struct mr_picture *p, mr_error *err)
{
    int ends[2];
    if (pipe(ends)) return mr_fail_errno(err, "pipe", "gnuplot");
    (void)fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    int number = spawn(&p->gnuplot, ends[0], p->file.fd);
    (void)close(ends[0]);
    if (!number && !(p->script = fdopen(ends[1], "w"))) number = errno;
    if (!p->script) (void)close(ends[1]);
    return number ? fail_gnuplot(number, err) : MR_OK;
}

mr_status mr_picture_begin(struct mr_picture *out, const char *path, mr_error *err)
{
    *out = (struct mr_picture){.path = path, .file = {.fd = -1}};
    MR_TRY(mr_temporary_create(&out->file, path, 0, err));
    mr_status st = start(out, err);
    if (st) {
        mr_temporary_discard(&out->file);
        return st;
    }
    bool is_png = strcmp(path + strlen(path) - 4, ".png") == 0;
    (void)fprintf(out->script,
                  "set terminal %s size 800,500 noenhanced background '#ffffff'\n"
                  "set border 3\nset tics nomirror\nset grid\nset key outside\nset rmargin 6\n",
                  is_png ? "pngcairo" : "svg");
    return MR_OK;
}

mr_status mr_picture_finish(struct mr_picture *p, mr_error *err)
{
    int status = 0, number = fclose(p->script) ? errno : 0;
    while (waitpid(p->gnuplot, &status, 0) < 0 && errno == EINTR) continue;
    mr_status st = MR_OK;
    if (status) {
        st = mr_fail(err, MR_E_IO, "gnuplot could not draw %s: it ended with %d", p->path,
                     WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
        mr_error_hint(err, st, "what it says above is why; --plot draws with characters");
    } else if (number)
        st = mr_fail(err, MR_E_IO, "gnuplot was not told all of %s: %s", p->path, strerror(number));
    if (!st) st = mr_temporary_publish(&p->file, p->path, err);
    mr_temporary_discard(&p->file);
    return st;
}
