from tests.cli.conftest import golden, qafiles, root

__all__ = ["golden", "qafiles", "root"]
