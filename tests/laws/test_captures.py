"""Laws of captures: what a reply is kept as, and when it does not fit."""

from datetime import UTC, date, datetime, timedelta
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branchline.captures import (
    AnyCapture,
    Choice,
    Context,
    Date,
    Email,
    File,
    Number,
    OneOf,
    Pattern,
    Phone,
    Rating,
    Refused,
    SeveralOf,
    Taken,
    Text,
    YesNo,
    describe,
    problems,
    suggestions,
    take,
)
from branchline.captures.results import Problem
from branchline.captures.texts import normalised
from branchline.filters import write_date
from branchline.insert import template
from branchline.interaction.events import FileRef
from branchline.interaction.record import DATA_LIMIT, Suggestion
from branchline.operators import OPERATORS
from branchline.values import number

NOW = int(datetime(2026, 11, 23, 23, 20, tzinfo=UTC).timestamp() * 1000)
COLOURS = (Choice("Red", "r"), Choice("Light blue", also=("azure", "Sky")), Choice("Green", "green", go_to="n3"))
EXAMPLES: list[AnyCapture] = [
    Text("t"),
    Text("t", min=0, max=5, normalise="upper"),
    Text("t", normalise="none"),
    Text("t", normalise="digits"),
    Email("e"),
    Phone("p", region="GB"),
    Phone("p"),
    Number("n"),
    Number("n", min=0, max=10.5, whole=True),
    Date("d"),
    Date("d", min="today", max="2030-01-01"),
    YesNo("y"),
    YesNo("y", yes=("go",), no=("stop",)),
    OneOf(name="o", choices=COLOURS),
    OneOf(name="o", choices=(Choice("1"), Choice("3"))),
    SeveralOf(name="s", choices=COLOURS[:2], max=2),
    Rating("r"),
    Rating("r", min=0, max=10),
    File("f"),
    File("f", types=("image/*", "application/pdf"), max_bytes=1_000),
    Pattern(name="x", pattern="[A-Z]{3}-[0-9]{3}", normalise="upper"),
]
captures = st.sampled_from(EXAMPLES)
locales = st.sampled_from(
    ["en", "en-US", "en-GB", "de", "de-CH", "fr", "es", "es-MX", "ar", "ar-EG", "ar-MA", "xx", "", "-", "e-\x00"]
)
timezones = st.sampled_from(["UTC", "Europe/London", "Pacific/Auckland", "", "no/such"])
replies = (
    st.text(max_size=40)
    | st.text(alphabet="0123456789+-.,:/ @e٣٫٬'\ud800\x00", max_size=30)
    | st.text(max_size=600)
    | st.sampled_from(
        ["yes", "نعم", "غدا", "1.234,5", "31.12.2026", "Nov 5", "a@b.co", "+442083661177", "red, 2", "4/5", "abc-123"]
    )
)


def said(capture: AnyCapture, text: str, locale: str = "en", value: str | None = None, timezone: str = "UTC") -> str:
    """What is kept, or `!problem`."""
    taken = take(capture, text, value, None, Context(NOW, locale, timezone))
    return taken.data if isinstance(taken, Taken) else f"!{taken.problem}"


@given(captures, replies, st.none() | replies, locales, timezones, st.integers(-(10**14), 10**14))
def test_every_reply_is_taken_or_refused(
    capture: AnyCapture, text: str, value: str | None, locale: str, timezone: str, now: int
) -> None:
    taken = take(capture, text, value, None, Context(now, locale, timezone))
    if isinstance(taken, Taken):
        assert len(taken.data) <= DATA_LIMIT
        assert taken.data == taken.data.encode().decode()
        assert "\x00" not in taken.data
    else:
        assert taken.problem in get_args(Problem)
        assert taken.hint.endswith(".")


@given(captures, replies, locales)
def test_what_is_kept_is_kept_again_when_it_is_chosen(capture: AnyCapture, text: str, locale: str) -> None:
    context = Context(NOW, locale)
    taken = take(capture, text, None, None, context)
    if isinstance(taken, Taken):
        again = take(capture, "", taken.data, None, context)
        assert isinstance(again, Taken)
        assert again.data == taken.data


