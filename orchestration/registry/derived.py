"""Measures that follow from instruments: nobody declares twice what an item already says.

    a reported item   the share of units that are favourable on it
    a construct       the mean of its items, negative ones reversed (min + max - x)
    an option         the share of respondents who chose it

A row of measures.csv with the same id stands instead, so that a site may say it in its own words.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from orchestration.registry.instruments import Answer, Construct, Instrument, Item
from orchestration.registry.measures import Measure, MeasureValue
from orchestration.registry.rows import Source, Unit

MARTS: Mapping[Source, str] = {
    "observations": "mart_instruction",
    "student_survey": "mart_student_voice",
    "teacher_survey": "mart_teacher_voice",
}
UNITS: Mapping[Source, Unit] = {
    "observations": "classrooms",
    "student_survey": "students",
    "teacher_survey": "teachers",
}
_OF_INSTRUMENT, _CONSTRUCTS, _OPTIONS = 1000, 500, 700
"""Room in the report's order: an instrument's items come first, then constructs, then options."""


def reversed_answers(item: Item, answers: Sequence[Answer]) -> dict[str, tuple[float, int]]:
    """The value of each substantive answer's code to an item and whether it is favourable (0, 1).

    A negative item is reversed: its answer x counts as the one at min + max - x.
    """
    valued = {one.value: one for one in answers if one.value is not None}
    if item.direction == "negative":
        total = min(valued) + max(valued)
        counted = {x: valued[total - x] for x in valued}
    else:
        counted = valued
    return {
        valued[x].code: (float(one.value or 0), int(one.favourable or 0))
        for x, one in counted.items()
    }


def derived_measures(
    instruments: Mapping[str, Instrument],
    items: Sequence[Item],
    constructs: Sequence[Construct],
    scales: Mapping[str, Sequence[Answer]],
) -> Iterator[tuple[Measure, list[MeasureValue]]]:
    """Every measure that follows from the instruments, with the values of its answers."""
    for item in items:
        instrument, answers = instruments[item.instrument], scales[item.scale]
        if item.reported == "yes":
            yield _item(instrument, item, answers)
        if item.kind == "multi_select":
            yield from (_option(instrument, item, answers, one) for one in answers)
    for construct in constructs:
        own = [one for one in items if one.construct_ == construct.construct_]
        yield _construct(instruments[construct.instrument], construct, own, scales)


def _item(
    instrument: Instrument, item: Item, answers: Sequence[Answer]
) -> tuple[Measure, list[MeasureValue]]:
    values = reversed_answers(item, answers)
    favourable = [one.label for one in answers if values.get(one.code, (0, 0))[1]]
    negative = item.direction == "negative"
    measure = Measure(
        measure_id=item.item,
        position=instrument.position * _OF_INSTRUMENT + item.position,
        mart=MARTS[instrument.source],
        label=item.label,
        definition=(
            f"“{item.text}”"
            + (" A negative item: disagreeing with it is favourable." if negative else "")
        ),
        numerator=f"Answers “{'” or “'.join(favourable)}”",
        denominator="All substantive answers",
        unit=UNITS[instrument.source],
        kind="proportion",
        range_min=0,
        range_max=1,
        direction="higher",
        source=instrument.citation,
        instrument=instrument.instrument,
    )
    return measure, [
        MeasureValue(measure_id=item.item, item=item.item, code=code, value=favoured)
        for code, (_, favoured) in values.items()
    ]


def _option(
    instrument: Instrument, item: Item, answers: Sequence[Answer], option: Answer
) -> tuple[Measure, list[MeasureValue]]:
    name = f"{item.prefix}_{option.code}"
    measure = Measure(
        measure_id=name,
        position=instrument.position * _OF_INSTRUMENT + _OPTIONS + option.position,
        mart=MARTS[instrument.source],
        label=f"{item.label}: {option.label}",
        definition=f"“{item.text}” Those who chose “{option.label}”; several may be chosen.",
        numerator=f"Respondents who chose “{option.label}”",
        denominator="Respondents who chose any",
        unit=UNITS[instrument.source],
        kind="proportion",
        range_min=0,
        range_max=1,
        direction="lower",
        source=instrument.citation,
        instrument=instrument.instrument,
        combine="sum",
    )
    return measure, [
        MeasureValue(
            measure_id=name, item=item.item, code=one.code, value=int(one.code == option.code)
        )
        for one in answers
    ]


def _construct(
    instrument: Instrument,
    construct: Construct,
    items: Sequence[Item],
    scales: Mapping[str, Sequence[Answer]],
) -> tuple[Measure, list[MeasureValue]]:
    values = [
        MeasureValue(measure_id=construct.construct_, item=item.item, code=code, value=value)
        for item in items
        for code, (value, _) in reversed_answers(item, scales[item.scale]).items()
    ]
    fewest = math.ceil(instrument.minimum_share * len(items))
    named = "; ".join(item.label for item in items)
    answered = f"at least {fewest} of its {len(items)}" if fewest < len(items) else "all of its"
    measure = Measure(
        measure_id=construct.construct_,
        position=instrument.position * _OF_INSTRUMENT + _CONSTRUCTS + construct.position,
        mart=MARTS[instrument.source],
        label=construct.label,
        definition=f"{construct.definition} Mean of the items: {named}.",
        numerator="Sum of respondents' means of the items, negative ones reversed",
        denominator=f"Respondents with a substantive answer to {answered} items",
        unit=UNITS[instrument.source],
        kind="mean",
        range_min=min(one.value for one in values),
        range_max=max(one.value for one in values),
        direction="higher",
        source=instrument.citation,
        instrument=instrument.instrument,
        combine="mean",
        minimum_items=fewest,
    )
    return measure, values
