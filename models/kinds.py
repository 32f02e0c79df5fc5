"""The closed words of the shop, as they stand in files, JSON and the database. Importing it costs no peewee."""

from __future__ import annotations

from enum import Enum


class Code(str, Enum):
    """A string enum whose text form is its code (spec 07, "Codes")."""

    def __str__(self) -> str:
        return str(self.value)


class Role(Code):
    CLERK = "clerk"
    MANAGER = "manager"
    OWNER = "owner"


class Grade(Code):
    """Care grade; lost is a state beside it (spec 01)."""

    A = "A"
    B = "B"
    C = "C"


class CustomerState(Code):
    ACTIVE = "active"
    LOST = "lost"
    MERGED = "merged"
    ERASED = "erased"


class Sex(Code):
    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


class Calendar(Code):
    SOLAR = "solar"
    LUNAR = "lunar"


class GradeRule(Code):
    """What caused a grade or state: kept with every change (seeds/002 三)."""

    POINTS = "points"
    TICKETS = "tickets"
    SPECIAL = "special"
    REPEAT = "repeat"
    BOUGHT = "bought"
    PROSPECT = "prospect"
    BY_HAND = "by_hand"
    NO_VISIT = "no_visit"
    NO_PURCHASE = "no_purchase"
    RETURNED = "returned"


class PointKind(Code):
    EARNED = "earned"
    RETURNED = "returned"
    REDEEMED = "redeemed"
    ADJUSTED = "adjusted"
    EXPIRED = "expired"
    OWED = "owed"
    """A return took back more than was left: the balance stays at zero, and the next redemption pays it."""


class Occasion(Code):
    """赠送事宜: what a gift or greeting is for. Further festivals use the code of their name."""

    MAY_DAY = "may_day"
    NATIONAL_DAY = "national_day"
    SPRING_FESTIVAL = "spring_festival"
    BIRTHDAY = "birthday"
    PURCHASE = "purchase"
    SEASON = "season"
    OWNER_CHOICE = "owner_choice"
    REMEMBERED_DAY = "remembered_day"
    NEW_YEAR = "new_year"
    LANTERN = "lantern"
    WOMENS_DAY = "womens_day"
    DRAGON_BOAT = "dragon_boat"
    QIXI = "qixi"
    MID_AUTUMN = "mid_autumn"
    ANNIVERSARY = "anniversary"


class LineStatus(Code):
    """The life of a gift plan line (spec 03)."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    ISSUED = "issued"
    CHECKED = "checked"
    CANCELLED = "cancelled"


class Handover(Code):
    """How a gift reaches the customer (seeds/002 五)."""

    COLLECT = "collect"
    DELIVER = "deliver"
    POST = "post"


class SkipReason(Code):
    """Why a buyer was not registered (spec 05: one of four reasons), or that the day's count was typed at closing."""

    HURRY = "hurry"
    UNWILLING = "unwilling"
    TOURIST = "tourist"
    OTHER = "other"
    DAY_COUNT = "day_count"


class StockKind(Code):
    RECEIVED = "received"
    ISSUED = "issued"
    RETURNED = "returned"
    BROKEN = "broken"
    COUNTED = "counted"


class VoucherState(Code):
    ISSUED = "issued"
    REDEEMED = "redeemed"
    EXPIRED = "expired"
    VOID = "void"


class VoucherKind(Code):
    """What a voucher is for (spec 03, 06)."""

    GIFT = "gift"
    BIRTHDAY = "birthday"
    POINTS = "points"
    FIRST_TRY = "first_try"
    AMENDS = "amends"


class VoucherMoveKind(Code):
    ISSUED = "issued"
    REDEEMED = "redeemed"
    UNDONE = "undone"
    RESTORED = "restored"
    EXPIRED = "expired"
    VOIDED = "voided"
    REVIVED = "revived"


class Topic(Code):
    FOLLOW_UP = "follow_up"
    BIRTHDAY = "birthday"
    FESTIVAL = "festival"
    NEW_ARRIVALS = "new_arrivals"
    PROMOTION = "promotion"
    COMPANY_NEWS = "company_news"
    PERSONAL = "personal"
    BRAND_SMS = "brand_sms"
    EARLY_NOTICE = "early_notice"
    WIN_BACK = "win_back"
    GIFT_WAITING = "gift_waiting"


class Channel(Code):
    PHONE = "phone"
    SMS = "sms"
    POST = "post"
    VISIT = "visit"
    SHOP = "shop"


class ContactState(Code):
    PLANNED = "planned"
    DONE = "done"
    NO_ANSWER = "no_answer"
    POSTPONED = "postponed"
    REFUSED = "refused"
    EXPIRED = "expired"


class PrintKind(Code):
    CARD = "card"
    LABEL = "label"
    ENVELOPE = "envelope"
    GIFT_LABEL = "gift_label"
    SHEET = "sheet"
    SLIP = "slip"


class SmsState(Code):
    """The life of one message (spec 04, 09): what is handed over is never handed over again by itself."""

    QUEUED = "queued"
    HANDED_OVER = "handed_over"
    UNKNOWN = "unknown"
    """Handed over, and nobody can say whether it was taken: asked about, never sent again by itself."""
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"
    """Taken out before it went: opted out meanwhile, the batch was cancelled."""


class BatchState(Code):
    DRAFT = "draft"
    REVIEWED = "reviewed"
    EXPORTED = "exported"
    SENDING = "sending"
    """Going out through the gateway, or stopped on the way."""
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CampaignKind(Code):
    """What a campaign tells (spec 04, 06)."""

    NEW_GOODS = "new_goods"
    PROMOTION = "promotion"
    NEWS = "news"
    EVENT = "event"


class CampaignState(Code):
    DRAFT = "draft"
    RELEASED = "released"
    RUNNING = "running"
    """Released and begun; the books keep it as released, the day tells the rest."""
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CampaignReply(Code):
    """What a customer said to a campaign."""

    COMING = "coming"
    MAYBE = "maybe"
    NO = "no"
