"""Python source as Velox sees it: text, positions, syntax tree, functions, local types, suppressions."""