@given(st.text(max_size=100), st.sampled_from(["none", "trim", "upper", "lower", "digits"]))
def test_normalising_twice_is_normalising_once(text: str, how: str) -> None:
    once = normalised(text, how)  # type: ignore[arg-type]
    assert normalised(once, how) == once  # type: ignore[arg-type]


@pytest.mark.parametrize("capture", EXAMPLES)
def test_every_button_is_a_reply_that_fits(capture: AnyCapture) -> None:
    if isinstance(capture, SeveralOf):
        assert capture.min == 1
    for locale in ("en", "de", "fr", "es", "ar"):
        for button in suggestions(capture, locale):
            kept = button.value
            assert said(capture, button.label, locale, button.value) == kept
            assert said(capture, button.label, locale) == kept


@pytest.mark.parametrize("capture", EXAMPLES)
def test_a_capture_survives_being_saved_and_has_no_problems(capture: AnyCapture) -> None:
    assert msgspec.json.decode(msgspec.json.encode(capture), type=AnyCapture) == capture
    assert problems(capture) == []
    field = describe(capture, Context(NOW))
    assert msgspec.json.decode(msgspec.json.encode(field)) == field
    assert field["kind"] == msgspec.to_builtins(capture)["kind"]
    assert "name" not in field


@given(st.text(max_size=DATA_LIMIT + 10))
def test_text_stays_text_and_nothing_is_cut(text: str) -> None:
    kept = said(Text("t", min=0, normalise="none"), text)
    assert kept == text or kept in {"!too_long", "!bad_character"} or (kept == "" and not text.strip())


def test_lengths_are_counted_in_code_points_after_normalising() -> None:
    assert said(Text("t"), " 007 ") == "007"
    assert said(Text("t"), "🦊" * 510) == "🦊" * 510
    assert said(Text("t"), "x" * 511) == "!too_long"
    assert said(Text("t", max=3), "  abc  ") == "abc"
    assert said(Text("t", min=3), " ab ") == "!too_short"
    assert said(Text("t"), " ") == "!empty"
    assert said(Text("t", min=0), " ") == ""
    assert said(Text("t"), "a\x00b") == "!bad_character"
    assert said(Text("t"), "a\udc00b") == "!bad_character"
    assert said(Text("t", normalise="digits"), "+44 (0)20 ٣") == "440203"
    assert said(Text("t", normalise="digits"), "none") == "!empty"


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        (" Ada@Example.COM ", "Ada@example.com"),
        ("ada@exämple.de", "ada@exämple.de"),
        ("ada", "!not_an_email"),
        ("ada@", "!not_an_email"),
        ("Ada <ada@example.com>", "!not_an_email"),
        ("ada@example.com, b@example.com", "!not_an_email"),
        ("a" * 400 + "@example.com", "!not_an_email"),
    ],
)
def test_an_address_is_checked_by_its_form(reply: str, kept: str) -> None:
    assert said(Email("e"), reply) == kept


@pytest.mark.parametrize(
    ("region", "locale", "reply", "kept"),
    [
        ("GB", "en", "020 8366 1177", "+442083661177"),
        (None, "en-GB", "(020) 8366-1177", "+442083661177"),
        (None, "de", "+44 20 8366 1177", "+442083661177"),
        (None, "de", "020 8366 1177", "!not_a_phone_number"),
        ("gb", "en", "123", "!not_a_phone_number"),
        ("XX", "en", "020 8366 1177", "!not_a_phone_number"),
        ("GB", "en", "call me", "!not_a_phone_number"),
    ],
)
def test_a_telephone_number_is_kept_in_international_form(
    region: str | None, locale: str, reply: str, kept: str
) -> None:
    assert said(Phone("p", region=region), reply, locale) == kept


