#!/usr/bin/env python3
"""No text of the library reaches people who do not write C with a name of C in it: the command and
Python have other words for each (host/cli/words.c, python/ext/python_text.c), or cannot come to the
text.

    words.py
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
LITERAL = r'"(?:[^"\\\n]|\\.)*"'
TOKEN = re.compile(rf"/\*.*?\*/|'(?:[^'\\\n]|\\.)*'|({LITERAL}(?:\s*(?:PRI[a-z]\w*|MR_[A-Z_]+)?\s*{LITERAL})*)", re.S)
OF_C = re.compile(r"\b(?:mr|MR|CL)_\w+|\b(?:batch_elems|ring_slots|max_memory_bytes)\b|\*got\b")

# By file, or by what the text has: who cannot come there, and why.
CALLS_ITSELF = "the front end makes the call, which is right"
MEMORY = "only programs in C give memory, queues and functions of theirs"
NEITHER = {
    "emit/": "text of kernels", "kinds/": "text of kernels", "cl/selftest.c": "text of kernels",
    "lang/builder.c": CALLS_ITSELF, "lang/named_constant.c": CALLS_ITSELF,
    "lang/parser.c": CALLS_ITSELF, "stream/kept_batch.c": CALLS_ITSELF, "ring/keep.c": CALLS_ITSELF,
    "mr_explain: parts": CALLS_ITSELF, "columns[%zu] is NULL": CALLS_ITSELF,
    "mr_reduce_partial": CALLS_ITSELF, "mr_partial_range() gives": CALLS_ITSELF,
    "mr_partial_finish() gives": CALLS_ITSELF, "parts[%zu] is NULL": CALLS_ITSELF,
    "MR_ENGINE_AUTO, MR_ENGINE_HOST or": CALLS_ITSELF,
    "mr_stream_next()": MEMORY, "MR_I64, MR_F64": MEMORY, "is_live and is_seekable": MEMORY,
    "set *got": MEMORY, "the queue has one already": MEMORY, "CL_QUEUE": MEMORY,
    "mr_seq_from_buffers": MEMORY,
}
COMMAND = {**NEITHER, "mr_partial_merge": CALLS_ITSELF, "mr_partial_range": CALLS_ITSELF,
           "mr_callback_params": MEMORY, "MR_NULLS": MEMORY, "mr_seq_from_": MEMORY,
           "mr_input()": "its text has sequences or is refused", "no_fuse": CALLS_ITSELF,
           "watch_sums": CALLS_ITSELF}
PYTHON = {**NEITHER, "io/sink.c": "it writes no files", "io/npy_sink.c": "it writes no files"}
FRONT_ENDS = {"host/cli/words.c": COMMAND, "python/ext/python_text.c": PYTHON}


def unquoted(literals):
    return "".join(re.findall(LITERAL, literals)).replace('""', "")[1:-1].replace('\\"', '"')


def texts():
    """(file, line, text) of each literal of the library that has words in it, or one name of C."""
    for path in sorted((ROOT / "host").rglob("*.[ch]")):
        name, text = path.relative_to(ROOT / "host").as_posix(), path.read_text()
        if name.startswith("cli/"):
            continue
        text = re.sub(r"^#\s*include.*", "", text, flags=re.M)
        for match in TOKEN.finditer(text):
            # A name alone is that of a struct whose fields are checked.
            if match[1] and not re.fullmatch(r'"mr_[a-z_]+"', match[1]):
                yield name, text.count("\n", 0, match.start()) + 1, unquoted(match[1])


def words_of(path):
    rows = re.findall(rf"\{{({LITERAL}),\s*({LITERAL})\}}", (ROOT / path).read_text())
    return [(unquoted(name), unquoted(instead)) for name, instead in rows]


def translated(text, words):
    """As mr_text_translate() does."""
    out, at = "", 0
    while at < len(text):
        free = at == 0 or not (text[at - 1].isalnum() or text[at - 1] in "'`\"_.")
        for name, instead in words if free else ():
            if text.startswith(name, at):
                out, at = out + instead, at + len(name)
                break
        else:
            out, at = out + text[at], at + 1
    return out


def main():
    wrong, all_texts = [], list(texts())
    for path, exempt in FRONT_ENDS.items():
        words = words_of(path)
        for k, (name, _) in enumerate(words):
            if not any(name in text for _, _, text in all_texts):
                wrong.append(f"{path}: no text has '{name}'")
            wrong += [f"{path}: '{name}' hides behind '{before}'"
                      for before, _ in words[:k] if name.startswith(before)]
        for file, line, text in all_texts:
            left = OF_C.findall(translated(text, words))
            if left and not any(file.startswith(key) or key in text for key in exempt):
                wrong.append(f"{path} has no words for {', '.join(left)}: "
                             f"host/{file}:{line}: {text}")
    assert len(all_texts) > 1000, "the texts were not found"
    print("\n".join(wrong))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
