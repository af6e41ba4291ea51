"""Composition: Session, registry, client factory, call pipeline."""
