"""Texts of YAML files changed in place: comments, order, quotes and every line that need not change stay."""
