"""What a file is by its first bytes, whatever its name promises."""

from __future__ import annotations

import os

from services.imports.child.common import Bad

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
EXTENSIONS = {"zip": (".xlsx", ".xlsm", ".ods"), "ole": (".xls",), "text": (".csv", ".txt", ".tsv")}


def kind_of(start: bytes, path: str) -> str:
    """zip, ole or text by the first bytes. Raises Bad where the name promises something else."""
    extension = os.path.splitext(path)[1].lower()
    if not start:
        raise Bad("empty")
    if start.startswith(OLE):
        kind = "ole"
    elif start.startswith(ZIP):
        kind = "zip"
    elif start.startswith(
        (b"PK\x05\x06", b"PK\x07\x08", b"Rar!", b"7z\xbc\xaf", b"%PDF", b"\x89PNG", b"\xff\xd8\xff")
    ):
        raise Bad("not_a_table")
    else:
        kind = "text"
    if kind == "text":
        head = start.lstrip(b"\xef\xbb\xbf \r\n\t").lower()
        if head.startswith((b"<!doctype", b"<html", b"<table", b"<head", b"<meta", b"<?xml", b"<workbook")):
            raise Bad("web_page")
        if extension in (".xlsx", ".xlsm", ".xls", ".ods"):
            raise Bad("truncated" if b"\0" in start else "text_named_workbook", extension=extension)
    if extension not in EXTENSIONS[kind] and extension in sum(EXTENSIONS.values(), ()):
        if kind == "ole" and extension in (".xlsx", ".xlsm"):
            raise Bad("password" if _encrypted(path) else "wrong_name", extension=extension, real=".xls")
        raise Bad("wrong_name", extension=extension, real=EXTENSIONS[kind][0])
    if extension not in sum(EXTENSIONS.values(), ()):
        raise Bad("unknown_name", extension=extension or "?")
    return kind


def _encrypted(path: str) -> bool:
    with open(path, "rb") as file:
        return "EncryptedPackage".encode("utf-16-le") in file.read()
