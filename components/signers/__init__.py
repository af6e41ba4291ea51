"""Pure functions of (request, identity, region, service, time), and their table."""
