"""Where rows of a cohort come from: files and databases, each as blocks of text cells with the place of every row."""
