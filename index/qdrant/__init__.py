"""An index in Qdrant: on servers that many machines share, or embedded in one process."""
