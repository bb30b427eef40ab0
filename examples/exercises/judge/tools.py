"""The programs that answers are checked with."""
import os
import subprocess
import sys

from judge.exercises import ROOT


PATIENCE = 2  # seconds, more than a build takes that finds nothing to do


class NotBuilt(Exception):
    """Its text is what the compiler said."""


def said_if_it_takes_long(process, what):
    """Its output."""
    try:
        return process.communicate(timeout=PATIENCE)[0]
    except subprocess.TimeoutExpired:
        print(what, end="", file=sys.stderr, flush=True)
    output = process.communicate()[0]
    print("\r\033[K" if sys.stderr.isatty() else "\n", end="", file=sys.stderr)
    return output


class Tools:
    """Builds them when they are first needed, and keeps their output, or hands it on."""

    def __init__(self, output=None):
        self.build, self.output, self.is_ready = ROOT / "build" / "release", output, False

    def prepare(self):
        if not self.is_ready and subprocess.run([ROOT / "dev", "exercise", "--prepare"]).returncode != 0:
            sys.exit(2)
        self.is_ready = True

    def derive(self):
        self.prepare()
        return self.build / "examples" / "eingrad-derive"

    def program(self, exercise):
        self.prepare()
        target = f"exercise_{exercise.number}"
        command = ["cmake", "--build", self.build, "--target", target]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              env={**os.environ, "LC_ALL": "C.UTF-8"}) as building:
            output = said_if_it_takes_long(building, f"building {exercise.name} …")
        if building.returncode != 0:
            raise NotBuilt(output)
        return self.build / "examples" / "exercises" / target
