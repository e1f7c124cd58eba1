#!/usr/bin/env python3
"""Runs what the pages show and compares it with the output they show.

    run.py --build BUILD_FOLDER PAGE...

In a ```sh block a line that begins with `$ ` is a command (`> ` continues it); the lines up to the
next command are all that it prints, errors included. A line `...` stands for any lines. The
commands of a page share one scratch folder, in which `millrace` and `./dev run` are the built
command. A ```c block that contains main( is compiled and run; a ```text block next after it is
what it prints. Other blocks are not looked at. Outside of blocks, links to files and headings must not
be dead;
pictures are what the page's commands make; files and functions that HACKING.md names must be there.
With --pictures FOLDER they are kept there.
"""
import argparse
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMEOUT_S = 300


def blocks(text):
    """Yields (language, number of the first line inside, lines) of each fenced block."""
    language, start, indent, lines = None, 0, 0, []
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.match(r"( *)```(.*)", line)
        if language is None and fence:
            indent, language = len(fence[1]), (fence[2].split() or [""])[0]
            start, lines = number + 1, []
        elif fence:
            yield language, start, lines
            language = None
        elif language is not None:
            lines.append(line[indent:])


def links(text):
    """Yields (line number, target, is a picture) of each link outside of blocks and code."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.lstrip().startswith("```")
        if not fenced:
            for picture, target in re.findall(r"(!?)\[[^]]*\]\(([^)\s]+)\)",
                                              re.sub(r"`[^`]*`", "", line)):
                yield number, target, bool(picture)


def anchors(text):
    """What `#...` may be behind a link to this page: its headings, as GitHub and the site name them."""
    fenced = False
    for line in text.splitlines():
        fenced ^= line.lstrip().startswith("```")
        if not fenced and line.startswith("#"):
            heading = line.lstrip("#").strip().lower()
            yield re.sub(r"[^\w\- ]", "", heading).replace(" ", "-")


def names(text):
    """Yields (line number, name) of what is named in code, outside of blocks."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fenced ^= line.lstrip().startswith("```")
        if not fenced:
            for name in re.findall(r"`([^`]*)`", line):
                yield number, name


def is_there(name, sources):
    """Whether files and functions of ours with this name exist; what is no such name is there."""
    if "NAME" in name:
        return True
    if re.fullmatch(r"[\w.-]+(/[\w.-]+)+", name):
        return (ROOT / name).exists()
    if re.fullmatch(r"(struct |enum )?mr_\w+", name):
        return re.search(r"\b" + name.split()[-1] + r"\b", sources) is not None
    return True


def matches(expected, got):
    """Line by line; an expected `...` stands for any number of lines."""
    parts = [[]]
    for line in expected:
        if line.strip() == "...":
            parts.append([])
        else:
            parts[-1].append(line)
    if len(parts) == 1:
        return expected == got
    first, *inner, last = parts
    if got[:len(first)] != first:
        return False
    at = len(first)
    for part in inner:
        while got[at:at + len(part)] != part:
            at += 1
            if at + len(part) > len(got):
                return False
        at += len(part)
    return len(got) - at >= len(last) and got[len(got) - len(last):] == last


def commands(first, lines):
    """Yields (line number, command, expected lines) of a sh block."""
    command, number, expected = None, 0, []
    for offset, line in enumerate(lines):
        if line.startswith("$ "):
            if command is not None:
                yield number, command, expected
            command, number, expected = line[2:], first + offset, []
        elif command is not None and not expected and line.startswith("> "):
            command += "\n" + line[2:]
        elif command is not None:
            expected.append(line)
    if command is not None:
        yield number, command, expected


class Page:
    """One page, its scratch folder and what went wrong in it."""

    def __init__(self, path, build, scratch):
        self.path, self.build, self.scratch = path, build, scratch
        self.failures, self.ran, self.status = 0, 0, 0
        bin_folder = scratch / ".bin"
        bin_folder.mkdir()
        (bin_folder / "millrace").symlink_to(build / "millrace")
        (scratch / "dev").write_text('#!/bin/sh\n[ "$1" = run ] && shift && exec millrace "$@"\n')
        (scratch / "dev").chmod(0o755)
        (scratch / "examples").symlink_to(ROOT / "examples")
        self.environment = dict(os.environ, PATH=f"{bin_folder}:{os.environ['PATH']}")

    def fail(self, number, what, expected=None, got=None):
        self.failures += 1
        print(f"{self.path}:{number}: {what}")
        for mark, lines in (("expected", expected), ("got", got)):
            if lines is not None:
                print(f"  {mark}:", *(f"\n    {line}" for line in lines), sep="")

    def output_of(self, argv):
        try:
            done = subprocess.run(argv, cwd=self.scratch, env=self.environment, text=True,
                                  errors="replace", stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                  timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            return None, [f"(no end within {TIMEOUT_S} s)"]
        return done.returncode, done.stdout.splitlines()

    def compare(self, number, what, expected, got):
        self.ran += 1
        expected = [line.rstrip() for line in expected]
        got = [line.rstrip() for line in got]
        while expected and not expected[-1]:
            expected.pop()
        if not matches(expected, got):
            self.fail(number, what, expected, got)

    def run_sh(self, first, lines):
        for number, command, expected in commands(first, lines):
            # The status of the last command is there for `$ echo $?`.
            script = f"(exit {self.status})\n{command}"
            self.status, got = self.output_of(["bash", "-c", script])
            if self.status is None:
                self.status = 124
                self.fail(number, command, None, got)
            elif self.status != 0 and not expected:
                self.fail(number, f"{command}: exit status {self.status}", None, got)
            else:
                self.compare(number, command, expected, got)

    def run_c(self, first, lines, expected):
        source, program = self.scratch / ".snippet.c", self.scratch / ".snippet"
        source.write_text(f'#line {first} "{self.path}"\n' + "\n".join(lines) + "\n")
        includes = [f"-I{ROOT / 'include'}", f"-I{self.build / 'include'}"]
        libraries = [str(self.build / "libmillrace.a"), "-lm", "-ldl", "-pthread"]
        if any(line.startswith("#include <CL/") for line in lines):
            libraries.append("-lOpenCL")
        compiler = shlex.split(os.environ.get("CC", "cc"))
        status, got = self.output_of([*compiler, "-std=c11", "-Wall", "-Wextra", "-Werror",
                                      *includes, "-o", str(program), str(source), *libraries])
        if status != 0:
            self.fail(first, "the program does not compile", None, got)
            return
        status, got = self.output_of([str(program)])
        if status != 0:
            self.fail(first, f"the program's exit status is {status}", expected, got)
        elif expected is not None:
            self.compare(first, "the program", expected, got)
        else:
            self.ran += 1

    def check_links(self, text):
        for number, target, is_picture in links(text):
            folder = self.scratch if is_picture else self.path.parent
            if "://" in target:
                continue
            name, _, anchor = target.partition("#")
            page = folder / name if name else self.path
            if not page.exists():
                self.fail(number, f"nothing is at {target}")
            elif anchor and anchor not in anchors(page.read_text(encoding="utf-8")):
                self.fail(number, f"no heading is at {target}")

    def check_site(self):
        if f": docs/{self.path.name}\n" not in (ROOT / "docs/mkdocs.yml").read_text(encoding="utf-8"):
            self.fail(1, "docs/mkdocs.yml does not list this page")

    def keep_pictures(self, text, folder):
        for _, target, is_picture in links(text):
            if is_picture and (self.scratch / target).exists():
                shutil.copy(self.scratch / target, folder)

    def check_names(self, text):
        files = [f for room in ("host", "include", "kernels") for f in (ROOT / room).rglob("*.*")]
        sources = "\n".join(f.read_text(encoding="utf-8") for f in files)
        rooms = re.search(r"^rooms=\((.*)\)", (ROOT / ".ci/lint.sh").read_text(), re.M)[1]
        for number, name in names(text):
            if not is_there(name, sources):
                self.fail(number, f"nothing has the name {name}")
            if name.startswith("base io") and name != rooms:
                self.fail(number, f"the rooms are {rooms}")

    def run(self, pictures):
        text = self.path.read_text(encoding="utf-8")
        if self.path.name == "HACKING.md":
            self.check_names(text)
        found = list(blocks(text))
        for (language, first, lines), after in zip(found, found[1:] + [("", 0, [])]):
            if language == "sh":
                self.run_sh(first, lines)
            elif language == "c" and any("main(" in line for line in lines):
                self.run_c(first, lines, after[2] if after[0] == "text" else None)
        self.check_links(text)
        if self.path.parent == ROOT / "docs":
            self.check_site()
        if pictures:
            self.keep_pictures(text, pictures)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--pictures", type=pathlib.Path)
    parser.add_argument("pages", nargs="*", type=pathlib.Path)
    options = parser.parse_args()
    if not options.pages:
        print("no page to run")
        return 1
    failures = 0
    for path in options.pages:
        with tempfile.TemporaryDirectory() as folder:
            page = Page(path.resolve(), options.build.resolve(), pathlib.Path(folder))
            page.run(options.pictures)
        print(f"{path}: {page.ran} snippets ran, {page.failures} failed")
        failures += page.failures
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
