"""The command line: one command with subcommands, Hydra's options, checks. The only package that knows Hydra.

A module that draws, writes or computes has functions only; what the command line makes of them is here.
"""
