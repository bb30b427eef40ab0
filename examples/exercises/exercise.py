#!/usr/bin/env python3
"""Shows the next open exercise, checks the answers, gives hints. `./dev exercise --help` lists what it can do.

An exercise NN_name is a file with gaps, NN_name.cpp or NN_name.txt; its hints, NN_name.hints; and its check. If that is
checks/NN_name.cpp, it is a test program, which includes or reads the file. If it is checks/NN_name.txt, the file is a sheet
for eingrad-derive, and the check lists what has to stand in it. Nothing is remembered: what is done is found by checking.
"""
import argparse
import pathlib
import signal
import subprocess
import sys

sys.dont_write_bytecode = True  # the folder is the learner's

from judge.answers import check, told_while_open
from judge.exercises import COMMAND, HERE, did_you_mean, exercises, find, refuse
from judge.lecturer import handout, report
from judge.tools import Tools


def show(exercise, verdict, tools):
    count = len(exercises())
    position = [e.name for e in exercises()].index(exercise.name) + 1
    print(f"\nExercise {position} of {count}: {exercise.shown()}\n\n{exercise.text()}\n")
    message = verdict.message
    if verdict.state == "open" and (said := told_while_open(exercise, tools)):
        message = f"{said}\n\n{message}"
    print(f"{verdict.state}:" + ("\n" if "\n" in message else " ") + f"{message}\n")
    print(f"A hint: {COMMAND} --hint {exercise.number}")
    return 1


def next_open(tools):
    for exercise in exercises():
        verdict = check(exercise, tools)
        if not verdict.is_done():
            return show(exercise, verdict, tools)
        print(f"{exercise.name}: done")
    print("All exercises are done.")
    return 0


def one(exercise, tools):
    verdict = check(exercise, tools)
    if not verdict.is_done():
        return show(exercise, verdict, tools)
    print(f"{exercise.name}: done. The next that is open: {COMMAND}")
    return 0


def hint(exercise, count):
    hints = exercise.hints()
    if count > len(hints):
        solution = exercise.in_folder(HERE / "solutions")
        if hints:
            print(f"{exercise.name}, the last hint:\n\n{hints[-1]}\n")
        print(f"{exercise.name} has {len(hints)} hints, and no more." +
              (f" Its solution: {solution.shown()}" if solution.file.exists() else ""))
        return 0
    print(f"{exercise.name}, hint {count} of {len(hints)}:\n\n{hints[count - 1]}")
    if count < len(hints):
        print(f"\nThe next one: {COMMAND}{' --hint' * (count + 1)} {exercise.number}")
    return 0


def list_all(tools):
    for exercise in exercises():
        print(f"{exercise.name:26}{exercise.kind():24}{check(exercise, tools).state}", flush=True)
    return 0


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # for head and the like
    parser = argparse.ArgumentParser(prog=COMMAND, description="Exercises that check themselves.")
    parser.add_argument("exercise", nargs="?", metavar="N", help="this one; by itself the first that is not done")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--hint", action="count", help="a hint; --hint --hint is the second one")
    group.add_argument("--list", action="store_true", help="what is done and what is open")
    group.add_argument("--report", metavar="FILE", type=pathlib.Path, help="write JUnit XML of all")
    group.add_argument("--handout", metavar="DIR", type=pathlib.Path, help="export the exercises without the solutions")
    given, unknown = parser.parse_known_args()
    if unknown and unknown[0].startswith("-"):
        options = {option: option for option in ("--help", "--hint", "--list", "--report", "--handout")}
        refuse(f"There is no option {unknown[0]}{did_you_mean(unknown[0], options)} {COMMAND} --help lists all.")
    if unknown:
        parser.error(f"what is {unknown[0]} for?")
    sys.stdout.reconfigure(encoding="utf-8", line_buffering=True)
    chosen = find(given.exercise) if given.exercise else None
    if chosen and (given.list or given.report or given.handout):
        parser.error("--list, --report and --handout are of all exercises")
    if given.hint:
        quiet = Tools(subprocess.DEVNULL)
        chosen = chosen or next((e for e in exercises() if not check(e, quiet).is_done()), None)
        return hint(chosen, given.hint) if chosen else next_open(quiet)
    if given.list:
        return list_all(Tools(subprocess.DEVNULL))
    if given.report:
        return report(given.report, Tools(subprocess.DEVNULL))
    if given.handout:
        return handout(given.handout)
    return one(chosen, Tools()) if chosen else next_open(Tools())


if __name__ == "__main__":
    sys.exit(main())
