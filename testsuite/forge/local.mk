# Modules made in memory; part of what every test links.
