"""Answers to questions about a folder of documents, in the documents' own words."""

from index.filters import Filter
from qa.conversation import Chat, Turn
from qa.corpus import Corpus
from qa.types import Answer, Citation, Status

__all__ = ["Answer", "Chat", "Citation", "Corpus", "Filter", "Status", "Turn"]
