from tests.cli.conftest import qafiles, root

__all__ = ["qafiles", "root"]
