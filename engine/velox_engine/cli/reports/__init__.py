"""The formats that build servers read, each made from the document of `velox scan`."""
