"""Limits and messages of the XML parser."""

import pytest
from sotalia.components.errors import ResponseParserError
from sotalia.models.expat import MAX_DEPTH, UnexpectedXmlError, read_tree, run


def test_a_document_without_a_model_becomes_a_tree():
    body = b'<?xml version="1.0"?><p:Root xmlns:p="u:"><a>1</a><a>2</a><b><c/></b><d> x </d></p:Root>'
    assert read_tree(body) == ("Root", {"a": ["1", "2"], "b": {"c": None}, "d": " x "})
    assert read_tree(b"<a>text</a>") == ("a", "text")
    assert read_tree(b"<a/>") == ("a", None)


def test_elements_lie_as_deep_as_allowed_and_no_deeper():
    def nested(depth):
        return b"<a>" * depth + b"</a>" * depth

    assert read_tree(nested(MAX_DEPTH))[0] == "a"
    with pytest.raises(ResponseParserError, match=f"elements lie deeper than {MAX_DEPTH}"):
        read_tree(nested(MAX_DEPTH + 1))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<a><b></a>", "invalid XML at line 1, column 8 of 10 bytes: mismatched tag"),
        (b"<a>\n<b>", "invalid XML at line 2, column 3 of 7 bytes: no element found"),
        (b"", "of 0 bytes: no element found"),
        (b"<!DOCTYPE a><a/>", "a document type declaration, which no service sends and which is refused"),
    ],
)
def test_a_message_says_where(body, said):
    with pytest.raises(ResponseParserError) as caught:
        read_tree(body)
    assert said in str(caught.value)


def test_a_message_names_the_element_and_not_its_value():
    def refuse(tag, *attributes):
        if tag == "Number":
            raise ValueError("secret")

    for start, end, body in (
        (lambda tag, attributes: None, refuse, b"<a><Number>secret</Number></a>"),
        (refuse, lambda tag: None, b'<a><Number x="secret"/></a>'),
        (refuse, lambda tag: None, b'<a><Number\nx="secret"></Number></a>'),
    ):
        with pytest.raises(ResponseParserError, match=r"in <Number> \(\d+ bytes\): a value of another type$") as caught:
            run(start, end, [], body)
        assert "secret" not in str(caught.value)


def test_what_a_handler_refuses_is_told_as_it_says():
    def start(tag, attributes):
        raise UnexpectedXmlError("a union of two members")

    with pytest.raises(ResponseParserError, match=r"unexpected XML in <a> \(4 bytes\): a union of two"):
        run(start, lambda tag: None, [], b"<a/>")
