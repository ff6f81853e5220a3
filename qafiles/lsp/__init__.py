"""The language server: diagnostics as you type, completion, hover, navigation, rename and quick fixes.

Pure functions answer from a snapshot, the text of a file and a position; `server` wires them to editors.
"""
