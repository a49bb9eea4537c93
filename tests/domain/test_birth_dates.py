from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from message_centre.domain.birth_dates import is_plausible, parse, readings
from message_centre.domain.patients import written

TODAY = date(2026, 11, 20)
SEVENTH_OF_MARCH = date(1961, 3, 7)
FORMS = (
    "7/3/1961|07.03.1961|7 3 1961|7-3-1961|1961-03-07|1961/3/7|07031961|19610307|7 mar 1961|7mar1961"
    "|7 March 1961|07-Mar-1961|7th mar 1961|7/3/61|070361|7 mar 61| 7/3/1961 |7, march, 1961"
).split("|")


@pytest.mark.parametrize("text", FORMS)
def test_every_common_form_is_read_with_the_day_first(text: str) -> None:
    assert parse(text, today=TODAY) == SEVENTH_OF_MARCH


@pytest.mark.parametrize(
    "text",
    ["", "31/2/1961", "7/13/1961", "mar 1961", "1961", "7 mars 1961", "7/3", "7/3/1061", "x"],
)
def test_what_is_no_full_date_is_not_read_as_one(text: str) -> None:
    assert parse(text, today=TODAY) is None


@pytest.mark.parametrize(
    ("text", "year"), [("20/11/26", 2026), ("21/11/26", 1926), ("1/1/00", 2000), ("1/1/27", 1927)]
)
def test_two_digits_are_this_century_unless_in_the_future(text: str, year: int) -> None:
    born = parse(text, today=TODAY)
    assert born is not None
    assert born.year == year


def test_a_month_and_year_span_the_month() -> None:
    (span,) = readings("feb 1960", today=TODAY)
    assert (span.first, span.last) == (date(1960, 2, 1), date(1960, 2, 29))


def test_a_year_spans_the_year() -> None:
    (span,) = readings("1961", today=TODAY)
    assert (span.first, span.last) == (date(1961, 1, 1), date(1961, 12, 31))
    assert SEVENTH_OF_MARCH in span


def test_december_ends_with_its_last_day() -> None:
    (span,) = readings("december 1999", today=TODAY)
    assert span.last == date(1999, 12, 31)


@given(st.dates(date(1850, 1, 1), TODAY))
def test_a_date_as_we_write_it_reads_back(day: date) -> None:
    assert parse(written(day), today=TODAY) == day
    assert parse(day.isoformat(), today=TODAY) == day
    assert parse(f"{day.day}/{day.month}/{day.year}", today=TODAY) == day


@given(st.text(alphabet="0123456789/ .-marjunx", max_size=14))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    parse(text, today=TODAY)


def test_nobody_is_born_tomorrow_or_in_the_dark_ages() -> None:
    assert is_plausible(TODAY, today=TODAY)
    assert not is_plausible(date(2026, 11, 21), today=TODAY)
    assert not is_plausible(date(1066, 10, 14), today=TODAY)
