"""How good extraction is: labelled passages in, figures, causes of errors, speed and cost out."""
