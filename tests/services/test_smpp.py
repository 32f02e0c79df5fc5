"""The wire of SMPP 3.4 against a provider whose codec is of other hands: parts, reports, replies, every kind of no."""

from __future__ import annotations

import logging
import shutil
import socket
import ssl
import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip(
    "smpp.pdu", reason="the provider of the tests is installed with requirements-dev.txt only"
)

from smpp.pdu import pdu_types as kinds

from models.kinds import SmsState
from services.rules import sms_gateway as rules
from services.sms.account import Account
from services.sms.gateway import Accepted, Declined, LinkLost, No, NoEntry, Piece, Reply, Report
from services.sms.smpp import Smpp
from tests.sms_provider import Provider

PHONE = "13800000001"


@pytest.fixture
def provider() -> Any:
    with Provider() as made:
        yield made


def account(provider: Provider, **more: Any) -> Account:
    values = {
        **{"host": "127.0.0.1", "port": provider.port, "tls": False},
        **{"system_id": "shuke", "password": "geheim", "sender": "10690000"},
    }
    return Account(**(values | more))


def opened(provider: Provider, **more: Any) -> Smpp:
    return Smpp.open(account(provider, **more), seconds=10.0)


def heard(gateway: Smpp, count: int) -> list[Any]:
    """The next `count` events."""
    found: list[Any] = []
    while len(found) < count:
        got = gateway.receive(10.0)
        assert got, found
        found += got
    return found


def test_a_part_goes_out_in_ucs2_with_our_own_id_and_its_report_comes_back(provider: Provider) -> None:
    gateway = opened(provider)
    gateway.submit(Piece(7, PHONE, "【和平路店】您好😀"))
    taken, report = heard(gateway, 2)
    assert taken == Accepted(7, "m1")
    assert (report.provider_id, report.number, report.state) == ("m1", PHONE, SmsState.DELIVERED)
    gateway.acknowledge(report)
    gateway.close()
    (one,) = provider.submitted
    assert (one.number, one.source, one.text) == ("86" + PHONE, "10690000", "【和平路店】您好😀")
    assert (one.header, one.reference, one.wants_report) == (b"", rules.reference(7), True)
    assert provider.acknowledged == [1001]
    assert provider.commands[-1] == "unbind"


def test_a_report_is_acknowledged_only_when_the_caller_says_so(provider: Provider) -> None:
    gateway = opened(provider)
    gateway.submit(Piece(1, PHONE, "您好"))
    heard(gateway, 2)
    gateway.close()
    assert provider.acknowledged == []


def test_the_parts_of_a_long_message_carry_the_header_that_joins_them(provider: Provider) -> None:
    gateway = opened(provider, country_code="")
    for place, words in enumerate(("一" * 67, "二" * 67, "三"), 1):
        gateway.submit(Piece(place, PHONE, words, place, 3, group=300))
    heard(gateway, 6)
    gateway.close()
    assert [one.header for one in provider.submitted] == [bytes((5, 0, 3, 44, 3, n)) for n in (1, 2, 3)]
    assert [one.text for one in provider.submitted] == ["一" * 67, "二" * 67, "三"]
    assert provider.numbers() == [PHONE] * 3


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("ESME_RINVDSTADR", No.NUMBER),
        ("ESME_RINVSRCADR", No.SENDER),
        ("ESME_RTHROTTLED", No.TOO_FAST),
        ("ESME_RMSGQFUL", No.TOO_FAST),
        ("ESME_RINVMSGLEN", No.TEXT),
        ("ESME_RSYSERR", No.OTHER),
    ],
)
def test_every_no_has_its_reason(provider: Provider, status: str, why: No) -> None:
    provider.on_submit = lambda link, pdu, one: link.no(pdu, status)
    gateway = opened(provider)
    gateway.submit(Piece(3, PHONE, "您好"))
    (said,) = heard(gateway, 1)
    gateway.close()
    assert isinstance(said, Declined) and (said.id, said.why) == (3, why)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"password": "falsch"}, "密码不对"),
        ({"system_id": "wer"}, "不认识它"),
    ],
)
def test_a_wrong_password_and_a_wrong_account_are_told_apart(
    provider: Provider, change: dict[str, str], words: str
) -> None:
    with pytest.raises(NoEntry, match=words):
        opened(provider, **change)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("ESME_RBINDFAIL", "报备"),
        ("ESME_RALYBND", "别处"),
        ("ESME_RTHROTTLED", "太频繁"),
        ("ESME_RSYSERR", "0x08"),
    ],
)
def test_whoever_is_not_let_in_is_told_why(provider: Provider, status: str, words: str) -> None:
    provider.bind_status = status
    with pytest.raises(NoEntry, match=words):
        opened(provider)


def test_nobody_listening_and_no_such_name_are_lost_links() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(LinkLost, match=f"{port} 端口"):
        Smpp.open(Account("127.0.0.1", port, False, "a", "b"), seconds=5.0)
    with pytest.raises(LinkLost, match="找不到服务器"):
        Smpp.open(Account("no-such-host.invalid", 2775, False, "a", "b"), seconds=5.0)


def test_something_else_on_the_port_is_not_taken_for_a_gateway() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            connection, _address = server.accept()
            with connection:
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        with pytest.raises(NoEntry, match="不是短信网关"):
            Smpp.open(Account("127.0.0.1", server.getsockname()[1], False, "a", "b"), seconds=5.0)
        thread.join()


