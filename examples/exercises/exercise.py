#!/usr/bin/env python3
"""Shows the next open exercise, checks the answers, gives hints. `./dev exercise --help` lists what it can do.

An exercise NN_name is a file with gaps, NN_name.cpp or NN_name.txt; its hints, NN_name.hints; and its check. If that is
checks/NN_name.cpp, it is a test program, which includes or reads the file. If it is checks/NN_name.txt, the file is a sheet
for eingrad-derive, and the check lists what has to stand in it. Nothing is remembered: what is done is found by checking.
"""
import argparse
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as xml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COMMAND = "./dev exercise"
SECONDS = 60  # for an answer to run


class Exercise:
    def __init__(self, file):
        self.file, self.name, self.number = file, file.stem, file.stem.split("_")[0]
        self.is_sheet = not (HERE / "checks" / f"{self.name}.cpp").exists()

    def in_folder(self, folder):
        return Exercise(folder / self.file.name)

    def shown(self):
        return os.path.relpath(self.file, ROOT)

    def lines(self):
        return self.file.read_text(encoding="utf-8", errors="replace").splitlines() if self.file.exists() else []

    def text(self):
        """The comment at the top."""
        mark = "//" if self.file.suffix == ".cpp" else "#"
        lines = []
        for line in self.lines():
            if not line.startswith(mark):
                break
            lines.append(line[len(mark):].removeprefix(" "))
        return "\n".join(lines)

    def hints(self):
        return self.file.with_suffix(".hints").read_text(encoding="utf-8").strip().split("\n\n")

    def gaps(self):
        """The numbers of the lines where something is left to do."""
        if self.file.suffix == ".cpp":
            return [n for n, line in enumerate(self.lines(), 1) if "// your turn" in line]
        return [n for n, line in enumerate(self.lines(), 1) if "?" in line.split("#")[0]]


class Verdict:
    def __init__(self, state, message=""):
        self.state, self.message = state, message

    def is_done(self):
        return self.state == "done"


def exercises():
    """By their hints, so that one whose file was lost is missed."""
    files = [[hints.with_suffix(suffix) for suffix in (".cpp", ".txt")] for hints in sorted(HERE.glob("*.hints"))]
    return [Exercise(program if program.exists() else text) for program, text in files]


def refuse(message):
    print(message, file=sys.stderr)
    sys.exit(2)


# ---- Sheets ----


def plain(text):
    """One spelling for what ASCII, Unicode and LaTeX spell differently, without spaces, braces and underscores."""
    text = re.sub(r"\\frac\s*\{([^{}]*(?:\{[^{}]*\})?[^{}]*)\}\s*\{([^{}]*(?:\{[^{}]*\})?[^{}]*)\}", r"\1/\2", text)
    text = re.sub(r"\\partial|\bpartial\b|∂", "d", text)
    return re.sub(r"[\s_{}$\\&]", "", unicodedata.normalize("NFKD", text).replace("\u0302", "hat"))


def statements(lines):
    """The statements of a sheet, each with the lines below it that begin with =."""
    found = []
    for line in lines:
        line = line.split("#")[0].strip()
        if found and line.startswith(("=", "&=")):
            found[-1] += " " + line
        elif line:
            found.append(line)
    return found


def sides(statement):
    """What stands between the signs of equality; those in brackets, as in [a = b] and sum_{n=1}, are none."""
    return re.split(r"=(?![^\[\]{}]*[\]}])", statement)


