"""Faults that any file may have, planted into the walkthroughs: how it was written and sent."""

from __future__ import annotations

from orchestration.simulation.faults import files, rows
from orchestration.simulation.faults.declared import Fault
from orchestration.simulation.faults.rows import on_rows

OF_FILES = (
    Fault(
        "columns_renamed",
        "observations",
        "observed_on and school_id have the form's words for headers.",
        files.renamed({"observed_on": "Date of visit", "school_id": "School code"}),
        "every_file_was_read",
    ),
    Fault(
        "required_column_missing",
        "observations",
        "the column observer_id is missing.",
        files.dropped("observer_id"),
        "every_file_was_read",
    ),
    Fault(
        "optional_column_renamed",
        "observations",
        "teacher_id is called Teacher, so that it is read past.",
        files.renamed({"teacher_id": "Teacher"}),
        "every_column_is_known",
    ),
    Fault(
        "item_column_missing",
        "observations",
        "the column engagement is missing.",
        files.dropped("engagement"),
        "every_item_has_its_column",
    ),
    Fault(
        "unknown_column",
        "observations",
        "the platform has added a column.",
        files.added("Reviewed by", "Office"),
        "every_column_is_known",
    ),
    Fault(
        "file_cut_short",
        "observations",
        "the file breaks off in the middle of a row, a quarter before its end.",
        files.cut_short,
        "rows_have_all_their_cells",
    ),
    Fault(
        "header_alone",
        "observations",
        "the file has its header, and no row.",
        files.header_alone,
        "files_are_not_all_empty",
    ),
    Fault(
        "file_empty",
        "observations",
        "the file has no byte.",
        files.emptied,
        "every_file_was_read",
    ),
    Fault(
        "wrong_term",
        "observations",
        "a school's file of the year before lies in the term's folder.",
        files.joined_by_another_term,
        "dates_lie_in_the_term",
    ),
    Fault(
        "date_order_swapped",
        "observations",
        "day and month have changed places in the dates.",
        on_rows(rows.written("observed_on", rows.day_before_month)),
        "dates_and_numbers_are_such",
        says="observed_on",
    ),
    Fault(
        "encoding_latin_1",
        "observations",
        "the file is in Latin-1.",
        files.recoded("latin-1"),
        "rows_are_text_in_utf8",
    ),
    Fault(
        "encoding_utf_16",
        "observations",
        "the file is in UTF-16, as spreadsheets save Unicode text.",
        files.recoded("utf-16"),
        "every_file_was_read",
    ),
    Fault(
        "semicolons",
        "observations",
        "cells are separated by semicolons.",
        files.redelimited(";"),
        "every_file_was_read",
    ),
    Fault(
        "quote_left_open",
        "observations",
        "a quote is opened and never closed.",
        files.quote_left_open,
        "every_file_was_read",
    ),
    Fault(
        "sent_twice_with_other_values",
        "observations",
        "the file was sent twice, with other codes of materials and nothing to say which holds.",
        files.sent_again("materials", {"as_designed": "none", "modified": "other"}),
        "few_versions_were_chosen_by_their_hash",
    ),
    Fault(
        "sent_twice_under_new_ids",
        "observations",
        "the file was sent again with rows appended, and new ids for all of them.",
        files.sent_again_anew("observation_id"),
        "few_rows_are_copies_under_other_ids",
    ),
)
