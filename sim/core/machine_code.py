"""Machine code for what Python calls, and only for that.

numba optimizes every compiled function, makes machine code of it and keeps it, though nearly all rules are
only called by other rules, which take them in whole. Here a rule that another rule calls stays as it was
typed; what Python calls takes in all that it needs, is optimized once, and becomes machine code: a third
of the compile. It rests on how numba keeps code inside (`numba.core.codegen`), so that it is done only
with versions of numba for which it was tested; with others numba's own way is taken, to the same bits.
"""

import numba
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering

TESTED = ("0.68",)  # versions of numba
IS_LEAN = numba.__version__.rpartition(".")[0] in TESTED


class InnerLibrary(JITCodeLibrary):
    """Code of a rule that other rules call: neither optimized nor made machine code by itself."""

    environment = None

    @property
    def codegen(self):
        """What is told where the constants of the code are."""
        return self

    def set_env(self, name, environment):
        """Remember the constants of the code until there is machine code of it."""
        self.environment = name, environment

    def finalize(self):
        """Leave the code as it is."""
        self._raise_if_finalized()
        self._finalized = True

    def get_pointer_to_function(self, name):
        """Nothing: there is no machine code."""
        return 0

    def own_module(self):
        """The code of this rule alone."""
        return super()._get_module_for_linking()

    def _get_module_for_linking(self):
        """The code with all that it calls, for functions that are no rules."""
        module = self.own_module().clone()
        for library in with_all_they_call(self._linking_libraries):
            module.link_in(module_of(library), preserve=True)
        return module


def module_of(library):
    """Code of one library to be taken in by another."""
    return library.own_module() if isinstance(library, InnerLibrary) else library._get_module_for_linking()


def with_all_they_call(libraries):
    """These libraries and those of all rules that they call, each once."""
    found, ahead = {}, list(libraries)
    while ahead:
        library = ahead.pop()
        if library not in found:
            found[library] = True
            if isinstance(library, InnerLibrary):
                ahead += library._linking_libraries
    return list(found)


class Part:
    """A library as `EntryLibrary` takes it in: its own code, without what it calls."""

    def __init__(self, library):
        self._reload_init = library._reload_init
        self._get_module_for_linking = lambda: module_of(library)


class EntryLibrary(JITCodeLibrary):
    """Code of a rule that Python calls, with all that it calls."""

    def finalize(self):
        """Take in everything, optimize once, make machine code."""
        libraries = with_all_they_call(self._linking_libraries)
        self._linking_libraries = [Part(library) for library in libraries]
        super().finalize()
        for library in libraries:
            name, environment = getattr(library, "environment", None) or ("", None)
            if self._codegen._engine.is_symbol_defined(name):
                self._codegen.set_env(name, environment)
        self.parts = libraries  # constants live as long as the code


def lowering(kind, library_class):
    """A pass that puts the code of a rule into a library of this class."""

    class Lowering(NativeLowering):
        _name = f"{kind}_lowering"

        def run_pass(self, state):
            state.library = library_class(state.targetctx.codegen(), state.func_id.func_qualname)
            state.library.enable_object_caching()
            return super().run_pass(state)

    return register_pass(mutates_CFG=True, analysis_only=False)(Lowering)


def compiler(kind, library_class):
    """A compiler like numba's own, but for where it puts the code."""
    own_lowering = lowering(kind, library_class)

    class Compiler(CompilerBase):
        def define_pipelines(self):
            pipeline = DefaultPassBuilder.define_nopython_pipeline(self.state)
            pipeline.passes = [
                (own_lowering if step is NativeLowering else step, text) for step, text in pipeline.passes
            ]
            pipeline.finalize()
            return [pipeline]

    return Compiler


InnerCompiler, EntryCompiler = compiler("inner", InnerLibrary), compiler("entry", EntryLibrary)
