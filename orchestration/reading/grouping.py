"""What a contract says of files whose rows are several records each. Models only.

grouped:
  by: [School, Section]
  counts:
    - {column: Students, of: Student ID}
    - {column: English learners, of: Student ID, where: {column: EL status, values: [EL, LTEL]}}
grouped:
  by: [Visit ID]
  spreads: {names: Indicator, values: Rating, columns: [Use of materials, Discourse]}
"""

from __future__ import annotations

from collections import Counter

from pydantic import Field, model_validator

from orchestration.reading.contract_rules import Model


class Where(Model):
    """The records whose `column` has one of `values`, whatever their case."""

    column: str
    values: tuple[str, ...] = Field(min_length=1)


class Counts(Model):
    """A column made by counting: how many distinct values of another a row's records have."""

    column: str
    of: str
    where: Where | None = None


class Spreads(Model):
    """Columns made of a column of names and one of values: each has the value beside its name."""

    names: str
    values: str
    columns: tuple[str, ...] = Field(min_length=1)


class Grouping(Model):
    """Records that agree in the columns `by` are one row.

    Of every other column a row has what most of its records say, of the texts that equally many say
    the first by alphabet; of `counts` and `spreads` the columns that they make.
    """

    by: tuple[str, ...] = Field(min_length=1)
    counts: tuple[Counts, ...] = ()
    spreads: Spreads | None = None

    @property
    def inputs(self) -> tuple[str, ...]:
        """The columns of the file that rows are made of."""
        counted = [one.of for one in self.counts]
        counted += [one.where.column for one in self.counts if one.where is not None]
        spread = [self.spreads.names, self.spreads.values] if self.spreads is not None else []
        return tuple(dict.fromkeys([*self.by, *counted, *spread]))

    @property
    def made(self) -> tuple[str, ...]:
        """The columns that are made."""
        spread = self.spreads.columns if self.spreads is not None else ()
        return (*(one.column for one in self.counts), *spread)

    @model_validator(mode="after")
    def makes_something(self) -> Grouping:
        """Records are grouped for what they make, and no two columns have one name."""
        if not self.made:
            raise ValueError("say what the records of a row make: 'counts' or 'spreads'")
        names = Counter((*self.inputs, *self.made))
        twice = next((name for name, times in names.items() if times > 1), None)
        if twice is not None:
            raise ValueError(f"'{twice}' is made, and stands there already; give it another name")
        return self
