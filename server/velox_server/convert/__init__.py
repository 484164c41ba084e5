"""Between Velox's values and the protocol's."""
