"""What compiled rules see of a world: a pointer to its block, whatever its size (sim/core/records.py)."""

from functools import partial

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

from sim.core.records import FORMS, Tables


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
