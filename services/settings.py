"""This PC's settings: where the books are, language, theme, font size, backup folder. Not the shop's policy."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from services.errors import Unavailable
from services.files import replacing

FONT_SIZES = range(12, 22)
THEMES = ("system", "light", "dark")
SLIP_PAPERS = ("roll", "a6")
_FILE = "settings.json"
_MAPS = ("faces", "hidden_columns", "column_order")


@dataclass(frozen=True)
class Settings:
    """What this PC remembers. Frozen: `changed(...)` makes the next one, `save` writes it."""

    books_url: str = ""
    """`sqlite:///…/shop.db` or `postgresql://…`; empty: the default file in the data folder."""
    language: str = ""
    """`zh`, `en`, or empty: the system's."""
    theme: str = "light"
    font_size: int = 14
    """Pixels of ordinary text, 12 to 20."""
    backup_folder: str = ""
    """The optional second place for backups (USB stick, other disk)."""
    second_backup_on: str = ""
    """The last day (ISO) on which that second place was there."""
    moved_from: str = ""
    """Books that were moved away from here, until the old file is wiped."""
    ballast: bool = False
    """Keep a reserve file beside the books, to be given up when the disk is full."""
    last_user: str = ""
    scan_prefix: str = ""
    scan_suffix: str = ""
    gift_slip_paper: str = "roll"
    """Receipt slips of gifts: `roll` (80 mm) or `a6`."""
    gift_slip_opens: bool = False
    """The slip opens by itself after a gift was handed out."""
    window: str = ""
    """Position and size of the main window, as Qt wrote them (base64)."""
    faces: Mapping[str, Any] = field(default_factory=dict)
    """Shop name and staff names of the books opened last, for the sign-in page while the books are being opened."""
    hidden_columns: Mapping[str, list[str]] = field(default_factory=dict)
    """Columns that the clerk put away, per table."""
    column_order: Mapping[str, list[str]] = field(default_factory=dict)
    """The order of the columns, per table whose columns were moved."""

    def changed(self, **what: Any) -> Settings:
        return replace(self, **what)


def config_folder() -> Path:
    """Where this PC's settings lie; `SHUKE_HOME` overrides it (tests, portable installs)."""
    return _folder("XDG_CONFIG_HOME", ".config")


def data_folder() -> Path:
    """Where the books lie when nobody said otherwise; `SHUKE_HOME` overrides it."""
    return _folder("XDG_DATA_HOME", ".local/share")


def _folder(xdg: str, home: str) -> Path:
    if own := os.environ.get("SHUKE_HOME"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData/Roaming") / "Shuke"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/Shuke"
    return Path(os.environ.get(xdg) or Path.home() / home) / "shuke"


def default_books_url() -> str:
    """The file that is opened when neither `--db` nor the settings name one."""
    return "sqlite:///" + (data_folder() / "shop.db").as_posix()


def file_of(url: str) -> Path | None:
    """The file behind a path or an `sqlite:///` URL; None for a server. Needs no database driver."""
    if url.startswith(("postgres", "psycopg")):
        return None
    if url.startswith("sqlite:///"):
        from urllib.parse import unquote

        url = unquote(url[len("sqlite:///") :])
    return Path(url).resolve()


def has_books(url: str) -> bool:
    """Whether there is something to open behind `url`. A server is always asked itself."""
    file = file_of(url)
    return file is None or file.exists()


def load(folder: Path | None = None) -> Settings:
    """The settings of this PC. A missing or damaged file gives the defaults: it never stops a start."""
    try:
        raw = json.loads(((folder or config_folder()) / _FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return Settings()
    if not isinstance(raw, dict):
        return Settings()
    known = {f.name: f.default for f in fields(Settings)}
    kinds = {name: dict if name in _MAPS else type(known[name]) for name in known}
    kept: dict[str, Any] = {name: value for name, value in raw.items() if type(value) is kinds.get(name)}
    return _mended(Settings(**kept))


def _mended(settings: Settings) -> Settings:
    """Values of a hand-edited file brought back into their bounds."""
    size = min(max(settings.font_size, FONT_SIZES[0]), FONT_SIZES[-1])
    theme = settings.theme if settings.theme in THEMES else "light"
    language = settings.language if settings.language in ("zh", "en", "") else ""
    slip = settings.gift_slip_paper if settings.gift_slip_paper in SLIP_PAPERS else "roll"
    return settings.changed(font_size=size, theme=theme, language=language, gift_slip_paper=slip)


def save(settings: Settings, folder: Path | None = None) -> None:
    """Writes the settings, all or nothing. Raises Unavailable when the folder cannot be written."""
    try:
        with replacing((folder or config_folder()) / _FILE, exact=True) as path:
            path.write_text(json.dumps(asdict(settings), ensure_ascii=False, indent=1), "utf-8")
    except OSError as why:
        raise Unavailable("这台电脑的设置没有存下：{why}。", why=why) from why
