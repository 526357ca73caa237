"""What may stand in a log: words of the program, never what a person wrote. Pure.

Messages of exceptions quote what was typed ("invalid literal for int(): 'Erika'"), so of most kinds only the name is
written; of those whose words help an operator the words stay, without anything in quotes. What a quotation holds may
have quotation marks of its own, and a message that was cut may have none at the end.
"""

import linecache
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[3]
_QUOTED = (
    r""""(?:\\.|[^\\])*?(?:"(?!\w)|\\?\Z)""",
    r"""(?<!\w)'(?:\\.|[^\\])*?(?:'(?!\w)|\\?\Z)""",
    r"„[^“”]*(?:[“”]|\Z)",
    r"<(?:.*>|.*\Z)",
)
_REPLACED = (
    (re.compile("|".join(_QUOTED), re.DOTALL), "'…'"),
    (re.compile(r"[^\s@<>\"'(),;]+@[^\s@<>\"'(),;]+"), "…@…"),
    # SQLite says so of words before a colon in a search, too.
    (re.compile(r"(no such column:) \S+"), r"\1 …"),
    (re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.])"), "…"),
    (re.compile(r"(?<![\w:])(?=[0-9a-fA-F:]*:[0-9a-fA-F]*:)[0-9a-fA-F:]{4,}(?![\w:])"), "…"),
    (re.compile(r"(?:https?:/)?/[^\s,;)]+"), "/…"),
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)[\w-]{16,}"), "…"),
    (re.compile(r"\+?\d(?:[ ./-]?\d){5,}"), "…"),
)
# Kinds whose message is about the program or the machine.
_TELLING = frozenset({"OperationalError", "InterfaceError", "ProgrammingError", "ImproperlyConfigured", "TypeError"})
_MOST_FRAMES = 40
# Longer messages hold what somebody sent, and would take long to look through.
_LONGEST = 2_000


def scrubbed(text: str) -> str:
    """A message without addresses, quotations, paths, long numbers and keys, in one line."""
    text = text[:_LONGEST]
    for pattern, stands_for in _REPLACED:
        text = pattern.sub(stands_for, text)
    return " ".join(text.split())[:500]


def named(problem: BaseException) -> str:
    """An exception's kind, with those of its words that cannot be a person's."""
    kind = type(problem).__name__
    if isinstance(problem, AttributeError | NameError | ImportError):
        return f"{kind}: {problem.name}" if problem.name and _is_in_the_program(problem, problem.name) else kind
    if isinstance(problem, OSError) and isinstance(problem.strerror, str):
        return f"{kind}: {scrubbed(problem.strerror)}"
    if kind in _TELLING:
        # PostgreSQL's second line is DETAIL, with the row's values.
        return f"{kind}: {scrubbed(str(problem).partition(chr(10))[0])}"
    return kind


def _is_in_the_program(problem: BaseException, name: str) -> bool:
    """Whether a name that was missing stands in the code on the way: `getattr` may be asked for what was typed."""
    trace, words = problem.__traceback__, set(name.split("."))
    while trace is not None:
        code = trace.tb_frame.f_code
        # What is imported is one name with dots.
        known = {
            word for given in (*code.co_names, *code.co_varnames, *code.co_freevars) for word in given.split(".")
        }
        if words <= known:
            return True
        trace = trace.tb_next
    return False


def traced(problem: BaseException) -> list[str]:
    """The way to an exception and to those behind it: file, line, function and what the program says there."""
    lines: list[str] = []
    seen: set[int] = set()
    one: BaseException | None = problem
    while one is not None and id(one) not in seen and len(lines) < _MOST_FRAMES:
        seen.add(id(one))
        lines += [*_frames(one.__traceback__), named(one)]
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
    return lines


def _frames(trace: TracebackType | None) -> Iterator[str]:
    frames = []
    while trace is not None:
        frames.append((trace.tb_frame.f_code, trace.tb_lineno))
        trace = trace.tb_next
    for code, number in frames[-_MOST_FRAMES:]:
        text = linecache.getline(code.co_filename, number).strip()
        yield f"{_short(code.co_filename)}:{number} {code.co_name}: {text}"


def _short(name: str) -> str:
    for start in (str(ROOT / "src"), *sorted(sys.path, key=len, reverse=True)):
        if start and name.startswith(start):
            return name[len(start) :].lstrip("/\\")
    return name
