"""The kernel: a closed language of bounded integers, booleans and bit sets, which is all that an engine sees."""
