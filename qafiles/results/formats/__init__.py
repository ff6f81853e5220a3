"""The formats of result files, each read by a module of its own, and what they share: streams of JSON and XML, links, texts."""
