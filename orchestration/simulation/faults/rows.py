"""Damages to the rows of an export: what was entered, filtered, filled down or coded otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from orchestration.simulation.faults.declared import Damage, Elsewhere, Export

TURNED_ROUND = {
    "Strongly disagree": "Strongly agree",
    "Disagree": "Agree",
    "Agree": "Disagree",
    "Strongly agree": "Strongly disagree",
}
SHIFTED = {"Strongly disagree": "0", "Disagree": "1", "Agree": "2", "Strongly agree": "3"}
RATINGS = ("ca2_overall", "ca3_overall", "col", "engagement", "sharing")
RATINGS_TURNED_ROUND = {"1": "4", "2": "3", "3": "2", "4": "1"}

Rows = pd.DataFrame


def on_rows(change: Callable[[Rows], Rows]) -> Damage:
    """A damage that looks at nothing but the rows."""
    return lambda export, _: export.of(change(export.rows))


def every(nth: int, change: Callable[[Rows], Rows]) -> Damage:
    """A damage to every nth row."""

    def damage(export: Export, _: Elsewhere) -> Export:
        rows = export.rows
        rows.loc[rows.index % nth == 0] = change(rows.loc[rows.index % nth == 0])
        return export.of(rows)

    return damage


def filled(**values: str) -> Callable[[Rows], Rows]:
    """The same values on every row."""
    return lambda rows: rows.assign(**values)


def kept(nth: int, of: int) -> Callable[[Rows], Rows]:
    """The first `nth` of every `of` rows."""
    return lambda rows: rows[rows.index % of < nth]


def coded(codes: Mapping[str, str], *columns: str) -> Callable[[Rows], Rows]:
    """Other codes in some columns, or, where none is named, in all."""

    def change(rows: Rows) -> Rows:
        chosen = list(columns) or list(rows.columns)
        return rows.assign(**{name: rows[name].replace(codes) for name in chosen})

    return change


def anew(column: str, prefix: str) -> Callable[[Rows], Rows]:
    """Other ids in a column, one for each: blanks stay blank."""

    def change(rows: Rows) -> Rows:
        numbers = pd.Series(pd.factorize(rows[column])[0], index=rows.index)
        ids = prefix + (7 * numbers + 90001).astype(str)
        return rows.assign(**{column: ids.where(rows[column] != "", "")})

    return change


def written(column: str, write: Callable[[str], str]) -> Callable[[Rows], Rows]:
    """A column's texts written otherwise."""
    return lambda rows: rows.assign(**{column: rows[column].map(write)})


def scientific(number: str) -> str:
    """A long number as spreadsheets show it."""
    return f"{float(number):.2E}"


def day_before_month(day: str) -> str:
    """An ISO date whose day and month have changed places."""
    year, month, number = day.split("-")
    return f"{year}-{number}-{month}"


def multiplied(column: str, by: float) -> Callable[[Rows], Rows]:
    """A column of numbers in another unit; blanks stay blank."""

    def change(rows: Rows) -> Rows:
        numbers = pd.to_numeric(rows[column], errors="coerce") * by
        return rows.assign(**{column: numbers.map(lambda one: "" if np.isnan(one) else f"{one:g}")})

    return change


def slid_down(column: str) -> Callable[[Rows], Rows]:
    """One column was sorted, or pasted, some rows from where it belongs."""
    return lambda rows: rows.assign(**{column: np.roll(rows[column], 101)})


def filled_through(items: Sequence[str]) -> Callable[[Rows], Rows]:
    """On most rows one answer, another on each, is given to every item."""

    def change(rows: Rows) -> Rows:
        answers = np.array(list(TURNED_ROUND), object)[np.arange(len(rows)) % 4]
        most = rows.index % 10 < 7
        return rows.assign(**{item: np.where(most, answers, rows[item]) for item in items})

    return change


def first_local_district(schools: Rows) -> Sequence[str]:
    """The schools of the local district that comes first by name."""
    first = schools["local_district"].min()
    return sorted(set(schools.loc[schools["local_district"] == first, "school_id"]))


