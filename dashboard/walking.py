"""What a browser is told to have as its address, while a person goes back and forward in it."""

from __future__ import annotations

from collections.abc import Mapping


def to_write(
    address: Mapping[str, str],
    says: Mapping[str, str],
    told: Mapping[str, str] | None,
    *,
    walks: bool,
) -> Mapping[str, str] | None:
    """What the browser is told to have as its address; None for nothing.

    What it says can be older than what it has, for what it was told last may have come to it since.
    Then it is told again; an address that it has it leaves alone. Where its back or forward button
    has led to an address with a run, that one is right.

    Args:
        address: of what is looked at.
        says: what the browser said it had.
        told: what it was told last.
        walks: whether its back or forward button has led there.

    Example:
        >>> ours, other = {"run": "a"}, {"run": "b"}
        >>> to_write(ours, ours, ours, walks=False), to_write(ours, ours, other, walks=False)
        (None, {'run': 'a'})
        >>> to_write(ours, other, ours, walks=True), to_write(ours, {}, ours, walks=True)
        ({'run': 'b'}, None)
    """
    if walks:
        return says if "run" in says and told != says else None
    return None if address == says == told else address
