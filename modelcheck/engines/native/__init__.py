"""The native engine: a kernel program and the search loop compiled to machine code. It sees the kernel only."""
