"""Why something of the portfolio is refused. None of them ever loses a text: the door gives it back."""

from lerarenregister.kernel.errors import DomainError, Invalid


class TextTooLong(Invalid):
    """The text has more characters than one entry holds."""

    code = "text-too-long"


class TooManyLinks(Invalid):
    """More links than one entry has."""

    code = "too-many-links"


class PortfolioFull(Invalid):
    """It would be more than one portfolio holds. Nothing was written; what is there can be read and deleted."""

    code = "portfolio-full"


class FileRefused(Invalid):
    """A file that can not be kept; the code says why, `name` which it was."""

    code = "file-refused"
    name = ""


class FileEmpty(FileRefused):
    """There is nothing in it."""

    code = "file-empty"


class FileTooLarge(FileRefused):
    """The file has more bytes than one file may have."""

    code = "file-too-large"


class ImageTooLarge(FileRefused):
    """The image has more bytes or more pixels than an image may have."""

    code = "image-too-large"


class ImageUnreadable(FileRefused):
    """It begins as an image, and is none that can be read to its end."""

    code = "image-unreadable"


class ImagesBusy(FileRefused):
    """So many images are made anew at this moment that this one did not get its turn."""

    code = "images-busy"


class FilesFull(FileRefused):
    """It would be more bytes of files than one portfolio holds."""

    code = "files-full"


class FileInterrupted(FileRefused):
    """The file did not come in to its end."""

    code = "file-interrupted"


class FileGone(Invalid):
    """A file that waited for its entry is not there any more, or never was hers."""

    code = "file-gone"


class TooManyFiles(Invalid):
    """More files than one entry has."""

    code = "too-many-files"


class KeysUnusable(DomainError):
    """The vault does not answer or refuses, or gave the key of another account; the detail says which."""

    code = "keys-unusable"


class KeyErased(KeysUnusable):
    """The vault opened a key of a closed account, which must be gone."""

    code = "key-erased"
