"""Sets of factions as bits of one number: bit f stands for row f.

Most towns hold a few of all factions; a rule that goes from bit to bit never looks at the absent ones.
"""

from numba import types
from numba.extending import intrinsic, overload

from sim.core.kernel import kernel


@kernel
def contains(bits, faction):
    """True if the faction is in the set."""
    return (bits >> faction) & 1 == 1


@kernel
def drop_lowest(bits):
    """The set without its lowest row."""
    return bits & (bits - 1)


def lowest(bits):
    """Lowest row in a set, which may not be empty.

    Examples
    --------
    >>> lowest(0b1100)
    2
    """
    bits = int(bits)
    return (bits & -bits).bit_length() - 1


@intrinsic
def _trailing_zeros(typing, bits):
    """The processor's own instruction for it; numba offers none to Python."""

    def lower(context, builder, signature, arguments):
        return builder.cttz(arguments[0], context.get_constant(types.boolean, True))

    return types.int64(types.int64), lower


@overload(lowest)
def _lowest(bits):
    return lambda bits: _trailing_zeros(bits)
