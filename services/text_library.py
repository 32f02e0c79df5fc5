"""The shop's own library of things to say: fashion notes, care tips, a smile, the season, brand news (spec 04)."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from models import database
from models.kinds import Grade, Occasion
from services import journal
from services.errors import Refused
from services.rights import Right, require
from services.rules.customer_data import clean
from services.rules.shop_texts import Season, TextKind
from services.shop import Shop
from services.words import N_, _, language

STARTERS = Path(__file__).resolve().parent.parent / "resources" / "shop_texts.toml"
GLOSS_MAX = 200
KINDS = {
    TextKind.FASHION: N_("穿搭小贴士"),
    TextKind.CARE: N_("洗护"),
    TextKind.JOKE: N_("轻松一笑"),
    TextKind.SEASON: N_("节气天气"),
    TextKind.BRAND: N_("品牌消息"),
}
SEASONS = {
    Season.SPRING: N_("春"),
    Season.SUMMER: N_("夏"),
    Season.AUTUMN: N_("秋"),
    Season.WINTER: N_("冬"),
}


@dataclass(frozen=True)
class ShopText:
    """One text of the library."""

    id: int
    kind: TextKind
    body: str
    gloss: str = ""
    seasons: tuple[Season, ...] = ()
    day: str = ""
    """`MM-DD` or a festival's code; empty: about no day"""
    grades: tuple[Grade, ...] = ()
    starter: bool = False
    retired: bool = False
    version: int = 1
    last_used: date | None = None
    used: int = 0
    """How many customers heard it so far"""

    @property
    def shown(self) -> str:
        """In the language of the window, where there is a gloss."""
        return self.gloss if language() == "en" and self.gloss else self.body


_SELECT = (
    "SELECT t.id, t.kind, t.body, t.gloss, t.seasons, t.occasion, t.grades, t.source, t.retired, t.version,"
    " u.last, COALESCE(u.n, 0) FROM shop_text t LEFT JOIN (SELECT x.text_id, MAX(x.day) AS last, COUNT(*) AS n"
    " FROM shop_text_use x LEFT JOIN sms_batch b ON b.id = x.batch_id"
    " WHERE b.state IS NULL OR b.state <> 'cancelled' GROUP BY x.text_id) u ON u.text_id = t.id"
)


def texts(shop: Shop, *, retired: bool = False, kind: TextKind | None = None) -> list[ShopText]:
    """The library by kind, the newest last; with `retired` those put away too."""
    require(shop, Right.SEE)
    parts, params = ["1 = 1"], []  # type: list[str], list[Any]
    if not retired:
        parts.append("t.retired = 0")
    if kind is not None:
        parts.append("t.kind = ?")
        params.append(kind.value)
    found = [
        _text(row) for row in database.rows(f"{_SELECT} WHERE {' AND '.join(parts)} ORDER BY t.id", params)
    ]
    order = list(TextKind)
    return sorted(found, key=lambda one: (order.index(one.kind), one.id))


def text(shop: Shop, text_id: int) -> ShopText:
    """One text. Raises Refused."""
    require(shop, Right.SEE)
    found = database.row(f"{_SELECT} WHERE t.id = ?", (text_id,))
    if found is None:
        raise Refused("没有编号为 {id} 的文案。用“texts list”查看全部。", id=text_id)
    return _text(found)


def add(
    shop: Shop,
    kind: TextKind,
    body: str,
    *,
    gloss: str = "",
    seasons: Sequence[Season] = (),
    day: str = "",
    grades: Sequence[Grade] = (),
) -> ShopText:
    """A new text, used from now on. Raises Refused: empty, too long, on file already, an impossible day."""
    require(shop, Right.CONTACT)
    values = _checked(shop, kind, body, gloss, seasons, day, grades)
    with database.database.atomic():
        same = database.row("SELECT id, retired FROM shop_text WHERE body = ?", (values["body"],))
        if same is not None:
            raise Refused(
                "这段话已经在文案库里了{where}。",
                where=_("（已停用，可以重新启用）") if same[1] else "",
                field="body",
            )
        number = _insert(shop, values, "")
        journal.note(
            shop, "text.added", "shop_text", number, body={"kind": values["kind"], "text": values["body"]}
        )
    return text(shop, number)


def change(shop: Shop, seen: ShopText, **changes: Any) -> ShopText:
    """Writes a text anew; `seen` is what the editor had on screen. Raises Refused where somebody was faster."""
    require(shop, Right.CONTACT)
    wanted = {
        **{
            "kind": seen.kind,
            "body": seen.body,
            "gloss": seen.gloss,
            "seasons": seen.seasons,
            "day": seen.day,
        },
        **{"grades": seen.grades},
        **changes,
    }
    values = _checked(shop, **wanted)
    with database.database.atomic():
        other = database.row("SELECT id FROM shop_text WHERE body = ? AND id <> ?", (values["body"], seen.id))
        if other is not None:
            raise Refused("这段话已经在文案库里了{where}。", where="", field="body")
        marks = ", ".join(f"{name} = ?" for name in values)
        changed = database.execute(
            f"UPDATE shop_text SET {marks}, version = version + 1 WHERE id = ? AND version = ?",
            (*values.values(), seen.id, seen.version),
        )
        if not changed:
            raise Refused("别人刚刚改过这段文案。请看过新的内容再改。")
        body = {"before": seen.body, "after": values["body"]}
        journal.note(shop, "text.changed", "shop_text", seen.id, body=body)
    return text(shop, seen.id)


