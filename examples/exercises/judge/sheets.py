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


def without_proposals(said, sheet):
    """What eingrad-derive said, but for the right sides that it proposes where axes do not fit: hints are for that."""
    names = {"or", "sum", "mean", "diag"} | set(re.findall("[A-Za-z]+", "\n".join(sheet)))
    kept, is_of_axes = [], False
    for line in said.splitlines():
        if line.startswith("  wrong ("):
            is_of_axes = line.startswith(("  wrong (axis)", "  wrong (free-letter)", "  wrong (used-once)"))
        formulas, _, about_signs = line.removeprefix("    try   ").partition("; * is ")
        is_proposal = line.startswith("    try") and set(re.findall("[A-Za-z]{2,}", formulas)) <= names
        if not (is_of_axes and is_proposal):
            kept.append(line)
        elif about_signs:
            kept.append(f"    try   * is {about_signs}")
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
