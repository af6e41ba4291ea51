"""Sealing: AES-256-GCM over an entry, with its header and identity as associated data.

A sealed entry is a header of fixed size, then the ciphertext with its tag::

    offset 0   6  magic "SOTALI"
           6   1  format version
           7   1  algorithm: 1 = AES-256-GCM, data key by HKDF-SHA256
           8   8  id of the key (derived from it, one way)
          16  16  salt of the data key, random for every sealing
          32  12  nonce
          44      ciphertext and 16 bytes of tag

Each sealing derives a data key of its own (RFC 5869) from one of the ring's
keys, so the limits on messages per AES-GCM key (NIST SP 800-38D, 8.3) are
never met. Whoever has the key and the file can read the entry: this keeps
copies, backups and other users out, not other programs of the same user.
"""

import os
from collections.abc import Sequence
from typing import Final, NoReturn

from .after_fork import import_whole

__all__ = [
    "KEY_BYTES",
    "KeyRing",
    "SealError",
    "SealingKey",
    "UnknownKeyError",
    "format_keys",
    "key_id_of",
    "parse_keys",
    "prepare",
]

KEY_BYTES: Final = 32
_MAGIC: Final = b"SOTALI"
_VERSION: Final = 2
_AES_256_GCM: Final = 1
_HEADER: Final = 44
_TAG: Final = 16


class SealError(ValueError):
    """The bytes are no sealed entry of this identity under these keys; the text says what is wrong with them."""


class UnknownKeyError(SealError):
    """The entry was sealed with a key that the ring does not have; ``key_id`` says which."""

    def __init__(self, key_id: bytes) -> None:
        super().__init__("sealed with a key that is not known here")
        self.key_id = key_id


class SealingKey:
    """One 32-byte key. Never shows itself, never pickles."""

    __slots__ = ("_key", "key_id")

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a sealing key has {KEY_BYTES} bytes, not {len(key)}")
        self._key = key
        self.key_id = self.derive(b"", b"sotalia key id 1")[:8]

    @classmethod
    def generate(cls) -> "SealingKey":
        """Return a new random key."""
        return cls(os.urandom(KEY_BYTES))

    def derive(self, salt: bytes, info: bytes) -> bytes:
        """Return 32 bytes that belong to this key, salt and purpose (HKDF-SHA256)."""
        prepare()
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        return HKDF(SHA256(), KEY_BYTES, salt, info).derive(self._key)

    def reveal(self) -> bytes:
        """Return the key itself: for writing the key file."""
        return self._key

    def __repr__(self) -> str:
        return f"<SealingKey {self.key_id.hex()}>"

    def __reduce__(self) -> NoReturn:
        from .errors import UnsupportedPickleError

        raise UnsupportedPickleError(what="SealingKey", reason="a pickle would hold the key in the clear")


class KeyRing:
    """Keys in order: the first one seals, all of them open. Immutable, so safe in threads."""

    __slots__ = ("keys",)

    def __init__(self, keys: Sequence[SealingKey]) -> None:
        if not keys:
            raise ValueError("a key ring needs a key")
        self.keys = tuple(keys)

    def seal(self, plain: bytes, identity: bytes) -> bytes:
        """Return ``plain`` sealed with the first key for this identity, which is in no way hidden or stored."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key, salt, nonce = self.keys[0], os.urandom(16), os.urandom(12)
        header = _MAGIC + bytes((_VERSION, _AES_256_GCM)) + key.key_id + salt + nonce
        return header + AESGCM(_data_key(key, salt)).encrypt(nonce, plain, header + identity)

    def open(self, sealed: bytes, identity: bytes) -> bytes:
        """Return what was sealed for this identity; raises ``SealError`` for anything else."""
        if len(sealed) < _HEADER + _TAG:
            raise SealError("truncated")
        if sealed[:6] != _MAGIC:
            raise SealError("foreign")
        if sealed[6] != _VERSION or sealed[7] != _AES_256_GCM:
            raise SealError(f"format {sealed[6]}.{sealed[7]} is not supported")
        key = next((key for key in self.keys if key.key_id == sealed[8:16]), None)
        if key is None:
            raise UnknownKeyError(sealed[8:16])
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        header = sealed[:_HEADER]
        try:
            return AESGCM(_data_key(key, header[16:32])).decrypt(header[32:], sealed[_HEADER:], header + identity)
        except InvalidTag:
            raise SealError("changed, or of another identity") from None


def _data_key(key: SealingKey, salt: bytes) -> bytes:
    return key.derive(salt, b"sotalia entry 2")


def key_id_of(sealed: bytes) -> bytes | None:
    """Return the id of the key that an entry names in its header; ``None`` if that is no entry of this format."""
    if len(sealed) < _HEADER + _TAG or sealed[:8] != _MAGIC + bytes((_VERSION, _AES_256_GCM)):
        return None
    return sealed[8:16]


def format_keys(keys: Sequence[SealingKey]) -> str:
    """Return keys in the text that ``parse_keys`` reads."""
    prepare()
    from base64 import b64encode

    return ",".join(b64encode(key.reveal()).decode() for key in keys)


def parse_keys(text: str) -> KeyRing:
    """Return the ring of ``SOTALIA_CACHE_KEY``: base64 keys of 32 bytes, separated by commas, the sealing one first.

    Raises ``ValueError``, whose text does not repeat the value.
    """
    prepare()
    from base64 import b64decode

    keys = []
    for number, part in enumerate(text.split(","), 1):
        part = part.strip()
        try:
            raw = b64decode(part.replace("-", "+").replace("_", "/"), validate=True)
        except ValueError:
            raise ValueError(f"key {number} is not base64") from None
        if len(raw) != KEY_BYTES:
            raise ValueError(f"key {number} has {len(raw)} bytes, not {KEY_BYTES}")
        keys.append(SealingKey(raw))
    return KeyRing(keys)


def prepare() -> None:
    """Import what sealing needs, ahead of its first use."""
    import_whole(
        "base64",
        "cryptography.exceptions",
        "cryptography.hazmat.primitives.ciphers.aead",
        "cryptography.hazmat.primitives.hashes",
        "cryptography.hazmat.primitives.kdf.hkdf",
    )
