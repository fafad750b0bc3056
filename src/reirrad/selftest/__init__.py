"""What checks an installed reirrad: an independent exact oracle, and random cases for both to judge."""
