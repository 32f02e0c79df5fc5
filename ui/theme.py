"""Colours, sizes and fonts by name, from resources/themes: Fusion, one palette, one style sheet."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette, QPixmap
from PySide6.QtWidgets import QApplication, QWidget

W = TypeVar("W", bound=QWidget)
RESOURCES = Path(__file__).resolve().parent.parent / "resources"
FOLDER = RESOURCES / "themes"
ICONS = RESOURCES / "icons"
BUNDLED_FONT = RESOURCES / "fonts" / "LXGWWenKai-Regular.ttf"
BUNDLED_FAMILY = "LXGW WenKai"
SANS = (
    "Microsoft YaHei UI",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
)
"""System fonts for the screen, the best first; the bundled font comes last (tech-findings 2)."""
BASE = 14
"""The font size at which the sizes of the style sheet are written, in pixels."""


ARGUMENTS = ["shuke", "-style", "Fusion"]
"""For QApplication: asking for the style by `setStyle` costs the start 5 ms more."""


@dataclass(frozen=True)
class Theme:
    name: str
    colours: dict[str, str]
    badges: dict[str, tuple[str, str]]


_theme: Theme | None = None
_font_size = BASE
_colours: dict[str, QColor] = {}


@lru_cache
def read(name: str) -> Theme:
    """`light` or `dark` from its file."""
    with open(FOLDER / f"{name}.toml", "rb") as file:
        raw = tomllib.load(file)
    return Theme(name, raw["colours"], {key: (two[0], two[1]) for key, two in raw["badges"].items()})


def current() -> Theme:
    return _theme or read("light")


def is_dark() -> bool:
    return current().name == "dark"


def font_size() -> int:
    """Ordinary text, in pixels (12 to 20)."""
    return _font_size


def px(size: float) -> int:
    """A size written for 14-pixel text, scaled to the font size in use."""
    return round(size * _font_size / BASE)


def colour(name: str) -> QColor:
    """A colour of the theme by its name, for painting."""
    found = _colours.get(name)
    if found is None:
        found = _colours[name] = QColor(current().colours[name])
    return found


def tone(name: str | None) -> QColor:
    """The ink of a tone: muted, good, warn, bad, accent; None is ordinary text."""
    return colour({"accent": "accent_text", None: "text", "": "text"}.get(name, name or "text"))


def badge(name: str) -> tuple[QColor, QColor]:
    """Ground and ink of a mark: A B C lost good warn bad accent quiet."""
    ground, ink = current().badges.get(name) or current().badges["quiet"]
    return QColor(ground), QColor(ink)


def grade_badge(grade: str | None, state: str = "active") -> str:
    """The mark of a customer's grade; lost is quieter than any grade and always says so in words."""
    if state == "lost":
        return "lost"
    return str(grade) if grade in ("A", "B", "C") else "quiet"


def apply(app: QApplication, name: str, size: int = BASE) -> None:
    """Puts theme and font size on the whole program. `system` follows the desktop."""
    global _theme, _font_size
    if name == "system":
        name = "dark" if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"
    _theme, _font_size = read(name), size
    _colours.clear()
    if not app.property("fusion"):
        app.setStyle("Fusion")
        app.setProperty("fusion", True)
    app.setPalette(_palette())
    app.setFont(_font(size))
    app.setStyleSheet(_sheet())


@lru_cache
def families() -> tuple[str, ...]:
    """Screen fonts that this PC has, the bundled one last; with no Chinese font of its own, the bundled one alone."""
    known = set(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese))
    own = tuple(family for family in SANS if family in known)
    if not own:
        load_bundled_font()
    return (*own, BUNDLED_FAMILY)


@lru_cache
def load_bundled_font() -> None:
    """The last fallback, for rare characters: loaded after the first paint where the PC has a Chinese font."""
    if BUNDLED_FONT.exists():
        QFontDatabase.addApplicationFont(str(BUNDLED_FONT))


def _font(size: int) -> QFont:
    font = QFont()
    font.setFamilies(list(families()))
    font.setPixelSize(size)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return font


def heading(size: int = 18) -> QFont:
    """A heading's font, for custom painting (sizes 18 and 22 at text size 14)."""
    font = _font(px(size))
    font.setWeight(QFont.Weight.DemiBold)
    return font


def _palette() -> QPalette:
    roles = QPalette.ColorRole
    pairs = {
        roles.Window: "window",
        roles.WindowText: "text",
        roles.Base: "surface",
        roles.AlternateBase: "sunk",
        roles.Text: "text",
        roles.Button: "surface",
        roles.ButtonText: "text",
        roles.BrightText: "bad",
        roles.Highlight: "accent",
        roles.HighlightedText: "on_accent",
        roles.Link: "accent_text",
        roles.LinkVisited: "accent_text",
        roles.ToolTipBase: "tip",
        roles.ToolTipText: "tip_text",
        roles.PlaceholderText: "faint",
        roles.Light: "surface",
        roles.Midlight: "sunk",
        roles.Mid: "line",
        roles.Dark: "edge",
        roles.Shadow: "edge",
        roles.Accent: "accent",
    }
    palette = QPalette()
    for role, name in pairs.items():
        palette.setColor(role, colour(name))
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, colour("faint"))
    return palette


def _sheet() -> str:
    """The style sheet with this theme's colours and this font size's lengths."""
    sheet = (FOLDER / "shuke.qss").read_text("utf-8")
    icons = (ICONS / current().name).as_posix()
    colours = current().colours | {"icons": icons}

    def fill(found: re.Match[str]) -> str:
        length, size, name = found.groups()
        if length:
            return f"{_scaled(int(length))}px"
        return f"{px(int(size))}px" if size else colours[name]

    return re.sub(r"\b(\d+)px|@f(\d+)|@([a-z_]+)", fill, sheet)


def _scaled(length: int) -> int:
    """Hair lines stay one or two pixels; everything else grows with the text."""
    return length if length <= 2 else px(length)


@lru_cache(maxsize=128)
def _pixmap(name: str, ink: str, size: int, ratio: float) -> QPixmap:
    from PySide6.QtCore import QByteArray, QRectF
    from PySide6.QtGui import QPainter
    from PySide6.QtSvg import QSvgRenderer

    text = (ICONS / f"{name}.svg").read_text("utf-8").replace("currentColor", ink)
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def app_icon() -> QIcon:
    """The program's own picture."""
    return QIcon(str(ICONS / "shuke.svg"))


def icon(name: str, ink: str = "muted", size: int = 18) -> QIcon:
    """One of our pictures (resources/icons/<name>.svg) in a colour of the theme."""
    return QIcon(pixmap(name, ink, size))


def pixmap(name: str, ink: str = "muted", size: int = 18) -> QPixmap:
    screen = QApplication.primaryScreen()
    return _pixmap(name, colour(ink).name(), px(size), screen.devicePixelRatio() if screen else 1.0)


def kind(widget: W, name: str) -> W:
    """Gives a widget a look of the style sheet: title heading section muted caption good warn bad primary danger
    flat link chip big. Returns it, so it can be wrapped around a constructor."""
    widget.setProperty("kind", name)
    restyle(widget)
    return widget


def restyle(widget: QWidget) -> None:
    """After a property changed that the style sheet looks at. Before the first show there is nothing to do."""
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return
    widget.style().unpolish(widget)
    widget.style().polish(widget)
