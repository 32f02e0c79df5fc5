"""A key remembered for this account of this PC: sealed by Windows, elsewhere a file that only the account can read."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from services.errors import Unavailable
from services.files import replacing
from services.settings import config_folder


def kind() -> str:
    """`account`: sealed by the system (Windows DPAPI); `file`: only hidden by the rights of a file."""
    return "account" if sys.platform == "win32" else "file"


def folder() -> Path:
    return config_folder() / "keys"


def _file(name: str) -> Path:
    return folder() / f"{name}.remembered"


def read(name: str) -> bytes | None:
    """The remembered key, None when there is none or this account cannot unseal it."""
    try:
        raw = _file(name).read_bytes()
        return unsealed(raw) if kind() == "account" else bytes.fromhex(raw.decode("ascii").strip())
    except (OSError, ValueError):
        return None


def write(name: str, key: bytes) -> None:
    """Raises Unavailable when this account cannot keep it."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        if os.name == "posix":
            os.chmod(folder(), 0o700)
        # The temporary file is made with the rights of its owner only, and keeps them.
        with replacing(_file(name), exact=True) as temporary:
            temporary.write_bytes(sealed(key) if kind() == "account" else key.hex().encode("ascii"))
    except OSError as why:
        raise Unavailable("这台电脑没有记住钥匙：{why}。下次打开请输入口令。", why=why) from why


def remove(name: str) -> None:
    if name:
        with suppress(OSError):
            _file(name).unlink()


# ---- Windows


def sealed(key: bytes) -> bytes:
    """CryptProtectData for the account that is signed in. Raises OSError."""
    return _dpapi("CryptProtectData", key)


def unsealed(raw: bytes) -> bytes:
    """CryptUnprotectData. Raises OSError for another account's seal."""
    return _dpapi("CryptUnprotectData", raw)


def _dpapi(function: str, data: bytes) -> bytes:
    import ctypes

    class Blob(ctypes.Structure):
        _fields_ = (("size", ctypes.c_uint32), ("data", ctypes.POINTER(ctypes.c_char)))

    windll = getattr(ctypes, "windll", None)
    if windll is None:
        raise OSError("no DPAPI")
    buffer = ctypes.create_string_buffer(data, len(data))
    given, made = Blob(len(data), ctypes.cast(buffer, ctypes.POINTER(ctypes.c_char))), Blob()
    no_window = 1  # CRYPTPROTECT_UI_FORBIDDEN
    work = getattr(windll.crypt32, function)
    if not work(ctypes.byref(given), None, None, None, None, no_window, ctypes.byref(made)):
        raise OSError(f"{function} failed")
    try:
        return ctypes.string_at(made.data, made.size)
    finally:
        windll.kernel32.LocalFree.argtypes = (ctypes.c_void_p,)
        windll.kernel32.LocalFree(ctypes.cast(made.data, ctypes.c_void_p))
