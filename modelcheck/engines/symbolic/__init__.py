"""The symbolic engine: a kernel program as constraints for Z3."""
