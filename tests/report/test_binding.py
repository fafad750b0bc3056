"""Which constraint binds where values have no upper bound, and where an edition has points beside limits."""

from engine.disagreement_cases import finding
from reirrad.engine.disagreement import disagreements


def test_an_unbounded_violated_value_binds_before_one_that_is_met():
    unbounded = finding("a.sum", status="violated", margin=None, limit=135.5)
    met = finding("b.sum", status="met", margin=0.0, limit=50.0)
    (item,) = disagreements([unbounded, met])
    assert (item.binds, item.agree) == ("a.sum", False)
    assert [opinion.constraint_id for opinion in item.opinions] == ["a.sum", "b.sum"]


def test_points_do_not_hide_a_limit_of_the_same_edition():
    points = finding("a.score", status="violated", margin=-1.0, limit=1.0, unit="points")
    limit = finding("a.sum", status="violated", margin=-9.0, limit=51.0)
    other = finding("b.sum", status="violated", margin=-4.5, limit=135.5)
    (item,) = disagreements([points, limit, other])
    assert [opinion.constraint_id for opinion in item.opinions] == ["a.sum", "b.sum"]
    assert item.binds == "a.sum"
    # -9 of 51 and -4.5 of 135.5
    assert item.spread_percent == (-100 * 9 / 51, -100 * 4.5 / 135.5)


def test_points_bind_where_there_is_nothing_else():
    first = finding("a.score", status="met", margin=3.0, limit=3.0, unit="points")
    second = finding("b.score", status="met", margin=1.0, limit=3.0, unit="points")
    (item,) = disagreements([first, second])
    assert item.binds in ("a.score", "b.score")
    assert item.spread_percent is None
