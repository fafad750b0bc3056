"""The line of each key: documents written by hand, and generated ones in which each line is known."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.refusals import cases
from property.effort import examples
from reirrad.library.toml_lines import line_of, lines_of_keys

DOCUMENTS = [
    ("nothing", "", {}),
    ("blank-lines", "\n\n\na = 1\n\nb = 2\n", {"a": 4, "b": 6}),
    ("no-last-line-end", "a = 1\n[t]\nb = 2", {"a": 1, "t": 2, "t.b": 3}),
    ("indented", "  a = 1\n\t[t]\n\t b=1\n", {"a": 1, "t": 2, "t.b": 3}),
    ("array-of-lines", "a = [\n  1, # [ no table\n\n  2,\n]\nb = 2\n", {"a": 1, "b": 6}),
    ("array-of-arrays", "a = [\n  [1, 2],\n  [3, 4],\n]\n[t]\nc = [ [1,\n2],\n [3]]\nd = 1\n",
     {"a": 1, "t": 5, "t.c": 6, "t.d": 9}),
    ("array-of-tables", "[[r]]\nstep = [\n  { x = 1 },\n  { x = 2 },\n]\nid = 1\n",
     {"r[1]": 1, "r[1].step": 2, "r[1].id": 6}),
    ("inline-tables", 'a = { b = [ { c = "}" }, { c = "]" } ] }\nd = 1\n', {"a": 1, "d": 2}),
    ("text-of-lines", 'a = """\nb = 1\n[t]\n"""\nc = 1\n', {"a": 1, "c": 5}),
    ("literal-of-lines", "a = '''\nb = 1\n[[t]] \\\n'''\nc = 1\n", {"a": 1, "c": 5}),
    ("escaped-quotes", 'a = """x \\""" y = 1\n"""\nb = "\\" [ #"\nc = 1\n', {"a": 1, "b": 3, "c": 4}),
    ("text-that-ends-in-a-quote", 'a = """x""""\nb = 1\nc = "]"\n', {"a": 1, "b": 2, "c": 3}),
    ("texts-of-lines-in-an-array", "a = [ \"\"\"\n] b = 1\n\"\"\", '''\n[\n''' ]\nb = 1\n", {"a": 1, "b": 6}),
    ("brackets-in-texts", "a = \"# [\"\nb = '] #'\nc = 1\n", {"a": 1, "b": 2, "c": 3}),
    ("brackets-in-comments", '# [x]\na = 1 # [[y]] { "\n[t] # c = 1 [\nb = 2\n#d = 1\n', {"a": 2, "t": 3, "t.b": 4}),
    ("quoted-keys", '"a b" = 1\n[t]\n"Max[Gy]" = 2\n"x # y" = 3\n', {'"a b"': 1, "t": 2, 't."Max[Gy]"': 3,
                                                                    't."x # y"': 4}),
    ("quoted-keys-that-need-no-quotes", '"a" = 1\n[t]\n\'b\' = 2\n["u"]\n"c-d" = 3\n[["l"]]\n\'e_1\'."f" = 4\n',
     {"a": 1, "t": 2, "t.b": 3, "u": 4, "u.c-d": 5, "l[1]": 6, "l[1].e_1.f": 7}),
    ("quoted-and-bare-names-of-one-table", '["r"]\na = 1\n[r."s"]\nb = 1\n[[q]]\n[["q"]]\nc = 1\n',
     {"r": 1, "r.a": 2, "r.s": 3, "r.s.b": 4, "q[1]": 5, "q[2]": 6, "q[2].c": 7}),
    ("quoted-keys-like-statements", '"a = 1" = 2\n"[t]" = 3\nb = 4\n', {'"a = 1"': 1, '"[t]"': 2, "b": 3}),
    ("spaces-around-dots", 'a . b = 1\n[ t . u ]\nx\t.\ty = 2\n[[ l . "p q" ]]\nz = 1\n',
     {"a.b": 1, "t.u": 2, "t.u.x.y": 3, 'l."p q"[1]': 4, 'l."p q"[1].z': 5}),
    ("brackets-in-quoted-headers", '["a]b"]\nx = 1\n[["c[1]"]]\ny = 1\n["[["]\n[ "#" ]\nz = 1\n[\'{\'.d]\n[t] # ]\n',
     {'"a]b"': 1, '"a]b".x': 2, '"c[1]"[1]': 3, '"c[1]"[1].y': 4, '"[["': 5, '"#"': 6, '"#".z': 7, '"{".d': 8,
      "t": 9}),
    ("texts-that-end-in-quotes",
     'a = """x"""""\nb = """["""" # [\nc = ["""]"""", "["]\nd = """\\""""\ne = """"""\nf = 1\n',
     {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6}),
    ("literals-that-end-in-quotes", "a = '''x''''\nb = '''\n['''''\nc = [''']'''', '[']\nd = ''''''\ne = 1\n",
     {"a": 1, "b": 2, "c": 4, "d": 5, "e": 6}),
    ("dotted-keys", 'a.b = 1\na.c.d = 2\n[t]\nx.y = 1\n"p q".r = 1\n',
     {"a.b": 1, "a.c.d": 2, "t": 3, "t.x.y": 4, 't."p q".r': 5}),
    ("spaces-in-headers", "[ t ]\na=1\n[[ l ]]\nb=1\n", {"t": 1, "t.a": 2, "l[1]": 3, "l[1].b": 4}),
    ("lists-in-lists", "[[a]]\nx=1\n[[a.b]]\ny=1\n[[a.b]]\ny=2\n[a.c]\nz=1\n[[a]]\n[[a.b]]\ny=3\n",
     {"a[1]": 1, "a[1].x": 2, "a[1].b[1]": 3, "a[1].b[1].y": 4, "a[1].b[2]": 5, "a[1].b[2].y": 6, "a[1].c": 7,
      "a[1].c.z": 8, "a[2]": 9, "a[2].b[1]": 10, "a[2].b[1].y": 11}),
    ("table-within-a-table-in-a-list", "[[a]]\n[a.s]\nx=1\n[[a.s.g]]\ny=1\n[[a.s.g]]\n[[a]]\n[a.s]\n[[a.s.g]]\n",
     {"a[1]": 1, "a[1].s": 2, "a[1].s.x": 3, "a[1].s.g[1]": 4, "a[1].s.g[1].y": 5, "a[1].s.g[2]": 6, "a[2]": 7,
      "a[2].s": 8, "a[2].s.g[1]": 9}),
    ("outer-table-after-the-inner", "[a.b]\nx=1\n[a]\ny=1\n", {"a.b": 1, "a.b.x": 2, "a": 3, "a.y": 4}),
]  # fmt: skip


