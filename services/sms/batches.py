"""Batches: recipients with their texts and numbers frozen, those left out named, reviewed before they go out."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from models import database
from models.kinds import BatchState, SmsState, Topic
from services import contact_balance, journal
from services.errors import Refused
from services.progress import Progress, silent
from services.rights import Right, require
from services.rules import contacts_balance as balance
from services.rules import sms as rules
from services.rules.sms import SmsSkip
from services.shop import Shop
from services.sms import candidates
from services.sms.candidates import Wish
from services.sms.reading import Batch, batch, exclusive
from services.sms.templates import Template, by_name, in_use
from services.words import N_

MOST = 20_000
"""Messages of one batch."""


@dataclass(frozen=True)
class Written:
    """A message ready to be frozen."""

    wish: Wish
    template: Template
    number: str
    text: str
    parts: int


@dataclass(frozen=True)
class Drawn:
    """Who would get what, and who would not."""

    messages: tuple[Written, ...]
    left: tuple[tuple[Wish, SmsSkip, str], ...]
    """With the reason, and what it is about (the field that is missing)."""


def make_due(shop: Shop, template: str = "", at: str = "", progress: Progress = silent) -> Batch:
    """A batch of the schedule's messages that are due. `template`: one text for all; empty: by topic.

    Nothing is sent yet: the manager reviews it first. Raises Refused where nobody may be written to.
    """
    require(shop, Right.CONTACT)
    return _make(shop, None, template, at, {"kind": "due"}, progress)


def make_for(
    shop: Shop,
    customers: Sequence[int],
    template: str,
    at: str = "",
    *,
    named: str = "",
    keep_tired: bool = False,
    progress: Progress = silent,
) -> Batch:
    """A batch for these customers with one text. `named`: the filter they come from, for the record.

    `keep_tired`: promotion also to those whose last contacts were nothing else.
    """
    require(shop, Right.SCHEDULE)
    if not template:
        raise Refused("给选出的客户发短信，要指明用哪个模板。", field="template")
    return _make(shop, customers, template, at, {"kind": "filter", "name": named}, progress, keep_tired)


def make_for_filter(
    shop: Shop,
    name: str,
    template: str,
    at: str = "",
    progress: Progress = silent,
    *,
    keep_tired: bool = False,
) -> Batch:
    """A batch for the customers of a kept or shipped filter. Raises Refused."""
    from services import customer_list
    from services.filters import saved

    require(shop, Right.SCHEDULE)
    found = customer_list.ids(shop, saved.by_name(shop, name), progress=progress)
    return make_for(shop, found, template, at, named=name, keep_tired=keep_tired, progress=progress)


def tired_of(shop: Shop, name: str, template: str, progress: Progress = silent) -> int:
    """How many of a filter's customers heard nothing but promotion lately; 0 for a text that is none."""
    from services import contact_balance, customer_list
    from services.filters import saved

    require(shop, Right.SCHEDULE)
    topic = by_name(shop, template).topic
    found = customer_list.ids(shop, saved.by_name(shop, name), progress=progress)
    return contact_balance.counted(shop, found, topic)


