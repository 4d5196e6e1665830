"""Paid calls to a language model: the promise that each is made once, its limits, its price, and the backends."""
