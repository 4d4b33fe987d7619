"""Policy variables: what is one, and that what it brings is literal."""

import pytest

from iamlab.policy.variables import Filled, FilledMatcher, Template, compile_text, has_variable, spelling_of


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("${aws:username}", True),
        ("a${aws:PrincipalTag/team, 'none'}b", True),
        ("${*}", True),
        ("${?}${$}", True),
        ("${ aws:username }", True),
        ("${aws:PrincipalTag/two words}", True),
        ("${}", False),
        ("$aws:username", False),
        ("{aws:username}", False),
        ("${aws:username", False),
        ("${aws:username, none}", False),
        ("plain", False),
    ],
)
def test_what_is_a_variable(text, is_one):
    assert has_variable(text) is is_one


def filled(text, **context):
    made = Template(text).fill({name.replace("_", ":"): value for name, value in context.items()})
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("text", "fits", "fits_not"),
    [
        ("${*}", "*", "a"),
        ("a${?}", "a?", "ab"),
        ("${$}", "$", ""),
        ("${*}*", "*abc", "abc"),
        ("[${*}]*", "[*]abc", "*abc"),
        ("[a]", "[a]", "a"),
        ("${aws:name}/*", "a*[b]?/x", "axb/x"),
        ("${aws:name}?", "a*[b]?!", "a*[b]?"),
    ],
)
def test_what_a_variable_brings_is_literal_and_the_rest_a_pattern(text, fits, fits_not):
    matches = filled(text, aws_name="a*[b]?").matcher
    assert matches(fits)
    assert not matches(fits_not)


def test_only_a_literal_wildcard_needs_marking():
    assert filled("${aws:name}/*", aws_name="alice") == Filled("alice/*", None)
    assert filled("[${aws:name}*", aws_name="a[?") == Filled("[a[?*", "[[]a[[][?]*")


def test_a_template_knows_its_variables():
    template = Template("a/${aws:UserName}/${aws:Tag/X, 'y'}/${*}")
    assert [(one.key, one.default) for one in template.variables] == [("aws:username", None), ("aws:tag/x", "y")]
    assert template.fill({"aws:username": "u"}).text == "a/u/y/*"
    assert template.fill({"aws:username": "u", "aws:tag/x": ""}).text == "a/u//*"
    assert template.fill({"aws:username": "u", "aws:tag/x": ("a", "b")}).text == "a/u/y/*"
    assert template.fill({}) is None


@pytest.mark.parametrize(
    ("text", "beginning"),
    [("a/${aws:name}/*", "a/"), ("${aws:name}", ""), ("a*b${aws:name}", "a"), ("a?${aws:name}", "a"), ("a${*}", "a")],
)
def test_a_template_knows_how_every_text_begins_that_matches(text, beginning):
    assert Template(text).beginning == beginning


def test_a_text_without_variables_is_compiled_at_once():
    def make(made):
        return made.matcher

    for text, variables in (("plain", True), ("${aws:username}", False)):
        plain = compile_text(text, variables=variables, compile=make)
        assert not isinstance(plain, FilledMatcher)
        assert plain(text)
    dynamic = compile_text("${aws:username}", variables=True, compile=make)
    assert isinstance(dynamic, FilledMatcher)
    assert dynamic.matches("alice", {"aws:username": "alice"})
    assert not dynamic.matches("bob", {"aws:username": "alice"})
    assert not dynamic.matches("alice", {})


def test_a_key_is_spelt_as_the_text_has_it():
    assert spelling_of("aws:username", "AWS:userName is first") == "AWS:userName"
    assert spelling_of("aws:username", "${aws:userid}") == "aws:username"
