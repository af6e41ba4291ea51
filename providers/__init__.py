"""One file per source of credentials, the resolver, and refresh."""
