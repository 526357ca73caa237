"""A real IMAP server on 127.0.0.1 for tests: it keeps its mails in memory, in a process of its own."""

import contextlib
import imaplib
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

USER, PASSWORD = "rathaus", 'geheim "und" lang'
# The server holds its conversations by weak references only: a collection in the middle would end them.
_START = (
    "import gc, sys\n"
    "gc.disable()\n"
    "from pymap.main import main\n"
    "sys.argv = ['pymap', '--host', '127.0.0.1', '--port', sys.argv[1], '--no-tls', 'dict',"
    f" '--demo-user', {USER!r}, '--demo-password', {PASSWORD!r}]\n"
    "main()\n"
)


class ImapServer:
    """``url`` is the mailbox for the village; a test delivers to it and looks into its folders."""

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.url = f"imap://{USER}:geheim%20%22und%22%20lang@127.0.0.1:{self.port}/INBOX"
        self._process: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        """Be there, with empty folders."""
        self._process = subprocess.Popen([sys.executable, "-c", _START, str(self.port)], stderr=subprocess.DEVNULL)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=5):
                return
            time.sleep(0.05)
        raise RuntimeError("The IMAP server did not start.")

    def close(self) -> None:
        """Be away: connections are refused."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def deliver(self, *mails: bytes, folder: str = "INBOX", received: str | None = None) -> None:
        """Mails arrive; ``received`` is an IMAP date as '"01-Nov-2026 10:00:00 +0000"'."""
        with self.login() as connection:
            for mail in mails:
                state, answer = connection.append(folder, "", received or "", mail)
                assert state == "OK", answer

    def mails(self, folder: str = "INBOX") -> list[bytes]:
        """What lies in a folder; nothing where there is none."""
        with self.login() as connection:
            if connection.select(f'"{folder}"')[0] != "OK":
                return []
            found = connection.uid("SEARCH", "ALL")[1][0].split()
            lines = [connection.uid("FETCH", uid.decode(), "(BODY.PEEK[])")[1][0] for uid in found]
            return [bytes(line[1]) for line in lines if isinstance(line, tuple)]

    def clear(self) -> None:
        """As if nothing had ever been delivered."""
        with self.login() as connection:
            for line in connection.list()[1]:
                name = bytes(line).partition(b' "/" ')[2].decode() if isinstance(line, bytes) else "INBOX"
                if name != "INBOX":
                    connection.delete(name)
            connection.select("INBOX")
            connection.store("1:*", "+FLAGS", r"(\Deleted)")
            connection.expunge()

    def flags(self) -> list[bytes]:
        """The marks of the mails in the inbox, one line a mail."""
        with self.login() as connection:
            connection.select("INBOX")
            return [line for line in connection.fetch("1:*", "(FLAGS)")[1] if isinstance(line, bytes)]

    @contextlib.contextmanager
    def login(self) -> Iterator[imaplib.IMAP4]:
        """A conversation as the mailbox's owner."""
        connection = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        connection.login(USER, PASSWORD)
        try:
            yield connection
        finally:
            connection.logout()


@contextlib.contextmanager
def running() -> Iterator[ImapServer]:
    """A server that ends with the block."""
    server = ImapServer()
    server.open()
    try:
        yield server
    finally:
        server.close()


@contextlib.contextmanager
def encrypted(server: ImapServer, certificate: Path) -> Iterator[int]:
    """A door with TLS in front of a server, by a file with key and certificate; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def pump(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                target.sendall(piece)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                talking, _address = door.accept()
                try:
                    inside = context.wrap_socket(talking, server_side=True)
                except OSError:
                    talking.close()
                    continue
                behind = socket.create_connection(("127.0.0.1", server.port))
                back = threading.Thread(target=pump, args=(behind, inside), daemon=True)
                back.start()
                pump(inside, behind)
                back.join()
                inside.close()
                behind.close()

    door = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield door.getsockname()[1]
    finally:
        door.shutdown(socket.SHUT_RDWR)
        door.close()
        thread.join(10)
