"""What a solver can tell of a specification before any search: doubts that concern every state its types allow."""

from modelcheck.pipeline.static.survey import survey

__all__ = ["survey"]
