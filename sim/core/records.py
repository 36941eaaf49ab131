"""One world, one record: named tables side by side in a single block of memory.

The rules take a whole world as an argument. As a tuple of thirty arrays that costs more than the rules
themselves, compiled and compiling; as a record of tables it is one pointer (measured: 3,300 ms against
20 ms a world). Python sees the same memory as recarrays: ``state.towns[3].holder``,
``state.towns.holder``.

How long the tables are is written at the head of the block, as numbers: compiled rules read it there, so that
one compilation serves worlds of every size.
"""

from functools import partial
from itertools import chain

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.imputils import impl_ret_borrowed, lower_getattr_generic, lower_setattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    NativeValue,
    infer_getattr,
    intrinsic,
    models,
    overload,
    register_model,
    typeof_impl,
    unbox,
)
from numba.np.arrayobj import make_array, populate_array

HEAD = "head"  # of a block: how long each dimension is, then where each table begins, in bytes
WORD = 8  # bytes of a number in the head, and of a number that stands beside the tables
FORMS = {}  # kind of block: its Form


def row_type(columns):
    """Type of one row with these columns.

    Parameters
    ----------
    columns : dict
        ``name: (type, unit, meaning)``, such as ``sim.core.state.TOWN``.
    """
    return np.dtype((np.record, [(name, kind) for name, (kind, _, _) in columns.items()]))


class Form:
    """What a kind of block is made of, whatever the size of a world.

    Parameters
    ----------
    kind : str
        Name of the kind.
    fields : dict
        ``name: (columns or type, shape)``. A shape is a tuple of names of dimensions, whose sizes differ from
        world to world, and of numbers; that of a single whole number is ().
    """

    def __init__(self, kind, fields):
        self.kind = kind
        self.numbers = [name for name, (_, shape) in fields.items() if not shape]
        self.tables = {
            name: (row_type(what) if isinstance(what, dict) else np.dtype(what), shape)
            for name, (what, shape) in fields.items()
            if shape
        }
        named = chain.from_iterable(shape for _, shape in self.tables.values())
        self.dimensions = list(dict.fromkeys(d for d in named if isinstance(d, str)))
        self.words = len(self.dimensions) + len(self.tables)
        # bytes from the start of a block to the size of a dimension; to where a table begins, or to a number
        self.size = {name: WORD * k for k, name in enumerate(self.dimensions)}
        after = enumerate([*self.tables, *self.numbers], len(self.dimensions))
        self.place = {name: WORD * k for k, name in after}

    def dtype(self, record, sizes):
        """Type of a block of this form, as a record class, with dimensions of these sizes."""
        parts = [(HEAD, np.int64, (self.words,)), *((name, np.int64) for name in self.numbers)]
        for name, (row, shape) in self.tables.items():
            parts.append((name, row, tuple(sizes.get(d, d) for d in shape)))
        return np.dtype((record, parts))

    def head(self, dtype):
        """Numbers at the head of a block of this type."""
        sizes = {}
        for name, (_, shape) in self.tables.items():
            sizes |= zip(shape, dtype[name].shape, strict=True)
        return [sizes[d] for d in self.dimensions] + [dtype.fields[name][1] for name in self.tables]


class Tables(np.record):
    """A record whose tables are seen as recarrays; its own columns as plain numbers.

    Each kind of block is a subclass: ``class State(Tables, fields=...)``, with fields as for `Form`.
    """

    def __init_subclass__(cls, fields):
        """Declare a kind of block."""
        FORMS[cls.__name__] = cls._form = Form(cls.__name__, fields)

    def __getattribute__(self, name):
        """Show a table as a recarray; all else as numpy does."""
        value = super().__getattribute__(name)
        if type(value) is np.ndarray and value.dtype.names is not None:
            return value.view(np.recarray)
        return value

    @classmethod
    def empty(cls, **sizes):
        """A block of this kind, all zero, with dimensions of these sizes."""
        dtype = cls._form.dtype(cls, sizes)
        block = np.zeros(1, dtype)[0].copy()
        block[HEAD] = cls._form.head(dtype)
        return block

    def resized(self, **sizes):
        """A copy in which some dimensions are longer; what is new is zero."""
        form = self._form
        own = dict(zip(form.dimensions, self[HEAD].tolist(), strict=False))
        new = type(self).empty(**own | sizes)
        for name in form.numbers:
            new[name] = self[name]
        for name in form.tables:
            new[name][tuple(map(slice, self[name].shape))] = self[name]
        return new

    def repeated(self, count):
        """So many copies, in one array."""
        out = np.empty(count, self.dtype)
        out[:] = self
        return out


