"""Publishing: term slices into an immutable, numbered publication that anybody can check."""

from orchestration.publishing.catalogue import (
    latest,
    mend_latest,
    publications,
    released_terms,
)
from orchestration.publishing.model import Publication, PublishingError, Release, Slices
from orchestration.publishing.publication import publish
from orchestration.publishing.verify import verify

__all__ = [
    "Publication",
    "PublishingError",
    "Release",
    "Slices",
    "latest",
    "mend_latest",
    "publications",
    "publish",
    "released_terms",
    "verify",
]
