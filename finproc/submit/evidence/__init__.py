"""Evidence: a document with its facts in place, as JSON and as one HTML file that needs nothing else."""
