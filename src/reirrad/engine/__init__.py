"""The evaluation: columns of courses and doses to columns of findings, one case being a batch of one."""
