"""A gateway over SMPP 3.4. The library makes and reads the PDUs; the connection is ours.

The library's own client loses bytes when an answer stops half way, cannot check a server's name, and writes whole PDUs
(password and text) to its log; so its sockets and its log stay unused.
"""

from __future__ import annotations

import logging
import select
import socket
import ssl
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from smpplib import consts, exceptions, smpp
from smpplib.client import SimpleSequenceGenerator

from services.rules import sms_gateway as rules
from services.sms.account import Account
from services.sms.gateway import (
    Accepted,
    Declined,
    Event,
    LinkLost,
    No,
    NoEntry,
    Piece,
    Reply,
    Report,
)
from services.words import N_

logging.getLogger("smpplib").disabled = True
logging.getLogger("smpplib.command").disabled = True

UCS2 = consts.SMPP_ENCODING_ISO10646
_UDHI, _RECEIPT = consts.SMPP_GSMFEAT_UDHI, 0x04
_LARGEST = 65_536
"""Bytes of one PDU: nobody sends more, whatever the length says."""
_NOT_A_SERVER = N_("{host}:{port} 那边不是短信网关，或者要开（关）加密。请对照服务商给的资料。")

_BIND = {
    0x0E: N_("密码不对：服务商没有让“{system_id}”登录。请核对密码。"),
    0x0F: N_("账号“{system_id}”不对：服务商不认识它。请核对账号。"),
    0x0D: N_("服务商没有让“{system_id}”登录。请核对账号、密码，并问问本店的网址（IP）有没有报备。"),
    0x05: N_("“{system_id}”已经在别处登录。请关掉另一处的熟客，过一会儿再试。"),
    0x58: N_("服务商说登录太频繁。请过几分钟再试。"),
}
_DECLINED = {
    0x0B: No.NUMBER,
    0x34: No.NUMBER,
    0x50: No.NUMBER,
    0x51: No.NUMBER,
    0x0A: No.SENDER,
    0x48: No.SENDER,
    0x49: No.SENDER,
    0x14: No.TOO_FAST,
    0x58: No.TOO_FAST,
    0x01: No.TEXT,
}