@pytest.mark.parametrize(
    ("locale", "reply", "kept"),
    [
        ("en", "007", "7"),
        ("en", "1,234.50", "1234.50"),
        ("en", "1.234,50", "1234.50"),
        ("de", "1.234,50", "1234.50"),
        ("en", "1,234", "1234"),
        ("en", "1.234", "1.234"),
        ("de", "1.234", "1234"),
        ("de", "1,234", "1.234"),
        ("de", "1.5", "1.5"),
        ("en", "1,5", "1.5"),
        ("fr", "1 234 567,8", "1234567.8"),
        ("de-CH", "1’234.5", "1234.5"),
        ("es-MX", "1,234", "1234"),
        ("ar", "١٬٢٣٤٫٥", "1234.5"),
        ("ar", "٣", "3"),
        ("en", "1,234,567", "1234567"),
        ("en", "−3", "-3"),
        ("en", "-0", "0"),
        ("en", ".5", "0.5"),
        ("en", "12,34,567", "!not_a_number"),
        ("en", "1.2.3", "!not_a_number"),
        ("en", "1e9", "!not_a_number"),
        ("en", "NaN", "!not_a_number"),
        ("en", "ten", "!not_a_number"),
        ("en", "9" * 31, "!not_a_number"),
    ],
)
def test_a_number_is_read_in_the_visitors_language(locale: str, reply: str, kept: str) -> None:
    assert said(Number("n"), reply, locale) == kept


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12), locales)
def test_a_number_written_by_us_is_read_by_us(value: object, locale: str) -> None:
    shown = template("{{ v | number: 3 }}").fill(lambda _: format(value, "f"), locale)
    assert number(said(Number("n"), shown, locale)) == value


def test_numbers_have_limits() -> None:
    capture = Number("n", min=1, max=9.5, whole=True)
    assert said(capture, "0") == "!too_small"
    assert said(capture, "10") == "!too_big"
    assert said(capture, "2.5") == "!not_whole"
    assert said(capture, "2.0") == "2"
    assert said(Number("n", min=float("nan"), max=float("inf")), "2") == "2"


@pytest.mark.parametrize(
    ("locale", "reply", "kept"),
    [
        ("en", "2026-12-31", "2026-12-31"),
        ("en", "2026-12-31T10:00:00Z", "2026-12-31"),
        ("en-GB", "03/04/2026", "2026-04-03"),
        ("en-US", "03/04/2026", "2026-03-04"),
        ("en-US", "23/11/2026", "2026-11-23"),
        ("en-GB", "11/23/2026", "2026-11-23"),
        ("en-US", "3.4.2026", "2026-04-03"),
        ("de", "3.4.26", "2026-04-03"),
        ("de", "3. 4. 85", "1985-04-03"),
        ("de", "23.11.", "2026-11-23"),
        ("de", "22.11.", "2027-11-22"),
        ("en", "2026/4/3", "2026-04-03"),
        ("en", "23 November 2026", "2026-11-23"),
        ("en-US", "Nov 23rd, 2026", "2026-11-23"),
        ("en", "the 1st of May", "2027-05-01"),
        ("de", "5. März 2027", "2027-03-05"),
        ("fr", "1er août 2027", "2027-08-01"),
        ("es", "3 de enero de 2027", "2027-01-03"),
        ("ar", "٣ نوفمبر ٢٠٢٧", "2027-11-03"),
        ("en", "Today", "2026-11-23"),
        ("de", "morgen", "2026-11-24"),
        ("es", "mañana", "2026-11-24"),
        ("fr", "aujourd’hui", "2026-11-23"),
        ("ar", "غدا", "2026-11-24"),
        ("fr", "tomorrow", "2026-11-24"),
        ("en", "29 February", "2028-02-29"),
        ("en", "30 February 2027", "!not_a_date"),
        ("en", "31/31/2026", "!not_a_date"),
        ("en", "next week", "!not_a_date"),
        ("en", "5", "!not_a_date"),
    ],
)
def test_a_date_is_read_in_the_visitors_language(locale: str, reply: str, kept: str) -> None:
    assert said(Date("d"), reply, locale) == kept


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["en", "en-US", "en-GB", "de", "fr", "es", "ar"]))
def test_a_date_written_by_us_is_read_by_us(day: date, locale: str) -> None:
    for style in ("short", "medium", "long"):
        assert said(Date("d"), write_date(day, style, locale), locale) == day.isoformat()


