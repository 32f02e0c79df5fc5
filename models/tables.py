"""All tables, parents before children."""

from __future__ import annotations

from models.allocation import Allocation, AllocationContact, AllocationMove
from models.arrival import Arrival
from models.campaign import Campaign, CampaignAnswer, CampaignBatch, CampaignCost, CampaignMember
from models.contact import Contact, FoldedNeed, ScheduleDay
from models.customer import Consent, Customer, Note, OptOut, Phone, RememberedDay
from models.database import Table
from models.erase_request import EraseRequest
from models.erased_person import ErasedPerson
from models.gift import Gift, GiftClass, GiftPlan, PlanLine, StockMove
from models.gift_check import GiftSample, SampleLine, StockClaim, Stocktake, StocktakeLine
from models.gift_parcel import GiftParcel
from models.grade import GradeChange, GradeRun
from models.journal import JournalBody, JournalEntry
from models.merge import CustomerMerge, MergeGone, NotSame
from models.policy import PolicyVersion
from models.printing import PrintItem, PrintJob, PrintSetup
from models.purchase import ImportRun, PointEntry, Purchase, Ticket, UnregisteredSale, Visit
from models.question import AskedQuestion
from models.saved_filter import SavedFilter
from models.shop_text import ShopText, ShopTextUse
from models.sms import SmsBatch, SmsIncoming, SmsLeftOut, SmsMessage, SmsPart, SmsReport, SmsTemplate, SmsText
from models.staff import ShopInfo, StaffGroup, User
from models.voucher import Redemption, Voucher, VoucherMove

TABLES: tuple[type[Table], ...] = (
    ShopInfo,
    StaffGroup,
    User,
    PolicyVersion,
    JournalEntry,
    JournalBody,
    Customer,
    Phone,
    RememberedDay,
    Consent,
    OptOut,
    Note,
    AskedQuestion,
    ImportRun,
    Ticket,
    Purchase,
    Visit,
    PointEntry,
    UnregisteredSale,
    GradeRun,
    GradeChange,
    GiftClass,
    Gift,
    GiftPlan,
    PlanLine,
    StockMove,
    Stocktake,
    StocktakeLine,
    StockClaim,
    GiftSample,
    SampleLine,
    GiftParcel,
    Contact,
    FoldedNeed,
    ScheduleDay,
    SmsTemplate,
    SmsText,
    SmsBatch,
    SmsMessage,
    SmsPart,
    SmsReport,
    SmsIncoming,
    SmsLeftOut,
    Campaign,
    CampaignMember,
    CampaignBatch,
    CampaignAnswer,
    CampaignCost,
    Arrival,
    ShopText,
    ShopTextUse,
    PrintJob,
    PrintItem,
    PrintSetup,
    CustomerMerge,
    MergeGone,
    NotSame,
    Allocation,
    AllocationMove,
    AllocationContact,
    SavedFilter,
    EraseRequest,
    ErasedPerson,
    Voucher,
    VoucherMove,
    Redemption,
)
