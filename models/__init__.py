"""Service descriptions: compiler, store, shapes, codecs, endpoint rules, validation."""
