"""The town hall's mailbox on a real IMAP server."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.cases import imap_server
from tests.cases.imap_server import ImapServer
from tests.cases.mails import mail

from smartbarleben.cases import mailbox
from smartbarleben.cases.letter_parts import BEGINNING
from smartbarleben.cases.mailbox import MailboxTrouble, access, imap

LONG_AGO = date(2020, 1, 1)


@pytest.fixture(scope="module")
def running() -> Iterator[ImapServer]:
    with imap_server.running() as found:
        yield found


@pytest.fixture
def server(running: ImapServer) -> ImapServer:
    running.clear()
    return running


@pytest.fixture
def mortal() -> Iterator[ImapServer]:
    """A server of the test's own, to take away."""
    with imap_server.running() as found:
        yield found


def test_a_mail_is_fetched_unread_and_put_aside(server: ImapServer) -> None:
    server.deliver(mail("eins"), mail("zwei"))
    with imap(server.url) as box:
        waiting = box.waiting(LONG_AGO, 50)
        assert [found.size for found in waiting] == [len(mail("eins")), len(mail("zwei"))]
        fetched = box.fetch(waiting[0])
        assert fetched is not None
        assert (fetched.raw, fetched.cut) == (mail("eins"), False)
        assert all(b"\\Seen" not in line for line in server.flags())
        box.put_aside(waiting[0])
        assert box.fetch(waiting[0]) is None
        assert box.waiting(LONG_AGO, 50) == waiting[1:]
    assert server.mails() == [mail("zwei")]
    assert server.mails("SmartBarleben") == [mail("eins")]


def test_the_folder_is_made_once_and_may_have_another_name(server: ImapServer) -> None:
    server.deliver(mail("eins"), mail("zwei"))
    for _run in range(2):
        with imap(f"{server.url}?done=Erledigt%20heute") as box:
            box.put_aside(box.waiting(LONG_AGO, 1)[0])
    assert server.mails() == []
    assert len(server.mails("Erledigt heute")) == 2


def test_a_server_without_move_gets_copies_and_marks(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.deliver(mail("eins"), mail("zwei"))
    for able in ([b"IMAP4REV1", b"UIDPLUS"], [b"IMAP4REV1"]):
        with imap(server.url) as box:
            monkeypatch.setattr(box, "_can", able)
            found = box.waiting(LONG_AGO, 1)[0]
            box.put_aside(found)
            assert found not in box.waiting(LONG_AGO, 50)
    assert server.mails("SmartBarleben") == [mail("eins"), mail("zwei")]
    assert server.mails() == [mail("zwei")], "marked, and left for the owner to remove"


def test_too_large_a_mail_is_fetched_in_part(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "LARGEST", 2 * BEGINNING)
    server.deliver(mail("x" * 3 * BEGINNING))
    with imap(server.url) as box:
        fetched = box.fetch(box.waiting(LONG_AGO, 50)[0])
    assert fetched is not None
    assert (len(fetched.raw), fetched.cut) == (BEGINNING, True)


def test_old_mails_stay_where_they_are(server: ImapServer) -> None:
    server.deliver(mail("alt"), received='"01-Nov-2026 10:00:00 +0000"')
    server.deliver(mail("neu"))
    with imap(server.url) as box:
        today = datetime.now(UTC).date() - timedelta(days=1)
        assert len(box.waiting(LONG_AGO, 50)) == 2
        assert [found.size for found in box.waiting(min(today, date(2026, 11, 2)), 50)] == [len(mail("neu"))]


def test_at_most_so_many_at_once(server: ImapServer) -> None:
    server.deliver(*(mail(str(number)) for number in range(5)))
    with imap(server.url) as box:
        assert len(box.waiting(LONG_AGO, 3)) == 3


def test_names_differ_by_mailbox_and_by_its_numbering(mortal: ImapServer) -> None:
    server = mortal
    server.deliver(mail("eins"))
    with imap(server.url) as box:
        before = box.waiting(LONG_AGO, 50)[0].key
    server.close()
    server.open()
    server.deliver(mail("eins"))
    with imap(server.url) as box:
        assert box.waiting(LONG_AGO, 50)[0].key != before
    assert "geheim" not in before


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate for "localhost", signed by themselves."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mail.pem"
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(encoding))
    return path


