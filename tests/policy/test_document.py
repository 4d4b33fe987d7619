"""Documents: read with place and path, kept in order, given back."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iamlab import PolicyDocument
from iamlab.catalog.managed import managed_policy_names, managed_policy_text
from iamlab.errors import MalformedPolicyDocument
from iamlab.policy.places import locate

GOOD = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


def refused(source):
    with pytest.raises(MalformedPolicyDocument) as caught:
        PolicyDocument.parse(source)
    return caught.value


@pytest.mark.parametrize(
    ("text", "line", "column", "path", "words"),
    [
        ('{"Statement": [}', 1, 16, "$.Statement[0]", "Expected a value"),
        ('{"Statement": []\n "Id": "x"}', 2, 2, "$", "Expected ',' or '}'"),
        ('{\n "Version": "2012-10-18",\n "Statement": []}', 2, 13, "$.Version", "2012-10-17"),
        ('{"Statement": {"Effect": "Allow",\n"Effect": "Deny"}}', 2, 1, "$.Statement.Effect", "twice"),
        ('{"Statement": [{"effect": "Allow", "Action": "*"}]}', 1, 17, "$.Statement[0].effect", "did you mean Effect"),
        ('{"Statement": [], "statement": []}', 1, 19, "$.statement", "did you mean Statement"),
        ('{"Statement": [{"Effect": "Allow", "Action": "a:b", "NotAction": "a:c"}]}', 1, 53, None, "not both"),
        ('{"Statement": [{"Effect": "Allow", "Action": ["a:b", 7]}]}', 1, 54, "$.Statement[0].Action[1]", "text"),
        ('{"Statement": "x"}', 1, 15, "$.Statement", "list of objects"),
        ("[]", 1, 1, "$", "JSON object"),
        ("", 1, 1, "$", "the end of the text"),
        ('{"Statement": NaN}', 1, 15, "$.Statement", "Expected a value"),
        ('{"Id": "a\nb"}', 1, 10, "$.Id", "control character"),
    ],
)
def test_a_fault_has_its_place_and_says_what_was_expected(text, line, column, path, words):
    error = refused(text)
    assert (error.line, error.column) == (line, column)
    assert path is None or error.path == path
    assert words in error.message


def test_a_mapping_has_a_path_but_no_line():
    error = refused({"Statement": [{**GOOD, "Principal": "alice"}]})
    assert (error.line, error.path) == (None, "$.Statement[0].Principal")


@pytest.mark.parametrize("source", ["[" * 100_000, '{"a":' * 100_000, "\ud800", '{"Statement": [' + "[" * 500])
def test_hostile_texts_are_refused_politely(source):
    assert refused(source).line == 1


def test_what_cannot_be_json_is_refused():
    assert "JSON" in refused({"Statement": [{**GOOD, "Sid": {1, 2}}]}).message


@pytest.mark.parametrize("name", managed_policy_names())
def test_every_managed_policy_comes_back_as_it_was(name):
    text = managed_policy_text(name)
    document = PolicyDocument.parse(text)
    assert document.text == text
    assert json.dumps(document.to_dict()) == json.dumps(json.loads(text))
    assert PolicyDocument.parse(document.to_json()) == document


def test_numbers_and_truth_values_are_kept_and_read_as_text():
    source = {"Statement": {**GOOD, "Condition": {"NumericLessThan": {"s3:max-keys": 10}, "Bool": {"aws:x": True}}}}
    document = PolicyDocument.parse(source)
    assert document.statements[0].conditions == (
        ("NumericLessThan", "s3:max-keys", ("10",)),
        ("Bool", "aws:x", ("true",)),
    )
    assert document.to_dict() == source


def test_nobody_changes_a_document_from_outside():
    source = {"Statement": [dict(GOOD)]}
    document = PolicyDocument.parse(source)
    source["Statement"].append("later")
    document.to_dict()["Statement"].clear()
    assert len(document.statements) == 1
    assert document.to_dict() == {"Statement": [GOOD]}


def test_size_counts_no_white_space_but_that_in_quotes():
    assert PolicyDocument.parse('{ "Id" : "a b",\n "Statement" : [ ] }').size == len('{"Id":"a b","Statement":[]}')


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(json_values, st.sampled_from([None, 0, 2]))
def test_every_place_points_at_its_value(value, indent):
    text = json.dumps(value, indent=indent)
    for path, offset in locate(text).values.items():
        found = json.JSONDecoder().raw_decode(text, offset)[0]
        assert path == "$" or found is None or isinstance(found, (str, int, list, dict))
    assert json.loads(text[locate(text).values["$"] :]) == value


def test_places_follow_paths():
    places = locate('{\n  "a": {"b:c": [1,\n 2]}}')
    assert places.at('$.a["b:c"][1]') == (3, 2)
    assert places.at("$.a", key=True) == (2, 3)
    assert places.at('$.a["b:c"][9].x') == places.at('$.a["b:c"]')


def test_every_element_has_one_shape_however_it_was_written():
    first, second = PolicyDocument.parse(
        {
            "Version": "2012-10-17",
            "Id": "example",
            "Statement": [
                {
                    "Sid": "One",
                    "Effect": "Allow",
                    "Principal": {"AWS": "111122223333", "Service": ["a", "b"]},
                    "Action": "s3:*",
                    "Resource": ["x", "y"],
                    "Condition": {"Bool": {"aws:a": [True, "x"]}, "Null": {"aws:b": "true", "aws:c": 1.5}},
                },
                {"Effect": "Deny", "NotPrincipal": "*", "NotAction": [], "NotResource": "z"},
            ],
        }
    ).statements
    assert (first.sid, first.effect, first.actions, first.not_actions) == ("One", "Allow", ("s3:*",), None)
    assert (first.resources, first.not_resources) == (("x", "y"), None)
    assert first.principal == {"AWS": ("111122223333",), "Service": ("a", "b")}
    assert first.conditions == (
        ("Bool", "aws:a", ("true", "x")),
        ("Null", "aws:b", ("true",)),
        ("Null", "aws:c", ("1.5",)),
    )
    assert (second.sid, second.actions, second.not_actions, second.not_resources) == (None, None, (), ("z",))
    assert (second.principal, second.not_principal, second.conditions) == (None, "*", ())


def test_documents_and_statements_show_themselves():
    document = PolicyDocument.parse({"Id": "<b>", "Statement": [{**GOOD, "Sid": "Read"}, GOOD]})
    assert [repr(statement) for statement in document.statements] == [
        "<Statement 1: Allow Read>",
        "<Statement 2: Allow>",
    ]
    assert [statement.label for statement in document.statements] == ["Read", "statement 2"]
    assert repr(document) == f"<PolicyDocument: 2 statements, {document.size} characters>"
    assert repr(PolicyDocument.parse({"Statement": GOOD})) == "<PolicyDocument: 1 statement, 71 characters>"
    assert document._repr_html_().startswith("<pre>{\n    &quot;Id&quot;: &quot;&lt;b&gt;&quot;")
    assert document.id == "<b>"


def test_documents_are_equal_by_their_value():
    one = PolicyDocument.parse('{"Version": "2012-10-17", "Statement": []}')
    other = PolicyDocument.parse('{ "Statement": [], "Version": "2012-10-17" }')
    assert one == other
    assert len({one, other}) == 1
    assert one != PolicyDocument.parse({"Statement": []})
    assert one != {"Version": "2012-10-17", "Statement": []}
    assert PolicyDocument.parse(one) is one


def test_text_beyond_ascii_is_kept_and_counted_as_it_is():
    document = PolicyDocument.parse({"Id": "é", "Statement": []})
    assert document.text == '{"Id": "é", "Statement": []}'
    assert document.size == len('{"Id":"é","Statement":[]}')
    assert document.to_json(None) == document.text
    assert document.to_json().splitlines()[1] == '    "Id": "é",'
    assert document.places.at("$.Statement") == (1, 26)


ACTIONS = ["s3:GetObject", "S3:*", "sqs:Send*", "*", "s*:Get*", "kms:Decrypt", "s3", "?qs:Send*"]


@given(st.lists(st.tuples(st.sampled_from(["Action", "NotAction"]), st.lists(st.sampled_from(ACTIONS), max_size=3))))
def test_statements_concerning_an_action_are_found_by_its_service_in_their_order(given):
    statements = [{"Effect": "Deny", name: listed, "Resource": "*"} for name, listed in given]
    document = PolicyDocument.parse({"Statement": statements})
    for action in ("s3:getobject", "sqs:sendmessage", "kms:decrypt", "iam:getuser"):
        assert document.concerning(action) == [one for one in document.statements if one.concerns(action)]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('{"Version": "2012-10-17",\n}', "found '}'; there must be no comma before it"),
        ('{"Statement": ["a", ]}', "found ']'; there must be no comma before it"),
        ('{"Statement": [}', "found '}'"),
        ("{'Statement': []}", 'found "\'"; JSON uses double quotation marks'),
        ('{"Effect": “Allow”}', "found '“'; quotation marks must be straight, like this: \""),
        ('{"Effect": "Allow" "Action": "*"}', "found '\"'; the comma before it is missing"),
        ('{"Statement" "a"}', "found '\"'; the colon before it is missing"),
        ('{"Action": ["a" "b"]}', "found '\"'; the comma before it is missing"),
        ('{"Statement": // mine\n []}', "found '/'; JSON has no comments"),
        ('{"Bool": True}', "found 'T'; JSON writes true and false in lower case"),
        ('{"Bool": False}', "found 'F'; JSON writes true and false in lower case"),
        ("{Type: 1}", "found 'T'"),
        ('{"Statement": []', "found the end of the text"),
    ],
)
def test_a_slip_in_json_is_told_as_what_it_is(text, hint):
    with pytest.raises(MalformedPolicyDocument) as error:
        PolicyDocument.parse(text)
    assert error.value.message.partition(" (line")[0].endswith(hint)
