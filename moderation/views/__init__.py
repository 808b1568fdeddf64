"""Moderation as readers and members see it."""
