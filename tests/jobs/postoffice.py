"""A real mail server in the test's own process, which can refuse, fall silent and go away."""

import asyncio
import socket
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class PostOffice:
    """Listens on 127.0.0.1. ``taken`` are the mails it took; ``refuse`` are its answers to RCPT and to DATA.

    ``silent``: how many further mails it takes without ever saying so. ``leaves_after``: with so many mails taken it
    refuses the next one and hangs up. ``connections`` counts conversations.
    """

    def __init__(self) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.taken: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        self.silent = 0
        self.leaves_after: int | None = None
        self.connections = 0
        self._server: Controller | None = None

    def open(self) -> None:
        """Be there."""
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def close(self) -> None:
        """Be away: connections are refused."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, hostname: str, lines: list[str]
    ) -> list[str]:
        """Count the conversation."""
        session.host_name = hostname
        self.connections += 1
        return lines

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """Take or refuse a recipient."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take or refuse a mail."""
        if "DATA" in self.refuse:
            return self.refuse["DATA"]
        if self.leaves_after is not None and len(self.taken) >= self.leaves_after:
            return "421 4.3.2 shutting down"
        self.taken.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        if self.silent:
            self.silent -= 1
            server.transport.abort()
            await asyncio.sleep(0)
        return "250 OK"

    def ids(self) -> list[str]:
        """The Message-IDs of what was taken."""
        return [str(mail["Message-ID"]) for mail in self.taken]