class Needed:
    """What has to stand in a sheet: lines as they are, and claims, each with one of several left sides."""

    def __init__(self, exercise):
        lines = statements((HERE / "checks" / f"{exercise.name}.txt").read_text(encoding="utf-8").splitlines())
        self.given = [line for line in lines if not line.endswith("=")]
        self.claims = [[left.strip(" =") for left in line.split(" or ")] for line in lines if line.endswith("=")]

    def answers(self, lefts, mine):
        """The statements with one of these left sides."""
        return [one for one in mine if plain(sides(one)[0]) in map(plain, lefts)]

    def missing(self, mine):
        """Says which line is not there, if one is not."""
        for line in self.given:
            if plain(line) not in map(plain, mine):
                return f"A line of the exercise is missing or was changed; put it back:\n  {line}"
        for lefts in self.claims:
            if not self.answers(lefts, mine):
                return f"This is not answered; put the line back:\n  {lefts[0]} = ?"
        return ""

    def unfinished(self, mine):
        """Says which answer still has a derivative in it, if one has."""
        for lefts in self.claims:
            for answer in self.answers(lefts, mine):
                if re.search(r"d\w*/d\w|nabla|bar", plain(sides(answer)[-1])):
                    return f"That is right, but a derivative is left on the last side; work it out:\n  {answer}"
        return ""

    def has_answer(self, mine):
        return any("?" not in answer for lefts in self.claims for answer in self.answers(lefts, mine))


def check_sheet(exercise, tools):
    mine, gaps, needed = statements(exercise.lines()), exercise.gaps(), Needed(exercise)
    if said := needed.missing(mine):
        return Verdict("wrong", said)
    lines = ["" if n in gaps else line for n, line in enumerate(exercise.lines(), 1)]
    program = subprocess.run([tools.derive(), "-"], input="\n".join(lines) + "\n", capture_output=True, text=True,
                             encoding="utf-8", errors="replace")
    if program.returncode != 0:
        said = program.stdout.strip() or program.stderr.strip()
        return Verdict("wrong", said or f"eingrad-derive ended with {program.returncode}.")
    said = needed.unfinished(mine)
    return Verdict("wrong", said) if said else Verdict("done")


# ---- Programs ----


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


def check_program(exercise, tools):
    program = tools.program(exercise)
    if isinstance(program, Verdict):
        return program
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


class Tools:
    """What answers are checked with: built when it is first needed."""

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
            return Verdict("does not compile", compiler_error(exercise, done.stdout + done.stderr, self.build))
        return self.build / "examples" / "exercises" / target


class TestTools:
    """The same for ctest, which has built it: `program` has all checks in it."""

    def __init__(self, derive, program):
        self.derive, self.program, self.output = lambda: derive, lambda exercise: program, subprocess.DEVNULL


def judge(exercise, tools):
    return (check_sheet if exercise.is_sheet else check_program)(exercise, tools)


def check(exercise, tools):
    if not exercise.file.exists():
        return Verdict("missing", f"{exercise.name} has no file. git checkout examples/exercises/{exercise.name}.* brings it back.")
    gaps = exercise.gaps()
    if not gaps:
        return judge(exercise, tools)
    where = "line " if len(gaps) == 1 else "lines "
    mark = "a // your turn" if exercise.file.suffix == ".cpp" else "a ?"
    message = f"There is {mark} in {where}{', '.join(map(str, gaps))}: your answer goes there, and the mark goes away."
    if exercise.is_sheet and Needed(exercise).has_answer(statements(exercise.lines())):
        said = check_sheet(exercise, tools).message or "What is there is right."
        message = f"{said}\n{message}"
    return Verdict("open", message)


# ---- Commands ----


def find(name):
    all_of_them = exercises()
    found = [e for e in all_of_them if name in (e.name, e.number, str(int(e.number)))]
    if not found:
        names = "\n".join(f"  {e.name}" for e in all_of_them)
        refuse(f"There is no exercise {name}. There are:\n{names}")
    return found[0]


def show(exercise, verdict):
    count = len(exercises())
    position = [e.name for e in exercises()].index(exercise.name) + 1
    between = "\n" if "\n" in verdict.message else " "
    print(f"\nExercise {position} of {count}: {exercise.shown()}\n\n{exercise.text()}\n\n{verdict.state}:{between}{verdict.message}\n")
    print(f"A hint: {COMMAND} --hint {exercise.number}")
    return 1


def next_open(tools):
    for exercise in exercises():
        verdict = check(exercise, tools)
        if not verdict.is_done():
            return show(exercise, verdict)
        print(f"{exercise.name}: done")
    print("All exercises are done.")
    return 0


def one(exercise, tools):
    verdict = check(exercise, tools)
    if not verdict.is_done():
        return show(exercise, verdict)
    print(f"{exercise.name}: done")
    return 0


