"""The reader of plain XML never says anything else than expat: it gives the same result, or leaves the document."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_models import make_operation
from sotalia.exceptions import ResponseParserError
from sotalia.models.parse_xml import read_with_expat, read_xml
from sotalia.models.parse_xml_plain import read_plain
from sotalia.models.parse_xml_tables import STRUCTURE, XmlCompiler

SHAPES = {
    "Row": {
        "type": "structure",
        "members": {
            "Key": {"shape": "String"},
            "Size": {"shape": "Integer"},
            "At": {"shape": "Timestamp"},
            "Kind": {"shape": "String", "locationName": "x:kind", "xmlAttribute": True},
            "Inner": {"shape": "Row"},
            "Rows": {"shape": "Rows"},
            "Flat": {"shape": "Rows", "flattened": True},
            "Words": {"shape": "Strings", "flattened": True, "locationName": "Word"},
            "Named": {"shape": "StringMap"},
            "Flags": {"shape": "StringMap", "flattened": True, "locationName": "Flag"},
            "Choice": {"shape": "Choice"},
        },
    },
    "Rows": {"type": "list", "member": {"shape": "Row", "locationName": "item"}},
    "Choice": {"type": "structure", "union": True, "members": {"A": {"shape": "String"}, "B": {"shape": "Integer"}}},
}

ROW = '<item x:kind="k"><Key>a &amp; "b" &lt;</Key><Size>7</Size><At>2026-11-21T09:00:00.000Z</At></item>'
DOCUMENTS = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<Row xmlns="http://x/">\n  <Rows>\n{ROW}{ROW}</Rows></Row>\n',
    '<r><Key/><Inner/><Rows/><Flat><Key>1</Key></Flat><Flat/><Unknown a="b"><c>&quot;</c></Unknown></r>',
    "<r><Word>a</Word><Word></Word><Named><entry><key>k</key><value>v</value></entry></Named></r>",
    "<r><Flag><key>k</key><value>v &apos;&gt;</value></Flag><Choice><A>x</A></Choice><ns:Size>3</ns:Size></r>",
    "<r><Choice><Other><b/></Other></Choice><Inner ><Inner><Key>\u00e9\u20ac\U0001f42c</Key></Inner></Inner></r>",
)


def root():
    shape = make_operation("rest-xml", {"Row": {"shape": "Row"}}, shapes=SHAPES).input_shape.members["Row"]
    return (STRUCTURE, "", None, XmlCompiler().structure(shape))


ROOT = root()


def by_expat(body):
    try:
        return read_with_expat(body, ROOT)
    except ResponseParserError:
        return None


@pytest.mark.parametrize("document", DOCUMENTS)
def test_plain_documents_are_read_without_expat(document):
    body = document.encode()
    found = read_plain(body, ROOT)
    assert found is not None
    assert found == by_expat(body) == read_xml(body, ROOT)


@pytest.mark.parametrize(
    "document",
    [
        "<r><Key>a<!-- b --></Key></r>",
        "<r><Key><![CDATA[a]]></Key></r>",
        "<r><Key>a\r\nb</Key></r>",
        "<r><Key>&#65;</Key></r>",
        "<r x='1'><Key>a</Key></r>",
        "<r><Key>a > b</Key></r>",
        '<?xml version="1.0" encoding="ISO-8859-1"?><r/>',
        "<?xml version='1.0'?><?go on?><r/>",
    ],
)
def test_what_is_unusual_is_left_to_expat(document):
    assert read_plain(document.encode(), ROOT) is None
    assert read_xml(document.encode(), ROOT) == by_expat(document.encode()) != None  # noqa: E711


@pytest.mark.parametrize(
    "document",
    [
        "",
        " ",
        "<r>",
        "<r/><r/>",
        "<r></r>x",
        "x<r></r>",
        "<r></s>",
        "<r><Key>a</r></Key>",
        "<r><Key>a>/Key<</r>",
        "<r><Key>&bogus;</Key></r>",
        "<r>&</r>",
        "<r><Size>many</Size></r>",
        "<r><Key>\x01</Key></r>",
        "<r><Key>\ufffe</Key></r>",
        "<r/ >",
        "<r / >",
        '<r a="1"b="2"/>',
        '<r a="1" a="2"/>',
        '<r a="1/>',
        "<1/>",
        "< r/>",
        "<-r/>",
        "<r><Choice/></r>",
        "<a>" * 300 + "</a>" * 300,
    ],
)
def test_what_is_malformed_is_left_to_expat(document):
    assert read_plain(document.encode(), ROOT) is None
    with pytest.raises(ResponseParserError):
        read_xml(document.encode(), ROOT)


def test_a_large_document_is_cut_up_anywhere():
    rows = [f"<item><Key>{number}{'x' * (number * 7919 % 3000)}</Key><Inner/></item>" for number in range(400)]
    long = f"<item><Key>{'y' * 200_000}</Key></item>"
    body = f"<r>\n<Rows>{''.join(rows)}{long}\n{long}{''.join(rows)}</Rows></r>".encode()
    found = read_plain(body, ROOT)
    assert found == by_expat(body)
    assert len(found[""]["Rows"]) == 802


EDITS = st.lists(
    st.tuples(
        st.integers(0, 400),
        st.integers(0, 3),
        st.sampled_from(["", "<", ">", "/", "&", ";", '"', "'", "=", " ", "\n", "\r", "\0", "!", "?", "-", "a", "Key",
                         "<Key>", "</Key>", "<item>", "</item>", "<Key/>", "&lt;", "&#9;", "]]>", "<!--", "-->", ":"]),
    ),
    max_size=4,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(document=st.sampled_from(DOCUMENTS), edits=EDITS)
@example(document="<r><Key>x>/Key<</r>", edits=[])
def test_damaged_documents_are_read_as_by_expat_or_not_at_all(document, edits):
    for at, cut, put in edits:
        at %= len(document) + 1
        document = document[:at] + put + document[at + cut :]
    body = document.encode()
    found = read_plain(body, ROOT)
    if found is not None:
        assert found == by_expat(body)
