"""Two states of a data root compared in the words of QA, and what became of entities that are gone."""
