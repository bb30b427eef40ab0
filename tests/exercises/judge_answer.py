#!/usr/bin/env python3
"""For ctest: whether an exercise is judged as it should be, by programs that ctest has built.

    judge_answer.py NAME open DERIVE PROGRAM      the file with the gaps is not right, even without a look at its marks
    judge_answer.py NAME solved DERIVE PROGRAM    the solution is
    judge_answer.py NAME wrong DERIVE FOLDER      the wrong answers, FOLDER/1/… and FOLDER/2/…, are told their mistake;
                                                  FOLDER/1/program and FOLDER/2/program check them
"""
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "examples/exercises"))

from judge.answers import judge
from judge.exercises import HERE, find
from wrong_answers import wrong_answers


class Built:
    """DERIVE, and PROGRAM, which has the checks of all exercises in it."""

    def __init__(self, derive, program):
        self.derive, self.program, self.output = lambda: derive, lambda exercise: program, subprocess.DEVNULL


def is_told(exercise, words, tools):
    verdict = judge(exercise, tools)
    print(f"{exercise.shown()}: {verdict.state}\n{verdict.message}\n")
    lost = [one for one in words if one not in verdict.message]
    for one in lost:
        print(f"It is not told: {one}")
    return verdict.state == "wrong" and not lost


def main():
    name, kind, derive, program = sys.argv[1:]
    exercise = find(name)
    if kind == "wrong":
        folders = [Path(program) / str(k) for k in (1, 2)]
        told = [is_told(exercise.in_folder(folder), answer.told, Built(derive, folder / "program"))
                for folder, answer in zip(folders, wrong_answers(name))]
        return 0 if told and all(told) else 1
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
