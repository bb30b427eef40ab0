"""Mends three faults of Debian's furo: its parts are not bundled, and its style sheet was compiled without dark mode
for those who have not chosen one. A furo that is whole is left as it is."""
import re
from pathlib import Path


normalize = Path("/usr/share/nodejs/normalize.css/normalize.css")
theme = Path("scripts/furo.js"), Path("scripts/gumshoe-patched.js"), Path("styles/furo.css")


def bundle_scripts(static):
    """The theme's script imports another one, which only modules may do, and these not from a file."""
    script, gumshoe, _ = (static / path for path in theme)
    lines = script.read_text().splitlines(keepends=True)
    if lines[0].startswith("import Gumshoe"):
        script.write_text(gumshoe.read_text() + "".join(lines[1:]))


def bundle_styles(static):
    """normalize.css is looked for at the root of a Debian web server."""
    sheet = static / theme[2]
    css = sheet.read_text()
    css = re.sub(r"@import url\(/javascript/normalize\.css.*?\);", lambda _: normalize.read_text(), css)
    sheet.write_text(css + dark_if_preferred(css))


def dark_if_preferred(css):
    """The rules for the dark theme once more, for a reader whose system is dark and who chose nothing."""
    if "prefers-color-scheme: dark" in css or "prefers-color-scheme:dark" in css:
        return ""
    rules = re.findall(r'[^{}]*body\[data-theme="dark"\][^{}]*\{[^{}]*\}', css)
    rules = [rule for rule in rules if "theme-toggle" not in rule]  # the button shows what was chosen
    dark = "\n".join(rules).replace('body[data-theme="dark"]', 'body:not([data-theme="light"])')
    return "\n@media not print { @media (prefers-color-scheme: dark) {" + dark + "\n}}\n"


def mend(app, exception):
    static = Path(app.outdir) / "_static"
    if exception is None and app.builder.name == "html":
        bundle_scripts(static)
        bundle_styles(static)


def setup(app):
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True}
