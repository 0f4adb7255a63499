"""What is expected of `mart_instruction`: each rule for what is missing has its own rows."""

from __future__ import annotations

from expectations.declared import BETWEEN, IN_SET, Frame
from expectations.estimates import estimate_suite
from expectations.invariants import invariant, no_more_than

RULES = ("drop_visit", "exclude", "lowest")
"""From the rule that counts the fewest classrooms to the one that counts the most."""

NESTED = Frame(
    """
    select
        max(n) filter (where missing_rule = 'drop_visit')
        - max(n) filter (where missing_rule = 'exclude') as n_dropped_above,
        max(n) filter (where missing_rule = 'exclude')
        - max(n) filter (where missing_rule = 'lowest') as n_excluded_above
    from mart_instruction
    where term = (select term from judged)
    group by geography, level, unit_id, measure_id, subgroup_type, subgroup, weighting
    """
)

SUITE = estimate_suite(
    "mart_instruction",
    "classrooms",
    invariant(
        "rules_for_what_is_missing_are_known",
        IN_SET,
        {"column": "missing_rule", "value_set": list(RULES)},
        means="Every row says by which rule what was not observed is read.",
        why="Under an unknown rule nobody can say what the figure is of.",
    ),
    invariant(
        "dropping_a_visit_counts_no_more_than_excluding_an_item",
        BETWEEN,
        no_more_than("n_dropped_above", 0),
        on="rules",
        means="Where visits with anything missing are dropped, n is no more than where only the "
        "missing item is excluded.",
        why="The stricter rule would be the laxer one: the two have been confused.",
    ),
    invariant(
        "excluding_an_item_counts_no_more_than_taking_it_for_the_lowest",
        BETWEEN,
        no_more_than("n_excluded_above", 0),
        on="rules",
        means="Where what is missing is excluded, n is no more than where it counts as the "
        "lowest rating.",
        why="The stricter rule would be the laxer one: the two have been confused.",
    ),
    more_key=("missing_rule",),
    always=False,
    frames={"rules": NESTED},
)
