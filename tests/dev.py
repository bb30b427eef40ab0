#!/usr/bin/env python3
"""What ./dev says of mistakes, and shows of programs. Nothing of the project is installed or built here."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


def printed(*command):
    return subprocess.run([ROOT / "dev", *command], capture_output=True, text=True, check=True).stdout


class Mistakes(unittest.TestCase):
    def assert_told(self, command, *words):
        done = subprocess.run([ROOT / "dev", *command.split()], capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        for word in words:
            self.assertIn(word, done.stderr)

    def test_a_wrong_name_is_answered_with_the_nearest_and_with_all(self):
        self.assert_told("tets", "no command tets; did you mean test? There are:\n  run\n")
        self.assert_told("run regresion", "no chapter or lesson regresion; did you mean 1.1? There are:")
        self.assert_told("run topological", "did you mean topological_order?")
        self.assert_told("run 1.9", "no chapter or lesson 1.9. There are:\n  0.1   ")
        self.assert_told("run 2", "no chapter or lesson 2; did you mean 2.1?")
        self.assert_told("fuzz 1 csvv", "no target csvv; did you mean csv?")

    def test_a_chapter_without_run_is_told_the_whole_command(self):
        self.assert_told("1.1", "no command 1.1; did you mean ./dev run 1.1?")
        self.assert_told("1_1b --lr 1", "did you mean ./dev run 1.1b?")
        self.assert_told("quick_strat", "did you mean ./dev run quick_start?")
        for command in ("derive sheet.txt", "run derive", "run examples/derive.cpp"):
            self.assert_told(command, "derive is not run by its name; did you mean ./dev check?")

    def test_a_program_has_the_name_of_its_file(self):
        self.assert_told("run examples/quick_start.cpp --lr", "run quick_start takes no options, but here is --lr")
        self.assert_told("run 3_9_any", "no chapter or lesson 3.9.")
        for name in ("4.2", "4_2", "4_2_your_own_operation", "examples/4_2_your_own_operation.cpp"):
            self.assertEqual(printed("run", name, "--help"),
                             "./dev run 4.2 runs examples/4_2_your_own_operation.cpp, which takes no options.\n")

    def test_a_wrong_option_is_answered_the_same_way(self):
        self.assert_told("docs --recrod", "./dev docs has no option --recrod; did you mean --record?")
        self.assert_told("format dev", "./dev format has no option dev. There are:\n  --check\n")
        self.assert_told("bench --instruction", "did you mean --instructions?")
        self.assert_told("exercise --hints", "no option --hints; did you mean --hint?")
        self.assert_told("exercise layr", "no exercise layr; did you mean 06_layer?", "\n  06_layer\n")
        self.assert_told("exercise 3 4", "what is 4 for?")

    def test_nothing_is_passed_over(self):
        self.assert_told("bench --edit extra", "--edit takes nothing behind it", "extra")
        self.assert_told("docs --record extra", "--record takes nothing behind it", "extra")
        self.assert_told("bench --svg speed", "speed.svg")
        self.assert_told("run quick_start --lr 1", "quick_start takes no options, but here is --lr 1")

    def test_what_is_no_count_is_told_before_anything_is_built(self):
        self.assert_told("fuzz all", "a number of 1 or more, not all")
        self.assert_told("programs 0", "a number of 1 or more, not 0")
        self.assert_told("tidy missing.cpp", "no file missing.cpp")

    def test_help_is_no_mistake(self):
        for command in ("help", "test --help", "bench -h"):
            self.assertIn("./dev bench --edit", printed(*command.split()))

    def test_all_that_can_be_run_is_listed_with_its_title(self):
        head, *listed = printed("run", "--help").splitlines()
        self.assertIn("./dev run NAME", head)
        chapters = list((ROOT / "examples").glob("[0-9]*_*.cpp"))
        self.assertEqual(sum(line[2].isdigit() for line in listed), len(chapters))
        self.assertIn("  1.1b                Kinds of gradient descent", listed)
        self.assertIn("  topological_order   Why backward goes in topological order", listed)
        self.assert_told("run 1.9", "There are:\n" + "\n".join(listed) + "\n")

    def test_it_has_the_version_of_the_project(self):
        self.assertRegex(printed("--version"), r"^eingrad \d+\.\d+\.\d+\n$")


class Build(unittest.TestCase):
    def test_each_eighth_of_a_long_build_is_told_with_the_minutes_that_are_left(self):
        # As if 38 seconds went by from one line to the next.
        script = 'set -euo pipefail; source commands/build.sh; say() { echo "$1"; SECONDS=$((SECONDS + 38)); }; progress "building"'
        told = {steps: subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, check=True,
                                      input="".join(f"[{i}/{steps}] Building\n" for i in range(1, steps + 1))).stdout
                for steps in (39, 40)}
        self.assertEqual(told[39], "")
        self.assertEqual(told[40].splitlines(), [
            "building: 5 of 40 steps", "building: 10 of 40 steps, about 2 min left",
            "building: 15 of 40 steps, about 3 min left", "building: 20 of 40 steps, about 2 min left",
            "building: 25 of 40 steps, about 2 min left", "building: 30 of 40 steps, about 2 min left",
            "building: 35 of 40 steps"])


class Run(unittest.TestCase):
    @unittest.skipUnless(shutil.which("c++") and shutil.which("stdbuf"), "c++ or stdbuf is missing")
    def test_what_a_program_printed_before_it_crashed_is_seen_in_a_pipe(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name in ("examples", "cmake", "build/release/examples", "bin"):
                (root / name).mkdir(parents=True)
            shutil.copy(ROOT / "dev", root)
            shutil.copytree(ROOT / "commands", root / "commands")
            source, cmake = root / "examples/mine.cpp", root / "bin/cmake"  # where nothing is needed, or left to build
            source.write_text('#include <iostream>\nint main() { std::cout << "epoch 0\\n"; throw 1; }\n')
            subprocess.run(["c++", source, "-o", root / "build/release/examples/mine"], check=True)
            for name in ("cmake/packages.txt", "CMakePresets.json", "build/release/build.ninja"):
                (root / name).touch()
            cmake.write_text("#!/bin/sh\n")
            cmake.chmod(0o755)
            done = subprocess.run([root / "dev", "run", "mine"], capture_output=True, text=True, timeout=60,
                                  env={**os.environ, "PATH": f"{root}/bin:{os.environ['PATH']}"})
            self.assertNotEqual(done.returncode, 0)
            self.assertEqual(done.stdout, "epoch 0\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
