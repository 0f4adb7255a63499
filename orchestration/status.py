"""`uptake status`: what lies in landing, what became of it, and what is due."""

from __future__ import annotations

from datetime import date
from typing import Any

from expectations.verdicts import Verdict
from orchestration.building import next_build
from orchestration.erasure import unfinished
from orchestration.explaining import Explained, explain
from orchestration.locks import stage
from orchestration.publishing.publication import latest, publications
from orchestration.publishing.publish_due import term_standings
from orchestration.publishing.withdrawal import mend
from orchestration.release import look_up
from orchestration.settings import Settings
from orchestration.site import Site
from orchestration.warehouse import build_id

DRIFT = {
    "extra_columns": "columns that no rule of the contract names",
    "missing_columns": "columns that the contract reads, and the file lacks",
    "changed_columns": "columns whose cells are mostly not what the contract takes them for",
}
"""How the columns of a file have drifted from its contract, by where its account says so."""


def gather(settings: Settings, as_of: date) -> dict[str, Any]:
    """All that there is to say, as plain data: accounts, verdicts, stale, due, publications."""
    site = Site.load(settings)
    with stage(site.home, "tell the status"):
        mend(site.home)
        build = next_build(site)
        stale = [
            f"{source}, {term}"
            for source, term in site.partitions()
            if site.needs_reading(source, term)
        ]
        standing = term_standings(site, as_of)
        erasure = unfinished(site.home, site.registry)
        marts = look_up(site.home, site.home.unreleased) if site.home.unreleased.is_file() else []
    newest = latest(site.home)
    made = publications(site.home)
    return {
        "as_of": as_of.isoformat(),
        "home": str(site.home.root),
        "files": [
            {"source": account.source, "term": account.term}
            | one.model_dump(mode="json", exclude={"bytes"})
            for account in build.admission.accounts.values()
            for one in account.files
        ],
        "verdicts": [
            _verdict(verdict, explain(verdict, build.admission.accounts.get(key)))
            for key, verdict in build.admission.verdicts.items()
        ]
        + [_verdict(one.verdict, explain(one.verdict)) for one in marts if one.verdict is not None],
        "stale": stale,
        "left alone": site.strangers(),
        "to build": sorted(", ".join(key) for key in build.plan.changed),
        "released": build_id(site.home.current) == build_id(site.home.unreleased),
        "terms": [
            {"term": one.term, "state": one.state, "because": list(one.because)} for one in standing
        ],
        "erasure": erasure,
        "publications": [one.id for one in made if one.withdrawn is None],
        "withdrawn": [{"id": one.id, **one.withdrawn} for one in made if one.withdrawn],
        "latest": str(newest.path) if newest else None,
    }


def _verdict(verdict: Verdict, explained: list[Explained]) -> dict[str, Any]:
    return {
        "table": verdict.table,
        "term": verdict.term,
        "outcome": verdict.outcome,
        "blocks": verdict.blocks,
        "accepted": [one.model_dump(mode="json") for one in verdict.accepted],
        "not_passed": [
            {**one.as_object(), "found": one.found, "details": one.details()} for one in explained
        ],
    }


def as_text(gathered: dict[str, Any]) -> str:
    """The same for a person, in plain lines."""
    lines = [f"Data home {gathered['home']}, as of {gathered['as_of']}", "", "Files"]
    lines += _files(gathered["files"]) or ["  none has been read"]
    lines += ["", "Verdicts"]
    lines += _verdict_lines(gathered["verdicts"])
    lines += ["", "Stale (landing has changed since it was read)"]
    lines += [f"  {one}" for one in gathered["stale"]] or ["  nothing"]
    if gathered["left alone"]:
        lines += ["", "Left alone", *(f"  {one}" for one in gathered["left alone"])]
    lines += ["", "Terms"]
    for one in gathered["terms"]:
        because = f": {'; '.join(one['because'])}" if one["because"] else ""
        lines.append(f"  {one['term']:<16} {one['state']}{because}")
    if gathered["erasure"]:
        lines += ["", "Erasure", *(f"  {one}" for one in gathered["erasure"])]
    lines += ["", f"Latest publication: {gathered['latest'] or 'none'}"]
    lines += [
        f"  {one['id']} was withdrawn on {one['on']}: {one['because']}"
        for one in gathered["withdrawn"]
    ]
    return "\n".join(lines)


def _files(files: list[dict[str, Any]]) -> list[str]:
    if not files:
        return []
    columns = ("read", "accepted", "quarantined", "superseded", "erased")
    width = max(len(f"{one['source']}/{one['term']}/{one['file']}") for one in files)
    lines = [f"  {'':<{width}}  " + "  ".join(f"{name:>11}" for name in columns)]
    for one in files:
        name = f"{one['source']}/{one['term']}/{one['file']}"
        counts = "  ".join(f"{one[f'rows_{column}']:>11,}" for column in columns)
        lines.append(f"  {name:<{width}}  {counts}")
        if one["refused"]:
            lines.append(f"    refused: {one['refused']}")
        lines += [
            f"    {rows:,} {reason}"
            for reason, rows in sorted(one["reasons"].items())
            if not reason.startswith("refused")
        ]
        lines += [f"    {note}" for note in one["notes"]]
        lines += [f"    {said}: {', '.join(one[key])}" for key, said in DRIFT.items() if one[key]]
    return lines


def _verdict_lines(verdicts: list[dict[str, Any]]) -> list[str]:
    lines = []
    for one in verdicts:
        if one["outcome"] == "passed":
            continue
        stands = ", but accepted" if one["accepted"] and not one["blocks"] else ""
        lines.append(f"  {one['table']}, {one['term']}: {one['outcome']}{stands}")
        for item in one["not_passed"]:
            lines.append(f"    {item['severity']} {item['found']}")
            lines += [f"      {line}" for line in item["details"]]
    passed = sum(one["outcome"] == "passed" for one in verdicts)
    return [f"  {passed} of {len(verdicts)} passed", *lines]
