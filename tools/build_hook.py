"""Puts compiled rules into a wheel that is to start warm: see tools/wheel.py."""

import os

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledRules(BuildHookInterface):
    """Takes in the folder of compiled rules that the environment names; else the wheel is for any system."""

    def initialize(self, version, build_data):
        """Add the files and say for which system they are."""
        folder = os.environ.get("INFIGHTING_COMPILED")
        if folder and self.target_name == "wheel" and version == "standard":
            build_data["force_include"][folder] = "sim/_compiled"
            build_data["pure_python"], build_data["infer_tag"] = False, True
