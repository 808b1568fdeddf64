"""Pictures that other sites show beside a link to a paper or to a summary."""
