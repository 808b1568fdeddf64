"""Notifications on the site."""
