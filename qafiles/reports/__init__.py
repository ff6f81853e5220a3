"""Reports: what a data root holds, covers and lacks, who changed it, and who can read what."""

from qafiles.reports.report import Cell, Column, EntityRef, Figure, Report, Table, ref

__all__ = ["Cell", "Column", "EntityRef", "Figure", "Report", "Table", "ref"]