class Smpp:
    """One bound session. Not for several threads at once."""

    def __init__(self, account: Account, seconds: float, window: int = 10, enquire: float = 30.0) -> None:
        self.account = account
        self.room = window
        self._seconds = seconds
        self._enquire = enquire
        self._numbers = SimpleSequenceGenerator()
        self._socket: socket.socket | None = None
        self._held = b""
        self._waiting: dict[int, int] = {}
        """Sequence number → our part."""
        self._asked: dict[int, str] = {}
        self._tickets: dict[int, int] = {}
        self._heard = self._spoke = time.monotonic()

    @classmethod
    def open(cls, account: Account, seconds: float, window: int = 10, enquire: float = 30.0) -> Smpp:
        """Connects and signs in. Raises NoEntry, LinkLost."""
        made = cls(account, seconds, window, enquire)
        made._socket = _connected(account, seconds)
        try:
            made._bind()
        except Exception:
            made._drop()
            raise
        return made

    # ---- the gateway

    def submit(self, piece: Piece) -> None:
        body = piece.text.encode("utf-16-be")
        long = piece.of > 1
        if long:
            body = bytes((5, 0, 3, piece.group % 256, piece.of, piece.place)) + body
        code = self.account.country_code
        pdu = self._make(
            "submit_sm",
            **self._sender(),
            dest_addr_ton=consts.SMPP_TON_INTL if code else consts.SMPP_TON_UNK,
            dest_addr_npi=consts.SMPP_NPI_ISDN,
            destination_addr=code + piece.number,
            esm_class=_UDHI if long else 0,
            data_coding=UCS2,
            registered_delivery=consts.SMPP_SMSC_DELIVERY_RECEIPT_BOTH,
            user_message_reference=rules.reference(piece.id),
            short_message=body,
        )
        self._waiting[pdu.sequence] = piece.id
        self._send(pdu)

    def ask(self, provider_id: str) -> None:
        pdu = self._make("query_sm", message_id=provider_id, **self._sender())
        self._asked[pdu.sequence] = provider_id
        self._send(pdu)

    def receive(self, seconds: float) -> list[Event]:
        until = time.monotonic() + seconds
        found: list[Event] = []
        while True:
            try:
                for pdu in self._arrived():
                    event = self._event(pdu)
                    if event is not None:
                        found.append(event)
            except LinkLost:
                # What came before the end counts; the next call meets the closed connection.
                if not found:
                    raise
                return found
            left = until - time.monotonic()
            if found or left <= 0:
                if not found:
                    self._keep_alive()
                return found
            self._read(min(left, self._enquire))
            self._keep_alive()

    def acknowledge(self, event: Report | Reply) -> None:
        if event.ticket:
            answer = self._make("deliver_sm_resp", message_id="")
            answer.sequence = self._tickets.pop(event.ticket)
            self._send(answer)

    def close(self) -> None:
        with suppress(LinkLost):
            self._send(self._make("unbind"))
            # What still comes in between is brought again next time: nothing of it was acknowledged.
            until = time.monotonic() + min(self._seconds, 1.0)
            while time.monotonic() < until:
                if any(pdu.command == "unbind_resp" for pdu in self._arrived()):
                    break
                self._read(until - time.monotonic())
        self._drop()

    # ---- signing in

    def _bind(self) -> None:
        account = self.account
        self._send(
            self._make(
                "bind_transceiver",
                system_id=account.system_id,
                password=account.password,
                system_type="",
                interface_version=0x34,
                addr_ton=0,
                addr_npi=0,
                address_range="",
            )
        )
        until = time.monotonic() + self._seconds
        while time.monotonic() < until:
            try:
                for pdu in self._arrived():
                    if pdu.command in ("bind_transceiver_resp", "generic_nack"):
                        self._let_in(pdu.status)
                        return
                self._read(until - time.monotonic())
            except LinkLost as why:
                raise self._no_server() from why
        raise self._no_server()

    def _let_in(self, status: int) -> None:
        if not status:
            return
        words = _BIND.get(status, N_("服务商没有让“{system_id}”登录（代码 {code}）。请把代码告诉服务商。"))
        raise NoEntry(words, system_id=self.account.system_id, code=f"0x{status:02X}")

    def _no_server(self) -> NoEntry:
        return NoEntry(_NOT_A_SERVER, host=self.account.host, port=self.account.port)

    def _sender(self) -> dict[str, Any]:
        letters = not self.account.sender.isdigit()
        return {
            "source_addr_ton": consts.SMPP_TON_ALNUM
            if self.account.sender and letters
            else consts.SMPP_TON_UNK,
            "source_addr_npi": consts.SMPP_NPI_UNK,
            "source_addr": self.account.sender,
        }

    # ---- what comes in

    def _event(self, pdu: Any) -> Event | None:
        known = self._waiting.pop(pdu.sequence, None) if pdu.command in _ANSWERS else None
        if pdu.command == "submit_sm_resp" or (pdu.command == "generic_nack" and known is not None):
            if known is None:
                return None
            if pdu.status:
                return Declined(known, _DECLINED.get(pdu.status, No.OTHER), pdu.status)
            return Accepted(known, _text(pdu.message_id))
        if pdu.command == "query_sm_resp":
            return self._answered(pdu)
        if pdu.command == "deliver_sm":
            return self._brought(pdu)
        if pdu.command == "enquire_link":
            self._respond("enquire_link_resp", pdu.sequence)
        elif pdu.command == "unbind":
            self._respond("unbind_resp", pdu.sequence)
            self._drop()
            raise LinkLost(N_("服务商结束了连接。请过一会儿再试。"))
        return None

    def _answered(self, pdu: Any) -> Report | None:
        asked = self._asked.pop(pdu.sequence, "")
        if not asked or pdu.status:
            return None
        state = rules.state_of(pdu.message_state)
        error = str(pdu.error_code or "")
        reason = rules.reason_of(pdu.message_state, "", error) if state.value == "failed" else ""
        return Report(0, asked, "", None, state, reason)

    def _brought(self, pdu: Any) -> Report | Reply:
        ticket = self._numbers.next_sequence()
        self._tickets[ticket] = pdu.sequence
        text = _decoded(pdu)
        number = rules.plain_number(_text(pdu.source_addr))
        told = rules.receipt(text)
        provider_id = _text(getattr(pdu, "receipted_message_id", None)) or told.provider_id
        code = getattr(pdu, "message_state", None)
        if not (pdu.esm_class or 0) & _RECEIPT or not (provider_id or told.state or code is not None):
            return Reply(ticket, number, text)
        state = rules.state_of(code, told.state)
        reason = rules.reason_of(code, told.state, told.error) if state.value == "failed" else ""
        reference = getattr(pdu, "user_message_reference", None)
        return Report(ticket, provider_id, number, reference, state, reason)

    def _keep_alive(self) -> None:
        now = time.monotonic()
        if now - max(self._heard, self._spoke) >= self._enquire:
            self._send(self._make("enquire_link"))
        if now - self._heard > self._enquire + self._seconds:
            self._drop()
            raise _gone()

    # ---- the wire

    def _make(self, command: str, **values: Any) -> Any:
        return smpp.make_pdu(command, client=self._numbers, **values)

    def _respond(self, command: str, sequence: int) -> None:
        answer = self._make(command)
        answer.sequence = sequence
        self._send(answer)

    def _send(self, pdu: Any) -> None:
        if self._socket is None:
            raise _gone()
        try:
            self._socket.settimeout(self._seconds)
            self._socket.sendall(pdu.generate())
        except OSError as why:
            self._drop()
            raise _gone() from why
        self._spoke = time.monotonic()

    def _read(self, seconds: float) -> None:
        """Waits for bytes and keeps them: half a PDU stays until the other half comes."""
        if self._socket is None:
            raise _gone()
        try:
            pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()
            if not pending and not select.select([self._socket], [], [], max(seconds, 0.0))[0]:
                return
            self._socket.settimeout(max(seconds, 0.01))
            got = self._socket.recv(_LARGEST)
        except (TimeoutError, ssl.SSLWantReadError):
            return
        except (OSError, ValueError) as why:
            self._drop()
            raise _gone() from why
        if not got:
            self._drop()
            raise _gone()
        self._heard = time.monotonic()
        self._held += got

    def _arrived(self) -> Iterator[Any]:
        """The PDUs that are whole, one by one: whoever stops in between leaves the rest for later."""
        while len(self._held) >= 16:
            (length,) = struct.unpack(">L", self._held[:4])
            if not 16 <= length <= _LARGEST:
                self._drop()
                raise LinkLost(_NOT_A_SERVER, host=self.account.host, port=self.account.port)
            if len(self._held) < length:
                break
            raw, self._held = self._held[:length], self._held[length:]
            pdu = self._parsed(raw)
            if pdu is not None:
                yield pdu

    def _parsed(self, raw: bytes) -> Any:
        """A PDU as far as it can be understood: an optional field nobody knows must not cost a report."""
        from smpplib.pdu import extract_command

        try:
            pdu = self._make(extract_command(raw), allow_unknown_opt_params=True)
        except exceptions.UnknownCommandError:
            return None
        with suppress(Exception):
            pdu.parse(raw)
        _length, _command, pdu.status, pdu.sequence = struct.unpack(">LLLL", raw[:16])
        return pdu

    def _drop(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
            self._socket = None


_ANSWERS = ("submit_sm_resp", "generic_nack")


def _connected(account: Account, seconds: float) -> socket.socket:
    """A socket to the provider, encrypted where the account says so. Raises NoEntry, LinkLost."""
    where: dict[str, Any] = {"host": account.host, "port": account.port}
    try:
        plain = socket.create_connection((account.host, account.port), timeout=seconds)
    except socket.gaierror as why:
        raise LinkLost(N_("找不到服务器 {host}。请检查地址，或看看网络是不是断了。"), **where) from why
    except ConnectionRefusedError as why:
        raise LinkLost(N_("{host} 没有在 {port} 端口接听。请核对端口，或问服务商。"), **where) from why
    except TimeoutError as why:
        raise LinkLost(
            N_("{host}:{port} 没有回应。请检查网络，或问服务商本店的网址（IP）有没有报备。"), **where
        ) from why
    except OSError as why:
        raise LinkLost(N_("连不上 {host}:{port}。请检查网络。"), **where) from why
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if not account.tls:
        return plain
    try:
        return ssl.create_default_context().wrap_socket(plain, server_hostname=account.host)
    except ssl.SSLCertVerificationError as why:
        plain.close()
        raise NoEntry(N_("{host} 的证书不可信，没有登录，也没有送出密码。请问服务商。"), **where) from why
    except (ssl.SSLError, OSError) as why:
        plain.close()
        raise NoEntry(_NOT_A_SERVER, **where) from why


def _gone() -> LinkLost:
    return LinkLost(N_("和服务商的连接断了。请检查网络，过一会儿再试。"))


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    return str(value or "").strip("\x00 ")


def _decoded(pdu: Any) -> str:
    """The words of a deliver_sm, without the header that joins parts."""
    raw = pdu.short_message or getattr(pdu, "message_payload", None) or b""
    if (pdu.esm_class or 0) & _UDHI and raw:
        raw = raw[1 + raw[0] :]
    coding = pdu.data_coding or 0
    if coding == UCS2:
        return str(raw.decode("utf-16-be", "replace")).strip("\x00")
    for name in ("utf-8", "gb18030") if coding in (0, 4, 15) else ("latin-1",):
        with suppress(UnicodeDecodeError):
            return str(raw.decode(name)).strip("\x00")
    return str(raw.decode("latin-1")).strip("\x00")
