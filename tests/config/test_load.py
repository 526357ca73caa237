"""`./village bench load` in short: nobody is answered wrongly, and all that was acknowledged is there, once."""

from pathlib import Path
from shutil import copytree

import pytest
from tests.browser.serving import manage

from smartbarleben.config.benching import load
from smartbarleben.config.benching.residents import Diary, address_of

TAKEN = {"a" * 32: "K-1", "b" * 32: "K-2"}
FIRST, SECOND = map(address_of, TAKEN)


@pytest.mark.parametrize(
    ("marks", "files", "written", "sent", "seen"),
    [
        ({"a" * 32: ["K-1"], "b" * 32: ["K-2"]}, 1, {FIRST: 1, SECOND: 1}, {FIRST: 1, SECOND: 1}, (0, 0, 0, 0, 0)),
        ({"a" * 32: ["K-1"]}, 1, {FIRST: 1, SECOND: 1}, {FIRST: 1, SECOND: 1}, (1, 0, 0, 0, 0)),
        ({"a" * 32: ["K-1", "K-3"], "b" * 32: ["K-2"]}, 0, {FIRST: 1}, {FIRST: 1}, (0, 1, 1, 1, 0)),
        # One mail twice does not make up for another that never went.
        ({"a" * 32: ["K-1"], "b" * 32: ["K-2"]}, 1, {FIRST: 2, SECOND: 1}, {FIRST: 2}, (0, 0, 0, 1, 1)),
        ({"a" * 32: ["K-1"], "b" * 32: ["K-2"]}, 1, {FIRST: 2, SECOND: 1}, {FIRST: 2, SECOND: 1}, (0, 0, 0, 0, 1)),
    ],
)
def test_what_is_lost_or_doubled_is_seen(
    marks: dict[str, list[str]], files: int, written: dict[str, int], sent: dict[str, int], seen: tuple[int, ...]
) -> None:
    report = load.Report(residents=2, seconds=1)
    found = {"marks": marks, "files": files, "written": written, "sent": sent}
    load.judge(report, Diary(taken=TAKEN, files=1), found)
    counted = (report.missing, report.doubled, report.files_missing, report.mails_missing, report.mails_doubled)
    assert counted == seen
    assert report.is_good is (not any(seen))


@pytest.mark.endurance
@pytest.mark.slow
@pytest.mark.sqlite_only
def test_twenty_residents_for_ten_seconds(
    opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DATABASE_URL", "SMARTBARLEBEN_MAIL_URL", "SMARTBARLEBEN_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    data = copytree(opened, tmp_path / "data")
    manage(data, "smartbarleben", "migrate", "-v", "0")
    report = load.run(data, residents=20, seconds=10, think_s=2)
    load._print(report)
    said = capsys.readouterr().out + (data / "served.log").read_text(errors="replace")[-3000:]
    assert report.is_good, said
    assert report.acknowledged > 0, said
    assert sum(row["count"] for row in report.rows) > 50, said
    logs = [path.name.split("-")[0] for path in (data / "logs").iterdir()]
    # The worker has nothing to say when all goes well.
    assert "web" in logs
    assert set(logs) <= {"background", "web"}
    lines = "".join(path.read_text() for path in (data / "logs").iterdir())
    assert "Erika Versuch" not in lines
    assert "@example.org" not in lines