def hint(exercise, count):
    hints = exercise.hints()
    shown = min(count, len(hints))
    print(f"{exercise.name}, hint {shown} of {len(hints)}:\n\n{hints[shown - 1]}")
    if shown < len(hints):
        print(f"\nThe next one: {COMMAND} {exercise.number}{' --hint' * (shown + 1)}")
    return 0


def list_all(tools):
    for exercise in exercises():
        kind = exercise.text().split(":")[0].lower()
        print(f"{exercise.name:26}{kind:24}{check(exercise, tools).state}", flush=True)
    return 0


def report(path, tools):
    suite_name = "eingrad exercises"
    if path.exists():
        try:
            is_ours = xml.parse(path).getroot().get("name") == suite_name
        except (xml.ParseError, OSError):
            is_ours = False
        if not is_ours:
            refuse(f"{path} exists and is no report of exercises; it stays as it is.")
    if not path.parent.is_dir():
        refuse(f"There is no folder {path.parent} for the report.")
    suite = xml.Element("testsuite", name=suite_name)
    states = []
    for exercise in exercises():
        verdict = check(exercise, tools)
        states.append(verdict.state)
        case = xml.SubElement(suite, "testcase", classname="exercises", name=exercise.name)
        if verdict.state == "open":
            xml.SubElement(case, "skipped", message="open")
        elif not verdict.is_done():
            readable = re.sub(r"[^\n\t\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", verdict.message)
            xml.SubElement(case, "failure", message=verdict.state).text = readable
    done, opened = states.count("done"), states.count("open")
    suite.attrib.update(tests=str(len(states)), failures=str(len(states) - done - opened), skipped=str(opened))
    xml.indent(suite)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")  # an earlier report stays until this one is whole
    xml.ElementTree(suite).write(unfinished, encoding="utf-8", xml_declaration=True)
    unfinished.replace(path)
    print(f"{path}: {done} of {len(states)} done")
    return 0


def handout(folder):
    filled = [e.shown() for e in exercises() if not e.gaps()]
    if filled:
        refuse("These are filled in, so they are no handout:\n" + "\n".join(f"  {name}" for name in filled))
    files = [file for file in sorted(HERE.rglob("*")) if file.is_file()
             and not {"solutions", "__pycache__"} & set(file.relative_to(HERE).parts)]
    for file in files:
        target = folder / file.relative_to(HERE)
        if target.exists() or any(p.exists() and not p.is_dir() for p in (folder, *target.parents)):
            refuse(f"{target} cannot be written: something of that name exists, and it stays as it is.")
    for file in files:
        target = folder / file.relative_to(HERE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    print(f"{folder}: {len(exercises())} exercises without their solutions")
    return 0


def test(kind, exercise, tools):
    """For ctest: the solution is right; the file as it is in the repository is not, even without a look at its marks."""
    if kind == "open" and not exercise.gaps():
        print(f"{exercise.shown()} is filled in")
        return 77
    verdict = judge(exercise, tools)
    print(f"{exercise.shown()}: {verdict.state}\n{verdict.message}")
    return 0 if verdict.is_done() == (kind == "solved") else 1


def main():
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # for head and the like
    parser = argparse.ArgumentParser(prog=COMMAND, description="Exercises that check themselves.")
    parser.add_argument("exercise", nargs="?", metavar="N", help="this one; by itself the first that is not done")
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--hint", action="count", help="a hint; --hint --hint is the second one")
    group.add_argument("--list", action="store_true", help="what is done and what is open")
    group.add_argument("--report", metavar="FILE", type=pathlib.Path, help="write JUnit XML of all")
    group.add_argument("--handout", metavar="DIR", type=pathlib.Path, help="export the exercises without the solutions")
    group.add_argument("--test", nargs=3, metavar=("KIND", "DERIVE", "PROGRAM"), help=argparse.SUPPRESS)
    given = parser.parse_args()
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
    if given.test:
        kind, derive, program = given.test
        return test(kind, chosen.in_folder(HERE / "solutions") if kind == "solved" else chosen, TestTools(derive, program))
    return one(chosen, Tools()) if chosen else next_open(Tools())


if __name__ == "__main__":
    sys.exit(main())
