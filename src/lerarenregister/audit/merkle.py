"""Merkle tree hashes of RFC 6962, section 2.1, kept as peaks so that appending costs O(log n). Pure."""

import hashlib
from collections.abc import Iterable

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """MTH of one leaf: SHA-256(0x00 || data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """MTH of an inner node: SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Peaks:
    """A tree as the roots of its full subtrees, largest first: one for each 1 in the binary form of `size`."""

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self._peaks = list(peaks)
        if len(self._peaks) != size.bit_count():
            raise ValueError("the number of peaks does not fit the size")

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> "Peaks":
        """The peaks as `pack` wrote them."""
        return cls(size, [packed[start : start + 32] for start in range(0, len(packed), 32)])

    def pack(self) -> bytes:
        """All peaks after each other, 32 bytes each."""
        return b"".join(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash: equal subtrees merge, as carries do in binary counting."""
        carry = self.size
        while carry & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            carry >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The tree head: the peaks folded from the right."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root
