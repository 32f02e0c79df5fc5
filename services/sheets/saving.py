"""Writing a workbook so that a disk that fills up is told once, by whoever called, and by nobody else."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any


def save(book: Any, path: Path | str) -> None:
    """Writes an openpyxl workbook to `path`.

    openpyxl leaves its archive half open when the disk is full; let go later, that complains on the console once more,
    beside the sentence that a person has read already.
    """
    from zipfile import ZIP_DEFLATED, ZipFile

    from openpyxl.writer.excel import ExcelWriter

    archive = ZipFile(path, "w", ZIP_DEFLATED, allowZip64=True)
    try:
        ExcelWriter(book, archive).save()
    except BaseException:
        file, archive.fp = archive.fp, None
        if file is not None:
            with suppress(OSError, ValueError):
                file.close()
        raise
