"""Findings made by hand, for what is done with them."""

from typing import Any

from reirrad.model.finding import Finding


def finding(constraint_id: str, **fields: Any) -> Finding:
    """Return a finding about the cord; the edition of ``a.one`` is a, and fields that do not matter are empty."""
    empty: dict[str, Any] = dict.fromkeys(Finding.__slots__)
    usual = {"structure": "SpinalCord", "advisory": False, "comparison": "at_most", "unit": "Gy EQD2"}
    given = usual | {"constraint_id": constraint_id, "edition": constraint_id.partition(".")[0]} | fields
    if given.get("status") == "met":
        # a finding that is met has the numbers that say so
        given["value_high"] = given["limit"] - given["margin"]
    return Finding(**(empty | given))
