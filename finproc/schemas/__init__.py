"""Shapes on the wire: marshmallow schemas, one file per file of the model, and JSON with exact numbers."""
