"""How far an answer is."""
from judge import programs, sheets
from judge.exercises import Verdict


def judge(exercise, tools):
    return (sheets if exercise.is_sheet else programs).judge(exercise, tools)


def check(exercise, tools):
    if not exercise.file.exists():
        return Verdict("missing", f"{exercise.name} has no file. git checkout examples/exercises/{exercise.name}.* brings it back.")
    gaps = exercise.gaps()
    if not gaps:
        return judge(exercise, tools)
    where = "line " if len(gaps) == 1 else "lines "
    mark = "a // your turn" if exercise.file.suffix == ".cpp" else "a ?"
    todo = "mend what is wrong, and take the mark away" if exercise.is_planted() else "your answer goes there, and the mark goes away"
    if len(gaps) > 1:
        mark = mark.removeprefix("a ") + " still"
    return Verdict("open", f"There is {mark} in {where}{', '.join(map(str, gaps))}: {todo}.")


def told_while_open(exercise, tools):
    """What can be said while marks are left: of a sheet with an answer, and of a bug, which is an answer from the start."""
    if sheets.has_answer(exercise) if exercise.is_sheet else exercise.is_planted():
        return judge(exercise, tools).message or "What is there is right."
    return ""
