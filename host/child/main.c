/* libexec/millrace/build: does for a process what a driver might end it for (cl/child_process.h).
 * It is not for users: its standard input is a socket to who spawned it. */
#define _GNU_SOURCE /* close_range */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <millrace/version.h>

#include "base/strbuf.h"
#include "child/tasks.h"

/* A phase takes longer only if it hangs, and then whoever asked has ended this process, unless it
 * was ended itself. */
enum { PHASE_SECONDS = 300, EXIT_OF_OTHERS = 2 };

static int answers;

/* A driver, and what it starts, inherits neither the socket nor what the caller left open. */
static bool take_socket(void)
{
    enum { OWN = 3 };
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || send(STDIN_FILENO, "", 0, MSG_NOSIGNAL) != 0) return false;
    answers = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, OWN + 1);
    if (answers < 0 || dup2(answers, OWN) != OWN || fcntl(OWN, F_SETFD, FD_CLOEXEC) != 0)
        return false;
    answers = OWN;
    if (dup2(null, STDIN_FILENO) != STDIN_FILENO) return false;
    (void)close_range(OWN + 1, ~0U, 0);
    return true;
}

/* When nobody listens any more there is nothing left to do. */
static void answer(char kind, const char *words)
{
    char line[512];
    int length = snprintf(line, sizeof line - 1, "%c%.400s", kind, words);
    for (int k = 0; k < length; k++)
        if (line[k] == '\n') line[k] = ' ';
    line[length++] = '\n';
    if (send(answers, line, (size_t)length, MSG_NOSIGNAL) != length) _exit(EXIT_OF_OTHERS);
}

static void say(const char *phase)
{
    (void)alarm(PHASE_SECONDS);
    answer(MR_CHILD_AT, phase);
}

static bool read_fields(const char *fields[MR_CHILD_FIELDS], struct mr_strbuf *text)
{
    char bytes[4096];
    ssize_t got;
    while ((got = recv(answers, bytes, sizeof bytes, 0)) > 0 || (got < 0 && errno == EINTR))
        if (got > 0) mr_strbuf_add_bytes(text, bytes, (size_t)got);
    const char *at = mr_strbuf_text(text), *end = at + text->length;
    for (size_t k = 0; k < MR_CHILD_FIELDS; k++) {
        if (at >= end || !memchr(at, '\0', (size_t)(end - at))) return false;
        fields[k] = at;
        at += strlen(at) + 1;
    }
    return !text->failed && at == end;
}

/* If memory runs out it is this process that goes. */
static void offer_to_go(void)
{
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t written = write(file, "1000", 4);
    (void)written;
    (void)close(file);
}

int main(void)
{
    const char *fields[MR_CHILD_FIELDS];
    struct mr_strbuf text = {0};
    mr_error err;
    if (!take_socket()) {
        (void)fprintf(stderr, "build: a part of millrace %s, which starts it\n", MR_VERSION);
        return EXIT_OF_OTHERS;
    }
    (void)alarm(PHASE_SECONDS);
    if (!read_fields(fields, &text)) return EXIT_OF_OTHERS;
    offer_to_go();
    mr_child_enter();
    if (strcmp(fields[MR_CHILD_VERSION], MR_VERSION) != 0)
        answer(MR_CHILD_NOT, "it is of version " MR_VERSION);
    else if (mr_task_run(fields, say, &err) == MR_OK)
        answer(MR_CHILD_DONE, "");
    else
        answer(MR_CHILD_NOT, err.message);
    _exit(EXIT_SUCCESS); /* some drivers hang in their destructors */
}
