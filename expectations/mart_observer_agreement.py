"""What is expected of `mart_observer_agreement`: shares and kappas of what adds up."""

from __future__ import annotations

from expectations.declared import BETWEEN, Frame, Suite
from expectations.invariants import (
    COUNTS_ARE_NOT_NEGATIVE,
    TOLERANCE,
    invariant,
    no_more_than,
    stands_once,
)

ROWS = Frame(
    f"""
    with mart as (
        select * from mart_observer_agreement where term = (select term from judged)
    ),
    totals as (
        select
            item,
            sum(n_pairs) filter (where level = 'local_district') as ld_pairs,
            sum(n_ratings) filter (where level = 'local_district') as ld_ratings,
            sum(n_pairs) filter (where level = 'school') as school_pairs,
            sum(n_ratings) filter (where level = 'school') as school_ratings
        from mart
        where geography = 'local_district'
        group by item
    )
    select
        mart.*,
        least(
            coalesce(n_pairs, -1),
            coalesce(n_ratings - 1, -1),
            coalesce(n_own, -1),
            coalesce(n_ratings - n_own, -1)
        ) as smallest_count,
        greatest(
            coalesce(exact, 0) + coalesce(adjacent, 0) - 1,
            -coalesce(exact, 0),
            -coalesce(adjacent, 0),
            share_own_organisation - 1,
            -share_own_organisation
        ) as share_beyond_bounds,
        greatest(abs(coalesce(kappa, 0)), abs(coalesce(kappa_quadratic, 0))) - 1
            as kappa_beyond_bounds,
        (
            (exact is null) <> (n_pairs = 0)
            or (n_pairs = 0 and (kappa is not null or kappa_quadratic is not null))
            or (kappa > exact + {TOLERANCE})
            or (own_minus_other is not null and share_own_organisation in (0, 1))
        )::int as is_without_ground,
        case
            when level = 'district'
                then abs(ld_pairs - n_pairs) + abs(ld_ratings - n_ratings)
        end as n_gap_districts,
        case
            when level = 'district'
                then abs(school_pairs - n_pairs) + abs(school_ratings - n_ratings)
        end as n_gap_schools
    from mart left join totals using (item)
    """
)

SUITE = Suite(
    table="mart_observer_agreement",
    frames={"rows": ROWS},
    expectations=(
        stands_once(("term", "geography", "level", "unit_id", "item"), "A unit's item"),
        COUNTS_ARE_NOT_NEGATIVE,
        invariant(
            "shares_are_shares",
            BETWEEN,
            no_more_than("share_beyond_bounds", TOLERANCE),
            means="Exact and adjacent agreement, and the share of own ratings, lie from 0 to 1; no "
            "two codes are both the same and one apart.",
            why="More than all of them cannot agree.",
        ),
        invariant(
            "kappas_are_kappas",
            BETWEEN,
            no_more_than("kappa_beyond_bounds", TOLERANCE),
            means="A kappa lies from -1 to 1.",
            why="Nobody agrees more than wholly.",
        ),
        invariant(
            "agreement_has_its_ground",
            BETWEEN,
            no_more_than("is_without_ground", 0),
            means="Agreement is stated of pairs, no kappa is above the agreement that it corrects "
            "for chance, and own ratings are compared with others where there are both.",
            why="A figure of nobody would be read as one of somebody.",
        ),
        invariant(
            "local_districts_add_up_to_the_district",
            BETWEEN,
            no_more_than("n_gap_districts", 0),
            means="The local districts' pairs and ratings make the district's.",
            why="Somebody would be counted twice, or nowhere.",
        ),
        invariant(
            "schools_add_up_to_the_district",
            BETWEEN,
            no_more_than("n_gap_schools", 0),
            means="The schools' pairs and ratings make the district's.",
            why="A school would be missing, or counted twice.",
        ),
    ),
)
