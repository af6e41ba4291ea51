import os
import pickle

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sotalia.components.configfile import FullConfig, load_full_config, parse_config, parse_text
from sotalia.components.errors import ConfigParseError


@pytest.fixture
def files(tmp_path):
    """Write the two files and read them."""

    def read(config=None, credentials=None):
        paths = []
        for name, text in (("config", config), ("credentials", credentials)):
            path = tmp_path / name
            if text is not None:
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
            paths.append(str(path))
        return load_full_config(*paths)

    return read


def profiles(text):
    return FullConfigOf(text)["profiles"]


def FullConfigOf(text):
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "config")
        with open(path, "wb") as file:
            file.write(text.encode())
        return load_full_config(path, os.path.join(folder, "credentials")).as_dict()


# --- values (each of these is what botocore 1.44.5 reads from the same text) -----------------


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("region = us-east-1\noutput=json", {"region": "us-east-1", "output": "json"}),
        ("a =   x y   ", {"a": "x y"}),
        ("a=b=c", {"a": "b=c"}),
        ("a: b\nc:d=e\nurl = http://x:1", {"a": "b", "c": "d=e", "url": "http://x:1"}),
        ("a=%(b)s\nb=100%\nc=%%", {"a": "%(b)s", "b": "100%", "c": "%%"}),
        ("a=${b}", {"a": "${b}"}),
        ('a="b"', {"a": '"b"'}),
        ("a=", {"a": ""}),
        ("a=\nb=1", {"a": "", "b": "1"}),
        ("Upper Case = X", {"upper case": "X"}),
        ("x=é", {"x": "é"}),
        ("a=1 # kept\nb=1 ; kept\nc=1#kept", {"a": "1 # kept", "b": "1 ; kept", "c": "1#kept"}),
        ("# comment\n; comment\n  # comment\na=1", {"a": "1"}),
        ("a=1\n  two\n  three\nb=2", {"a": "1\ntwo\nthree", "b": "2"}),
        ("a=1\n\n  2\nb=3", {"a": "1\n\n2", "b": "3"}),
        ("a=v\n  b = w", {"a": "v\nb = w"}),
        ("  a=1\n  b=2", {"a": "1", "b": "2"}),
        ("c=1\x85d=3\u2028e=1", {"c": "1\x85d=3\u2028e=1"}),
        ("a=\0b", {"a": "\0b"}),
    ],
)
def test_values(lines, expected):
    assert profiles(f"[profile x]\n{lines}\n") == {"x": expected}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            "s3 =\n  addressing_style = path\n  use=true\nb=2",
            {"s3": {"addressing_style": "path", "use": "true"}, "b": "2"},
        ),
        ("s3=\n  a=1\n\n  b=2\nc=3", {"s3": {"a": "1", "b": "2"}, "c": "3"}),
        ("s3=\n\ta=1\n\tb=2", {"s3": {"a": "1", "b": "2"}}),
        ("s3=\n  a=1\n  # comment\n  b=2 # kept\n  ; comment\nc=3", {"s3": {"a": "1", "b": "2 # kept"}, "c": "3"}),
        ("s3=\n  a=1\n    b=2", {"s3": {"a": "1", "b": "2"}}),
        ("s3=\n  a=b=c", {"s3": {"a": "b=c"}}),
        ("s3=\n  a =\n  b = 1", {"s3": {"a": "", "b": "1"}}),
        ("s3=\n  a=1\n  a=2", {"s3": {"a": "2"}}),
        ("S3=\n  Upper=1", {"s3": {"Upper": "1"}}),
        ("s3 =\n\n\n", {"s3": ""}),
    ],
)
def test_nested_values(lines, expected):
    assert profiles(f"[profile x]\n{lines}\n") == {"x": expected}


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n"])
def test_line_endings(ending):
    text = ending.join(["[default]", "a=1", "s3=", "  x=1", ""])
    assert profiles(text) == {"default": {"a": "1", "s3": {"x": "1"}}}


def test_a_byte_order_mark_is_no_part_of_the_text():
    assert profiles("\ufeff[default]\na=1\n") == {"default": {"a": "1"}}


# --- sections -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("[default]", "default"),
        ("[profile default]", "default"),
        ("[profile x]", "x"),
        ("[profile  x  ]", "x"),
        ("[profile\tx]", "x"),
        ('[profile "a b"]', "a b"),
        ("[profile 'a b']", "a b"),
        ('[profile "a\\"b"]', 'a"b'),
        ("[profile a#b]", "a#b"),
        ("[profile a]b]", "a]b"),
        ("[profile x] # comment", "x"),
        ("[profile x]; comment", "x"),
        ("  [profile x]", "x"),
        ("[profile é]", "é"),
        ('[profile ""]', ""),
    ],
)
def test_a_profile(header, name):
    assert profiles(f"{header}\na=1\n") == {name: {"a": "1"}}