def draw(
    shop: Shop,
    wishes: Sequence[Wish],
    chosen: Template | None,
    progress: Progress = silent,
    *,
    keep_tired: bool = False,
) -> Drawn:
    """Who of `wishes` gets which text: nobody who refused, one message a number and a customer. Reads only.

    Who heard nothing but promotion lately gets no more of it, unless `keep_tired`; where the schedule wants the
    brand's message for them, they get the personal text instead.
    """
    words: dict[Topic, Template] = {}
    for one in in_use(shop):
        words.setdefault(one.topic, one)
    tired = _tired(shop, wishes, chosen)
    if chosen is None and Topic.PERSONAL in words:
        wishes = [_something_else(wish) if wish.customer_id in tired else wish for wish in wishes]
    facts = candidates.facts_of(shop, list({wish.customer_id for wish in wishes}))
    left: list[tuple[Wish, SmsSkip, str]] = []
    going: list[tuple[Wish, Template, str]] = []
    numbers: set[str] = set()
    people: set[int] = set()
    for wish in wishes:
        topics = wish.topics if chosen is None or wish.contact_id else (chosen.topic,)
        template = chosen or next((words[topic] for topic in wish.topics if topic in words), None)
        who = facts.get(wish.customer_id)
        skip = SmsSkip.GONE if who is None else rules.judge(
            who, topics, shop.today(), shop.policy.contacts.spacing_days, planned=bool(wish.contact_id)
        )  # fmt: skip
        if skip is None and template is None:
            skip = SmsSkip.NO_TEMPLATE
        if skip is None and not keep_tired and not wish.contact_id and wish.customer_id in tired:
            skip = SmsSkip.TIRED
        if skip is None and who is not None and (wish.customer_id in people or who.number in numbers):
            skip = SmsSkip.IN_BATCH if wish.customer_id in people else SmsSkip.SAME_NUMBER
        if skip is not None or who is None or template is None:
            left.append((wish, skip or SmsSkip.GONE, ""))
            continue
        numbers.add(who.number)
        people.add(wish.customer_id)
        going.append((wish, template, who.number))
    progress(0, len(going))
    written, unwritten = _write(shop, going)
    return Drawn(tuple(written), (*left, *unwritten))


def _tired(shop: Shop, wishes: Sequence[Wish], chosen: Template | None) -> set[int]:
    """Those for whom these messages would be one more promotion after a run of it."""
    selling = [
        wish.customer_id
        for wish in wishes
        if balance.is_promotion((chosen.topic,) if chosen and not wish.contact_id else wish.topics)
    ]
    return contact_balance.tired(shop, list(dict.fromkeys(selling)))


def _something_else(wish: Wish) -> Wish:
    """The schedule's brand message becomes a personal word."""
    return replace(wish, topics=(Topic.PERSONAL,)) if wish.topics == (Topic.BRAND_SMS,) else wish


def _write(
    shop: Shop, going: Sequence[tuple[Wish, Template, str]]
) -> tuple[list[Written], list[tuple[Wish, SmsSkip, str]]]:
    policy = shop.policy.sms
    written: list[Written] = []
    left: list[tuple[Wish, SmsSkip, str]] = []
    values = candidates.values_of(shop, [(wish, template.body) for wish, template, _number in going])
    for (wish, template, number), known in zip(going, values, strict=True):
        body, missing = rules.filled(template.body, known)
        text = rules.whole(body, shop.info.name, policy)
        parts = rules.length(text, policy).parts
        if missing:
            left.append((wish, SmsSkip.FIELD, missing))
        elif parts > policy.most_parts:
            left.append((wish, SmsSkip.TOO_LONG, str(parts)))
        else:
            written.append(Written(wish, template, number, text, parts))
    return written, left


def _make(
    shop: Shop,
    customers: Sequence[int] | None,
    name: str,
    at: str,
    source: dict[str, Any],
    progress: Progress,
    keep_tired: bool = False,
) -> Batch:
    send_at = checked_time(shop, at)
    chosen = _released(shop, name) if name else None
    with database.database.atomic():
        exclusive()
        wishes = candidates.due(shop) if customers is None else _wishes(customers, chosen)
        drawn = draw(shop, wishes, chosen, progress, keep_tired=keep_tired)
        if len(drawn.messages) > MOST:
            raise Refused(
                "一批最多 {most} 条短信，这里有 {n} 条。请用筛选分成几批。", most=MOST, n=len(drawn.messages)
            )
        if not drawn.messages:
            raise _nobody(drawn)
        made = freeze(shop, drawn, send_at, source)
    return batch(shop, made)


def _wishes(customers: Sequence[int], chosen: Template | None) -> list[Wish]:
    assert chosen is not None
    return candidates.chosen(customers, chosen.topic)


