"""What the headers declare: doxygen finds the declarations, and their comments are read as they stand."""
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from signatures import plain, signature, template_of

# The filter leaves out the line of the caller, with which doxygen takes some constructors for macros.
settings = """
INPUT = {folders}
FILE_PATTERNS = *.hpp
EXCLUDE_PATTERNS = *.inc.hpp
RECURSIVE = YES
INCLUDE_PATH = {root}
MACRO_EXPANSION = YES
INPUT_FILTER = "sed -E 's/, Location at = Location::current[(][)][)]/)/'"
EXTRACT_ALL = YES
GENERATE_HTML = NO
GENERATE_LATEX = NO
GENERATE_XML = YES
XML_PROGRAMLISTING = NO
OUTPUT_DIRECTORY = {output}
QUIET = YES
WARNINGS = NO
"""
folders = ("autodiff", "nn", "optim", "data")
kinds = {"function": "function", "variable": "member", "typedef": "type", "enum": "enum", "class": "class",
         "struct": "struct", "enumvalue": "enumerator"}


@dataclass
class Declaration:
    kind: str  # as the C++ domain of Sphinx calls it
    scope: str
    signatures: list
    line: int
    comment: list = field(default_factory=list)  # its lines
    members: list = field(default_factory=list)


def run_doxygen(root, output):
    output.mkdir(parents=True, exist_ok=True)
    text = settings.format(root=root, output=output, folders=" ".join(str(root / folder) for folder in folders))
    subprocess.run(["doxygen", "-"], input=text, text=True, check=True, capture_output=True)


class Headers:
    """Declarations by header, in the order in which they stand there."""

    def __init__(self, root, xml):
        self.root, self.files = root, {}
        self.compounds = {path.stem: ElementTree.parse(path).getroot().find("compounddef")
                          for path in xml.glob("*.xml") if path.stem not in ("index", "combine")}
        self.formulas = self.read_formulas()

    def of(self, name):
        """All that a header declares, but what is in a namespace `detail`."""
        lines = self.lines(name)
        found = []
        for compound in self.compounds.values():
            if compound is None or compound.get("kind") != "namespace":
                continue
            scope = compound.findtext("compoundname")
            if re.search(r"detail|anonymous|::ops$", scope):
                continue
            for member in compound.iter("memberdef"):
                if self.header_of(member) == name:
                    found.append(self.member(member, scope, lines))
            for inner in compound.iter("innerclass"):
                part = self.compounds.get(inner.get("refid"))
                if part is not None and self.header_of(part) == name:
                    found.append(self.whole_class(part, lines))
        found += [Declaration("concept", scope, [f"template<{parameters}> {concept}"], number, comment_at(lines, number))
                  for number, parameters, concept, scope in concepts(lines)]
        return grouped([one for one in found if one], lines)

    def lines(self, name):
        if name not in self.files:
            self.files[name] = (self.root / name).read_text().splitlines()
        return self.files[name]

    def header_of(self, element):
        place = element.find("location")
        file = Path(place.get("declfile") or place.get("file"))
        return str(file.relative_to(self.root)) if file.is_absolute() else str(file)

    def whole_class(self, compound, lines):
        name = compound.findtext("compoundname")
        if "<" in name:  # a specialisation
            return None
        scope, _, short = name.rpartition("::")
        bases = [plain(base) for base in compound.iter("basecompoundref") if base.get("prot") == "public"]
        heading = template_of(compound) + short + (" : public " + ", public ".join(bases) if bases else "")
        whole = Declaration(compound.get("kind"), scope, [heading], line_of(compound))
        whole.comment = comment_at(lines, whole.line)
        members = [self.member(member, name, lines) for member in compound.iter("memberdef")
                   if self.header_of(member) == self.header_of(compound)]
        members += [self.whole_class(self.compounds[inner.get("refid")], lines) for inner in compound.iter("innerclass")
                    if inner.get("prot") == "public"]
        whole.members = grouped([one for one in members if one], lines)
        return whole

    def member(self, element, scope, lines):
        name, kind = element.findtext("name"), kinds.get(element.get("kind"))
        if element.get("prot") != "public" or kind is None or is_routine(element, name, scope):
            return None
        one = Declaration(kind, scope, [signature(element, name, kind)], line_of(element))
        one.comment = self.formulas.get(name) if lines[one.line - 1].startswith("EINGRAD_ELEMENTWISE") else None
        one.comment = one.comment or comment_at(lines, one.line)
        one.members = [Declaration("enumerator", f"{scope}::{name}", [value.findtext("name")], one.line)
                       for value in element.iter("enumvalue")]
        return one

    def read_formulas(self):
        """The comments of elementwise operations stand at their definitions."""
        folder = self.root / "autodiff/elementwise"
        text = "\n".join(path.read_text() for path in sorted(folder.glob("*.hpp")))
        comments = {name: [line[4:] for line in comment.splitlines()]
                    for comment, name in re.findall(r"((?:^///.*\n)+)struct (\w+) \{", text, re.MULTILINE)}
        return {function: comments.get(struct) for function, struct in re.findall(r"X\((\w+), (\w+), \d\)", text)}


