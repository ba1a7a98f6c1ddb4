"""A URL is read in one way only, and data never changes where it leads."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.fulfillment.addresses import opened
from branchline.fulfillment.urls import URL_LIMIT, BadUrl, build_url, encoded, problem, target

HTTP = opened(http=True)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://a.example", "https://a.example/"),
        ("HTTPS://A.Example:443/X", "https://a.example/X"),
        ("https://a.example:8443/x?y=z", "https://a.example:8443/x?y=z"),
        ("https://a.example./x", "https://a.example./x"),
        ("https://bücher.example/ü?q=ä", "https://xn--bcher-kva.example/%C3%BC?q=%C3%A4"),
        ("https://a.example/a%2Fb/../c//d?x=%20&y=+", "https://a.example/a%2Fb/../c//d?x=%20&y=+"),
        ("https://my_service.example/", "https://my_service.example/"),
        ("https://[2606:4700:0::1111]:8443/", "https://[2606:4700::1111]:8443/"),
        ("https://8.8.8.8/dns", "https://8.8.8.8/dns"),
    ],
)
def test_a_good_url_is_sent_as_it_was_written(written: str, sent: str):
    assert problem(written) is None
    assert target(written).url == sent
    assert target(sent).url == sent


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.example",
        "//a.example/",
        "https:a.example",
        "https:/a.example",
        "https:///x",
        "https://",
        "https://:443/",
        "http://a.example/",
        "ftp://a.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user@a.example/",
        "https://user:secret@a.example/",
        "https://@a.example/",
        "https://a.example/#part",
        "https://a.example/#",
        "https://a.example:0/",
        "https://a.example:99999/",
        "https://a.example:-1/",
        "https://a.example:８０/",
        "https://a.example:/",
        "https://a.example:8x/",
        "https://a.example\\@b.example/",
        "https://a.example/\\..\\x",
        "https://a.example/a b",
        " https://a.example/",
        "https://a.example/\n",
        "https://a.example/\r\nHost: b",
        "https://a.example/\x00",
        "https://a.exa\tmple/",
        "https://a.example/\x7f",
        "https://a..example/",
        "https://.a.example/",
        "https://-a.example/",
        "https://a-.example/",
        "https://" + "a" * 64 + ".example/",
        "https://" + ".".join(["a" * 60] * 5) + "/",
        "https://a*b.example/",
        "https://a,b.example/",
        "https://💩.example/",
        "https://a%2eb.example/",
        "https://[::1/",
        "https://[v1.x]/",
        "https://[2606:4700::1%25eth0]/",
        "https://{{ host }}/",
        "https://a.example/{{ order }}",
        "https://a.example/<x>",
        "https://a.example/50%",
        'https://a.example/"x"',
        "https://a.example/\ud800",
        "https://0177.0.0.1/",
        "https://0x7f.0.0.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://127.1/",
        "https://127.0.1/",
        "https://1.2.3.4.5/",
        "https://08.8.8.8/",
        "https://8.8.8.8./",
        "https://256.1.1.1/",
        "https://127.0.0.1/",
        "https://①②⑦.0.0.1/",
        "https://１２７.0.0.1/",
        "https://127。0。0。1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://169.254.169.254/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://0/",
        "https://a.example/" + "x" * URL_LIMIT,
    ],
)
def test_a_bad_url_is_refused_with_a_sentence(url: str):
    said = problem(url)
    assert said is not None
    assert said.endswith(".")


def test_http_and_inner_addresses_are_allowed_when_the_operator_says_so():
    assert problem("http://a.example/", HTTP) is None
    assert problem("http://127.0.0.1:8000/x", opened(("127.0.0.1:8000",), http=True)) is None
    assert problem("http://127.0.0.1:8001/x", opened(("127.0.0.1:8000",), http=True)) is not None


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_has_a_sentence(text: str):
    for url in (text, "https://" + text, "https://a.example/" + text):
        said = problem(url)
        assert said is None or said.endswith(".")
        if said is None:
            assert target(url).url.isascii()


def fill(values: dict[str, str]):
    def filled(text, encode):
        for name, value in values.items():
            text = text.replace("{{ " + name + " }}", encode(value))
        return text

    return filled


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_inserted_data_stays_in_its_place(value: str):
    if value in {".", ".."}:
        return
    built = build_url(
        "https://a.example/api?key=1", "/orders/{{ v }}/lines", {"q": "{{ v }}", "n": "x&y"}, fill({"v": value})
    )
    read = target(built)
    parts = urlsplit(read.url)
    assert (read.host, read.port) == ("a.example", 443)
    assert [unquote(one) for one in parts.path.split("/")] == ["", "api", "orders", value, "lines"]
    assert parse_qsl(parts.query, keep_blank_values=True) == [("key", "1"), ("q", value), ("n", "x&y")]


@pytest.mark.parametrize("value", [".", ".."])
def test_inserted_data_cannot_lead_up(value: str):
    with pytest.raises(BadUrl, match="leads elsewhere"):
        build_url("https://a.example/api", "{{ v }}/x", {}, fill({"v": value}))
    with pytest.raises(BadUrl):
        build_url("https://a.example/api", "x/.{{ v }}", {}, fill({"v": "."}))


def test_inserted_data_cannot_reach_the_host():
    for value in (
        "@evil.example",
        "//evil.example",
        "https://evil.example",
        "?x",
        "#x",
        "\\evil.example",
        ":80",
        "%2e%2e",
    ):
        built = build_url("https://a.example", "{{ v }}", {}, fill({"v": value}))
        assert target(built).host == "a.example"
        assert "evil.example/" not in built.removeprefix("https://a.example/")


def test_a_path_of_the_author_is_joined_once():
    assert build_url("https://a.example/api/", "/x/y", {}, fill({})) == "https://a.example/api/x/y"
    assert build_url("https://a.example", "", {}, fill({})) == "https://a.example"
    assert build_url("https://a.example/x?a=1", "", {"b": "2"}, fill({})) == "https://a.example/x?a=1&b=2"
    assert build_url("https://a.example", "x?c=3", {"b": "2 3"}, fill({})) == "https://a.example/x?c=3&b=2%203"


def test_every_delimiter_is_encoded():
    assert encoded("/?#[]@!$&'()*+,;=: %\"<>\\^`{|}\n\ud800") == (
        "%2F%3F%23%5B%5D%40%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%20%25%22%3C%3E%5C%5E%60%7B%7C%7D%0A%3F"
    )


def test_data_that_makes_the_url_too_long_is_refused():
    with pytest.raises(BadUrl, match="with its data"):
        build_url("https://a.example", "{{ v }}", {}, fill({"v": "x" * 8_001}))