@pytest.mark.parametrize(("document", "lines"), cases(DOCUMENTS))
def test_documents(document, lines):
    tomllib.loads(document)  # it is one
    assert lines_of_keys(document) == lines


def test_a_path_without_a_line_is_told_at_what_holds_it():
    lines = lines_of_keys("a = 1\n[[r]]\nid = 1\nstep = [\n  { x = 1 },\n]\n[r.s]\nb = 1\n")
    told = {
        "a": 1,
        "r[1].id": 3,
        "r[1].step[1].x": 4,
        "r[1].step[1]": 4,
        "r[1].missing": 2,
        "r[1].s.missing": 7,
        "r[1].s.b[3]": 8,
        'r[1]."Max[Gy]"': 2,
        "missing": None,
        "": None,
    }
    assert {path: line_of(path, lines) for path in told} == told


KEYS = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True)
WRITTEN = st.sampled_from(["{}", '"{}"', "'{}'"])
VALUES = st.sampled_from(
    ["1", "true", '"x"', '"[y] = # {"', "'\"]'", "[1, 2]", "[\n  1, # ]\n]", '"""\nz = 1\n[t]\n"""', "{ q = [ 1 ] }",
     "'''\n[[t]]\n'''", "'''\n[''''", '"""[""""', '["""]""""]', "2020-01-31", "[\n\n  { q = 1 },\n  { q = '}' },\n]"]
)  # fmt: skip
BETWEEN = st.lists(st.sampled_from(["", "# a = 1", "  # [t] [[t]] {", "\t", '# """']), max_size=3)


@st.composite
def documents(draw):
    """Return a document of tables in lists, and what must be told of it: paths with the beginning of their line."""
    names = draw(st.lists(KEYS, min_size=1, max_size=3, unique=True))
    lines: list[str] = []
    expected: dict[str, tuple[int, str]] = {}
    counts: dict[str, int] = {}
    for name in draw(st.lists(st.sampled_from(names), max_size=6)):
        lines += draw(BETWEEN)
        counts[name] = counts.get(name, 0) + 1
        path = f"{name}[{counts[name]}]"
        header = f"[[{draw(WRITTEN).format(name)}]]"
        expected[path] = (len(lines) + 1, header)
        lines.append(header)
        for key in draw(st.lists(KEYS, max_size=4, unique=True)):
            lines += draw(BETWEEN)
            written = f"{draw(WRITTEN).format(key)} = "
            expected[f"{path}.{key}"] = (len(lines) + 1, written)
            lines += f"{written}{draw(VALUES)}".split("\n")
    return "\n".join(lines), expected


@examples(200)
@given(documents())
def test_each_line_holds_its_key(generated):
    document, expected = generated
    tomllib.loads(document)
    found = lines_of_keys(document)
    assert found == {path: line for path, (line, _) in expected.items()}
    lines = document.split("\n")
    assert all(lines[found[path] - 1].startswith(begin) for path, (_, begin) in expected.items())