def test_a_line_that_is_cut_is_noticed_and_what_came_before_it_counts(provider: Provider) -> None:
    def cut(link: Any, pdu: Any, _one: Any) -> None:
        link.ok(pdu, "m1")
        link.drop()

    provider.on_submit = cut
    gateway = opened(provider)
    gateway.submit(Piece(1, PHONE, "您好"))
    assert heard(gateway, 1) == [Accepted(1, "m1")]
    with pytest.raises(LinkLost):
        gateway.receive(10.0)
    with pytest.raises(LinkLost):
        gateway.submit(Piece(2, PHONE, "您好"))


def test_half_a_pdu_waits_for_its_other_half(provider: Provider) -> None:
    gateway = opened(provider)
    raw: list[bytes] = []

    def halves(link: Any, pdu: Any, _one: Any) -> None:
        from smpp.pdu import operations as ops
        from smpp.pdu.pdu_encoding import PDUEncoder

        whole = PDUEncoder().encode(ops.SubmitSMResp(seqNum=pdu.seqNum, message_id=b"m9"))
        raw.append(whole[9:])
        link.connection.sendall(whole[:9])
        link.provider.half = link

    provider.on_submit = halves
    gateway.submit(Piece(1, PHONE, "您好"))
    while not raw:
        assert gateway.receive(0.05) == []
    assert gateway.receive(0.05) == []
    provider.half.connection.sendall(raw[0])  # type: ignore[attr-defined]
    assert heard(gateway, 1) == [Accepted(1, "m9")]
    gateway.close()


def test_replies_are_read_and_the_provider_is_answered_when_it_asks_for_life(provider: Provider) -> None:
    def greet(link: Any) -> None:
        link.enquire()
        link.reply("86" + PHONE, "退订")

    provider.on_bind = greet
    gateway = opened(provider)
    (said,) = heard(gateway, 1)
    assert isinstance(said, Reply) and (said.number, said.text) == (PHONE, "退订")
    gateway.acknowledge(said)
    gateway.close()
    assert "enquire_link_resp" in provider.commands and provider.acknowledged == [1002]


def test_a_silent_line_is_asked_for_life(provider: Provider) -> None:
    gateway = Smpp.open(account(provider), seconds=10.0, enquire=0.05)
    while "enquire_link" not in provider.commands:
        gateway.receive(0.1)
    gateway.close()


def test_a_report_may_name_the_message_in_its_fields_alone_and_carry_our_own_id(provider: Provider) -> None:
    def fields(link: Any, pdu: Any, one: Any) -> None:
        link.ok(pdu, "ff")
        link.report(
            one.number, "", "", message_state=kinds.MessageState.UNDELIVERABLE, receipted_message_id=b"ff",
            user_message_reference=one.reference,
        )  # fmt: skip

    provider.on_submit = fields
    gateway = opened(provider)
    gateway.submit(Piece(5, PHONE, "您好"))
    _taken, said = heard(gateway, 2)
    assert isinstance(said, Report)
    assert (said.provider_id, said.state, said.reason) == ("ff", SmsState.FAILED, "UNDELIV")
    assert said.reference == rules.reference(5)
    gateway.close()


def test_a_message_can_be_asked_about(provider: Provider) -> None:
    provider.on_query = {"m1": kinds.MessageState.DELIVERED, "m2": kinds.MessageState.ENROUTE}.get
    gateway = opened(provider)
    for message_id in ("m1", "m2", "m3"):
        gateway.ask(message_id)
    said = {one.provider_id: one.state for one in heard(gateway, 2)}
    gateway.close()
    assert said == {"m1": SmsState.DELIVERED, "m2": SmsState.HANDED_OVER}, "of m3 nobody knows anything"


def test_neither_password_nor_text_reaches_a_log(provider: Provider, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    gateway = opened(provider)
    gateway.submit(Piece(1, PHONE, "您好"))
    heard(gateway, 2)
    gateway.close()
    assert "geheim" not in caplog.text and b"geheim".hex() not in caplog.text
    assert "您好".encode("utf-16-be").hex() not in caplog.text


# ---- encrypted


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, made now."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate of the test")
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(file) + ".key", "-out", str(file)],
        check=True, capture_output=True,
    )  # fmt: skip
    return file


def test_the_line_is_encrypted_and_the_servers_name_is_checked(certificate: Path, monkeypatch: Any) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, str(certificate) + ".key")
    with Provider(context) as provider:
        with pytest.raises(NoEntry, match="证书不可信"):
            opened(provider, tls=True)
        assert provider.binds == 0, "no password to somebody who is not known"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        gateway = opened(provider, tls=True)
        gateway.submit(Piece(1, PHONE, "您好"))
        assert heard(gateway, 2)[0] == Accepted(1, "m1")
        gateway.close()
        other = replace(account(provider, tls=True), host="localhost")
        with pytest.raises((NoEntry, LinkLost)):
            Smpp.open(other, seconds=10.0)


def test_an_unencrypted_server_is_told_apart_when_encryption_is_on(provider: Provider) -> None:
    with pytest.raises(NoEntry, match="加密"):
        Smpp.open(account(provider, tls=True), seconds=2.0)
