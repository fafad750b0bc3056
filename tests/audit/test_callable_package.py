"""The package that is called like its function is one: it is called, sent to a process and asked for help like it."""

from __future__ import annotations

import copy
import inspect
import pickle
import pydoc
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

import pytest

import reirrad
from audit.two_course_table import TABLE
from reirrad import load_library
from reirrad.audit.memory import audit as function


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_it_is_pickled_as_what_is_imported(protocol: int) -> None:
    assert pickle.loads(pickle.dumps(reirrad.audit, protocol)) is reirrad.audit  # noqa: S301
    assert copy.deepcopy(reirrad.audit) is reirrad.audit


def test_another_process_audits() -> None:
    library = load_library().select(["nieder-2006"])
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        found = pool.submit(reirrad.audit, TABLE, strict=True).result()
    assert found.patients.columns["patient_id"].tolist() == ["A"]
    assert function(TABLE, library=library).patients.columns["verdict"].tolist() == ["met"]


def test_it_says_what_the_function_says() -> None:
    assert callable(reirrad.audit)
    assert inspect.signature(reirrad.audit) == inspect.signature(function)
    assert list(inspect.signature(reirrad.audit).parameters) == [
        "table", "library", "strict", "assume_once_daily", "rename", "as_of",
    ]  # fmt: skip
    assert inspect.getdoc(reirrad.audit) == inspect.getdoc(function)
    text = pydoc.render_doc(reirrad.audit, renderer=pydoc.plaintext)
    assert "Judge every patient of a cohort table held in memory." in text
    assert "audit(" in text
    assert inspect.ismodule(reirrad.audit)


def test_it_is_among_the_public_names() -> None:
    assert "audit" in reirrad.__all__
    names: dict[str, Any] = {}
    exec("from reirrad import *", names)  # noqa: S102
    assert names["audit"] is reirrad.audit
