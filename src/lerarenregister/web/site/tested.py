"""What was done for accessibility, each with its tests; `tests/architecture/test_processing.py` finds them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TESTED: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (
        _(
            "Een programma (axe) zoekt fouten op de pagina’s van de vaste routes, in lichte, donkere en opgelegde "
            "kleuren. Het vindt er geen. Zo’n programma vindt maar een deel van wat er mis kan zijn."
        ),
        (
            "tests/journeys/test_teacher.py::test_the_public_pages_are_accessible",
            "tests/journeys/test_teacher.py::test_she_checks_confirms_writes_and_takes_everything_home",
        ),
    ),
    (
        _("De vaste routes worden gelopen met alleen het toetsenbord."),
        (
            "tests/journeys/test_keyboard.py::test_the_skip_link_the_help_and_the_language",
            "tests/journeys/test_keyboard.py::test_a_board_delivers_reads_the_report_and_prints_letters",
            "tests/journeys/test_teacher.py::test_with_the_keyboard_alone",
        ),
    ),
    (
        _("De pagina’s passen op een smal scherm (320 pixels) en met tekst die twee keer zo groot is."),
        ("tests/journeys/conftest.py::no_wider_than_the_screen",),
    ),
    (
        _("Wie beweging uitzet, ziet niets bewegen."),
        ("tests/journeys/conftest.py::in_few_colours_and_still",),
    ),
    (
        _("De vaste routes werken ook zonder JavaScript."),
        (
            "tests/journeys/test_without_javascript.py::test_she_confirms",
            "tests/journeys/test_without_javascript.py::test_she_writes_changes_deletes_and_undoes",
        ),
    ),
    (
        _("De titel van een pagina zegt het als er iets misging."),
        ("tests/journeys/conftest.py::the_title_says_so_when_something_is_wrong",),
    ),
    (
        _("De brief is een PDF met een opbouw die een schermlezer kan volgen, en zegt welk deel Engels is."),
        (
            "tests/register/test_activation.py::test_letters_are_one_tagged_pdf_and_say_what_they_must",
            "tests/register/test_letter.py::test_the_tags_say_which_part_is_english_and_that_it_is_accessible",
        ),
    ),
)
