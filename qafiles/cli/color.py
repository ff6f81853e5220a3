"""Whether the output is coloured."""

from qafiles.render.validation.unchanged import wants_color

__all__ = ["wants_color"]
