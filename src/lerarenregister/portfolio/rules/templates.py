"""Headings that help to begin a text. They are words in her text, and nothing more."""

import enum


class Template(enum.StrEnum):
    """With what a text may begin."""

    LEARNED = "leerde"
    LESSON = "les"
    CONVERSATION = "gesprek"
    COURSE = "cursus"


_HEADINGS: dict[str, dict[Template, tuple[str, ...]]] = {
    "nl": {
        Template.LEARNED: ("Wat deed ik?", "Wat leerde ik?", "Wat nu?"),
        Template.LESSON: ("Wat probeerde ik uit?", "Hoe ging het?", "Wat doe ik de volgende keer?"),
        Template.CONVERSATION: ("Met wie had ik een gesprek, en waarover?", "Wat neem ik mee?", "Wat spraken we af?"),
        Template.COURSE: ("Welke cursus of training?", "Wat leerde ik?", "Wat ga ik gebruiken?"),
    },
    "en": {
        Template.LEARNED: ("What did I do?", "What did I learn?", "What now?"),
        Template.LESSON: ("What was I trying out?", "How did it go?", "What will I do next time?"),
        Template.CONVERSATION: ("Who was the conversation with, and what about?", "What do I take away?", "What next?"),
        Template.COURSE: ("Which course or training?", "What did I learn?", "What will I use?"),
    },
}
HEADINGS = frozenset(line for templates in _HEADINGS.values() for lines in templates.values() for line in lines)
"""All of them, in any language: they are no title of a text."""


def headings(template: Template, language: str) -> str:
    """The headings, with room below each."""
    return "\n\n\n".join(_HEADINGS.get(language, _HEADINGS["nl"])[template]) + "\n"


def begun(text: str, template: Template, language: str) -> str:
    """The text with the headings below what is there already."""
    before = text.rstrip()
    return (f"{before}\n\n" if before else "") + headings(template, language)
