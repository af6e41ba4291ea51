"""Checksums of bodies: hash-like objects by the names that AWS has for them."""
