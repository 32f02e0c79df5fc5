"""Where books are: a file, or a database on a server as a person fills it in."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlparse

from models import database
from services.errors import Refused
from services.words import N_


@dataclass(frozen=True)
class Place:
    """A database on a server, as a person fills it in."""

    host: str
    name: str
    user: str
    password: str = ""
    port: int = 5432

    def url(self) -> str:
        """Raises Refused for an empty field."""
        for value, field, sentence in (
            (self.host, "host", N_("请填写服务器的名字或地址。")),
            (self.name, "name", N_("请填写数据库的名字。")),
            (self.user, "user", N_("请填写数据库的用户名。")),
        ):
            if not value.strip():
                raise Refused(sentence, field=field)
        secret = f":{quote(self.password, safe='')}" if self.password else ""
        where = f"{quote(self.host.strip(), safe='.-:[]')}:{self.port}/{quote(self.name.strip(), safe='')}"
        return f"postgresql://{quote(self.user.strip(), safe='')}{secret}@{where}"


def place_of(url: str) -> Place:
    """The fields of a server's URL."""
    parts = urlparse(url)
    name = unquote(parts.path.lstrip("/"))
    return Place(
        unquote(parts.hostname or ""),
        name,
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        parts.port or 5432,
    )


def shown(url: str) -> str:
    """Where books are, without the password."""
    path = database.sqlite_path(url)
    if path is not None:
        return path.name
    place = place_of(url)
    return f"{place.user}@{place.host}:{place.port}/{place.name}"


def on_server(url: str) -> bool:
    return database.is_postgres(url)
