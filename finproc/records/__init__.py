"""What is kept, and how it is kept exactly once.

A Protocol per kind of record, an SQL and a MongoDB adapter for each.
"""
