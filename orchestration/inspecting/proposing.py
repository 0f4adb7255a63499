"""A draft contract for a file that no contract fits: one that reads it, with its questions marked.

    template's fields ─┐
    registry's items ──┼── likeness to the headings ── rules, by what the cells are ── YAML
    the file's format ─┘

Where nothing in the file tells, the draft says something that can be read, and asks: `# ?`.
"""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.inspecting.columns import KNOWN_SHARE, Column, share_known
from orchestration.inspecting.drafts import Draft, as_yaml, quoted
from orchestration.inspecting.grouping import group, recurs
from orchestration.inspecting.inspection import Inspected
from orchestration.inspecting.likeness import ALIKE, likeness
from orchestration.inspecting.recognising import GOOGLE_MOMENTS
from orchestration.inspecting.unpivoting import unpivot
from orchestration.inspecting.words import CALLED
from orchestration.reading.contract_items import scale_map
from orchestration.reading.contracts import ISO_DATE
from orchestration.reading.headers import plain_name
from orchestration.reading.reads import NOBODY
from orchestration.reading.templates import TemplateField, templates
from orchestration.registry import Registry
from orchestration.registry.instruments import Item

PLATFORM: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "qualtrics": {
        "id": ("responseid",),
        "moment": ("recordeddate", "enddate", "startdate"),
        "person": ("recipientemail", "emailaddress"),
    },
    "surveymonkey": {
        "id": ("respondent id", "respondentid"),
        "moment": ("end date", "enddate", "start date"),
        "person": ("email address",),
    },
    "kobo": {
        "id": ("_uuid", "meta/instanceid", "_id", "key", "meta-instanceid", "instanceid"),
        "moment": ("_submission_time", "submissiondate", "end"),
        "person": (),
    },
    "microsoft_forms": {"id": ("id",), "moment": ("completion time",), "person": ("email",)},
    "google_forms": {
        "id": (),
        "moment": GOOGLE_MOMENTS,
        "person": ("email address", "username"),
    },
}
"""What each platform calls a response's id, its moment, and whoever gave it."""

ROLES = {
    "response_id": "id",
    "observation_id": "id",
    "recorded_on": "moment",
    "respondent_id": "person",
    "observer_id": "person",
}
MAPS = {
    "level": ("school_level", "school_level_cde"),
    "subject": ("subject",),
    "english_learner": ("yes_no",),
    "disability": ("yes_no",),
    "role": ("role",),
    "comment_consent": ("consent",),
    "attended": ("yes_no", "attended"),
}
"""The value maps that a field may need."""

PERIODS = ("period", "class period")
LONG_AGO = "2000-01-01"
ASKED_OF_ANYBODY = 2
"""How many questions a form of those who sign in has, beside who they are and where."""
UNSAID = ("not_observed", "dont_know", "not_applicable")
RECURS = "rows that agree in {key} are versions of one, of which the newest stands: are they?"
MAPPED_SHARE = 0.5
"""And of those that a value map has to know for the column to be a field's, with a question."""


def proposed(found: Inspected, registry: Registry, source: str | None = None) -> str:
    """The draft, as YAML that loads and reads the file. `source` is told by the columns if None."""
    if source is None:
        drafts = [_draft(found, registry, name) for name in templates()]
        # what answers items is what it is; then what has the most fields by a column; if none has
        # any, rather something that is asked than a list of schools
        draft = max(
            drafts,
            key=lambda one: (_answering(one), _signs_in(found, one), _fed(one), len(one.answers)),
        )
    else:
        draft = _draft(found, registry, source)
    return as_yaml(found, draft)


def _answering(draft: Draft) -> int:
    return sum(question is None for _, question in draft.answers.values())


def _signs_in(found: Inspected, draft: Draft) -> int:
    """For who came to sessions: 1 where people say that and next to nothing else.

    -1 where they say more, and nothing tells whether they came: that is a survey about sessions.
    """
    if draft.source != "pl_attendance" or not {*templates()[draft.source].key} <= {*draft.told}:
        return 0
    others = (one for one in found.columns if one.name not in draft.used and not one.is_personal)
    if sum(one.kind == "text" for one in others) <= ASKED_OF_ANYBODY:
        return 1
    return 0 if "attended" in draft.told else -1