def test_today_is_today_where_the_bot_is() -> None:
    assert said(Date("d"), "today", timezone="Pacific/Auckland") == "2026-11-24"
    capture = Date("d", min="tomorrow", max="2026-12-31")
    assert said(capture, "today") == "!too_early"
    assert said(capture, "2027-01-01") == "!too_late"
    assert said(capture, "tomorrow") == "2026-11-24"
    assert describe(capture, Context(NOW)) == {"kind": "date", "min": "2026-11-24", "max": "2026-12-31"}
    assert describe(capture) == {"kind": "date", "max": "2026-12-31"}


@given(st.integers(-3, 3), st.sampled_from(["yesterday", "today", "tomorrow"]))
def test_limits_of_a_date_are_included(ahead: int, word: str) -> None:
    day = date(2026, 11, 23) + timedelta(days=ahead)
    reach = {"yesterday": -1, "today": 0, "tomorrow": 1}[word]
    assert (said(Date("d", min=word), day.isoformat()) == day.isoformat()) == (ahead >= reach)
    assert (said(Date("d", max=word), day.isoformat()) == day.isoformat()) == (ahead <= reach)


@pytest.mark.parametrize(
    ("locale", "reply", "kept"),
    [
        ("en", "Yes!", "yes"),
        ("en", "nope.", "no"),
        ("de", "Ja", "yes"),
        ("de", "nein", "no"),
        ("fr", "Oui", "yes"),
        ("fr", "OK", "yes"),
        ("es", "Sí", "yes"),
        ("es", "si", "yes"),
        ("ar", "نعم", "yes"),
        ("ar", "لا", "no"),
        ("en", "maybe", "!not_yes_or_no"),
        ("en", "yes or no", "!not_yes_or_no"),
    ],
)
def test_yes_and_no_are_understood_in_the_visitors_language(locale: str, reply: str, kept: str) -> None:
    assert said(YesNo("y"), reply, locale) == kept


def test_the_authors_words_for_yes_and_no_come_first() -> None:
    capture = YesNo("y", yes=("Do it", "no problem"), no=("ok",))
    assert said(capture, "do it!") == "yes"
    assert said(capture, "No problem") == "yes"
    assert said(capture, "OK") == "no"
    assert suggestions(capture) == (Suggestion("Do it", "yes"), Suggestion("ok", "no"))
    assert suggestions(YesNo("y"), "de-AT") == (Suggestion("Ja", "yes"), Suggestion("Nein", "no"))


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("red", "r"),
        ("R", "r"),
        (" Light BLUE. ", "Light blue"),
        ("azure", "Light blue"),
        ("2", "Light blue"),
        ("٣", "green"),
        ("4", "!not_a_choice"),
        ("re", "!not_a_choice"),
    ],
)
def test_a_choice_is_known_by_label_value_word_and_number(reply: str, kept: str) -> None:
    assert said(OneOf(name="o", choices=COLOURS), reply) == kept


def test_the_choice_says_where_to_go() -> None:
    taken = take(OneOf(name="o", choices=COLOURS), "green", None, None, Context(NOW))
    assert taken == Taken("green", COLOURS[2])


def test_a_number_means_itself_when_numbers_are_chosen_from() -> None:
    capture = OneOf(name="o", choices=(Choice("3"), Choice("2"), Choice("more")))
    assert said(capture, "2") == "2"
    assert said(capture, "1") == "!not_a_choice"


@pytest.mark.parametrize(
    ("locale", "reply", "kept"),
    [
        ("en", "red", "r"),
        ("en", "green, Red", "r, green"),
        ("en", "3 and 1", "r, green"),
        ("de", "red und azure", "r, Light blue"),
        ("en", "red & green", "r, green"),
        ("en", "red;red\nred", "r"),
        ("en", "red, azure, green", "!too_many"),
        ("en", "red, purple", "!not_a_choice"),
        ("en", ",", "!too_few"),
    ],
)
def test_several_choices_are_kept_in_their_order(locale: str, reply: str, kept: str) -> None:
    assert said(SeveralOf(name="s", choices=COLOURS, max=2), reply, locale) == kept


def test_a_choice_with_and_in_it_is_one_choice() -> None:
    capture = SeveralOf(name="s", choices=(Choice("Salt and pepper"), Choice("Salt"), Choice("Vinegar")))
    assert said(capture, "salt and pepper") == "Salt and pepper"
    assert said(capture, "salt and vinegar") == "Salt, Vinegar"


