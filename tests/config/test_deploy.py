"""What deploy/ ships fits the program: paths that exist, words that ./village knows, settings that it reads."""

import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from smartbarleben.config import cli, paths, serve

DEPLOY = paths.ROOT / "deploy"
UNITS = sorted(path for path in (DEPLOY / "systemd").iterdir() if path.is_file())
SERVICES = [unit for unit in UNITS if unit.suffix == ".service"]
PROGRAM, DATA = "/srv/village/program", "/srv/village/data"
OPERATIONS = paths.ROOT / "docs" / "operations.md"


def settings_read() -> set[str]:
    """Every variable that the program's sources name, those with a common beginning spelled out by the docs."""
    docs = (paths.ROOT / "docs" / "operators.md").read_text() + (paths.ROOT / "docs" / "watching.md").read_text()
    return set(re.findall(r"SMARTBARLEBEN_[A-Z_]+[A-Z]", docs)) | {"DATABASE_URL"}


def is_understood(words: list[str]) -> None:
    """Fails where ./village would not understand its arguments."""
    _data, rest = cli.take_data(words)
    name, arguments = cli.find(rest)
    if name == "start":
        serve.parse(arguments)


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_units_start_what_the_program_understands(unit: Path) -> None:
    [command] = re.findall(r"^ExecStart=(.+)$", unit.read_text(), re.MULTILINE)
    program, *words = shlex.split(command.replace("%i", "8001"))
    assert program == f"{PROGRAM}/village"
    assert words[:2] == ["--data", DATA]
    is_understood(words)


def test_each_service_is_hardened_and_may_write_its_data() -> None:
    assert {unit.name.partition("-")[0] for unit in SERVICES} == {"smartbarleben"}, "house.conf is for these names"
    house = (DEPLOY / "systemd" / "smartbarleben-.service.d" / "house.conf").read_text()
    for line in ("NoNewPrivileges=yes", "ProtectSystem=strict", "User=village", "CapabilityBoundingSet="):
        assert line in house.splitlines()
    assert re.search(rf"^ReadWritePaths={DATA} ", house, re.MULTILINE)


def test_systemd_takes_the_units(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd-analyze is missing. On Debian and Ubuntu: apt install systemd")
    (tmp_path / "settings.env").touch()
    for source in (DEPLOY / "systemd").rglob("*.*"):
        if source.is_file():
            name = (
                str(source.relative_to(DEPLOY / "systemd")).replace("web@.", "web@8001.").replace("work@.", "work@1.")
            )
            target = tmp_path / name
            target.parent.mkdir(exist_ok=True)
            text = source.read_text().replace(PROGRAM, str(paths.ROOT))
            target.write_text(text.replace("/etc/smartbarleben.env", str(tmp_path / "settings.env")))
    units = [path for path in tmp_path.iterdir() if path.suffix in {".service", ".target"}]
    assert len(units) == len(UNITS) == 4
    told = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}
    checked = subprocess.run([analyze, "verify", *units], env=told, capture_output=True, text=True)
    ours = [line for line in checked.stderr.splitlines() if "smartbarleben" in line]
    assert checked.returncode == 0, checked.stderr
    assert ours == []
    for unit in units:
        if unit.suffix == ".service":
            # Its own scale, from 0 (nothing to attack) to 10; 2.0 is "ok".
            words = ["security", "--offline=true", "--no-pager", "--threshold=20", str(unit)]
            judged = subprocess.run([analyze, *words], env=told, capture_output=True, text=True)
            assert judged.returncode == 0, judged.stdout[-1500:] + judged.stderr


def test_the_image_is_made_of_what_is_there() -> None:
    text = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ")
    sources = [source for words in re.findall(r"^COPY (.+) \S+$", text, re.MULTILINE) for source in words.split()]
    assert {"village", "src", "data", "requirements.txt"} <= set(sources)
    assert [source for source in sources if not (paths.ROOT / source).exists()] == []
    ignored = (paths.ROOT / ".dockerignore").read_text().split()
    assert set(sources).isdisjoint(ignored)
    assert {".git", "village-data", ".venv"} <= set(ignored)
    for command in re.findall(r"\./village ([^&\n\"]+?) &&", text):
        is_understood(shlex.split(command))
    [start] = re.findall(r"^CMD (\[.+\])$", text, re.MULTILINE)
    is_understood(re.findall(r'"([^"]+)"', start))
    told = set(re.findall(r"(SMARTBARLEBEN_[A-Z_]+)=", text))
    assert told <= settings_read()
    assert text.index("USER 10001") < text.index("ENTRYPOINT"), "it does not run as root"
    # What the program reads beside its sources is copied, or a backup out of the container fails.
    assert read_beside_the_sources() <= set(sources)
    # What the locks ask for is copied: a lock that another lock's packages need would be missed in the image only.
    assert {"requirements-node.txt", "package-lock.json"} <= set(sources)


