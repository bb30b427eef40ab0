#!/usr/bin/env python3
"""The answers of wrong_answers.txt: wrong_answers.py FOLDER writes the first ones into FOLDER/1, the second ones into FOLDER/2.

Where an exercise has no more, its solution stands there: together a folder's answers are one program.
"""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOLUTIONS = HERE.parents[1] / "examples/exercises/solutions"


class WrongAnswer:
    def __init__(self, block):
        self.name, *lines = block.strip().split("\n")
        self.old, self.new, self.told = ([line[2:] for line in lines if line[0] == mark] for mark in "-+>")

    def put_into(self, solution):
        old, new = ("".join(f"{line}\n" for line in lines) for lines in (self.old, self.new))
        if solution.count(old) != 1:
            sys.exit(f"These lines of wrong_answers.txt do not stand in {self.name} once:\n{old}")
        return solution.replace(old, new)


def wrong_answers(name):
    blocks = (HERE / "wrong_answers.txt").read_text(encoding="utf-8").split("\n\n")[1:]
    found = [answer for answer in map(WrongAnswer, blocks) if answer.name == name]
    if len(found) > 2:
        sys.exit(f"wrong_answers.txt has {len(found)} of {name}; there are two programs to check them")
    return found


def write(path, text):
    """Leaves a file as it is that is so already, or all that includes it were compiled again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def main():
    for solution in SOLUTIONS.iterdir():
        text, answers = solution.read_text(encoding="utf-8"), wrong_answers(solution.stem)
        for k in (1, 2):
            write(Path(sys.argv[1]) / str(k) / solution.name, answers[k - 1].put_into(text) if k <= len(answers) else text)


if __name__ == "__main__":
    main()
