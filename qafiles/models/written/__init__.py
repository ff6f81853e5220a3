"""qafiles.yaml as it is written: the models that check it and give its JSON Schema. What it sets are plain values beside this package."""
