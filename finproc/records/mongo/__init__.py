"""The MongoDB adapters.

They rely on the atomicity of single documents alone, so they also run without a replica set.
"""