@pytest.mark.parametrize("header", ["[profile]", "[profile a b]", '[profile "open]'])
def test_a_profile_without_exactly_one_name_is_ignored(header):
    assert FullConfigOf(f"{header}\na=1\n") == {"profiles": {}, "sso_sessions": {}, "services": {}}


@pytest.mark.parametrize("header", ["x", " default ", " profile x ", "Profile x", "sso_session x", "preview"])
def test_other_sections_stand_under_their_own_name(header):
    assert FullConfigOf(f"[{header}]\na=1\n") == {
        header: {"a": "1"},
        "profiles": {},
        "sso_sessions": {},
        "services": {},
    }


def test_of_default_and_profile_default_the_later_one_stands():
    assert profiles("[default]\na=1\nb=1\n[profile default]\na=2\n") == {"default": {"a": "2"}}
    assert profiles("[profile default]\na=2\n[default]\na=1\nb=1\n") == {"default": {"a": "1", "b": "1"}}


def test_services_and_sso_sessions():
    text = """
[services dev]
s3 =
  endpoint_url = http://localhost:1
elastic_beanstalk =
  endpoint_url = http://localhost:2
[sso-session "q r"]
sso_region = us-east-1
"""
    full = FullConfigOf(text)
    assert full["services"] == {
        "dev": {
            "s3": {"endpoint_url": "http://localhost:1"},
            "elastic_beanstalk": {"endpoint_url": "http://localhost:2"},
        }
    }
    assert full["sso_sessions"] == {"q r": {"sso_region": "us-east-1"}}


def test_the_defaults_section_lends_its_keys():
    assert profiles("[DEFAULT]\nz=1\ny=1\n[profile x]\nz=2\n") == {"x": {"z": "2", "y": "1"}}


# --- both files -----------------------------------------------------------------------------


def test_keys_of_the_credentials_file_win(files):
    full = files("[default]\na=1\nb=1\n[profile x]\na=1\ns3=\n  m=1\n", "[default]\na=2\n[x]\ns3=\n  n=2\n[y]\nq=1\n")
    assert full.as_dict()["profiles"] == {
        "default": {"a": "2", "b": "1"},
        "x": {"a": "1", "s3": {"n": "2"}},
        "y": {"q": "1"},
    }


def test_a_header_of_the_credentials_file_is_a_profile_as_it_stands(files):
    full = files("", "[profile x]\nb=2\n[sso-session t]\nc=1\n")
    assert full.as_dict()["profiles"] == {"profile x": {"b": "2"}, "sso-session t": {"c": "1"}}


def test_what_does_not_exist_is_empty(files, tmp_path):
    assert files().as_dict() == {"profiles": {}, "sso_sessions": {}, "services": {}}
    assert load_full_config(str(tmp_path), "/dev/null").as_dict()["profiles"] == {}
    assert load_full_config("/dev/null/x", "/dev/null").as_dict()["profiles"] == {}


def test_a_fifo_is_empty_and_does_not_block(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    assert parse_config(str(tmp_path / "fifo")).sections == {}


def test_where_names_file_and_line(files, tmp_path):
    full = files("\n[default]\nregion=a\ns3=\n  x=1\n[services q]\nsqs=\n  endpoint_url=u\n", "[default]\noutput=b\n")
    config, credentials = tmp_path / "config", tmp_path / "credentials"
    assert full.where("profiles", "default", "region") == f"{config}:3"
    assert full.where("profiles", "default", "output") == f"{credentials}:2"
    assert full.where("profiles", "default", "s3") == f"{config}:4"
    assert full.where("profiles", "default", "s3", "x") == f"{config}:5"
    assert full.where("services", "q", "sqs", "endpoint_url") == f"{config}:8"
    assert full.where("profiles", "default", "nothing") is None
    assert full.where("profiles", "nobody", "region") is None


def test_line_of():
    parsed = parse_text("[default]\n\na=1\nb=\n  c=1\n[DEFAULT]\nz=1\n")
    assert parsed.line_of("default") == 1
    assert parsed.line_of("default", "a") == 3
    assert parsed.line_of("default", "b", "c") == 5
    assert parsed.line_of("default", "z") == 7
    assert parsed.line_of("default", "nothing") is None


def test_the_mapping_is_read_only_and_shows_no_values(files):
    full = files("", "[default]\naws_secret_access_key=hunter2\n")
    with pytest.raises(TypeError):
        full["profiles"]["default"]["a"] = "b"
    assert "hunter2" not in repr(full)
    assert isinstance(full, FullConfig)
    assert set(full) == {"profiles", "sso_sessions", "services"}
    assert len(full) == 3


# --- changes on disk ------------------------------------------------------------------------


def age(path, seconds=10):
    status = os.stat(path)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - seconds * 10**9))


