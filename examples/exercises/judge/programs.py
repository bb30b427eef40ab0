"""How a program is judged: it is built with its check, and what the compiler or the check says is read."""
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import xml.etree.ElementTree as xml

from judge.exercises import COMMAND, ROOT, Verdict
from judge.tools import NotBuilt

SECONDS = 60  # for an answer to run
LIBRARY = ("autodiff", "nn", "optim", "data")
PLACE = r"^(\S[^\n]*?):(\d+):(?:\d+:)? "  # the beginning of what a compiler says of a line


def place(path, build):
    """A compiler's path as seen from the project's folder."""
    return pathlib.Path(os.path.relpath((build / path).resolve(), ROOT))


def line_of(file, number):
    """A line of a source, with two spaces before it and before its comment, or nothing."""
    try:
        line = (ROOT / file).read_text(encoding="utf-8").splitlines()[number - 1].strip()
    except (OSError, IndexError, UnicodeDecodeError):
        return ""
    return "\n  " + re.sub(r"\s+// ", "  // ", line)


def declaration(text, notes, build):
    """The library's declaration that an error is about, with the comment that says what to write instead."""
    pattern = PLACE + "note: (?:declared here|.*explicitly (?:marked )?deleted)"  # as g++ says it, and clang
    for file, line in re.findall(pattern, notes, re.M):
        file = place(file, build)
        if file.parts[0] in LIBRARY:
            return f"\n{file}:{line}: declared here{line_of(file, int(line))}"
    # Of weight.T without a call g++ often has the name and no note.
    header = ROOT / "autodiff" / "tensor.hpp"
    for name in re.findall(r"eingrad::Tensor::(\w+)", text):
        for number, line in enumerate(header.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(rf"\b{name}\(.*= delete;\s+//", line):
                return f"\n{header.relative_to(ROOT)}:{number}: declared here{line_of(header, number)}"
    return ""


def compiler_error(exercise, output, build):
    """The first error, in the learner's file if there is one, and what to do."""
    found = list(re.finditer(PLACE + "(?:fatal )?error: (.*)$", output, re.M))
    if not found:
        return "It could not be built:\n" + "\n".join(output.strip().splitlines()[-8:])
    own = [error for error in found if place(error[1], build) == pathlib.Path(exercise.shown())]
    error = (own or found)[0]
    file, line, text = place(error[1], build), int(error[2]), error[3]
    behind = [other.start() for other in found if other.start() > error.end()]
    notes = output[error.end():(behind or [len(output)])[0]]
    message = f"{file}:{line}: {text}{line_of(file, line)}{declaration(text, notes, build)}"
    if own:
        return message + f"\nThat is the compiler's first error; mend it, then {COMMAND} {exercise.number} again."
    used = re.search(rf"exercises/{re.escape(exercise.file.name)}:(\d+)", output)
    if used and file.parts[:2] != ("examples", "exercises"):
        return message + f"\nIt comes from line {used.group(1)} of {exercise.shown()}."
    return message + f"\nThe check cannot use {exercise.shown()}: the names, arguments and results in it must stay as they were."


def failure_in(report):
    """What Catch2 says of the first failure, None if there is none, "" if no test ran."""
    try:
        root = xml.parse(report).getroot()
    except (xml.ParseError, OSError):
        return ""
    for case in root.iter("TestCase"):
        if case.find("OverallResult").get("success") == "true":
            continue
        for kind in ("Failure", "Exception", "FatalErrorCondition", "Expression"):
            for found in case.iter(kind):
                text = "".join(found.itertext())
                before = {"Exception": "An error was thrown: ", "FatalErrorCondition": "The program crashed: "}
                return before.get(kind, "") + text.strip()
    return None if root.find(".//TestCase") is not None else ""


def judge(exercise, tools):
    try:
        program = tools.program(exercise)
    except NotBuilt as error:
        return Verdict("does not compile", compiler_error(exercise, str(error), tools.build))
    with tempfile.TemporaryDirectory() as folder:
        report = os.path.join(folder, "report.xml")
        try:
            code = subprocess.run([program, f"{exercise.number} *", "-r", "xml", "-a", "-o", report], timeout=SECONDS,
                                  stdout=tools.output, stderr=tools.output).returncode
        except subprocess.TimeoutExpired:
            return Verdict("wrong", f"It still ran after {SECONDS} seconds: is there a loop that does not end?")
        failure = failure_in(report)
    if failure is None and code == 0:
        return Verdict("done")
    if not failure:
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        failure = f"The program ended before the check did, with {name}."
    return Verdict("wrong", failure)
