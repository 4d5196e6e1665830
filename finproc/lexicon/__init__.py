"""Words of the trade by language, and finders of what they form: extraction sweeps with them, normalization proves."""
