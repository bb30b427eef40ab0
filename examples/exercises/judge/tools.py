"""The programs that answers are checked with."""
import os
import subprocess
import sys

from judge.exercises import ROOT


class NotBuilt(Exception):
    """Its text is what the compiler said."""


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
        print(f"building {exercise.name} …", end="", file=sys.stderr, flush=True)
        done = subprocess.run(["cmake", "--build", self.build, "--target", target], capture_output=True, text=True,
                              errors="replace", env={**os.environ, "LC_ALL": "C.UTF-8"})
        print("\r\033[K" if sys.stderr.isatty() else "", end="\r" if sys.stderr.isatty() else "\n", file=sys.stderr)
        if done.returncode != 0:
            raise NotBuilt(done.stdout + done.stderr)
        return self.build / "examples" / "exercises" / target
