"""Encryption of an archive while it is written and read: a passphrase, scrypt, AES-256-GCM in chunks.

The file is a line of JSON and then the chunks:

    {"smartbarleben-backup":1,"check":"<64 hex>","n":65536,"p":2,"r":8,"salt":"<32 hex>"}

scrypt makes 64 bytes of passphrase and salt: the key of the chunks, and the key of ``check``, an HMAC-SHA256 of the
line without it. Each chunk holds 1 MiB of plain text (the last one at most) and 16 bytes of tag; its nonce is its
number in 11 bytes, big-endian, and a byte that is 1 for the last chunk; the line is its associated data. So no chunk
can be changed, left out, put elsewhere or cut off without being noticed, and memory stays small whatever the size
(the construction STREAM of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). Each archive has a salt of its own, so no
key ever meets a nonce twice.
"""

import hashlib
import hmac
import io
import json
import os
from dataclasses import dataclass
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from .trouble import KeepingTrouble

MARK = b'{"smartbarleben-backup":'
CHUNK = 1024 * 1024
TAG = 16
# 64 MB of memory and about half a second on a small machine.
_COST = {"n": 2**16, "r": 8, "p": 2}
# A file that asks for more wants to use up this machine.
_LONGEST_HEAD, _DEAREST = 400, {"n": 2**18, "r": 8, "p": 4}
SHORTEST_PASSPHRASE = 12
_CUT_OFF = "The archive is damaged or cut off. Take another copy of it, or the backup before."


class WrongPassphrase(KeepingTrouble):
    """The passphrase does not open the archive."""


class Damaged(KeepingTrouble):
    """The archive is not whole."""


@dataclass(frozen=True, slots=True)
class _Keys:
    chunks: bytes
    head: bytes


def check_passphrase(passphrase: str) -> str:
    """The passphrase without spaces around it. Raises KeepingTrouble when it could be guessed in no time."""
    passphrase = passphrase.strip()
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise KeepingTrouble(
            f"The passphrase is too short. Take at least {SHORTEST_PASSPHRASE} characters, for example four words."
        )
    return passphrase


def _keys(passphrase: str, head: dict[str, Any]) -> _Keys:
    derive = Scrypt(salt=bytes.fromhex(head["salt"]), length=64, n=head["n"], r=head["r"], p=head["p"])
    made = derive.derive(passphrase.strip().encode())
    return _Keys(made[:32], made[32:])


def _line(head: dict[str, Any]) -> bytes:
    """The head as it stands in the file: the mark first, because a file is known by its first bytes."""
    ordered = sorted(head, key=lambda name: (name != "smartbarleben-backup", name))
    return json.dumps({name: head[name] for name in ordered}, separators=(",", ":")).encode()


def _check(keys: _Keys, head: dict[str, Any]) -> str:
    bare = {key: value for key, value in head.items() if key != "check"}
    return hmac.new(keys.head, _line(bare), hashlib.sha256).hexdigest()


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class EncryptingWriter(io.RawIOBase):
    """Writes what it is given to ``target``, encrypted. `close` writes the last chunk and leaves the target open."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        super().__init__()
        head: dict[str, Any] = {"smartbarleben-backup": 1, **_COST, "salt": os.urandom(16).hex()}
        keys = _keys(passphrase, head)
        head["check"] = _check(keys, head)
        self._target, self._cipher = target, AESGCM(keys.chunks)
        self._head = _line(head)
        self._waiting, self._number = bytearray(), 0
        target.write(self._head + b"\n")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._waiting += data
        # One chunk is kept back: only the end of the file knows which one is the last.
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def _put(self, plain: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last), plain, self._head))
        self._number += 1

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
            self._waiting.clear()
        super().close()


class DecryptingReader(io.RawIOBase):
    """Reads what an `EncryptingWriter` wrote; nothing unproven is ever handed out.

    Raises WrongPassphrase, and Damaged here or while reading.
    """

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        super().__init__()
        line = source.readline(_LONGEST_HEAD)
        head = _read_head(line)
        keys = _keys(passphrase, head)
        if not hmac.compare_digest(_check(keys, head), str(head["check"])):
            raise WrongPassphrase(
                "This passphrase does not open the archive. Take the one with which it was made; capitals count."
            )
        self._source, self._cipher, self._head = source, AESGCM(keys.chunks), line[:-1]
        self._plain, self._number = b"", 0
        self._ahead = source.read(CHUNK + TAG)
        # Even an empty content is sealed with a chunk of its own.
        if not self._ahead:
            raise Damaged(_CUT_OFF)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._plain and self._ahead:
            self._next()
        size = min(len(buffer), len(self._plain))
        buffer[:size] = self._plain[:size]
        self._plain = self._plain[size:]
        return size

    def _next(self) -> None:
        sealed, self._ahead = self._ahead, self._source.read(CHUNK + TAG)
        try:
            self._plain = self._cipher.decrypt(_nonce(self._number, not self._ahead), sealed, self._head)
        except InvalidTag:
            raise Damaged(_CUT_OFF) from None
        self._number += 1


def _read_head(line: bytes) -> dict[str, Any]:
    try:
        head = json.loads(line)
        if head["smartbarleben-backup"] != 1:
            raise KeepingTrouble(
                "This archive was made by a newer version of the program. Update the program, then bring it back."
            )
        if not line.endswith(b"\n") or _line(head) != line[:-1]:
            raise ValueError("not as we write it")
        if any(type(head[name]) is not int or not 1 <= head[name] <= most for name, most in _DEAREST.items()):
            raise ValueError("too dear")
        if head["n"].bit_count() != 1 or head["n"] == 1:
            raise ValueError("scrypt takes a power of two")
        if len(bytes.fromhex(head["salt"])) != 16 or not isinstance(head["check"], str):
            raise ValueError("no salt")
    except (ValueError, KeyError, TypeError):
        raise Damaged("The beginning of the archive is damaged. Take another copy of it.") from None
    return dict(head)
