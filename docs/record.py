#!/usr/bin/env python3
"""Records what the programs print, for the pages that show it, or compares it with what is recorded.

    record.py PROGRAMS                 renews all files that course/recorded/commands.txt lists
    record.py PROGRAMS --check NAME    runs one of its lines; shows the difference and exits with 1 if there is one

PROGRAMS is the folder of the programs, such as build/release/examples. A file holds what was printed, then what was
said on standard error, then the exit code unless it is 0. An argument @FILE is a file that the program writes, beside
the recorded text.
"""
import argparse
import difflib
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

root = Path(__file__).resolve().parent.parent
recorded = root / "docs/course/recorded"


def commands():
    lines = (recorded / "commands.txt").read_text().splitlines()
    words = (shlex.split(line, comments=True) for line in lines)
    return {name: command for name, *command in filter(None, words)}


def run(name, command, programs, folder):
    """Runs the command in the project's root. Returns the names of the files that it left in the folder."""
    files = [word[1:] for word in command if word.startswith("@")]
    arguments = [str(folder / word[1:]) if word.startswith("@") else word for word in command[1:]]
    result = subprocess.run([programs / command[0], *arguments], cwd=root, stdin=subprocess.DEVNULL,
                            capture_output=True, text=True)
    text = result.stdout + result.stderr
    if result.returncode != 0:
        text += f"exit code {result.returncode}\n"
    (folder / f"{name}.txt").write_text(text)
    return [f"{name}.txt", *files]


def difference(file, folder):
    """A unified diff of what is recorded and what is there now; empty if they are the same."""
    texts = [path.read_text().splitlines(keepends=True) if path.exists() else []
             for path in (recorded / file, folder / file)]
    return "".join(difflib.unified_diff(*texts, f"recorded/{file}", "now"))


def check(name, programs):
    with tempfile.TemporaryDirectory() as folder:
        files = run(name, commands()[name], programs, Path(folder))
        found = "".join(difference(file, Path(folder)) for file in files)
    if found:
        print(f"{found}\nIf this is what it should be: ./dev docs --record")
    return 1 if found else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", type=lambda folder: Path(folder).resolve())
    parser.add_argument("--check", metavar="NAME")
    options = parser.parse_args()
    if options.check:
        return check(options.check, options.programs)
    for name, command in commands().items():
        run(name, command, options.programs, recorded)


if __name__ == "__main__":
    sys.exit(main())
