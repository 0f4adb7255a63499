"""What a contract says of files that have a column for each session, or the like. Models only.

unpivoted: {names: Session, values: Mark, besides: [Name, Email, School], blank: "no"}
unpivoted: {names: Session, values: Mark, columns: [Launch, Unit 1, Unit 2]}
"""

from __future__ import annotations

from collections import Counter

from pydantic import Field, model_validator

from orchestration.reading.contract_rules import Model


class Unpivoting(Model):
    """Columns of which each cell is a row, beside what the other columns say of its record.

    These are `columns`, or all with a heading but those that are `besides`, so that another session
    needs no other contract. A row has its column's heading in the column `names`, and its cell in
    `values`. A blank cell makes no row, or one that says `blank`.
    """

    names: str
    values: str
    columns: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()
    blank: str | None = Field(default=None, min_length=1)

    @property
    def made(self) -> tuple[str, ...]:
        """The columns that are made."""
        return self.names, self.values

    @property
    def named(self) -> tuple[str, ...]:
        """The columns of the file that are named, read or not."""
        return (*self.columns, *self.besides)

    @model_validator(mode="after")
    def says_which(self) -> Unpivoting:
        """The columns are told in one way, and no two columns have one name."""
        if bool(self.columns) == bool(self.besides):
            raise ValueError("say which columns: either those, as 'columns', or all 'besides' some")
        names = Counter((*self.made, *self.named))
        twice = next((name for name, times in names.items() if times > 1), None)
        if twice is not None:
            raise ValueError(f"'{twice}' is named twice; give what is made another name")
        return self
