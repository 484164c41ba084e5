"""What `velox mcp` offers to coding assistants: tools over the Model Context Protocol."""
