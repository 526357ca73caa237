"""What goes into the vendor folder: little, complete, the same each time."""

import gzip
import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from smartbarleben import ui
from smartbarleben.ui import assets

ROOT = Path(ui.__file__).parents[3]
STATIC = Path(ui.__file__).parent / "static" / "ui"


@pytest.fixture(scope="module")
def vendor(tmp_path_factory) -> Path:
    target = tmp_path_factory.mktemp("vendor")
    assets.collect(ROOT / "node_modules", target)
    return target


def test_collecting_twice_gives_the_same_bytes(vendor, tmp_path):
    files = assets.collect(ROOT / "node_modules", tmp_path)
    assert len(files) == len(set(files))
    for path in files:
        assert path.read_bytes() == (vendor / path.relative_to(tmp_path)).read_bytes()


def test_every_address_in_our_stylesheets_leads_to_a_file(vendor):
    for sheet in [*STATIC.glob("*.css"), *vendor.rglob("*.css")]:
        for address in re.findall(r'url\("?([^")]+)', sheet.read_text("utf-8")):
            target = (
                vendor / address.removeprefix("../vendor/") if "../vendor/" in address else sheet.parent / address
            )
            assert target.exists(), f"{sheet.name}: {address}"


def test_nothing_points_to_a_source_map(vendor):
    for path in [*vendor.rglob("*.js"), *vendor.rglob("*.css")]:
        assert "sourceMappingURL" not in path.read_text("utf-8")


def test_no_stylesheet_uses_a_side_that_does_not_turn_round(vendor):
    for sheet in [*STATIC.glob("*.css"), *vendor.rglob("*.css")]:
        if sheet.name in ("print.css",):
            continue
        text = sheet.read_text("utf-8")
        assert not re.findall(
            r"(?:margin|padding|border)-(?:left|right):|float: ?left|text-align: ?(?:left|right)", text
        )


def test_a_german_page_weighs_less_than_100_kilobytes(vendor):
    styles = [vendor / "kern/kern.min.css", *(STATIC / f"{name}.css" for name in ("tokens", "base", "layout"))]
    texts = [*styles, STATIC / "components.css", STATIC / "print.css", STATIC / "ui.js", STATIC / "icon.svg"]
    fonts = [vendor / f"fonts/fira-sans-latin-{weight}-normal.woff2" for weight in (400, 600)]
    weight = sum(len(gzip.compress(path.read_bytes())) for path in texts)
    weight += sum(path.stat().st_size for path in fonts)
    # The rest of the 100 kB is the page itself.
    assert weight < 80_000
    assert (STATIC / "ui.js").stat().st_size < 6_000


def test_stylesheet_and_fonts_agree_about_letters():
    faces = dict(
        re.findall(
            r'vendor/fonts/([\w-]+)-400-normal.woff2".*?unicode-range: ([^;]+);',
            (STATIC / "base.css").read_text("utf-8"),
        )
    )
    assert set(assets.LETTERS) <= {name.rpartition("-")[2] for name in faces}
    for script, letters in assets.LETTERS.items():
        assert [ranges for name, ranges in faces.items() if name.endswith(f"-{script}")] == [letters]
    for name, ranges in faces.items():
        others = {point for other, them in faces.items() if other != name for point in assets.code_points(them)}
        shared = set(assets.code_points(ranges)) & others - set(assets.code_points("U+0301, U+200C-200F"))
        assert not shared, f"{name} would be loaded for letters of other files: {sorted(map(hex, shared))}"


def test_our_own_texts_need_no_other_font(vendor):
    """Every letter of the interface and of the village's data is in a font that we ship."""
    shipped = {ord(sign) for sign in "\n\r\t"}
    for font in (vendor / "fonts").glob("*-400-*.woff2"):
        shipped |= set(TTFont(font).getBestCmap())
    texts = [*(ROOT / "src").rglob("*.po"), *(ROOT / "data").rglob("*.yaml")]
    missing = {sign for path in texts for sign in path.read_text("utf-8") if ord(sign) not in shipped}
    # Every system has arrows, and a mark of direction has no shape.
    assert missing <= {"→", "\u200f"}, missing


def test_a_selector_list_keeps_only_what_we_use():
    css = "*{margin:0}.kern-btn,.kern-dialog{color:red}.kern-btn .kern-icon{x:y}"
    css += "@media print{.kern-card{a:b}.kern-label{c:d}}"
    assert assets.subset(css) == ".kern-btn{color:red}@media print{.kern-label{c:d}}"


def test_a_missing_package_names_the_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"kern\.min\.css"):
        assets.collect(tmp_path, tmp_path / "out")
