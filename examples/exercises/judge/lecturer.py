"""For lecturers: a report of all answers, and a handout without the solutions."""
import os
import re
import shutil
import xml.etree.ElementTree as xml

from judge.answers import check
from judge.exercises import HERE, exercises, refuse


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
        refuse("These are filled in, so they are no handout:\n" + "\n".join(f"  {name}" for name in filled)
               + "\ntry   a fresh clone, or git stash")
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