def read_beside_the_sources() -> set[str]:
    """Files at the top of the checkout that a running village opens."""
    files = {path.name for path in paths.ROOT.iterdir() if path.is_file()}
    text = "".join(path.read_text(encoding="utf-8") for path in (paths.ROOT / "src" / "smartbarleben").rglob("*.py"))
    named = set(re.findall(r'ROOT / "([^"]+)"', text)) | set(re.findall(r"ROOT / '([^']+)'", text))
    assert "pyproject.toml" in named
    return named & files


def instructions() -> list[tuple[str, str]]:
    """The instructions of the Containerfile with their words, comments and continued lines joined."""
    lines = [line for line in (DEPLOY / "Containerfile").read_text().splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", " ")
    return [(name, words) for name, _blank, words in (line.partition(" ") for line in joined.splitlines() if line)]


def test_the_image_keeps_to_what_careful_people_ask_of_one() -> None:
    """Nobody builds it here, so what can be read off it is."""
    found = instructions()
    names = [name for name, _words in found]
    of = {name: [words for one, words in found if one == name] for name in names}
    known = {"FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "VOLUME", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD"}
    assert set(names) <= known, "ADD fetches from anywhere; ARG and LABEL have no use here"
    [base] = of["FROM"]
    image, _colon, tag = base.partition(":")
    assert image == "python"
    version = tuple(map(int, tag.partition("-")[0].split(".")))
    wanted = re.search(r'requires-python = ">=(\d+)\.(\d+)"', (paths.ROOT / "pyproject.toml").read_text())
    assert wanted is not None
    assert version >= tuple(map(int, wanted.groups()))
    assert tag.endswith("-trixie"), "a base without a name of its release changes overnight"
    for command in of["RUN"]:
        assert "sudo" not in command
        assert not re.search(r"curl|wget|\bpip\b", command), "packages come by the locks"
        if "apt-get install" in command:
            assert "--no-install-recommends" in command
            assert "rm -rf /var/lib/apt/lists/*" in command
    assert of["USER"] == ["10001"], "by its number, so that a cluster can see that it is not root"
    assert f"--uid {of['USER'][0]} " in " ".join(of["RUN"])
    assert names.index("USER") > max(place for place, name in enumerate(names) if name in {"RUN", "COPY"})
    for name in ("ENTRYPOINT", "CMD"):
        assert isinstance(json.loads(of[name][0]), list), "as a shell, it would keep signals from the program"
    [check] = of["HEALTHCHECK"]
    [port] = of["EXPOSE"]
    assert f"http://127.0.0.1:{port}/healthz" in check
    assert int(port) == serve.PORT
    limit = re.search(r"--timeout=(\d+)s", check)
    inside = re.search(r"timeout=(\d+)\)", check)
    assert limit is not None
    assert inside is not None
    assert int(inside[1]) < int(limit[1])
    assert not [words for words in of["ENV"] if re.search(r"KEY|TOKEN|PASSWORD|SECRET", words)]


def test_the_settings_file_names_settings_that_exist() -> None:
    text = (DEPLOY / "smartbarleben.env").read_text()
    named = re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE)
    assert "SMARTBARLEBEN_BASE_URL" in named
    assert set(named) <= settings_read()


def test_both_proxies_name_the_visitor_and_drop_headers_with_underscores() -> None:
    caddy, nginx = (DEPLOY / "Caddyfile").read_text(), (DEPLOY / "nginx.conf").read_text()
    assert "request_header -*_*" in caddy, "Caddy sets X-Forwarded-For itself, nginx drops underscores itself"
    assert "underscores_in_headers" not in nginx
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in nginx
    assert "access_log off;" in nginx, "addresses of cases are keys"


def test_caddy_takes_its_file() -> None:
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("caddy is missing. On Debian and Ubuntu: apt install caddy")
    words = ["validate", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"]
    checked = subprocess.run([caddy, *words], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr


def test_the_guide_names_every_file_and_only_files_that_exist() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    shipped = {str(path.relative_to(paths.ROOT)) for path in DEPLOY.rglob("*") if path.is_file()}
    named = set(re.findall(r"\]\(\.\./(deploy/[^)#]+)\)", text))
    assert named == shipped
