"""What ``help()`` shows of a service: plain text that is made from its model when it is asked for."""
