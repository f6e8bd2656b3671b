"""The parts of the search that are compiled, in restricted Python (see `jit.translate`): words, pointers, loops."""
