"""Pure: text that tells a model that reads it what to do ("ignore all previous instructions").

Nothing here obeys text. But what is beside such words was put there to be quoted, so that no
answer from there is sure.
"""

import re
from functools import lru_cache

_INSTRUCTS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.\n]{0,40}\b(?:instructions?|prompts?|previous"
    r"|prior|earlier|above|preceding|rules|text|messages?|documents?)\b"
    r"|\bsystem (?:prompt|message|override|instruction|note)s?\b"
    r"|\byou are (?:now|from now on|an? (?:\w+ )?(?:ai|assistant|chatbot|language model)\b)"
    r"|\b(?:tell|inform|answer|show|reply to|respond to|assure) (?:the|any|every|all) "
    r"(?:user|asker)s?\b"
    r"|\bif (?:(?:any|some)(?:one|body)|(?:an?|any|the) users?|you are|users) (?:asks?|asked)\b"
    r"|\b(?:ai|llm|language|large language) (?:assistants?|models?|systems?|agents?|tools?)\b"
    r"[^.\n]{0,60}(?::|\b(?:must|should|shall|will|please|ignore|reply|answer|say)\b)"
    r"|\b(?:ai|llm|assistant|chatbot)s?:|<\|?(?:im_start|system|assistant)\b|\[/?(?:INST|SYS)\]"
    r"|\bto any question\b[^.\n]{0,80}\b(?:reply|answer|say|respond)\b"
    r"|\b(?:answer|reply|respond|say) (?:only |always )?(?:that|with)\b[^.\n]{0,80}\bwhatever\b"
    r"|\bdo not (?:mention|reveal|disclose|cite|quote) (?:this|these|the) (?:note|text|message"
    r"|instructions?|prompt)",
    re.I,
)


@lru_cache(maxsize=1_024)  # each passage is looked at for several spans
def instructs(text: str) -> bool:
    """Return whether a text tells a model that reads it what to do."""
    return _INSTRUCTS.search(text) is not None
