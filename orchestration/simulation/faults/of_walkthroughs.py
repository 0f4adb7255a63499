"""Faults of walkthroughs: what was seen, when and by whom."""

from __future__ import annotations

from orchestration.simulation.faults import rows
from orchestration.simulation.faults.declared import Fault
from orchestration.simulation.faults.rows import every, on_rows

OF_WALKTHROUGHS = (
    Fault(
        "school_ids_in_scientific_notation",
        "observations",
        "a spreadsheet has made 9.99E+13 of the schools' ids.",
        on_rows(rows.written("school_id", rows.scientific)),
        "few_rows_are_of_unknown_schools",
    ),
    Fault(
        "dates_all_alike",
        "observations",
        "every visit has the day of the export.",
        lambda export, _: export.of(
            export.rows.assign(observed_on=export.rows["observed_on"].max())
        ),
        "dates_are_spread_over_the_term",
    ),
    Fault(
        "visits_without_a_local_district",
        "observations",
        "one local district's visits were not exported.",
        rows.without_a_local_district,
        "every_local_district_has_rows",
    ),
    Fault(
        "one_observer",
        "observations",
        "every visit was entered under one account.",
        on_rows(rows.filled(observer_id="OB0001")),
        "visits_are_shared_among_observers",
    ),
    Fault(
        "observer_is_teacher",
        "observations",
        "the observed teacher is entered as the observer.",
        on_rows(rows.observers_as_teachers),
        "nobody_observes_their_own_class",
    ),
    Fault(
        "materials_never_observed",
        "observations",
        "every visit has the form's default, not observed.",
        on_rows(rows.filled(materials="not_observed")),
        "materials_were_looked_at",
    ),
    Fault(
        "everything_as_designed",
        "observations",
        "the first code of materials was filled down.",
        on_rows(rows.filled(materials="as_designed")),
        "answers_differ",
        says="materials",
    ),
    Fault(
        "unknown_answers",
        "observations",
        "some visits have a code of materials that the form does not have.",
        every(30, rows.filled(materials="now and then")),
        "answers_and_codes_are_known",
        says="materials",
    ),
    Fault(
        "ratings_turned_round",
        "observations",
        "ratings from 1 to 4 are exported with 1 for the best.",
        on_rows(rows.coded(rows.RATINGS_TURNED_ROUND, *rows.RATINGS)),
        "items_of_a_form_agree",
    ),
    Fault(
        "minutes_in_seconds",
        "observations",
        "visits are timed in seconds.",
        on_rows(rows.multiplied("minutes_observed", 60)),
        "visits_last_as_long_as_lessons",
    ),
)