def _released(shop: Shop, name: str) -> Template:
    seen = by_name(shop, name)
    found = next((one for one in in_use(shop) if one.id == seen.id), None)
    if found is None:
        raise Refused(
            "短信模板“{name}”还没有发布。请店长先看过、发布，再准备这一批。", name=seen.name, field="template"
        )
    return found


def _nobody(drawn: Drawn) -> Refused:
    from services.sms.words import counted

    if not drawn.left:
        return Refused("现在没有到期的短信。", field="recipients")
    why = Counter(skip for _wish, skip, _detail in drawn.left)
    return Refused("现在没有可以发短信的客户：{why}。", why=counted(why), field="recipients")


def checked_time(shop: Shop, at: str) -> str:
    """When the platform shall send it, never in the quiet hours (spec 09, 66)."""
    text = at.strip() or shop.policy.sms.send_at
    try:
        number = rules.minutes(text)
    except ValueError:
        raise Refused("发送时间要写成 10:30 这样，“{time}”看不懂。", time=text, field="at") from None
    time = f"{number // 60:02}:{number % 60:02}"
    if rules.quiet(time, shop.policy):
        contacts, sms = shop.policy.contacts, shop.policy.sms
        raise Refused(
            "{time} 是不打扰的时段（{start} 至次日 {end}；运营商只许 {first}–{last}）。请换个时间发。",
            **{"time": time, "start": contacts.quiet_from, "end": contacts.quiet_to},
            **{"first": sms.never_before, "last": sms.never_after, "field": "at"},
        )
    return time


def freeze(shop: Shop, drawn: Drawn, send_at: str, source: dict[str, Any]) -> int:
    """Writes a batch in the caller's transaction; its number. `source` says what the recipients were taken from."""
    now = database.moment_value(shop.clock.now())
    number = database.insert(
        "sms_batch",
        **{"day": database.day_value(shop.today()), "send_at": send_at, "state": BatchState.DRAFT.value},
        **{"source": json.dumps(source, ensure_ascii=False), "made_by_id": shop.who, "made_at": now},
        **{"layout": "", "file": "", "sha256": ""},
    )
    database.execute_many(
        "INSERT INTO sms_message (batch_id, customer_id, contact_id, wording_id, topics, number, text, parts, key,"
        " state, reason, before) VALUES (?,?,?,?,?,?,?,?,?,'queued','','')",
        [
            (
                *(number, one.wish.customer_id, one.wish.contact_id, one.template.wording_id),
                *(_topics(one), one.number, one.text, one.parts, uuid.uuid4().hex),
            )
            for one in drawn.messages
        ],
    )
    database.execute_many(
        "INSERT INTO sms_left_out (batch_id, customer_id, contact_id, reason, detail) VALUES (?,?,?,?,?)",
        [
            (number, wish.customer_id, wish.contact_id, skip.value, detail)
            for wish, skip, detail in drawn.left
        ],
    )
    _remember_texts(shop, number, drawn)
    body = {"messages": len(drawn.messages), "left": len(drawn.left), "send_at": send_at, **source}
    journal.note(shop, "sms.batch_made", "sms_batch", number, body=body)
    return number


def _remember_texts(shop: Shop, batch_id: int, drawn: Drawn) -> None:
    """Who hears which text of the library; a brand message that became a personal word is one from now on."""
    from services import text_library_use

    told = candidates.tips(shop, [(one.wish, one.template.body) for one in drawn.messages])
    text_library_use.frozen(shop, batch_id, {customer: text.id for customer, text in told.items()})
    database.execute_many(
        "UPDATE contact SET topics = 'personal' WHERE id = ? AND topics = 'brand_sms'",
        [(one.wish.contact_id,) for one in drawn.messages if one.wish.topics == (Topic.PERSONAL,)],
    )


def _topics(one: Written) -> str:
    topics = one.wish.topics if one.wish.contact_id else (one.template.topic,)
    return ",".join(topic.value for topic in topics)


