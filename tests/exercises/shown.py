#!/usr/bin/env python3
"""What `./dev exercise` shows: shown.py DERIVE PROGRAM, which has the checks of the files with gaps."""
import contextlib
import io
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

from judge_answer import Built

import exercise as commands
from judge import sheets, tools
from judge.exercises import HERE, ROOT, find
from judge.programs import compiler_error


def printed(command, *arguments):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        command(*arguments)
    return out.getvalue()


class Shown(unittest.TestCase):
    def test_a_planted_bug_is_told_before_its_mark_is_deleted(self):
        planted = find("4")
        if not planted.gaps():
            self.skipTest("it is filled in")
        self.assertRegex(printed(commands.one, planted, Built(*PROGRAMS)),
                         r"(?s)open:\n.*gradient of swish is not the one of its values.*gradcheck: 4 of 4.*There is a // your turn")

    def told_of(self, answer):
        """What the sheet of exercise 5 is told with this one answer by W."""
        with tempfile.TemporaryDirectory() as folder:
            sheet = find("5").in_folder(pathlib.Path(folder))
            solved = (HERE / "solutions" / sheet.file.name).read_text(encoding="utf-8")
            sheet.file.write_text(re.sub("dL/dW = .*", f"dL/dW = {answer}", solved), encoding="utf-8")
            return sheets.judge(sheet, Built(*PROGRAMS)).message

    def test_a_wrong_answer_is_told_its_axes_and_not_the_right_one(self):
        said = self.told_of("2/m X (Yhat - T)")
        self.assertIn("X [n,i] times (Yhat - T) [n,o]: i against n", said)
        self.assertIn("try   the axes under each factor", said)
        self.assertNotIn("X^T", said)
        self.assertIn("try   * is element by element, @ the matrix product\n", self.told_of("2/m X^T * (Yhat - T)"))
        self.assertIn("try   the axes under each term", self.told_of("2/m sum(X^T (Yhat - T))"))
        self.assertIn("try   the transpose of the right side", self.told_of("2/m (Yhat - T)^T X"))
        self.assertIn("try   X^T for the transpose", self.told_of("2/m X' (Yhat - T)"))

    def test_how_a_scalars_shape_is_written_need_not_be_guessed(self):
        self.assertRegex(find("3").text(), r"shape of a scalar,\s+such as ones\({}\), is written \(\)")

    def test_hints_come_to_an_end(self):
        self.assertRegex(printed(commands.hint, find("4"), 3), "hint 3 of 3")
        self.assertRegex(printed(commands.hint, find("4"), 4), "3 hints, and no more.*solutions/04_planted_rule.cpp")

    def test_an_error_is_looked_for_in_the_answer_first(self):
        answer, build = find("2"), ROOT / "build/any"
        mine = f"{answer.file}:21:24: error: 'Y' was not declared in this scope"
        library = f"{ROOT}/autodiff/tensor.hpp:9:1: error: no match"
        check = f"{ROOT}/examples/exercises/checks/{answer.name}.cpp:18:48: error: no member named 'b'"
        self.assertRegex(compiler_error(answer, f"{library}\n{mine}", build),
                         r"^examples/exercises/02_gradient_by_hand.cpp:21: 'Y' was not declared")
        self.assertRegex(compiler_error(answer, check, build), "The check cannot use examples/exercises/02_gradient_by_hand.cpp")

    def test_the_librarys_word_on_what_to_write_stands_below_the_error(self):
        answer, build, header = find("6"), ROOT / "build/any", "autodiff/tensor.hpp"
        text = (ROOT / header).read_text(encoding="utf-8")
        line = text[:text.index("Tensor T() const = delete")].count("\n") + 1
        error = f"{answer.file}:22:24: error: %s\n   22 |     return x;\n      |     ~~~~^~\n"
        called = error % "use of deleted function ‘eingrad::Tensor eingrad::Tensor::T() const’"
        told = f"\n{header}:{line}: declared here\n  Tensor T() const = delete;  // t() transposes\nThat is the"
        for note in ("note: declared here", "note: 'T' has been explicitly marked deleted here"):
            self.assertIn(told, compiler_error(answer, f"{called}{ROOT}/{header}:{line}:10: {note}\n", build))
        # Some errors of weight.T have no note.
        for text in ("cannot convert ‘eingrad::Tensor::T’ from type ‘eingrad::Tensor (eingrad::Tensor::)() const’",
                     "invalid use of member function ‘eingrad::Tensor eingrad::Tensor::T() const’"):
            self.assertIn(told, compiler_error(answer, error % text, build))
        # Neither another error's note is shown, nor one on what is not the library's.
        here = f"{ROOT}/{header}:{line}:10: note: declared here\n"
        another = f"{error % 'expected ;'}{answer.file}:30:1: error: any\n{here}"
        system = f"{error % 'too few arguments'}/usr/include/c++/12/cmath:9:1: note: declared here\n"
        for output in (another, system):
            self.assertNotIn("declared here", compiler_error(answer, output, build))

    def said_of(self, seconds):
        command = [sys.executable, "-c", f"import time; time.sleep({seconds}); print('built')"]
        with contextlib.redirect_stderr(io.StringIO()) as said, mock.patch.object(tools, "PATIENCE", 1), \
                subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            self.assertEqual(tools.said_if_it_takes_long(process, "building"), "built\n")
        return said.getvalue()

    def test_only_what_takes_long_is_announced(self):
        self.assertEqual(self.said_of(0), "")
        self.assertEqual(self.said_of(2), "building\n")


if __name__ == "__main__":
    PROGRAMS = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
