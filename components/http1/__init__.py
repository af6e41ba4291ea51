"""HTTP/1.1 without layers: a C parser, sockets of our own, nothing done twice."""
