import pytest
from hypothesis import given
from hypothesis import strategies as st
from sotalia.models.documentation.html_text import first_sentence, plain_text

TAGS = (
    *("p", "ul", "ol", "li", "dl", "dt", "dd", "code", "a", "b", "i", "note", "important", "pre", "table", "tr", "td"),
    *("br", "script", "region", "h2", "fullname", "xhtml"),
)
PIECES = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
    st.sampled_from(
        ["<a href='https://a.b/c'>", "<![CDATA[", "<![x", "<!DOCTYPE", "<!--", "-->", "<?", "&lt;", "&#x", "<"]
    ),
    st.text(st.characters(exclude_characters="`"), max_size=12),
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("no tags at all", "no tags at all"),
        ("<p>One.</p> <p>Two  \n words.</p>", "One.\n\nTwo words."),
        ("<p>Call <code>GetObject</code>, please.</p>", "Call `GetObject`, please."),
        ("<p>a<code> b </code>c</p>", "a `b` c"),
        ("<code>has `one` inside</code>", "has `one` inside"),
        ("<p>See <a href='https://x.y/z'>the page</a>.</p>", "See the page <https://x.y/z>."),
        ("<a href='https://x.y/z'>https://x.y/z</a> <a href='API_Get.html'>Get</a>", "https://x.y/z Get"),
        ("<p>Names:</p><ul><li><p>a</p></li><li>b<ul><li>c</li></ul></li></ul>", "Names:\n\n- a\n- b\n  - c"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<ul><li>a<li>b", "- a\n- b"),
        ("<dl><dt>Key</dt><dd>its meaning</dd></dl>", "Key\n    its meaning"),
        ("<note><p>Take care.</p></note>", "Note: Take care."),
        ("<important>Now.</important>", "Important: Now."),
        ("<p>a</p><pre>\n  x = 1\n    y = 2\n</pre>", "a\n    x = 1\n      y = 2"),
        ("<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>", "a | b\n\n1 | 2"),
        ("one<br/>two", "one\n\ntwo"),
        ("a &lt; b &amp;&nbsp;c", "a < b & c"),
        ("<p>host.<region>.amazonaws.com</p>", "host.<region>.amazonaws.com"),
        ("<script>alert(1)</script>left", "left"),
        ("</p></ul><p>closed before it began", "closed before it began"),
        ("<p>an <code>open end", "an `open end`"),
    ],
)
def test_html_becomes_plain_text(html, text):
    assert plain_text(html) == text


def test_lines_keep_within_the_width_and_below_their_bullet():
    html = "<ul><li>" + "word " * 30 + "</li></ul>"
    lines = plain_text(html, 40).split("\n")
    assert max(map(len, lines)) <= 40
    assert lines[0].startswith("- word")
    assert all(line.startswith("  word") for line in lines[1:])


def test_an_address_is_not_cut():
    address = "https://docs.example.com/" + "x" * 100
    assert address in plain_text(f"<p>See <a href='{address}'>it</a>.</p>", 40)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_text_is_taken_and_backquotes_come_in_pairs(html):
    text = plain_text(html)
    assert text.count("`") % 2 == 0
    assert not [line for line in text.split("\n") if line != line.rstrip()]
    assert "\n\n\n" not in text or "<pre>" in html
    assert "\n" not in first_sentence(html)


@given(st.lists(st.text("abc.,", min_size=1, max_size=8), max_size=20))
def test_no_word_is_lost(words):
    assert plain_text(" ".join(f"<b>{word}</b>" for word in words)).split() == words


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Puts an item. And more.</p><p>Other.</p>", "Puts an item."),
        ("<p>Uses v1.2 (e.g. this) at once. More.</p>", "Uses v1.2 (e.g. this) at once."),
        ("<ul><li>No end", "No end"),
        ("", ""),
        ("<p>" + "long " * 100 + "</p>", "long " * 46 + "long ..."),
    ],
)
def test_the_first_sentence(html, text):
    assert first_sentence(html) == text
