"""The one log: what was done, by whom, on what ground, in a Merkle tree (RFC 6962) that anyone can check.

An action inserts its event in its own transaction; the sealer appends committed events to the tree and signs tree
heads. Portfolio events never enter. Promise 6: "her data, her word": every consultation is visible to her.
"""
