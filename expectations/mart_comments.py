"""What is expected of `mart_comments`: consent for every word, and nothing released unscreened."""

from __future__ import annotations

from expectations.declared import BETWEEN, IN_SET, Frame, Suite
from expectations.invariants import invariant, no_more_than, stands_once

PLAIN_EMAIL = r"[[:alnum:]._+-]+@[[:alnum:]-]+\.[[:alpha:]]{2}"
PLAIN_NUMBER = "[0-9]{7,}"
"""What nobody can mistake; the screen itself looks further."""

HELD_SHARE = 0.25
"""Few give a number or an address. Where it is a quarter, the field was not for comments."""

HELD_COMMENTS = 40
"""Of fewer comments a few are a quarter."""

ROWS = Frame(
    f"""
    select
        *,
        (coalesce(trim(text), '') = '')::int as is_blank,
        (
            screen = 'passed'
            and (
                regexp_matches(text, '{PLAIN_EMAIL}') or regexp_matches(text, '{PLAIN_NUMBER}')
            )
        )::int as is_passed_wrongly,
        ((screen = 'held') <> (reason is not null))::int as is_reason_astray,
        (not regexp_full_match(comment_id, '[0-9a-f]{{16}}'))::int as is_misnamed
    from mart_comments
    where term = (select term from judged)
    """
)

TERM = Frame(
    f"""
    select
        (
            count(*) >= {HELD_COMMENTS}
            and count(*) filter (where screen = 'held') > {HELD_SHARE} * count(*)
        )::int as are_many_held
    from mart_comments
    where term = (select term from judged)
    """
)

SUITE = Suite(
    table="mart_comments",
    frames={"rows": ROWS, "term": TERM},
    expectations=(
        stands_once(("term", "source", "comment_id"), "A comment"),
        invariant(
            "every_comment_has_consent",
            IN_SET,
            {"column": "consent", "value_set": ["yes"]},
            means="Whoever wrote a comment has said that it may be quoted.",
            why="Words that are kept against somebody's will may not be there at all.",
        ),
        invariant(
            "comments_say_something",
            BETWEEN,
            no_more_than("is_blank", 0),
            means="Every comment has words in it.",
            why="A person would be asked to read nothing.",
        ),
        invariant(
            "comments_are_named_by_their_hash",
            BETWEEN,
            no_more_than("is_misnamed", 0),
            means="A comment's id is 16 hexadecimal digits, and no id of a response.",
            why="Decisions are kept by this id, and an id of the platform's leads to a person.",
        ),
        invariant(
            "screens_are_passed_or_held",
            IN_SET,
            {"column": "screen", "value_set": ["passed", "held"]},
            means="Every comment was screened.",
            why="One that was not looks harmless to whoever decides on it.",
        ),
        invariant(
            "what_is_held_says_why",
            BETWEEN,
            no_more_than("is_reason_astray", 0),
            means="A comment that is held has a reason, and one that passed has none.",
            why="Whoever reads it has to know what to look for.",
        ),
        invariant(
            "nothing_that_passed_has_an_address_or_a_number",
            BETWEEN,
            no_more_than("is_passed_wrongly", 0),
            means="No comment that passed has a plain e-mail address or a number of seven digits.",
            why="It leads to a person, and was to be held.",
        ),
        invariant(
            "few_comments_are_held",
            BETWEEN,
            no_more_than("are_many_held", 0),
            on="term",
            severity="warning",
            means="At most a quarter of a term's comments are held.",
            why="Where so many hold numbers or names, the column is another one than the comments.",
            do="Look at which column the contract takes for the comment.",
        ),
    ),
)