def retire(shop: Shop, text_ids: Sequence[int], retired: bool = True) -> list[int]:
    """Puts texts away, or takes them out again. Returns the ids that changed (for the undo)."""
    require(shop, Right.CONTACT)
    done = []
    with database.database.atomic():
        for number in dict.fromkeys(text_ids):
            text(shop, number)
            if database.execute(
                "UPDATE shop_text SET retired = ?, version = version + 1 WHERE id = ? AND retired <> ?",
                (int(retired), number, int(retired)),
            ):
                act = "text.retired" if retired else "text.restored"
                journal.note(shop, act, "shop_text", number)
                done.append(number)
    return done


def add_starters(shop: Shop) -> int:
    """Lays the shipped texts into the library; those on file stay as they are. Returns how many are new."""
    require(shop, Right.CONTACT)
    with database.database.atomic():
        made = lay_starters(shop)
        if made:
            journal.note(shop, "text.starters", "shop_text", body={"n": made})
    return made


def lay_starters(shop: Shop) -> int:
    """The same without asking who it is: for a shop that is being opened."""
    known = {row[0] for row in database.rows("SELECT source FROM shop_text WHERE source <> ''")}
    bodies = {row[0] for row in database.rows("SELECT body FROM shop_text")}
    made = 0
    for one in starters():
        if one["source"] in known or one["body"] in bodies:
            continue
        _insert(shop, {name: value for name, value in one.items() if name != "source"}, one["source"])
        made += 1
    return made


def starters() -> list[dict[str, str]]:
    """The shipped texts as their columns."""
    with open(STARTERS, "rb") as file:
        found = tomllib.load(file)["text"]
    return [
        {
            **{"kind": one["kind"], "body": one["zh"], "gloss": one["en"], "source": one["code"]},
            **{"seasons": ",".join(one.get("seasons", ())), "occasion": one.get("day", ""), "grades": ""},
        }
        for one in found
    ]


def kind_words(kind: TextKind | str) -> str:
    return _(KINDS[TextKind(kind)])


def when_words(one: ShopText) -> str:
    """`11月7日前后`, `秋、冬`, or empty for always."""
    from services.contact_words import occasion_words

    if one.day:
        if "-" in one.day:
            month, day = (int(part) for part in one.day.split("-"))
            return _("{month}月{day}日前后").format(month=month, day=day)
        return _("{festival}前后").format(festival=occasion_words(one.day))
    return _("、").join(_(SEASONS[season]) for season in one.seasons)


def _insert(shop: Shop, values: dict[str, Any], source: str) -> int:
    return database.insert(
        "shop_text",
        **values,
        source=source,
        retired=0,
        version=1,
        user_id=shop.who,
        created_at=database.moment_value(shop.clock.now()),
    )


def _checked(
    shop: Shop,
    kind: TextKind,
    body: str,
    gloss: str,
    seasons: Sequence[Season],
    day: str,
    grades: Sequence[Grade],
) -> dict[str, Any]:
    """The columns as they are kept. Raises Refused."""
    words = " ".join(clean(body).split())
    if not words:
        raise Refused("请写文案的内容。", field="body")
    most = shop.policy.texts.longest
    if len(words) > most:
        raise Refused(
            "一段文案最多 {most} 个字，这里有 {n} 个。请写短一些。", most=most, n=len(words), field="body"
        )
    if any(sign in words for sign in "{}【】"):
        raise Refused("文案里不能有大括号和【】：短信平台会当作签名。", field="body")
    return {
        "kind": TextKind(kind).value,
        "body": words,
        "gloss": " ".join(clean(gloss).split())[:GLOSS_MAX],
        "seasons": ",".join(one.value for one in Season if one in set(seasons)),
        "occasion": read_day(day),
        "grades": ",".join(one.value for one in Grade if one in set(grades)),
    }


def read_day(text: str) -> str:
    """`11-07`, `11月7日` or a festival's code. Raises Refused."""
    plain = (
        text.strip()
        .replace("月", "-")
        .removesuffix("日")
        .removesuffix("号")
        .replace(".", "-")
        .replace("/", "-")
    )
    if not plain:
        return ""
    from services import calendar

    known = {one.value for one in calendar.FESTIVALS}
    if plain in known or plain == Occasion.ANNIVERSARY.value:
        return plain
    try:
        month, number = (int(part) for part in plain.split("-"))
        return date(2024, month, number).strftime("%m-%d")
    except ValueError:
        raise Refused("“{day}”不是日子：写 11-07 这样的月日，或节日的代码（{known}）。", day=text.strip(),
                      known=" ".join(sorted(known)), field="day") from None  # fmt: skip


def _text(row: Sequence[Any]) -> ShopText:
    number, kind, body, gloss, seasons, day, grades, source, retired, version, last, used = row
    return ShopText(
        *(int(number), TextKind(kind), str(body), str(gloss)),
        seasons=tuple(Season(one) for one in str(seasons).split(",") if one),
        day=str(day),
        grades=tuple(Grade(one) for one in str(grades).split(",") if one),
        starter=bool(source),
        retired=bool(retired),
        version=int(version),
        last_used=database.as_day(last),
        used=int(used),
    )
