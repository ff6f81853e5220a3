"""What a file must say: the JSON Schemas, both validators, and the words for what fits neither."""
