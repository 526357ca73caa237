"""Which licences meet in a running village, and whether they may be handed on together under the EUPL-1.2. Pure.

Judged is what the program brings along or lets the set-up fetch for running; tools of the tests are listed too. It is
a check by names, no legal advice: what it does not know it calls unknown, and never fine.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Permissive licences, and those with which the EUPL's own list of compatible licences lets works be joined. Weak
# copyleft that keeps to its own files (MPL, LGPL) is unchanged beside ours, and its sources are public.
PERMISSIVE = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0", "MIT-CMU", "HPND",
        "PSF-2.0", "Python-2.0", "Unlicense", "Zlib", "BlueOak-1.0.0", "OFL-1.1", "CC-BY-4.0",
    }
)  # fmt: skip
BESIDE = frozenset(
    {"LGPL-2.1-or-later", "LGPL-2.1-only", "LGPL-3.0-only", "LGPL-3.0-or-later", "MPL-1.1", "MPL-2.0", "EUPL-1.2"}
)
# Whoever hands on a work joined with one of these hands the whole on under it: allowed by the EUPL, but our choice.
TAKES_OVER = frozenset(
    {"GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "AGPL-3.0-only", "AGPL-3.0-or-later"}
)
# How packages name licences that have a name in the list of SPDX.
_NAMES = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license, version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd-0-clause": "0BSD",
    "gnu general public license v2 or later (gplv2+)": "GPL-2.0-or-later",
    "gnu lesser general public license v2 or later (lgplv2+)": "LGPL-2.1-or-later",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
    "isc license": "ISC",
    "isc license (iscl)": "ISC",
    "mit license": "MIT",
    "mit no attribution": "MIT-0",
    "mozilla public license 1.1 (mpl 1.1)": "MPL-1.1",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "psfl": "PSF-2.0",
    "python software foundation license": "PSF-2.0",
    "the unlicense (unlicense)": "Unlicense",
}
_KNOWN = PERMISSIVE | BESIDE | TAKES_OVER
_BY_CASE = {name.lower(): name for name in _KNOWN}
# Words of classifiers that name no licence.
_SILENT = {"osi approved", "other/proprietary license", "dual license"}


@dataclass(frozen=True, slots=True)
class Package:
    """One package: where it comes from ("Python", "npm"), its name and version, its licence by SPDX, "" if unknown.

    ``for_tests``: it is there for tests only and never part of a village.
    """

    origin: str
    name: str
    version: str
    licence: str
    for_tests: bool = False

    @property
    def problem(self) -> str:
        """Why it may not be handed on with the program as it is, or ""."""
        return "" if self.for_tests and self.licence else judge(self.licence)


def named(*words: str) -> str:
    """The licence in the words of SPDX, from what a package says about itself, the surest first; "" for none.

    Several classifiers are a choice, as packages use them.
    """
    for word in words:
        text = word.strip()
        if not text or text.lower() in _SILENT or "\n" in text:
            continue
        if found := _expression(text):
            return found
    return ""


def chosen(names: Iterable[str]) -> str:
    """The licences among which a package leaves the choice, as one expression; "" where none is known."""
    found = list(dict.fromkeys(one for name in names if (one := named(name))))
    return " OR ".join(found)


def _one(name: str) -> str:
    plain = " ".join(name.split()).lower()
    return _NAMES.get(plain) or _BY_CASE.get(plain, "")


def _expression(text: str) -> str:
    if found := _one(text):
        return found
    parts = re.split(r"\s+(AND|OR)\s+", text.strip("() "))
    names = [_one(part.strip("() ")) for part in parts[::2]]
    if len(parts) == 1 or not all(names):
        return ""
    return " ".join(part for pair in zip(names, [*parts[1::2], ""], strict=True) for part in pair if part)


def judge(licence: str) -> str:
    """Why works under this licence may not be handed on together with ours as they are, or "" where they may."""
    if not licence:
        return "its licence is unknown"
    choices = re.split(r"\s+OR\s+", licence)
    for choice in choices:
        if all(part in PERMISSIVE | BESIDE for part in re.split(r"\s+AND\s+", choice)):
            return ""
    if any(part in TAKES_OVER for part in re.split(r"\s+(?:AND|OR)\s+", licence)):
        return f"under {licence} the whole would have to go under that licence"
    return f"{licence} is not known to go together with EUPL-1.2"
