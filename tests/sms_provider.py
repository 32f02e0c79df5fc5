"""An SMS provider on loopback that does what a test tells it; its wire is smpp.pdu's, not the program's library."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from smpp.pdu import operations as ops
from smpp.pdu import pdu_types as kinds
from smpp.pdu.pdu_encoding import PDUEncoder

UCS2 = kinds.DataCoding(schemeData=kinds.DataCodingDefault.UCS2)


@dataclass(frozen=True)
class Submitted:
    """One submit_sm as it arrived."""

    number: str
    source: str
    text: str
    header: bytes
    reference: int
    wants_report: bool


class Link:
    """One connection of the shop, as the provider sees it."""

    def __init__(self, provider: Provider, connection: socket.socket) -> None:
        self.provider, self.connection = provider, connection
        self._sequence = 1000
        self._lock = threading.Lock()

    def put(self, pdu: Any) -> None:
        with self._lock:
            self.connection.sendall(PDUEncoder().encode(pdu))

    def ok(self, asked: Any, message_id: str) -> None:
        self.put(ops.SubmitSMResp(seqNum=asked.seqNum, message_id=message_id.encode()))

    def no(self, asked: Any, status: str) -> None:
        self.put(ops.SubmitSMResp(seqNum=asked.seqNum, status=getattr(kinds.CommandStatus, status)))

    def report(
        self, number: str, message_id: str, stat: str = "DELIVRD", err: str = "000", **more: Any
    ) -> None:
        words = f"id:{message_id} sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 stat:{stat} err:{err} text:"
        self._deliver(number, words.encode(), "SMSC_DELIVERY_RECEIPT", kinds.DataCoding(), **more)

    def reply(self, number: str, text: str) -> None:
        self._deliver(number, text.encode("utf-16-be"), "DEFAULT", UCS2)

    def _deliver(self, number: str, body: bytes, kind: str, coding: Any, **more: Any) -> None:
        self._sequence += 1
        esm = kinds.EsmClass(kinds.EsmClassMode.DEFAULT, getattr(kinds.EsmClassType, kind))
        self.put(
            ops.DeliverSM(
                seqNum=self._sequence, source_addr=number.encode(), destination_addr=b"10690000", esm_class=esm,
                short_message=body, data_coding=coding, **more,
            )
        )  # fmt: skip

    def enquire(self) -> None:
        self._sequence += 1
        self.put(ops.EnquireLink(seqNum=self._sequence))

    def drop(self) -> None:
        """The line is cut without a word."""
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


Act = Callable[[Link, Any, Submitted], None]


class Provider:
    """Listens until `close`. `on_submit` decides about each part; without it every part is taken and delivered."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.password, self.system_id = "geheim", "shuke"
        self.bind_status = ""
        self.on_submit: Act = taken
        self.on_bind: Callable[[Link], None] = lambda link: None
        self.on_query: Callable[[str], Any] = lambda message_id: None
        self.submitted: list[Submitted] = []
        self.acknowledged: list[int] = []
        self.commands: list[str] = []
        self.binds = 0
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._connections: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._listen, daemon=True)]
        self._threads[0].start()

    def __enter__(self) -> Provider:
        return self

    def __exit__(self, *_why: object) -> None:
        self.close()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=5)

    def numbers(self) -> list[str]:
        """To whom parts came in, in their order."""
        return [one.number for one in self.submitted]

    def _listen(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._talk, args=(connection,), daemon=True)
            self._connections.append(connection)
            self._threads.append(thread)
            thread.start()

    def _talk(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError), connection:
            if self._context is None:
                self._serve(connection)
                return
            with self._context.wrap_socket(connection, server_side=True) as sealed:
                self._serve(sealed)

    def _serve(self, connection: socket.socket) -> None:
        link = Link(self, connection)
        going = True
        while going:
            pdu = PDUEncoder().decode(BytesIO(_whole(connection)))
            self.commands.append(pdu.commandId.name)
            going = self._answer(link, pdu)

    def _answer(self, link: Link, pdu: Any) -> bool:
        if isinstance(pdu, ops.BindTransceiver):
            return self._bind(link, pdu)
        if isinstance(pdu, ops.SubmitSM):
            one = _submitted(pdu)
            self.submitted.append(one)
            self.on_submit(link, pdu, one)
        elif isinstance(pdu, ops.QuerySM):
            state = self.on_query(pdu.params["message_id"].decode())
            if state is None:
                link.put(ops.QuerySMResp(seqNum=pdu.seqNum, status=kinds.CommandStatus.ESME_RQUERYFAIL,
                                         message_id=b"", final_date=None, message_state=kinds.MessageState.UNKNOWN,
                                         error_code=0))  # fmt: skip
            else:
                link.put(ops.QuerySMResp(seqNum=pdu.seqNum, message_id=pdu.params["message_id"], final_date=None,
                                         message_state=state, error_code=0))  # fmt: skip
        elif isinstance(pdu, ops.EnquireLink):
            link.put(ops.EnquireLinkResp(seqNum=pdu.seqNum))
        elif isinstance(pdu, ops.DeliverSMResp):
            self.acknowledged.append(pdu.seqNum)
        elif isinstance(pdu, ops.Unbind):
            link.put(ops.UnbindResp(seqNum=pdu.seqNum))
            return False
        return True

    def _bind(self, link: Link, pdu: Any) -> bool:
        self.binds += 1
        status = self.bind_status
        if not status and pdu.params["system_id"] != self.system_id.encode():
            status = "ESME_RINVSYSID"
        if not status and pdu.params["password"] != self.password.encode():
            status = "ESME_RINVPASWD"
        if status:
            link.put(ops.BindTransceiverResp(seqNum=pdu.seqNum, status=getattr(kinds.CommandStatus, status)))
            return False
        link.put(ops.BindTransceiverResp(seqNum=pdu.seqNum, system_id=b"provider"))
        self.on_bind(link)
        return True


def taken(link: Link, pdu: Any, one: Submitted) -> None:
    """Taken, and delivered at once."""
    message_id = f"m{len(link.provider.submitted)}"
    link.ok(pdu, message_id)
    link.report(one.number, message_id)


def _submitted(pdu: Any) -> Submitted:
    got = pdu.params
    body = got["short_message"]
    header = b""
    if kinds.EsmClassGsmFeatures.UDHI_INDICATOR_SET in got["esm_class"].gsmFeatures:
        header, body = body[: 1 + body[0]], body[1 + body[0] :]
    assert got["data_coding"] == UCS2
    return Submitted(
        got["destination_addr"].decode(),
        got["source_addr"].decode(),
        body.decode("utf-16-be"),
        header,
        got["user_message_reference"],
        got["registered_delivery"].receipt is kinds.RegisteredDeliveryReceipt.SMSC_DELIVERY_RECEIPT_REQUESTED,
    )


def _whole(connection: socket.socket) -> bytes:
    head = _exactly(connection, 4)
    return head + _exactly(connection, struct.unpack(">L", head)[0] - 4)


def _exactly(connection: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        more = connection.recv(size - len(got))
        if not more:
            raise EOFError
        got += more
    return got
