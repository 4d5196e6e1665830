"""Benchmarks: programs that measure and print, with what they are measured against."""
