"""Pictures that follow the theme: an SVG file, or a graph in Graphviz' language, becomes part of the page.

    :::{picture} recorded/1_1.svg
    What there is to see.
    :::
"""
import re
import subprocess
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


def follow_theme(svg):
    """A picture knows what the system prefers; on a page the reader may have chosen another theme."""
    start = re.search(r"@media\s*\(prefers-color-scheme:\s*dark\)\s*\{", svg)
    if not start:
        return svg
    rules = re.match(r"(?:[^{}]*\{[^{}]*\})*", svg[start.end():]).group()
    rest = svg[start.end() + len(rules):].lstrip().removeprefix("}")

    def within(body):
        return re.sub(r"([^{}]+)(\{[^{}]*\})", lambda rule: scope(rule[1], body) + rule[2], rules)

    def scope(selectors, body):
        return ",".join(f"\n{body} {selector.strip()}" for selector in selectors.split(","))

    preferred = "@media(prefers-color-scheme:dark){" + within('body:not([data-theme="light"])') + "}"
    return svg[: start.start()] + preferred + within('body[data-theme="dark"]') + rest


def draw(path):
    if path.suffix == ".dot":
        command = ["dot", "-Tsvg", "-Gbgcolor=transparent", path]
        svg = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return svg.replace("<svg ", '<svg class="graph" ', 1)
    return path.read_text()


class Picture(SphinxDirective):
    required_arguments = 1
    has_content = True

    def run(self):
        relative, name = self.env.relfn2path(self.arguments[0])
        self.env.note_dependency(relative)
        try:
            svg = draw(Path(name))
        except (OSError, subprocess.CalledProcessError) as problem:
            raise self.error(f"no picture {self.arguments[0]}: {problem}")
        svg = svg[svg.index("<svg"):]
        figure = nodes.figure(classes=["picture"])
        figure += nodes.raw("", f'<div class="picture-scroll">{follow_theme(svg)}</div>', format="html")
        if self.content:
            caption = nodes.Element()
            self.state.nested_parse(self.content, self.content_offset, caption)
            figure += nodes.caption("", "", *caption[0].children)
        return [figure]


def setup(app):
    app.add_directive("picture", Picture)
    return {"parallel_read_safe": True}
