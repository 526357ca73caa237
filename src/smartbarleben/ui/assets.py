"""Takes from the npm packages what the pages load: `python -m smartbarleben.ui.assets NODE_MODULES TARGET`.

Only the standard library, because it runs before anything else is installed. The result depends on nothing but the
packages' contents: the same input gives the same bytes.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

# KERN's components that our macros use. Everything else (icons as data addresses, grid, utilities, palettes) is left
# out: that turns 340 kB into some 30.
COMPONENTS = ("btn", "label", "hint", "error", "fieldset", "form-input", "form-check")
_SPEAKS_OF_KERN = re.compile(r"\.kern-([a-z]+(?:-[a-z]+)*)")
# KERN is written for left-to-right pages; ours turn round for Arabic.
_LOGICAL = {
    "padding-left:": "padding-inline-start:",
    "padding-right:": "padding-inline-end:",
    "margin-left:": "margin-inline-start:",
    "margin-right:": "margin-inline-end:",
    "border-left:": "border-inline-start:",
    "float:left": "float:inline-start",
    "clear:left": "clear:inline-start",
}
_DATA_ADDRESS = re.compile(r"url\(\s*[\"']?data:")

FONTS = (
    *(
        ("@fontsource/fira-sans", f"fira-sans-{script}-{weight}-normal.woff2")
        for script in ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
        for weight in (400, 600)
    ),
    *(("@fontsource/noto-sans-arabic", f"noto-sans-arabic-arabic-{weight}-normal.woff2") for weight in (400, 600)),
)
LICENCES = (
    ("@kern-ux/native/LICENSE.md", "kern/LICENSE.md"),
    ("@fontsource/fira-sans/LICENSE", "fonts/fira-sans.LICENSE.txt"),
    ("@fontsource/noto-sans-arabic/LICENSE", "fonts/noto-sans-arabic.LICENSE.txt"),
)


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """The top-level rules of a minified stylesheet as (head, body without the outer braces)."""
    depth = start = opened = 0
    for position, sign in enumerate(css):
        if sign == "{":
            depth += 1
            if depth == 1:
                opened = position
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield css[start:opened].strip(), css[opened + 1 : position]
                start = position + 1


def _wanted(selector: str) -> bool:
    names = _SPEAKS_OF_KERN.findall(selector)
    return bool(names) and all(any(name == c or name.startswith(f"{c}-") for c in COMPONENTS) for name in names)


def subset(css: str) -> str:
    """KERN's stylesheet reduced to the rules of `COMPONENTS`. Their tokens come from our `tokens.css`."""
    kept: list[str] = []
    for head, body in _rules(css.removeprefix('@charset "UTF-8";')):
        if head.startswith("@media"):
            inner = subset(body)
            if inner:
                kept.append(f"{head}{{{inner}}}")
        elif not head.startswith("@") and not _DATA_ADDRESS.search(body):
            selectors = [one for one in _split_selectors(head) if _wanted(one)]
            if selectors:
                kept.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(kept)


def _split_selectors(head: str) -> list[str]:
    """Splits a selector list at its top-level commas."""
    parts, depth, start = [], 0, 0
    for position, sign in enumerate(head):
        if sign == "(":
            depth += 1
        elif sign == ")":
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(head[start:position])
            start = position + 1
    return [*parts, head[start:]]


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def collect(node_modules: Path, target: Path) -> list[Path]:
    """Copy the files that the pages load into `target` and return them. Raises FileNotFoundError with the path of a
    file that the installed packages lack."""
    made: list[Path] = []

    kern = target / "kern" / "kern.min.css"
    kern.parent.mkdir(parents=True, exist_ok=True)
    css = subset((node_modules / "@kern-ux/native/dist/kern.min.css").read_text("utf-8"))
    for physical, logical in _LOGICAL.items():
        css = css.replace(physical, logical)
    # In a layer of its own: whatever our stylesheets say comes after KERN, however specific its selectors are.
    kern.write_text(f"@layer kern{{{css}}}", "utf-8")
    made.append(kern)

    for package, name in FONTS:
        _copy(node_modules / package / "files" / name, target / "fonts" / name)
        made.append(target / "fonts" / name)
    for source, name in LICENCES:
        _copy(node_modules / source, target / name)
        made.append(target / name)

    htmx = target / "htmx.min.js"
    script = (node_modules / "htmx.org/dist/htmx.min.js").read_text("utf-8")
    # A manifest storage looks for the map that a comment names; we don't ship it.
    htmx.write_text(re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "", script), "utf-8")
    made.append(htmx)
    return made


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m smartbarleben.ui.assets NODE_MODULES TARGET")
    for path in collect(Path(sys.argv[1]), Path(sys.argv[2])):
        print(path)
