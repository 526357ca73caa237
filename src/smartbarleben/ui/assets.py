"""Takes from the npm packages what the pages load: `python -m smartbarleben.ui.assets NODE_MODULES TARGET`.

The result depends on nothing but the packages' contents: the same input gives the same bytes.
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

# Of a font a page loads the letters of its language and no others: that turns 100 kB of Arabic or Polish into 25.
# base.css names the same ranges. What none of them holds, like a Czech name, comes from the whole file.
LETTERS = {
    "latin": (
        "U+0020-007E, U+00A0-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+2000-206F, U+20AC, "
        "U+2122, U+2190-2193, U+2212, U+2215, U+FEFF, U+FFFD"
    ),
    "polish": "U+0104-0107, U+0118-0119, U+0141-0144, U+015A-015B, U+0179-017C",
    "cyrillic": "U+0301, U+0400-045F, U+0490-0491, U+2116",
    "arabic": (
        "U+060C, U+061B, U+061F, U+0621-063A, U+0640-0652, U+0660-066C, U+0670, U+067E, U+0686, U+0698, U+06A4, "
        "U+06A9, U+06AF, U+06CC, U+06F0-06F9, U+200C-200F"
    ),
}
# Package, script in its files' names, our script: without an entry in LETTERS the file is taken as it is.
_SCRIPTS = (
    ("@fontsource/fira-sans", "latin", "latin"),
    ("@fontsource/fira-sans", "latin-ext", "polish"),
    ("@fontsource/fira-sans", "latin-ext", "latin-ext"),
    ("@fontsource/fira-sans", "cyrillic", "cyrillic"),
    ("@fontsource/fira-sans", "cyrillic-ext", "cyrillic-ext"),
    ("@fontsource/noto-sans-arabic", "arabic", "arabic"),
)
FONTS = tuple(
    (
        f"{package}/files/{package.rpartition('/')[2]}-{theirs}-{weight}-normal.woff2",
        f"{package.rpartition('/')[2]}-{ours}-{weight}-normal.woff2",
        LETTERS.get(ours),
    )
    for package, theirs, ours in _SCRIPTS
    for weight in (400, 600)
)
LICENCES = (
    ("@kern-ux/native/LICENSE.md", "kern/LICENSE.md"),
    ("@fontsource/fira-sans/LICENSE", "fonts/fira-sans.LICENSE.txt"),
    ("@fontsource/noto-sans-arabic/LICENSE", "fonts/noto-sans-arabic.LICENSE.txt"),
    ("altcha/LICENSE.txt", "altcha/LICENSE.txt"),
    ("maplibre-gl/LICENSE.txt", "maplibre/LICENSE.txt"),
)
# Of ALTCHA a form loads the calculation only: its widget would weigh thirty times as much and speak its own words.
WORKERS = (("altcha/dist/workers/pbkdf2.js", "altcha/pbkdf2.js"),)

# Only the page of the map loads them. Of the library's own styles we need a dozen rules, which stand in ui/map.css.
_MAPLIBRE = ("maplibre-gl.mjs", "maplibre-gl-worker.mjs")
_SOURCE_MAP = re.compile(r"\n?//# sourceMappingURL=\S+\s*$")


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


def code_points(letters: str) -> list[int]:
    """The code points of a CSS unicode-range ("U+0020-007E, U+20AC")."""
    found: list[int] = []
    for part in letters.split(","):
        first, _to, last = part.strip().removeprefix("U+").partition("-")
        found += range(int(first, 16), int(last or first, 16) + 1)
    return found


def cut_font(source: Path, target: Path, letters: str) -> None:
    """Write the letters of a CSS unicode-range, with everything that joins and places them, as a font of its own."""
    from fontTools import subset as fonts

    options = fonts.Options(flavor="woff2", layout_features=["*"], hinting=False)
    font = fonts.load_font(str(source), options)
    cutter = fonts.Subsetter(options)
    cutter.populate(unicodes=code_points(letters))
    cutter.subset(font)
    target.parent.mkdir(parents=True, exist_ok=True)
    fonts.save_font(font, str(target), options)
    font.close()


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _text(target: Path, text: str) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8")
    return target


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

    for source, name, letters in FONTS:
        if letters is None:
            _copy(node_modules / source, target / "fonts" / name)
        else:
            cut_font(node_modules / source, target / "fonts" / name, letters)
        made.append(target / "fonts" / name)
    for source, name in LICENCES + WORKERS:
        _copy(node_modules / source, target / name)
        made.append(target / name)

    # A manifest storage looks for the map that a comment names; we don't ship it.
    scripts = [("htmx.org/dist/htmx.min.js", "htmx.min.js")]
    scripts += [(f"maplibre-gl/dist/{name}", f"maplibre/{name}") for name in _MAPLIBRE]
    for source, name in scripts:
        made.append(_text(target / name, _SOURCE_MAP.sub("", (node_modules / source).read_text("utf-8"))))
    # The package's modules ask for another package by its bare name; its script is whole, so it becomes the module.
    reader = _SOURCE_MAP.sub("", (node_modules / "pmtiles/dist/pmtiles.js").read_text("utf-8"))
    made.append(_text(target / "pmtiles/pmtiles.mjs", f"{reader}\nexport const {{ PMTiles, Protocol }} = pmtiles;\n"))
    return made


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python -m smartbarleben.ui.assets NODE_MODULES TARGET")
    for path in collect(Path(sys.argv[1]), Path(sys.argv[2])):
        print(path)