def concepts(lines):
    """Doxygen does not say where they stand."""
    scope = ""
    for number, line in enumerate(lines, 1):
        if space := re.match(r"namespace ([\w:]+) \{", line):
            scope = space[1] if space[1] != "detail" else scope + "::detail"
        if found := re.match(r"concept (\w+) =", line):
            parameters = re.search(r"template <(.*)>", lines[number - 2])[1]
            if not scope.endswith("detail"):
                yield number, parameters, found[1], scope


def is_routine(element, name, scope):
    """What every class has, and nobody looks up."""
    arguments = element.findtext("argsstring") or ""
    class_name = scope.rpartition("::")[2]
    copies = name == class_name and re.match(rf"\((const )?{class_name} ?&+", arguments)
    return (name.startswith(("~", "@", "EINGRAD")) or name in ("operator=", "extra_text") or "=delete" in arguments or
            copies or re.search(r"\b(override|final)$", arguments))


def line_of(element):
    place = element.find("location")
    return int(place.get("declline") or place.get("line"))


def comment_at(lines, line):
    """The /// above a line and what belongs to it, or the ///< behind it."""
    first = line - 1
    while first > 0 and re.match(r"\s*(template|requires)\b", lines[first - 1]):
        first -= 1
    above = first
    while above > 0 and re.match(r"\s*///(?!<)", lines[above - 1]):
        above -= 1
    if above < first:
        return [re.sub(r"^\s*/// ?", "", text) for text in lines[above:first]]
    behind = []
    for text in lines[line - 1:line + 3]:
        found = re.search(r"///<\s*(.*)", text)
        if not found:
            break
        if behind and not text.strip().startswith("///<"):
            break
        behind.append(found[1])
    return behind


def grouped(declarations, lines):
    """Declarations right below each other share the comment above the first, if they have its name or its arguments."""
    result = []
    seen = set()
    for one in sorted(declarations, key=lambda one: one.line):
        if (one.scope, *one.signatures) in seen:  # a definition that follows its declaration
            continue
        seen.add((one.scope, *one.signatures))
        last = result[-1] if result else None
        shares = (last and not one.comment and not one.members and last.kind == one.kind and not last.members and
                  (not last.comment or are_alike(last.signatures[0], one.signatures[0])) and one.line > last.line and
                  all(text.strip() for text in lines[last.line - 1:one.line - 1]))
        if shares:
            last.signatures += one.signatures
        else:
            result.append(one)
    return result


def are_alike(a, b):
    if "(" not in a or "(" not in b:
        return False
    (name_a, arguments_a), (name_b, arguments_b) = (re.search(r"([^ ]+?)\((.*)", text).groups() for text in (a, b))
    return name_a == name_b or (arguments_a == arguments_b and not arguments_a.startswith(")"))
