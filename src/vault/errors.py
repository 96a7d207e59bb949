"""Why the key store does not open a key. Each destroys nothing: the right key or proof still works."""


class VaultError(Exception):
    """What every refusal of the key store is."""


class WrongWrappingKey(VaultError):
    """The wrapping key is missing, has the wrong length, or is not the one this store was made with."""


class StoreUnusable(VaultError):
    """The address of the store is not understood, or its file can not be opened."""


class StaleProof(VaultError):
    """The sign-in is too old, lies in the future, or names nobody: it opens nothing."""


class KeyUnreadable(VaultError):
    """The wrapped key is not of this person and this account, or was changed."""


class KeyMissing(VaultError):
    """There is no key for this person, and the caller did not allow to make one."""
