"""The command line: options, Hydra, subcommands. The only package that knows Hydra."""
