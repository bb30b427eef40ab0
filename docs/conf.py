"""The site: ./dev docs builds it, and HACKING.md says what lies where."""
import sys
from pathlib import Path

here = Path(__file__).parent
sys.path.insert(0, str(here / "extensions"))

project = "eingrad"
language = "en"
extensions = ["myst_parser", "sphinx.ext.mathjax", "furo_for_debian", "pictures", "reference", "solutions"]
exclude_patterns = ["course/recorded"]
smartquotes = False

myst_enable_extensions = ["amsmath", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # derivations that are included begin at a lower heading

html_theme = "furo"
html_title = "eingrad"
html_static_path = ["style", "../build/npm/node_modules/mathjax/es5/tex-svg.js"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_show_copyright = False
html_copy_source = False
html_show_search_summary = False  # it fetches pages, which files may not
mathjax_path = "tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}}  # its menu would load what is not here

highlight_language = "text"
pygments_style = "friendly"
pygments_dark_style = "github-dark"
primary_domain = "cpp"