@given(st.sets(st.integers(0, 2), min_size=1))
def test_what_several_of_keeps_includes_what_was_chosen(chosen: set[int]) -> None:
    kept = said(SeveralOf(name="s", choices=COLOURS), ", ".join(COLOURS[index].label for index in sorted(chosen)))
    for index, choice in enumerate(COLOURS):
        assert OPERATORS["includes"].test(kept, (choice.data,), NOW, "UTC") == (index in chosen)


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("4", "4"),
        (" 5/5 ", "5"),
        ("٣", "3"),
        ("0", "!not_a_choice"),
        ("6", "!not_a_choice"),
        ("great", "!not_a_choice"),
    ],
)
def test_a_rating_is_a_number_in_its_range(reply: str, kept: str) -> None:
    assert said(Rating("r"), reply) == kept


def test_a_pattern_matches_the_whole_reply() -> None:
    capture = Pattern(name="x", pattern="[A-Z]{3}-[0-9]{3}|x", normalise="upper")
    assert said(capture, " abc-123 ") == "ABC-123"
    assert said(capture, "abc-1234") == "!does_not_match"
    assert said(Pattern(name="x", pattern="("), "a") == "!does_not_match"


def test_a_file_is_kept_by_its_id() -> None:
    capture = File("f", types=("image/*", "application/pdf"), max_bytes=1_000)
    context = Context(NOW)

    def sent(media_type: str, size: int = 10, file_id: str = "abc") -> str:
        taken = take(capture, "ignored", None, FileRef(file_id, "a.png", media_type, size), context)
        return taken.data if isinstance(taken, Taken) else taken.problem

    assert sent("image/png") == "abc"
    assert sent("Application/PDF; charset=x") == "abc"
    assert sent("text/html") == "file_type"
    assert sent("imagex/png") == "file_type"
    assert sent("image/png", 1_001) == "file_too_big"
    assert sent("image/png", 1, "x" * 511) == "not_a_file"
    assert take(capture, "here it is", None, None, context) == Refused("not_a_file", "Please send a file.")


def test_a_hint_never_repeats_the_visitor() -> None:
    for capture in EXAMPLES:
        taken = take(capture, "{{ secret }} <b>", None, None, Context(NOW))
        if isinstance(taken, Refused):
            assert "secret" not in taken.hint


@pytest.mark.parametrize(
    ("capture", "path", "says"),
    [
        (Text("t", min=9, max=3), ("min",), "nothing fits"),
        (Text(""), ("name",), "1 to 191"),
        (Number("n", min=2, max=1), ("min",), "nothing fits"),
        (Number("n", max=float("inf")), ("max",), "no number can be compared"),
        (Date("d", min="soon"), ("min",), "is not a date"),
        (Date("d", min="2027-01-01", max="2026-01-01"), ("min",), "nothing fits"),
        (Phone("p", region="XX"), ("region",), "no country"),
        (Pattern(name="x", pattern="("), ("pattern",), "missing )"),
        (YesNo("y", yes=("ok",), no=("OK ",)), ("no",), "both yes and no"),
        (File("f", types=("pdf",)), ("types", 0), "media type"),
        (OneOf(name="o", choices=()), ("choices",), "no choices"),
        (OneOf(name="o", choices=(Choice("Yes"), Choice("x", also=("YES",)))), ("choices", 1), "means choice 1"),
        (OneOf(name="o", choices=(Choice("a", "a\x00"),)), ("choices", 0), "cannot be kept"),
        (SeveralOf(name="s", choices=(Choice("a, b"),)), ("choices", 0), "has a comma"),
        (SeveralOf(name="s", choices=(Choice("a"),), min=2), ("min",), "At least 2"),
        (SeveralOf(name="s", choices=(Choice("a", go_to="n"),)), ("choices", 0, "go_to"), "includes"),
        (SeveralOf(name="s", choices=tuple(Choice(str(n) * 100) for n in range(1, 8))), ("choices",), "can be kept"),
    ],
)
def test_what_is_wrong_with_a_capture_is_said_where_it_is(
    capture: AnyCapture, path: tuple[str | int, ...], says: str
) -> None:
    [(at, sentence)] = problems(capture)
    assert at == path
    assert says in sentence
