"""Exercises, numbered page by page, and solutions that are folded away:

    :::{exercise} Losses
    What changes if …?
    :::
    :::{solution}
    Nothing, since …
    :::
"""
from docutils import nodes
from docutils.parsers.rst import Directive


class details(nodes.General, nodes.Element):
    pass


class Exercise(Directive):
    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self):
        document = self.state.document
        document.exercises = getattr(document, "exercises", 0) + 1
        title = f"Exercise {document.exercises}" + (f": {self.arguments[0]}" if self.arguments else "")
        box = nodes.admonition(classes=["exercise"])
        inline, messages = self.state.inline_text(title, self.lineno)
        box += nodes.title(title, "", *inline)
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box, *messages]


class Solution(Directive):
    has_content = True

    def run(self):
        self.assert_has_content()
        box = details()
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


def visit(translator, node):
    translator.body.append('<details class="solution"><summary>Solution</summary>\n')


def depart(translator, node):
    translator.body.append("</details>\n")


def setup(app):
    app.add_node(details, html=(visit, depart))
    app.add_directive("exercise", Exercise)
    app.add_directive("solution", Solution)
    return {"parallel_read_safe": True}
