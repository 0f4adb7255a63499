"""What every raw partition is expected to be, whatever its source: files, columns and volume.

A rule for a single row is not here: Read quarantines what breaks its contract, and these judge how
much of that is too much.
"""

from __future__ import annotations

from expectations.declared import BETWEEN, Expectation

EXCLUDED_SHARE = 0.5
"""Of a year's export more rows are of other terms; of a survey as many previews are a mistake."""

QUARANTINED_SHARE = 0.05
"""Above this share of a file's rows its export or its contract is wrong, not a few rows."""

UNKNOWN_SCHOOLS_SHARE = 0.02
"""Above this share of a file's rows the schools are out of date or the ids of another kind; the
rows would be set aside, and the estimates be of whatever schools were left."""

CONFLICTS_SHARE = 0.10
"""Above this share of a file's rows it is two exports that contradict each other."""

FILE_EXPECTATIONS = (
    Expectation(
        name="every_file_was_read",
        severity="critical",
        on="files",
        expectation=BETWEEN,
        kwargs={"column": "refused", "max_value": 0},
        means="No file of the partition was refused whole.",
        why="The rows of a file that cannot be read are missing from every figure of the term.",
        do="Look the file's reason up in the row account, and have it exported again or remove it.",
    ),
    Expectation(
        name="every_row_is_accounted_for",
        severity="critical",
        on="files",
        expectation=BETWEEN,
        kwargs={"column": "rows_unaccounted", "max_value": 0},
        counts="rows_unaccounted",
        means="Each file's rows read are those accepted, quarantined, superseded or erased.",
        why="A row that is in none of them has vanished without a reason.",
        do="This is a fault of the pipeline, not of the file: report it, and do not publish.",
    ),
    Expectation(
        name="few_rows_are_quarantined",
        severity="critical",
        on="files",
        expectation=BETWEEN,
        kwargs={"column": "share_quarantined", "max_value": QUARANTINED_SHARE},
        counts="rows_quarantined",
        shown_as="share",
        means="At most a small share of each file's rows was refused.",
        why="Refused rows are seldom like the others; without many of them the figures mislead.",
        do="Read the reasons in quarantine; mend the export, or the contract or its value map.",
    ),
    Expectation(
        name="most_rows_are_responses",
        severity="warning",
        on="files",
        expectation=BETWEEN,
        kwargs={"column": "share_excluded", "max_value": EXCLUDED_SHARE},
        counts="rows_excluded",
        shown_as="share",
        means="The contract leaves at most half of each file's rows out as previews, unfinished "
        "responses, or rows of another time.",
        why="A rule that leaves out too much is no quarantine that anybody is told of.",
        do="Look at what `excludes` and `during` in the contract name; export a term by itself.",
    ),
    Expectation(
        name="no_row_is_quarantined",
        severity="warning",
        on="files",
        expectation=BETWEEN,
        kwargs={"column": "rows_quarantined", "max_value": 0},
        counts="rows_quarantined",
        means="No row of any file was refused.",
        why="Each refused row is a record that the report does not count.",
        do="Read the reasons in quarantine, and have the rows corrected where they were made.",
    ),
    Expectation(
        name="few_versions_were_chosen_by_their_hash",
        severity="critical",
        on="files",
        expectation=BETWEEN,
        kwargs={"column": "share_conflicts", "max_value": CONFLICTS_SHARE},
        counts="n_conflicts",
        shown_as="share",
        a_person_may_judge=True,
        means="At most a small share of each file's rows gave way to another version of the same "
        "record without anything to say which is newer.",
        why="Two exports contradict each other, and chance would decide what is reported.",
        do="Remove the export that does not hold, or name a time stamp in the contract.",
    ),
    Expectation(
        name="no_version_was_chosen_by_its_hash",
        severity="warning",
        on="files",
        expectation=BETWEEN,
        kwargs={"column": "n_conflicts", "max_value": 0},
        counts="n_conflicts",
        means="Where a record came in several versions, a time stamp said which one is newest.",
        why="Told apart by their content's hash alone, the older version may have been kept.",
        do="Name a time stamp or an export time in the contract, or remove the older export.",
    ),
    Expectation(
        name="every_column_is_known",
        severity="warning",
        on="files",
        expectation=BETWEEN,
        kwargs={"column": "n_extra_columns", "max_value": 0},
        means="The contract knows every column of every file.",
        why="What stands in the others is not read: a renamed column looks just like a new one.",
        do="See which they are in the row account; name them in the contract, or drop them.",
    ),
)

SCHOOL_EXPECTATIONS = (
    Expectation(
        name="few_rows_are_of_unknown_schools",
        severity="critical",
        on="files",
        expectation=BETWEEN,
        kwargs={"column": "share_unknown_schools", "max_value": UNKNOWN_SCHOOLS_SHARE},
        counts="rows_unknown_school",
        shown_as="share",
        means="At most a small share of each file's rows names a school that is not valid on the "
        "term's last day in the admitted schools.",
        why="Such rows are set aside, so that the figures would speak of the other schools only.",
        do="Bring the schools up to date, or map the export's school ids by a crosswalk.",
    ),
    Expectation(
        name="no_row_is_of_an_unknown_school",
        severity="warning",
        on="files",
        expectation=BETWEEN,
        kwargs={"column": "rows_unknown_school", "max_value": 0},
        counts="rows_unknown_school",
        means="Every row names a school that is valid on the term's last day in the admitted "
        "schools.",
        why="A row of an unknown school is set aside and counts in no figure.",
        do="Add the school, or extend its validity, in the schools export.",
    ),
)

PARTITION_EXPECTATIONS = (
    Expectation(
        name="required_columns_are_filled",
        severity="critical",
        on="columns",
        expectation=BETWEEN,
        kwargs={"column": "nulls", "max_value": 0},
        counts="nulls",
        means="Every column that the template requires has a value in every row.",
        why="Rows are joined and counted by these columns; a blank one drops out unseen.",
        do="This is a fault of the pipeline, not of the file: report it, and do not publish.",
    ),
    Expectation(
        name="keys_are_unique",
        severity="critical",
        on="relation",
        expectation=BETWEEN,
        kwargs={"column": "n_copies", "max_value": 0},
        counts="n_copies",
        means="No two rows have the same key.",
        why="A record that stands twice is counted twice in every figure.",
        do="This is a fault of the pipeline, not of the file: report it, and do not publish.",
    ),
    Expectation(
        name="account_and_rows_agree",
        severity="critical",
        on="relation",
        expectation=BETWEEN,
        kwargs={"column": "rows_astray", "max_value": 0},
        counts="rows_astray",
        means="The partition holds as many rows as its account says were accepted.",
        why="An account of other rows than these proves nothing about them.",
        do="Run again, so that the partition is read again; report it if it comes back.",
    ),
    Expectation(
        name="files_are_not_all_empty",
        severity="critical",
        on="relation",
        expectation=BETWEEN,
        kwargs={"column": "is_empty", "max_value": 0},
        means="Files that have landed give at least one row that can be used.",
        why="An export that failed often leaves only its header, and would replace good rows.",
        do="Have it exported again; if there is nothing to report, remove the file from landing.",
    ),
)
