"""Names of new packs."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codeact_sdk.errors import ConfigError
from codeact_sdk.packs.pack import namespace_fault
from codeact_sdk.scaffold.names import pack_names


@pytest.mark.parametrize(
    ("name", "namespace", "distribution", "module"),
    [
        ("acme", "acme", "codeact-acme", "codeact_acme"),
        ("codeact-acme", "acme", "codeact-acme", "codeact_acme"),
        ("codeact_acme", "acme", "codeact-acme", "codeact_acme"),
        ("acme-orders", "acme_orders", "codeact-acme-orders", "codeact_acme_orders"),
        ("s3", "s3", "codeact-s3", "codeact_s3"),
    ],
)
def test_one_name_gives_the_others(name, namespace, distribution, module):
    """Any of the three names may be given."""
    names = pack_names(name)
    assert (names.namespace, names.distribution, names.module) == (namespace, distribution, module)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Acme Orders", "such as 'acme-orders'"),
        ("AcmeOrders", "such as 'acme-orders'"),
        ("3d", "such as 'd'"),
        ("", "such as 'acme'"),
        ("../etc", "such as 'etc'"),
        ("acme--x", "such as 'acme-x'"),
        ("caf\u00e9", "such as 'caf'"),
        ("class", "is a Python keyword"),
        ("list", "choose another, such as 'list_tools'"),
        ("codeact-sdk", "is the SDK itself"),
    ],
)
def test_a_wrong_name_is_refused_with_one_that_is_possible(name, told):
    """Nothing is guessed: the person writes it again."""
    with pytest.raises(ConfigError, match=re.escape(told)):
        pack_names(name)


@given(st.text(max_size=12))
def test_any_text_gives_good_names_or_is_refused(text):
    """What comes out can be used in all places."""
    try:
        names = pack_names(text)
    except ConfigError:
        return
    assert namespace_fault(names.namespace) is None
    assert names.module.isidentifier()
    assert re.fullmatch(r"codeact(-[a-z0-9]+)+", names.distribution)
