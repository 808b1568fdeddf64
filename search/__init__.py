"""Search for papers, summaries and people; listens to summaries.events."""