def test_an_unchanged_file_is_parsed_once(files, tmp_path):
    files("[default]\na=1\n")
    age(tmp_path / "config")
    assert files() is files()


def test_a_changed_file_is_seen(files, tmp_path):
    files("[default]\na=1\n")
    age(tmp_path / "config")
    assert files()["profiles"]["default"] == {"a": "1"}
    (tmp_path / "config").write_text("[default]\na=2\n")
    assert files()["profiles"]["default"] == {"a": "2"}
    (tmp_path / "config").unlink()
    assert files()["profiles"] == {}


def test_two_writes_within_one_tick_of_the_clock_are_both_seen(files, tmp_path):
    path = tmp_path / "config"
    files("[default]\na=1\n")
    status = os.stat(path)
    path.write_text("[default]\na=2\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert files()["profiles"]["default"] == {"a": "2"}


def test_a_replaced_file_of_the_same_time_and_size_is_seen(files, tmp_path):
    path = tmp_path / "config"
    files("[default]\na=1\n")
    age(path)
    files()
    status = os.stat(path)
    (tmp_path / "new").write_text("[default]\na=2\n")
    os.utime(tmp_path / "new", ns=(status.st_atime_ns, status.st_mtime_ns))
    os.replace(tmp_path / "new", path)
    assert files()["profiles"]["default"] == {"a": "2"}


def test_a_repaired_file_is_read(files):
    with pytest.raises(ConfigParseError):
        files("[default\n")
    assert files("[default]\na=1\n")["profiles"] == {"default": {"a": "1"}}


# --- malformed files ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a=1\n", 1, "before the first section"),
        ("[default\na=1\n", 1, "name in brackets"),
        ("[]\n", 1, "name in brackets"),
        ("[default]\n\nnonsense\n", 3, "expected 'key = value'"),
        ("[default]\n=1\n", 2, "expected 'key = value'"),
        ("[default]\na=1\nA=2\n", 3, "'a' stands a second time in its section .first on line 2"),
        ("[x]\na=1\n[y]\n[x]\nb=1\n", 4, r"second time \(first on line 1\)"),
        ("[default]\ns3=\n  a=1\n  nonsense\n", 4, "nested 'key = value' below 's3'"),
    ],
)
def test_a_malformed_file_is_refused_with_its_line(files, tmp_path, text, line, reason):
    with pytest.raises(ConfigParseError, match=reason) as caught:
        files(text)
    assert caught.value.kwargs["line"] == line
    assert str(caught.value).startswith(f"Unable to parse config file: {tmp_path / 'config'}, line {line}: ")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_a_malformed_credentials_file_is_named(files, tmp_path):
    with pytest.raises(ConfigParseError, match=str(tmp_path / "credentials")):
        files("[default]\n", "[default\n")


def test_text_that_is_not_utf8_is_refused_with_its_line(files):
    with pytest.raises(ConfigParseError, match=r"line 3: the text is not UTF-8"):
        files(b"[default]\na=1\nb=\xff\n")


def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(ConfigParseError, match="cannot be read"):
        load_full_config(str(loop), "/dev/null")


@pytest.mark.parametrize(
    "text", ["[default]\n{}\n", "[default]\na=\n  {}\n", "[default]\n{}=1\n{}=1\n", "{}\n", "[{}\n"]
)
def test_an_error_repeats_nothing_that_may_be_a_secret(text):
    secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    with pytest.raises(ConfigParseError) as caught:
        parse_text(text.replace("{}", secret))
    assert secret.lower() not in str(caught.value).lower()


pieces = st.one_of(
    st.sampled_from(
        ["[default]", "[profile x]", '[profile "a b"]', "[services s]", "[DEFAULT]\n", "a=1\n", "s3 =\n  k = v\n"]
    ),
    st.sampled_from(
        ["\n", "\n  ", "\n\t", "\r\n", "a", "=", " = ", ":", "#", ";", '"', "'", "%", "[", "]", "\\", "\0"]
    ),
    st.sampled_from(["é", "\u2028", "\ufeff"]),
)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(pieces, max_size=25).map("".join)))
@example("[profile \\]\n")
def test_any_text_is_parsed_or_refused(text):
    try:
        parsed = parse_text(text)
    except ConfigParseError as error:
        line = error.kwargs["line"]
    else:
        line = 1
        for name, section in parsed.sections.items():
            for key, value in section.items():
                assert parsed.line_of(name, key) is not None
                assert isinstance(value, str) or all(isinstance(inner, str) for inner in value.values())
    assert 1 <= line <= text.count("\n") + text.count("\r") + 1


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=60), st.lists(pieces, max_size=25).map(lambda found: "".join(found).encode())))
def test_any_bytes_make_a_config_or_an_error(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(content)
    try:
        full = load_full_config(str(path), str(path))
    except ConfigParseError:
        return
    assert set(full["profiles"]) >= set(parse_config(str(path)).sections)
