"""Publishing: term slices into an immutable, numbered publication that anybody can check."""

from orchestration.publishing.catalogue import (
    latest,
    mend_latest,
    publications,
    released_terms,
    standing,
)
from orchestration.publishing.model import (
    Correction,
    CorrectionRefused,
    NothingCorrected,
    Publication,
    PublishingError,
    Release,
    Slices,
)
from orchestration.publishing.publication import publish
from orchestration.publishing.verify import verify
from orchestration.publishing.withdrawal import NotWithdrawable, mend, withdraw

__all__ = [
    "Correction",
    "CorrectionRefused",
    "NotWithdrawable",
    "NothingCorrected",
    "Publication",
    "PublishingError",
    "Release",
    "Slices",
    "latest",
    "mend",
    "mend_latest",
    "publications",
    "publish",
    "released_terms",
    "standing",
    "verify",
    "withdraw",
]
