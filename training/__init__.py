"""How the shipped reader is made; nothing here is needed to run the product."""
