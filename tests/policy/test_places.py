"""Places in a text, and texts that are no JSON."""

import pytest

from iamlab.errors import MalformedPolicyDocument
from iamlab.policy.places import json_value, locate, read_json

TEXT = """{
  "a": [
    {"b:c": "x", "d": {}},
    []
  ], "e.f": null,
  "g": -1.5e3
}"""


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("$", (1, 1), (1, 1)),
        ("$.a", (2, 8), (2, 3)),
        ("$.a[0]", (3, 5), (3, 5)),
        ('$.a[0]["b:c"]', (3, 13), (3, 6)),
        ("$.a[0].d", (3, 23), (3, 18)),
        ("$.a[1]", (4, 5), (4, 5)),
        ('$["e.f"]', (5, 13), (5, 6)),
        ("$.g", (6, 8), (6, 3)),
        ("$.a[0].d.more[3].x", (3, 23), (3, 23)),
        ("$.a[0].more", (3, 5), (3, 5)),
        ('$.a[0].more["x.y"]', (3, 5), (3, 5)),
        ("$.a[7]", (2, 8), (2, 8)),
        ("$.more", (1, 1), (1, 1)),
        ("more", (1, 1), (1, 1)),
    ],
)
def test_a_place_is_the_elements_or_the_nearest_parents(path, value, key):
    places = locate(TEXT)
    assert places.at(path) == value
    assert places.at(path, key=True) == key


def test_the_first_of_two_keys_keeps_the_place_and_the_second_is_told():
    places = locate('{"a": 1, "a": 2}')
    assert places.at("$.a") == (1, 7)
    assert places.duplicates == [("$.a", 9)]
    assert locate('[{"a": 1}, {"a": 2}]').duplicates == []


@pytest.mark.parametrize(
    ("text", "column", "path", "message"),
    [
        ("{} x", 4, "$", "Expected the end of the document, found 'x'"),
        ('{"a" 1}', 6, "$.a", "Expected ':' after the name, found '1'"),
        ('{"a": 1 "b": 2}', 9, "$", "Expected ',' or '}', found '\"'"),
        ('{"a": [1 2]}', 10, "$.a", "Expected ',' or ']', found '2'"),
        ("{a: 1}", 2, "$", "Expected a name in double quotes, found 'a'"),
        ('{"a": 1,}', 9, "$", "Expected a name in double quotes, found '}'"),
        ('{"a": [1,]}', 10, "$.a[1]", "Expected a value (text in double quotes, an object, a list, a number, true or"),
        ('{"a": "b', 7, "$.a", "Unterminated string"),
        ('{"a": "\\x"}', 8, "$.a", "Invalid \\escape"),
        ('{"a": truth}', 7, "$.a", "Expected a value"),
        ('{"a": Infinity}', 7, "$.a", "Expected a value"),
        ('{"a": 1', 8, "$", "Expected ',' or '}', found the end of the text"),
        ("[" * 200, 102, "$", "The document is nested too deeply"),
        (f'{{"a": {"1" * 5000}}}', 1, "$", "This is not JSON"),
    ],
)
def test_what_is_no_json_is_told_with_place_and_what_was_expected(text, column, path, message):
    with pytest.raises(MalformedPolicyDocument) as caught:
        read_json(text)
    assert caught.value.message.startswith(message)
    assert (caught.value.line, caught.value.column, caught.value.path) == (1, column, path)


@pytest.mark.parametrize(
    ("text", "message"),
    [('"a', "Unterminated string"), ('"a\n"', "Invalid control character"), ('"\\x"', "Invalid \\escape")],
)
def test_a_faulty_string_says_what_is_wrong(text, message):
    with pytest.raises(MalformedPolicyDocument) as caught:
        locate(text)
    assert caught.value.message.partition(" (line")[0] == message


def test_lines_count_from_the_very_first_character():
    assert locate('\n{"é x": 1}').at('$["é x"]') == (2, 9)


@pytest.mark.parametrize("inner", ["[" * 99 + "]" * 99, '{"a":' * 99 + "1" + "}" * 99])
def test_a_hundred_levels_are_not_too_deep(inner):
    assert locate(f"[{inner}]").at("$") == (1, 1)


@pytest.mark.parametrize("bad", [{"a": float("nan")}, {"a": {1, 2}}, {(1, 2): 3}])
def test_python_values_that_json_lacks_are_refused(bad):
    with pytest.raises(MalformedPolicyDocument, match="cannot be written as JSON"):
        json_value(bad)


def test_values_are_copies():
    source = {"a": [1]}
    copy = json_value(source)
    source["a"].append(2)
    assert copy == {"a": [1]}
    assert json_value(' {"a": [1, true, null, "é"]} ') == {"a": [1, True, None, "é"]}


class Handle:
    """Something that has a document, as a policy of an account has."""

    document = "{}"


@pytest.mark.parametrize(
    ("source", "said"), [(5, "int is neither"), (Handle(), "Handle is neither (a policy's own is its .document)")]
)
def test_what_is_neither_text_nor_mapping(source, said):
    with pytest.raises(MalformedPolicyDocument) as caught:
        json_value(source)
    assert caught.value.reason == f"A policy document is JSON text or a mapping, and {said}"