def review(shop: Shop, batch_id: int) -> Batch:
    """The manager has looked at recipients and texts: the batch may be exported. Raises Refused."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        _move(
            batch_id,
            (BatchState.DRAFT,),
            "state = 'reviewed', reviewed_by_id = ?, reviewed_on = ?",
            (shop.who, shop.today()),
        )
        journal.note(shop, "sms.batch_reviewed", "sms_batch", batch_id)
    return batch(shop, batch_id)


def unreview(shop: Shop, batch_id: int) -> Batch:
    """Takes the review back while nothing is exported."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        _move(
            batch_id, (BatchState.REVIEWED,), "state = 'draft', reviewed_by_id = NULL, reviewed_on = NULL", ()
        )
        journal.note(shop, "sms.batch_unreviewed", "sms_batch", batch_id)
    return batch(shop, batch_id)


def drop(shop: Shop, message_ids: Sequence[int]) -> int:
    """The manager takes recipients out of a batch that is not exported; the contacts stay in the schedule."""
    require(shop, Right.SCHEDULE)
    if not message_ids:
        return 0
    with database.database.atomic():
        gone = database.execute(
            "UPDATE sms_message SET state = ?, reason = ?, settled_on = ? WHERE state = 'queued'"
            f" AND id IN ({database.marks(message_ids)})",
            (SmsState.DROPPED.value, SmsSkip.CANCELLED.value, shop.today(), *message_ids),
        )
        journal.note(shop, "sms.messages_dropped", "sms_batch", body={"messages": gone})
    return gone


def cancel(shop: Shop, batch_id: int) -> Batch:
    """A batch that is not exported goes nowhere; its contacts stay in the schedule. Raises Refused once it is exported."""
    require(shop, Right.SCHEDULE)
    with database.database.atomic():
        _move(batch_id, (BatchState.DRAFT, BatchState.REVIEWED), "state = 'cancelled'", ())
        database.execute(
            "UPDATE sms_message SET state = ?, reason = ?, settled_on = ? WHERE batch_id = ? AND state = 'queued'",
            (SmsState.DROPPED.value, SmsSkip.CANCELLED.value, shop.today(), batch_id),
        )
        journal.note(shop, "sms.batch_cancelled", "sms_batch", batch_id)
    return batch(shop, batch_id)


_SAYS_NO = {
    BatchState.DRAFT: N_("第 {id} 批还没有审核。请店长先看过收件人和内容，再审核。"),
    BatchState.REVIEWED: N_("第 {id} 批已经审核过了。"),
    BatchState.EXPORTED: N_("第 {id} 批已经导出，等着确认结果；没有上传的话，请确认为“一条也没发”。"),
    BatchState.SENDING: N_("第 {id} 批正在通过短信网关发送，或停在半路。请看它的每一条，再继续或停下。"),
    BatchState.CLOSED: N_("第 {id} 批已经全部确认过了。"),
    BatchState.CANCELLED: N_("第 {id} 批已经取消了。请重新准备一批。"),
}


def _move(batch_id: int, states: Sequence[BatchState], change: str, params: Sequence[Any]) -> None:
    """Changes a batch that is in one of `states`. Raises Refused with what it is instead."""
    exclusive()
    codes = [state.value for state in states]
    changed = database.execute(
        f"UPDATE sms_batch SET {change} WHERE id = ? AND state IN ({database.marks(codes)})",
        (*params, batch_id, *codes),
    )
    if not changed:
        raise wrong_state(batch_id)


def wrong_state(batch_id: int) -> Refused:
    """Why the batch cannot be what was asked of it."""
    state = database.value_of("SELECT state FROM sms_batch WHERE id = ?", (batch_id,))
    if state is None:
        return Refused("没有第 {id} 批短信。用“sms list”查看全部。", id=batch_id)
    return Refused(_SAYS_NO[BatchState(state)], id=batch_id)
