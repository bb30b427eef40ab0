#!/usr/bin/env python3
"""For ctest: whether an exercise is judged as it should be, by programs that ctest has built.

    judge_answer.py NAME open DERIVE PROGRAM      the file with the gaps is not right, even without a look at its marks
    judge_answer.py NAME solved DERIVE PROGRAM    the solution is
"""
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples/exercises"))

from judge.answers import judge
from judge.exercises import HERE, find


class Built:
    """DERIVE, and PROGRAM, which has the checks of all exercises in it."""

    def __init__(self, derive, program):
        self.derive, self.program, self.output = lambda: derive, lambda exercise: program, subprocess.DEVNULL


def main():
    name, kind, derive, program = sys.argv[1:]
    exercise = find(name)
    if kind == "solved":
        exercise = exercise.in_folder(HERE / "solutions")
    elif not exercise.gaps():
        print(f"{exercise.shown()} is filled in")
        return 77
    verdict = judge(exercise, Built(derive, program))
    print(f"{exercise.shown()}: {verdict.state}\n{verdict.message}")
    return 0 if verdict.is_done() == (kind == "solved") else 1


if __name__ == "__main__":
    sys.exit(main())
