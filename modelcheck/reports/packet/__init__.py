"""The packet for a design review: what a protocol is, what is assumed, what was found, and how it goes wrong."""
