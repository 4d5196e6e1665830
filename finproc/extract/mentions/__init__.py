"""Extractors of mentions: deterministic rules, and what a language model offers."""