def _fed(draft: Draft) -> float:
    """How much of what the template requires has a column, and a little for the rest.

    More for what only this template's fields are called: an observer is of an observation, but
    anything has an `id`, and whoever fills in a form an e-mail address.
    """
    template = templates()[draft.source]
    fed = draft.told.keys() & draft.fields.keys()
    needed = {name for name, one in template.fields.items() if one.must_be_fed}
    others = {name for one in templates().values() if one is not template for name in one.fields}
    called = [text for name in others for text in _called(name)]
    own = {name for name in fed - others if not likeness(draft.told[name].headings, called)}
    share = len(fed & needed) / max(1, len(needed))
    return share + 0.01 * len(fed) + 0.5 * len(own & needed) + 0.2 * len(own - needed)


def _draft(found: Inspected, registry: Registry, source: str) -> Draft:
    draft = Draft(source)
    template = templates()[source]
    if source == "pl_attendance":
        unpivot(found, draft, registry)
    for name, stated in sorted(
        template.fields.items(), key=lambda one: (one[0] not in ROLES, not one[1].must_be_fed)
    ):
        if name in draft.fields:
            continue
        column = _column_for(found, draft, name, stated)
        if column is not None:
            _feed(draft, registry, name, stated, column)
            draft.told[name] = column
    if template.has_answers:
        for item in registry.items_of(source):
            _answer(found, draft, registry, item)
    _drop_without_consent(draft)
    group(found, draft, registry)
    _ask_of_recurring(found, draft)
    _fill(found, draft, registry)
    return draft


def _drop_without_consent(draft: Draft) -> None:
    """What somebody wrote is kept with consent: where no column gives it, it is not read."""
    for name, stated in templates()[draft.source].fields.items():
        if name in draft.fields and stated.needs_consent not in (None, *draft.fields):
            draft.used.discard(draft.columns.pop(name))
            del draft.fields[name]


def _ask_of_recurring(found: Inspected, draft: Draft) -> None:
    """Ask of the key whose rows recur: of these one would stand, as of a student's classes."""
    key = templates()[draft.source].key
    if draft.grouped or not set(key) <= set(draft.columns):
        return
    if recurs(found, [draft.columns[name] for name in key]):
        rule, question = draft.fields[key[-1]]
        draft.fields[key[-1]] = (rule, question or RECURS.format(key=" and ".join(key)))


def _column_for(found: Inspected, draft: Draft, name: str, stated: TemplateField) -> Column | None:
    free = [one for one in found.columns if one.name not in draft.used and one.kind != "blank"]
    known = PLATFORM.get(found.recognised.reads.format, {}).get(ROLES.get(name, ""), ())
    for called in known:
        for column in free:
            if plain_name(column.name) == called and _suits(stated, column):
                return column
    scored = [
        (likeness(one.headings, [called]), -rank, -place, one)
        for place, one in enumerate(free)
        if _suits(stated, one)
        for rank, called in enumerate(_called(name))
    ]
    best = max(scored, default=None, key=lambda one: one[:3])
    if best is None or best[0] < ALIKE or not (stated.must_be_fed or best[0] == 1):
        return None
    return best[3]


def _called(name: str) -> list[str]:
    """What people call a field, its own name first."""
    return [name.replace("_", " "), *CALLED.get(name, ())]


def _suits(stated: TemplateField, column: Column) -> bool:
    if stated.type in ("date", "timestamp"):
        return column.kind in ("date", "timestamp")
    if stated.type == "integer":
        return column.kind == "integer"
    if stated.type == "decimal":
        return column.kind in ("integer", "decimal")
    return not stated.is_person or not {one.lower() for one in column.values} <= {*NOBODY.values()}


def _feed(
    draft: Draft, registry: Registry, name: str, stated: TemplateField, column: Column
) -> None:
    parts, question = [f"column: {quoted(column.name)}"], None
    if stated.type in ("date", "timestamp"):
        kind = "timestamp" if column.kind == "timestamp" else "date"
        if column.formats[:1] != (ISO_DATE,):
            parts.append(f"{kind}: {_formats(column)}")
        if len(column.formats) > 1:
            question = f"which is it, {' or '.join(column.formats)}? leave that one"
        if kind == "timestamp" and ROLES.get(name) == "moment":
            draft.stamp = f"row: {{{', '.join(parts)}}}"
    elif maps := MAPS.get(name):
        best = max(maps, key=lambda one: share_known(registry.value_maps[one], column.values))
        share = share_known(registry.value_maps[best], column.values)
        if stated.codes and share < MAPPED_SHARE:
            return
        parts.append(f"map: {best}")
        if share < 1 and stated.codes:
            question = f"rows with a value that {best} does not know are set aside: are they few?"
        elif share < 1:
            parts.append(f"unmapped: {'other' if name == 'subject' else 'keep'}")
    elif name == "class_id" and likeness(column.headings, PERIODS) == 1:
        question = "every teacher has such a period: which column tells classes apart?"
    if stated.is_person:
        draft.identifying.append(column.name)
    draft.used.add(column.name)
    draft.columns[name] = column.name
    draft.fields[name] = (f"{{{', '.join(parts)}}}", question)


