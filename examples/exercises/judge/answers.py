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
    message = f"There is {mark} in {where}{', '.join(map(str, gaps))}: your answer goes there, and the mark goes away."
    if exercise.is_sheet and sheets.has_answer(exercise):
        said = judge(exercise, tools).message or "What is there is right."
        message = f"{said}\n{message}"
    return Verdict("open", message)
