"""Structure names: exact or by alias after case folding, never by part; containment."""

from __future__ import annotations

import copy
import pickle
from itertools import permutations
from typing import Any

import pytest

from reirrad.library import Structures, load_library

CORD_PARTS = {"SpinalCord_Cerv", "SpinalCord_Thor", "SpinalCord_Lum", "SpinalCord_Sac", "SpinalCord_Sub"}
PRVS = {"SpinalCord_PRV03", "SpinalCord_PRV05"}

MAPPED = [
    ("SpinalCord", "SpinalCord"),
    ("SPINALCORD", "SpinalCord"),
    ("spinalcord", "SpinalCord"),
    ("Spinal Cord", "SpinalCord"),
    ("  spinal_cord ", "SpinalCord"),
    ("SpinalCord\N{NO-BREAK SPACE}", "SpinalCord"),
    ("cord", "SpinalCord"),
    ("Myelon", "SpinalCord"),
    ("Lumbar Cord", "SpinalCord_Lum"),
    ("spinalcord_lum", "SpinalCord_Lum"),
    ("Thecal Sac", "ThecalSac"),
    ("CAUDA EQUINA", "CaudaEquina"),
    ("SpinalCord_PRV3", "SpinalCord_PRV03"),
    ("Oesophagus", "Esophagus"),
    ("left optic nerve", "OpticNrv_L"),
    ("OPTICNRV_R", "OpticNrv_R"),
]

# O02: no match by part, by likeness or by what was probably meant; D19: a PRV is no organ; H11: no side, no organ
UNMAPPED = [
    "Vocal cord", "SpinalCord_old", "CORD_PRV", "SpinalCord_PRV", "PRV SpinalCord", "Optic chiasm PRV", "Chiasm PRV",
    "Sp Cord new2", "SpinalCord2", "Spinal  Cord", "Spinal-Cord", "SpinalCord.", "SpinalCor", "Spinal", "Cauda2",
    "OpticNrv", "Optic nerve", "BrachialPlex", "brachial plexus", "OpticNrv_LT", "OpticNrv_sin",
    "", " ", "SpinalC0rd", "S\N{CYRILLIC SMALL LETTER ER}inalCord", "Spinal\N{NO-BREAK SPACE}Cord",
    "\N{FULLWIDTH LATIN CAPITAL LETTER S}pinalCord", "Spinal\N{ZERO WIDTH SPACE}Cord",
]  # fmt: skip

CONTAINERS = {
    "SpinalCanal": set(),
    "ThecalSac": {"SpinalCanal"},
    "SpinalCord": {"ThecalSac", "SpinalCanal"} | PRVS,
    "SpinalCord_Cerv": {"SpinalCord", "ThecalSac", "SpinalCanal"} | PRVS,
    "SpinalCord_Thor": {"SpinalCord", "ThecalSac", "SpinalCanal"} | PRVS,
    "SpinalCord_Lum": {"SpinalCord", "ThecalSac", "SpinalCanal"} | PRVS,
    "SpinalCord_Sac": {"SpinalCord", "ThecalSac", "SpinalCanal"} | PRVS,
    "CaudaEquina": {"ThecalSac", "SpinalCanal"},
    "SpinalCord_PRV03": {"SpinalCord_PRV05"},
    "SpinalCord_PRV05": set(),
    "Brainstem": set(),
}


@pytest.fixture(scope="module")
def structures() -> Structures:
    return load_library().structures


@pytest.mark.parametrize(("name", "canonical"), MAPPED)
def test_mapped(structures, name, canonical):
    assert structures.canonical(name) == canonical


# H11
@pytest.mark.parametrize("name", UNMAPPED)
def test_unmapped(structures, name):
    assert structures.canonical(name) is None


def test_every_name_and_alias_maps_in_any_case(structures):
    assert len(set(structures.names)) == len(structures.names)
    for name in structures.names:
        assert structures.canonical(name) == structures.canonical(name.swapcase()) == name
    assert set(structures.aliases.values()) == set(structures.names)


def test_paired_organs_have_a_side(structures):
    # H11
    for name in structures.names:
        if name.startswith(("OpticNrv", "BrachialPlex")):
            assert name.endswith(("_L", "_R"))


@pytest.mark.parametrize(("name", "containers"), CONTAINERS.items())
def test_containers(structures, name, containers):
    assert structures.containers_of(name) == containers


def test_containment_is_transitive_and_one_way(structures):
    for inner, middle, outer in permutations(structures.names, 3):
        if middle in structures.containers_of(inner) and outer in structures.containers_of(middle):
            assert outer in structures.containers_of(inner)
    for name in structures.names:
        assert name not in structures.containers_of(name)
        assert name not in structures.parts_of(name)
        for container in structures.containers_of(name):
            assert name in structures.parts_of(container)
            assert name not in structures.containers_of(container)
            assert structures.are_related(name, container)
            assert structures.are_related(container, name)


def test_every_container_is_a_structure(structures):
    for containers in structures.within.values():
        assert set(containers) <= set(structures.names)


def test_parts(structures):
    assert structures.parts_of("SpinalCord") == CORD_PARTS
    assert structures.parts_of("ThecalSac") == CORD_PARTS | {"SpinalCord", "CaudaEquina"}
    assert structures.parts_of("SpinalCanal") == CORD_PARTS | {"SpinalCord", "CaudaEquina", "ThecalSac"}
    assert structures.parts_of("SpinalCord_PRV03") == CORD_PARTS | {"SpinalCord"}
    assert structures.parts_of("SpinalCord_PRV05") == CORD_PARTS | {"SpinalCord", "SpinalCord_PRV03"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SpinalCord", "CaudaEquina"),
        ("SpinalCord_Lum", "SpinalCord_Thor"),
        ("SpinalCord", "Brainstem"),
        ("SpinalCord_PRV03", "ThecalSac"),
        ("SpinalCord", "SpinalCord"),
        ("SpinalCord", "nothing"),
    ],
)
def test_not_related(structures, one, other):
    assert not structures.are_related(one, other)
    assert not structures.are_related(other, one)


def test_two_structures_do_not_share_a_name():
    rows = [
        {"name": "A", "aliases": ["first"], "within": []},
        {"name": "B", "aliases": [" FIRST"], "within": []},
    ]
    with pytest.raises(ValueError, match="the structure name ' FIRST' is listed twice"):
        Structures.from_table({"structure": rows})


def test_what_was_read_stays_as_it_is() -> None:
    """Every later call would judge by what one caller changed, and no report would say so."""
    library = load_library()
    for table in (library.conventions, library.conventions["near_maximum"], library.structures.aliases):
        changed: Any = table
        with pytest.raises(TypeError, match="does not support item assignment"):
            changed["up_to_cc"] = 5
    # programs send it to other processes
    assert pickle.loads(pickle.dumps(library)) == library  # noqa: S301
    assert copy.deepcopy(library.structures) == library.structures
    assert repr(library.conventions["near_limit"]).startswith("Frozen({'dose_fraction': 0.03, ")


def test_a_part_has_not_the_name_of_its_whole(structures):
    # the limits on Bronchus_Main are about the proximal bronchial tree; unmapped is not evaluated
    assert structures.canonical("proximal bronchial tree") == "Bronchus_Main"
    assert structures.canonical("main bronchus") is None