def _formats(column: Column) -> str:
    if len(column.formats) == 1:
        return quoted(column.formats[0])
    return f"[{', '.join(map(quoted, column.formats))}]"


def _answer(found: Inspected, draft: Draft, registry: Registry, item: Item) -> None:
    codes = registry.value_maps[scale_map(item)]
    free = [one for one in found.columns if one.name not in draft.used and one.kind != "blank"]
    asked = [item.text, item.item, item.label]
    if item.kind == "multi_select" and (chosen := _choices(found, draft, registry, item)):
        pairs = ", ".join(f"{code}: {quoted(name)}" for code, name in chosen.items())
        draft.answers[item.item] = (f"{{chosen: {{{pairs}}}}}", None)
        draft.used |= set(chosen.values())
        return
    scored = [(likeness(one.headings, asked), -place, one) for place, one in enumerate(free)]
    best = max(scored, default=None, key=lambda one: one[:2])
    if best is None or best[0] < ALIKE:
        return
    column = best[2]
    if item.kind != "multi_select" and share_known(codes, column.values) < KNOWN_SHARE:
        return
    draft.used.add(column.name)
    draft.answers[item.item] = (f"{{column: {quoted(column.name)}}}", None)


def _choices(found: Inspected, draft: Draft, registry: Registry, item: Item) -> dict[str, str]:
    """The column of each option of an item, where the export has one a choice."""
    chosen: dict[str, str] = {}
    for answer in registry.scales[item.scale]:
        for column in found.columns:
            option = column.headings[1:]
            if column.name not in draft.used and likeness(option, [answer.label]) == 1:
                chosen.setdefault(answer.code, column.name)
    return chosen if len(chosen) > 1 else {}


def _fill(found: Inspected, draft: Draft, registry: Registry) -> None:
    """Something that can be read for what is required and has no column, with its question."""
    template = templates()[draft.source]
    for name, stated in template.fields.items():
        if name in draft.fields or not stated.must_be_fed:
            continue
        if template.key == (name,):
            draft.fields[name] = ("{from: row_hash}", None)
        elif name == "class_id" and "teacher_id" in draft.fields:
            draft.fields[name] = ("{pseudonym_of: teacher_id}", "no column is the class's")
        elif name == "session_id":
            draft.fields[name] = ("{from: file_name}", "is each file of one session, named by it?")
        elif stated.type == "date":
            _fill_day(found, draft, registry, name, stated)
        elif not draft.used and found.columns and not stated.codes:
            draft.used.add(found.columns[0].name)
            rule = f"{{column: {quoted(found.columns[0].name)}}}"
            draft.fields[name] = (rule, f"is this the {name}?")
        else:
            value = stated.codes[0] if stated.codes else "?"
            draft.fields[name] = (f"{{constant: {quoted(value)}}}", f"which column is the {name}?")
    items = {item.item: item for item in registry.items_of(draft.source)}
    needed = [name for name in template.required_items if name not in draft.answers]
    if template.has_answers and not draft.answers and not needed:
        needed = [next(iter(items))]
    for name in needed:
        code = _unsaid(registry, items[name])
        question = f"which column answers {name}? (no column asks what the registry's items ask)"
        draft.answers[name] = (f"{{constant: {quoted(code)}}}", question)


def _fill_day(
    found: Inspected, draft: Draft, registry: Registry, name: str, stated: TemplateField
) -> None:
    """The first column of days that there is, or the last day of the term."""
    free = (one for one in found.columns if one.name not in draft.used and not one.is_personal)
    column = next((one for one in free if _suits(stated, one)), None)
    if column is None and not templates()[draft.source].is_partitioned:
        draft.fields[name] = (f"{{constant: {quoted(LONG_AGO)}}}", "from which day does it hold?")
        return
    if column is None:
        draft.fields[name] = ("{from: landing_term}", "no column is a day: the term's last stands")
        return
    _feed(draft, registry, name, stated, column)
    rule, question = draft.fields[name]
    draft.fields[name] = (rule, question or f"is this the {name}?")


def _unsaid(registry: Registry, item: Item) -> str:
    """The code that counts as no answer, where the scale has one."""
    answers = registry.scales[item.scale]
    known = [one.code for one in answers if one.code in UNSAID]
    if known:
        return known[0]
    return next((one.code for one in answers if one.value is None), answers[-1].code)
