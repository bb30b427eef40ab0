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


def place(path, build):
    """A compiler's path as seen from the project's folder."""
    return pathlib.Path(os.path.relpath((build / path).resolve(), ROOT))


def compiler_error(exercise, output, build):
    """The first error, in the learner's file if there is one, and what to do."""
    pattern = re.compile(r"^(\S[^\n]*?):(\d+):(?:\d+:)? (?:fatal )?error: (.*)$", re.M)
    errors = [(place(file, build), int(line), text) for file, line, text in pattern.findall(output)]
    if not errors:
        return "It could not be built:\n" + "\n".join(output.strip().splitlines()[-8:])
    own = [error for error in errors if error[0] == pathlib.Path(exercise.shown())]
    file, line, text = (own or errors)[0]
    message = f"{file}:{line}: {text}"
    try:
        message += "\n  " + (ROOT / file).read_text(encoding="utf-8").splitlines()[line - 1].strip()
    except (OSError, IndexError, UnicodeDecodeError):
        pass
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
