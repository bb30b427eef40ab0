#!/usr/bin/env python3
"""What ./dev says of mistakes. Nothing here is installed or built: a mistake is told before."""
import pathlib
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


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
        self.assert_told("run regresion", "no chapter or lesson regresion; did you mean 1.1 simple linear regression?")
        self.assert_told("run topological", "did you mean topological_order?")
        self.assert_told("run 1.9", "no chapter or lesson 1.9. There are:\n  0.1 autograd", "\n  topological_order\n")
        self.assert_told("fuzz 1 csvv", "no target csvv; did you mean csv?")

    def test_a_program_has_the_name_of_its_file(self):
        self.assert_told("run examples/quick_start.cpp --help", "quick_start takes no options")

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
        self.assert_told("run quick_start --help", "quick_start takes no options")

    def test_what_is_no_count_is_told_before_anything_is_built(self):
        self.assert_told("fuzz all", "a number of 1 or more, not all")
        self.assert_told("programs 0", "a number of 1 or more, not 0")
        self.assert_told("tidy missing.cpp", "no file missing.cpp")

    def test_help_is_no_mistake(self):
        for command in ("help", "test --help", "bench -h"):
            done = subprocess.run([ROOT / "dev", *command.split()], capture_output=True, text=True, check=True)
            self.assertIn("./dev bench --edit", done.stdout)


if __name__ == "__main__":
    unittest.main()
