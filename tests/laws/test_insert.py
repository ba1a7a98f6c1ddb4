"""Laws of inserting data into text."""

from time import perf_counter
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.filters import FILTERS, percent_encode
from branchline.insert import FILL_LIMIT, template

any_text = st.text(max_size=200) | st.text(alphabet="{}| :'\"abdefault09\ud800\x00", max_size=80)
names = st.text(min_size=1, max_size=191).filter(lambda name: name.strip() and not set(name) & set("|{}"))


def fill(text: str, locale: str = "en", /, **data: str) -> str:
    return template(text).fill(data.get, locale)


@given(any_text, any_text, st.sampled_from(["en", "en-US", "de", "fr", "es", "ar", "xx", ""]))
def test_any_text_is_a_template_and_can_be_filled(text: str, value: str, locale: str) -> None:
    compiled = template(text)
    assert set(compiled.needs) <= set(compiled.names)
    assert len(compiled.fill(lambda _: value, locale)) <= FILL_LIMIT
    compiled.fill(lambda _: None, locale)


@given(any_text)
def test_text_without_a_hole_stays_as_it_is(text: str) -> None:
    if not template(text).names:
        assert template(text).fill(lambda _: "never") == text


@given(names, any_text)
def test_a_value_is_inserted_as_it_is_and_never_expanded_again(name: str, value: str) -> None:
    compiled = template(f"<{{{{ {name} }}}}>")
    assert compiled.names == (name.strip(),)
    assert compiled.fill({name.strip(): value}.get) == f"<{value}>"


def test_an_inserted_insert_stays_text() -> None:
    assert fill("{{ a }}{{ b }}", a="{{ b }}", b="{{ a }}") == "{{ b }}{{ a }}"
    assert fill("{{ a }}b }}", a="{{ ", b="x") == "{{ b }}"
    assert fill("{{ gone | default: '{' }}{{ gone | default: \"{ b \" }}}}", b="x") == "{{ b }}"


def test_a_missing_value_is_empty_and_is_told() -> None:
    told: list[str] = []
    text = "Hello {{ name }}{{ other | default: 'you' }}!"
    assert template(text).fill(lambda _: None, missing=told.append) == "Hello you!"
    assert told == ["name"]
    assert (template(text).names, template(text).needs) == (("name", "other"), ("name",))


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{{ v | upper }}", "ADA LOVELACE"),
        ("{{v|lower}}", "ada lovelace"),
        ("{{ v | lower | title }}", "Ada Lovelace"),
        ("{{ v | url }}", "ADA%20lovelace"),
        ("{{ none | default: 'there' | upper }}", "THERE"),
        ('{{ none | default: "it\'s" }}', "it's"),
        ("{{ empty | default: 'x' }}", "x"),
        ("{{ none | default: '}}' }}", "}}"),
        ("{{{ v }}}", "{ADA lovelace}"),
        ("{{ zero | default: 'x' }}", "0"),
        ("{{ my name's long }}", "yes"),
        ("{{ secret.KEY }}", "k"),
        ("{{ v | number }}{{ v | date }}", "ADA lovelaceADA lovelace"),
    ],
)
def test_filters_do_what_they_say(text: str, filled: str) -> None:
    data = {"v": "ADA lovelace", "empty": "", "zero": "0", "my name's long": "yes", "secret.KEY": "k"}
    assert template(text).problems == ()
    assert template(text).fill(data.get) == filled


@pytest.mark.parametrize(
    ("text", "value", "locale", "filled"),
    [
        ("{{ v | number: 2 }}", "-1234567.895", "en", "-1,234,567.90"),
        ("{{ v | number: 2 }}", "-1234567.895", "de", "-1.234.567,90"),
        ("{{ v | number: 2 }}", "1234567.5", "fr", "1\u202f234\u202f567,50"),
        ("{{ v | number: 0 }}", "999.5", "es-MX", "1,000"),
        ("{{ v | number: 1 }}", "1234.5", "ar", "١٬٢٣٤٫٥"),
        ("{{ v | number }}", "007.10", "en", "7.10"),
        ("{{ v | number }}", "1e9999", "en", "1e9999"),
        ("{{ v | number: 9 }}", "9" * 30 + "." + "9" * 20, "en", "1" + ",000" * 10 + ".000000000"),
        ("{{ v | date }}", "2026-11-03", "en-GB", "3 Nov 2026"),
        ("{{ v | date: 'long' }}", "2026-11-03T23:59:00Z", "en-US", "November 3, 2026"),
        ("{{ v | date: 'short' }}", "2026-11-03", "en-US", "11/3/2026"),
        ("{{ v | date: 'short' }}", "2026-11-03", "de", "03.11.2026"),
        ("{{ v | date: 'long' }}", "2026-11-03", "es", "3 de noviembre de 2026"),
        ("{{ v | date: 'iso' }}", "2026-11-03 10:00", "fr", "2026-11-03"),
        ("{{ v | date }}", "2026-02-30", "en", "2026-02-30"),
    ],
)
def test_numbers_and_dates_are_written_in_the_visitors_language(
    text: str, value: str, locale: str, filled: str
) -> None:
    assert template(text).problems == ()
    assert fill(text, locale, v=value) == filled


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Hi {{ name", "does not close"),
        ("Hi {{ }}", "1 to 191"),
        ("Hi {{}}", "is not an insert"),
        ("Hi {{ a | uper }}", "Did you mean upper?"),
        ("Hi {{ a | default }}", "needs"),
        ("Hi {{ a | upper: 'x' }}", "does not take"),
        ("Hi {{ a | date: 'loong' }}", "'short', 'medium', 'long'"),
        ("Hi {{ a | number: 10 }}", "0-9"),
        ("Hi {{ a || b }}", "is not an insert"),
        ("Hi {{ " + "a" * 192 + " }}", "192 characters"),
    ],
)
def test_what_is_malformed_stays_text_and_is_a_problem(text: str, says: str) -> None:
    compiled = template(text)
    assert len(compiled.problems) == 1
    assert says in compiled.problems[0]
    assert compiled.fill(lambda _: "never") == text


@given(st.text(max_size=50))
def test_url_leaves_only_unreserved_characters(value: str) -> None:
    encoded = fill("{{ v | url }}", v=value)
    assert encoded.isascii()
    assert not set(encoded) & set("/?#&=+ @:;,$![]()*'\\\"<>^`{}|\r\n")
    assert unquote(encoded) == value


def test_a_places_encoding_takes_the_place_of_url() -> None:
    encode = percent_encode
    for text in ("/o/{{ id }}?q", "/o/{{ id | url }}?q"):
        assert template(text).fill({"id": "../a b"}.get, encode=encode) == f"/o/{quote('../a b', safe='')}?q"


def test_every_filter_has_a_help_sentence() -> None:
    assert list(FILTERS) == ["default", "upper", "lower", "title", "date", "number", "url"]
    assert all(known.help.endswith(".") for known in FILTERS.values())


@pytest.mark.parametrize(
    "piece",
    ["{{", "{", "{{a|default:'", "{{a|default:\"{{a|default:'", "{{a|upper", "{{ a", "{{a|b:1", "{{ a }", "{{a|x}}"],
)
def test_compiling_is_linear_whatever_the_text(piece: str) -> None:
    text = piece * (40_000 // len(piece))
    began = perf_counter()
    template.__wrapped__(text)
    assert perf_counter() - began < 2


def test_filling_is_bounded() -> None:
    assert len(template("{{ a }}" * 500).fill(lambda _: "x" * 4_000)) == FILL_LIMIT
