"""How a sheet is judged: all that was asked for stands in it, and eingrad-derive finds nothing wrong."""
import re
import subprocess
import unicodedata

from judge.exercises import HERE, Verdict


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
        """Says which answers still have a derivative in them, if some have."""
        left = [f"\n  {answer}" for lefts in self.claims for answer in self.answers(lefts, mine)
                if re.search(r"d\w*/d\w|nabla|bar", plain(sides(answer)[-1]))]
        return "That is right, but a derivative is left on the last side; work it out:" + "".join(left) if left else ""


def has_answer(exercise):
    needed, mine = Needed(exercise), statements(exercise.lines())
    return any("?" not in answer for lefts in needed.claims for answer in needed.answers(lefts, mine))


# What is told of axes that do not fit, in the place of the right sides that would fit.
ON_PAPER = {
    "axis": "the axes under each factor, A [n,i] B [i,o]: those that meet are the same, the outer ones are left",
    "free-letter": "the axes under each term: those of the left side, in each",
    "used-once": "the axes under each term: those of the left side; over each other one it is summed",
}


def without_proposals(said, sheet):
    """What eingrad-derive said, with a way to go on for the right sides that it proposes where axes do not fit."""
    names = {"or", "sum", "mean", "diag"} | set(re.findall("[A-Za-z]+", "\n".join(sheet)))
    kept, mistake = [], ""
    for line in said.splitlines():
        if wrong := re.match(r"  wrong \((.*?)\)", line):
            mistake = wrong[1]
        formulas, _, about_signs = line.removeprefix("    try   ").partition("; * is ")
        is_proposal = line.startswith("    try") and set(re.findall("[A-Za-z]{2,}", formulas)) <= names
        if mistake in ON_PAPER and is_proposal:
            line = "    try   " + (f"* is {about_signs}" if about_signs else ON_PAPER[mistake])
        kept.append(line)
    return "\n".join(kept)


def judge(exercise, tools):
    mine, gaps, needed = statements(exercise.lines()), exercise.gaps(), Needed(exercise)
    if said := needed.missing(mine):
        return Verdict("wrong", said)
    lines = ["" if n in gaps else line for n, line in enumerate(exercise.lines(), 1)]
    program = subprocess.run([tools.derive(), "-"], input="\n".join(lines) + "\n", capture_output=True, text=True,
                             encoding="utf-8", errors="replace")
    if program.returncode != 0:
        said = without_proposals(program.stdout.strip(), mine) or program.stderr.strip()
        return Verdict("wrong", said or f"eingrad-derive ended with {program.returncode}.")
    said = needed.unfinished(mine)
    return Verdict("wrong", said) if said else Verdict("done")
