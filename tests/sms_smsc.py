"""A whole SMPP server of other hands (smpp34) on loopback: it takes messages, reports them, and keeps what was not fetched."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

import smpp34


class Smsc:
    """Takes every part, and brings its report until the shop has acknowledged it, over as many connections as it needs."""

    def __init__(self) -> None:
        self.submitted: list[str] = []
        """Numbers, in the order in which their parts came."""
        self.on_submit: Callable[[int], None] = lambda count: None
        """Called before a part is answered, with how many came so far."""
        self.on_answered: Callable[[int], None] = lambda count: None
        self._owed: dict[str, tuple[str, bytes]] = {}
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._bringing: set[Any] = set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Smsc:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_why: object) -> None:
        self._loop.call_soon_threadsafe(self._main.cancel)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._main = self._loop.create_task(self._serve())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._main)
        for task in self._bringing:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._bringing, return_exceptions=True))
        self._loop.close()

    async def _serve(self) -> None:
        server = smpp34.Server(host="127.0.0.1", port=self.port, system_id="SMSC")
        await server.start()
        self._ready.set()
        shops: dict[str, Any] = {}
        try:
            while True:
                event = await server.next()
                if isinstance(event, smpp34.Esme):
                    shops[event.session_id] = event
                    for message_id in list(self._owed):
                        self._bring(event, message_id)
                elif isinstance(event, smpp34.SubmitSmEvent):
                    self._take(event, shops.get(event.session_id))
                else:
                    shops.pop(event.session_id, None)
        finally:
            await server.stop()

    def _take(self, event: Any, shop: Any) -> None:
        self.submitted.append(event.destination_addr)
        count = len(self.submitted)
        message_id = f"{count:08x}"
        own = next((tlv.value for tlv in event.tlvs if tlv.tag == smpp34.TLV_USER_MESSAGE_REFERENCE), b"")
        self._owed[message_id] = (event.destination_addr, own)
        self.on_submit(count)
        event.accept(message_id=message_id)
        self.on_answered(count)
        if shop is not None:
            self._bring(shop, message_id)

    def _bring(self, shop: Any, message_id: str) -> None:
        task = self._loop.create_task(self._report(shop, message_id))
        self._bringing.add(task)
        task.add_done_callback(self._bringing.discard)

    async def _report(self, shop: Any, message_id: str) -> None:
        number, own = self._owed[message_id]
        text = f"id:{message_id} sub:001 dlvrd:001 submit date:2611221000 done date:2611221001 stat:DELIVRD err:000 text:"
        with contextlib.suppress(Exception):
            answer = await shop.deliver_sm(
                "10690000",
                text.encode(),
                source_addr=number,
                esm_class=0x04,
                tlvs=[smpp34.Tlv(smpp34.TLV_USER_MESSAGE_REFERENCE, own)] if own else [],
            )
            if answer.is_success:
                self._owed.pop(message_id, None)
