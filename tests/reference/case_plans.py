"""The schedules of generated courses: usual fraction sizes, and pairs that hit a limit exactly."""

from hypothesis import strategies as st

Plan = list[tuple[int, int]]  # the phases of a course: total dose in cGy, fractions

# Pairs of courses whose quantities at alpha/beta 2 lie exactly on a published limit or between two score bands.
HITS: list[tuple[Plan, Plan]] = [
    ([(1000, 5)], [(5500, 25)]),  # 20 + 115.5 = 135.5 Gy2
    ([(2100, 9)], [(4000, 16)]),  # 45.5 + 90 = 135.5
    ([(1200, 2)], [(2500, 5)]),  # 48 + 87.5 = 135.5
    ([(5000, 25)], [(6000, 30)]),  # 100 + 120
    ([(2560, 16)], [(3360, 14)]),  # 46.08 + 73.92 = 120
    ([(2560, 16), (3360, 14)], [(1000, 5)]),  # 120 in two phases
    ([(3000, 15)], [(3000, 15)]),  # 60 + 60, a share of one half
    ([(4000, 32)], [(4000, 32)]),  # 130
    ([(2800, 14)], [(2800, 7)]),  # 140, which is EQD2 70
    ([(2400, 9)], [(1200, 1)]),  # 140 with a single fraction
    ([(5000, 25)], [(600, 2), (1000, 2)]),  # 100, then 50, which is EQD2 25
    ([(3000, 10)], [(3000, 10)]),  # 150
    ([(2400, 16), (2400, 9)], [(2000, 5)]),  # 98 in one course
    ([(2800, 28), (2000, 5)], [(1000, 2)]),  # 102 in one course
    ([(1240, 1)], [(1400, 1)]),  # the stereotactic limits of a first course
    ([(1400, 1)], [(3000, 10)]),
    ([(1700, 2)], [(3000, 10)]),
    ([(2030, 3)], [(3000, 10)]),
    ([(2300, 4)], [(3000, 10)]),
    ([(2530, 5)], [(3000, 10)]),
]


def plans() -> st.SearchStrategy[Plan]:
    """Schedules of one phase, mostly, in usual fraction sizes."""
    small = phases(st.sampled_from([100, 120, 150, 160, 180, 200, 240, 250, 300]), st.integers(1, 20))
    conventional = phases(st.sampled_from([180, 200]), st.integers(20, 33))
    large = phases(st.sampled_from([300, 400, 500, 600, 800, 900, 1200, 1600]), st.integers(1, 5))
    phase = st.one_of(small, conventional, large)
    single = st.lists(phase, min_size=1, max_size=1)
    return st.one_of(single, single, single, st.lists(phase, min_size=2, max_size=3))


def phases(each: st.SearchStrategy[int], count: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, int]]:
    """Schedules of one phase; none of these products stands for a missing dose (D22: 999 and 9999 cGy)."""
    return st.builds(lambda size, n: (size * n, n), each, count)


def gray(centigray: int) -> int | float:
    return centigray // 100 if centigray % 100 == 0 else centigray / 100


@st.composite
def schedule_texts(draw: st.DrawFn, total: int, fractions: int) -> str:
    texts = [f"{gray(total)} Gy / {fractions}", f"{total} cGy / {fractions}"]
    if total % fractions == 0:
        texts.append(f"{fractions} x {gray(total // fractions)} Gy")
    return draw(st.sampled_from(texts))