class TestEncrypted:
    def test_a_certificate_that_we_trust(
        self, server: ImapServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        server.deliver(mail("eins"))
        with imap_server.encrypted(server, certificate) as port:
            url = server.url.replace("imap:", "imaps:").replace(f"127.0.0.1:{server.port}", f"localhost:{port}")
            with imap(url) as box:
                assert len(box.waiting(LONG_AGO, 50)) == 1

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
    def test_a_certificate_that_we_do_not_trust_or_of_another_name(
        self, server: ImapServer, certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str
    ) -> None:
        if host == "127.0.0.1":
            monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with imap_server.encrypted(server, certificate) as port:
            url = server.url.replace("imap:", "imaps:").replace(f"127.0.0.1:{server.port}", f"{host}:{port}")
            with pytest.raises(MailboxTrouble, match="Zertifikat"), imap(url):
                pass


class TestTrouble:
    """What goes wrong is said to staff, without the password."""

    def test_nobody_there(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with pytest.raises(MailboxTrouble, match="refused"), imap(f"imap://u:password-geheim@127.0.0.1:{port}"):
            pass

    def test_no_such_host(self) -> None:
        with pytest.raises(MailboxTrouble, match="nowhere"), imap("imaps://u:password-geheim@nowhere.invalid"):
            pass

    def test_wrong_password(self, server: ImapServer) -> None:
        with pytest.raises(MailboxTrouble) as caught, imap(server.url.replace("lang", "kurz")):
            pass
        assert "kurz" not in str(caught.value)
        assert "Invalid" in str(caught.value)

    def test_a_password_with_umlauts_is_asked_in_the_other_way(self, server: ImapServer) -> None:
        with pytest.raises(MailboxTrouble, match="Invalid"), imap(server.url.replace("lang", "l%C3%A4nger")):
            pass

    def test_no_such_folder(self, server: ImapServer) -> None:
        with pytest.raises(MailboxTrouble, match="Rathaus"), imap(server.url.replace("INBOX", "Rathaus")):
            pass

    def test_no_encryption_where_it_was_asked_for(self, server: ImapServer) -> None:
        with pytest.raises(MailboxTrouble), imap(server.url.replace("imap:", "imaps:")):
            pass

    def test_the_server_goes_away_in_the_middle(self, mortal: ImapServer) -> None:
        mortal.deliver(mail("eins"))
        with imap(mortal.url) as box:
            found = box.waiting(LONG_AGO, 50)[0]
            mortal.close()
            with pytest.raises(MailboxTrouble, match="brach ab"):
                box.fetch(found)

    def test_a_server_that_says_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(mailbox, "TIMEOUT_SECONDS", 0.3)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            with pytest.raises(MailboxTrouble, match="timed out"), imap(f"imap://u:pw@127.0.0.1:{port}"):
                pass

    def test_a_server_that_talks_nonsense(self) -> None:
        def babble(listening: socket.socket) -> None:
            talking, _address = listening.accept()
            with talking:
                talking.sendall(b"220 smtp ready\r\n" * 10)

        with socket.create_server(("127.0.0.1", 0)) as listening:
            threading.Thread(target=babble, args=(listening,), daemon=True).start()
            url = f"imap://u:pw@127.0.0.1:{listening.getsockname()[1]}"
            with pytest.raises(MailboxTrouble), imap(url):
                pass

    @pytest.mark.parametrize(
        "url",
        [
            "",
            "imaps://",
            "imaps://host",
            "http://u:pw@host",
            "imap://u:pw@host:99999",
            "imap://u:pw@host:x",
            "imap://u:pw@[::1",
            "imap://u:pw@host/SmartBarleben",
            "imap://u:pw@host/INBOX?done=Ärger",
            "imap://u:pw@host/INBOX?done=a%0d%0ab",
        ],
    )
    def test_an_address_that_is_none(self, url: str) -> None:
        with pytest.raises(MailboxTrouble, match="SMARTBARLEBEN_INBOX_URL"):
            access(url)


def test_an_address_in_full_and_in_short() -> None:
    full = access("imaps://rat%40haus:password%2F%3A%40@mail.example.org:1993/Post%20ein?done=Fertig")
    assert (full.host, full.port, full.tls, full.user, full.password) == (
        "mail.example.org",
        1993,
        True,
        "rat@haus",
        "password/:@",
    )
    assert (full.folder, full.done) == ("Post ein", "Fertig")
    assert "password/:@" not in repr(full)
    short = access("imap://u@localhost")
    assert (short.port, short.tls, short.password, short.folder, short.done) == (
        143,
        False,
        "",
        "INBOX",
        "SmartBarleben",
    )
