"""Compilation of LLVM IR text in process, and the translator that makes such text of restricted Python."""
