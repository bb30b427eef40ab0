"""The reference: what a header declares, with its comments.

    .. header:: nn/linear.hpp

A header that an umbrella includes and no page shows is a warning.
"""
import re
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.domains.cpp import DefinitionError, DefinitionParser
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from headers import Headers, folders, run_doxygen

root = Path(__file__).parent.parent.parent
logger = logging.getLogger(__name__)


class Header(SphinxDirective):
    required_arguments = 1

    def run(self):
        name = self.arguments[0]
        for path in (root / name, *Path(__file__).parent.glob("*.py")):
            self.env.note_dependency(str(path))
        shown(self.env).setdefault(self.env.docname, set()).add(name)
        include = nodes.paragraph("", "", nodes.literal("", f"#include <{name}>"), classes=["include"])
        return [include, *introduction(root / name), *self.describe_all(self.env.app.headers.of(name))]

    def describe_all(self, declarations):
        return [node for one in declarations for node in self.describe(one)]

    def describe(self, one):
        content = [*paragraphs(one.comment), *self.describe_all(one.members)]
        readable = [text for text in one.signatures if is_readable(text, one.kind)]
        if not readable:
            return [code(one.signatures), *content]
        prefix = f".. cpp:{one.kind}:: "
        text = [f".. cpp:namespace:: {one.scope}", "", prefix + readable[0]]
        text += [" " * len(prefix) + other for other in readable[1:]]
        holder = nodes.Element()
        self.state.nested_parse(StringList([line.replace("\\", "\\\\") for line in text], one.signatures[0]), 0, holder)
        for link in list(holder.findall(addnodes.pending_xref)):
            if link["reftarget"].split("::")[0] == "std":  # it would lead to our standard deviation
                link.replace_self(link.children)
        next(holder.findall(addnodes.desc_content)).extend(content)
        return holder.children


def is_readable(signature, kind):
    """Whether Sphinx can read it as C++."""
    try:
        parser = DefinitionParser(signature, location=None, config=Configuration)
        parser.parse_declaration(kind if kind not in ("struct",) else "class", kind)
        parser.assert_end()
        return True
    except DefinitionError:
        return False


class Configuration:
    cpp_id_attributes, cpp_paren_attributes = [], []


def introduction(path):
    """The comments in a namespace that stand by themselves: what the declarations below have in common."""
    text = path.read_text().partition("\nnamespace ")[2]
    blocks = re.findall(r"(?:^|\n\n)((?:// .*\n|//\n)+)(?=\n)", text)
    return [node for block in blocks if "clang-format" not in block
            for node in paragraphs([line[3:] for line in block.splitlines()])]


def paragraphs(comment):
    """A comment's paragraphs; what is indented is code, and so is what stands between backquotes."""
    result = []
    for block in re.split(r"\n\s*\n", "\n".join(comment)):
        for is_code, lines in runs(block.splitlines()):
            if is_code:
                result.append(code(lines))
            else:
                result.append(nodes.paragraph("", "", *inline(" ".join(lines))))
    return result


def code(lines):
    return nodes.literal_block("\n".join(lines), "\n".join(lines), language="cpp", force=True)


def runs(lines):
    result = []
    for line in lines:
        is_code = line.startswith("  ")
        if not result or result[-1][0] != is_code:
            result.append((is_code, []))
        result[-1][1].append(line)
    return [(is_code, deindented(part) if is_code else part) for is_code, part in result]


def deindented(lines):
    least = min(len(line) - len(line.lstrip()) for line in lines)
    return [line[least:] for line in lines]


def inline(text):
    return [nodes.literal("", part) if i % 2 else nodes.Text(part) for i, part in enumerate(text.split("`"))]


def shown(env):
    if not hasattr(env, "shown_headers"):
        env.shown_headers = {}
    return env.shown_headers


def forget(app, env, docname):
    shown(env).pop(docname, None)


def read_headers(app):
    output = Path(app.doctreedir) / "doxygen"
    run_doxygen(root, output)
    app.headers = Headers(root, output / "xml")


def umbrellas():
    """Headers that hold nothing but includes: what they include is public."""
    for folder in folders:
        for path in (root / folder).rglob("*.hpp"):
            lines = [line for line in path.read_text().splitlines() if line and not line.startswith(("//", "#pragma"))]
            if lines and all(line.startswith("#include <") for line in lines):
                yield {line[len("#include <"):-1] for line in lines}, str(path.relative_to(root))


def check_complete(app, env):
    all_shown = set().union(*shown(env).values())
    all_umbrellas = list(umbrellas())
    names = {name for _, name in all_umbrellas}
    for included, umbrella in all_umbrellas:
        for name in sorted(included - all_shown - names):
            logger.warning("%s includes %s, and no page of the reference shows it", umbrella, name)


def setup(app):
    app.connect("builder-inited", read_headers)
    app.connect("env-purge-doc", forget)
    app.connect("env-check-consistency", check_complete)
    app.add_directive("header", Header)
    return {"parallel_read_safe": False}