def without_a_local_district(export: Export, elsewhere: Elsewhere) -> Export:
    """No row of one local district's schools."""
    gone = first_local_district(elsewhere("schools", "all"))
    return export.of(export.rows[~export.rows["school_id"].isin(gone)])


def local_district_blank(rows: Rows) -> Rows:
    """The schools of one local district say none."""
    gone = rows["school_id"].isin(first_local_district(rows))
    return rows.assign(local_district=rows["local_district"].mask(gone, ""))


def spells_overlapping(rows: Rows) -> Rows:
    """The earlier row of a school that moved ends a month too late."""
    return rows.assign(valid_to=rows["valid_to"].replace({"2022-11-30": "2022-12-31"}))


def without_a_quarter_of_schools(rows: Rows) -> Rows:
    """Every fourth school is missing."""
    return rows[~rows["school_id"].isin(sorted(set(rows["school_id"]))[::4])]


def last_years(export: Export, elsewhere: Elsewhere) -> Export:
    """The rows of the year before."""
    return export.of(elsewhere("roster", "last_year"))


def observers_as_teachers(rows: Rows) -> Rows:
    """The observed teacher is entered as the observer."""
    return rows.assign(observer_id=rows["teacher_id"].where(rows["teacher_id"] != "", "OB0001"))


def answering_again(rows: Rows) -> Rows:
    """Every fourth respondent answers again, a day earlier or later and otherwise."""
    again = rows[rows.index % 4 == 0]
    days = pd.to_datetime(again["recorded_on"])
    moved = days.where(days.dt.day == 1, days - pd.Timedelta(days=1))
    return pd.concat(
        [
            rows,
            again.assign(
                response_id="again-" + again["response_id"],
                recorded_on=moved.dt.strftime("%Y-%m-%d"),
                like_hard=again["want_challenge"],
            ),
        ]
    )


def three_times(rows: Rows) -> Rows:
    """Every response three times, without a respondent and on other days."""
    days = np.array(sorted(set(rows["recorded_on"])), object)
    number = np.arange(len(rows))
    return pd.concat(
        [
            rows.assign(
                response_id=f"{copy}-" + rows["response_id"],
                respondent_id="",
                class_id="",
                recorded_on=days[(number + copy) % len(days)],
            )
            for copy in range(3)
        ]
    )


def in_two_schools(rows: Rows) -> Rows:
    """Somebody answers once more in the school of the row below."""
    one, other = rows.iloc[0], rows[rows["school_id"] != rows["school_id"].iloc[0]].iloc[0]
    again = one.copy()
    again[["response_id", "school_id", "class_id"]] = [
        "again-1",
        other["school_id"],
        other["class_id"],
    ]
    again["respondent_id"] = one["respondent_id"] or "S-1"
    first = rows.assign(
        respondent_id=rows["respondent_id"].where(rows.index != 0, again["respondent_id"])
    )
    return pd.concat([first, again.to_frame().T])


def under_one_school(rows: Rows) -> Rows:
    """Every response stands under one school, the class as it was."""
    return rows.assign(school_id=rows["school_id"].mode()[0])


def unattended(rows: Rows) -> Rows:
    """The attendance of the session that most came to is missing."""
    return rows[rows["session_id"] != rows["session_id"].mode()[0]]


def one_sequence_backwards(rows: Rows) -> Rows:
    """A local district's sessions are one sequence, whose places count down from the first."""
    ordered = rows.sort_values(["local_district", "held_on", "session_id"], ascending=False)
    places = ordered.groupby("local_district").cumcount() + 1
    return ordered.assign(
        priority_area="Mathematics", audience="teacher", sequence=places.astype(str)
    )


def listed_twice(rows: Rows) -> Rows:
    """Every session is listed again under another id."""
    return pd.concat([rows, rows.assign(session_id=rows["session_id"] + "-B")])


def addresses_for_comments(rows: Rows) -> Rows:
    """The comment's column has the respondents' addresses."""
    addresses = [f"person{number}@example.org" for number in range(len(rows))]
    return rows.assign(comment=addresses, comment_consent="yes")
