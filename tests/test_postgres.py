"""The helper that starts PostgreSQL: the books' own tests on it stand beside those on SQLite."""

from __future__ import annotations

import psycopg
import pytest

from tests import postgres


@pytest.mark.postgres
def test_a_private_server_answers_in_an_empty_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert tables == (0,)
        assert connection.execute("SELECT '熟客'").fetchone() == ("熟客",)


@pytest.mark.postgres
def test_each_test_has_a_database_of_its_own(postgres_server: postgres.Server) -> None:
    assert postgres_server.fresh_database() != postgres_server.fresh_database()


def test_without_postgresql_the_reason_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(postgres, "BINARIES", tmp_path)
    with pytest.raises(postgres.Impossible, match="not installed"):
        postgres.start()
