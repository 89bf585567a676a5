"""The wheel's build hook: builds the JupyterLab extension."""

import importlib.util
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class LabExtensionHook(BuildHookInterface[Any]):
    """Runs before the files of a wheel are collected, in editable installs too."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build what the wheel ships besides its Python sources."""
        del version, build_data  # an editable install needs it as well, in the same place
        if self.target_name != "wheel":
            return
        # The wheel of the Jupyter side alone is built in a folder further down.
        places = [Path(self.root), *Path(self.root).resolve().parents]
        found = (place / "scripts" / "build_labextension.py" for place in places)
        script = _load(next(path for path in found if path.is_file()))
        try:
            script.build(say=self.app.display_info)
        except script.CannotBuild as error:
            self.app.abort(str(error))


def _load(path: Path) -> Any:
    """The module in the file at ``path``, which is on no import path."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot load {path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module
