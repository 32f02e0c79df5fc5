"""Readable in both themes, at every font size."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtGui import QColor, QRawFont

from ui import theme

LOW = 4.5
ON = {
    "surface": ("text", "muted", "faint", "accent_text", "good", "warn", "bad"),
    "window": ("text", "muted", "faint", "accent_text", "good", "warn", "bad"),
    "sunk": ("text", "muted", "faint"),
    "hover": ("text", "muted", "accent_text", "bad"),
    "selection": ("text", "muted", "accent_text"),
    "accent": ("on_accent",),
    "accent_hover": ("on_accent",),
    "accent_down": ("on_accent",),
    "accent_soft": ("text", "accent_text"),
    "header": ("header_text", "header_muted"),
    "header_on": ("header_text",),
    "header_tab": ("header_tab_text",),
    "header_field": ("text", "faint"),
    "good_soft": ("good", "text"),
    "warn_soft": ("warn", "text", "accent_text"),
    "bad_soft": ("bad", "text"),
    "tip": ("tip_text",),
}


def luminance(colour: QColor) -> float:
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    bright, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_words_stand_out_from_their_ground(name: str) -> None:
    colours = theme.read(name).colours
    weak = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ground, inks in ON.items()
        for ink in inks
        if contrast(colours[ink], colours[ground]) < LOW
    }
    assert not weak


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_mark_is_readable(name: str) -> None:
    weak = {mark: two for mark, two in theme.read(name).badges.items() if contrast(*two) < LOW}
    assert not weak


@pytest.mark.parametrize("name", ["light", "dark"])
def test_edges_of_inputs_and_the_focus_can_be_seen(name: str) -> None:
    colours = theme.read(name).colours
    for line in ("edge", "focus"):
        assert contrast(colours[line], colours["surface"]) >= 3


def test_both_themes_have_the_same_names() -> None:
    light, dark = theme.read("light"), theme.read("dark")
    assert list(light.colours) == list(dark.colours)
    assert list(light.badges) == list(dark.badges)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_style_sheet_knows_every_name_it_uses(qapp: Any, name: str) -> None:
    theme.apply(qapp, name, 20)
    assert "@" not in qapp.styleSheet()
    for line in qapp.styleSheet().splitlines():
        if "url(" in line:
            place = line.split("url(")[1].split(")")[0]
            assert (theme.FOLDER.parent / "icons").as_posix() in place
            with open(place, encoding="utf-8") as file:
                assert "<svg" in file.read()


def test_sizes_grow_with_the_text_but_hair_lines_stay(qapp: Any) -> None:
    theme.apply(qapp, "light", 20)
    assert theme.px(14) == 20
    assert "border: 1px solid" in qapp.styleSheet()
    assert qapp.font().pixelSize() == 20


def test_chinese_is_readable_without_a_chinese_font_of_the_system(qapp: Any) -> None:
    theme.load_bundled_font()
    font = QRawFont(str(theme.BUNDLED_FONT), 14)
    assert all(font.supportsCharacter(ord(letter)) for letter in "熟客王小丽䶮𬎆喆￥·✓×●○↑↓…①")


def test_every_picture_can_be_drawn_in_a_colour_of_the_theme(qapp: Any) -> None:
    names = [path.stem for path in theme.ICONS.glob("*.svg")]
    assert len(names) > 20
    for name in names:
        assert not theme.pixmap(name, "accent_text").toImage().isNull()
