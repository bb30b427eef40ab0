"""An exercise, what its answer is told, and the list of all."""
import difflib
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
COMMAND = "./dev exercise"


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

    def kind(self):
        return self.text().split(":")[0].lower()

    def is_planted(self):
        return self.kind() == "find the planted bug"

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


def find(name):
    all_of_them = exercises()
    found = [e for e in all_of_them if name in (e.name, e.number, str(int(e.number)))]
    if not found:
        names = "\n".join(f"  {e.name}" for e in all_of_them)
        by_word = {word: e.name for e in all_of_them for word in (e.name, *e.name.split("_"))}
        refuse(f"There is no exercise {name}{did_you_mean(name, by_word)} There are:\n{names}")
    return found[0]


def did_you_mean(word, names):
    """The end of a sentence: the value of the key that is nearest to the word."""
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.7)
    return f"; did you mean {names[near[0]]}?" if near else "."


def refuse(message):
    print(message, file=sys.stderr)
    sys.exit(2)