# --- what compiled rules see: a pointer to the block ------------------------------------------------------


class Block(types.Type):
    """A block of tables of one kind, of any size."""

    def __init__(self, kind):
        super().__init__(name=f"Block({kind})")
        self.kind = kind

    def field(self, name):
        """Type of a table or number of the block; None if there is none of this name."""
        form = FORMS[self.kind]
        if name in form.numbers:
            return types.int64
        if name not in form.tables:
            return None
        row, shape = form.tables[name]
        return types.Array(numba.from_dtype(row), len(shape), "C", aligned=False)


register_model(Block)(models.OpaqueModel)


@typeof_impl.register(Tables)
def _typeof(block, _):
    return Block(block._form.kind)


@unbox(Block)
def _unbox(_, block, c):
    buffer = c.pyapi.alloca_buffer()
    pointer = c.pyapi.extract_record_data(block, buffer)
    is_error = cgutils.is_null(c.builder, pointer)
    return NativeValue(pointer, is_error=is_error, cleanup=lambda: c.pyapi.release_buffer(buffer))


@infer_getattr
class _Fields(AttributeTemplate):
    key = Block

    def generic_resolve(self, block, name):
        """Type of ``block.name``."""
        return block.field(name)


def _word(builder, pointer, place):
    """A pointer to the whole number so many bytes from the start of a block."""
    inside = cgutils.pointer_add(builder, pointer, place)
    return builder.bitcast(inside, ir.IntType(64).as_pointer())


def _from_head(builder, pointer, place):
    """A number at the head of a block. It never changes, which lets the compiler keep it in a register."""
    number = builder.load(_word(builder, pointer, place), align=1)
    number.set_metadata("invariant.load", builder.module.add_metadata([]))
    return number


@lower_getattr_generic(Block)
def _getattr(context, builder, block, pointer, name):
    form, kind = FORMS[block.kind], block.field(name)
    if name in form.numbers:
        return builder.load(_word(builder, pointer, form.place[name]), align=1)
    row, dimensions = form.tables[name]
    constant = partial(context.get_constant, types.intp)
    lengths = [
        _from_head(builder, pointer, form.size[d]) if isinstance(d, str) else constant(d) for d in dimensions
    ]
    strides, stride = [], constant(row.itemsize)
    for length in reversed(lengths):
        strides.insert(0, stride)
        stride = builder.mul(stride, length)
    start = builder.gep(pointer, [_from_head(builder, pointer, form.place[name])])
    table = make_array(kind)(context, builder)
    populate_array(
        table,
        data=builder.bitcast(start, context.get_data_type(kind.dtype).as_pointer()),
        shape=cgutils.pack_array(builder, lengths),
        strides=cgutils.pack_array(builder, strides),
        itemsize=constant(row.itemsize),
        meminfo=None,
        parent=None,
    )
    return impl_ret_borrowed(context, builder, kind, table._getvalue())


@lower_setattr_generic(Block)
def _setattr(context, builder, signature, arguments, name):
    pointer, value = arguments
    form = FORMS[signature.args[0].kind]
    value = context.cast(builder, value, signature.args[1], types.int64)
    builder.store(value, _word(builder, pointer, form.place[name]), align=1)


def as_bytes(blocks):
    """An array of blocks as compiled rules take it, see `block_of`; for uncompiled ones as it is."""
    if numba.config.DISABLE_JIT:
        return blocks
    return blocks.view(np.uint8).reshape(len(blocks), blocks.dtype.itemsize)


def getter(record):
    """A function for rules: block number ``k`` of an array of such blocks."""

    def block_of(blocks, k):
        return blocks[k]

    @intrinsic
    def pointer_to(typing, blocks, k):
        def lower(context, builder, signature, arguments):
            array = make_array(signature.args[0])(context, builder, arguments[0])
            width = builder.extract_value(array.strides, 0)
            return builder.gep(array.data, [builder.mul(width, arguments[1])])

        return Block(record._form.kind)(blocks, types.int64), lower

    @overload(block_of)
    def compiled(blocks, k):
        return lambda blocks, k: pointer_to(blocks, k)

    return block_of
