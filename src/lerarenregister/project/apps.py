"""The Django app that wires the rest together."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Label `project`; last in the list, so that every domain is there when it wires them."""

    name = "lerarenregister.project"
    label = "project"

    def ready(self) -> None:
        """Register what the installed domains bring to the shared pages."""
        from lerarenregister.project import checks, wiring  # noqa: PLC0415  (models must be loaded first)

        wiring.wire()
        checks.register_all()
