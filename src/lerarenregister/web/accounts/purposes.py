"""What a sign-in is for, beside signing in: some acts ask who she is once more, and are done when she comes back."""

from enum import StrEnum


class Purpose(StrEnum):
    """The values of the field `doel` of the form with which a sign-in begins."""

    SIGN_IN = ""
    RECOVERY_CODE = "herstelcode"
    """A new recovery code for her portfolio."""
    PROVE = "bewijzen"
    """A proof that she is here, with which she links or unlinks another identity."""
    SECOND = "tweede"
    """The other identity, to link it: begins no session."""
    RECOVER = "terughalen"
    """The identity that a recovery code, which she filled in before, links to her portfolio."""

    @classmethod
    def read(cls, posted: str) -> "Purpose":
        """The purpose that was posted; an unknown one is only signing in."""
        return cls(posted) if posted in tuple(cls) else cls.SIGN_IN
