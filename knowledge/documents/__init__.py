"""A team's own documents: read, split into passages, kept on a shelf beside the shipped corpus."""
