"""The policy's weights, manifest and model card."""
