"""The step of docs/model.md once more, in Python: written from that page alone, without a look at the other."""
