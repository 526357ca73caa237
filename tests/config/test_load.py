"""`./village bench load` in short: nobody is answered wrongly, and all that was acknowledged is there, once."""

from pathlib import Path
from shutil import copytree

import pytest
from tests.browser.serving import manage

from smartbarleben.config.benching import load

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]


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
    assert sorted(set(logs)) == ["background", "web"], "each process writes a log of its own"
    lines = "".join(path.read_text() for path in (data / "logs").iterdir())
    assert "Erika Versuch" not in lines
    assert "@example.org" not in lines
