"""The only writers of the register."""

from lerarenregister.register.actions.institutions import ImportReport, import_institutions

__all__ = ["ImportReport", "import_institutions"]
