"""Text to mentions: what a document says, as verbatim strings, by rules and by a language model."""
