# Preload libraries.
