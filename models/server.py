"""PostgreSQL for several counters: a link that was cut is made anew by itself."""

from __future__ import annotations

from typing import Any

from peewee import InterfaceError, OperationalError
from playhouse.pool import PooledPostgresqlDatabase


class Server(PooledPostgresqlDatabase):
    """After a cut the act under way fails as a whole, for nobody can know how far it came; the next one finds a new link.

    A question outside of a transaction is simply asked again.
    """

    def connection(self) -> Any:
        self._renew()
        return super().connection()

    def cursor(self, named_cursor: Any = None) -> Any:
        self._renew()
        return super().cursor(named_cursor)

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        try:
            return super().execute_sql(sql, params)
        except (OperationalError, InterfaceError):
            if self.in_transaction() or not self._is_cut() or not _is_question(sql):
                raise
        return super().execute_sql(sql, params)

    def _is_cut(self) -> bool:
        return not self.is_closed() and bool(self._state.conn.closed)

    def _renew(self) -> None:
        if not self.in_transaction() and self._is_cut():
            conn = self._state.conn
            self._state.reset()  # before anything asks for the connection again
            self._close(conn, close_conn=True)


def _is_question(sql: str) -> bool:
    return sql.lstrip("( \n")[:6].upper() == "SELECT"
