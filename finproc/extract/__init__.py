"""What a document says, verbatim: readers turn bytes into text and tables, extractors turn text into mentions."""
