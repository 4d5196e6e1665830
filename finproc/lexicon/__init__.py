"""Words of the trade by language, and finders of what they form in a text; extraction sweeps with them, normalization proves."""
