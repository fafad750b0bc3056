"""The one place where SQL is put together: no database binds the name of a table as a value."""

from __future__ import annotations

from collections.abc import Set as AbstractSet


def quoted(name: str, listed: AbstractSet[str]) -> str:
    """Return the name of a table as an identifier, whatever is in it.

    Raises
    ------
    LookupError
        If the database does not list it: no other name becomes SQL.

    >>> quoted('a"; DROP TABLE b; --', {'a"; DROP TABLE b; --'})
    '"a""; DROP TABLE b; --"'
    """
    if name not in listed:
        raise LookupError(name)
    return '"' + name.replace('"', '""') + '"'


def select_from(name: str, listed: AbstractSet[str], *, count: bool = False) -> str:
    """Return the statement that reads every row of a table that is listed, or counts them.

    >>> select_from("courses", {"courses"})
    'SELECT * FROM "courses"'
    >>> select_from("courses", {"courses"}, count=True)
    'SELECT count(*) AS n FROM "courses"'
    """
    return f"SELECT {'count(*) AS n' if count else '*'} FROM {quoted(name, listed)}"
