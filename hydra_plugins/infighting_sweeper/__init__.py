"""How ``-m`` goes through settings, and through the shards of a design. Hydra finds it by the folder's name.

Every program with Hydra in this environment imports this file: it does nothing until ``python -m sim`` asks.
"""

from hydra._internal.core_plugins.basic_sweeper import BasicSweeper


class ShardSweeper(BasicSweeper):
    """Hydra's own sweeper, with the shards of designs as jobs and one tidy table at the end."""

    def sweep(self, arguments):
        """Launch every setting, or every missing shard."""
        from sim.cli.launching import launch

        return launch(self, arguments)
