"""Answers to questions about a folder of documents, in the documents' own words."""

from index.filters import Filter
from qa.corpus import Corpus
from qa.types import Answer, Citation, Status

__all__ = ["Answer", "Citation", "Corpus", "Filter", "Status"]
